"""Directions of largest variance, and data made equally wide along them.

What you can do with this file:

- find the directions: `pca`, and come back from a few of them: `reconstruct`;
- make all directions equally wide: `whiten`, and turn the result back to the old axes: `zca`.

Directions are columns of length 1, at right angles to each other.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module
from chainrule.nn.preprocessing.arguments import as_examples, one_a_feature
from chainrule.nn.preprocessing.scaling import center

__all__ = ["pca", "reconstruct", "whiten", "zca"]


def pca(X: Array, k: int) -> tuple[Array, Array, Array]:
    """
    Find the k directions along which examples vary most.

    C = (X - mean)^T (X - mean) / N,   C V = V diag(variances)

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.
    k : int
        How many directions, from 1 to D.

    Returns
    -------
    tuple of (array of shape (D,), array of shape (D, k), array of shape (k,))
        The mean; the directions, the one with the largest variance first; and these variances. The sign of a
        direction is free, and within equal variances so is the rotation.

    References
    ----------
    Jolliffe, Principal component analysis (2002), chapter 1.

    Examples
    --------
    >>> import numpy as np
    >>> mean, V, variances = pca(np.array([[0.0, 0.0], [2.0, 0.0]]), 1)
    >>> mean.tolist(), np.abs(V).tolist(), variances.tolist()
    ([1.0, 0.0], [[1.0], [0.0]], [1.0])
    """
    X = as_examples(X)
    if not 1 <= k <= X.shape[1]:
        raise ValueError(f"Expected k from 1 to {X.shape[1]}, the number of features, found {k}.")
    mean = X.mean(axis=0)
    values, vectors = _spectrum(X - mean)
    return mean, vectors[:, :k], values[:k]


def reconstruct(X: Array, mean: Array, V: Array) -> Array:
    """
    Keep of every example only its part along a few directions.

    mean + (X - mean) V V^T

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.
    mean : array of shape (D,)
        Mean of the training set.
    V : array of shape (D, k)
        Directions.

    Returns
    -------
    array of shape (N, D)
        The point nearest to each example among those that the directions reach.

    Notes
    -----
    For the directions of `pca`, the mean squared distance to X is the sum of the dropped variances.

    References
    ----------
    Jolliffe, Principal component analysis (2002), chapter 3.

    Examples
    --------
    >>> import numpy as np
    >>> reconstruct(np.array([[3.0, 4.0]]), np.array([1.0, 1.0]), np.array([[1.0], [0.0]])).tolist()
    [[3.0, 1.0]]
    """
    X, V = as_examples(X), as_floating(V)
    if V.ndim != 2 or V.shape[0] != X.shape[1]:
        raise ValueError(f"Expected V of shape ({X.shape[1]}, k), found {V.shape}; directions are columns.")
    scores = center(X, mean) @ V
    return scores @ V.T + one_a_feature("mean", mean, X)


def whiten(X: Array, eps: float) -> Array:
    """
    Turn examples to the directions of largest variance and make all of them equally wide.

    (X - mean) V / sqrt(variances + eps)

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.
    eps : float
        Above 0: keeps directions without variance from being blown up.

    Returns
    -------
    array of shape (N, D)
        Mean 0; the covariance is diagonal, with variances / (variances + eps). Every rotation of it is white too.

    References
    ----------
    Kessy, Lewin, Strimmer, Optimal whitening and decorrelation, The American Statistician (2018).

    Examples
    --------
    >>> import numpy as np
    >>> np.abs(whiten(np.array([[0.0, 0.0], [4.0, 0.0]]), 1e-12)).round(6).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    scaled, _ = _whitened(X, eps)
    return scaled


def zca(X: Array, eps: float) -> Array:
    """
    Whiten examples and turn the result back to the old axes.

    (X - mean) V / sqrt(variances + eps) V^T

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.
    eps : float
        As in `whiten`.

    Returns
    -------
    array of shape (N, D)
        Of all white versions the nearest to the centered examples: an image still looks like one.

    Notes
    -----
    Unlike PCA whitening the result is unique: signs and rotations of V cancel in V ... V^T.

    References
    ----------
    Bell, Sejnowski, The "independent components" of natural scenes are edge filters, Vision Research (1997).

    Examples
    --------
    >>> import numpy as np
    >>> zca(np.array([[0.0, 0.0], [4.0, 0.0]]), 1e-12).round(6).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    scaled, vectors = _whitened(X, eps)
    return scaled @ vectors.T


def _whitened(X: Array, eps: float) -> tuple[Array, Array]:
    """PCA whitening, and the directions."""
    X = as_examples(X)
    if not eps > 0:
        raise ValueError(f"Expected eps above 0, found {eps}; try 1e-5.")
    centered = X - X.mean(axis=0)
    values, vectors = _spectrum(centered)
    return centered @ vectors / (values + eps) ** 0.5, vectors


def _spectrum(centered: Array) -> tuple[Array, Array]:
    """Eigenvalues of the covariance, largest first, and its eigenvectors as columns."""
    xp = get_array_module(centered)
    values, vectors = xp.linalg.eigh(centered.T @ centered / centered.shape[0])
    return xp.maximum(values[::-1], 0.0), vectors[:, ::-1]  # rounding can leave a variance just below 0
