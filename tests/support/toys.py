"""Small exercises that only the tests know.

What you can do with this file:

- declare one quickly: `toy`;
- use ready ones: `DOUBLE` (numbers), `COUNTER` (a class), `ADDER` (a function that returns a function),
  `COIN` (random).
"""

from __future__ import annotations

import numpy as np

from chainrule.checking import Call, Exercise, Probe, Seeded


def toy(reference, probes, **changes):
    """An exercise with fillers for all that does not matter to a test."""
    fillers = {
        "name": getattr(reference, "__name__", "toy"),
        "unit": "99_toys",
        "number": "99.1",
        "title": "A toy",
        "points": 1,
        "alternatives": {},
        "sample": lambda rng: probes(rng)[0].args,
        "mistakes": {},
    }
    return Exercise(reference=reference, probes=probes, **(fillers | changes))


def double(x):
    return 2.0 * x


def double_probes(rng):
    return (
        Probe("three numbers", (rng.uniform(1.0, 2.0, 3),)),
        Probe("five numbers", (rng.uniform(1.0, 2.0, (5, 2)),)),
    )


DOUBLE = toy(
    double,
    double_probes,
    mistakes={
        "halves": (lambda x: 0.5 * x, "This halves."),
        "squares": (lambda x: x * x, "This squares."),
        "crashes": (lambda x: x.no_such_thing, "This cannot run."),
    },
)


class Counter:
    """Counts by its step."""

    def __init__(self, step):
        self.step, self.total = step, 0

    def count(self):
        self.total += self.step
        return self.total

    def __call__(self, factor):
        return factor * self.total


class NeverCounts(Counter):
    def count(self):
        return self.step


def counter_probes(rng):
    step = int(rng.integers(2, 9))
    return (Probe("three calls", (step,), then=(Call("count"), Call("count"), Call("__call__", (10,)))),)


COUNTER = toy(
    Counter,
    counter_probes,
    name="Counter",
    mistakes={
        "never_counts": (NeverCounts, "The total is not kept."),
    },
)


def adder(a):
    return lambda b: a + b


ADDER = toy(
    adder,
    lambda rng: (Probe("adds later", (rng.standard_normal(3),), then=(Call("__call__", (np.ones(3),)),)),),
    mistakes={
        "forgets": (lambda a: lambda b: b, "The first number is forgotten."),
    },
)


def coin(rng, n):
    return rng.integers(0, 2, n).astype(float)


COIN = toy(coin, lambda rng: (Probe("twenty throws", (Seeded(int(rng.integers(1000))), 20)),))
