"""Exercise 5.6: the mean of several models, and the twin of a network."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u05_regularization.common import declare, numbers
from chainrule.nn import regularization

__all__ = ["ENSEMBLE_PREDICT", "PERMUTE_HIDDEN"]

together = declare("5.6", "Many models, one answer")


def model(rng, d, classes):
    return Named("classifier", (classes, *rng.standard_normal(d * classes).tolist()))


def ensemble_probes(rng):
    n, d, classes = sizes(rng, 3)

    def probe(label, count, n):
        return Probe(label, ([model(rng, d, classes) for _ in range(count)], numbers(rng, n, d)))

    return (
        probe(f"three models, {n} examples", 3, n),
        probe("five models", 5, n + 1),
        probe("one model alone", 1, n),
        probe("one example alone", 3, 1),
    )


def by_stacking(models, X):
    return np.stack([model(X) for model in models]).mean(axis=0)


def by_running_mean(models, X):
    mean = 0.0
    for count, model in enumerate(models, start=1):
        mean = mean + (model(X) - mean) / count
    return mean


def votes(models, X):
    return np.stack([np.eye(model(X).shape[1])[model(X).argmax(axis=1)] for model in models]).mean(axis=0)


def geometric(models, X):
    return np.exp(np.stack([np.log(model(X)) for model in models]).mean(axis=0))


ENSEMBLE_PREDICT = together(
    name="ensemble_predict",
    points=1,
    reference=regularization.ensemble_predict,
    hints=(
        (
            "Each model is a function: what do you get when you call it with X, and in which shape? "
            "Which shape does the result have, and along what do you take the mean?"
        ),
        (
            "Call every model once with X, and add up the tables of probabilities, entry by entry. "
            "Divide the sum by the number of models. Nothing is added over the examples or over the classes."
        ),
        (
            "Three models answer for one image: (0.9, 0.1), (0.6, 0.4) and (0.3, 0.7). "
            "The sum is (1.8, 1.2), and the answer of all is (0.6, 0.4). Each row of the result still adds up to 1."
        ),
    ),
    alternatives={"by stacking": by_stacking, "by a running mean": by_running_mean},
    probes=ensemble_probes,
    sample=lambda rng: ([model(rng, 3, 4) for _ in range(3)], numbers(rng, 5, 3)),
    tolerance=200.0,
    mistakes={
        "sum_in_place_of_the_mean": (
            lambda models, X: sum(model(X) for model in models),
            "The probabilities are added; divide by the number of models, or a row sums to K.",
        ),
        "votes_counted": (
            votes,
            "These are shares of votes; average the probabilities, so that a sure model counts more.",
        ),
        "first_model_only": (
            lambda models, X: models[0](X),
            "Only the first model is asked.",
        ),
        "averaged_over_the_examples": (
            lambda models, X: np.stack([model(X).mean(axis=0) for model in models]),
            "The mean goes over the examples; it goes over the models, example by example.",
        ),
        "geometric_mean": (
            geometric,
            "This is the mean of the logarithms; average the probabilities themselves.",
        ),
        "labels_returned": (
            lambda models, X: by_stacking(models, X).argmax(axis=1),
            "These are labels; return the mean probabilities, shape (N, C).",
        ),
        "divided_by_the_examples": (
            lambda models, X: sum(model(X) for model in models) / len(X),
            "The sum is divided by the number of examples; divide by the number of models.",
        ),
    },
    traps=(
        Trap("votes_counted", breaks="In the mean of their answers the mistakes partly cancel"),
        Trap("sum_in_place_of_the_mean", breaks="Give the mean of the probabilities that the models predict for X."),
    ),
)

# --- the twin ------------------------------------------------------------------------------------------------


def network(rng, d, hidden, classes):
    order = np.roll(np.arange(hidden), 1) if hidden < 4 else rng.permutation(hidden)
    while hidden > 2 and np.array_equal(order[order], np.arange(hidden)):  # else it is its own inverse
        order = rng.permutation(hidden)
    return numbers(rng, d, hidden), numbers(rng, hidden), numbers(rng, hidden, classes), order


def twin_probes(rng):
    d, hidden, classes = (int(size) for size in 4 + rng.permutation(4)[:3])
    side = int(rng.integers(4, 7))
    return (
        Probe(f"{d} inputs, {hidden} hidden units, {classes} outputs", network(rng, d, hidden, classes)),
        Probe(f"{side} of each", network(rng, side, side, side)),
        Probe("three hidden units", network(rng, 2, 3, 2)),
        Probe(
            "float32 numbers", tuple(it.astype(np.float32) if it.dtype == float else it for it in network(rng, 3, 5, 2))
        ),
    )


def twin_by_matrix(W1, b1, W2, order):
    P = np.eye(len(order))[order].astype(W1.dtype)
    return W1 @ P.T, P @ b1, P @ W2


def twin_by_loop(W1, b1, W2, order):
    columns = [W1[:, i] for i in order]
    return np.stack(columns, axis=1), np.array([b1[i] for i in order]), np.stack([W2[i] for i in order])


PERMUTE_HIDDEN = together(
    name="permute_hidden",
    points=1,
    reference=regularization.permute_hidden,
    hints=(
        (
            "A hidden unit has numbers in three places. "
            "W1 is (D, H), b1 is (H,) and W2 is (H, C): along which axis of each do the hidden units lie?"
        ),
        (
            "An array of numbers as an index picks entries in that order. "
            "Use `order` as the index along the axis of the hidden units, and take everything along the other axis. "
            "In W1 that reorders columns, in W2 rows."
        ),
        (
            "W1 has the rows (1, 2, 3) and (4, 5, 6), b1 = (7, 8, 9), W2 has the rows (10), (20), (30). "
            "order = (2, 0, 1): the twin's first unit is the last unit of the original. "
            "W1 becomes (3, 1, 2) and (6, 4, 5), b1 becomes (9, 7, 8), and W2 becomes (30), (10), (20)."
        ),
    ),
    alternatives={"by a permutation matrix": twin_by_matrix, "unit by unit": twin_by_loop},
    probes=twin_probes,
    sample=lambda rng: network(rng, 3, 6, 4),
    mistakes={
        "biases_left": (
            lambda W1, b1, W2, order: (W1[:, order], np.array(b1), W2[order]),
            "The biases keep their old places: a unit takes its bias along.",
        ),
        "outgoing_weights_left": (
            lambda W1, b1, W2, order: (W1[:, order], b1[order], np.array(W2)),
            "The rows of W2 keep their old places: a unit takes its outgoing weights along.",
        ),
        "outgoing_weights_by_the_inverse": (
            lambda W1, b1, W2, order: (W1[:, order], b1[order], W2[np.argsort(order)]),
            "W2 is reordered by the inverse of order; the same order puts each row with its unit.",
        ),
        "everything_by_the_inverse": (
            lambda W1, b1, W2, order: twin_by_loop(W1, b1, W2, np.argsort(order)),
            "This is a twin, but of the inverse order: unit i of the twin is unit order[i].",
        ),
        "nothing_moved": (
            lambda W1, b1, W2, order: (np.array(W1), np.array(b1), np.array(W2)),
            "Nothing has moved; index with order along the axis of the hidden units.",
        ),
    },
    traps=(
        Trap("everything_by_the_inverse", breaks="Unit $i$ of the twin is unit `order[i]` of the original."),
        Trap(
            "biases_left",
            breaks="its bias and its outgoing weights (a row of `W2`)",
        ),
    ),
)
