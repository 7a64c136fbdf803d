"""Exercise 3.1: center the features.

What you can do with this file:

- declare an exercise of this section: `scaling_section`;
- draw a mean and a standard deviation of the features, and build probes from them: `statistics_of`, `scaling_probes`.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u03_initialization.common import examples
from chainrule.nn import preprocessing

__all__ = ["CENTER"]

scaling_section = partial(Exercise, unit="03_initialization", number="3.1", title="Center and standardize")


def statistics_of(rng, d):
    """A mean of both signs and a standard deviation, not those of the examples that they are used on."""
    return rng.uniform(-3.0, 3.0, d), rng.uniform(0.4, 3.0, d)


def scaling_probes(rng, *, with_std):
    n, d, side = sizes(rng, 3)

    def args(rows, columns):
        mean, std = statistics_of(rng, columns)
        return (examples(rng, rows, columns), mean, std)[: 3 if with_std else 2]

    pixels, mean, std = np.array([[10, 200, 0], [50, 0, 255]]), np.array([50, 90, 128]), np.array([3, 40, 100])
    whole = tuple(it.astype(np.uint8) for it in (pixels, mean, std))[: 3 if with_std else 2]
    return (
        Probe(f"{n} examples with {d} features", args(n, d)),
        Probe(f"{d} examples with {n} features", args(d, n)),
        Probe(f"{side} examples with {side} features", args(side, side)),
        Probe("one example alone", args(1, d)),
        Probe("one feature alone", args(n, 1)),
        Probe("float32 numbers", tuple(it.astype(np.float32) for it in args(n, d))),
        Probe("arrays that are not contiguous in memory", tuple(map(Strided, args(n, d)))),
        Probe("images and their statistics as bytes (uint8)", whole),
        Probe("images as bytes, their statistics as floating numbers", (whole[0], *(it + 0.75 for it in whole[1:]))),
    )


def feature_by_feature(X, mean):
    return np.stack([X[:, j].astype(float) - float(mean[j]) for j in range(X.shape[1])], axis=1)


def cut_off(X, mean):
    with np.errstate(invalid="ignore"):
        return (X.astype(float) - mean).astype(X.dtype)


def overwrite_center(X, mean):
    X -= mean
    return X


CENTER = scaling_section(
    name="center",
    points=1,
    reference=preprocessing.center,
    hints=(
        (
            "What kind of numbers does X hold, if it comes from an image file? "
            "What is 3 - 5, and which of the numbers from 0 to 255 could stand for it? "
            "What must happen to X before anything is subtracted?"
        ),
        (
            "First make floating numbers of X, then subtract mean. "
            "The D entries of mean stand against the last axis of X, so each column loses its own entry, in every row. "
            "Take the argument as it is: it belongs to the training set, and X may be another set."
        ),
        (
            "X holds the bytes (200, 0) and (100, 50), and mean is (150, 20). "
            "Column 0 gives 50 and -50, and column 1 gives -20 and 30. "
            "The result has the rows (50, -20) and (-50, 30). "
            "Its columns need not have the mean 0, since mean came from outside."
        ),
    ),
    alternatives={
        "feature by feature": feature_by_feature,
        "by np.subtract": lambda X, mean: np.subtract(X, mean, dtype=float),
        "plus the opposite": lambda X, mean: X.astype(float) + (-1.0 * mean),
    },
    probes=partial(scaling_probes, with_std=False),
    sample=lambda rng: (examples(rng, *(shape := sizes(rng, 2))), statistics_of(rng, shape[1])[0]),
    properties=("row_by_row",),
    mistakes={
        "bytes_wrap_around": (
            lambda X, mean: X - mean,
            "Bytes have no negative numbers: 10 - 50 wraps around to 216. Make X floating before you subtract.",
        ),
        "bytes_cut_off": (
            cut_off,
            "The result is turned back into the dtype of X, and bytes cannot hold negative numbers.",
        ),
        "mean_of_this_set": (
            lambda X, mean: X - X.mean(axis=0),
            (
                "These examples are centered by their own mean; the mean to subtract is the argument, which "
                "comes from the training set."
            ),
        ),
        "one_mean_for_all_features": (
            lambda X, mean: X.astype(float) - mean.mean(),
            "One number is subtracted everywhere; every feature has a mean of its own.",
        ),
        "mean_of_every_row": (
            lambda X, mean: X - X.mean(axis=1, keepdims=True),
            "Every example is centered by the mean over its features; a feature's mean runs over the examples.",
        ),
        "adds_the_mean": (
            lambda X, mean: X.astype(float) + mean,
            "The mean is added; subtract it.",
        ),
        "overwrites_the_examples": (
            overwrite_center,
            "X -= mean changes the array that was passed in; X - mean makes a new one.",
        ),
    },
    traps=(
        Trap("bytes_wrap_around", breaks="Bytes have no negative numbers"),
        Trap(
            "mean_of_this_set", breaks="Subtract from every column of X, shape (N, D), its entry of mean, shape (D,)."
        ),
    ),
)
