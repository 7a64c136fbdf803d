"""Walking along a slope: uphill to the largest value, downhill to the smallest.

What you can do with this file:

- climb: `gradient_ascent`;
- descend: `gradient_descent`.

Both take a function that gives the slope at a position, in the shape of the position. They go a number of steps, 0 or
more, and keep every position, so that the path can be drawn. The source is Cauchy, Methode generale pour la resolution
des systemes d'equations simultanees (1847).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, as_floating, get_array_module

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["gradient_ascent", "gradient_descent"]


def gradient_ascent(score: Callable[[Array], Array], theta: Array, lr: float, steps: int) -> tuple[Array, Array]:
    """
    Climb: add the slope again and again.

    theta <- theta + lr * score(theta)

    Parameters
    ----------
    score : callable
        From a position to the slope there.
    theta : float or array, any shape
        Where to start.
    lr, steps : float and int
        Learning rate and number of updates.

    Returns
    -------
    tuple of (array, array)
        The last position, with the shape of `theta`, and all `steps` + 1 positions, the start first.

    Examples
    --------
    >>> theta, path = gradient_ascent(lambda t: 3.0 - t, 1.0, 0.5, 2)
    >>> theta.item(), path.tolist()
    (2.5, [1.0, 2.0, 2.5])
    """
    return _walk(score, theta, lr, steps)


def gradient_descent(grad: Callable[[Array], Array], w: Array, lr: float, steps: int) -> tuple[Array, Array]:
    """
    Descend: subtract the gradient again and again.

    w <- w - lr * grad(w)

    Parameters
    ----------
    grad : callable
        From weights to the gradient there.
    w : float or array, any shape
        The first weights.
    lr, steps : float and int
        As in `gradient_ascent`.

    Returns
    -------
    tuple of (array, array)
        The last weights and the path, as `gradient_ascent` gives them.

    Notes
    -----
    On a quadratic with largest curvature lambda_max, the walk converges for lr below 2 / lambda_max and
    diverges above.

    Examples
    --------
    >>> import numpy as np
    >>> w, path = gradient_descent(lambda w: 2.0 * w, np.array([4.0, -8.0]), 0.25, 2)
    >>> w.tolist(), path.tolist()
    ([1.0, -2.0], [[4.0, -8.0], [2.0, -4.0], [1.0, -2.0]])
    """
    return _walk(grad, w, -lr, steps)


def _walk(slope: Callable[[Array], Array], start: Array, stride: float, steps: int) -> tuple[Array, Array]:
    """Add `stride` times the slope `steps` times."""
    if steps < 0:
        raise ValueError(f"Expected a number of steps from 0 on, found {steps}; the sign belongs to lr.")
    position = as_floating(start)
    xp = get_array_module(position)
    path = [position.copy()]
    for _ in range(steps):
        direction = slope(position)
        if getattr(direction, "shape", ()) != position.shape:
            raise ValueError(
                f"Expected a slope of shape {position.shape}, as the position has, found "
                f"{getattr(direction, 'shape', ())}; try to sum it over the examples."
            )
        position = xp.asarray(position + stride * direction)  # the sum of two arrays of shape () is no array
        path.append(position)
    return path[-1], xp.stack(path)
