"""ELU and SELU: straight on the right, bent by an exponential on the left.

What you can do with this file:

- apply them: `elu`, `selu`;
- take the derivative from the pre-activation: `elu_grad`, `selu_grad`;
- take it from the output: `elu_grad_from_output`, `selu_grad_from_output`;
- send a gradient backward: `elu_backward`, `selu_backward`.

SELU is ELU with two fixed constants: `SELU_ALPHA` and `SELU_SCALE`. The sources are named at `elu` and `selu`.
In a branch that `where` does not use, exp could still overflow and warn; a minimum with 0 keeps it from that.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module

__all__ = [
    "elu",
    "elu_backward",
    "elu_grad",
    "elu_grad_from_output",
    "selu",
    "selu_backward",
    "selu_grad",
    "selu_grad_from_output",
]

# Klambauer et al. (2017), section "Deriving the mapping function g", to the precision of float64.
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def elu(z: Array, alpha: float = 1.0) -> Array:
    """
    Keep positive entries and bend the others toward -alpha.

    elu(z) = z for z > 0, alpha (exp(z) - 1) otherwise

    Parameters
    ----------
    z : array, any shape
        Pre-activations.
    alpha : float, optional
        Depth of the negative side: very negative entries give -alpha.

    Returns
    -------
    array, shape of `z`
        Activations, none below -alpha.

    References
    ----------
    Clevert, Unterthiner, Hochreiter, Fast and accurate deep network learning by ELUs, ICLR (2016).

    Examples
    --------
    >>> import numpy as np
    >>> elu(np.array([-1000.0, 0.0, 2.0])).tolist()
    [-1.0, 0.0, 2.0]
    """
    z = as_floating(z)
    xp = get_array_module(z)
    return xp.where(z > 0, z, alpha * xp.expm1(xp.minimum(z, 0.0)))  # near 0, exp(z) - 1 would lose digits


def elu_grad(z: Array, alpha: float = 1.0) -> Array:
    """
    Take the derivative of ELU from the pre-activation.

    elu'(z) = 1 for z > 0, alpha exp(z) otherwise

    Parameters
    ----------
    z : array, any shape
        Pre-activations.
    alpha : float, optional
        As in `elu`.

    Returns
    -------
    array, shape of `z`
        At z = 0 it is `alpha`, the slope from the left; from the right it is 1. Only alpha = 1 makes ELU smooth.

    Examples
    --------
    >>> import numpy as np
    >>> elu_grad(np.array([-1000.0, 2.0])).tolist()
    [0.0, 1.0]
    """
    z = as_floating(z)
    xp = get_array_module(z)
    return xp.where(z > 0, 1.0, alpha * xp.exp(xp.minimum(z, 0.0)))


def elu_grad_from_output(a: Array, alpha: float = 1.0) -> Array:
    """
    Take the derivative of ELU from its output.

    elu'(z) = 1 where a > 0, else a + alpha, with a = elu(z)

    Parameters
    ----------
    a : array, any shape
        Outputs of ELU.
    alpha : float, optional
        As in `elu`.

    Returns
    -------
    array, shape of `a`
        For z <= 0: alpha exp(z) = alpha (exp(z) - 1) + alpha = a + alpha.

    Examples
    --------
    >>> import numpy as np
    >>> elu_grad_from_output(np.array([-1.0, 2.0])).tolist()
    [0.0, 1.0]
    """
    a = as_floating(a)
    return get_array_module(a).where(a > 0, 1.0, a + alpha)


def elu_backward(upstream: Array, z: Array, alpha: float = 1.0) -> Array:
    """
    Send a gradient backward through ELU.

    dL/dz = upstream where z > 0, else upstream alpha exp(z)

    Parameters
    ----------
    upstream, z : arrays of one shape
        dL/da, and the pre-activations.
    alpha : float, optional
        As in `elu`.

    Returns
    -------
    array of that shape
        dL/dz. Far left it fades like exp(z); it does not stop at once as with ReLU.

    Examples
    --------
    >>> import numpy as np
    >>> elu_backward(np.array([5.0, 7.0]), np.array([0.0, 2.0]), 0.5).tolist()
    [2.5, 7.0]
    """
    return as_floating(upstream) * elu_grad(z, alpha)


def selu(z: Array) -> Array:
    """
    Scale ELU so that mean 0 and variance 1 reproduce themselves from layer to layer.

    selu(z) = 1.0507 z for z > 0, 1.0507 * 1.6733 (exp(z) - 1) otherwise

    Parameters
    ----------
    z : array, any shape
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        For weights of variance 1/D and standard normal inputs: activations of mean 0 and variance 1.

    Notes
    -----
    The two constants are not chosen: they solve the equations for this mean and this variance.

    References
    ----------
    Klambauer, Unterthiner, Mayr, Hochreiter, Self-normalizing neural networks, NeurIPS (2017).

    Examples
    --------
    >>> import numpy as np
    >>> selu(np.array([-1000.0, 0.0, 1.0])).round(4).tolist()
    [-1.7581, 0.0, 1.0507]
    """
    return SELU_SCALE * elu(z, SELU_ALPHA)


def selu_grad(z: Array) -> Array:
    """
    Take the derivative of SELU from the pre-activation.

    selu'(z) = 1.0507 for z > 0, 1.0507 * 1.6733 exp(z) otherwise

    Parameters
    ----------
    z : array, any shape
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        At 0 the slope jumps from 1.758 on the left, which this function gives, to 1.051 on the right.

    Examples
    --------
    >>> import numpy as np
    >>> selu_grad(np.array([-1000.0, 1.0])).round(4).tolist()
    [0.0, 1.0507]
    """
    return SELU_SCALE * elu_grad(z, SELU_ALPHA)


def selu_grad_from_output(a: Array) -> Array:
    """
    Take the derivative of SELU from its output.

    selu'(z) = 1.0507 where a > 0, else a + 1.7581, with a = selu(z)

    Parameters
    ----------
    a : array, any shape
        Outputs of SELU.

    Returns
    -------
    array, shape of `a`
        1.7581 is the product of the two constants.

    Examples
    --------
    >>> import numpy as np
    >>> selu_grad_from_output(np.array([2.0])).round(4).tolist()
    [1.0507]
    """
    a = as_floating(a)
    return get_array_module(a).where(a > 0, SELU_SCALE, a + SELU_SCALE * SELU_ALPHA)


def selu_backward(upstream: Array, z: Array) -> Array:
    """
    Send a gradient backward through SELU.

    dL/dz = upstream * selu'(z)

    Parameters
    ----------
    upstream, z : arrays of one shape
        dL/da, and the pre-activations.

    Returns
    -------
    array of that shape
        dL/dz. Slopes above 1 near 0 make up for the slopes below 1 far left.

    Examples
    --------
    >>> import numpy as np
    >>> selu_backward(np.array([2.0]), np.array([1.0])).round(4).tolist()
    [2.1014]
    """
    return as_floating(upstream) * selu_grad(z)
