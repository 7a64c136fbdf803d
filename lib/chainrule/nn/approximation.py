"""Curves made of straight pieces: universal approximation, built instead of trained.

What you can do with this file:

- choose the weights that make a network follow a function: `relu_interpolant`;
- run a network with max(z, 0) after its hidden layers: `relu_network`.

A network is two lists of one length: the weights and the biases of its layers, at least one of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chainrule.backend import Array, as_floating, get_array_module, to_device

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["relu_interpolant", "relu_network"]


def relu_interpolant(
    f: Callable[[Array], Array], a: float, b: float, hidden: int, *, xp: Any = None
) -> tuple[list[Array], list[Array]]:
    """
    Choose the weights of a network with one hidden layer so that it meets a function at equally spaced points.

    y = f(a) + sum over k of (m_k - m_(k-1)) max(x - t_k, 0),  m_k the slope of f from t_k to t_(k+1),  m_(-1) = 0

    Parameters
    ----------
    f : callable
        From an array of numbers to their values, entry by entry.
    a, b : float
        The interval, a < b; t_0 = a, ..., t_hidden = b are equally spaced.
    hidden : int
        Hidden units, at least 1: one for each straight piece.
    xp : module, optional
        Where the arrays live; NumPy when left out.

    Returns
    -------
    tuple of (list of arrays, list of arrays)
        Weights of shapes (1, hidden), (hidden, 1), and biases of shapes (hidden,), (1,).

    Notes
    -----
    On [a, b] the error is at most (b - a)^2 / (8 hidden^2) times the largest |f''|. Outside, the network goes on
    with straight lines, whatever f does.

    References
    ----------
    Cybenko, Approximation by superpositions of a sigmoidal function (1989); Hornik, Approximation capabilities of
    multilayer feedforward networks, Neural Networks 4 (1991).

    Examples
    --------
    >>> import numpy as np
    >>> weights, biases = relu_interpolant(np.square, 0.0, 2.0, 2)
    >>> relu_network(weights, biases, np.array([[0.0], [0.5], [1.0], [2.0]])).ravel().tolist()
    [0.0, 0.5, 1.0, 4.0]
    """
    if not a < b or hidden < 1:
        raise ValueError(f"Expected a < b and 1 hidden unit or more, found {a}, {b} and {hidden}.")
    knots = (xp or get_array_module()).linspace(a, b, hidden + 1)
    values = as_floating(f(knots))
    xp = get_array_module(values)  # f decides where its results lie
    knots = to_device(knots, xp)
    slopes = (values[1:] - values[:-1]) * (hidden / (b - a))
    turns = xp.concatenate([slopes[:1], slopes[1:] - slopes[:-1]])
    # A unit starts to rise at its knot; from there on its turn is added to the slope so far.
    return [xp.ones((1, hidden)), turns[:, None]], [-knots[:-1], values[:1]]


def relu_network(weights: Sequence[Array], biases: Sequence[Array], x: Array) -> Array:
    """
    Run a network with max(z, 0) after every layer but the last.

    a <- max(a W_l + b_l, 0),  and  a W_L + b_L  in the end

    Parameters
    ----------
    weights : sequence of arrays of shapes (D, M1), (M1, M2) and so on
        Weights of every layer.
    biases : sequence of arrays of shapes (M1,), (M2,) and so on
        Biases of every layer.
    x : array of shape (N, D)
        Inputs.

    Returns
    -------
    array of shape (N, C)
        What the last layer gives.

    References
    ----------
    CS231n course notes, Neural networks part 1, Stanford University.

    Examples
    --------
    >>> import numpy as np
    >>> one, zero = np.ones((1, 1)), np.zeros(1)
    >>> relu_network([one, one], [zero, zero], np.array([[-2.0], [3.0]])).tolist()
    [[0.0], [3.0]]
    """
    if not weights or len(weights) != len(biases):
        found = f"{len(weights)} weights and {len(biases)} biases"
        raise ValueError(f"Expected one array of weights and one of biases for each layer, found {found}.")
    a = as_floating(x)
    xp = get_array_module(a)
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True), start=1):
        W, b = as_floating(weight), as_floating(bias)
        if a.ndim != 2 or W.ndim != 2 or a.shape[1] != W.shape[0] or b.shape != W.shape[1:]:
            found = f"{a.shape}, {W.shape} and {b.shape}"
            raise ValueError(f"Expected inputs (N, D), W (D, M) and b (M,) in layer {layer}, found {found}.")
        a = a @ W + b
        if layer < len(weights):
            a = xp.maximum(a, 0.0)
    return a
