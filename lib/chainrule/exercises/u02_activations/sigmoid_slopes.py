"""Exercise 2.1: the slope of the sigmoid, from its output and from z, and the way back through it."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import between, entrywise_probes, sizes
from chainrule.exercises.u02_activations.common import backward_pair, of_every_entry, on_z, wrong_backward, z_batch
from chainrule.exercises.u02_activations.sigmoid import (
    naive_sigmoid,
    sigmoid_by_tanh,
    sigmoid_of_a_number,
    sigmoid_section,
)
from chainrule.nn import activations

__all__ = ["SIGMOID_BACKWARD", "SIGMOID_GRAD", "SIGMOID_GRAD_FROM_OUTPUT"]


def on_sigmoid_outputs(rng, **options):
    return entrywise_probes(
        rng,
        between(0.02, 0.98),
        special=(0.0, 1e-12, 0.5, 1.0),
        integers=(0, 1, 1),
        ordinary=(0.3, 0.7),
        **options,
    )


def logit(a):
    return np.log(a) - np.log1p(-a)


def a_times_one_minus_a(a):
    return a * (1.0 - a)


SIGMOID_GRAD_FROM_OUTPUT = sigmoid_section(
    name="sigmoid_grad_from_output",
    points=1,
    reference=activations.sigmoid_grad_from_output,
    hints=(
        (
            "The argument a is what the sigmoid has given out, a number from 0 to 1. "
            "Do you need z or an exponential, if you know a? "
            "What should the slope be near a = 0 and near a = 1, where the curve is flat?"
        ),
        (
            "The slope is a product of two numbers, and both are known from a alone. "
            "One is the output, and the other is what is missing from it to 1. "
            "Take the product entry by entry; no function has to be called."
        ),
        (
            "The output 0.9 lacks 0.1 to 1, so the slope is 0.09. "
            "The output 0.2 lacks 0.8, so the slope is 0.16. "
            "The output 1 lacks nothing, so the slope is 0: there the curve is flat."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(a_times_one_minus_a),
        "a - a^2": lambda a: a - np.square(a),
        "as a parabola around 1/2": lambda a: 0.25 - (np.asarray(a, dtype=float) - 0.5) ** 2,
    },
    probes=on_sigmoid_outputs,
    sample=lambda rng: (between(0.02, 0.98)(rng, sizes(rng, 2)),),
    gradient=Gradient(of=activations.sigmoid, wrt=("a",), inverse=logit),
    properties=("row_by_row",),
    mistakes={
        "derivative_of_the_activation": (
            lambda a: activations.sigmoid_grad(a),
            "a is the output already; sigmoid(a) (1 - sigmoid(a)) applies the sigmoid a second time.",
        ),
        "output_itself": (
            lambda a: np.array(a),
            "This is a, the value of the sigmoid; the slope is a (1 - a).",
        ),
        "rule_of_tanh": (
            lambda a: 1.0 - a**2,
            sentences.RULE_OF_TANH,
        ),
        "one_minus_output": (
            lambda a: 1.0 - a,
            "The factor a is missing in a (1 - a).",
        ),
        "sign_flipped": (
            lambda a: a * (a - 1.0),
            "a (a - 1) is negative, but the sigmoid rises everywhere: the factor is (1 - a).",
        ),
    },
    traps=(Trap("derivative_of_the_activation", breaks="Differentiate $\\sigma$, and its own value comes back"),),
)


def sigmoid_grad_of_a_number(z):
    return sigmoid_of_a_number(z) * sigmoid_of_a_number(-z)


SIGMOID_GRAD = sigmoid_section(
    name="sigmoid_grad",
    points=1,
    reference=activations.sigmoid_grad,
    hints=(
        (
            "Here you get z, any number, and the short formula wants the output. "
            "Which step leads from the one to the other? "
            "Which of your functions takes that step, and which one goes on from there?"
        ),
        (
            "Two steps: first the outputs that belong to z, and then the slope that belongs to these outputs. "
            "You have written a function for each of them, so call one inside the other. "
            "If the first one is safe for z = -1000, the whole is safe too."
        ),
        (
            "z = -1 has the output 0.2689, which lacks 0.7311 to 1: the slope is 0.1966. "
            "z = 1 has the output 0.7311, which lacks 0.2689: the slope is 0.1966 again. "
            "z = 0 has the output 0.5 and the slope 0.25, the largest of all."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(sigmoid_grad_of_a_number),
        "from the output": lambda z: sigmoid_by_tanh(z) * (1.0 - sigmoid_by_tanh(z)),
        "through cosh": lambda z: 0.25 / np.cosh(np.clip(0.5 * z, -40, 40)) ** 2,
        "through tanh": lambda z: 0.25 * (1.0 - np.tanh(0.5 * z) ** 2),
    },
    probes=on_z,
    sample=z_batch,
    gradient=Gradient(of=activations.sigmoid, wrt=("z",)),
    properties=("row_by_row",),
    demands=("no_overflow",),
    mistakes={
        "overflows": (
            lambda z: naive_sigmoid(z) * (1.0 - naive_sigmoid(z)),
            "exp(-z) is too large for any float at z = -1000: call your own stable sigmoid here.",
        ),
        "z_in_place_of_the_output": (
            lambda z: z * (1.0 - z),
            "z (1 - z) uses the pre-activation; the rule a (1 - a) is right for the output a = sigmoid(z).",
        ),
        "derivative_of_the_activation": (
            lambda z: activations.sigmoid_grad(activations.sigmoid(z)),
            "The sigmoid is applied twice: far to the right the result tends to 0.197 instead of 0.",
        ),
        "sigmoid_itself": (
            activations.sigmoid,
            "This is the sigmoid, not its slope: multiply by 1 - sigmoid(z).",
        ),
        "squared_denominator_only": (
            lambda z: activations.sigmoid(z) ** 2,
            "1 / (1 + exp(-z))^2 lacks the inner derivative exp(-z) in the numerator.",
        ),
        "rule_of_tanh": (
            lambda z: 1.0 - activations.sigmoid(z) ** 2,
            sentences.RULE_OF_TANH,
        ),
        "nan_far_out": (
            lambda z: np.exp(-z) / (1.0 + np.exp(-z)) ** 2,
            (
                "exp(-z) / (1 + exp(-z))^2 is infinity divided by infinity at z = -1000: "
                "use the output of your own sigmoid."
            ),
        ),
    },
    traps=(
        Trap(
            "z_in_place_of_the_output",
            breaks="Mind which of the two you are given: $a = 2$ cannot happen, $z = 2$ can.",
        ),
    ),
)

SIGMOID_BACKWARD = sigmoid_section(
    name="sigmoid_backward",
    points=1,
    reference=activations.sigmoid_backward,
    hints=(
        (
            "The loss depends on z only through a. "
            "If z moves a little, how far does a move, and how far does the loss move when a does? "
            "Which of these two factors are you given, and from what can you compute the other one?"
        ),
        (
            "The chain rule multiplies two factors, entry by entry: upstream and the local slope. "
            "The second argument is an output, so the sigmoid has been applied to it already. "
            "The slope follows from it directly: you have a function that takes an output."
        ),
        (
            "upstream is (-2, 10), and the outputs are (0.9, 0.2). "
            "The slopes are (0.09, 0.16). "
            "So the result is (-0.18, 1.6), and the signs are those of upstream."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(lambda upstream, a: upstream * a * (1.0 - a)),
        "multiplied out": lambda upstream, a: upstream * a - upstream * a**2,
        "slope first, by np.multiply": lambda upstream, a: np.multiply(np.multiply(a, 1 - a), upstream),
    },
    probes=partial(on_sigmoid_outputs, upstream=True),
    sample=backward_pair(between(0.02, 0.98)),
    tolerance=150.0,
    gradient=Gradient(of=activations.sigmoid, wrt=("a",), inverse=logit),
    properties=("scales_with_upstream", "row_by_row"),
    mistakes={
        **wrong_backward(lambda a: a * (1.0 - a), np.array, "the sigmoid"),
        "derivative_of_the_activation": (
            lambda upstream, a: upstream * activations.sigmoid_grad(a),
            "a is the output already; your slope applies the sigmoid to it a second time.",
        ),
        "rule_of_tanh": (
            lambda upstream, a: upstream * (1.0 - a**2),
            "1 - a^2 is the slope of tanh; that of the sigmoid is a (1 - a).",
        ),
        "one_minus_output": (
            lambda upstream, a: upstream * (1.0 - a),
            "The factor a is missing: the slope is a (1 - a).",
        ),
        "brackets_missing": (
            lambda upstream, a: upstream * a * 1.0 - a,
            "upstream * a * 1 - a subtracts a at the end: brackets belong around 1 - a.",
        ),
    },
    traps=(
        Trap("ignores_upstream", breaks="Multiply the upstream gradient by the slope."),
        Trap("derivative_of_the_activation", breaks="a is the sigmoid's output"),
    ),
)
