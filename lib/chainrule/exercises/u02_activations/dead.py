"""Exercise 2.10: units that are dead."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap

__all__ = ["DEAD_UNITS"]


def dead_units(a):
    """Which columns of the activations are 0 for every example."""
    return (a == 0).all(axis=0)


def dead_by_loop(a):
    return np.array([not any(a[i, j] != 0 for i in range(a.shape[0])) for j in range(a.shape[1])])


def activations_with_dead(rng, n, m):
    """ReLU outputs in which some units are dead, some alive only once, and one example is all zero."""
    a = np.maximum(rng.standard_normal((n, m)), 0.0)
    a[rng.integers(n)] = 0.0
    kind = rng.permutation(m) % 3
    a[:, kind == 0] = 0.0
    a[:, kind == 1] = 0.0
    a[rng.integers(n), kind == 1] = rng.uniform(0.5, 1.5)
    return a


def rarely_on(rng):
    """A dead unit, and units that only the first, the last or some example switches on."""
    a = np.zeros((200, 4))
    a[[0, -1, int(rng.integers(60, 190))], [1, 2, 3]] = rng.uniform(0.5, 1.5, 3)
    return a


def dead_probes(rng):
    n, m, side = 8 + int(rng.integers(4)), 5 + int(rng.integers(3)), 6
    return (
        Probe(f"{n} examples, {m} units", (activations_with_dead(rng, n, m),)),
        Probe(f"{side} examples, {side} units", (activations_with_dead(rng, side, side),)),
        Probe("one example alone", (np.array([[0.0, 1.5, 0.0, 0.2]]),)),
        Probe("float32 numbers", (activations_with_dead(rng, n, m).astype(np.float32),)),
        Probe("200 examples, some units fire for one of them alone", (rarely_on(rng),)),
        Probe("tiny but not zero", (np.array([[0.0, 1e-30, 0.0], [0.0, 0.0, 1e-12]]),)),
        Probe("not contiguous in memory", (Strided(activations_with_dead(rng, n, m)),)),
    )


DEAD_UNITS = Exercise(
    name="dead_units",
    unit="02_activations",
    number="2.10",
    title="Dead units",
    points=1,
    reference=dead_units,
    hints=(
        (
            "Is one zero enough to call a unit dead? "
            "In the table of outputs, is a unit a row or a column? "
            "Which question must have the answer yes for every entry of it?"
        ),
        (
            "Compare the outputs with 0: this gives a table of truth values, shape (N, D). "
            "Then ask for each column whether all of its entries are True. "
            "The axis of the examples disappears, and one truth value for each unit is left."
        ),
        (
            "Three examples and four units; the rows are (0, 0, 1, 0), (0, 2, 0, 0) and (0, 0, 5, 0). "
            "Unit 1 is on once, and unit 2 is on twice. "
            "The units 0 and 3 are never on, so the result is (True, False, False, True)."
        ),
    ),
    alternatives={
        "unit by unit": dead_by_loop,
        "no entry differs from 0": lambda a: ~(a != 0).any(axis=0),
        "the maximum is 0": lambda a: np.abs(a).max(axis=0) == 0,
        "by counting": lambda a: np.count_nonzero(a, axis=0) == 0,
    },
    probes=dead_probes,
    sample=lambda rng: (activations_with_dead(rng, 6 + int(rng.integers(5)), 3 + int(rng.integers(5))),),
    mistakes={
        "zero_on_some_example": (
            lambda a: (a == 0).any(axis=0),
            (
                "A unit counts as dead when it is 0 once; a healthy ReLU is 0 on about half of the "
                "examples, a dead one on all of them."
            ),
        ),
        "examples_in_place_of_units": (
            lambda a: (a == 0).all(axis=1),
            "This asks which examples are all 0; units are columns, so go along axis 0.",
        ),
        "zero_on_the_first_example": (
            lambda a: a[0] == 0,
            "Only the first example is looked at; a unit is dead when it is 0 on all of them.",
        ),
        "live_units": (
            lambda a: (a != 0).any(axis=0),
            "The answer is upside down: True should mean dead.",
        ),
        "nearly_zero": (
            lambda a: np.isclose(a, 0.0).all(axis=0),
            (
                "Tiny values count as 0 here (np.isclose or a threshold does that); "
                "a unit with a tiny output still learns."
            ),
        ),
        "share_of_zeros": (
            lambda a: (a == 0).mean(axis=0),
            "This is how often each unit is 0; it is dead when that share is exactly 1.",
        ),
    },
    traps=(
        Trap("zero_on_some_example", breaks="A unit that is off for **every** example is **dead**."),
        Trap(lambda a: (a == 0).mean(axis=0) >= 0.95, breaks="A unit that is off for **every** example is **dead**."),
        Trap(lambda a: (a[:50] == 0).all(axis=0), breaks="A unit that is off for **every** example is **dead**."),
        Trap("examples_in_place_of_units", breaks="The result holds one truth value for each unit, `(D,)`."),
        Trap("nearly_zero", breaks="A unit that is off for **every** example is **dead**."),
    ),
)
