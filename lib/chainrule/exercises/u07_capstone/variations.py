"""Images that nobody has seen: held-out digits, turned, moved and covered with noise.

What you can do with this file:

- draw the images that a capstone is tried on: `trials`;
- vary images of any size: `varied`.

The recipe is published in the notebook, the draws follow from the secret of the course. No student edition holds
this file; the visible check brings images of its own, made of the public validation digits.

The images of 28 x 28 pixels come from the test part of MNIST; MNIST_SAMPLE.md says which, whose, and why they are here.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from chainrule.capstone import VARIATIONS, digits
from chainrule.data import load_digits

if TYPE_CHECKING:
    from numpy.random import Generator

    Labelled = tuple[np.ndarray, np.ndarray]

__all__ = ["trials", "varied"]

HIDDEN_ROUNDS, PUBLIC_ROUNDS = 5, 1
MNIST_FILE = "mnist_sample.npz"
MNIST_PUBLIC = 200


def trials(rng: Generator, hidden: bool) -> dict[str, Labelled]:
    """
    Draw varied images, by the number of their pixels.

    Parameters
    ----------
    rng : numpy.random.Generator
        From the course's secret for the hidden test.
    hidden : bool
        Whether to vary the held-out digits, five times each, or the public ones, once.

    Returns
    -------
    dict
        From "64" and "784" to images as rows of bytes and labels.
    """
    found = {}
    for size, (images, labels) in _digits(hidden=hidden).items():
        rounds = HIDDEN_ROUNDS if hidden else PUBLIC_ROUNDS
        x = np.concatenate([varied(images, size, rng) for _ in range(rounds)])
        found[str(size * size)] = np.round(255.0 * x).astype(np.uint8), np.tile(labels, rounds)
    return found


def varied(images: np.ndarray, size: int, rng: Generator) -> np.ndarray:
    """
    Turn, move and disturb every image in its own way.

    Parameters
    ----------
    images : array of shape (N, S * S)
        Numbers from 0 to 1.
    size : int
        S, 8 or 28.
    rng : numpy.random.Generator
        Draws angles, distances and noise.

    Returns
    -------
    array of shape (N, S * S)
        Numbers from 0 to 1.
    """
    count = len(images)
    degrees, pixels, noise = VARIATIONS[size * size]
    angle = np.radians(rng.uniform(-degrees, degrees, count))[:, None, None]
    down, right = rng.uniform(-pixels, pixels, (2, count, 1, 1))
    center = (size - 1) / 2
    row = np.arange(size)[None, :, None] - center - down
    column = np.arange(size)[None, None, :] - center - right
    source = [np.cos(angle) * row + np.sin(angle) * column, np.cos(angle) * column - np.sin(angle) * row]
    moved = _looked_up(images.reshape(count, size, size), source[0] + center, source[1] + center)
    noisy = moved.reshape(count, -1) + noise * rng.standard_normal((count, size * size))
    return np.clip(noisy, 0.0, 1.0)


def _looked_up(images: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Bilinear interpolation; outside there is nothing."""
    size = images.shape[1]
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    row, column = (np.clip(places + 1.0, 0.0, size + 0.999) for places in (row, column))
    r, c, n = row.astype(int), column.astype(int), np.arange(len(images))[:, None, None]
    low, high = r + 1 - row, row - r
    above = framed[n, r, c] * low + framed[n, r + 1, c] * high
    after = framed[n, r, c + 1] * low + framed[n, r + 1, c + 1] * high
    return above + (column - c) * (after - above)


def _digits(*, hidden: bool) -> dict[int, Labelled]:
    """The digits to vary: held-out ones, or ones that students have."""
    part = slice(MNIST_PUBLIC, None) if hidden else slice(MNIST_PUBLIC)
    file = resources.files("chainrule.exercises.u07_capstone").joinpath(MNIST_FILE)
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as sample:
        mnist = sample["pixels"][part] / 255.0, sample["labels"][part].astype(np.int64)
    if not hidden:
        public = digits.capstone_digits()
        return {8: (public.x_val, public.y_val), 28: mnist}
    every = load_digits(np.random.default_rng(digits.SEED), validation=0.0)
    return {8: (every.x_train[: digits.HELD_OUT], every.y_train[: digits.HELD_OUT]), 28: mnist}
