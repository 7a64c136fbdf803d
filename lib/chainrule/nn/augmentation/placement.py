"""Images that are moved along their axes.

What you can do with this file:

- mirror some images left to right: `horizontal_flip`;
- cut a square out of each image at a random place: `random_crop`;
- enlarge or shrink: `rescale`;
- shift, with zeros where nothing was: `translate`.

The source of flips and crops is named at `horizontal_flip`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, get_array_module, to_device
from chainrule.nn.augmentation.images import as_images, one_each

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["horizontal_flip", "random_crop", "rescale", "translate"]


def horizontal_flip(X: Array, flips: Array) -> Array:
    """
    Mirror some of the images left to right.

    Parameters
    ----------
    X : array of shape (N, H, W) or (N, H, W, channels)
        Images.
    flips : array of bool of shape (N,)
        Which images to mirror.

    Returns
    -------
    array, shape of `X`
        The images, some of them mirrored.

    References
    ----------
    Krizhevsky, Sutskever, Hinton, ImageNet classification with deep convolutional neural networks, NIPS (2012),
    section 4.1.

    Examples
    --------
    >>> import numpy as np
    >>> horizontal_flip(np.array([[[1.0, 2.0]], [[3.0, 4.0]]]), np.array([True, False])).tolist()
    [[[2.0, 1.0]], [[3.0, 4.0]]]
    """
    X = as_images(X)
    xp = get_array_module(X)
    chosen = to_device(one_each(flips, len(X), "flips").astype(bool), xp)
    return xp.where(chosen.reshape((-1,) + (1,) * (X.ndim - 1)), X[:, :, ::-1], X)


def random_crop(X: Array, size: int, rng: Generator) -> Array:
    """
    Cut a square out of each image, at a random place of its own.

    Parameters
    ----------
    X : array of shape (N, H, W) or (N, H, W, channels)
        Images.
    size : int
        Height and width of the square, from 1 to H and W.
    rng : numpy.random.Generator
        Draws the places; every place that fits is equally likely.

    Returns
    -------
    array of shape (N, size, size) or (N, size, size, channels)
        The squares.

    Examples
    --------
    >>> import numpy as np
    >>> random_crop(np.ones((2, 8, 8)), 6, np.random.default_rng(0)).shape
    (2, 6, 6)
    """
    X = as_images(X)
    n, height, width = X.shape[:3]
    if not 1 <= size <= min(height, width):
        raise ValueError(f"Expected a size from 1 to {min(height, width)}, found {size}.")
    xp = get_array_module(X)
    window = xp.arange(size)
    top = to_device(rng.integers(height - size + 1, size=n), xp)
    left = to_device(rng.integers(width - size + 1, size=n), xp)
    rows, columns = top[:, None] + window, left[:, None] + window
    return X[xp.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]


def rescale(X: Array, size: int) -> Array:
    """
    Bring images to another size; each new pixel takes the nearest old one.

    Pixel i of the new image lies at (i + 1/2) H / size, which falls into row floor of that.

    Parameters
    ----------
    X : array of shape (N, H, W) or (N, H, W, channels)
        Images.
    size : int
        New height and width, from 1.

    Returns
    -------
    array of shape (N, size, size) or (N, size, size, channels)
        The images in the new size.

    References
    ----------
    Gonzalez, Woods, Digital image processing, Pearson (2018), section 2.4.

    Examples
    --------
    >>> import numpy as np
    >>> rescale(np.array([[[1.0, 2.0, 3.0]]]), 2).tolist()
    [[[1.0, 3.0], [1.0, 3.0]]]
    """
    X = as_images(X)
    if size < 1:
        raise ValueError(f"Expected a size of at least 1, found {size}.")
    # (i + 1/2) H / size is (2 i + 1) H / (2 size): in whole numbers the floor cannot fall to a rounding error.
    odd = 2 * get_array_module(X).arange(size) + 1
    rows, columns = (odd * length // (2 * size) for length in X.shape[1:3])
    return X[:, rows][:, :, columns]


def translate(X: Array, down: int, right: int) -> Array:
    """
    Shift images by whole pixels; what leaves is lost, and zeros come in.

    Parameters
    ----------
    X : array of shape (N, H, W) or (N, H, W, channels)
        Images.
    down, right : int
        Pixels; negative numbers shift up and left.

    Returns
    -------
    array, shape of `X`
        The shifted images.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition, Proceedings of the
    IEEE 86 (1998), section III.

    Examples
    --------
    >>> import numpy as np
    >>> translate(np.array([[[1.0, 2.0], [3.0, 4.0]]]), 1, -1).tolist()
    [[[0.0, 0.0], [2.0, 0.0]]]
    """
    X = as_images(X)
    height, width = X.shape[1:3]
    moved = get_array_module(X).zeros_like(X)
    to_rows, from_rows = _overlap(down, height)
    to_columns, from_columns = _overlap(right, width)
    moved[:, to_rows, to_columns] = X[:, from_rows, from_columns]
    return moved


def _overlap(shift: int, length: int) -> tuple[slice, slice]:
    """Where the pixels that stay inside go, and where they come from."""
    # A shift beyond the border leaves nothing: both slices are empty, and none may start below 0.
    start, stop = min(max(shift, 0), length), max(length + min(shift, 0), 0)
    return slice(start, stop), slice(start - shift if start < stop else 0, stop - shift if start < stop else 0)
