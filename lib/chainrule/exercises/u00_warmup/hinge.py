"""Exercise 0.10: the hinge loss and its gradient."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u00_warmup.entropy import with_labels
from chainrule.exercises.u00_warmup.softmax import batches, scores
from chainrule.nn import losses

__all__ = ["HINGE_LOSS", "HINGE_LOSS_GRAD"]

hinge_section = partial(Exercise, unit="00_warmup", number="0.10", title="A loss with a margin")


def away_from_corners(rng, n, c):
    """Scores, labels and a margin such that no wrong score keeps the margin exactly."""
    while True:
        made = scores(rng, n, c), rng.integers(0, c, n), float(rng.uniform(1.3, 2.5))
        if np.abs(gaps(*made)).min() > 0.01:
            return made


def gaps(table, y, delta):
    """How far each score reaches into the margin, the right one's own included."""
    return table - table[np.arange(len(y)), y][:, None] + delta


def others(table, y):
    return np.arange(table.shape[1]) != y[:, None]


def probes(rng, *, corners):
    drawn = with_labels(rng, batches(rng, extremes=False))
    found = []
    for probe in drawn:
        table = getattr(probe.args[0], "values", probe.args[0])
        delta = next(it for it in (1.5, 1.63, 1.71, 1.87, 2.03, 2.3) if clear(table, probe.args[1], it))
        found.append(Probe(probe.label, (*probe.args, delta)))
    equal = np.zeros((4, 3)), np.array([0, 2, 1, 1]), 0.7
    kept = np.array([[9.0, 1.0, 2.0], [0.0, 8.0, -3.0]]), np.array([0, 1]), 1.5
    large = np.array([[1000.0, -1000.0, 3.0], [-1000.0, 0.0, 1000.0]]), np.array([1, 2]), 2.5
    found += [
        Probe("all scores 0", equal),
        Probe("every margin kept", kept),
        Probe("very large scores", large),
    ]
    if corners:
        exact = np.array([[2.0, 1.0, 0.0, 3.0], [0.5, 2.5, 2.0, 0.0]]), np.array([0, 1]), 1.0
        found.append(Probe("a margin that is kept exactly", exact, kink=True))
    return tuple(found)


def clear(table, y, delta):
    return float(np.abs(gaps(np.asarray(table, float), y, delta)).min()) > 1e-3


def sample(rng):
    return away_from_corners(rng, *sizes(rng, 2))


def loss_by_loop(table, y, delta):
    total = 0.0
    for n, row in enumerate(table.tolist()):
        for j, score in enumerate(row):
            if j != y[n]:
                total += max(0.0, score - row[y[n]] + delta)
    return total / len(y)


def summed(table, y, delta, *, including=False, power=1):
    parts = np.maximum(gaps(table, y, delta), 0.0) ** power
    return parts.sum() if including else (parts * others(table, y)).sum()


HINGE_LOSS = hinge_section(
    name="hinge_loss",
    points=2,
    reference=losses.hinge_loss,
    hints=(
        (
            "In one row, one score is compared with all the others: which one? "
            "How do you pick this score from every row at once? "
            "Which shape must the N picked scores have, to be subtracted from a table of shape (N, C)?"
        ),
        (
            "Make a table of shape (N, C): each score, minus the right score of its row, plus the margin. "
            "Whatever is below 0 becomes 0. "
            "Now each row holds, at its right class, just the margin: take that out of the count. "
            "Add up all the rest, and divide by the number of examples."
        ),
        (
            "The scores are (1, 4, 2, 2.5), the right label is 3, and the margin is 2. "
            "Minus 2.5, plus 2: class 0 gives 0.5, class 1 gives 3.5, class 2 gives 1.5. "
            "The loss of this example is 5.5. "
            "With a second example that has the loss 0.5, the result is 3."
        ),
    ),
    alternatives={
        "score by score": loss_by_loop,
        "the label's own margin subtracted": lambda scores, y, delta: (
            summed(scores, y, delta, including=True) / len(y) - delta
        ),
        "by masks": lambda scores, y, delta: (
            gaps(scores, y, delta)[(gaps(scores, y, delta) > 0) & others(scores, y)].sum() / len(scores)
        ),
    },
    probes=partial(probes, corners=False),
    sample=sample,
    tolerance=500.0,
    mistakes={
        "right_class_counted": (
            lambda scores, y, delta: summed(scores, y, delta, including=True) / len(y),
            "The right class is compared with itself, which adds delta for every example: leave j = y out.",
        ),
        "no_margin": (
            lambda scores, y, delta: summed(scores, y, 0.0) / len(y),
            "The margin delta is missing: a right score must win by at least delta.",
        ),
        "margin_subtracted": (
            lambda scores, y, delta: summed(scores, y, -delta) / len(y),
            "The margin is subtracted; a wrong score must stay delta below the right one, so add it.",
        ),
        "margin_of_one": (
            lambda scores, y, delta: summed(scores, y, 1.0) / len(y),
            sentences.MARGIN_OF_ONE,
        ),
        "all_labels_for_every_example": (
            lambda scores, y, delta: (
                (np.maximum(scores - scores[:, y] + delta, 0.0) * others(scores, y)).sum() / len(y)
            ),
            "scores[:, y] takes every label for every row; scores[np.arange(N), y] takes one for each.",
        ),
        "scores_swapped": (
            lambda scores, y, delta: (
                (np.maximum(2 * delta - gaps(scores, y, delta), 0.0) * others(scores, y)).sum() / len(y)
            ),
            "The difference is taken the other way round: the wrong score minus the right one, plus delta.",
        ),
        "sum_over_the_examples": (
            lambda scores, y, delta: summed(scores, y, delta),
            "The losses of the examples are summed; divide by their number N.",
        ),
        "mean_over_all_entries": (
            lambda scores, y, delta: summed(scores, y, delta) / scores.size,
            "The sum is divided by N times C; divide by the number N of examples.",
        ),
        "worst_class_only": (
            lambda scores, y, delta: (np.maximum(gaps(scores, y, delta), 0.0) * others(scores, y)).max(axis=1).mean(),
            "Only the worst class of each example counts here; add up all of them.",
        ),
        "squared": (
            lambda scores, y, delta: summed(scores, y, delta, power=2) / len(y),
            "The margins are squared; this loss adds them as they are.",
        ),
        "negative_margins_kept": (
            lambda scores, y, delta: (gaps(scores, y, delta) * others(scores, y)).sum() / len(y),
            "Margins that are kept count negative here; max(0, ...) makes them 0.",
        ),
        "mean_over_the_wrong_classes": (
            lambda scores, y, delta=1.0: losses.hinge_loss(scores, y, delta) / (scores.shape[1] - 1),
            "The classes are averaged; add them up, and divide by the number of examples only.",
        ),
    },
    traps=(
        Trap("right_class_counted", breaks="leave $j = y_n$ out"),
        Trap("margin_of_one", breaks=r"`delta` ($\Delta$) is a number"),
        Trap("worst_class_only", breaks="Each wrong class that comes closer than that costs what is missing"),
    ),
)

# --- gradient ----------------------------------------------------------------------------------------------


def gradient_by_loop(table, y, delta):
    result = np.zeros(table.shape)
    for n, row in enumerate(table.tolist()):
        for j, score in enumerate(row):
            if j != y[n] and score - row[y[n]] + delta > 0:
                result[n, j] += 1.0 / len(y)
                result[n, y[n]] -= 1.0 / len(y)
    return result


def within(table, y, delta):
    return (gaps(table, y, delta) > 0) & others(table, y)


def counted(table, y, delta):
    """The gradient times N, from counts."""
    hits = within(table, y, delta).astype(float)
    hits[np.arange(len(y)), y] = -hits.sum(axis=1)
    return hits


def counted_on_the_corner(table, y, delta):
    return counted(table, y, delta + 1e-9)


def bounds(table, y, delta):
    ends = counted(table, y, delta), counted_on_the_corner(table, y, delta)
    return np.minimum(*ends) / len(y), np.maximum(*ends) / len(y)


def with_corners(table, y, delta):
    """By one-hot rows; an exactly kept margin counts as missed."""
    own = np.eye(table.shape[1])[y]
    missed = (gaps(table, y, delta) >= 0) * (1.0 - own)
    return (missed - own * missed.sum(axis=1, keepdims=True)) / table.shape[0]


HINGE_LOSS_GRAD = hinge_section(
    name="hinge_loss_grad",
    points=2,
    reference=losses.hinge_loss_grad,
    hints=(
        (
            "Look at the term of one wrong class: its score, minus the right score, plus the margin, but at least 0. "
            "If it is above 0, what are its slopes with respect to the wrong score and to the right score? "
            "If it was cut to 0, what are both? And in how many terms of a row does the right score stand?"
        ),
        (
            "First make a table of ones and zeros: 1 where a wrong class comes closer than the margin. "
            "At the right classes it must hold 0 for now. "
            "Then count the ones in each row, and put minus this count at the right class. "
            "The mean over N examples divides all of it."
        ),
        (
            "The scores are (1, 4, 2, -1), the right label is 2, and the margin is 2. "
            "Class 0 has 1 - 2 + 2 = 1, class 1 has 4 - 2 + 2 = 4, class 3 has -1 - 2 + 2 = -1. "
            "Two of them are above 0, so the row is (1, 1, -2, 0). "
            "If it is one of 4 examples, it is (0.25, 0.25, -0.5, 0)."
        ),
    ),
    alternatives={
        "score by score": gradient_by_loop,
        "by counting": lambda scores, y, delta: counted(scores, y, delta) / len(y),
        "corners counted in": with_corners,
    },
    probes=partial(probes, corners=True),
    sample=sample,
    bounds=bounds,
    gradient=Gradient(of=losses.hinge_loss, wrt=("scores",)),
    mistakes={
        "minus_one_at_the_right_class": (
            lambda scores, y, delta: (within(scores, y, delta) - 1.0 * ~others(scores, y)) / len(y),
            "The right class gets -1 once; it gets -1 for every class within the margin, so that the row sums to 0.",
        ),
        "right_class_counts_itself": (
            lambda scores, y, delta: (counted(scores, y, delta) - 1.0 * ~others(scores, y)) / len(y),
            (
                "The right class counts itself among the classes within its margin, one too many: set its own "
                "entry to 0 before you add up the row."
            ),
        ),
        "right_class_left_out": (
            lambda scores, y, delta: within(scores, y, delta) / len(y),
            "The right class has no gradient here; raising its score lowers every margin of its row.",
        ),
        "margins_in_place_of_ones": (
            lambda scores, y, delta: (
                (
                    within(scores, y, delta) * gaps(scores, y, delta)
                    - ~others(scores, y)
                    * (within(scores, y, delta) * gaps(scores, y, delta)).sum(axis=1, keepdims=True)
                )
                / len(y)
            ),
            "The margins themselves are passed on; the slope of max(0, m) is 1 where m is positive.",
        ),
        "not_divided_by_the_examples": (
            lambda scores, y, delta: counted(scores, y, delta),
            sentences.NOT_DIVIDED_BY_THE_EXAMPLES,
        ),
        "divided_by_all_entries": (
            lambda scores, y, delta: counted(scores, y, delta) / scores.size,
            sentences.DIVIDED_BY_ALL_ENTRIES,
        ),
        "sign_flipped": (
            lambda scores, y, delta: -counted(scores, y, delta) / len(y),
            "The sign is flipped: a higher wrong score raises the loss, so its entry is positive.",
        ),
        "margin_of_one": (
            lambda scores, y, delta: counted(scores, y, 1.0) / len(y),
            sentences.MARGIN_OF_ONE,
        ),
        "no_margin": (
            lambda scores, y, delta: counted(scores, y, 0.0) / len(y),
            "The margin delta is missing: classes that lose by less than delta still have a slope.",
        ),
        "every_wrong_class": (
            lambda scores, y, delta: (others(scores, y) - (scores.shape[1] - 1) * ~others(scores, y)) / len(y),
            "Every wrong class gets a slope; only those within the margin do.",
        ),
    },
    traps=(
        Trap(
            "minus_one_at_the_right_class",
            breaks="So at the right class stands **minus the number** of wrong classes within the margin.",
        ),
        Trap("not_divided_by_the_examples", breaks="All is divided by $N$, and each row sums to 0."),
    ),
)
