"""Derivatives as tables, and the test of a derivative.

What you can do with this file:

- estimate every slope of a function with many outputs: `jacobian`;
- find out whether a gradient is right: `gradient_check`.

Both move the input a little and look at the change; `chainrule.nn.numeric` does so for one output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chainrule.backend import Array, as_floating, get_array_module, to_device
from chainrule.nn.numeric import numeric_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

__all__ = ["gradient_check", "jacobian"]

AGREES = 1e-6


def jacobian(f: Callable[[Array], Array], x: Array, /, h: float = 1e-5) -> Array:
    """
    Estimate the slope of every output with respect to every input, by central differences.

    J[i, j] = (f(x with x_j + h)_i - f(x with x_j - h)_i) / (2 h)

    Parameters
    ----------
    f : callable
        From an array with the shape of `x` to an array.
    x : array, any shape
        Where to take the slopes.
    h : float
        How far to move each entry.

    Returns
    -------
    array, shape of f(x) followed by the shape of `x`, float64
        For vectors: a row for each output, a column for each input.

    Raises
    ------
    TypeError
        `x` holds something else than real numbers.
    ValueError
        `h` is not positive.

    Notes
    -----
    An entrywise function has a diagonal Jacobian, so backward multiplies by its slopes and never builds it:
    for a batch of 100 examples and 4096 units it would hold 1.7e11 numbers.

    References
    ----------
    Griewank, Walther, Evaluating Derivatives (2008), chapter 3.

    Examples
    --------
    >>> import numpy as np
    >>> jacobian(lambda x: x**2, np.array([1.0, 3.0])).round(6).tolist()
    [[2.0, 0.0], [0.0, 6.0]]
    """
    if not h > 0:
        raise ValueError(f"Expected a positive h, found {h}; try 1e-5.")
    x = as_floating(x)
    xp = get_array_module(x)
    x = x.astype(xp.float64)
    columns = []
    for j in range(x.size):
        step = xp.zeros(x.size, dtype=xp.float64)
        step[j] = h
        step = step.reshape(x.shape)
        columns.append((xp.asarray(f(x + step)) - xp.asarray(f(x - step))) / (2.0 * h))
    outputs = columns[0].shape if columns else xp.asarray(f(x)).shape
    table = xp.stack(columns, axis=-1) if columns else xp.zeros((*outputs, 0))
    return table.reshape(*outputs, *x.shape)


def gradient_check(
    f: Callable[[Array], float],
    grad: Callable[[Array], Array],
    x: Array,
    /,
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
        From the same array to what should be the gradient of `f`.
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

    Raises
    ------
    TypeError
        `x` holds something else than real numbers.
    ValueError
        `grad` gives another shape than that of `x`, or `f` not one number.

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
    x = x.astype(xp.float64)
    analytic = xp.asarray(grad(x.copy()))
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
    distance, *sizes = (float((it * it).sum()) ** 0.5 if hasattr(it, "sum") else abs(it) for it in (a - b, a, b))
    return distance / sum(sizes) if distance else 0.0
