"""What the keys of unit 01 name: curves, products, and networks of which many different ones are right.

What you can do with this file:

- pass a function to an answer: `FUNCTIONS`;
- look at a result from the side that is unique: `VIEWS`;
- compare what a network computes, whatever its weights: `READINGS`.

A network is a list of weights, (D, M) for each layer, and a list of biases, (M,) for each layer; max(z, 0) follows
every layer but the last. A reading raises ValueError with a sentence where the result is no such network.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

from chainrule.checking.values import describe

__all__ = ["FUNCTIONS", "READINGS", "VIEWS"]

MOST_BITS = 12
LARGEST_LAYER = 100_000


def _polynomial(*coefficients: float) -> Callable[[Any], Any]:
    return lambda x: sum(c * x**power for power, c in enumerate(coefficients))


def _product(result: tuple[Any, Any]) -> Any:
    """Multiply two factors: how a product is split into them is free."""
    first, second = result
    return first @ second


def _above(layers: list[tuple[np.ndarray, np.ndarray]], budget: float) -> np.ndarray:
    hidden = sum(b.size for _, b in layers[:-1])
    return np.array(max(0, hidden - int(budget)))


def _network_on_bits(inputs: float, budget: float) -> Callable[[Any], Any]:
    """The outputs on all rows of bits, and the hidden units above a budget."""

    def read(result: Any) -> dict[str, Any]:
        layers = _layers(result, int(inputs))
        numbers = np.arange(2 ** min(int(inputs), MOST_BITS))
        bits = (numbers[:, None] >> np.arange(int(inputs))[::-1]) & 1
        return {
            "the number of hidden units above the allowed ones": _above(layers, budget),
            "the network's outputs for all rows of bits in counting order": _outputs(layers, bits),
        }

    return read


def _network_on_interval(low: float, high: float, points: float, budget: float) -> Callable[[Any], Any]:
    """The curve of a network with one input over an interval, and the hidden units above a budget."""

    def read(result: Any) -> dict[str, Any]:
        layers = _layers(result, 1)
        x = np.linspace(low, high, int(points))[:, None]
        curve = f"the network's output at {points:g} equally spaced points from {low:.4g} to {high:.4g}"
        return {
            "the number of hidden units above the allowed ones": _above(layers, budget),
            curve: _outputs(layers, x),
        }

    return read


def _layers(result: Any, inputs: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights and biases of every layer, when they fit together."""
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise ValueError(f"Expected two results, a list of weights and a list of biases, found {describe(result)}.")
    weights, biases = (_arrays(part, name) for part, name in zip(result, ("weights", "biases"), strict=True))
    if len(weights) != len(biases) or not weights:
        raise ValueError(f"Expected as many biases as weights, found {len(weights)} weights and {len(biases)} biases.")
    width = inputs
    for number, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
        if W.ndim != 2 or b.shape != W.shape[1:]:
            found = f"found {W.shape} and {b.shape}"
            raise ValueError(f"Expected W of shape (D, M) and b of shape (M,) in layer {number}, {found}.")
        if len(W) != width:
            found = f"found shape {W.shape}"
            raise ValueError(f"Expected {width} rows in W of layer {number}, one for each number it gets; {found}.")
        width = W.shape[1]
    if width != 1:
        raise ValueError(f"Expected a network with one output, found {width} of them.")
    return list(zip(weights, biases, strict=True))


def _arrays(part: Any, name: str) -> list[np.ndarray]:
    if not isinstance(part, (tuple, list, np.ndarray)) or (isinstance(part, np.ndarray) and part.ndim == 0):
        raise ValueError(f"Expected a list of {name}, one array for each layer, found {describe(part)}.")
    arrays = []
    for entry in part:
        try:
            array = np.asarray(entry)
        except ValueError:  # rows of different lengths
            array = np.empty(0, dtype=object)
        if array.dtype.kind not in "biuf" or array.size > LARGEST_LAYER:
            raise ValueError(f"Expected an array of numbers for every layer in the {name}, found {describe(entry)}.")
        arrays.append(array if array.dtype == np.float32 else array.astype(np.float64))
    return arrays


def _outputs(layers: list[tuple[np.ndarray, np.ndarray]], x: np.ndarray) -> np.ndarray:
    a = x.astype(layers[0][0].dtype)
    last = len(layers) - 1
    with np.errstate(all="ignore"):  # numbers that are too large show in the result
        for number, (W, b) in enumerate(layers):
            sums = a @ W + b
            a = sums if number == last else np.clip(sums, 0, None)
    flat: np.ndarray = a[:, 0]
    return flat


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = {
    "polynomial": _polynomial,
}
VIEWS: dict[str, Callable[[Any], Any]] = {
    "product": _product,
}
READINGS: dict[str, Callable[..., Callable[[Any], Any]]] = {
    "network on an interval": _network_on_interval,
    "network on bits": _network_on_bits,
}
