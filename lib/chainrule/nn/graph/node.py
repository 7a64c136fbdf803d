"""A node: a value that remembers which gate made it, and from what.

What you can do with this file:

- compute with values that remember: `Node`;
- send nodes through a gate: `apply_gate`;
- list a graph so that every node comes after its inputs: `topological_order`.

`Node.backward` walks that list from its end. A node is reached when all that depends on it is done, so its gradient
is complete, and each gate runs once, however many paths lead through it. Nothing here calls itself: a chain of
100,000 nodes needs no deep stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chainrule.backend import Array, get_array_module
from chainrule.nn.graph.gates import GATES, reshape_gate

if TYPE_CHECKING:
    from chainrule.nn.graph.gates import Gate

__all__ = ["Node", "apply_gate", "topological_order"]


class Node:
    """
    A value in a computational graph.

    Attributes
    ----------
    value : array or float
        What the forward pass gave.
    grad : array, float or None
        dL/d(value) after `backward`, to be read only: nodes may share it. None before, and for constants.
    parents : tuple of Node
        The inputs of the gate that made this node; empty for what you made yourself.
    gate : Gate or None
        The gate that made this node.
    name : str
        For pictures.
    constant : bool
        Whether nobody asks for the gradient.

    Parameters
    ----------
    value : array or number
        float32 stays float32; a Python number stays one, an integer becomes a float.
    name : str, optional
        For pictures.

    Notes
    -----
    + - * / @ ** and unary minus work on nodes, arrays and numbers; what is no node counts as a constant.
    Broadcasting is undone on the way back: a gradient has the shape of its value.

    References
    ----------
    Griewank, Walther, Evaluating Derivatives (2008), chapter 3.

    Examples
    --------
    >>> x, y, z = Node(-2.0), Node(5.0), Node(-4.0)
    >>> f = (x + y) * z
    >>> f.backward()
    >>> f.value, x.grad, y.grad, z.grad
    (-12.0, -4.0, -4.0, 3.0)
    >>> a = Node(3.0)
    >>> b = a + a
    >>> b.backward()
    >>> a.grad
    2.0
    """

    __slots__ = ("constant", "gate", "grad", "name", "parents", "value")
    __array_ufunc__ = None  # array + node asks the node; an array would go through its entries one by one

    def __init__(self, value: Array, name: str = "", *, constant: bool = False) -> None:
        self.value = value if isinstance(value, float) else _as_value(value)
        self.name = name
        self.constant = constant
        self.grad: Array = None
        self.parents: tuple[Node, ...] = ()
        self.gate: Gate | None = None

    def __repr__(self) -> str:
        """Name, value and gradient."""
        return f"Node({self.name + ': ' if self.name else ''}{self.value}, grad={self.grad})"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value; () for a number."""
        return getattr(self.value, "shape", ())

    def backward(self, upstream: Array = None) -> None:
        """
        Fill `grad` of every node that this one depends on.

        Each call starts from nothing: a gradient is a sum over the uses of a node, not over calls.
        `upstream` is dL/d(this node); it may be left out where the value is a single number.
        """
        if upstream is None:
            if self.shape not in ((), (1,), (1, 1)):
                raise ValueError(
                    f"Expected one number to start from, found shape {self.shape}; "
                    "try total(node).backward(), or pass the upstream gradient."
                )
            upstream = get_array_module(self.value).ones_like(self.value) if self.shape else 1.0
        elif getattr(upstream, "shape", ()) != self.shape:
            raise ValueError(
                f"Expected an upstream gradient of shape {self.shape}, found {getattr(upstream, 'shape', ())}."
            )
        order = topological_order(self)
        for node in order:
            node.grad = None
        self.grad = upstream
        for node in reversed(order):
            if node.gate is None:
                continue
            inputs = [parent.value for parent in node.parents]
            for parent, rule in zip(node.parents, node.gate.rules, strict=False):  # an exponent has no rule
                if not parent.constant:
                    grad = _undo_broadcasting(rule(node.grad, node.value, *inputs), parent.shape)
                    parent.grad = grad if parent.grad is None else parent.grad + grad

    def __add__(self, other: Any) -> Node:
        """Give self + other."""
        return apply_gate(GATES["add"], self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Node:
        """Give self - other."""
        return apply_gate(GATES["sub"], self, other)

    def __rsub__(self, other: Any) -> Node:
        """Give other - self."""
        return apply_gate(GATES["sub"], other, self)

    def __neg__(self) -> Node:
        """Give -self."""
        return apply_gate(GATES["neg"], self)

    def __mul__(self, other: Any) -> Node:
        """Give self * other."""
        return apply_gate(GATES["mul"], self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Node:
        """Give self / other."""
        return apply_gate(GATES["div"], self, other)

    def __rtruediv__(self, other: Any) -> Node:
        """Give other / self."""
        return apply_gate(GATES["div"], other, self)

    def __pow__(self, exponent: float) -> Node:
        """Give self ** exponent for a constant exponent."""
        if not isinstance(exponent, (int, float)):
            raise TypeError(f"Expected a number as exponent, found {type(exponent).__name__}.")
        return apply_gate(GATES["pow"], self, Node(exponent, constant=True))

    def __matmul__(self, other: Any) -> Node:
        """Give self @ other for two matrices."""
        return apply_gate(GATES["matmul"], *_matrices(self, other))

    def __rmatmul__(self, other: Any) -> Node:
        """Give other @ self for two matrices."""
        return apply_gate(GATES["matmul"], *_matrices(other, self))

    @property
    def T(self) -> Node:  # noqa: N802 - the name that arrays have
        """The transposed matrix."""
        return apply_gate(GATES["transpose"], self)

    def reshape(self, *shape: int) -> Node:
        """Give the same entries in another shape."""
        return apply_gate(reshape_gate(shape), self)


def apply_gate(gate: Gate, *inputs: Node | Array) -> Node:
    """
    Send nodes through a gate.

    Parameters
    ----------
    gate : Gate
        From the table `GATES`, or one of your own.
    *inputs : Node, array or number
        What is no node counts as a constant.

    Returns
    -------
    Node
        The output, which remembers the gate and its inputs; a constant where all inputs are.

    Examples
    --------
    >>> apply_gate(GATES["mul"], Node(3.0), 2.0).value
    6.0
    """
    nodes = tuple([given if isinstance(given, Node) else Node(given, constant=True) for given in inputs])
    output = Node(gate.forward(*[node.value for node in nodes]))
    output.constant = all([node.constant for node in nodes])  # noqa: C419 - a list is faster than a generator here
    if not output.constant:
        output.gate, output.parents = gate, nodes
    return output


def topological_order(output: Node) -> list[Node]:
    """
    List all nodes that a node depends on, so that every node comes after its inputs.

    Parameters
    ----------
    output : Node
        The last one of the list.

    Returns
    -------
    list of Node
        Each node once; constants are left out.

    Notes
    -----
    A depth-first walk with a stack of its own. A node is put down twice: when it is found, and below its inputs
    to be listed after them. The time grows with the number of gates, not with the number of paths.

    References
    ----------
    Tarjan, Depth-first search and linear graph algorithms, SIAM Journal on Computing 1 (1972).

    Examples
    --------
    >>> x = Node(2.0, "x")
    >>> square = x * x
    >>> topological_order(square + x)[0].name
    'x'
    """
    order: list[Node] = []
    found: set[int] = set()
    waiting: list[tuple[Node, bool]] = [(output, False)]
    while waiting:
        node, inputs_are_listed = waiting.pop()
        if inputs_are_listed:
            order.append(node)
        elif id(node) not in found:
            found.add(id(node))
            waiting.append((node, True))
            waiting += [(parent, False) for parent in node.parents if not parent.constant]
    return order


def _as_value(value: Any) -> Array:
    if isinstance(value, int):
        return float(value)
    array = get_array_module(value).asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"Expected an array of real numbers, found dtype {array.dtype}.")
    return array if array.dtype.kind == "f" else array.astype(float)


def _matrices(a: Any, b: Any) -> tuple[Any, Any]:
    for shape in (getattr(a, "shape", ()), getattr(b, "shape", ())):
        if len(shape) != 2:
            raise ValueError(f"Expected two matrices around @, found shape {shape}; try reshape.")
    return a, b


def _undo_broadcasting(grad: Array, shape: tuple[int, ...]) -> Array:
    """Sum over what was repeated: an entry that was used several times gets all gradients of its uses."""
    found = getattr(grad, "shape", ())
    if found == shape:
        return grad
    added = len(found) - len(shape)
    stretched = [added + axis for axis, size in enumerate(shape) if size == 1 and found[added + axis] != 1]
    summed = grad.sum(axis=(*range(added), *stretched), keepdims=True)
    return summed.reshape(shape)
