"""One step of gradient descent, written out: new parameters from old ones.

What you can do with this file:

- go straight down: `sgd_step`;
- keep some speed: `momentum_step`.

Parameters are lists with one pair (W, b) for each layer, and gradients as many pairs (dW, db), as `chainrule.nn.mlp`
takes and gives them. Nothing is changed in place; `chainrule.nn.optimizers` does the same faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainrule.backend import Array

__all__ = ["momentum_step", "sgd_step"]


def sgd_step(
    params: Sequence[tuple[Array, Array]],
    grads: Sequence[tuple[Array, Array]],
    lr: float,
) -> list[tuple[Array, Array]]:
    """
    Go down by the learning rate times the gradient.

    w <- w - lr dL/dw

    Parameters
    ----------
    params : sequence of (W, b)
        One pair for each layer.
    grads : sequence of (dW, db)
        Gradients of the loss, in the same order.
    lr : float
        Learning rate.

    Returns
    -------
    list of (W, b)
        The new parameters.

    References
    ----------
    Robbins, Monro, A stochastic approximation method, Annals of Mathematical Statistics 22 (1951).

    Examples
    --------
    >>> import numpy as np
    >>> new = sgd_step([(np.array([[1.0]]), np.array([2.0]))], [(np.array([[4.0]]), np.array([-4.0]))], 0.5)
    >>> new[0][0].tolist(), new[0][1].tolist()
    ([[-1.0]], [4.0])
    """
    return [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def momentum_step(
    params: Sequence[tuple[Array, Array]],
    grads: Sequence[tuple[Array, Array]],
    velocity: Sequence[tuple[Array, Array]],
    lr: float,
    momentum: float = 0.9,
) -> tuple[list[tuple[Array, Array]], list[tuple[Array, Array]]]:
    """
    Slow the speed of the last step down, add the push of the gradient, and move.

    v <- momentum v - lr dL/dw,   w <- w + v

    Parameters
    ----------
    params, grads : sequences of (W, b), (dW, db)
        As in `sgd_step`.
    velocity : sequence of pairs
        What the last step gave, as many as `params`; zeros at first.
    lr, momentum : float
        Learning rate, and the share of the speed that is kept.

    Returns
    -------
    tuple of (list of (W, b), list of pairs)
        New parameters, and the new velocity.

    Notes
    -----
    With a constant gradient g the velocity grows to -lr g / (1 - momentum): 0.9 goes ten times as far.

    References
    ----------
    Sutskever, Martens, Dahl, Hinton, On the importance of initialization and momentum, ICML (2013).

    Examples
    --------
    >>> import numpy as np
    >>> pair = (np.array([[1.0]]), np.array([1.0]))
    >>> params, velocity = momentum_step([pair], [pair], [(np.array([[0.5]]), np.array([0.0]))], 0.1, 0.8)
    >>> [[array.round(6).tolist() for array in pair] for pair in (params[0], velocity[0])]
    [[[[1.3]], [0.9]], [[[0.3]], [-0.1]]]
    """
    moved, speeds = [], []
    for (W, b), (dW, db), (vW, vb) in zip(params, grads, velocity, strict=True):
        vW, vb = momentum * vW - lr * dW, momentum * vb - lr * db  # noqa: PLW2901 - the next velocity
        speeds.append((vW, vb))
        moved.append((W + vW, b + vb))
    return moved, speeds
