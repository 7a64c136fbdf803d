"""What several regularizers are asked for, checked once.

What you can do with this file:

- check a share such as the keep probability: `share`;
- check the strength of a penalty: `strength_of`;
- bring a mask to the dtype of what it multiplies: `mask_like`.
"""

from __future__ import annotations

from chainrule.backend import Array, get_array_module

__all__ = ["mask_like", "share", "strength_of"]


def share(name: str, value: float) -> float:
    """
    Check that a number lies above 0 and not above 1.

    Parameters
    ----------
    name : str
        What the number is called, for the message.
    value : float
        The number.

    Returns
    -------
    float
        The same.

    Examples
    --------
    >>> share("keep", 0.8)
    0.8
    """
    if not 0 < value <= 1:
        raise ValueError(f"Expected {name} above 0 and at most 1, found {value}; try 0.8.")
    return value


def strength_of(value: float, name: str = "strength") -> float:
    """
    Check that a number is not negative.

    Parameters
    ----------
    value : float
        The number.
    name : str
        What it is called, for the message.

    Returns
    -------
    float
        The same.

    Examples
    --------
    >>> strength_of(0.01)
    0.01
    """
    if not value >= 0:  # NaN too, which `value < 0` would let pass
        raise ValueError(f"Expected a {name} of 0 or above, found {value}; try 0.001.")
    return value


def mask_like(mask: Array, array: Array) -> Array:
    """
    Bring a mask to the dtype of the array that it multiplies, and check its shape.

    Parameters
    ----------
    mask : array
        True or 1 where an entry is kept.
    array : array of the same shape
        Floating.

    Returns
    -------
    array
        The mask in the dtype of `array`.

    Examples
    --------
    >>> import numpy as np
    >>> mask_like(np.array([True, False]), np.zeros(2)).tolist()
    [1.0, 0.0]
    """
    mask = get_array_module(array).asarray(mask)
    if mask.shape != array.shape:
        raise ValueError(f"Expected a mask of shape {array.shape}, found {mask.shape}.")
    return mask.astype(array.dtype)
