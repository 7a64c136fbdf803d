"""Truth tables of logic gates, as data sets.

What you can do with this file:

- get the corners of a square with the labels of a gate: `load_gate`;
- get all rows of n bits with their parity: `load_parity`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

__all__ = ["load_gate", "load_parity"]

GATES = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}


def load_gate(name: Literal["and", "or", "xor"]) -> tuple[np.ndarray, np.ndarray]:
    """
    Give the four rows of a gate's truth table.

    Parameters
    ----------
    name : {"and", "or", "xor"}
        The gate.

    Returns
    -------
    tuple of arrays of shapes (4, 2), (4,)
        Inputs (0, 0), (0, 1), (1, 0), (1, 1) as float64, and labels 0 and 1 as int64.

    Raises
    ------
    ValueError
        `name` is another word.

    Examples
    --------
    >>> X, y = load_gate("xor")
    >>> y.tolist()
    [0, 1, 1, 0]
    """
    if name not in GATES:
        raise ValueError(f"Expected a gate among {', '.join(GATES)}, found {name!r}.")
    X, _ = load_parity(2)
    return X, np.array(GATES[name], dtype=np.int64)


def load_parity(n: int) -> tuple[np.ndarray, np.ndarray]:
    """
    Give all rows of n bits, counted up, and whether the number of ones is odd.

    Parameters
    ----------
    n : int
        Bits a row, from 1 to 16.

    Returns
    -------
    tuple of arrays of shapes (2^n, n), (2^n,)
        Bits as float64, and labels 0 and 1 as int64.

    Raises
    ------
    ValueError
        `n` is outside the range.

    Examples
    --------
    >>> X, y = load_parity(2)
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    if not 1 <= n <= 16:
        raise ValueError(f"Expected 1 to 16 bits, found {n}.")
    rows = np.array(list(np.ndindex(*(2,) * n)), dtype=np.float64)
    return rows, rows.sum(axis=1).astype(np.int64) % 2
