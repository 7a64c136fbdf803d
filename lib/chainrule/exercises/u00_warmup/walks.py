"""Exercises 0.3 and 0.4: uphill to the most likely guess, downhill to the smallest loss."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u00_warmup.walkers import (
    called_again,
    filled_in,
    one_after_the_other,
    stops_early,
    walked,
    wrong_walks,
)
from chainrule.nn import descent

__all__ = ["GRADIENT_ASCENT", "GRADIENT_DESCENT"]

VIEW = "stacked path"


def spread(rng, *shape):
    """Starting points of both signs, none near 0."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2.0, shape)


def rate(rng):
    return float(rng.uniform(0.05, 0.2))


def probes(rng, *, uphill):
    """Walks on slopes that lead back to a point: straight, bent, and one with several curvatures."""
    n, d = sizes(rng, 2)
    sign = -1.0 if uphill else 1.0
    back = Named("affine", (sign * 1.5, 2.0))
    valley = Named("valley slope", (sign * 0.5, sign * 2.0, sign * 3.0))
    wave = Named("wave", (1.0, 0.7))
    coupled = Named("coupled slope", (sign,))
    return (
        Probe("a number, three steps on a straight slope", (back, 2.0, round(rate(rng), 4), 3), view=VIEW),
        Probe(f"{d} numbers, five steps", (wave, spread(rng, d), rate(rng), 5), view=VIEW),
        Probe("one step", (back, spread(rng, d), rate(rng), 1), view=VIEW),
        Probe("no step at all", (back, spread(rng, d), 0.3, 0), view=VIEW),
        Probe("three weights with a curvature each", (valley, spread(rng, 3), rate(rng), 6), view=VIEW),
        Probe("weights that depend on each other", (coupled, spread(rng, 3), rate(rng), 5), view=VIEW),
        Probe("a walk that arrives long before its last step", (back, spread(rng, 2), 0.4, 60), view=VIEW),
        Probe("a start where the slope is 0", (valley, np.zeros(3), rate(rng), 3), view=VIEW),
        Probe("a table of weights", (wave, spread(rng, n, d), rate(rng), 4), view=VIEW),
        Probe("a rate above 1", (wave, spread(rng, d), 1.5, 3), view=VIEW),
        Probe("float32 numbers", (valley, spread(rng, 3).astype(np.float32), rate(rng), 4), view=VIEW),
        Probe("integers", (back, np.array([2, -3]), 0.25, 3), view=VIEW),
        Probe("not contiguous in memory", (wave, Strided(spread(rng, n, d)), rate(rng), 2), view=VIEW),
    )


def sample(rng):
    return Named("wave", (1.0, 0.7)), spread(rng, *sizes(rng, 1)), rate(rng), int(rng.integers(1, 6))


GRADIENT_ASCENT = Exercise(
    name="gradient_ascent",
    unit="00_warmup",
    number="0.3",
    title="Climbing to the best guess",
    points=2,
    reference=descent.gradient_ascent,
    hints=(
        (
            "Where is the slope asked for in the second step: at the start, or where the first step has led? "
            "Which position stands in the path before any step is taken? "
            "If nothing is ever erased, how many positions are there after 2 steps?"
        ),
        (
            "Begin a list that holds the start alone. "
            "Then repeat as often as steps says: ask for the slope where you stand, and compute a new position. "
            "Put this new position at the end of the list, and go on from there. "
            "When the loop is over, return the newest position first and the list second."
        ),
        (
            "The score is 10 - 2 theta, the start is 0, lr is 0.1, and there are 3 steps. "
            "The slopes are 10, 8 and 6.4, so the steps are 1, 0.8 and 0.64 long. "
            "The path is (0, 1, 1.8, 2.44), and the last position is 2.44. "
            "The steps get shorter on the way to the top at 5."
        ),
    ),
    alternatives={
        "with a list": walked(1.0),
        "into an array": filled_in(1.0),
        "calling itself": called_again(1.0),
        "with counted steps": lambda score, theta, lr, steps: filled_in(lr)(score, theta, 1.0, steps),
    },
    probes=partial(probes, uphill=True),
    sample=sample,
    tolerance=500.0,
    mistakes=wrong_walks(
        1.0,
        "This walks downhill: to climb, add lr times the score.",
        "+",
        "score",
    ),
    traps=(
        Trap(
            "same_array_in_every_entry",
            breaks="Then `theta += ...` changes it in place, and every entry of your path is the same array.",
        ),
        Trap(
            stops_early(1.0, 1e-6), breaks="After `steps` steps these are `steps + 1` positions, in a list or an array."
        ),
        Trap(
            stops_early(1.0, 0.0), breaks="After `steps` steps these are `steps + 1` positions, in a list or an array."
        ),
        Trap(
            lambda f, start, lr, steps: (
                walked(1.0)(f, start, lr, steps)[0],
                walked(1.0)(f, start, lr, steps)[1][::-1],
            ),
            breaks="and the `path` of all positions, the start first",
        ),
    ),
)

GRADIENT_DESCENT = Exercise(
    name="gradient_descent",
    unit="00_warmup",
    number="0.4",
    title="Going down, and when it fails",
    points=2,
    reference=descent.gradient_descent,
    hints=(
        (
            "The gradient points to where the loss grows. "
            "If the gradient of one weight is positive, should this weight get larger or smaller? "
            "Which part of your climb can stay exactly as it was?"
        ),
        (
            "The loop is that of the climb, with one sign changed. "
            "Each step asks for the gradient at the newest weights, multiplies it by lr, and goes the other way. "
            "All entries of w move in the same step, whatever its shape is, so no loop over the entries is needed. "
            "Each step makes a new array, so that the older positions in the path stay what they were."
        ),
        (
            "w is (4, -1), and the gradient is the first weight itself and 10 times the second one; lr is 0.1. "
            "Step 1: the gradient is (4, -10), so w becomes (3.6, 0). "
            "Step 2: the gradient is (3.6, 0), so w becomes (3.24, 0). "
            "The path holds (4, -1), (3.6, 0) and (3.24, 0)."
        ),
    ),
    alternatives={
        "with a list": walked(-1.0),
        "into an array": filled_in(-1.0),
        "calling itself": called_again(-1.0),
        "as a climb on the negative": lambda grad, w, lr, steps: walked(1.0)(lambda at: -grad(at), w, lr, steps),
    },
    probes=partial(probes, uphill=False),
    sample=sample,
    tolerance=500.0,
    mistakes=wrong_walks(
        -1.0,
        "This walks uphill: the gradient points up, so subtract lr times the gradient.",
        "-",
        "grad",
    ),
    traps=(
        Trap(one_after_the_other, breaks="`grad(w)` has the same shape: one slope for each weight."),
        Trap(stops_early(-1.0, 1e-9), breaks="Return the last `w` and the path, as before."),
        Trap(
            lambda f, start, lr, steps: walked(-1.0)(f, np.ravel(start), lr, steps),
            breaks="`w` is an array of any shape, the **weights**.",
        ),
    ),
)
