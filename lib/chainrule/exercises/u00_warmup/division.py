"""Exercise 0.11: three parts of the data."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Seeded
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import splits

__all__ = ["SPLIT"]

USUAL = (0.8, 0.1, 0.1)


def split_probes(rng):
    def probe(label, n, fractions, view="parts with sizes"):
        return Probe(label, (n, fractions, Seeded(int(rng.integers(1 << 30)))), view=view)

    many = 10 * int(rng.integers(40, 80))
    return (
        probe(f"{many} examples in 0.8, 0.1, 0.1", many, USUAL),
        probe("10 examples", 10, USUAL),
        probe("200 examples in 0.5, 0.25, 0.25", 200, (0.5, 0.25, 0.25)),
        probe("400 examples in 0.5, 0.375, 0.125", 400, (0.5, 0.375, 0.125)),
        probe("no validation part", 320, (0.75, 0.0, 0.25)),
        probe("a number that does not divide evenly", 1797, USUAL, "rows of parts"),
        probe("another one", 203, (0.6, 0.2, 0.2), "rows of parts"),
    )


def counts(n, fractions):
    train, val = round(fractions[0] * n), round(fractions[1] * n)
    return train, val, n - train - val


def split_by_sorting(n, fractions, rng):
    order = np.argsort(rng.random(n))
    train, val, _ = counts(n, fractions)
    return order[:train], order[train : train + val], order[train + val :]


def split_by_removing(n, fractions, rng):
    train, val, _ = counts(n, fractions)
    chosen = rng.choice(n, train, replace=False)
    rest = np.setdiff1d(np.arange(n), chosen)
    second = rng.choice(rest, val, replace=False)
    return chosen, second, np.setdiff1d(rest, second)


def split_into_lists(n, fractions, rng):
    rows = list(range(n))
    rng.shuffle(rows)
    train, val, _ = counts(n, fractions)
    return rows[:train], rows[train : train + val], rows[train + val :]


def blocks(n, fractions):
    train, val, _ = counts(n, fractions)
    return np.split(np.arange(n), [train, train + val])


def cut_down(n, fractions, rng):
    order = rng.permutation(n)
    train, val, test = (int(share * n) for share in fractions)
    return order[:train], order[train : train + val], order[train + val : train + val + test]


def second_cut_not_added(n, fractions, rng):
    order = rng.permutation(n)
    train, val, _ = counts(n, fractions)
    return order[:train], order[train:val], order[val:]


SPLIT = Exercise(
    name="split",
    unit="00_warmup",
    number="0.11",
    title="Three parts without a leak",
    points=2,
    reference=splits.split,
    hints=(
        (
            "Imagine the row numbers in random order, in one long strip. "
            "How do you get three parts of it that cannot overlap, and that lose nothing? How many cuts does that take?"
        ),
        (
            "Shuffle once, then cut the shuffled array at two places. "
            "The first cut is at the first share of n, and the second one at the first two shares together. "
            "A cut needs a whole number, so round it. "
            "The third part is all that comes after the second cut, so no row can get lost."
        ),
        (
            "n is 7, and the shares are 0.5, 0.25 and 0.25. The cuts are at 3.5 and 5.25, rounded 4 and 5. "
            "A shuffled strip (2, 6, 0, 5, 1, 4, 3) then gives (2, 6, 0, 5), (1) and (4, 3). 4 + 1 + 2 is 7 again."
        ),
    ),
    alternatives={
        "by sorting random numbers": split_by_sorting,
        "by choosing and removing": split_by_removing,
        "shuffled lists": split_into_lists,
    },
    probes=split_probes,
    sample=lambda rng: (8 * int(rng.integers(20, 40)), (0.5, 0.375, 0.125), Seeded(int(rng.integers(1 << 30)))),
    properties=("same_seed_same_result", "advances_generator", "leaves_global_generator"),
    mistakes={
        "not_shuffled": (
            lambda n, fractions, rng: tuple(blocks(n, fractions)),
            (
                "The parts are cut from the rows in their old order: of a file sorted by label, the test part "
                "holds the last labels alone. Shuffle all rows before the cut; inside the parts it is too late."
            ),
        ),
        "parts_overlap": (
            lambda n, fractions, rng: tuple(rng.choice(n, size, replace=False) for size in counts(n, fractions)),
            (
                "Some rows are drawn twice and others never, as when each part is drawn from all rows: "
                "rng.permutation(n) gives each row once, then cut."
            ),
        ),
        "counted_from_one": (
            lambda n, fractions, rng: tuple(part + 1 for part in split_by_sorting(n, fractions, rng)),
            "The row numbers run from 1 to n; rows count from 0, so the last one is n - 1.",
        ),
        "rows_lost_by_rounding": (
            cut_down,
            "Every size is rounded down, and a few rows are in no part: let the last part take the rest.",
        ),
        "second_cut_not_added": (
            second_cut_not_added,
            "The second cut stands at the size of the validation part; it belongs at the sum of the first two sizes.",
        ),
        "validation_and_test_swapped": (
            lambda n, fractions, rng: tuple(split_by_sorting(n, fractions, rng)[i] for i in (0, 2, 1)),
            "The parts come in the order training, test, validation; validation is the second.",
        ),
        "fixed_fractions": (
            lambda n, fractions, rng: split_by_sorting(n, USUAL, rng),
            "The shares are always 0.8, 0.1 and 0.1; use those that are passed in.",
        ),
    },
    traps=(
        Trap("not_shuffled", breaks="They must be shuffled, must not overlap"),
        Trap("parts_overlap", breaks="together hold each of 0 to `n - 1` once"),
        Trap("rows_lost_by_rounding", breaks="round as you like, but lose no row"),
        Trap("fixed_fractions", breaks="`fractions` are the three shares"),
    ),
)
