"""What every augmentation is given, checked once.

What you can do with this file:

- check a batch of images: `as_images`;
- check one choice for each image: `one_each`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.backend import Array, as_floating, to_host

__all__ = ["as_images", "one_each"]


def as_images(X: Array) -> Array:
    """
    Check a batch of images, and promote integers to float64.

    Parameters
    ----------
    X : array of shape (N, H, W) or (N, H, W, channels)
        Images.

    Returns
    -------
    array of the same shape
        Floating.

    Examples
    --------
    >>> as_images(np.zeros((2, 8, 8), dtype=np.uint8)).dtype
    dtype('float64')
    """
    X = as_floating(X)
    if X.ndim not in (3, 4):
        raise ValueError(f"Expected images of shape (N, H, W) or (N, H, W, channels), found {X.shape}.")
    return X


def one_each(choices: Any, count: int, name: str) -> np.ndarray:
    """
    Check that there is one choice for each image.

    Parameters
    ----------
    choices : array of shape (N,)
        Flags or whole numbers.
    count : int
        N.
    name : str
        What the choices are called, for the message.

    Returns
    -------
    numpy.ndarray of shape (N,)
        On the host.

    Examples
    --------
    >>> one_each([1, 2], 2, "rows")
    array([1, 2])
    """
    found = np.asarray(to_host(choices))
    if found.shape != (count,):
        raise ValueError(f"Expected {name} of shape ({count},), one for each image, found {found.shape}.")
    return found
