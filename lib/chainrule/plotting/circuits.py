"""Circuits: gates, the wires between them, and what runs along these.

What you can do with this file:

- draw a circuit with values and gradients on its wires: `circuit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.plotting.style import BLUE, VERMILION, axes_or_new

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

__all__ = ["circuit"]


def circuit(
    gates: Mapping[str, tuple[float, float]],
    wires: Sequence[tuple[str, str, float, float | None]],
    ax: Axes | None = None,
    *,
    size: float = 26.0,
) -> Axes:
    """
    Draw gates as circles, and on each wire the value above and the gradient below.

    Parameters
    ----------
    gates : mapping from str to (float, float)
        What is written into each circle, and where it stands. Blanks at the end make equal names different.
    wires : sequence of (str, str, float, float or None)
        From a gate to a gate, the value that runs forward and the gradient that runs backward, if it is known.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure when left out.
    size : float
        Diameter of the circles, in points.

    Returns
    -------
    matplotlib.axes.Axes
        Without axes to read numbers from.

    Examples
    --------
    >>> ax = circuit({"x": (0, 0), "exp": (1, 0)}, [("x", "exp", 1.0, 2.72)])
    >>> len(ax.texts)  # two gates, an arrow, a value and a gradient
    5
    """
    ax = axes_or_new(ax)
    ax.axis("off")
    for start, end, value, gradient in wires:
        (x0, y0), (x1, y1) = gates[start], gates[end]
        ax.annotate(
            "", (x1, y1), (x0, y0), arrowprops={"arrowstyle": "->", "color": "#888888", "shrinkA": 14, "shrinkB": 14}
        )
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        box = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
        for number, color, shift in ((value, BLUE, 8), (gradient, VERMILION, -8)):
            if number is not None:
                ax.annotate(
                    f"{number + 0.0:.3g}",
                    middle,
                    (0, shift),
                    textcoords="offset points",
                    ha="center",
                    va="center",
                    color=color,
                    fontsize=10,
                    bbox=box,
                )
    for name, (x, y) in gates.items():
        ax.plot([x], [y], "o", markersize=size, color="white", markeredgecolor="#555555")
        ax.annotate(name.strip(), (x, y), ha="center", va="center", fontsize=10)
    ax.margins(0.12, 0.25)
    return ax
