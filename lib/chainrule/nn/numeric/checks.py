"""The test of a derivative.

What you can do with this file:

- find out whether a gradient is right: `gradient_check`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from chainrule.backend import Array, as_floating, get_array_module, to_device
from chainrule.nn.numeric.gradients import numeric_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

__all__ = ["gradient_check"]

AGREES = 1e-6  # central differences err by about 1e-10 in float64, a wrong formula by much more


def gradient_check(
    f: Callable[[Array], float],
    grad: Callable[[Array], Array],
    x: Array,
    h: float = 1e-5,
    *,
    rng: Generator | None = None,
    directions: int = 3,
) -> float:
    """
    Measure how far a gradient is from central differences.

    error = |grad - numeric| / (|grad| + |numeric|), with |.| the root of the sum of squares

    Parameters
    ----------
    f : callable
        From an array with the shape of `x` to one number.
    grad : callable
        From the same array to what should be the gradient of `f`, with the shape of `x`.
    x : array, any shape
        Where to compare; best at random numbers, away from corners of `f`.
    h : float
        How far to move.
    rng : numpy.random.Generator, optional
        Draws random directions, and the slopes along these are compared first. Where all agree, no entry
        is compared alone: a few calls of `f` instead of two for each entry.
    directions : int
        How many directions.

    Returns
    -------
    float
        Below 1e-6 for a right gradient in float64, near 1 for a wrong one; 0 where both are 0.

    Notes
    -----
    A wrong gradient agrees with the differences along a random direction with probability 0.

    References
    ----------
    CS231n course notes, Gradient checks, Stanford University.

    Examples
    --------
    >>> import numpy as np
    >>> x, rng = np.array([1.0, -3.0]), np.random.default_rng(0)
    >>> gradient_check(lambda x: (x**3).sum(), lambda x: 3 * x**2, x, rng=rng) < 1e-6
    True
    >>> round(gradient_check(lambda x: (x**3).sum(), lambda x: x**2, x, rng=rng), 3)
    0.5
    """
    x = as_floating(x)
    xp = get_array_module(x)
    x = x.astype(xp.float64)  # float32 has too few digits for differences
    analytic = xp.asarray(grad(x.copy()))  # a copy: a wrong gradient may also change its argument
    if analytic.shape != x.shape:
        raise ValueError(f"Expected a gradient of the shape of x, {x.shape}, found {analytic.shape}.")
    if rng is not None:
        errors = [_error_along(f, analytic, x, h, rng) for _ in range(directions)]
        if errors and all(error < AGREES for error in errors):
            return max(errors)
    return _relative(analytic, numeric_gradient(f, x, h))


def _error_along(f: Callable[[Array], float], analytic: Array, x: Array, h: float, rng: Generator) -> float:
    """The error of the slope along one random direction of length 1."""
    direction = rng.standard_normal(x.shape)
    direction = to_device(direction / float((direction * direction).sum()) ** 0.5, get_array_module(x))
    slope = numeric_gradient(lambda t: f(x + float(t[0]) * direction), np.zeros(1), h)
    return _relative(float((analytic * direction).sum()), float(slope[0]))


def _relative(a: Array, b: Array) -> float:
    """The distance as a share of the sizes; 0 where both are 0."""
    distance, size_a, size_b = (_length(vector) for vector in (a - b, a, b))
    return distance / (size_a + size_b) if distance else 0.0


def _length(vector: Array) -> float:
    return math.sqrt((vector * vector).sum()) if hasattr(vector, "sum") else float(abs(vector))
