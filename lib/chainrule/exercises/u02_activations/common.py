"""What the exercises on activations share: probes, right answers by loop, and the usual mistakes.

What you can do with this file:

- build probes on pre-activations: `on_z`; draw one input: `z_batch`, `backward_pair`;
- make a right answer from a formula for one number: `of_every_entry`;
- list what goes wrong in every backward function: `wrong_backward`.
"""

from __future__ import annotations

import numpy as np

from chainrule.exercises import sentences
from chainrule.exercises.sampling import away_from_zero, entrywise_probes, sizes

__all__ = ["backward_pair", "of_every_entry", "on_z", "wrong_backward", "z_batch"]

EXTREMES = (-1000.0, -30.0, -1.0, 1.0, 30.0, 1000.0)


def on_z(rng, *, zero=True, **options):
    """Probes on pre-activations; `zero` says whether 0 is an ordinary number for the function."""
    special = (*EXTREMES, 0.0) if zero else EXTREMES
    integers = (-3, -1, 0, 2) if zero else (-3, -1, 1, 2)
    return entrywise_probes(rng, away_from_zero(), special=special, integers=integers, **options)


def z_batch(rng):
    """One random pre-activation."""
    return (away_from_zero()(rng, sizes(rng, 2)),)


def backward_pair(draw, *scalars):
    """From a way to draw arrays to one random (upstream, array, scalars ...)."""

    def sample(rng):
        shape = sizes(rng, 2)
        return (rng.standard_normal(shape), draw(rng, shape), *(float(scalar(rng, ())) for scalar in scalars))

    return sample


def of_every_entry(function):
    """A right answer by loop: one formula for one number, applied entry by entry."""

    def by_loop(*arrays):
        shape = next(array.shape for array in arrays if np.ndim(array))
        result = np.zeros(shape)
        for index in np.ndindex(*shape):
            result[index] = function(*(float(array[index]) if np.ndim(array) else array for array in arrays))
        return result

    return by_loop


def wrong_backward(slope, output, name):
    """What goes wrong in a function `upstream * slope(z, ...)`; `output` is the activation's value."""

    def overwrite(upstream, *rest):
        upstream *= slope(*rest)
        return upstream

    return {
        "ignores_upstream": (
            lambda upstream, *rest: slope(*rest),
            sentences.IGNORES_UPSTREAM,
        ),
        "adds_upstream": (
            lambda upstream, *rest: upstream + slope(*rest),
            "Along a path slopes are multiplied; upstream + slope adds them.",
        ),
        "overwrites_upstream": (
            overwrite,
            sentences.OVERWRITES_UPSTREAM,
        ),
        "multiplies_by_the_output": (
            lambda upstream, *rest: upstream * output(*rest),
            f"The upstream gradient is multiplied by the slope of {name}, not by its output.",
        ),
    }
