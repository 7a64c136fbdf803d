"""What a layer does to the variance of the pre-activations.

What you can do with this file:

- predict the factor of one layer: `variance_ratio`;
- choose the gain that makes it 1 for a rectifier: `rectifier_gain`.
"""

from __future__ import annotations

import math

__all__ = ["rectifier_gain", "variance_ratio"]


def rectifier_gain(alpha: float = 0.0) -> float:
    """
    Give the gain that suits a rectifier with this slope on the negative side.

    gain = sqrt(2 / (1 + alpha^2))

    Parameters
    ----------
    alpha : float
        0 for ReLU, 1 for the identity.

    Returns
    -------
    float
        From 1 to sqrt(2) for slopes from -1 to 1.

    Notes
    -----
    Half of a symmetric z passes as it is and half times alpha, so E[a^2] = (1 + alpha^2)/2 Var(z).

    References
    ----------
    He, Zhang, Ren, Sun, Delving deep into rectifiers, ICCV (2015), equation 15.

    Examples
    --------
    >>> round(rectifier_gain(0.0), 4), rectifier_gain(1.0)
    (1.4142, 1.0)
    """
    return math.sqrt(2.0 / (1.0 + alpha**2))


def variance_ratio(D: int, std: float, kept: float) -> float:
    """
    Predict by which factor the variance of the pre-activations changes through one layer.

    Var(z_next) / Var(z) = D std^2 kept

    Parameters
    ----------
    D : int
        Inputs of each unit.
    std : float
        Standard deviation of a weight; their mean is 0.
    kept : float
        What the activation keeps, E[a^2] / Var(z): 1 for the identity, 1/2 for ReLU.

    Returns
    -------
    float
        1 when the signal keeps its size.

    Notes
    -----
    The next pre-activation is a sum of D products of a weight and an activation. With independent weights
    of mean 0 each product has variance std^2 E[a^2], and variances of independent terms add.

    References
    ----------
    He, Zhang, Ren, Sun, Delving deep into rectifiers, ICCV (2015), equations 6 to 9.

    Examples
    --------
    >>> variance_ratio(8, 0.5, 0.25)
    0.5
    """
    return D * std**2 * kept
