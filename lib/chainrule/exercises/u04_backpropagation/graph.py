"""Exercises 4.3 and 4.4: the order of a graph, and nodes that differentiate themselves."""

from __future__ import annotations

import operator

import numpy as np

from chainrule.checking.exercise import Exercise, Mistake
from chainrule.checking.probes import Probe

__all__ = ["EXERCISES"]

# --- topological order -------------------------------------------------------------------------------


def order_by_recursion(output, inputs_of):
    order, seen = [], set()

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        for it in inputs_of(node):
            visit(it)
        order.append(node)

    visit(output)
    return order


def order_by_stack(output, inputs_of):
    """No function that calls itself: deep graphs need no deep stack."""
    order, listed, found = [], set(), {}
    waiting = [output]
    while waiting:
        node = waiting[-1]
        if node not in found:
            found[node] = list(inputs_of(node))
        open_inputs = [it for it in found[node] if it not in listed]
        if open_inputs:
            waiting += open_inputs
        else:
            waiting.pop()
            if node not in listed:
                listed.add(node)
                order.append(node)
    return order


def order_by_counting_uses(output, inputs_of):
    """From the output down: a node is done when all its uses are (Kahn, 1962)."""
    inputs, waiting = {}, [output]
    while waiting:
        node = waiting.pop()
        if node not in inputs:
            inputs[node] = list(inputs_of(node))
            waiting.extend(inputs[node])
    uses = dict.fromkeys(inputs, 0)
    for below in inputs.values():
        for it in below:
            uses[it] += 1
    backward, ready = [], [output]
    while ready:
        node = ready.pop()
        backward.append(node)
        for it in inputs[node]:
            uses[it] -= 1
            if uses[it] == 0:
                ready.append(it)
    return backward[::-1]


def reversed_order(output, inputs_of):
    return order_by_recursion(output, inputs_of)[::-1]


def node_before_its_inputs(output, inputs_of):
    order = []

    def visit(node):
        if node in order:
            return
        order.append(node)
        for it in inputs_of(node):
            visit(it)

    visit(output)
    return order


def breadth_first(output, inputs_of):
    found = [output]
    for node in found:
        found += [it for it in dict.fromkeys(inputs_of(node)) if it not in found]
    return found[::-1]


def without_memory(output, inputs_of):
    order = []
    for it in inputs_of(output):
        order += without_memory(it, inputs_of)
    return [*order, output]


def looks_too_late(output, inputs_of):
    order = []

    def visit(node):
        for it in inputs_of(node):
            visit(it)
        if node not in order:
            order.append(node)

    visit(output)
    return order


def order_probes(rng):
    """Graphs whose numbers say nothing about the order."""
    name = [int(it) for it in rng.permutation(200)]

    def graph(*edges):
        return tuple((name[node], tuple(name[it] for it in below)) for node, below in edges)

    diamonds = [edge for i in range(9) for edge in ((3 * i + 1, (3 * i,)), (3 * i + 2, (3 * i,)))]
    diamonds += [(3 * i + 3, (3 * i + 1, 3 * i + 2)) for i in range(9)]
    random_graph = [
        (node, tuple(int(it) for it in rng.choice(node, size=min(node, 2), replace=False))) for node in range(1, 14)
    ]
    return (
        Probe("f = (x + y) * z", (name[4], graph((3, (0, 1)), (4, (3, 2)))), script="order"),
        Probe("one node alone", (name[0], ()), script="order"),
        Probe("b = a + a", (name[1], graph((1, (0, 0)))), script="order"),
        Probe(
            "a shortcut: x goes to the end and through two gates",
            (name[3], graph((1, (0,)), (2, (1,)), (3, (0, 2)))),
            script="order",
        ),
        Probe("a shortcut that is listed last", (name[3], graph((1, (0,)), (2, (1,)), (3, (2, 0)))), script="order"),
        Probe("a graph in which some nodes are not needed", (name[2], graph((2, (0, 1)), (5, (2, 4)))), script="order"),
        Probe("a chain of 9 diamonds", (name[27], graph(*diamonds)), script="order"),
        Probe("a random graph of 14 nodes", (name[13], graph(*random_graph)), script="order"),
    )


def order_sample(rng):
    edges = tuple((node, tuple(int(it) for it in rng.integers(0, node, size=2))) for node in range(1, 8))
    return 7, edges


ORDER = Exercise(
    name="topological_order",
    unit="04_backpropagation",
    number="4.3",
    title="In which order?",
    points=2,
    reference=order_by_recursion,
    alternatives={"with a stack": order_by_stack, "by counting uses": order_by_counting_uses},
    probes=order_probes,
    sample=order_sample,
    mistakes=(
        Mistake(
            name="without_memory",
            wrong=without_memory,
            explanation="A node that is used twice is listed twice: remember which nodes you have seen.",
        ),
        Mistake(
            name="looks_too_late",
            wrong=looks_too_late,
            explanation="The order is right, but a node is looked at once for every path that leads to it, and 20 "
            "diamonds have a million paths: leave at the top of visit when the node was seen before.",
        ),
        Mistake(
            name="reversed_order",
            wrong=reversed_order,
            explanation="The output comes first. Every node must come after its inputs, so the output is the last.",
        ),
        Mistake(
            name="node_before_its_inputs",
            wrong=node_before_its_inputs,
            explanation="A node is listed before its inputs are visited; append it after the loop.",
        ),
        Mistake(
            name="breadth_first",
            wrong=breadth_first,
            explanation="Level by level is not enough: a node with a short and a long way to the output must wait for "
            "the long one.",
        ),
        Mistake(
            name="output_missing",
            wrong=lambda output, inputs_of: order_by_recursion(output, inputs_of)[:-1],
            explanation="The output itself is missing at the end of the list.",
        ),
        Mistake(
            name="inputs_of_the_output_only",
            wrong=lambda output, inputs_of: [*dict.fromkeys(inputs_of(output)), output],
            explanation="Only the inputs of the output are listed; these have inputs of their own.",
        ),
    ),
)

# --- nodes -------------------------------------------------------------------------------------------


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
        output = np.exp(self.value)
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


def node_probes(rng):
    x, y, z, w = (float(it) for it in np.round(rng.uniform(0.4, 1.9, 4) * rng.choice([-1, 1], 4), 2))
    worked = (("+", 0, 1), ("*", 3, 2))
    neuron = (("*", 0, 1), ("+", 3, 2), ("exp", 4), ("+", 5, 0), ("reciprocal", 6))
    shortcut = (("*", 0, 1), ("exp", 2), ("+", 0, 3))
    longer = (("exp", 0), ("*", 2, 1), ("+", 3, 0), ("*", 4, 2), ("+", 5, 5), ("*", 6, 0))
    arrays = tuple(rng.uniform(0.5, 1.5, (2, 3)) for _ in range(3))
    return (
        Probe(f"f = (x + y) * z with x = {x}, y = {y}, z = {z}", ((x, y, z), worked), script="graph"),
        Probe(f"b = a + a with a = {w}", ((w,), (("+", 0, 0),)), script="graph"),
        Probe(f"a * a with a = {y}", ((y,), (("*", 0, 0),)), script="graph"),
        Probe(f"exp(a) with a = {z}", ((z,), (("exp", 0),)), script="graph"),
        Probe(f"1/a with a = {x}", ((x,), (("reciprocal", 0),)), script="graph"),
        Probe("1 / (x + exp(x * y + z))", ((abs(x), y, z), neuron), script="graph"),
        Probe("x + exp(x * y)", ((x, y), shortcut), script="graph"),
        Probe("a graph that uses x four times", ((x / 2, w / 2), longer), script="graph"),
        Probe("arrays of one shape", (arrays, neuron), script="graph"),
        Probe("(x + y) * z, backward called twice", ((x, y, z), worked), script="graph twice"),
        Probe("chains of diamonds", (w, 8, 14), script="diamonds"),
    )


def node_sample(rng):
    x, y, z = (float(it) for it in rng.uniform(0.4, 1.9, 3))
    return (x, -y, z), (("*", 0, 1), ("+", 3, 2), ("exp", 4), ("+", 5, 0), ("reciprocal", 6), ("*", 7, 7))


NODE = Exercise(
    name="Node",
    unit="04_backpropagation",
    number="4.4",
    title="Nodes that remember",
    points=5,
    reference=RememberingNode,
    alternatives={
        "slopes on a tape": TapeNode,
        "made of rules": node_class(),
    },
    probes=node_probes,
    sample=node_sample,
    tolerance=200.0,
    mistakes=(
        Mistake(
            name="overwrites_on_reuse",
            wrong=node_class(walk=overwrites),
            explanation="b = a + a gives a the gradient 1 instead of 2: each use must add to the gradient of a node, "
            "not replace it.",
        ),
        Mistake(
            name="follows_every_path",
            wrong=node_class(walk=every_path),
            explanation="The gradients are right, but each path is walked alone, and every diamond doubles their "
            "number: go through the nodes once, in reverse topological order.",
        ),
        Mistake(
            name="without_order",
            wrong=node_class(walk=without_order),
            explanation="A node passes its gradient on before all of its uses have added to it: go through the list "
            "of topological_order from its end.",
        ),
        Mistake(
            name="adds_over_calls",
            wrong=node_class(walk=adds_over_calls),
            explanation="A second backward adds to the gradients of the first: set all of them to 0 at the start.",
        ),
        Mistake(
            name="forward_order",
            wrong=node_class(walk=forward_order),
            explanation="The list runs from the inputs to the output; the way back must start at its end.",
        ),
        Mistake(
            name="never_started",
            wrong=node_class(walk=never_started),
            explanation="All gradients are 0: the output's own gradient is 1, and must be set first.",
        ),
        Mistake(
            name="multiply_not_swapped",
            wrong=node_class(mul=lambda x, y, output: (lambda up: up * x, lambda up: up * y)),
            explanation="In x y the input x gets upstream times y: swap the two values.",
        ),
        Mistake(
            name="add_splits",
            wrong=node_class(add=lambda x, y, output: (lambda up: up / 2, lambda up: up / 2)),
            explanation="The add gate copies the gradient to both inputs; it does not split it.",
        ),
        Mistake(
            name="input_as_slope_of_reciprocal",
            wrong=node_class(reciprocal=lambda x, output: (lambda up: up * x,)),
            explanation="The slope of 1/x is -1/x^2, not the gate's input x.",
        ),
        Mistake(
            name="input_as_slope_of_exp",
            wrong=node_class(exp=lambda x, output: (lambda up: up * x,)),
            explanation="The slope of exp(x) is exp(x), the output of the gate, not its input.",
        ),
        Mistake(
            name="ignores_upstream",
            wrong=node_class(mul=lambda x, y, output: (lambda up: y, lambda up: x)),
            explanation="A rule of the multiply gate leaves the upstream gradient out.",
        ),
    ),
)

EXERCISES = (ORDER, NODE)
