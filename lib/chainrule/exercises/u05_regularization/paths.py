"""Exercises 5.8 and 5.10: DropConnect leaves out weights, stochastic depth whole blocks."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u05_regularization.common import declare, numbers, some
from chainrule.nn import regularization

__all__ = ["DROPCONNECT_FORWARD", "STOCHASTIC_DEPTH"]


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
    hints=(
        (
            "The mask has the shape (D, M), as one of the other arrays has. Which? "
            "So what must be done with the mask before x comes in? "
            "And which number of the result is never cut away?"
        ),
        (
            "First cut connections: multiply weights and mask entry by entry. "
            "Then the matrix product of x with what is left. "
            "Divide the product, and add the biases at the very end, so that they are neither masked nor divided."
        ),
        (
            "x = (2, -1), keep = 0.25, b = (1, 0, -2). "
            "W has the rows (1, 0, 3) and (4, 5, -2), the mask the rows (1, 1, 0) and (0, 1, 1). "
            "What is left of W: (1, 0, 0) and (0, 5, -2). The product with x is (2, -5, 2). "
            "Divided: (8, -20, 8). With biases: (9, -20, 6)."
        ),
    ),
    alternatives={
        "weight by weight": connect_by_loop,
        "by einsum": lambda x, W, b, mask, keep: np.einsum("nd,dm,dm->nm", x, W, np.asarray(mask, W.dtype)) / keep + b,
        "scaled weights first": lambda x, W, b, mask, keep: b + x @ np.where(mask, W / keep, 0.0),
    },
    probes=connect_probes,
    sample=one_layer,
    tolerance=200.0,
    properties=("row_by_row",),
    mistakes={
        "inputs_dropped": (
            lambda x, W, b, mask, keep: (x * mask[:, 0]) @ W / keep + b,
            "Whole inputs are dropped, which is dropout; DropConnect drops single weights.",
        ),
        "units_dropped": (
            lambda x, W, b, mask, keep: x @ W * mask[0] / keep + b,
            "Whole units are dropped, which is dropout; DropConnect drops single weights.",
        ),
        "biases_scaled": (
            lambda x, W, b, mask, keep: (x @ (W * mask) + b) / keep,
            "The biases are divided by keep too; they are never dropped, so they stay.",
        ),
        "not_scaled": (
            lambda x, W, b, mask, keep: x @ (W * mask) + b,
            "The kept weights are not divided by keep.",
        ),
        "biases_missing": (
            lambda x, W, b, mask, keep: x @ (W * mask) / keep,
            "The biases are missing.",
        ),
        "mask_upside_down": (
            lambda x, W, b, mask, keep: x @ (W * (1 - np.asarray(mask))) / keep + b,
            "The kept weights are dropped and the others kept: True means keep.",
        ),
    },
    traps=(
        Trap("biases_scaled", breaks="Biases are never dropped."),
        Trap(lambda x, W, b, mask, keep: x @ (W * mask) / keep + b * mask[0], breaks="Biases are never dropped."),
        Trap("inputs_dropped", breaks="the mask lies on the weights"),
    ),
)


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
    hints=(
        (
            "mask is (N,) and the branch is (N, D). "
            "Which numbers of the branch belong to the first entry of the mask, a row or a column? "
            "How do you get (N,) into a shape that acts on whole rows?"
        ),
        (
            "x is added in every case; only what stands before the branch changes. "
            "Without a mask it is the number keep. "
            "With a mask it is the mask as a column, shape (N, 1), so that each example has one factor for its "
            "whole row."
        ),
        (
            "x has the rows (1, 2) and (3, 4), the branch has (10, 20) and (30, 40). "
            "With the mask (True, False): the rows (11, 22) and (3, 4). "
            "At test time with keep = 0.75 the first row is (8.5, 17)."
        ),
    ),
    alternatives={
        "example by example": depth_by_loop,
        "by where": block(lambda x, f, m, k: np.where(m, x + f, x), lambda x, f, k: f * k + x),
        "by einsum": lambda x, f, m, k: x + (k * f if m is None else np.einsum("n,nd->nd", np.asarray(m, f.dtype), f)),
    },
    probes=depth_probes,
    sample=one_block,
    mistakes={
        "the_skip_is_scaled_too": (
            block(plain, lambda x, f, k: k * (x + f)),
            "At test time x is scaled too; x always passes in full, only the branch is scaled.",
        ),
        "the_skip_is_dropped_too": (
            block(lambda x, f, m, k: m * (x + f), lambda x, f, k: x + k * f),
            "Where the branch is left out, x is lost too; then x alone goes on.",
        ),
        "the_skip_is_missing": (
            block(lambda x, f, m, k: m * f, lambda x, f, k: k * f),
            "x is missing: the block adds its branch to x.",
        ),
        "not_scaled_at_test_time": (
            block(plain, lambda x, f, k: x + f),
            "At test time the branch counts in full; on average over training it counted keep times.",
        ),
        "scaled_in_training_too": (
            block(lambda x, f, m, k: x + m * f / k, lambda x, f, k: x + k * f),
            "The branch is divided by keep in training and multiplied at test time; only the test scales.",
        ),
        "scaled_in_training_instead": (
            block(lambda x, f, m, k: x + m * f / k, lambda x, f, k: x + f),
            "The branch is divided by keep in training, as in inverted dropout; here the test scales.",
        ),
        "keep_and_drop_swapped": (
            block(plain, lambda x, f, k: x + (1 - k) * f),
            "At test time the factor is 1 - keep; the branch was there with probability keep.",
        ),
    },
    traps=(
        Trap("the_skip_is_scaled_too", breaks="$x$ is always there, so it is not scaled"),
        Trap("the_skip_is_dropped_too", breaks="$x$ is always there, so it is not scaled"),
    ),
)
