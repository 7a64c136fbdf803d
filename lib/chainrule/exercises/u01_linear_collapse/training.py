"""Exercise 1.7: training a perceptron."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.trap import Trap
from chainrule.data import load_gate
from chainrule.exercises.u01_linear_collapse.perceptron import (
    RATES,
    eighths,
    learning_section,
    step_by_cases,
    stepping,
    unrounded,
)
from chainrule.nn import perceptron

__all__ = ["TRAIN_PERCEPTRON"]


def training_set(rng, n, d, draw=eighths):
    return draw(rng, (n, d)), rng.permutation(np.arange(n) % 2)


def training_inputs(rng):
    n, d = (int(it) for it in 3 + rng.permutation(4)[:2])
    return (*training_set(rng, n, d), float(rng.choice(RATES)), int(rng.integers(2, 5)))


def training_probes(rng):
    n, d = (int(it) for it in 3 + rng.permutation(4)[:2])
    X, y = training_set(rng, n, d)
    return (
        Probe(f"{n} random examples with {d} inputs, 3 passes", (*training_set(rng, n, d, unrounded), 0.5, 3)),
        Probe("AND, 8 passes with lr = 1", (*load_gate("and"), 1.0, 8)),
        Probe("XOR, 4 passes with lr = 0.5", (*load_gate("xor"), 0.5, 4)),
        Probe("one pass", (*training_set(rng, d, n), 0.25, 1)),
        Probe("one example", (*training_set(rng, 1, d)[:1], np.array([1]), 0.5, 2)),
        Probe("float32 numbers", (X.astype(np.float32), y, 0.25, 2)),
        Probe("integers", (np.array([[1, 2], [-1, 1], [2, -1]]), np.array([1, 0, 1]), 0.5, 3)),
        Probe("not contiguous in memory", (Strided(X), y, 2.0, 2)),
    )


def trained(step, X, y, lr, epochs):
    """Train with any step; the path holds the weights after each example."""
    w, b, path = np.zeros(X.shape[1]), 0.0, []
    for i in list(range(len(X))) * epochs:
        w, b = step(w, b, X[i], y[i], lr)
        path.append([*w, b])
    return w, b, np.array(path)


def training(step):
    return lambda X, y, lr, epochs: trained(step, X, y, lr, epochs)


def trained_with_ones(X, y, lr, epochs):
    """The bias as a weight of an input that is always 1."""
    rows = np.hstack([X, np.ones((len(X), 1))])
    path = np.zeros((epochs * len(X), rows.shape[1]))
    v = np.zeros(rows.shape[1])
    for t in range(len(path)):
        row, label = rows[t % len(X)], y[t % len(X)]
        v = v + lr * (label - (v @ row > 0)) * row
        path[t] = v
    return v[:-1], v[-1], path


def trained_by_whole_numbers(X, y, lr, epochs):
    """Count how often each example corrected; the weights follow from the counts."""
    counts, path = np.zeros(len(X)), []
    for _ in range(epochs):
        for i in range(len(X)):
            fired = lr * ((counts * (X @ X[i])).sum() + counts.sum()) > 0
            counts[i] += y[i] - fired
            path.append(lr * np.append(counts @ X, counts.sum()))
    return path[-1][:-1], path[-1][-1], np.array(path)


def path_of_one_array(X, y, lr, epochs):
    w, b, path = trained(step_by_cases, X, y, lr, epochs)
    return w, b, np.hstack([np.tile(w, (len(path), 1)), path[:, -1:]])


def after_each_pass(X, y, lr, epochs):
    w, b, path = trained(step_by_cases, X, y, lr, epochs)
    return w, b, path[len(X) - 1 :: len(X)]


def before_each_step(X, y, lr, epochs):
    w, b, path = trained(step_by_cases, X, y, lr, epochs)
    return w, b, np.vstack([np.zeros((1, path.shape[1])), path[:-1]])


def with_the_start(X, y, lr, epochs):
    w, b, path = trained(step_by_cases, X, y, lr, epochs)
    return w, b, np.vstack([np.zeros((1, path.shape[1])), path])


def whole_batch(X, y, lr, epochs):
    w, b, path = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        error = y - (X @ w + b > 0)
        w, b = w + lr * error @ X, b + lr * error.sum()
        path += [[*w, b]] * len(X)
    return w, b, np.array(path)


def path_without_bias(X, y, lr, epochs):
    w, b, path = trained(step_by_cases, X, y, lr, epochs)
    return w, b, path[:, :-1]


def starting_at_one(X, y, lr, epochs):
    w, b, path = np.ones(X.shape[1]), 1.0, []
    for i in list(range(len(X))) * epochs:
        w, b = step_by_cases(w, b, X[i], y[i], lr)
        path.append([*w, b])
    return w, b, np.array(path)


def no_bias_step(w, b, x, y, lr):
    return w + lr * (y - (x @ w > 0)) * x, b


TRAIN_PERCEPTRON = learning_section(
    name="train_perceptron",
    points=2,
    reference=perceptron.train_perceptron,
    hints=(
        (
            "How many steps are there in all, for N rows and several passes? "
            "With which weights does the second step begin: with zeros, or with what the first one returned? "
            "What is written down after a step that changed nothing?"
        ),
        (
            "Two loops, one inside the other: the passes outside, the rows in their order inside. "
            "Each step gets the newest w and b, one row and its label. "
            "After each, put a row of D + 1 numbers behind the others: w, and then b. "
            "In the end make one array of these rows; 3 passes over 5 examples give 15 of them."
        ),
        (
            "One input: the rows are 2 and 1, the labels are 0 and 1, lr is 0.5, and there are 2 passes. "
            "Row 2: the sum 0 does not fire, which is right. Row 1: the sum 0 does not fire, which is wrong. "
            "Row 2 again: the sum 1.5 fires, which is wrong. Row 1 again: the sum -0.5 does not fire, which is wrong. "
            "The path is (0, 0), (0.5, 0.5), (-0.5, 0), (0, 0.5)."
        ),
    ),
    alternatives={
        "case by case": training(step_by_cases),
        "the bias as a weight": trained_with_ones,
        "by counting corrections": trained_by_whole_numbers,
    },
    probes=training_probes,
    sample=training_inputs,
    tolerance=100.0,
    mistakes={
        "path_once_a_pass": (
            after_each_pass,
            "The path has one row a pass; store the weights after every example.",
        ),
        "path_before_the_step": (
            before_each_step,
            "The path holds the weights before each step; store them after it.",
        ),
        "path_with_the_start": (
            with_the_start,
            "The path begins with the weights of 0; its first row stands after the first example.",
        ),
        "bias_in_front": (
            lambda X, y, lr, epochs: (
                *(it := trained(step_by_cases, X, y, lr, epochs))[:2],
                np.roll(it[2], 1, 1),
            ),
            "The bias stands in front of the weights; it belongs in the last column of the path.",
        ),
        "path_of_one_array": (
            path_of_one_array,
            (
                "All rows of the path hold the last weights: the list holds one array many times, and += "
                "changed it. Store a copy, or make a new array in each step."
            ),
        ),
        "path_without_bias": (
            path_without_bias,
            "The path lacks the bias: it has D + 1 columns, the bias is the last one.",
        ),
        "whole_batch_at_once": (
            whole_batch,
            "All examples of a pass are corrected with the same weights; use the new weights for the next example.",
        ),
        "only_one_pass": (
            lambda X, y, lr, epochs: trained(step_by_cases, X, y, lr, 1),
            "There is only one pass over the examples; make `epochs` of them.",
        ),
        "bias_stays_zero": (
            training(no_bias_step),
            "The bias never leaves 0, so the line always goes through the origin.",
        ),
        "fires_at_zero": (
            training(stepping(lambda z, y: y - float(z >= 0))),
            "A sum of exactly 0 fires here; it must be above 0, and the first sum is always 0.",
        ),
        "rate_ignored": (
            lambda X, y, lr, epochs: trained(step_by_cases, X, y, 1.0, epochs),
            "The learning rate lr is not passed on to the steps.",
        ),
        "starts_at_one": (
            starting_at_one,
            "Training starts from ones; start with weights and a bias of 0.",
        ),
    },
    traps=(
        Trap("starts_at_one", breaks="Start with `w` and `b` at 0."),
        Trap("path_once_a_pass", breaks="after every example, a row with `w` and behind it `b`"),
        Trap("path_of_one_array", breaks="after every example, a row with `w` and behind it `b`"),
        Trap("bias_in_front", breaks="after every example, a row with `w` and behind it `b`"),
        Trap("only_one_pass", breaks="Go through the rows of `X` in their order, `epochs` times"),
    ),
)
