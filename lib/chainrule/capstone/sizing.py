"""How large a network may be, and how sure its accuracy is.

What you can do with this file:

- find the widest hidden layers that a parameter budget pays for: `widest_hidden`;
- give the standard error of a measured accuracy: `accuracy_noise`.
"""

from __future__ import annotations

import math

from chainrule.nn.dense import count_parameters

__all__ = ["accuracy_noise", "widest_hidden"]


def widest_hidden(inputs: int, classes: int, layers: int, budget: int) -> int:
    """
    Find the largest width of equal hidden layers for which the parameters stay within a budget.

    parameters(m) = (inputs + 1) m + (layers - 1) (m + 1) m + (m + 1) classes

    Parameters
    ----------
    inputs : int
        Features of an example.
    classes : int
        Outputs.
    layers : int
        Hidden layers, at least 1, all with m units.
    budget : int
        The most parameters, weights and biases together.

    Returns
    -------
    int
        The largest m with parameters(m) <= budget; 0 where even one unit is too much.

    Raises
    ------
    ValueError
        A size is not positive.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep Learning (2016), section 6.4.

    Examples
    --------
    >>> widest_hidden(64, 10, 1, 5000)
    66
    """
    if min(inputs, classes, layers) < 1:
        raise ValueError(f"Expected positive sizes, found {inputs} inputs, {classes} classes and {layers} layers.")
    width = 0
    while count_parameters([inputs, *[width + 1] * layers, classes]) <= budget:
        width += 1
    return width


def accuracy_noise(accuracy: float, images: int) -> float:
    """
    Give the standard error of an accuracy that was measured on a random sample of images.

    sqrt(accuracy (1 - accuracy) / images)

    Parameters
    ----------
    accuracy : float
        Share of right labels, from 0 to 1.
    images : int
        How many images it was measured on.

    Returns
    -------
    float
        In the units of `accuracy`; about two thirds of all samples come closer than this to the truth.

    Raises
    ------
    ValueError
        The accuracy is no share, or there are no images.

    References
    ----------
    Dietterich, Approximate statistical tests for comparing supervised classification learning algorithms (1998).

    Examples
    --------
    >>> accuracy_noise(0.9, 400)
    0.015
    """
    if not 0 <= accuracy <= 1 or images < 1:
        raise ValueError(f"Expected a share from 0 to 1 of at least one image, found {accuracy} of {images}.")
    return math.sqrt(accuracy * (1.0 - accuracy) / images)
