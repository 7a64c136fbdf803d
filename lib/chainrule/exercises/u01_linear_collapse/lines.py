"""Exercise 1.8: the accuracy of many straight lines at once."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.data import load_gate
from chainrule.exercises import sentences
from chainrule.exercises.u01_linear_collapse.perceptron import eighths, unrounded
from chainrule.exercises.u01_linear_collapse.training import training_set
from chainrule.nn import perceptron

__all__ = ["ACCURACY_OF_LINES"]


def lines_inputs(rng, n, d, m, draw=eighths):
    X, y = training_set(rng, n, d, draw)
    return X, y, draw(rng, (d, m)), draw(rng, m)


def on_the_line():
    """Corners that lie exactly on a line do not fire."""
    X, y = load_gate("and")
    return X, y, np.array([[1.0, 1.0, -1.0], [1.0, 0.0, -1.0]]), np.array([-1.0, -1.0, 2.0])


def lines_probes(rng):
    n, d, m, side = (int(it) for it in 3 + rng.permutation(5)[:4])
    ordinary = lines_inputs(rng, n, d, m)
    return (
        Probe(f"{n} examples, {d} inputs, {m} lines", lines_inputs(rng, n, d, m, unrounded)),
        Probe(f"{m} examples, {n} inputs, {d} lines", lines_inputs(rng, m, n, d)),
        Probe(f"all sizes equal to {side}", lines_inputs(rng, side, side, side)),
        Probe("one line", lines_inputs(rng, n, d, 1)),
        Probe("corners exactly on the line", on_the_line()),
        Probe(
            "float32 numbers",
            tuple(a.astype(np.float32) if a.dtype == float else a for a in lines_inputs(rng, n, d, m)),
        ),
        Probe("not contiguous in memory", (Strided(ordinary[0]), ordinary[1], *map(Strided, ordinary[2:]))),
    )


def lines_by_loop(X, y, W, b):
    rights = [[int((X[i] @ W[:, j] + b[j] > 0) == (y[i] == 1)) for i in range(len(X))] for j in range(len(b))]
    return np.array([sum(right) / len(X) for right in rights])


def lines_by_errors(X, y, W, b):
    fired = np.where(X @ W + b > 0, 1, 0)
    return 1 - np.abs(fired - y.reshape(-1, 1)).sum(axis=0) / len(X)


def lines_by_classes(X, y, W, b):
    """Silent ones among label 0 and firing ones among label 1."""
    z = X @ W + b
    return ((z[y == 1] > 0).sum(axis=0) + (z[y == 0] <= 0).sum(axis=0)) / len(y)


ACCURACY_OF_LINES = Exercise(
    name="accuracy_of_lines",
    unit="01_linear_collapse",
    number="1.8",
    title="What one line cannot do",
    points=1,
    reference=perceptron.accuracy_of_lines,
    hints=(
        (
            "How many sums are there for N examples and M lines, and which layer computes them all at once? "
            "The answers of one line stand in one column of the result. "
            "Which shape must the labels have, so that every column is compared with them?"
        ),
        (
            "First compute all sums, shape (N, M), and see which are above 0. "
            "Give the labels the shape (N, 1), so that each label stands against its own row. "
            "Compare: this gives a table that says right or wrong. "
            "A share is a mean of truth values; the N must disappear and the M must stay."
        ),
        (
            "One input with the values 1, 2, 3, and the labels 0, 1, 1. "
            "The line with w = 1 and b = -1 has the sums 0, 1, 2, and answers 0, 1, 1: accuracy 1. "
            "The line with w = -1 and b = 2.5 has the sums 1.5, 0.5, -0.5, and answers 1, 1, 0: one of three is right. "
            "The result is (1, 0.3333)."
        ),
    ),
    alternatives={
        "line by line": lines_by_loop,
        "by counting errors": lines_by_errors,
        "class by class": lines_by_classes,
    },
    probes=lines_probes,
    sample=lambda rng: lines_inputs(rng, *(int(it) for it in 3 + rng.permutation(5)[:3])),
    mistakes={
        "mean_over_the_lines": (
            lambda X, y, W, b: ((X @ W + b > 0) == (y == 1)[:, None]).mean(axis=1),
            "This is the share of lines that get an example right; take the mean over the examples, axis 0.",
        ),
        "one_number_for_all_lines": (
            lambda X, y, W, b: ((X @ W + b > 0) == (y == 1)[:, None]).mean(),
            "All lines share one mean; give one accuracy for each line.",
        ),
        "number_of_right_answers": (
            lambda X, y, W, b: ((X @ W + b > 0) == (y == 1)[:, None]).sum(axis=0),
            "This counts right answers; divide by the number of examples.",
        ),
        "share_of_errors": (
            lambda X, y, W, b: ((X @ W + b > 0) != (y == 1)[:, None]).mean(axis=0),
            "This is the share of errors; the accuracy is 1 minus it.",
        ),
        "fires_at_zero": (
            lambda X, y, W, b: ((X @ W + b >= 0) == (y == 1)[:, None]).mean(axis=0),
            sentences.FIRES_AT_ZERO,
        ),
        "biases_forgotten": (
            lambda X, y, W, b: ((X @ W > 0) == (y == 1)[:, None]).mean(axis=0),
            "The biases are missing: all lines go through the origin.",
        ),
        "labels_along_the_lines": (
            lambda X, y, W, b: ((X @ W + b > 0) == (y == 1)).mean(axis=0),
            "The labels are compared along the lines; y belongs to the rows: y[:, None] makes it a column.",
        ),
        "share_that_fires": (
            lambda X, y, W, b: (X @ W + b > 0).mean(axis=0),
            "This is how often each line fires; compare it with the labels.",
        ),
    },
    traps=(
        Trap("fires_at_zero", breaks="As before, a sum of exactly 0 does not fire."),
        Trap(
            "mean_over_the_lines",
            breaks="Give the accuracy of each line: the share of the examples that it answers right.",
        ),
    ),
)
