"""Slopes without calculus: move one number at a time and look at the change.

What you can do with this file:

- take the gradient of any function by central differences: `numeric_gradient`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, as_floating, get_array_module

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["numeric_gradient"]


def numeric_gradient(f: Callable[[Array], float], x: Array, h: float = 1e-5) -> Array:
    """
    Estimate the gradient of a function that gives one number.

    df/dx_i = (f(x with x_i + h) - f(x with x_i - h)) / (2 h)

    Parameters
    ----------
    f : callable
        From an array with the shape of `x` to one number.
    x : array, any shape
        Where to take the gradient.
    h : float
        How far to move each entry, above 0.

    Returns
    -------
    array of the shape of `x`, float64
        One slope for each entry. Two calls of `f` for each make it slow.

    Notes
    -----
    The error shrinks as h^2 until rounding takes over, so h near 1e-5 is best for float64; float32 has too
    few digits, so the work is done in float64.

    References
    ----------
    Press et al., Numerical Recipes (2007), section 5.7.

    Examples
    --------
    >>> import numpy as np
    >>> numeric_gradient(lambda x: (x**2).sum(), np.array([1.0, -3.0])).round(6).tolist()
    [2.0, -6.0]
    """
    if not h > 0:
        raise ValueError(f"Expected a positive h, found {h}; try 1e-5.")
    x = as_floating(x)
    xp = get_array_module(x)
    flat = x.astype(xp.float64).ravel()
    slopes = []
    for i in range(flat.size):
        ends = []
        for step in (h, -h):
            moved = flat.copy()
            moved[i] += step
            ends.append(_number(f(moved.reshape(x.shape))))
        slopes.append((ends[0] - ends[1]) / (2.0 * h))
    return xp.asarray(slopes, dtype=xp.float64).reshape(x.shape)


def _number(value: Array) -> float:
    if getattr(value, "size", 1) != 1:
        raise ValueError(f"Expected one number from f, found shape {value.shape}; try to sum it.")
    return float(value.item() if hasattr(value, "item") else value)
