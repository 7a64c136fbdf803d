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
    hints=(
        (
            "Raise x by 0.01 and leave y alone: by how much does the sum rise? "
            "Now suppose that upstream is 6: each 0.01 of the sum changes the loss by 0.06. "
            "By how much did your change of x change the loss? Ask the same for y."
        ),
        (
            "Look at your answers: do they depend on what x and y are? "
            "If not, forward needs to keep nothing, and backward has all that it needs in its argument. "
            "It returns two results, separated by a comma: first the gradient of x, then that of y."
        ),
        (
            "x = 2, y = 5: the sum is 7. With upstream 6 the gradients are 6 and 6. "
            "With upstream (0.5, -3) they are (0.5, -3) and (0.5, -3): every place is handled for itself."
        ),
    ),
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
    hints=(
        (
            "backward is given upstream alone. "
            "Which two other numbers does it need for its two results, and which method has seen them?"
        ),
        (
            "In forward, put both inputs into self, under names of your own, and then return the product. "
            "In backward, the first result belongs to x. "
            "The slope for x is the number that x was multiplied by; the chain rule multiplies it by upstream. "
            "The second result belongs to y, and is made in the same way."
        ),
        (
            "x = 5, y = 2, upstream = 3: the output is 10, x gets 6, and y gets 15. "
            "Now the same gate runs forward with x = 1 and y = 7. "
            "With upstream 3, x gets 21 now, and y gets 3: the first two numbers play no part any more."
        ),
    ),
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
    hints=(
        (
            "Take one place of the arrays, with x = 4 and y = 1. "
            "Which of the two must you raise by 0.01, so that max(x, y) rises? "
            "What happens if you raise the other one? "
            "Can you write the answers for all places as one array of yes and no?"
        ),
        (
            "In forward, compare the two inputs entry by entry, and keep the array of True and False. "
            "In a product, True counts as 1 and False as 0. So upstream times this array is what x gets. "
            "For y you need the opposite array: False where x won, True elsewhere."
        ),
        (
            "x = (4, -6, 0), y = (1, -2, 3), upstream = (10, 20, 30). x wins in the first place only. "
            "So x gets (10, 0, 0), and y gets (0, 20, 30). In each place the two add up to upstream."
        ),
    ),
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
