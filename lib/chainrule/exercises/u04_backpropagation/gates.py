"""Exercises 4.1 and 4.2: gates, the smallest parts of a computation."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule import activations
from chainrule.checking.exercise import Exercise, Mistake
from chainrule.exercises.u04_backpropagation.common import apart, gate, gate_probes, one_gate

__all__ = ["EXERCISES"]

two_inputs = partial(Exercise, unit="04_backpropagation", number="4.1", title="Add, multiply, choose", points=1)
one_input = partial(Exercise, unit="04_backpropagation", number="4.2", title="Gates in a chain", points=1)

IGNORES = "This is only the local slope: the chain rule multiplies it by the upstream gradient."
ADDS = "Along a path slopes are multiplied; here the upstream gradient is added to the local slope."


def copies(upstream, *inputs):
    return upstream, upstream


def keeps_the_first(forward, backward):
    """A gate that remembers its first inputs for good."""

    class StubbornGate:
        def __init__(self):
            self.calls = []

        def forward(self, *inputs):
            self.calls.append(inputs)
            return forward(*inputs)

        def backward(self, upstream):
            first = self.calls[0]
            return backward(upstream + 0 * forward(*first), *first)

    return StubbornGate


def plus(x, y):
    return x + y


def times(x, y):
    return x * y


# --- add --------------------------------------------------------------------------------------------


class AddsAndCopies:
    def forward(self, x, y):
        return x + y

    def backward(self, upstream):
        return upstream, upstream


class AddsWithSlopes:
    """With the local slopes written out."""

    def forward(self, x, y):
        self.slopes = (1.0, 1.0)
        return np.add(x, y)

    def backward(self, upstream):
        return [slope * upstream for slope in self.slopes]


ADD = two_inputs(
    name="AddGate",
    reference=AddsAndCopies,
    alternatives={"with slopes of 1": AddsWithSlopes, "made of rules": gate(np.add, copies)},
    probes=partial(gate_probes, names=("x", "y")),
    sample=one_gate(("x", "y")),
    mistakes=(
        Mistake(
            name="splits_the_gradient",
            wrong=gate(plus, lambda up, x, y: (up / 2, up / 2)),
            explanation="The gradient is halved between the inputs. Both have the slope 1, so each gets all of it: "
            "the add gate copies, it does not split.",
        ),
        Mistake(
            name="ignores_upstream",
            wrong=gate(plus, lambda up, x, y: (np.ones_like(up), np.ones_like(up))),
            explanation=IGNORES,
        ),
        Mistake(
            name="swaps_like_multiply",
            wrong=gate(plus, lambda up, x, y: (up * y, up * x)),
            explanation="This multiplies by the other input, which is the rule of the multiply gate.",
        ),
        Mistake(
            name="adds_upstream",
            wrong=gate(plus, lambda up, x, y: (up + 1, up + 1)),
            explanation=ADDS,
        ),
        Mistake(
            name="first_input_only",
            wrong=gate(plus, lambda up, x, y: (up, 0 * up)),
            explanation="The second input gets nothing, but the sum depends on both.",
        ),
        Mistake(
            name="multiplies_forward",
            wrong=gate(times, copies),
            explanation="forward multiplies, but this gate adds.",
        ),
    ),
)

# --- multiply ----------------------------------------------------------------------------------------


class MultipliesAndSwaps:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, upstream):
        return upstream * self.y, upstream * self.x


def swapped(upstream, x, y):
    return [upstream * other for other in (y, x)]


class MultipliesByDictionary:
    """Keeps the local slopes in place of the inputs."""

    def forward(self, x, y):
        self.slopes = {"x": np.array(y), "y": np.array(x)}
        return np.multiply(x, y)

    def backward(self, upstream):
        return tuple(upstream * self.slopes[name] for name in ("x", "y"))


MUL = two_inputs(
    name="MulGate",
    reference=MultipliesAndSwaps,
    alternatives={"made of rules": gate(np.multiply, swapped), "keeps the slopes": MultipliesByDictionary},
    probes=partial(gate_probes, names=("x", "y")),
    sample=one_gate(("x", "y")),
    mistakes=(
        Mistake(
            name="not_swapped",
            wrong=gate(times, lambda up, x, y: (up * x, up * y)),
            explanation="x gets upstream times x, but the slope of x y with respect to x is y: swap the inputs.",
        ),
        Mistake(name="ignores_upstream", wrong=gate(times, lambda up, x, y: (y, x)), explanation=IGNORES),
        Mistake(name="adds_upstream", wrong=gate(times, lambda up, x, y: (up + y, up + x)), explanation=ADDS),
        Mistake(
            name="copies_like_add",
            wrong=gate(times, copies),
            explanation="This copies the upstream gradient, which is the rule of the add gate.",
        ),
        Mistake(
            name="keeps_the_first_inputs",
            wrong=keeps_the_first(times, swapped),
            explanation="backward uses the inputs of the first forward; keep those of the last one.",
        ),
        Mistake(
            name="multiplies_by_the_output",
            wrong=gate(times, lambda up, x, y: (up * x * y, up * x * y)),
            explanation="This multiplies by the output x y; the slope with respect to x is y alone.",
        ),
    ),
)

# --- maximum -----------------------------------------------------------------------------------------


class Routes:
    def forward(self, x, y):
        self.first = x > y
        return np.where(self.first, x, y)

    def backward(self, upstream):
        return np.where(self.first, upstream, 0.0), np.where(self.first, 0.0, upstream)


def larger_first(upstream, x, y):
    return upstream * (x > y), upstream * (x <= y)


class RoutesByOutput:
    """Compares each input with the output."""

    def forward(self, x, y):
        self.output = np.maximum(x, y)
        self.inputs = (np.array(x), np.array(y))
        return self.output

    def backward(self, upstream):
        first, second = (it == self.output for it in self.inputs)
        return upstream * first, upstream * second


MAX = two_inputs(
    name="MaxGate",
    reference=Routes,
    alternatives={"made of rules": gate(np.maximum, larger_first), "compared with the output": RoutesByOutput},
    probes=partial(gate_probes, names=("x", "y"), draw=apart),
    sample=one_gate(("x", "y"), draw=apart),
    mistakes=(
        Mistake(
            name="copies_like_add",
            wrong=gate(np.maximum, copies),
            explanation="Both inputs get the gradient, but the output does not depend on the smaller one.",
        ),
        Mistake(
            name="routes_to_the_smaller",
            wrong=gate(np.maximum, lambda up, x, y: (up * (x < y), up * (x >= y))),
            explanation="The gradient goes to the smaller input; the output is the larger one.",
        ),
        Mistake(
            name="ignores_upstream",
            wrong=gate(np.maximum, lambda up, x, y: (1.0 * (x > y), 1.0 * (x <= y))),
            explanation=IGNORES,
        ),
        Mistake(
            name="splits_the_gradient",
            wrong=gate(np.maximum, lambda up, x, y: (up / 2, up / 2)),
            explanation="The gradient is halved; all of it belongs to the larger input.",
        ),
        Mistake(
            name="multiplies_by_the_input",
            wrong=gate(np.maximum, lambda up, x, y: (up * x * (x > y), up * y * (x <= y))),
            explanation="The larger input is multiplied in, but its slope is 1.",
        ),
        Mistake(
            name="decides_by_absolute_values",
            wrong=gate(np.maximum, lambda up, x, y: (up * (np.abs(x) > np.abs(y)), up * (np.abs(x) <= np.abs(y)))),
            explanation="The route is chosen by absolute values; -5 is smaller than 1.",
        ),
    ),
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
        self.output = np.exp(x)
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
        self.output = 1.0 / (1.0 + np.exp(-x))
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

EXERCISES = (ADD, MUL, MAX, RECIPROCAL, EXP, SIGMOID)
