"""Exercise 3.2: what unequal features cost."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.nn import preprocessing

__all__ = ["CONDITION_NUMBER", "STEPS_NEEDED"]

section = partial(Exercise, unit="03_initialization", number="3.2", title="What unequal features cost")


def stretched(rng, n, d):
    """Examples, not centered, whose curvatures differ by a factor from about 4 to 60."""
    left, _ = np.linalg.qr(rng.standard_normal((n, d)))
    right, _ = np.linalg.qr(rng.standard_normal((d, d)))
    widths = np.geomspace(1.0, rng.uniform(2.0, 7.0), d) * rng.uniform(1.0, 1.1, d)
    return n**0.5 * left * widths @ right.T + 0.3


def probes(rng):
    n, d = 9 + int(rng.integers(4)), 3 + int(rng.integers(3))
    side = 4 + int(rng.integers(3))
    return (
        Probe(f"{n} examples with {d} features", (stretched(rng, n, d),)),
        Probe("2 features", (stretched(rng, 7, 2),)),
        Probe(f"{side} examples with {side} features", (stretched(rng, side, side),)),
        Probe("float32 numbers", (stretched(rng, n, d).astype(np.float32),)),
        Probe("an array that is not contiguous in memory", (Strided(stretched(rng, n, d)),)),
        Probe("integers", (np.array([[3, 0], [0, 1], [3, 1]]),)),
    )


def curvatures(X):
    return np.linalg.eigvalsh(X.T @ X / len(X))


def of_squares(values):
    """The ratio of the ends, for numbers in any order."""
    return values.max() / values.min()


def by_power(X):
    """The largest curvature by repeated products, the smallest by the same on the inverse."""
    matrix = X.T.astype(float) @ X.astype(float)
    ends = []
    for power in (matrix, np.linalg.inv(matrix)):
        for _ in range(12):  # the 4096th power, scaled on the way
            power = power @ power / np.trace(power @ power)  # noqa: PLW2901 - the name says what it becomes
        vector = power[:, np.argmax(np.diag(power))]
        ends.append(float(vector @ matrix @ vector / (vector @ vector)))
    return ends[0] / ends[1]


CONDITION_NUMBER = section(
    name="condition_number",
    points=2,
    reference=preprocessing.condition_number,
    hints=(
        (
            "Which product of X with itself has the shape (D, D), so that the examples are summed away? "
            "The eigenvalues come sorted: where does the largest one stand, and where the smallest? "
            "If all of X is doubled, all eigenvalues become 4 times as large: what happens to their ratio?"
        ),
        (
            "X transposed is (D, N), and times X it is (D, D). "
            "Divide this by N, and ask for the eigenvalues of the symmetric matrix. "
            "Then divide the last of them by the first. "
            "The result is one plain number."
        ),
        (
            "X has the rows (2, 0), (0, 4), (2, 0), (0, 4). "
            "The product has 8 and 32 on its diagonal and 0 elsewhere. "
            "Divided by 4 these are 2 and 8, and they are the eigenvalues. "
            "So the condition number is 4."
        ),
    ),
    alternatives={
        "by eigvalsh": lambda X: of_squares(curvatures(X)),
        "by np.linalg.cond": lambda X: np.linalg.cond(X) ** 2,
        "by the condition of the product": lambda X: np.linalg.cond(X.T @ X),
        "by powers of the matrix": by_power,
    },
    probes=probes,
    sample=lambda rng: (stretched(rng, sum(sizes(rng, 2)) + 2, 2 + int(rng.integers(3))),),
    tolerance=2e4,
    mistakes={
        "ratio_of_singular_values": (
            lambda X: np.linalg.cond(X),
            "This is the ratio of the singular values of X, the root of the right one; curvatures are their squares.",
        ),
        "centered_inside": (
            lambda X: of_squares(np.linalg.eigvalsh(np.cov(X.T, bias=True))),
            "np.cov and X - mean center first; here X is taken as it is, since the fit sees it so.",
        ),
        "smallest_over_largest": (
            lambda X: 1.0 / of_squares(curvatures(X)),
            "The ratio is upside down: the largest eigenvalue stands on top, so the result is at least 1.",
        ),
        "diagonal_only": (
            lambda X: of_squares((X**2).mean(axis=0)),
            (
                "Only the diagonal of X^T X / N is compared; features that move together make the matrix "
                "worse than its diagonal shows, so take its eigenvalues."
            ),
        ),
        "largest_eigenvalue_alone": (
            lambda X: curvatures(X).max(),
            "This is the largest eigenvalue; divide it by the smallest.",
        ),
        "difference_of_the_eigenvalues": (
            lambda X: curvatures(X).max() - curvatures(X).min(),
            "The smallest eigenvalue is subtracted; divide by it.",
        ),
        "of_the_examples": (
            lambda X: np.linalg.cond(X @ X.T),
            "X X^T compares examples with each other; the curvatures of the weights are in X^T X.",
        ),
    },
    traps=(Trap("smallest_over_largest", breaks="Give the largest eigenvalue of X.T @ X / N divided by the smallest"),),
)

# --- steps ---------------------------------------------------------------------------------------------------


def share(condition):
    return (condition - 1.0) / (condition + 1.0)


def steps_probes(rng):
    free = float(rng.uniform(4.0, 90.0)), float(10.0 ** rng.uniform(-7.0, -2.0))
    return (
        Probe("condition number 3, down to 1/8", (3.0, 0.125)),
        Probe("condition number 10, down to a millionth", (10.0, 1e-6)),
        Probe("condition number 150, down to a thousandth", (150.0, 1e-3)),
        Probe("another condition number and another share", free),
        Probe("a whole number", (25, 0.01)),
    )


STEPS_NEEDED = section(
    name="steps_needed",
    points=1,
    reference=preprocessing.steps_needed,
    hints=(
        (
            "By which factor does the error shrink in one step, for the given condition number? "
            "After n steps it has shrunk by the n-th power of this factor: which n makes this power equal to shrink? "
            "Which logarithm stands above the line, so that a smaller shrink needs more steps?"
        ),
        (
            "Two steps: the factor of one step, and then a quotient of two logarithms. "
            "The factor is condition minus 1, divided by condition plus 1. "
            "The logarithm of shrink stands above the line, that of the factor below it. "
            "Both are negative, so the quotient is positive."
        ),
        (
            "The condition number is 9, and shrink is 0.01. "
            "The factor is 8 / 10 = 0.8. "
            "The logarithms are -4.6052 and -0.2231, and their quotient is 20.64 steps. "
            "Test: 0.8 to the power of 20.64 is 0.01 again, nearly."
        ),
    ),
    alternatives={
        "quotient of logarithms": lambda condition, shrink: np.log(shrink) / np.log(share(condition)),
        "logarithm to another base": lambda condition, shrink: math.log(shrink, share(condition)),
        "both upside down": lambda condition, shrink: (
            math.log(1.0 / shrink) / (math.log(condition + 1.0) - math.log(condition - 1.0))
        ),
    },
    probes=steps_probes,
    sample=lambda rng: (float(rng.uniform(2.0, 90.0)), float(10.0 ** rng.uniform(-6.0, -1.0))),
    tolerance=1e4,
    mistakes={
        "logarithms_swapped": (
            lambda condition, shrink: math.log(share(condition)) / math.log(shrink),
            "The quotient is upside down: the logarithm of the share that is wanted stands on top.",
        ),
        "negative_steps": (
            lambda condition, shrink: math.log(shrink) / math.log(1.0 / share(condition)),
            "The result is negative: (condition + 1) / (condition - 1) is above 1; swap its two parts.",
        ),
        "one_over_the_condition_number": (
            lambda condition, shrink: math.log(shrink) / math.log(1.0 - 1.0 / condition),
            (
                "1 - 1/condition belongs to the rate 1 / largest curvature; with the best rate a step leaves "
                "(condition - 1) / (condition + 1)."
            ),
        ),
        "rule_of_thumb": (
            lambda condition, shrink: condition / 2.0 * math.log(1.0 / shrink),
            "condition/2 * ln(1/shrink) is close for large condition numbers only; use the two logarithms.",
        ),
        "rounded_up": (
            lambda condition, shrink: math.ceil(math.log(shrink) / math.log(share(condition)) - 1e-9),
            "The result is rounded up; leave the number as it comes.",
        ),
        "of_the_loss": (
            lambda condition, shrink: math.log(shrink) / (2.0 * math.log(share(condition))),
            "Half the steps: that is for the loss, which shrinks by the square; here the error of the weights shrinks.",
        ),
    },
    traps=(Trap("rounded_up", breaks="Do not round the result."),),
)
