"""How often predicted labels are right, and which ones are confused.

What you can do with this file:

- give the share of right labels: `accuracy`;
- count which label was taken for which: `confusion_matrix`.

There is at least one example.
"""

from __future__ import annotations

from chainrule.backend import Array, get_array_module

__all__ = ["accuracy", "confusion_matrix"]


def accuracy(predicted: Array, y: Array) -> float:
    """
    Give the share of examples whose predicted label is right.

    Parameters
    ----------
    predicted : array of shape (N,)
        Labels that a model chose.
    y : array of shape (N,)
        The right labels.

    Returns
    -------
    float
        From 0 to 1.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning (2006), section 1.5.1.

    Examples
    --------
    >>> import numpy as np
    >>> accuracy(np.array([1, 0, 2, 2]), np.array([1, 0, 0, 2]))
    0.75
    """
    predicted, y = _pair(predicted, y)
    return float((predicted == y).mean())


def confusion_matrix(predicted: Array, y: Array, k: int) -> Array:
    """
    Count for every right label how often each label was predicted.

    result[c, d] = number of examples with y = c and predicted = d

    Parameters
    ----------
    predicted, y : arrays of shape (N,)
        Labels 0 to k-1, as in `accuracy`.
    k : int
        Number of classes.

    Returns
    -------
    array of shape (k, k), intp
        Row c holds the examples of class c; the diagonal holds what is right.

    References
    ----------
    Provost, Kohavi, Glossary of terms, Machine Learning 30 (1998).

    Examples
    --------
    >>> import numpy as np
    >>> confusion_matrix(np.array([1, 0, 0]), np.array([1, 1, 0]), 2).tolist()
    [[1, 0], [1, 1]]
    """
    predicted, y = _pair(predicted, y)
    for name, labels in (("predicted", predicted), ("y", y)):
        if labels.dtype.kind not in "iu" or not 0 <= int(labels.min()) <= int(labels.max()) < k:
            raise ValueError(f"Expected labels from 0 to {k - 1} in {name}, found others; is k the number of classes?")
    xp = get_array_module(predicted, y)
    # The pair (c, d) gets the number k c + d, so that one pass counts all pairs.
    pairs = xp.bincount(y.astype(xp.intp) * k + predicted.astype(xp.intp), minlength=k * k)
    return pairs.reshape(k, k).astype(xp.intp)


def _pair(predicted: Array, y: Array) -> tuple[Array, Array]:
    xp = get_array_module(predicted, y)
    predicted, y = xp.asarray(predicted), xp.asarray(y)
    if predicted.ndim != 1 or predicted.shape != y.shape or len(y) == 0:
        raise ValueError(
            f"Expected two vectors of labels of one length, found shapes {predicted.shape} and {y.shape}; "
            "try predict(logits) for the first one."
        )
    return predicted, y
