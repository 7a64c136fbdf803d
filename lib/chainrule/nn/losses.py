"""From scores to labels and losses: softmax with cross-entropy, and the hinge of a support vector machine.

What you can do with this file:

- turn labels into rows of zeros with a single one: `one_hot`;
- turn scores into probabilities, and choose a label: `softmax`, `predict`;
- measure how wrong probabilities are, with the slope: `cross_entropy`, `cross_entropy_grad`;
- measure by how much scores miss a margin, with the slope: `hinge_loss`, `hinge_loss_grad`.

Scores are a table with a row for each example; labels are whole numbers from 0 on, one for each row. Losses are means
over the examples, as arrays of shape (). Only differences of scores matter, so the largest score of each row is
subtracted before any exponential: this cancels, and +-1000 is as safe as +-1.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module

__all__ = [
    "cross_entropy",
    "cross_entropy_grad",
    "hinge_loss",
    "hinge_loss_grad",
    "one_hot",
    "predict",
    "softmax",
]


def one_hot(y: Array, k: int) -> Array:
    """
    Turn labels into rows with a single one.

    result[n, c] = 1 where c = y[n], else 0

    Parameters
    ----------
    y : array of shape (N,)
        Labels 0 to k-1.
    k : int
        Number of classes.

    Returns
    -------
    array of shape (N, k), float64
        Each row sums to 1.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.2.2.3.

    Examples
    --------
    >>> import numpy as np
    >>> one_hot(np.array([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    y = _labels(y, k)
    return get_array_module(y).eye(k)[y]


def softmax(logits: Array) -> Array:
    """
    Turn each row of scores into probabilities.

    p[n, c] = exp(logits[n, c]) / sum over j of exp(logits[n, j])

    Parameters
    ----------
    logits : array of shape (N, C)
        Scores.

    Returns
    -------
    array of shape (N, C)
        Rows of numbers from 0 to 1 that sum to 1.

    References
    ----------
    Bridle, Probabilistic interpretation of feedforward classification network outputs (1990).

    Examples
    --------
    >>> import numpy as np
    >>> softmax(np.array([[1000.0, 1000.0], [0.0, -1000.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    logits = _table(logits, "logits")
    powers = get_array_module(logits).exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def predict(logits: Array) -> Array:
    """
    Choose the class with the largest score, for each example.

    Parameters
    ----------
    logits : array of shape (N, C)
        Scores or probabilities: softmax keeps their order, so both give the same labels.

    Returns
    -------
    array of shape (N,), integer
        Labels 0 to C-1; the first one on a tie.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning (2006), section 4.1.2.

    Examples
    --------
    >>> import numpy as np
    >>> predict(np.array([[0.1, 3.0, -2.0], [5.0, 1.0, 4.0]])).tolist()
    [1, 0]
    """
    return _table(logits, "logits").argmax(axis=1)


def cross_entropy(logits: Array, y: Array) -> Array:
    """
    Measure how little probability the right labels got, as a mean over the examples.

    L = -1/N * sum over n of log softmax(logits)[n, y[n]]

    Parameters
    ----------
    logits : array of shape (N, C)
        Scores before softmax.
    y : array of shape (N,)
        Labels 0 to C-1.

    Returns
    -------
    array of shape ()
        0 for certain and right, log C for equal scores.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.2.2.3.

    Examples
    --------
    >>> import numpy as np
    >>> float(cross_entropy(np.array([[1000.0, 0.0], [1000.0, 0.0]]), np.array([0, 1])))
    500.0
    """
    logits = _table(logits, "logits")
    y = _labels(y, logits.shape[1], len(logits))
    xp = get_array_module(logits, y)
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = shifted[xp.arange(len(y)), y]
    # One expression: softmax first and log afterward would give log 0 = -inf for an example that is far off.
    return (xp.log(xp.exp(shifted).sum(axis=1)) - right).mean()


def cross_entropy_grad(logits: Array, y: Array) -> Array:
    """
    Take the gradient of the cross-entropy with respect to the scores.

    dL/dlogits = (softmax(logits) - one_hot(y, C)) / N

    Parameters
    ----------
    logits : array of shape (N, C)
        As in `cross_entropy`.
    y : array of shape (N,)
        Labels.

    Returns
    -------
    array of shape (N, C)
        Each row sums to 0.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.4.

    Examples
    --------
    >>> import numpy as np
    >>> cross_entropy_grad(np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([0, 1])).tolist()
    [[-0.25, 0.25], [0.25, -0.25]]
    """
    logits = _table(logits, "logits")
    y = _labels(y, logits.shape[1], len(logits))
    return (softmax(logits) - _is_label(y, logits)) / len(y)


def hinge_loss(scores: Array, y: Array, delta: float = 1.0) -> Array:
    """
    Measure by how much wrong scores come within a margin of the right one, as a mean over the examples.

    L = 1/N * sum over n and over j != y[n] of max(0, scores[n, j] - scores[n, y[n]] + delta)

    Parameters
    ----------
    scores : array of shape (N, C)
        A column for each class.
    y : array of shape (N,)
        Labels 0 to C-1.
    delta : float
        The margin that the right score should keep.

    Returns
    -------
    array of shape ()
        0 when every margin is kept, (C-1) delta for equal scores.

    References
    ----------
    Weston, Watkins, Support vector machines for multi-class pattern recognition, ESANN (1999).

    Examples
    --------
    >>> import numpy as np
    >>> float(hinge_loss(np.array([[3.0, 2.5, 1.0]]), np.array([0]), 1.0))
    0.5
    """
    scores = _table(scores, "scores")
    y = _labels(y, scores.shape[1], len(scores))
    missing = _margins(scores, y, delta)
    return get_array_module(scores).maximum(missing, 0.0).sum() / len(y)


def hinge_loss_grad(scores: Array, y: Array, delta: float = 1.0) -> Array:
    """
    Take the gradient of the hinge loss with respect to the scores.

    dL/dscores[n, j] = 1/N for each wrong class j within the margin;
    at the right class minus the number of these, over N

    Parameters
    ----------
    scores : array of shape (N, C)
        As in `hinge_loss`.
    y : array of shape (N,)
        Labels.
    delta : float
        The margin.

    Returns
    -------
    array of shape (N, C)
        Rows that sum to 0. Where a wrong score keeps the margin exactly, the loss has a corner: the slope is 0 there.

    Examples
    --------
    >>> import numpy as np
    >>> hinge_loss_grad(np.array([[3.0, 2.5, 1.0]]), np.array([0]), 1.0).tolist()
    [[-1.0, 1.0, 0.0]]
    """
    scores = _table(scores, "scores")
    y = _labels(y, scores.shape[1], len(scores))
    within = (_margins(scores, y, delta) > 0).astype(scores.dtype)
    return (within - _is_label(y, scores) * within.sum(axis=1, keepdims=True)) / len(y)


def _margins(scores: Array, y: Array, delta: float) -> Array:
    """How far each wrong class reaches into the margin; 0 at the right class, which has no rival in itself."""
    right = scores[get_array_module(scores, y).arange(len(y)), y][:, None]
    return (scores - right + delta) * (1.0 - _is_label(y, scores))


def _is_label(y: Array, scores: Array) -> Array:
    """1 at the right class of every row, in the dtype of the scores: one_hot would make float32 float64."""
    classes = get_array_module(scores, y).arange(scores.shape[1])
    return (y[:, None] == classes).astype(scores.dtype)


def _table(scores: Array, name: str) -> Array:
    scores = as_floating(scores)
    if scores.ndim != 2 or scores.shape[1] == 0:
        raise ValueError(
            f"Expected {name} of shape (N, C), a row for each example, found shape {scores.shape}; "
            f"try {name}[None, :] for one example."
        )
    return scores


def _labels(y: Array, k: int, count: int | None = None) -> Array:
    y = get_array_module(y).asarray(y)
    if y.ndim != 1 or (count is not None and len(y) != count):
        wanted = "(N,)" if count is None else f"({count},), one for each row"
        raise ValueError(f"Expected labels of shape {wanted}, found shape {y.shape}; try y.ravel() for a column.")
    if y.dtype.kind not in "iu":
        raise ValueError(f"Expected labels as whole numbers, found dtype {y.dtype}; try y.astype(int).")
    if len(y) and not 0 <= int(y.min()) <= int(y.max()) < k:
        raise ValueError(f"Expected labels from 0 to {k - 1}, found {int(y.min())} to {int(y.max())}; count from 0.")
    return y
