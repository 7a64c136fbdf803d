"""What a probe calls by name, since it holds no code: functions to pass in, and ways to look at a result.

What you can do with this file:

- pass a function to an answer: add its family to `FUNCTIONS` and name it with `Named`;
- compare results that are not unique as they stand: add a view to `VIEWS` and name it in the probe.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

__all__ = ["FUNCTIONS", "VIEWS"]


def _quadratic(*curvatures: float) -> Callable[[Any], Any]:
    return lambda x: 0.5 * sum(c * x[..., i] ** 2 for i, c in enumerate(curvatures))


def _cubic(factor: float) -> Callable[[Any], Any]:
    return lambda x: factor * (x**3).sum()


def _sine(frequency: float) -> Callable[[Any], Any]:
    return lambda x: np.sin(frequency * x).sum()


def _polynomial(*coefficients: float) -> Callable[[Any], Any]:
    return lambda x: sum(c * x**power for power, c in enumerate(coefficients))


def _wave(height: float, frequency: float, phase: float) -> Callable[[Any], Any]:
    return lambda x: height * np.sin(frequency * x + phase)


def _affine(slope: float, offset: float) -> Callable[[Any], Any]:
    return lambda x: slope * x + offset


FUNCTIONS: dict[str, Callable[..., Callable[[Any], Any]]] = {
    "affine": _affine,
    "cubic": _cubic,
    "polynomial": _polynomial,
    "quadratic": _quadratic,
    "sine": _sine,
    "wave": _wave,
}
"""Families of functions that a probe may pass in, from parameters to the function."""


def _total_over_pieces(result: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    """Sum the gradients of tied pieces: their split is free, their sum is not."""
    dx, dW, db = result
    return dx, dW.sum(axis=0), db.sum(axis=0)


def _sorted_pieces(result: tuple[Any, Any]) -> Any:
    """Order the pieces of a one-unit maxout by slope, then offset: their order is free."""
    W, b = result
    return np.array(sorted(zip(W.ravel().tolist(), b.ravel().tolist(), strict=True)))


def _product(result: tuple[Any, Any]) -> Any:
    """Multiply two factors: how a product is split into them is free."""
    first, second = result
    return first @ second


VIEWS: dict[str, Callable[[Any], Any]] = {
    "product": _product,
    "sorted pieces": _sorted_pieces,
    "total over pieces": _total_over_pieces,
}
"""Ways to look at a result that is not unique as it stands."""
