"""Exercise 4.1: gates with two inputs, the smallest parts of a computation."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.backend import get_array_module
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.u04_backpropagation.common import apart, gate, gate_probes, one_gate

__all__ = ["ADD", "MAX", "MUL"]

two_inputs = partial(Exercise, unit="04_backpropagation", number="4.1", title="Add, multiply, choose", points=1)


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
    mistakes={
        "splits_the_gradient": (
            gate(plus, lambda up, x, y: (up / 2, up / 2)),
            (
                "The gradient is halved between the inputs. Both have the slope 1, so each gets all of it: "
                "the add gate copies, it does not split."
            ),
        ),
        "ignores_upstream": (
            gate(plus, lambda up, x, y: (np.ones_like(up), np.ones_like(up))),
            sentences.IGNORES_UPSTREAM,
        ),
        "swaps_like_multiply": (
            gate(plus, lambda up, x, y: (up * y, up * x)),
            "This multiplies by the other input, which is the rule of the multiply gate.",
        ),
        "adds_upstream": (
            gate(plus, lambda up, x, y: (up + 1, up + 1)),
            sentences.ADDS_UPSTREAM,
        ),
        "first_input_only": (
            gate(plus, lambda up, x, y: (up, 0 * up)),
            "The second input gets nothing, but the sum depends on both.",
        ),
        "multiplies_forward": (
            gate(times, copies),
            "forward multiplies, but this gate adds.",
        ),
    },
    traps=(Trap("splits_the_gradient", breaks="the add gate **copies**, it does not split"),),
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
    mistakes={
        "not_swapped": (
            gate(times, lambda up, x, y: (up * x, up * y)),
            "x gets upstream times x, but the slope of x y with respect to x is y: swap the inputs.",
        ),
        "ignores_upstream": (gate(times, lambda up, x, y: (y, x)), sentences.IGNORES_UPSTREAM),
        "adds_upstream": (gate(times, lambda up, x, y: (up + y, up + x)), sentences.ADDS_UPSTREAM),
        "copies_like_add": (
            gate(times, copies),
            "This copies the upstream gradient, which is the rule of the add gate.",
        ),
        "keeps_the_first_inputs": (
            keeps_the_first(times, swapped),
            "backward uses the inputs of the first forward; keep those of the last one.",
        ),
        "multiplies_by_the_output": (
            gate(times, lambda up, x, y: (up * x * y, up * x * y)),
            "This multiplies by the output x y; the slope with respect to x is y alone.",
        ),
    },
    traps=(
        Trap("keeps_the_first_inputs", breaks="`backward` belongs to the last `forward`."),
        Trap("not_swapped", breaks="The slope of $x y$ with respect to $x$ is $y$."),
    ),
)

# --- maximum -----------------------------------------------------------------------------------------


class Routes:
    def forward(self, x, y):
        xp = get_array_module(x, y)
        self.first = xp.asarray(x > y)
        return xp.where(self.first, x, y)

    def backward(self, upstream):
        xp = get_array_module(upstream)
        return xp.where(self.first, upstream, 0.0), xp.where(self.first, 0.0, upstream)


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
    mistakes={
        "copies_like_add": (
            gate(np.maximum, copies),
            "Both inputs get the gradient, but the output does not depend on the smaller one.",
        ),
        "routes_to_the_smaller": (
            gate(np.maximum, lambda up, x, y: (up * (x < y), up * (x >= y))),
            "The gradient goes to the smaller input; the output is the larger one.",
        ),
        "ignores_upstream": (
            gate(np.maximum, lambda up, x, y: (1.0 * (x > y), 1.0 * (x <= y))),
            sentences.IGNORES_UPSTREAM,
        ),
        "splits_the_gradient": (
            gate(np.maximum, lambda up, x, y: (up / 2, up / 2)),
            "The gradient is halved; all of it belongs to the larger input.",
        ),
        "multiplies_by_the_input": (
            gate(np.maximum, lambda up, x, y: (up * x * (x > y), up * y * (x <= y))),
            "The larger input is multiplied in, but its slope is 1.",
        ),
        "decides_by_absolute_values": (
            gate(np.maximum, lambda up, x, y: (up * (np.abs(x) > np.abs(y)), up * (np.abs(x) <= np.abs(y)))),
            "The route is chosen by absolute values; -5 is smaller than 1.",
        ),
    },
    traps=(Trap("splits_the_gradient", breaks="the larger input gets all of the gradient, the other one gets 0"),),
)
