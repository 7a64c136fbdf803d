"""What simulated students hand in as their capstone, right and wrong, and what each file deserves.

What you can do with this file:

- take them all: `EXAMPLES`, the first of them worth all points.

A file that breaks a rule earns nothing; so does one that cannot be read, and none at all. A file within the rules earns
the points of the levels that its network reaches, and no way around training reaches the first of them.
"""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.capstone import BUDGETS
from chainrule.checking.declaring.artifact import Example
from chainrule.exercises.u07_capstone.networks import (
    centroid_network,
    row_look_up,
    trained_network,
    weakened_network,
    widened_network,
)
from chainrule.exercises.u07_capstone.variations import trials

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EXAMPLES"]

WITHIN = (BUDGETS[64] - 10) // 75  # rows that a look-up can hold: 65 parameters each, and 10 in the second layer


def _written(packed: dict[str, Any], write: Callable[..., None] = np.savez) -> bytes:
    stream = io.BytesIO()
    write(stream, **packed)
    return stream.getvalue()


def _changed(**entries: Any) -> bytes:
    return _written({**trained_network(), **entries})


def _with_nan() -> bytes:
    W1 = trained_network()["W1"]
    W1[0, 0] = np.nan
    return _changed(W1=W1)


def _means_of_mnist() -> bytes:
    x, y = trials(np.random.default_rng(0), False)["784"]
    return _written(centroid_network(x / 255.0, y))


EXAMPLES = (
    Example(name="trained", make=lambda: _written(trained_network()), points=20),
    Example(name="three_units_off", make=lambda: _written(weakened_network(3)), points=15),
    Example(name="four_units_off", make=lambda: _written(weakened_network(4)), points=10),
    Example(name="mean_images", make=lambda: _written(centroid_network()), points=4),
    Example(name="mean_images_of_mnist", make=_means_of_mnist, points=4),
    Example(name="look_up_within_budget", make=lambda: _written(row_look_up(WITHIN)), points=4),
    Example(name="look_up_over_budget", make=lambda: _written(row_look_up(1_097)), points=0),
    Example(name="idle_units_over_budget", make=lambda: _written(widened_network(7)), points=0),
    Example(name="not_finite", make=_with_nan, points=0),
    Example(name="transposed", make=lambda: _changed(W1=trained_network()["W1"].T), points=0),
    Example(name="objects", make=lambda: _changed(W1=np.array([print, {}], dtype=object)), points=0),
    Example(name="pickle", make=lambda: pickle.dumps(trained_network()), points=0),
    Example(
        name="unpacks_to_32_megabytes",
        make=lambda: _written({"W1": np.zeros(4_000_000)}, np.savez_compressed),
        points=0,
    ),
    Example(name="cut", make=lambda: _written(trained_network())[:9_000], points=0),
    Example(name="no_archive", make=lambda: b"no archive", points=0),
    Example(name="no_file", make=lambda: None, points=0),
)
