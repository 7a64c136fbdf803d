"""Penalties on large weights, and weight decay.

What you can do with this file:

- ask for small weights: `l2_penalty`;
- ask for few weights: `l1_penalty`; for some of both: `elastic_net_penalty`;
- shrink the weights in the update, beside the gradient: `decay_step`.

Biases are never penalized: they shift a unit and do not make its function steeper. `strength` is lambda, 0 or above.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module
from chainrule.nn.regularization.arguments import strength_of

__all__ = ["decay_step", "elastic_net_penalty", "l1_penalty", "l2_penalty"]


def l2_penalty(W: Array, b: Array, strength: float) -> tuple[Array, Array, Array]:
    """
    Charge for the squares of the weights.

    P = strength / 2 * sum of W^2,  dP/dW = strength W,  dP/db = 0

    Parameters
    ----------
    W : array of shape (D, M)
        Weights.
    b : array of shape (M,)
        Biases, which cost nothing.
    strength : float
        What the penalty costs.

    Returns
    -------
    tuple of (number, array of shape (D, M), array of shape (M,))
        The penalty and its gradients for W and b.

    References
    ----------
    Krogh, Hertz, A simple weight decay can improve generalization, NIPS (1991).

    Examples
    --------
    >>> import numpy as np
    >>> penalty, dW, db = l2_penalty(np.array([[3.0], [-4.0]]), np.array([7.0]), 0.1)
    >>> float(penalty), dW.round(2).tolist(), db.tolist()
    (1.25, [[0.3], [-0.4]], [0.0])
    """
    return elastic_net_penalty(W, b, strength, 0.0)


def l1_penalty(W: Array, b: Array, strength: float) -> tuple[Array, Array, Array]:
    """
    Charge for the sizes of the weights.

    P = strength * sum of |W|,  dP/dW = strength sign(W),  dP/db = 0

    Parameters
    ----------
    W, b, strength : arrays and float
        As in `l2_penalty`.

    Returns
    -------
    tuple of (number, array, array)
        As in `l2_penalty`. At a weight of 0 any number from -strength to strength is a slope; this one gives 0.

    References
    ----------
    Tibshirani, Regression shrinkage and selection via the lasso, JRSS B 58 (1996).

    Examples
    --------
    >>> import numpy as np
    >>> penalty, dW, db = l1_penalty(np.array([[3.0], [-4.0]]), np.array([7.0]), 0.5)
    >>> float(penalty), dW.tolist()
    (3.5, [[0.5], [-0.5]])
    """
    return elastic_net_penalty(W, b, strength, 1.0)


def elastic_net_penalty(W: Array, b: Array, strength: float, ratio: float) -> tuple[Array, Array, Array]:
    """
    Mix the two penalties.

    P = strength * (ratio * sum of |W| + (1 - ratio) / 2 * sum of W^2)

    Parameters
    ----------
    W, b, strength : arrays and float
        As in `l2_penalty`.
    ratio : float
        The share of L1, from 0 to 1.

    Returns
    -------
    tuple of (number, array, array)
        As in `l2_penalty`.

    References
    ----------
    Zou, Hastie, Regularization and variable selection via the elastic net, JRSS B 67 (2005).

    Examples
    --------
    >>> import numpy as np
    >>> penalty, dW, db = elastic_net_penalty(np.array([[2.0]]), np.zeros(1), 1.0, 0.25)
    >>> float(penalty), dW.tolist()
    (2.0, [[1.75]])
    """
    W, b = as_floating(W), as_floating(b)
    if not 0 <= ratio <= 1:
        raise ValueError(f"Expected a ratio from 0 to 1, found {ratio}; 1 is L1 alone.")
    xp = get_array_module(W)
    first, second = strength_of(strength) * ratio, strength * (1 - ratio)
    return first * xp.abs(W).sum() + 0.5 * second * (W * W).sum(), first * xp.sign(W) + second * W, xp.zeros_like(b)


def decay_step(  # noqa: PLR0917 - what the rule is made of
    w: Array,
    velocity: Array,
    grad: Array,
    lr: float,
    momentum: float,
    strength: float,
) -> tuple[Array, Array]:
    """
    Take a step with momentum, and shrink the weights beside it.

    v <- momentum v - lr grad,  w <- (1 - lr strength) w + v

    Parameters
    ----------
    w, velocity, grad : arrays of one shape
        Weights, the speed v, and the gradient of the loss without a penalty.
    lr, momentum, strength : float
        Learning rate, the share of the speed that is kept, and lambda.

    Returns
    -------
    tuple of two arrays
        The new w and v.

    Notes
    -----
    The decay does not pass through the velocity. With a penalty in the loss it does, and from the second step
    on the two differ; without momentum they are the same.

    References
    ----------
    Loshchilov, Hutter, Decoupled weight decay regularization, ICLR (2019).

    Examples
    --------
    >>> import numpy as np
    >>> w, v = decay_step(np.array([2.0]), np.array([1.0]), np.array([3.0]), 0.1, 0.5, 0.4)
    >>> w.round(4).tolist(), v.round(4).tolist()  # 0.96 * 2 + 0.2
    ([2.12], [0.2])
    """
    w, velocity, grad = as_floating(w), as_floating(velocity), as_floating(grad)
    if not w.shape == velocity.shape == grad.shape:
        raise ValueError(f"Expected three arrays of one shape, found {w.shape}, {velocity.shape} and {grad.shape}.")
    v = momentum * velocity - lr * grad
    return (1 - lr * strength_of(strength)) * w + v, v
