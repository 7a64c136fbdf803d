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
# # Unit 05: Regularization: train less well to do better
#
# A network can learn its training examples by heart.
# Then it is right on all of them, and wrong on new ones.
# **Regularization** is everything that makes training harder, so that the network does better on new examples.
# This unit builds the usual methods, and asks each of them one question.
# What does it cost on the training set, and what does it gain on new data?
#
# **After this unit you can**
#
# - measure overfitting as a gap between two accuracies, and say what widens it,
# - charge for large weights with L2, L1 and elastic net, and get weights that are exactly zero,
# - stop a training run in time, with the best parameters in hand,
# - write dropout, DropConnect, batch normalization, stochastic depth and fractional max pooling,
# - make new training images from old ones, and say which changes break the labels,
# - compare methods over several seeds, with error bars.
#
# **You need** networks, backpropagation and the training loop (Units 02 to 04).
#
# **Time:** 120 minutes.
# The five parts can be done on different days.
#
# **Points:** 58, of which 31 are for functions, 22 for questions and measurements, and 5 for two short texts.

# %% [markdown] lang="en"
# ## Before you start
#
# Cells that raise `NotImplementedError`, or say `None  # your answer`, are yours.
# Below each of them stands a check, which tries your answer on inputs that you can see.
# Hidden tests use other inputs.
# Where you choose among given words, the check only records your choice.
# Stuck? `chainrule.hint("l2_penalty")` gives a hint for that exercise, and again the next one. Hints cost nothing.
#
# Write `xp` where you would write `np`.
# Networks, layers, optimizers and `fit` come from the library: you know them from Unit 04.

# %% locked="setup"
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np

import chainrule
from chainrule import data, plotting
from chainrule.nn import layers
from chainrule.nn.initializers import init_kaiming
from chainrule.nn.losses import one_hot, softmax
from chainrule.nn.network import Network
from chainrule.nn.optimizers import Momentum
from chainrule.nn.training import fit

xp = chainrule.use("auto")
plotting.use_style()

# %% [markdown] lang="en"
# ## Part 1: The gap
#
# ### Exercise 5.1 - The gap (3 points)
#
# **Why.** Clean digits are too easy: a network learns them by heart and is right on new ones too.
# So we take few images, and give 30 % of them a wrong label, as a tired person would.
# The labels of the validation and the test images stay right.
#
# - The **training set** is what the network learns from.
# - The **validation set** is what we may look at to choose something, such as when to stop.
# - The **test set** only measures.


# %% locked="noisy-digits"
def noisy_digits(seed, n=200, wrong=0.3):
    """n training digits, a share of them with wrong labels; 190 to validate and 898 to test on."""
    rng = np.random.default_rng(seed)
    digits = data.load_digits(rng, validation=0.5)
    x, y = xp.asarray(digits.x_train, dtype="float32"), digits.y_train.copy()
    swapped = rng.random(len(y)) < wrong
    y[swapped] = (y[swapped] + rng.integers(1, 10, swapped.sum())) % 10
    return SimpleNamespace(
        x=x[:n], y=xp.asarray(y[:n]), x_val=x[-190:], y_val=xp.asarray(digits.y_train[-190:]),
        x_test=xp.asarray(digits.x_val, dtype="float32"), y_test=xp.asarray(digits.y_val),
    )  # fmt: skip


# %% [markdown] lang="en"
# Three helpers train all networks of this unit.
# `make_network` builds 64 inputs, hidden units, and 10 outputs; `middle` lists the layers between the two affine ones.
# `train` runs 60 epochs with momentum.
# `accuracies` gives the shares of right answers on the training set and on the test set.


# %% locked="trainer"
def make_network(rng, middle=None, hidden=100, features=64):
    """One hidden layer; ReLU in the middle unless other layers are listed."""
    first = init_kaiming((features, hidden), rng, dtype="float32", xp=xp)
    last = init_kaiming((hidden, 10), rng, 1.0, dtype="float32", xp=xp)
    between = [layers.ReLU()] if middle is None else middle
    stack = [layers.Affine(*first), *between, layers.Affine(*last)]
    return Network(stack, layers.SoftmaxCrossEntropy())


def train(network, x, y, rng, epochs=60, optimizer=None, **options):
    """The record of a training run; the network is changed in place."""
    optimizer = optimizer or Momentum(0.05)
    options = {"epochs": epochs, "rng": rng, "progress": False, **options}
    return fit(network, x, y, optimizer=optimizer, **options)


def accuracies(network, digits):
    """Shares of right answers on the training set and on the test set."""
    pairs = ((digits.x, digits.y), (digits.x_test, digits.y_test))
    return [float((network.predict(x) == y).mean()) for x, y in pairs]


# %% [markdown] lang="en"
# One run, with the accuracies after every epoch:

# %% tags=["demo"]
digits = noisy_digits(501)
rng = np.random.default_rng(502)
run = train(
    make_network(rng), digits.x, digits.y, rng,
    validation=(digits.x_test, digits.y_test), measure_training=True,
)  # fmt: skip
fig, ax = plt.subplots()
both = {"training": np.array(run.training_accuracies), "test": np.array(run.validation_accuracies)}
plotting.curves(np.arange(1, 61), both, ax).set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1.02))
ax.set_title("learning by heart")
plotting.describe(fig, "Training accuracy climbs to nearly 1; test accuracy peaks early and falls.")

# %% [markdown] lang="en"
# In the first epochs the test accuracy is the higher one.
# The network has learned what most images say, and does not yet believe the wrong labels, so it is "wrong" on 30 % of the training set.
# In the end it is right on nearly all training images, also on those with a wrong label.
# There it has learned a mistake, and the test accuracy pays for it.
#
# **Formula.** gap = training accuracy - test accuracy.
#
# **By hand.** 0.98 on the training set and 0.65 on the test set are a gap of 0.33.
#
# A small gap alone is no success: a network that knows nothing has none.
#
# **Measure.**
#
# 1. `digits = noisy_digits(503)` and `rng = np.random.default_rng(504)`.
# 2. Make a network and train it on `digits.x`, `digits.y`.
# 3. Store its gap in `overfit_gap`.

# %% answer="overfit_gap"
digits = noisy_digits(503)
rng = np.random.default_rng(504)
### BEGIN SOLUTION
network = make_network(rng)
train(network, digits.x, digits.y, rng)
training, test = accuracies(network, digits)
overfit_gap = training - test
### END SOLUTION

# %% check="overfit_gap"
chainrule.check("overfit_gap", overfit_gap)

# %% [markdown] lang="en"
# **Predict.** Three things could be changed: more training images, more inputs for each image (noise that says nothing about the digit), more hidden units.
# Which of them closes the gap?
# Choose `"more images"`, `"more inputs"` or `"more units"`.

# %% answer="gap_closer"
### BEGIN SOLUTION
gap_closer = "more images"
### END SOLUTION

# %% check="gap_closer"
chainrule.check("gap_closer", gap_closer)

# %% [markdown] lang="en"
# **Measure one of them.**
# `gap_with(n)` gives the gap after training on n images, the mean of two runs.
# Store the gap with 80 images minus the gap with 640 images in `gap_shrinks`.


# %% locked="gap-with"
def gap_with(n=200, noise=0, hidden=100, seeds=(505, 506)):
    """Mean gap with n images, with so many inputs of pure noise, and so many hidden units."""
    gaps = []
    for seed in seeds:
        digits, rng = noisy_digits(seed, n), np.random.default_rng(seed)
        for name in ("x", "x_test") if noise else ():
            x = getattr(digits, name)
            extra = xp.asarray(rng.random((len(x), noise)), dtype=x.dtype)
            setattr(digits, name, xp.concatenate([x, extra], axis=1))
        network = make_network(rng, hidden=hidden, features=64 + noise)
        train(network, digits.x, digits.y, rng, epochs=40)
        training, test = accuracies(network, digits)
        gaps.append(training - test)
    return float(np.mean(gaps))


# %% answer="gap_shrinks"
### BEGIN SOLUTION
gap_shrinks = gap_with(80) - gap_with(640)
### END SOLUTION

# %% check="gap_shrinks"
chainrule.check("gap_shrinks", gap_shrinks)

# %% [markdown] lang="en"
# All three curves, before any method:

# %% tags=["demo"]
from tqdm.auto import tqdm

fig, axes = plt.subplots(1, 3, figsize=(10, 3.4), sharey=True)
tries = {"n": (50, 100, 200, 400, 700), "noise": (0, 50, 100, 200, 400), "hidden": (2, 5, 20, 100, 300)}
words = ("training images", "inputs of noise", "hidden units")
for ax, (name, values), word in zip(axes, tqdm(tries.items()), words, strict=True):
    gaps = [gap_with(**{name: value}) for value in values]
    ax.plot(range(5), gaps, marker="o")
    ax.set(xlabel=word, xticks=range(5), xticklabels=values)
axes[0].set(ylabel="gap", ylim=(0, 1))
plotting.describe(fig, "The gap falls with images, grows with noise inputs and with hidden units.")

# %% [markdown] lang="en"
# More data is the best regularizer.
# The rest of this unit is for the case that there is no more data.

# %% [markdown] lang="en"
# ## Part 2: Small weights, few weights
#
# ### Exercise 5.2 - Small weights (2 points)
#
# **Why.** To be right about one odd image, a network needs a function that changes steeply around it.
# Steep functions need large weights.
# So we charge for them: the loss gets a **penalty** $P$, and its strength $\lambda$ says how much a weight costs.
#
# $$P = \frac{\lambda}{2} \sum W^2 \qquad \frac{\partial P}{\partial W} = \lambda W$$
#
# This is **L2**.
# The $\frac12$ cancels the 2 of the derivative.
# Biases cost nothing: a bias shifts a function and does not make it steeper.
#
# **Shapes.** `W` is `(D, M)`, `b` is `(M,)`.
# Return three results: the penalty (a number), `dW` of shape `(D, M)` and `db` of shape `(M,)`, which is 0.
#
# **By hand.** $W = (3, -4)$ and $\lambda = 0.1$ give $P = 0.05 \cdot 25 = 1.25$ and $dW = (0.3, -0.4)$.

# %% answer="l2_penalty"
def l2_penalty(W, b, strength):
    """Give the L2 penalty of one layer with its gradients: P, dW, db."""
    ### BEGIN SOLUTION
    return 0.5 * strength * (W**2).sum(), strength * W, xp.zeros_like(b)
    ### END SOLUTION


# %% check="l2_penalty"
chainrule.check("l2_penalty", l2_penalty)

# %% [markdown] lang="en"
# `Penalized` is an optimizer that adds the gradient of a penalty to the gradients of every affine layer, and then takes a step with momentum.


# %% locked="penalized"
class Penalized(Momentum):
    """Momentum with a penalty in the loss; `penalty(W, b)` gives P, dW and db."""

    def watch(self, network, penalty):
        self.layers = [it for it in network.layers if "W" in getattr(it, "params", {})]
        self.penalty = penalty
        return self

    def update(self, parameters, gradients):
        for layer in self.layers:
            _, dW, db = self.penalty(layer.params["W"], layer.params["b"])
            layer.grads["W"][...] += dW
            layer.grads["b"][...] += db
        super().update(parameters, gradients)


def with_penalty(penalty, digits, rng):
    """Training and test accuracy of a network that was trained with a penalty."""
    network = make_network(rng)
    optimizer = Penalized(0.05).watch(network, penalty)
    train(network, digits.x, digits.y, rng, optimizer=optimizer)
    return accuracies(network, digits)


def train_with(penalty, seed):
    """The same from a seed."""
    return with_penalty(penalty, noisy_digits(seed), np.random.default_rng(seed))


# %% [markdown] lang="en"
# **Measure.**
# `train_with(penalty, seed)` trains a network with a penalty, a function of `W` and `b`.
# For the seeds 511, 512 and 513 take the test accuracy with your L2 of strength 0.02 and the test accuracy with strength 0.
# Store the mean gain, with minus without, in `l2_gain`.

# %% answer="l2_gain"
### BEGIN SOLUTION
gains = []
for seed in (511, 512, 513):
    charged, free = (train_with(lambda W, b, s=s: l2_penalty(W, b, s), seed) for s in (0.02, 0.0))
    gains.append(charged[1] - free[1])
l2_gain = float(np.mean(gains))
### END SOLUTION

# %% check="l2_gain"
chainrule.check("l2_gain", l2_gain)


# %% tags=["demo"]
def draw_strength(strength=0.02):
    """Draw accuracies and weights after training with this strength of L2."""
    digits, rng = noisy_digits(514), np.random.default_rng(514)
    network = make_network(rng)
    optimizer = Penalized(0.05).watch(network, lambda W, b: l2_penalty(W, b, strength))
    train(network, digits.x, digits.y, rng, optimizer=optimizer)
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
    training, test = accuracies(network, digits)
    plotting.bars({"training": training, "test": test}, left)
    left.set(xlim=(0, 1), xlabel="accuracy", title=f"strength {strength:g}")
    right.hist(chainrule.to_host(network.layers[0].params["W"]).ravel(), bins=60, range=(-1, 1))
    right.set(xlabel="weight of the first layer", ylabel="count")
    plotting.describe(fig, f"L2 of strength {strength:g}: training {training:.2f}, test {test:.2f}.")


draw_strength()

# %% [markdown] lang="en"
# Move the slider: too little changes nothing, too much forgets the digits.
# (In a printed or graded page only the figure above appears.)

# %% tags=["demo"]
from ipywidgets import SelectionSlider

plotting.interact(draw_strength, strength=SelectionSlider(value=0.02, options=[0, 0.002, 0.02, 0.1, 0.5]))

# %% [markdown] lang="en"
# ### Exercise 5.3 - Few weights (5 points)
#
# **Why.** L2 makes weights small, but hardly ever 0: close to 0 its slope $\lambda w$ fades.
# **L1** charges for the size, and its slope stays the same down to 0.
#
# $$P = \lambda \sum |W| \qquad \frac{\partial P}{\partial W} = \lambda \, \mathrm{sign}(W)$$
#
# **Shapes.** As before: `P`, `dW`, `db`.
#
# **By hand.** $W = (3, -4)$ and $\lambda = 0.5$ give $P = 3.5$ and $dW = (0.5, -0.5)$.
#
# **The trap.** At a weight of 0 there is a kink.
# `W / xp.abs(W)` is nan there; `xp.sign` gives 0.

# %% answer="l1_penalty"
def l1_penalty(W, b, strength):
    """Give the L1 penalty of one layer with its gradients: P, dW, db."""
    ### BEGIN SOLUTION
    return strength * xp.abs(W).sum(), strength * xp.sign(W), xp.zeros_like(b)
    ### END SOLUTION


# %% check="l1_penalty"
chainrule.check("l1_penalty", l1_penalty)

# %% [markdown] lang="en"
# **Elastic net** mixes the two.
# The ratio $r$ is the share of L1.
#
# $$P = \lambda \left( r \sum |W| + \frac{1 - r}{2} \sum W^2 \right)$$
#
# **By hand.** $W = (2)$, $\lambda = 1$ and $r = 0.25$ give $P = 0.25 \cdot 2 + 0.375 \cdot 4 = 2$ and $dW = 0.25 + 0.75 \cdot 2 = 1.75$.

# %% answer="elastic_net_penalty"
def elastic_net_penalty(W, b, strength, ratio):
    """Give the elastic net penalty of one layer with its gradients: P, dW, db."""
    ### BEGIN SOLUTION
    parts = l1_penalty(W, b, strength * ratio), l2_penalty(W, b, strength * (1 - ratio))
    return tuple(one + other for one, other in zip(*parts, strict=True))
    ### END SOLUTION


# %% check="elastic_net_penalty"
chainrule.check("elastic_net_penalty", elastic_net_penalty)

# %% [markdown] lang="en"
# **Exact zeros.**
# A gradient step jumps over 0, to and fro, and never lands there.
# The **soft threshold** does: it moves every weight towards 0 by $t$, and stops at 0.
#
# $$\mathrm{soft}(w) = \mathrm{sign}(w) \, \max(|w| - t, 0)$$
#
# **Shapes.** Entry by entry, any shape.
#
# **By hand.** $t = 1$ takes $3$ to $2$, $-2$ to $-1$ and $-0.5$ to $0$.

# %% answer="soft_threshold"
def soft_threshold(w, threshold):
    """Move every entry of w towards 0 by the threshold, and stop at 0."""
    ### BEGIN SOLUTION
    return xp.sign(w) * xp.maximum(xp.abs(w) - threshold, 0)
    ### END SOLUTION


# %% check="soft_threshold"
chainrule.check("soft_threshold", soft_threshold)

# %% [markdown] lang="en"
# **Find what matters.**
# Below, 50 inputs are given, and only 5 of them have to do with the output `target`.
# Which ones?
# These five are the true **support**.
# We minimize the mean squared error with L1, strength 0.2, in two ways.
#
# - Gradient: `w = w - lr * (slope(w) + dP)`, with `dP` from `l1_penalty`.
# - Threshold: a step on the loss alone, `w - lr * slope(w)`, then your `soft_threshold` with $t$ = `lr * 0.2`.

# %% locked="sparse"
sparse = np.random.default_rng(520)
inputs = xp.asarray(sparse.standard_normal((150, 50)))
support = xp.asarray(np.sort(sparse.choice(50, 5, replace=False)))
truth = xp.zeros(50)
truth[support] = xp.asarray(sparse.choice([-2.0, 2.0], 5))
target = inputs @ truth + xp.asarray(0.3 * sparse.standard_normal(150))


def slope(w):
    """Gradient of the mean squared error, halved."""
    return inputs.T @ (inputs @ w - target) / len(target)


# %% [markdown] lang="en"
# **Predict.** How many of the 50 weights are *exactly* 0 after 500 gradient steps with the L1 penalty?
# Choose `"none"`, `"about 25"` or `"45"`.

# %% answer="zeros_by_gradient"
### BEGIN SOLUTION
zeros_by_gradient = "none"
### END SOLUTION

# %% check="zeros_by_gradient"
chainrule.check("zeros_by_gradient", zeros_by_gradient)

# %% [markdown] lang="en"
# **Measure.** Take 500 steps with `lr = 0.1` in each way, both from `w = 0`.
# Keep the two results as `by_gradient` and `by_threshold`, shape `(50,)`, for the picture.
# Store in `recovered_zeros` how many entries of `by_threshold` are exactly 0.

# %% answer="recovered_zeros"
by_gradient, by_threshold = xp.zeros(50), xp.zeros(50)
### BEGIN SOLUTION
for _ in range(500):
    _, dP, _ = l1_penalty(by_gradient[:, None], xp.zeros(1), 0.2)
    by_gradient = by_gradient - 0.1 * (slope(by_gradient) + dP[:, 0])
    by_threshold = soft_threshold(by_threshold - 0.1 * slope(by_threshold), 0.1 * 0.2)
recovered_zeros = int((by_threshold == 0).sum())
### END SOLUTION

# %% check="recovered_zeros"
chainrule.check("recovered_zeros", recovered_zeros)

# %% tags=["demo"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for ax, w, name in zip(axes, (by_gradient, by_threshold), ("gradient", "threshold"), strict=True):
    w = chainrule.to_host(w)
    ax.bar(range(50), np.maximum(np.abs(w), 1e-9), width=0.9)
    ax.bar(chainrule.to_host(support), np.abs(w[chainrule.to_host(support)]), color="#d55e00")
    ax.set(title=f"{name}: {(w == 0).sum()} exact zeros", xlabel="input", yscale="log")
axes[0].set(ylabel="size of the weight", ylim=(1e-5, 5))
plotting.describe(fig, "By gradient all 50 weights are small or large; by threshold 45 are 0.")

# %% [markdown] lang="en"
# Orange marks the true support.
# A weight that is exactly 0 can be left out of the network; a weight of 0.003 cannot.
# The five found weights are a bit too small: that is the price of the penalty.

# %% [markdown] lang="en"
# ### Exercise 5.4 - Decay beside the gradient (3 points)
#
# **Why.** With plain gradient descent, L2 does a simple thing: each step multiplies the weights by $1 - \mathrm{lr}\,\lambda$.
# So people call it **weight decay**, and put it into the update.
# With momentum the two are not the same any more.
# A penalty goes through the velocity $v$; decay goes beside it:
#
# $$v \leftarrow m v - \mathrm{lr}\, g \qquad w \leftarrow (1 - \mathrm{lr}\,\lambda)\, w + v$$
#
# $g$ is the gradient of the loss without a penalty, and $m$ the momentum.
#
# **Shapes.** `w`, `velocity` and `grad` have one shape; return the new `w` and the new `velocity`.
#
# **By hand.** $w = 2$, $v = 1$, $g = 3$, lr $= 0.1$, $m = 0.5$, $\lambda = 0.4$: the new $v$ is $0.5 - 0.3 = 0.2$, the new $w$ is $0.96 \cdot 2 + 0.2 = 2.12$.

# %% answer="decay_step"
def decay_step(w, velocity, grad, lr, momentum, strength):
    """Take a step with momentum and decay the weights beside it; give the new w and velocity."""
    ### BEGIN SOLUTION
    velocity = momentum * velocity - lr * grad
    return (1 - lr * strength) * w + velocity, velocity
    ### END SOLUTION


# %% check="decay_step"
chainrule.check("decay_step", decay_step)

# %% [markdown] lang="en"
# **Predict.** Both ways start at the same $w$ with velocity 0.
# After which step do their weights differ for the first time?
# Choose `"the first"`, `"the second"` or `"never"`.

# %% answer="first_to_differ"
### BEGIN SOLUTION
first_to_differ = "the second"
### END SOLUTION

# %% check="first_to_differ"
chainrule.check("first_to_differ", first_to_differ)

# %% [markdown] lang="en"
# **Measure.** `beside` and `inside` hold $(w, v)$ of the two ways; the loss has the gradient `w - 1`.
# Walk 80 steps: `beside` with your `decay_step`, `inside` with the same function, strength 0, and the gradient `w - 1 + 0.5 * w`.
# Use `lr = 0.1`, momentum 0.9 and strength 0.5.
# Append the pair of weights after every step to `walks`, and store in `decay_difference` the number of the first step (1, 2, ...) whose weights differ by more than `1e-9`.

# %% answer="decay_difference"
beside = inside = (xp.full(1, 3.0), xp.zeros(1))
walks = []
### BEGIN SOLUTION
for _ in range(80):
    beside = decay_step(*beside, beside[0] - 1, 0.1, 0.9, 0.5)
    inside = decay_step(*inside, inside[0] - 1 + 0.5 * inside[0], 0.1, 0.9, 0.0)
    walks.append((float(beside[0][0]), float(inside[0][0])))
decay_difference = next(i for i, (a, b) in enumerate(walks, start=1) if abs(a - b) > 1e-9)
### END SOLUTION

# %% check="decay_difference"
chainrule.check("decay_difference", decay_difference)

# %% tags=["demo"]
fig, ax = plt.subplots()
one, other = np.transpose(walks)
both = {"decay beside the velocity": one, "penalty in the loss": other}
plotting.curves(np.arange(1, 81), both, ax).set(xlabel="step", ylabel="weight")
plotting.describe(fig, "Two weights start together and then swing differently around two goals.")

# %% [markdown] lang="en"
# They even come to rest at different places: the penalty at $1/1.5 = 0.67$, where its slope and that of the loss cancel, and decay, which momentum does not amplify, much closer to 1.
# Optimizers that scale the gradient, such as Adam, make the difference larger still.
# That is why AdamW exists.

# %% [markdown] lang="en"
# ## Part 3: Stop in time, ask many
#
# ### Exercise 5.5 - Early stopping (4 points)
#
# **Why.** In the first picture the test accuracy was best after a few epochs.
# So stop there.
# But one bad epoch may be bad luck, so wait a little: that is the **patience**.
#
# Write a class with two methods.
#
# - `update(loss, parameters)` takes the validation loss after an epoch, and gives `True` if training should stop.
# - `best()` gives the parameters of the best epoch.
#
# The rules:
#
# - An epoch is an improvement if its loss is lower than every loss before it. A tie is none, and NaN is none.
# - `patience` epochs **in a row** without improvement end the training.
#
# **By hand.** `patience = 2` and the losses 0.9, 0.5, 0.6, 0.7: `update` gives `False`, `False`, `False`, `True`, and `best()` gives the parameters that came with 0.5.
#
# **The trap.** The parameters are *one* array, and training changes it in place.
# `self.saved = parameters` is only a second name for it, and it ends up with the last values.
# Keep `parameters.copy()`.

# %% answer="EarlyStopping"
class EarlyStopping:
    """Keep the best parameters, and say when patience is over."""

    def __init__(self, patience):
        ### BEGIN SOLUTION
        self.patience, self.waited = patience, 0
        self.lowest, self.saved = float("inf"), None

    def update(self, loss, parameters):
        if loss < self.lowest:  # False for NaN
            self.lowest, self.saved, self.waited = loss, parameters.copy(), 0
        else:
            self.waited += 1
        return self.waited >= self.patience

    def best(self):
        return self.saved
        ### END SOLUTION


# %% check="EarlyStopping"
chainrule.check("EarlyStopping", EarlyStopping)

# %% [markdown] lang="en"
# Now use it, on a walk that shows whether you keep a copy.
# `w` has shape `(D,)`; `steps` is `(T, D)`, `losses` holds T numbers.
#
# 1. Copy `w`, and make an `EarlyStopping`.
# 2. For each step: add it to your `w` **in place** (`w += step`), then hand the loss and `w` to `update`.
# 3. Stop when it says so, and return `best()`.
#
# **By hand.** $w = 0$, steps $1, 1, 1, 1$, losses $0.9, 0.5, 0.6, 0.7$ and patience 2 give $2$.

# %% answer="stopped_walk"
def stopped_walk(w, steps, losses, patience):
    """Add steps to a copy of w until patience is over; give the best parameters."""
    ### BEGIN SOLUTION
    w, stopper = w.copy(), EarlyStopping(patience)
    for step, loss in zip(steps, losses, strict=True):
        w += step
        if stopper.update(loss, w):
            break
    return stopper.best()
    ### END SOLUTION


# %% check="stopped_walk"
chainrule.check("stopped_walk", stopped_walk)

# %% [markdown] lang="en"
# **Measure on the digits.**
# `fit` calls `on_epoch(epoch, network, history)` after every epoch, and stops if it gives `True`.
# `history.validation_losses[-1]` is the validation loss of the epoch, and `network.parameters` the one array of all parameters.
#
# 1. Make `stopper = EarlyStopping(5)` and a network.
# 2. Train it with `train(..., validation=(digits.x_val, digits.y_val), on_epoch=...)`.
# 3. Put the best parameters back: `network.parameters[...] = stopper.best()`.
# 4. Store its test accuracy in `stopped_accuracy`.

# %% answer="stopped_accuracy"
digits = noisy_digits(531)
rng = np.random.default_rng(532)
### BEGIN SOLUTION
network, stopper = make_network(rng), EarlyStopping(5)
train(
    network, digits.x, digits.y, rng, validation=(digits.x_val, digits.y_val),
    on_epoch=lambda epoch, net, record: stopper.update(record.validation_losses[-1], net.parameters),
)  # fmt: skip
network.parameters[...] = stopper.best()
stopped_accuracy = accuracies(network, digits)[1]
### END SOLUTION

# %% check="stopped_accuracy"
chainrule.check("stopped_accuracy", stopped_accuracy)

# %% tags=["demo"]
rng = np.random.default_rng(532)
full = train(make_network(rng), digits.x, digits.y, rng, validation=(digits.x_val, digits.y_val))
fig, ax = plt.subplots()
losses = {"training": np.array(full.epoch_losses), "validation": np.array(full.validation_losses)}
plotting.curves(np.arange(1, 61), losses, ax).set(xlabel="epoch", ylabel="loss")
best = int(np.argmin(full.validation_losses)) + 1
ax.axvline(best, color="#888888", linestyle=":")
ax.annotate("best epoch", (best + 0.7, 0.05), xycoords=("data", "axes fraction"))
plotting.describe(fig, f"Training loss keeps falling; validation loss is lowest at epoch {best}.")

# %% [markdown] lang="en"
# Early stopping is the cheapest method of all: it saves time.
# The validation set has chosen the epoch, so it is no fair judge any more.
# That is why we measure on the test set.

# %% [markdown] lang="en"
# ### Exercise 5.6 - Many models, one answer (3 points)
#
# **Why.** Train five networks from different starts.
# Each learns other mistakes.
# In the mean of their answers the mistakes partly cancel, and what they agree on stays.
#
# $$p(X) = \frac{1}{K} \sum_{k=1}^{K} p_k(X)$$
#
# **Shapes.** `models` is a list of functions; each gives probabilities of shape `(N, C)` for `X` of shape `(N, D)`.
# The result is `(N, C)` too.
#
# **By hand.** One model says $(1, 0)$, the other $(0.5, 0.5)$: together $(0.75, 0.25)$.

# %% answer="ensemble_predict"
def ensemble_predict(models, X):
    """Give the mean of the probabilities that the models predict for X."""
    ### BEGIN SOLUTION
    return sum(model(X) for model in models) / len(models)
    ### END SOLUTION


# %% check="ensemble_predict"
chainrule.check("ensemble_predict", ensemble_predict)

# %% [markdown] lang="en"
# Would it not be cheaper to average the *parameters* of the five networks into one?
# Look at a **twin**: the same network with its hidden units in another order.
# Unit $i$ of the twin is unit `order[i]` of the original.
# It takes along its incoming weights (a column of `W1`), its bias and its outgoing weights (a row of `W2`).
#
# **Shapes.** `W1` is `(D, H)`, `b1` is `(H,)`, `W2` is `(H, C)`, and `order` holds the numbers 0 to H-1.
#
# **By hand.** $W_1 = (1, 2)$, $b_1 = (3, 4)$, $W_2 = (5; 6)$ and `order` $= (1, 0)$ give $(2, 1)$, $(4, 3)$ and $(6; 5)$.

# %% answer="permute_hidden"
def permute_hidden(W1, b1, W2, order):
    """Give W1, b1 and W2 of the twin whose unit i is unit order[i]."""
    ### BEGIN SOLUTION
    return W1[:, order], b1[order], W2[order]
    ### END SOLUTION


# %% check="permute_hidden"
chainrule.check("permute_hidden", permute_hidden)

# %% [markdown] lang="en"
# The twin computes the same function, number for number.
# So the mean of the two predictions is the prediction itself.
#
# **Measure** what the mean of the *parameters* does.
# `original` is a network with 10 hidden units, trained on clean digits; its parameters are `W1`, `b1`, `W2`.
#
# 1. `order = xp.asarray(rng.permutation(10))`, and make the twin's parameters.
# 2. Write the mean of both into the network: `original.layers[0].params["W"][...] = ...`, and likewise `["b"]` there and `["W"]` of `original.layers[2]`.
# 3. Store the test accuracy of what you get in `averaged_accuracy`.

# %% answer="averaged_accuracy"
digits, rng = noisy_digits(541, n=600, wrong=0.0), np.random.default_rng(542)
original = make_network(rng, hidden=10)
train(original, digits.x, digits.y, rng, epochs=40)
print("the original:", accuracies(original, digits)[1])
W1, b1, W2 = (original.layers[i].params[name].copy() for i, name in ((0, "W"), (0, "b"), (2, "W")))
### BEGIN SOLUTION
order = xp.asarray(rng.permutation(10))
twin = permute_hidden(W1, b1, W2, order)
for (i, name), mine, its in zip(((0, "W"), (0, "b"), (2, "W")), (W1, b1, W2), twin, strict=True):
    original.layers[i].params[name][...] = (mine + its) / 2
averaged_accuracy = accuracies(original, digits)[1]
### END SOLUTION

# %% check="averaged_accuracy"
chainrule.check("averaged_accuracy", averaged_accuracy)

# %% [markdown] lang="en"
# Two good networks, and their mean is a bad one: unit 7 of the one and unit 7 of the other do different things.
# (With 100 hidden units the mean loses only a few points here, since so many units share the work.
# It still loses; the mean of the two predictions loses nothing.)
# Average what networks say, not what they are made of.

# %% [markdown] lang="en"
# ## Part 4: Noise inside the network
#
# ### Exercise 5.7 - Dropout (8 points)
#
# **Why.** An ensemble is dear.
# **Dropout** is a cheap relative: in every training step each unit is switched off by a throw of dice.
# So every step trains another thin network, and no unit can rely on another one being there.
#
# **First the dice.**
# A mask holds `True` where an entry is kept.
# `keep` is the probability to **keep**, each entry for itself.
#
# **By hand.** `rng.random(...)` draws from 0 to 1. With `keep = 0.8` the numbers 0.31, 0.95 and 0.62 give keep, drop, keep.
#
# The numbers come from NumPy's `rng`; `xp.asarray(...)` brings the mask to where your arrays live.

# %% answer="draw_mask"
def draw_mask(shape, keep, rng):
    """Draw a mask of this shape; each entry is True with probability keep."""
    ### BEGIN SOLUTION
    return xp.asarray(rng.random(shape) < keep)
    ### END SOLUTION


# %% check="draw_mask"
chainrule.check("draw_mask", draw_mask)

# %% [markdown] lang="en"
# **Dropout as it was first described.**
# In training, dropped entries become 0.
# At test time all units are there, so the next layer would get more than it is used to.
# So at test time everything is scaled down:
#
# $$\text{training: } x \cdot \text{mask} \qquad \text{test: } \text{keep} \cdot x$$
#
# **Shapes.** `x` and `mask` are `(N, D)`. At test time `mask` is `None`.
#
# **By hand.** $x = (2, 3)$, mask $(1, 0)$, keep $= 0.8$: training gives $(2, 0)$, test gives $(1.6, 2.4)$.
#
# > **Many notes get this wrong: the factor at test time.**
# >
# > The paper calls $p$ the probability to *keep* a unit, and multiplies by $p$ at test time.
# > Many libraries call $p$ the probability to *drop* one.
# > Notes that mix the two multiply by the drop probability.
# > The factor is the **keep probability**: an entry is there with probability keep, so on average it is worth keep times $x$.
# > At 0.5 the mix-up cannot be seen, which is why it survives.

# %% answer="classic_dropout"
def classic_dropout(x, mask, keep):
    """Apply the mask to x in training; scale x at test time, when the mask is None."""
    ### BEGIN SOLUTION
    return keep * x if mask is None else x * mask
    ### END SOLUTION


# %% check="classic_dropout"
chainrule.check("classic_dropout", classic_dropout)

# %% [markdown] lang="en"
# **Inverted dropout.**
# Today the factor stands in training: the kept entries are divided by keep, and at test time nothing is to be done.
#
# $$\text{out} = \frac{x \cdot \text{mask}}{\text{keep}}$$
#
# **By hand.** $x = (2, 3)$, mask $(1, 0)$, keep $= 0.8$ give $(2.5, 0)$.
# On average: $0.8 \cdot 2.5 + 0.2 \cdot 0 = 2$.

# %% answer="dropout_forward"
def dropout_forward(x, mask, keep):
    """Drop entries of x in training, and enlarge the rest; all shapes are equal."""
    ### BEGIN SOLUTION
    return x * mask / keep
    ### END SOLUTION


# %% check="dropout_forward"
chainrule.check("dropout_forward", dropout_forward)

# %% [markdown] lang="en"
# **Backward.**
# The slope of the output with respect to $x$ is mask / keep, with the mask of the forward pass.
# A fresh mask would send gradients through units that were switched off.
#
# **By hand.** upstream $= (4, -6)$, mask $(1, 0)$ and keep $= 0.8$ give $(5, 0)$.

# %% answer="dropout_backward"
def dropout_backward(upstream, mask, keep):
    """Send the gradient back through dropout_forward; all shapes are equal."""
    ### BEGIN SOLUTION
    return upstream * mask / keep
    ### END SOLUTION


# %% check="dropout_backward"
chainrule.check("dropout_backward", dropout_backward)

# %% [markdown] lang="en"
# **Check the expectation.**
# Draw 4000 masks for the row `x` below with `keep = 0.8`, run each through your `dropout_forward`, and take the mean of the outputs.
# Divide it by `x` and store the mean of the four quotients in `dropout_mean`.

# %% answer="dropout_mean"
x, rng = xp.asarray([[1.0, -2.0, 3.0, 0.5]]), np.random.default_rng(551)
### BEGIN SOLUTION
outputs = [dropout_forward(x, draw_mask(x.shape, 0.8, rng), 0.8) for _ in range(4000)]
dropout_mean = float((sum(outputs) / 4000 / x).mean())
### END SOLUTION

# %% check="dropout_mean"
chainrule.check("dropout_mean", dropout_mean)


# %% [markdown] lang="en"
# As a layer, with your three functions inside:

# %%
class Dropout:
    """Inverted dropout as a layer: `infer` is what happens at test time."""

    def __init__(self, keep, rng):
        self.keep, self.rng = keep, rng

    def forward(self, x):
        self.mask = draw_mask(x.shape, self.keep, self.rng)
        return dropout_forward(x, self.mask, self.keep)

    def infer(self, x):
        return x

    def backward(self, upstream):
        return dropout_backward(upstream, self.mask, self.keep)


# %% tags=["demo"]
def learning(middle, seed=552):
    """Training and test accuracy after every epoch."""
    digits, rng = noisy_digits(seed), np.random.default_rng(seed)
    record = train(
        make_network(rng, middle(rng)), digits.x, digits.y, rng,
        validation=(digits.x_test, digits.y_test), measure_training=True,
    )  # fmt: skip
    both = record.training_accuracies, record.validation_accuracies
    return dict(zip(("training", "test"), map(np.array, both), strict=True))


# %% tags=["demo"]
fig, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True)
for ax, keep in zip(axes, (1.0, 0.5, 0.2), strict=True):
    both = learning(lambda rng, keep=keep: [layers.ReLU(), Dropout(keep, rng)])
    plotting.curves(np.arange(1, 61), both, ax).set(xlabel="epoch", title=f"keep = {keep}")
axes[0].set(ylabel="accuracy", ylim=(0, 1.02))
plotting.describe(fig, "With keep 1 a wide gap, with 0.5 a small one; with 0.2 none, and both are low.")

# %% [markdown] lang="en"
# With keep = 0.5 the gap is small, and the test accuracy stays up.
# With 0.2 the gap is gone, but so little of the network is left that it learns less of everything.
#
# **In your own words (3 points).**
# A colleague has written dropout with a keep probability of 0.9.
# In training he sets entries to 0 and does nothing else.
# At test time he multiplies the activations by 0.1.
# "With 0.5 it worked perfectly," he says.
# What is wrong, why did it work with 0.5, and what are two ways to repair it?
# Three to five sentences.

# %% [markdown] text="dropout_text" points=3
# He multiplies by the probability to drop; the factor at test time is the probability to keep, 0.9.
# In training an entry is there with probability 0.9, so on average the next layer gets 0.9 x; at test time it gets 0.1 x, nine times too little.
# With 0.5 the probabilities to keep and to drop are equal, so the mistake cannot be seen.
# He can multiply by 0.9 at test time, or divide the kept entries by 0.9 in training and leave the test as it is (inverted dropout).
#
# **Rubric**
#
# - 1 point: the factor must be the keep probability (0.9), because that is the expected value of the mask in training.
# - 1 point: at 0.5 keep and drop probability are the same.
# - 1 point: both repairs, scaling by keep at test time and dividing by keep in training.
# - An answer that divides at test time, or scales in both places, earns no point for the repair.

# %% [markdown] lang="en"
# ### Exercise 5.8 - DropConnect (2 points)
#
# **Why.** Dropout silences a unit for everybody.
# **DropConnect** cuts single connections: the mask lies on the weights.
#
# $$\text{out} = \frac{x \, (W \cdot \text{mask})}{\text{keep}} + b$$
#
# $W \cdot \text{mask}$ is entry by entry.
# Biases are never dropped.
# (The paper draws a mask for every example; one mask for a batch is cheaper and has the same mean.)
#
# **Shapes.** `x` is `(N, D)`, `W` and `mask` are `(D, M)`, `b` is `(M,)`.
#
# **By hand.** $x = (1, 1)$, $W = \begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}$, mask $= \begin{pmatrix}1 & 0\\1 & 1\end{pmatrix}$, $b = (10, 0)$, keep $= 0.5$:
# $x (W \cdot \text{mask}) = (4, 4)$, divided $(8, 8)$, with biases $(18, 8)$.

# %% answer="dropconnect_forward"
def dropconnect_forward(x, W, b, mask, keep):
    """Give the pre-activations of a layer whose weights are masked."""
    ### BEGIN SOLUTION
    return x @ (W * mask) / keep + b
    ### END SOLUTION


# %% check="dropconnect_forward"
chainrule.check("dropconnect_forward", dropconnect_forward)

# %% [markdown] lang="en"
# **Check the expectation.**
# With 4000 masks and `keep = 0.7`, take the mean of the outputs.
# Store the largest difference between an entry of this mean and the same entry of `x @ W + b` in `dropconnect_error`.

# %% answer="dropconnect_error"
rng = np.random.default_rng(561)
x, W, b = (xp.asarray(rng.uniform(0.5, 1, shape)) for shape in ((2, 3), (3, 4), 4))
### BEGIN SOLUTION
outputs = [dropconnect_forward(x, W, b, draw_mask(W.shape, 0.7, rng), 0.7) for _ in range(4000)]
dropconnect_error = float(xp.abs(sum(outputs) / 4000 - (x @ W + b)).max())
### END SOLUTION

# %% check="dropconnect_error"
chainrule.check("dropconnect_error", dropconnect_error)

# %% [markdown] lang="en"
# ### Exercise 5.9 - Batch normalization (6 points)
#
# **Why.** While the lower layers learn, the inputs of the upper ones drift.
# **Batch normalization** gives every unit mean 0 and variance 1 over the batch, and then a scale $\gamma$ and a shift $\beta$ that are learned.
# An example's output now depends on which other examples are in its batch: that is noise, and noise regularizes a little.
#
# $$\text{out} = \gamma \, \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta$$
#
# $\mu$ and $\sigma^2$ are mean and variance of each column; the variance divides by $N$.
#
# **Shapes.** `x` is `(N, D)`, all others are `(D,)`, `eps` is a number.
# Return the output, $\mu$ and $\sigma^2$.
#
# **By hand.** The column $(1, 5)$ has $\mu = 3$ and $\sigma^2 = 4$.
# With $\varepsilon = 0$, $\gamma = 3$ and $\beta = 10$: $3 \cdot (-1, 1) + 10 = (7, 13)$.

# %% answer="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, eps):
    """Normalize every column of the batch; give the output, the means and the variances."""
    ### BEGIN SOLUTION
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / xp.sqrt(var + eps) + beta, mean, var
    ### END SOLUTION


# %% check="batchnorm_forward"
chainrule.check("batchnorm_forward", batchnorm_forward)

# %% [markdown] lang="en"
# **At test time** an example may come alone, and its answer must not depend on others.
# So the layer uses running averages of $\mu$ and $\sigma^2$ from training.
#
# **By hand.** $x = 7$, $\gamma = 3$, $\beta = 1$, $\mu = 5$, $\sigma^2 = 4$, $\varepsilon = 0$ give $3 \cdot 2/2 + 1 = 4$.

# %% answer="batchnorm_infer"
def batchnorm_infer(x, gamma, beta, mean, var, eps):
    """Normalize with the statistics that are given."""
    ### BEGIN SOLUTION
    return gamma * (x - mean) / xp.sqrt(var + eps) + beta
    ### END SOLUTION


# %% check="batchnorm_infer"
chainrule.check("batchnorm_infer", batchnorm_infer)

# %% [markdown] lang="en"
# **Backward.**
# $x$ reaches the output on three paths: directly, through $\mu$ and through $\sigma^2$.
# With $\hat{x} = (x - \mu)/\sqrt{\sigma^2 + \varepsilon}$ and $g = \gamma \cdot \text{upstream}$ they add up to
#
# $$dx = \frac{g - \overline{g} - \hat{x}\,\overline{g \hat{x}}}{\sqrt{\sigma^2 + \varepsilon}} \qquad d\gamma = \sum_n \text{upstream} \cdot \hat{x} \qquad d\beta = \sum_n \text{upstream}$$
#
# The bar is the mean over the batch.
#
# **Shapes.** `dx` is `(N, D)`, `dgamma` and `dbeta` are `(D,)`.
#
# **By hand.** For the column $x = (-1, 1)$ with $\varepsilon = 3$: $\hat{x} = (-0.5, 0.5)$.
# $\gamma = 2$ and upstream $= (1, 0)$ give $g = (2, 0)$, $\overline{g} = 1$, $\overline{g\hat{x}} = -0.5$.
# So $dx = (2 - 1 - 0.25, \; 0 - 1 + 0.25)/2 = (0.375, -0.375)$, $d\gamma = -0.5$ and $d\beta = 1$.

# %% answer="batchnorm_backward"
def batchnorm_backward(upstream, x, gamma, eps):
    """Send the gradient back through batchnorm_forward; give dx, dgamma and dbeta."""
    ### BEGIN SOLUTION
    spread = xp.sqrt(x.var(axis=0) + eps)
    normal, g = (x - x.mean(axis=0)) / spread, gamma * upstream
    dx = (g - g.mean(axis=0) - normal * (g * normal).mean(axis=0)) / spread
    return dx, (upstream * normal).sum(axis=0), upstream.sum(axis=0)
    ### END SOLUTION


# %% check="batchnorm_backward"
chainrule.check("batchnorm_backward", batchnorm_backward)

# %% [markdown] lang="en"
# **Check the expectation.**
# The mean of a small batch is right on average.
# Its variance is not: the batch's own mean lies closer to its examples than the true mean does, and that takes away one part in $N$.
#
# **Compute.** Batches of $N = 8$: the average batch variance is how many times the true variance?
# Give three digits.

# %% answer="expected_ratio"
### BEGIN SOLUTION
expected_ratio = 0.875  # (N - 1) / N
### END SOLUTION

# %% check="expected_ratio"
chainrule.check("expected_ratio", expected_ratio)

# %% [markdown] lang="en"
# **Measure.**
# Draw 5000 batches of shape `(8, 4)` from `rng.standard_normal`, whose true variance is 1.
# Run each through `batchnorm_forward` with `gamma` of ones, `beta` of zeros and `eps = 1e-5`.
# Store the mean of all the variances that it returns in `batch_variance_ratio`.

# %% answer="batch_variance_ratio"
rng, one, zero = np.random.default_rng(571), xp.ones(4), xp.zeros(4)
### BEGIN SOLUTION
batches = (xp.asarray(rng.standard_normal((8, 4))) for _ in range(5000))
variances = [batchnorm_forward(batch, one, zero, 1e-5)[2].mean() for batch in batches]
batch_variance_ratio = float(sum(variances) / 5000)
### END SOLUTION

# %% check="batch_variance_ratio"
chainrule.check("batch_variance_ratio", batch_variance_ratio)

# %% [markdown] lang="en"
# This is why libraries multiply the variance by $N/(N-1)$ before it enters the running average.
# As a layer:


# %%
class BatchNorm:
    """Batch normalization as a layer, with running averages for the test."""

    def __init__(self, size, eps=1e-5):
        one, zero = xp.ones(size, dtype="float32"), xp.zeros(size, dtype="float32")
        self.params, self.grads, self.eps = {"gamma": one, "beta": zero}, {}, eps
        self.mean, self.var = zero.copy(), one.copy()

    def forward(self, x):
        self.x = x
        out, mean, var = batchnorm_forward(x, *self.params.values(), self.eps)
        self.mean = 0.9 * self.mean + 0.1 * mean
        self.var = 0.9 * self.var + 0.1 * var * len(x) / max(len(x) - 1, 1)
        return out

    def infer(self, x):
        return batchnorm_infer(x, *self.params.values(), self.mean, self.var, self.eps)

    def backward(self, upstream):
        gradients = batchnorm_backward(upstream, self.x, self.params["gamma"], self.eps)
        dx, self.grads["gamma"], self.grads["beta"] = gradients
        return dx


# %% [markdown] lang="en"
# What it is best at is not regularization.
# It makes a deep network forgive first weights of the wrong size (Unit 03).
# Six hidden layers, clean digits, and weights that are too small, right, or too large by a factor:


# %% tags=["demo"]
def deep_losses(scale, norm, seed=572):
    """Training loss over 15 epochs; a run that ends early is filled up with nan."""
    digits, rng = noisy_digits(seed, n=600, wrong=0.0), np.random.default_rng(seed)
    stack, sizes = [], [64, *[50] * 6]
    for shape in zip(sizes[:-1], sizes[1:], strict=True):
        weights = init_kaiming(shape, rng, 2**0.5 * scale, dtype="float32", xp=xp)
        stack += [layers.Affine(*weights), *([BatchNorm(50)] if norm else []), layers.ReLU()]
    last = layers.Affine(*init_kaiming((50, 10), rng, 1.0, dtype="float32", xp=xp))
    network = Network([*stack, last], layers.SoftmaxCrossEntropy())
    found = train(network, digits.x, digits.y, rng, epochs=15).epoch_losses[:15]
    return np.array([*found, *[np.nan] * (15 - len(found))])


# %% tags=["demo"]
fig, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True)
for ax, scale in zip(axes, (0.3, 1, 2), strict=True):
    both = {"without": deep_losses(scale, norm=False), "with batch norm": deep_losses(scale, norm=True)}
    plotting.curves(np.arange(1, 16), both, ax)
    ax.set(title=f"first weights times {scale:g}", xlabel="epoch", ylim=(0, 3))
axes[0].set(ylabel="training loss")
plotting.describe(fig, "With batch norm all three fall alike; without, only scale 1 learns at all.")

# %% [markdown] lang="en"
# Without batch normalization, one factor too small or too large and nothing is learned: the loss stays at $\ln 10 = 2.3$, or becomes infinite in the first epoch, and there is no curve to draw.

# %% [markdown] lang="en"
# ### Exercise 5.10 - Stochastic depth (2 points)
#
# **Why.** A residual block adds something to its input: out $= x + F(x)$.
# $x$ **skips** the block, and $F(x)$ is its **branch**.
# So the branch can be left out, and the network still works, one layer shorter.
# **Stochastic depth** leaves it out by a throw of dice, for every example:
#
# $$\text{training: } x + \text{mask} \cdot F(x) \qquad \text{test: } x + \text{keep} \cdot F(x)$$
#
# **Shapes.** `x` and `branch` are `(N, D)`, `mask` is `(N,)`: one entry for each example. At test time `mask` is `None`.
#
# **By hand.** $x = 2$, $F(x) = 1$ and keep $= 0.8$ give 3 or 2 in training, and $2.8$ at test time.
# $0.8 \cdot (2 + 1) = 2.4$ would be wrong: $x$ is always there, so it is not scaled.

# %% answer="stochastic_depth"
def stochastic_depth(x, branch, mask, keep):
    """Add the branch to x where the mask says so; at test time add it keep times."""
    ### BEGIN SOLUTION
    return x + (keep if mask is None else mask[:, None]) * branch
    ### END SOLUTION


# %% check="stochastic_depth"
chainrule.check("stochastic_depth", stochastic_depth)

# %% [markdown] lang="en"
# **Check the expectation.**
# Take 4000 copies of $x = 2$ with the branch 1, shape `(4000, 1)`, and a mask from `draw_mask((4000,), 0.8, rng)`.
# Store the mean output in `depth_mean`.

# %% answer="depth_mean"
rng = np.random.default_rng(581)
### BEGIN SOLUTION
mask = draw_mask((4000,), 0.8, rng)
depth_mean = float(stochastic_depth(xp.full((4000, 1), 2.0), xp.ones((4000, 1)), mask, 0.8).mean())
### END SOLUTION

# %% check="depth_mean"
chainrule.check("depth_mean", depth_mean)

# %% [markdown] lang="en"
# ### Exercise 5.11 - Fractional max pooling (3 points)
#
# **Why.** Max pooling keeps the largest number of each $2 \times 2$ square: the image halves, and after a few layers nothing is left.
# **Fractional** max pooling shrinks by less, and its regions are random.
# From 8 rows to 6: four regions are one row high, and two are two rows high, in random order.
#
# These heights are the **increments**: ones and twos that add up to `size`.
# With `outputs` regions there are `size - outputs` twos; the rest are ones.
# So `size` lies between `outputs` and twice as many.
#
# **Shapes.** The result is an array of shape `(outputs,)`.
#
# **By hand.** From 8 to 5: three twos and two ones, for example $(2, 1, 2, 2, 1)$.

# %% answer="pool_increments"
def pool_increments(size, outputs, rng):
    """Draw `outputs` ones and twos in random order that add up to `size`."""
    ### BEGIN SOLUTION
    twos = size - outputs
    return rng.permutation(np.array([2] * twos + [1] * (outputs - twos)))
    ### END SOLUTION


# %% check="pool_increments"
chainrule.check("pool_increments", pool_increments)

# %% [markdown] lang="en"
# Now the pooling.
# `rows` and `columns` are increments; the first region starts at row 0 and column 0.
#
# **Shapes.** `X` is `(N, H, W)`, `rows` is `(P,)` and sums to H, `columns` is `(Q,)` and sums to W. The result is `(N, P, Q)`.
#
# **By hand.** $X = \begin{pmatrix}0&1&2\\3&4&5\\6&7&8\end{pmatrix}$, `rows` $= (1, 2)$, `columns` $= (2, 1)$: the result is $\begin{pmatrix}1&2\\7&8\end{pmatrix}$.

# %% answer="fractional_max_pool"
def fractional_max_pool(X, rows, columns):
    """Take the largest number of each region of the images X."""
    ### BEGIN SOLUTION
    rows, columns = rows.tolist(), columns.tolist()  # plain numbers, also where X lies on a GPU
    bottoms, rights = np.cumsum(rows), np.cumsum(columns)
    out = xp.zeros((len(X), len(rows), len(columns)), dtype=X.dtype)
    for p, (bottom, height) in enumerate(zip(bottoms, rows, strict=True)):
        for q, (right, width) in enumerate(zip(rights, columns, strict=True)):
            out[:, p, q] = X[:, bottom - height : bottom, right - width : right].max(axis=(1, 2))
    return out
    ### END SOLUTION


# %% check="fractional_max_pool"
chainrule.check("fractional_max_pool", fractional_max_pool)

# %% [markdown] lang="en"
# **Check the expectation.**
# From 8 to 6 in both directions: how many pixels does a region have on average?
# Draw 200 pairs of increments, take for each pair the areas of all 36 regions (height times width), and store their mean in `mean_area`.
# Is it what $8/6$ lets you expect?

# %% answer="mean_area"
rng = np.random.default_rng(591)
### BEGIN SOLUTION
pairs = [(pool_increments(8, 6, rng), pool_increments(8, 6, rng)) for _ in range(200)]
mean_area = float(np.mean([np.outer(rows, columns) for rows, columns in pairs]))
### END SOLUTION

# %% check="mean_area"
chainrule.check("mean_area", mean_area)

# %% tags=["demo"]
digits = noisy_digits(592, wrong=0.0)
image, rng = digits.x[:1].reshape(1, 8, 8), np.random.default_rng(593)
fig, axes = plt.subplots(1, 4, figsize=(9, 2.6))
axes[0].imshow(chainrule.to_host(image[0]), cmap="gray_r")
axes[0].set(title="8 x 8")
for ax in axes[1:]:
    pooled = fractional_max_pool(image, pool_increments(8, 6, rng), pool_increments(8, 6, rng))
    ax.imshow(chainrule.to_host(pooled[0]), cmap="gray_r")
    ax.set(title="6 x 6")
for ax in axes:
    ax.set_axis_off()
plotting.describe(fig, "A digit, and three smaller versions of it that differ a little.")

# %% [markdown] lang="en"
# ## Part 5: New images from old ones
#
# ### Exercise 5.12 - Flips, crops and sizes (3 points)
#
# **Why.** A cat seen in a mirror is a cat.
# **Augmentation** makes such changes at random in every epoch, and leaves the label as it is.
# The network gets more images, and nobody has to label them.
#
# Images are arrays `(N, H, W)`, or `(N, H, W, 3)` in color.
# Row 0 is at the top.
#
# **Flip** left to right the images where `flips` is `True`, shape `(N,)`; the others stay.
#
# **By hand.** $(1, 2, 3)$ becomes $(3, 2, 1)$.

# %% answer="horizontal_flip"
def horizontal_flip(X, flips):
    """Mirror left to right those images of X where flips is True."""
    ### BEGIN SOLUTION
    out = X.copy()
    out[flips] = X[flips][:, :, ::-1]
    return out
    ### END SOLUTION


# %% check="horizontal_flip"
chainrule.check("horizontal_flip", horizontal_flip)

# %% [markdown] lang="en"
# **Crop**: cut a square of `size` x `size` out of each image, at a place of its own.
# Every place that fits is equally likely: the top row is one of $0, 1, \dots, H - \text{size}$.
#
# **By hand.** $H = 8$ and size 6: the square may start in row 0, 1 or 2.
#
# **The trap.** `rng.integers(k)` draws from 0 to $k - 1$.

# %% answer="random_crop"
def random_crop(X, size, rng):
    """Cut a square out of each image of X, shape (N, H, W), at a random place."""
    ### BEGIN SOLUTION
    crops = []
    for image in X:
        top = rng.integers(X.shape[1] - size + 1)
        left = rng.integers(X.shape[2] - size + 1)
        crops.append(image[top : top + size, left : left + size])
    return xp.stack(crops)
    ### END SOLUTION


# %% check="random_crop"
chainrule.check("random_crop", random_crop)

# %% [markdown] lang="en"
# **Rescale** to `size` x `size` pixels: every new pixel takes the nearest old one.
# The middle of new row $i$ lies at $(i + \frac12) \cdot H / \text{size}$ on the scale of the old rows.
# Cut off the digits behind the point, and you have the old row; columns likewise.
# Multiply before you divide: in Python `24.5 * (2 / 49)` is a little less than 1, and `24.5 * 2 / 49` is 1.
#
# **By hand.** $H = 3$, size 2: $0.5 \cdot 1.5 = 0.75$ and $1.5 \cdot 1.5 = 2.25$, so rows 0 and 2.

# %% answer="rescale"
def rescale(X, size):
    """Bring the images to size x size; each new pixel takes the nearest old one."""
    ### BEGIN SOLUTION
    rows, columns = ((2 * xp.arange(size) + 1) * length // (2 * size) for length in X.shape[1:3])
    return X[:, rows][:, :, columns]
    ### END SOLUTION


# %% check="rescale"
chainrule.check("rescale", rescale)

# %% [markdown] lang="en"
# ### Exercise 5.13 - Shifts and turns (5 points)
#
# **Translate**: shift by whole pixels.
# What leaves is lost, and zeros come in.
# `down` and `right` may be negative.
#
# **By hand.** $\begin{pmatrix}1&2\\3&4\end{pmatrix}$ with `down` $= 1$, `right` $= -1$ becomes $\begin{pmatrix}0&0\\2&0\end{pmatrix}$.
#
# **The trap.** `xp.roll` brings what leaves back on the other side.

# %% answer="translate"
def translate(X, down, right):
    """Shift the images; zeros come in where nothing was."""
    ### BEGIN SOLUTION
    out = xp.zeros_like(X)
    for r in range(X.shape[1]):
        for c in range(X.shape[2]):
            if 0 <= r - down < X.shape[1] and 0 <= c - right < X.shape[2]:
                out[:, r, c] = X[:, r - down, c - right]
    return out
    ### END SOLUTION


# %% check="translate"
chainrule.check("translate", translate)

# %% [markdown] lang="en"
# **Rotate** by an angle in degrees, counterclockwise, about the middle.
# Go over the *new* pixels and ask where each comes from; the other way round leaves holes.
#
# 1. $r$ and $c$ are row and column of the new pixel, counted from the middle: subtract $(H-1)/2$ and $(W-1)/2$.
# 2. It comes from $r' = r \cos\varphi + c \sin\varphi$ and $c' = c \cos\varphi - r \sin\varphi$.
# 3. Add the middle again, and round with `xp.rint`.
# 4. Where this lies outside the image, the new pixel is 0.
#
# **By hand.** $\begin{pmatrix}1&2\\3&4\end{pmatrix}$ turned by 90 degrees is $\begin{pmatrix}2&4\\1&3\end{pmatrix}$.
# The new upper left pixel has $r = c = -0.5$; it comes from $r' = -0.5$, $c' = 0.5$, which is the upper right one.

# %% answer="rotate"
def rotate(X, degrees):
    """Turn the images about their middle, counterclockwise; 0 comes in from outside."""
    ### BEGIN SOLUTION
    H, W = X.shape[1:3]
    cos, sin = float(np.cos(np.pi * degrees / 180)), float(np.sin(np.pi * degrees / 180))
    out = xp.zeros_like(X)
    for i in range(H):
        for j in range(W):
            r, c = i - (H - 1) / 2, j - (W - 1) / 2
            row, column = round(r * cos + c * sin + (H - 1) / 2), round(c * cos - r * sin + (W - 1) / 2)
            if 0 <= row < H and 0 <= column < W:
                out[:, i, j] = X[:, row, column]
    return out
    ### END SOLUTION


# %% check="rotate"
chainrule.check("rotate", rotate)


# %% tags=["demo"]
def draw_changes(degrees=20):
    """Draw a digit and what becomes of it."""
    rng, yes = np.random.default_rng(601), xp.ones(1, dtype=bool)
    changed = {"original": image, "flipped": horizontal_flip(image, yes)}
    changed["cropped, rescaled"] = rescale(random_crop(image, 6, rng), 8)
    changed["moved"] = translate(image, 1, -2)
    changed[f"turned by {degrees}"] = rotate(image, degrees)
    fig, axes = plt.subplots(1, 5, figsize=(10, 2.4))
    for ax, (name, it) in zip(axes, changed.items(), strict=True):
        ax.imshow(chainrule.to_host(it[0]), cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(name, fontsize=10)
        ax.set_axis_off()
    plotting.describe(fig, f"A digit flipped, cropped, moved and turned by {degrees} degrees.")


draw_changes()

# %% tags=["demo"]
from ipywidgets import IntSlider

plotting.interact(draw_changes, degrees=IntSlider(value=20, min=-180, max=180, step=10))

# %% [markdown] lang="en"
# **Labels that break.**
# An augmentation must leave the label right.
# Whether it does depends on the data, not on the augmentation.
#
# **Predict.** Which change turns a 6 into something that people would call a 9?
# Choose `"flip left to right"`, `"turn by 180 degrees"` or `"shift by a pixel"`.

# %% answer="breaking_change"
### BEGIN SOLUTION
breaking_change = "turn by 180 degrees"
### END SOLUTION

# %% check="breaking_change"
chainrule.check("breaking_change", breaking_change)

# %% [markdown] lang="en"
# **Measure.**
# `reader` is a network that reads clean digits well.
# Take the sixes of the test set as images `(n, 8, 8)`, turn them by 180 degrees, flatten them to `(n, 64)` again, and let the network read them.
# Store the share that it calls 9 in `six_as_nine`.

# %% answer="six_as_nine"
digits, rng = noisy_digits(602, n=700, wrong=0.0), np.random.default_rng(603)
reader = make_network(rng)
train(reader, digits.x, digits.y, rng, epochs=20)
### BEGIN SOLUTION
sixes = digits.x_test[digits.y_test == 6].reshape(-1, 8, 8)
turned = rotate(sixes, 180).reshape(-1, 64)
six_as_nine = float((reader.predict(turned) == 9).mean())
### END SOLUTION

# %% check="six_as_nine"
chainrule.check("six_as_nine", six_as_nine)

# %% [markdown] lang="en"
# Turned images with the old label would teach the network that a 9 is a 6.
# Small angles are fine for digits; half a turn is fine for photos of cells; a flip is fine for cats and wrong for letters.

# %% [markdown] lang="en"
# ### Exercise 5.14 - Colors, holes and mixtures (5 points)
#
# **Color jitter**: light differs from photo to photo.
# Multiply each channel of each image by a factor of its own, and clip to 0 and 1.
#
# **Shapes.** `X` is `(N, H, W, 3)`, `factors` is `(N, 3)`.
#
# **By hand.** The pixel $(0.5, 0.5, 0.5)$ with factors $(0.5, 1, 3)$ becomes $(0.25, 0.5, 1)$.

# %% answer="color_jitter"
def color_jitter(X, factors):
    """Multiply the channels of each image by its factors, and stay within 0 and 1."""
    ### BEGIN SOLUTION
    return xp.clip(X * factors[:, None, None, :], 0, 1)
    ### END SOLUTION


# %% check="color_jitter"
chainrule.check("color_jitter", color_jitter)

# %% [markdown] lang="en"
# **Cutout**: set a square to 0, so that the network learns to look at more than one spot.
# `rows` and `columns`, shape `(N,)`, give the middle of each image's square.
# It begins `size // 2` before the middle and is `size` long.
# What of it lies outside the image is lost.
#
# **By hand.** $3 \times 3$ ones, row 0, column 1, size 2: the square covers rows $-1, 0$ and columns $0, 1$. So two pixels become 0.
#
# **The trap.** `X[n, -1:1]` does not begin above the image: a negative start counts from the end, and here nothing is removed.
# Begin at `max(start, 0)`.

# %% answer="cutout"
def cutout(X, rows, columns, size):
    """Set a square of each image to 0."""
    ### BEGIN SOLUTION
    out = X.copy()
    for n in range(len(X)):
        top, left = int(rows[n]) - size // 2, int(columns[n]) - size // 2
        out[n, max(top, 0) : top + size, max(left, 0) : left + size] = 0
    return out
    ### END SOLUTION


# %% check="cutout"
chainrule.check("cutout", cutout)

# %% [markdown] lang="en"
# **Compute.** Images of $8 \times 8$, squares of size 4, the middle equally likely on each of the 64 pixels.
# How many pixels are removed on average?
# It is the square of the average number of rows that are removed: for the middle rows 0, 1, 2, ..., 7 count the rows of the square inside the image.
# Give four digits.

# %% answer="expected_area"
### BEGIN SOLUTION
expected_area = (sum([2, 3, 4, 4, 4, 4, 4, 3]) / 8) ** 2
### END SOLUTION

# %% check="expected_area"
chainrule.check("expected_area", expected_area)

# %% [markdown] lang="en"
# **Measure.**
# Cut a square of size 4 out of 20,000 images of ones, `xp.ones((20_000, 8, 8))`, with middles from `rng.integers(8, size=20_000)`.
# Store the mean number of zeros in an image in `removed_area`.

# %% answer="removed_area"
rng = np.random.default_rng(611)
### BEGIN SOLUTION
rows, columns = rng.integers(8, size=20_000), rng.integers(8, size=20_000)
removed_area = float((cutout(xp.ones((20_000, 8, 8)), rows, columns, 4) == 0).sum() / 20_000)
### END SOLUTION

# %% check="removed_area"
chainrule.check("removed_area", removed_area)

# %% [markdown] lang="en"
# **Mixup**: take two examples, mix the images, and mix the labels in the same proportion.
# The network learns to go over smoothly from one class to the other.
#
# $$X' = w X + (1 - w) X[\text{order}] \qquad Y' = w Y + (1 - w) Y[\text{order}]$$
#
# **Shapes.** `X` is `(N, D)` or `(N, H, W)`, `Y` is `(N, C)` one-hot, `weights` and `order` are `(N,)`.
# Return $X'$ and $Y'$.
#
# **By hand.** Two examples $X = (0; 10)$ with one-hot labels, weights $(0.8, 0.5)$, order $(1, 0)$: $X' = (2; 5)$, $Y' = ((0.8, 0.2); (0.5, 0.5))$.

# %% answer="mixup"
def mixup(X, Y, weights, order):
    """Mix each example with its partner, and their labels in the same proportion."""
    ### BEGIN SOLUTION
    def mixed(array):
        share = weights.reshape(-1, *[1] * (array.ndim - 1))
        return share * array + (1 - share) * array[order]

    return mixed(X), mixed(Y)
    ### END SOLUTION


# %% check="mixup"
chainrule.check("mixup", mixup)

# %% [markdown] lang="en"
# A test that finds most errors: use the labels as inputs too.
# Then the mixed inputs must equal the mixed labels.
# Weights are drawn from Beta($\alpha$, $\alpha$): with $\alpha = 0.2$ most of them lie close to 0 or 1, with $\alpha = 1$ they are uniform.

# %% tags=["demo"]
rng, Y = np.random.default_rng(612), one_hot(xp.arange(10), 10)
same = mixup(Y, Y, xp.asarray(rng.beta(0.2, 0.2, 10)), xp.asarray(rng.permutation(10)))
print("largest difference of mixed inputs and mixed labels:", float(xp.abs(same[0] - same[1]).max()))
fig, axes = plt.subplots(1, 3, figsize=(9, 2.4), sharey=True)
for ax, alpha in zip(axes, (0.2, 1.0, 5.0), strict=True):
    ax.hist(rng.beta(alpha, alpha, 5000), bins=25, range=(0, 1), density=True)
    ax.set(title=f"alpha = {alpha:g}", xlabel="weight w")
axes[0].set(ylabel="density")
plotting.describe(fig, "Weights pile up at 0 and 1 for alpha 0.2, are flat for 1, central for 5.")

# %% [markdown] lang="en"
# What the network gets to see: the same 3 with two holes, and mixed with a 0.

# %% tags=["demo"]
three, zero = (digits.x[digits.y == label][:1].reshape(1, 8, 8) for label in (3, 0))
shown = {"cutout at (2, 5)": cutout(three, np.array([2]), np.array([5]), 4)}
shown["cutout at (7, 2)"] = cutout(three, np.array([7]), np.array([2]), 4)
pair, labels = xp.concatenate([three, zero]), one_hot(xp.asarray([3, 0]), 10)
for w in (0.8, 0.5, 0.2):
    mixed, _ = mixup(pair, labels, xp.full(2, w), xp.asarray([1, 0]))
    shown[f"{w:g} of the 3, {1 - w:g} of the 0"] = mixed
fig, axes = plt.subplots(1, 5, figsize=(10, 2.4))
for ax, (name, images) in zip(axes, shown.items(), strict=True):
    ax.imshow(chainrule.to_host(images[0]), cmap="gray_r", vmin=0, vmax=1)
    ax.set_title(name, fontsize=10)
    ax.set_axis_off()
plotting.describe(fig, "A 3 with a square hole in two places, and the 3 fading into a 0 in three steps.")

# %% [markdown] lang="en"
# ## All methods on the same data
#
# ### Exercise 5.15 - Which method helps (4 points)
#
# **Why.** One run proves little: another seed gives another number.
# So run every method with several seeds, and say how sure the mean is.
#
# **Formula.** From $n$ runs with mean $m$ and standard deviation $s$ (dividing by $n - 1$), the **standard error** of $m$ is $s / \sqrt{n}$.
# An **error bar** reaches one standard error to both sides.
#
# **By hand.** Gains of 0.10, 0.12 and 0.14: $m = 0.12$, $s = 0.02$, standard error $0.02/\sqrt{3} = 0.0115$.
#
# **Measure.**
# `gain_of_dropout(seed)` is the test accuracy with dropout minus the test accuracy without, on the same images.
# Run it with the seeds 621, 622, 623, 624 and 625.
# Store the mean in `dropout_gain` and its standard error in `dropout_gain_error`.


# %% locked="gain-of-dropout"
def gain_of_dropout(seed, keep=0.5):
    """Test accuracy with dropout minus that without."""
    digits, tests = noisy_digits(seed), []
    for rate in (keep, 1.0):
        rng = np.random.default_rng(seed)
        network = make_network(rng, [layers.ReLU(), Dropout(rate, rng)])
        train(network, digits.x, digits.y, rng)
        tests.append(accuracies(network, digits)[1])
    return tests[0] - tests[1]


# %% answer="dropout_gain"
### BEGIN SOLUTION
gains = np.array([gain_of_dropout(seed) for seed in range(621, 626)])
dropout_gain = float(gains.mean())
### END SOLUTION

# %% check="dropout_gain"
chainrule.check("dropout_gain", dropout_gain)

# %% answer="dropout_gain_error"
### BEGIN SOLUTION
dropout_gain_error = float(gains.std(ddof=1) / len(gains) ** 0.5)
### END SOLUTION

# %% check="dropout_gain_error"
chainrule.check("dropout_gain_error", dropout_gain_error)

# %% [markdown] lang="en"
# **All of them.**
# Before you go on: which method do you expect at the top, and which one at the bottom?
# The next cells define what is left: layers for DropConnect, for residual blocks and for pooling, and a loss for mixed labels.


# %% tags=["demo"]
class DropConnect(layers.Affine):
    """An affine layer whose weights are masked in training."""

    def forward(self, x):
        self.x, self.mask = x, draw_mask(self.params["W"].shape, 0.5, self.rng)
        return dropconnect_forward(x, self.params["W"], self.params["b"], self.mask, 0.5)

    def infer(self, x):
        return x @ self.params["W"] + self.params["b"]

    def backward(self, upstream):
        scale = self.mask / xp.float32(0.5)
        self.grads.update(W=self.x.T @ upstream * scale, b=upstream.sum(axis=0))
        return upstream @ (self.params["W"] * scale).T

    parameter_gradients = backward


# %% tags=["demo"]
class Block:
    """A residual block, x + relu(x W + b), that is left out at random."""

    def __init__(self, keep, rng):
        W, b = init_kaiming((100, 100), rng, 0.5, dtype="float32", xp=xp)
        self.params, self.grads, self.keep, self.rng = {"W": W, "b": b}, {}, keep, rng

    def branch(self, x):
        self.x, self.z = x, x @ self.params["W"] + self.params["b"]
        return xp.maximum(self.z, 0)

    def forward(self, x):
        self.mask = draw_mask((len(x),), self.keep, self.rng).astype(x.dtype)
        return stochastic_depth(x, self.branch(x), self.mask, self.keep)

    def infer(self, x):
        return stochastic_depth(x, self.branch(x), None, self.keep)

    def backward(self, upstream):
        dz = upstream * self.mask[:, None] * (self.z > 0)
        self.grads.update(W=self.x.T @ dz, b=dz.sum(axis=0))
        return upstream + dz @ self.params["W"].T


# %% tags=["demo"]
class MixedLabels:
    """Cross-entropy for labels that are mixtures, shape (N, C)."""

    def forward(self, logits, Y):
        self.p, self.Y = softmax(logits), Y
        return -(Y * xp.log(self.p + 1e-12)).sum() / len(Y)

    def backward(self):
        return ((self.p - self.Y) / len(self.Y)).astype("float32")


# %% [markdown] lang="en"
# `CHANGES` makes new training data for every epoch; `MIDDLES` are layers; `PENALTIES` are penalties.


# %% tags=["demo"]
def in_images(change):
    """A change of images as a change of rows."""
    return lambda X, Y, rng: (change(X.reshape(-1, 8, 8), rng).reshape(len(X), -1), Y)


def flip_some(X, rng):
    return horizontal_flip(X, xp.asarray(rng.random(len(X)) < 0.5))


def cut_squares(X, rng):
    return cutout(X, rng.integers(8, size=len(X)), rng.integers(8, size=len(X)), 4)


def mix_pairs(X, Y, rng):
    weights = xp.asarray(rng.beta(1.0, 1.0, len(X)), dtype=X.dtype)
    return mixup(X, one_hot(Y, 10).astype(X.dtype), weights, xp.asarray(rng.permutation(len(X))))


# %% tags=["demo"]
CHANGES = {
    "flip left to right": in_images(flip_some),
    "crop 7 x 7 and rescale": in_images(lambda X, rng: rescale(random_crop(X, 7, rng), 8)),
    "shift by up to 1": in_images(lambda X, rng: translate(X, *rng.integers(-1, 2, 2))),
    "turn by up to 20": in_images(lambda X, rng: rotate(X, rng.uniform(-20, 20))),
    "cutout": in_images(cut_squares),
    "mixup": mix_pairs,
}
MIDDLES = {
    "dropout": lambda rng: [layers.ReLU(), Dropout(0.5, rng)],
    "batch norm": lambda rng: [BatchNorm(100), layers.ReLU()],
    "residual blocks": lambda rng: [layers.ReLU(), *(Block(1.0, rng) for _ in range(3))],
    "stochastic depth": lambda rng: [layers.ReLU(), *(Block(0.5, rng) for _ in range(3))],
}
PENALTIES = {
    "L2": lambda W, b: l2_penalty(W, b, 0.02),
    "L1": lambda W, b: l1_penalty(W, b, 0.003),
    "elastic net": lambda W, b: elastic_net_penalty(W, b, 0.006, 0.3),
}


# %% tags=["demo"]
def with_changes(change, digits, rng):
    """Another training set in every epoch."""
    network, optimizer = make_network(rng), Momentum(0.05)
    if change is mix_pairs:
        network.loss = MixedLabels()
    for _ in range(60):
        train(network, *change(digits.x, digits.y, rng), rng, epochs=1, optimizer=optimizer)
    return accuracies(network, digits)


def with_pooling(digits, rng):
    """6 x 6 pixels in random regions; at test time the mean over ten draws."""

    def pooled(x):
        regions = pool_increments(8, 6, rng), pool_increments(8, 6, rng)
        return fractional_max_pool(x.reshape(-1, 8, 8), *regions).reshape(len(x), 36)

    network, optimizer = make_network(rng, features=36), Momentum(0.05)
    for _ in range(60):
        train(network, pooled(digits.x), digits.y, rng, epochs=1, optimizer=optimizer)
    read = [lambda x: softmax(network.infer(pooled(x)))] * 10
    return shares_right(lambda x: ensemble_predict(read, x), digits)


def shares_right(predict, digits):
    pairs = ((digits.x, digits.y), (digits.x_test, digits.y_test))
    return [float((predict(x).argmax(axis=1) == y).mean()) for x, y in pairs]


# %% tags=["demo"]
def with_stopping(digits, rng):
    network, stopper = make_network(rng), EarlyStopping(5)
    train(
        network, digits.x, digits.y, rng, validation=(digits.x_val, digits.y_val),
        on_epoch=lambda epoch, net, record: stopper.update(record.validation_losses[-1], net.parameters),
    )  # fmt: skip
    network.parameters[...] = stopper.best()
    return accuracies(network, digits)


def with_five(digits, rng):
    networks = [make_network(rng) for _ in range(5)]
    for network in networks:
        train(network, digits.x, digits.y, rng)
    models = [lambda x, it=it: softmax(it.infer(x)) for it in networks]
    return shares_right(lambda x: ensemble_predict(models, x), digits)


def with_dropconnect(digits, rng):
    network = make_network(rng)
    first = network.layers[0]
    masked = DropConnect(first.params["W"], first.params["b"])
    masked.rng = rng
    network = Network([masked, *network.layers[1:]], network.loss)
    train(network, digits.x, digits.y, rng)
    return accuracies(network, digits)


# %% tags=["demo"]
def with_middle(middle, digits, rng):
    network = make_network(rng, middle(rng))
    train(network, digits.x, digits.y, rng)
    return accuracies(network, digits)


METHODS = {"nothing": lambda digits, rng: with_middle(lambda rng: [layers.ReLU()], digits, rng)}
METHODS["early stopping"], METHODS["five networks"] = with_stopping, with_five
METHODS["DropConnect"], METHODS["fractional max pooling"] = with_dropconnect, with_pooling
for name, middle in MIDDLES.items():
    METHODS[name] = lambda digits, rng, it=middle: with_middle(it, digits, rng)
for name, change in CHANGES.items():
    METHODS[name] = lambda digits, rng, it=change: with_changes(it, digits, rng)
for name, penalty in PENALTIES.items():
    METHODS[name] = lambda digits, rng, it=penalty: with_penalty(it, digits, rng)

# %% tags=["demo"]
table = {}


def fill(names, seeds=range(631, 636)):
    """Run these methods with five seeds each; a row holds training and test accuracy."""
    for name in tqdm(names, desc="methods"):
        runs = [METHODS[name](noisy_digits(seed), np.random.default_rng(seed)) for seed in seeds]
        table[name] = np.array(runs)


others = [name for name in METHODS if name not in CHANGES]
fill(others[:5])

# %% tags=["demo"]
fill(others[5:])

# %% tags=["demo"]
fill(CHANGES)
order = sorted(table, key=lambda name: table[name][:, 1].mean())

# %% tags=["demo"]
fig, ax = plt.subplots(figsize=(8, 5.4))
for part, word, marker in ((0, "training", "s"), (1, "test", "o")):
    means = [table[name][:, part].mean() for name in order]
    errors = [table[name][:, part].std(ddof=1) / 5**0.5 for name in order]
    ax.errorbar(means, range(len(order)), xerr=errors, fmt=marker, capsize=3, label=word)
ax.axvline(table["nothing"][:, 1].mean(), color="#888888", linestyle=":")
ax.set(xlabel="accuracy", yticks=range(len(order)), yticklabels=order)
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
top, low = order[-1], order[0]
plotting.describe(fig, f"Test accuracy of {len(order)} methods, best for {top} and lowest for {low}.")

# %% tags=["demo"]
print(f"{'method':28} training  test   error bar")
for name in reversed(order):
    training, test = table[name].mean(axis=0)
    print(f"{name:28} {training:8.3f} {test:6.3f}   {table[name][:, 1].std(ddof=1) / 5**0.5:.3f}")

# %% [markdown] lang="en"
# The dotted line is the test accuracy without any method.
# Most methods lose on the training set, which is the point.
#
# Five runs are few.
# So we ran every method with 100 seeds, and drew five of them again and again.
# Nearly every draw shows this, compared with no method, whose gap is about 0.3:
#
# | gap | test accuracy | methods |
# |---|---|---|
# | falls by more than 0.1 | rises by more than 0.02 | early stopping, L2, L1, elastic net, dropout, DropConnect, cutout, mixup |
# | falls by more than 0.1 | rises or falls with the draw | flip left to right, turn by up to 20, shift by up to 1, fractional max pooling |
# | falls by more than 0.1 | falls by more than 0.1 | crop 7 x 7 and rescale |
# | changes by less than 0.1 | changes by less than 0.1 | five networks, batch norm, residual blocks, stochastic depth |
#
# The crop takes so much of the digits away that the network learns little: its gap is closed, and it reads new digits worst of all.
# A small gap alone is no success.
# Five networks together still learn every wrong label by heart, and are a little better on new digits all the same.
# Stochastic depth is to be compared with the residual blocks, which make the network deeper.
#
# **In your own words (2 points).**
# Choose two methods from your own table whose error bars overlap.
# What may you say about which of the two is better, and what would you do to find out?
# And why may nobody conclude from this table that batch normalization is useless?
# Three sentences.

# %% [markdown] text="table_text" points=2
# Cutout and mixup differ by less than their error bars: from five runs I cannot say which one is better, and would need more seeds, on the same images for both.
# Batch normalization does little here, but the table holds for 200 small digits with wrong labels and one hidden layer at one learning rate.
# It is made for deep networks, and how much it helps, like every method, belongs to the data and the setting.
#
# **Rubric**
#
# - 1 point: the order of the two is not settled; more runs (or paired differences on the same seeds) are needed.
# - 1 point: the result belongs to this data, network and setting; batch normalization helps elsewhere, for example in a deep network with first weights of the wrong size, as the picture of Exercise 5.9 shows.

# %% [markdown] lang="en"
# ## Summary
#
# | method | in training | at test time | remember |
# |---|---|---|---|
# | more data | | | the best of all, where it can be had |
# | L2 | $dW$ gets $\lambda W$ | nothing | weights only, no biases |
# | L1, soft threshold | weights move by $\lambda$ towards 0 | nothing | exact zeros only by the threshold |
# | weight decay | $w$ times $1 - \mathrm{lr}\,\lambda$ | nothing | with momentum not the same as L2 |
# | early stopping | ends in time | nothing | keep a copy of the best |
# | ensemble | K networks | mean of the predictions | never of the parameters |
# | dropout | mask / keep | nothing (classic: times keep) | the factor is the keep probability |
# | DropConnect | masks weights | nothing | biases stay |
# | batch norm | statistics of the batch | running averages | an example depends on its batch |
# | stochastic depth | leaves out branches | branch times keep | the skip is never scaled |
# | augmentation | new images every epoch | nothing | must leave the label right |
#
# - Overfitting is a gap; a small gap is only good if both accuracies are high.
# - Each random method keeps the expected value; check yours by drawing often.
# - Compare over several seeds, with error bars.
#
# **Papers**
#
# - Krogh, Hertz: [A simple weight decay can improve generalization](https://proceedings.neurips.cc/paper/1991/hash/8eefcfdf5990e441f0fb6f3fad709e21-Abstract.html) (1991)
# - Tibshirani: Regression shrinkage and selection via the lasso, JRSS B 58 (1996)
# - Prechelt: Early stopping - but when? (1998)
# - Zou, Hastie: Regularization and variable selection via the elastic net, JRSS B 67 (2005)
# - Wan et al.: Regularization of neural networks using DropConnect, ICML (2013)
# - Srivastava et al.: [Dropout](https://jmlr.org/papers/v15/srivastava14a.html) (2014)
# - Graham: [Fractional max-pooling](https://arxiv.org/abs/1412.6071) (2014)
# - Ioffe, Szegedy: [Batch normalization](https://arxiv.org/abs/1502.03167) (2015)
# - Huang et al.: [Deep networks with stochastic depth](https://arxiv.org/abs/1603.09382) (2016)
# - DeVries, Taylor: [Improved regularization of convolutional neural networks with cutout](https://arxiv.org/abs/1708.04552) (2017)
# - Zhang et al.: [mixup: beyond empirical risk minimization](https://arxiv.org/abs/1710.09412) (2018)
# - Loshchilov, Hutter: [Decoupled weight decay regularization](https://arxiv.org/abs/1711.05101) (2019)
