"""Exercise 1.11: a curve from straight pieces. A reading runs the network, since many are right."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import approximation

__all__ = ["RELU_INTERPOLANT"]

POINTS = 61
# Mutants are compared with the reference on random functions, over the interval and the units of the first probe.
FIRST = (-1.0, 2.0, 6)


def some_function(rng):
    height, phase = float(rng.uniform(0.5, 2.0)), float(rng.uniform(0.4, 2.5))
    return Named("wave", (height, float(rng.uniform(1.0, 2.5)), phase))


def some_polynomial(rng):
    return Named("polynomial", tuple(float(it) for it in rng.uniform(0.3, 1.2, 3) * rng.choice([-1.0, 1.0], 3)))


def probe(label, f, a, b, hidden):
    return Probe(label, (f, a, b, hidden), reading=Named("network on an interval", (a, b, POINTS, hidden)))


def probes(rng):
    a, width = float(rng.uniform(-2.0, -0.5)), float(rng.uniform(1.5, 3.0))
    start = float(rng.uniform(0.5, 1.5))
    return (
        probe("a wave on [-1, 2], 6 hidden units", some_function(rng), *FIRST),
        probe("another wave, 9 hidden units", some_function(rng), a, a + width, 9),
        probe("a parabola to the right of 0, 4 hidden units", some_polynomial(rng), start, start + width, 4),
        probe("a parabola to the left of 0, 5 hidden units", some_polynomial(rng), -start - width, -start, 5),
        probe("a straight line", Named("affine", (float(rng.uniform(0.5, 2.0)), 1.5)), a, a + width, 3),
        probe("one hidden unit", some_function(rng), 0.0, 1.5, 1),
        probe("two hidden units", some_polynomial(rng), a, 2.0, 2),
        probe("40 hidden units", some_function(rng), a, a + width, 40),
    )


def from_the_right(f, a, b, hidden):
    """Units that wake up to the left of their points."""
    knots = np.linspace(a, b, hidden + 1)
    slopes = np.diff(f(knots)) / np.diff(knots)
    turns = -np.append(slopes[:-1] - slopes[1:], slopes[-1])
    return [-np.ones((1, hidden)), turns[:, None]], [knots[1:], np.array([f(knots)[-1]])]


def by_solving(f, a, b, hidden):
    """One equation for each point."""
    knots = np.array([a + k * (b - a) / hidden for k in range(hidden + 1)])
    units = np.clip(knots[1:, None] - knots[:-1], 0, None)
    turns = np.linalg.solve(units, np.array([f(knot) - f(a) for knot in knots[1:]]))
    return [np.ones((1, hidden)), turns.reshape(-1, 1)], [-knots[:-1], np.array([f(a)])]


def piece_by_piece(f, a, b, hidden):
    width, slope, turns, thresholds = (b - a) / hidden, 0.0, [], []
    for k in range(hidden):
        left = a + k * width
        new = (f(left + width) - f(left)) / width
        turns.append([new - slope])
        thresholds.append(-left)
        slope = new
    return [np.array([[1.0] * hidden]), np.array(turns)], [np.array(thresholds), np.array([f(a)])]


def pieces(f, a, b, hidden):
    """Points, values and slopes."""
    knots = np.linspace(a, b, hidden + 1)
    values = f(knots)
    return knots, values, np.diff(values) / np.diff(knots)


def turns_of(slopes):
    return np.diff(slopes, prepend=0.0)


def built(make):
    """A network from its output weights, thresholds and start."""

    def answer(f, a, b, hidden):
        turns, thresholds, start = make(*pieces(f, a, b, hidden))
        return [np.ones((1, len(turns))), turns[:, None]], [-thresholds, np.array([start])]

    return answer


def step_without_width(knots, values, slopes):
    return turns_of(np.diff(values)), knots[:-1], values[0]


def one_unit_more(f, a, b, hidden):
    weights, biases = approximation.relu_interpolant(f, a, b, hidden)
    return (
        [np.ones((1, hidden + 1)), np.vstack([weights[1], np.zeros((1, 1))])],
        [np.append(biases[0], -b), biases[1]],
    )


def wrong_sign_of_thresholds(f, a, b, hidden):
    weights, biases = approximation.relu_interpolant(f, a, b, hidden)
    return weights, [-biases[0], biases[1]]


RELU_INTERPOLANT = Exercise(
    name="relu_interpolant",
    unit="01_linear_collapse",
    number="1.11",
    title="A curve from straight pieces",
    points=3,
    reference=approximation.relu_interpolant,
    hints=(
        (
            "At x = a no unit is awake: which number of the network must hold f(a) then? "
            "Just after a, one unit is awake: which output weight gives the first piece its slope? "
            "At the next point a second unit joins, and the first one goes on: how much slope must it add?"
        ),
        (
            "Compute in this order: the points, their values, the slope of each piece, its change at each left end. "
            "The first change is the first slope itself, since the slope before it is 0. "
            "Each hidden unit has the weight 1, and a bias that lets it wake up at its left end. "
            "The changes are the output weights, and the value at a is the output bias."
        ),
        (
            "f(x) is 24 divided by x, from 2 to 8, with 3 units: the pieces are 2 wide. "
            "The points are 2, 4, 6, 8, and the values are 12, 6, 4, 3. "
            "The slopes are -3, -1, -0.5, so the changes are -3, 2, 0.5. "
            "The hidden biases are -2, -4, -6, and the output bias is 12. "
            "At x = 5 the output is 12 - 9 + 2 = 5, half way between 6 and 4."
        ),
    ),
    alternatives={
        "from the right end": from_the_right,
        "by solving equations": by_solving,
        "piece by piece": piece_by_piece,
    },
    probes=probes,
    sample=lambda rng: (some_function(rng), *FIRST),
    tolerance=500.0,
    mistakes={
        "slopes_instead_of_turns": (
            built(lambda knots, values, slopes: (slopes, knots[:-1], values[0])),
            (
                "The output weights are the slopes themselves; earlier units go on, so each new unit adds "
                "only the change of slope."
            ),
        ),
        "start_forgotten": (
            built(lambda knots, values, slopes: (turns_of(slopes), knots[:-1], 0.0)),
            "The output bias is 0, so the curve starts at 0; it has to start at f(a).",
        ),
        "width_forgotten": (
            built(step_without_width),
            "A slope is the rise divided by the width of the piece; the width is missing.",
        ),
        "turns_at_the_right_ends": (
            built(lambda knots, values, slopes: (turns_of(slopes), knots[1:], values[0])),
            "Each unit wakes up one point too late: unit k begins at the left end of its piece.",
        ),
        "wrong_sign_of_the_thresholds": (
            wrong_sign_of_thresholds,
            "The hidden biases have the wrong sign: max(x - t, 0) has the bias -t.",
        ),
        "last_slope_missing": (
            lambda f, a, b, hidden: (
                approximation.relu_interpolant(f, a, b, hidden - 1)
                if hidden > 1
                else ([np.ones((1, 1)), np.zeros((1, 1))], [np.array([-a]), np.array([f(a)])])
            ),
            "There are only hidden - 1 pieces: hidden pieces need hidden + 1 points, both ends included.",
        ),
        "one_unit_too_many": (
            one_unit_more,
            (
                "The curve is right, but there is one hidden unit too many: a unit for each piece, none for "
                "the last point."
            ),
        ),
        "first_slope_missing": (
            built(
                lambda knots, values, slopes: (
                    np.concatenate([[0.0], np.diff(slopes)]),
                    knots[:-1],
                    values[0],
                )
            ),
            "The first piece is flat: before a the slope is 0, so the first change is the first slope itself.",
        ),
        "values_as_weights": (
            built(lambda knots, values, slopes: (values[:-1] * 1.0, knots[:-1], values[0])),
            "The output weights are values of f; they are changes of its slope.",
        ),
    },
    traps=(
        Trap("start_forgotten", breaks="The network must meet $f$ at all these points"),
        Trap("one_unit_too_many", breaks="There is one unit for each piece, at its left end"),
        Trap("first_slope_missing", breaks="Before the first piece the slope is $m_{-1} = 0$."),
    ),
)
