"""Exercise 4.2: gates with one input, in a chain that is a sigmoid neuron."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.backend import get_array_module
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.u04_backpropagation.common import gate, gate_probes, one_gate
from chainrule.nn import activations

__all__ = ["EXP", "RECIPROCAL", "SIGMOID"]

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
    hints=(
        (
            "Raise x from 4 to 4.01: 1/x goes from 0.25 to 0.24938. "
            "Does it rise or fall, and by how many times 0.01? "
            "Which of the numbers 4 and 0.25 must you put into the formula of the slope to get this?"
        ),
        (
            "backward needs a number that only forward has seen: keep it in self. "
            "Then take the slope at this number, and multiply it by upstream. "
            "Do it entry by entry: nothing is summed, and the result has the shape of upstream."
        ),
        (
            "x = 5, upstream = 10: the output is 0.2, the slope is -0.04, and the gradient is -0.4. "
            "x = -0.5, upstream = 3: the output is -2, the slope is -4, and the gradient is -12."
        ),
    ),
    alternatives={
        "from the output": InvertsByOutput,
        "made of rules": gate(inverse, lambda up, x: -up * np.power(1.0 * x, -2.0)),
    },
    probes=partial(gate_probes, names=("x",)),
    sample=one_gate(("x",)),
    mistakes={
        "input_as_slope": (
            gate(inverse, lambda up, x: up * x),
            "The gate's input is taken for its slope; the slope of 1/x is -1/x^2, at 1.37 it is -0.53.",
        ),
        "minus_forgotten": (
            gate(inverse, lambda up, x: up / x**2),
            "The minus sign is missing: 1/x falls, so its slope is -1/x^2.",
        ),
        "ignores_upstream": (
            gate(inverse, lambda up, x: -1.0 / x**2 + 0 * up),
            sentences.IGNORES_UPSTREAM,
        ),
        "square_forgotten": (
            gate(inverse, lambda up, x: -up / x),
            "This is -1/x; the slope of 1/x is -1/x^2.",
        ),
        "adds_upstream": (gate(inverse, lambda up, x: up - 1.0 / x**2), sentences.ADDS_UPSTREAM),
        "slope_at_the_output": (
            gate(inverse, lambda up, x: -up * x**2),
            "-1/x^2 was taken at the output 1/x, which gives -x^2: take it at the input.",
        ),
    },
    traps=(
        Trap("slope_at_the_output", breaks="The slope is taken at the input"),
        Trap("input_as_slope", breaks="Neither of them is the local slope."),
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
    hints=(
        (
            "At x = 2 the output is 7.389. What is the slope there? "
            "Which array has forward in its hands that backward could use as the slope, just as it is?"
        ),
        (
            "In forward, compute the exponential once, put it into self, and return it. "
            "In backward, the chain rule needs two factors: upstream, and the array that you kept."
        ),
        (
            "x = 0: the output is 1, so the slope is 1 too, and upstream 7 gives the gradient 7. "
            "x = 2: the output and the slope are 7.389, and upstream 0.5 gives 3.6945."
        ),
    ),
    alternatives={
        "from the input": gate(np.exp, lambda up, x: up * np.exp(x)),
        "as a power": gate(lambda x: np.e**x, lambda up, x: np.e**x * up),
    },
    probes=partial(gate_probes, names=("x",)),
    sample=one_gate(("x",)),
    mistakes={
        "input_as_slope": (
            gate(np.exp, lambda up, x: up * x),
            "The gate's input is taken for its slope; the slope of exp(x) is exp(x), the output.",
        ),
        "ignores_upstream": (gate(np.exp, lambda up, x: np.exp(x) + 0 * up), sentences.IGNORES_UPSTREAM),
        "rule_of_powers": (
            gate(np.exp, lambda up, x: up * x * np.exp(x - 1.0)),
            "x exp(x - 1) is the rule for x^n; in exp(x) the x is the exponent, and the slope is exp(x).",
        ),
        "adds_upstream": (gate(np.exp, lambda up, x: up + np.exp(x)), sentences.ADDS_UPSTREAM),
        "exponential_of_the_output": (
            gate(np.exp, lambda up, x: up * np.exp(np.exp(np.minimum(x, 6)))),
            "The kept output is exp(x) already; exp(output) applies the exponential twice.",
        ),
        "slope_missing": (
            gate(np.exp, lambda up, x: 1.0 * up),
            "The upstream gradient is passed on unchanged; multiply it by the slope exp(x).",
        ),
    },
    traps=(
        Trap("exponential_of_the_output", breaks="So keep the output, and backward needs no second exponential."),
        Trap("rule_of_powers", breaks="$e^x$ is its own slope."),
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
    hints=(
        (
            "The slope a (1 - a) is written with one letter. "
            "Is it what goes into the gate, or what comes out of it? "
            "When backward is called, where can it still find this array?"
        ),
        (
            "In forward, compute the sigmoid, put it into self, and return it. "
            "In backward, three factors meet: upstream, the kept array, and 1 minus the kept array. "
            "The sigmoid itself need not be computed again."
        ),
        (
            "x = 0: a = 0.5, the slope is 0.25, and upstream 8 gives the gradient 2. "
            "x = -2: a = 0.1192, the slope is 0.1050, and upstream 10 gives 1.0499. "
            "x = 2: a = 0.8808, and the slope is the same."
        ),
    ),
    alternatives={
        "four gates in a chain": FourGates,
        "made of rules": gate(squeeze, lambda up, x: up * activations.sigmoid_grad(x)),
        "through tanh": gate(
            lambda x: 0.5 + 0.5 * np.tanh(0.5 * x), lambda up, x: up * 0.25 * (1.0 - np.tanh(0.5 * x) ** 2)
        ),
    },
    probes=partial(gate_probes, names=("x",)),
    sample=one_gate(("x",)),
    mistakes={
        "input_in_place_of_output": (
            gate(squeeze, lambda up, x: up * x * (1 - x)),
            "x (1 - x) uses the gate's input; the slope is a (1 - a) with the output a.",
        ),
        "sigmoid_twice": (
            gate(squeeze, lambda up, x: up * squeeze(squeeze(x)) * (1 - squeeze(squeeze(x)))),
            "The sigmoid is applied to the kept output once more; a (1 - a) needs the output as it is.",
        ),
        "ignores_upstream": (
            gate(squeeze, lambda up, x: squeeze(x) * (1 - squeeze(x)) + 0 * up),
            sentences.IGNORES_UPSTREAM,
        ),
        "minus_of_the_exponent_forgotten": (
            gate(squeeze, lambda up, x: -up * squeeze(x) * (1 - squeeze(x))),
            (
                "The sign is wrong: the minus of -x appears twice on the way back, once from 1/x and once "
                "from -x, and cancels."
            ),
        ),
        "rule_of_tanh": (
            gate(squeeze, lambda up, x: up * (1 - squeeze(x) ** 2)),
            sentences.SLOPE_OF_TANH,
        ),
        "adds_upstream": (
            gate(squeeze, lambda up, x: up + squeeze(x) * (1 - squeeze(x))),
            sentences.ADDS_UPSTREAM,
        ),
        "slope_missing": (
            gate(squeeze, lambda up, x: up * squeeze(x)),
            "The upstream gradient is multiplied by the output a; the slope is a (1 - a).",
        ),
    },
    traps=(Trap("input_in_place_of_output", breaks="$a (1 - a)$, with $a$ the output"),),
)
