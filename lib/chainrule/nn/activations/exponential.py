"""ELU and SELU: straight on the right, bent by an exponential on the left.

What you can do with this file:

- apply them: `elu`, `selu`;
- take the derivative from the pre-activation: `elu_grad`, `selu_grad`;
- take it from the output: `elu_grad_from_output`, `selu_grad_from_output`;
- send a gradient backward: `elu_backward`, `selu_backward`.

SELU is ELU with two fixed constants: `SELU_ALPHA` and `SELU_SCALE`.
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


def elu(z: Array, /, alpha: float = 1.0) -> Array:
    """
    Keep positive entries and bend the others towards -alpha.

    elu(z) = z for z > 0, alpha (exp(z) - 1) otherwise

    Parameters
    ----------
    z : array, any shape, floating or integer
        Pre-activations.
    alpha : float, optional
        The output for very negative entries is -alpha.

    Returns
    -------
    array, shape of `z`
        float32 stays float32, integers become float64.

    Raises
    ------
    TypeError
        An array holds something else than real numbers.

    Notes
    -----
    The minimum keeps exp from overflowing in the branch that is not used.
    expm1 keeps the digits that exp(z) - 1 loses near 0.

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
    return xp.where(z > 0, z, alpha * xp.expm1(xp.minimum(z, 0.0)))


def elu_grad(z: Array, /, alpha: float = 1.0) -> Array:
    """
    Take the derivative of ELU from the pre-activation.

    elu'(z) = 1 for z > 0, alpha exp(z) otherwise

    Parameters
    ----------
    z : array, any shape, floating or integer
        Pre-activations.
    alpha : float, optional
        The output for very negative entries is -alpha.

    Returns
    -------
    array, shape of `z`
        The derivative; at z = 0 it is `alpha`.

    Raises
    ------
    TypeError
        An array holds something else than real numbers.

    Notes
    -----
    The left derivative at 0 is `alpha`, the right one 1: ELU is smooth there only for alpha = 1.

    References
    ----------
    Clevert, Unterthiner, Hochreiter, Fast and accurate deep network learning by ELUs, ICLR (2016).

    Examples
    --------
    >>> import numpy as np
    >>> elu_grad(np.array([-1000.0, 2.0])).tolist()
    [0.0, 1.0]
    """
    z = as_floating(z)
    xp = get_array_module(z)
    return xp.where(z > 0, 1.0, alpha * xp.exp(xp.minimum(z, 0.0)))


def elu_grad_from_output(a: Array, /, alpha: float = 1.0) -> Array:
    """
    Take the derivative of ELU from its output.

    elu'(z) = 1 where a > 0, else a + alpha, with a = elu(z)

    Parameters
    ----------
    a : array, any shape, floating or integer
        Outputs of ELU.
    alpha : float, optional
        The output for very negative entries is -alpha.

    Returns
    -------
    array, shape of `a`
        The derivative at the `z` that gave `a`.

    Raises
    ------
    TypeError
        An array holds something else than real numbers.

    Notes
    -----
    For z <= 0: alpha exp(z) = alpha (exp(z) - 1) + alpha = a + alpha.

    References
    ----------
    Clevert, Unterthiner, Hochreiter, Fast and accurate deep network learning by ELUs, ICLR (2016).

    Examples
    --------
    >>> import numpy as np
    >>> elu_grad_from_output(np.array([-1.0, 2.0])).tolist()
    [0.0, 1.0]
    """
    a = as_floating(a)
    return get_array_module(a).where(a > 0, 1.0, a + alpha)


def elu_backward(upstream: Array, z: Array, /, alpha: float = 1.0) -> Array:
    """
    Send a gradient backward through ELU.

    dL/dz = upstream where z > 0, else upstream alpha exp(z)

    Parameters
    ----------
    upstream : array, any shape
        dL/da, the gradient of the loss with respect to the output.
    z : array, shape of `upstream`
        Pre-activations, kept from the forward pass.
    alpha : float, optional
        The output for very negative entries is -alpha.

    Returns
    -------
    array, shape of `upstream`
        dL/dz.

    Raises
    ------
    TypeError
        An array holds something else than real numbers.

    Notes
    -----
    Far left the gradient fades like exp(z); it does not stop at once as with ReLU.

    References
    ----------
    Clevert, Unterthiner, Hochreiter, Fast and accurate deep network learning by ELUs, ICLR (2016).

    Examples
    --------
    >>> import numpy as np
    >>> elu_backward(np.array([5.0, 7.0]), np.array([0.0, 2.0]), 0.5).tolist()
    [2.5, 7.0]
    """
    return as_floating(upstream) * elu_grad(z, alpha)


def selu(z: Array, /) -> Array:
    """
    Scale ELU so that mean 0 and variance 1 reproduce themselves from layer to layer.

    selu(z) = 1.0507 z for z > 0, 1.0507 * 1.6733 (exp(z) - 1) otherwise

    Parameters
    ----------
    z : array, any shape, floating or integer
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        float32 stays float32, integers become float64.

    Raises
    ------
    TypeError
        An array holds something else than real numbers.

    Notes
    -----
    The two constants are solved for, not chosen: with weights of variance 1/fan_in, a standard normal
    input gives an output of mean 0 and variance 1.

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


def selu_grad(z: Array, /) -> Array:
    """
    Take the derivative of SELU from the pre-activation.

    selu'(z) = 1.0507 for z > 0, 1.0507 * 1.6733 exp(z) otherwise

    Parameters
    ----------
    z : array, any shape, floating or integer
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        The derivative; at z = 0 it is about 1.758.

    Raises
    ------
    TypeError
        An array holds something else than real numbers.

    Notes
    -----
    At 0 the slope jumps from 1.758 on the left to 1.051 on the right.

    References
    ----------
    Klambauer, Unterthiner, Mayr, Hochreiter, Self-normalizing neural networks, NeurIPS (2017).

    Examples
    --------
    >>> import numpy as np
    >>> selu_grad(np.array([-1000.0, 1.0])).round(4).tolist()
    [0.0, 1.0507]
    """
    return SELU_SCALE * elu_grad(z, SELU_ALPHA)


def selu_grad_from_output(a: Array, /) -> Array:
    """
    Take the derivative of SELU from its output.

    selu'(z) = 1.0507 where a > 0, else a + 1.7581, with a = selu(z)

    Parameters
    ----------
    a : array, any shape, floating or integer
        Outputs of SELU.

    Returns
    -------
    array, shape of `a`
        The derivative at the `z` that gave `a`.

    Raises
    ------
    TypeError
        An array holds something else than real numbers.

    Notes
    -----
    1.7581 is the product of the two constants.

    References
    ----------
    Klambauer, Unterthiner, Mayr, Hochreiter, Self-normalizing neural networks, NeurIPS (2017).

    Examples
    --------
    >>> import numpy as np
    >>> selu_grad_from_output(np.array([2.0])).round(4).tolist()
    [1.0507]
    """
    a = as_floating(a)
    return get_array_module(a).where(a > 0, SELU_SCALE, a + SELU_SCALE * SELU_ALPHA)


def selu_backward(upstream: Array, z: Array, /) -> Array:
    """
    Send a gradient backward through SELU.

    dL/dz = upstream * selu'(z)

    Parameters
    ----------
    upstream : array, any shape
        dL/da, the gradient of the loss with respect to the output.
    z : array, shape of `upstream`
        Pre-activations, kept from the forward pass.

    Returns
    -------
    array, shape of `upstream`
        dL/dz.

    Raises
    ------
    TypeError
        An array holds something else than real numbers.

    Notes
    -----
    Slopes above 1 near 0 make up for the slopes below 1 far left.

    References
    ----------
    Klambauer, Unterthiner, Mayr, Hochreiter, Self-normalizing neural networks, NeurIPS (2017).

    Examples
    --------
    >>> import numpy as np
    >>> selu_backward(np.array([2.0]), np.array([1.0])).round(4).tolist()
    [2.1014]
    """
    return as_floating(upstream) * selu_grad(z)
