"""The way of a search over two weights.

What you can do with this file:

- draw its steps on the contours of the loss: `path`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chainrule.backend import Array, to_host
from chainrule.plotting.style import BLUE, VERMILION, axes_or_new

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

__all__ = ["path"]


def path(
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray],
    points: Array,
    ax: Axes | None = None,
    *,
    goal: tuple[float, float] | None = None,
    reach: float | None = None,
) -> Axes:
    """
    Draw the steps of a search over two weights, on the contours of its loss.

    Parameters
    ----------
    loss : callable
        From two arrays of one shape, the weights, to the loss in the same shape.
    points : array of shape (S, 2)
        Where the search stood after every step.
    ax : Axes, optional
        Where to draw; a new figure when left out.
    goal : pair of float, optional
        The lowest point, marked by a star.
    reach : float, optional
        Both axes go from -reach to reach; as far as the path goes when left out.

    Returns
    -------
    Axes
        Equal units on both sides.

    Examples
    --------
    >>> ax = path(lambda u, v: u**2 + v**2, np.array([[2.0, 1.0], [0.5, 0.2]]), goal=(0.0, 0.0))
    >>> ax.get_aspect()
    1.0
    """
    ax, points = axes_or_new(ax), np.asarray(to_host(points))
    marks = points if goal is None else np.vstack([points, goal])
    low, high = marks.min(axis=0) - 0.4, marks.max(axis=0) + 0.4
    if reach is not None:
        low, high = np.full(2, -reach), np.full(2, reach)
    u, v = np.meshgrid(*np.linspace(low, high, 80).T)
    ax.contour(u, v, loss(u, v), levels=12, colors="#BBBBBB", linewidths=0.8)
    ax.plot(*points.T, color=BLUE, linestyle="-", linewidth=1.2, marker="o", markersize=3)
    if goal is not None:
        ax.plot(*goal, color=VERMILION, marker="*", markersize=16, linestyle="none")
    ax.set(aspect="equal", xlabel="weight 1", ylabel="weight 2")
    if reach is not None:
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
    ax.grid(visible=False)
    return ax
