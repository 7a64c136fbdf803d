"""The oracle that knows no formula: central differences in float64.

What you can do with this file:

- compare an exercise's derivative with the slope of its forward function: `gradient_error`.

One number, the error along three random directions, tells whether a derivative is right. Below 1e-6 it
is; a wrong formula shows as 1e-2 or more. Inputs must lie 10 h away from kinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from chainrule.checking.declaring.exercise import Gradient

__all__ = ["STEP", "gradient_error"]

STEP = 1e-5
DIRECTIONS = 3


def gradient_error(
    answer: Callable[..., Any],
    parameters: tuple[str, ...],
    args: tuple[Any, ...],
    gradient: Gradient,
    rng: Generator,
) -> float:
    """
    Measure how far a derivative is from the slope of its forward function.

    ||analytic - numeric|| / max(||analytic||, ||numeric||), norms over the directions

    Parameters
    ----------
    answer : callable
        Computes the derivative.
    parameters : tuple of str
        The names of the arguments; `upstream` is the gradient that comes in, random ones where there is none.
    args : tuple
        One valid input, float64.
    gradient : Gradient
        The forward function and the arguments that the results belong to; one that gives a single number,
        such as a loss, needs no upstream gradient.
    rng : numpy.random.Generator
        Draws the directions.

    Returns
    -------
    float
        Norm-relative error.

    References
    ----------
    CS231n course notes, Neural networks part 3, gradient checks.

    Examples
    --------
    >>> from chainrule.checking.declaring.exercise import Gradient
    >>> rng = np.random.default_rng(0)
    >>> square = Gradient(of=lambda z: z * z, wrt=("z",))
    >>> gradient_error(lambda z: 2 * z, ("z",), (rng.standard_normal((3, 2)),), square, rng) < 1e-6
    True
    """
    named = dict(zip(parameters, args, strict=True))
    results = answer(*args)
    results = results if isinstance(results, tuple) else (results,)
    elementwise = "upstream" not in named
    inputs = {name: value for name, value in named.items() if name != "upstream"}
    if gradient.inverse is not None:
        inputs = {gradient.wrt[0]: gradient.inverse(*inputs.values()), **dict(list(inputs.items())[1:])}
    total = np.ndim(results[0]) > 0 and np.ndim(gradient.of(*inputs.values())) == 0
    upstream = np.ones(()) if total else named.get("upstream", rng.standard_normal(np.shape(results[0])))
    errors = []
    for name, result in zip(gradient.wrt, results, strict=True):
        if not name:  # a result that is no derivative
            continue
        directions = [rng.standard_normal(np.shape(inputs[name])) for _ in range(DIRECTIONS)]
        weight = upstream if elementwise else 1.0
        analytic = np.array([np.sum(result * direction * weight) for direction in directions])
        numeric = np.array([_slope(gradient.of, inputs, name, it, upstream) for it in directions])
        size = max(float(np.linalg.norm(analytic)), float(np.linalg.norm(numeric)), 1e-12)
        errors.append(float(np.linalg.norm(analytic - numeric)) / size)
    return max(errors)


def _slope(
    forward: Callable[..., Any],
    inputs: dict[str, Any],
    name: str,
    direction: np.ndarray,
    upstream: np.ndarray,
) -> float:
    """Central difference of sum(upstream * forward) along a direction of one argument."""
    ends = []
    for sign in (1.0, -1.0):
        moved = {**inputs, name: inputs[name] + sign * STEP * direction}
        ends.append(float(np.sum(upstream * forward(*moved.values()))))
    return (ends[0] - ends[1]) / (2.0 * STEP)
