"""Stochastic depth: a residual network that is shorter in training.

What you can do with this file:

- leave out the branch of a residual block at random: `stochastic_depth`.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module
from chainrule.nn.regularization.arguments import share

__all__ = ["stochastic_depth"]


def stochastic_depth(x: Array, branch: Array, mask: Array | None, keep: float) -> Array:
    """
    Add the branch of a residual block for some examples in training, and for all at test time.

    training: out = x + mask branch;  test: out = x + keep branch

    Parameters
    ----------
    x : array of shape (N, D)
        What skips the block.
    branch : array of shape (N, D)
        What the block computes from x.
    mask : array of shape (N,) or None
        True or 1 for the examples that go through the block; None at test time.
    keep : float
        Probability to go through it, above 0 and at most 1.

    Returns
    -------
    array of shape (N, D)
        The output of the block.

    Notes
    -----
    Huang et al. draw once for a whole batch. Drawing for every example has the same expected value and less noise.

    References
    ----------
    Huang, Sun, Liu, Sedra, Weinberger, Deep networks with stochastic depth, ECCV (2016).

    Examples
    --------
    >>> import numpy as np
    >>> x, branch = np.full((1, 1), 2.0), np.ones((1, 1))
    >>> stochastic_depth(x, branch, np.array([False]), 0.8).item(), stochastic_depth(x, branch, None, 0.8).item()
    (2.0, 2.8)
    """
    x, branch = as_floating(x), as_floating(branch)
    if x.shape != branch.shape:
        raise ValueError(f"Expected x and branch of one shape, found {x.shape} and {branch.shape}.")
    if mask is None:
        return x + share("keep", keep) * branch
    mask = get_array_module(x).asarray(mask).astype(x.dtype)
    if mask.shape != x.shape[:1]:
        raise ValueError(f"Expected a mask of shape {x.shape[:1]}, one entry an example, found {mask.shape}.")
    return x + mask.reshape((-1,) + (1,) * (x.ndim - 1)) * branch
