"""What the keys of unit 04 name for gates and graphs: a class is used in several calls.

What you can do with this file:

- let a check use a gate, a node or an order: `SCRIPTS`.

A script gets the answer and the probe's arguments, calls, and returns plain data in place of the result. A dictionary
names the parts for the student, in the order of the computation: the first wrong part is the one that is told.
Scripts hold no formula. They work on what a class of the student offers: calls, attributes, arithmetic.
"""

from __future__ import annotations

import numbers
import operator
import time
from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

__all__ = ["SCRIPTS"]

CALLS_PER_NODE = 4  # or as many as there are nodes: a right answer may look through all of them for each
RUNS = 5
SLOWER = 8.0

OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "*": operator.mul,
    "exp": lambda node: node.exp(),
    "reciprocal": lambda node: node.reciprocal(),
}


def _gate(answer: Any, inputs: tuple[Any, ...], upstream: Any) -> dict[str, Any]:
    """Forward and backward through a fresh gate."""
    gate = answer()
    output = gate.forward(*inputs)
    return {"the output of forward": output, "the result of backward": _several(gate.backward(upstream), len(inputs))}


def _several(result: Any, count: int) -> Any:
    """Several results unpack the same way from a list, and from an array with a row for each."""
    rows = isinstance(result, np.ndarray) and count > 1 and result.shape[:1] == (count,)
    return tuple(result) if rows or isinstance(result, list) else result


def _gate_again(answer: Any, before: tuple[Any, ...], inputs: tuple[Any, ...], upstream: Any) -> dict[str, Any]:
    """A gate is used again, and asked twice; a second gate works in between."""
    gate, other = answer(), answer()
    gate.forward(*before)
    output = gate.forward(*inputs)
    other.forward(*before)
    return {
        "the output of forward, called again with other inputs,": output,
        "the result of backward after it": _several(gate.backward(upstream), len(inputs)),
        "the result of backward, called once more,": _several(gate.backward(upstream), len(inputs)),
    }


def _graph(answer: Any, values: tuple[Any, ...], operations: tuple[tuple[Any, ...], ...]) -> dict[str, Any]:
    """Build a graph of nodes, and send a gradient back from the last one."""
    nodes = _nodes(answer, values, operations)
    nodes[-1].backward()
    return {"the value of the last node": nodes[-1].value, **_gradients(nodes[: len(values)])}


def _graph_twice(answer: Any, values: tuple[Any, ...], operations: tuple[tuple[Any, ...], ...]) -> dict[str, Any]:
    """Two backward passes over one graph."""
    nodes = _nodes(answer, values, operations)
    nodes[-1].backward()
    nodes[-1].backward()
    return {f"{name} after a second backward": grad for name, grad in _gradients(nodes[: len(values)]).items()}


def _nodes(answer: Any, values: tuple[Any, ...], operations: tuple[tuple[Any, ...], ...]) -> list[Any]:
    nodes = [answer(value) for value in values]
    for name, *inputs in operations:
        nodes.append(OPERATIONS[name](*[nodes[int(i)] for i in inputs]))
    return nodes


def _gradients(nodes: list[Any]) -> dict[str, Any]:
    return {
        f"the gradient of input {number}": _of_its_shape(node.grad, node.value) for number, node in enumerate(nodes, 1)
    }


def _of_its_shape(grad: Any, value: Any) -> Any:
    """A node that no gradient has reached may hold the number 0 in place of an array of zeros."""
    return np.full(np.shape(value), grad) if isinstance(grad, numbers.Number) and np.ndim(value) else grad


def _diamonds(answer: Any, value: Any, levels: tuple[int, ...]) -> dict[str, Any]:
    """Chains of diamonds: each level adds a node to itself, and doubles the number of paths."""
    seconds, gradients = [], {}
    for count in levels:
        first = last = answer(value)
        for _ in range(count):
            last = last + last
        last.backward()
        gradients[f"the gradient at the bottom of a chain of {count}"] = first.grad
        seconds.append(min(_seconds(last.backward) for _ in range(RUNS)))
    few, many = levels[-2:]
    quick = seconds[-1] < SLOWER * max(seconds[-2], 1e-6)
    return {**gradients, f"the answer to 'do {many} take at most {SLOWER:g} times as long as {few}?'": quick}


def _seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _order(answer: Any, output: int, edges: tuple[tuple[int, tuple[int, ...]], ...]) -> dict[str, Any] | None:
    """What every order has in common in which nodes come after their inputs."""
    inputs = {int(node): [int(it) for it in below] for node, below in edges}
    calls = []

    def inputs_of(node: Any) -> list[int]:
        calls.append(node)
        return list(inputs.get(int(node), ()))

    found = answer(output, inputs_of)
    if found is None:
        return None
    order = [int(node) for node in found]
    needed, waiting = set(), [output]
    while waiting:
        node = waiting.pop()
        if node not in needed:
            needed.add(node)
            waiting += inputs.get(node, [])
    place = {node: number for number, node in enumerate(order)}
    early = [node for node in place if any(place.get(it, -1) > place[node] for it in inputs.get(node, []))]
    return {
        "the number of entries in the list": len(order),
        "the number of different nodes in it that the output depends on": len(needed & place.keys()),
        "the number of nodes in front of one of their inputs": len(early),
        "the answer to 'does inputs_of run for each node, not for each path?'": (
            len(calls) <= max(CALLS_PER_NODE, len(needed)) * len(needed)
        ),
    }


SCRIPTS: dict[str, Callable[..., Any]] = {
    "diamonds": _diamonds,
    "gate": _gate,
    "gate again": _gate_again,
    "graph": _graph,
    "graph twice": _graph_twice,
    "order": _order,
}
