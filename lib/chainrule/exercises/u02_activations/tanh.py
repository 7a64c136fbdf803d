"""Exercise 2.2: the gradient of tanh."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import between, entrywise_probes, sizes
from chainrule.exercises.u02_activations.common import backward_pair, of_every_entry, on_z, wrong_backward, z_batch
from chainrule.nn import activations

__all__ = ["TANH_BACKWARD", "TANH_GRAD", "TANH_GRAD_FROM_OUTPUT"]

tanh_section = partial(Exercise, unit="02_activations", number="2.2", title="The gradient of tanh")


def on_tanh_outputs(rng, **options):
    return entrywise_probes(
        rng,
        between(-0.97, 0.97),
        special=(-1.0, -0.5, 0.0, 0.5, 1.0),
        integers=(-1, 0, 1),
        ordinary=(-0.7, 0.7),
        **options,
    )


TANH_GRAD_FROM_OUTPUT = tanh_section(
    name="tanh_grad_from_output",
    points=1,
    reference=activations.tanh_grad_from_output,
    hints=(
        (
            "The argument a is what tanh has given out, a number from -1 to 1. "
            "What should the slope be at a = 0, where tanh is steepest? "
            "What should it be near 1 and near -1, and can the sign of a make a difference?"
        ),
        (
            "Square the output, and see how much it lacks to 1: that is the slope. "
            "The square takes the sign away, so a and -a have the same slope. "
            "tanh itself has been applied already, so it is not needed here."
        ),
        (
            "The outputs 0.5 and -0.5 both have the square 0.25, so the slope is 0.75 for both. "
            "The output -0.9 has the square 0.81, so the slope is 0.19. "
            "The output 1 has the slope 0."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(lambda a: 1.0 - a * a),
        "1 - a^2": lambda a: 1.0 - np.power(np.asarray(a, dtype=float), 2),
        "through the angle": lambda a: np.cos(np.arcsin(a)) ** 2,
    },
    probes=on_tanh_outputs,
    sample=lambda rng: (between(-0.97, 0.97)(rng, sizes(rng, 2)),),
    gradient=Gradient(of=activations.tanh, wrt=("a",), inverse=np.arctanh),
    properties=("row_by_row",),
    mistakes={
        "square_missing": (
            lambda a: 1.0 - a,
            sentences.SQUARE_MISSING,
        ),
        "derivative_of_the_activation": (
            lambda a: 1.0 - np.tanh(a) ** 2,
            "a is the output already; 1 - tanh(a)^2 applies tanh a second time.",
        ),
        "rule_of_the_sigmoid": (
            lambda a: a * (1.0 - a),
            sentences.RULE_OF_THE_SIGMOID,
        ),
        "square_of_the_difference": (
            lambda a: (1.0 - a) ** 2,
            "(1 - a)^2 squares the difference; only a is squared: 1 - a^2.",
        ),
    },
    traps=(Trap("derivative_of_the_activation", breaks="Give the slope of tanh from its output a, same shape."),),
)

TANH_GRAD = tanh_section(
    name="tanh_grad",
    points=1,
    reference=activations.tanh_grad,
    hints=(
        (
            "Here you get z, and the formula with the square wants the output. "
            "What do you compute first? "
            "For z = 1000 the output is 1: which way to compute it never meets a large exponential?"
        ),
        (
            "Two steps: the outputs that belong to z, then the slope from these outputs. "
            "The first one is done by the function that NumPy and CuPy have, and the second one by your own function. "
            "A formula with e to the power of z would not survive z = 1000."
        ),
        (
            "z = 0.5 has the output 0.4621, with the square 0.2136: the slope is 0.7864. "
            "z = -0.5 has the output -0.4621, and the same slope. "
            "z = 1000 has the output 1, and the slope 0."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(lambda z: 1.0 - math.tanh(z) ** 2),
        "through cosh": lambda z: 1.0 / np.cosh(np.clip(z, -40, 40)) ** 2,
        "through the sigmoid": lambda z: 4.0 * activations.sigmoid(2.0 * z) * activations.sigmoid(-2.0 * z),
        "from the output": lambda z: 1.0 - np.square(np.tanh(z)),
    },
    probes=on_z,
    sample=z_batch,
    gradient=Gradient(of=activations.tanh, wrt=("z",)),
    properties=("row_by_row",),
    demands=("no_overflow",),
    mistakes={
        "square_missing": (
            lambda z: 1.0 - np.tanh(z),
            "1 - tanh(z) lacks the square: the slope is 1 - tanh(z)^2.",
        ),
        "z_in_place_of_the_output": (
            lambda z: 1.0 - z**2,
            "1 - z^2 uses the pre-activation; the square belongs to the output tanh(z).",
        ),
        "derivative_of_the_activation": (
            lambda z: 1.0 - np.tanh(np.tanh(z)) ** 2,
            "tanh is applied twice: far out the result tends to 0.42 instead of 0.",
        ),
        "rule_of_the_sigmoid": (
            lambda z: np.tanh(z) * (1.0 - np.tanh(z)),
            sentences.RULE_OF_THE_SIGMOID,
        ),
        "overflows": (
            lambda z: 4.0 / (np.exp(z) + np.exp(-z)) ** 2,
            "exp(z) + exp(-z) is too large for any float at z = 1000; np.tanh is safe everywhere.",
        ),
        "tanh_itself": (
            np.tanh,
            "This is tanh, not its slope 1 - tanh(z)^2.",
        ),
    },
    traps=(Trap("overflows", breaks="$z = 1000$ must give 0 without a warning"),),
)

TANH_BACKWARD = tanh_section(
    name="tanh_backward",
    points=1,
    reference=activations.tanh_backward,
    hints=(
        (
            "Two factors meet in the chain rule: how the loss changes with a, and how a changes with z. "
            "Which of them is handed down from above? "
            "The other one follows from the second argument: is that an input of tanh or an output?"
        ),
        (
            "Multiply upstream by the slope of tanh, entry by entry. "
            "The slope comes from a, which is an output already: your first function of this exercise gives it. "
            "All three arrays have one shape, so there is nothing to sum."
        ),
        (
            "upstream is (4, -1), and the outputs are (0.5, -0.9). "
            "The slopes are (0.75, 0.19). "
            "So the result is (3, -0.19): the sign comes from upstream, since slopes of tanh are never negative."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(lambda upstream, a: upstream * (1.0 - a * a)),
        "multiplied out": lambda upstream, a: upstream - upstream * a**2,
        "by two factors": lambda upstream, a: upstream * (1.0 - a) * (1.0 + a),
    },
    probes=partial(on_tanh_outputs, upstream=True),
    sample=backward_pair(between(-0.97, 0.97)),
    gradient=Gradient(of=activations.tanh, wrt=("a",), inverse=np.arctanh),
    properties=("scales_with_upstream", "row_by_row"),
    mistakes={
        **wrong_backward(lambda a: 1.0 - a**2, np.array, "tanh"),
        "rule_of_the_sigmoid": (
            lambda upstream, a: upstream * a * (1.0 - a),
            sentences.SLOPE_OF_THE_SIGMOID,
        ),
        "derivative_of_the_activation": (
            lambda upstream, a: upstream * (1.0 - np.tanh(a) ** 2),
            "a is the output already; your slope applies tanh to it a second time.",
        ),
        "square_missing": (
            lambda upstream, a: upstream * (1.0 - a),
            sentences.SQUARE_MISSING,
        ),
        "upstream_squared_too": (
            lambda upstream, a: 1 - (upstream * a) ** 2,
            "The upstream gradient is squared with a; multiply by it last: upstream * (1 - a**2).",
        ),
    },
    traps=(
        Trap("derivative_of_the_activation", breaks="a is the output of tanh"),
        Trap("adds_upstream", breaks="The chain rule multiplies it by the local slope"),
    ),
)
