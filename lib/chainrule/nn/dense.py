"""Neurons and fully connected layers, and the small networks made of them.

What you can do with this file:

- compute one neuron: `neuron`, and a whole layer of them: `fully_connected`;
- run networks of two and three layers: `two_layers`, `three_layers`;
- count weights and biases: `count_parameters`.

A row of `x` is an example. Notes that write W x + b with columns mean the same layer: their W is ours, transposed.
A network is named after its layers with weights; the input is no layer, and the output layer has no activation. The
source is the CS231n course notes, Neural networks part 1, Stanford University.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from chainrule.backend import Array, as_floating, get_array_module

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["count_parameters", "fully_connected", "neuron", "three_layers", "two_layers"]


def neuron(x: Array, w: Array, b: Array | float) -> tuple[Array, Array]:
    """
    Compute one neuron: its weighted sum and its firing rate.

    z = x w + b,  rate = 1 / (1 + exp(-z))

    Parameters
    ----------
    x : array of shape (N, D)
        Inputs.
    w : array of shape (D,)
        Weights.
    b : float
        Bias.

    Returns
    -------
    tuple of arrays of shapes (N,), (N,)
        The weighted sums and the firing rates.

    References
    ----------
    McCulloch, Pitts, A logical calculus of the ideas immanent in nervous activity (1943), for the weighted sum.

    Examples
    --------
    >>> import numpy as np
    >>> z, rate = neuron(np.array([[1.0, 2.0]]), np.array([3.0, -1.0]), -1.0)
    >>> z.tolist(), rate.tolist()
    ([0.0], [0.5])
    """
    x, w = as_floating(x), as_floating(w)
    if x.ndim != 2 or w.shape != x.shape[1:]:
        raise ValueError(f"Expected x of shape (N, D) and w of shape (D,), found {x.shape} and {w.shape}.")
    xp = get_array_module(x, w)
    z = x @ w + b
    rate = 0.5 + xp.tanh(z / 2) / 2  # the same as 1 / (1 + exp(-z)), and no exp overflows
    return z, rate


def fully_connected(x: Array, W: Array, b: Array) -> Array:
    """
    Compute a layer in which every unit sees every input.

    z = x W + b

    Parameters
    ----------
    x : array of shape (N, D)
        Inputs.
    W : array of shape (D, M)
        Weights; column m belongs to unit m.
    b : array of shape (M,)
        Biases.

    Returns
    -------
    array of shape (N, M)
        Pre-activations: D M products an example, which is why most of a network's time is spent here.

    Examples
    --------
    >>> import numpy as np
    >>> W, b = np.array([[1.0, 0.0], [2.0, -1.0]]), np.array([0.5, 0.0])
    >>> fully_connected(np.array([[1.0, 3.0]]), W, b).tolist()
    [[7.5, -3.0]]
    """
    x, W, b = as_floating(x), as_floating(W), as_floating(b)
    if x.ndim != 2 or W.ndim != 2 or x.shape[1] != W.shape[0] or b.shape != W.shape[1:]:
        raise ValueError(
            f"Expected x of shape (N, D), W of shape (D, M) and b of shape (M,), "
            f"found {x.shape}, {W.shape} and {b.shape}."
        )
    return x @ W + b


def two_layers(x: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> Array:
    """
    Run a network of two layers, with max(z, 0) between them.

    scores = max(x W1 + b1, 0) W2 + b2

    Parameters
    ----------
    x : array of shape (N, D)
        Inputs.
    W1, b1 : arrays of shapes (D, M), (M,)
        The hidden layer.
    W2, b2 : arrays of shapes (M, C), (C,)
        The output layer.

    Returns
    -------
    array of shape (N, C)
        One score for each class.

    Examples
    --------
    >>> import numpy as np
    >>> two_layers(np.array([[-3.0]]), np.array([[1.0, -1.0]]), np.zeros(2), np.ones((2, 1)), np.zeros(1)).tolist()
    [[3.0]]
    """
    return fully_connected(_rectified(fully_connected(x, W1, b1)), W2, b2)


def three_layers(x: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array) -> Array:  # noqa: PLR0917 - the three layers in their order
    """
    Run a network of three layers, with max(z, 0) after the first two.

    scores = max(max(x W1 + b1, 0) W2 + b2, 0) W3 + b3

    Parameters
    ----------
    x : array of shape (N, D)
        Inputs.
    W1, b1 : arrays of shapes (D, M1), (M1,)
        The first hidden layer.
    W2, b2 : arrays of shapes (M1, M2), (M2,)
        The second hidden layer.
    W3, b3 : arrays of shapes (M2, C), (C,)
        The output layer.

    Returns
    -------
    array of shape (N, C)
        Scores. Each further layer would be one more line of the same kind.

    Examples
    --------
    >>> import numpy as np
    >>> one, zero = np.ones((1, 1)), np.zeros(1)
    >>> three_layers(np.array([[2.0], [-2.0]]), one, zero, -one, zero + 5, one, zero + 0.5).tolist()
    [[3.5], [5.5]]
    """
    return two_layers(_rectified(fully_connected(x, W1, b1)), W2, b2, W3, b3)


def count_parameters(sizes: Sequence[int], *, biases: bool = True) -> int:
    """
    Count the parameters of a fully connected network.

    sum over the layers of (D + 1) M, or D M without biases

    Parameters
    ----------
    sizes : sequence of int
        Features, units of each hidden layer, outputs: at least two, each 1 or more.
    biases : bool
        Whether the layers have biases.

    Returns
    -------
    int
        How many numbers training can change.

    Examples
    --------
    >>> count_parameters([3072, 100, 10])
    308310
    >>> count_parameters([3072, 100, 10], biases=False)
    308200
    """
    whole = [int(size) for size in sizes]
    if len(whole) < 2 or min(whole) < 1:
        raise ValueError(f"Expected at least two sizes, each 1 or more; found {list(sizes)}.")
    return sum((inputs + biases) * units for inputs, units in pairwise(whole))


def _rectified(z: Array) -> Array:
    return z * (z > 0)
