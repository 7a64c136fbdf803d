"""Exercise 4.14: small batches."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import batches

__all__ = ["MINIBATCHES"]


def batch_probes(rng):
    def probe(n, d, size, dtype=float):
        X = np.column_stack([np.arange(n), rng.standard_normal((n, d - 1))]).astype(dtype)
        kind = "" if dtype is float else ", float32"
        label = f"{n} examples with {d} features, size = {size}{kind}"
        return Probe(label, (X, 100 + np.arange(n), size, int(rng.integers(1000))), script="batches")

    d = int(rng.integers(3, 6))
    return (
        probe(23, d, 5),
        probe(24, d, 6),
        probe(31, d, 31),
        probe(26, d, 40),
        probe(21, d, 1),
        probe(25, d, 4, np.float32),
    )


def batch_sample(rng):
    n = int(rng.integers(20, 40))
    X = np.column_stack([np.arange(n), rng.standard_normal((n, 2))])
    return X, 100 + np.arange(n), int(rng.integers(2, 9)), int(rng.integers(1000))


def in_order(X, y, size, order):
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(order), size)]


def yielding(X, y, size, rng):
    order = np.argsort(rng.random(len(X)))
    while len(order):
        rows, order = order[:size], order[size:]
        yield X[rows], y[rows]


def by_cutting(X, y, size, rng):
    order = rng.choice(len(X), size=len(X), replace=False)
    cuts = list(range(size, len(X), size))
    return list(zip(np.split(X[order], cuts), np.split(y[order], cuts), strict=True))


def by_shuffling(X, y, size, rng):
    order = np.arange(len(y))
    rng.shuffle(order)
    return [(X.take(rows, axis=0), y.take(rows)) for rows in np.split(order, range(size, len(order), size))]


def shuffled_apart(X, y, size, rng):
    first, second = rng.permutation(len(X)), rng.permutation(len(y))
    return [(X[first[i : i + size]], y[second[i : i + size]]) for i in range(0, len(X), size)]


def only_whole_batches(X, y, size, rng):
    whole = max(len(X) // size, 1) * size
    return in_order(X, y, size, rng.permutation(len(X))[:whole])


def shuffles_the_data(X, y, size, rng):
    order = rng.permutation(len(X))
    X[...], y[...] = X[order], y[order]
    return in_order(X, y, size, np.arange(len(X)))


def whole_batches_shuffled(X, y, size, rng):
    found = in_order(X, y, size, np.arange(len(X)))
    return [found[i] for i in rng.permutation(len(found))]


MINIBATCHES = Exercise(
    unit="04_backpropagation",
    name="minibatches",
    number="4.14",
    title="Small batches",
    points=2,
    reference=batches.minibatches,
    hints=(
        (
            "Say that the random order of five examples is (3, 0, 4, 1, 2), and the size is 2. "
            "Which examples are in the first batch, and which in the last? "
            "How do you get these rows of X, and the labels that belong to them?"
        ),
        (
            "Draw the order once, with the rng that you are given. "
            "Walk through it in steps of size, and cut a piece of it each time. "
            "A piece that would reach past the end is just shorter: Python cuts it without an error. "
            "Use the same piece as row numbers for X and for y."
        ),
        (
            "The labels are (10, 11, 12, 13, 14), and the order is (3, 0, 4, 1, 2). "
            "With size 2 the labels of the three batches are (13, 10), (14, 11) and (12). "
            "With size 4 there are two batches, (13, 10, 14, 11) and (12); with size 9 there is one."
        ),
    ),
    alternatives={"with yield": yielding, "cut into pieces": by_cutting, "shuffled numbers": by_shuffling},
    probes=batch_probes,
    sample=batch_sample,
    properties=("leaves_global_generator",),
    mistakes={
        "shuffled_apart": (
            shuffled_apart,
            "X and y are shuffled separately, so the labels belong to other rows: use one order for both.",
        ),
        "last_batch_dropped": (
            only_whole_batches,
            "The last, smaller batch is missing: range(0, N, size) reaches it.",
        ),
        "drawn_with_replacement": (
            lambda X, y, size, rng: in_order(X, y, size, rng.integers(0, len(X), len(X))),
            "Rows are drawn with replacement: some come twice and others never; use a permutation.",
        ),
        "not_shuffled": (
            lambda X, y, size, rng: in_order(X, y, size, np.arange(len(X))),
            "The rows come in the order of the data: shuffle them with rng.",
        ),
        "own_seed": (
            lambda X, y, size, rng: in_order(X, y, size, np.random.default_rng(0).permutation(len(X))),
            "A second pass has the same order, since the generator is made anew: draw from the rng that is passed in.",
        ),
        "another_generator": (
            lambda X, y, size, rng: in_order(X, y, size, np.random.default_rng().permutation(len(X))),
            "The rng that is passed in is not used, so no run can be repeated.",
        ),
        "whole_batches_shuffled": (
            whole_batches_shuffled,
            "The batches come in a new order, but each holds neighbors of the data: shuffle the rows.",
        ),
        "first_batch_only": (
            lambda X, y, size, rng: in_order(X, y, size, rng.permutation(len(X)))[:1],
            "Only one batch comes back; go on until every example was there.",
        ),
        "shuffles_the_data": (
            shuffles_the_data,
            "The data themselves are shuffled in place: pick rows by number instead, X[rows].",
        ),
    },
    traps=(
        Trap("shuffled_apart", breaks="`X` and `y` need **one** order."),
        Trap("last_batch_dropped", breaks="The last batch holds what is left, and may be smaller."),
        Trap("drawn_with_replacement", breaks="goes through all examples once, in random order"),
    ),
)
