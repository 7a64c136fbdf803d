"""Exercise 0.11: a detector for leaks from the test part into the training part."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.nn import splits

__all__ = ["LEAKS"]

HONEST = ("minus mean of training", "unchanged")
LEAKY = (
    "minus mean of all",
    "minus largest of all",
    "minus smallest of all",
    "minus last test row",
    "one feature minus mean of all",
    "two rows moved apart",
)


def leak_probes(rng):
    n, t, d = sizes(rng, 3)
    found = []
    for name in (LEAKY[0], HONEST[0], *LEAKY[1:], HONEST[1]):
        train, test = rng.standard_normal((n + 2, d)), rng.standard_normal((t, d))
        train[:2] = np.array([[5.0], [-5.0]])  # the extremes of both parts lie among the training rows
        train = np.round(2.0**20 * train) / 2.0**20  # their sums are exact, so two rows can move without a trace
        found.append(Probe(f"the training rows {name}", (Named(name), train, test)))
    last = found[0].args
    close = np.array(last[2])
    close[0] = 4.8  # just below the largest training rows: a small move up shows, a move down does not
    found.append(
        Probe("the training rows minus largest of all, with close test rows", (Named(LEAKY[1]), last[1], close))
    )
    found.append(Probe("one feature", (last[0], last[1][:, :1], last[2][:, :1])))
    found.append(Probe("one test row", (Named(HONEST[0]), last[1], last[2][:1])))
    found.append(Probe("arrays that are not contiguous", (last[0], Strided(last[1]), Strided(last[2]))))
    return tuple(found)


def leak_sample(rng):
    n, t, d = sizes(rng, 3)
    name = (*HONEST, *LEAKY)[int(rng.integers(len(HONEST) + len(LEAKY)))]
    train = rng.standard_normal((n + 2, d))
    train[:2] = np.array([[5.0], [-5.0]])
    return Named(name), train, rng.standard_normal((t, d))


def differs(prepare, x_train, first, second):
    return bool((prepare(x_train, first) != prepare(x_train, second)).any())


def leaks_row_by_row(prepare, x_train, x_test):
    for row in range(len(x_test)):
        for far in (1e4, -1e4):
            moved = np.array(x_test)
            moved[row] = far
            if differs(prepare, x_train, x_test, moved):
                return True
    return False


def changes_the_test_rows(prepare, x_train, x_test):
    before = prepare(x_train, x_test)
    x_test += 1000.0
    up = prepare(x_train, x_test)
    x_test -= 2000.0
    return bool((before != up).any() or (before != prepare(x_train, x_test)).any())


def first_row_moved(prepare, x_train, x_test):
    results = []
    for far in (1000.0, -1000.0):
        moved = np.array(x_test)
        moved[0] += far
        results.append(differs(prepare, x_train, x_test, moved))
    return any(results)


def looks_at(summary):
    """Compares one number of the rows, or a few, in place of all of them."""

    def answer(prepare, x_train, x_test):
        usual, *moved = (summary(prepare(x_train, x_test + far)) for far in (0.0, 1e3, -1e3))
        return not all(np.array_equal(usual, it) for it in moved)

    return answer


LEAKS = Exercise(
    name="leaks",
    unit="00_warmup",
    number="0.11",
    title="Three parts without a leak",
    points=2,
    reference=splits.leaks,
    hints=(
        (
            "If prepare looks at the training rows only, what stays exactly the same, whatever the test rows are? "
            "What do you have to change, and how often do you have to call prepare, to see this?"
        ),
        (
            "Call prepare three times, always with the same training rows. "
            "Once the test rows are as they came, once all are moved far up, and once all far down. "
            "Make new arrays for that. Compare the second and the third result with the first one, entry by entry. "
            "One entry that differs is enough for the answer True."
        ),
        (
            "Suppose that prepare divides by the largest value of all rows. "
            "The training rows are 2 and 4, the test row is 3: the result is (0.5, 1). "
            "With 1003 for 3 it is about (0.002, 0.004), so the training rows have moved: a leak. "
            "With -997 for 3 it is (0.5, 1) again: this direction alone would have shown nothing."
        ),
    ),
    alternatives={
        "row by row": leaks_row_by_row,
        "both directions at once": lambda prepare, x_train, x_test: differs(
            prepare, x_train, x_test + 1e3, x_test - 1e3
        ),
        "largest difference above 0": lambda prepare, x_train, x_test: (
            max(np.abs(prepare(x_train, x_test) - prepare(x_train, x_test + far)).max() for far in (500.0, -500.0)) > 0
        ),
        "with zeros and large numbers": lambda prepare, x_train, x_test: (
            not all(
                np.array_equal(prepare(x_train, np.full_like(x_test, far)), prepare(x_train, x_test))
                for far in (0.0, 1e6, -1e6)
            )
        ),
    },
    probes=leak_probes,
    sample=leak_sample,
    mistakes={
        "upside_down": (
            lambda prepare, x_train, x_test: not leaks_row_by_row(prepare, x_train, x_test),
            "The answer is upside down: True should mean that there is a leak.",
        ),
        "moved_up_only": (
            lambda prepare, x_train, x_test: differs(prepare, x_train, x_test, x_test + 1000.0),
            "The test rows only go up, and a minimum over all rows does not see that: move them down too.",
        ),
        "moved_down_only": (
            lambda prepare, x_train, x_test: differs(prepare, x_train, x_test, x_test - 1000.0),
            "The test rows only go down, and a maximum over all rows does not see that: move them up too.",
        ),
        "every_preparation_leaks": (
            lambda prepare, x_train, x_test: bool(
                (prepare(x_train, x_test) != prepare(x_train + 1000.0 * np.arange(len(x_train))[:, None], x_test)).any()
            ),
            (
                "Every preparation is called a leak. Do the training rows move? Then of course their output "
                "does; move the test rows alone."
            ),
        ),
        "compared_with_the_raw_rows": (
            lambda prepare, x_train, x_test: bool((prepare(x_train, x_test) != x_train).any()),
            (
                "The prepared rows are compared with the raw ones, and every preparation changes them; compare "
                "two preparations."
            ),
        ),
        "first_test_row_only": (
            first_row_moved,
            "Only the first test row is moved; the leak may come from another one.",
        ),
        "every_entry_demanded": (
            lambda prepare, x_train, x_test: any(
                bool((prepare(x_train, x_test) != prepare(x_train, x_test + far)).all()) for far in (1e3, -1e3)
            ),
            "all() asks for every entry to move; one entry that moves is a leak, so use any().",
        ),
        "both_directions_demanded": (
            lambda prepare, x_train, x_test: all(
                differs(prepare, x_train, x_test, x_test + far) for far in (1e3, -1e3)
            ),
            (
                "A leak counts here only if it shows both when the test rows go up and when they go down; one "
                "of the two is enough, so join them with or."
            ),
        ),
        "moved_too_little": (
            lambda prepare, x_train, x_test: any(
                differs(prepare, x_train, x_test, x_test + far) for far in (0.5, -0.5)
            ),
            (
                "The test rows move so little that they stay inside the range of the training rows, and a "
                "maximum or minimum over all rows does not notice: move them far."
            ),
        ),
        "size_of_the_difference": (
            lambda prepare, x_train, x_test: float(
                np.abs(prepare(x_train, x_test + 1000.0) - prepare(x_train, x_test - 1000.0)).max()
            ),
            "This says by how much the training rows move; asked for is whether they move, True or False.",
        ),
        "changes_the_test_rows": (
            changes_the_test_rows,
            "x_test += ... changes the array that was passed in; x_test + ... makes a new one.",
        ),
    },
    traps=(
        Trap(
            "moved_down_only",
            breaks="If `prepare` subtracts the **largest** value of all, test rows that go down are not noticed.",
        ),
        Trap("moved_up_only", breaks="If it subtracts the smallest, test rows that go up are not."),
        Trap("first_test_row_only", breaks="So move all test rows far up, then far down, and look at both."),
        Trap("moved_too_little", breaks="So move all test rows far up, then far down, and look at both."),
        Trap("changes_the_test_rows", breaks="Do not change `x_test` itself."),
        Trap(looks_at(np.sum), breaks="The prepared training rows must not move."),
        Trap(looks_at(np.mean), breaks="The prepared training rows must not move."),
        Trap(looks_at(lambda rows: rows.mean(axis=0)), breaks="The prepared training rows must not move."),
    ),
)
