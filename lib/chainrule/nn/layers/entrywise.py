"""Activations as layers: one number in, one number out, nothing to learn.

What you can do with this file:

- bend what affine layers would leave straight: `ReLU`, `LeakyReLU`, `ELU`, `SELU`, `Sigmoid`, `Tanh`.

All of these keep their output: it determines the slope, and the layer above keeps the same array as its input,
so it costs no memory. `infer` gives the output and keeps nothing. The formulas are in `chainrule.nn.activations`.
`ReLU`, `Sigmoid` and `Tanh` are written out; the others share their `forward`.
"""

from __future__ import annotations

from chainrule.backend import Array, get_array_module
from chainrule.nn import activations

__all__ = ["ELU", "SELU", "LeakyReLU", "ReLU", "Sigmoid", "Tanh"]


class ReLU:
    """
    Keep positive entries and replace the others by 0.

    Examples
    --------
    >>> import numpy as np
    >>> layer = ReLU()
    >>> layer.forward(np.array([[-2.0, 3.0]])).tolist()
    [[0.0, 3.0]]
    >>> layer.backward(np.array([[5.0, 7.0]])).tolist()
    [[0.0, 7.0]]
    """

    def forward(self, x: Array) -> Array:
        """Give max(x, 0), and keep it."""
        self._a = self.infer(x)
        return self._a

    def infer(self, x: Array) -> Array:
        """Give max(x, 0) and keep nothing."""
        return get_array_module(x).maximum(x, 0.0)

    def backward(self, upstream: Array) -> Array:
        """Give upstream where the output was positive, else 0."""
        return upstream * (self._a > 0)


class _KeepsOutput:
    """A layer whose slope depends on its output alone."""

    def forward(self, x: Array) -> Array:
        """Give the output, and keep it."""
        self._a = self.infer(x)
        return self._a

    def infer(self, x: Array) -> Array:
        """Give the output and keep nothing."""
        raise NotImplementedError


class LeakyReLU(_KeepsOutput):
    """
    Keep positive entries and shrink the others.

    Parameters
    ----------
    alpha : float
        Slope for negative entries. With one below 0 the output would not determine the slope: a ValueError.

    Examples
    --------
    >>> import numpy as np
    >>> layer = LeakyReLU(0.5)
    >>> layer.forward(np.array([[-2.0, 3.0]])).tolist()
    [[-1.0, 3.0]]
    >>> layer.backward(np.array([[5.0, 7.0]])).tolist()
    [[2.5, 7.0]]
    """

    def __init__(self, alpha: float = 0.01) -> None:
        if not alpha >= 0:
            raise ValueError(f"Expected alpha of at least 0, found {alpha}; try 0.01.")
        self.alpha = alpha

    def infer(self, x: Array) -> Array:
        """Give x where it is positive, else alpha x."""
        return activations.leaky_relu(x, self.alpha)

    def backward(self, upstream: Array) -> Array:
        """Give upstream times the slope, 1 or alpha."""
        return upstream * activations.leaky_relu_grad_from_output(self._a, self.alpha)


class ELU(_KeepsOutput):
    """
    Keep positive entries and bend the others toward -alpha.

    Parameters
    ----------
    alpha : float
        The output for very negative entries is -alpha.

    Examples
    --------
    >>> import numpy as np
    >>> ELU().forward(np.array([[-1000.0, 3.0]])).tolist()
    [[-1.0, 3.0]]
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def infer(self, x: Array) -> Array:
        """Give x where it is positive, else alpha (exp(x) - 1)."""
        return activations.elu(x, self.alpha)

    def backward(self, upstream: Array) -> Array:
        """Give upstream times the slope."""
        return upstream * activations.elu_grad_from_output(self._a, self.alpha)


class SELU(_KeepsOutput):
    """
    Scale ELU so that mean 0 and variance 1 reproduce themselves from layer to layer.

    Examples
    --------
    >>> import numpy as np
    >>> SELU().forward(np.array([[-1000.0, 1.0]])).round(4).tolist()
    [[-1.7581, 1.0507]]
    """

    def infer(self, x: Array) -> Array:
        """Give selu(x)."""
        return activations.selu(x)

    def backward(self, upstream: Array) -> Array:
        """Give upstream times the slope."""
        return upstream * activations.selu_grad_from_output(self._a)


class Sigmoid:
    """
    Squeeze every entry into (0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> layer = Sigmoid()
    >>> layer.forward(np.array([[0.0, 1000.0]])).tolist()
    [[0.5, 1.0]]
    >>> layer.backward(np.array([[4.0, 4.0]])).tolist()
    [[1.0, 0.0]]
    """

    def forward(self, x: Array) -> Array:
        """Give 1 / (1 + exp(-x)), and keep it."""
        self._a = activations.sigmoid(x)
        return self._a

    def backward(self, upstream: Array) -> Array:
        """Give upstream times the slope, output times (1 - output)."""
        return activations.sigmoid_backward(upstream, self._a)

    infer = staticmethod(activations.sigmoid)  # the output alone


class Tanh:
    """
    Squeeze every entry into (-1, 1).

    Examples
    --------
    >>> import numpy as np
    >>> layer = Tanh()
    >>> layer.forward(np.array([[0.0, 1000.0]])).tolist(), layer.backward(np.array([[4.0, 4.0]])).tolist()
    ([[0.0, 1.0]], [[4.0, 0.0]])
    """

    def forward(self, x: Array) -> Array:
        """Give tanh(x), and keep it."""
        self._a = activations.tanh(x)
        return self._a

    def backward(self, upstream: Array) -> Array:
        """Give upstream times the slope, 1 minus the squared output."""
        return activations.tanh_backward(upstream, self._a)

    infer = staticmethod(activations.tanh)  # the output alone
