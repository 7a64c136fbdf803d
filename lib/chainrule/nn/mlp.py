"""A multilayer perceptron without classes: forward and backward, written out.

What you can do with this file:

- compute the scores of a network, and keep what the way back needs: `mlp_forward`;
- compute the gradient of its loss for every weight: `mlp_backward`.

Parameters are a list with one pair (W, b) for each layer, at least one. ReLU follows every layer but the last. The
source is named at `mlp_forward`.
`chainrule.checking.telling.intermediates` compares two sets of results and names the first difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, as_floating
from chainrule.nn.losses import cross_entropy_grad

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["mlp_backward", "mlp_forward"]

Cache = tuple[Array, Array, Array]


def mlp_forward(params: Sequence[tuple[Array, Array]], x: Array) -> tuple[Array, list[Cache]]:
    """
    Run a batch through a multilayer perceptron.

    z_l = a_(l-1) W_l + b_l,  a_l = max(z_l, 0),  a_0 = x;  the logits are z of the last layer

    Parameters
    ----------
    params : sequence of (W, b)
        Weights of shape (D, M) and biases of shape (M,), from the first layer to the last.
    x : array of shape (N, D)
        Inputs.

    Returns
    -------
    tuple of (array of shape (N, C), list of (a, W, z))
        The logits, and for each layer its input, weights and pre-activations: what the way back needs.

    References
    ----------
    Rumelhart, Hinton, Williams, Learning representations by back-propagating errors, Nature 323 (1986).

    Examples
    --------
    >>> import numpy as np
    >>> params = [(np.array([[1.0, -1.0]]), np.zeros(2)), (np.array([[2.0], [3.0]]), np.ones(1))]
    >>> logits, caches = mlp_forward(params, np.array([[4.0]]))
    >>> logits.tolist(), caches[0][2].tolist()
    ([[9.0]], [[4.0, -4.0]])
    """
    if not params:
        raise ValueError("Expected at least one layer (W, b), found none.")
    a = as_floating(x)
    caches = []
    for number, (W, b) in enumerate(params, 1):
        z = a @ W + b
        caches.append((a, W, z))
        a = z if number == len(params) else z * (z > 0)
    return a, caches


def mlp_backward(logits: Array, y: Array, caches: Sequence[Cache]) -> list[tuple[Array, Array]]:
    """
    Send the gradient of the cross-entropy back through a multilayer perceptron.

    dz_L = (softmax(logits) - one_hot(y)) / N;
    dW_l = a_(l-1)^T dz_l,  db_l = sum of the rows of dz_l,  dz_(l-1) = dz_l W_l^T where z_(l-1) > 0, else 0

    Parameters
    ----------
    logits : array of shape (N, C)
        What `mlp_forward` gave.
    y : array of shape (N,)
        Labels 0 to C-1.
    caches : sequence of (a, W, z)
        What `mlp_forward` kept.

    Returns
    -------
    list of (dW, db)
        Gradients of the mean cross-entropy, from the first layer to the last.

    Examples
    --------
    >>> import numpy as np
    >>> params = [(np.zeros((1, 2)), np.zeros(2))]
    >>> logits, caches = mlp_forward(params, np.array([[4.0]]))
    >>> dW, db = mlp_backward(logits, np.array([0]), caches)[0]
    >>> dW.tolist(), db.tolist()
    ([[-2.0, 2.0]], [-0.5, 0.5])
    """
    dz = cross_entropy_grad(logits, y)
    grads = []
    for number in reversed(range(len(caches))):
        a, W, _ = caches[number]
        grads.append((a.T @ dz, dz.sum(axis=0)))
        if number:
            dz = dz @ W.T * (caches[number - 1][2] > 0)  # z of the layer below decides what passes
    return grads[::-1]
