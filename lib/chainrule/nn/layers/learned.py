"""Activations that learn: their parameters are trained along with the weights.

What you can do with this file:

- learn the slope for negative entries: `PReLU`;
- learn the whole shape, as the largest of several affine pieces: `Maxout`.

The formulas are in `chainrule.nn.activations`.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module
from chainrule.nn import activations

__all__ = ["Maxout", "PReLU"]


class PReLU:
    """
    Keep positive entries and multiply the others by a slope that is learned.

    forward:   a = z for z > 0, alpha z otherwise
    backward:  dL/dz = upstream prelu'(z),  dL/dalpha = sum of upstream min(z, 0) over the entries that share alpha

    Attributes
    ----------
    params : dict
        "alpha" of shape (D,) or (1,).
    grads : dict
        The gradient under the same name; filled by `backward`.

    Parameters
    ----------
    alpha : array of shape (D,) or (1,)
        Slopes to start with; copied. One a feature, or one for all of them.

    References
    ----------
    He, Zhang, Ren, Sun, Delving deep into rectifiers, ICCV (2015), section 2; it starts with 0.25.

    Examples
    --------
    >>> import numpy as np
    >>> layer = PReLU(np.array([0.5]))
    >>> layer.forward(np.array([[-2.0, 3.0]])).tolist()
    [[-1.0, 3.0]]
    >>> layer.backward(np.array([[5.0, 7.0]])).tolist(), layer.grads["alpha"].tolist()
    ([[2.5, 7.0]], [-10.0])
    """

    def __init__(self, alpha: Array) -> None:
        alpha = as_floating(alpha)
        if alpha.ndim != 1:
            raise ValueError(f"Expected alpha of shape (D,) or (1,), found {alpha.shape}.")
        self.params = {"alpha": alpha.copy()}
        self.grads = {"alpha": get_array_module(alpha).zeros_like(alpha)}

    def forward(self, x: Array) -> Array:
        """Give x where it is positive, else alpha x, and keep x: with a slope below 0 the output would not do."""
        self._z = x
        return self.infer(x)

    def infer(self, x: Array) -> Array:
        """Give the output and keep nothing."""
        return activations.prelu(x, self.params["alpha"])

    def backward(self, upstream: Array) -> Array:
        """Fill `grads`, and give upstream times the slope, 1 or alpha."""
        downstream, self.grads["alpha"][...] = activations.prelu_backward(upstream, self._z, self.params["alpha"])
        return downstream


class Maxout:
    """
    Give the largest of K affine pieces, unit by unit; this takes the place of an affine layer and its activation.

    forward:   a = max over k of (x W[k] + b[k])
    backward:  the upstream gradient goes to the piece that won, which is an affine layer

    Attributes
    ----------
    params : dict
        "W" of shape (K, D, M) and "b" of shape (K, M).
    grads : dict
        The gradients under the same names; filled by `backward`.

    Parameters
    ----------
    W : array of shape (K, D, M)
        Weights of K pieces for each of M units; copied.
    b : array of shape (K, M)
        Biases of the pieces; copied.

    References
    ----------
    Goodfellow, Warde-Farley, Mirza, Courville, Bengio, Maxout networks, ICML (2013).

    Examples
    --------
    >>> import numpy as np
    >>> layer = Maxout(np.array([[[1.0]], [[-1.0]]]), np.zeros((2, 1)))  # the pieces x and -x
    >>> layer.forward(np.array([[-3.0], [2.0]])).tolist()
    [[3.0], [2.0]]
    >>> layer.backward(np.array([[5.0], [7.0]])).tolist()
    [[-5.0], [7.0]]
    >>> layer.grads["W"].tolist()
    [[[14.0]], [[-15.0]]]
    """

    def __init__(self, W: Array, b: Array) -> None:
        W, b = as_floating(W), as_floating(b)
        if W.ndim != 3 or b.shape != W.shape[::2]:
            raise ValueError(f"Expected W of shape (K, D, M) and b of shape (K, M), found {W.shape} and {b.shape}.")
        xp = get_array_module(W, b)
        self.params = {"W": W.copy(), "b": b.astype(W.dtype)}
        self.grads = {name: xp.zeros_like(array) for name, array in self.params.items()}

    def forward(self, x: Array) -> Array:
        """Give the output of shape (N, M) for x of shape (N, D); keep x, and which piece won where."""
        pieces = self._pieces(x)
        self._x, self._won = x, activations.maxout_grad(pieces)
        return pieces.max(axis=0)

    def infer(self, x: Array) -> Array:
        """Give the output and keep nothing."""
        return self._pieces(x).max(axis=0)

    def backward(self, upstream: Array) -> Array:
        """Fill `grads`, and give dL/dx of shape (N, D) for an upstream gradient of shape (N, M)."""
        routed = self._spread(upstream)
        return (routed @ self.params["W"].swapaxes(1, 2)).sum(axis=0)

    def parameter_gradients(self, upstream: Array) -> None:
        """Fill `grads` alone: nobody needs the input gradient of a first layer."""
        self._spread(upstream)

    def _pieces(self, x: Array) -> Array:
        pieces = x @ self.params["W"]
        pieces += self.params["b"][:, None, :]  # in place: pieces is a new array
        return pieces

    def _spread(self, upstream: Array) -> Array:
        """Fill `grads`, and give the gradient of each piece, shape (K, N, M)."""
        routed = upstream * self._won
        get_array_module(upstream).matmul(self._x.T, routed, out=self.grads["W"])
        routed.sum(axis=1, out=self.grads["b"])
        return routed
