"""Exercise 3.3: principal components."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise, Mistake
from chainrule.checking.declaring.probes import Probe, Strided
from chainrule.exercises.u03_initialization.common import examples, spread_examples
from chainrule.nn import preprocessing

__all__ = ["EXERCISES"]

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
    alternatives={"by singular values": by_svd, "by np.cov and argsort": by_cov, "by deflation": by_deflation},
    probes=probes,
    sample=lambda rng: (spread_examples(rng, 8 + int(rng.integers(4)), d := 3 + int(rng.integers(3))), d - 1),
    tolerance=1e4,
    mistakes=(
        Mistake(
            name="not_centered",
            wrong=of_matrix(lambda X: X.T @ X / len(X)),
            explanation="The mean is not subtracted before the product, so the first direction points at the mean, "
            "not along the spread.",
        ),
        Mistake(
            name="smallest_variance_first",
            wrong=changed(lambda X, k, mean, V, variances: (mean, V[:, ::-1][:, :k], variances[::-1][:k])),
            explanation="These are the directions of smallest variance: eigh sorts upward, so its last columns are "
            "wanted, in reverse order.",
        ),
        Mistake(
            name="not_reversed",
            wrong=changed(lambda X, k, mean, V, variances: (mean, V[:, :k][:, ::-1], variances[:k][::-1])),
            explanation="The right directions are there, but upward, as eigh gives them; the largest variance comes "
            "first.",
        ),
        Mistake(
            name="variances_not_reversed",
            wrong=changed(lambda X, k, mean, V, variances: (mean, V[:, :k], variances[::-1][:k])),
            explanation="The directions are reversed and the variances are not; each belongs to its direction.",
        ),
        Mistake(
            name="directions_in_rows",
            wrong=lambda X, k: (by_svd(X, k)[0], by_svd(X, k)[1].T, by_svd(X, k)[2]),
            explanation="The directions stand in rows, as svd gives them; V has shape (D, k), a direction is a column.",
        ),
        Mistake(
            name="rows_of_the_eigenvectors",
            wrong=changed(lambda X, k, mean, V, variances: (mean, V[:k].T, variances[:k])),
            explanation="Rows of the matrix of eigenvectors are taken; eigh and eig give them as columns: "
            "vectors[:, i].",
        ),
        Mistake(
            name="divided_by_n_minus_one",
            wrong=of_matrix(lambda X: covariance(X) * len(X) / (len(X) - 1)),
            explanation="The covariance is divided by N - 1, as np.cov does without bias=True; here it is N.",
        ),
        Mistake(
            name="not_divided_by_n",
            wrong=of_matrix(lambda X: covariance(X) * len(X)),
            explanation="The variances are N times too large: divide the product by the number of examples.",
        ),
        Mistake(
            name="standard_deviations",
            wrong=changed(lambda X, k, mean, V, variances: (mean, V[:, :k], variances[:k] ** 0.5)),
            explanation="These are standard deviations, the roots of the variances.",
        ),
        Mistake(
            name="singular_values",
            wrong=changed(lambda X, k, mean, V, variances: (mean, V[:, :k], (variances[:k] * len(X)) ** 0.5)),
            explanation="Singular values are returned; their squares divided by N are the variances.",
        ),
        Mistake(
            name="standardized_first",
            wrong=of_matrix(lambda X: covariance(X) / np.outer(X.std(axis=0), X.std(axis=0))),
            explanation="Every feature is divided by its standard deviation first, so these are the directions of "
            "other data; only center.",
        ),
        Mistake(
            name="largest_entries_first",
            wrong=changed(
                lambda X, k, mean, V, variances: (
                    mean,
                    V[:, np.argsort(-np.abs(V).max(axis=0))[:k]],
                    variances[np.argsort(-np.abs(V).max(axis=0))[:k]],
                )
            ),
            explanation="The directions are sorted by their entries; sort them by their variances.",
        ),
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
    alternatives={
        "direction by direction": direction_by_direction,
        "without the dropped part": lambda X, mean, V: X - (X - mean) @ (np.eye(len(V)) - V @ V.T),
        "by least squares": lambda X, mean, V: mean + (V @ np.linalg.lstsq(V, (X - mean).T)[0]).T,
    },
    probes=reconstruct_probes,
    sample=lambda rng: planes(rng, 3 + int(rng.integers(4)), 5, 1 + int(rng.integers(4))),
    tolerance=500.0,
    properties=(),
    mistakes=(
        Mistake(
            name="mean_not_added_back",
            wrong=lambda X, mean, V: (X - mean) @ V @ V.T,
            explanation="The result is still centered: add the mean at the end.",
        ),
        Mistake(
            name="mean_not_subtracted",
            wrong=lambda X, mean, V: X @ V @ V.T + mean,
            explanation="The mean is added but never subtracted; the directions start at the mean.",
        ),
        Mistake(
            name="through_the_origin",
            wrong=lambda X, mean, V: X @ V @ V.T,
            explanation="The mean is left out on both sides, so the result lies on a plane through the origin.",
        ),
        Mistake(
            name="only_the_scores",
            wrong=lambda X, mean, V: (X - mean) @ V,
            explanation="These are the scores, k numbers an example; multiply by V^T to come back to D features.",
        ),
        Mistake(
            name="the_dropped_part",
            wrong=lambda X, mean, V: mean + (X - mean) @ (np.eye(len(V)) - V @ V.T),
            explanation="This is the part that gets lost; keep the part along the directions.",
        ),
        Mistake(
            name="mean_of_this_set",
            wrong=lambda X, mean, V: X.mean(axis=0) + (X - X.mean(axis=0)) @ V @ V.T,
            explanation="These examples are centered by their own mean; use the argument, that of the training set.",
        ),
    ),
)

EXERCISES = (PCA, RECONSTRUCT)
