"""Several models that vote, and why their parameters cannot be averaged.

What you can do with this file:

- take the mean prediction of several models: `ensemble_predict`;
- make a twin of a network, the same function with other parameters: `permute_hidden`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, as_floating

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["ensemble_predict", "permute_hidden"]


def ensemble_predict(models: Sequence[Callable[[Array], Array]], X: Array) -> Array:
    """
    Average the predicted probabilities of several models.

    p(X) = (p_1(X) + ... + p_K(X)) / K

    Parameters
    ----------
    models : sequence of callable
        At least one; each gives probabilities of shape (N, C) for inputs of shape (N, D).
    X : array of shape (N, D)
        Inputs.

    Returns
    -------
    array of shape (N, C)
        Probabilities; the rows sum to 1 where those of the models do.

    References
    ----------
    Hansen, Salamon, Neural network ensembles, IEEE Transactions on Pattern Analysis 12 (1990).

    Examples
    --------
    >>> import numpy as np
    >>> sure, unsure = (lambda x: np.array([[1.0, 0.0]])), (lambda x: np.array([[0.5, 0.5]]))
    >>> ensemble_predict([sure, unsure], np.zeros((1, 3))).tolist()
    [[0.75, 0.25]]
    """
    if not models:
        raise ValueError("Expected at least one model, found none.")
    total = as_floating(models[0](X))
    for model in models[1:]:
        total = total + as_floating(model(X))
    return total / len(models)


def permute_hidden(W1: Array, b1: Array, W2: Array, order: Array) -> tuple[Array, Array, Array]:
    """
    Put the hidden units of a two-layer network into another order.

    Parameters
    ----------
    W1 : array of shape (D, H)
        Weights into the hidden layer.
    b1 : array of shape (H,)
        Its biases.
    W2 : array of shape (H, C)
        Weights out of it.
    order : array of shape (H,)
        The numbers 0 to H-1: unit i of the twin is unit order[i].

    Returns
    -------
    tuple of arrays of shapes (D, H), (H,) and (H, C)
        The parameters of the twin, which computes the same function.

    References
    ----------
    Hecht-Nielsen, On the algebraic structure of feedforward network weight spaces (1990).

    Examples
    --------
    >>> import numpy as np
    >>> W1, b1, W2 = np.array([[1.0, 2.0]]), np.array([3.0, 4.0]), np.array([[5.0], [6.0]])
    >>> [part.tolist() for part in permute_hidden(W1, b1, W2, np.array([1, 0]))]
    [[[2.0, 1.0]], [4.0, 3.0], [[6.0], [5.0]]]
    """
    if not W1.shape[1:] == b1.shape == W2.shape[:1] == order.shape:
        raise ValueError(
            f"Expected W1 (D, H), b1 (H,), W2 (H, C) and order (H,), "
            f"found {W1.shape}, {b1.shape}, {W2.shape} and {order.shape}."
        )
    return W1[:, order], b1[order], W2[order]
