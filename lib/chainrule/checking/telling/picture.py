"""A small picture of two arrays, drawn as SVG text.

What you can do with this file:

- draw an answer's array beside its difference from the right one: `picture_svg`.

A figure library would be a second of import and a tenth of a second a picture, while a check answers
in less, and the picture travels as text into feedback pages. Blue and orange stay apart for the
color-blind; a number too wrong to draw (NaN, infinity) is a cross.
"""

from __future__ import annotations

import html

import numpy as np

__all__ = ["picture_svg"]

CELL = 18
LARGEST = 12
GAP = 36
TOP = 22
TITLE = "Your result and its difference from the right one"
NEGATIVE, POSITIVE = (0, 114, 178), (230, 159, 0)  # Okabe and Ito's blue and orange


def picture_svg(yours: np.ndarray, expected: np.ndarray) -> str:
    """
    Draw the answer's array on the left and its difference from the right one beside it.

    Parameters
    ----------
    yours, expected : numpy.ndarray
        Arrays of one shape, at least one entry.

    Returns
    -------
    str
        An SVG element with a title and a description, or "" for arrays that make no picture
        (a single number, or more than two dimensions).

    Examples
    --------
    >>> picture_svg(np.eye(2), np.ones((2, 2))).startswith("<svg")
    True
    """
    if yours.shape != expected.shape or not 1 <= yours.ndim <= 2 or yours.size < 2:
        return ""
    left = np.atleast_2d(yours).astype(float)[:LARGEST, :LARGEST]
    right = left - np.atleast_2d(expected).astype(float)[:LARGEST, :LARGEST]
    wrong = int(np.sum(~np.isclose(right, 0.0, atol=1e-9)))
    rows, columns = left.shape
    width = max(2 * columns * CELL + GAP, 220)
    height = TOP + rows * CELL + 4
    description = f"{wrong} of {left.size} entries shown differ from the right result."
    frame = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {frame} font-family="sans-serif" font-size="12">',
        f"<title>{TITLE}</title><desc>{html.escape(description)}</desc>",
    ]
    offset = max(columns * CELL + GAP, 92)
    for x, label, values in ((0, "yours", left), (offset, "yours - right", right)):
        parts.append(f'<text x="{x}" y="14" fill="currentColor">{label}</text>')
        parts.extend(_cells(x, values))
    return "".join([*parts, "</svg>"])


def _cells(x0: int, values: np.ndarray) -> list[str]:
    finite = np.abs(values[np.isfinite(values)])
    scale = float(finite.max(initial=0.0)) or 1.0
    cells = []
    for (row, column), value in np.ndenumerate(values):
        x, y = x0 + column * CELL, TOP + row * CELL
        shape = (
            f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}" fill="{_color(value / scale)}" '
            f'stroke="#888" stroke-width="0.5"><title>[{row}, {column}] {value:.6g}</title></rect>'
        )
        if not np.isfinite(value):
            shape += f'<path d="M{x + 4} {y + 4}l9 9m0 -9l-9 9" stroke="#d55e00" stroke-width="2"/>'
        cells.append(shape)
    return cells


def _color(share: float) -> str:
    """White at 0, full color at +-1."""
    if not np.isfinite(share):
        return "#fff"
    full = POSITIVE if share >= 0 else NEGATIVE
    strength = min(abs(share), 1.0) ** 0.7
    return "#" + "".join(f"{round(255 + (channel - 255) * strength):02x}" for channel in full)
