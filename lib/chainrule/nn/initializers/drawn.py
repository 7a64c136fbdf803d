"""Random weights: they make the units of a layer different, and their scale decides what reaches its end.

What you can do with this file:

- break the symmetry with small weights: `init_small`;
- keep the variance where the activation is close to the identity: `init_xavier`;
- keep it where the activation is a rectifier: `init_kaiming`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from chainrule.backend import Array, get_array_module, to_device
from chainrule.nn.initializers.arguments import floating_dtype, layer_sizes
from chainrule.nn.initializers.equal import init_zeros

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["init_kaiming", "init_small", "init_xavier"]


def init_small(
    shape: tuple[int, int], rng: Generator, std: float = 0.01, *, dtype: str = "float64", xp: Any = None
) -> tuple[Array, Array]:
    """
    Draw weights with a fixed standard deviation, whatever the size of the layer.

    W ~ N(0, std^2),  b = 0

    Parameters
    ----------
    shape : tuple of (int, int)
        D inputs and M units.
    rng : numpy.random.Generator
        Draws the weights.
    std : float
        Standard deviation of a weight, 0 or above.
    dtype, xp : str and module, optional
        Type and place of the arrays.

    Returns
    -------
    tuple of arrays of shapes (D, M), (M,)
        W and b, with units that differ. One std suits one width only: through a layer the variance of the
        pre-activations changes by the factor D std^2, times what the activation keeps.

    References
    ----------
    Krizhevsky, Sutskever, Hinton, ImageNet classification with deep convolutional neural networks, NIPS
    (2012), section 5: std 0.01.

    Examples
    --------
    >>> import numpy as np
    >>> W, b = init_small((400, 300), np.random.default_rng(0), 0.01)
    >>> round(float(W.std()), 3), float(b.max())
    (0.01, 0.0)
    """
    if not std >= 0:
        raise ValueError(f"Expected a standard deviation of 0 or above, found {std}; try 0.01.")
    _, biases = init_zeros(shape, dtype=dtype, xp=xp)
    drawn = std * rng.standard_normal(layer_sizes(shape))
    return to_device(drawn.astype(floating_dtype(dtype)), xp or get_array_module()), biases


def init_xavier(
    shape: tuple[int, int], rng: Generator, *, dtype: str = "float64", xp: Any = None
) -> tuple[Array, Array]:
    """
    Draw weights that keep the variance through a layer whose activation is close to the identity.

    W ~ N(0, 1/D),  b = 0

    Parameters
    ----------
    shape : tuple of (int, int)
        D inputs and M units.
    rng : numpy.random.Generator
        Draws the weights.
    dtype, xp : str and module, optional
        Type and place of the arrays.

    Returns
    -------
    tuple of arrays of shapes (D, M), (M,)
        W and b. The standard deviation is 1/sqrt(D), the square root included.

    Notes
    -----
    Glorot and Bengio also ask for 1/M, for the gradients on their way back, and take 2/(D + M) as a compromise;
    for D = M all three agree.

    References
    ----------
    Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS (2010).

    Examples
    --------
    >>> import numpy as np
    >>> W, b = init_xavier((400, 300), np.random.default_rng(0))
    >>> round(float(W.std()), 3)
    0.05
    """
    return init_kaiming(shape, rng, 1.0, dtype=dtype, xp=xp)


def init_kaiming(
    shape: tuple[int, int], rng: Generator, gain: float = 2**0.5, *, dtype: str = "float64", xp: Any = None
) -> tuple[Array, Array]:
    """
    Draw weights that keep the variance of the pre-activations through layers of rectifiers.

    W ~ N(0, gain^2 / D),  b = 0

    Parameters
    ----------
    shape : tuple of (int, int)
        D inputs and M units.
    rng : numpy.random.Generator
        Draws the weights.
    gain : float
        sqrt(2) for ReLU; `rectifier_gain` gives it for leaky ReLU. Not negative.
    dtype, xp : str and module, optional
        Type and place of the arrays.

    Returns
    -------
    tuple of arrays of shapes (D, M), (M,)
        W and b. For ReLU the standard deviation is sqrt(2/D): the 2 stands under the root.

    References
    ----------
    He, Zhang, Ren, Sun, Delving deep into rectifiers, ICCV (2015), section 2.2.

    Examples
    --------
    >>> import numpy as np
    >>> W, b = init_kaiming((200, 300), np.random.default_rng(0))
    >>> round(float(W.std()), 1)
    0.1
    """
    if not gain >= 0:
        raise ValueError(f"Expected a gain of 0 or above, found {gain}; try 2**0.5 for ReLU.")
    inputs, _ = layer_sizes(shape)
    return init_small(shape, rng, gain / math.sqrt(inputs), dtype=dtype, xp=xp)
