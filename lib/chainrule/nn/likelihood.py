"""How likely observed throws are under a guess, and in which direction the guess should move.

What you can do with this file:

- compute the logarithm of the likelihood: `bernoulli_log_likelihood`;
- compute its slope, the score: `bernoulli_score`.

A product of 5000 probabilities is too small for a float; the sum of their logarithms is not. There are never more heads
than throws.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating, get_array_module

__all__ = ["bernoulli_log_likelihood", "bernoulli_score"]


def bernoulli_log_likelihood(theta: Array, heads: int, flips: int) -> Array:
    """
    Give the logarithm of the probability of the throws, one after another.

    l(theta) = heads log(theta) + (flips - heads) log(1 - theta)

    Parameters
    ----------
    theta : float or array, any shape
        Guesses for the probability of a head, between 0 and 1.
    heads, flips : int
        How many throws gave a head, and how many there were.

    Returns
    -------
    array, shape of `theta`
        Never positive; largest at heads / flips.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning (2006), section 2.1.

    Examples
    --------
    >>> import numpy as np
    >>> bernoulli_log_likelihood(np.array([0.25, 0.5]), 1, 2).round(4).tolist()
    [-1.674, -1.3863]
    """
    theta = _counted(theta, heads, flips)
    if bool(((theta <= 0) | (theta >= 1)).any()):
        raise ValueError("Expected theta between 0 and 1, both left out, found another; is the step too large?")
    xp = get_array_module(theta)
    return heads * xp.log(theta) + (flips - heads) * xp.log1p(-theta)  # keeps a tiny theta, which 1 - theta rounds away


def bernoulli_score(theta: Array, heads: int, flips: int) -> Array:
    """
    Give the slope of the log-likelihood.

    dl/dtheta = heads / theta - (flips - heads) / (1 - theta)

    Parameters
    ----------
    theta : float or array, any shape
        Guesses; any numbers but 0 and 1.
    heads, flips : int
        As in `bernoulli_log_likelihood`.

    Returns
    -------
    array, shape of `theta`
        Positive below heads / flips, negative above, 0 there.

    Notes
    -----
    The formula has a value outside of 0 to 1 too, where no likelihood exists: a step that is too large
    shows as a guess that leaves the interval, not as an error.

    References
    ----------
    Fisher, On the mathematical foundations of theoretical statistics (1922).

    Examples
    --------
    >>> import numpy as np
    >>> bernoulli_score(np.array([0.25, 0.5, 0.8]), 1, 2).round(4).tolist()
    [2.6667, 0.0, -3.75]
    """
    theta = _counted(theta, heads, flips)
    return heads / theta - (flips - heads) / (1.0 - theta)


def _counted(theta: Array, heads: int, flips: int) -> Array:
    if not 0 <= heads <= flips:
        raise ValueError(f"Expected heads from 0 to flips, found {heads} heads in {flips} flips; mind the order.")
    return as_floating(theta)
