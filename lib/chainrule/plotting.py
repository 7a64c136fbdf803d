"""The course's figures: one look, colors that the color-blind can tell apart, a text for each figure.

What you can do with this file:

- switch the look on: `use_style`;
- draw curves: `curves`, `with_slope`, and a student's curve over the right one: `yours_over_right`;
- draw a table of shares as colors: `heatmap`, and numbers as bars: `bars`;
- draw the steps of a search over two weights: `path`;
- give a figure its text alternative and show it: `describe`.

Helpers draw into an `Axes`, make one where none is passed, return it and show nothing; only `describe`
shows, since the text must travel with the picture. Arrays on a device are moved to the host first.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np

from chainrule.backend import Array, to_host
from chainrule.shell import in_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["bars", "curves", "describe", "heatmap", "path", "use_style", "with_slope", "yours_over_right"]

STYLE = Path(__file__).with_name("chainrule.mplstyle")
BLUE, VERMILION, SAND = "#0072B2", "#D55E00", "#F0C987"


def use_style() -> None:
    """
    Switch the look of the course on, for all figures that follow.

    Examples
    --------
    >>> use_style()
    >>> plt.rcParams["image.cmap"]
    'cividis'
    """
    plt.style.use(STYLE)


def describe(figure: Figure, text: str) -> None:
    """
    Show a figure with its text alternative; in a notebook the picture carries it as `alt` attribute.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A finished figure.
    text : str
        One sentence that says what is to be seen.

    Examples
    --------
    >>> describe(plt.figure(), "An empty page.")
    Figure: An empty page.
    """
    figure.set_label(text)
    if in_notebook():
        from IPython.display import display

        display(figure, metadata={"image/png": {"alt": text}})
        plt.close(figure)  # or the notebook shows it a second time, without its text
    print(f"Figure: {text}")  # noqa: T201 - the text below the picture is the point


def curves(x: Array, values: Mapping[str, Array], ax: Axes | None = None) -> Axes:
    """
    Draw several curves over the same numbers, with a legend.

    Parameters
    ----------
    x : array of shape (P,)
        Horizontal positions.
    values : mapping of str to array of shape (P,)
        The curves by label; their order gives color and line style.
    ax : Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    Axes
        With one line for each curve.

    Examples
    --------
    >>> ax = curves(np.arange(3), {"line": np.arange(3), "square": np.arange(3) ** 2})
    >>> len(ax.lines)
    2
    """
    ax = _axes(ax)
    for label, y in values.items():
        ax.plot(to_host(x), to_host(y), label=label)
    ax.legend()
    return ax


def with_slope(z: Array, a: Array, slope: Array, ax: Axes | None = None, *, name: str = "a") -> Axes:
    """
    Draw a function together with its derivative.

    Parameters
    ----------
    z : array of shape (P,)
        Pre-activations, in rising order.
    a, slope : arrays of shape (P,)
        The function and its derivative there.
    ax : Axes, optional
        Where to draw; a new figure when left out.
    name : str
        What the legend calls the function.

    Returns
    -------
    Axes
        The function is a solid line, the derivative a dashed one.

    Examples
    --------
    >>> z = np.linspace(-2, 2, 5)
    >>> with_slope(z, np.tanh(z), 1 - np.tanh(z) ** 2, name="tanh").get_xlabel()
    'z'
    """
    ax = curves(z, {name: a, f"slope of {name}": slope}, ax)
    ax.axhline(0, color="#888888", linewidth=0.8, linestyle="-", zorder=1)
    ax.set_xlabel("z")
    return ax


def yours_over_right(z: Array, yours: Array, right: Array, ax: Axes | None = None, *, name: str = "value") -> Axes:
    """
    Draw a student's curve, thin and dark, over the right one, broad and light.

    Parameters
    ----------
    z : array of shape (P,)
        Horizontal positions.
    yours, right : arrays of shape (P,)
        The student's values and the right ones.
    ax : Axes, optional
        Where to draw; a new figure when left out.
    name : str
        What the vertical axis shows.

    Returns
    -------
    Axes
        Two lines: equal curves look like one line with a light border.

    Examples
    --------
    >>> z = np.linspace(-2, 2, 5)
    >>> [line.get_label() for line in yours_over_right(z, z, np.abs(z)).lines]
    ['right', 'yours']
    """
    ax = _axes(ax)
    ax.plot(to_host(z), to_host(right), color=SAND, linestyle="-", linewidth=9, label="right")
    ax.plot(to_host(z), to_host(yours), color=BLUE, linestyle="-", linewidth=1.8, label="yours")
    ax.set(xlabel="z", ylabel=name)
    ax.legend()
    return ax


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
    ax, shares = _axes(ax), np.asarray(to_host(shares))
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
    ax = _axes(ax)
    drawn = ax.barh(list(values), list(values.values()), color=BLUE)
    ax.bar_label(drawn, [form.format(value) for value in values.values()], padding=4)
    ax.invert_yaxis()
    ax.margins(x=0.15)
    ax.grid(visible=False, axis="y")
    return ax


def path(
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray],
    points: Array,
    ax: Axes | None = None,
    *,
    goal: tuple[float, float] | None = None,
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
    ax, points = _axes(ax), np.asarray(to_host(points))
    marks = points if goal is None else np.vstack([points, goal])
    low, high = marks.min(axis=0) - 0.4, marks.max(axis=0) + 0.4
    u, v = np.meshgrid(*np.linspace(low, high, 80).T)
    ax.contour(u, v, loss(u, v), levels=12, colors="#BBBBBB", linewidths=0.8)
    ax.plot(*points.T, color=BLUE, linestyle="-", linewidth=1.2, marker="o", markersize=3)
    if goal is not None:
        ax.plot(*goal, color=VERMILION, marker="*", markersize=16, linestyle="none")
    ax.set(aspect="equal", xlabel="weight 1", ylabel="weight 2")
    ax.grid(visible=False)
    return ax


def _axes(ax: Axes | None) -> Axes:
    return ax if ax is not None else plt.subplots()[1]
