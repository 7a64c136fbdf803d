"""Every feature on its own: subtract a mean, divide by a standard deviation.

What you can do with this file:

- subtract the mean of every feature: `center`;
- bring every feature to mean 0 and standard deviation 1: `standardize`;
- do that to a training and a test set together: `standardize_split`.

`mean` and `std` are those of every feature over the training set. The source is LeCun, Bottou, Orr, Mueller, Efficient
backprop (1998), section 4.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.nn.preprocessing.arguments import as_examples, one_a_feature

if TYPE_CHECKING:
    from chainrule.backend import Array

__all__ = ["center", "standardize", "standardize_split"]


def center(X: Array, mean: Array) -> Array:
    """
    Subtract a mean from every feature.

    X - mean

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.
    mean : array of shape (D,)
        Of every feature.

    Returns
    -------
    array of shape (N, D)
        Over the training set, its mean is 0.

    Examples
    --------
    >>> import numpy as np
    >>> center(np.array([[10, 50]], dtype=np.uint8), np.array([50, 10], dtype=np.uint8)).tolist()
    [[-40.0, 40.0]]
    """
    X = as_examples(X)  # promoted: as uint8 the difference 10 - 50 would wrap around to 216
    return X - one_a_feature("mean", mean, X)


def standardize(X: Array, mean: Array, std: Array) -> Array:
    """
    Bring every feature to mean 0 and standard deviation 1, measured on the training set.

    (X - mean) / std, and / 1 where std = 0

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.
    mean, std : arrays of shape (D,)
        Of every feature; a standard deviation is not negative.

    Returns
    -------
    array of shape (N, D)
        A feature that is constant over the training set is centered and not divided: 0/0 would be nan.

    Examples
    --------
    >>> import numpy as np
    >>> standardize(np.array([[3.0, 7.0]]), np.array([1.0, 7.0]), np.array([4.0, 0.0])).tolist()
    [[0.5, 0.0]]
    """
    X = as_examples(X)
    std = one_a_feature("std", std, X)
    if bool((std < 0).any()):
        raise ValueError("Expected standard deviations of 0 or above, found a negative one; try X.std(axis=0).")
    return center(X, mean) / (std + (std == 0).astype(std.dtype))


def standardize_split(X_train: Array, X_test: Array) -> tuple[Array, Array]:
    """
    Standardize a training and a test set with the statistics of the training set.

    Parameters
    ----------
    X_train : array of shape (N, D)
        Examples to learn from.
    X_test : array of shape (K, D)
        Examples to be judged on.

    Returns
    -------
    tuple of (array of shape (N, D), array of shape (K, D))
        The two sets. No number of the test set moves a number of the training set; that would be a leak.

    References
    ----------
    Hastie, Tibshirani, Friedman, The elements of statistical learning (2009), section 7.10.2.

    Examples
    --------
    >>> import numpy as np
    >>> train, test = standardize_split(np.array([[1.0], [3.0]]), np.array([[5.0]]))
    >>> train.tolist(), test.tolist()
    ([[-1.0], [1.0]], [[3.0]])
    """
    X_train = as_examples(X_train)
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    # The rounding of a mean can leave a constant feature with a tiny spread in place of 0.
    std = std * (X_train.max(axis=0) > X_train.min(axis=0)).astype(std.dtype)
    return standardize(X_train, mean, std), standardize(X_test, mean, std)
