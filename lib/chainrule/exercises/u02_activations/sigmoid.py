"""Exercise 2.1: the sigmoid; its slopes are in sigmoid_slopes.py.

What you can do with this file:

- declare an exercise of this section: `sigmoid_section`;
- compute the sigmoid in other words: `sigmoid_of_a_number`, `sigmoid_by_tanh`, and as it overflows: `naive_sigmoid`.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.u02_activations.common import of_every_entry, on_z, z_batch
from chainrule.nn import activations

__all__ = ["SIGMOID"]

sigmoid_section = partial(Exercise, unit="02_activations", number="2.1", title="The sigmoid and its gradient")


def sigmoid_of_a_number(z):
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z))


def sigmoid_by_tanh(z):
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(z, dtype=float)))


def sigmoid_by_clipping(z):
    return 1.0 / (1.0 + np.exp(-np.clip(z, -80, 80)))


def sigmoid_by_logaddexp(z):
    return np.exp(-np.logaddexp(0.0, -z))


def sigmoid_by_masks(z):
    result = np.empty(z.shape)
    result[z >= 0] = 1.0 / (1.0 + np.exp(-z[z >= 0]))
    small = np.exp(z[z < 0])
    result[z < 0] = small / (1.0 + small)
    return result


def naive_sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


SIGMOID = sigmoid_section(
    name="sigmoid",
    points=2,
    reference=activations.sigmoid,
    hints=(
        (
            "Write s for the small number e to the power of -|z|; it is never above 1. "
            "For z = -800, which of the two forms contains s: does it stand above the line, below it, or both? "
            "For z = 800, which form contains s, and where?"
        ),
        (
            "Compute the small number once, for all entries. "
            "Below the line both forms have 1 plus this number. "
            "Above the line stands 1 where z is not negative, and the small number itself where z is negative. "
            "Choose between the two by the sign of z: both can be computed for every entry without harm."
        ),
        (
            "z = 3 and z = -3 share the small number 0.0498. "
            "For 3 the result is 1 divided by 1.0498, so 0.9526. "
            "For -3 it is 0.0498 divided by 1.0498, so 0.0474; the two results sum to 1. "
            "For -800 the small number is 0, and so is the result, with no warning."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(sigmoid_of_a_number),
        "through tanh": sigmoid_by_tanh,
        "with z clipped": sigmoid_by_clipping,
        "through logaddexp": sigmoid_by_logaddexp,
        "by two masks": sigmoid_by_masks,
    },
    probes=on_z,
    sample=z_batch,
    properties=("row_by_row",),
    demands=("no_overflow",),
    mistakes={
        "overflows": (
            naive_sigmoid,
            (
                "exp(-z) is too large for any float at z = -1000: use exp(-|z|), and for negative z "
                "exp(z) / (1 + exp(z)). np.where alone does not help, it computes both branches."
            ),
        ),
        "nan_at_large_z": (
            lambda z: np.exp(z) / (1.0 + np.exp(z)),
            "exp(z) / (1 + exp(z)) is infinity divided by infinity at z = 1000, which is nan.",
        ),
        "sign_of_the_exponent": (
            lambda z: 1.0 / (1.0 + np.exp(z)),
            "The curve falls instead of rising, as 1 / (1 + exp(z)) does: look at the sign of the exponent.",
        ),
        "tanh_instead": (
            np.tanh,
            "This is tanh, which goes from -1 to 1; the sigmoid goes from 0 to 1.",
        ),
        "brackets_of_the_denominator": (
            lambda z: 1.0 / 1.0 + np.exp(-np.clip(z, -80, 80)),
            "1 / 1 + exp(-z) divides first: the whole denominator (1 + exp(-z)) needs brackets.",
        ),
        "integers_cut_off": (
            lambda z: activations.sigmoid(z).astype(z.dtype),
            "For integers the result was stored in an integer array, which cuts 0.73 to 0.",
        ),
    },
    traps=(
        Trap("overflows", breaks="For $z = -1000$ the formula needs $e^{1000}$, and no float is that large."),
        Trap("nan_at_large_z", breaks="The first form is safe for"),
        Trap(
            lambda z: 1 / (1 + np.exp(-np.clip(z, -10.0, 10.0))),
            breaks="Squash every entry of z, of any shape, into the range 0 to 1, without overflow.",
        ),
    ),
)
