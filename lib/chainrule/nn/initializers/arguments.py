"""What every initializer is asked for, read and checked.

What you can do with this file:

- read the shape of a layer's weights: `layer_sizes`;
- read a floating dtype: `floating_dtype`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["floating_dtype", "layer_sizes"]


def layer_sizes(shape: tuple[int, int]) -> tuple[int, int]:
    """
    Read the shape of a layer's weights.

    Parameters
    ----------
    shape : tuple of (int, int)
        D and M: inputs and units of the layer.

    Returns
    -------
    tuple of (int, int)
        The same as Python integers.

    Examples
    --------
    >>> layer_sizes((3, 2))
    (3, 2)
    """
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else ()
    # True is a whole number for Python, but no size.
    whole = [isinstance(size, (int, np.integer)) and not isinstance(size, bool) and size > 0 for size in sizes]
    if len(sizes) != 2 or not all(whole):
        raise ValueError(f"Expected the shape (D, M) as two whole numbers above 0, found {shape!r}; try (64, 32).")
    return int(sizes[0]), int(sizes[1])


def floating_dtype(dtype: str) -> np.dtype[Any]:
    """
    Read a floating dtype.

    Parameters
    ----------
    dtype : str
        A name such as "float32".

    Returns
    -------
    numpy.dtype
        Floating.

    Examples
    --------
    >>> floating_dtype("float32").itemsize
    4
    """
    found = np.dtype(dtype)
    if found.kind != "f":
        raise ValueError(f'Expected a floating dtype, found {found}; try "float32".')
    return found
