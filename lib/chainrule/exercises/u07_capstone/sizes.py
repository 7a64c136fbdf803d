"""Exercises on the size of a network and on the noise of an accuracy."""

from __future__ import annotations

import itertools
import math

import numpy as np

from chainrule.capstone import sizing
from chainrule.checking import Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.u07_capstone.common import exercise

__all__ = ["NOISE", "WIDEST"]


def cost(inputs, classes, layers, m):
    return (inputs + 1) * m + (layers - 1) * (m + 1) * m + (m + 1) * classes


def largest(fits):
    m = 0
    while fits(m + 1):
        m += 1
    return m


def by_quadratic(inputs, classes, layers, budget):
    """Solve a m^2 + b m + c = 0, then go to a whole number."""
    a, b, c = layers - 1, inputs + 1 + layers - 1 + classes, classes - budget
    root = -c / b if a == 0 else (-b + math.sqrt(max(b * b - 4 * a * c, 0))) / (2 * a)
    m = max(math.floor(root) - 1, 0)
    while cost(inputs, classes, layers, m + 1) <= budget:
        m += 1
    return m


def by_halving(inputs, classes, layers, budget):
    low, high = 0, max(budget, 1)
    while high - low > 1:
        middle = (low + high) // 2
        if cost(inputs, classes, layers, middle) <= budget:
            low = middle
        else:
            high = middle
    return low


def by_counting_layers(inputs, classes, layers, budget):
    m = 0
    while True:
        widths = [inputs] + [m + 1] * layers + [classes]
        if sum(a * b + b for a, b in itertools.pairwise(widths)) > budget:
            return m
        m += 1


def no_biases(inputs, classes, layers, budget):
    return largest(lambda m: inputs * m + (layers - 1) * m * m + m * classes <= budget)


def no_output_layer(inputs, classes, layers, budget):
    return largest(lambda m: (inputs + 1) * m + (layers - 1) * (m + 1) * m <= budget)


def one_layer_too_many(inputs, classes, layers, budget):
    return largest(lambda m: cost(inputs, classes, layers + 1, m) <= budget)


def one_hidden_layer(inputs, classes, layers, budget):
    return largest(lambda m: cost(inputs, classes, 1, m) <= budget)


def one_too_wide(inputs, classes, layers, budget):
    return sizing.widest_hidden(inputs, classes, layers, budget) + 1


def below_the_budget(inputs, classes, layers, budget):
    return largest(lambda m: cost(inputs, classes, layers, m) < budget)


def no_output_biases(inputs, classes, layers, budget):
    return largest(lambda m: cost(inputs, classes, layers, m) - classes <= budget)


def widest_sample(rng):
    inputs, classes = int(rng.integers(20, 90)), int(rng.integers(3, 9))
    layers = int(rng.integers(2, 5))
    return inputs, classes, layers, cost(inputs, classes, layers, int(rng.integers(20, 60)))


def widest_probes(rng):
    """Budgets that a width meets exactly, and that are a few parameters more or less, where other counts differ."""

    def probe(label, layers, m, more):
        inputs, classes = int(rng.integers(40, 90)), int(rng.integers(3, 9))
        return Probe(label, (inputs, classes, layers, cost(inputs, classes, layers, m) + more))

    widths = [int(m) for m in rng.integers(20, 60, 6)]
    return (
        probe("a budget that is met exactly, two hidden layers", 2, widths[0], 0),
        probe("one parameter short of it, two hidden layers", 2, widths[1], -1),
        probe("some parameters to spare, three hidden layers", 3, widths[2], 17),
        probe("one hidden layer, met exactly", 1, widths[3], 0),
        probe("one hidden layer, two parameters short", 1, widths[4], -2),
        probe("four hidden layers, one parameter short", 4, widths[5], -1),
        probe("a budget for one unit, and no more", 2, 1, 0),
        probe("ten parameters short, two hidden layers", 2, int(rng.integers(20, 60)), -10),
        Probe("a budget that buys nothing", (64, 10, 1, 60)),
    )


WIDEST = exercise("7.1", "As wide as the budget allows")(
    name="widest_hidden",
    points=3,
    reference=sizing.widest_hidden,
    hints=(
        (
            "What does a network with one hidden unit cost, and one with two? "
            "P(m) only grows: what do you know about all larger widths, once one of them is too expensive?"
        ),
        (
            "Write down how you get P(m) for a given width: from the formula, or from `count_parameters`. "
            "That function wants a list: the inputs, then the same width once for each hidden layer, then the "
            "classes. Begin with the width 0, and ask whether one unit more still fits. "
            "If it does, take it and ask again; if it does not, you have the answer. "
            "This gives 0 as well, where not even one unit fits."
        ),
        (
            "4 inputs, 3 classes, 2 hidden layers, budget 60. "
            "m = 4 costs 5 times 4, plus 5 times 4, plus 5 times 3: that is 55. "
            "m = 5 costs 25 + 30 + 18 = 73, so the answer is 4. "
            "With a budget of 10 the answer is 0, since one unit costs 5 + 2 + 6 = 13."
        ),
    ),
    alternatives={
        "the quadratic formula": by_quadratic,
        "halving an interval": by_halving,
        "a list of all widths": by_counting_layers,
    },
    probes=widest_probes,
    sample=widest_sample,
    tolerance=1e-3,
    mistakes={
        "no_biases": (no_biases, "Biases count too: every unit has one."),
        "no_output_layer": (
            no_output_layer,
            "The output layer is missing: it has (m + 1) times classes parameters.",
        ),
        "no_output_biases": (
            no_output_biases,
            "The outputs have biases as well, one for each class.",
        ),
        "one_layer_too_many": (
            one_layer_too_many,
            "Between L hidden layers there are L - 1 steps from m to m units, not L.",
        ),
        "one_hidden_layer": (
            one_hidden_layer,
            "This counts one hidden layer however many there are: the steps from m to m units are missing.",
        ),
        "one_too_wide": (
            one_too_wide,
            "This width is the first that does not fit; the answer is the one before it.",
        ),
        "below_the_budget": (
            below_the_budget,
            "A network that costs the budget exactly is within it: compare with <=, not <.",
        ),
        "never_zero": (
            lambda inputs, classes, layers, budget: max(sizing.widest_hidden(inputs, classes, layers, budget), 1),
            "It gives 1 where not even one unit fits; the answer is then 0.",
        ),
    },
    traps=(
        Trap("never_zero", breaks="If not even one unit fits, the answer is 0."),
        Trap("below_the_budget", breaks="which fits exactly"),
        Trap("no_biases", breaks="$D$ weights and one bias for each unit"),
        Trap("one_hidden_layer", breaks="$L$ hidden layers of $m$ units each"),
    ),
)


def noise_sample(rng):
    return float(rng.uniform(0.2, 0.9)), int(rng.integers(50, 900))


def noise_probes(rng):
    def probe(label, images):
        return Probe(label, (float(rng.uniform(0.55, 0.95)), images))

    return (
        probe("an accuracy on some hundred images", int(rng.integers(150, 900))),
        probe("another one on fewer images", int(rng.integers(20, 100))),
        Probe("an accuracy below one half", (float(rng.uniform(0.1, 0.4)), int(rng.integers(100, 500)))),
        probe("one image", 1),
        Probe("everything right", (1.0, int(rng.integers(100, 500)))),
        Probe("everything wrong", (0.0, int(rng.integers(100, 500)))),
    )


def spread_of_labels(accuracy, images):
    return np.hypot(math.sqrt(accuracy) * (1 - accuracy), accuracy * math.sqrt(1 - accuracy)) / math.sqrt(images)


def half_minus_distance(accuracy, images):
    return math.sqrt((0.25 - (accuracy - 0.5) ** 2) / images)


def two_values(accuracy, images):
    mean = accuracy
    variance = accuracy * (1 - mean) ** 2 + (1 - accuracy) * mean**2
    return (variance / images) ** 0.5


def by_counts(accuracy, images):
    return np.sqrt(images * accuracy * (1 - accuracy)) / images


NOISE = exercise("7.2", "How sure is an accuracy")(
    name="accuracy_noise",
    points=2,
    reference=sizing.accuracy_noise,
    hints=(
        (
            "In which order are the three operations of the formula done: the product, the division, the root? "
            "What is the share of wrong images, if the share of right ones is 0.98?"
        ),
        (
            "Multiply the accuracy by the share of wrong images. Divide this by the number of images. "
            "Take the root at the very end, of all of it. Two plain numbers go in, so no array is needed."
        ),
        (
            "p = 0.5 and 100 images: 0.25 divided by 100 is 0.0025, and the root is 0.05. "
            "p = 0.98 and 400 images: 0.0196 divided by 400 is 0.000049, and the root is 0.007. "
            "Four times as many images halve the result."
        ),
    ),
    alternatives={
        "variance of right and wrong": two_values,
        "standard deviation of a count": by_counts,
        "distance from one half": half_minus_distance,
        "a hypotenuse": spread_of_labels,
    },
    probes=noise_probes,
    sample=noise_sample,
    tolerance=500.0,
    mistakes={
        "no_square_root": (
            lambda accuracy, images: accuracy * (1 - accuracy) / images,
            "This is the variance; the standard error is its square root.",
        ),
        "root_of_the_spread_alone": (
            lambda accuracy, images: math.sqrt(accuracy * (1 - accuracy)) / images,
            "The number of images belongs under the square root.",
        ),
        "not_divided_by_the_images": (
            lambda accuracy, images: math.sqrt(accuracy * (1 - accuracy)),
            "This is the spread of one image; a mean of N images scatters sqrt(N) times less.",
        ),
        "accuracy_twice": (
            lambda accuracy, images: math.sqrt(accuracy * accuracy / images),
            "One factor is the share that is right, the other the share that is wrong.",
        ),
        "error_forgotten": (
            lambda accuracy, images: math.sqrt(accuracy / images),
            "The factor 1 - accuracy is missing: with everything right there is no scatter at all.",
        ),
        "two_standard_errors": (
            lambda accuracy, images: 2 * math.sqrt(accuracy * (1 - accuracy) / images),
            "Two standard errors are asked for by nobody here: give one.",
        ),
        "share_of_errors_alone": (
            lambda accuracy, images: ((1 - accuracy) / images) ** 0.5,
            "Under the root stands p (1 - p), not 1 - p alone.",
        ),
    },
    traps=(Trap("root_of_the_spread_alone", breaks="A mean over $N$ images scatters $\\sqrt{N}$ times less"),),
)
