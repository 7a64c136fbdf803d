"""Images that are turned.

What you can do with this file:

- turn images about their middle: `rotate`.
"""

from __future__ import annotations

import math

from chainrule.backend import Array, get_array_module
from chainrule.nn.augmentation.images import as_images

__all__ = ["rotate"]


def rotate(X: Array, degrees: float) -> Array:
    """
    Turn images about their middle, counterclockwise; each new pixel takes the nearest old one.

    With r and c counted from the middle, new pixel (r, c) comes from
    (r cos + c sin, c cos - r sin), rounded; outside the image is 0.

    Parameters
    ----------
    X : array of shape (N, H, W) or (N, H, W, channels)
        Images; row 0 is at the top.
    degrees : float
        Angle.

    Returns
    -------
    array, shape of `X`
        The turned images.

    Notes
    -----
    Every new pixel is asked where it comes from. The other way round, some new pixels would be hit twice and
    others never.

    References
    ----------
    Simard, Steinkraus, Platt, Best practices for convolutional neural networks applied to visual document
    analysis, ICDAR (2003).

    Examples
    --------
    >>> import numpy as np
    >>> rotate(np.array([[[1.0, 2.0], [3.0, 4.0]]]), 90).tolist()
    [[[2.0, 4.0], [1.0, 3.0]]]
    """
    X = as_images(X)
    xp = get_array_module(X)
    height, width = X.shape[1:3]
    r, c = xp.arange(height)[:, None] - (height - 1) / 2, xp.arange(width)[None, :] - (width - 1) / 2
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    from_row = xp.rint(r * cos + c * sin + (height - 1) / 2).astype(xp.int64)
    from_column = xp.rint(c * cos - r * sin + (width - 1) / 2).astype(xp.int64)
    inside = (from_row >= 0) & (from_row < height) & (from_column >= 0) & (from_column < width)
    # Clipped, so that every index is one; what was outside becomes 0 below.
    picked = X[:, xp.clip(from_row, 0, height - 1), xp.clip(from_column, 0, width - 1)]
    return picked * inside.astype(X.dtype).reshape(inside.shape + (1,) * (X.ndim - 3))
