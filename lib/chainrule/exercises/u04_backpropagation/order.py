"""Exercise 4.3: an order in which every node comes after its inputs.

What you can do with this file:

- get the exercise: `ORDER`;
- find an order in two other ways: `order_by_recursion`, `order_by_counting_uses`.
"""

from __future__ import annotations

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap

__all__ = ["ORDER"]


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

    diamonds: list[tuple[int, tuple[int, ...]]]
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
    hints=(
        (
            "A node may be appended when all of its inputs stand in the list. "
            "Who puts them there, and how could a node find out whether that was done? "
            "What should happen when the same node is met a second time?"
        ),
        (
            "Make an empty list for the order, and an empty set for the nodes that were met. "
            "Inside your function define another one, visit(node), which calls itself. "
            "It stops at once if the node was met before. "
            "Otherwise it notes the node, visits each input of it, and appends the node when they are done. "
            "Then call it once, for the output, and return the list."
        ),
        (
            "Let f be made from p and x, and p from x and y. "
            "Visiting f asks for p first, and p asks for x: x has no inputs and is appended. Then y is, and then p. "
            "Back in f, the second input is x again: it was met before, so nothing happens. "
            "At last f is appended. The list is x, y, p, f."
        ),
    ),
    alternatives={"with a stack": order_by_stack, "by counting uses": order_by_counting_uses},
    probes=order_probes,
    sample=order_sample,
    mistakes={
        "without_memory": (
            without_memory,
            "A node that is used twice is listed twice: remember which nodes you have seen.",
        ),
        "looks_too_late": (
            looks_too_late,
            (
                "The order is right, but a node is looked at once for every path that leads to it, and 20 "
                "diamonds have a million paths: leave at the top of visit when the node was seen before."
            ),
        ),
        "reversed_order": (
            reversed_order,
            "The output comes first. Every node must come after its inputs, so the output is the last.",
        ),
        "node_before_its_inputs": (
            node_before_its_inputs,
            "A node is listed before its inputs are visited; append it after the loop.",
        ),
        "breadth_first": (
            breadth_first,
            (
                "Level by level is not enough: a node with a short and a long way to the output must wait for "
                "the long one."
            ),
        ),
        "output_missing": (
            lambda output, inputs_of: order_by_recursion(output, inputs_of)[:-1],
            "The output itself is missing at the end of the list.",
        ),
        "inputs_of_the_output_only": (
            lambda output, inputs_of: [*dict.fromkeys(inputs_of(output)), output],
            "Only the inputs of the output are listed; these have inputs of their own.",
        ),
    },
    traps=(
        Trap("without_memory", breaks="Without that memory, a node with two uses is listed twice."),
        Trap("node_before_its_inputs", breaks="every node after its inputs"),
        Trap("output_missing", breaks="`output` itself is the last."),
    ),
)
