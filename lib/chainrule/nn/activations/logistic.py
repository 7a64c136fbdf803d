"""Sigmoid and tanh: smooth steps that saturate on both sides.

What you can do with this file:

- squash any number into (0, 1) or (-1, 1): `sigmoid`, `tanh`;
- take the derivative from the pre-activation: `sigmoid_grad`, `tanh_grad`;
- take it from the output, which is cheaper: `sigmoid_grad_from_output`, `tanh_grad_from_output`;
- send a gradient backward: `sigmoid_backward`, `tanh_backward`.

Both derivatives from `z` are written with exp(-|z|), which lies in (0, 1] and cannot overflow.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module

__all__ = [
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_grad",
    "sigmoid_grad_from_output",
    "tanh",
    "tanh_backward",
    "tanh_grad",
    "tanh_grad_from_output",
]


def sigmoid(z: Array, /) -> Array:
    """
    Squash every entry into (0, 1).

    sigmoid(z) = 1 / (1 + exp(-z))

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
        `z` holds something else than real numbers.

    Notes
    -----
    For negative z the fraction is multiplied by exp(z) above and below, so the argument of exp is
    never positive and +-1000 is as safe as +-1.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep Learning (2016), section 3.10.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    z = as_floating(z)
    xp = get_array_module(z)
    small = xp.exp(-xp.abs(z))
    return xp.where(z >= 0, 1.0, small) / (1.0 + small)


def sigmoid_grad(z: Array, /) -> Array:
    """
    Take the derivative of the sigmoid from the pre-activation.

    sigmoid'(z) = sigmoid(z) (1 - sigmoid(z)) = exp(-|z|) / (1 + exp(-|z|))^2

    Parameters
    ----------
    z : array, any shape, floating or integer
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        At most 0.25, reached at z = 0.

    Raises
    ------
    TypeError
        `z` holds something else than real numbers.

    Notes
    -----
    The second form keeps its relative accuracy far out, where 1 - sigmoid(z) rounds to 0.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep Learning (2016), section 3.10.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid_grad(np.array([0.0])).tolist()
    [0.25]
    """
    z = as_floating(z)
    xp = get_array_module(z)
    small = xp.exp(-xp.abs(z))
    return small / (1.0 + small) ** 2


def sigmoid_grad_from_output(a: Array, /) -> Array:
    """
    Take the derivative of the sigmoid from its output.

    sigmoid'(z) = a (1 - a) with a = sigmoid(z)

    Parameters
    ----------
    a : array, any shape, floating or integer
        Outputs of the sigmoid, in [0, 1].

    Returns
    -------
    array, shape of `a`
        The derivative at the `z` that gave `a`.

    Raises
    ------
    TypeError
        `a` holds something else than real numbers.

    Notes
    -----
    One multiplication and one subtraction; the forward pass has paid for exp already.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep Learning (2016), section 3.10.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid_grad_from_output(np.array([0.5, 1.0])).tolist()
    [0.25, 0.0]
    """
    a = as_floating(a)
    return a * (1.0 - a)


def sigmoid_backward(upstream: Array, a: Array, /) -> Array:
    """
    Send a gradient backward through the sigmoid.

    dL/dz = upstream * a (1 - a)

    Parameters
    ----------
    upstream : array, any shape
        dL/da, the gradient of the loss with respect to the output.
    a : array, shape of `upstream`
        Outputs of the sigmoid, kept from the forward pass.

    Returns
    -------
    array, shape of `upstream`
        dL/dz.

    Raises
    ------
    TypeError
        An argument holds something else than real numbers.

    Notes
    -----
    Needs the output alone, so a layer may forget `z`.

    References
    ----------
    CS231n course notes, Backpropagation, Stanford University.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid_backward(np.array([2.0]), np.array([0.5])).tolist()
    [0.5]
    """
    return as_floating(upstream) * sigmoid_grad_from_output(a)


def tanh(z: Array, /) -> Array:
    """
    Squash every entry into (-1, 1).

    tanh(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z)) = 2 sigmoid(2 z) - 1

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
        `z` holds something else than real numbers.

    Notes
    -----
    The array module's own tanh is accurate near 0 and does not overflow.

    References
    ----------
    LeCun, Bottou, Orr, Mueller, Efficient BackProp (1998), section 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> tanh(np.array([-1000, 0, 1000])).tolist()
    [-1.0, 0.0, 1.0]
    """
    z = as_floating(z)
    return get_array_module(z).tanh(z)


def tanh_grad(z: Array, /) -> Array:
    """
    Take the derivative of tanh from the pre-activation.

    tanh'(z) = 1 - tanh(z)^2 = 4 exp(-2|z|) / (1 + exp(-2|z|))^2

    Parameters
    ----------
    z : array, any shape, floating or integer
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        At most 1, reached at z = 0.

    Raises
    ------
    TypeError
        `z` holds something else than real numbers.

    Notes
    -----
    The second form keeps its relative accuracy far out, where 1 - tanh(z)^2 rounds to 0.

    References
    ----------
    LeCun, Bottou, Orr, Mueller, Efficient BackProp (1998), section 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> tanh_grad(np.array([0.0, 1000.0])).tolist()
    [1.0, 0.0]
    """
    z = as_floating(z)
    xp = get_array_module(z)
    small = xp.exp(-2.0 * xp.abs(z))
    return 4.0 * small / (1.0 + small) ** 2


def tanh_grad_from_output(a: Array, /) -> Array:
    """
    Take the derivative of tanh from its output.

    tanh'(z) = 1 - a^2 with a = tanh(z)

    Parameters
    ----------
    a : array, any shape, floating or integer
        Outputs of tanh, in [-1, 1].

    Returns
    -------
    array, shape of `a`
        The derivative at the `z` that gave `a`.

    Raises
    ------
    TypeError
        `a` holds something else than real numbers.

    Notes
    -----
    (1 - a)(1 + a) loses fewer digits near |a| = 1 than 1 - a * a.

    References
    ----------
    LeCun, Bottou, Orr, Mueller, Efficient BackProp (1998), section 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> tanh_grad_from_output(np.array([0.0, 0.5])).tolist()
    [1.0, 0.75]
    """
    a = as_floating(a)
    return (1.0 - a) * (1.0 + a)


def tanh_backward(upstream: Array, a: Array, /) -> Array:
    """
    Send a gradient backward through tanh.

    dL/dz = upstream * (1 - a^2)

    Parameters
    ----------
    upstream : array, any shape
        dL/da, the gradient of the loss with respect to the output.
    a : array, shape of `upstream`
        Outputs of tanh, kept from the forward pass.

    Returns
    -------
    array, shape of `upstream`
        dL/dz.

    Raises
    ------
    TypeError
        An argument holds something else than real numbers.

    Notes
    -----
    Needs the output alone, so a layer may forget `z`.

    References
    ----------
    CS231n course notes, Backpropagation, Stanford University.

    Examples
    --------
    >>> import numpy as np
    >>> tanh_backward(np.array([2.0]), np.array([0.5])).tolist()
    [1.5]
    """
    return as_floating(upstream) * tanh_grad_from_output(a)
