"""Throws of a thumbtack, simulated: it lands on its head or on its side, and nobody knows how often.

What you can do with this file:

- throw: `throw_thumbtack`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["throw_thumbtack"]


def throw_thumbtack(flips: int, rng: Generator, *, probability: float = 0.62) -> np.ndarray:
    """
    Throw a thumbtack and write down how it lands.

    Parameters
    ----------
    flips : int
        Number of throws.
    rng : numpy.random.Generator
        Decides each throw.
    probability : float
        Of a head, from 0 to 1.

    Returns
    -------
    array of shape (flips,), int64
        1 for a head (the point looks up), 0 for a throw on its side.

    Raises
    ------
    ValueError
        `probability` is not between 0 and 1.

    References
    ----------
    Diaconis, Ylvisaker, Quantifying prior opinion (1985), throws thumbtacks and spins coins.

    Examples
    --------
    >>> throws = throw_thumbtack(1000, np.random.default_rng(0))
    >>> throws.shape, 550 < throws.sum() < 690
    ((1000,), np.True_)
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"Expected a probability from 0 to 1, found {probability}.")
    return (rng.random(flips) < probability).astype(np.int64)
