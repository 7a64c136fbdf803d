"""Exercise 2.7: ELU.

What you can do with this file:

- compute ELU and its slope for one number: `elu_of_a_number`, `elu_slope_of_a_number`;
- take the exponential where z is negative, without an overflow elsewhere: `exp_left`.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import away_from_zero, between
from chainrule.exercises.u02_activations.common import (
    backward_pair,
    of_every_entry,
    on_z,
    wrong_backward,
    z_batch,
)
from chainrule.nn import activations

__all__ = ["ELU", "ELU_BACKWARD", "ELU_GRAD"]

DEPTHS = between(1.2, 1.9)  # alpha of ELU; 1 would hide where it belongs

elu_section = partial(Exercise, unit="02_activations", number="2.7", title="ELU bends instead of breaking")


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
    hints=(
        (
            "xp.where computes both branches for every entry, also the one that it throws away. "
            "What does the branch with the exponential compute where z is 1000? "
            "How could you change z first, so that large entries do no harm and negative ones stay as they are?"
        ),
        (
            "Three steps. "
            "Cut z from above at 0, so that no positive number reaches the exponential. "
            "From the cut numbers compute the negative branch: the power minus 1, times alpha. "
            "Then choose by the sign of z: z itself, or this branch."
        ),
        (
            "alpha is 2, and z is (-3, -0.5, 4). "
            "For -3 the power is 0.0498, minus 1 gives -0.9502, times 2 gives -1.9004. "
            "For -0.5 the power is 0.6065, and the result is -0.7869. "
            "4 stays 4."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(elu_of_a_number),
        "exp(z) - 1 by np.where": lambda z, alpha: np.where(z > 0, z, alpha * (exp_left(z) - 1.0)),
        "the sum of two sides": lambda z, alpha: np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0)),
        "only where z is negative": elu_by_masks,
    },
    probes=partial(on_z, scalar=DEPTHS),
    sample=lambda rng: (*z_batch(rng), float(DEPTHS(rng, ()))),
    properties=("row_by_row",),
    mistakes={
        "alpha_forgotten": (
            lambda z, alpha: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
            "Far to the left the result tends to -1; it should tend to -alpha.",
        ),
        "one_not_subtracted": (
            lambda z, alpha: np.where(z > 0, z, alpha * exp_left(z)),
            "alpha exp(z) jumps at 0; subtract 1 from the exponential, so that ELU passes through 0.",
        ),
        "alpha_inside_the_exponent": (
            lambda z, alpha: np.where(z > 0, z, np.expm1(np.minimum(alpha * z, 0))),
            "alpha stands inside the exponential; it multiplies exp(z) - 1 from outside.",
        ),
        "alpha_on_both_sides": (
            lambda z, alpha: alpha * np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
            "Positive entries are multiplied by alpha too; for z > 0 ELU is z itself.",
        ),
        "only_the_exponential_scaled": (
            lambda z, alpha: np.where(z > 0, z, alpha * exp_left(z) - 1.0),
            "alpha exp(z) - 1 scales the exponential alone: the brackets belong around exp(z) - 1.",
        ),
        "leaky_relu_instead": (
            lambda z, alpha: np.where(z > 0, z, alpha * z),
            "This is leaky ReLU, straight on the left; ELU bends there like exp(z) - 1.",
        ),
    },
    traps=(Trap("alpha_inside_the_exponent", breaks="ELU lets negative values through, but not below $-\\alpha$."),),
)


def elu_slopes(z, alpha):
    left, right = np.where(z > 0, 1.0, alpha * exp_left(z)), np.where(z >= 0, 1.0, alpha * exp_left(z))
    return np.minimum(left, right), np.maximum(left, right)


ELU_GRAD = elu_section(
    name="elu_grad",
    points=1,
    reference=activations.elu_grad,
    hints=(
        (
            "Differentiate each branch by itself. "
            "In the negative one, what becomes of the constant -1, and what of e to the power of z? "
            "Is alpha still in it?"
        ),
        (
            "On the positive side the slope is 1. "
            "On the negative side it is alpha times e to the power of z. "
            "The -1 has gone, since a constant has no slope. "
            "Both branches are computed for every entry here too, so protect the exponential as in your elu."
        ),
        (
            "alpha is 2, and z is (-3, -0.5, 4). "
            "For -3 the slope is 2 times 0.0498, so 0.0996. "
            "For -0.5 it is 2 times 0.6065, so 1.2131. "
            "For 4 it is 1."
        ),
    ),
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
    mistakes={
        "value_in_place_of_the_slope": (
            lambda z, alpha: np.where(z > 0, 1.0, activations.elu(z, alpha)),
            "On the negative side this is elu(z); the slope is elu(z) + alpha, which is alpha exp(z).",
        ),
        "alpha_forgotten": (
            lambda z, alpha: np.where(z > 0, 1.0, exp_left(z)),
            sentences.ALPHA_FORGOTTEN,
        ),
        "z_on_the_positive_side": (
            lambda z, alpha: np.where(z > 0, z, alpha * exp_left(z)),
            "For positive entries the result is z; the slope of z is 1.",
        ),
        "constant_alpha": (
            lambda z, alpha: np.where(z > 0, 1.0, alpha),
            "alpha alone is the slope of leaky ReLU; that of ELU fades like exp(z) to the left.",
        ),
    },
    traps=(Trap("value_in_place_of_the_slope", breaks="**The slope** on the negative side is $\\alpha e^z$."),),
)


def elu_bounds(upstream, z, alpha):
    ends = [upstream * slope for slope in elu_slopes(z, alpha)]
    return np.minimum(*ends), np.maximum(*ends)


ELU_BACKWARD = elu_section(
    name="elu_backward",
    points=1,
    reference=activations.elu_backward,
    hints=(
        (
            "Which two factors does the chain rule multiply for each entry? "
            "One is an argument. "
            "Which of your functions gives the other one, and what must you hand to it?"
        ),
        (
            "Call your function for the slope with z and alpha. "
            "Then multiply its result by upstream, entry by entry. "
            "z is the input of ELU, not its output, so the slope must be computed from the input."
        ),
        (
            "alpha is 2, upstream is (-1, 10, 3), and z is (-3, -0.5, 4). "
            "The slopes are (0.0996, 1.2131, 1). "
            "So the result is (-0.0996, 12.131, 3)."
        ),
    ),
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
    mistakes={
        **wrong_backward(activations.elu_grad, activations.elu, "ELU"),
        "alpha_forgotten": (
            lambda upstream, z, alpha: upstream * np.where(z > 0, 1.0, exp_left(z)),
            sentences.ALPHA_FORGOTTEN,
        ),
        "slope_without_alpha_added": (
            lambda upstream, z, alpha: np.where(z > 0, upstream, upstream * activations.elu(z, alpha)),
            "On the negative side the factor is elu(z); the slope is elu(z) + alpha.",
        ),
    },
    traps=(Trap("ignores_upstream", breaks="Multiply the upstream gradient by the slope."),),
)
