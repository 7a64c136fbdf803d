"""Exercise 5.8: DropConnect."""

from __future__ import annotations

import numpy as np

from chainrule.checking.declaring.exercise import Mistake
from chainrule.checking.declaring.probes import Probe, Strided
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u05_regularization.common import declare, numbers, some
from chainrule.nn import regularization

__all__ = ["EXERCISES"]


def connect_probes(rng):
    n, d, m = sizes(rng, 3)
    side = int(rng.integers(3, 6))

    def probe(label, n, d, m, *, kind=bool, dtype=float):
        x, W, b = (numbers(rng, *shape).astype(dtype) for shape in ((n, d), (d, m), (m,)))
        return Probe(label, (x, W, b, some(rng, d, m).astype(kind), float(rng.choice([0.6, 0.75, 0.8]))))

    x, W, b, mask, keep = probe("", n, d, m).args
    return (
        probe(f"{n} examples, {d} inputs, {m} units", n, d, m),
        probe(f"{side} of each", side, side, side),
        probe("one example alone", 1, d, m),
        probe("a mask of numbers 0 and 1", n, d, m, kind=float),
        probe("float32 numbers", n, d, m, dtype=np.float32),
        Probe("not contiguous in memory", (Strided(x), Strided(W), b, mask, keep)),
    )


def connect_by_loop(x, W, b, mask, keep):
    out = np.zeros((len(x), W.shape[1])) + b
    for d, m in np.ndindex(*W.shape):
        if mask[d, m]:
            out[:, m] += x[:, d] * W[d, m] / keep
    return out


def one_layer(rng):
    n, d, m = sizes(rng, 3)
    return numbers(rng, n, d), numbers(rng, d, m), numbers(rng, m), some(rng, d, m), float(rng.uniform(0.3, 0.9))


DROPCONNECT_FORWARD = declare("5.8", "DropConnect")(
    name="dropconnect_forward",
    points=1,
    reference=regularization.dropconnect_forward,
    alternatives={
        "weight by weight": connect_by_loop,
        "by einsum": lambda x, W, b, mask, keep: np.einsum("nd,dm,dm->nm", x, W, np.asarray(mask, W.dtype)) / keep + b,
        "scaled weights first": lambda x, W, b, mask, keep: b + x @ np.where(mask, W / keep, 0.0),
    },
    probes=connect_probes,
    sample=one_layer,
    tolerance=200.0,
    properties=("row_by_row",),
    mistakes=(
        Mistake(
            name="inputs_dropped",
            wrong=lambda x, W, b, mask, keep: (x * mask[:, 0]) @ W / keep + b,
            explanation="Whole inputs are dropped, which is dropout; DropConnect drops single weights.",
        ),
        Mistake(
            name="units_dropped",
            wrong=lambda x, W, b, mask, keep: x @ W * mask[0] / keep + b,
            explanation="Whole units are dropped, which is dropout; DropConnect drops single weights.",
        ),
        Mistake(
            name="biases_scaled",
            wrong=lambda x, W, b, mask, keep: (x @ (W * mask) + b) / keep,
            explanation="The biases are divided by keep too; they are never dropped, so they stay.",
        ),
        Mistake(
            name="not_scaled",
            wrong=lambda x, W, b, mask, keep: x @ (W * mask) + b,
            explanation="The kept weights are not divided by keep.",
        ),
        Mistake(
            name="biases_missing",
            wrong=lambda x, W, b, mask, keep: x @ (W * mask) / keep,
            explanation="The biases are missing.",
        ),
        Mistake(
            name="mask_upside_down",
            wrong=lambda x, W, b, mask, keep: x @ (W * (1 - np.asarray(mask))) / keep + b,
            explanation="The kept weights are dropped and the others kept: True means keep.",
        ),
    ),
)

EXERCISES = (DROPCONNECT_FORWARD,)
