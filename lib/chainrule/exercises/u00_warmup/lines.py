"""Exercise 0.6: the column of ones and the line of least squares."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.nn import linear_models

__all__ = ["ADD_ONES", "FIT_LEAST_SQUARES"]

lines_section = partial(Exercise, unit="00_warmup", number="0.6", title="Lines by least squares")


def table(rng, n, d):
    return 2.0 * rng.standard_normal((n, d))


def ones_probes(rng):
    n, d, side = sizes(rng, 3)
    return (
        Probe(f"{n} examples with {d} features", (table(rng, n, d),)),
        Probe(f"{d} examples with {n} features", (table(rng, d, n),)),
        Probe(f"a square table, {side} x {side}", (table(rng, side, side),)),
        Probe("one example", (table(rng, 1, d),)),
        Probe("one feature", (table(rng, n, 1),)),
        Probe("float32 numbers", (table(rng, n, d).astype(np.float32),)),
        Probe("integers", (np.array([[2, 0, -3], [5, 4, 7]]),)),
        Probe("an array that is not contiguous in memory", (Strided(table(rng, n, d)),)),
    )


def ones_by_filling(X):
    longer = np.ones((X.shape[0], X.shape[1] + 1))
    longer[:, :-1] = X
    return longer


ADD_ONES = lines_section(
    name="add_ones",
    points=1,
    reference=linear_models.add_ones,
    hints=(
        (
            "X has N rows, and each of them needs one more number. "
            "How many ones are that in all? "
            "Which shape must a block of them have, to stand beside the columns of X?"
        ),
        (
            "Make a block of ones with as many rows as X, and a single column. "
            "Then join X and the block, X first. "
            "xp.concatenate joins arrays along an axis: here the number of rows stays, and the number of columns grows."
        ),
        (
            "Take 5 examples with 3 features. "
            "The block of ones has the shape (5, 1), and the result has the shape (5, 4). "
            "If the first example is (7, 0, 2), the first row of the result is (7, 0, 2, 1)."
        ),
    ),
    alternatives={
        "into an array of ones": ones_by_filling,
        "by hstack": lambda X: np.hstack([X, np.ones((len(X), 1))]),
        "by padding": lambda X: np.pad(X, ((0, 0), (0, 1)), constant_values=1),
        "row by row": lambda X: np.array([[*row, 1.0] for row in X]),
    },
    probes=ones_probes,
    sample=lambda rng: (table(rng, *sizes(rng, 2)),),
    mistakes={
        "ones_in_front": (
            lambda X: np.hstack([np.ones((len(X), 1)), X]),
            "The ones come first here; they belong in the last column, so that the last weight is the intercept.",
        ),
        "row_of_ones": (
            lambda X: np.vstack([X, np.ones((1, X.shape[1]))]),
            "This appends a row, one more example; asked for is a column, one more feature.",
        ),
        "one_added_to_every_number": (
            lambda X: X + 1.0,
            "This adds 1 to every number; append a column of ones.",
        ),
        "column_of_zeros": (
            lambda X: np.hstack([X, np.zeros((len(X), 1))]),
            "The new column holds zeros: a weight times 0 can move nothing.",
        ),
        "last_feature_replaced": (
            lambda X: np.hstack([X[:, :-1], np.ones((len(X), 1))]),
            "The last feature is overwritten; the result needs one column more than X.",
        ),
        "ones_on_both_sides": (
            lambda X: np.pad(X, ((0, 0), (1, 1)), constant_values=1),
            "There are two columns of ones; one is enough, the last.",
        ),
    },
    traps=(Trap("ones_in_front", breaks="with the ones in the **last** column"),),
)

# --- least squares ---------------------------------------------------------------------------------------


def well_conditioned(rng, n, d):
    """A table whose singular values lie between 1 and 4, so that right answers agree to many digits."""
    small = min(n, d)
    left, _ = np.linalg.qr(rng.standard_normal((n, small)))
    right, _ = np.linalg.qr(rng.standard_normal((d, small)))
    return left * rng.uniform(1.0, 4.0, small) @ right.T


def data(rng, n, d):
    """Noisy targets: no weights fit a tall table exactly."""
    X = well_conditioned(rng, n, d)
    return X, X @ rng.standard_normal(d) + rng.standard_normal(n)


def unequal(rng, n):
    """A feature that is small beside the others counts too."""
    directions, _ = np.linalg.qr(rng.standard_normal((n, 3)))
    X = 3.0 * directions * np.array([1.0, 0.08, 1.0])
    return X, X @ rng.uniform(0.5, 1.5, 3) + 0.02 * rng.standard_normal(n)


def fit_probes(rng):
    n, d = 8 + int(rng.integers(4)), 3 + int(rng.integers(3))
    X, y = data(rng, n, d)
    return (
        Probe(f"tall and noisy: {n} examples, {d} features", (X, y)),
        Probe(f"wide: {d} examples, {n} features", data(rng, d, n)),
        Probe(f"square: {d} examples, {d} features", data(rng, d, d)),
        Probe("one feature", data(rng, n, 1)),
        Probe("one example", data(rng, 1, d)),
        Probe(
            "a line through three points", (np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]]), np.array([1.0, 2.0, 2.0]))
        ),
        Probe("two columns that are equal", (np.repeat(data(rng, n, 1)[0], 2, axis=1), rng.standard_normal(n))),
        Probe("a feature in large units, so its numbers are small", unequal(rng, n)),
        Probe("float32 numbers", tuple(it.astype(np.float32) for it in data(rng, n, d))),
        Probe("integers", (np.array([[1, 2], [3, -1], [0, 2], [2, 2]]), np.array([3, 1, -2, 4]))),
        Probe("an array that is not contiguous in memory", (Strided(X), y)),
    )


def by_svd(X, y):
    u, s, vt = np.linalg.svd(X, full_matrices=False)
    kept = s > 1e-6 * s.max()
    return vt[kept].T @ ((u.T @ y)[kept] / s[kept])


def centered(X, y):
    return np.linalg.pinv(X - X.mean(axis=0)) @ (y - y.mean())


FIT_LEAST_SQUARES = lines_section(
    name="fit_least_squares",
    points=2,
    reference=linear_models.fit_least_squares,
    hints=(
        (
            "X is (N, D), and its Moore-Penrose inverse has the shape (D, N). "
            "On which side of y must it stand, if y is (N,) and the weights are (D,)? "
            "Which kind of product sums over the N examples?"
        ),
        (
            "Two operations are enough: the Moore-Penrose inverse of X, then a matrix product with y. "
            "The inverse stands on the left, since its last axis counts the examples, and so does y. "
            "Use X just as it came: whoever calls the function decides about ones."
        ),
        (
            "One feature with the values 1 and 2, and y is (1, 4). "
            "The Moore-Penrose inverse is the row (0.2, 0.4). "
            "Times y this is 0.2 + 1.6 = 1.8, so the one weight is 1.8. "
            "It predicts 1.8 and 3.6, and no other weight has a smaller sum of squared errors."
        ),
    ),
    alternatives={
        "by lstsq": lambda X, y: np.linalg.lstsq(X, y, rcond=1e-6)[0],
        "by singular values": by_svd,
        "normal equations with pinv": lambda X, y: np.linalg.pinv(X.T @ X, rcond=1e-6) @ X.T @ y,
        "from the other side": lambda X, y: X.T @ np.linalg.pinv(X @ X.T, rcond=1e-6) @ y,
    },
    probes=fit_probes,
    sample=lambda rng: data(rng, 6 + int(rng.integers(4)), 2 + int(rng.integers(3))),
    tolerance=10_000.0,
    mistakes={
        "normal_equations_solved": (
            lambda X, y: np.linalg.solve(X.T @ X, X.T @ y),
            (
                "X.T @ X has no inverse when there are more features than examples, or equal columns: use "
                "the pseudo-inverse of X."
            ),
        ),
        "transpose_for_inverse": (
            lambda X, y: X.T @ y,
            "X.T @ y would be right only for columns of length 1 at right angles: use np.linalg.pinv(X).",
        ),
        "ones_added": (
            lambda X, y: np.linalg.pinv(np.hstack([X, np.ones((len(X), 1))])) @ y,
            "A column of ones is added inside; the caller decides that with add_ones.",
        ),
        "data_centered": (
            centered,
            "The means are subtracted inside; that fits a line with an intercept, which was not asked for.",
        ),
        "penalty_added": (
            lambda X, y: np.linalg.solve(X.T @ X + 1e-3 * np.eye(X.shape[1]), X.T @ y),
            "Something is added to X.T @ X, which makes the weights too small; pinv needs no such help.",
        ),
        "predictions_returned": (
            lambda X, y: X @ (np.linalg.pinv(X) @ y),
            "These are the predictions X @ w; asked for are the weights w.",
        ),
        "residuals_returned": (
            lambda X, y: y - X @ (np.linalg.pinv(X) @ y),
            "These are the errors y - X @ w; asked for are the weights w.",
        ),
        "column_of_weights": (
            lambda X, y: np.linalg.pinv(X) @ y[:, None],
            "The weights come as a column of shape (D, 1); y has shape (N,), so w has shape (D,).",
        ),
    },
    traps=(
        Trap("normal_equations_solved", breaks="It works for any shape of $X$"),
        Trap("ones_added", breaks="Do not add ones inside; the caller does that if wanted."),
        Trap(
            lambda X, y: np.linalg.pinv(X, rcond=0.1) @ y,
            breaks="**Least squares** takes the weights with the smallest sum of squared errors.",
        ),
    ),
)
