"""Exercise 3.8: what a layer does to the variance, and Xavier's weights, which keep it."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Seeded
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.u03_initialization.weights import HONEST, drawn_probes, normal, uniform, wrong_draws
from chainrule.nn import initializers

__all__ = ["INIT_XAVIER", "VARIANCE_RATIO"]

xavier_section = partial(Exercise, unit="03_initialization", number="3.8", title="Xavier keeps the variance")


def ratio_probes(rng):
    def free():
        return int(rng.integers(20, 900)), float(rng.uniform(0.01, 0.6)), float(rng.uniform(0.2, 0.9))

    return (
        Probe("400 inputs, std 0.05, all kept", (400, 0.05, 1.0)),
        Probe("100 inputs, std 0.2, half kept", (100, 0.2, 0.5)),
        Probe("other numbers", free()),
        Probe("other numbers again", free()),
        Probe("whole numbers", (3, 2, 1)),
    )


def by_adding(D, std, kept):
    return sum(kept * std * std for _ in range(D))


VARIANCE_RATIO = xavier_section(
    name="variance_ratio",
    points=1,
    reference=initializers.variance_ratio,
    hints=(
        (
            "Three things change the variance of the next z: the number of terms, the weights, the activation. "
            "If all weights are doubled, by which factor does each product grow, and by which its variance? "
            "So how does std enter?"
        ),
        (
            "The variance of one product contains the variance of a weight, which is the square of std. "
            "D such products are added, so their variances add up too. "
            "The activation has passed on the part kept. "
            "Multiply the three factors; no root is taken, since the result speaks of variances."
        ),
        (
            "D is 50, std is 0.1, and kept is 0.5. "
            "50 times 0.01 times 0.5 is 0.25: the variance falls to a quarter. "
            "With std = 0.2 it is 50 times 0.04 times 0.5, so 1: the variance stays."
        ),
    ),
    alternatives={
        "term by term": by_adding,
        "square of the spread": lambda D, std, kept: (math.sqrt(D) * std) ** 2 * kept,
        "by np.square": lambda D, std, kept: kept * D * np.square(std),
    },
    probes=ratio_probes,
    sample=lambda rng: (int(rng.integers(2, 500)), float(rng.uniform(0.01, 0.6)), float(rng.uniform(0.2, 0.9))),
    tolerance=5e3,
    mistakes={
        "std_not_squared": (
            lambda D, std, kept: D * std * kept,
            "std is not squared; the variance of a weight is std^2.",
        ),
        "inputs_forgotten": (
            lambda D, std, kept: std**2 * kept,
            "D is missing: the pre-activation is a sum of D products, and their variances add.",
        ),
        "root_of_the_ratio": (
            lambda D, std, kept: math.sqrt(D * kept) * std,
            "This is the ratio of the standard deviations, the root of what is asked for.",
        ),
        "kept_forgotten": (
            lambda D, std, kept: D * std**2,
            "kept is missing: this is the ratio for an activation that changes nothing.",
        ),
        "kept_squared": (
            lambda D, std, kept: D * (std * kept) ** 2,
            "kept is squared; it is a ratio of variances already.",
        ),
        "inputs_squared": (
            lambda D, std, kept: D**2 * std**2 * kept,
            "D is squared: that would hold if all D terms were the same; independent ones add variances.",
        ),
        "root_of_the_inputs": (
            lambda D, std, kept: math.sqrt(D) * std**2 * kept,
            "sqrt(D) belongs to the standard deviation; variances of D terms add up to D of them.",
        ),
    },
    traps=(
        Trap(
            "std_not_squared",
            breaks="Variances of independent terms add up: $\\text{Var}(z) = D \\cdot \\text{std}^2 \\cdot E[a^2]$.",
        ),
    ),
)


def xavier_std(shape):
    return shape[0] ** -0.5


def xavier_unit_by_unit(shape, rng):
    columns = [rng.normal(0.0, math.sqrt(1.0 / shape[0]), shape[0]) for _ in range(shape[1])]
    return np.stack(columns, axis=1), np.zeros(shape[1])


INIT_XAVIER = xavier_section(
    name="init_xavier",
    points=2,
    reference=initializers.init_xavier,
    hints=(
        (
            "Which of the two numbers in shape says how many terms one z adds up? "
            "Which variance must each weight have, so that this many of them have the variance 1 together? "
            "Which of your functions draws weights, once you know their standard deviation?"
        ),
        (
            "D stands first in shape. "
            "The variance of a weight is 1 divided by D, and the standard deviation is the root of that. "
            "Hand it to your function for small random weights, with the same shape and the same rng. "
            "It brings the biases too."
        ),
        (
            "For the shape (25, 4) the standard deviation is 1/5 = 0.2, and 25 times the variance 0.04 is 1. "
            "For the shape (16, 100) it is 0.25. "
            "The numbers of units, 4 and 100, do not matter."
        ),
    ),
    alternatives={
        "unit by unit": xavier_unit_by_unit,
        "divided by the root": lambda shape, rng: (
            rng.standard_normal(shape) / np.sqrt(shape[0]),
            np.zeros(shape[1]),
        ),
        "uniform with the same spread": lambda shape, rng: uniform(shape, rng, (3.0 / shape[0]) ** 0.5),
    },
    probes=partial(drawn_probes, draw_option=lambda rng, number: (), std_of=xavier_std),
    sample=lambda rng: ((120, 80), Seeded(int(rng.integers(2**32)))),
    properties=HONEST,
    mistakes={
        **wrong_draws(xavier_std),
        "divided_by_the_inputs_themselves": (
            lambda shape, rng: normal(shape, rng, 1.0 / shape[0]),
            "The standard deviation is 1/D; the variance is 1/D, so divide by the square root of D.",
        ),
        "units_for_inputs": (
            lambda shape, rng: normal(shape, rng, shape[1] ** -0.5),
            sentences.UNITS_FOR_INPUTS,
        ),
        "average_of_inputs_and_units": (
            lambda shape, rng: normal(shape, rng, (2.0 / sum(shape)) ** 0.5),
            (
                "sqrt(2/(D + M)) is the compromise of the paper between forward and backward; here only the "
                "forward direction counts: 1/sqrt(D)."
            ),
        ),
        "factor_two_of_kaiming": (
            lambda shape, rng: normal(shape, rng, (2.0 / shape[0]) ** 0.5),
            "The 2 under the root is Kaiming's, for ReLU; Xavier has 1/sqrt(D).",
        ),
        "root_used_as_bound": (
            lambda shape, rng: uniform(shape, rng, shape[0] ** -0.5),
            "Uniform numbers up to 1/sqrt(D) have the standard deviation 1/sqrt(3 D), which is too small.",
        ),
        "counted_all_weights": (
            lambda shape, rng: normal(shape, rng, (shape[0] * shape[1]) ** -0.5),
            "This divides by the root of all D M weights; a unit adds up D of them.",
        ),
        "not_scaled": (
            lambda shape, rng: normal(shape, rng, 1.0),
            "The weights have standard deviation 1 whatever the number of inputs.",
        ),
        "multiplied_by_the_root": (
            lambda shape, rng: normal(shape, rng, shape[0] ** 0.5),
            "The draw is multiplied by sqrt(D); more inputs need smaller weights, so divide.",
        ),
    },
    traps=(
        Trap("divided_by_the_inputs_themselves", breaks="so the draw is divided by the **square root** of $D$"),
        Trap("average_of_inputs_and_units", breaks=r"Use $1/\sqrt{D}$ here."),
    ),
)
