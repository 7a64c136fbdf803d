"""Inputs that tell right from wrong, for the exercises to choose from.

What you can do with this file:

- draw arrays: `away_from_zero`, `between`; draw sizes that differ: `sizes`;
- build the usual set of probes for an entrywise function: `entrywise_probes`;
- say within which bounds a statistic of a random result lies: `five_sigma`.

The rules behind the set: N and D differ, and are equal once; one example alone; float32; integers;
memory that is not contiguous; negative, zero and +-1000; upstream gradients random and signed; scalars
that are not 1; kinks in a probe of their own.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.comparing.probes import Probe, Statistic, Strided

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.random import Generator

    Draw = Callable[[Generator, tuple[int, ...]], np.ndarray]

__all__ = ["away_from_zero", "between", "entrywise_probes", "five_sigma", "sizes"]


def away_from_zero(scale: float = 2.0, gap: float = 0.05, limit: float = 5.0) -> Draw:
    """Normal numbers of both signs up to `limit`, none closer to 0 than `gap`: kinks get their own probes."""

    def draw(rng: Generator, shape: tuple[int, ...]) -> np.ndarray:
        numbers = np.clip(scale * rng.standard_normal(shape), -limit, limit)
        # 0 itself has no sign and goes to -gap.
        return np.where(np.abs(numbers) < gap, np.sign(numbers) * gap - (numbers == 0) * gap, numbers)

    return draw


def between(low: float, high: float) -> Draw:
    """Uniform numbers."""
    return lambda rng, shape: rng.uniform(low, high, shape)


def sizes(rng: Generator, count: int) -> tuple[int, ...]:
    """Different sizes from 2 to 7, so that no two axes can be confused."""
    return tuple(int(size) for size in 2 + rng.permutation(6)[:count])


def five_sigma(of: str, label: str, value: float, noise: float, *, part: int = 0) -> Statistic:
    """A statistic with its right value, and a range of five standard deviations of chance on both sides."""
    return Statistic(of, label, value - 5.0 * noise, value + 5.0 * noise, noise, part)


def entrywise_probes(
    rng: Generator,
    draw: Draw,
    *,
    upstream: bool = False,
    scalar: Draw | Sequence[Draw] | None = None,
    special: Sequence[float] = (),
    integers: Sequence[int] = (),
    kinks: Sequence[float] = (),
    ordinary: tuple[float, float] = (-1.0, 1.0),
) -> tuple[Probe, ...]:
    """
    Build the usual probes for a function that works entry by entry on an (N, D) array.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws sizes and numbers.
    draw : callable
        Draws an array of a given shape from the function's domain, away from kinks.
    upstream : bool
        Whether an upstream gradient of the same shape comes first.
    scalar : callable or sequence of callable, optional
        Draws a number that is passed last. Several take turns from probe to probe, so that each kind of number is
        among the inputs of every student.
    special, integers, kinks : sequences of numbers
        Values for probes of their own; none where the domain has no such values.
    ordinary : tuple of (float, float)
        Where the result is of ordinary size. The first entry of every array is moved there, since a
        probe whose right results are all tiny would measure nothing but cancellation.

    Returns
    -------
    tuple of Probe
        The first one is an ordinary batch.
    """

    turns = itertools.cycle(() if scalar is None else (scalar,) if callable(scalar) else scalar)

    def probe(label: str, z: Any, *, kink: bool = False) -> Probe:
        values = z.values if isinstance(z, Strided) else z
        args: list[Any] = [z]
        if upstream:
            floating = values.dtype if values.dtype.kind == "f" else np.dtype(float)
            gradient = rng.standard_normal(values.shape).astype(floating)
            # As with `ordinary`: times a gradient near 0, the result there would be tiny, too.
            gradient.flat[0] = np.copysign(max(abs(gradient.flat[0]), 0.5), gradient.flat[0])
            args.insert(0, Strided(gradient) if isinstance(z, Strided) else gradient)
        args += [float(draw_scalar(rng, ())) for draw_scalar in itertools.islice(turns, 1)]
        return Probe(label, tuple(args), kink=kink)

    def drawn(*shape: int) -> np.ndarray:
        numbers = draw(rng, shape)
        numbers.flat[0] = np.clip(numbers.flat[0], *ordinary)
        return numbers

    n, d, side = sizes(rng, 3)
    probes = [
        probe(f"a batch of {n} examples with {d} features", drawn(n, d)),
        probe(f"another batch, {d} examples with {n} features", drawn(d, n)),
        probe(f"a square batch, {side} examples with {side} features", drawn(side, side)),
        probe("one example alone", drawn(1, d)),
        probe("one number in a 1 x 1 array", drawn(1, 1)),
        probe("float32 numbers", drawn(d, n).astype(np.float32)),
        probe("an array that is not contiguous in memory", Strided(drawn(n, d))),
    ]
    if special:
        probes.append(probe("very large and very small numbers", np.array([special], dtype=float)))
    if integers:
        probes.append(probe("integers", np.array([integers, integers[::-1]])))
    if kinks:
        probes.append(probe("exactly at the kink", np.array([kinks], dtype=float), kink=True))
    return tuple(probes)
