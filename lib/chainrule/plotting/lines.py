"""Curves over a line of numbers.

What you can do with this file:

- draw several curves: `curves`;
- draw a function with its derivative: `with_slope`;
- draw a student's curve over the right one: `yours_over_right`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, to_host
from chainrule.plotting.style import BLUE, SAND, axes_or_new

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

__all__ = ["curves", "with_slope", "yours_over_right"]


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
    >>> import numpy as np
    >>> ax = curves(np.arange(3), {"line": np.arange(3), "square": np.arange(3) ** 2})
    >>> len(ax.lines)
    2
    """
    ax = axes_or_new(ax)
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
    >>> import numpy as np
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
    >>> import numpy as np
    >>> z = np.linspace(-2, 2, 5)
    >>> [line.get_label() for line in yours_over_right(z, z, np.abs(z)).lines]
    ['right', 'yours']
    """
    ax = axes_or_new(ax)
    ax.plot(to_host(z), to_host(right), color=SAND, linestyle="-", linewidth=9, label="right")
    ax.plot(to_host(z), to_host(yours), color=BLUE, linestyle="-", linewidth=1.8, label="yours")
    ax.set(xlabel="z", ylabel=name)
    ax.legend()
    return ax
