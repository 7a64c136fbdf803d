# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # Unit 00: Likelihood, lines and slopes
#
# A program that learns makes a guess, measures how bad the guess is, and moves it a little.
# Then it does the same again.
# That is all, for a thumbtack and for a network with a billion weights.
# In this unit you build each part of it yourself: the measure, the slope, and the step.
# At the end your own functions read handwritten digits.
#
# **After this unit you can**
#
# - say how likely data are under a guess, and improve the guess by its slope,
# - predict which step size makes a search fly apart, and check the prediction,
# - find a slope without calculus, and say why nobody trains that way,
# - fit a line by least squares, and say what the column of ones does,
# - turn scores into probabilities, labels and losses, with their gradients,
# - split data without a leak, and detect one.
#
# **You need** Python functions, NumPy arrays (shapes, `axis`, slices), matrix products, and the derivatives of $\ln x$ and $x^n$.
#
# **Time:** 90 to 120 minutes.
#
# **Points:** 49, of which 29 are for functions, 15 for questions and measurements, and 5 for two short texts.

# %% [markdown] lang="en"
# ## Before you start
#
# This notebook has cells to read, cells to run, and cells that are yours.
# Yours raise `NotImplementedError`, or say `None  # your answer`.
#
# 1. Put your answer there and run the cell (Shift+Enter).
# 2. Run the **check** below it. It tries your answer on inputs that you can see.
# 3. Change your answer and check again, as often as you like. A failed check costs nothing.
#
# After you submit, hidden tests try your answer on other inputs.
# They give the points.
# Where you choose among given words, the check only records your choice; it is marked after submitting.
# Measured numbers are recorded, too. A prediction counts whatever you guess.
# Stuck? `chainrule.hint("bernoulli_log_likelihood")` gives a hint for that exercise, and again the next one. Hints cost nothing.
#
# **How to read a failure.**
# Here is one, from the first exercise:
#
# ```
# bernoulli_log_likelihood: not right yet - tails not counted
#   Tried on: a single guess, a plain number.
#   Called with theta = 0.3, heads = 7, flips = 10.
#   Your result is -11.9946, expected -9.49783.
#   log(1 - theta) is counted for every throw; it belongs to the flips - heads other ones.
#   This mistake gives exactly your results on all 10 inputs tried.
#   Reread: Exercise 0.1 - The likelihood of a thumbtack.
# ```
#
# The first line names the mistake, if it is a known one.
# Then come an input, your result, and the right one.
# Call your function with that input in a cell of your own, and follow it step by step.
#
# Write `xp` where you would write `np`.
# It is NumPy, or CuPy if this machine has a GPU for you.

# %% locked="setup"
import matplotlib.pyplot as plt
import numpy as np
from tqdm.auto import tqdm

import chainrule
from chainrule import data, plotting
from chainrule.nn import metrics

xp = chainrule.use("auto")
plotting.use_style()

# %% [markdown] lang="en"
# ## Part 1: A thumbtack

# %% [markdown] lang="en"
# ### Exercise 0.1 - The likelihood of a thumbtack (5 points)
#
# **Why.** A thrown thumbtack lands on its head, point up, or on its side.
# How often on its head?
# No formula knows, so we throw it and look.
# Let $\theta$ be a guess for the probability of a head.
# The **likelihood** of $\theta$ is the probability that it gives to the throws we saw.
# A good guess makes them likely.
#
# Each head has the probability $\theta$, each other throw $1 - \theta$, and the throws multiply.
# With $h$ heads in $n$ throws:
#
# $$\text{likelihood} = \theta^{h} \, (1 - \theta)^{n - h}$$
#
# **The trap.** For 5000 throws this product is smaller than any float, so the computer says 0.
# The logarithm turns the product into a sum, and the sum is an ordinary number:
#
# $$\ell(\theta) = h \ln \theta + (n - h) \ln (1 - \theta)$$
#
# **Shapes.** `theta` is a number or an array of guesses, and the result has the same shape.
# `heads` ($h$) and `flips` ($n$) are whole numbers.
#
# **By hand.** The throws are head, head, side, head, side: $h = 3$, $n = 5$.
# For $\theta = 0.6$: $3 \cdot \ln 0.6 + 2 \cdot \ln 0.4 = -1.5325 - 1.8326 = -3.3651$.
# Test: $e^{-3.3651} = 0.0346$, and $0.6^3 \cdot 0.4^2$ is the same.

# %% answer="bernoulli_log_likelihood"
def bernoulli_log_likelihood(theta, heads, flips):
    """Give the log of the probability of the throws, for each guess in theta; same shape as theta."""
    ### BEGIN SOLUTION
    return heads * xp.log(theta) + (flips - heads) * xp.log(1 - theta)
    ### END SOLUTION


# %% check="bernoulli_log_likelihood"
chainrule.check("bernoulli_log_likelihood", bernoulli_log_likelihood)

# %% [markdown] lang="en"
# Now 5000 throws.
# They are simulated, and the true probability stays hidden in the library.

# %% locked="throws"
throws = data.throw_thumbtack(5000, np.random.default_rng(1))
heads, flips = int(throws.sum()), len(throws)
print(f"{heads} heads in {flips} throws; the first ten: {throws[:10]}")

# %% tags=["demo"]
guesses = xp.linspace(0.01, 0.99, 491)
fig, ax = plt.subplots()
curves = {}
for n in (5, 50, 500):
    logs = bernoulli_log_likelihood(guesses, int(throws[:n].sum()), n)
    curves[f"{n} throws"] = xp.exp(logs - logs.max())  # the highest point is set to 1
plotting.curves(guesses, curves, ax)
ax.set(xlabel="guess theta", ylabel="likelihood, highest = 1", title="more throws, fewer good guesses")
plotting.describe(fig, "The likelihood is a broad hill for 5 throws and a narrow peak for 500.")

# %% [markdown] lang="en"
# Each curve has one top.
# The guess below it explains the throws best, and more throws make the peak sharper.

# %% tags=["demo"]
chances = np.where(throws == 1, 0.62, 0.38)
products, sums = np.cumprod(chances), np.cumsum(np.log(chances))
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
left.plot(np.arange(1, 5001), products)
left.set(yscale="log", xlabel="throws", ylabel="product", title="the product", xlim=(0, 5000))
left.set(yticks=[1, 1e-100, 1e-200, 1e-300], ylim=(1e-323, 1e10))
last = int((products > 0).sum())
left.annotate(f"0 after {last} throws", (last, 1e-310), (1800, 1e-200), arrowprops={"arrowstyle": "->"})
right.plot(np.arange(1, 5001), sums)
right.set(xlabel="throws", ylabel="sum of logarithms", title="the sum", xlim=(0, 5000))
plotting.describe(fig, "The product of probabilities is 0 after some 1100 throws; the sum goes on falling.")

# %% [markdown] lang="en"
# **Question.** A float64 can be as small as about $5 \cdot 10^{-324}$, and anything much smaller becomes 0.
# A fair coin gives every sequence of $n$ throws the probability $0.5^n$.
# What is the smallest $n$ for which `0.5**n` is exactly `0.0`?
# Let Python find it.

# %% answer="vanishing_throws"
### BEGIN SOLUTION
vanishing_throws = next(n for n in range(1, 5000) if 0.5**n == 0.0)
### END SOLUTION

# %% check="vanishing_throws"
chainrule.check("vanishing_throws", vanishing_throws)

# %% [markdown] lang="en"
# **In your own words (2 points).**
# We wanted the guess with the largest likelihood.
# Instead we look for the largest **log**-likelihood.
# Why is the best guess the same?
# And name one thing that gets better by taking the logarithm.
# Two or three sentences.

# %% [markdown] text="why_logarithm" points=2
# The logarithm rises everywhere: of two likelihoods the larger one has the larger logarithm, so both are largest at the same guess.
# The product of thousands of probabilities underflows to 0, and then all guesses look equally bad; the sum of logarithms stays an ordinary number.
# (Or: the slope of a sum is a sum of slopes, which is easier to write down than the slope of a product.)
#
# **Rubric**
#
# - 1 point: the logarithm is a rising function, so it keeps the order of the guesses and the place of the maximum.
# - 1 point: names one gain: no underflow, or a sum in place of a product, or simpler slopes.
# - "The logarithm does not change the values" is wrong and earns nothing: it changes the values, not their order.

# %% [markdown] lang="en"
# ### Exercise 0.2 - The slope of the likelihood (2 points)
#
# **Why.** We could try all guesses.
# With one number that works; with a thousand weights it does not.
# A slope says in which direction to go.
# The slope of the log-likelihood is called the **score**.
#
# The derivative of $\ln \theta$ is $1/\theta$.
# The derivative of $\ln(1 - \theta)$ is $-1/(1 - \theta)$: mind the minus of the inner function.
#
# $$\ell'(\theta) = \frac{h}{\theta} - \frac{n - h}{1 - \theta}$$
#
# **Shapes.** As before: the result has the shape of `theta`.
#
# **By hand.** 3 heads in 5 throws.
# At $\theta = 0.5$: $3/0.5 - 2/0.5 = 2$. Positive, so a larger guess is better.
# At $\theta = 0.6$: $3/0.6 - 2/0.4 = 0$. Flat: this is the top.

# %% answer="bernoulli_score"
def bernoulli_score(theta, heads, flips):
    """Give the slope of the log-likelihood at each guess in theta; same shape as theta."""
    ### BEGIN SOLUTION
    return heads / theta - (flips - heads) / (1 - theta)
    ### END SOLUTION


# %% check="bernoulli_score"
chainrule.check("bernoulli_score", bernoulli_score)

# %% [markdown] lang="en"
# Set the score to 0 and solve for $\theta$: the top is at $\theta = h / n$, the share of heads.
# (Not $h / (n - h)$: with 31 heads in 50 throws that is 1.63, and no probability is above 1. Such a ratio is called **odds**.)
#
# So we know the answer here.
# That makes the thumbtack a good place to test a method that we need later, where nobody can solve for the top.

# %% [markdown] lang="en"
# ### Exercise 0.3 - Climbing to the best guess (4 points)
#
# **Why.** Stand somewhere on the hill, ask for the slope, take a step uphill, ask again.
# This is **gradient ascent**.
# The step is the slope times a small number, the **learning rate** `lr`:
#
# $$\theta \leftarrow \theta + \text{lr} \cdot \text{score}(\theta)$$
#
# **Shapes.** `score` is a function: call it as `score(theta)`.
# Return two things: the last `theta`, and the `path` of all positions, the start first.
# After `steps` steps these are `steps + 1` positions, in a list or an array.
#
# **By hand.** `score` is $3 - \theta$, the start is 1, `lr` is 0.5.
# Step 1: $1 + 0.5 \cdot (3 - 1) = 2$.
# Step 2: $2 + 0.5 \cdot (3 - 2) = 2.5$.
# So two steps return 2.5 and the path (1, 2, 2.5).
#
# **The trap.** `theta` may be an array.
# Then `theta += ...` changes it in place, and every entry of your path is the same array.
# Write `theta = theta + ...`, which makes a new one.

# %% answer="gradient_ascent"
def gradient_ascent(score, theta, lr, steps):
    """Climb from theta; return the last position and the path of all steps + 1 positions."""
    ### BEGIN SOLUTION
    path = [theta]
    for _ in range(steps):
        theta = theta + lr * score(theta)
        path.append(theta)
    return theta, path
    ### END SOLUTION


# %% check="gradient_ascent"
chainrule.check("gradient_ascent", gradient_ascent)

# %% [markdown] lang="en"
# **Measure.** Does the climb reach $h / n$?
# Use your `bernoulli_score` with `heads` and `flips` from above.
# Your `gradient_ascent` wants a function of `theta` alone: `lambda theta: bernoulli_score(theta, heads, flips)` is one.
# Start at 0.5, take 100 steps with `lr = 4e-5`.
# Store the distance of the end from `heads / flips` in `ascent_error`.

# %% answer="ascent_error"
### BEGIN SOLUTION
end, _ = gradient_ascent(lambda theta: bernoulli_score(theta, heads, flips), 0.5, 4e-5, 100)
ascent_error = abs(float(end) - heads / flips)
### END SOLUTION

# %% check="ascent_error"
chainrule.check("ascent_error", ascent_error)

# %% [markdown] lang="en"
# Why such a tiny rate?
# 5000 throws pull at the guess, so the slope is large.
# A step that is too large jumps over the top, or out of the numbers from 0 to 1 altogether.
#
# **Question.** 31 heads in 50 throws, start at $\theta = 0.5$.
# Compute the score there by hand.
# Which learning rate takes the first step exactly to $\theta = 1$?
# Any larger one leaves the range.
# Two digits are enough.

# %% answer="leaving_rate"
### BEGIN SOLUTION
leaving_rate = (1 - 0.5) / (31 / 0.5 - 19 / 0.5)
### END SOLUTION

# %% check="leaving_rate"
chainrule.check("leaving_rate", leaving_rate)


# %% tags=["demo"]
def climb(lr, start=0.5, steps=20):
    """Positions of a climb with 31 heads in 50 throws."""
    _, path = gradient_ascent(lambda theta: bernoulli_score(theta, 31, 50), start, lr, steps)
    return np.array([float(theta) for theta in path])


fig, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True)
for ax, lr in zip(axes, (0.0005, 0.008, 0.03), strict=True):
    ax.axhspan(0, 1, color="#EEEEEE", zorder=0)  # where a probability can be
    ax.axhline(31 / 50, color="#888888", linewidth=1)
    ax.plot(climb(lr), marker="o", markersize=3)
    ax.set(title=f"lr = {lr:g}", xlabel="step", ylim=(-0.5, 1.5))
axes[0].set_ylabel("guess theta")
plotting.describe(fig, "A small rate creeps to the top, a middle one zigzags to it, a large one leaves 0 to 1.")


# %% tags=["demo"]
def draw_climb(lr=0.006):
    """Draw the log-likelihood of 31 heads in 50 throws and the positions of a climb."""
    fig, ax = plt.subplots()
    theta = xp.linspace(0.15, 0.95, 301)
    plotting.curves(theta, {"log-likelihood": bernoulli_log_likelihood(theta, 31, 50)}, ax)
    seen = [t for t in climb(lr, 0.25, 12).tolist() if 0.15 < t < 0.95]
    values = [float(bernoulli_log_likelihood(xp.asarray(t), 31, 50)) for t in seen]
    ax.plot(seen, values, color="#D55E00", marker="o", linestyle="--", linewidth=1, label="steps")
    ax.set(xlabel="guess theta", ylabel="log-likelihood", title=f"lr = {lr:g}: {len(seen)} of 13 positions in sight")
    ax.legend()
    plotting.describe(fig, f"Twelve steps of a climb with rate {lr:g} on the log-likelihood.")


draw_climb()

# %% [markdown] lang="en"
# Move the slider to try other rates.
# (In a printed or graded page only the figure above appears.)

# %% tags=["demo"]
from ipywidgets import FloatSlider

plotting.interact(draw_climb, lr=FloatSlider(value=0.006, min=0.0005, max=0.01, step=0.00025, readout_format=".5f"))

# %% [markdown] lang="en"
# ## Part 2: Going down

# %% [markdown] lang="en"
# ### Exercise 0.4 - Going down, and when it fails (4 points)
#
# **Why.** From here on we measure how **bad** a guess is: the **loss**.
# A loss should be small, so we go down instead of up.
# This is **gradient descent**, and every network in this course learns by it:
#
# $$w \leftarrow w - \text{lr} \cdot \text{grad}(w)$$
#
# **Shapes.** `w` is an array of any shape, the **weights**.
# `grad(w)` has the same shape: one slope for each weight.
# Return the last `w` and the path, as before.
#
# **By hand.** The loss is $2 w^2$, so the gradient is $4 w$.
# Start at $w = 5$ with `lr` = 0.1.
# Step 1: $5 - 0.1 \cdot 20 = 3$.
# Step 2: $3 - 0.1 \cdot 12 = 1.8$.

# %% answer="gradient_descent"
def gradient_descent(grad, w, lr, steps):
    """Descend from w; return the last weights and the path of all steps + 1 positions."""
    ### BEGIN SOLUTION
    path = [w]
    for _ in range(steps):
        w = w - lr * grad(w)
        path.append(w)
    return w, path
    ### END SOLUTION


# %% check="gradient_descent"
chainrule.check("gradient_descent", gradient_descent)

# %% [markdown] lang="en"
# **When does it fail?**
# Look at the example again.
# Each step multiplies $w$ by $1 - 4\,\text{lr}$.
# With `lr` = 0.1 that is 0.6, and $w$ shrinks.
# With `lr` = 0.6 it is $-1.4$: $w$ changes its sign and **grows**, and the search flies apart.
# It converges only while the factor lies between -1 and 1, that is for $\text{lr} < 2/4$.
#
# The 4 is the **curvature** $\lambda$ of this loss, and the limit is $2 / \lambda$.
# With several weights there is a curvature for each direction.
# The loss $\frac{1}{2} w^\top A w$ with a symmetric matrix $A$ has the gradient $A w$.
# Its curvatures are the **eigenvalues** of $A$, and the largest one, $\lambda_{\max}$, sets the limit for all:
#
# $$\text{lr} < \frac{2}{\lambda_{\max}}$$
#
# **By hand.** $A = \begin{pmatrix} 3 & 1 \\ 1 & 3 \end{pmatrix}$ has the eigenvalues 2 and 4, so the limit is 0.5.
#
# **Compute first.** Below, $A = \begin{pmatrix} 5 & 2 \\ 2 & 2 \end{pmatrix}$.
# From which learning rate on does the search fly apart?
# Three digits count.
# (`np.linalg.eigvalsh` gives eigenvalues; for 2 x 2 you can do it by hand.)

# %% answer="predicted_threshold"
### BEGIN SOLUTION
predicted_threshold = float(2 / np.linalg.eigvalsh([[5, 2], [2, 2]]).max())
### END SOLUTION

# %% check="predicted_threshold"
chainrule.check("predicted_threshold", predicted_threshold)

# %% [markdown] lang="en"
# **Then measure.**
#
# 1. For each rate in `rates`, take 300 steps from `start` with your `gradient_descent`. The gradient is `A @ w`.
# 2. The search converges if the end lies closer to 0 than the start: compare `xp.linalg.norm` of both.
# 3. Store the largest rate that converges in `measured_threshold`.

# %% answer="measured_threshold"
A, start = xp.asarray([[5.0, 2.0], [2.0, 2.0]]), xp.asarray([1.0, 1.0])
rates = np.linspace(0.3, 0.4, 201).tolist()
### BEGIN SOLUTION
ends = [gradient_descent(lambda w: A @ w, start, lr, 300)[0] for lr in rates]
sizes = [float(xp.linalg.norm(end)) for end in ends]
measured_threshold = max(lr for lr, size in zip(rates, sizes) if size < float(xp.linalg.norm(start)))
### END SOLUTION

# %% check="measured_threshold"
chainrule.check("measured_threshold", measured_threshold)

# %% tags=["demo"]
fig, axes = plt.subplots(1, 3, figsize=(10.5, 3.6), sharex=True, sharey=True)
for ax, lr in zip(axes, (0.05, 0.3, 0.345), strict=True):
    _, path = gradient_descent(lambda w: A @ w, xp.asarray([0.4, 1.6]), lr, 12)
    points = np.array([chainrule.to_host(w) for w in path])
    plotting.path(lambda u, v: 2.5 * u**2 + 2 * u * v + v**2, points, ax, goal=(0, 0), reach=2.2)
    ax.set_title(f"lr = {lr:g}")
plotting.describe(fig, "A low rate goes straight to the star, one near the limit zigzags, one above it leaves.")

# %% tags=["demo"]
fig, ax = plt.subplots()
tried = np.linspace(0.02, 0.42, 81)
factors = {lam: np.abs(1 - tried * lam) for lam in (6, 1)}
plotting.curves(tried, {f"direction with curvature {lam}": factors[lam] for lam in factors}, ax)
ax.axhline(1, color="#888888", linewidth=1)
ax.set(xlabel="learning rate", ylabel="|1 - lr * curvature|", title="factor of one step; above 1 it grows")
plotting.describe(fig, "The factor of the steep direction passes 1 at the rate 1/3; that of the flat one is below 1.")

# %% [markdown] lang="en"
# The steep direction sets the limit, and the flat direction then has to be patient.
# Close to the limit, one direction zigzags while the other creeps.
# Unit 03 makes the curvatures more alike.

# %% [markdown] lang="en"
# ### Exercise 0.5 - Slopes without calculus (4 points)
#
# **Why.** A slope by formula is fast, but formulas have bugs.
# There is a second way that knows no formula.
# Move one number a little up, then a little down, and look at the change:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x \text{ with } x_i + h) - f(x \text{ with } x_i - h)}{2h}$$
#
# This is a **central difference**.
# Looking to both sides pays: the error shrinks as $h^2$, with one side only as $h$.
#
# **Shapes.** `f` takes an array like `x` and gives one number.
# The result has the shape of `x`: one slope for each entry.
#
# **By hand.** $f(x) = x^3$ at $x = 2$ with $h = 0.1$: $(2.1^3 - 1.9^3) / 0.2 = (9.261 - 6.859) / 0.2 = 12.01$.
# The slope is $3 \cdot 2^2 = 12$.
#
# **The trap.** Move **one** entry at a time, on a copy, and start from the unmoved `x` for the next one.
# `x` may hold integers, where adding $h$ does nothing: `moved = x.astype(float)` makes a floating copy.
# The positions in an array of any shape are given by `np.ndindex(*x.shape)`.

# %% answer="numeric_gradient"
def numeric_gradient(f, x, h=1e-5):
    """Estimate the slope of f for each entry of x by central differences; same shape as x."""
    ### BEGIN SOLUTION
    slopes = xp.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        up, down = x.astype(float), x.astype(float)
        up[index] += h
        down[index] -= h
        slopes[index] = (f(up) - f(down)) / (2 * h)
    return slopes
    ### END SOLUTION


# %% check="numeric_gradient"
chainrule.check("numeric_gradient", numeric_gradient)

# %% tags=["demo"]
steps_tried = 10.0 ** np.arange(-13, 0)
at, right_slope = xp.asarray([0.7]), float(np.cos(0.7))
sine = lambda x: xp.sin(x).sum()
both = [abs(float(numeric_gradient(sine, at, h)[0]) - right_slope) for h in steps_tried]
one = [abs(float((sine(at + h) - sine(at)) / h) - right_slope) for h in steps_tried]
fig, ax = plt.subplots()
plotting.curves(steps_tried, {"one side": one, "both sides (yours)": both}, ax)
ax.set(xscale="log", yscale="log", xlabel="h", ylabel="error of the slope", title="slope of sin at 0.7")
plotting.describe(fig, "Both errors fall with h, then rise by rounding; with both sides the best h is near 1e-5.")

# %% [markdown] lang="en"
# From the right, a smaller $h$ is better.
# From the left, $f(x + h)$ and $f(x - h)$ have nearly all their digits in common, and the difference keeps only rounding.
# In float64 the best $h$ lies near $10^{-5}$.
#
# So it is easy, and accurate to about ten digits.
# Why does nobody train a network with it?
#
# **Question.** A classifier for images of 28 x 28 pixels and 10 digits has a weight for each pixel and digit, and a bias for each digit.
# How many calls of `f` does **one** numeric gradient need?

# %% answer="calls_needed"
### BEGIN SOLUTION
calls_needed = 2 * (28 * 28 * 10 + 10)
### END SOLUTION

# %% check="calls_needed"
chainrule.check("calls_needed", calls_needed)


# %% [markdown] lang="en"
# **Measure.** `seconds(work)` gives the shortest of three runs of a function without arguments.
# The function below is $f(x) = \sum x_i^3$, and by formula its gradient is $3 x^2$.
# How many times slower is `numeric_gradient(cubes, point)` than `3 * point**2`?
# Store the ratio of the two times in `slowdown`.

# %% locked="seconds"
from time import perf_counter


def seconds(work):
    """Shortest of three runs; on a GPU the clock waits for the result."""
    times = []
    for _ in range(3):
        begin = perf_counter()
        chainrule.to_host(work())
        times.append(perf_counter() - begin)
    return min(times)


def cubes(x):
    return (x**3).sum()


point = xp.asarray(np.random.default_rng(5).standard_normal(500))

# %% answer="slowdown"
### BEGIN SOLUTION
slowdown = seconds(lambda: numeric_gradient(cubes, point)) / seconds(lambda: 3 * point**2)
### END SOLUTION

# %% check="slowdown"
chainrule.check("slowdown", slowdown)

# %% [markdown] lang="en"
# Two calls for each number, against one formula for all of them.
# So we train with formulas, and use the numeric gradient to **test** them.
# Keep that habit: you can do it for every gradient below.

# %% [markdown] lang="en"
# ## Part 3: Lines

# %% [markdown] lang="en"
# ### Exercise 0.6 - Lines by least squares (5 points)
#
# **Why.** A linear model predicts $\hat{y} = x_1 w_1 + \dots + x_D w_D$.
# For $x = 0$ this is always 0: the line goes through the origin, whether the data do or not.
# The cure is one more feature that is always 1.
# Its weight is added to every prediction: it is the **intercept**.
#
# **Shapes.** `X` is `(N, D)`: a row is an example, a column is a feature.
# The result is `(N, D + 1)`, with the ones in the **last** column.
#
# **By hand.** `[[2, 3], [4, 5]]` becomes `[[2, 3, 1], [4, 5, 1]]`.

# %% answer="add_ones"
def add_ones(X):
    """Append a last column of ones to X of shape (N, D)."""
    ### BEGIN SOLUTION
    return xp.concatenate([X, xp.ones((len(X), 1))], axis=1)
    ### END SOLUTION


# %% check="add_ones"
chainrule.check("add_ones", add_ones)

# %% [markdown] lang="en"
# **The best line.**
# Noisy data lie on no line.
# **Least squares** takes the weights with the smallest sum of squared errors.
# No search is needed: the **Moore-Penrose inverse** $X^{+}$ gives them at once.
#
# $$w = X^{+} y$$
#
# It works for any shape of $X$, and `xp.linalg.pinv(X)` computes it.
# With more features than examples, many weights fit exactly; $X^{+}$ takes the **shortest** vector among them.
#
# **Shapes.** `X` is `(N, D)`, `y` is `(N,)`, and `w` is `(D,)`.
# Do not add ones inside; the caller does that if wanted.
#
# **By hand.** The points (0, 1), (1, 2), (2, 2), with ones: $w = (0.5, 1.1667)$, the slope and the intercept.
# Without ones: $w = (1.2)$.

# %% answer="fit_least_squares"
def fit_least_squares(X, y):
    """Give the weights w of shape (D,) for which X @ w is closest to y."""
    ### BEGIN SOLUTION
    return xp.linalg.pinv(X) @ y
    ### END SOLUTION


# %% check="fit_least_squares"
chainrule.check("fit_least_squares", fit_least_squares)

# %% tags=["demo"]
rng = np.random.default_rng(60)
x = xp.asarray(rng.uniform(1, 5, (30, 1)))
y = 0.6 * x[:, 0] + 4 + 0.4 * xp.asarray(rng.standard_normal(30))
line = xp.asarray(np.linspace(0, 5, 50))[:, None]
fits = {"without ones": line @ fit_least_squares(x, y)}
fits["with ones"] = add_ones(line) @ fit_least_squares(add_ones(x), y)
fig, ax = plt.subplots()
plotting.curves(line[:, 0], fits, ax)
ax.plot(*map(chainrule.to_host, (x[:, 0], y)), "o", color="#555555", markersize=4)
ax.set(xlabel="x", ylabel="y", ylim=(-0.5, 8.5))
plotting.describe(fig, "Without ones the line starts at the origin and misses the points; with ones it fits.")

# %% [markdown] lang="en"
# **Experiment.** scikit-learn has `LinearRegression`, which always fits an intercept.
# When does your `fit_least_squares` find the same weights for the features?
# There are four cases:
#
# | | with ones | without ones |
# |---|---|---|
# | **tall** and noisy: 40 examples, 3 features | ? | ? |
# | **wide**: 4 examples, 8 features | ? | ? |
#
# **Predict.** In which cases do the two agree?
# Choose `"only tall with ones"`, `"both with ones"`, `"both tall"`, `"all four"` or `"none"`.

# %% answer="agreeing_case"
### BEGIN SOLUTION
agreeing_case = "only tall with ones"
### END SOLUTION

# %% check="agreeing_case"
chainrule.check("agreeing_case", agreeing_case)

# %% [markdown] lang="en"
# **Measure.** `gap(X, y, ones)` fits both ways and gives the largest distance between the weights of the features.
# Store the four gaps in the list `gaps`, in the order of `cases`.
# In which cases is the gap below `1e-8`?

# %% locked="cases"
from sklearn.linear_model import LinearRegression

rng = np.random.default_rng(61)
tall, wide = rng.standard_normal((40, 3)) + 1, rng.standard_normal((4, 8)) + 1
y_tall = tall @ [1.0, -2.0, 3.0] + 5 + rng.standard_normal(40)
y_wide = rng.standard_normal(4) + 5
cases = {
    "tall, with ones": (tall, y_tall, True),
    "tall, without ones": (tall, y_tall, False),
    "wide, with ones": (wide, y_wide, True),
    "wide, without ones": (wide, y_wide, False),
}


def gap(X, y, ones):
    """Largest distance between your weights and those of LinearRegression, features only."""
    inputs = add_ones(xp.asarray(X)) if ones else xp.asarray(X)
    w = chainrule.to_host(fit_least_squares(inputs, xp.asarray(y)))
    return float(np.abs(w[: X.shape[1]] - LinearRegression().fit(X, y).coef_).max())


# %% answer="gaps"
### BEGIN SOLUTION
gaps = [gap(*case) for case in cases.values()]
### END SOLUTION

# %% check="gaps"
chainrule.check("gaps", gaps)

# %% tags=["demo"]
fig, ax = plt.subplots(figsize=(6.4, 2.6))
plotting.bars({name: gap(*case) for name, case in cases.items()}, ax, form="{:.2g}")
ax.set(xlabel="largest distance between the weights")
plotting.describe(fig, "The distance is 0 up to rounding for tall data with ones, and large in the other cases.")

# %% [markdown] lang="en"
# > **Many notes get this wrong: "pinv and LinearRegression agree when the data fit exactly."**
# >
# > It is not the exact fit that matters.
# > **Tall** data with a column of ones have one best answer, noise or not, and both find it.
# > **Wide** data fit exactly in many ways, and the two choose differently.
# > pinv takes the shortest weights, with the intercept counted in.
# > `LinearRegression` leaves the intercept out of the count: it subtracts the means first.
# > Without the ones, the two answer different questions.

# %% [markdown] lang="en"
# ## Part 4: Scores, probabilities and losses

# %% [markdown] lang="en"
# ### Exercise 0.7 - Labels as rows (1 point)
#
# **Why.** Is digit 8 twice digit 4?
# As numbers yes, as labels no.
# So a label becomes a row with a 1 in its own column and 0 elsewhere: **one-hot**.
#
# **Shapes.** `y` is `(N,)` with labels from 0 to `k - 1`; the result is `(N, k)`.
#
# **By hand.** `y = [2, 0]` with `k = 3` becomes `[[0, 0, 1], [1, 0, 0]]`.

# %% answer="one_hot"
def one_hot(y, k):
    """Turn labels of shape (N,) into rows of shape (N, k) with a single 1."""
    ### BEGIN SOLUTION
    return xp.eye(k)[y]
    ### END SOLUTION


# %% check="one_hot"
chainrule.check("one_hot", one_hot)

# %% [markdown] lang="en"
# ### Exercise 0.8 - From scores to probabilities (4 points)
#
# **Why.** A classifier gives each class a **score**, any number; scores before softmax are called **logits**.
# We want probabilities: positive, with the sum 1 for each example.
# The exponential makes them positive, the division makes the sum 1.
# This is the **softmax**:
#
# $$p_{nc} = \frac{e^{\text{logits}_{nc}}}{\sum_j e^{\text{logits}_{nj}}}$$
#
# **Shapes.** `logits` is `(N, C)`: a row is an example, a column is a class.
# The result has the same shape, and each **row** sums to 1.
# A sum over rows that keeps its place is `sum(axis=1, keepdims=True)`, shape `(N, 1)`.
#
# **By hand.** The scores $(0, \ln 3)$ have the powers $(1, 3)$, so $p = (0.25, 0.75)$.
#
# **The trap.** $e^{1000}$ is too large for a float.
# Add the same number to all scores of a row, and it cancels in the fraction.
# So subtract the row's largest score first: then no exponent is above 0.

# %% answer="softmax"
def softmax(logits):
    """Turn each row of logits, shape (N, C), into probabilities, without overflow."""
    ### BEGIN SOLUTION
    powers = xp.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="softmax"
chainrule.check("softmax", softmax)

# %% tags=["demo"]
scores = xp.asarray([[1.0, 2.0, 0.5, -1.0]])
fig, axes = plt.subplots(1, 3, figsize=(10, 3), sharey=True)
for ax, factor in zip(axes, (0.5, 1, 4), strict=True):
    p = chainrule.to_host(softmax(factor * scores))[0]
    plotting.bars({f"class {c}": float(p[c]) for c in range(4)}, ax)
    ax.set(title=f"scores times {factor:g}", xlabel="probability", xlim=(0, 1.15))
plotting.describe(fig, "The order of the classes stays; larger scores make the first choice more certain.")

# %% [markdown] lang="en"
# **Choosing a label.** Take the class with the largest score, for each example.
#
# **By hand.** `[[0.1, 3, -2], [5, 1, 4]]` gives `[1, 0]`.

# %% answer="predict"
def predict(logits):
    """Give the label with the largest score, for each row of logits; shape (N,)."""
    ### BEGIN SOLUTION
    return logits.argmax(axis=1)
    ### END SOLUTION


# %% check="predict"
chainrule.check("predict", predict)

# %% [markdown] lang="en"
# **Does it need softmax?**
# Training needs probabilities.
# But to use a trained classifier, to do **inference**, we only want the label.
#
# **Predict, then measure.** `table` holds random scores for 1000 examples and 10 classes.
# For how many of them does `predict` give another label when you apply `softmax` first?
# Store the number in `changed_labels`.

# %% answer="changed_labels"
table = xp.asarray(3 * np.random.default_rng(8).standard_normal((1000, 10)))
### BEGIN SOLUTION
changed_labels = int((predict(softmax(table)) != predict(table)).sum())
### END SOLUTION

# %% check="changed_labels"
chainrule.check("changed_labels", changed_labels)

# %% [markdown] lang="en"
# The exponential rises everywhere, and a row is divided by one number: the order of the classes cannot change.
# So a classifier in use skips the softmax.
# Where its answer is wanted as a row, `one_hot(predict(logits), C)` has 1 for the chosen class and 0 elsewhere.

# %% [markdown] lang="en"
# ### Exercise 0.9 - The cross-entropy (5 points)
#
# **Why.** Think of the thumbtack: good guesses make what we saw likely.
# Here we saw the labels.
# The loss is the log-likelihood of the right labels with a minus, as a mean over the examples.
# It is called **cross-entropy**.
#
# $$L = -\frac{1}{N} \sum_n \ln p_{n, y_n}$$
#
# $p_{n, y_n}$ is the probability that example $n$ gives to its own right label.
#
# **Shapes.** `logits` is `(N, C)`, `y` is `(N,)`, the result is one number.
# `table[xp.arange(N), y]` picks one entry from each row.
#
# **By hand.** Two examples, both with the scores $(0, \ln 3)$, so $p = (0.25, 0.75)$.
# The labels are 1 and 0: the losses are $-\ln 0.75 = 0.2877$ and $-\ln 0.25 = 1.3863$, the mean is 0.8370.
#
# **The trap.** For an example that is far off, softmax gives exactly 0, and $\ln 0$ is infinite.
# Do not compute $p$ at all.
# With the shifted scores $s$ (the row's largest is 0), the logarithm of the fraction is a difference:
#
# $$\ln p_{nc} = s_{nc} - \ln \sum_j e^{s_{nj}}$$

# %% answer="cross_entropy"
def cross_entropy(logits, y):
    """Give the mean of -log p of the right labels; logits (N, C), y (N,)."""
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - xp.log(xp.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[xp.arange(len(y)), y].mean()
    ### END SOLUTION


# %% check="cross_entropy"
chainrule.check("cross_entropy", cross_entropy)

# %% [markdown] lang="en"
# **Question.** A classifier for 10 digits that has learned nothing gives all classes the same score.
# What is its cross-entropy?
# Three digits.

# %% answer="guessing_loss"
### BEGIN SOLUTION
guessing_loss = float(np.log(10))
### END SOLUTION

# %% check="guessing_loss"
chainrule.check("guessing_loss", guessing_loss)

# %% [markdown] lang="en"
# Remember this number: it is the first thing to look for when a training run starts.
#
# **The gradient.**
# Here the formulas meet, and the result is short:
#
# $$\frac{\partial L}{\partial \text{logits}} = \frac{\text{softmax}(\text{logits}) - \text{one\_hot}(y)}{N}$$
#
# What the classifier believes, minus what is true.
# Each row sums to 0.
#
# **By hand.** The example from above: $p = (0.25, 0.75)$ twice, labels 1 and 0.
# Row 1: $(0.25, 0.75 - 1) / 2 = (0.125, -0.125)$.
# Row 2: $(0.25 - 1, 0.75) / 2 = (-0.375, 0.375)$.
# The second example was more wrong, so its row is larger.

# %% answer="cross_entropy_grad"
def cross_entropy_grad(logits, y):
    """Give the gradient of the cross-entropy with respect to the logits; shape (N, C)."""
    ### BEGIN SOLUTION
    return (softmax(logits) - one_hot(y, logits.shape[1])) / len(y)
    ### END SOLUTION


# %% check="cross_entropy_grad"
chainrule.check("cross_entropy_grad", cross_entropy_grad)

# %% [markdown] lang="en"
# Test it as you would test any gradient: against your numeric one.

# %% tags=["demo"]
rng = np.random.default_rng(9)
few, few_y = xp.asarray(rng.standard_normal((4, 5))), xp.asarray(rng.integers(0, 5, 4))
by_formula = cross_entropy_grad(few, few_y)
by_moving = numeric_gradient(lambda it: cross_entropy(it, few_y), few)
print("largest difference:", float(xp.abs(by_formula - by_moving).max()))

# %% [markdown] lang="en"
# ### Exercise 0.10 - A loss with a margin (5 points)
#
# **Why.** The cross-entropy is never content: it wants probability 1.
# A **support vector machine** (SVM) is content once the right score wins by a **margin** $\Delta$.
# Each wrong class that comes closer than that costs what is missing:
#
# $$L = \frac{1}{N} \sum_n \sum_{j \ne y_n} \max(0, \; s_{nj} - s_{n y_n} + \Delta)$$
#
# Its name is **hinge loss**, after the bend in its curve.
#
# **Shapes.** `scores` ($s$) is `(N, C)`, `y` is `(N,)`, `delta` ($\Delta$) is a number; the result is one number.
#
# **By hand.** Scores (3, 2.5, 1), the right label is 0, $\Delta = 1$.
# Class 1: $2.5 - 3 + 1 = 0.5$. Class 2: $1 - 3 + 1 = -1$, so 0.
# The loss is 0.5.
#
# **The trap.** Compared with itself, the right class would add $\Delta$: leave $j = y_n$ out.

# %% answer="hinge_loss"
def hinge_loss(scores, y, delta=1.0):
    """Give the mean hinge loss; scores (N, C), y (N,), delta is the margin."""
    ### BEGIN SOLUTION
    rows = xp.arange(len(y))
    margins = xp.maximum(scores - scores[rows, y][:, None] + delta, 0)
    return (margins.sum() - margins[rows, y].sum()) / len(y)
    ### END SOLUTION


# %% check="hinge_loss"
chainrule.check("hinge_loss", hinge_loss)

# %% [markdown] lang="en"
# **Question.** All weights are 0, so all scores are 0.
# There are $C = 10$ classes, and $\Delta = 1.5$.
# What is the hinge loss?

# %% answer="zero_weights_loss"
### BEGIN SOLUTION
zero_weights_loss = 9 * 1.5
### END SOLUTION

# %% check="zero_weights_loss"
chainrule.check("zero_weights_loss", zero_weights_loss)

# %% [markdown] lang="en"
# **The gradient.**
# A wrong class within the margin adds its score, so its slope is 1; otherwise 0.
# Each such class also subtracts the right score once.
# So at the right class stands **minus the number** of wrong classes within the margin.
# All is divided by $N$, and each row sums to 0.
#
# **By hand.** The example from above: one class is within the margin, so the row is $(-1, 1, 0)$.
# If both were, it would be $(-2, 1, 1)$.
# Where a margin is kept exactly, the curve has a corner, and any slope from 0 to 1 is accepted.

# %% answer="hinge_loss_grad"
def hinge_loss_grad(scores, y, delta=1.0):
    """Give the gradient of the hinge loss with respect to the scores; shape (N, C)."""
    ### BEGIN SOLUTION
    rows = xp.arange(len(y))
    within = (scores - scores[rows, y][:, None] + delta > 0) * 1.0
    within[rows, y] = 0
    within[rows, y] = -within.sum(axis=1)
    return within / len(y)
    ### END SOLUTION


# %% check="hinge_loss_grad"
chainrule.check("hinge_loss_grad", hinge_loss_grad)

# %% tags=["demo"]
lead = xp.linspace(-3, 4, 141)
pairs, zeros = xp.stack([lead, xp.zeros(141)], axis=1), xp.zeros(141, dtype=int)
losses = {
    "cross-entropy": [float(cross_entropy(pairs[i : i + 1], zeros[:1])) for i in range(141)],
    "hinge, margin 1": [float(hinge_loss(pairs[i : i + 1], zeros[:1], 1.0)) for i in range(141)],
}
slopes = {
    "cross-entropy": 141 * cross_entropy_grad(pairs, zeros)[:, 0],
    "hinge, margin 1": 141 * hinge_loss_grad(pairs, zeros, 1.0)[:, 0],
}
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
plotting.curves(lead, losses, left).set(title="loss", xlabel="right score minus wrong score")
plotting.curves(lead, slopes, right).set(title="slope", xlabel="right score minus wrong score")
plotting.describe(fig, "The hinge is 0 from a lead of 1 on; the cross-entropy gets small but never 0.")

# %% [markdown] lang="en"
# ## Part 5: Honest data

# %% [markdown] lang="en"
# ### Exercise 0.11 - Three parts without a leak (7 points)
#
# **Why.** A model can learn its training data by heart.
# What counts is how it does on data that it has **not** seen.
# So we cut the data into three parts before anything else:
#
# - **training**: to fit the weights,
# - **validation**: to choose between models,
# - **test**: to look at once, at the end.
#
# 0.8, 0.1 and 0.1 are usual shares.
#
# **Shapes.** `n` is the number of examples, `fractions` are the three shares, `rng` is a NumPy generator.
# Return three arrays of row numbers: `return train, val, test`.
# They must be shuffled, must not overlap, and together hold each of 0 to `n - 1` once.
# Their sizes are the shares of `n`; where these are no whole numbers, round as you like, but lose no row.
#
# **By hand.** `n = 10` with (0.8, 0.1, 0.1) could give `[3, 0, 8, 5, 1, 9, 6, 2]`, `[7]` and `[4]`.
#
# **The trap.** Many files are sorted by label.
# Without shuffling, the test part holds the last labels alone.
# `rng.permutation(n)` shuffles 0 to `n - 1`.

# %% answer="split"
def split(n, fractions, rng):
    """Draw the row numbers of the training, validation and test parts."""
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    first, second = round(fractions[0] * n), round((fractions[0] + fractions[1]) * n)
    return order[:first], order[first:second], order[second:]
    ### END SOLUTION


# %% check="split"
chainrule.check("split", split)

# %% [markdown] lang="en"
# **Leaks.**
# Data are often prepared before training, for example by subtracting the mean.
# If that mean counts the test rows too, the training data know something of the test.
# Then the test result is too good, and no error message tells.
#
# A **leak detector** finds out without reading the code.
# Change the test rows.
# The prepared training rows must not move.
#
# `prepare(x_train, x_test)` gives the prepared training rows.
# Return `True` if they move, `False` if not.
#
# **Shapes.** `x_train` is `(N, D)`, `x_test` is `(T, D)`, the result is one truth value.
#
# **By hand.** Training rows 1 and 3, test row 5.
# Minus the training mean: (-1, 1), whatever the test row is. No leak.
# Minus the mean of all: (-2, 0), and with 1005 for 5 it is (-335.3, -333.3). A leak.
#
# **The trap.** If `prepare` subtracts the **largest** value of all, test rows that go down are not noticed.
# If it subtracts the smallest, test rows that go up are not.
# So move all test rows far up, then far down, and look at both.
# Do not change `x_test` itself.

# %% answer="leaks"
def leaks(prepare, x_train, x_test):
    """Say whether the prepared training rows move when the test rows do."""
    ### BEGIN SOLUTION
    usual = prepare(x_train, x_test)
    higher, lower = prepare(x_train, x_test + 1000), prepare(x_train, x_test - 1000)
    return bool((usual != higher).any() or (usual != lower).any())
    ### END SOLUTION


# %% check="leaks"
chainrule.check("leaks", leaks)

# %% [markdown] lang="en"
# **In your own words (3 points).**
# A friend divides each feature by its largest value over the whole file.
# Then he splits the file into three parts, trains, and reports the accuracy on the test part.
# What is wrong?
# How should he do it, step by step?
# And how could he show that the new way has no leak?
# Three to five sentences.

# %% [markdown] text="leak_text" points=3
# The largest values were taken over all rows, so the test rows have changed the training data: the test part is no longer unseen, and the accuracy may be too good.
# He should split first, then take the largest values from the training rows alone, and divide all three parts by these same numbers.
# To show it, he changes the test rows (for example adds 1000, then subtracts 1000) and prepares again: the prepared training rows must be exactly the same.
#
# **Rubric**
#
# - 1 point: the largest values come from all rows, so test rows influence the training data (or: the test is no longer unseen).
# - 1 point: split first, take the numbers from the training part only, and use the same numbers for all parts. Dividing the test part by its own largest values does not count.
# - 1 point: change test rows, and check that the prepared training rows do not move.

# %% [markdown] lang="en"
# ### Exercise 0.12 - A classifier for digits (3 points)
#
# **Why.** Now all parts come together.
# The data are 1797 handwritten digits of 8 x 8 pixels, with numbers from 0 to 1.
#
# A linear model wants **rows**, so each picture is flattened: 8 x 8 becomes 64 numbers.
# (The larger pictures of MNIST, 28 x 28, become rows of 784. `data.load_mnist()` downloads them if you have a network; everything below works the same way.)

# %%
digits = data.load_digits(np.random.default_rng(12), validation=0.0)
pictures, labels = digits.x_train.reshape(-1, 8, 8), digits.y_train
images = pictures.reshape(len(pictures), -1)
print("pictures:", pictures.shape, " flattened to rows:", images.shape)

# %% tags=["demo"]
fig, axes = plt.subplots(1, 8, figsize=(10, 1.8))
for ax, picture, label in zip(axes, pictures, labels, strict=False):
    ax.imshow(picture, cmap="gray_r")
    ax.set(title=f"label {label}", xticks=[], yticks=[])
plotting.describe(fig, f"Eight digits of 8 x 8 pixels: {', '.join(map(str, labels[:8]))}.")

# %%
parts = split(len(images), (0.8, 0.1, 0.1), np.random.default_rng(13))
x_train, x_val, x_test = (xp.asarray(images[part]) for part in parts)
y_train, y_val, y_test = (xp.asarray(labels[part]) for part in parts)
print("training:", x_train.shape, " validation:", x_val.shape, " test:", x_test.shape)

# %% [markdown] lang="en"
# **The model.** Each class gets a score: `logits = x @ W + b`.
#
# | | shape | |
# |---|---|---|
# | `x` | `(N, 64)` | images in rows |
# | `W` | `(64, 10)` | a weight for each pixel and class |
# | `b` | `(10,)` | a bias for each class |
# | `logits` | `(N, 10)` | scores |
#
# **The gradient.** Your `cross_entropy_grad` gives the slope for the logits; call it `dlogits`.
# From there it goes to the weights:
#
# $$\frac{\partial L}{\partial W} = x^\top \, \text{dlogits} \qquad \frac{\partial L}{\partial b} = \sum_n \text{dlogits}_n$$
#
# In code: `x.T @ dlogits`, and `dlogits.sum(axis=0)`.
# Unit 04 shows where this comes from; here you can believe it, or test it with `numeric_gradient`.
#
# **Train.** One pass over the training data is an **epoch**.
# Here each epoch is one step that uses all training rows.
# Start from the zeros below and an empty list `costs`, and repeat 200 times:
#
# 1. Compute `logits` for `x_train`.
# 2. Append the cross-entropy to `costs`, as a `float`.
# 3. Compute `dlogits`, then subtract `1.0` times the gradients from `W` and `b`.
#
# The loop `for epoch in tqdm(range(200)):` shows its progress.
# The check looks at `costs`: 200 numbers, the first one before any step.
# Each should be lower than the one before.

# %% answer="costs"
W, b = xp.zeros((64, 10)), xp.zeros(10)
### BEGIN SOLUTION
costs = []
for epoch in tqdm(range(200), leave=False, delay=1):
    logits = x_train @ W + b
    costs.append(float(cross_entropy(logits, y_train)))
    dlogits = cross_entropy_grad(logits, y_train)
    W = W - 1.0 * (x_train.T @ dlogits)
    b = b - 1.0 * dlogits.sum(axis=0)
### END SOLUTION

# %% check="costs"
chainrule.check("costs", costs)

# %% [markdown] lang="en"
# The first cost should be a number that you know, since all weights were 0.
#
# **The test.** Store the share of test images whose predicted label is right, a number from 0 to 1, in `test_accuracy`.

# %% answer="test_accuracy"
### BEGIN SOLUTION
test_accuracy = float((predict(x_test @ W + b) == y_test).mean())
### END SOLUTION

# %% check="test_accuracy"
chainrule.check("test_accuracy", test_accuracy)


# %% tags=["demo"]
def train(slope, epochs=200, lr=1.0):
    """Costs and validation accuracies of a fresh classifier; `slope` gives dlogits."""
    W, b, seen, right = xp.zeros((64, 10)), xp.zeros(10), [], []
    for _ in tqdm(range(epochs), leave=False, delay=1):
        logits = x_train @ W + b
        seen.append(float(cross_entropy(logits, y_train)))
        right.append(metrics.accuracy(predict(x_val @ W + b), y_val))
        dlogits = slope(logits, y_train)
        W, b = W - lr * (x_train.T @ dlogits), b - lr * dlogits.sum(axis=0)
    return W, b, seen, right


# %% tags=["demo"]
W_soft, b_soft, seen, right_share = train(cross_entropy_grad)
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
left.plot(seen)
left.axhline(np.log(10), color="#888888", linewidth=1)
left.text(60, np.log(10) - 0.12, "ln 10: all scores equal", va="top")
left.set(xlabel="epoch", ylabel="cost", title="training", ylim=(0, None))
right.plot(right_share)
right.set(xlabel="epoch", ylabel="accuracy", title="validation", ylim=(0, 1.02))
plotting.describe(fig, f"The cost falls from 2.30 to {seen[-1]:.2f}; validation accuracy ends at {right_share[-1]:.2f}.")

# %% [markdown] lang="en"
# **What has it learned?**
# Each column of `W` holds a weight for each pixel, so it can be drawn as a picture.
# A linear classifier keeps one **template** for each digit.

# %% tags=["demo"]
fig, axes = plt.subplots(2, 5, figsize=(9, 4))
templates = chainrule.to_host(W_soft).T.reshape(10, 8, 8)
top = float(np.abs(templates).max())
for digit, (ax, template) in enumerate(zip(axes.ravel(), templates, strict=True)):
    shown = ax.imshow(template, cmap="PuOr", vmin=-top, vmax=top)
    ax.set(title=f"digit {digit}", xticks=[], yticks=[])
fig.colorbar(shown, ax=axes, label="weight", shrink=0.8)
plotting.describe(fig, "Weights as pictures: for digit 0 the ring counts for it and the middle against it.")

# %% tags=["demo"]
confused = chainrule.to_host(metrics.confusion_matrix(predict(x_val @ W_soft + b_soft), y_val, 10))
fig, ax = plt.subplots(figsize=(6, 4.6))
plotting.heatmap(confused / confused.sum(axis=1, keepdims=True), range(10), range(10), ax, label="validation, %")
ax.set(xlabel="predicted", ylabel="right label")
plotting.describe(fig, "Most validation images lie on the diagonal, where both labels agree.")

# %% [markdown] lang="en"
# **The other loss.** The same loop with the hinge loss trains an SVM.
# Only the slope changes.

# %% tags=["demo"]
W_hinge, b_hinge, _, hinge_share = train(lambda scores, y: hinge_loss_grad(scores, y, 1.0), lr=0.1)
fig, ax = plt.subplots()
plotting.curves(np.arange(200), {"cross-entropy": right_share, "hinge": hinge_share}, ax)
ax.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0.5, 1.0))
plotting.describe(fig, "Both losses reach a similar accuracy on the validation images.")

# %% [markdown] lang="en"
# Two losses, nearly one result.
# Both can only compare images with one template for each digit.
# Whether more layers help, and what has to stand between them, is the question of Unit 01.

# %% [markdown] lang="en"
# ## Summary
#
# | tool | formula | remember |
# |---|---|---|
# | log-likelihood | $h \ln \theta + (n - h) \ln(1 - \theta)$ | sums survive where products underflow |
# | gradient ascent, descent | $w \pm \text{lr} \cdot \text{slope}$ | up for a likelihood, down for a loss |
# | limit of the rate | $2 / \lambda_{\max}$ | the steepest direction decides |
# | numeric gradient | $(f(x + h) - f(x - h)) / 2h$ | easy and slow: for tests |
# | least squares | $w = X^{+} y$ | a column of ones gives the intercept |
# | softmax | $e^{s_c} / \sum_j e^{s_j}$ | subtract the row's largest score |
# | cross-entropy | $-\ln p_y$, slope $(p - \text{one-hot}) / N$ | starts at $\ln C$ |
# | hinge | $\max(0, s_j - s_y + \Delta)$ | starts at $(C - 1) \Delta$, content beyond the margin |
#
# - A label needs no softmax: the largest score wins.
# - Shuffle, then split, then prepare with numbers of the training part.
# - A test that cannot fail proves nothing: try a detector on a known leak.
#
# **Papers**
#
# - Fisher: [On the mathematical foundations of theoretical statistics](https://doi.org/10.1098/rsta.1922.0009), for the likelihood (1922)
# - Penrose: [On best approximate solutions of linear matrix equations](https://doi.org/10.1017/S0305004100030929) (1956)
# - Weston, Watkins: [Support vector machines for multi-class pattern recognition](https://www.esann.org/sites/default/files/proceedings/legacy/es1999-461.pdf) (1999)
# - LeCun, Bottou, Bengio, Haffner: [Gradient-based learning applied to document recognition](http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf), for MNIST (1998)
# - Kaufman, Rosset, Perlich, Stitelman: [Leakage in data mining](https://doi.org/10.1145/2382577.2382579) (2012)
# - Goodfellow, Bengio, Courville: [Deep Learning](https://www.deeplearningbook.org), chapters 4 and 5 (2016)
