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
# # Unit 02: Activations and their derivatives
#
# A layer multiplies by weights and adds biases.
# Without something in between, two layers are one layer.
# That something is the **activation**: one simple function, applied to every number.
# This unit builds the usual ones, and asks one question of each.
# What does its slope do to the gradient?
#
# **After this unit you can**
#
# - write sigmoid, tanh, ReLU, leaky ReLU, PReLU, ELU, SELU and maxout with their derivatives,
# - send a gradient backward through each of them,
# - predict how fast a gradient shrinks with depth, and check the prediction,
# - find dead units, say what killed them, and bring them back,
# - tell a claim about arithmetic from a claim about convergence.
#
# **You need** the chain rule, NumPy arrays, matrix products, and a first idea of training: a loss, a learning rate, a step.
#
# **Time:** 90 to 120 minutes.
#
# **Points:** 54, of which 29 are for functions, 20 for questions and measurements, and 5 for two short texts.

# %% [markdown] lang="en"
# ## Before you start
#
# Cells that raise `NotImplementedError`, or say `None  # your answer`, are yours.
# Below each of them stands a check.
# Run it as often as you like.
# It tries your answer on inputs that you can see.
# Hidden tests use other inputs.
# Where you choose among given words, the check only records your choice; it is marked after submitting.
# Measured numbers are recorded, too. A prediction counts whatever you guess.
# Stuck? `chainrule.hint("sigmoid")` gives a hint for that exercise, and again the next one. Hints cost nothing.
#
# Write `xp` where you would write `np`.
# It is NumPy, or CuPy if this machine has a GPU for you.

# %% locked="setup"
import matplotlib.pyplot as plt
import numpy as np

import chainrule
from chainrule import data, experiments, plotting

xp = chainrule.use("auto")
plotting.use_style()
grid = xp.linspace(-6, 6, 601)  # for pictures

# %% [markdown] lang="en"
# **Words.**
# A layer computes $z = xW + b$.
# The numbers $z$ are the **pre-activations**.
# The activation turns each of them into an output $a$.
# Arrays have the shape `(N, D)`: a row is an example, a column is a unit.
#
# Training needs the slope of the loss $L$ with respect to $z$.
# The layers above hand down $\partial L / \partial a$, the **upstream** gradient.
# The chain rule multiplies it by the local slope:
#
# $$\frac{\partial L}{\partial z} = \text{upstream} \cdot \frac{\partial a}{\partial z}$$
#
# All of this happens entry by entry, so `z`, `a`, `upstream` and the result have one shape.
#
# Under **By hand** you find results to test your function with.
# They are rounded to four digits.

# %% [markdown] lang="en"
# ## Part 1: Functions that level off

# %% [markdown] lang="en"
# ### Exercise 2.1 - The sigmoid and its gradient (6 points)
#
# **Why.** A probability lies between 0 and 1.
# The sigmoid turns any number into such a value.
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# **Shapes.** `z` has any shape, and the result has the same.
#
# **By hand.** $\sigma(0) = 1/2$.
# $e^{-2} = 0.1353$, so $\sigma(2) = 1 / 1.1353 = 0.8808$.
# $\sigma(-2) = 1 - 0.8808 = 0.1192$.
#
# **The trap.** For $z = -1000$ the formula needs $e^{1000}$, and no float is that large.
# Multiply numerator and denominator by $e^{z}$ to get a second form:
#
# $$\sigma(z) = \frac{e^{z}}{1 + e^{z}}$$
#
# The first form is safe for $z \ge 0$, the second for $z < 0$.
# Both then need only $e^{-|z|}$, which is never above 1.
# Note that `xp.where` computes both of its branches before it chooses.

# %% answer="sigmoid"
def sigmoid(z):
    """Squash every entry of z, of any shape, into the range 0 to 1, without overflow."""
    ### BEGIN SOLUTION
    small = xp.exp(-xp.abs(z))
    return xp.where(z >= 0, 1 / (1 + small), small / (1 + small))
    ### END SOLUTION


# %% check="sigmoid"
chainrule.check("sigmoid", sigmoid)

# %% [markdown] lang="en"
# **The slope.**
# Differentiate $\sigma$, and its own value comes back:
#
# $$\sigma'(z) = \sigma(z) \, (1 - \sigma(z)) = a \, (1 - a)$$
#
# A network has computed $a$ already in the forward pass.
# So the slope costs one product and no exponential.
#
# **By hand.** $a = 0.5$ gives the slope $0.5 \cdot 0.5 = 0.25$.
# $a = 0.8808$ gives $0.8808 \cdot 0.1192 = 0.1050$.

# %% answer="sigmoid_grad_from_output"
def sigmoid_grad_from_output(a):
    """Give the slope of the sigmoid from its output a, same shape."""
    ### BEGIN SOLUTION
    return a * (1 - a)
    ### END SOLUTION


# %% check="sigmoid_grad_from_output"
chainrule.check("sigmoid_grad_from_output", sigmoid_grad_from_output)

# %% [markdown] lang="en"
# Now the same slope, but from the pre-activation `z`.
# Mind which of the two you are given: $a = 2$ cannot happen, $z = 2$ can.
#
# **By hand.** $z = 2$ gives $0.1050$, and $2 \cdot (1 - 2) = -2$ would be wrong.

# %% answer="sigmoid_grad"
def sigmoid_grad(z):
    """Give the slope of the sigmoid from its input z, same shape."""
    ### BEGIN SOLUTION
    return sigmoid_grad_from_output(sigmoid(z))
    ### END SOLUTION


# %% check="sigmoid_grad"
chainrule.check("sigmoid_grad", sigmoid_grad)

# %% [markdown] lang="en"
# **Backward.**
# Multiply the upstream gradient by the slope.
#
# **By hand.** upstream $= 3$ and $a = 0.8808$ give $3 \cdot 0.1050 = 0.3150$.

# %% answer="sigmoid_backward"
def sigmoid_backward(upstream, a):
    """Send the gradient dL/da back to dL/dz; a is the sigmoid's output, all shapes are equal."""
    ### BEGIN SOLUTION
    return upstream * a * (1 - a)
    ### END SOLUTION


# %% check="sigmoid_backward"
chainrule.check("sigmoid_backward", sigmoid_backward)

# %% tags=["demo"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
plotting.with_slope(grid, sigmoid(grid), sigmoid_grad(grid), left, name="sigmoid")
plotting.yours_over_right(grid, sigmoid(grid), 1 / (1 + xp.exp(-grid)), right, name="sigmoid(z)")
left.set_title("function and slope")
right.set_title("yours over the right one")
plotting.describe(fig, "The sigmoid climbs from 0 to 1; its slope is a hill of height 0.25.")

# %% [markdown] lang="en"
# The slope is 0.25 at best, and it fades on both sides.
# Where a curve is nearly flat, we say that it **saturates**.
#
# **Question.** For which positive $z$ has the slope of the sigmoid fallen to 0.01?
# Solve $a (1 - a) = 0.01$, or try numbers with your `sigmoid_grad`.
# Two digits are enough.

# %% answer="saturation_point"
### BEGIN SOLUTION
saturation_point = float(np.log(0.9899 / 0.0101))  # a = 0.9899
### END SOLUTION

# %% check="saturation_point"
chainrule.check("saturation_point", saturation_point)

# %% [markdown] lang="en"
# ### Exercise 2.2 - The gradient of tanh (3 points)
#
# **Why.** The sigmoid's outputs are all positive.
# Exercise 2.11 shows why that slows down the next layer.
# tanh has the same shape, but runs from -1 to 1 and passes through 0.
# It is a sigmoid, stretched and shifted: $\tanh(z) = 2\sigma(2z) - 1$.
# NumPy and CuPy have it: `xp.tanh` does not overflow.
#
# $$\tanh'(z) = 1 - \tanh(z)^2 = 1 - a^2$$
#
# **Shapes.** Entry by entry again.
#
# **By hand.** $\tanh(0) = 0$, slope $1 - 0 = 1$.
# $\tanh(1) = 0.7616$, slope $1 - 0.5800 = 0.4200$.

# %% answer="tanh_grad_from_output"
def tanh_grad_from_output(a):
    """Give the slope of tanh from its output a, same shape."""
    ### BEGIN SOLUTION
    return 1 - a**2
    ### END SOLUTION


# %% check="tanh_grad_from_output"
chainrule.check("tanh_grad_from_output", tanh_grad_from_output)

# %% [markdown] lang="en"
# From the pre-activation: $z = 1$ must give $0.4200$, and $z = 1000$ must give 0 without a warning.

# %% answer="tanh_grad"
def tanh_grad(z):
    """Give the slope of tanh from its input z, same shape."""
    ### BEGIN SOLUTION
    return 1 - xp.tanh(z) ** 2
    ### END SOLUTION


# %% check="tanh_grad"
chainrule.check("tanh_grad", tanh_grad)

# %% [markdown] lang="en"
# Backward: upstream $= -2$ and $a = 0.7616$ give $-2 \cdot 0.4200 = -0.840$.

# %% answer="tanh_backward"
def tanh_backward(upstream, a):
    """Send the gradient dL/da back to dL/dz; a is the output of tanh, all shapes are equal."""
    ### BEGIN SOLUTION
    return upstream * (1 - a**2)
    ### END SOLUTION


# %% check="tanh_backward"
chainrule.check("tanh_backward", tanh_backward)

# %% tags=["demo"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
plotting.with_slope(grid, xp.tanh(grid), tanh_grad(grid), left, name="tanh")
slopes = {"slope of tanh": tanh_grad(grid), "slope of sigmoid": sigmoid_grad(grid)}
plotting.curves(grid, slopes, right).set(title="two slopes", xlabel="z")
left.set_title("function and slope")
plotting.describe(fig, "tanh climbs from -1 to 1; its slope reaches 1, the sigmoid's only 0.25.")

# %% [markdown] lang="en"
# tanh lets the whole gradient through at $z = 0$.
# But it saturates sooner: at $z = 3$ its slope is 0.0099, and the sigmoid's is 0.0452.
#
# **A map of saturation.**
# We send real images through six layers, once with sigmoid and once with tanh.
# The images are handwritten digits of 8 x 8 pixels, flattened to rows of 64 numbers from 0 to 1.
# The weights are random, and a scale multiplies them.
# A number counts as saturated when its slope is below a tenth of the largest possible slope.

# %% locked="digits"
digits = data.load_digits(np.random.default_rng(2))
x_train, y_train = xp.asarray(digits.x_train), xp.asarray(digits.y_train)
x_val, y_val = xp.asarray(digits.x_val), xp.asarray(digits.y_val)
print("training images:", x_train.shape, "validation images:", x_val.shape)


# %% tags=["demo"]
def saturated(activation, slope, threshold, scale):
    """Share of pre-activations whose slope is below the threshold, layer by layer."""
    network = experiments.make_network([64] * 7, np.random.default_rng(202), gain=scale, xp=xp)
    z, _ = experiments.forward(network, x_train[:300], activation)
    return [float((slope(layer) < threshold).mean()) for layer in z]


# %% tags=["demo"]
scales = [0.5, 1, 2, 4, 8, 16]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
functions = {"sigmoid": (sigmoid, sigmoid_grad, 0.25), "tanh": (xp.tanh, tanh_grad, 1.0)}
for ax, (name, (f, slope, top)) in zip(axes, functions.items(), strict=True):
    shares = [saturated(f, slope, 0.1 * top, scale) for scale in scales]
    plotting.heatmap(np.transpose(shares), scales, range(1, 7), ax, label=f"{name}: saturated, %")
    ax.set(xlabel="weight scale", ylabel="layer")
plotting.describe(fig, "In all layers, saturation grows from 0 % at scale 0.5 to most entries at 16.")

# %% [markdown] lang="en"
# Large weights push $z$ into the flat parts, where no gradient passes.
# So the same function can be fine or useless: the weights decide.
# Unit 03 chooses them.

# %% [markdown] lang="en"
# ### Exercise 2.3 - How small the gradient gets (6 points)
#
# **Why.** A gradient that goes down through $L$ layers is multiplied by $L$ slopes.
# (In this exercise $L$ counts layers.)
# For the sigmoid each slope is at most 0.25.
# Let all weights on the path be 1 for now.
#
# **By hand.** Two layers: at most $0.25 \cdot 0.25 = 0.0625$.
# Three layers: at most $0.015625$.
#
# **Compute first.** What is the largest possible factor through **10** layers?
# Two digits are enough; write a very small number as in `1.5e-3`.

# %% answer="predicted_factor"
### BEGIN SOLUTION
predicted_factor = 9.5e-7
### END SOLUTION

# %% check="predicted_factor"
chainrule.check("predicted_factor", predicted_factor)

# %% [markdown] lang="en"
# Now the rule for any depth.
# `layers` is a whole number, and the result is one number.

# %% answer="sigmoid_gradient_bound"
def sigmoid_gradient_bound(layers):
    """Give the largest possible gradient factor through this many sigmoids, with weights of 1."""
    ### BEGIN SOLUTION
    return 0.25**layers
    ### END SOLUTION


# %% check="sigmoid_gradient_bound"
chainrule.check("sigmoid_gradient_bound", sigmoid_gradient_bound)

# %% [markdown] lang="en"
# **Then measure.**
# Follow 100,000 random paths through 10 layers at once.
#
# 1. Start with a factor of 1 for every path; the first two lines do this.
# 2. In each of the 10 layers, draw a pre-activation for every path: `xp.asarray(rng.standard_normal(100_000))`.
# 3. Multiply every factor by the slope of the sigmoid there.
# 4. Store the largest factor in `largest_factor`.

# %% answer="largest_factor"
rng = np.random.default_rng(203)
factor = xp.ones(100_000)
### BEGIN SOLUTION
for _ in range(10):
    z = xp.asarray(rng.standard_normal(100_000))
    factor = factor * sigmoid_grad(z)
largest_factor = float(factor.max())
### END SOLUTION

# %% check="largest_factor"
chainrule.check("largest_factor", largest_factor)

# %% [markdown] lang="en"
# The luckiest of 100,000 paths comes close to your bound, and none gets over it.
# Of a gradient of 1, the first layer sees less than a millionth.
# This is the **vanishing gradient**.
#
# Weights change the count.
# A weight $w$ on the path multiplies each factor by $w$, so the bound becomes $(0.25\,w)^L$.
# At $w = 4$ it is 1.
# But large weights also push $z$ away from 0, where the slope is far below 0.25.

# %% tags=["demo"]
def draw_bounds(weight=1.0):
    """Draw the largest factors through 1 to 20 layers, for sigmoid and tanh."""
    fig, ax = plt.subplots()
    layers = np.arange(1, 21)
    factors = {"tanh": (1.0 * weight) ** layers, "sigmoid": (0.25 * weight) ** layers}
    plotting.curves(layers, factors, ax)
    ax.set(yscale="log", xlabel="layers", ylabel="largest factor", title=f"weight {weight:g}")
    ax.set_xticks([1, 5, 10, 15, 20])
    plotting.describe(fig, f"Largest gradient factors over depth with weights of {weight:g}.")


draw_bounds()

# %% [markdown] lang="en"
# Move the slider to see other weights.
# (In a printed or graded page only the figure above appears.)

# %% tags=["demo"]
from ipywidgets import FloatSlider

plotting.interact(draw_bounds, weight=FloatSlider(value=2.0, min=0.5, max=5.0, step=0.5))

# %% [markdown] lang="en"
# > **Many notes get this wrong: "sigmoid and tanh are no longer used."**
# >
# > This is true of the hidden layers of most deep networks today.
# > It is wrong for **outputs**: a probability of yes or no is a sigmoid.
# > It is wrong for **gates**: an LSTM, a network with a memory, opens and closes it with sigmoids, and writes with tanh.
# > A gate of 1 lets a number pass, a gate of 0 stops it.
#
# Why does saturation not hurt at the output?
# Take an example whose right answer is "yes", with $a = \sigma(z)$.
# Its loss is the **cross-entropy** $L = -\ln a$.
# Its slope is $\partial L / \partial a = -1/a$.
# Multiply by the sigmoid's slope:
#
# $$\frac{\partial L}{\partial z} = -\frac{1}{a} \cdot a (1 - a) = a - 1$$
#
# The factor that saturates has canceled.
#
# **Question.** The network is wrong with some confidence: $z = -3$.
# The sigmoid's own slope there is only 0.045.
# What is $\partial L / \partial z$?
# Two digits are enough.

# %% answer="output_gradient"
### BEGIN SOLUTION
output_gradient = float(sigmoid(xp.asarray(-3.0))) - 1
### END SOLUTION

# %% check="output_gradient"
chainrule.check("output_gradient", output_gradient)

# %% [markdown] lang="en"
# Almost the whole gradient arrives, just where the network is most wrong.
#
# **In your own words (2 points).**
# A friend reads that sigmoids are outdated, and removes them everywhere.
# Name one place where a sigmoid should stay.
# Say why its saturation does not hurt there, or why it is even wanted.
# Two or three sentences.

# %% [markdown] text="sigmoid_today" points=2
# A sigmoid should stay at the output of a yes-or-no classifier, because the output must be a probability.
# Together with the cross-entropy loss its slope cancels: dL/dz is a - y (y is 1 for "yes", 0 for "no"), which is large wherever the network is wrong.
# (Or: in the gates of an LSTM or GRU. A gate should be nearly closed or nearly open, so saturation is what it is for.)
#
# **Rubric**
#
# - 1 point: names an output for a probability, or a gate.
# - 1 point: gives the matching reason: the slope cancels in the gradient of the cross-entropy (the loss $-\ln a$); or a gate is meant to be nearly 0 or 1.
# - "A probability must lie between 0 and 1" names the place, not the reason: it earns only the first point.
# - No points for "it is faster" or "it is traditional".

# %% [markdown] lang="en"
# ## Part 2: Straight lines with a corner

# %% [markdown] lang="en"
# ### Exercise 2.4 - ReLU and its gradient (7 points)
#
# **Why.** To keep the gradient alive, we want a slope of 1 on a whole side, not at one point.
# The rectified linear unit has it.
#
# $$\text{relu}(z) = \max(z, 0)$$
#
# **Shapes.** Entry by entry.
#
# **By hand.** $(-2, 0, 3)$ becomes $(0, 0, 3)$.
#
# Do not change `z` itself: the backward pass needs it.

# %% answer="relu"
def relu(z):
    """Replace the negative entries of z by 0, in a new array of the same shape."""
    ### BEGIN SOLUTION
    return xp.maximum(z, 0)
    ### END SOLUTION


# %% check="relu"
chainrule.check("relu", relu)

# %% [markdown] lang="en"
# **The slope** is 1 for $z > 0$ and 0 for $z < 0$.
# At $z = 0$ there is a corner: 0 from the left, 1 from the right.
# Any number from 0 to 1 is accepted there, and we will measure whether it matters.
#
# **By hand.** $(-2, 3)$ has the slopes $(0, 1)$.

# %% answer="relu_grad"
def relu_grad(z):
    """Give the slope of ReLU from its input z, as numbers, same shape."""
    ### BEGIN SOLUTION
    return (z > 0) * 1.0
    ### END SOLUTION


# %% check="relu_grad"
chainrule.check("relu_grad", relu_grad)

# %% [markdown] lang="en"
# **Backward.** upstream $= (5, -7)$ and $z = (-2, 3)$ give $(0, -7)$.
# The sign of `z` decides what passes; the sign of the gradient does not.

# %% answer="relu_backward"
def relu_backward(upstream, z):
    """Send the gradient dL/da back to dL/dz; z is the input of ReLU, all shapes are equal."""
    ### BEGIN SOLUTION
    return upstream * (z > 0)
    ### END SOLUTION


# %% check="relu_backward"
chainrule.check("relu_backward", relu_backward)

# %% tags=["demo"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
plotting.with_slope(grid, relu(grid), relu_grad(grid), left, name="ReLU")
corner = np.interp(chainrule.to_host(grid), [-6, 0, 6], [0, 0, 6])
plotting.yours_over_right(grid, relu(grid), corner, right, name="relu(z)")
left.set_title("function and slope")
right.set_title("yours over the right one")
plotting.describe(fig, "ReLU is 0 up to z = 0 and rises after it; its slope jumps from 0 to 1.")

# %% [markdown] lang="en"
# On the positive side the slope is 1 at every depth: $1^{10} = 1$.
# On the negative side it is 0, and Exercise 2.10 shows what that can cost.
#
# **The corner: does the slope at 0 matter?**
# It can only matter where some $z$ is exactly 0.
# About half of the digits' pixels are exactly 0.
#
# **Predict.** A layer with random weights turns all training images into pre-activations.
# How many of these are **exactly** 0?
# Choose `"none"`, `"a few percent"` or `"half"`.

# %% answer="zeros_expected"
### BEGIN SOLUTION
zeros_expected = "none"
### END SOLUTION

# %% check="zeros_expected"
chainrule.check("zeros_expected", zeros_expected)

# %% [markdown] lang="en"
# **Measure.**
# The first two lines are given.
# They make a network with random weights, and send all training images through it.
# `z[0]` holds the pre-activations of the hidden layer, shape `(1438, 32)`.
# Store the number of exact zeros in `exact_zeros`.

# %% answer="exact_zeros"
network = experiments.make_network([64, 32, 10], np.random.default_rng(204), gain=2**0.5, xp=xp)
z, _ = experiments.forward(network, x_train, relu)
### BEGIN SOLUTION
exact_zeros = int((z[0] == 0).sum())
### END SOLUTION

# %% check="exact_zeros"
chainrule.check("exact_zeros", exact_zeros)

# %% [markdown] lang="en"
# Pixels are zero, but each $z$ is a weighted sum of 64 of them.
# To hit 0 exactly, positive and negative terms would have to cancel in all 16 digits.
#
# **Now train.** The helpers below train on the digits, 64 images a step.
# `accuracy_with(at_zero, hidden_scale)` uses `at_zero` as the slope at 0.
# It returns the accuracy on the validation images, which training never sees: a share from 0 to 1.
# The random weights of the hidden layer are multiplied by `hidden_scale`.

# %% locked="fit"
from tqdm.auto import tqdm


def fit(network, activation, derivative, *, lr, steps, rng):
    """Train the network on the digits, in place; the run that comes back has the losses."""
    functions = {"activation": activation, "derivative": derivative}
    options = {"lr": lr, "steps": steps, "batch_size": 64, "rng": rng}
    with tqdm(total=steps, leave=False, delay=1) as bar:
        functions["on_step"] = lambda step, network: bar.update()
        return experiments.train(network, x_train, y_train, **functions, **options)


# %% locked="accuracy-with"
def accuracy_with(at_zero, hidden_scale):
    """Train 64-32-10 with ReLU and this slope at 0; give the accuracy on the validation images."""
    rng = np.random.default_rng(204)
    network = experiments.make_network([64, 32, 10], rng, gain=2**0.5, xp=xp)
    network.weights[0] = hidden_scale * network.weights[0]
    fit(network, relu, lambda z: (z > 0) + at_zero * (z == 0), lr=0.2, steps=300, rng=rng)
    return experiments.accuracy(network, x_val, y_val, relu)


# %% [markdown] lang="en"
# Train with the slopes 0, 1/2 and 1 at zero, each time with `hidden_scale=1.0`.
# Store the three accuracies in the list `accuracies`, in this order.

# %% answer="accuracies"
### BEGIN SOLUTION
accuracies = [accuracy_with(at_zero, hidden_scale=1.0) for at_zero in (0, 0.5, 1)]
### END SOLUTION

# %% check="accuracies"
chainrule.check("accuracies", accuracies)

# %% [markdown] lang="en"
# No $z$ was 0, so the three runs were the same run.
#
# **When does it matter?** When many $z$ are exactly 0.
# With `hidden_scale=0.0` all of them are, at the first step.
# Store the accuracy with slope 1 at zero, minus the accuracy with slope 0, in `zero_start_gain`.

# %% answer="zero_start_gain"
### BEGIN SOLUTION
zero_start_gain = accuracy_with(1, hidden_scale=0.0) - accuracy_with(0, hidden_scale=0.0)
### END SOLUTION

# %% check="zero_start_gain"
chainrule.check("zero_start_gain", zero_start_gain)

# %% [markdown] lang="en"
# With slope 0 the hidden layer gets no gradient at all, at any step: the network can only guess.
# With slope 1 the first step moves the weights off the corner, and training goes on as usual.
# So the value at one point hardly ever matters, but a start on that point does.
# In float32 or float16 exact zeros are less rare; Bertoin et al. (2021) measured their effect.

# %% [markdown] lang="en"
# ### Exercise 2.5 - Leaky ReLU (2 points)
#
# **Why.** Where ReLU is flat, a unit cannot learn.
# So let a little through: a small slope $\alpha$ instead of 0.
#
# $$\text{leaky}(z) = \begin{cases} z & z > 0 \\ \alpha z & z \le 0 \end{cases}$$
#
# **Shapes.** `z` has any shape, `alpha` is one number.
#
# **By hand.** $\alpha = 0.1$: $(-2, 3)$ becomes $(-0.2, 3)$.
#
# Decide by the sign of `z`, so that the function is right for any `alpha`, above 1 too.

# %% answer="leaky_relu"
def leaky_relu(z, alpha):
    """Keep the positive entries of z and multiply the others by the number alpha."""
    ### BEGIN SOLUTION
    return xp.where(z > 0, z, alpha * z)
    ### END SOLUTION


# %% check="leaky_relu"
chainrule.check("leaky_relu", leaky_relu)

# %% [markdown] lang="en"
# **Backward.** $\alpha = 0.1$, upstream $= (5, -7)$ and $z = (-2, 3)$ give $(0.5, -7)$.
#
# At $z = 0$ any slope between $\alpha$ and 1 is accepted.
# The same holds for every corner below: any slope between the left one and the right one will do.

# %% answer="leaky_relu_backward"
def leaky_relu_backward(upstream, z, alpha):
    """Send the gradient dL/da back to dL/dz; upstream and z have one shape, alpha is a number."""
    ### BEGIN SOLUTION
    return upstream * xp.where(z > 0, 1.0, alpha)
    ### END SOLUTION


# %% check="leaky_relu_backward"
chainrule.check("leaky_relu_backward", leaky_relu_backward)

# %% tags=["demo"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
slope = leaky_relu_backward(xp.ones_like(grid), grid, 0.2)
plotting.with_slope(grid, leaky_relu(grid, 0.2), slope, left, name="leaky ReLU")
corner = np.interp(chainrule.to_host(grid), [-6, 0, 6], [-1.2, 0, 6])
plotting.yours_over_right(grid, leaky_relu(grid, 0.2), corner, right, name="leaky_relu(z, 0.2)")
left.set_title("function and slope, alpha = 0.2")
right.set_title("yours over the right one")
plotting.describe(fig, "Leaky ReLU has slope 0.2 on the left and slope 1 on the right.")

# %% [markdown] lang="en"
# An upstream gradient of ones makes a backward function return the slope itself.
# We use that trick again below.

# %% [markdown] lang="en"
# ### Exercise 2.6 - PReLU learns its slope (4 points)
#
# **Why.** Which $\alpha$ is best?
# PReLU does not guess: it learns one slope for each unit, like a weight.
#
# $$a_{nd} = \begin{cases} z_{nd} & z_{nd} > 0 \\ \alpha_d \, z_{nd} & z_{nd} \le 0 \end{cases}$$
#
# **Shapes.** `z` is `(N, D)`, `alpha` is `(D,)`: one slope for each column.
#
# **By hand.** `alpha = (0.5, 0.1)`:
#
# | `z` | `a` |
# |---|---|
# | (-2, 1) | (-1, 1) |
# | (-4, -3) | (-2, -0.3) |

# %% answer="prelu"
def prelu(z, alpha):
    """Apply the slope alpha[d] to the negative entries of column d; z is (N, D), alpha is (D,)."""
    ### BEGIN SOLUTION
    return xp.where(z > 0, z, alpha * z)
    ### END SOLUTION


# %% check="prelu"
chainrule.check("prelu", prelu)

# %% [markdown] lang="en"
# **Backward, twice.**
# The gradient goes to `z`, as before.
# It also goes to `alpha`: where $z < 0$, the output is $\alpha z$, so its slope with respect to $\alpha$ is $z$.
# Where $z > 0$, the output does not depend on $\alpha$.
# One $\alpha_d$ serves all $N$ examples, so their parts add up:
#
# $$\frac{\partial L}{\partial \alpha_d} = \sum_{n} \text{upstream}_{nd} \cdot \min(z_{nd}, 0)$$
#
# **By hand.** With `z` and `alpha` from above and upstream = ((1, 2), (3, 4)):
# `dz` = ((0.5, 2), (1.5, 0.4)).
# `dalpha` = (1·(-2) + 3·(-4), 4·(-3)) = (-14, -12).
#
# Return both: `return dz, dalpha`.

# %% answer="prelu_backward"
def prelu_backward(upstream, z, alpha):
    """Return dL/dz of shape (N, D) and dL/dalpha of shape (D,), in this order."""
    ### BEGIN SOLUTION
    dz = upstream * xp.where(z > 0, 1.0, alpha)
    dalpha = (upstream * xp.minimum(z, 0)).sum(axis=0)
    return dz, dalpha
    ### END SOLUTION


# %% check="prelu_backward"
chainrule.check("prelu_backward", prelu_backward)

# %% [markdown] lang="en"
# **Experiment: recover known slopes.**
# The cell below makes targets with the slopes 0.1, 0.3 and 0.7, and adds a little noise.
# Can gradient descent find these slopes from `z` and `target` alone?

# %% locked="prelu-data"
rng = np.random.default_rng(206)
true_alpha = xp.asarray([0.1, 0.3, 0.7])
z_seen = xp.asarray(rng.standard_normal((400, 3)))
noise = 0.05 * xp.asarray(rng.standard_normal((400, 3)))
target = xp.maximum(z_seen, 0) + true_alpha * xp.minimum(z_seen, 0) + noise

# %% [markdown] lang="en"
# The loss is $\frac{1}{2N} \sum (a - \text{target})^2$, so the upstream gradient is $(a - \text{target}) / N$.
#
# 1. Start with `alpha = xp.zeros(3)`.
# 2. Repeat 100 times: compute `a`, then `upstream`, then `dalpha`, and subtract `1.0 * dalpha` from `alpha`.
# 3. Store the largest distance $|\alpha_d - \text{true } \alpha_d|$ in `slope_error`.

# %% answer="slope_error"
### BEGIN SOLUTION
alpha = xp.zeros(3)
for _ in range(100):
    upstream = (prelu(z_seen, alpha) - target) / len(z_seen)
    _, dalpha = prelu_backward(upstream, z_seen, alpha)
    alpha = alpha - 1.0 * dalpha
slope_error = float(xp.abs(alpha - true_alpha).max())
### END SOLUTION

# %% check="slope_error"
chainrule.check("slope_error", slope_error)


# %% tags=["demo"]
def slopes_over_steps(steps):
    """Repeat the descent and keep alpha after every step."""
    seen = [np.zeros(3)]
    for _ in range(steps):
        now = xp.asarray(seen[-1])
        _, dalpha = prelu_backward((prelu(z_seen, now) - target) / 400, z_seen, now)
        seen.append(chainrule.to_host(now - dalpha))
    return np.array(seen)


# %% tags=["demo"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
seen = slopes_over_steps(15)
plotting.curves(np.arange(16), {f"unit {d}": seen[:, d] for d in range(3)}, left)
left.legend(loc=(0.7, 0.5))
left.hlines(chainrule.to_host(true_alpha), 0, 15, color="#888888", linewidth=1)
left.set(xlabel="step", ylabel="alpha", title="slopes while they are learned", xticks=[0, 5, 10, 15])
inputs, learned = grid[:, None] * xp.ones(3), xp.asarray(seen[-1])
outputs, slopes = prelu(inputs, learned), prelu_backward(xp.ones_like(inputs), inputs, learned)[0]
plotting.with_slope(grid, outputs[:, 2], slopes[:, 2], right, name="PReLU, unit 2")
right.set_title("function and slope after learning")
plotting.describe(fig, "Within ten steps the slopes settle at 0.1, 0.3 and 0.7.")

# %% [markdown] lang="en"
# A slope is a parameter like any other: give it a gradient, and it learns.

# %% [markdown] lang="en"
# ## Part 3: Exponentials on one side

# %% [markdown] lang="en"
# ### Exercise 2.7 - ELU bends instead of breaking (4 points)
#
# **Why.** ReLU's outputs are never negative, so their mean is positive.
# ELU lets negative values through, but not below $-\alpha$.
# That pulls the mean toward 0, and large negative inputs are damped.
#
# $$\text{elu}(z) = \begin{cases} z & z > 0 \\ \alpha \, (e^{z} - 1) & z \le 0 \end{cases}$$
#
# **Shapes.** `z` has any shape, `alpha` is one number.
#
# **By hand.** $\alpha = 1.5$, $z = -1$: $1.5 \cdot (0.3679 - 1) = -0.9482$.
#
# **The trap.** `xp.where` computes both branches, and $e^{1000}$ overflows.
# The result stays right, but a warning appears.
# `xp.minimum(z, 0)` inside the exponential avoids it.
# `xp.expm1(z)` is $e^z - 1$, and more exact near 0.

# %% answer="elu"
def elu(z, alpha):
    """Keep positive entries; bend the others toward -alpha. z has any shape, alpha is a number."""
    ### BEGIN SOLUTION
    return xp.where(z > 0, z, alpha * xp.expm1(xp.minimum(z, 0)))
    ### END SOLUTION


# %% check="elu"
chainrule.check("elu", elu)

# %% [markdown] lang="en"
# **The slope** on the negative side is $\alpha e^z$.
# From the output it is $\text{elu}(z) + \alpha$.
#
# **By hand.** $\alpha = 1.5$, $z = -1$: $1.5 \cdot 0.3679 = 0.5518$, and also $-0.9482 + 1.5 = 0.5518$.

# %% answer="elu_grad"
def elu_grad(z, alpha):
    """Give the slope of ELU from its input z, same shape."""
    ### BEGIN SOLUTION
    return xp.where(z > 0, 1.0, alpha * xp.exp(xp.minimum(z, 0)))
    ### END SOLUTION


# %% check="elu_grad"
chainrule.check("elu_grad", elu_grad)

# %% [markdown] lang="en"
# **Backward.** $\alpha = 1.5$, upstream $= 2$ and $z = -1$ give $2 \cdot 0.5518 = 1.1036$.

# %% answer="elu_backward"
def elu_backward(upstream, z, alpha):
    """Send the gradient dL/da back to dL/dz; upstream and z have one shape, alpha is a number."""
    ### BEGIN SOLUTION
    return upstream * elu_grad(z, alpha)
    ### END SOLUTION


# %% check="elu_backward"
chainrule.check("elu_backward", elu_backward)

# %% [markdown] lang="en"
# > **Many notes get this wrong: "ELU is differentiable at 0."**
# >
# > Just right of 0 the slope is 1.
# > Just left of 0 it is $\alpha e^0 = \alpha$.
# > The two agree only for $\alpha = 1$.
# > For every other $\alpha$, ELU has a corner at 0, as ReLU has.
#
# **Question.** How large is the jump of the slope at 0, right minus left, for $\alpha = 0.37$?

# %% answer="slope_jump"
### BEGIN SOLUTION
slope_jump = 1 - 0.37
### END SOLUTION

# %% check="slope_jump"
chainrule.check("slope_jump", slope_jump)


# %% tags=["demo"]
def draw_elu(alpha=1.0):
    """Draw ELU and its slope for one alpha."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    before, after = elu_grad(xp.asarray([-1e-9, 1e-9]), alpha).tolist()
    plotting.with_slope(grid, elu(grid, alpha), elu_grad(grid, alpha), left, name="ELU")
    left.set(title=f"alpha = {alpha}: the slope jumps by {after - before:.2f}", ylim=(-2.3, 6.3))
    by_hand = [z if z > 0 else alpha * (np.exp(z) - 1) for z in chainrule.to_host(grid)]
    plotting.yours_over_right(grid, elu(grid, alpha), by_hand, right, name=f"elu(z, {alpha})")
    right.set(title="yours over the right one", ylim=(-2.3, 6.3))
    plotting.describe(fig, f"ELU for alpha = {alpha}; at 0 its slope jumps by {after - before:.2f}.")


draw_elu(2.0)

# %% tags=["demo"]
fig, ax = plt.subplots()
near = xp.linspace(-2, 1, 601)
plotting.curves(near, {f"alpha = {alpha}": elu_grad(near, alpha) for alpha in (0.5, 1.0, 2.0)}, ax)
ax.set(xlabel="z", ylabel="slope of ELU", title="only alpha = 1 meets the line")
plotting.describe(fig, "With alpha 0.5 and 2 the slope of ELU jumps at 0, with alpha 1 not.")

# %% tags=["demo"]
from ipywidgets import FloatSlider

plotting.interact(draw_elu, alpha=FloatSlider(value=1.0, min=0.25, max=2.0, step=0.25))

# %% [markdown] lang="en"
# At $\alpha = 1$ the slope is continuous, so ELU bends there instead of breaking.

# %% [markdown] lang="en"
# ### Exercise 2.8 - SELU keeps mean and variance (5 points)
#
# **Why.** After many layers the numbers may explode or fade away.
# SELU is ELU with two constants, chosen so that this does not happen.
#
# $$\text{selu}(z) = \lambda \cdot \text{elu}(z, \alpha) \qquad
# \lambda = 1.0507009873554805 \qquad \alpha = 1.6732632423543772$$
#
# > **Many notes get this wrong: the constants are fixed.**
# >
# > $\alpha$ and $\lambda$ are no settings to tune.
# > They follow from one demand: normally distributed inputs with mean 0 and variance 1 must give outputs with mean 0 and variance 1.
# > And since $\alpha$ is not 1, SELU has a corner at 0: its slope jumps from 1.758 to 1.051.
#
# **Shapes.** Entry by entry.
#
# **By hand.** $\text{selu}(1) = 1.0507$.
# $\text{selu}(-1) = 1.0507 \cdot 1.6733 \cdot (-0.6321) = -1.1113$.

# %% locked="selu-constants"
SELU_SCALE = 1.0507009873554805  # lambda
SELU_ALPHA = 1.6732632423543772


# %% answer="selu"
def selu(z):
    """Apply SELU with its two fixed constants to every entry of z."""
    ### BEGIN SOLUTION
    return SELU_SCALE * elu(z, SELU_ALPHA)
    ### END SOLUTION


# %% check="selu"
chainrule.check("selu", selu)

# %% [markdown] lang="en"
# **The slope.** $\lambda$ multiplies both sides.
#
# **By hand.** At $z = 1$: $1.0507$.
# At $z = -1$: $1.0507 \cdot 1.6733 \cdot 0.3679 = 0.6468$.

# %% answer="selu_grad"
def selu_grad(z):
    """Give the slope of SELU from its input z, same shape."""
    ### BEGIN SOLUTION
    return SELU_SCALE * elu_grad(z, SELU_ALPHA)
    ### END SOLUTION


# %% check="selu_grad"
chainrule.check("selu_grad", selu_grad)

# %% [markdown] lang="en"
# **Backward.** upstream $= -2$ and $z = -1$ give $-2 \cdot 0.6468 = -1.294$.

# %% answer="selu_backward"
def selu_backward(upstream, z):
    """Send the gradient dL/da back to dL/dz; z is the input of SELU, all shapes are equal."""
    ### BEGIN SOLUTION
    return upstream * selu_grad(z)
    ### END SOLUTION


# %% check="selu_backward"
chainrule.check("selu_backward", selu_backward)

# %% tags=["demo"]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
plotting.with_slope(grid, selu(grid), selu_grad(grid), left, name="SELU")
by_hand = [1.0507 * (z if z > 0 else 1.6733 * (np.exp(z) - 1)) for z in chainrule.to_host(grid)]
plotting.yours_over_right(grid, selu(grid), by_hand, right, name="selu(z)")
left.set_title("function and slope")
right.set_title("yours over the right one")
plotting.describe(fig, "SELU tends to -1.758 on the left and has slope 1.051 on the right.")


# %% [markdown] lang="en"
# **Experiment: 30 layers.**
# `through_layers` sends 500 random examples with mean 0 and variance 1 through 30 layers of 256 units.
# Each weight is drawn with mean 0 and variance 1/256.
# The result is a list: what comes out of layer 1, layer 2, and so on.

# %% locked="through-layers"
def through_layers(activation, layers=30, width=256):
    """Outputs of every layer for 500 random examples."""
    rng = np.random.default_rng(208)
    a, outputs = xp.asarray(rng.standard_normal((500, width))), []
    for _ in range(layers):
        W = xp.asarray(rng.standard_normal((width, width))) / width**0.5
        a = activation(a @ W)
        outputs.append(a)
    return outputs


# %% [markdown] lang="en"
# **Predict, then measure.** What should mean and variance be after layer 30?
# Store the mean of the last output in `selu_mean`.

# %% answer="selu_mean"
### BEGIN SOLUTION
last = through_layers(selu)[-1]
selu_mean = float(last.mean())
### END SOLUTION

# %% check="selu_mean"
chainrule.check("selu_mean", selu_mean)

# %% [markdown] lang="en"
# And its variance in `selu_variance`.

# %% answer="selu_variance"
### BEGIN SOLUTION
selu_variance = float(through_layers(selu)[-1].var())
### END SOLUTION

# %% check="selu_variance"
chainrule.check("selu_variance", selu_variance)

# %% tags=["demo"]
functions = {"SELU": selu, "tanh": xp.tanh, "ELU, alpha 1": lambda z: elu(z, 1.0), "ReLU": relu}
variances = {name: [float(a.var()) for a in through_layers(f)] for name, f in functions.items()}
fig, ax = plt.subplots()
plotting.curves(np.arange(1, 31), variances, ax)
ax.set(yscale="log", xlabel="layer", ylabel="variance of the outputs")
plotting.describe(fig, "Over 30 layers the variance stays near 1 for SELU; with ReLU it vanishes.")

# %% [markdown] lang="en"
# The same weights serve all four.
# Only SELU stays near variance 1.
# ReLU halves the mean square in each layer; Unit 03 repairs that with larger weights.

# %% [markdown] lang="en"
# ## Part 4: Learning the shape itself

# %% [markdown] lang="en"
# ### Exercise 2.9 - Maxout: the largest of several lines (6 points)
#
# **Why.** So far somebody chose the curve.
# Maxout learns it: each unit has $K$ **pieces** and gives the largest.
# A piece is what a usual layer computes: weights times input, plus a bias.
# Such a function is called **affine**.
#
# $$a_{nm} = \max_{k} \; \left( x W_k + b_k \right)_{nm}$$
#
# **Shapes.** `x` is `(N, D)`, `W` is `(K, D, M)`, `b` is `(K, M)`, the result is `(N, M)`.
# `x @ W` has the shape `(K, N, M)`: one product for each piece.
# `b[:, None, :]` has the shape `(K, 1, M)` and can be added to it.
#
# **By hand.** One input, one unit, two pieces: $x$ (weight 1, bias 0) and $-x + 5$ (weight -1, bias 5).
# For $x = 2$ they are 2 and 3, so the output is 3.

# %% answer="maxout"
def maxout(x, W, b):
    """Give the largest of K affine pieces: x (N, D), W (K, D, M), b (K, M), result (N, M)."""
    ### BEGIN SOLUTION
    return (x @ W + b[:, None, :]).max(axis=0)
    ### END SOLUTION


# %% check="maxout"
chainrule.check("maxout", maxout)

# %% [markdown] lang="en"
# **Old friends.**
# Two pieces with one input and one unit are enough for many of our functions.
# With the pieces $x$ and $0$ the unit is ReLU.
# With $x$ and $-x$ it is $|x|$.
#
# Write down the parameters for a leaky ReLU with any slope $\alpha < 1$.
# $\alpha = 0$ is then ReLU, and $\alpha = -1$ is $|x|$.
#
# **Shapes.** `W` is `(2, 1, 1)`, `b` is `(2, 1)`.
# Return both arrays: `return W, b`.

# %% answer="maxout_pieces"
def maxout_pieces(alpha):
    """Return W and b of a maxout unit that equals leaky ReLU with the slope alpha."""
    ### BEGIN SOLUTION
    W = xp.asarray([1.0, alpha]).reshape(2, 1, 1)
    b = xp.zeros((2, 1))
    return W, b
    ### END SOLUTION


# %% check="maxout_pieces"
chainrule.check("maxout_pieces", maxout_pieces)

# %% [markdown] lang="en"
# **Backward.**
# For one example and one unit, only the piece that won has moved the output.
# So it gets the whole upstream gradient, and the others get 0.
# From there on the piece is an affine layer.
# With `routed` of shape `(K, N, M)` for the gradient that each piece gets:
#
# $$dx = \sum_k \text{routed}_k W_k^\top \qquad dW_k = x^\top \text{routed}_k \qquad db_k = \sum_n \text{routed}_{k,n}$$
#
# **By hand.** $x = -3$ with the pieces $x$ and $-x$, upstream $= 5$.
# The pieces are -3 and 3, so piece 1 wins (we count from 0).
# `dx` = 5 · (-1) = -5, `dW[1]` = 5 · (-3) = -15, `db[1]` = 5, and piece 0 gets 0.
#
# On a tie one winner gets everything: `argmax` names one, a comparison with the maximum may mark two.
#
# Return all three: `return dx, dW, db`.

# %% answer="maxout_backward"
def maxout_backward(upstream, x, W, b):
    """Return dL/dx (N, D), dL/dW (K, D, M) and dL/db (K, M); upstream is (N, M)."""
    ### BEGIN SOLUTION
    winner = (x @ W + b[:, None, :]).argmax(axis=0)
    routed = upstream * (xp.arange(len(W))[:, None, None] == winner)
    dx = (routed @ W.swapaxes(1, 2)).sum(axis=0)
    dW = x.T @ routed
    db = routed.sum(axis=1)
    return dx, dW, db
    ### END SOLUTION


# %% check="maxout_backward"
chainrule.check("maxout_backward", maxout_backward)

# %% tags=["demo"]
x, shapes = grid[:, None], {"|x|": -1.0, "ReLU": 0.0, "leaky ReLU": 0.2}
fig, axes = plt.subplots(1, 3, figsize=(10, 3.4), sharey=True)
for ax, (name, alpha) in zip(axes, shapes.items(), strict=True):
    corner = np.interp(chainrule.to_host(grid), [-6, 0, 6], [-6 * alpha, 0, 6])
    W, b = maxout_pieces(alpha)
    plotting.yours_over_right(grid, maxout(x, W, b)[:, 0], corner, ax, name="")
    slope = maxout_backward(xp.ones_like(x), x, W, b)[0][:, 0]
    ax.plot(*map(chainrule.to_host, (grid, slope)), color="#D55E00", linestyle="--", label="slope")
    ax.set(title=f"{name}: alpha = {alpha:g}", xlabel="x", ylim=(-2.2, 8.5))
    ax.legend(loc="upper center", ncols=3, fontsize=9, handlelength=1.2, columnspacing=1)
plotting.describe(fig, "Your maxout unit draws |x|, ReLU and leaky ReLU, slopes included.")

# %% [markdown] lang="en"
# **The price.**
# A usual layer from 64 inputs to 32 units has $64 \cdot 32 + 32 = 2080$ parameters.
#
# **Question.** How many has a maxout layer from 64 inputs to 32 units, with 2 pieces for each unit?

# %% answer="maxout_parameters"
### BEGIN SOLUTION
maxout_parameters = 2 * (64 * 32 + 32)
### END SOLUTION

# %% check="maxout_parameters"
chainrule.check("maxout_parameters", maxout_parameters)

# %% [markdown] lang="en"
# Some piece always wins, so the gradient always gets through.
# The price: two pieces mean twice the parameters and twice the products.

# %% [markdown] lang="en"
# ## Part 5: What happens in training

# %% [markdown] lang="en"
# ### Exercise 2.10 - Dead units (7 points)
#
# **Why.** A ReLU unit whose $z$ is negative has slope 0 for that example.
# That is normal: a healthy unit is off for about half of the examples.
# A unit that is off for **every** example is **dead**.
# Then each of its slopes is 0, its weights get a gradient of exactly 0, and they never move again.
#
# **Shapes.** `a` holds the outputs of ReLU, `(N, D)`.
# The result holds one truth value for each unit, `(D,)`.
#
# **By hand.**
#
# | example | unit 0 | unit 1 | unit 2 |
# |---|---|---|---|
# | 0 | 0 | 0 | 0.7 |
# | 1 | 0 | 2.1 | 0.4 |
# | dead? | True | False | False |

# %% answer="dead_units"
def dead_units(a):
    """Say which columns of the activations a, shape (N, D), are 0 for every example."""
    ### BEGIN SOLUTION
    return (a == 0).all(axis=0)
    ### END SOLUTION


# %% check="dead_units"
chainrule.check("dead_units", dead_units)

# %% [markdown] lang="en"
# **Cause it.**
# One step with a large learning rate can throw the weights far away.
# If the bias lands deep in the negative, no image switches the unit on again.
#
# **Predict.** The cell trains a network with 100 hidden units for 100 steps with `lr = 2.0`.
# A usual rate here is 0.2.
# How many of the 100 units will be dead?
# Think of a number before you run the cell.
#
# **Measure** over the whole training set: `z[0]` holds the hidden pre-activations of all images.
# Store the share of dead units, a number from 0 to 1, in `dead_fraction`.

# %% answer="dead_fraction"
rng = np.random.default_rng(210)
broken = experiments.make_network([64, 100, 10], rng, gain=2**0.5, xp=xp)
fit(broken, relu, relu_grad, lr=2.0, steps=100, rng=rng)
z, _ = experiments.forward(broken, x_train, relu)
### BEGIN SOLUTION
dead_fraction = float(dead_units(relu(z[0])).mean())
### END SOLUTION

# %% check="dead_fraction"
chainrule.check("dead_fraction", dead_fraction)


# %% tags=["demo"]
def broken_by(lr):
    """Losses and share of dead units of 100 steps with this learning rate."""
    rng = np.random.default_rng(210)
    network = experiments.make_network([64, 100, 10], rng, gain=2**0.5, xp=xp)
    run = fit(network, relu, relu_grad, lr=lr, steps=100, rng=rng)
    z, _ = experiments.forward(network, x_train, relu)
    return run.losses, float(dead_units(relu(z[0])).mean())


# %% tags=["demo"]
results = {lr: broken_by(lr) for lr in (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 4.0)}
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
plotting.curves(np.arange(100), {f"rate {lr}": results[lr][0] for lr in (0.2, 2.0)}, left)
left.set(xlabel="step", ylabel="training loss", ylim=(0, None))
right.plot(list(results), [share for _, share in results.values()], marker="o")
right.set(xscale="log", xlabel="learning rate", ylabel="share of dead units", ylim=(-0.05, 1.05))
right.set_xticks(list(results), [f"{lr:g}" for lr in results])
right.minorticks_off()
plotting.describe(fig, "Hardly a unit dies up to a rate of 1; from 2 on, at least nine of ten do.")

# %% [markdown] lang="en"
# **Repair it.**
# Three repairs are often named:
#
# - a **lower rate**,
# - a small positive **bias at the start**, so that units begin switched on,
# - a **leaky slope** on the negative side.
#
# First we use each from the beginning, and look at the accuracy on the validation images after 100 steps.

# %% tags=["demo"]
def trained(lr=2.0, bias=0.0, alpha=0.0):
    """Accuracy after 100 steps from a fresh start; alpha is the slope on the negative side."""
    rng = np.random.default_rng(210)
    network = experiments.make_network([64, 100, 10], rng, gain=2**0.5, bias=bias, xp=xp)
    activation, derivative = lambda z: leaky_relu(z, alpha), lambda z: xp.where(z > 0, 1.0, alpha)
    fit(network, activation, derivative, lr=lr, steps=100, rng=rng)
    return experiments.accuracy(network, x_val, y_val, activation)


# %% tags=["demo"]
fig, ax = plt.subplots()
repairs = {"ReLU, rate 2": trained(), "bias 0.1, rate 2": trained(bias=0.1)}
repairs |= {"leak 0.01, rate 2": trained(alpha=0.01), "ReLU, rate 0.2": trained(lr=0.2)}
plotting.bars(repairs, ax).set_xlabel("accuracy on the validation images")
plotting.describe(fig, "Only the lower rate gives a high accuracy.")

# %% [markdown] lang="en"
# The rate was the cause, so only the lower rate prevents the damage.
# A positive bias guards against units that are dead from birth; it is soon washed away by steps this large.
#
# Now a harder task: the network **is** broken, and you train on.
#
# **Predict.** Which repair can revive units that are already dead?
# Choose `"lower rate"`, `"bias at the start"` or `"leaky slope"`.

# %% answer="reviving_repair"
### BEGIN SOLUTION
reviving_repair = "leaky slope"
### END SOLUTION

# %% check="reviving_repair"
chainrule.check("reviving_repair", reviving_repair)


# %% [markdown] lang="en"
# **Measure.**
# `train_on` trains a copy of the broken network for 300 more steps.
# Then it says which units are dead, still judged by ReLU.

# %% locked="train-on"
def train_on(activation, derivative, lr):
    """Which hidden units are dead after 300 more steps with these functions and this rate?"""
    network = experiments.Network(list(broken.weights), list(broken.biases))
    fit(network, activation, derivative, lr=lr, steps=300, rng=np.random.default_rng(211))
    z, _ = experiments.forward(network, x_train, relu)
    return dead_units(relu(z[0]))


was_dead = dead_units(relu(experiments.forward(broken, x_train, relu)[0][0]))

# %% [markdown] lang="en"
# An example: ReLU with a lower rate.

# %%
still_dead = train_on(relu, relu_grad, lr=0.1)
revived = was_dead & ~still_dead
print("dead before:", int(was_dead.sum()), " revived by a lower rate:", int(revived.sum()))

# %% [markdown] lang="en"
# Now train on with leaky ReLU, `alpha = 0.2` and `lr = 0.5`.
# For the derivative use your `leaky_relu_backward` with an upstream gradient of ones.
# Both functions must take `z` alone.
# Store in `revived_share`: of the units that were dead, the share that is not dead any more.

# %% answer="revived_share"
### BEGIN SOLUTION
still_dead = train_on(
    lambda z: leaky_relu(z, 0.2),
    lambda z: leaky_relu_backward(xp.ones_like(z), z, 0.2),
    lr=0.5,
)
revived_share = float((was_dead & ~still_dead).sum() / was_dead.sum())
### END SOLUTION

# %% check="revived_share"
chainrule.check("revived_share", revived_share)

# %% [markdown] lang="en"
# Zero times any rate is zero.
# Only a slope on the negative side gives a dead unit a gradient to come back with.
# (This hidden layer sees the images themselves.
# In a deeper layer the inputs of a dead unit still change, and may switch it on by luck.)
#
# **In your own words (3 points).**
# A colleague finds that 80 % of the ReLU units in a hidden layer are dead.
# "I will divide the learning rate by 10 and train on," she says.
# What will happen to the dead units, and why?
# What should she do instead, and why does it work?
# Three to five sentences.

# %% [markdown] text="dead_units_text" points=3
# The dead units stay dead.
# For each image of the training set their z is negative, so the slope of ReLU is 0, and the gradient of their weights and biases is a sum of zeros.
# A smaller rate multiplies this 0, so the weights do not move.
# She can train on with a slope on the negative side, such as leaky ReLU: then each negative z passes alpha times the gradient, and the weights move again.
# Or she starts afresh with the lower rate, which keeps the units from dying in the first place.
#
# **Rubric**
#
# - 1 point: the dead units stay dead, or come back only by luck, when the layers below change.
# - 1 point: because their gradient is exactly 0 over the whole set, and a rate times 0 is 0.
# - 1 point: names a repair that works, with its reason: a leaky slope (or PReLU, ELU) gives them a gradient; or new weights for these units; or a new start with the lower rate.
# - "A lower rate helps them to come back" earns no point, unless it is said of a fresh start.
# - An answer may add that changes in the layers below can switch a unit on by luck.

# %% [markdown] lang="en"
# ### Exercise 2.11 - Inputs of one sign (2 points)
#
# **Why.** Sigmoid and ReLU never give negative numbers.
# The next layer gets these as its inputs `x`.
# What does that do to its weights?
#
# **Formula.** For one example, the gradient of the weights of one unit is
#
# $$\frac{\partial L}{\partial w_d} = \text{upstream} \cdot x_d$$
#
# Seen from the weights, $z$ comes next: upstream is here $\partial L / \partial z$, one number for the unit.
# $d$ runs over the inputs of the unit.
#
# **By hand.** $x = (0.5, 2)$ and upstream $= -3$ give $(-1.5, -6)$.
#
# **Predict.** All inputs are positive.
# Which signs can the gradients of one unit's weights have, for one example?
# Choose `"all equal"`, `"half and half"` or `"any mix"`.

# %% answer="one_example_signs"
### BEGIN SOLUTION
one_example_signs = "all equal"
### END SOLUTION

# %% check="one_example_signs"
chainrule.check("one_example_signs", one_example_signs)

# %% [markdown] lang="en"
# So one step can raise all weights of the unit, or lower all, but never raise one and lower another.
# A goal that needs both is reached in a **zigzag**.
#
# Below, a unit with two weights learns $y = x_1 - x_2$, one example a step.
# The goal is the star at $(1, -1)$.

# %% tags=["demo"]
def walk(center, steps=60, lr=0.2):
    """Weights after every step; the inputs lie at most 1 away from `center`."""
    rng, w = np.random.default_rng(212), np.array([-1.0, 1.0])
    points = [w]
    for x in center + rng.uniform(-1, 1, (steps, 2)):
        w = w - lr * (x @ w - x @ [1, -1]) * x
        points.append(w)
    return np.array(points)


# %% tags=["demo"]
def mean_loss(center):
    """The loss over the weights u and v, averaged over the inputs."""
    return lambda u, v: (center * (u + v)) ** 2 + ((u - 1) ** 2 + (v + 1) ** 2) / 3


fig, axes = plt.subplots(1, 2, figsize=(9, 4.4))
for ax, center, name in zip(axes, (1.0, 0.0), ("positive inputs", "centered inputs"), strict=True):
    plotting.path(mean_loss(center), walk(center), ax, goal=(1, -1))
    ax.set(title=name, xlim=(-1.4, 1.4), ylim=(-1.4, 1.4))
plotting.describe(fig, "With positive inputs the path zigzags across the valley.")

# %% [markdown] lang="en"
# **Measure on the digits.**
# Pixels are never negative, so the gradients of one unit agree in sign: the share of the more frequent sign is 100 %.
# Now center the images: subtract from each pixel its mean over the training set.
#
# 1. `centered` = `x_train` minus the mean of each column.
# 2. For every image count the positive and the negative entries.
# 3. The larger count, divided by the sum of both, is the image's agreement.
# 4. Store the mean agreement over all training images, a number from 0 to 1, in `centered_agreement`.

# %% answer="centered_agreement"
### BEGIN SOLUTION
centered = x_train - x_train.mean(axis=0)
positive, negative = (centered > 0).sum(axis=1), (centered < 0).sum(axis=1)
centered_agreement = float((xp.maximum(positive, negative) / (positive + negative)).mean())
### END SOLUTION

# %% check="centered_agreement"
chainrule.check("centered_agreement", centered_agreement)

# %% [markdown] lang="en"
# The upstream number flips all signs of a unit or none, so it cannot change the agreement.
# That is why it does not appear in your count.
#
# In practice a step uses many examples.
# Their upstream numbers differ in sign, and the sum may then have mixed signs.
# The effect gets weaker, but it does not vanish.

# %% tags=["demo"]
def batch_agreement(x):
    """Share of the more frequent sign in a unit's weight gradient over 64 images."""
    rng = np.random.default_rng(213)
    network = experiments.make_network([64, 100, 10], rng, gain=2**0.5, xp=xp)
    before, options = network.weights[0], {"activation": relu, "derivative": relu_grad}
    experiments.train(network, x[:64], y_train[:64], lr=1.0, steps=1, **options)
    gradient = before - network.weights[0]  # a step with rate 1 subtracts the gradient
    up, down = (gradient > 0).sum(axis=0), (gradient < 0).sum(axis=0)
    return float((xp.maximum(up, down) / xp.maximum(up + down, 1)).mean())


# %% tags=["demo"]
fig, ax = plt.subplots(figsize=(6.4, 2.2))
raw, even = batch_agreement(x_train), batch_agreement(x_train - x_train.mean(axis=0))
plotting.bars({"raw pixels": raw, "centered pixels": even}, ax)
ax.set(xlabel="agreement of signs in a batch of 64", xlim=(0, 1))
plotting.describe(fig, f"The signs agree to {raw:.2f} for raw and {even:.2f} for centered pixels.")

# %% [markdown] lang="en"
# This is why inputs are centered (Unit 03), and why tanh and ELU, whose outputs have both signs, help the next layer.

# %% [markdown] lang="en"
# ### Exercise 2.12 - Arithmetic or convergence (2 points)
#
# **Why.** "ReLU is six times faster than tanh" is often read as: a maximum costs less than an exponential.
# There are two clocks.
# One counts the **time** for one call.
# The other counts the **steps** until the network is good.
#
# **First clock.** How long do one million numbers take?
# On a GPU the clock must wait for the result, so we fetch one number of it.

# %% tags=["demo"]
from time import perf_counter


def milliseconds(work):
    """Shortest of 7 runs."""
    times = []
    for _ in range(7):
        start = perf_counter()
        chainrule.to_host(work().ravel()[:1])
        times.append(1000 * (perf_counter() - start))
    return min(times)


# %% tags=["demo"]
million = xp.asarray(np.random.default_rng(0).standard_normal((1000, 1000)))
calls = {
    "max(z, 0)": lambda: xp.maximum(million, 0),
    "exp(z)": lambda: xp.exp(million),
    "tanh(z)": lambda: xp.tanh(million),
    "your sigmoid(z)": lambda: sigmoid(million),
    "x @ W": lambda: million @ million,
}
fig, ax = plt.subplots(figsize=(6.4, 2.8))
plotting.bars({name: milliseconds(work) for name, work in calls.items()}, ax, form="{:.1f} ms")
ax.set(xlabel="milliseconds for one million outputs")
plotting.describe(fig, "A maximum takes the least time; the product x @ W takes by far the most.")

# %% [markdown] lang="en"
# The maximum is the cheapest.
# By how much depends on the machine, and on how a function is written: your sigmoid goes over the numbers several times.
# But look at the matrix product of the same layer.
# As long as it takes most of the time, no activation can make the layer six times faster.
#
# **Question.** The "six times" comes from Krizhevsky, Sutskever and Hinton (2012).
# Their figure 1 shows a network on CIFAR-10, a set of small color photos.
# With ReLU it reached a training error of 25 % six times sooner than with tanh, counted in passes over the data.
# What is this a claim about?
# Choose `"arithmetic"`, `"convergence"` or `"accuracy"`.

# %% answer="six_times"
### BEGIN SOLUTION
six_times = "convergence"
### END SOLUTION

# %% check="six_times"
chainrule.check("six_times", six_times)


# %% [markdown] lang="en"
# **Second clock.**
# Two helpers: `losses_of` trains a network with three hidden layers of 64 units, and gives the loss before every step.
# `steps_to` says how many steps it took to bring the loss below a goal.

# %% locked="steps-to"
def losses_of(activation, derivative, gain, lr=0.05, steps=600):
    """Losses of a network with three hidden layers of 64 units, always from the same seed."""
    rng = np.random.default_rng(214)
    network = experiments.make_network([64, 64, 64, 64, 10], rng, gain=gain, xp=xp)
    return fit(network, activation, derivative, lr=lr, steps=steps, rng=rng).losses


def steps_to(losses, goal=0.3):
    """First step at which the mean of the last 20 losses is below the goal; else the last step."""
    smooth = np.convolve(losses, np.ones(20) / 20, mode="valid")
    below = np.flatnonzero(smooth < goal)
    return 20 + int(below[0]) if len(below) else len(losses)


# %% [markdown] lang="en"
# **Predict.** On this small network, will tanh need six times the steps of ReLU?
#
# **Measure.** `steps_to(losses_of(activation, derivative, gain))` counts the steps to a training loss of 0.3.
# Use `relu`, `relu_grad` and a gain of `2**0.5` for the one, and `xp.tanh`, `tanh_grad` and a gain of `1.0` for the other.
# (The gain is the scale of the first weights; Unit 03 derives both values.)
# Store the steps of tanh divided by the steps of ReLU in `steps_ratio`.

# %% answer="steps_ratio"
### BEGIN SOLUTION
relu_steps = steps_to(losses_of(relu, relu_grad, 2**0.5))
tanh_steps = steps_to(losses_of(xp.tanh, tanh_grad, 1.0))
steps_ratio = tanh_steps / relu_steps
### END SOLUTION

# %% check="steps_ratio"
chainrule.check("steps_ratio", steps_ratio)

# %% tags=["demo"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
for ax, lr in zip(axes, (0.05, 0.3), strict=True):
    runs = {"ReLU": losses_of(relu, relu_grad, 2**0.5, lr=lr)}
    runs["tanh"] = losses_of(xp.tanh, tanh_grad, 1.0, lr=lr)
    runs["sigmoid"] = losses_of(sigmoid, sigmoid_grad, 4.0, lr=lr)  # slope 1/4, so gain 4
    steps = {name: str(steps_to(run)).replace("600", "over 600") for name, run in runs.items()}
    took = {name: f"{name}: {steps[name]} steps" for name in runs}
    smooth = {took[name]: np.convolve(run, np.ones(20) / 20, "valid") for name, run in runs.items()}
    plotting.curves(np.arange(20, 601), smooth, ax).axhline(0.3, color="#888888", linewidth=1)
    ax.set(title=f"learning rate {lr}", xlabel="step", ylabel="training loss")
plotting.describe(fig, "At rate 0.05 ReLU learns fastest, at rate 0.3 tanh; the sigmoid is last.")

# %% [markdown] lang="en"
# Here the ratio is not six, and at another learning rate tanh even wins.
# A number such as "six times" belongs to one network, one data set and one setting.
# What remains: the gain was in convergence, and a claim about speed must say which clock it read.

# %% [markdown] lang="en"
# ## Summary
#
# | function | range | slope | remember |
# |---|---|---|---|
# | sigmoid | 0 to 1 | at most 0.25 | for outputs and gates; $0.25^L$ through $L$ layers |
# | tanh | -1 to 1 | at most 1 | centered, but saturates |
# | ReLU | 0 and up | 0 or 1 | the usual choice; units can die |
# | leaky ReLU | all numbers | $\alpha$ or 1 | dead units can come back |
# | PReLU | all numbers | learned | `dalpha` sums over the batch |
# | ELU | above $-\alpha$ | $\alpha e^z$ or 1 | smooth at 0 only for $\alpha = 1$ |
# | SELU | above -1.758 | jumps at 0 | two fixed constants, mean 0 and variance 1 |
# | maxout | learned | learned | twice the parameters with two pieces |
#
# - Backward is upstream times slope, entry by entry.
# - Saturated or dead means the same to the gradient: a slope near 0, or exactly 0.
# - The slope of ReLU at 0 hardly matters, since $z$ is hardly ever exactly 0.
# - A rate that is too large kills units; a lower rate prevents it, but only a leak revives.
# - Inputs of one sign force the weights of a unit to move together.
#
# **Papers**
#
# - Nair, Hinton: [Rectified linear units improve restricted Boltzmann machines](https://icml.cc/Conferences/2010/papers/432.pdf) (2010)
# - Krizhevsky, Sutskever, Hinton: [ImageNet classification with deep convolutional neural networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks) (2012)
# - Maas, Hannun, Ng: [Rectifier nonlinearities improve neural network acoustic models](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf) (2013)
# - Goodfellow et al.: [Maxout networks](https://arxiv.org/abs/1302.4389) (2013)
# - He, Zhang, Ren, Sun: [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852), for PReLU (2015)
# - Clevert, Unterthiner, Hochreiter: [Fast and accurate deep network learning by exponential linear units](https://arxiv.org/abs/1511.07289) (2016)
# - Klambauer et al.: [Self-normalizing neural networks](https://arxiv.org/abs/1706.02515) (2017)
# - Lu et al.: [Dying ReLU and initialization](https://arxiv.org/abs/1903.06733) (2020)
# - Bertoin et al.: [Numerical influence of ReLU'(0) on backpropagation](https://arxiv.org/abs/2106.12915) (2021)
