"""The look of every figure, and its text alternative.

What you can do with this file:

- switch the look on: `use_style`;
- give a figure its text alternative and show it: `describe`;
- draw where the caller says, or in a new figure: `axes_or_new`;
- use the course's colors: `BLUE`, `VERMILION`, `SAND`.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt

from chainrule.shell import in_notebook

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["BLUE", "SAND", "VERMILION", "axes_or_new", "describe", "use_style"]

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

    JupyterLab leaves a bare picture without one, so the picture is shown as HTML, too.

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
        from IPython.core.pylabtools import print_figure
        from IPython.display import display

        picture = print_figure(figure, base64=True)
        page = f'<img alt="{html.escape(text)}" src="data:image/png;base64,{picture}">'
        shown = {"text/html": page, "image/png": picture, "text/plain": text}
        display(shown, raw=True, metadata={"image/png": {"alt": text}})
        plt.close(figure)  # or the notebook shows it a second time, without its text
    print(f"Figure: {text}")  # noqa: T201 - the text below the picture is the point


def axes_or_new(ax: Axes | None) -> Axes:
    """
    Give the axes to draw into.

    Parameters
    ----------
    ax : Axes, optional
        What the caller passed.

    Returns
    -------
    Axes
        The same, or those of a new figure.

    Examples
    --------
    >>> ax = plt.figure().add_subplot()
    >>> axes_or_new(ax) is ax
    True
    """
    return ax if ax is not None else plt.subplots()[1]
