"""What every function of this package is asked for, promoted and checked.

What you can do with this file:

- read examples: `as_examples`;
- read one number for each of their features: `one_a_feature`.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating

__all__ = ["as_examples", "one_a_feature"]


def as_examples(X: Array) -> Array:
    """
    Promote examples to floating numbers and check their shape.

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.

    Returns
    -------
    array of shape (N, D)
        Floating.

    Examples
    --------
    >>> import numpy as np
    >>> as_examples(np.array([[1, 2]])).tolist()
    [[1.0, 2.0]]
    """
    X = as_floating(X)
    if X.ndim != 2 or 0 in X.shape:
        raise ValueError(f"Expected examples of shape (N, D), found shape {X.shape}; try X.reshape(len(X), -1).")
    return X


def one_a_feature(name: str, numbers: Array, X: Array) -> Array:
    """
    Promote one number for each feature and check that there are as many.

    Parameters
    ----------
    name : str
        What the message calls the numbers.
    numbers : array of shape (D,)
        One number a feature.
    X : array of shape (N, D)
        Examples.

    Returns
    -------
    array of shape (D,)
        Floating.

    Examples
    --------
    >>> import numpy as np
    >>> one_a_feature("mean", np.array([1, 2]), np.zeros((3, 2))).tolist()
    [1.0, 2.0]
    """
    numbers = as_floating(numbers)
    if numbers.shape != X.shape[1:]:
        found = f"found shape {numbers.shape}; try axis=0"
        raise ValueError(f"Expected {name} of shape {X.shape[1:]}, one number a feature, {found}.")
    return numbers
