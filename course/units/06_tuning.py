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
# # Unit 06: Tuning: the seven steps
#
# Training finds the weights.
# Somebody has to choose everything else: the learning rate, the size of the network, how long to train.
# These choices are **hyperparameters**, or settings.
# This unit chooses them in seven steps, and pays for every run.
#
# | step | what | cost |
# |---|---|---|
# | 1 | look at the first loss | no training |
# | 2 | learn a handful of examples by heart | seconds |
# | 3 | find a learning rate | 100 steps each |
# | 4 | a coarse grid | 1 to 5 epochs each |
# | 5 | refine the best | 10 to 20 epochs each |
# | 6 | look at the curves | nothing |
# | 7 | repeat: go back to step 5, near the best run | until the budget is spent |
#
# **After this unit you can**
#
# - find a bug before it costs an hour of training,
# - choose a learning rate by measuring, and say why there is no best one for all networks,
# - read two loss curves and name what is wrong,
# - say when random search beats a grid, and when it does not,
# - tune under a budget, with one look at the test set.
#
# **You need** training with `chainrule.nn.training.fit` (Unit 04), cross-entropy (Unit 00), and a first idea of weight decay and dropout (Unit 05).
#
# **Time:** 90 to 120 minutes.
#
# **Points:** 63, of which 28 are for functions, 29 for questions and measurements, and 6 for two short texts.

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
# Stuck? `chainrule.hint("initial_loss_check")` gives a hint for that exercise, and again the next one. Hints cost nothing.
#
# `xp` is NumPy, or CuPy if this machine has a GPU for you.
# Settings and scores are single numbers, so here `np` and `math` do as well.

# %% locked="setup"
import math
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from tqdm.auto import tqdm

import chainrule
from chainrule import data, plotting
from chainrule.nn.metrics import accuracy
from chainrule.nn.multilayer import multilayer_perceptron
from chainrule.nn.optimizers import SGD, Adam, Momentum
from chainrule.nn.training import fit

xp = chainrule.use("auto")
plotting.use_style()

# %% [markdown] lang="en"
# **The data.**
# Handwritten digits of 8 x 8 pixels, flattened to rows of 64 numbers from 0 to 1.
# We train on 400 images, so that a run takes a fraction of a second.
# 359 images are for **validation**: they choose among settings.
# 400 more are for the **test**, and stay closed until Part 4.

# %% locked="digits"
digits = data.load_digits(np.random.default_rng(60))
x_train, y_train = xp.asarray(digits.x_train[:400]), xp.asarray(digits.y_train[:400])
x_val, y_val = xp.asarray(digits.x_val), xp.asarray(digits.y_val)
x_test, y_test = xp.asarray(digits.x_train[400:800]), xp.asarray(digits.y_train[400:800])
print("training:", x_train.shape, "validation:", x_val.shape, "test:", x_test.shape)

# %% [markdown] lang="en"
# **The network** has one hidden layer with ReLU.
# `DecayedSGD` is gradient descent with **weight decay**: before every step all parameters are multiplied by $1 - \text{lr} \cdot \text{decay}$.
# Without momentum that is the same as adding $\frac{\text{decay}}{2} \sum w^2$ to the loss.
# (Here the biases shrink too. There are few of them, so it makes hardly a difference.)


# %% locked="network"
def make_network(rng, hidden=32, activation="relu"):
    """64 pixels, one hidden layer, 10 digits."""
    return multilayer_perceptron([64, hidden, 10], rng, activation=activation, xp=xp)


@dataclass
class DecayedSGD(Momentum):
    """Gradient descent with weight decay, and with momentum where that is asked for."""

    momentum: float = 0.0
    decay: float = 0.0

    def update(self, parameters, gradients):
        """Shrink all parameters, then step."""
        parameters *= 1 - self.lr * self.decay
        super().update(parameters, gradients)


# %% [markdown] lang="en"
# ## Part 1: Before the first long run

# %% [markdown] lang="en"
# ### Exercise 6.1 - The first loss (4 points)
#
# **Why.** A network that has learned nothing should find all classes about equally likely.
# So its loss is known before the first step.
# If the first loss is another one, something is wrong: the labels, the loss, or the weights.
#
# With $C$ classes each gets the probability $1/C$, and the cross-entropy is
#
# $$L = -\ln \frac{1}{C} = \ln C$$
#
# **By hand.** $C = 10$: $\ln 10 = 2.3026$.
# A first loss of 2.5 has a gap of $2.5 - 2.3026 = 0.1974$.
#
# **The trap.** Weight decay adds its penalty to the loss.
# With decay on, the first loss says nothing about the network.
#
# `loss_of(decay)` gives the first loss with this weight decay.
# Call it with the decay that this step needs, and return two numbers: the expected loss, and the measured loss minus the expected one.

# %% answer="initial_loss_check"
def initial_loss_check(loss_of, classes):
    """Return ln C, and how far the first loss without weight decay lies above it."""
    ### BEGIN SOLUTION
    expected = math.log(classes)
    return expected, loss_of(0.0) - expected
    ### END SOLUTION


# %% check="initial_loss_check"
chainrule.check("initial_loss_check", initial_loss_check)

# %% [markdown] lang="en"
# **Question.** A network reads handwritten letters, A to Z.
# What should its first loss be?
# Three digits are enough.

# %% answer="first_loss_of_letters"
### BEGIN SOLUTION
first_loss_of_letters = math.log(26)
### END SOLUTION

# %% check="first_loss_of_letters"
chainrule.check("first_loss_of_letters", first_loss_of_letters)

# %% [markdown] lang="en"
# **Now a real network.**
# `first_loss(decay, last)` makes one and gives its first loss.
# The weights of the last layer are multiplied by `last`.


# %% locked="first-loss"
def first_loss(decay, last=1.0, seed=61):
    """Cross-entropy of an untrained network plus the penalty of weight decay."""
    network = make_network(np.random.default_rng(seed))
    network.layers[-1].params["W"][...] *= last
    penalty = 0.5 * decay * float((network.parameters**2).sum())
    return float(network.evaluate(x_train, y_train)) + penalty


def first_loss_small(decay):
    """The same with a small last layer."""
    return first_loss(decay, last=0.01)


# %%
for decay in (0.0, 1e-4, 1e-2, 1e-1):
    print(f"decay {decay:<7g} first loss {first_loss(decay):.3f}")

# %% [markdown] lang="en"
# The network is the same in all four lines.
# Only the penalty differs.
#
# The usual random weights make logits that are not all equal, so the first loss is a little off $\ln C$.
# With a small last layer all logits are nearly 0.
# Store the gap of `first_loss_small` in `small_last_layer_gap`.

# %% answer="small_last_layer_gap"
### BEGIN SOLUTION
small_last_layer_gap = initial_loss_check(first_loss_small, 10)[1]
### END SOLUTION

# %% check="small_last_layer_gap"
chainrule.check("small_last_layer_gap", small_last_layer_gap)

# %% tags=["demo"]
factors = np.logspace(-2, 1.2, 15)
gaps = [[first_loss(0.0, last, seed) - math.log(10) for last in factors] for seed in range(20)]
fig, ax = plt.subplots()
ax.fill_between(factors, np.min(gaps, axis=0), np.max(gaps, axis=0), alpha=0.3, label="20 networks")
ax.plot(factors, np.mean(gaps, axis=0), label="their mean")
ax.axhline(0, color="#888888", linewidth=1)
ax.set(xscale="log", xlabel="last layer multiplied by", ylabel="first loss minus ln 10", ylim=(-0.5, 5))
ax.legend()
plotting.describe(fig, "The gap is 0 for small last layers and grows to several units for large ones.")

# %% [markdown] lang="en"
# A gap of a few tenths is no bug.
# A gap of several units is: the network is sure of itself, and wrong.

# %% [markdown] lang="en"
# ### Exercise 6.2 - Overfit a handful (3 points)
#
# **Why.** Can the network learn anything at all?
# Give it 20 images and let it learn them by heart, to a training accuracy of 100 %.
# If it cannot, there is a bug, and more data will not help.
#
# - If the loss does not fall, the rate is too low or the weights start badly.
# - If the loss becomes infinite or NaN, the rate is too high or the weights start badly.
#
# **The trap.** Dropout and weight decay are made to prevent learning by heart.
# Both are off in this step.
#
# `run_epoch(dropout, decay)` trains one more epoch and returns the training accuracy, from 0 to 1.
# Call it until the accuracy is 1, but at most `limit` times.
# Return how many epochs it took, or `None` if the limit was not enough.
#
# **By hand.** The accuracies are 0.4, 0.9, 1, 1, ...
# With a limit of 10 the answer is 3, with a limit of 2 it is `None`.

# %% answer="overfit_small_sample"
def overfit_small_sample(run_epoch, limit):
    """Return the epochs until run_epoch gives accuracy 1 without regularization, or None."""
    ### BEGIN SOLUTION
    for epoch in range(1, limit + 1):
        if run_epoch(0.0, 0.0) >= 1:
            return epoch
    return None
    ### END SOLUTION


# %% check="overfit_small_sample"
chainrule.check("overfit_small_sample", overfit_small_sample)

# %% [markdown] lang="en"
# `handful(rng)` makes a fresh network and a `run_epoch` for the first 20 images.
# Its dropout hides pixels: each is set to 0 with the probability `dropout`, at every epoch anew.


# %% locked="handful"
def handful(rng, rate=0.3):
    """A run_epoch for 20 images."""
    network, optimizer = make_network(rng), DecayedSGD(rate)
    x, y = x_train[:20], y_train[:20]

    def run_epoch(dropout, decay):
        optimizer.decay = decay
        kept = xp.asarray(rng.random(x.shape) >= dropout) / (1 - dropout)
        shown = x * kept
        fit(network, shown, y, optimizer=optimizer, epochs=1, rng=rng, batch_size=5, progress=False)
        return accuracy(network.predict(shown), y)

    return run_epoch


# %% [markdown] lang="en"
# How many epochs does it take?
# Use `handful(np.random.default_rng(62))` and a limit of 100, and store the result in `handful_epochs`.

# %% answer="handful_epochs"
### BEGIN SOLUTION
handful_epochs = overfit_small_sample(handful(np.random.default_rng(62)), 100)
### END SOLUTION

# %% check="handful_epochs"
chainrule.check("handful_epochs", handful_epochs)

# %% tags=["demo"]
fig, ax = plt.subplots()
for dropout, decay in ((0.0, 0.0), (0.6, 0.0), (0.0, 0.1)):
    run_epoch = handful(np.random.default_rng(62))
    accuracies = [run_epoch(dropout, decay) for _ in tqdm(range(60), leave=False, delay=1)]
    ax.plot(np.arange(1, 61), accuracies, label=f"dropout {dropout:g}, decay {decay:g}")
ax.set(xlabel="epoch", ylabel="training accuracy, 20 images", ylim=(0, 1.05))
ax.legend()
plotting.describe(fig, "Without regularization the accuracy reaches 1 and stays; with dropout it jumps about.")

# %% [markdown] lang="en"
# With dropout on, a network without any bug does not stay at 100 %.
# You would look for a bug that is not there.

# %% [markdown] lang="en"
# ### Exercise 6.3 - Find a learning rate (5 points)
#
# **Why.** The learning rate matters most, and a hundred steps tell a good one from a bad one.
# Take all data, a small weight decay, and the rates 1e-1, 1e-2, 1e-3 and 1e-4.
#
# `losses_of(rate)` makes a run with this rate and returns its losses, a list of 100 numbers.
# Call it once for each rate.
#
# 1. A run with a loss that is not finite (nan or infinity) is out.
# 2. The loss of one batch is noisy. So the **end** of a run is the mean of its last ten losses.
# 3. A run whose end is not below its first loss is out too.
# 4. Return the rate of the run with the lowest end, or `None` if all are out.
#
# **By hand.** The first losses are all 2.3.
# The ends are nan for 1.0, 0.8 for 0.1, and 2.1 for 0.01.
# The answer is 0.1.
#
# **The trap.** `nan` is not smaller than any number, and not larger.
# `np.argmin([nan, 0.8])` is 0: nan wins.
# Python's `min` depends on the order: `min(0.8, nan)` is 0.8, but `min(nan, 0.8)` is nan.

# %% answer="find_learning_rate"
def find_learning_rate(losses_of, rates):
    """Return the rate whose run ends lowest, or None if no run brings the loss down."""
    ### BEGIN SOLUTION
    best, lowest = None, math.inf
    for rate in rates:
        losses = losses_of(rate)
        end = sum(losses[-10:]) / 10
        if np.isfinite(losses).all() and end < losses[0] and end < lowest:
            best, lowest = rate, end
    return best
    ### END SOLUTION


# %% check="find_learning_rate"
chainrule.check("find_learning_rate", find_learning_rate)


# %% [markdown] lang="en"
# Here is `losses_of` for the digits.
# With `scale=255` the pixels run from 0 to 255, as they do in a photo.


# %% locked="losses-of"
def losses_of(rate, optimizer=SGD, scale=1.0):
    """Losses of 100 steps with batches of 32, always from the same start."""
    rng = np.random.default_rng(63)
    steps = fit(
        make_network(rng), scale * x_train, y_train, optimizer=optimizer(rate), epochs=8, rng=rng, progress=False
    )
    return steps.losses[:100] + [math.nan] * steps.diverged


# %% tags=["demo"]
def draw_run(exponent=-1.0):
    """Draw 100 steps with the rate 10**exponent."""
    rate = 10.0**exponent
    losses = np.array(losses_of(rate))[:100]
    fig, ax = plt.subplots()
    ax.plot(np.arange(1, len(losses) + 1), losses, linewidth=1.2)
    ax.axhline(losses[0], color="#888888", linewidth=1)
    ax.set(xlabel="step", ylabel="loss", title=f"rate {rate:.4g}", ylim=(0, 5), xlim=(0, 101))
    plotting.describe(fig, f"With rate {rate:.4g} the loss goes from {losses[0]:.2f} to {losses[-10:].mean():.2f}.")


draw_run()

# %% [markdown] lang="en"
# Move the slider to see other rates, from 0.0001 to 10.
# (In a printed or graded page only the figure above appears.)

# %% tags=["demo"]
from ipywidgets import FloatSlider

plotting.interact(draw_run, exponent=FloatSlider(value=-2.0, min=-4.0, max=1.0, step=0.25, description="10 to the"))

# %%
for rate in (1e-1, 1e-2, 1e-3, 1e-4):
    losses = losses_of(rate)
    print(f"rate {rate:<7g} first {losses[0]:.2f}  end {np.mean(losses[-10:]):.2f}")
print("chosen:", find_learning_rate(losses_of, [1e-1, 1e-2, 1e-3, 1e-4]))

# %% [markdown] lang="en"
# **What the scale of the data does.**
# Take a network without hidden layer: logits $= xW$.
# Now multiply all pixels by $s$.
#
# - The same logits need weights that are $s$ times smaller.
# - The gradient of $W$ is $x^\top dz$, so it becomes $s$ times larger.
#
# **Compute.** The weights must move $s$ times less, with a gradient that is $s$ times larger.
# By what factor must the learning rate go down for $s = 16$?

# %% answer="predicted_rate_factor"
### BEGIN SOLUTION
predicted_rate_factor = 16 * 16
### END SOLUTION

# %% check="predicted_rate_factor"
chainrule.check("predicted_rate_factor", predicted_rate_factor)

# %% [markdown] lang="en"
# **Measure.**
# `safe(rate, scale)` trains such a network on all images at once for 60 steps, from weights of 0.
# It says whether the loss fell at **every** step.
# `largest_safe_rate(scale)` tries 64, 32, 16 and so on, until a rate is safe.


# %% locked="safe"
def safe(rate, scale):
    """Whether gradient descent on all images lowers the loss at each of 60 steps."""
    rng = np.random.default_rng(64)
    network = multilayer_perceptron([64, 10], rng, dtype="float64", xp=xp)
    network.parameters[...] = 0
    run = fit(
        network,
        scale * x_train,
        y_train,
        optimizer=SGD(rate),
        epochs=60,
        rng=rng,
        batch_size=400,
        progress=False,
    )
    return not run.diverged and bool((np.diff(run.losses) < 0).all())


def largest_safe_rate(scale):
    """The largest power of 2, from 64 down, that is safe."""
    return next(rate for rate in 2.0 ** np.arange(6, -20, -1) if safe(rate, scale))


# %% [markdown] lang="en"
# Store the largest safe rate for `scale=1`, divided by the one for `scale=16`, in `rate_factor`.

# %% answer="rate_factor"
### BEGIN SOLUTION
rate_factor = largest_safe_rate(1) / largest_safe_rate(16)
### END SOLUTION

# %% check="rate_factor"
chainrule.check("rate_factor", rate_factor)

# %% [markdown] lang="en"
# A rate is not high or low by itself.
# It is high or low for these data and this network.
# Exercise 6.12 adds the optimizer.

# %% [markdown] lang="en"
# ## Part 2: Short runs, longer runs, curves

# %% [markdown] lang="en"
# ### Exercise 6.4 - A coarse grid (2 points)
#
# **Why.** Step 3 has left a few good rates.
# Now add a second setting, the weight decay.
# 1e-4, 1e-5 and 0 are usual.
# Train each pair for 1 to 5 epochs; that is enough to drop the bad ones.
#
# `train(rate, decay, epochs)` trains a fresh network and returns its accuracy on the validation images.
# A run that diverged returns nan.
#
# **Shapes.** `rates` and `decays` are lists with `R` and `D` numbers.
# The result is an array `(R, D)`: a row for each rate, a column for each decay.
#
# **By hand.** `rates = [0.5, 0.25]`, `decays = [0, 0.125]`.
# Entry `[1, 0]` is `train(0.25, 0, epochs)`.
#
# Write 0 in place of nan: a run that diverged has earned nothing.
# Call `train` once for each pair.

# %% answer="coarse_grid"
def coarse_grid(train, rates, decays, epochs):
    """Return the accuracies of all pairs, shape (R, D), with 0 for runs that gave nan."""
    ### BEGIN SOLUTION
    table = np.zeros((len(rates), len(decays)))
    for i, rate in enumerate(rates):
        for j, decay in enumerate(decays):
            accuracy = train(rate, decay, epochs)
            table[i, j] = 0 if np.isnan(accuracy) else accuracy
    return table
    ### END SOLUTION


# %% check="coarse_grid"
chainrule.check("coarse_grid", coarse_grid)


# %% locked="train"
def train(rate, decay, epochs, hidden=32, seed=65):
    """Train a fresh network; give its accuracy on the validation images, or nan."""
    rng = np.random.default_rng(seed)
    network = make_network(rng, hidden)
    run = fit(
        network,
        x_train,
        y_train,
        optimizer=DecayedSGD(rate, decay=decay),
        epochs=epochs,
        rng=rng,
        validation=(x_val, y_val),
        progress=False,
    )
    return math.nan if run.diverged else run.validation_accuracies[-1]


# %%
rates, decays = [1.0, 0.3, 0.1, 0.03, 0.01], [1e-2, 1e-4, 1e-5, 0.0]
short_runs = coarse_grid(train, rates, decays, 3)
print(np.round(short_runs, 3))

# %% tags=["demo"]
fig, ax = plt.subplots(figsize=(6, 3.6))
plotting.heatmap(short_runs, decays, rates, ax, label="validation accuracy after 3 epochs, %")
ax.set(xlabel="weight decay", ylabel="learning rate")
plotting.describe(fig, "The accuracy changes strongly from row to row and hardly from column to column.")

# %% [markdown] lang="en"
# Rows differ a lot, columns hardly, except by chance at the highest rate, where training is jumpy.
# In three epochs the rate decides, and a small weight decay cannot be seen yet.

# %% [markdown] lang="en"
# ### Exercise 6.5 - Refine (4 points)
#
# **Why.** Who leads after 3 epochs need not lead after 15.
# So the best few pairs start again and train longer, for 10 to 20 epochs.
#
# **Shapes.** `table` is `(R, D)`, the result of the coarse grid.
#
# 1. Find the `keep` largest entries of `table`.
# 2. Call `train(rate, decay, epochs)` for each of these pairs, once.
# 3. Return three numbers: the rate, the decay and the **new** accuracy of the pair that is best now.
#
# A run that gives nan does not win.
#
# **By hand.** `table = [[0.5, 0.6], [0.7, 0.2]]`, `keep = 2`: train the pairs `[1, 0]` and `[0, 1]`.
#
# `np.argsort(table, axis=None)` reads the table row by row, and gives the numbers of its entries, the smallest entry first.
# Entry number `n` stands in row `n // D` and column `n % D`.

# %% answer="refine"
def refine(train, table, rates, decays, keep, epochs):
    """Train the keep best pairs of the table longer; return rate, decay, accuracy of the best."""
    ### BEGIN SOLUTION
    best = (None, None, -1.0)
    for n in np.argsort(chainrule.to_host(table), axis=None)[::-1][:keep]:
        rate, decay = rates[n // len(decays)], decays[n % len(decays)]
        accuracy = train(rate, decay, epochs)
        if accuracy > best[2]:
            best = (rate, decay, accuracy)
    return best
    ### END SOLUTION


# %% check="refine"
chainrule.check("refine", refine)

# %% [markdown] lang="en"
# Refine the grid from above: keep the 3 best pairs, and train for 15 epochs.
# Store the new accuracy in `refined_accuracy`.

# %% answer="refined_accuracy"
### BEGIN SOLUTION
refined_accuracy = refine(train, short_runs, rates, decays, 3, 15)[2]
### END SOLUTION

# %% check="refined_accuracy"
chainrule.check("refined_accuracy", refined_accuracy)

# %% tags=["demo"]
lengths = [1, 2, 3, 5, 10, 15, 20]
climbs = {f"rate {rate:g}": [train(rate, 1e-4, epochs) for epochs in lengths] for rate in rates}
fig, ax = plt.subplots()
plotting.curves(np.array(lengths), climbs, ax)
ax.axvspan(1, 5, alpha=0.12, color="#888888")
ax.set(xlabel="epochs of the run", ylabel="validation accuracy", xticks=[1, 5, 10, 15, 20])
ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
plotting.describe(fig, "In the short runs the rates differ most; with 20 epochs 0.1 has caught up with the higher ones.")

# %% [markdown] lang="en"
# The gray band is the coarse grid.
# Lower rates need longer runs, so a short run favors high rates.
# After 3 epochs 0.1 is behind 1; from 5 epochs on they are level; 0.03 still climbs at 20.
# That is why the order can change.
# Step 7 says: go back to step 5, with new pairs around the best one, until the budget is spent.

# %% [markdown] lang="en"
# ### Exercise 6.6 - Read the curves (5 points)
#
# **Why.** One number says how good a run is.
# Two curves say what to do next.
#
# `train_loss` and `val_loss` hold the losses after each epoch, at least six.
# `low` is a training loss that counts as low.
# Give the verdict of the **first** rule that fits:
#
# | verdict | rule | what to do |
# |---|---|---|
# | `"diverged"` | a loss in one of the curves is not finite, or the last training loss is above the first | lower the rate |
# | `"overfit"` | the last validation loss is more than 10 % above the lowest validation loss | regularize more, or stop earlier |
# | `"stopped early"` | the last validation loss is more than 5 % below that of five epochs before | train longer |
# | `"underfit"` | the last training loss is above `low` | a larger network, less regularization |
# | `"good"` | none of these | go on |
#
# **By hand.** The validation loss is 1.2, 0.9, 0.8, 0.9, 1.0, 1.1.
# The lowest is 0.8, and $1.1 > 1.1 \cdot 0.8 = 0.88$: overfit.
# Five epochs before the last one is `val_loss[-6]`.

# %% answer="diagnose_curves"
def diagnose_curves(train_loss, val_loss, low):
    """Return the verdict on two loss curves, one of the five words of the table."""
    ### BEGIN SOLUTION
    finite = all(math.isfinite(loss) for loss in (*train_loss, *val_loss))
    if not finite or train_loss[-1] > train_loss[0]:
        return "diverged"
    if val_loss[-1] > 1.1 * min(val_loss):
        return "overfit"
    if val_loss[-1] < 0.95 * val_loss[-6]:
        return "stopped early"
    return "underfit" if train_loss[-1] > low else "good"
    ### END SOLUTION


# %% check="diagnose_curves"
chainrule.check("diagnose_curves", diagnose_curves)

# %% [markdown] lang="en"
# > **Many notes get this wrong: "a small gap between the curves is success."**
# >
# > The gap between training and validation is small in two cases.
# > The network has learned what there is to learn, or it has learned nothing.
# > A small gap is good news only if **both losses are low**.
# > And a wide gap alone is no reason to stop: what counts is whether the validation loss still falls.
#
# **Question.** After 40 epochs the training loss is 1.85 and the validation loss 1.86.
# Both have not moved for 20 epochs.
# A low loss for this task is 0.3.
# Choose `"good"`, `"overfit"`, `"underfit"` or `"stopped early"`.

# %% answer="small_gap_verdict"
### BEGIN SOLUTION
small_gap_verdict = "underfit"
### END SOLUTION

# %% check="small_gap_verdict"
chainrule.check("small_gap_verdict", small_gap_verdict)

# %% [markdown] lang="en"
# ### Exercise 6.7 - The broken run clinic (14 points)
#
# **Why.** In practice nobody tells you the fault.
# You get a record.
#
# Seven networks with one hidden layer were trained on the digits, each with **one** fault:
#
# `"initialization"`, `"rate too high"`, `"rate too low"`, `"decay on at step 1"`, `"overfit"`, `"underfit"`, `"stopped too early"`.
#
# Each fault occurs once.
# A record has four parts:
#
# - **step 1**: the first loss as it was printed, and the spread (standard deviation) of the logits there,
# - **step 2**: the accuracy on 20 images, epoch by epoch; this step used a rate of its own,
# - **step 3**: the losses of 100 steps with the chosen rate,
# - **step 6**: the curves of the long run with that rate.
#
# For each run name the fault.
# Then name the **first** step at which its record looks wrong: `"step 1"`, `"step 2"`, `"step 3"` or `"step 6"`.

# %% locked="clinic"
clinic = data.load_clinic()
for letter, record in clinic.items():
    first, spread = record.first_loss, record.first_spread
    print(f"run {letter}: first loss {first:6.2f}, spread of the logits {spread:5.2f}", end=", ")
    print(f"best accuracy on 20 images {record.handful.max():.0%}, {len(record.train_loss)} epochs")

# %% tags=["demo"]
fig, axes = plt.subplots(7, 3, figsize=(9.5, 15), layout="constrained")
for (letter, record), row in zip(clinic.items(), axes, strict=True):
    row[0].plot(np.arange(1, 41), record.handful)
    row[1].plot(np.arange(1, 101), record.steps, linewidth=1)
    epochs = np.arange(1, len(record.train_loss) + 1)
    plotting.curves(epochs, {"training": record.train_loss, "validation": record.val_loss}, row[2])
    row[0].set(ylabel=f"run {letter}", ylim=(0, 1.05))
    row[1].set(ylim=(0, max(3, record.steps.max())))
    row[2].set(ylim=(0, max(3, record.val_loss.max())))
for ax, name in zip(axes[0], ("step 2: accuracy", "step 3: loss", "step 6: losses"), strict=True):
    ax.set_title(name)
for ax, name in zip(axes[-1], ("epoch", "step", "epoch"), strict=True):
    ax.set_xlabel(name)
plotting.describe(fig, "Seven runs: accuracy on 20 images, losses of 100 steps, and loss curves over epochs.")

# %% [markdown] lang="en"
# The same as numbers, with your own function:

# %%
for letter, record in clinic.items():
    verdict = diagnose_curves(record.train_loss, record.val_loss, 0.3)
    first, end = record.steps[0], record.steps[-10:].mean()
    train_end, val_end = record.train_loss[-1], record.val_loss[-1]
    print(f"run {letter}: 100 steps {first:5.2f} to {end:.2f},", end=" ")
    print(f"long run {train_end:.2f} (training) and {val_end:.2f} (validation): {verdict}")

# %% [markdown] lang="en"
# The verdict names what the curves show.
# The cause may lie in an earlier step.

# %% [markdown] lang="en"
# **Run A.** What is its fault?

# %% answer="run_a_fault"
### BEGIN SOLUTION
run_a_fault = "overfit"
### END SOLUTION

# %% check="run_a_fault"
chainrule.check("run_a_fault", run_a_fault)

# %% [markdown] lang="en"
# At which step does run A look wrong first?

# %% answer="run_a_step"
### BEGIN SOLUTION
run_a_step = "step 6"
### END SOLUTION

# %% check="run_a_step"
chainrule.check("run_a_step", run_a_step)

# %% [markdown] lang="en"
# **Run B.** What is its fault?

# %% answer="run_b_fault"
### BEGIN SOLUTION
run_b_fault = "initialization"
### END SOLUTION

# %% check="run_b_fault"
chainrule.check("run_b_fault", run_b_fault)

# %% [markdown] lang="en"
# At which step does run B look wrong first?

# %% answer="run_b_step"
### BEGIN SOLUTION
run_b_step = "step 1"
### END SOLUTION

# %% check="run_b_step"
chainrule.check("run_b_step", run_b_step)

# %% [markdown] lang="en"
# **Run C.** What is its fault?

# %% answer="run_c_fault"
### BEGIN SOLUTION
run_c_fault = "rate too high"
### END SOLUTION

# %% check="run_c_fault"
chainrule.check("run_c_fault", run_c_fault)

# %% [markdown] lang="en"
# At which step does run C look wrong first?

# %% answer="run_c_step"
### BEGIN SOLUTION
run_c_step = "step 3"
### END SOLUTION

# %% check="run_c_step"
chainrule.check("run_c_step", run_c_step)

# %% [markdown] lang="en"
# **Run D.** What is its fault?

# %% answer="run_d_fault"
### BEGIN SOLUTION
run_d_fault = "decay on at step 1"
### END SOLUTION

# %% check="run_d_fault"
chainrule.check("run_d_fault", run_d_fault)

# %% [markdown] lang="en"
# At which step does run D look wrong first?

# %% answer="run_d_step"
### BEGIN SOLUTION
run_d_step = "step 1"
### END SOLUTION

# %% check="run_d_step"
chainrule.check("run_d_step", run_d_step)

# %% [markdown] lang="en"
# **Run E.** What is its fault?

# %% answer="run_e_fault"
### BEGIN SOLUTION
run_e_fault = "underfit"
### END SOLUTION

# %% check="run_e_fault"
chainrule.check("run_e_fault", run_e_fault)

# %% [markdown] lang="en"
# At which step does run E look wrong first?

# %% answer="run_e_step"
### BEGIN SOLUTION
run_e_step = "step 6"
### END SOLUTION

# %% check="run_e_step"
chainrule.check("run_e_step", run_e_step)

# %% [markdown] lang="en"
# **Run F.** What is its fault?

# %% answer="run_f_fault"
### BEGIN SOLUTION
run_f_fault = "stopped too early"
### END SOLUTION

# %% check="run_f_fault"
chainrule.check("run_f_fault", run_f_fault)

# %% [markdown] lang="en"
# At which step does run F look wrong first?

# %% answer="run_f_step"
### BEGIN SOLUTION
run_f_step = "step 6"
### END SOLUTION

# %% check="run_f_step"
chainrule.check("run_f_step", run_f_step)

# %% [markdown] lang="en"
# **Run G.** What is its fault?

# %% answer="run_g_fault"
### BEGIN SOLUTION
run_g_fault = "rate too low"
### END SOLUTION

# %% check="run_g_fault"
chainrule.check("run_g_fault", run_g_fault)

# %% [markdown] lang="en"
# At which step does run G look wrong first?

# %% answer="run_g_step"
### BEGIN SOLUTION
run_g_step = "step 3"
### END SOLUTION

# %% check="run_g_step"
chainrule.check("run_g_step", run_g_step)

# %% [markdown] lang="en"
# The steps are in this order because each is cheaper than the next.
# A fault that step 1 finds costs nothing; the same fault found at step 6 has cost a long run.

# %% [markdown] lang="en"
# ## Part 3: How to search

# %% [markdown] lang="en"
# ### Exercise 6.8 - Rates on a logarithmic scale (4 points)
#
# **Why.** From 0.001 to 0.002 is as big a change as from 0.1 to 0.2.
# Rates act by factors, so search them by factors: each power of ten should get the same share.
#
# $$u \text{ uniform between } \ln(\text{low}) \text{ and } \ln(\text{high}), \qquad \text{rate} = e^{u}$$
#
# **Compute.** Somebody draws rates with `rng.uniform(1e-4, 1)`.
# What share of them lies above 0.1?
# Two digits are enough.

# %% answer="uniform_share"
### BEGIN SOLUTION
uniform_share = (1 - 0.1) / (1 - 1e-4)
### END SOLUTION

# %% check="uniform_share"
chainrule.check("uniform_share", uniform_share)

# %% [markdown] lang="en"
# Now draw on the logarithmic scale.
#
# **Shapes.** `low`, `high` and `size` are numbers, the result is an array `(size,)`.
#
# **By hand.** `low = 0.01` and `high = 1`: the logarithms run from -4.605 to 0.
# If the generator gives $u = -2.303$, the rate is $e^{-2.303} = 0.1$, in the middle between 0.01 and 1.
#
# Draw from `rng`.
# `log` belongs to `exp`, and `log10` to `10**`: do not mix them.

# %% answer="sample_log_uniform"
def sample_log_uniform(low, high, size, rng):
    """Draw size numbers between low and high whose logarithms are uniform."""
    ### BEGIN SOLUTION
    return np.exp(rng.uniform(np.log(low), np.log(high), size))
    ### END SOLUTION


# %% check="sample_log_uniform"
chainrule.check("sample_log_uniform", sample_log_uniform)

# %% [markdown] lang="en"
# **Measure.** Draw 10,000 rates from 1e-4 to 1 with your function and `np.random.default_rng(66)`.
# Store the share above 0.1 in `log_share`.

# %% answer="log_share"
### BEGIN SOLUTION
log_share = float((sample_log_uniform(1e-4, 1.0, 10_000, np.random.default_rng(66)) > 0.1).mean())
### END SOLUTION

# %% check="log_share"
chainrule.check("log_share", log_share)

# %% tags=["demo"]
rng = np.random.default_rng(66)
drawn = {"uniform": rng.uniform(1e-4, 1, 4000), "log-uniform": sample_log_uniform(1e-4, 1, 4000, rng)}
fig, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for ax, (name, numbers) in zip(axes, drawn.items(), strict=True):
    ax.hist(chainrule.to_host(numbers), bins=np.logspace(-4, 0, 25))
    ax.set(xscale="log", xlabel="rate", title=name)
axes[0].set_ylabel("draws")
plotting.describe(fig, "Uniform draws crowd between 0.1 and 1; log-uniform ones fill all four decades.")

# %% [markdown] lang="en"
# With uniform draws, the three decades from 1e-4 to 0.1 share a tenth of the runs.

# %% [markdown] lang="en"
# ### Exercise 6.9 - Grid search (2 points)
#
# **Why.** The plainest search: list a few values for every setting and try all combinations.
#
# `axes` is a list of lists, one for each setting.
# `objective(*point)` takes one value of each and returns a score, such as an accuracy: **higher is better**.
# A run that diverged returns nan and must not win.
#
# **By hand.** `axes = [[0.01, 0.1], [8, 16]]` has four combinations.
# One of them is (0.1, 8), and its score is `objective(0.1, 8)`.
#
# Call `objective` once for each combination: every call is a training run.
# Return two results: the best combination, and its score.
# `itertools.product(*axes)` gives all combinations.

# %% answer="grid_search"
def grid_search(objective, axes):
    """Try all combinations of the axes; return the best one and its score."""
    ### BEGIN SOLUTION
    import itertools

    best, highest = None, -math.inf
    for point in itertools.product(*axes):
        score = objective(*point)
        if score > highest:  # never true for nan
            best, highest = point, score
    return best, highest
    ### END SOLUTION


# %% check="grid_search"
chainrule.check("grid_search", grid_search)

# %% [markdown] lang="en"
# ### Exercise 6.10 - Random search (6 points)
#
# **Why.** Random points instead of a grid: the same number of runs, and each run tries a new value of every setting, where the settings are not whole numbers.
#
# `samplers` is a list of functions, one for each setting.
# `sampler(rng)` draws one value.
# For each of `budget` runs, call every sampler once, with the `rng` that you got.
# Return the best point and its score, as in the grid search; nan must not win.
#
# **By hand.** Two samplers and a budget of 3: the samplers are called 6 times, the objective 3 times.

# %% answer="random_search"
def random_search(objective, samplers, budget, rng):
    """Try budget random points; return the best one and its score."""
    ### BEGIN SOLUTION
    best, highest = None, -math.inf
    for _ in range(budget):
        point = [sampler(rng) for sampler in samplers]
        score = objective(*point)
        if score > highest:
            best, highest = point, score
    return best, highest
    ### END SOLUTION


# %% check="random_search"
chainrule.check("random_search", random_search)

# %% [markdown] lang="en"
# **How many different values did a search try?**
# `points` is an array `(R, A)`: a row for each run, a column for each setting.
# Return an array `(A,)` with the number of different values in each column.
#
# **By hand.** The runs (1, 5), (1, 6), (2, 5), (2, 6) have 2 different values in each column.

# %% answer="distinct_per_axis"
def distinct_per_axis(points):
    """Count the different values in each column of points, shape (R, A); return shape (A,)."""
    ### BEGIN SOLUTION
    return np.array([len(set(column.tolist())) for column in points.T])
    ### END SOLUTION


# %% check="distinct_per_axis"
chainrule.check("distinct_per_axis", distinct_per_axis)

# %% [markdown] lang="en"
# Nine runs for two settings, once as a grid and once at random.
# Store in `more_rates_tried` how many more different values of the **first** setting the random points have.

# %% locked="nine-runs"
side = np.array([0.0, 0.5, 1.0])
grid_points = np.array([[u, v] for u in side for v in side])
random_points = np.random.default_rng(67).uniform(0, 1, (9, 2))

# %% answer="more_rates_tried"
### BEGIN SOLUTION
more_rates_tried = int(distinct_per_axis(random_points)[0] - distinct_per_axis(grid_points)[0])
### END SOLUTION

# %% check="more_rates_tried"
chainrule.check("more_rates_tried", more_rates_tried)

# %% tags=["demo"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True)
curve = np.linspace(-0.05, 1.05, 200)
for ax, points, name in zip(axes, (grid_points, random_points), ("grid", "random"), strict=True):
    ax.plot(curve, 1.15 + 0.5 * np.exp(-40 * (curve - 0.3) ** 2), color="#555555", linestyle="-")
    ax.plot(points[:, 0], points[:, 1], marker="o", linestyle="none")
    ax.plot(points[:, 0], np.full(9, 1.15), marker="|", markersize=14, linestyle="none", color="#D55E00")
    tried = distinct_per_axis(points)[0]
    ax.set(title=f"{name}: 9 runs, {tried} values of the rate", xlabel="rate (matters)", ylim=(-0.1, 1.75))
axes[0].set_ylabel("decay (hardly matters)")
plotting.describe(fig, "Seen along the rate, nine grid runs are three values and nine random runs are nine.")

# %% [markdown] lang="en"
# > **Many notes get this wrong: "a grid of 9 runs tries 9 values."**
# >
# > It tries 3 values of each setting.
# > If only the rate matters, six of the nine runs repeat what is known.
# > But the reason to use random search is not that it is always better: below you see when it is not.
#
# **Measure the regret.**
# The **regret** of a search is the best possible score minus the score that it found.
# In one trial the best place lies at random in the unit square.
# The score falls off with the square of the distance from it, and the second setting counts `weight` times as much as the first.
# The grid is fixed before: 0, 0.5 and 1 on both axes.


# %% locked="regrets"
def regrets(rng, weight):
    """Regret of the grid and of random search, nine runs each, in one trial."""
    u_best, v_best = rng.uniform(0, 1, 2)

    def objective(u, v):
        return -((u - u_best) ** 2) - weight * (v - v_best) ** 2

    samplers = [lambda rng: rng.uniform(0, 1), lambda rng: rng.uniform(0, 1)]
    of_grid = grid_search(objective, [side.tolist(), side.tolist()])[1]
    of_random = random_search(objective, samplers, 9, rng)[1]
    return -of_grid, -of_random


# %% [markdown] lang="en"
# 1. Make `rng = np.random.default_rng(67)`.
# 2. Call `regrets(rng, 0.01)` 200 times.
# 3. Store the mean regret of the grid, divided by the mean regret of random search, in `regret_ratio`.

# %% answer="regret_ratio"
### BEGIN SOLUTION
rng = np.random.default_rng(67)
trials = np.array([regrets(rng, 0.01) for _ in range(200)])
regret_ratio = float(trials[:, 0].mean() / trials[:, 1].mean())
### END SOLUTION

# %% check="regret_ratio"
chainrule.check("regret_ratio", regret_ratio)


# %% tags=["demo"]
def draw_regrets(weight=0.01, trials=200):
    """Draw the mean regrets of both searches for one weight of the second setting."""
    rng = np.random.default_rng(67)
    means = np.mean([regrets(rng, weight) for _ in tqdm(range(trials), leave=False, delay=1)], axis=0)
    fig, ax = plt.subplots(figsize=(6.4, 2.2))
    plotting.bars({"grid": means[0], "random": means[1]}, ax, form="{:.4f}")
    ax.set(xlabel=f"mean regret of {trials} trials", title=f"second setting counts {weight:g} times as much")
    plotting.describe(fig, f"Mean regret {means[0]:.4f} for the grid and {means[1]:.4f} for random search.")


draw_regrets()

# %% tags=["demo"]
from ipywidgets import SelectionSlider, fixed

plotting.interact(draw_regrets, weight=SelectionSlider(options=[0.0, 0.01, 0.1, 0.3, 1.0], value=1.0), trials=fixed(200))

# %% tags=["demo"]
weights = [0.0, 0.01, 0.03, 0.1, 0.3, 1.0]
means = []
for weight in tqdm(weights, leave=False, delay=1):
    rng = np.random.default_rng(67)
    means.append(np.mean([regrets(rng, weight) for _ in range(400)], axis=0))
means = np.array(means)
fig, ax = plt.subplots()
plotting.curves(np.arange(6), {"grid": means[:, 0], "random": means[:, 1]}, ax)
ax.set_xticks(range(6), [f"{weight:g}" for weight in weights])
ax.set(xlabel="weight of the second setting", ylabel="mean regret", ylim=(0, None))
plotting.describe(fig, "Random search has the lower regret while one setting dominates; at equal weights the grid catches up.")

# %% [markdown] lang="en"
# When one setting dominates, random search wins clearly.
# When both count the same, nine random points leave holes and clusters, and the grid is as good or better.
# You seldom know in advance which settings matter, and that speaks for random search.

# %% [markdown] lang="en"
# ## Part 4: What tuning costs

# %% [markdown] lang="en"
# ### Exercise 6.11 - Tuning under a budget (9 points)
#
# **Why.** Each run costs time, and each look at the test set costs trust.
# So keep two accounts.
#
# **The first account: epochs.**
# `training_budget(epochs)` returns a function `charge`.
# `charge(cost)` says whether a run of this many epochs may start.
# If its cost is at most what is left, it is paid and the answer is `True`.
# Else nothing is paid and the answer is `False`.
#
# **By hand.** A budget of 10: `charge(7)` is `True`, `charge(4)` is `False`, `charge(3)` is `True`, `charge(1)` is `False`.
#
# A function inside a function may read the variables outside.
# To **change** one, it must say so: `nonlocal left`.

# %% answer="training_budget"
def training_budget(epochs):
    """Return a function charge(cost) that pays a run out of the budget, or refuses it."""
    ### BEGIN SOLUTION
    left = epochs

    def charge(cost):
        nonlocal left
        if cost > left:
            return False
        left -= cost
        return True

    return charge
    ### END SOLUTION


# %% check="training_budget"
chainrule.check("training_budget", training_budget)

# %% [markdown] lang="en"
# **The second account: looks at the test set.**
# `sealed_test(x_test, y_test)` returns a function `look`.
# `look(predict)` calls `predict(x_test)`, which gives a label for each row.
# It returns two numbers: the share of right labels, and how many looks there have been, this one included.
#
# **By hand.** Labels (0, 1, 1, 1) and a `predict` that says 1 for all: the first look returns (0.75, 1).
# The same once more returns (0.75, 2).

# %% answer="sealed_test"
def sealed_test(x_test, y_test):
    """Return a function look(predict) that gives the accuracy and the number of looks so far."""
    ### BEGIN SOLUTION
    looks = 0

    def look(predict):
        nonlocal looks
        looks += 1
        return float((predict(x_test) == y_test).mean()), looks

    return look
    ### END SOLUTION


# %% check="sealed_test"
chainrule.check("sealed_test", sealed_test)

# %% [markdown] lang="en"
# **Why count the looks?**
# 100 examples, two classes, and 50 "networks" that flip a coin for each example.
# None of them knows anything; each has an accuracy of 0.5 on average.
#
# **Predict.** You look at the test accuracy of all 50 and report the best.
# What will it be, about?
#
# **Measure.** Write the loop.
#
# 1. Repeat 20 times: draw labels, `y = rng.integers(0, 2, 100)`, and seal them: `look = sealed_test(np.zeros((100, 1)), y)`.
# 2. Look 50 times with `coin`, which is given, and keep the best accuracy.
# 3. Store the mean of the 20 best accuracies in `best_of_fifty`.

# %% answer="best_of_fifty"
rng = np.random.default_rng(68)


def coin(x):
    """Guess a label for each row."""
    return rng.integers(0, 2, len(x))


### BEGIN SOLUTION
best = []
for _ in range(20):
    look = sealed_test(np.zeros((100, 1)), rng.integers(0, 2, 100))
    best.append(max(look(coin)[0] for _ in range(50)))
best_of_fifty = float(np.mean(best))
### END SOLUTION

# %% check="best_of_fifty"
chainrule.check("best_of_fifty", best_of_fifty)

# %% tags=["demo"]
rng = np.random.default_rng(68)
flips = rng.integers(0, 2, (300, 200, 100)).mean(axis=2)  # 300 repeats, 200 looks, 100 coins
climb = np.maximum.accumulate(flips, axis=1).mean(axis=0)
fig, ax = plt.subplots()
ax.plot(np.arange(1, 201), climb)
ax.axhline(0.5, color="#888888", linewidth=1)
ax.set(xscale="log", xlabel="looks at the test set", ylabel="best accuracy seen", ylim=(0.45, 0.66))
plotting.describe(fig, "The best accuracy among coin flippers grows from 0.50 to above 0.63 with 200 looks.")

# %% [markdown] lang="en"
# Choosing by a set makes its score too good, whoever chooses.
# The same happens to the validation set, and that is why a test set is kept sealed.
#
# **Now the whole way, on a budget of 100 epochs.**
# The first cell searches widely: random rates and numbers of hidden units, 4 epochs each.
# Its 10 runs cost 40 epochs.
# Runs that cannot be paid give nan.

# %%
charge = training_budget(100)
paid_runs = []


def paid_run(rate, hidden, epochs):
    """Validation accuracy of a run, if the budget allows it."""
    if not charge(epochs):
        return math.nan
    paid_runs.append((rate, hidden, epochs, train(rate, 1e-4, epochs, hidden=hidden)))
    return paid_runs[-1][-1]


def search(rates, units, epochs, rng):
    """Random search between the ends of two ranges, ten runs."""
    samplers = [
        lambda rng: float(sample_log_uniform(*rates, 1, rng)[0]),
        lambda rng: int(sample_log_uniform(*units, 1, rng)[0]),
    ]
    return random_search(lambda rate, hidden: paid_run(rate, hidden, epochs), samplers, 10, rng)


rng = np.random.default_rng(69)
(wide_rate, wide_hidden), wide_score = search((1e-3, 3.0), (8, 128), 4, rng)
print(f"{len(paid_runs)} runs paid; rate {wide_rate:.3g}, {wide_hidden} units: {wide_score:.3f}")

# %% [markdown] lang="en"
# Step 7: **repeat**, near the best run and with longer runs.
# The second search asks for 10 runs of 12 epochs, but only 60 epochs are left.
# How many runs will be paid?

# %%
near_rates, near_units = (wide_rate / 3, wide_rate * 3), (wide_hidden / 2, wide_hidden * 2)
(found_rate, found_hidden), found_score = search(near_rates, near_units, 12, rng)
print(f"{len(paid_runs)} runs paid; rate {found_rate:.3g}, {found_hidden} units: {found_score:.3f}")

# %% tags=["demo"]
fig, ax = plt.subplots()
for epochs, marker in ((4, "o"), (12, "s")):
    tried, units, _, scores = zip(*(run for run in paid_runs if run[2] == epochs), strict=True)
    style = {"cmap": "cividis", "edgecolor": "#555555", "vmin": 0.1, "vmax": 1.0}
    points = ax.scatter(tried, units, c=scores, s=90, marker=marker, label=f"{epochs} epochs", **style)
ax.plot(found_rate, found_hidden, marker="*", markersize=9, color="#D55E00", linestyle="none", label="found")
fig.colorbar(points, label="validation accuracy")
ax.set(xscale="log", yscale="log", xlabel="rate", ylabel="hidden units")
ax.set_yticks([8, 16, 32, 64, 128, 256], ["8", "16", "32", "64", "128", "256"], minor=False)
ax.minorticks_off()
ax.legend(loc="lower left")
plotting.describe(fig, "Ten short runs all over the plane, five longer ones near the best of them.")

# %% [markdown] lang="en"
# Train a network with the rate and the hidden units that were found, and open the seal **once**.
# The first lines train it for 20 epochs.
# Store the accuracy on `x_test`, `y_test` in `sealed_accuracy`.

# %% answer="sealed_accuracy"
rng = np.random.default_rng(70)
network = make_network(rng, found_hidden)
fit(network, x_train, y_train, optimizer=SGD(found_rate), epochs=20, rng=rng, progress=False)
look = sealed_test(x_test, y_test)
### BEGIN SOLUTION
sealed_accuracy, looks = look(network.predict)
### END SOLUTION

# %% check="sealed_accuracy"
chainrule.check("sealed_accuracy", sealed_accuracy)

# %% [markdown] lang="en"
# **In your own words (3 points).**
# A friend writes: "We tried 200 settings, measured each on the test set, and report the best: 97.3 %."
# What is wrong with that number?
# In which direction is it off, and on what does the size of the error depend?
# What should they have done?
# Three to five sentences.

# %% [markdown] text="test_set_text" points=3
# The test set was used to choose, 200 times, so its accuracy is no longer a fair estimate for new data.
# The number is too high on average: among many settings the one wins that also had luck on these examples.
# The error grows with the number of settings and shrinks with the size of the test set.
# They should have chosen by a validation set, and measured the one chosen network on the test set once.
#
# **Rubric**
#
# - 1 point: the test set was used to choose, so the number is too high (optimistic) on average.
# - 1 point: the error grows with the number of settings tried, or shrinks with a larger test set; one of the two is enough, with its reason (luck).
# - 1 point: choose by a validation set (or cross-validation), look at the test set once, at the end.
# - "They should have used more settings" or "a better network" earns no point.

# %% [markdown] lang="en"
# ### Exercise 6.12 - What each setting moves (5 points)
#
# **Why.** Eight settings come up in every project: the learning rate, the number of iterations, of layers and of units, the activation, momentum, the batch size, regularization.
# Which of them matter here?
# Below each panel changes **one** setting and leaves the others at their usual values.

# %% tags=["demo"]
USUAL = {"rate": 0.1, "epochs": 12, "layers": 1, "units": 32, "activation": "relu"}
USUAL |= {"momentum": 0.0, "batch size": 32, "decay": 1e-4}


# %% tags=["demo"]
def accuracy_of(settings, seed):
    """Validation accuracy of a run with these settings."""
    rng, it = np.random.default_rng(seed), USUAL | settings
    sizes = [64, *[it["units"]] * it["layers"], 10]
    net = multilayer_perceptron(sizes, rng, activation=it["activation"], xp=xp)
    optimizer = DecayedSGD(it["rate"], it["momentum"], decay=it["decay"])
    options = {"epochs": it["epochs"], "batch_size": it["batch size"], "progress": False}
    run = fit(net, x_train, y_train, optimizer=optimizer, rng=rng, validation=(x_val, y_val), **options)
    return run.validation_accuracies[-1] if run.validation_accuracies else 0.1


# %% tags=["demo"]
VALUES = {
    "rate": [0.001, 0.01, 0.1, 1.0, 3.0],
    "epochs": [1, 3, 12, 24, 48],
    "layers": [0, 1, 2, 4, 6],
    "units": [2, 8, 32, 128, 256],
    "activation": ["sigmoid", "tanh", "relu", "elu", "selu"],
    "momentum": [0.0, 0.5, 0.9, 0.95, 0.99],
    "batch size": [4, 16, 32, 128, 400],
    "decay": [0.0, 1e-4, 1e-2, 0.1, 0.5],
}
moved = {}
for name, values in tqdm(VALUES.items(), leave=False, delay=1):
    moved[name] = np.array([[accuracy_of({name: it}, seed) for it in values] for seed in range(3)])

# %% tags=["demo"]
fig, axes = plt.subplots(2, 4, figsize=(11, 5), sharey=True, layout="constrained")
for ax, (name, accuracies) in zip(axes.flat, moved.items(), strict=True):
    ax.plot(range(5), accuracies.T, marker="o", linestyle="none", color="#0072B2", alpha=0.6)
    ax.plot(range(5), accuracies.mean(axis=0), color="#0072B2", linestyle="-")
    ax.axvline(VALUES[name].index(USUAL[name]), color="#D55E00", linewidth=1)
    labels = [it if isinstance(it, str) else f"{it:g}" for it in VALUES[name]]
    ax.set_xticks(range(5), labels, rotation=35 if name == "activation" else 0, fontsize=8)
    ax.set(title=name, ylim=(0, 1))
axes[0, 0].set_ylabel("validation accuracy")
axes[1, 0].set_ylabel("validation accuracy")
told = "Eight panels: the rate moves the accuracy most. "
plotting.describe(fig, told + "Small decays hardly do, and of the activations only sigmoid.")

# %% [markdown] lang="en"
# | setting | what it moves |
# |---|---|
# | learning rate | everything: too low does not arrive, too high does not learn |
# | iterations | how far training gets; too many overfit where data are few |
# | layers, units | what the network can express, and what a step costs |
# | activation | how well the gradient passes (Unit 02) |
# | momentum | the effective rate: 0.9 makes steps about ten times as long |
# | batch size | how noisy a step is, and how many steps an epoch has |
# | regularization | the gap between training and validation |
#
# The vertical line marks the usual value, each dot is a run, and the curve joins their means.
# The panels are not independent: with another batch size or momentum, another rate is best.
#
# **Is 0.01 already a high learning rate?**
# Some notes say: "0.01 is high, better take less."
# Find out, for two optimizers and two scales of the pixels.
# `losses_of(rate, optimizer, scale)` is the function of Exercise 6.3.
#
# 1. Let `rates` be `[10, 3, 1, 0.3, 0.1, ..., 1e-5]` as given.
# 2. Find the best rate of `SGD` for `scale=1` and for `scale=255`. Use your `find_learning_rate`, with a small function for each case, such as `lambda rate: losses_of(rate, SGD, 255)`.
# 3. Store the first divided by the second in `sgd_shift`.

# %% answer="sgd_shift"
rates = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 3e-4, 1e-4, 3e-5, 1e-5]
### BEGIN SOLUTION
sgd_small = find_learning_rate(lambda rate: losses_of(rate, SGD, 1), rates)
sgd_large = find_learning_rate(lambda rate: losses_of(rate, SGD, 255), rates)
sgd_shift = sgd_small / sgd_large
### END SOLUTION

# %% check="sgd_shift"
chainrule.check("sgd_shift", sgd_shift)

# %% [markdown] lang="en"
# The same for `Adam`, which divides every step by the size of the gradients it has seen.
# Store it in `adam_shift`.

# %% answer="adam_shift"
### BEGIN SOLUTION
adam_small = find_learning_rate(lambda rate: losses_of(rate, Adam, 1), rates)
adam_large = find_learning_rate(lambda rate: losses_of(rate, Adam, 255), rates)
adam_shift = adam_small / adam_large
### END SOLUTION

# %% check="adam_shift"
chainrule.check("adam_shift", adam_shift)

# %% tags=["demo"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
for ax, optimizer in zip(axes, (SGD, Adam), strict=True):
    for scale in (1, 255):
        runs = [losses_of(rate, optimizer, scale) for rate in tqdm(rates, leave=False, delay=1)]
        ends = [min(np.mean(run[-10:]), 20) if np.isfinite(run).all() else math.nan for run in runs]
        ax.plot(rates, ends, marker="o", markersize=4, label=f"pixels 0 to {scale}")
    ax.axvline(0.01, color="#888888", linewidth=1)
    ax.set(xscale="log", ylim=(0, 4), xlabel="rate", title=optimizer.__name__)
axes[0].set_ylabel("loss after 100 steps")
axes[0].legend(loc="lower left")
plotting.describe(fig, "For SGD the best rate moves by orders of magnitude with the scale, for Adam hardly.")

# %% [markdown] lang="en"
# The gray line is 0.01.
# Look at where it stands in each of the four curves.
# (On the far left the dashed curves leave the picture: with pixels up to 255 the untrained logits are huge.
# Step 1 would have found that: the first loss is far above $\ln 10$.)

# %% [markdown] lang="en"
# **Best settings get old.**
# These are settings that well-known networks were trained with:
#
# | network | year | optimizer | highest rate | examples in a batch | weight decay |
# |---|---|---|---|---|---|
# | AlexNet | 2012 | momentum 0.9 | 0.01 | 128, on two graphics cards with 3 GB each | 0.0005 |
# | ResNet | 2015 | momentum 0.9 | 0.1 | 256 | 0.0001 |
# | ResNet in one hour | 2017 | momentum 0.9 | 3.2 | 8192, on 256 cards | 0.0001 |
# | GPT-3 | 2020 | Adam | 0.00006 | about 1500 texts of 2048 words and parts of words | 0.1 |
#
# From 0.1 to 3.2 the network stayed the same, and the batch grew by a factor of 32.
# A mean over more examples is less noisy, so a longer step is safe.
# What fits into the memory of a machine sets the batch, and the batch moves the best rate.
#
# **In your own words (3 points).**
# A blog says: "0.01 is already a high learning rate; the best settings for our field are listed below."
# Use your measurements: for which of the four cases is 0.01 high, and for which is it low?
# And why may a list of best settings be out of date after a few years, or on another machine?
# Three to five sentences.

# %% [markdown] text="best_settings_text" points=3
# With SGD and pixels from 0 to 1, 0.01 is far too low: the best rate is about 1.
# With SGD and pixels from 0 to 255 it is too high: the best rate is near 0.001.
# With Adam it is about right for both scales.
# A list belongs to one way to scale the data, one optimizer, one network and one budget.
# On a machine with more memory batches are larger, runs are longer and networks are bigger, and then other rates and other regularization are best.
#
# **Rubric**
#
# - 1 point: says from the measurement that 0.01 is low for SGD with pixels from 0 to 1 and high for SGD with pixels from 0 to 255.
# - 1 point: draws the conclusion that it depends on the scale of the data and on the optimizer (or the network); Adam hardly feels the scale.
# - 1 point: a reason why best values move with machines or years: larger batches, longer runs, larger networks or data sets, other optimizers or ways to normalize.

# %% [markdown] lang="en"
# ## Summary
#
# | step | look at | if it is wrong |
# |---|---|---|
# | 1 | first loss near $\ln C$, decay off | labels, loss, initialization |
# | 2 | 100 % on a handful, regularization off | a bug, or rate and initialization |
# | 3 | loss falls within 100 steps | another rate, by factors of ten |
# | 4 | coarse grid, 1 to 5 epochs | drop the bad rows |
# | 5 | the best few, 10 to 20 epochs | the order may change |
# | 6 | both curves | diverged, overfit, stopped early, underfit |
# | 7 | go back to step 5 | until the budget is spent |
#
# - nan must not win: test for it before you compare.
# - Rates are drawn on a logarithmic scale.
# - A grid of 9 tries 3 values of each setting; random search tries 9.
# - Random search pays off where few settings matter.
# - The best of many looks is too good. Look at the test set once.
# - There is no best rate as such: scale, optimizer, network and budget decide.
#
# **Papers**
#
# - Bergstra, Bengio: [Random search for hyper-parameter optimization](https://www.jmlr.org/papers/v13/bergstra12a.html) (2012)
# - Krizhevsky, Sutskever, Hinton: [ImageNet classification with deep convolutional neural networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks) (2012)
# - He, Zhang, Ren, Sun: [Deep residual learning for image recognition](https://arxiv.org/abs/1512.03385) (2015)
# - Goyal and others: [Accurate, large minibatch SGD: training ImageNet in 1 hour](https://arxiv.org/abs/1706.02677) (2017)
# - Brown and others: [Language models are few-shot learners](https://arxiv.org/abs/2005.14165) (2020)
# - Bengio: [Practical recommendations for gradient-based training of deep architectures](https://arxiv.org/abs/1206.5533) (2012)
# - Smith: [A disciplined approach to neural network hyper-parameters](https://arxiv.org/abs/1803.09820) (2018)
# - Johnson, Li, Yeung: [CS231n, Training neural networks](https://cs231n.github.io/neural-networks-3/) (2019)
# - Karpathy: [A recipe for training neural networks](https://karpathy.github.io/2019/04/25/recipe/) (2019)
# - Li, Jamieson and others: [Hyperband](https://arxiv.org/abs/1603.06560), short runs first, as in steps 4 and 5 (2018)
# - Dwork and others: [The reusable holdout](https://www.science.org/doi/10.1126/science.aaa9375) (2015)
