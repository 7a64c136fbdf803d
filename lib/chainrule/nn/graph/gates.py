"""Gates: a forward rule beside its local derivatives.

What you can do with this file:

- look a gate up in the table: `GATES`;
- compute with one, forward and backward, without a graph: `Gate`;
- make those that need more than their inputs: `total_gate`, `take_gate`, `reshape_gate`.

Every derivative rule has the form `rule(upstream, output, *inputs)` and gives what goes back to one input.
There is one rule an input, so that nothing is computed for inputs that nobody asks about.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chainrule.backend import Array, get_array_module
from chainrule.nn.activations import sigmoid as stable_sigmoid

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["GATES", "Gate", "reshape_gate", "take_gate", "total_gate"]


@dataclass(frozen=True, slots=True)
class Gate:
    """
    A forward rule and its local derivatives.

    Attributes
    ----------
    name : str
        Such as "mul"; for pictures of graphs.
    forward : callable
        From the inputs to the output.
    rules : tuple of callables
        One for each input: from the upstream gradient, the output and all inputs to that input's gradient.

    Examples
    --------
    >>> mul = GATES["mul"]
    >>> mul.forward(3.0, -4.0)
    -12.0
    >>> mul.backward(1.0, 3.0, -4.0)  # swapped
    (-4.0, 3.0)
    """

    name: str
    forward: Callable[..., Array]
    rules: tuple[Callable[..., Array], ...]

    def backward(self, upstream: Array, *inputs: Array) -> tuple[Array, ...]:
        """Give the gradient for every input, in the shape that broadcasting gave it."""
        output = self.forward(*inputs)
        return tuple(rule(upstream, output, *inputs) for rule in self.rules)


def total_gate(axis: int | tuple[int, ...] | None, *, keepdims: bool) -> Gate:
    """
    Make the gate that sums along an axis; backward, each summand gets the upstream gradient.

    Parameters
    ----------
    axis : int, tuple of int or None
        What to sum along; None for everything.
    keepdims : bool
        Whether the axis stays, with length 1.

    Returns
    -------
    Gate
        Of one input.

    Examples
    --------
    >>> import numpy as np
    >>> total_gate(0, keepdims=False).forward(np.ones((2, 3))).tolist()
    [2.0, 2.0, 2.0]
    """

    def spread(upstream: Array, _: Array, a: Array) -> Array:
        xp = get_array_module(a)
        if axis is not None and not keepdims:
            upstream = xp.expand_dims(upstream, axis)
        return xp.broadcast_to(xp.asarray(upstream, dtype=a.dtype), a.shape)  # a Python number has no dtype

    return Gate("sum", lambda a: a.sum(axis=axis, keepdims=keepdims), (spread,))


def take_gate(index: Any) -> Gate:
    """
    Make the gate that picks entries; backward, an entry that was picked twice gets both gradients.

    Parameters
    ----------
    index : index
        Whatever may stand between brackets: numbers, slices, arrays of integers.

    Returns
    -------
    Gate
        Of one input.

    Examples
    --------
    >>> import numpy as np
    >>> take_gate(([0, 0],)).backward(np.array([1.0, 1.0]), np.array([5.0, 6.0]))[0].tolist()
    [2.0, 0.0]
    """

    def scatter(upstream: Array, _: Array, a: Array) -> Array:
        xp = get_array_module(a)
        grad = xp.zeros_like(a)
        xp.add.at(grad, index, upstream)  # grad[index] += upstream would count a repeated entry once
        return grad

    return Gate("take", lambda a: a[index], (scatter,))


def reshape_gate(shape: tuple[int, ...]) -> Gate:
    """
    Make the gate that gives an array another shape.

    Parameters
    ----------
    shape : tuple of int
        The new shape.

    Returns
    -------
    Gate
        Of one input.

    Examples
    --------
    >>> import numpy as np
    >>> reshape_gate((2, 1)).forward(np.array([5.0, 6.0])).tolist()
    [[5.0], [6.0]]
    """
    return Gate("reshape", lambda a: a.reshape(shape), (lambda upstream, _, a: upstream.reshape(a.shape),))


def _exp(a: Array) -> Array:
    return math.exp(a) if isinstance(a, float) else get_array_module(a).exp(a)


def _log(a: Array) -> Array:
    return math.log(a) if isinstance(a, float) else get_array_module(a).log(a)


def _tanh(a: Array) -> Array:
    return math.tanh(a) if isinstance(a, float) else get_array_module(a).tanh(a)


def _maximum(a: Array, b: Array) -> Array:
    both_numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
    return max(a, b) if both_numbers else get_array_module(a, b).maximum(a, b)


def _sigmoid(a: Array) -> Array:
    return float(stable_sigmoid(a)) if isinstance(a, float) else stable_sigmoid(a)


GATES = {
    gate.name: gate
    for gate in (
        # Copies: both inputs get all of the upstream gradient, not half of it.
        Gate("add", lambda a, b: a + b, (lambda up, _, _a, _b: up, lambda up, _, _a, _b: up)),
        Gate("sub", lambda a, b: a - b, (lambda up, _, _a, _b: up, lambda up, _, _a, _b: -up)),
        Gate("neg", lambda a: -a, (lambda up, _, _a: -up,)),
        # Swaps: each input gets the other one.
        Gate("mul", lambda a, b: a * b, (lambda up, _, _a, b: up * b, lambda up, _, a, _b: up * a)),
        Gate("div", lambda a, b: a / b, (lambda up, _, _a, b: up / b, lambda up, out, _a, b: -up * out / b)),
        Gate("reciprocal", lambda a: 1.0 / a, (lambda up, out, _a: -up * out * out,)),
        # The exponent is a constant.
        Gate("pow", lambda a, n: a**n, (lambda up, _, a, n: up * (n * a ** (n - 1)),)),
        # Routes: the larger input gets everything; the first one on a tie.
        Gate("max", _maximum, (lambda up, _, a, b: up * (a >= b), lambda up, _, a, b: up * (a < b))),
        Gate("exp", _exp, (lambda up, out, _a: up * out,)),
        Gate("log", _log, (lambda up, _, a: up / a,)),
        Gate("tanh", _tanh, (lambda up, out, _a: up * (1.0 - out * out),)),
        Gate("sigmoid", _sigmoid, (lambda up, out, _a: up * out * (1.0 - out),)),
        Gate("matmul", lambda a, b: a @ b, (lambda up, _, _a, b: up @ b.T, lambda up, _, a, _b: a.T @ up)),
        Gate("transpose", lambda a: a.T, (lambda up, _, _a: up.T,)),
    )
}
"""The gates that need their inputs only."""
