"""Exercise 2.5: leaky ReLU."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import away_from_zero, between
from chainrule.exercises.u02_activations.common import (
    backward_pair,
    of_every_entry,
    on_z,
    wrong_backward,
    z_batch,
)
from chainrule.nn import activations

__all__ = ["LEAKY_RELU", "LEAKY_RELU_BACKWARD"]

SLOPES = between(0.02, 0.4)

leaky_section = partial(Exercise, unit="02_activations", number="2.5", title="Leaky ReLU")

# Slopes on both sides of 1, in turn: max(z, alpha z) is right only below.
STEEP, FLAT = between(1.36, 2.04), between(0.08, 0.12)


def steep_or_flat(rng, shape):
    return (STEEP, FLAT)[int(rng.integers(2))](rng, shape)


LEAKY_RELU = leaky_section(
    name="leaky_relu",
    points=1,
    reference=activations.leaky_relu,
    hints=(
        (
            "Each entry has two possible results: which question about z decides between them? "
            "Take the larger one of z and alpha times z, for alpha = 2 and z = -1: is this what the formula gives?"
        ),
        (
            "For each entry: if z is above 0, the result is z, otherwise it is alpha times z. "
            "xp.where makes this choice. The condition looks at the sign of z alone, so it is right for every alpha."
        ),
        (
            "alpha is 0.25, and z is (8, -8, -0.4): the result is (8, -2, -0.1). "
            "With alpha = 3 the same z gives (8, -24, -1.2). With alpha = 1 it would give z itself."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(lambda z, alpha: z if z > 0 else alpha * z),
        "two rectified halves": lambda z, alpha: np.maximum(z, 0) + alpha * np.minimum(z, 0),
        "z times its slope": lambda z, alpha: z * np.where(z > 0, 1.0, alpha),
    },
    probes=partial(on_z, scalar=(STEEP, FLAT)),
    sample=lambda rng: (*z_batch(rng), float(steep_or_flat(rng, ()))),
    properties=("row_by_row",),
    mistakes={
        "larger_of_the_two_lines": (
            lambda z, alpha: np.maximum(z, alpha * z),
            "max(z, alpha z) picks the wrong line when alpha is above 1: decide by the sign of z.",
        ),
        "plain_relu": (
            lambda z, alpha: np.maximum(z, 0),
            "Negative entries become 0; leaky ReLU keeps alpha times of them.",
        ),
        "constant_leak": (
            lambda z, alpha: np.where(z > 0, z, alpha),
            "Negative entries all become alpha; they should become alpha times z.",
        ),
        "fixed_slope": (
            lambda z, alpha: np.where(z > 0, z, 0.01 * z),
            "The slope is fixed at 0.01; use the argument alpha.",
        ),
        "sign_of_the_leak": (
            lambda z, alpha: np.where(z > 0, z, -alpha * z),
            "-alpha z turns negative entries positive; the leak keeps their sign.",
        ),
        "integers_cut_off": (
            lambda z, alpha: np.where(z > 0, z, alpha * z).astype(z.dtype),
            "For integers the result was stored in an integer array, which cuts -0.3 to 0.",
        ),
        "slope_on_the_positive_side": (
            lambda z, alpha: np.where(z > 0, alpha * z, z),
            "alpha multiplies positive entries here; it belongs to the negative ones.",
        ),
    },
    traps=(
        Trap(
            "larger_of_the_two_lines",
            breaks="Decide by the sign of `z`, so that the function is right for any `alpha`, above 1 too.",
        ),
        Trap(
            lambda z, alpha: np.minimum(z, alpha * z),
            breaks="Decide by the sign of `z`, so that the function is right for any `alpha`, above 1 too.",
        ),
    ),
)


def leaky_bounds(upstream, z, alpha):
    ends = upstream * np.where(z > 0, 1.0, alpha), upstream * np.where(z >= 0, 1.0, alpha)
    return np.minimum(*ends), np.maximum(*ends)


LEAKY_RELU_BACKWARD = leaky_section(
    name="leaky_relu_backward",
    points=1,
    reference=activations.leaky_relu_backward,
    hints=(
        (
            "The output is z on one side and alpha times z on the other one: what is the slope of each? "
            "Which array says on which side an entry lies: upstream or z?"
        ),
        (
            "First make the array of slopes: 1 where z is positive, alpha where it is not. "
            "Then multiply it by upstream. z only chooses the slope; its size does not appear in the result."
        ),
        (
            "alpha is 0.25, upstream is (4, -4, 10), and z is (-3, -1, 7). The slopes are (0.25, 0.25, 1). "
            "So the result is (1, -1, 10)."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(lambda upstream, z, alpha: upstream * (1.0 if z > 0 else alpha)),
        "by np.where": lambda upstream, z, alpha: np.where(z < 0, alpha * upstream, upstream),
        "by two masks": lambda upstream, z, alpha: upstream * (z > 0) + alpha * upstream * (z <= 0),
    },
    probes=partial(on_z, zero=False, upstream=True, scalar=(SLOPES, STEEP), kinks=(-1.5, 0.0, 2.5)),
    sample=backward_pair(away_from_zero(), SLOPES),
    bounds=leaky_bounds,
    gradient=Gradient(of=activations.leaky_relu, wrt=("z",)),
    properties=("scales_with_upstream", "row_by_row"),
    mistakes={
        **wrong_backward(activations.leaky_relu_grad, activations.leaky_relu, "leaky ReLU"),
        "plain_relu": (
            lambda upstream, z, alpha: upstream * (z > 0),
            "Negative entries get no gradient; with a leak they get alpha times the upstream one.",
        ),
        "leak_without_upstream": (
            lambda upstream, z, alpha: np.where(z > 0, upstream, alpha),
            "On the negative side alpha stands alone: it multiplies the upstream gradient.",
        ),
        "leak_times_z": (
            lambda upstream, z, alpha: np.where(z > 0, upstream, alpha * z * upstream),
            "alpha z is the output on the negative side; its slope is alpha.",
        ),
        "mask_from_the_upstream": (
            lambda upstream, z, alpha: np.where(upstream > 0, upstream, alpha * upstream),
            "The side is chosen by the sign of upstream; it is the sign of z that counts.",
        ),
        "slope_on_the_positive_side": (
            lambda upstream, z, alpha: np.where(z > 0, alpha * upstream, upstream),
            "alpha multiplies the gradient of positive entries; it belongs to the negative ones.",
        ),
    },
    traps=(
        Trap("mask_from_the_upstream", breaks="Decide by the sign of `z`"),
        Trap(
            lambda upstream, z, alpha: upstream * (np.maximum(z, alpha * z) / np.where(z == 0, 1, z)),
            breaks="so that the function is right for any `alpha`, above 1 too",
        ),
    ),
)
