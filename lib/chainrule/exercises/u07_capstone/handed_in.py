"""The capstone itself: its levels, its images, and what simulated students hand in.

What you can do with this file:

- take the declaration: `CAPSTONE`;
- make networks to try the grading on: `trained_network`, `centroid_network`, `row_look_up`.
"""

from __future__ import annotations

import io
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.capstone import BUDGETS, capstone_digits, load_capstone
from chainrule.checking.artifact import Artifact, Example, Level
from chainrule.exercises.u07_capstone.variations import trials

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CAPSTONE", "centroid_network", "row_look_up", "trained_network"]

LEVELS = (Level(0.0, 4), Level(0.80, 6), Level(0.88, 5), Level(0.93, 5))
TRAINED_FILE = "trained.npz"


def trained_network() -> dict[str, Any]:
    """Give a network of 60 hidden units that was trained for two minutes on turned and moved digits."""
    with resources.files("chainrule.exercises.u07_capstone").joinpath(TRAINED_FILE).open("rb") as file:
        return load_capstone(file)


def centroid_network() -> dict[str, Any]:
    """Give a linear classifier without training: the nearest of the ten mean images wins."""
    digits = capstone_digits()
    means = np.stack([digits.x_train[digits.y_train == label].mean(axis=0) for label in range(10)])
    return {"sizes": [64, 10], "activations": [], "W1": means.T.copy(), "b1": -0.5 * (means**2).sum(axis=1)}


def row_look_up(rows: int) -> dict[str, Any]:
    """
    Give a network that fires where an image is one of the first training rows, and says its label.

    One unit for each row: relu(r . x - |r|^2 + 0.5) is 0.5 at the row itself and 0 at most other images.
    """
    digits = capstone_digits()
    known, labels = digits.x_train[:rows].astype(float), digits.y_train[:rows]
    return {
        "sizes": [64, rows, 10],
        "activations": ["relu"],
        "W1": known.T.copy(),
        "b1": 0.5 - (known**2).sum(axis=1),
        "W2": np.eye(10)[labels],
        "b2": np.zeros(10),
    }


def _written(packed: Mapping[str, Any]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **packed)
    return stream.getvalue()


def _within_budget() -> int:
    """Rows that a look-up can hold: 65 parameters each in the first layer, 10 in the second."""
    return (BUDGETS[64] - 10) // 75


def _with_nan() -> bytes:
    packed = trained_network()
    packed["W1"][0, 0] = np.nan
    return _written(packed)


CAPSTONE = Artifact(
    name="capstone",
    unit="07_capstone",
    number="7.7",
    title="Hand in your network",
    file="capstone.npz",
    cell='capstone = hand_in("capstone.npz")',
    reader="chainrule.capstone.read_capstone",
    levels=LEVELS,
    trials=trials,
    examples=(
        Example(name="trained", make=lambda: _written(trained_network()), points=20),
        Example(name="mean_images", make=lambda: _written(centroid_network()), points=4),
        Example(name="look_up_within_budget", make=lambda: _written(row_look_up(_within_budget())), points=4),
        Example(name="look_up_over_budget", make=lambda: _written(row_look_up(1_097)), points=0),
        Example(name="not_finite", make=_with_nan, points=0),
        Example(name="no_archive", make=lambda: b"no archive", points=0),
        Example(name="no_file", make=lambda: None, points=0),
    ),
)
