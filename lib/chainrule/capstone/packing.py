"""A trained network as plain arrays under plain names.

What you can do with this file:

- turn the parts of a network into what a capstone file holds: `pack_capstone`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.backend import Array, to_host

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["pack_capstone"]


def pack_capstone(
    sizes: Sequence[int],
    activations: Sequence[str],
    weights: Sequence[Array],
    biases: Sequence[Array],
) -> dict[str, Any]:
    """
    Turn the parts of a network into named plain arrays.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, units of each hidden layer, outputs.
    activations : sequence of str
        One name for each hidden layer.
    weights : sequence of array
        Of shape (D, M), one for each affine layer, on the host or on a GPU.
    biases : sequence of array
        Of shape (M,), one for each affine layer.

    Returns
    -------
    dict
        "sizes", a list of int; "activations", a list of str; and for each affine layer, counted from 1,
        "W1", "b1", "W2", ... as arrays on the host: copies with the dtype they have.

    Raises
    ------
    ValueError
        There are not as many biases as weights.

    References
    ----------
    Harris et al., Array programming with NumPy, Nature 585 (2020), for the file format .npz.

    Examples
    --------
    >>> packed = pack_capstone([2, 1], [], [np.ones((2, 1))], [np.zeros(1)])
    >>> sorted(packed)
    ['W1', 'activations', 'b1', 'sizes']
    """
    if len(weights) != len(biases):
        raise ValueError(f"Expected as many biases as weights, found {len(biases)} and {len(weights)}.")
    packed: dict[str, Any] = {"sizes": [int(size) for size in sizes], "activations": list(activations)}
    for number, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
        packed[f"W{number}"] = np.array(to_host(W))
        packed[f"b{number}"] = np.array(to_host(b))
    return packed
