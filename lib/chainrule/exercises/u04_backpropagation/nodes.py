"""Exercise 4.4: nodes that differentiate themselves."""

from __future__ import annotations

import operator

import numpy as np

from chainrule.backend import get_array_module
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.u04_backpropagation.common import node_probes, node_sample
from chainrule.exercises.u04_backpropagation.order import order_by_counting_uses, order_by_recursion

__all__ = ["NODE"]


class RememberingNode:
    """The reference: a gradient is the sum over all uses, collected in reverse order."""

    def __init__(self, value, *, parents=(), rules=()):
        self.value = value
        self.parents = parents
        self.rules = rules
        self.grad = 0.0

    def __add__(self, other):
        def copy(upstream):
            return upstream

        return RememberingNode(self.value + other.value, parents=(self, other), rules=(copy, copy))

    def __mul__(self, other):
        def to_self(upstream):
            return upstream * other.value

        def to_other(upstream):
            return upstream * self.value

        return RememberingNode(self.value * other.value, parents=(self, other), rules=(to_self, to_other))

    def exp(self):
        output = get_array_module(self.value).exp(self.value)
        return RememberingNode(output, parents=(self,), rules=(lambda upstream: upstream * output,))

    def reciprocal(self):
        def rule(upstream):
            return -upstream / self.value**2

        return RememberingNode(1.0 / self.value, parents=(self,), rules=(rule,))

    def backward(self):
        order = order_by_recursion(self, operator.attrgetter("parents"))
        for node in order:
            node.grad = 0.0 * node.value
        self.grad = self.grad + 1.0
        for node in reversed(order):
            for parent, rule in zip(node.parents, node.rules, strict=True):
                parent.grad = parent.grad + rule(node.grad)


class TapeNode:
    """Keeps local slopes in place of rules, and numbers the nodes: a later number never is an input of an earlier."""

    made = 0

    def __init__(self, value, inputs=()):
        TapeNode.made += 1
        self.value, self.inputs, self.number = value, inputs, TapeNode.made
        self.grad = np.zeros_like(value, dtype=float)

    def __add__(self, other):
        return TapeNode(self.value + other.value, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return TapeNode(self.value * other.value, [(self, other.value), (other, self.value)])

    def exp(self):
        grown = np.exp(self.value)
        return TapeNode(grown, [(self, grown)])

    def reciprocal(self):
        inverted = 1.0 / self.value
        return TapeNode(inverted, [(self, -(inverted**2))])

    def backward(self):
        found, waiting = {self.number: self}, [self]
        while waiting:
            for below, _ in waiting.pop().inputs:
                if below.number not in found:
                    found[below.number] = below
                    waiting.append(below)
        for node in found.values():
            node.grad = np.zeros_like(node.value, dtype=float)
        self.grad = np.ones_like(self.value, dtype=float)
        for number in sorted(found, reverse=True):
            for below, slope in found[number].inputs:
                below.grad = below.grad + found[number].grad * slope


def add_rules(x, y, output):
    return (lambda up: up, lambda up: up)


def mul_rules(x, y, output):
    return (lambda up: up * y, lambda up: up * x)


def exp_rules(x, output):
    return (lambda up: up * output,)


def reciprocal_rules(x, output):
    return (lambda up: -up * output * output,)


def collect_in_reverse(output):
    order = order_by_counting_uses(output, lambda node: node.parents)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in order[::-1]:
        for parent, rule in zip(node.parents, node.rules, strict=True):
            parent.grad += rule(node.grad)
    for node in order:
        node.grad = node.grad + 0.0 * node.value


def node_class(add=add_rules, mul=mul_rules, exp=exp_rules, reciprocal=reciprocal_rules, walk=collect_in_reverse):
    """A class of nodes from the rules of its gates and its way back."""

    class MadeNode:
        def __init__(self, value, *, parents=(), rules=()):
            self.value, self.parents, self.rules, self.grad = value, parents, rules, 0.0

        def __add__(self, other):
            return self.through(self.value + other.value, add, other)

        def __mul__(self, other):
            return self.through(self.value * other.value, mul, other)

        def exp(self):
            return self.through(np.exp(self.value), exp)

        def reciprocal(self):
            return self.through(1.0 / self.value, reciprocal)

        def through(self, output, rules, *others):
            values = [it.value for it in others]
            return MadeNode(output, parents=(self, *others), rules=rules(self.value, *values, output))

        def backward(self):
            walk(self)

    return MadeNode


def overwrites(output):
    order = order_by_recursion(output, lambda node: node.parents)
    output.grad = 1.0
    for node in reversed(order):
        for parent, rule in zip(node.parents, node.rules, strict=True):
            parent.grad = rule(node.grad)


def every_path(output):
    for node in order_by_recursion(output, lambda node: node.parents):
        node.grad = 0.0

    def visit(node, upstream):
        node.grad = node.grad + upstream
        for parent, rule in zip(node.parents, node.rules, strict=True):
            visit(parent, rule(upstream))

    visit(output, 1.0)


def without_order(output):
    """Handles each node once, as soon as it is met."""
    for node in order_by_recursion(output, lambda node: node.parents):
        node.grad = 0.0
    output.grad = 1.0
    waiting, done = [output], set()
    while waiting:
        node = waiting.pop(0)
        if id(node) in done:
            continue
        done.add(id(node))
        for parent, rule in zip(node.parents, node.rules, strict=True):
            parent.grad = parent.grad + rule(node.grad)
            waiting.append(parent)


def preorder(output, turn=list):
    """Depth first, each node before its inputs: with a shared node inside, too early for one of its uses."""
    order, seen = [], set()

    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            order.append(node)
            for parent in turn(node.parents):
                visit(parent)

    visit(output)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in order:
        for parent, rule in zip(node.parents, node.rules, strict=True):
            parent.grad = parent.grad + rule(node.grad)


def preorder_from_the_right(output):
    preorder(output, reversed)


def adds_over_calls(output):
    order = order_by_recursion(output, lambda node: node.parents)
    output.grad = 1.0
    for node in reversed(order):
        for parent, rule in zip(node.parents, node.rules, strict=True):
            parent.grad = parent.grad + rule(node.grad)
        if node.parents and node is not output:
            node.grad = 0.0


def forward_order(output):
    order = order_by_recursion(output, lambda node: node.parents)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in order:
        for parent, rule in zip(node.parents, node.rules, strict=True):
            parent.grad = parent.grad + rule(node.grad)


def never_started(output):
    for node in order_by_recursion(output, lambda node: node.parents):
        node.grad = 0.0


NODE = Exercise(
    name="Node",
    unit="04_backpropagation",
    number="4.4",
    title="Nodes that remember",
    points=5,
    reference=RememberingNode,
    hints=(
        (
            "Draw the graph of c = a * b + a, with arrows from each result to what it was made from. "
            "How many arrows lead to a, and what does each of them bring? Each arrow is one parent and one rule."
        ),
        (
            "Begin with `__add__`. "
            "It returns a Node with the sum of the two values, the two parents, and two rules in the same order. "
            "A rule takes upstream, and gives what a gate of Exercise 4.1 or 4.2 would give to that input. "
            "It may use the values of the parents: write it as a lambda, or as a small function inside the method. "
            "`exp` and `reciprocal` have one parent and one rule; a tuple of one needs a comma at its end."
        ),
        (
            "For backward, the list `order` is there, and its last node is the output. "
            "Set all gradients to 0, then that of the output to 1. "
            "Walk through the list from its end, and through the parents of each node with their rules. "
            "Give the rule the gradient of the node, and add what comes back to the gradient of the parent. "
            "With a = 2 and b = 5 in c = a * b + a: the sum passes 1 to the product and 1 to a. "
            "Then the product passes 5 to a and 2 to b. So a ends with 6, and b with 2."
        ),
    ),
    alternatives={
        "slopes on a tape": TapeNode,
        "made of rules": node_class(),
    },
    probes=node_probes,
    sample=node_sample,
    tolerance=1e6,  # the terms of a gradient may cancel
    mistakes={
        "overwrites_on_reuse": (
            node_class(walk=overwrites),
            (
                "b = a + a gives a the gradient 1 instead of 2: each use must add to the gradient of a node, "
                "not replace it."
            ),
        ),
        "follows_every_path": (
            node_class(walk=every_path),
            (
                "The gradients are right, but each path is walked alone, and every diamond doubles their "
                "number: go through the nodes once, in reverse topological order."
            ),
        ),
        "without_order": (
            node_class(walk=without_order),
            (
                "A node passes its gradient on before all of its uses have added to it: go through the list "
                "of topological_order from its end."
            ),
        ),
        "adds_over_calls": (
            node_class(walk=adds_over_calls),
            "A second backward adds to the gradients of the first: set all of them to 0 at the start.",
        ),
        "forward_order": (
            node_class(walk=forward_order),
            "The list runs from the inputs to the output; the way back must start at its end.",
        ),
        "never_started": (
            node_class(walk=never_started),
            "All gradients are 0: the output's own gradient is 1, and must be set first.",
        ),
        "multiply_not_swapped": (
            node_class(mul=lambda x, y, output: (lambda up: up * x, lambda up: up * y)),
            "In x y the input x gets upstream times y: swap the two values.",
        ),
        "add_splits": (
            node_class(add=lambda x, y, output: (lambda up: up / 2, lambda up: up / 2)),
            "The add gate copies the gradient to both inputs; it does not split it.",
        ),
        "input_as_slope_of_reciprocal": (
            node_class(reciprocal=lambda x, output: (lambda up: up * x,)),
            "The slope of 1/x is -1/x^2, not the gate's input x.",
        ),
        "input_as_slope_of_exp": (
            node_class(exp=lambda x, output: (lambda up: up * x,)),
            "The slope of exp(x) is exp(x), the output of the gate, not its input.",
        ),
        "ignores_upstream": (
            node_class(mul=lambda x, y, output: (lambda up: y, lambda up: x)),
            "A rule of the multiply gate leaves the upstream gradient out.",
        ),
    },
    traps=(
        Trap(
            "adds_over_calls",
            breaks="When `backward` is called a second time, the gradients must be the same as before.",
        ),
        Trap("overwrites_on_reuse", breaks="If the second use replaced the first, it would be 1."),
        Trap(node_class(walk=preorder), breaks="Then it goes through the nodes in reverse topological order"),
        Trap(
            node_class(walk=preorder_from_the_right),
            breaks="Then it goes through the nodes in reverse topological order",
        ),
        Trap("without_order", breaks="Then it goes through the nodes in reverse topological order"),
    ),
)
