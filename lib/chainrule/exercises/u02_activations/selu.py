"""Exercise 2.8: SELU, which is ELU with two constants."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import away_from_zero
from chainrule.exercises.u02_activations.common import (
    backward_pair,
    of_every_entry,
    on_z,
    wrong_backward,
    z_batch,
)
from chainrule.exercises.u02_activations.elu import elu_of_a_number, elu_slope_of_a_number, exp_left
from chainrule.nn import activations
from chainrule.nn.activations.exponential import SELU_ALPHA, SELU_SCALE

__all__ = ["SELU", "SELU_BACKWARD", "SELU_GRAD"]

selu_section = partial(Exercise, unit="02_activations", number="2.8", title="SELU keeps mean and variance")

SELU = selu_section(
    name="selu",
    points=1,
    reference=activations.selu,
    hints=(
        (
            "Which of your functions computes the part to the right of lambda? "
            "With which alpha must it be called? "
            "Does lambda multiply the negative entries only, or all of them?"
        ),
        (
            "Call your elu with the constant that is given for alpha. "
            "Then multiply all that comes back by the constant that is given for lambda, on both sides of 0. "
            "Use the two given names, since they hold all digits."
        ),
        (
            "z is (2, -3). "
            "The positive entry gives 1.0507 times 2, so 2.1014. "
            "For -3 the power minus 1 is -0.9502, times 1.6733 is -1.5900, and times 1.0507 is -1.6706."
        ),
    ),
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
    mistakes={
        "scale_missing_on_the_right": (
            lambda z: np.where(z > 0, z, SELU_SCALE * SELU_ALPHA * np.expm1(np.minimum(z, 0))),
            "Positive entries come through unscaled: selu(1) is 1.0507, not 1.",
        ),
        "scale_missing_on_the_left": (
            lambda z: np.where(z > 0, SELU_SCALE * z, SELU_ALPHA * np.expm1(np.minimum(z, 0))),
            "The scale 1.0507 is missing on the negative side: far left SELU tends to -1.7581.",
        ),
        "plain_elu": (
            lambda z: activations.elu(z, 1.0),
            "Both constants are missing; this is ELU with alpha = 1.",
        ),
        "alpha_of_one": (
            lambda z: SELU_SCALE * activations.elu(z, 1.0),
            "alpha is 1 here; with 1.6733 the mean stays 0, with 1 it drifts to 0.17.",
        ),
        "no_scale": (
            lambda z: activations.elu(z, SELU_ALPHA),
            "The scale 1.0507 is missing on both sides.",
        ),
        "constants_swapped": (
            lambda z: SELU_ALPHA * activations.elu(z, SELU_SCALE),
            "The constants are swapped: 1.0507 scales both sides, 1.6733 only the negative one.",
        ),
    },
    traps=(
        Trap("scale_missing_on_the_right", breaks="$\\alpha$ and $\\lambda$ are no settings to tune."),
        Trap(
            lambda z: 1.05 * np.where(z > 0, z, 1.67 * np.expm1(np.minimum(z, 0))),
            breaks="Apply SELU with its two fixed constants to every entry of z.",
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
    hints=(
        (
            "A constant factor stands in front of a function: what becomes of it when you differentiate? "
            "Which slope do you have a function for already? "
            "Is the slope of SELU at z = 2 equal to 1?"
        ),
        (
            "Take the slope of ELU with SELU's alpha, and multiply it by lambda. "
            "The factor stays on both sides of 0. "
            "z is an input here, so use the function that takes an input."
        ),
        (
            "At z = 2 ELU has the slope 1, so SELU has 1.0507. "
            "At z = -3 the power is 0.0498, times 1.6733 is 0.0833, and times 1.0507 is 0.0875. "
            "Far on the negative side the slope goes to 0."
        ),
    ),
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
    mistakes={
        "scale_missing": (
            lambda z: activations.elu_grad(z, SELU_ALPHA),
            sentences.SCALE_MISSING,
        ),
        "one_on_the_right": (
            lambda z: np.where(z > 0, 1.0, SELU_SCALE * SELU_ALPHA * exp_left(z)),
            "For positive entries the slope is the scale 1.0507, not 1.",
        ),
        "alpha_missing": (
            lambda z: SELU_SCALE * activations.elu_grad(z, 1.0),
            "The factor 1.6733 is missing on the negative side: just left of 0 the slope is 1.758.",
        ),
        "value_in_place_of_the_slope": (
            lambda z: np.where(z > 0, SELU_SCALE, activations.selu(z)),
            "On the negative side this is selu(z); the slope is selu(z) + 1.7581.",
        ),
    },
    traps=(Trap("one_on_the_right", breaks="**The slope.** $\\lambda$ multiplies both sides."),),
)


def selu_bounds(upstream, z):
    ends = [upstream * slope for slope in selu_slopes(z)]
    return np.minimum(*ends), np.maximum(*ends)


SELU_BACKWARD = selu_section(
    name="selu_backward",
    points=1,
    reference=activations.selu_backward,
    hints=(
        (
            "The rule is that of every activation in this unit: which two factors are multiplied? "
            "Where does the slope come from, if the second argument is the input z?"
        ),
        (
            "Compute the slope of SELU at z with the function that you have just written. "
            "Multiply it by upstream, entry by entry. "
            "Neither constant has to appear once more, since the slope holds them already."
        ),
        ("upstream is (10, 10), and z is (2, -3). The slopes are (1.0507, 0.0875). So the result is (10.507, 0.875)."),
    ),
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
    mistakes={
        **wrong_backward(activations.selu_grad, activations.selu, "SELU"),
        "scale_missing": (
            lambda upstream, z: upstream * activations.elu_grad(z, SELU_ALPHA),
            sentences.SCALE_MISSING,
        ),
        "alpha_missing": (
            lambda upstream, z: upstream * SELU_SCALE * activations.elu_grad(z, 1.0),
            "The factor 1.6733 is missing on the negative side.",
        ),
    },
    traps=(Trap("scale_missing", breaks="**The slope.** $\\lambda$ multiplies both sides."),),
)
