"""Losses as layers: the last step forward, and the first one backward.

What you can do with this file:

- learn labels as probabilities: `SoftmaxCrossEntropy`;
- learn labels with a margin: `Hinge`;
- learn numbers: `SquaredError`.

`forward(output, y)` gives the mean over the examples as an array of shape (), which stays on its device, and
`backward()` gives its gradient with respect to `output`. Labels are not examined here, since looking at them
means waiting for a GPU in every step; `chainrule.nn.training` examines them once.
"""

from __future__ import annotations

from chainrule.backend import Array, get_array_module
from chainrule.nn import losses

__all__ = ["Hinge", "SoftmaxCrossEntropy", "SquaredError"]


class SoftmaxCrossEntropy:
    """
    Turn scores into probabilities, and measure how little the right labels got.

    forward:   L = -1/N * sum over n of log p[n, y[n]],  p = softmax(logits)
    backward:  dL/dlogits = (p - one_hot(y)) / N

    Notes
    -----
    Both steps share the exponentials: forward keeps p, and backward subtracts 1 at the right labels.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.4.

    Examples
    --------
    >>> import numpy as np
    >>> loss = SoftmaxCrossEntropy()
    >>> round(float(loss.forward(np.zeros((2, 2)), np.array([0, 1]))), 4)
    0.6931
    >>> loss.backward().tolist()
    [[-0.25, 0.25], [0.25, -0.25]]
    """

    _rows = ()  # 0, 1, 2 ... for the batch size of the step before

    def forward(self, logits: Array, y: Array) -> Array:
        """Give the mean cross-entropy for logits of shape (N, C) and labels of shape (N,)."""
        xp = get_array_module(logits, y)
        shifted = logits - logits.max(axis=1, keepdims=True)  # no exponential overflows
        p = xp.exp(shifted)
        total = p.sum(axis=1)
        p /= total[:, None]
        if len(self._rows) != len(y) or get_array_module(self._rows) is not xp:
            self._rows = xp.arange(len(y))
        self._p, self._right = p, (self._rows, y)
        # The logarithm of the sum, not of p: p may round to 0.
        return (xp.log(total) - shifted[self._right]).mean()

    def backward(self, upstream: float = 1.0) -> Array:
        """Give dL/dlogits of shape (N, C), times `upstream`."""
        share = upstream / len(self._p)
        grad = self._p * share
        grad[self._right] -= share
        return grad


class Hinge:
    """
    Measure by how much wrong scores come within a margin of the right one.

    Parameters
    ----------
    delta : float
        The margin that the right score should keep.

    Examples
    --------
    >>> import numpy as np
    >>> loss = Hinge()
    >>> float(loss.forward(np.array([[3.0, 2.5, 1.0]]), np.array([0])))
    0.5
    >>> loss.backward().tolist()
    [[-1.0, 1.0, 0.0]]
    """

    def __init__(self, delta: float = 1.0) -> None:
        self.delta = delta

    def forward(self, scores: Array, y: Array) -> Array:
        """Give the mean hinge loss for scores of shape (N, C) and labels of shape (N,)."""
        self._scores, self._y = scores, y
        return losses.hinge_loss(scores, y, self.delta)

    def backward(self, upstream: float = 1.0) -> Array:
        """Give dL/dscores of shape (N, C), times `upstream`."""
        return upstream * losses.hinge_loss_grad(self._scores, self._y, self.delta)


class SquaredError:
    """
    Measure half the squared distance from numbers.

    L = 1/(2N) * sum over n and m of (output[n, m] - y[n, m])^2

    Examples
    --------
    >>> import numpy as np
    >>> loss = SquaredError()
    >>> float(loss.forward(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]])))
    1.0
    >>> loss.backward().tolist()
    [[1.0], [0.0]]
    """

    def forward(self, output: Array, y: Array) -> Array:
        """Give half the mean squared error for two arrays of one shape; y of shape (N,) fits one output."""
        self._error = output - y.reshape(output.shape).astype(output.dtype)
        return (self._error * self._error).sum() / (2 * len(y))

    def backward(self, upstream: float = 1.0) -> Array:
        """Give dL/doutput, times `upstream`."""
        return self._error * (upstream / len(self._error))
