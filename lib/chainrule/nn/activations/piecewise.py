"""Maxout: the largest of several affine pieces, a nonlinearity that is learned.

What you can do with this file:

- apply it: `maxout`;
- see which piece won: `maxout_grad`;
- send a gradient backward: `maxout_backward`.

There are K pieces for each of M units. The source is named at `maxout`.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module

__all__ = ["maxout", "maxout_backward", "maxout_grad"]


def maxout(x: Array, W: Array, b: Array) -> Array:
    """
    Take the largest of K affine pieces, unit by unit.

    maxout(x) = max over k of (x W[k] + b[k])

    Parameters
    ----------
    x : array of shape (N, D)
        Inputs.
    W : array of shape (K, D, M)
        Weights: K times as many as one affine layer has.
    b : array of shape (K, M)
        Biases.

    Returns
    -------
    array of shape (N, M)
        Activations.

    References
    ----------
    Goodfellow, Warde-Farley, Mirza, Courville, Bengio, Maxout networks, ICML (2013).

    Examples
    --------
    >>> import numpy as np
    >>> W, b = np.array([[[1.0]], [[-1.0]]]), np.zeros((2, 1))
    >>> maxout(np.array([[-3.0], [2.0]]), W, b).tolist()
    [[3.0], [2.0]]
    """
    return _pieces(x, W, b).max(axis=0)


def maxout_grad(pieces: Array) -> Array:
    """
    Take the derivative of the maximum with respect to each piece: 1 for the winner, 0 for the others.

    d max / d pieces[k] = 1 where piece k is the largest, else 0

    Parameters
    ----------
    pieces : array of shape (K, N, M)
        The values x W[k] + b[k].

    Returns
    -------
    array of shape (K, N, M)
        Sums to 1 over the pieces. On a tie the first one takes all: any split that sums to 1 is a subgradient.

    Examples
    --------
    >>> import numpy as np
    >>> maxout_grad(np.array([[[1.0]], [[3.0]]])).tolist()
    [[[0.0]], [[1.0]]]
    """
    pieces = as_floating(pieces)
    xp = get_array_module(pieces)
    winner = pieces.argmax(axis=0)  # pieces == maximum would find several on a tie
    number = xp.arange(pieces.shape[0]).reshape((-1,) + (1,) * winner.ndim)
    return (number == winner).astype(pieces.dtype)


def maxout_backward(upstream: Array, x: Array, W: Array, b: Array) -> tuple[Array, Array, Array]:
    """
    Send a gradient backward through maxout, to the input and to the parameters of every piece.

    The upstream gradient goes to the piece that won; from there on the piece is an affine layer.

    Parameters
    ----------
    upstream : array of shape (N, M)
        dL/da.
    x, W, b : arrays of shapes (N, D), (K, D, M), (K, M)
        As in the forward pass. The pieces are computed again: a layer that keeps them saves one product.

    Returns
    -------
    tuple of arrays of shapes (N, D), (K, D, M), (K, M)
        dL/dx, dL/dW and dL/db.

    Examples
    --------
    >>> import numpy as np
    >>> W, b = np.array([[[1.0]], [[-1.0]]]), np.zeros((2, 1))
    >>> dx, dW, db = maxout_backward(np.array([[5.0]]), np.array([[-3.0]]), W, b)
    >>> dx.tolist(), dW.tolist(), db.tolist()
    ([[-5.0]], [[[0.0]], [[-15.0]]], [[0.0], [5.0]])
    """
    x, W = as_floating(x), as_floating(W)
    pieces, upstream = _pieces(x, W, b), as_floating(upstream)
    if upstream.shape != pieces.shape[1:]:
        raise ValueError(f"Expected upstream of shape {pieces.shape[1:]}, the output's; found {upstream.shape}.")
    routed = upstream * maxout_grad(pieces)
    dx = (routed @ W.swapaxes(1, 2)).sum(axis=0)
    dW = x.T @ routed
    db = routed.sum(axis=1)
    return dx, dW, db


def _pieces(x: Array, W: Array, b: Array) -> Array:
    """All affine pieces, shape (K, N, M)."""
    x, W, b = as_floating(x), as_floating(W), as_floating(b)
    if W.ndim != 3 or x.shape[1:] != W.shape[1:2] or b.shape != W.shape[::2]:
        raise ValueError(
            "Expected x of shape (N, D), W of shape (K, D, M) and b of shape (K, M), "
            f"found {x.shape}, {W.shape} and {b.shape}."
        )
    return x @ W + b[:, None, :]
