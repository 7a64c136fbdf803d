"""Nodes with fewer entries, or other ones: sums, means and picked entries.

What you can do with this file:

- sum and average: `total`, `mean`;
- pick entries: `take`.

Each takes a `Node` or an array of any shape, and gives a `Node`. `axis` says along what to sum, everything when left
out; with `keepdims` that axis stays, with length 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from chainrule.nn.graph.gates import take_gate, total_gate
from chainrule.nn.graph.node import Node, apply_gate

if TYPE_CHECKING:
    from chainrule.backend import Array

__all__ = ["mean", "take", "total"]


def total(a: Node | Array, axis: int | tuple[int, ...] | None = None, *, keepdims: bool = False) -> Node:
    """
    Sum along an axis.

    Parameters
    ----------
    a : Node or array
        Summands.
    axis, keepdims : int or tuple of int, and bool, optional
        What to sum along, and whether it stays.

    Returns
    -------
    Node
        Every summand gets the upstream gradient of its sum.

    Examples
    --------
    >>> import numpy as np
    >>> a = Node(np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> total(a * a).backward()
    >>> a.grad.tolist()
    [[2.0, 4.0], [6.0, 8.0]]
    """
    return apply_gate(total_gate(axis, keepdims=keepdims), a)


def mean(a: Node | Array, axis: int | tuple[int, ...] | None = None, *, keepdims: bool = False) -> Node:
    """
    Average along an axis.

    Parameters
    ----------
    a : Node or array
        What to average.
    axis, keepdims : int or tuple of int, and bool, optional
        As in `total`.

    Returns
    -------
    Node
        The sum divided by the number of summands.

    Examples
    --------
    >>> import numpy as np
    >>> float(mean(np.array([1.0, 3.0])).value)
    2.0
    """
    summed = total(a, axis, keepdims=keepdims)
    # How many summands each sum has; the 1 keeps an empty result from dividing by 0.
    return summed / float(math.prod(getattr(a, "shape", ())) / max(math.prod(summed.shape), 1))


def take(a: Node | Array, index: Any) -> Node:
    """
    Pick entries, as a[index].

    Parameters
    ----------
    a : Node or array
        Where to pick from.
    index : index
        Whatever may stand between brackets: numbers, slices, arrays of integers.

    Returns
    -------
    Node
        An entry that was picked twice gets both gradients.

    Examples
    --------
    >>> import numpy as np
    >>> a = Node(np.array([5.0, 6.0]))
    >>> total(take(a, np.array([1, 1]))).backward()
    >>> a.grad.tolist()
    [0.0, 2.0]
    """
    return apply_gate(take_gate(index), a)
