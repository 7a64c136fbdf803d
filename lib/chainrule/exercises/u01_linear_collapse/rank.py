"""Exercises 1.5 and 1.6: the rank of a matrix, and narrow layers in the place of wide ones."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import collapse as library

__all__ = ["COMPRESS", "NUMERIC_RANK"]


def with_singular_values(rng, d, m, values):
    """A matrix with chosen singular values and random directions."""
    left, _ = np.linalg.qr(rng.standard_normal((d, d)))
    right, _ = np.linalg.qr(rng.standard_normal((m, m)))
    k = len(values)
    return left[:, :k] @ np.diag(values) @ right[:, :k].T


def of_rank(rng, d, m, k, scale=1.0):
    return scale * with_singular_values(rng, d, m, rng.uniform(0.5, 2.0, k))


def near_threshold(rng, largest):
    """Singular values of 1.5 and 0.6 millionths of the largest one."""
    return np.diag(largest * rng.permutation([1.0, 0.3, 1.5e-6, 0.6e-6]))


def rank_probes(rng):
    d, m = int(rng.integers(6, 9)), int(rng.integers(9, 12))
    k = int(rng.integers(2, 5))
    return (
        Probe(f"shape ({d}, {m}), made by a bottleneck", (of_rank(rng, d, m, k),)),
        Probe(f"shape ({m}, {d}), made by a wider bottleneck", (of_rank(rng, m, d, k + 1),)),
        Probe(f"shape ({d}, {d}), nothing lost", (of_rank(rng, d, d, d),)),
        Probe("very small numbers", (of_rank(rng, d, m, k, scale=1e-9),)),
        Probe("very large numbers", (of_rank(rng, m, m, k, scale=1e12),)),
        Probe("zeros", (np.zeros((4, 3)),)),
        Probe("one row", (rng.uniform(0.5, 1.5, (1, 5)),)),
        Probe("integers, the last row is the sum of the others", (np.array([[1, 2, 0], [0, 1, 3], [1, 3, 3]]),)),
        Probe("a direction that is weak but there", (np.diag([1.0, 0.5, 1e-3, 0.0]),)),
        Probe("a direction just above the threshold, one just below", (near_threshold(rng, 2.0),)),
        Probe("the same with large numbers", (near_threshold(rng, 3e8),)),
        Probe("not contiguous in memory", (Strided(of_rank(rng, d, m, k)),)),
    )


def rank_by_elimination(W):
    """Gauss with the largest pivot of all."""
    left = np.array(W, dtype=float)
    smallest = 1e-6 * np.abs(left).max(initial=0.0)
    rank = 0
    for _ in range(min(left.shape)):
        if np.abs(left).max() <= smallest:
            break
        row, column = np.unravel_index(np.abs(left).argmax(), left.shape)
        left = left - np.outer(left[:, column], left[row]) / left[row, column]
        left = np.delete(np.delete(left, row, axis=0), column, axis=1)
        rank += 1
    return rank


def rank_by_loop(W):
    values = np.linalg.svd(W)[1]
    return sum(1 for value in values if value > 1e-6 * max(values))


def singular_values(W):
    return np.linalg.svd(W, compute_uv=False)


def above(threshold, *, relative):
    def rank(W):
        values = singular_values(W)
        return int((values > threshold * (values[0] if relative else 1.0)).sum())

    return rank


NUMERIC_RANK = Exercise(
    name="numeric_rank",
    unit="01_linear_collapse",
    number="1.5",
    title="The rank of a bottleneck",
    points=1,
    reference=library.numeric_rank,
    hints=(
        (
            "Multiply all entries of W by a million: does its rank change? "
            "What happens to its singular values then? "
            "So with what must each of them be compared, to give the same count?"
        ),
        (
            "Ask for the singular values alone; they come sorted, the largest first. "
            "Compare them all with a millionth of the largest one. "
            "The comparison gives truth values, and the sum of these is the count. "
            "Take strictly above: in a matrix of zeros nothing is above 0."
        ),
        (
            "The singular values are 500, 20, 0.001, 0.0004 and 0. "
            "A millionth of the largest one is 0.0005. "
            "Three of them are above it, so the rank is 3. "
            "With the singular values 0.000000002 and 0.000000001 the rank is 2, small as they are."
        ),
    ),
    alternatives={
        "by np.linalg.matrix_rank": lambda W: np.linalg.matrix_rank(W, rtol=1e-6),
        "by elimination": rank_by_elimination,
        "singular value by singular value": rank_by_loop,
    },
    probes=rank_probes,
    sample=lambda rng: (of_rank(rng, int(rng.integers(4, 8)), int(rng.integers(4, 8)), int(rng.integers(1, 5))),),
    mistakes={
        "the_smaller_side": (
            lambda W: min(W.shape),
            "The smaller side is an upper limit; a bottleneck on the way makes the rank smaller.",
        ),
        "rounding_counted": (
            lambda W: int((singular_values(W) > 0).sum()),
            (
                "Singular values are compared with 0, but rounding leaves about 1e-16 in place of 0: "
                "compare with 1e-6 times the largest one."
            ),
        ),
        "absolute_threshold": (
            lambda W: int((singular_values(W) > 1e-6).sum()),
            (
                "The threshold is a fixed number; a matrix of tiny numbers has a rank too, so compare with "
                "a fraction of the largest singular value."
            ),
        ),
        "columns_that_are_not_zero": (
            lambda W: int((np.abs(W).max(axis=0) > 0).sum()),
            "This counts columns that are not zero; columns can be sums of each other.",
        ),
        "number_of_singular_values": (
            lambda W: len(singular_values(W)) * int(np.any(W)),
            "All singular values are counted; count those that are clearly above 0.",
        ),
        "strong_directions_only": (
            lambda W: int((singular_values(W) > 0.1 * singular_values(W)[0]).sum()),
            "The threshold is too high: a weak direction still counts. Use 1e-6 times the largest value.",
        ),
        "bottleneck_guessed_from_the_rows": (
            lambda W: W.shape[0],
            "The number of rows says how many inputs there are, not how many directions get through.",
        ),
    },
    traps=(
        Trap("rounding_counted", breaks="On a computer 0 comes out as something like 0.0000000000000001."),
        Trap(above(1e-4, relative=True), breaks="Count the singular values above `1e-6` times the largest one."),
        Trap(above(1e-5, relative=True), breaks="Count the singular values above `1e-6` times the largest one."),
        Trap(above(1e-7, relative=True), breaks="Count the singular values above `1e-6` times the largest one."),
        Trap(above(1e-10, relative=True), breaks="Count the singular values above `1e-6` times the largest one."),
        Trap("absolute_threshold", breaks="Count the singular values above `1e-6` times the largest one."),
        Trap(lambda W: max(1, library.numeric_rank(W)), breaks="A matrix of zeros has rank 0."),
    ),
)

# --- compression ---------------------------------------------------------------------------------------

compress_section = partial(Exercise, unit="01_linear_collapse", number="1.6", title="When a linear layer is right")


def fading(rng, d, m):
    """A matrix whose singular values differ clearly from each other."""
    count = min(d, m)
    return with_singular_values(rng, d, m, 3.0 * 0.62 ** np.arange(count) * rng.uniform(0.9, 1.1, count))


def compress_probes(rng):
    d, m = int(rng.integers(5, 8)), int(rng.integers(8, 11))

    def probe(label, W, k):
        return Probe(label, (W, k), view="product")

    return (
        probe(f"shape ({d}, {m}), width 2", fading(rng, d, m), 2),
        probe(f"shape ({m}, {d}), width 3", fading(rng, m, d), 3),
        probe(f"shape ({d}, {d}), width 1", fading(rng, d, d), 1),
        probe(f"the whole width {d}, nothing is lost", fading(rng, d, m), d),
        probe("one row", rng.uniform(0.5, 1.5, (1, 4)), 1),
        probe("float32 numbers", fading(rng, d, m).astype(np.float32), 2),
        probe("integers", np.array([[4, 0, 1], [1, 3, 0], [0, 1, 2], [2, 2, 2]]), 2),
        probe("not contiguous in memory", Strided(fading(rng, m, d)), 2),
    )


def svd(W):
    return np.linalg.svd(W, full_matrices=False)


def by_projection(W, k):
    """Onto the strongest directions of the outputs: no singular value is needed."""
    directions = np.linalg.eigh(W.T @ W)[1][:, ::-1][:, :k]
    return W @ directions, directions.T


def split_evenly(W, k):
    U, values, Vt = svd(W)
    root = np.sqrt(values[:k])
    return U[:, :k] * root, root[:, None] * Vt[:k]


def on_the_right(W, k):
    U, values, Vt = np.linalg.svd(W)
    return U[:, :k], np.diag(values[:k]) @ Vt[:k]


def with_factors(make):
    return lambda W, k: make(*svd(W), k)


COMPRESS = compress_section(
    name="compress",
    points=2,
    reference=library.compress,
    hints=(
        (
            "The product of A and B must be (D, M), with only k numbers in between. "
            "Which part of the decomposition has D rows, and which has M columns? "
            "Which k of the directions do you keep, if they are sorted by their strength?"
        ),
        (
            "Cut all three parts to the first k: the columns of U, the singular values, the rows of Vt. "
            "The columns have the shape (D, k), and the rows (k, M): these are nearly A and B. "
            "The strengths must go in too: multiply each kept column by its own singular value. "
            "A row of k numbers times a table with k columns does that."
        ),
        (
            "W has the rows (0, 4), (1, 0) and (0, 0). "
            "Its singular values are 4 and 1. "
            "For k = 1, A has the shape (3, 1) and B the shape (1, 2). "
            "Their product has the rows (0, 4), (0, 0) and (0, 0): the stronger direction is kept."
        ),
    ),
    alternatives={
        "by projection": by_projection,
        "split evenly": split_evenly,
        "singular values on the right": on_the_right,
    },
    probes=compress_probes,
    sample=lambda rng: (fading(rng, int(rng.integers(4, 8)), int(rng.integers(4, 8))), int(rng.integers(1, 4))),
    tolerance=2000.0,
    mistakes={
        "singular_values_forgotten": (
            with_factors(lambda U, values, Vt, k: (U[:, :k], Vt[:k])),
            "The singular values are missing: they say how strong each direction is. Put them into A or B.",
        ),
        "singular_values_in_both": (
            with_factors(lambda U, values, Vt, k: (U[:, :k] * values[:k], values[:k, None] * Vt[:k])),
            "The singular values are in A and in B, so they count twice; put them into one of the two.",
        ),
        "root_on_one_side_only": (
            with_factors(lambda U, values, Vt, k: (U[:, :k] * np.sqrt(values[:k]), Vt[:k])),
            (
                "One side has the roots of the singular values and the other has nothing; "
                "either both get the roots, or one gets the values."
            ),
        ),
        "weakest_directions_kept": (
            with_factors(lambda U, values, Vt, k: (U[:, -k:] * values[-k:], Vt[-k:])),
            "The smallest singular values are kept; they are sorted from large to small, so take the first k.",
        ),
        "directions_not_transposed": (
            with_factors(lambda U, values, Vt, k: (U[:, :k] * values[:k], Vt[:, :k].T)),
            "svd returns V already transposed: its first k rows are wanted, not its columns.",
        ),
        "first_columns_of_the_weights": (
            lambda W, k: (W[:, :k] * 1.0, np.eye(k, W.shape[1])),
            "The first k columns are kept and the other outputs are 0; keep the k strongest directions.",
        ),
        "factors_swapped": (
            lambda W, k: library.compress(W, k)[::-1],
            "The two results are in the wrong order: return A of shape (D, k), then B of shape (k, M).",
        ),
        "the_product_itself": (
            lambda W, k: library.compress(W, k)[0] @ library.compress(W, k)[1],
            "The product A B comes back, which is as large as W; return A and B.",
        ),
    },
    traps=(
        Trap(
            "weakest_directions_kept",
            breaks="Keep the first $k$ columns of `U`, the first $k$ singular values, and the first $k$ rows of `Vt`.",
        ),
        Trap(
            "singular_values_in_both",
            breaks="You may put the singular values into `A`, into `B`, or their square roots into both.",
        ),
    ),
)
