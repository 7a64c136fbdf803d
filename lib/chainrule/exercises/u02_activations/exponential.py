"""Exercises 2.7 and 2.8: ELU and SELU."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise, Gradient, Mistake
from chainrule.exercises.sampling import away_from_zero, between
from chainrule.exercises.u02_activations.common import (
    backward_pair,
    of_every_entry,
    on_z,
    wrong_backward,
    z_batch,
)
from chainrule.nn import activations
from chainrule.nn.activations.exponential import SELU_ALPHA, SELU_SCALE

__all__ = ["EXERCISES"]

DEPTHS = between(1.2, 1.9)  # alpha of ELU; 1 would hide where it belongs

elu_section = partial(Exercise, unit="02_activations", number="2.7", title="ELU bends instead of breaking")
selu_section = partial(Exercise, unit="02_activations", number="2.8", title="SELU keeps mean and variance")


def elu_of_a_number(z, alpha):
    return z if z > 0 else alpha * (math.exp(z) - 1.0)


def elu_slope_of_a_number(z, alpha):
    return 1.0 if z > 0 else alpha * math.exp(z)


def exp_left(z):
    """exp on the left side and 1 on the right, where it would overflow."""
    return np.exp(np.minimum(z, 0))


def elu_by_masks(z, alpha):
    a = np.array(z, dtype=float)
    a[z < 0] = alpha * np.expm1(a[z < 0])
    return a


ELU = elu_section(
    name="elu",
    points=1,
    reference=activations.elu,
    alternatives={
        "entry by entry": of_every_entry(elu_of_a_number),
        "exp(z) - 1 by np.where": lambda z, alpha: np.where(z > 0, z, alpha * (exp_left(z) - 1.0)),
        "the sum of two sides": lambda z, alpha: np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0)),
        "only where z is negative": elu_by_masks,
    },
    probes=partial(on_z, scalar=DEPTHS),
    sample=lambda rng: (*z_batch(rng), float(DEPTHS(rng, ()))),
    properties=("row_by_row",),
    mistakes=(
        Mistake(
            name="alpha_forgotten",
            wrong=lambda z, alpha: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
            explanation="Far to the left the result tends to -1; it should tend to -alpha.",
        ),
        Mistake(
            name="one_not_subtracted",
            wrong=lambda z, alpha: np.where(z > 0, z, alpha * exp_left(z)),
            explanation="alpha exp(z) jumps at 0; subtract 1 from the exponential, so that ELU passes through 0.",
        ),
        Mistake(
            name="alpha_inside_the_exponent",
            wrong=lambda z, alpha: np.where(z > 0, z, np.expm1(np.minimum(alpha * z, 0))),
            explanation="alpha stands inside the exponential; it multiplies exp(z) - 1 from outside.",
        ),
        Mistake(
            name="alpha_on_both_sides",
            wrong=lambda z, alpha: alpha * np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
            explanation="Positive entries are multiplied by alpha too; for z > 0 ELU is z itself.",
        ),
        Mistake(
            name="only_the_exponential_scaled",
            wrong=lambda z, alpha: np.where(z > 0, z, alpha * exp_left(z) - 1.0),
            explanation="alpha exp(z) - 1 scales the exponential alone: the brackets belong around exp(z) - 1.",
        ),
        Mistake(
            name="leaky_relu_instead",
            wrong=lambda z, alpha: np.where(z > 0, z, alpha * z),
            explanation="This is leaky ReLU, straight on the left; ELU bends there like exp(z) - 1.",
        ),
    ),
)


def elu_slopes(z, alpha):
    left, right = np.where(z > 0, 1.0, alpha * exp_left(z)), np.where(z >= 0, 1.0, alpha * exp_left(z))
    return np.minimum(left, right), np.maximum(left, right)


ELU_GRAD = elu_section(
    name="elu_grad",
    points=1,
    reference=activations.elu_grad,
    alternatives={
        "entry by entry": of_every_entry(elu_slope_of_a_number),
        "from the output": lambda z, alpha: np.where(z > 0, 1.0, activations.elu(z, alpha) + alpha),
        "by two masks": lambda z, alpha: (z >= 0) + alpha * exp_left(z) * (z < 0),
    },
    probes=partial(on_z, zero=False, scalar=DEPTHS, kinks=(-1.5, 0.0, 2.5)),
    sample=lambda rng: (*z_batch(rng), float(DEPTHS(rng, ()))),
    bounds=elu_slopes,
    gradient=Gradient(of=activations.elu, wrt=("z",)),
    properties=("row_by_row",),
    mistakes=(
        Mistake(
            name="value_in_place_of_the_slope",
            wrong=lambda z, alpha: np.where(z > 0, 1.0, activations.elu(z, alpha)),
            explanation="On the negative side this is elu(z); the slope is elu(z) + alpha, which is alpha exp(z).",
        ),
        Mistake(
            name="alpha_forgotten",
            wrong=lambda z, alpha: np.where(z > 0, 1.0, exp_left(z)),
            explanation="The slope left of 0 is exp(z); it should be alpha times exp(z).",
        ),
        Mistake(
            name="z_on_the_positive_side",
            wrong=lambda z, alpha: np.where(z > 0, z, alpha * exp_left(z)),
            explanation="For positive entries the result is z; the slope of z is 1.",
        ),
        Mistake(
            name="constant_alpha",
            wrong=lambda z, alpha: np.where(z > 0, 1.0, alpha),
            explanation="alpha alone is the slope of leaky ReLU; that of ELU fades like exp(z) to the left.",
        ),
    ),
)


def elu_bounds(upstream, z, alpha):
    ends = [upstream * slope for slope in elu_slopes(z, alpha)]
    return np.minimum(*ends), np.maximum(*ends)


ELU_BACKWARD = elu_section(
    name="elu_backward",
    points=1,
    reference=activations.elu_backward,
    alternatives={
        "entry by entry": of_every_entry(lambda upstream, z, alpha: upstream * elu_slope_of_a_number(z, alpha)),
        "by np.where": lambda upstream, z, alpha: np.where(z > 0, upstream, upstream * alpha * exp_left(z)),
        "from the output": lambda upstream, z, alpha: (
            upstream * np.where(z > 0, 1.0, activations.elu(z, alpha) + alpha)
        ),
    },
    probes=partial(on_z, zero=False, upstream=True, scalar=DEPTHS, kinks=(-1.5, 0.0, 2.5)),
    sample=backward_pair(away_from_zero(), DEPTHS),
    bounds=elu_bounds,
    gradient=Gradient(of=activations.elu, wrt=("z",)),
    properties=("scales_with_upstream", "row_by_row"),
    mistakes=(
        *wrong_backward(activations.elu_grad, activations.elu, "ELU"),
        Mistake(
            name="alpha_forgotten",
            wrong=lambda upstream, z, alpha: upstream * np.where(z > 0, 1.0, exp_left(z)),
            explanation="The slope left of 0 is exp(z); it should be alpha times exp(z).",
        ),
        Mistake(
            name="slope_without_alpha_added",
            wrong=lambda upstream, z, alpha: np.where(z > 0, upstream, upstream * activations.elu(z, alpha)),
            explanation="On the negative side the factor is elu(z); the slope is elu(z) + alpha.",
        ),
    ),
)

# --- SELU --------------------------------------------------------------------------------------------

SELU = selu_section(
    name="selu",
    points=1,
    reference=activations.selu,
    alternatives={
        "entry by entry": of_every_entry(lambda z: SELU_SCALE * elu_of_a_number(z, SELU_ALPHA)),
        "both constants outside": lambda z: np.where(
            z > 0, SELU_SCALE * z, SELU_SCALE * SELU_ALPHA * (exp_left(z) - 1.0)
        ),
        "the sum of two sides": lambda z: SELU_SCALE * (np.maximum(z, 0) + SELU_ALPHA * np.expm1(np.minimum(z, 0))),
    },
    probes=on_z,
    sample=z_batch,
    properties=("row_by_row",),
    mistakes=(
        Mistake(
            name="scale_missing_on_the_right",
            wrong=lambda z: np.where(z > 0, z, SELU_SCALE * SELU_ALPHA * np.expm1(np.minimum(z, 0))),
            explanation="Positive entries come through unscaled: selu(1) is 1.0507, not 1.",
        ),
        Mistake(
            name="scale_missing_on_the_left",
            wrong=lambda z: np.where(z > 0, SELU_SCALE * z, SELU_ALPHA * np.expm1(np.minimum(z, 0))),
            explanation="The scale 1.0507 is missing on the negative side: far left SELU tends to -1.7581.",
        ),
        Mistake(
            name="plain_elu",
            wrong=lambda z: activations.elu(z, 1.0),
            explanation="Both constants are missing; this is ELU with alpha = 1.",
        ),
        Mistake(
            name="alpha_of_one",
            wrong=lambda z: SELU_SCALE * activations.elu(z, 1.0),
            explanation="alpha is 1 here; with 1.6733 the mean stays 0, with 1 it drifts to 0.17.",
        ),
        Mistake(
            name="no_scale",
            wrong=lambda z: activations.elu(z, SELU_ALPHA),
            explanation="The scale 1.0507 is missing on both sides.",
        ),
        Mistake(
            name="constants_swapped",
            wrong=lambda z: SELU_ALPHA * activations.elu(z, SELU_SCALE),
            explanation="The constants are swapped: 1.0507 scales both sides, 1.6733 only the negative one.",
        ),
    ),
)


def selu_slopes(z):
    left = SELU_SCALE * np.where(z > 0, 1.0, SELU_ALPHA * exp_left(z))
    right = SELU_SCALE * np.where(z >= 0, 1.0, SELU_ALPHA * exp_left(z))
    return np.minimum(left, right), np.maximum(left, right)


SELU_GRAD = selu_section(
    name="selu_grad",
    points=1,
    reference=activations.selu_grad,
    alternatives={
        "entry by entry": of_every_entry(lambda z: SELU_SCALE * elu_slope_of_a_number(z, SELU_ALPHA)),
        "from the output": lambda z: np.where(z > 0, SELU_SCALE, activations.selu(z) + SELU_SCALE * SELU_ALPHA),
        "by two masks": lambda z: SELU_SCALE * ((z >= 0) + SELU_ALPHA * exp_left(z) * (z < 0)),
    },
    probes=partial(on_z, zero=False, kinks=(-1.5, 0.0, 2.5)),
    sample=z_batch,
    bounds=selu_slopes,
    gradient=Gradient(of=activations.selu, wrt=("z",)),
    properties=("row_by_row",),
    mistakes=(
        Mistake(
            name="scale_missing",
            wrong=lambda z: activations.elu_grad(z, SELU_ALPHA),
            explanation="The scale 1.0507 is missing: it multiplies the slope on both sides.",
        ),
        Mistake(
            name="one_on_the_right",
            wrong=lambda z: np.where(z > 0, 1.0, SELU_SCALE * SELU_ALPHA * exp_left(z)),
            explanation="For positive entries the slope is the scale 1.0507, not 1.",
        ),
        Mistake(
            name="alpha_missing",
            wrong=lambda z: SELU_SCALE * activations.elu_grad(z, 1.0),
            explanation="The factor 1.6733 is missing on the negative side: just left of 0 the slope is 1.758.",
        ),
        Mistake(
            name="value_in_place_of_the_slope",
            wrong=lambda z: np.where(z > 0, SELU_SCALE, activations.selu(z)),
            explanation="On the negative side this is selu(z); the slope is selu(z) + 1.7581.",
        ),
    ),
)


def selu_bounds(upstream, z):
    ends = [upstream * slope for slope in selu_slopes(z)]
    return np.minimum(*ends), np.maximum(*ends)


SELU_BACKWARD = selu_section(
    name="selu_backward",
    points=1,
    reference=activations.selu_backward,
    alternatives={
        "entry by entry": of_every_entry(
            lambda upstream, z: upstream * SELU_SCALE * elu_slope_of_a_number(z, SELU_ALPHA)
        ),
        "by np.where": lambda upstream, z: np.where(
            z > 0, SELU_SCALE * upstream, SELU_SCALE * SELU_ALPHA * exp_left(z) * upstream
        ),
        "from the output": lambda upstream, z: (
            upstream * np.where(z > 0, SELU_SCALE, activations.selu(z) + SELU_SCALE * SELU_ALPHA)
        ),
    },
    probes=partial(on_z, zero=False, upstream=True, kinks=(-1.5, 0.0, 2.5)),
    sample=backward_pair(away_from_zero()),
    bounds=selu_bounds,
    gradient=Gradient(of=activations.selu, wrt=("z",)),
    properties=("scales_with_upstream", "row_by_row"),
    mistakes=(
        *wrong_backward(activations.selu_grad, activations.selu, "SELU"),
        Mistake(
            name="scale_missing",
            wrong=lambda upstream, z: upstream * activations.elu_grad(z, SELU_ALPHA),
            explanation="The scale 1.0507 is missing: it multiplies the slope on both sides.",
        ),
        Mistake(
            name="alpha_missing",
            wrong=lambda upstream, z: upstream * SELU_SCALE * activations.elu_grad(z, 1.0),
            explanation="The factor 1.6733 is missing on the negative side.",
        ),
    ),
)

EXERCISES = (ELU, ELU_GRAD, ELU_BACKWARD, SELU, SELU_GRAD, SELU_BACKWARD)
