"""Exercise 0.9: the cross-entropy and its gradient.

What you can do with this file:

- give tables of scores their labels: `with_labels`.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise, Gradient, Mistake
from chainrule.checking.declaring.probes import Probe, Strided
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u00_warmup.labels import batches, scores
from chainrule.nn import losses

__all__ = ["EXERCISES", "with_labels"]

entropy_section = partial(Exercise, unit="00_warmup", number="0.9", title="The cross-entropy")


def with_labels(rng, tables):
    """Random labels for each table of scores."""
    found = []
    for label, it in tables:
        shape = (it.values if isinstance(it, Strided) else it).shape
        found.append(Probe(label, (it, rng.integers(0, shape[1], shape[0]))))
    return tuple(found)


def probes(rng):
    sure = np.array([[1000.0, 0.0, -500.0], [0.0, 40.0, 1000.0]])
    return (
        *with_labels(rng, batches(rng)),
        Probe("certain and wrong", (sure, np.array([1, 0]))),
        Probe("equal scores", (np.zeros((3, 4)), np.array([1, 3, 0]))),
    )


def sample(rng):
    n, c = sizes(rng, 2)
    return scores(rng, n, c), rng.integers(0, c, n)


def probabilities(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def right_ones(table, y):
    return table[np.arange(len(y)), y]


def rows(logits, y):
    return np.eye(logits.shape[1])[y]


def log_probabilities(logits):
    logits = np.asarray(logits, dtype=np.result_type(logits, np.float32))
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


def loss_by_loop(logits, y):
    total = 0.0
    for row, label in zip(logits.tolist(), y.tolist(), strict=True):
        top = max(row)
        total += top + math.log(sum(math.exp(score - top) for score in row)) - row[label]
    return total / len(y)


def loss_by_one_hot(logits, y):
    return -np.sum(rows(logits, y) * log_probabilities(logits)) / logits.shape[0]


CROSS_ENTROPY = entropy_section(
    name="cross_entropy",
    points=2,
    reference=losses.cross_entropy,
    alternatives={
        "example by example": loss_by_loop,
        "with one-hot rows": loss_by_one_hot,
        "with logaddexp": lambda logits, y: -np.mean(right_ones(log_probabilities(logits), y)),
    },
    probes=probes,
    sample=sample,
    tolerance=5000.0,  # scores of 1000 leave 13 digits for their differences
    demands=("no_overflow",),
    mistakes=(
        Mistake(
            name="overflows",
            wrong=lambda logits, y: -np.mean(right_ones(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), y)),
            explanation="exp(1000) is too large for any float: subtract the largest score of each row first.",
        ),
        Mistake(
            name="shifted_in_one_place",
            wrong=lambda logits, y: loss_by_loop(logits, y) - np.mean(logits.max(axis=1)),
            explanation="The largest score is subtracted inside the sum only; take the shifted score of the right "
            "label too, or add the largest score to the logarithm.",
        ),
        Mistake(
            name="logarithm_of_zero",
            wrong=lambda logits, y: -np.mean(np.log(right_ones(probabilities(logits), y))),
            explanation="For an example that is far off, softmax gives exactly 0, and log(0) is infinite: put the "
            "logarithm into the formula, shifted - log(sum of exp(shifted)).",
        ),
        Mistake(
            name="small_number_added",
            wrong=lambda logits, y: -np.mean(np.log(right_ones(probabilities(logits), y) + 1e-8)),
            explanation="log(p + 1e-8) can never exceed 18.4, and is a little wrong everywhere: use the shifted scores "
            "instead.",
        ),
        Mistake(
            name="smaller_number_added",
            wrong=lambda logits, y: -np.mean(np.log(right_ones(probabilities(logits), y) + 1e-10)),
            explanation="log(p + 1e-10) can never exceed 23, and is a little wrong everywhere: use the shifted scores "
            "instead.",
        ),
        Mistake(
            name="tiny_number_added",
            wrong=lambda logits, y: -np.mean(np.log(right_ones(probabilities(logits), y) + 1e-12)),
            explanation="log(p + 1e-12) can never exceed 27.6, and is a little wrong everywhere: use the shifted "
            "scores instead.",
        ),
        Mistake(
            name="probability_clipped",
            wrong=lambda logits, y: -np.mean(np.log(np.maximum(right_ones(probabilities(logits), y), 1e-12))),
            explanation="A clipped probability bounds the loss (at 27.6 for 1e-12), and there it has no slope any "
            "more: use the shifted scores instead.",
        ),
        Mistake(
            name="sum_over_the_examples",
            wrong=lambda logits, y: loss_by_loop(logits, y) * len(y),
            explanation="The losses of the examples are summed; take their mean.",
        ),
        Mistake(
            name="mean_over_all_entries",
            wrong=lambda logits, y: -np.mean(rows(logits, y) * log_probabilities(logits)),
            explanation="The mean runs over N times C entries; only N of them are losses, so divide the sum by N.",
        ),
        Mistake(
            name="sign_flipped",
            wrong=lambda logits, y: -loss_by_loop(logits, y),
            explanation="The sign is flipped: the logarithm of a probability is negative, and the loss is not.",
        ),
        Mistake(
            name="logarithm_of_base_10",
            wrong=lambda logits, y: loss_by_loop(logits, y) / math.log(10),
            explanation="This is the logarithm of base 10; np.log is the natural one.",
        ),
        Mistake(
            name="logarithm_of_base_2",
            wrong=lambda logits, y: loss_by_loop(logits, y) / math.log(2),
            explanation="This is the logarithm of base 2; np.log is the natural one.",
        ),
        Mistake(
            name="softmax_twice",
            wrong=lambda logits, y: loss_by_loop(probabilities(logits), y),
            explanation="Softmax is applied twice: cross_entropy gets scores, not probabilities.",
        ),
        Mistake(
            name="loss_of_the_predicted_label",
            wrong=lambda logits, y: loss_by_loop(logits, logits.argmax(axis=1)),
            explanation="This looks at the largest probability; the loss looks at that of the right label y.",
        ),
        Mistake(
            name="probability_of_the_right_label",
            wrong=lambda logits, y: np.mean(right_ones(probabilities(logits), y)),
            explanation="This is the mean probability of the right labels; the logarithm and its minus are missing.",
        ),
        Mistake(
            name="all_labels_for_every_example",
            wrong=lambda logits, y: -np.mean(log_probabilities(logits)[:, y]),
            explanation="log_p[:, y] takes every label for every row; log_p[np.arange(N), y] takes one for each.",
        ),
    ),
)

# --- gradient ----------------------------------------------------------------------------------------------


def gradient_by_loop(logits, y):
    result = np.zeros(logits.shape)
    for n, c in np.ndindex(*logits.shape):
        powers = [math.exp(score - float(logits[n].max())) for score in logits[n].tolist()]
        result[n, c] = (powers[c] / sum(powers) - (c == y[n])) / len(y)
    return result


def ones_subtracted(logits, y):
    p = probabilities(logits)
    p[np.arange(len(y)), y] -= 1
    return p / len(p)


def right(logits, y):
    return ones_subtracted(logits, y)


CROSS_ENTROPY_GRAD = entropy_section(
    name="cross_entropy_grad",
    points=2,
    reference=losses.cross_entropy_grad,
    alternatives={
        "entry by entry": gradient_by_loop,
        "ones subtracted": ones_subtracted,
        "from log-probabilities": lambda logits, y: (
            np.exp(log_probabilities(logits)) / logits.shape[0] - rows(logits, y) / logits.shape[0]
        ),
    },
    probes=probes,
    sample=sample,
    tolerance=5000.0,  # scores of 1000 leave 13 digits for their differences
    gradient=Gradient(of=losses.cross_entropy, wrt=("logits",)),
    demands=("no_overflow",),
    mistakes=(
        Mistake(
            name="not_divided_by_the_examples",
            wrong=lambda logits, y: right(logits, y) * len(y),
            explanation="The loss is a mean over N examples, so its gradient carries 1/N.",
        ),
        Mistake(
            name="divided_twice_by_the_examples",
            wrong=lambda logits, y: right(logits, y) / len(y),
            explanation="The gradient is divided by N twice; once is enough.",
        ),
        Mistake(
            name="divided_by_all_entries",
            wrong=lambda logits, y: right(logits, y) / logits.shape[1],
            explanation="The gradient is divided by N times C; the loss is a mean over N examples.",
        ),
        Mistake(
            name="softmax_itself",
            wrong=lambda logits, y: probabilities(logits) / len(y),
            explanation="The one-hot rows are missing: the gradient is (softmax - one_hot) / N.",
        ),
        Mistake(
            name="sign_flipped",
            wrong=lambda logits, y: -right(logits, y),
            explanation="The sign is flipped: more score for the right label lowers the loss, so that is negative.",
        ),
        Mistake(
            name="only_the_labels_divided",
            wrong=lambda logits, y: probabilities(logits) - rows(logits, y) / len(y),
            explanation="Only the one-hot rows are divided by N: put brackets around the difference.",
        ),
        Mistake(
            name="ones_in_whole_columns",
            wrong=lambda logits, y: (probabilities(logits) - 1.0 * np.isin(np.arange(logits.shape[1]), y)) / len(y),
            explanation="p[:, y] -= 1 changes whole columns; each row has its own label, so use p[np.arange(N), y].",
        ),
        Mistake(
            name="diagonal_of_the_jacobian",
            wrong=lambda logits, y: right(logits, y) * rows(logits, y),
            explanation="Only the entry of the right label is there: each score moves all probabilities of its row, so "
            "the wrong classes have a slope too.",
        ),
        Mistake(
            name="slope_of_a_sigmoid",
            wrong=lambda logits, y: probabilities(logits) * (1 - probabilities(logits)) / len(y),
            explanation="p (1 - p) is the slope of one probability with respect to its own score; with the logarithm "
            "the gradient becomes (p - one_hot) / N.",
        ),
        Mistake(
            name="scores_in_place_of_probabilities",
            wrong=lambda logits, y: (logits - rows(logits, y)) / len(y),
            explanation="The one-hot rows are subtracted from the scores; subtract them from softmax of the scores.",
        ),
        Mistake(
            name="softmax_twice",
            wrong=lambda logits, y: right(probabilities(logits), y),
            explanation="Softmax is applied twice: the function gets scores, not probabilities.",
        ),
    ),
)

EXERCISES = (CROSS_ENTROPY, CROSS_ENTROPY_GRAD)
