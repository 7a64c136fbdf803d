"""Labeled points in the plane: small data sets whose network one can draw.

What you can do with this file:

- get arms that wind around each other: `spirals`;
- get two half circles that reach into each other: `moons`.

Both come shuffled, as an array of points and an array of labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["moons", "spirals"]


def spirals(
    rng: Generator, *, per_class: int = 100, classes: int = 3, turns: float = 0.75, noise: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """
    Draw points on arms that wind around the origin, one arm a class.

    x = r (cos t, sin t) + noise,  t = 2 pi (turns r + c / classes),  r from 0.1 to 1

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the noise and the order.
    per_class : int
        Points of each arm.
    classes : int
        Arms.
    turns : float
        How often an arm goes around; more is harder.
    noise : float
        Standard deviation of the noise, in units of the gap between neighboring arms: sideways to the arm
        it is noise / (classes * turns).

    Returns
    -------
    tuple of (array of shape (N, 2), array of shape (N,))
        float64 points inside about the unit circle, and int64 labels 0 to classes - 1.

    Raises
    ------
    ValueError
        A count is below 1.

    References
    ----------
    Lang, Witbrock, Learning to tell two spirals apart, Connectionist Models Summer School (1988).

    Examples
    --------
    >>> x, y = spirals(np.random.default_rng(0), per_class=50)
    >>> x.shape, np.bincount(y).tolist()
    ((150, 2), [50, 50, 50])
    """
    _refuse_below_one(per_class=per_class, classes=classes)
    y = np.repeat(np.arange(classes), per_class)
    r = np.tile(np.linspace(0.1, 1.0, per_class), classes)
    angle = 2 * np.pi * (turns * r + y / classes)
    x = r[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    gap = 1.0 / (classes * turns) if turns else 1.0
    return _shuffled(x + noise * gap * rng.standard_normal(x.shape), y, rng)


def moons(rng: Generator, *, per_class: int = 100, noise: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """
    Draw points on two half circles that reach into each other.

    class 0: (cos t, sin t) + noise,  class 1: (1 - cos t, 1/2 - sin t) + noise,  t from 0 to pi

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the noise and the order.
    per_class : int
        Points of each half circle.
    noise : float
        Standard deviation of the noise.

    Returns
    -------
    tuple of (array of shape (N, 2), array of shape (N,))
        float64 points, and int64 labels 0 and 1.

    Raises
    ------
    ValueError
        The count is below 1.

    References
    ----------
    Pedregosa et al., Scikit-learn: machine learning in Python, JMLR (2011): `sklearn.datasets.make_moons`.

    Examples
    --------
    >>> x, y = moons(np.random.default_rng(0), per_class=50)
    >>> x.shape, np.bincount(y).tolist()
    ((100, 2), [50, 50])
    """
    _refuse_below_one(per_class=per_class)
    t = np.linspace(0.0, np.pi, per_class)
    upper, lower = np.column_stack([np.cos(t), np.sin(t)]), np.column_stack([1 - np.cos(t), 0.5 - np.sin(t)])
    x, y = np.concatenate([upper, lower]), np.repeat([0, 1], per_class)
    return _shuffled(x + noise * rng.standard_normal(x.shape), y, rng)


def _shuffled(x: np.ndarray, y: np.ndarray, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    order = rng.permutation(len(y))
    return x[order], y[order].astype(np.int64)


def _refuse_below_one(**counts: int) -> None:
    for name, count in counts.items():
        if count < 1:
            raise ValueError(f"Expected {name} of 1 or above, found {count}.")
