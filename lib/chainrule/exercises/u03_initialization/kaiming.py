"""Exercise 3.9: the gain of a rectifier, and Kaiming's weights, which have it."""

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

__all__ = ["INIT_KAIMING", "RECTIFIER_GAIN"]

kaiming_section = partial(Exercise, unit="03_initialization", number="3.9", title="Kaiming repairs what ReLU takes")


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
