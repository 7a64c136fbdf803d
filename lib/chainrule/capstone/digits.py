"""The digits that a capstone is trained on; others are held out for grading.

What you can do with this file:

- get the small digits, 8 x 8 pixels, without a network: `capstone_digits`;
- get those of MNIST, 28 x 28 pixels: `capstone_mnist`;
- name the parts: `CapstoneDigits`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.data import load_digits, load_mnist

__all__ = ["CapstoneDigits", "capstone_digits", "capstone_mnist"]

SEED = 707
HELD_OUT, VALIDATION = 400, 300
MNIST_VALIDATION = 5_000


@dataclass(frozen=True)
class CapstoneDigits:
    """Images as rows of numbers from 0 to 1, and labels 0 to 9, to train with and to choose by."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray


def capstone_digits() -> CapstoneDigits:
    """
    Give 1,397 small digits in two parts; the other 400 of the data set are held out.

    Returns
    -------
    CapstoneDigits
        float32 images of shape (1097, 64) and (300, 64), int64 labels.

    References
    ----------
    Alpaydin, Kaynak, Optical recognition of handwritten digits, UCI repository (1998).

    Examples
    --------
    >>> digits = capstone_digits()
    >>> digits.x_train.shape, digits.x_val.shape
    ((1097, 64), (300, 64))
    """
    every = load_digits(np.random.default_rng(SEED), validation=0.0)
    x, y = every.x_train.astype(np.float32)[HELD_OUT:], every.y_train[HELD_OUT:]
    return CapstoneDigits(x[VALIDATION:], y[VALIDATION:], x[:VALIDATION], y[:VALIDATION])


def capstone_mnist() -> CapstoneDigits:
    """
    Give the 60,000 training digits of MNIST in two parts; digits of its test part are held out.

    Returns
    -------
    CapstoneDigits
        float32 images of shape (55000, 784) and (5000, 784), int64 labels.

    Raises
    ------
    DataUnavailableError
        There is no network, and no copy on this machine; `capstone_digits` needs neither.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition (1998).

    Examples
    --------
    In a notebook with a network::

        mnist = capstone_mnist()
    """
    mnist = load_mnist()
    cut = len(mnist.y_train) - MNIST_VALIDATION
    return CapstoneDigits(mnist.x_train[:cut], mnist.y_train[:cut], mnist.x_train[cut:], mnist.y_train[cut:])
