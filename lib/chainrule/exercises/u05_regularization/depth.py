"""Exercise 5.10: stochastic depth."""

from __future__ import annotations

import numpy as np

from chainrule.checking.declaring.exercise import Mistake
from chainrule.checking.declaring.probes import Probe, Strided
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u05_regularization.common import declare, numbers, some
from chainrule.nn import regularization

__all__ = ["EXERCISES"]


def depth_probes(rng):
    n, d, side = sizes(rng, 3)

    def probe(label, n, d, *, dtype=float, kind=bool, form=np.asarray):
        x, branch = (form(numbers(rng, n, d).astype(dtype)) for _ in range(2))
        return Probe(label, (x, branch, some(rng, n).astype(kind), float(rng.choice([0.6, 0.75, 0.8]))))

    test = [
        Probe(f"test time, keep = {keep}", (numbers(rng, n, d), numbers(rng, n, d), None, keep)) for keep in (0.8, 0.3)
    ]
    return (
        probe(f"{n} examples with {d} features", n, d),
        *test,
        probe(f"{d} examples with {n} features", d, n),
        probe(f"{side} examples with {side} features", side, side),
        probe("a mask of numbers 0 and 1", n, d, kind=float),
        probe("float32 numbers", n, d, dtype=np.float32),
        probe("not contiguous in memory", n, d, form=Strided),
    )


def block(training, test):
    """An answer from its two cases; the mask comes as a column."""
    return lambda x, branch, mask, keep: (
        test(x, branch, keep) if mask is None else training(x, branch, np.asarray(mask)[:, None], keep)
    )


def depth_by_loop(x, branch, mask, keep):
    rows = []
    for n in range(len(x)):
        share = keep if mask is None else float(mask[n])
        rows.append(x[n] + share * branch[n])
    return np.stack(rows)


def plain(x, branch, mask, keep):
    return x + branch * mask


def one_block(rng):
    n, d = sizes(rng, 2)
    return numbers(rng, n, d), numbers(rng, n, d), some(rng, n), float(rng.uniform(0.3, 0.9))


STOCHASTIC_DEPTH = declare("5.10", "Stochastic depth")(
    name="stochastic_depth",
    points=1,
    reference=regularization.stochastic_depth,
    alternatives={
        "example by example": depth_by_loop,
        "by where": block(lambda x, f, m, k: np.where(m, x + f, x), lambda x, f, k: f * k + x),
        "by einsum": lambda x, f, m, k: x + (k * f if m is None else np.einsum("n,nd->nd", np.asarray(m, f.dtype), f)),
    },
    probes=depth_probes,
    sample=one_block,
    mistakes=(
        Mistake(
            name="the_skip_is_scaled_too",
            wrong=block(plain, lambda x, f, k: k * (x + f)),
            explanation="At test time x is scaled too; x always passes in full, only the branch is scaled.",
        ),
        Mistake(
            name="the_skip_is_dropped_too",
            wrong=block(lambda x, f, m, k: m * (x + f), lambda x, f, k: x + k * f),
            explanation="Where the branch is left out, x is lost too; then x alone goes on.",
        ),
        Mistake(
            name="the_skip_is_missing",
            wrong=block(lambda x, f, m, k: m * f, lambda x, f, k: k * f),
            explanation="x is missing: the block adds its branch to x.",
        ),
        Mistake(
            name="not_scaled_at_test_time",
            wrong=block(plain, lambda x, f, k: x + f),
            explanation="At test time the branch counts in full; on average over training it counted keep times.",
        ),
        Mistake(
            name="scaled_in_training_too",
            wrong=block(lambda x, f, m, k: x + m * f / k, lambda x, f, k: x + k * f),
            explanation="The branch is divided by keep in training and multiplied at test time; only the test scales.",
        ),
        Mistake(
            name="scaled_in_training_instead",
            wrong=block(lambda x, f, m, k: x + m * f / k, lambda x, f, k: x + f),
            explanation="The branch is divided by keep in training, as in inverted dropout; here the test scales.",
        ),
        Mistake(
            name="keep_and_drop_swapped",
            wrong=block(plain, lambda x, f, k: x + (1 - k) * f),
            explanation="At test time the factor is 1 - keep; the branch was there with probability keep.",
        ),
    ),
)

EXERCISES = (STOCHASTIC_DEPTH,)
