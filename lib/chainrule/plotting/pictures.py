"""Pictures: rows of small square images.

What you can do with this file:

- draw rows of small images beside each other: `image_rows`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chainrule.backend import Array, to_host
from chainrule.plotting.style import axes_or_new

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

__all__ = ["image_rows"]


def image_rows(rows: Mapping[str, Array], ax: Axes | None = None) -> Axes:
    """
    Draw one row of square images for each entry, dark on light, with its name on the left.

    Parameters
    ----------
    rows : mapping from str to array of shape (K, D)
        Flattened images, D a square number. Each row is scaled by its own smallest and largest number.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
        Without ticks on the axis along a row.

    Raises
    ------
    ValueError
        The images of some row are no squares.

    Examples
    --------
    >>> import numpy as np
    >>> ax = image_rows({"noise": np.random.default_rng(0).uniform(size=(3, 64))})
    >>> len(ax.images)
    1
    """
    ax = axes_or_new(ax)
    host = {name: np.asarray(to_host(images), dtype=float) for name, images in rows.items()}
    side = round(max(images.shape[1] for images in host.values()) ** 0.5)
    if any(images.shape[1] != side * side for images in host.values()):
        raise ValueError(f"Expected rows of square images of one size, found sizes {[i.shape for i in host.values()]}.")
    step, most = side + 1, max(len(images) for images in host.values())
    canvas = np.full((step * len(host) - 1, step * most - 1), np.nan)
    for i, images in enumerate(host.values()):
        low, high = images.min(), images.max()
        for j, image in enumerate((images - low) / (high - low or 1.0)):
            canvas[step * i : step * i + side, step * j : step * j + side] = image.reshape(side, side)
    ax.imshow(canvas, cmap="gray_r", vmin=0, vmax=1)
    ax.set_xticks([])
    ax.set_yticks([step * i + (side - 1) / 2 for i in range(len(host))], list(host))
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for edge in ax.spines.values():
        edge.set_visible(False)
    return ax
