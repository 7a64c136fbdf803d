"""Functions of nodes, entry by entry, and the loss of a classifier.

What you can do with this file:

- bend: `exp`, `log`, `sigmoid`, `tanh`, `relu`, `reciprocal`;
- choose the larger: `maximum`;
- measure a classifier: `cross_entropy`.

Each takes a `Node`, an array or a number, and gives a `Node`.
"""

from __future__ import annotations

from chainrule.backend import Array, get_array_module
from chainrule.nn.graph.collecting import mean, take, total
from chainrule.nn.graph.gates import GATES
from chainrule.nn.graph.node import Node, apply_gate

__all__ = [
    "cross_entropy",
    "exp",
    "log",
    "maximum",
    "reciprocal",
    "relu",
    "sigmoid",
    "tanh",
]


def exp(a: Node | Array) -> Node:
    """
    Raise e to a power.

    Parameters
    ----------
    a : Node, array or number
        The power, any shape.

    Returns
    -------
    Node
        Its own derivative: the gate sends back upstream times output.

    Examples
    --------
    >>> exp(Node(0.0)).value
    1.0
    """
    return apply_gate(GATES["exp"], a)


def log(a: Node | Array) -> Node:
    """
    Take the natural logarithm.

    Parameters
    ----------
    a : Node, array or number
        Positive, any shape.

    Returns
    -------
    Node
        The gate sends back upstream / a.

    Examples
    --------
    >>> log(Node(1.0)).value
    0.0
    """
    return apply_gate(GATES["log"], a)


def reciprocal(a: Node | Array) -> Node:
    """
    Divide 1 by a value.

    Parameters
    ----------
    a : Node, array or number
        Not 0, any shape.

    Returns
    -------
    Node
        The gate sends back -upstream / a^2, with `a` the gate's input.

    Examples
    --------
    >>> a = Node(1.37)
    >>> reciprocal(a).backward()
    >>> round(a.grad, 2)
    -0.53
    """
    return apply_gate(GATES["reciprocal"], a)


def sigmoid(a: Node | Array) -> Node:
    """
    Squeeze into (0, 1), as one gate.

    sigmoid(a) = 1 / (1 + exp(-a))

    Parameters
    ----------
    a : Node, array or number
        Any shape.

    Returns
    -------
    Node
        The gate sends back upstream * output * (1 - output), the product of the four gates that it replaces.

    Examples
    --------
    >>> a = Node(1.0)
    >>> s = sigmoid(a)
    >>> s.backward()
    >>> round(s.value, 2), round(a.grad, 2)
    (0.73, 0.2)
    """
    return apply_gate(GATES["sigmoid"], a)


def tanh(a: Node | Array) -> Node:
    """
    Squeeze into (-1, 1).

    Parameters
    ----------
    a : Node, array or number
        Any shape.

    Returns
    -------
    Node
        The gate sends back upstream * (1 - output^2).

    Examples
    --------
    >>> tanh(Node(0.0)).value
    0.0
    """
    return apply_gate(GATES["tanh"], a)


def maximum(a: Node | Array, b: Node | Array) -> Node:
    """
    Choose the larger of two values, entry by entry.

    Parameters
    ----------
    a, b : Node, array or number
        Shapes that broadcast.

    Returns
    -------
    Node
        The gate routes the upstream gradient to the larger input, and to the first one on a tie.

    Examples
    --------
    >>> a, b = Node(2.0), Node(-1.0)
    >>> maximum(a, b).backward()
    >>> a.grad, b.grad
    (1.0, 0.0)
    """
    return apply_gate(GATES["max"], a, b)


def relu(a: Node | Array) -> Node:
    """
    Keep positive entries and replace the others by 0.

    Parameters
    ----------
    a : Node, array or number
        Any shape.

    Returns
    -------
    Node
        The larger of 0 and `a`; the slope at 0 is 0.

    Examples
    --------
    >>> relu(Node(-3.0)).value
    0.0
    """
    return maximum(0.0, a)


def cross_entropy(logits: Node | Array, y: Array) -> Node:
    """
    Measure how little probability the right labels got, as a mean over the examples.

    Parameters
    ----------
    logits : Node or array of shape (N, C)
        Scores before softmax.
    y : array of shape (N,), integer
        Labels 0 to C-1.

    Returns
    -------
    Node
        A single number, made of the gates above: nobody had to derive (p - one_hot(y)) / N.

    Notes
    -----
    The largest score of a row is subtracted as a constant: it cancels, so it has no gradient.

    Examples
    --------
    >>> import numpy as np
    >>> scores = Node(np.zeros((2, 2)))
    >>> loss = cross_entropy(scores, np.array([0, 1]))
    >>> loss.backward()
    >>> scores.grad.tolist()
    [[-0.25, 0.25], [0.25, -0.25]]
    """
    values: Array = logits.value if isinstance(logits, Node) else logits
    shifted = logits - Node(values.max(axis=1, keepdims=True), constant=True)
    right = take(shifted, (get_array_module(values, y).arange(len(y)), y))
    return mean(log(total(exp(shifted), axis=1)) - right)
