"""Small handwritten digits that come with scikit-learn.

What you can do with this file:

- get small handwritten digits without a network: `load_digits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["Digits", "load_digits"]


@dataclass(frozen=True)
class Digits:
    """Images as rows of 64 numbers from 0 to 1, and labels 0 to 9, shuffled and split."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray


def load_digits(rng: Generator, *, validation: float = 0.2) -> Digits:
    """
    Load the 1797 digits of 8 x 8 pixels that come with scikit-learn.

    Parameters
    ----------
    rng : numpy.random.Generator
        Shuffles before the split.
    validation : float
        Share of the images to hold out.

    Returns
    -------
    Digits
        float64 images of shape (N, 64), int64 labels of shape (N,).

    References
    ----------
    Alpaydin, Kaynak, Optical recognition of handwritten digits, UCI repository (1998).

    Examples
    --------
    >>> digits = load_digits(np.random.default_rng(0))
    >>> digits.x_train.shape, digits.x_val.shape
    ((1438, 64), (359, 64))
    """
    from sklearn import datasets  # a second of import that most notebooks need not pay

    bunch = datasets.load_digits()
    order = rng.permutation(len(bunch.target))
    x, y = bunch.data[order] / 16.0, bunch.target[order].astype(np.int64)
    held_out = round(validation * len(y))
    return Digits(x[held_out:], y[held_out:], x[:held_out], y[:held_out])
