"""Images whose content changes.

What you can do with this file:

- change the colors: `color_jitter`;
- set a square to 0: `cutout`;
- mix pairs of images and their labels: `mixup`.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module, to_device
from chainrule.nn.augmentation.images import as_images, one_each

__all__ = ["color_jitter", "cutout", "mixup"]


def color_jitter(X: Array, factors: Array) -> Array:
    """
    Multiply the channels of each image by factors of its own, and stay within 0 and 1.

    out = clip(factor X, 0, 1)

    Parameters
    ----------
    X : array of shape (N, H, W, channels)
        Images with numbers from 0 to 1.
    factors : array of shape (N, channels)
        A factor for every channel of every image.

    Returns
    -------
    array, shape of `X`
        Images in other colors.

    References
    ----------
    Howard, Some improvements on deep convolutional neural network based image classification (2013), section 2.

    Examples
    --------
    >>> import numpy as np
    >>> color_jitter(np.full((1, 1, 1, 3), 0.5), np.array([[0.5, 1.0, 3.0]])).tolist()
    [[[[0.25, 0.5, 1.0]]]]
    """
    X, factors = as_images(X), as_floating(factors)
    if X.ndim != 4 or factors.shape != X.shape[::3]:
        raise ValueError(
            f"Expected images (N, H, W, channels) and factors (N, channels), found {X.shape} and {factors.shape}."
        )
    return get_array_module(X).clip(X * factors.astype(X.dtype)[:, None, None, :], 0, 1)


def cutout(X: Array, rows: Array, columns: Array, size: int) -> Array:
    """
    Set a square of each image to 0; what of the square lies outside the image is lost.

    The square covers the rows from row - size // 2 to row - size // 2 + size - 1, and columns likewise.

    Parameters
    ----------
    X : array of shape (N, H, W) or (N, H, W, channels)
        Images.
    rows, columns : arrays of int of shape (N,)
        The middle of each square.
    size : int
        Height and width of the squares.

    Returns
    -------
    array, shape of `X`
        Images with holes; near the border they are smaller.

    References
    ----------
    DeVries, Taylor, Improved regularization of convolutional neural networks with cutout, arXiv:1708.04552 (2017).

    Examples
    --------
    >>> import numpy as np
    >>> cutout(np.ones((1, 3, 3)), np.array([0]), np.array([1]), 2).tolist()
    [[[0.0, 0.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]]
    """
    X = as_images(X)
    xp = get_array_module(X)
    n, height, width = X.shape[:3]
    top = to_device(one_each(rows, n, "rows"), xp)[:, None] - size // 2
    left = to_device(one_each(columns, n, "columns"), xp)[:, None] - size // 2
    r, c = xp.arange(height)[None, :], xp.arange(width)[None, :]
    # Comparisons, not slices: a slice that starts below 0 counts from the end and may remove nothing.
    hole = ((r >= top) & (r < top + size))[:, :, None] & ((c >= left) & (c < left + size))[:, None, :]
    return X * (~hole).astype(X.dtype).reshape(hole.shape + (1,) * (X.ndim - 3))


def mixup(X: Array, Y: Array, weights: Array, order: Array) -> tuple[Array, Array]:
    """
    Mix each example with another one, and their labels in the same proportion.

    X' = w X + (1 - w) X[order],  Y' = w Y + (1 - w) Y[order]

    Parameters
    ----------
    X : array of shape (N, ...)
        Inputs.
    Y : array of shape (N, C)
        Labels, one-hot.
    weights : array of shape (N,)
        The share w of the example itself, from 0 to 1.
    order : array of int of shape (N,)
        The partner of each example, the same for X and Y: a permutation.

    Returns
    -------
    tuple of arrays of the shapes of X and Y
        Mixed inputs and labels.

    Notes
    -----
    The weights are drawn from Beta(alpha, alpha).

    References
    ----------
    Zhang, Cisse, Dauphin, Lopez-Paz, mixup: beyond empirical risk minimization, ICLR (2018).

    Examples
    --------
    >>> import numpy as np
    >>> X, Y = np.array([[0.0], [10.0]]), np.eye(2)
    >>> mixed = mixup(X, Y, np.array([0.8, 0.5]), np.array([1, 0]))
    >>> [part.round(1).tolist() for part in mixed]
    [[[2.0], [5.0]], [[0.8, 0.2], [0.5, 0.5]]]
    """
    X, Y, weights = as_floating(X), as_floating(Y), as_floating(weights)
    if not weights.shape == order.shape == X.shape[:1] == Y.shape[:1]:
        raise ValueError(
            f"Expected one weight and one partner for each example of X and Y, "
            f"found {weights.shape} and {order.shape} for {X.shape} and {Y.shape}."
        )
    return _mixed(X, weights, order), _mixed(Y, weights, order)


def _mixed(array: Array, weights: Array, order: Array) -> Array:
    share = weights.astype(array.dtype).reshape((-1,) + (1,) * (array.ndim - 1))
    return share * array + (1 - share) * array[order]
