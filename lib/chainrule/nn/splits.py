"""Parts of a data set: to learn from, to choose by, and to test on once.

What you can do with this file:

- draw three parts without overlap: `split`;
- find out whether a preparation looks at the test rows: `leaks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, get_array_module, to_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.random import Generator

__all__ = ["leaks", "split"]

FAR = 1000.0  # so far from ordinary inputs that any statistic over the test rows moves


def split(n: int, fractions: Sequence[float], rng: Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Draw the row numbers of a training, a validation and a test part.

    Parameters
    ----------
    n : int
        Number of examples.
    fractions : sequence of 3 floats
        Shares of the parts, not negative, which sum to 1, such as (0.8, 0.1, 0.1).
    rng : numpy.random.Generator
        Shuffles the examples.

    Returns
    -------
    tuple of 3 arrays of integers
        Row numbers of each part. They are disjoint, together they are 0 to n-1, and the sizes are the
        rounded shares; the test part takes what is left.

    Notes
    -----
    Without shuffling, a file that is sorted by label gives a test part with the last labels alone.

    References
    ----------
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2009), section 7.2.

    Examples
    --------
    >>> import numpy as np
    >>> train, val, test = split(10, (0.8, 0.1, 0.1), np.random.default_rng(0))
    >>> len(train), len(val), len(test)
    (8, 1, 1)
    >>> sorted([*train, *val, *test]) == list(range(10))
    True
    """
    if len(fractions) != 3 or min(fractions) < 0 or abs(sum(fractions) - 1.0) > 1e-9:
        raise ValueError(f"Expected three shares that sum to 1, found {tuple(fractions)}; try (0.8, 0.1, 0.1).")
    order = rng.permutation(n)
    first, second = round(fractions[0] * n), round((fractions[0] + fractions[1]) * n)
    return order[:first], order[first:second], order[second:]


def leaks(prepare: Callable[[Array, Array], Array], x_train: Array, x_test: Array) -> bool:
    """
    Find out whether a preparation lets the training rows know of the test rows.

    Parameters
    ----------
    prepare : callable
        From the training rows and the test rows to the prepared training rows.
    x_train : array of shape (N, D)
        Training rows.
    x_test : array of shape (T, D)
        Test rows.

    Returns
    -------
    bool
        True when the prepared training rows move after the test rows have moved, far up or far down.

    Notes
    -----
    Both directions are needed: a minimum over all rows does not see that a test row goes up.

    References
    ----------
    Kaufman et al., Leakage in data mining, ACM TKDD 6 (2012).

    Examples
    --------
    >>> import numpy as np
    >>> x_train, x_test = np.eye(3), np.ones((2, 3))
    >>> leaks(lambda train, test: train - train.mean(axis=0), x_train, x_test)
    False
    >>> leaks(lambda train, test: train - np.vstack([train, test]).mean(axis=0), x_train, x_test)
    True
    """
    usual = prepare(x_train.copy(), x_test.copy())
    moved = [prepare(x_train.copy(), x_test + far) for far in (FAR, -FAR)]
    xp = get_array_module(x_train, x_test)
    return any(not bool(to_host(xp.array_equal(usual, other))) for other in moved)
