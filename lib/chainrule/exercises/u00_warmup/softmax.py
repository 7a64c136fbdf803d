"""Exercise 0.8: scores as probabilities, and the choice of a label.

What you can do with this file:

- draw scores for the later exercises: `scores`; tables of every kind: `batches`.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.nn import losses

__all__ = ["PREDICT", "SOFTMAX"]

softmax_section = partial(Exercise, unit="00_warmup", number="0.8", title="From scores to probabilities")

# --- softmax -----------------------------------------------------------------------------------------------


def scores(rng, n, c):
    """Scores of both signs; no two of a row are close, so that nothing depends on a tie."""
    order = rng.permuted(np.tile(np.arange(c), (n, 1)), axis=1)
    return 0.8 * (order - c / 2.0) + rng.uniform(-0.2, 0.2, (n, c)) + rng.uniform(-2.0, 2.0, (n, 1))


def batches(rng, extremes=True):
    """Tables of scores of every kind, with what to say of them."""
    n, c, side = sizes(rng, 3)
    tables = [
        (f"{n} examples, {c} classes", scores(rng, n, c)),
        (f"{c} examples, {n} classes", scores(rng, c, n)),
        (f"{side} examples, {side} classes", scores(rng, side, side)),
        ("two classes", scores(rng, n, 2)),
        ("one example", scores(rng, 1, c)),
        ("float32 numbers", scores(rng, n, c).astype(np.float32)),
        ("integers", np.array([[2, -1, 0, 1], [0, 3, -2, 4], [-4, 1, 2, 0]])),
        ("an array that is not contiguous in memory", Strided(scores(rng, n, c))),
    ]
    if extremes:
        tables += [
            ("very large scores", np.array([[1000.0, 999.0, 0.0], [998.0, 1000.0, 1001.0]])),
            ("one score far above the others of its row", np.array([[4000.0, 0.0, -1.0], [0.5, 0.0, 1.0]])),
            ("one row far above the other", np.array([[1000.0, 1001.0, 999.5], [-1000.0, -1002.0, -1000.5]])),
        ]
    return tables


def softmax_by_loop(logits):
    result = np.zeros(logits.shape)
    for n, row in enumerate(logits.tolist()):
        powers = [math.exp(score - max(row)) for score in row]
        result[n] = [power / sum(powers) for power in powers]
    return result


def shares(powers):
    return powers / powers.sum(axis=1, keepdims=True)


SOFTMAX = softmax_section(
    name="softmax",
    points=2,
    reference=losses.softmax,
    hints=(
        (
            "Take a row with the scores 1000 and 1001: can a float hold their powers? "
            "What could you subtract from both scores, so that the larger power becomes 1? "
            "Does another row of the table need the same number, or its own?"
        ),
        (
            "Three steps, each for every row by itself. "
            "First subtract the row's largest score, then take the exponentials, then divide by the row's sum of them. "
            "The largest scores and the sums need the shape (N, 1), so that each stands beside its own row."
        ),
        (
            "The row is (1000, 1000, 1000.6931), where 0.6931 is ln 2. "
            "Minus the largest score: (-0.6931, -0.6931, 0). "
            "The powers are (0.5, 0.5, 1), and their sum is 2. "
            "So the probabilities are (0.25, 0.25, 0.5)."
        ),
    ),
    alternatives={
        "score by score": softmax_by_loop,
        "through logaddexp": lambda logits: np.exp(
            logits - np.logaddexp.reduce(np.asarray(logits, float), axis=1)[:, None]
        ),
        "by differences": lambda logits: (
            1.0 / np.exp(np.minimum(logits[:, None, :] - np.asarray(logits, float)[:, :, None], 700.0)).sum(axis=2)
        ),
        "column by column": lambda logits: softmax_by_loop(np.ascontiguousarray(logits.T).T),
    },
    probes=lambda rng: tuple(Probe(label, (it,)) for label, it in batches(rng)),
    sample=lambda rng: (scores(rng, *sizes(rng, 2)),),
    tolerance=3000.0,  # scores of 1000 leave 13 digits for their differences
    properties=("row_by_row",),
    demands=("no_overflow",),
    mistakes={
        "overflows": (
            lambda logits: np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True),
            sentences.OVERFLOWS,
        ),
        "mean_subtracted": (
            lambda logits: shares(np.exp(logits - logits.mean(axis=1, keepdims=True))),
            "The mean of the row is subtracted; one score far above it still overflows: take the largest.",
        ),
        "columns_sum_to_one": (
            lambda logits: np.exp(logits - logits.max(axis=0)) / np.exp(logits - logits.max(axis=0)).sum(axis=0),
            "The columns sum to 1; the classes of one example should, so go along axis 1.",
        ),
        "whole_table_sums_to_one": (
            lambda logits: np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum(),
            "The whole table sums to 1; each row should.",
        ),
        "one_maximum_for_all": (
            lambda logits: np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum(axis=1, keepdims=True),
            (
                "The largest score of the whole table is subtracted; a row far below becomes 0 / 0. Each row "
                "needs its own maximum."
            ),
        ),
        "sigmoid_of_each_score": (
            lambda logits: 1.0 / (1.0 + np.exp(-np.clip(logits, -500, 500))),
            "Each score is squashed on its own, so the rows do not sum to 1; divide by the sum of the row.",
        ),
        "no_exponential": (
            lambda logits: logits / logits.sum(axis=1, keepdims=True),
            "The scores are divided by their sum without exp; negative scores give negative results.",
        ),
        "not_divided": (
            lambda logits: np.exp(logits - logits.max(axis=1, keepdims=True)),
            "The powers are not divided by their sum; the rows should sum to 1.",
        ),
        "logarithm_of_softmax": (
            lambda logits: np.log(softmax_by_loop(logits) + 1e-300),
            "This is the logarithm of the probabilities; leave the logarithm to the loss.",
        ),
        "without_keepdims": (
            lambda logits: (
                np.exp(logits - logits.max(axis=1, keepdims=True))
                / np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)
            ),
            "The sums of the rows are lined up with the columns: keepdims=True keeps them a column.",
        ),
    },
    traps=(
        Trap("overflows", breaks="$e^{1000}$ is too large for a float."),
        Trap("one_maximum_for_all", breaks="So subtract the row's largest score first"),
        Trap("mean_subtracted", breaks="So subtract the row's largest score first"),
        Trap("columns_sum_to_one", breaks="each **row** sums to 1"),
    ),
)

# --- predict -------------------------------------------------------------------------------------------------


def largest_by_loop(logits):
    labels = []
    for row in logits.tolist():
        best = 0
        for c, score in enumerate(row):
            best = c if score > row[best] else best
        labels.append(best)
    return np.array(labels)


PREDICT = softmax_section(
    name="predict",
    points=1,
    reference=losses.predict,
    hints=(
        (
            "For one row of scores: is the answer a score, or the number of a column? "
            "The result holds one whole number for each example. "
            "Along which axis do you compare the classes of one example?"
        ),
        (
            "NumPy can give the place of the largest entry in place of the entry itself. "
            "Tell it the axis: the classes are the columns, so the search runs along each row. "
            "Of the shape (N, C) the axis with the C classes disappears, and (N,) is left."
        ),
        (
            "Three examples with four classes have the rows (2, 2.5, -1, 0), (0, -3, -1, -2) and (1, 0, 0, 9). "
            "The largest scores are 2.5, 0 and 9. "
            "They stand in the columns 1, 0 and 3, so the result is (1, 0, 3)."
        ),
    ),
    alternatives={
        "class by class": largest_by_loop,
        "by sorting": lambda logits: np.argsort(logits, axis=1)[:, -1],
        "after softmax": lambda logits: softmax_by_loop(logits).argmax(axis=1),
    },
    probes=lambda rng: (
        *(Probe(label, (it,)) for label, it in batches(rng)),
        Probe("no class far ahead", (np.array([[0.1, 0.3, 0.6, 0.2], [0.9, 1.1, 0.8, 1.2], [0.1, 0.4, 0.2, 0.3]]),)),
    ),
    sample=lambda rng: (scores(rng, *sizes(rng, 2)),),
    properties=("row_by_row",),
    mistakes={
        "best_example_of_each_class": (
            lambda logits: logits.argmax(axis=0),
            (
                "This finds for each class the example with the largest score; choose a class for each "
                "example, along axis 1."
            ),
        ),
        "position_in_the_whole_table": (
            lambda logits: logits.argmax(),
            "Without axis=1, argmax counts through the whole table and gives one number.",
        ),
        "largest_score": (
            lambda logits: logits.max(axis=1),
            "This is the largest score itself; asked for is its column, the label.",
        ),
        "smallest_score": (
            lambda logits: logits.argmin(axis=1),
            "This chooses the smallest score.",
        ),
        "counted_from_one": (
            lambda logits: logits.argmax(axis=1) + 1,
            "Labels count from 0.",
        ),
        "one_hot_rows": (
            lambda logits: np.eye(logits.shape[1])[logits.argmax(axis=1)],
            "These are one-hot rows; asked for are the labels, shape (N,).",
        ),
        "only_above_one_half": (
            lambda logits: (softmax_by_loop(logits) > 0.5).argmax(axis=1),
            "A class is chosen only when its probability is above 1/2; the largest one wins, however small it is.",
        ),
        "largest_size": (
            lambda logits: np.abs(logits).argmax(axis=1),
            "Sizes are compared, and -9 beats 3; compare the scores with their signs.",
        ),
    },
    traps=(Trap("best_example_of_each_class", breaks="Take the class with the largest score, for each example."),),
)
