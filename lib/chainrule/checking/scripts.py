"""What a probe does with an answer that is a class, or that returns what cannot be compared as it stands.

What you can do with this file:

- let a check use an answer in several calls: add a script to `SCRIPTS` and name it in the probe;
- name the arguments of a script for the student: `script_parameters`.

A script gets the answer and the probe's arguments, calls, and returns plain data in place of the result. A dictionary
names the parts for the student, in the order of the computation: the first wrong part is the one that is told.
Scripts hold no formula. They work on what a class of the student offers: calls, attributes, arithmetic.
"""

from __future__ import annotations

import inspect
import itertools
import numbers
import operator
import time
from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

from chainrule.checking.values import Unreadable, describe, snapshot

__all__ = ["SCRIPTS", "script_parameters"]

PARAMETERS = ("W", "b")
CALLS_PER_NODE = 4
RUNS = 5
SLOWER = 8.0


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
    """A gate is used again, and asked twice."""
    gate = answer()
    gate.forward(*before)
    return {
        "the output of forward, called again with other inputs,": gate.forward(*inputs),
        "the result of backward after it": _several(gate.backward(upstream), len(inputs)),
        "the result of backward, called once more,": _several(gate.backward(upstream), len(inputs)),
    }


def _layer(answer: Any, parameters: tuple[Any, ...], x: Any, upstream: Any) -> dict[str, Any]:
    """Forward and backward through a fresh layer."""
    layer = answer(*parameters)
    return {"the output of forward": layer.forward(x), **_backward(layer, upstream, len(parameters))}


def _layer_again(answer: Any, parameters: tuple[Any, ...], before: Any, x: Any, upstream: Any) -> dict[str, Any]:
    """A layer is used again, and asked twice, as a trainer may do."""
    layer = answer(*parameters)
    layer.forward(before)
    output = layer.forward(x)
    layer.backward(upstream)
    again = _backward(layer, upstream, len(parameters))
    return {
        "the output of forward, called again with other inputs,": output,
        **{f"{name}, called twice after it,": value for name, value in again.items()},
    }


def _backward(layer: Any, upstream: Any, count: int) -> dict[str, Any]:
    """What comes back from a layer, and what it has put into its `grads`."""
    down = layer.backward(upstream)
    found = layer.grads if count else {}
    return {
        "dL/dx from backward": down,
        **{f"the gradient in grads[{it!r}]": found.get(it) for it in PARAMETERS[:count]},
    }


def _loss_layer(answer: Any, logits: Any, y: Any) -> dict[str, Any]:
    """The loss of a batch, and its gradient."""
    loss = answer()
    return {"the loss from forward": loss.forward(logits, y), "dL/dlogits from backward": loss.backward()}


def _loss_layer_again(answer: Any, before: Any, labels: Any, logits: Any, y: Any) -> dict[str, Any]:
    loss = answer()
    loss.forward(before, labels)
    value = loss.forward(logits, y)
    loss.backward()
    return {"the loss of a second batch": value, "dL/dlogits from backward, called twice after it,": loss.backward()}


OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "*": operator.mul,
    "exp": lambda node: node.exp(),
    "reciprocal": lambda node: node.reciprocal(),
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
        "the answer to 'is inputs_of called a few times for each node at most?'": (
            len(calls) <= CALLS_PER_NODE * len(needed)
        ),
    }


def _batches(answer: Any, X: Any, y: Any, size: int, seed: int) -> dict[str, Any] | Unreadable | None:
    """What every random division into batches has in common; column 0 of X holds 0, 1, 2 ..., y is 100 more."""
    seeds = (seed, seed + 1, seed)  # with `yield` a generator is used after the call: each pass gets its own
    passes = [answer(X, y, size, np.random.default_rng(it)) for it in seeds]
    if any(batches is None for batches in passes):
        return None
    passes = [list(batches) for batches in passes]
    for batch in itertools.chain(*passes):
        if not isinstance(batch, (tuple, list)) or len(batch) != 2:
            return Unreadable(f"Expected each batch to be a pair (rows of X, their labels), found {_in_words(batch)}.")
    first, second, repeated = (_rows(batches) for batches in passes)
    rows, labels, sizes = first
    count = len(X)
    together = sum(int(b - a == 1) for a, b in itertools.pairwise(rows.tolist()))
    return {
        "the list of the sizes of the batches": str(sizes.tolist()),
        "the number of rows with a label of another row": (rows + 100 != labels).sum(),
        "the number of different examples in one pass": len(set(rows.tolist())),
        "the answer to 'do the rows come in a new order?'": not np.array_equal(rows, np.arange(count)),
        "the answer to 'are neighbors of the data torn apart?'": count < 5 or together < count / 2,
        "the answer to 'does another generator give another order?'": not np.array_equal(rows, second[0]),
        "the answer to 'do two generators with one seed give one order?'": np.array_equal(rows, repeated[0]),
    }


def _in_words(batch: Any) -> str:
    return f"a list of {len(batch)}" if isinstance(batch, list) else describe(snapshot(batch))


def _rows(batches: list[Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row numbers and labels of one pass, and the sizes of its batches."""
    pairs = [(np.asarray(inputs), np.asarray(labels)) for inputs, labels in batches]
    if not pairs:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    rows = np.concatenate([inputs[:, 0] for inputs, _ in pairs])
    return rows, np.concatenate([labels for _, labels in pairs]), np.array([len(inputs) for inputs, _ in pairs])


def _summary(answer: Any, *args: Any) -> dict[str, Any] | None:
    """What a large result comes to, so that no key has to hold it."""
    found = answer(*args)
    if found is None:
        return None
    result = np.asarray(found)
    return {
        "the list of the sizes of the result": np.array(result.shape),
        "the sum of the results": result.sum(),
        "the root of the sum of their squares": (result * result).sum() ** 0.5,
    }


SCRIPTS: dict[str, Callable[..., Any]] = {
    "batches": _batches,
    "diamonds": _diamonds,
    "gate": _gate,
    "gate again": _gate_again,
    "graph": _graph,
    "graph twice": _graph_twice,
    "layer": _layer,
    "layer again": _layer_again,
    "loss layer": _loss_layer,
    "loss layer again": _loss_layer_again,
    "order": _order,
    "summary": _summary,
}
"""From a name to a script: of the answer and the probe's arguments, to plain data."""


def script_parameters(name: str) -> tuple[str, ...]:
    """
    Name what a script gets besides the answer, as its own parameters are called.

    Parameters
    ----------
    name : str
        A name in `SCRIPTS`.

    Returns
    -------
    tuple of str
        In the order of a probe's arguments.

    Examples
    --------
    >>> script_parameters("layer")
    ('parameters', 'x', 'upstream')
    """
    return tuple(inspect.signature(SCRIPTS[name]).parameters)[1:]
