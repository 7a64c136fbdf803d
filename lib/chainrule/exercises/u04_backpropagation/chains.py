"""Exercise 4.2: gates with one input, in a chain that is a sigmoid neuron."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.backend import get_array_module
from chainrule.checking.declaring.exercise import Exercise, Mistake
from chainrule.exercises.u04_backpropagation.common import ADDS, IGNORES, gate, gate_probes, one_gate
from chainrule.nn import activations

__all__ = ["EXERCISES"]

one_input = partial(
    Exercise, unit="04_backpropagation", number="4.2", title="Gates in a chain", points=1, tolerance=1000.0
)

# --- reciprocal --------------------------------------------------------------------------------------


class Inverts:
    def forward(self, x):
        self.x = x
        return 1.0 / x

    def backward(self, upstream):
        return -upstream / (self.x * self.x)


class InvertsByOutput:
    """From the output alone."""

    def forward(self, x):
        self.output = np.reciprocal(np.asarray(x) * 1.0)
        return self.output

    def backward(self, upstream):
        return -(self.output**2) * upstream


def inverse(x):
    return 1.0 / x


RECIPROCAL = one_input(
    name="ReciprocalGate",
    reference=Inverts,
    alternatives={
        "from the output": InvertsByOutput,
        "made of rules": gate(inverse, lambda up, x: -up * np.power(1.0 * x, -2.0)),
    },
    probes=partial(gate_probes, names=("x",)),
    sample=one_gate(("x",)),
    mistakes=(
        Mistake(
            name="input_as_slope",
            wrong=gate(inverse, lambda up, x: up * x),
            explanation="The gate's input is taken for its slope; the slope of 1/x is -1/x^2, at 1.37 it is -0.53.",
        ),
        Mistake(
            name="minus_forgotten",
            wrong=gate(inverse, lambda up, x: up / x**2),
            explanation="The minus sign is missing: 1/x falls, so its slope is -1/x^2.",
        ),
        Mistake(
            name="ignores_upstream",
            wrong=gate(inverse, lambda up, x: -1.0 / x**2 + 0 * up),
            explanation=IGNORES,
        ),
        Mistake(
            name="square_forgotten",
            wrong=gate(inverse, lambda up, x: -up / x),
            explanation="This is -1/x; the slope of 1/x is -1/x^2.",
        ),
        Mistake(name="adds_upstream", wrong=gate(inverse, lambda up, x: up - 1.0 / x**2), explanation=ADDS),
        Mistake(
            name="slope_at_the_output",
            wrong=gate(inverse, lambda up, x: -up * x**2),
            explanation="-1/x^2 was taken at the output 1/x, which gives -x^2: take it at the input.",
        ),
    ),
)

# --- exponential -------------------------------------------------------------------------------------


class Grows:
    def forward(self, x):
        self.output = get_array_module(x).exp(x)
        return self.output

    def backward(self, upstream):
        return upstream * self.output


EXP = one_input(
    name="ExpGate",
    reference=Grows,
    alternatives={
        "from the input": gate(np.exp, lambda up, x: up * np.exp(x)),
        "as a power": gate(lambda x: np.e**x, lambda up, x: np.e**x * up),
    },
    probes=partial(gate_probes, names=("x",)),
    sample=one_gate(("x",)),
    mistakes=(
        Mistake(
            name="input_as_slope",
            wrong=gate(np.exp, lambda up, x: up * x),
            explanation="The gate's input is taken for its slope; the slope of exp(x) is exp(x), the output.",
        ),
        Mistake(name="ignores_upstream", wrong=gate(np.exp, lambda up, x: np.exp(x) + 0 * up), explanation=IGNORES),
        Mistake(
            name="rule_of_powers",
            wrong=gate(np.exp, lambda up, x: up * x * np.exp(x - 1.0)),
            explanation="x exp(x - 1) is the rule for x^n; in exp(x) the x is the exponent, and the slope is exp(x).",
        ),
        Mistake(name="adds_upstream", wrong=gate(np.exp, lambda up, x: up + np.exp(x)), explanation=ADDS),
        Mistake(
            name="exponential_of_the_output",
            wrong=gate(np.exp, lambda up, x: up * np.exp(np.exp(np.minimum(x, 6)))),
            explanation="The kept output is exp(x) already; exp(output) applies the exponential twice.",
        ),
        Mistake(
            name="slope_missing",
            wrong=gate(np.exp, lambda up, x: 1.0 * up),
            explanation="The upstream gradient is passed on unchanged; multiply it by the slope exp(x).",
        ),
    ),
)

# --- sigmoid as one gate -----------------------------------------------------------------------------


class Squeezes:
    def forward(self, x):
        self.output = 1.0 / (1.0 + get_array_module(x).exp(-x))
        return self.output

    def backward(self, upstream):
        return upstream * self.output * (1.0 - self.output)


class FourGates:
    """Negate, exp, add 1, reciprocal: the chain that the one gate replaces."""

    def forward(self, x):
        self.grown = np.exp(np.negative(x))
        self.added = 1.0 + self.grown
        return 1.0 / self.added

    def backward(self, upstream):
        to_added = -upstream / self.added**2
        to_grown = 1.0 * to_added
        to_negated = to_grown * self.grown
        return -1.0 * to_negated


squeeze = activations.sigmoid

SIGMOID = one_input(
    name="SigmoidGate",
    reference=Squeezes,
    alternatives={
        "four gates in a chain": FourGates,
        "made of rules": gate(squeeze, lambda up, x: up * activations.sigmoid_grad(x)),
        "through tanh": gate(
            lambda x: 0.5 + 0.5 * np.tanh(0.5 * x), lambda up, x: up * 0.25 * (1.0 - np.tanh(0.5 * x) ** 2)
        ),
    },
    probes=partial(gate_probes, names=("x",)),
    sample=one_gate(("x",)),
    mistakes=(
        Mistake(
            name="input_in_place_of_output",
            wrong=gate(squeeze, lambda up, x: up * x * (1 - x)),
            explanation="x (1 - x) uses the gate's input; the slope is a (1 - a) with the output a.",
        ),
        Mistake(
            name="sigmoid_twice",
            wrong=gate(squeeze, lambda up, x: up * squeeze(squeeze(x)) * (1 - squeeze(squeeze(x)))),
            explanation="The sigmoid is applied to the kept output once more; a (1 - a) needs the output as it is.",
        ),
        Mistake(
            name="ignores_upstream",
            wrong=gate(squeeze, lambda up, x: squeeze(x) * (1 - squeeze(x)) + 0 * up),
            explanation=IGNORES,
        ),
        Mistake(
            name="minus_of_the_exponent_forgotten",
            wrong=gate(squeeze, lambda up, x: -up * squeeze(x) * (1 - squeeze(x))),
            explanation="The sign is wrong: the minus of -x appears twice on the way back, once from 1/x and once "
            "from -x, and cancels.",
        ),
        Mistake(
            name="rule_of_tanh",
            wrong=gate(squeeze, lambda up, x: up * (1 - squeeze(x) ** 2)),
            explanation="1 - a^2 is the slope of tanh; the sigmoid's is a (1 - a).",
        ),
        Mistake(
            name="adds_upstream",
            wrong=gate(squeeze, lambda up, x: up + squeeze(x) * (1 - squeeze(x))),
            explanation=ADDS,
        ),
        Mistake(
            name="slope_missing",
            wrong=gate(squeeze, lambda up, x: up * squeeze(x)),
            explanation="The upstream gradient is multiplied by the output a; the slope is a (1 - a).",
        ),
    ),
)

EXERCISES = (RECIPROCAL, EXP, SIGMOID)
