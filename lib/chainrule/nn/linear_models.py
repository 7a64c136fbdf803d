"""Lines through data: the column of ones, and least squares by the Moore-Penrose inverse.

What you can do with this file:

- give a linear model an intercept: `add_ones`;
- fit its weights: `fit_least_squares`.

`X` is a table with a row for each example.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module

__all__ = ["add_ones", "fit_least_squares"]


def add_ones(X: Array) -> Array:
    """
    Append a column of ones, so that the last weight is the intercept.

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.

    Returns
    -------
    array of shape (N, D+1)
        `X` with a last column of ones.

    References
    ----------
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2009), section 2.3.

    Examples
    --------
    >>> import numpy as np
    >>> add_ones(np.array([[2.0, 3.0], [4.0, 5.0]])).tolist()
    [[2.0, 3.0, 1.0], [4.0, 5.0, 1.0]]
    """
    X = _examples(X)
    xp = get_array_module(X)
    return xp.concatenate([X, xp.ones((len(X), 1), dtype=X.dtype)], axis=1)


def fit_least_squares(X: Array, y: Array) -> Array:
    """
    Find the weights with the smallest squared error; among several the shortest.

    w = X^+ y, with the Moore-Penrose inverse X^+

    Parameters
    ----------
    X : array of shape (N, D)
        Examples; no intercept is added.
    y : array of shape (N,) or (N, M)
        Targets.

    Returns
    -------
    array of shape (D,) or (D, M)
        The weights: X @ w comes closest to y.

    Notes
    -----
    Singular values below eps * max(N, D) times the largest one count as zero. Where several w fit equally
    well, as in wide data with N < D, the result is the one with the smallest norm.

    References
    ----------
    Penrose, On best approximate solutions of linear matrix equations (1956).

    Examples
    --------
    >>> import numpy as np
    >>> w = fit_least_squares(add_ones(np.array([[0.0], [1.0], [2.0]])), np.array([1.0, 3.0, 5.0]))
    >>> w.round(9).tolist()
    [2.0, 1.0]
    """
    X, y = _examples(X), as_floating(y)
    if y.ndim not in (1, 2) or len(y) != len(X):
        raise ValueError(f"Expected y of shape ({len(X)},), a target for each row of X, found shape {y.shape}.")
    xp = get_array_module(X, y)
    smallest = float(xp.finfo(X.dtype).eps) * max(X.shape)  # below this share of the largest, all is rounding
    return xp.linalg.pinv(X, rcond=smallest) @ y


def _examples(X: Array) -> Array:
    X = as_floating(X)
    if X.ndim != 2:
        raise ValueError(
            f"Expected X of shape (N, D), a row for each example, found shape {X.shape}; "
            "try X[:, None] for a single feature."
        )
    return X
