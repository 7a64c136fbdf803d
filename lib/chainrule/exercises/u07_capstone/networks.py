"""Networks to try the grading of the capstone on: a trained one, worse ones, and look-ups in disguise.

What you can do with this file:

- take one that deserves all points: `trained_network`, and one that deserves some: `weakened_network`;
- take one that was never trained: `centroid_network`, `row_look_up`;
- take one that is as good as the trained one and too large: `widened_network`.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.capstone import capstone_digits, load_capstone

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["centroid_network", "row_look_up", "trained_network", "weakened_network", "widened_network"]

TRAINED_FILE = "trained.npz"


def trained_network() -> dict[str, Any]:
    """Give a network of 60 hidden units, trained for 3,600 epochs on digits that were varied anew in each of them."""
    with resources.files("chainrule.exercises.u07_capstone").joinpath(TRAINED_FILE).open("rb") as file:
        return load_capstone(file)


def weakened_network(units: int) -> dict[str, Any]:
    """Give the trained network with the last hidden units switched off."""
    packed = trained_network()
    packed["W2"][-units:] = 0.0
    return packed


def widened_network(units: int) -> dict[str, Any]:
    """Give the trained network with idle hidden units beside the others: other sizes, same answers."""
    packed = trained_network()
    return {
        "sizes": [64, len(packed["b1"]) + units, 10],
        "activations": ["relu"],
        "W1": np.pad(packed["W1"], ((0, 0), (0, units))),
        "b1": np.pad(packed["b1"], (0, units)),
        "W2": np.pad(packed["W2"], ((0, units), (0, 0))),
        "b2": packed["b2"],
    }


def centroid_network(x: np.ndarray | None = None, y: np.ndarray | None = None) -> dict[str, Any]:
    """Give a linear classifier without training: the nearest of the ten mean images wins."""
    if x is None or y is None:
        digits = capstone_digits()
        x, y = digits.x_train, digits.y_train
    means = np.stack([x[y == label].mean(axis=0) for label in range(10)])
    return {"sizes": [len(x[0]), 10], "activations": [], "W1": means.T.copy(), "b1": -0.5 * (means**2).sum(axis=1)}


def row_look_up(rows: int, known: Mapping[str, np.ndarray] | None = None) -> dict[str, Any]:
    """
    Give a network that fires where an image is one of the first known rows, and says its label.

    One unit for each row: relu(r . x - |r|^2 + 0.5) is 0.5 at the row itself and 0 at most other images.
    `known` has "x" and "y" where other rows than those of the small digits are meant.
    """
    if known is None:
        digits = capstone_digits()
        known = {"x": digits.x_train, "y": digits.y_train}
    r, labels = known["x"][:rows].astype(float), known["y"][:rows]
    return {
        "sizes": [r.shape[1], rows, 10],
        "activations": ["relu"],
        "W1": r.T.copy(),
        "b1": 0.5 - (r**2).sum(axis=1),
        "W2": np.eye(10)[labels],
        "b2": np.zeros(10),
    }
