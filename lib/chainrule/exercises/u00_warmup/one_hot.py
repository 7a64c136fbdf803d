"""Exercise 0.7: labels as rows."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.nn import losses

__all__ = ["ONE_HOT"]


def every_label(rng, n, k):
    """Labels in which the largest one is missing: the number of classes cannot be read from them."""
    return rng.integers(0, k - 1, n)


def label_probes(rng):
    n, k, side = sizes(rng, 3)
    return (
        Probe(f"{n} labels of {k + 2} classes", (every_label(rng, n, k + 2), k + 2)),
        Probe(f"{k} labels of {n + 2} classes", (every_label(rng, k, n + 2), n + 2)),
        Probe(f"{side} labels of {side} classes", (rng.permutation(side), side)),
        Probe("all labels alike", (np.full(n, 1), 3)),
        Probe("one label", (np.array([2]), 4)),
        Probe("small integers, uint8", (every_label(rng, n, 5).astype(np.uint8), 5)),
        Probe("not contiguous in memory", (Strided(every_label(rng, n, k + 1)), k + 1)),
    )


def one_hot_by_loop(y, k):
    rows = np.zeros((len(y), k))
    for n, label in enumerate(y):
        rows[n, int(label)] = 1.0
    return rows


def filled(y, k):
    rows = np.zeros((len(y), k))
    rows[np.arange(len(y)), y] = 1.0
    return rows


ONE_HOT = Exercise(
    name="one_hot",
    unit="00_warmup",
    number="0.7",
    title="Labels as rows",
    points=1,
    reference=losses.one_hot,
    hints=(
        (
            "Write down the square table that has 1 on its diagonal and 0 elsewhere, for k = 4. "
            "Which of its rows is the one-hot row of label 2? "
            "And which rows, in which order, do you need for the labels 3, 0, 3?"
        ),
        (
            "There are two good ways. "
            "One: make that square table with k rows, and let y pick rows from it. "
            "An array of labels as index picks one row for each label. "
            "The other: make N rows of k zeros, and set one entry to 1 in each row, in the column of its label. "
            "The width is k in both, even if the largest label does not occur in y."
        ),
        (
            "y is (1, 3, 1), and k is 5. "
            "The rows are (0, 1, 0, 0, 0), (0, 0, 0, 1, 0) and (0, 1, 0, 0, 0). "
            "Each row sums to 1, and label 4 has a column of zeros, since no example has it."
        ),
    ),
    alternatives={
        "label by label": one_hot_by_loop,
        "ones put in": filled,
        "by comparing": lambda y, k: (np.arange(k) == y[:, None]) * 1.0,
    },
    probes=label_probes,
    sample=lambda rng: (every_label(rng, sizes(rng, 1)[0], 6), 6),
    mistakes={
        "counted_from_one": (
            lambda y, k: filled(y.astype(int) - 1, k),
            "Label 0 has its one in the wrong column: labels count from 0, as columns do.",
        ),
        "transposed": (
            lambda y, k: filled(y, k).T,
            "Rows and columns are swapped: a row is an example, a column is a class.",
        ),
        "classes_from_the_labels": (
            lambda y, k: filled(y, int(y.max()) + 1),
            "The number of columns is taken from the largest label; a class may be missing, so use k.",
        ),
        "minus_ones": (
            lambda y, k: 2.0 * filled(y, k) - 1.0,
            "Wrong classes hold -1 here; one-hot rows hold 0 and a single 1.",
        ),
        "label_in_place_of_one": (
            lambda y, k: filled(y, k) * y[:, None],
            "The entry holds the label itself; it should hold 1.",
        ),
        "column_set_for_all_rows": (
            lambda y, k: np.ones((len(y), 1)) * np.isin(np.arange(k), y),
            "rows[:, y] = 1 sets whole columns; each row has its own label, so use rows[np.arange(N), y].",
        ),
        "ones_and_zeros_swapped": (
            lambda y, k: 1.0 - filled(y, k),
            "Ones and zeros are swapped: the label's column holds the 1.",
        ),
    },
    traps=(
        Trap("counted_from_one", breaks="`y` is `(N,)` with labels from 0 to `k - 1`"),
        Trap("classes_from_the_labels", breaks="the result is `(N, k)`"),
    ),
)
