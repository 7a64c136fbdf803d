"""Exercise 0.9: the cross-entropy and its gradient.

What you can do with this file:

- give tables of scores their labels: `with_labels`.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u00_warmup.softmax import batches, scores
from chainrule.nn import losses

__all__ = ["CROSS_ENTROPY", "CROSS_ENTROPY_GRAD"]

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


def one_shift_for_all(logits, y):
    """Subtracts the largest score of the whole table, so a row that lies far below it has no exponential left."""
    shifted = logits - logits.max()
    with np.errstate(divide="ignore"):
        return float((np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]).mean())


CROSS_ENTROPY = entropy_section(
    name="cross_entropy",
    points=2,
    reference=losses.cross_entropy,
    hints=(
        (
            "The logarithm of the fraction is a difference of two terms. "
            "Which of them differs from class to class, and which is the same for all classes of one example? "
            "In the second one, does the logarithm stand outside of the sum or inside?"
        ),
        (
            "First shift each row: subtract its largest score. "
            "Then take the powers of the shifted scores, sum each row, and take the logarithm of each sum. "
            "That is one number for each row. "
            "Subtracted from the shifted scores, it leaves a table of ln p. "
            "Pick the entry of the right label in each row, take the mean of the N picked numbers, and change its sign."
        ),
        (
            "Two examples, both with the scores (1000, 0); the labels are 1 and 0. "
            "The shifted scores are (0, -1000), the powers are 1 and 0, and the logarithm of their sum is 0. "
            "So the logarithms of the probabilities are 0 and -1000. "
            "The losses are 1000 and 0, their mean is 500, and nothing was infinite on the way."
        ),
    ),
    alternatives={
        "example by example": loss_by_loop,
        "with one-hot rows": loss_by_one_hot,
        "with logaddexp": lambda logits, y: -np.mean(right_ones(log_probabilities(logits), y)),
    },
    probes=probes,
    sample=sample,
    tolerance=5000.0,  # scores of 1000 leave 13 digits for their differences
    demands=("no_overflow",),
    mistakes={
        "overflows": (
            lambda logits, y: -np.mean(right_ones(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), y)),
            sentences.OVERFLOWS,
        ),
        "shifted_in_one_place": (
            lambda logits, y: loss_by_loop(logits, y) - np.mean(logits.max(axis=1)),
            (
                "The largest score is subtracted inside the sum only; take the shifted score of the right "
                "label too, or add the largest score to the logarithm."
            ),
        ),
        "logarithm_of_zero": (
            lambda logits, y: -np.mean(np.log(right_ones(probabilities(logits), y))),
            (
                "For an example that is far off, softmax gives exactly 0, and log(0) is infinite: put the "
                "logarithm into the formula, shifted - log(sum of exp(shifted))."
            ),
        ),
        "small_number_added": (
            lambda logits, y: -np.mean(np.log(right_ones(probabilities(logits), y) + 1e-8)),
            "log(p + 1e-8) can never exceed 18.4, and is a little wrong everywhere: use the shifted scores instead.",
        ),
        "smaller_number_added": (
            lambda logits, y: -np.mean(np.log(right_ones(probabilities(logits), y) + 1e-10)),
            "log(p + 1e-10) can never exceed 23, and is a little wrong everywhere: use the shifted scores instead.",
        ),
        "tiny_number_added": (
            lambda logits, y: -np.mean(np.log(right_ones(probabilities(logits), y) + 1e-12)),
            "log(p + 1e-12) can never exceed 27.6, and is a little wrong everywhere: use the shifted scores instead.",
        ),
        "probability_clipped": (
            lambda logits, y: -np.mean(np.log(np.maximum(right_ones(probabilities(logits), y), 1e-12))),
            (
                "A clipped probability bounds the loss (at 27.6 for 1e-12), and there it has no slope any "
                "more: use the shifted scores instead."
            ),
        ),
        "sum_over_the_examples": (
            lambda logits, y: loss_by_loop(logits, y) * len(y),
            "The losses of the examples are summed; take their mean.",
        ),
        "mean_over_all_entries": (
            lambda logits, y: -np.mean(rows(logits, y) * log_probabilities(logits)),
            "The mean runs over N times C entries; only N of them are losses, so divide the sum by N.",
        ),
        "sign_flipped": (
            lambda logits, y: -loss_by_loop(logits, y),
            "The sign is flipped: the logarithm of a probability is negative, and the loss is not.",
        ),
        "logarithm_of_base_10": (
            lambda logits, y: loss_by_loop(logits, y) / math.log(10),
            sentences.LOGARITHM_OF_BASE_10,
        ),
        "logarithm_of_base_2": (
            lambda logits, y: loss_by_loop(logits, y) / math.log(2),
            "This is the logarithm of base 2; np.log is the natural one.",
        ),
        "softmax_twice": (
            lambda logits, y: loss_by_loop(probabilities(logits), y),
            "Softmax is applied twice: cross_entropy gets scores, not probabilities.",
        ),
        "loss_of_the_predicted_label": (
            lambda logits, y: loss_by_loop(logits, logits.argmax(axis=1)),
            "This looks at the largest probability; the loss looks at that of the right label y.",
        ),
        "probability_of_the_right_label": (
            lambda logits, y: np.mean(right_ones(probabilities(logits), y)),
            "This is the mean probability of the right labels; the logarithm and its minus are missing.",
        ),
        "all_labels_for_every_example": (
            lambda logits, y: -np.mean(log_probabilities(logits)[:, y]),
            "log_p[:, y] takes every label for every row; log_p[np.arange(N), y] takes one for each.",
        ),
    },
    traps=(
        Trap("logarithm_of_zero", breaks=r"softmax gives exactly 0, and $\ln 0$ is infinite"),
        Trap("smaller_number_added", breaks="Do not compute $p$ at all."),
        Trap("tiny_number_added", breaks="Do not compute $p$ at all."),
        Trap("probability_clipped", breaks="Do not compute $p$ at all."),
        Trap(
            one_shift_for_all,
            breaks="With the shifted scores $s$ (the row's largest is 0)",
        ),
        Trap("sum_over_the_examples", breaks="as a mean over the examples"),
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
    hints=(
        (
            "The loss of one example is: minus the right score, plus the logarithm of the sum of all powers. "
            "What is the slope of each part with respect to one score? "
            "For the second part the chain rule gives a fraction: which of your functions computes it?"
        ),
        (
            "Two functions that you have written do the work. "
            "One gives a table of probabilities, and the other a table with a 1 at each right label. "
            "Both are (N, C), so one can be subtracted from the other. "
            "The loss is a mean over N examples: which share of it does one example own?"
        ),
        (
            "One example alone, with the probabilities (0.2, 0.3, 0.5) and the right label 2. "
            "Its row is (0.2, 0.3, -0.5), and the sum is 0. "
            "If it is one of 4 examples, its row is a quarter of that: (0.05, 0.075, -0.125)."
        ),
    ),
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
    mistakes={
        "not_divided_by_the_examples": (
            lambda logits, y: right(logits, y) * len(y),
            sentences.NOT_DIVIDED_BY_THE_EXAMPLES,
        ),
        "divided_twice_by_the_examples": (
            lambda logits, y: right(logits, y) / len(y),
            "The gradient is divided by N twice; once is enough.",
        ),
        "divided_by_all_entries": (
            lambda logits, y: right(logits, y) / logits.shape[1],
            sentences.DIVIDED_BY_ALL_ENTRIES,
        ),
        "softmax_itself": (
            lambda logits, y: probabilities(logits) / len(y),
            "The one-hot rows are missing: the gradient is (softmax - one_hot) / N.",
        ),
        "sign_flipped": (
            lambda logits, y: -right(logits, y),
            "The sign is flipped: more score for the right label lowers the loss, so that is negative.",
        ),
        "only_the_labels_divided": (
            lambda logits, y: probabilities(logits) - rows(logits, y) / len(y),
            "Only the one-hot rows are divided by N: put brackets around the difference.",
        ),
        "ones_in_whole_columns": (
            lambda logits, y: (probabilities(logits) - 1.0 * np.isin(np.arange(logits.shape[1]), y)) / len(y),
            "p[:, y] -= 1 changes whole columns; each row has its own label, so use p[np.arange(N), y].",
        ),
        "diagonal_of_the_jacobian": (
            lambda logits, y: right(logits, y) * rows(logits, y),
            (
                "Only the entry of the right label is there: each score moves all probabilities of its row, so "
                "the wrong classes have a slope too."
            ),
        ),
        "slope_of_a_sigmoid": (
            lambda logits, y: probabilities(logits) * (1 - probabilities(logits)) / len(y),
            (
                "p (1 - p) is the slope of one probability with respect to its own score; with the logarithm "
                "the gradient becomes (p - one_hot) / N."
            ),
        ),
        "scores_in_place_of_probabilities": (
            lambda logits, y: (logits - rows(logits, y)) / len(y),
            "The one-hot rows are subtracted from the scores; subtract them from softmax of the scores.",
        ),
        "softmax_twice": (
            lambda logits, y: right(probabilities(logits), y),
            "Softmax is applied twice: the function gets scores, not probabilities.",
        ),
    },
    traps=(
        Trap("not_divided_by_the_examples", breaks="What the classifier believes, minus what is true."),
        Trap("only_the_labels_divided", breaks="Each row sums to 0."),
    ),
)
