"""Sigmoid and tanh: smooth steps that saturate on both sides.

What you can do with this file:

- squash any number into (0, 1) or (-1, 1): `sigmoid`, `tanh`;
- take the derivative from the pre-activation: `sigmoid_grad`, `tanh_grad`;
- take it from the output, which is cheaper: `sigmoid_grad_from_output`, `tanh_grad_from_output`;
- send a gradient backward: `sigmoid_backward`, `tanh_backward`.

The sigmoid and both slopes from `z` are written with exp(-|z|), which cannot overflow: +-1000 is as safe as +-1.
The way back needs the outputs alone, so a layer may forget `z`. The sources are named at `sigmoid` and `tanh`; for the
way back it is the CS231n course notes, Backpropagation, Stanford University.
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


def sigmoid(z: Array) -> Array:
    """
    Squash every entry into (0, 1).

    sigmoid(z) = 1 / (1 + exp(-z))

    Parameters
    ----------
    z : array, any shape
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        1/2 at z = 0; far out it rounds to exactly 0 or 1.

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
    return xp.where(z >= 0, 1.0, small) / (1.0 + small)  # left of 0, both parts of the fraction are times exp(z)


def sigmoid_grad(z: Array) -> Array:
    """
    Take the derivative of the sigmoid from the pre-activation.

    sigmoid'(z) = sigmoid(z) (1 - sigmoid(z)) = exp(-|z|) / (1 + exp(-|z|))^2

    Parameters
    ----------
    z : array, any shape
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        At most 0.25, reached at z = 0.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid_grad(np.array([0.0])).tolist()
    [0.25]
    """
    z = as_floating(z)
    xp = get_array_module(z)
    small = xp.exp(-xp.abs(z))
    return small / (1.0 + small) ** 2  # stays accurate far out, where 1 - sigmoid(z) rounds to 0


def sigmoid_grad_from_output(a: Array) -> Array:
    """
    Take the derivative of the sigmoid from its output.

    sigmoid'(z) = a (1 - a) with a = sigmoid(z)

    Parameters
    ----------
    a : array, any shape
        Outputs of the sigmoid, in [0, 1].

    Returns
    -------
    array, shape of `a`
        One multiplication and one subtraction; the forward pass has paid for exp already.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid_grad_from_output(np.array([0.5, 1.0])).tolist()
    [0.25, 0.0]
    """
    a = as_floating(a)
    return a * (1.0 - a)


def sigmoid_backward(upstream: Array, a: Array) -> Array:
    """
    Send a gradient backward through the sigmoid.

    dL/dz = upstream * a (1 - a)

    Parameters
    ----------
    upstream, a : arrays of one shape
        dL/da, and the outputs of the sigmoid.

    Returns
    -------
    array of that shape
        dL/dz, at most a quarter of `upstream`.

    Examples
    --------
    >>> import numpy as np
    >>> sigmoid_backward(np.array([2.0]), np.array([0.5])).tolist()
    [0.5]
    """
    return as_floating(upstream) * sigmoid_grad_from_output(a)


def tanh(z: Array) -> Array:
    """
    Squash every entry into (-1, 1).

    tanh(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z)) = 2 sigmoid(2 z) - 1

    Parameters
    ----------
    z : array, any shape
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        0 at z = 0, and close to z around it.

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
    return get_array_module(z).tanh(z)  # accurate near 0, and without overflow


def tanh_grad(z: Array) -> Array:
    """
    Take the derivative of tanh from the pre-activation.

    tanh'(z) = 1 - tanh(z)^2 = 4 exp(-2|z|) / (1 + exp(-2|z|))^2

    Parameters
    ----------
    z : array, any shape
        Pre-activations.

    Returns
    -------
    array, shape of `z`
        At most 1, four times the largest slope of the sigmoid.

    Examples
    --------
    >>> import numpy as np
    >>> tanh_grad(np.array([0.0, 1000.0])).tolist()
    [1.0, 0.0]
    """
    z = as_floating(z)
    xp = get_array_module(z)
    small = xp.exp(-2.0 * xp.abs(z))
    return 4.0 * small / (1.0 + small) ** 2  # stays accurate far out, where 1 - tanh(z)^2 rounds to 0


def tanh_grad_from_output(a: Array) -> Array:
    """
    Take the derivative of tanh from its output.

    tanh'(z) = 1 - a^2 with a = tanh(z)

    Parameters
    ----------
    a : array, any shape
        Outputs of tanh, in [-1, 1].

    Returns
    -------
    array, shape of `a`
        The derivative at the `z` that gave `a`.

    Examples
    --------
    >>> import numpy as np
    >>> tanh_grad_from_output(np.array([0.0, 0.5])).tolist()
    [1.0, 0.75]
    """
    a = as_floating(a)
    return (1.0 - a) * (1.0 + a)  # near |a| = 1 it loses fewer digits than 1 - a * a


def tanh_backward(upstream: Array, a: Array) -> Array:
    """
    Send a gradient backward through tanh.

    dL/dz = upstream * (1 - a^2)

    Parameters
    ----------
    upstream, a : arrays of one shape
        dL/da, and the outputs of tanh.

    Returns
    -------
    array of that shape
        dL/dz: all of `upstream` where a = 0, nothing where tanh is saturated.

    Examples
    --------
    >>> import numpy as np
    >>> tanh_backward(np.array([2.0]), np.array([0.5])).tolist()
    [1.5]
    """
    return as_floating(upstream) * tanh_grad_from_output(a)
