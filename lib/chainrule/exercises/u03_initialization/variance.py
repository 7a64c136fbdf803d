"""Exercises 3.8 and 3.9: weights that keep the variance."""

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

__all__ = ["INIT_KAIMING", "INIT_XAVIER", "RECTIFIER_GAIN", "VARIANCE_RATIO"]

xavier_section = partial(Exercise, unit="03_initialization", number="3.8", title="Xavier keeps the variance")
kaiming_section = partial(Exercise, unit="03_initialization", number="3.9", title="Kaiming repairs what ReLU takes")


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

# --- Xavier --------------------------------------------------------------------------------------------------


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

# --- Kaiming -------------------------------------------------------------------------------------------------


def rectifier_gain_of(alpha):
    return (2.0 / (1.0 + alpha * alpha)) ** 0.5


def alpha_probes(rng):
    return (
        Probe("alpha = 0, which is ReLU", (0.0,)),
        Probe("alpha = 0.5", (0.5,)),
        Probe("alpha = 1, which changes nothing", (1.0,)),
        Probe("alpha = -1, which is |z|", (-1.0,)),
        Probe("another alpha", (float(rng.uniform(0.15, 0.85)),)),
        Probe("a whole number", (2,)),
    )


RECTIFIER_GAIN = kaiming_section(
    name="rectifier_gain",
    points=1,
    reference=initializers.rectifier_gain,
    hints=(
        (
            "Which share of the variance does this leaky ReLU keep, counting both halves? "
            "By which number must that share be multiplied to give 1 again? "
            "The gain multiplies the standard deviation: is it this number, or its root?"
        ),
        (
            "Start with alpha times itself, plus 1. "
            "Divide 2 by it: this is what the variance needs. "
            "Take the root, since the gain belongs to the standard deviation. "
            "Test it: the square of the gain times kept must be 1."
        ),
        (
            "For alpha = 0.5 the share kept is 1.25 / 2 = 0.625. "
            "1 divided by 0.625 is 1.6, and the root is 1.2649. "
            "For alpha = 3 the negative side grows: kept is 10 / 2 = 5, and the gain is the root of 0.2, so 0.4472."
        ),
    ),
    alternatives={
        "by a power": rectifier_gain_of,
        "by the mean of the two slopes": lambda alpha: np.mean([1.0, alpha**2]) ** -0.5,
        "by the length of a vector": lambda alpha: 2**0.5 / np.hypot(1.0, alpha),
    },
    probes=alpha_probes,
    sample=lambda rng: (float(rng.uniform(0.0, 2.0)),),
    mistakes={
        "root_forgotten": (
            lambda alpha: rectifier_gain_of(alpha) ** 2,
            "The root is missing: the gain multiplies standard deviations, and 2/(1 + alpha^2) is for variances.",
        ),
        "slope_ignored": (
            lambda alpha: 2**0.5,
            "This is the gain of plain ReLU for every alpha; the negative side keeps alpha^2 of its part.",
        ),
        "slope_not_squared": (
            lambda alpha: (2.0 / (1.0 + abs(alpha))) ** 0.5,
            "alpha is not squared; the squares of the outputs count.",
        ),
        "upside_down": (
            lambda alpha: 1.0 / rectifier_gain_of(alpha),
            "The fraction is upside down: what the activation takes away, the gain gives back.",
        ),
        "two_outside_the_root": (
            lambda alpha: 2**0.5 * rectifier_gain_of(alpha),
            "The 2 stands before the root; it stands under it.",
        ),
        "two_forgotten": (
            lambda alpha: rectifier_gain_of(alpha) / 2**0.5,
            "The 2 is missing: half of the entries are negative, so each side counts half.",
        ),
    },
    traps=(Trap("slope_ignored", breaks=r"For a leaky ReLU the negative half keeps $\alpha^2$ of its part"),),
)


def kaiming_std(shape, gain):
    return gain / shape[0] ** 0.5


def kaiming_unit_by_unit(shape, rng, gain):
    W = np.empty(shape)
    for unit in range(shape[1]):
        W[:, unit] = rng.normal(0.0, math.sqrt(gain * gain / shape[0]), shape[0])
    return W, np.zeros(shape[1])


def given_gain(rng, number):
    return ((2**0.5, 1.2, 0.6)[number] * (float(rng.uniform(0.95, 1.05)) if number else 1.0),)


INIT_KAIMING = kaiming_section(
    name="init_kaiming",
    points=2,
    reference=initializers.init_kaiming,
    hints=(
        (
            "What differs from Xavier: the draw, the biases, or only the standard deviation? "
            "The gain is given: does it stand under the root, or has its own root been taken already? "
            "Which number in shape stands under the root?"
        ),
        (
            "Compute one number first, the standard deviation: the gain, divided by the root of the number of inputs. "
            "Your function for small random weights does the rest. "
            "The gain is an argument, so nothing in this function knows of ReLU or of alpha."
        ),
        (
            "For the shape (9, 30) and the gain 1.5 the standard deviation is 1.5 / 3 = 0.5. "
            "For the shape (50, 10) and the gain 1.4142 it is 1.4142 / 7.0711 = 0.2. "
            "With the gain 1 the result is Xavier's."
        ),
    ),
    alternatives={
        "unit by unit": kaiming_unit_by_unit,
        "by rng.normal": lambda shape, rng, gain: (rng.normal(0, kaiming_std(shape, gain), shape), np.zeros(shape[1])),
        "uniform with the same spread": lambda shape, rng, gain: uniform(shape, rng, gain * (3.0 / shape[0]) ** 0.5),
    },
    probes=partial(drawn_probes, draw_option=given_gain, std_of=kaiming_std),
    sample=lambda rng: ((120, 80), Seeded(int(rng.integers(2**32))), float(rng.uniform(0.5, 2.0))),
    properties=HONEST,
    mistakes={
        **wrong_draws(kaiming_std),
        "gain_ignored": (
            lambda shape, rng, gain: normal(shape, rng, shape[0] ** -0.5),
            "The gain is not used: this is Xavier, and with ReLU the variance halves in every layer.",
        ),
        "always_the_gain_of_relu": (
            lambda shape, rng, gain: normal(shape, rng, (2.0 / shape[0]) ** 0.5),
            "The gain is sqrt(2) whatever is asked for; use the argument.",
        ),
        "two_beside_the_gain": (
            lambda shape, rng, gain: normal(shape, rng, gain * (2.0 / shape[0]) ** 0.5),
            "A root of 2 is added to the gain, which holds it already.",
        ),
        "gain_squared": (
            lambda shape, rng, gain: normal(shape, rng, gain**2 / shape[0] ** 0.5),
            (
                "The gain is squared but stands outside the root: the standard deviation is gain/sqrt(D). For "
                "ReLU the 2 stands under the root."
            ),
        ),
        "variance_used_as_standard_deviation": (
            lambda shape, rng, gain: normal(shape, rng, gain**2 / shape[0]),
            "gain^2/D is the variance; the draw is multiplied by its root.",
        ),
        "divided_by_the_inputs_themselves": (
            lambda shape, rng, gain: normal(shape, rng, gain / shape[0]),
            "This divides by D; divide by the square root of D.",
        ),
        "root_of_the_gain": (
            lambda shape, rng, gain: normal(shape, rng, (gain / shape[0]) ** 0.5),
            "The gain stands under the root; it multiplies the standard deviation as it is.",
        ),
        "units_for_inputs": (
            lambda shape, rng, gain: normal(shape, rng, gain / shape[1] ** 0.5),
            sentences.UNITS_FOR_INPUTS,
        ),
        "root_used_as_bound": (
            lambda shape, rng, gain: uniform(shape, rng, gain / shape[0] ** 0.5),
            "Uniform numbers up to gain/sqrt(D) have a standard deviation that is too small by sqrt(3).",
        ),
        "divided_by_the_gain": (
            lambda shape, rng, gain: normal(shape, rng, 1.0 / (gain * shape[0] ** 0.5)),
            "The gain divides; ReLU takes away variance, and the gain gives it back.",
        ),
    },
    traps=(Trap("two_beside_the_gain", breaks=r"For ReLU this is $\sqrt{2/D}$."),),
)
