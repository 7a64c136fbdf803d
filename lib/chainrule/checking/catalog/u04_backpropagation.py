"""What the keys of unit 04 name for layers and networks.

What you can do with this file:

- pass a function to an answer: `FUNCTIONS`;
- name all intermediate results of a network in the order of the computation: `named_intermediates`;
- look at a result from the side that is unique: `VIEWS`; those in `FREE_FORMS` forgive its form, those in `IN_ORDER`
  name their parts in the order of the computation, so that a table may end at the first wrong one;
- let a check use a layer or a loss: `SCRIPTS`, whose rules stand in `u04_graphs`.
"""

from __future__ import annotations

import contextlib
import itertools
from collections import deque
from collections.abc import Callable, Sequence  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

from chainrule.checking.values import Unreadable, describe, snapshot

__all__ = ["FREE_FORMS", "FUNCTIONS", "IN_ORDER", "SCRIPTS", "VIEWS", "named_intermediates"]

PARAMETERS = ("W", "b")
OF_A_CACHE = ("a", "W", "z")


def named_intermediates(
    logits: Any = None,
    caches: Sequence[Sequence[Any]] = (),
    grads: Sequence[Sequence[Any]] = (),
) -> dict[str, Any]:
    """
    Give each result of a multilayer perceptron its name, in the order in which it is computed.

    Parameters
    ----------
    logits : array of shape (N, C), optional
        What the forward pass gave.
    caches : sequence of (a, W, z)
        What it kept, for each layer: the input, the weights and the pre-activations.
    grads : sequence of (dW, db)
        What the backward pass gave, from the first layer to the last.

    Returns
    -------
    dict
        From names such as "layer 2: z" to arrays: forward from the first layer to the last, then backward.

    Examples
    --------
    >>> list(named_intermediates(1.0, [(2.0, 3.0, 4.0)], [(5.0, 6.0)]))
    ['layer 1: a', 'layer 1: W', 'layer 1: z', 'logits', 'layer 1: dW', 'layer 1: db']
    """
    named = {
        f"layer {number}: {name}": array
        for number, cache in enumerate(caches, 1)
        for name, array in zip(OF_A_CACHE, cache, strict=False)
    }
    if logits is not None:
        named["logits"] = logits
    for number in range(len(grads), 0, -1):
        named |= {
            f"layer {number}: {name}": array for name, array in zip(("dW", "db"), grads[number - 1], strict=False)
        }
    return named


def _waves(outputs: float) -> Callable[[Any], Any]:
    """Several sums of sines: every output depends on every input in its own way."""
    numbers = np.arange(1, int(outputs) + 1)[:, None]
    return lambda x: np.sin(numbers * x + np.arange(len(x))).sum(axis=1)


def _sine_slope(frequency: float, factor: float = 1.0, offset: float = 0.0) -> Callable[[Any], Any]:
    """What may be the gradient of the family "sine"."""
    return lambda x: factor * frequency * np.cos(frequency * x) + offset


def _forward_pass(result: tuple[Any, Any]) -> dict[str, Any]:
    """Inputs, weights and pre-activations of all layers by name, in the order of the computation."""
    logits, caches = result
    _refuse_other_lengths([(cache, 3) for cache in caches])
    return {**named_intermediates(None, caches), "the logits": logits}


def _backward_pass(grads: Any) -> dict[str, Any]:
    """Gradients by name, from the last layer to the first."""
    _refuse_other_lengths([(pair, 2) for pair in grads])
    return named_intermediates(grads=grads)


def _parameters(params: Any) -> dict[str, Any]:
    """Weights and biases by name."""
    _refuse_other_lengths([(pair, 2) for pair in params])
    return {f"layer {i}: {name}": it for i, pair in enumerate(params, 1) for name, it in zip("Wb", pair, strict=True)}


def _parameters_and_velocity(result: tuple[Any, Any]) -> dict[str, Any]:
    """The new velocity comes first, since the parameters follow from it."""
    params, velocity = result
    return {
        **{f"{name} of the velocity": it for name, it in _parameters(velocity).items()},
        **{f"{name} of the parameters": it for name, it in _parameters(params).items()},
    }


def _refuse_other_lengths(parts: list[tuple[Any, int]]) -> None:
    if not all(isinstance(it, (tuple, list)) and len(it) == length for it, length in parts):
        raise ValueError("Expected a tuple of another length for some layer.")


def _layer(answer: Any, parameters: tuple[Any, ...], x: Any, upstream: Any) -> dict[str, Any]:
    """Forward and backward through a fresh layer."""
    layer = answer(*parameters)
    return {"the output of forward": layer.forward(x), **_backward(layer, upstream, len(parameters))}


def _layer_again(answer: Any, parameters: tuple[Any, ...], before: Any, x: Any, upstream: Any) -> dict[str, Any]:
    """A layer is used again, and asked twice, as a trainer may do; a second layer works in between."""
    layer, other = answer(*parameters), answer(*parameters)
    layer.forward(before)
    output = layer.forward(x)
    other.forward(before)
    layer.backward(upstream)
    again = _backward(layer, upstream, len(parameters))
    return {
        "the output of forward, called again with other inputs,": output,
        **{f"{name}, called twice after it,": value for name, value in again.items()},
    }


def _layer_trained(
    answer: Any, parameters: tuple[Any, ...], new: tuple[Any, ...], x: Any, upstream: Any
) -> dict[str, Any]:
    """A trainer puts other arrays into `params`, or other numbers into the arrays; a second layer stays as it is."""
    layer, other = (answer(*[np.array(it) for it in parameters]) for _ in range(2))
    found: dict[str, Any] = {}
    for how, step in (("other arrays are put into params", _replace), ("params change in place", _change)):
        params = layer.params
        step(params, dict(zip(PARAMETERS, new, strict=True)))
        # Where the layer lies in another process or on a device, `params` is a copy, and goes back.
        with contextlib.suppress(AttributeError):  # a property that gives the dictionary itself
            layer.params = params
        parts = {"the output of forward": layer.forward(x), **_backward(layer, upstream, len(new))}
        found |= {f"{name} after {how}": value for name, value in parts.items()}
    return {**found, "the output of another layer with the old numbers": other.forward(x)}


def _replace(params: Any, new: dict[str, Any]) -> None:
    params.update({name: np.array(value) for name, value in new.items()})


def _change(params: Any, new: dict[str, Any]) -> None:
    for name, value in new.items():
        params[name] -= 2.0 * value


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
    loss, other = answer(), answer()
    loss.forward(before, labels)
    value = loss.forward(logits, y)
    other.forward(before, labels)
    loss.backward()
    return {"the loss of a second batch": value, "dL/dlogits from backward, called twice after it,": loss.backward()}


def _batches(answer: Any, X: Any, y: Any, size: int, seed: int) -> dict[str, Any] | Unreadable | None:
    """What every random division into batches has in common; column 0 of X holds 0, 1, 2 ..., y is 100 more."""
    seeds = (seed, seed + 1, seed)  # with `yield` a generator is used after the call: each pass gets its own
    passes = [answer(X, y, size, np.random.default_rng(it)) for it in seeds]
    if any(batches is None for batches in passes):
        return None
    passes = [list(batches) for batches in passes]
    for batch in itertools.chain(*passes):
        if not isinstance(batch, (tuple, list, deque)) or len(batch) != 2:
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


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = {
    "sine slope": _sine_slope,
    "squares": lambda: lambda x: x**2,
    "sums of squares": lambda: lambda x: np.cumsum(x**2),
    "waves": _waves,
}
VIEWS: dict[str, Callable[[Any], Any]] = {
    "backward pass": _backward_pass,
    "forward pass": _forward_pass,
    "parameters": _parameters,
    "parameters and velocity": _parameters_and_velocity,
    "small enough": lambda error: {"the answer to 'is the error below 1e-6?'": np.asarray(error < 1e-6)},
}
SCRIPTS: dict[str, Callable[..., Any]] = {
    "batches": _batches,
    "layer": _layer,
    "layer again": _layer_again,
    "layer trained": _layer_trained,
    "loss layer": _loss_layer,
    "loss layer again": _loss_layer_again,
    "summary": _summary,
}
FREE_FORMS = frozenset({"backward pass", "forward pass", "parameters", "parameters and velocity"})
IN_ORDER = frozenset({"backward pass", "forward pass"})
