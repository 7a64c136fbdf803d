"""Moving images by any distance, whole pixels or fractions.

What you can do with this file:

- move every image of a batch down and to the right: `shift_images`.
"""

from __future__ import annotations

import math

from chainrule.backend import Array, as_floating
from chainrule.nn.augmentation import translate

__all__ = ["shift_images"]


def shift_images(images: Array, down: float, right: float) -> Array:
    """
    Move every image of a batch; what comes in from outside is 0.

    result[n, r, c] = images[n, r - down, c - right]

    Parameters
    ----------
    images : array of shape (N, H, W), floating or integer
        A batch of images.
    down, right : float
        Distances in pixels; negative ones move up and to the left. Between pixels the image is interpolated
        linearly, in each direction on its own.

    Returns
    -------
    array of shape (N, H, W)
        The moved images, with the dtype of `images`; integers become float64.

    Raises
    ------
    ValueError
        `images` has not three axes.

    Notes
    -----
    A fraction f is a mixture of two whole distances: 1 - f of the whole one below, f of the next.

    References
    ----------
    Simard, Steinkraus, Platt, Best practices for convolutional neural networks, ICDAR (2003).

    Examples
    --------
    >>> import numpy as np
    >>> shift_images(np.array([[[4.0, 8.0], [0.0, 0.0]]]), 0, 0.25).tolist()
    [[[3.0, 7.0], [0.0, 0.0]]]
    """
    images = as_floating(images)
    if images.ndim != 3:
        raise ValueError(f"Expected images of shape (N, H, W), found shape {images.shape}; try reshape(-1, 8, 8).")
    rows, columns = math.floor(down), math.floor(right)
    below, beside = down - rows, right - columns
    moved = translate(images, rows, 0) * (1.0 - below) + translate(images, rows + 1, 0) * below
    return translate(moved, 0, columns) * (1.0 - beside) + translate(moved, 0, columns + 1) * beside
