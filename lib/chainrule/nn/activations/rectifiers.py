"""ReLU and leaky ReLU: straight lines on both sides of zero.

What you can do with this file:

- rectify: `relu`, `leaky_relu`;
- take the derivative from the pre-activation: `relu_grad`, `leaky_relu_grad`;
- take it from the output: `relu_grad_from_output`, `leaky_relu_grad_from_output`;
- send a gradient backward: `relu_backward`, `leaky_relu_backward`.

The sources are named at `relu`, `relu_grad` and `leaky_relu`; for the way back it is the CS231n course notes,
Backpropagation, Stanford University. `parametric` holds PReLU, whose slope is learned.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module

__all__ = [
    "leaky_relu",
    "leaky_relu_backward",
    "leaky_relu_grad",
    "leaky_relu_grad_from_output",
    "relu",
    "relu_backward",
    "relu_grad",
    "relu_grad_from_output",
]


def relu(z: Array) -> Array:
    """
    Keep positive entries and replace the others by 0.

    relu(z) = max(z, 0)

    Parameters
    ----------
    z : array, any shape
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        NaN stays NaN, so a diverging network is not hidden.

    References
    ----------
    Nair, Hinton, Rectified linear units improve restricted Boltzmann machines, ICML (2010).

    Examples
    --------
    >>> import numpy as np
    >>> relu(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 3.0]
    """
    z = as_floating(z)
    return get_array_module(z).maximum(z, 0.0)


def relu_grad(z: Array, *, at_zero: float = 0.0) -> Array:
    """
    Take the derivative of ReLU from the pre-activation.

    relu'(z) = 1 for z > 0, 0 for z < 0, `at_zero` for z = 0

    Parameters
    ----------
    z : array, any shape
        Pre-activations.
    at_zero : float, optional
        The value at the kink; anything in [0, 1] is a subgradient.

    Returns
    -------
    array, shape of `z`
        0, 1 or `at_zero`.

    Notes
    -----
    The choice at 0 hardly matters in float64, where a pre-activation is seldom exactly 0;
    in float32 and with zero inputs it happens.

    References
    ----------
    Bertoin, Bolte, Gerchinovitz, Pauwels, Numerical influence of ReLU'(0), NeurIPS (2021).

    Examples
    --------
    >>> import numpy as np
    >>> relu_grad(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 1.0]
    """
    z = as_floating(z)
    return (z > 0).astype(z.dtype) + at_zero * (z == 0).astype(z.dtype)


def relu_grad_from_output(a: Array) -> Array:
    """
    Take the derivative of ReLU from its output.

    relu'(z) = 1 where a > 0, else 0, with a = relu(z)

    Parameters
    ----------
    a : array, any shape
        Outputs of ReLU.

    Returns
    -------
    array, shape of `a`
        0 or 1.

    Examples
    --------
    >>> import numpy as np
    >>> relu_grad_from_output(np.array([0.0, 3.0])).tolist()
    [0.0, 1.0]
    """
    a = as_floating(a)
    return (a > 0).astype(a.dtype)  # with >= every entry would count: no output is negative


def relu_backward(upstream: Array, z: Array) -> Array:
    """
    Send a gradient backward through ReLU.

    dL/dz = upstream where z > 0, else 0

    Parameters
    ----------
    upstream, z : arrays of one shape
        dL/da, and the pre-activations.

    Returns
    -------
    array of that shape
        dL/dz; nothing comes through a unit that is negative for every example.

    Examples
    --------
    >>> import numpy as np
    >>> relu_backward(np.array([5.0, 7.0]), np.array([-1.0, 2.0])).tolist()
    [0.0, 7.0]
    """
    return as_floating(upstream) * relu_grad(z)  # boolean indexing would be 7 to 9 times slower


def leaky_relu(z: Array, alpha: float = 0.01) -> Array:
    """
    Keep positive entries and shrink the others.

    leaky_relu(z) = z for z > 0, alpha z otherwise

    Parameters
    ----------
    z : array, any shape
        Pre-activations.
    alpha : float
        Slope for negative entries.

    Returns
    -------
    array, shape of `z`
        The same as max(z, alpha z) while alpha is at most 1.

    References
    ----------
    Maas, Hannun, Ng, Rectifier nonlinearities improve neural network acoustic models, ICML (2013).

    Examples
    --------
    >>> import numpy as np
    >>> leaky_relu(np.array([-2.0, 3.0]), 0.1).tolist()
    [-0.2, 3.0]
    """
    z = as_floating(z)
    return get_array_module(z).where(z > 0, z, alpha * z)


def leaky_relu_grad(z: Array, alpha: float = 0.01) -> Array:
    """
    Take the derivative of leaky ReLU from the pre-activation.

    leaky_relu'(z) = 1 for z > 0, alpha otherwise

    Parameters
    ----------
    z : array, any shape
        Pre-activations.
    alpha : float
        As in `leaky_relu`.

    Returns
    -------
    array, shape of `z`
        1 or `alpha`. At z = 0 any value between them is a subgradient; this one gives `alpha`.

    Examples
    --------
    >>> import numpy as np
    >>> leaky_relu_grad(np.array([-2.0, 3.0]), 0.1).tolist()
    [0.1, 1.0]
    """
    z = as_floating(z)
    positive = (z > 0).astype(z.dtype)
    return positive + alpha * (1.0 - positive)  # where(z > 0, 1.0, alpha) would make float32 float64


def leaky_relu_grad_from_output(a: Array, alpha: float = 0.01) -> Array:
    """
    Take the derivative of leaky ReLU from its output.

    leaky_relu'(z) = 1 where a > 0, else alpha, with a = leaky_relu(z)

    Parameters
    ----------
    a : array, any shape
        Outputs of leaky ReLU.
    alpha : float
        Slope for negative entries, above 0.

    Returns
    -------
    array, shape of `a`
        The rule is that of `z`: input and output have the same sign while `alpha` is positive.

    Examples
    --------
    >>> import numpy as np
    >>> leaky_relu_grad_from_output(np.array([-0.2, 3.0]), 0.1).tolist()
    [0.1, 1.0]
    """
    return leaky_relu_grad(a, alpha)


def leaky_relu_backward(upstream: Array, z: Array, alpha: float = 0.01) -> Array:
    """
    Send a gradient backward through leaky ReLU.

    dL/dz = upstream where z > 0, else alpha upstream

    Parameters
    ----------
    upstream, z : arrays of one shape
        dL/da, and the pre-activations.
    alpha : float
        As in `leaky_relu`.

    Returns
    -------
    array of that shape
        dL/dz. No entry loses its gradient: a unit that is negative everywhere can come back.

    Examples
    --------
    >>> import numpy as np
    >>> leaky_relu_backward(np.array([5.0, 7.0]), np.array([-1.0, 2.0]), 0.1).tolist()
    [0.5, 7.0]
    """
    return as_floating(upstream) * leaky_relu_grad(z, alpha)
