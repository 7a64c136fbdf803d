"""Examples with two features, as points in the plane.

What you can do with this file:

- draw points with a color and a mark for each label: `scatter`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chainrule.backend import Array, to_host
from chainrule.plotting.style import axes_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["scatter"]

LOOKS = (("#0072B2", "o"), ("#D55E00", "^"), ("#009E73", "s"), ("#CC79A7", "D"), ("#E69F00", "v"))


def scatter(x: Array, y: Array, ax: Axes | None = None) -> Axes:
    """
    Draw points with a color and a mark for each label.

    Parameters
    ----------
    x : array of shape (N, 2)
        The points.
    y : array of shape (N,)
        Labels 0 to C-1; after five the looks repeat.
    ax : Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    Axes
        With one set of marks for each label.

    Examples
    --------
    >>> ax = scatter(np.eye(2), np.array([0, 1]))
    >>> len(ax.collections)
    2
    """
    ax, x, y = axes_or_new(ax), np.asarray(to_host(x)), np.asarray(to_host(y))
    for label in np.unique(y):
        color, mark = LOOKS[int(label) % len(LOOKS)]
        ax.scatter(x[y == label, 0], x[y == label, 1], color=color, marker=mark, s=12, linewidths=0, alpha=0.8)
    return ax
