"""The affine layer: every output is a weighted sum of all inputs, plus a bias.

What you can do with this file:

- multiply by weights, add biases, and learn both: `Affine`.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module

__all__ = ["Affine"]


class Affine:
    """
    Compute x W + b.

    forward:   z = x W + b
    backward:  dL/dW = x^T upstream,  dL/db = sum of the rows of upstream,  dL/dx = upstream W^T

    Attributes
    ----------
    params : dict
        "W" of shape (D, M) and "b" of shape (M,).
    grads : dict
        The gradients under the same names; filled by `backward`.

    Parameters
    ----------
    W : array of shape (D, M)
        Weights; copied.
    b : array of shape (M,)
        Biases; copied.

    References
    ----------
    Rumelhart, Hinton, Williams, Learning representations by back-propagating errors, Nature 323 (1986).

    Examples
    --------
    >>> import numpy as np
    >>> layer = Affine(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -0.5]))
    >>> layer.forward(np.array([[1.0, 1.0]])).tolist()
    [[4.5, 5.5]]
    >>> layer.backward(np.array([[1.0, -1.0]])).tolist()
    [[-1.0, -1.0]]
    >>> layer.grads["W"].tolist()
    [[1.0, -1.0], [1.0, -1.0]]
    """

    def __init__(self, W: Array, b: Array) -> None:
        W, b = as_floating(W), as_floating(b)
        if W.ndim != 2 or b.shape != W.shape[1:]:
            raise ValueError(f"Expected W of shape (D, M) and b of shape (M,), found {W.shape} and {b.shape}.")
        xp = get_array_module(W, b)
        self.params = {"W": W.copy(), "b": b.astype(W.dtype)}
        self.grads = {name: xp.zeros_like(array) for name, array in self.params.items()}

    def forward(self, x: Array) -> Array:
        """Give x W + b of shape (N, M) for x of shape (N, D), and keep x."""
        self._x = x
        return self.infer(x)

    def infer(self, x: Array) -> Array:
        """Give x W + b and keep nothing."""
        z = x @ self.params["W"]
        z += self.params["b"]  # in place: z is a new array
        return z

    def backward(self, upstream: Array) -> Array:
        """Fill `grads`, and give dL/dx of shape (N, D) for an upstream gradient of shape (N, M)."""
        self.parameter_gradients(upstream)
        return upstream @ self.params["W"].T

    def parameter_gradients(self, upstream: Array) -> None:
        """Fill `grads` alone: nobody needs the input gradient of a first layer."""
        xp = get_array_module(upstream)
        xp.matmul(self._x.T, upstream, out=self.grads["W"])
        upstream.sum(axis=0, out=self.grads["b"])
