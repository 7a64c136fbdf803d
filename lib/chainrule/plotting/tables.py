"""Numbers with names: as colors in a table, or as bars.

What you can do with this file:

- draw a table of shares: `heatmap`;
- draw named numbers: `bars`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.backend import Array, to_host
from chainrule.plotting.style import BLUE, axes_or_new

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

__all__ = ["bars", "heatmap"]


def heatmap(
    shares: Array, columns: Sequence[Any], rows: Sequence[Any], ax: Axes | None = None, *, label: str = ""
) -> Axes:
    """
    Draw a table of shares from 0 to 1 as colors, with the percentages written in.

    Parameters
    ----------
    shares : array of shape (R, C)
        Numbers from 0 to 1.
    columns, rows : sequences of lengths C and R
        Labels of the two sides; row 0 is at the top.
    ax : Axes, optional
        Where to draw; a new figure when left out.
    label : str
        The title.

    Returns
    -------
    Axes
        Dark for 0, bright for 1.

    Examples
    --------
    >>> ax = heatmap(np.eye(2), ["a", "b"], [1, 2])
    >>> [text.get_text() for text in ax.texts]
    ['100', '0', '0', '100']
    """
    ax, shares = axes_or_new(ax), np.asarray(to_host(shares))
    ax.imshow(shares, vmin=0, vmax=1, aspect="auto")
    ax.set_xticks(range(len(columns)), [str(column) for column in columns])
    ax.set_yticks(range(len(rows)), [str(row) for row in rows])
    for (row, column), share in np.ndenumerate(shares):
        color = "black" if share > 0.5 else "white"
        ax.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=color, fontsize=9)
    ax.grid(visible=False)
    ax.set_title(label)
    return ax


def bars(values: Mapping[str, float], ax: Axes | None = None, *, form: str = "{:.2f}") -> Axes:
    """
    Draw numbers as bars with their names on the left and their values at the end.

    Parameters
    ----------
    values : mapping of str to float
        From top to bottom.
    ax : Axes, optional
        Where to draw; a new figure when left out.
    form : str
        How to write a number.

    Returns
    -------
    Axes
        One bar for each number.

    Examples
    --------
    >>> [text.get_text() for text in bars({"one": 1.0, "two": 2.0}, form="{:.0f}").texts]
    ['1', '2']
    """
    ax = axes_or_new(ax)
    drawn = ax.barh(list(values), list(values.values()), color=BLUE)
    ax.bar_label(drawn, [form.format(value) for value in values.values()], padding=4)
    ax.invert_yaxis()
    ax.margins(x=0.15)
    ax.grid(visible=False, axis="y")
    return ax
