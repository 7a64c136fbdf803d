"""Weights that are exactly zero.

What you can do with this file:

- move every weight toward 0, and stop there: `soft_threshold`.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module
from chainrule.nn.regularization.arguments import strength_of

__all__ = ["soft_threshold"]


def soft_threshold(w: Array, threshold: float) -> Array:
    """
    Move every entry toward 0 by a threshold, and stop at 0.

    soft(w) = sign(w) max(|w| - threshold, 0)

    Parameters
    ----------
    w : array
        Any shape.
    threshold : float
        0 or above.

    Returns
    -------
    array
        The same shape.

    Notes
    -----
    It is the exact minimum of (u - w)^2 / 2 + threshold |u|, so a gradient step on the loss followed by
    soft_threshold(w, lr * strength) minimizes the loss with an L1 penalty, and reaches exact zeros.

    References
    ----------
    Donoho, De-noising by soft-thresholding, IEEE Transactions on Information Theory 41 (1995).

    Examples
    --------
    >>> import numpy as np
    >>> soft_threshold(np.array([3.0, -0.5, -2.0]), 1.0).tolist()
    [2.0, 0.0, -1.0]
    """
    w = as_floating(w)
    xp = get_array_module(w)
    strength_of(threshold, "threshold")
    return w - xp.clip(w, -threshold, threshold)  # exactly 0 inside, and NaN stays NaN
