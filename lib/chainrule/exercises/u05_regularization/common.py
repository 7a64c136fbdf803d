"""What the exercises of this unit share.

What you can do with this file:

- declare an exercise of this unit: `declare`;
- draw numbers away from 0, and a mask that keeps some and drops some: `numbers`, `some`;
- draw a batch of images: `images`; odd sizes for them: `odd_sizes`;
- try a function on a batch and its mask in every usual way: `masked_probes`;
- try a function on a batch with a scale and a shift for each column: `batch`, `batch_probes`;
- try a penalty on the weights of a layer, and declare its right answers and its gradient: `layer_probes`, `one_layer`,
  `entry_by_entry`, `charged_by`.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.exercises.sampling import sizes

__all__ = [
    "batch",
    "batch_probes",
    "charged_by",
    "declare",
    "entry_by_entry",
    "images",
    "layer_probes",
    "masked_probes",
    "numbers",
    "odd_sizes",
    "one_layer",
    "some",
]

UNIT = "05_regularization"
HONEST = ("same_seed_same_result", "advances_generator", "leaves_global_generator")


def declare(number, title):
    """An exercise of this unit under a heading."""
    return partial(Exercise, unit=UNIT, number=number, title=title)


def numbers(rng, *shape):
    """Numbers of both signs, bell-shaped on either side, none closer to 0 than 0.05."""
    drawn = rng.standard_normal(shape)
    return np.copysign(0.05 + 2.0 * np.abs(drawn), drawn)


def some(rng, *shape):
    """A mask with about 70 % True, at least one entry of each kind."""
    mask = rng.random(shape) < 0.7
    mask.flat[0], mask.flat[-1] = True, False
    return mask


def images(rng, n, height, width, *channels):
    """Images with numbers from 0.1 to 1."""
    return rng.uniform(0.1, 1.0, (n, height, width, *channels))


def odd_sizes(rng):
    """Two different odd numbers from 5 to 9."""
    first, second = rng.permutation([5, 7, 9])[:2]
    return int(first), int(second)


def masked_probes(rng, *, keep=True, mask_as=None):
    """A batch with its mask, and a keep probability that is neither 1/2 nor the share in the mask."""
    n, d, side = sizes(rng, 3)

    def probe(label, x, kind=bool):
        values = x.values if isinstance(x, Strided) else x
        mask = some(rng, *values.shape).astype(kind)
        args = (x, mask_as(mask) if mask_as else mask)
        return Probe(label, (*args, float(rng.choice([0.6, 0.75, 0.8]))) if keep else args)

    return (
        probe(f"a batch of {n} examples with {d} features", numbers(rng, n, d)),
        probe(f"another batch, {d} examples with {n} features", numbers(rng, d, n)),
        probe(f"a square batch, {side} examples with {side} features", numbers(rng, side, side)),
        probe("one example alone", numbers(rng, 1, d)),
        probe("a mask of numbers 0 and 1", numbers(rng, n, d), kind=float),
        probe("float32 numbers", numbers(rng, d, n).astype(np.float32)),
        probe("an array that is not contiguous in memory", Strided(numbers(rng, n, d))),
        probe("integers", rng.integers(1, 9, (n, d)) * rng.choice([-1, 1], (n, d))),
        Probe("keep = 1: nothing is dropped", (numbers(rng, n, d), np.ones((n, d), dtype=bool), 1.0)),
    )


def batch(rng, n, d):
    """A batch whose columns have means and spreads of their own, with scale and shift."""
    x = rng.standard_normal((n, d)) * rng.uniform(0.7, 2.0, d) + rng.choice([-1, 1], d) * rng.uniform(0.5, 2, d)
    return x, numbers(rng, d), numbers(rng, d)


def batch_probes(rng, *, upstream=False):
    n, d = (int(size) for size in 4 + rng.permutation(4)[:2])
    side = int(rng.integers(4, 7))

    def probe(label, n, d, *, eps=None, dtype=float, form=np.asarray):
        x, gamma, beta = (it.astype(dtype) for it in batch(rng, n, d))
        eps = float(rng.uniform(0.1, 0.5)) if eps is None else eps
        if upstream:
            return Probe(label, (form(numbers(rng, n, d).astype(dtype)), form(x), gamma, eps))
        return Probe(label, (form(x), gamma, beta, eps))

    return (
        probe(f"a batch of {n} examples with {d} features", n, d),
        probe(f"another batch, {d} examples with {n} features", d, n),
        probe(f"a square batch, {side} examples with {side} features", side, side),
        probe("a small eps", n, d, eps=1e-5),
        probe("one feature", n, 1),
        probe("one example alone, whose variance is 0", 1, d),
        probe("float32 numbers", n, d, dtype=np.float32),
        probe("not contiguous in memory", n, d, form=Strided),
    )


def layer_probes(rng, *options):
    """Weights and biases of a layer, a strength that is not 1, and further drawn numbers."""
    d, m, side = sizes(rng, 3)

    def drawn():
        return (float(rng.uniform(0.05, 0.3)), *(float(option(rng)) for option in options))

    return (
        Probe(f"{d} inputs, {m} units", (numbers(rng, d, m), numbers(rng, m), *drawn())),
        Probe(f"{m} inputs, {d} units", (numbers(rng, m, d), numbers(rng, d), *drawn())),
        Probe(f"{side} inputs, {side} units", (numbers(rng, side, side), numbers(rng, side), *drawn())),
        Probe("one weight", (np.array([[-3.0]]), np.array([7.0]), *drawn())),
        Probe("a strength above 1", (numbers(rng, d, m), numbers(rng, m), 2.5, *drawn()[1:])),
        Probe(
            "float32 numbers",
            (numbers(rng, d, m).astype(np.float32), numbers(rng, m).astype(np.float32), *drawn()),
        ),
        Probe("not contiguous in memory", (Strided(numbers(rng, d, m)), numbers(rng, m), *drawn())),
        Probe("a weight of 0", (np.array([[0.0, -2.0]]), np.array([1.0, 2.0]), *drawn())),
    )


def one_layer(rng, *options):
    """One random layer with a strength, and further drawn numbers."""
    d, m = sizes(rng, 2)
    return (numbers(rng, d, m), numbers(rng, m), float(rng.uniform(0.05, 0.3)), *(float(it(rng)) for it in options))


def charged_by(penalty):
    """What the oracle by central differences needs: the penalty alone, and that its first result is no gradient."""
    return Gradient(of=lambda *args: penalty(*args)[0], wrt=("", "W", "b"))


def entry_by_entry(charge, slope):
    """A right answer by loop from the charge and the slope of one weight."""

    def by_loop(W, b, *options):
        total, dW = 0.0, np.zeros(W.shape)
        for index in np.ndindex(*W.shape):
            w = float(W[index])
            total += charge(w, *options)
            dW[index] = slope(w, *options)
        return total, dW, np.zeros(b.shape)

    return by_loop
