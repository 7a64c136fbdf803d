"""Exercise 3.4: whitening."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.u03_initialization.common import spread_examples
from chainrule.exercises.u03_initialization.directions import covariance, spectrum
from chainrule.nn import preprocessing

__all__ = ["WHITEN", "ZCA"]

section = partial(Exercise, unit="03_initialization", number="3.4", title="Whitening")


def with_copy(rng, n, d):
    """The last feature is a copy of the first, so that one direction has no variance."""
    X = spread_examples(rng, n, d)
    X[:, -1] = X[:, 0]
    return X


def probes(rng, *, view):
    n, d = 10 + int(rng.integers(4)), 4 + int(rng.integers(2))
    eps = float(rng.uniform(0.05, 0.2))

    def probe(label, X, number):
        return Probe(label, (X, number), view=view)

    return (
        probe(f"{n} examples with {d} features", spread_examples(rng, n, d), eps),
        probe("2 features and a larger eps", spread_examples(rng, n, 2), 0.5),
        probe("as many examples as features", spread_examples(rng, d, d), 0.1),
        probe("fewer examples than features", spread_examples(rng, 4, 6), 0.1),
        probe("a feature that is a copy of another", with_copy(rng, n, d), 0.02),
        probe("float32 numbers", spread_examples(rng, n, d).astype(np.float32), eps),
        probe("an array that is not contiguous in memory", Strided(spread_examples(rng, n, d)), eps),
        probe("integers", np.array([[0, 0, 9], [4, 1, 0], [8, 0, 1], [12, 2, 8]]), 0.1),
    )


def sample(rng):
    return spread_examples(rng, 9 + int(rng.integers(4)), 3 + int(rng.integers(3))), float(rng.uniform(0.05, 0.3))


def root_of(matrix, power):
    """A power of a symmetric matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return vectors * values**power @ vectors.T


def regular(X, eps):
    return covariance(X) + eps * np.eye(X.shape[1])


def by_zca(X, eps):
    return (X - X.mean(axis=0)) @ root_of(regular(X, eps), -0.5)


def by_cholesky(X, eps):
    lower = np.linalg.cholesky(np.linalg.inv(regular(X, eps)))
    return (X - X.mean(axis=0)) @ lower


def by_svd(X, eps):
    U, widths, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    columns = U * widths / np.sqrt(widths**2 / len(X) + eps)
    return np.concatenate([columns, np.zeros((len(X), X.shape[1] - columns.shape[1]))], axis=1)


def along(X, scale, *, subtract=True, vectors=None):
    """Turned to directions and scaled there: right with the right scale and directions."""
    values, columns = spectrum(covariance(X))
    deviation = X - X.mean(axis=0) if subtract else X
    with np.errstate(all="ignore"):
        return deviation @ (columns if vectors is None else vectors(columns)) * scale(np.maximum(values, 0.0))


def turned_back(make):
    """The same mistake where the result is turned back at the end."""
    return lambda X, eps: make(X, eps) @ spectrum(covariance(X))[1].T


def divided_by_variance(X, eps):
    return along(X, lambda values: 1.0 / (values + eps))


def not_centered(X, eps):
    return along(X, lambda values: (values + eps) ** -0.5, subtract=False)


def eps_outside_the_root(X, eps):
    return along(X, lambda values: 1.0 / (np.sqrt(values) + eps))


def eps_ignored(X, eps):
    return along(X, lambda values: values**-0.5)


def only_turned(X, eps):
    return along(X, np.ones_like)


def multiplied(X, eps):
    return along(X, lambda values: (values + eps) ** 0.5)


def over_n_minus_one(X, eps):
    return along(X, lambda values: (values * len(X) / (len(X) - 1) + eps) ** -0.5)


def rows_for_columns(X, eps):
    return along(X, lambda values: (values + eps) ** -0.5, vectors=lambda columns: columns.T)


def only_standardized(X, eps):
    return (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)


WHITEN = section(
    name="whiten",
    points=3,
    reference=preprocessing.whiten,
    hints=(
        (
            "How many directions do you need, if none may be lost? "
            "After turning, each column has the variance of its direction: which division makes it 1? "
            "On which side of the root does eps stand, inside or outside?"
        ),
        (
            "Your pca with k = D gives all that is needed: mean, directions and variances. "
            "Subtract the mean, and multiply by the directions: column d now has variance number d. "
            "Divide each column by the root of its variance plus eps. "
            "Rounding can turn a variance of 0 into a tiny negative number, so cut the variances at 0 before."
        ),
        (
            "X has the rows (0, 0), (0, 6), (2, 0), (2, 6); the variances are 9 and 1. "
            "Along the first direction the centered data are 3 or -3, along the second one 1 or -1. "
            "With a tiny eps they are divided by 3 and by 1, so all entries are 1 or -1. "
            "With eps = 7 the roots are 4 and 2.8284, and the entries are 0.75 and 0.3536, with both signs."
        ),
    ),
    alternatives={"by singular values": by_svd, "turned back": by_zca, "by a Cholesky factor": by_cholesky},
    probes=partial(probes, view="white"),
    sample=sample,
    tolerance=5e4,
    mistakes={
        "divided_by_the_variance": (
            divided_by_variance,
            sentences.DIVIDED_BY_THE_VARIANCE,
        ),
        "not_centered": (
            not_centered,
            "The mean is not subtracted, so the result is white around another point than 0.",
        ),
        "eps_outside_the_root": (
            eps_outside_the_root,
            sentences.EPS_OUTSIDE_THE_ROOT,
        ),
        "eps_ignored": (
            eps_ignored,
            "eps is not used: a direction without variance is divided by 0, or nearly 0.",
        ),
        "eps_as_a_floor": (
            lambda X, eps: along(X, lambda values: np.maximum(values, eps) ** -0.5),
            "eps only replaces variances that are smaller; it is added to every variance: sqrt(variance + eps).",
        ),
        "only_turned": (
            only_turned,
            "The data is turned to its directions but not scaled: its variances are not 1 yet.",
        ),
        "multiplied_by_the_root": (
            multiplied,
            "The root of the variance multiplies; wide directions become wider. Divide by it.",
        ),
        "divided_by_n_minus_one": (
            over_n_minus_one,
            sentences.DIVIDED_BY_N_MINUS_ONE,
        ),
        "rows_of_the_eigenvectors": (
            rows_for_columns,
            "V is transposed: the directions are the columns of V, so multiply by V itself.",
        ),
        "only_standardized": (
            only_standardized,
            "Every feature has variance 1 but features still move together; turn to the directions first.",
        ),
    },
    traps=(
        Trap(
            "divided_by_the_variance",
            breaks="Divide by the **root**: dividing by the variance itself would make wide directions narrow.",
        ),
        Trap("eps_ignored", breaks="Without `eps` it would be $0/0$."),
    ),
)

ZCA = section(
    name="zca",
    points=1,
    reference=preprocessing.zca,
    hints=(
        (
            "Whitening has turned the data from the old axes to the directions. "
            "Which matrix did that, and which one turns back? "
            "The division needs the columns to be directions: does it come before or after turning back?"
        ),
        (
            "Multiply your whitened data by the directions, this time transposed: (N, D) times (D, D). "
            "The directions must be the ones that whitening used: your pca of the same X gives them again. "
            "The mean stays subtracted."
        ),
        (
            "X has the rows (0, 0), (0, 6), (2, 0), (2, 6), and eps is tiny. "
            "The centered rows are (-1, -3), (-1, 3), (1, -3), (1, 3). "
            "The result has the rows (-1, -1), (-1, 1), (1, -1), (1, 1). "
            "Each column belongs to its old feature again; here it even keeps the signs of the centered data."
        ),
    ),
    alternatives={
        "by a root of the inverse": by_zca,
        "by singular values": lambda X, eps: (
            by_svd(X, eps)[:, : min(X.shape)] @ (np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2])
        ),
        "by the inverse of a root": lambda X, eps: (
            np.linalg.solve(root_of(regular(X, eps), 0.5), (X - X.mean(axis=0)).T).T
        ),
    },
    probes=partial(probes, view=""),
    sample=sample,
    tolerance=5e4,
    mistakes={
        "not_turned_back": (
            preprocessing.whiten,
            "This is white, but in the axes of the directions; multiply by V^T to turn back.",
        ),
        "turned_twice": (
            lambda X, eps: preprocessing.whiten(X, eps) @ spectrum(covariance(X))[1],
            "The result is turned a second time in the same sense; V^T turns back.",
        ),
        "divided_by_the_variance": (
            turned_back(divided_by_variance),
            sentences.DIVIDED_BY_THE_VARIANCE,
        ),
        "not_centered": (
            turned_back(not_centered),
            "The mean is not subtracted.",
        ),
        "eps_outside_the_root": (
            turned_back(eps_outside_the_root),
            sentences.EPS_OUTSIDE_THE_ROOT,
        ),
        "only_centered": (
            lambda X, eps: X - X.mean(axis=0),
            "Turning there and back without scaling gives the centered data again.",
        ),
        "only_standardized": (
            only_standardized,
            "Every feature has variance 1 but features still move together; scale along the directions.",
        ),
        "mean_added_back": (
            lambda X, eps: preprocessing.zca(X, eps) + X.mean(axis=0),
            "The mean is added at the end; white data has mean 0.",
        ),
    },
    traps=(Trap("not_turned_back", breaks="turn the result back to the old axes"),),
)
