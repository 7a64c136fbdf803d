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
# # Unit 03: Initialization and preprocessing: keep the signal alive
#
# Before the first step of training, two things are set: the scale of the inputs and the scale of the weights.
# Both can ruin the training before it starts.
# Inputs with unequal features make gradient descent crawl.
# Weights that are too small make the signal fade from layer to layer, and weights that are too large make it saturate or explode.
# This unit puts numbers on all of that, and the numbers can be predicted.
#
# **After this unit you can**
#
# - center, standardize and whiten data with statistics of the training set alone,
# - predict how many steps gradient descent takes, before and after,
# - find principal components, and say what dropping some of them costs,
# - say why equal weights stay equal, and what rank that leaves,
# - derive the right scale of random weights for tanh and for ReLU, and measure that it is right.
#
# **You need** matrix products, the activations of Unit 02, and from statistics: mean, variance, standard deviation.
#
# **Time:** 90 to 120 minutes.
#
# **Points:** 52, of which 25 are for functions, 22 for questions and measurements, and 5 for two short texts.

# %% [markdown] lang="en"
# ## Before you start
#
# Write your answers where a cell raises `NotImplementedError` or says `None  # your answer`.
# The check below it tries your answer on inputs that you can see, as often as you like.
# Hidden tests use other inputs.
# Where you choose among given words, the check only records your choice.
# Stuck? `chainrule.hint("center")` gives a hint for that exercise, and again the next one. Hints cost nothing.
#
# Write `xp` where you would write `np`, except for random numbers: these come from a generator `rng`.

# %% locked="setup"
import matplotlib.pyplot as plt
import numpy as np

import chainrule
from chainrule import data, experiments, plotting
from chainrule.nn.activations import relu, relu_grad, tanh_grad

xp = chainrule.use("auto")
plotting.use_style()
host = chainrule.to_host  # pictures are drawn on the host

# %% [markdown] lang="en"
# **Words.**
# `X` holds examples, shape `(N, D)`: a row is an example, a column is a feature.
# The **mean** of a feature is the average of its column.
# The **variance** is the average squared distance from the mean, and the **standard deviation** (`std`) is its root.
# All averages divide by $N$, as `X.mean(axis=0)` and `X.std(axis=0)` do.

# %% [markdown] lang="en"
# ## Part 1: The inputs

# %% [markdown] lang="en"
# ### Exercise 3.1 - Center and standardize (5 points)
#
# **Why.** One feature is an area of about 100, another a distance of about 5.
# The first one dominates every sum, only because of its unit.
# Also, inputs of one sign make the steps of training zigzag (Unit 02).
# The first cure: subtract from every feature its mean.
#
# $$X - \text{mean}$$
#
# **Shapes.** `X` is `(N, D)`, `mean` is `(D,)`, the result is `(N, D)`.
#
# **By hand.** `X` = ((1, 10), (3, 30)) and `mean` = (2, 25) give ((-1, -15), (1, 5)).
#
# **The trap.** Images are often stored as bytes (`uint8`), numbers from 0 to 255.
# Bytes have no negative numbers: if `mean` is made of bytes, too, $10 - 50$ gives 216.
# So turn `X` into floating numbers first: `X.astype(float)`.
#
# `mean` is an argument, since it comes from the training set.

# %% answer="center"
def center(X, mean):
    """Subtract from every column of X, shape (N, D), its entry of mean, shape (D,)."""
    ### BEGIN SOLUTION
    return X.astype(float) - mean
    ### END SOLUTION


# %% check="center"
chainrule.check("center", center)

# %% [markdown] lang="en"
# The second cure: divide by the standard deviation, so that all features are equally wide.
#
# $$\frac{X - \text{mean}}{\text{std}}$$
#
# **By hand.** With `X` and `mean` from above and `std` = (2, 10): ((-0.5, -1.5), (0.5, 0.5)).
#
# **The trap.** A feature that never changes has `std` 0, and $0/0$ is `nan`.
# Divide by 1 there.
# Do not add a small number to `std` instead: if the feature does change one day, it would be multiplied by millions.

# %% answer="standardize"
def standardize(X, mean, std):
    """Give (X - mean) / std, column by column; where std is 0, divide by 1."""
    ### BEGIN SOLUTION
    return center(X, mean) / xp.where(std > 0, std, 1)
    ### END SOLUTION


# %% check="standardize"
chainrule.check("standardize", standardize)

# %% [markdown] lang="en"
# **Whose mean?**
# Always that of the training set, for the test set too.
#
# If the test set helped to compute the mean, then test examples would change the training data: a **leak**.
# If the test set were scaled by its own mean, the same example would become different numbers in the two sets.
#
# **By hand.** `X_train` = ((1,), (3,)) has mean 2 and standard deviation 1.
# `X_test` = ((5,),) becomes ((3,),).
#
# Return both: `return train, test`.

# %% answer="standardize_split"
def standardize_split(X_train, X_test):
    """Standardize both sets, (N, D) and (K, D), with the mean and std of X_train."""
    ### BEGIN SOLUTION
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return standardize(X_train, mean, std), standardize(X_test, mean, std)
    ### END SOLUTION


# %% check="standardize_split"
chainrule.check("standardize_split", standardize_split)

# %% tags=["demo"]
points, label = data.moons(np.random.default_rng(301))
points = xp.asarray(points * [1, 3] + [4, 2])
mean, std = points.mean(axis=0), points.std(axis=0)
stages = {"raw": points, "centered": center(points, mean)}
stages["standardized"] = standardize(points, mean, std)
fig, axes = plt.subplots(1, 3, figsize=(10, 3.4), sharex=True, sharey=True)
for ax, (name, stage) in zip(axes, stages.items(), strict=True):
    plotting.scatter(stage, label, ax).set(title=name, xlabel="feature 0", ylabel="feature 1")
    ax.set(xlim=(-4, 8), ylim=(-5, 8))
plotting.describe(fig, "Centering moves the cloud to the origin, standardizing makes it as wide as high.")

# %% [markdown] lang="en"
# Nothing was lost: each step can be undone.
# But for gradient descent the three clouds are very different, as you will now compute.

# %% [markdown] lang="en"
# ### Exercise 3.2 - What unequal features cost (6 points)
#
# **Why.** A linear fit $y \approx X w$ with the squared error has a loss shaped like a bowl.
# The bowl is steep in some directions of $w$ and flat in others.
# How steep? The curvatures are the **eigenvalues** of
#
# $$\frac{1}{N} X^\top X$$
#
# The learning rate must suit the steepest direction, or the steps overshoot.
# With this rate the flattest direction hardly moves.
# What counts is the ratio, the **condition number**:
#
# $$\kappa = \frac{\lambda_{\max}}{\lambda_{\min}}$$
#
# **Shapes.** `X` is `(N, D)`, the result is one number, at least 1.
# Take `X` as it is: center nothing here.
#
# **By hand.** `X` = ((3, 0), (0, 1)): $X^\top X / 2$ has the eigenvalues 4.5 and 0.5, so $\kappa = 9$.
#
# `xp.linalg.eigvalsh` gives the eigenvalues of a symmetric matrix, the smallest first.

# %% answer="condition_number"
def condition_number(X):
    """Give the largest eigenvalue of X.T @ X / N divided by the smallest, as one number."""
    ### BEGIN SOLUTION
    eigenvalues = xp.linalg.eigvalsh(X.T @ X / len(X))
    return float(eigenvalues[-1] / eigenvalues[0])
    ### END SOLUTION


# %% check="condition_number"
chainrule.check("condition_number", condition_number)

# %% [markdown] lang="en"
# **How many steps?**
# One step with the learning rate $\eta$ multiplies the error along an eigenvector by $1 - \eta \lambda$.
# The best rate treats the two extremes alike: $\eta = 2 / (\lambda_{\max} + \lambda_{\min})$.
# Then both shrink by the same factor:
#
# $$\rho = \frac{\kappa - 1}{\kappa + 1}$$
#
# After $n$ steps the error is $\rho^n$ of what it was.
# We want a given share, say a millionth: $\rho^n = \text{shrink}$.
# Take logarithms:
#
# $$n = \frac{\ln(\text{shrink})}{\ln \rho}$$
#
# **By hand.** $\kappa = 3$: $\rho = 2/4 = 1/2$.
# For $\text{shrink} = 1/8$ that is 3 steps.
#
# Do not round the result.

# %% answer="steps_needed"
def steps_needed(condition, shrink):
    """Predict the steps of gradient descent from the condition number, down to this share of the error."""
    ### BEGIN SOLUTION
    return np.log(shrink) / np.log((condition - 1) / (condition + 1))
    ### END SOLUTION


# %% check="steps_needed"
chainrule.check("steps_needed", steps_needed)

# %% [markdown] lang="en"
# **Compute first.** How many steps does $\kappa = 200$ need, to bring the error to a millionth ($10^{-6}$)?
# Two digits are enough.

# %% answer="predicted_steps"
### BEGIN SOLUTION
predicted_steps = steps_needed(200, 1e-6)
### END SOLUTION

# %% check="predicted_steps"
chainrule.check("predicted_steps", predicted_steps)

# %% [markdown] lang="en"
# **Then measure.**
# 200 invented houses have three features: the area in units of 10 m², the number of rooms, and the distance to the station in km.
# `steps_taken(X)` fits a known rule by gradient descent with the best rate.
# It counts the steps until the error of the weights is a millionth of what it was.

# %% locked="houses"
rng = np.random.default_rng(302)
area, distance = rng.uniform(6, 16, 200), rng.uniform(2, 10, 200)
rooms = area / 2.8 + rng.standard_normal(200)
houses = xp.asarray(np.column_stack([area, rooms, distance]))


def steps_taken(X, shrink=1e-6):
    """Steps of gradient descent on the squared error until the weights are right to this share."""
    goal = xp.asarray([1.0, 3.0, -2.0])
    curvature = X.T @ X / len(X)
    low, *_, high = xp.linalg.eigvalsh(curvature)
    error, steps = -goal, 0  # the weights start at 0
    while float(xp.linalg.norm(error)) > shrink * float(xp.linalg.norm(goal)):
        error = error - 2 / (high + low) * (curvature @ error)
        steps += 1
    return steps


# %% [markdown] lang="en"
# Let `predicted` be your prediction for the raw houses: `steps_needed(condition_number(houses), 1e-6)`.
# Store `steps_taken(houses)` divided by `predicted` in `measured_over_predicted`.

# %% answer="measured_over_predicted"
### BEGIN SOLUTION
predicted = steps_needed(condition_number(houses), 1e-6)
measured_over_predicted = steps_taken(houses) / predicted
### END SOLUTION

# %% check="measured_over_predicted"
chainrule.check("measured_over_predicted", measured_over_predicted)

# %% [markdown] lang="en"
# Now standardize the houses, with their own mean and standard deviation: they are the training set.
# Predict the steps from the new condition number before you measure.
#
# Store the steps for the raw houses, divided by the steps for the standardized ones, in `speedup`.

# %% answer="speedup"
### BEGIN SOLUTION
standardized = standardize(houses, houses.mean(axis=0), houses.std(axis=0))
speedup = steps_taken(houses) / steps_taken(standardized)
### END SOLUTION

# %% check="speedup"
chainrule.check("speedup", speedup)

# %% tags=["demo"]
versions = {"raw": houses, "centered": center(houses, houses.mean(axis=0))}
versions["standardized"] = standardize(houses, houses.mean(axis=0), houses.std(axis=0))
kappas = [condition_number(X) for X in versions.values()]
counted = [steps_taken(X) for X in versions.values()]
line = np.geomspace(2, 400, 100)
fig, ax = plt.subplots()
ax.plot(line, steps_needed(line, 1e-6), label="predicted")
ax.plot(kappas, counted, "o", label="counted", markersize=9)
for name, kappa, steps in zip(versions, kappas, counted, strict=True):
    ax.annotate(f"{name}: {steps} steps", (kappa, steps), (8, -14), textcoords="offset points")
ax.set(xscale="log", yscale="log", xlabel="condition number", ylabel="steps", xlim=(2, 3000))
ax.legend()
plotting.describe(fig, "Counted steps lie on the predicted line, raw highest, standardized lowest.")


# %% tags=["demo"]
def walk(X, steps=25):
    """Weights after every step of a fit of y = x0 - x1, with the best rate."""
    curvature = X.T @ X / len(X)
    low, high = np.linalg.eigvalsh(curvature)
    error = [np.array([-1.5, 0.3])]
    for _ in range(steps):
        error.append(error[-1] - 2 / (high + low) * curvature @ error[-1])
    return curvature, np.array(error) + [1, -1]


# %% tags=["demo"]
two = host(houses[:, [0, 2]])
centered_two = two - two.mean(axis=0)
stages = {"raw": two, "centered": centered_two, "standardized": centered_two / two.std(axis=0)}
fig, axes = plt.subplots(1, 3, figsize=(10, 3.9))
for ax, (name, X) in zip(axes, stages.items(), strict=True):
    (p, q), (_, r) = walk(X)[0]
    bowl = lambda u, v: p * (u - 1) ** 2 + 2 * q * (u - 1) * (v + 1) + r * (v + 1) ** 2
    plotting.path(bowl, walk(X)[1], ax, goal=(1, -1), reach=1.9)
    ax.set(title=f"{name}, condition {condition_number(xp.asarray(X)):.3g}")
plotting.describe(fig, "In the long valley of raw data the path zigzags; standardized, it goes straight to the goal.")

# %% [markdown] lang="en"
# Centering helped most here: all raw features are positive, and their common mean makes one direction very steep.
# Standardizing takes away the units.
# What remains is that area and rooms grow together, and Exercise 3.4 removes that too.
#
# A network is no linear fit, but close to a minimum its loss is a bowl too, and the inputs decide much of its shape.

# %% [markdown] lang="en"
# ### Exercise 3.3 - Principal components (5 points)
#
# **Why.** Features that move together lie along a direction that is no axis.
# Principal component analysis (PCA) finds these directions: the one along which the data varies most, then the next at a right angle, and so on.
#
# **Formula.** The **covariance** of all pairs of features is
#
# $$C = \frac{1}{N} (X - \text{mean})^\top (X - \text{mean})$$
#
# Its eigenvectors are the directions.
# Its eigenvalues are the variances along them.
#
# **Shapes.** Return three arrays: the mean `(D,)`, the directions `V` of shape `(D, k)`, and their variances `(k,)`.
# Each **column** of `V` is a direction of length 1, the one with the largest variance first.
#
# **By hand.** `X` = ((0, 0), (2, 0)): the mean is (1, 0), and $C$ is ((1, 0), (0, 0)).
# With `k = 1`, `V` is ((1,), (0,)) and the variance is (1,).
# ((-1,), (0,)) would be as right: the sign of a direction is free.
#
# **The trap.** `xp.linalg.eigh(C)` returns eigenvalues and eigenvectors, the **smallest** first, and the eigenvectors are **columns**.
# Without centering, the first direction would point from the origin to the mean.

# %% answer="pca"
def pca(X, k):
    """Return the mean (D,), the k directions of largest variance (D, k), and their variances (k,)."""
    ### BEGIN SOLUTION
    mean = X.mean(axis=0)
    covariance = (X - mean).T @ (X - mean) / len(X)
    variances, V = xp.linalg.eigh(covariance)
    return mean, V[:, ::-1][:, :k], variances[::-1][:k]
    ### END SOLUTION


# %% check="pca"
chainrule.check("pca", pca)

# %% [markdown] lang="en"
# **Back from a few directions.**
# $(X - \text{mean})\, V$ holds `k` numbers for each example, its **scores**.
# Multiplying by $V^\top$ leads back to `D` features, and adding the mean back to the place:
#
# $$\text{mean} + (X - \text{mean})\, V V^\top$$
#
# **By hand.** `X` = ((3, 4),), `mean` = (1, 1), `V` = ((1,), (0,)).
# The score is 2, so the result is ((3, 1),): the part along the second axis is lost.

# %% answer="reconstruct"
def reconstruct(X, mean, V):
    """Keep of every example only its part along the columns of V, shape (D, k); the result is (N, D)."""
    ### BEGIN SOLUTION
    return mean + (X - mean) @ V @ V.T
    ### END SOLUTION


# %% check="reconstruct"
chainrule.check("reconstruct", reconstruct)

# %% tags=["demo"]
rng = np.random.default_rng(303)
cloud = xp.asarray(rng.standard_normal((300, 2)) @ [[2.0, 1.2], [0.0, 0.6]] + [3, 2])
mean, V, variances = (host(it) for it in pca(cloud, 2))
fig, ax = plt.subplots(figsize=(5.6, 4))
plotting.scatter(cloud, np.zeros(300, dtype=int), ax)
for v, variance, style in zip(V.T, variances, ("-", "--"), strict=True):
    ends = np.array([mean - 2 * variance**0.5 * v, mean + 2 * variance**0.5 * v])
    ax.plot(*ends.T, color="#D55E00", linestyle=style, label=f"variance {variance:.2f}")
ax.set(aspect="equal", xlabel="feature 0", ylabel="feature 1", title="two principal directions")
ax.legend(loc="upper left")
plotting.describe(fig, "A tilted cloud with a long arm along it and a short arm across it.")

# %% [markdown] lang="en"
# **Experiment: what does dropping cost?**
# The digits of Unit 02 have 64 pixels, so 64 directions.
# Keep 16 of them.
#
# **Predict.** The lost part of each image lies along the 48 dropped directions.
# So the mean squared distance between an image and its reconstruction should be the sum of the 48 dropped variances.

# %% locked="digits"
digits = data.load_digits(np.random.default_rng(2))
x_train, y_train = xp.asarray(digits.x_train), xp.asarray(digits.y_train)
x_val, y_val = xp.asarray(digits.x_val), xp.asarray(digits.y_val)
print("training images:", x_train.shape, "validation images:", x_val.shape)

# %% [markdown] lang="en"
# **Measure.**
#
# 1. Reconstruct `x_train` from its 16 first directions.
# 2. For each image, add up the squared differences over the pixels. Take the mean over the images.
# 3. Divide by the sum of the dropped variances, and store the ratio in `lost_over_dropped`.

# %% answer="lost_over_dropped"
### BEGIN SOLUTION
mean, V, variances = pca(x_train, 64)
rebuilt = reconstruct(x_train, mean, V[:, :16])
lost = ((x_train - rebuilt) ** 2).sum(axis=1).mean()
lost_over_dropped = float(lost / variances[16:].sum())
### END SOLUTION

# %% check="lost_over_dropped"
chainrule.check("lost_over_dropped", lost_over_dropped)


# %% tags=["demo"]
def show_images(images, titles, label, *, symmetric=False):
    """Draw rows of 64 numbers as images of 8 x 8; symmetric shows 0 in white."""
    fig, axes = plt.subplots(1, len(titles), figsize=(1.45 * len(titles), 1.9))
    for ax, image, title in zip(axes, host(xp.stack(images)), titles, strict=True):
        top = abs(image).max() if symmetric else 1
        ax.imshow(image.reshape(8, 8), cmap="PuOr" if symmetric else "gray_r", vmin=-top * symmetric, vmax=top)
        ax.set(title=title, xticks=[], yticks=[])
        ax.grid(visible=False)
    plotting.describe(fig, label)


# %% tags=["demo"]
mean, V, variances = pca(x_train, 64)
shares = [f"{100 * share:.0f} %" for share in host(variances / variances.sum())[:6]]
show_images(list(V.T[:6]), shares, "The first six directions as images; together 60 % of the variance.", symmetric=True)

# %% tags=["demo"]
image, kept = x_val[:1], (2, 8, 16, 32, 64)
images = [reconstruct(image, mean, V[:, :k])[0] for k in kept]
show_images([image[0], *images], ["image", *kept], "A digit gets sharper with 2, 8, 16, 32 and 64 directions.")

# %% [markdown] lang="en"
# The image is not from the training set, yet 16 of 64 numbers draw it well.
# Neighboring pixels move together, so most directions hold little.

# %% [markdown] lang="en"
# ### Exercise 3.4 - Whitening (5 points)
#
# **Why.** Turn the data to its principal directions, and divide each by its standard deviation.
# Then every direction has variance 1, and no two move together: the covariance is the identity matrix.
# Such data is called **white**.
#
# $$X_{\text{white}} = \frac{(X - \text{mean})\, V}{\sqrt{\text{variances} + \epsilon}}$$
#
# **Shapes.** `X` is `(N, D)`, `eps` is one number above 0, the result is `(N, D)`.
# Mean, directions and variances come from `X` itself.
#
# **By hand.** A direction with variance 9 and `eps` near 0: divide by 3.
# A direction with variance 0 and `eps = 0.01`: divide $0$ by $0.1$, which is 0.
# Without `eps` it would be $0/0$.
#
# Divide by the **root**: dividing by the variance itself would make wide directions narrow.
# White data stays white when you turn it, so any rotation of this result is accepted.

# %% answer="whiten"
def whiten(X, eps):
    """Turn X, shape (N, D), to its principal directions and divide each by sqrt(variance + eps)."""
    ### BEGIN SOLUTION
    mean, V, variances = pca(X, X.shape[1])
    variances = xp.maximum(variances, 0)  # rounding can leave -1e-17 in place of 0
    return (X - mean) @ V / xp.sqrt(variances + eps)
    ### END SOLUTION


# %% check="whiten"
chainrule.check("whiten", whiten)

# %% [markdown] lang="en"
# **Turn back.**
# After whitening, the first number of an example is no pixel any more, but a mixture of all.
# Multiply by $V^\top$ to turn back to the old axes:
#
# $$X_{\text{zca}} = X_{\text{white}} V^\top$$
#
# This is called **ZCA** whitening.
# Of all white versions it is the one nearest to the centered data, and an image still looks like an image.
# Signs cancel in $V \ldots V^\top$, so this result is unique.
# $V$ must be the directions that the whitening used: if your `whiten` turns the data further, turn all of it back.

# %% answer="zca"
def zca(X, eps):
    """Whiten X, shape (N, D), and turn the result back to the old axes."""
    ### BEGIN SOLUTION
    _, V, _ = pca(X, X.shape[1])
    return whiten(X, eps) @ V.T
    ### END SOLUTION


# %% check="zca"
chainrule.check("zca", zca)

# %% [markdown] lang="en"
# **Predict, then measure.**
# What is the condition number of white data?
# Store that of the houses, whitened with `eps = 1e-8`, in `whitened_condition`.

# %% answer="whitened_condition"
### BEGIN SOLUTION
whitened_condition = condition_number(whiten(houses, 1e-8))
### END SOLUTION

# %% check="whitened_condition"
chainrule.check("whitened_condition", whitened_condition)

# %% tags=["demo"]
stages = {"centered": center(cloud, cloud.mean(axis=0)), "whitened": whiten(cloud, 1e-8), "ZCA": zca(cloud, 1e-8)}
right_side = host(cloud[:, 0] > cloud[:, 0].mean()).astype(int)
fig, axes = plt.subplots(1, 3, figsize=(10, 3.7), sharex=True, sharey=True)
for ax, (name, stage) in zip(axes, stages.items(), strict=True):
    plotting.scatter(stage, right_side, ax).set(title=name, aspect="equal", xlim=(-6, 6), ylim=(-6, 6))
print("steps for white houses:", steps_taken(whiten(houses, 1e-8)))
plotting.describe(fig, "Both white clouds are round; ZCA keeps left and right where they were.")

# %% [markdown] lang="en"
# A round bowl needs one step: with $\kappa = 1$ the share that stays is 0, so the formula of 3.2 is not needed.
# Why is whitening rare, then?
# It costs a matrix of $D \times D$, and it blows up the directions that vary least, which in images are mostly noise.

# %% [markdown] lang="en"
# ### Exercise 3.5 - Images are only centered (5 points)
#
# **Why.** For images the custom is to subtract the mean and stop there.
# All pixels have the same unit and the same range, so there is nothing to repair.
# What would standardizing do?
#
# The pixels of our digits lie between 0 and 1.
# Some pixels near the border are used by very few images.
#
# **By hand.** A pixel is 1 in one of 100 images and 0 in the others.
# Its mean is 0.01, its variance $0.01 - 0.0001 = 0.0099$, its standard deviation about 0.1.
# So the 1 becomes $(1 - 0.01) / 0.1$, about 10.
#
# **Predict.** The training set is standardized, each pixel for itself.
# How large is the largest number then?
# Choose `"about 1"`, `"about 3"` or `"above 10"`.

# %% answer="expected_largest"
### BEGIN SOLUTION
expected_largest = "above 10"
### END SOLUTION

# %% check="expected_largest"
chainrule.check("expected_largest", expected_largest)

# %% [markdown] lang="en"
# **Measure.** Store the largest number of the standardized training images in `largest_pixel`.

# %% answer="largest_pixel"
### BEGIN SOLUTION
images, _ = standardize_split(x_train, x_val)
largest_pixel = float(images.max())
### END SOLUTION

# %% check="largest_pixel"
chainrule.check("largest_pixel", largest_pixel)

# %% tags=["demo"]
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
odd = int(standardize(x_train, mean, std).max(axis=1).argmax())  # the image with the largest number
views = [center(x_train, mean), standardize(x_train, mean, std), zca(x_train, 1e-3)]
names = ["centered", "standardized", "ZCA"]
show_images([view[odd] for view in views], names, "Standardized, two rare pixels outshine the digit.", symmetric=True)

# %% [markdown] lang="en"
# Purple is positive, orange negative.
# In the standardized image, two pixels that hardly any other image uses outshine the digit.
#
# **Does it matter?**
# Below, a network learns from raw, from centered and from standardized images, each with the best of four learning rates.
# Each is tried on the validation images, clean and dusty.
# Dusty means: one pixel of each image, drawn at random, becomes 1.


# %% tags=["demo"]
def best_network(train, val):
    """A network with 64 hidden units after 200 steps, with the best of four learning rates."""
    found = []
    for lr in (0.05, 0.1, 0.3, 1.0):
        rng = np.random.default_rng(305)
        network = experiments.make_network([64, 64, 10], rng, gain=2**0.5, xp=xp)
        options = {"activation": relu, "derivative": relu_grad, "batch_size": 64, "rng": rng}
        experiments.train(network, train, y_train, lr=lr, steps=200, **options)
        found.append(network)
    return max(found, key=lambda network: experiments.accuracy(network, val, y_val, relu))


# %% tags=["demo"]
speck = xp.asarray(np.random.default_rng(312).integers(0, 64, len(x_val)))
dusty = xp.where(xp.arange(64) == speck[:, None], 1.0, x_val)
ways = {"raw": lambda X: X, "centered": lambda X: center(X, mean)}
ways["standardized"] = lambda X: standardize(X, mean, std)
networks = {name: best_network(way(x_train), way(x_val)) for name, way in ways.items()}
fig, axes = plt.subplots(1, 2, figsize=(9.6, 2.4))
for ax, (title, images) in zip(axes, {"clean": x_val, "dusty": dusty}.items(), strict=True):
    found = {name: experiments.accuracy(networks[name], way(images), y_val, relu) for name, way in ways.items()}
    plotting.bars(found, ax, form="{:.3f}").set(title=title, xlabel="validation accuracy", xlim=(0, 1.15))
plotting.describe(fig, "Clean, all three accuracies are alike; with dust that of standardized images falls to 0.8.")

# %% [markdown] lang="en"
# On clean digits standardizing does no harm, and no good either.
# With dust its accuracy falls from 0.96 to about 0.8, and the other two lose about 0.01.
# Where training hardly used a pixel, its standard deviation is tiny, and a speck there becomes a number above 10.
# After centering it is still at most 1.
#
# (Many image networks also divide by a standard deviation: one number for each color, taken over all pixels.
# It changes the unit of all pixels alike and blows up none.)
#
# **In your own words (3 points).**
# You prepare two data sets.
# One is a table of patients: age in years, blood pressure, cholesterol.
# The other holds photos.
# Which of them do you standardize, which do you only center, and why?
# From which examples do you take the statistics?
# Three to five sentences.

# %% [markdown] text="images_text" points=3
# I standardize the table: its features have different units and ranges, so one feature would dominate only because of its unit, and the condition number would be large.
# I only center the photos: all pixels share one unit and one range already, and dividing would blow up pixels that hardly vary, with their noise.
# In both cases mean and standard deviation come from the training examples alone and are then used for all others, else the test set would leak into training.
#
# **Rubric**
#
# - 1 point: standardizes the table, because its features have different units or ranges (or: to lower the condition number).
# - 1 point: only centers the photos, because pixels have one unit and range already, or because dividing blows up rare pixels and noise.
# - 1 point: takes the statistics from the training examples alone, for all sets.
# - "Because it is the custom" gives no reason and earns no point.

# %% [markdown] lang="en"
# ## Part 2: The first weights

# %% [markdown] lang="en"
# ### Exercise 3.6 - All weights equal (8 points)
#
# **Why.** The simplest start is 0 everywhere.
# Let us see exactly what goes wrong.
#
# **Shapes.** `shape` is the pair `(D, M)`: `D` inputs, `M` units.
# Return `W` of shape `(D, M)` and `b` of shape `(M,)`.
#
# **By hand.** `init_zeros((2, 3))` gives two rows of three zeros, and three biases of 0.

# %% answer="init_zeros"
def init_zeros(shape):
    """Return weights of 0, shape (D, M), and biases of 0, shape (M,)."""
    ### BEGIN SOLUTION
    return xp.zeros(shape), xp.zeros(shape[1])
    ### END SOLUTION


# %% check="init_zeros"
chainrule.check("init_zeros", init_zeros)

# %% [markdown] lang="en"
# **Think before you run.**
# A network has 64 inputs, 32 hidden units with tanh, and 10 outputs.
# `W1` has the shape `(64, 32)`: a column for each hidden unit.
# How many **different** units does it hold?
# The **rank** of `W1` tells: it is the number of columns that are no mixture of the others.
#
# The gradients in such a network are
#
# $$dW_2 = a^\top \text{upstream} \qquad dW_1 = x^\top \left( \text{upstream} \, W_2^\top \cdot \tanh'(z) \right)$$
#
# with the hidden outputs $a = \tanh(z)$, and the gradient `upstream` of the logits, which is not 0.
#
# - All weights 0: what are $a$ and $W_2$, and so both gradients?
# - All weights 0.1: can two hidden units ever become different?
# - Random weights: can they?
#
# **Predict** the rank of `W1` after 200 steps of training, for the three starts.
# Choose `"0"`, `"1"` or `"32"` each time.
# First: all weights 0.

# %% answer="rank_of_zeros"
### BEGIN SOLUTION
rank_of_zeros = "0"
### END SOLUTION

# %% check="rank_of_zeros"
chainrule.check("rank_of_zeros", rank_of_zeros)

# %% [markdown] lang="en"
# All weights 0.1:

# %% answer="rank_of_constants"
### BEGIN SOLUTION
rank_of_constants = "1"
### END SOLUTION

# %% check="rank_of_constants"
chainrule.check("rank_of_constants", rank_of_constants)

# %% [markdown] lang="en"
# Random weights:

# %% answer="rank_of_random"
### BEGIN SOLUTION
rank_of_random = "32"
### END SOLUTION

# %% check="rank_of_random"
chainrule.check("rank_of_random", rank_of_random)

# %% [markdown] lang="en"
# **Measure.**
# `network_of(init, sizes)` calls `init` for every layer.
# `trained(init)` trains the network 64-32-10 on the centered digits for 200 steps.
# `init` is a function from a shape to `W, b`.

# %% locked="trained"
from tqdm.auto import tqdm

x_centered, x_val_centered = x_train - x_train.mean(axis=0), x_val - x_train.mean(axis=0)


def network_of(init, sizes):
    """A network whose layers start as init says."""
    layers = [init(shape) for shape in zip(sizes, sizes[1:])]
    return experiments.Network([W for W, _ in layers], [b for _, b in layers])


def trained(init, sizes=(64, 32, 10), activation=xp.tanh, derivative=tanh_grad, lr=0.5, steps=200):
    """Train on the centered digits, 64 images a step; the run has the network and its losses."""
    functions = {"activation": activation, "derivative": derivative}
    options = {"lr": lr, "steps": steps, "batch_size": 64, "rng": np.random.default_rng(306)}
    with tqdm(total=steps, leave=False, delay=1) as bar, np.errstate(over="ignore", invalid="ignore"):
        functions["on_step"] = lambda step, network: bar.update()
        return experiments.train(network_of(init, sizes), x_centered, y_train, **functions, **options)


def all_equal(shape, value=0.1):
    """All weights equal, all biases 0."""
    return xp.full(shape, value), xp.zeros(shape[1])


def any_random(shape, rng=np.random.default_rng(307)):
    """Random weights of standard deviation 0.1, all biases 0."""
    return 0.1 * xp.asarray(rng.standard_normal(shape)), xp.zeros(shape[1])


def rank(W):
    """Singular values above a millionth of the largest: rounding leaves tiny ones in place of 0."""
    values = xp.linalg.svd(W, compute_uv=False)
    return int((values > 1e-6 * values[0]).sum())


# %% [markdown] lang="en"
# `trained(init).network.weights[0]` is `W1` after training, and `rank(W1)` counts its singular values that are not 0.
# Begin with `init_zeros`.

# %% answer="rank_from_zeros"
### BEGIN SOLUTION
rank_from_zeros = rank(trained(init_zeros).network.weights[0])
### END SOLUTION

# %% check="rank_from_zeros"
chainrule.check("rank_from_zeros", rank_from_zeros)

# %% [markdown] lang="en"
# Now with `all_equal`:

# %% answer="rank_from_constants"
### BEGIN SOLUTION
rank_from_constants = rank(trained(all_equal).network.weights[0])
### END SOLUTION

# %% check="rank_from_constants"
chainrule.check("rank_from_constants", rank_from_constants)

# %% [markdown] lang="en"
# And with `any_random`:

# %% answer="rank_from_random"
### BEGIN SOLUTION
rank_from_random = rank(trained(any_random).network.weights[0])
### END SOLUTION

# %% check="rank_from_random"
chainrule.check("rank_from_random", rank_from_random)

# %% [markdown] lang="en"
# From zeros, what did move at all?
# The network has $64 \cdot 32 + 32 + 32 \cdot 10 + 10 = 2410$ parameters.
# Store in `moved_numbers` how many of them differ from 0 after `trained(init_zeros)`.
# `network.weights` and `network.biases` are lists of two arrays each.

# %% answer="moved_numbers"
### BEGIN SOLUTION
network = trained(init_zeros).network
moved_numbers = sum(int((it != 0).sum()) for it in [*network.weights, *network.biases])
### END SOLUTION

# %% check="moved_numbers"
chainrule.check("moved_numbers", moved_numbers)

# %% [markdown] lang="en"
# > **Many notes get this wrong: "with weights of 0 the network learns slowly."**
# >
# > It does not learn slowly, it does not learn.
# > With tanh, $z = 0$ gives $a = 0$, so $dW_2 = a^\top \text{upstream}$ is exactly 0.
# > $W_2 = 0$ lets no gradient through, so $dW_1$ is exactly 0 as well.
# > Only the biases of the output move.
# > They learn how frequent each digit is, and nothing about the image.
# > No number of steps changes that.

# %% tags=["demo"]
starts = {"zeros": init_zeros, "all 0.1": all_equal, "random": any_random}
runs = {name: trained(init) for name, init in starts.items()}
fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.5))
smooth = {name: np.convolve(run.losses, np.ones(10) / 10, "valid") for name, run in runs.items()}
plotting.curves(np.arange(10, 201), smooth, left)
left.set(xlabel="step", ylabel="training loss", ylim=(0, None))
for name, mark, size in (("all 0.1", "o", 9), ("random", "^", 4)):
    W1 = runs[name].network.weights[0]
    sizes = host(xp.linalg.svd(W1, compute_uv=False))
    right.plot(np.arange(1, 33), sizes + 1e-18, mark, label=f"{name}: rank {rank(W1)}", markersize=size)
right.set(yscale="log", xlabel="number of the singular value", ylabel="its size; 0 is drawn at 1e-18")
right.set_title("singular values of W1")
right.legend(loc="center right")
plotting.describe(fig, "From zeros the loss stays, from equal weights it falls little; their W1 has one singular value.")

# %% [markdown] lang="en"
# With equal weights, all 32 hidden units compute the same and get the same gradient at every step.
# So 32 units do the work of one.
# Random weights break this symmetry, and the biases may stay 0.

# %% [markdown] lang="en"
# ### Exercise 3.7 - Small random weights (8 points)
#
# **Why.** So the weights are random, with mean 0.
# The oldest recipe draws them small.
#
# $$W \sim \text{std} \cdot \mathcal{N}(0, 1) \qquad b = 0$$
#
# **Shapes.** `shape` is `(D, M)`, `rng` is a NumPy generator, `std` is one number.
# Return `W` of shape `(D, M)` and `b` of shape `(M,)`.
#
# Draw from `rng` and nothing else: `rng.standard_normal(shape)` gives numbers with mean 0 and standard deviation 1.
# The same seed must give the same weights.
# To serve a GPU too, wrap the draw: `xp.asarray(rng.standard_normal(shape))`.
#
# **By hand.** With `std = 0.01` about two thirds of the weights lie between -0.01 and 0.01.
#
# The check cannot compare your numbers with ours, since both are random.
# It compares statistics: mean, standard deviation, and whether rows or columns resemble each other.

# %% answer="init_small"
def init_small(shape, rng, std):
    """Return random weights of standard deviation std, shape (D, M), and biases of 0, shape (M,)."""
    ### BEGIN SOLUTION
    return std * xp.asarray(rng.standard_normal(shape)), xp.zeros(shape[1])
    ### END SOLUTION


# %% check="init_small"
chainrule.check("init_small", init_small)

# %% [markdown] lang="en"
# **How small?**
# Take a deep network with tanh, 500 units in each layer, and `std = 0.01`.
# A pre-activation is a sum of 500 products of a weight and an input.
# Variances of independent terms add up, so the standard deviation grows by $\sqrt{500}$ and shrinks by $0.01$:
#
# $$\frac{\text{std}(z)}{\text{std}(a)} = 0.01 \cdot \sqrt{500} = 0.2236$$
#
# For small numbers $\tanh(z)$ is almost $z$, so each layer multiplies by this factor.
#
# **Compute.** The inputs have standard deviation 1.
# What is the standard deviation after **10** layers?
# Two digits are enough.

# %% answer="predicted_fade"
### BEGIN SOLUTION
predicted_fade = (0.01 * 500**0.5) ** 10
### END SOLUTION

# %% check="predicted_fade"
chainrule.check("predicted_fade", predicted_fade)

# %% [markdown] lang="en"
# **Measure.**
# `through(init, activation)` sends 500 random examples through 10 layers of 500 units.
# It returns a list with `z` of every layer.
# `init` takes a shape and a generator.

# %% locked="through"
def through(init, activation, layers=10, width=500):
    """Pre-activations of every layer, for 500 random inputs of standard deviation 1."""
    rng = np.random.default_rng(308)
    a, found = xp.asarray(rng.standard_normal((500, width))), []
    for _ in range(layers):
        W, b = init((width, width), rng)
        z = a @ W + b
        found.append(z)
        a = activation(z)
    return found


# %% [markdown] lang="en"
# Use `lambda shape, rng: init_small(shape, rng, 0.01)` and `xp.tanh`.
# Store the standard deviation of `xp.tanh(z)` in the last layer in `faded_std`.

# %% answer="faded_std"
### BEGIN SOLUTION
small_z = through(lambda shape, rng: init_small(shape, rng, 0.01), xp.tanh)
faded_std = float(xp.tanh(small_z[-1]).std())
### END SOLUTION

# %% check="faded_std"
chainrule.check("faded_std", faded_std)

# %% [markdown] lang="en"
# Now the slopes.
# Many notes say that the gradient dies here because tanh is flat.
# Store the mean of `tanh_grad(z)` over the last layer in `mean_slope`.

# %% answer="mean_slope"
### BEGIN SOLUTION
mean_slope = float(tanh_grad(small_z[-1]).mean())
### END SOLUTION

# %% check="mean_slope"
chainrule.check("mean_slope", mean_slope)

# %% [markdown] lang="en"
# > **Many notes get this wrong: "tiny weights fail because the local gradient of tanh goes to 0."**
# >
# > At $z \approx 0$ the slope of tanh is 1, its largest value.
# > What vanishes is something else.
# > The **activations** vanish, and $dW = a^\top \text{upstream}$ is tiny when $a$ is.
# > And on its way back the gradient is multiplied by **every weight matrix**, which shrinks it by 0.2236 in each layer too.
#
# **And large weights?**
# With `std = 1` the pre-activations have a standard deviation above 20.
# Store in `saturated_share` the share of entries in the last layer with $|\tanh(z)| > 0.97$.

# %% answer="saturated_share"
### BEGIN SOLUTION
large_z = through(lambda shape, rng: init_small(shape, rng, 1.0), xp.tanh)
saturated_share = float((xp.abs(xp.tanh(large_z[-1])) > 0.97).mean())
### END SOLUTION

# %% check="saturated_share"
chainrule.check("saturated_share", saturated_share)

# %% [markdown] lang="en"
# Here the slope **is** the culprit: at $|a| = 0.97$ it is below 0.06.
# "Large weights learn faster" is wrong, too.
# Somewhere between 0.01 and 1 lies the right scale.
# Look for it: in the figure the standard deviation of the weights is `scale` divided by $\sqrt{D}$.


# %% tags=["demo"]
def draw_histograms(scale=1.0):
    """Histograms of the activations in six layers of 200 units, with tanh above and ReLU below."""
    layers, width = 6, 200
    init = lambda shape, rng: init_small(shape, rng, scale / shape[0] ** 0.5)
    fig, axes = plt.subplots(2, layers, figsize=(10, 3.8), sharey="row")
    for row, (name, f) in zip(axes, {"tanh": xp.tanh, "ReLU": relu}.items(), strict=True):
        for ax, z in zip(row, through(init, f, layers, width), strict=True):
            a = host(f(z)).ravel()
            ax.hist(a, bins=np.linspace(-1, 1, 31) if name == "tanh" else np.linspace(0, 3, 31))
            ax.set(yticks=[], title=f"std {a.std():.2g}")
        row[0].set_ylabel(name)
    fig.suptitle(f"activations of layers 1 to {layers}, weight scale {scale:g}")
    plotting.describe(fig, f"Activation histograms in six layers with tanh and ReLU at scale {scale:g}.")


draw_histograms(0.5)

# %% [markdown] lang="en"
# Move the slider.
# At which scale do the histograms keep their width for tanh? And for ReLU?
# (In a printed or graded page only the figure above appears.)

# %% tags=["demo"]
from ipywidgets import FloatSlider

plotting.interact(draw_histograms, scale=FloatSlider(value=1.0, min=0.2, max=4.0, step=0.2))

# %% [markdown] lang="en"
# **In your own words (2 points).**
# A friend trains 10 layers with tanh and starts with `std = 0.001`.
# The loss does not move.
# "The slope of tanh has died," he says.
# What is the slope really, and which two things have vanished?
# Two or three sentences.

# %% [markdown] text="tiny_weights_text" points=2
# The pre-activations are close to 0, where the slope of tanh is close to 1, so the slope is fine.
# The activations have vanished, since each layer multiplies them by much less than 1, and the gradient of a weight is a product with the activation below it.
# The gradient on its way back has vanished too, because it is multiplied by each of the tiny weight matrices.
#
# **Rubric**
#
# - 1 point: the slope is close to 1, its largest value, because z is close to 0.
# - 1 point: names both: the activations vanish, and the product of the weight matrices on the way back does.
# - No point for "the gradient vanishes" without saying what makes it vanish.

# %% [markdown] lang="en"
# ### Exercise 3.8 - Xavier keeps the variance (5 points)
#
# **Why.** Find the scale by demanding: the variance of $z$ should stay the same from layer to layer.
#
# **Derivation.** One pre-activation of the next layer is $z = \sum_{d=1}^{D} a_d W_d$.
# The weights have mean 0 and standard deviation `std`, and are independent of $a$.
#
# 1. Each product $a_d W_d$ has mean 0 and variance $E[a_d^2] \cdot \text{std}^2$.
# 2. Variances of independent terms add up: $\text{Var}(z) = D \cdot \text{std}^2 \cdot E[a^2]$.
# 3. The activation keeps a part of the variance below: $E[a^2] = \text{kept} \cdot \text{Var}(z_{\text{below}})$.
#
# $$\frac{\text{Var}(z)}{\text{Var}(z_{\text{below}})} = D \cdot \text{std}^2 \cdot \text{kept}$$
#
# **Shapes.** Three numbers in, one number out.
#
# **By hand.** $D = 100$, $\text{std} = 0.2$, $\text{kept} = 0.5$: $100 \cdot 0.04 \cdot 0.5 = 2$.
# The variance would double in every layer.

# %% answer="variance_ratio"
def variance_ratio(D, std, kept):
    """Give the factor by which the variance of z changes through one layer."""
    ### BEGIN SOLUTION
    return D * std**2 * kept
    ### END SOLUTION


# %% check="variance_ratio"
chainrule.check("variance_ratio", variance_ratio)

# %% [markdown] lang="en"
# **Solve for `std`.**
# Near 0, tanh changes nothing: kept is 1.
# The ratio is 1 for $\text{std}^2 = 1/D$:
#
# $$\text{std} = \frac{1}{\sqrt{D}} \qquad b = 0$$
#
# This is Xavier initialization, after Xavier Glorot.
# (The paper also wants the gradient to keep its variance on the way back, which asks for $1/\sqrt{M}$.
# Its compromise is $\sqrt{2/(D + M)}$. For $D = M$ all three agree. Use $1/\sqrt{D}$ here.)
#
# **Shapes.** `shape` is `(D, M)`: `D` inputs. Return `W, b` as before.
#
# **By hand.** $D = 400$: $\text{std} = 1/20 = 0.05$.
#
# > **Many notes get this wrong: "Xavier divides by the number of inputs", "Kaiming adds a /2".**
# >
# > The **variance** is $1/D$, so the draw is divided by the **square root** of $D$.
# > Divided by $D = 512$ itself, with ReLU the variance would fall to a thousandth in each layer: $512 \cdot (1/512)^2 \cdot \frac12 = 0.00098$.
# > Kaiming's 2 stands **under that root** too: $\sqrt{2/D}$ (Exercise 3.9).

# %% answer="init_xavier"
def init_xavier(shape, rng):
    """Return random weights of standard deviation 1/sqrt(D), shape (D, M), and biases of 0."""
    ### BEGIN SOLUTION
    return init_small(shape, rng, 1 / shape[0] ** 0.5)
    ### END SOLUTION


# %% check="init_xavier"
chainrule.check("init_xavier", init_xavier)

# %% [markdown] lang="en"
# **What does ReLU keep?**
# $z$ is symmetric around 0, so ReLU sets half of the entries to 0 and leaves the others.
# So $E[a^2]$ is half of $E[z^2]$.
#
# **Compute.** By which factor does the variance of $z$ change through each layer, with Xavier's weights and ReLU?

# %% answer="ratio_with_relu"
### BEGIN SOLUTION
ratio_with_relu = variance_ratio(500, 500**-0.5, 0.5)
### END SOLUTION

# %% check="ratio_with_relu"
chainrule.check("ratio_with_relu", ratio_with_relu)

# %% [markdown] lang="en"
# **Measure.**
# `z = through(init_xavier, relu)` has 10 layers, so 9 steps from one `z` to the next.
# The mean factor is the 9th root of `z[-1].var() / z[0].var()`.
# Store it in `xavier_ratio`.

# %% answer="xavier_ratio"
### BEGIN SOLUTION
z = through(init_xavier, relu)
xavier_ratio = float(z[-1].var() / z[0].var()) ** (1 / 9)
### END SOLUTION

# %% check="xavier_ratio"
chainrule.check("xavier_ratio", xavier_ratio)

# %% [markdown] lang="en"
# ### Exercise 3.9 - Kaiming repairs what ReLU takes (4 points)
#
# **Why.** ReLU keeps half of the variance, so the weights must give a factor of 2 back.
# The standard deviation gets a factor for that, the **gain**.
#
# For a leaky ReLU the negative half keeps $\alpha^2$ of its part: $\text{kept} = \frac{1 + \alpha^2}{2}$.
# The gain must satisfy $\text{gain}^2 \cdot \text{kept} = 1$:
#
# $$\text{gain} = \sqrt{\frac{2}{1 + \alpha^2}}$$
#
# **By hand.** $\alpha = 0$ (ReLU): $\sqrt 2 = 1.4142$.
# $\alpha = 1$ (no change at all): 1.

# %% answer="rectifier_gain"
def rectifier_gain(alpha):
    """Give the gain that suits a leaky ReLU with slope alpha on the negative side."""
    ### BEGIN SOLUTION
    return (2 / (1 + alpha**2)) ** 0.5
    ### END SOLUTION


# %% check="rectifier_gain"
chainrule.check("rectifier_gain", rectifier_gain)

# %% [markdown] lang="en"
# Kaiming initialization, after Kaiming He:
#
# $$\text{std} = \frac{\text{gain}}{\sqrt{D}} \qquad b = 0$$
#
# For ReLU this is $\sqrt{2/D}$.
#
# **By hand.** $D = 200$ and $\text{gain} = \sqrt 2$: $\sqrt{2/200} = 0.1$.

# %% answer="init_kaiming"
def init_kaiming(shape, rng, gain):
    """Return random weights of standard deviation gain/sqrt(D), shape (D, M), and biases of 0."""
    ### BEGIN SOLUTION
    return init_small(shape, rng, gain / shape[0] ** 0.5)
    ### END SOLUTION


# %% check="init_kaiming"
chainrule.check("init_kaiming", init_kaiming)

# %% [markdown] lang="en"
# **Predict, then measure.**
# What is the ratio now, with ReLU and its gain?
# Store the 9th root of `z[-1].var() / z[0].var()` in `kaiming_ratio`.

# %% answer="kaiming_ratio"
### BEGIN SOLUTION
z = through(lambda shape, rng: init_kaiming(shape, rng, rectifier_gain(0)), relu)
kaiming_ratio = float(z[-1].var() / z[0].var()) ** (1 / 9)
### END SOLUTION

# %% check="kaiming_ratio"
chainrule.check("kaiming_ratio", kaiming_ratio)

# %% tags=["demo"]
starts = {"std 0.01": lambda shape, rng: init_small(shape, rng, 0.01)}
starts |= {"std 1": lambda shape, rng: init_small(shape, rng, 1.0), "Xavier": init_xavier}
starts["Kaiming"] = lambda shape, rng: init_kaiming(shape, rng, 2**0.5)
fig, axes = plt.subplots(1, 2, figsize=(10, 3.9), sharey=True)
for ax, (name, f) in zip(axes, {"tanh": xp.tanh, "ReLU": relu}.items(), strict=True):
    found = {start: [float(z.var()) for z in through(init, f)] for start, init in starts.items()}
    plotting.curves(np.arange(1, 11), found, ax)
    ax.set(yscale="log", title=name, xlabel="layer", ylabel="variance of z")
plotting.describe(fig, "Over ten layers only Xavier with tanh and Kaiming with ReLU stay near variance 1.")

# %% [markdown] lang="en"
# With tanh, Xavier's variance sinks slowly, because tanh keeps a little less than everything, and Kaiming's stays somewhat higher.
# With ReLU, Xavier halves and Kaiming stays.
# Watch **z**, not the activation: after ReLU the standard deviation is only 0.58 of that of $z$, in every layer, and that is no loss.

# %% [markdown] lang="en"
# ### Exercise 3.10 - Does it train? (1 point)
#
# **Why.** A variance is no accuracy.
# Does the scale of the first weights decide whether a deep network learns?
#
# `accuracy_from(init)` trains a network with **10 hidden layers** of 64 ReLU units on the digits for 300 steps.
# It returns the accuracy on the validation images.
# `init` takes a shape and a generator, as in `through`.
#
# **Predict.** What will you get from weights with `std = 0.01`, and what from Kaiming's?

# %% locked="accuracy-from"
DEEP = (64, *[64] * 10, 10)


def deep_run(init, lr=0.1):
    """Train ten hidden layers with ReLU for 300 steps."""
    rng = np.random.default_rng(310)
    return trained(lambda shape: init(shape, rng), DEEP, relu, relu_grad, lr, 300)


def accuracy_from(init, lr=0.1):
    """Accuracy on the validation images after that training."""
    return experiments.accuracy(deep_run(init, lr).network, x_val_centered, y_val, relu)


# %% [markdown] lang="en"
# **Measure.** Store the accuracy with Kaiming's weights and the gain of ReLU, minus the accuracy with `std = 0.01`, in `deep_advantage`.

# %% answer="deep_advantage"
### BEGIN SOLUTION
from_small = accuracy_from(lambda shape, rng: init_small(shape, rng, 0.01))
from_kaiming = accuracy_from(lambda shape, rng: init_kaiming(shape, rng, rectifier_gain(0)))
deep_advantage = from_kaiming - from_small
### END SOLUTION

# %% check="deep_advantage"
chainrule.check("deep_advantage", deep_advantage)

# %% tags=["demo"]
runs = {name: deep_run(init) for name, init in starts.items()}
smooth = {}
for name, run in runs.items():
    losses = np.array(run.losses + [np.nan] * (300 - len(run.losses)))
    ended = " (diverged)" if run.diverged else ""
    smooth[name + ended] = np.convolve(losses, np.ones(20) / 20, "valid")
fig, ax = plt.subplots()
plotting.curves(np.arange(20, 301), smooth, ax)
ax.set(xlabel="step", ylabel="training loss", title="ten hidden layers of ReLU", ylim=(0, 4))
plotting.describe(fig, "Small weights stay at the loss of guessing, large ones diverge, Kaiming learns fastest.")


# %% tags=["demo"]
def regions(init, ax, title):
    """Train 2-32-32-32-32-32-3 on the spirals and color the plane by its answer."""
    rng = np.random.default_rng(311)
    network = network_of(lambda shape: init(shape, rng), (2, *[32] * 5, 3))
    options = {"activation": relu, "derivative": relu_grad, "batch_size": 64, "rng": rng}
    experiments.train(network, spiral_x, spiral_y, lr=0.1, steps=400, **options)
    plane = np.stack(np.meshgrid(*[np.linspace(-1.3, 1.3, 120)] * 2), axis=-1)
    answer = experiments.classify(network, xp.asarray(plane.reshape(-1, 2)), relu)
    levels, colors = [-0.5, 0.5, 1.5, 2.5], ["#0072B2", "#D55E00", "#009E73"]
    ax.contourf(*plane.T, host(answer).reshape(120, 120).T, levels, colors=colors, alpha=0.35)
    plotting.scatter(spiral_x, spiral_y, ax).set(title=title, aspect="equal")


# %% tags=["demo"]
spiral_x, spiral_y = (xp.asarray(it) for it in data.spirals(np.random.default_rng(311), per_class=150))
fig, axes = plt.subplots(1, 3, figsize=(10, 3.6))
for ax, name in zip(axes, ("std 0.01", "Xavier", "Kaiming"), strict=True):
    regions(starts[name], ax, name)
plotting.describe(fig, "From small weights the plane has one color; from Xavier's and Kaiming's the arms are found.")

# %% [markdown] lang="en"
# Five layers forgive Xavier's factor of a half: $0.5^5$ is only $1/32$.
# Ten layers forgive it less, and `std = 0.01` is forgiven by none.
# Later units add batch normalization and other tools that make networks less sensitive to the start.
# They do not replace it.

# %% [markdown] lang="en"
# ## Summary
#
# | what | formula | remember |
# |---|---|---|
# | center | $X - \text{mean}$ | of the training set; bytes wrap around |
# | standardize | $(X - \text{mean}) / \text{std}$ | divide by 1 where std is 0 |
# | steps | $\ln(\text{shrink}) / \ln\frac{\kappa-1}{\kappa+1}$ | $\kappa$ is the ratio of curvatures |
# | PCA | eigenvectors of the covariance | the error is the sum of the dropped variances |
# | whitening | divide by $\sqrt{\text{variance} + \epsilon}$ | round data, but noise is blown up |
# | all weights equal | rank 0 or 1, for ever | random weights break the symmetry |
# | Xavier | $\text{std} = 1/\sqrt D$ | for tanh; halves with ReLU |
# | Kaiming | $\text{std} = \sqrt{2/D}$ | for ReLU; the 2 stands under the root |
#
# - Statistics come from the training set alone.
# - Images are only centered: pixels share a unit and a range, and rare pixels with their noise are not blown up.
# - Biases start at 0.
# - Tiny weights fail because activations and the product of weights vanish; large ones because tanh saturates or ReLU explodes.
#
# **Papers**
#
# - LeCun, Bottou, Orr, Müller: [Efficient backprop](http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf) (1998)
# - Glorot, Bengio: [Understanding the difficulty of training deep feedforward neural networks](https://proceedings.mlr.press/v9/glorot10a.html) (2010)
# - He, Zhang, Ren, Sun: [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852) (2015)
# - Mishkin, Matas: [All you need is a good init](https://arxiv.org/abs/1511.06422) (2016)
# - Kessy, Lewin, Strimmer: [Optimal whitening and decorrelation](https://arxiv.org/abs/1512.00809) (2018)
