"""Exercise 0.5: slopes by moving one number at a time."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.nn import numeric

__all__ = ["NUMERIC_GRADIENT"]


def point(rng, *shape):
    """Where to take a gradient: entries between -1.5 and 1.5, and slopes of ordinary size."""
    x = rng.uniform(-1.5, 1.5, shape)
    x.flat[0] = rng.uniform(0.8, 1.2)
    return x


def probes(rng):
    n, d, side = sizes(rng, 3)
    coupled, cubic, sine = Named("coupled", (2.0,)), Named("cubic", (0.7,)), Named("sine", (2.0,))
    return (
        Probe(f"{d} numbers that multiply each other", (coupled, point(rng, d), 1e-3)),
        Probe("one number", (cubic, np.array([0.7]), 0.1)),
        Probe("two numbers, squares", (Named("quadratic", (1.0, 3.0)), np.array([1.0, -2.0]), 0.01)),
        Probe("h left out", (sine, point(rng, 3))),
        Probe("a large h", (cubic, point(rng, d), 0.2)),
        Probe(f"a table of {n} x {d} numbers", (coupled, point(rng, n, d), 1e-3)),
        Probe(f"a square table of {side} x {side} numbers", (coupled, point(rng, side, side), 1e-3)),
        Probe("integers", (coupled, np.array([[2, -1], [0, 1], [1, 3]]), 0.01)),
        Probe("an array that is not contiguous in memory", (cubic, Strided(point(rng, n, d)), 1e-3)),
    )


def sample(rng):
    return Named("coupled", (2.0,)), point(rng, *sizes(rng, 2)), 1e-2


def by_unit_vectors(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    slopes = []
    for i in range(x.size):
        unit = np.zeros(x.size)
        unit[i] = h
        unit = unit.reshape(x.shape)
        slopes.append((f(x + unit) - f(x - unit)) / (2 * h))
    return np.array(slopes).reshape(x.shape)


def by_index(f, x, h=1e-5):
    """Moves entries of a copy and puts each of them back."""
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        gradient[index] = (above - f(x)) / (h + h)
        x[index] = old
    return gradient


def added_and_taken_back(f, x, h=1e-5):
    """Leaves a rounding error in every entry, which dividing by h makes a hundred thousand times larger."""
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        gradient[index] = (above - f(x)) / (2 * h)
        x[index] += h
    return gradient


def as_mean_of_both_sides(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    units = np.eye(x.size).reshape(-1, *x.shape)
    after = np.array([(f(x + h * it) - f(x)) / h for it in units])
    before = np.array([(f(x) - f(x - h * it)) / h for it in units])
    return ((after + before) / 2).reshape(x.shape)


def difference(ahead, behind, width):
    """A rule (f(x + ahead h) - f(x + behind h)) / (width h) for every entry."""

    def rule(f, x, h=1e-5):
        x = np.asarray(x, dtype=float)
        units = np.eye(x.size).reshape(-1, *x.shape)
        slopes = [(f(x + ahead * h * it) - f(x + behind * h * it)) / (width * h) for it in units]
        return np.array(slopes).reshape(x.shape)

    return rule


def never_put_back(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        gradient[index] = (above - f(x)) / (2 * h)
    return gradient


def moves_that_stay(f, x, h=1e-5):
    up, down = np.array(x, dtype=float), np.array(x, dtype=float)
    gradient = np.zeros_like(up)
    for index in np.ndindex(*x.shape):
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


def moves_the_input(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        gradient[index] = (above - f(x)) / (2 * h)
    return gradient


def keeps_the_integers(f, x, h=1e-5):
    x = np.array(x)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        gradient[index] = (above - f(x)) / (2 * h)
        x[index] = old
    return gradient


def for_vectors_only(f, x, h=1e-5):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        unit = np.zeros(len(x))
        unit[i] = h
        gradient[i] = (f(x + unit) - f(x - unit)) / (2 * h)
    return gradient


NUMERIC_GRADIENT = Exercise(
    name="numeric_gradient",
    unit="00_warmup",
    number="0.5",
    title="Slopes without calculus",
    points=2,
    reference=numeric.numeric_gradient,
    hints=(
        (
            "You want one slope for each entry of x. "
            "If two entries moved at once, whose slope would the difference of the two values tell? "
            "How often is f called for one entry, and with which two arrays?"
        ),
        (
            "Make a result of zeros with the shape of x. "
            "Then go through the positions, one after the other. "
            "For each one make two floating copies of the unmoved x. "
            "Raise this entry in the one, and lower it in the other. "
            "The difference of the two values of f, divided by the distance between the two moved entries, goes here."
        ),
        (
            "f multiplies the two entries of x; x is (2, 5), and h is 0.1. "
            "First entry: 2.1 times 5 is 10.5, and 1.9 times 5 is 9.5. The difference 1, divided by 0.2, gives 5. "
            "Second entry: 2 times 5.1 is 10.2, and 2 times 4.9 is 9.8. The difference 0.4, divided by 0.2, gives 2. "
            "The result is (5, 2)."
        ),
    ),
    alternatives={
        "with unit vectors": by_unit_vectors,
        "entry by entry, put back": by_index,
        "added and taken back": added_and_taken_back,
        "mean of both sides": as_mean_of_both_sides,
    },
    probes=probes,
    sample=sample,
    tolerance=2e6,  # h = 1e-5 costs five digits
    mistakes={
        "forward_difference": (
            difference(1, 0, 1),
            "This looks ahead only, (f(x + h) - f(x)) / h; its error shrinks as h, that of both sides as h squared.",
        ),
        "backward_difference": (
            difference(0, -1, 1),
            "This looks back only, (f(x) - f(x - h)) / h; take f(x + h) - f(x - h), and divide by 2 h.",
        ),
        "divided_by_h": (
            difference(1, -1, 1),
            sentences.DIVIDED_BY_H,
        ),
        "multiplied_by_h": (
            lambda f, x, h=1e-5: difference(1, -1, 2)(f, x, h) * h * h,
            "/ 2 * h divides by 2 and multiplies by h: the denominator (2 * h) needs brackets.",
        ),
        "sign_flipped": (
            difference(-1, 1, 2),
            "The difference is taken the other way round: f(x + h) comes first.",
        ),
        "all_entries_at_once": (
            lambda f, x, h=1e-5: np.array((f(x + h) - f(x - h)) / (2 * h)),
            "x + h moves all entries at once, which gives one number, the sum of the slopes: move one entry at a time.",
        ),
        "one_number_for_all": (
            lambda f, x, h=1e-5: np.full(np.shape(x), (f(x + h) - f(x - h)) / (2 * h)),
            "Every entry holds the sum of all slopes, since x + h moves all entries at once.",
        ),
        "never_put_back": (
            never_put_back,
            "A moved entry is not put back before the next one is moved.",
        ),
        "moves_the_input": (
            moves_the_input,
            sentences.MOVES_THE_INPUT,
        ),
        "flat_result": (
            lambda f, x, h=1e-5: by_unit_vectors(f, x, h).ravel(),
            "The result is a flat list of slopes; give it the shape of x.",
        ),
        "own_step": (
            lambda f, x, h=1e-5: by_unit_vectors(f, x, 1e-5),
            sentences.OWN_STEP,
        ),
        "integers_cut_off": (
            keeps_the_integers,
            sentences.INTEGERS_CUT_OFF,
        ),
        "result_of_integers": (
            lambda f, x, h=1e-5: by_unit_vectors(f, x, h).astype(x.dtype),
            (
                "For integers the slopes are stored in an integer array (zeros_like(x) makes one), which cuts "
                "them off: use zeros(x.shape)."
            ),
        ),
        "for_vectors_only": (
            for_vectors_only,
            "This works for a vector only; x may be a table: np.ndindex(*x.shape) gives every position.",
        ),
        "moves_add_up": (
            moves_that_stay,
            "An entry that was moved stays moved for the next one; start from the unmoved x each time.",
        ),
    },
    traps=(
        Trap("never_put_back", breaks="start from the unmoved `x` for the next one"),
        Trap("moves_the_input", breaks="Move **one** entry at a time, on a copy"),
        Trap("all_entries_at_once", breaks="Move **one** entry at a time, on a copy"),
        Trap("integers_cut_off", breaks="`x` may hold integers, where adding $h$ does nothing"),
        Trap("for_vectors_only", breaks="The result has the shape of `x`: one slope for each entry."),
        Trap("forward_difference", breaks="the error shrinks as $h^2$, with one side only as $h$"),
    ),
)
