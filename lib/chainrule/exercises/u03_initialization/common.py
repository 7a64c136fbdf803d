"""What the exercises of this unit share.

What you can do with this file:

- draw examples that are far from centered, with features of unequal width: `examples`;
- draw examples whose principal directions are far apart: `spread_examples`;
- list the statistics of weights that are drawn right, with biases of 0: `random_weights`.
"""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Statistic
from chainrule.exercises.sampling import five_sigma

__all__ = ["examples", "random_weights", "spread_examples"]


def examples(rng, n, d):
    """Rows with means of both signs and standard deviations from 0.5 to 3."""
    return rng.uniform(0.5, 3.0, d) * rng.standard_normal((n, d)) + rng.choice([-1.0, 1.0], d) * rng.uniform(1, 3, d)


def spread_examples(rng, n, d):
    """Rows whose variances along the principal directions each differ by a factor of about two."""
    rank = min(n - 1, d)
    scores = rng.standard_normal((n, rank))
    scores, _ = np.linalg.qr(scores - scores.mean(axis=0))
    axes, _ = np.linalg.qr(rng.standard_normal((d, d)))
    widths = 2.0 * 0.7 ** np.arange(rank) * rng.uniform(0.95, 1.05, rank)
    mean = rng.choice([-1.0, 1.0], d) * rng.uniform(1.0, 2.0, d)
    return n**0.5 * scores * widths @ axes[:, :rank].T + mean


def random_weights(shape, std):
    """Weights of this standard deviation around 0, independent of each other, and biases of 0."""
    count = shape[0] * shape[1]
    unit = count**-0.5
    return (
        five_sigma("standard deviation", "W", std, std * (2 * count) ** -0.5),
        five_sigma("mean, in standard deviations,", "W", 0.0, unit),
        five_sigma("correlation of neighboring rows", "W", 0.0, unit),
        five_sigma("correlation of neighboring columns", "W", 0.0, unit),
        Statistic("share of entries that are not 0", "W", 1.0, 1.0),
        Statistic("share of entries that are not 0", "b", 0.0, 0.0, part=1),
    )
