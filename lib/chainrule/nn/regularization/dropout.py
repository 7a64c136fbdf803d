"""Dropout: a network that cannot rely on any single unit.

What you can do with this file:

- draw what is kept: `draw_mask`;
- drop units, with the factor in training: `dropout_forward`, `dropout_backward`;
- drop them as it was first described, with the factor at test time: `classic_dropout`;
- drop weights instead of units: `dropconnect_forward`.

`keep` is everywhere the probability to keep, not to drop: above 0 and at most 1. A mask is True or 1 where something is
kept. Where the kept entries are divided by `keep` in training, the expected value stays, and nothing is to be done at
test time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chainrule.backend import Array, as_floating, get_array_module, to_device
from chainrule.nn.regularization.arguments import mask_like, share

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["classic_dropout", "draw_mask", "dropconnect_forward", "dropout_backward", "dropout_forward"]


def draw_mask(shape: tuple[int, ...], keep: float, rng: Generator, *, xp: Any = None) -> Array:
    """
    Draw what is kept, each entry for itself.

    P(mask = True) = keep

    Parameters
    ----------
    shape : tuple of int
        Shape of the mask.
    keep : float
        Probability to keep an entry.
    rng : numpy.random.Generator
        Draws on the host.
    xp : module, optional
        Where the mask lives; NumPy when left out.

    Returns
    -------
    array of bool of this shape
        True where an entry is kept.

    References
    ----------
    Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, JMLR 15 (2014).

    Examples
    --------
    >>> import numpy as np
    >>> round(float(draw_mask((100, 100), 0.8, np.random.default_rng(0)).mean()), 2)
    0.8
    """
    return to_device(rng.random(shape) < share("keep", keep), xp or get_array_module())


def dropout_forward(x: Array, mask: Array, keep: float) -> Array:
    """
    Drop entries in training, and enlarge the rest (inverted dropout).

    out = x mask / keep

    Parameters
    ----------
    x : array of shape (N, D)
        Activations.
    mask : array of shape (N, D)
        What is kept.
    keep : float
        Probability with which the mask was drawn.

    Returns
    -------
    array of shape (N, D)
        The output, with the expected value of x.

    References
    ----------
    Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, JMLR 15 (2014),
    section 10.

    Examples
    --------
    >>> import numpy as np
    >>> dropout_forward(np.array([[2.0, 3.0]]), np.array([[True, False]]), 0.8).tolist()
    [[2.5, 0.0]]
    """
    x = as_floating(x)
    return x * mask_like(mask, x) / share("keep", keep)


def dropout_backward(upstream: Array, mask: Array, keep: float) -> Array:
    """
    Send a gradient backward through `dropout_forward`.

    dL/dx = upstream mask / keep, with the mask of the forward pass

    Parameters
    ----------
    upstream : array of shape (N, D)
        dL/d(output).
    mask : array of shape (N, D)
        That of the forward pass.
    keep : float
        That of the forward pass too.

    Returns
    -------
    array of shape (N, D)
        dL/dx.

    Examples
    --------
    >>> import numpy as np
    >>> dropout_backward(np.array([[4.0, -6.0]]), np.array([[True, False]]), 0.8).tolist()
    [[5.0, -0.0]]
    """
    return dropout_forward(upstream, mask, keep)


def classic_dropout(x: Array, mask: Array | None, keep: float) -> Array:
    """
    Drop entries in training, and scale everything down at test time: dropout as it was first described.

    training: out = x mask;  test: out = keep x

    Parameters
    ----------
    x : array of shape (N, D)
        Activations.
    mask : array of shape (N, D) or None
        What is kept; None at test time.
    keep : float
        Probability to keep an entry.

    Returns
    -------
    array of shape (N, D)
        The output. At test time the factor is `keep`: that is what an entry is worth on average in training.

    References
    ----------
    Hinton et al., Improving neural networks by preventing co-adaptation of feature detectors (2012).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[2.0, 3.0]])
    >>> classic_dropout(x, np.array([[True, False]]), 0.5).tolist(), classic_dropout(x, None, 0.5).tolist()
    ([[2.0, 0.0]], [[1.0, 1.5]])
    """
    x = as_floating(x)
    return x * share("keep", keep) if mask is None else x * mask_like(mask, x)


def dropconnect_forward(x: Array, W: Array, b: Array, mask: Array, keep: float) -> Array:
    """
    Drop weights instead of units.

    out = x (W mask) / keep + b

    Parameters
    ----------
    x : array of shape (N, D)
        Inputs.
    W : array of shape (D, M)
        Weights.
    b : array of shape (M,)
        Biases, which are never dropped.
    mask : array of shape (D, M)
        Which weights are kept.
    keep : float
        Probability with which it was drawn.

    Returns
    -------
    array of shape (N, M)
        Pre-activations.

    Notes
    -----
    Wan et al. draw a mask for every example, and sample the pre-activations at test time. One mask for a batch
    and the factor 1/keep have the same expected value and cost one product.

    References
    ----------
    Wan, Zeiler, Zhang, LeCun, Fergus, Regularization of neural networks using DropConnect, ICML (2013).

    Examples
    --------
    >>> import numpy as np
    >>> W, mask = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1, 0], [1, 1]])
    >>> dropconnect_forward(np.array([[1.0, 1.0]]), W, np.array([10.0, 0.0]), mask, 0.5).tolist()
    [[18.0, 8.0]]
    """
    x, W, b = as_floating(x), as_floating(W), as_floating(b)
    if W.ndim != 2 or x.shape[1:] != W.shape[:1] or b.shape != W.shape[1:]:
        raise ValueError(f"Expected x (N, D), W (D, M) and b (M,), found {x.shape}, {W.shape} and {b.shape}.")
    return x @ (W * mask_like(mask, W)) / share("keep", keep) + b
