"""How unequal the curvatures of a linear fit are.

What you can do with this file:

- divide the largest curvature by the smallest: `condition_number`;
- predict the steps of gradient descent from that: `steps_needed`.
"""

from __future__ import annotations

import math

from chainrule.backend import Array, get_array_module
from chainrule.nn.preprocessing.arguments import as_examples

__all__ = ["condition_number", "steps_needed"]


def condition_number(X: Array) -> float:
    """
    Divide the largest curvature of a least-squares fit by the smallest.

    kappa = lambda_max / lambda_min of X^T X / N

    Parameters
    ----------
    X : array of shape (N, D)
        Examples, as the fit sees them: nothing is subtracted here.

    Returns
    -------
    float
        At least 1; infinity where the columns of X depend on each other.

    References
    ----------
    LeCun, Bottou, Orr, Mueller, Efficient backprop (1998), section 5.

    Examples
    --------
    >>> import numpy as np
    >>> condition_number(np.array([[3.0, 0.0], [0.0, 1.0]]))
    9.0
    """
    X = as_examples(X)
    xp = get_array_module(X)
    widths = xp.linalg.svd(X, compute_uv=False)  # squared: N times the eigenvalues; X^T X would lose half the digits
    largest, smallest = float(widths.max()), float(widths.min())
    if X.shape[0] < X.shape[1] or smallest <= max(X.shape) * float(xp.finfo(X.dtype).eps) * largest:
        return math.inf
    return (largest / smallest) ** 2


def steps_needed(condition: float, shrink: float) -> float:
    """
    Predict how many steps gradient descent takes to bring the error down to a share of what it was.

    steps = ln(shrink) / ln((kappa - 1) / (kappa + 1))

    Parameters
    ----------
    condition : float
        kappa, above 1; at 1 a single step is enough.
    shrink : float
        The share, between 0 and 1.

    Returns
    -------
    float
        Steps, not rounded.

    Notes
    -----
    With the best learning rate, 2 / (lambda_max + lambda_min), the error along the flattest and along the
    steepest direction shrinks by (kappa - 1) / (kappa + 1) a step, and along all others faster.

    References
    ----------
    Nocedal, Wright, Numerical optimization (2006), section 3.3.

    Examples
    --------
    >>> round(steps_needed(3.0, 1 / 8), 6)
    3.0
    """
    if not condition > 1:
        raise ValueError(f"Expected a condition number above 1, found {condition}; at 1 a single step is enough.")
    if not 0 < shrink < 1:
        raise ValueError(f"Expected a share between 0 and 1, found {shrink}; try 1e-6.")
    # ln((kappa - 1) / (kappa + 1)) = ln(1 - 2 / (kappa + 1)), and log1p keeps its digits for a large kappa.
    return math.log(shrink) / math.log1p(-2.0 / (condition + 1.0))
