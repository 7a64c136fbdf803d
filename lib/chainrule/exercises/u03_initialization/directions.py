"""Exercise 3.3: principal components."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.u03_initialization.common import examples, spread_examples
from chainrule.nn import preprocessing

__all__ = ["PCA", "RECONSTRUCT"]

section = partial(Exercise, unit="03_initialization", number="3.3", title="Principal components")


def probes(rng):
    n, d = 9 + int(rng.integers(4)), 5 + int(rng.integers(2))
    label, view = f"{n} examples with {d} features, 3 directions", "directions"
    return (
        Probe(label, (spread_examples(rng, n, d), 3), view=view),
        Probe("all directions of 4 features", (spread_examples(rng, n, 4), 4), view=view),
        Probe("one direction", (spread_examples(rng, n, 3), 1), view=view),
        Probe("as many examples as features", (spread_examples(rng, d, d), 2), view=view),
        Probe("fewer examples than features", (spread_examples(rng, 4, 7), 2), view=view),
        Probe("float32 numbers", (spread_examples(rng, n, d).astype(np.float32), 2), view=view),
        Probe("an array that is not contiguous in memory", (Strided(spread_examples(rng, n, d)), 2), view=view),
        Probe("integers", (np.array([[0, 0, 9], [4, 1, 0], [8, 0, 1], [12, 2, 8]]), 2), view=view),
    )


def spectrum(matrix):
    """Eigenvalues of a symmetric matrix with the largest first, and eigenvectors as columns."""
    values, vectors = np.linalg.eigh(matrix)
    return values[::-1], vectors[:, ::-1]


def covariance(X):
    deviation = X - X.mean(axis=0)
    return deviation.T @ deviation / len(X)


def by_svd(X, k):
    mean = X.mean(axis=0)
    _, widths, rows = np.linalg.svd(X - mean, full_matrices=False)
    return mean, rows[:k].T, widths[:k] ** 2 / len(X)


def by_cov(X, k):
    values, vectors = np.linalg.eigh(np.cov(X.T, bias=True))
    order = np.argsort(-values)[:k]
    return X.mean(axis=0), vectors[:, order], values[order]


def by_deflation(X, k):
    """One direction after the other; what it explains is taken out."""
    rest, directions, variances = covariance(X), [], []
    for _ in range(k):
        values, vectors = np.linalg.eigh(rest)
        directions.append(-vectors[:, -1])  # the other sign is as right
        variances.append(values[-1])
        rest = rest - values[-1] * np.outer(vectors[:, -1], vectors[:, -1])
    return X.mean(axis=0), np.array(directions).T, np.array(variances)


def of_matrix(make):
    """Directions of another matrix than the covariance, which is wrong."""

    def directions(X, k):
        values, vectors = spectrum(make(X))
        return X.mean(axis=0), vectors[:, :k], values[:k]

    return directions


def changed(change):
    """A change of the right mean, directions and variances."""
    return lambda X, k: change(X, k, *preprocessing.pca(X, X.shape[1]))


PCA = section(
    name="pca",
    points=3,
    reference=preprocessing.pca,
    hints=(
        (
            "From which matrix do you compute C: from X itself, or from X after a subtraction? "
            "The eigenvalues come smallest first, and you want the largest first. "
            "What must be turned around then: the eigenvalues, the columns of the eigenvectors, or both?"
        ),
        (
            "Take the mean of each column, and subtract it. "
            "C is the centered data, transposed, times the centered data, divided by N: shape (D, D). "
            "Ask eigh for both parts. "
            "Reverse the eigenvalues, and the columns of the eigenvectors in the same way. "
            "Then keep the first k of each."
        ),
        (
            "X has the rows (0, 0), (0, 6), (2, 0), (2, 6), and k is 1. "
            "The mean is (1, 3), so the centered columns hold -1 and 1, and -3 and 3. "
            "C has 1 and 9 on its diagonal and 0 elsewhere. "
            "The larger variance is 9, along the second axis: V is the column (0, 1), or (0, -1)."
        ),
    ),
    alternatives={"by singular values": by_svd, "by np.cov and argsort": by_cov, "by deflation": by_deflation},
    probes=probes,
    sample=lambda rng: (spread_examples(rng, 8 + int(rng.integers(4)), d := 3 + int(rng.integers(3))), d - 1),
    tolerance=1e4,
    mistakes={
        "not_centered": (
            of_matrix(lambda X: X.T @ X / len(X)),
            (
                "The mean is not subtracted before the product, so the first direction points at the mean, "
                "not along the spread."
            ),
        ),
        "smallest_variance_first": (
            changed(lambda X, k, mean, V, variances: (mean, V[:, ::-1][:, :k], variances[::-1][:k])),
            (
                "These are the directions of smallest variance: eigh sorts upward, so its last columns are "
                "wanted, in reverse order."
            ),
        ),
        "not_reversed": (
            changed(lambda X, k, mean, V, variances: (mean, V[:, :k][:, ::-1], variances[:k][::-1])),
            "The right directions are there, but upward, as eigh gives them; the largest variance comes first.",
        ),
        "variances_not_reversed": (
            changed(lambda X, k, mean, V, variances: (mean, V[:, :k], variances[::-1][:k])),
            "The directions are reversed and the variances are not; each belongs to its direction.",
        ),
        "directions_in_rows": (
            lambda X, k: (by_svd(X, k)[0], by_svd(X, k)[1].T, by_svd(X, k)[2]),
            "The directions stand in rows, as svd gives them; V has shape (D, k), a direction is a column.",
        ),
        "rows_of_the_eigenvectors": (
            changed(lambda X, k, mean, V, variances: (mean, V[:k].T, variances[:k])),
            "Rows of the matrix of eigenvectors are taken; eigh and eig give them as columns: vectors[:, i].",
        ),
        "divided_by_n_minus_one": (
            of_matrix(lambda X: covariance(X) * len(X) / (len(X) - 1)),
            sentences.DIVIDED_BY_N_MINUS_ONE,
        ),
        "not_divided_by_n": (
            of_matrix(lambda X: covariance(X) * len(X)),
            "The variances are N times too large: divide the product by the number of examples.",
        ),
        "standard_deviations": (
            changed(lambda X, k, mean, V, variances: (mean, V[:, :k], variances[:k] ** 0.5)),
            "These are standard deviations, the roots of the variances.",
        ),
        "singular_values": (
            changed(lambda X, k, mean, V, variances: (mean, V[:, :k], (variances[:k] * len(X)) ** 0.5)),
            "Singular values are returned; their squares divided by N are the variances.",
        ),
        "standardized_first": (
            of_matrix(lambda X: covariance(X) / np.outer(X.std(axis=0), X.std(axis=0))),
            (
                "Every feature is divided by its standard deviation first, so these are the directions of "
                "other data; only center."
            ),
        ),
        "largest_entries_first": (
            changed(
                lambda X, k, mean, V, variances: (
                    mean,
                    V[:, np.argsort(-np.abs(V).max(axis=0))[:k]],
                    variances[np.argsort(-np.abs(V).max(axis=0))[:k]],
                )
            ),
            "The directions are sorted by their entries; sort them by their variances.",
        ),
    },
    traps=(
        Trap("smallest_variance_first", breaks="the one with the largest variance first"),
        Trap("rows_of_the_eigenvectors", breaks="the eigenvectors are **columns**"),
        Trap("not_centered", breaks="Without centering, the first direction would point from the origin to the mean."),
    ),
)

# --- back from a few directions ----------------------------------------------------------------------------


def planes(rng, n, d, k):
    """Examples, a mean that is not theirs, and k directions at right angles."""
    axes, _ = np.linalg.qr(rng.standard_normal((d, d)))
    return examples(rng, n, d), rng.uniform(-2.0, 2.0, d), axes[:, :k]


def reconstruct_probes(rng):
    n, d = 3 + int(rng.integers(3)), 6 + int(rng.integers(2))
    return (
        Probe(f"{n} examples, {d} features, 2 directions", planes(rng, n, d, 2)),
        Probe("one direction", planes(rng, n, 3, 1)),
        Probe("all directions", planes(rng, 5, 4, 4)),
        Probe("as many examples as features", planes(rng, d, d, 3)),
        Probe("one example alone", planes(rng, 1, d, 2)),
        Probe("float32 numbers", tuple(it.astype(np.float32) for it in planes(rng, n, d, 2))),
        Probe("arrays that are not contiguous in memory", tuple(map(Strided, planes(rng, n, d, 2)))),
    )


def direction_by_direction(X, mean, V):
    result = np.zeros(X.shape) + mean
    for v in V.T:
        result = result + np.outer((X - mean) @ v, v)
    return result


RECONSTRUCT = section(
    name="reconstruct",
    points=1,
    reference=preprocessing.reconstruct,
    hints=(
        (
            "How many scores does one example have? "
            "Which product leads from D features to k scores, and which one leads from k scores back to D features? "
            "What is taken away before, and so what must come back at the end?"
        ),
        (
            "Follow the shapes. "
            "The centered data (N, D) times V of shape (D, k) are the scores, (N, k). "
            "The scores times V transposed, (k, D), are (N, D) again. "
            "Then add mean, which was subtracted at the start."
        ),
        (
            "X is the one row (6, 2), mean is (1, 2), and V is the column (0.6, 0.8). "
            "Centered this is (5, 0), and the score is 5 times 0.6, so 3. "
            "Back: 3 times (0.6, 0.8) is (1.8, 2.4). "
            "With the mean the result is (2.8, 4.4)."
        ),
    ),
    alternatives={
        "direction by direction": direction_by_direction,
        "without the dropped part": lambda X, mean, V: X - (X - mean) @ (np.eye(len(V)) - V @ V.T),
        "by least squares": lambda X, mean, V: mean + (V @ np.linalg.lstsq(V, (X - mean).T)[0]).T,
    },
    probes=reconstruct_probes,
    sample=lambda rng: planes(rng, 3 + int(rng.integers(4)), 5, 1 + int(rng.integers(4))),
    tolerance=500.0,
    properties=(),
    mistakes={
        "mean_not_added_back": (
            lambda X, mean, V: (X - mean) @ V @ V.T,
            "The result is still centered: add the mean at the end.",
        ),
        "mean_not_subtracted": (
            lambda X, mean, V: X @ V @ V.T + mean,
            "The mean is added but never subtracted; the directions start at the mean.",
        ),
        "through_the_origin": (
            lambda X, mean, V: X @ V @ V.T,
            "The mean is left out on both sides, so the result lies on a plane through the origin.",
        ),
        "only_the_scores": (
            lambda X, mean, V: (X - mean) @ V,
            "These are the scores, k numbers an example; multiply by V^T to come back to D features.",
        ),
        "the_dropped_part": (
            lambda X, mean, V: mean + (X - mean) @ (np.eye(len(V)) - V @ V.T),
            "This is the part that gets lost; keep the part along the directions.",
        ),
        "mean_of_this_set": (
            lambda X, mean, V: X.mean(axis=0) + (X - X.mean(axis=0)) @ V @ V.T,
            "These examples are centered by their own mean; use the argument, that of the training set.",
        ),
    },
    traps=(Trap("mean_not_added_back", breaks="and adding the mean back to the place"),),
)
