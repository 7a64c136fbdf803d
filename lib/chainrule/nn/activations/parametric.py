"""PReLU: a rectifier whose slope for negative entries is learned.

What you can do with this file:

- apply it: `prelu`;
- take the derivative from the pre-activation: `prelu_grad`;
- send a gradient backward to the input and to the slope: `prelu_backward`.

`alpha` holds one slope for each feature, or one for all of them. The source is named at `prelu`.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module

__all__ = ["prelu", "prelu_backward", "prelu_grad"]


def prelu(z: Array, alpha: Array) -> Array:
    """
    Keep positive entries and multiply the others by a learned slope.

    prelu(z) = z for z > 0, alpha z otherwise

    Parameters
    ----------
    z : array of shape (N, D)
        Pre-activations.
    alpha : float or array of shape (D,) or (1,)
        Slopes for negative entries.

    Returns
    -------
    array of shape (N, D)
        Activations: leaky ReLU, with a slope that is a parameter of the network.

    References
    ----------
    He, Zhang, Ren, Sun, Delving deep into rectifiers, ICCV (2015), section 2.

    Examples
    --------
    >>> import numpy as np
    >>> prelu(np.array([[-2.0, -2.0]]), np.array([0.1, 0.5])).tolist()
    [[-0.2, -1.0]]
    """
    z, alpha = as_floating(z), _slope(alpha)
    return get_array_module(z).where(z > 0, z, alpha * z)


def prelu_grad(z: Array, alpha: Array) -> Array:
    """
    Take the derivative of PReLU with respect to the pre-activation.

    prelu'(z) = 1 for z > 0, alpha otherwise

    Parameters
    ----------
    z : array of shape (N, D)
        Pre-activations.
    alpha : float or array of shape (D,) or (1,)
        As in `prelu`.

    Returns
    -------
    array of shape (N, D)
        1 or the slope. At z = 0 any value between them is a subgradient; this one gives the slope.

    Examples
    --------
    >>> import numpy as np
    >>> prelu_grad(np.array([[-2.0, 3.0]]), np.array([0.1, 0.5])).tolist()
    [[0.1, 1.0]]
    """
    z, alpha = as_floating(z), _slope(alpha)
    positive = (z > 0).astype(z.dtype)
    return positive + alpha * (1.0 - positive)


def prelu_backward(upstream: Array, z: Array, alpha: Array) -> tuple[Array, Array]:
    """
    Send a gradient backward through PReLU, to its input and to its slope.

    dL/dz = upstream * prelu'(z),   dL/dalpha = sum of upstream * min(z, 0) over the entries that share alpha

    Parameters
    ----------
    upstream, z : arrays of shape (N, D)
        dL/da, and the pre-activations.
    alpha : float or array of shape (D,) or (1,)
        As in `prelu`.

    Returns
    -------
    tuple of (array of shape (N, D), array with the shape of `alpha`)
        dL/dz and dL/dalpha. Every example of the batch uses the slope, so its gradient is a sum over the batch.

    Examples
    --------
    >>> import numpy as np
    >>> dz, dalpha = prelu_backward(np.array([[1.0], [2.0]]), np.array([[-3.0], [4.0]]), np.array([0.5]))
    >>> dz.tolist(), dalpha.tolist()
    ([[0.5], [2.0]], [-3.0])
    """
    upstream, z, alpha = as_floating(upstream), as_floating(z), _slope(alpha)
    dalpha = upstream * get_array_module(z).minimum(z, 0.0)
    shared = getattr(alpha, "size", 1) == 1  # one slope for all features, a number or an array of one
    summed = dalpha.sum().reshape(getattr(alpha, "shape", ())) if shared else dalpha.sum(axis=0)
    return upstream * prelu_grad(z, alpha), summed


def _slope(alpha: Array) -> Array:
    """A plain number stays one: as an array it would turn float32 into float64."""
    return alpha if isinstance(alpha, (int, float)) else as_floating(alpha)
