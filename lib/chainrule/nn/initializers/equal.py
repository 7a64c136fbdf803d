"""Weights that are all equal: units that start equal stay equal.

What you can do with this file:

- start where nothing can learn, to see why: `init_zeros`, `init_constant`.

The source is named at `init_zeros`.
"""

from __future__ import annotations

from typing import Any

from chainrule.backend import Array, get_array_module
from chainrule.nn.initializers.arguments import floating_dtype, layer_sizes

__all__ = ["init_constant", "init_zeros"]


def init_zeros(shape: tuple[int, int], *, dtype: str = "float64", xp: Any = None) -> tuple[Array, Array]:
    """
    Make weights and biases of 0.

    W = 0,  b = 0

    Parameters
    ----------
    shape : tuple of (int, int)
        D inputs and M units.
    dtype, xp : str and module, optional
        Type and place of the arrays.

    Returns
    -------
    tuple of arrays of shapes (D, M), (M,)
        W and b. With tanh and zeros in every layer, all gradients of weights are exactly 0, and only the biases of
        the output move.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep learning (2016), section 8.4.

    Examples
    --------
    >>> W, b = init_zeros((2, 3))
    >>> W.shape, b.tolist()
    ((2, 3), [0.0, 0.0, 0.0])
    """
    return init_constant(shape, 0.0, dtype=dtype, xp=xp)


def init_constant(
    shape: tuple[int, int], value: float, *, dtype: str = "float64", xp: Any = None
) -> tuple[Array, Array]:
    """
    Make weights that all have one value, and biases of 0.

    W = value,  b = 0

    Parameters
    ----------
    shape : tuple of (int, int)
        D inputs and M units.
    value : float
        Every weight.
    dtype, xp : str and module, optional
        Type and place of the arrays.

    Returns
    -------
    tuple of arrays of shapes (D, M), (M,)
        W and b. All units of the layer compute the same and get the same gradient, so W keeps rank 1.

    Examples
    --------
    >>> init_constant((1, 2), 0.5)[0].tolist()
    [[0.5, 0.5]]
    """
    xp = xp or get_array_module()
    inputs, units = layer_sizes(shape)
    return xp.full((inputs, units), value, dtype=floating_dtype(dtype)), xp.zeros((units,), dtype=floating_dtype(dtype))
