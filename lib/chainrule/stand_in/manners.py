"""Which functions of CuPy differ from NumPy's, and how.

What you can do with this file:

- tell functions by what they do: `VIEWS`, `WAITING`, `TRUTHS`;
- tell them by what they take: `WITH_LISTS`, `INDEXING`, `SIZES`;
- tell parameters that take no array: `HOST_NUMBERS`.
"""

from __future__ import annotations

__all__ = ["HOST_NUMBERS", "INDEXING", "SIZES", "TRUTHS", "VIEWS", "WAITING", "WITH_LISTS"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VIEWS = _words("""
    atleast_1d atleast_2d atleast_3d broadcast_arrays broadcast_to diagonal expand_dims flip fliplr flipud
    moveaxis ndim permute_dims ravel reshape result_type rollaxis rot90 shape size squeeze swapaxes transpose
    view
""")
"""They start no work on the device."""

WAITING = _words("""
    argwhere choose compress extract flatnonzero intersect1d nonzero require setdiff1d setxor1d trim_zeros
    union1d unique unique_all unique_counts unique_inverse unique_values
""")
"""The size of what they return depends on numbers, so the host waits for these."""

TRUTHS = _words("""
    allclose array_equal array_equiv
""")
"""NumPy gives a bool of Python, CuPy an array."""

WITH_LISTS = _words("""
    allclose append array_equal array_equiv array_split asanyarray asarray atleast_1d atleast_2d atleast_3d
    average bincount block broadcast_arrays broadcast_shapes c_ column_stack common_type concat concatenate
    copyto digitize dsplit dstack einsum hsplit hstack interp isclose ix_ kron linspace logspace meshgrid
    multi_dot pad r_ repeat result_type roll row_stack searchsorted select shape split stack tensordot tile
    vsplit vstack
""")
"""They take lists of arrays, or lists that CuPy itself makes an array of."""

HOST_NUMBERS = _words("""
    M N axes axis ddof decimals k keepdims n ndmin newshape num repeats shape
""")
"""Parameters that are numbers of the host: sizes, axes, counts. An array of the device is none."""

INDEXING = _words("""
    put take
""")
"""CuPy moves an index of the host to the device by itself."""

SIZES = _words("""
    arange empty eye identity ones tri zeros
""")
"""All that they take are numbers of the host."""
