"""Small handwritten digits that come with scikit-learn.

What you can do with this file:

- get small handwritten digits without a network: `load_digits`.
"""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["Digits", "load_digits"]

FILE = Path("datasets", "data", "digits.csv.gz")  # in scikit-learn's folder


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
    table = _table()
    order = rng.permutation(len(table))
    x, y = table[order, :-1] / 16.0, table[order, -1]
    held_out = round(validation * len(y))
    return Digits(x[held_out:], y[held_out:], x[:held_out], y[:held_out])


@functools.cache
def _table() -> np.ndarray:
    """
    Give pixels 0 to 16 and the label of each image, an int64 array of shape (1797, 65).

    The file is read without importing scikit-learn, which takes seconds that every notebook would pay.
    """
    package = importlib.util.find_spec("sklearn")
    for folder in (package and package.submodule_search_locations) or ():
        if Path(folder, FILE).is_file():
            return np.loadtxt(Path(folder, FILE), delimiter=",", dtype=np.int64)
    from sklearn import datasets  # a release that keeps the file elsewhere

    bunch = datasets.load_digits()
    return np.column_stack([bunch.data, bunch.target]).astype(np.int64)
