"""Exercise 6.10: random search, and how many different values a search has tried."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe, Seeded
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.nn import tuning

__all__ = ["DISTINCT_PER_AXIS", "RANDOM_SEARCH"]

section = partial(Exercise, unit="06_tuning", number="6.10", title="Random search")


def listed(label, rng, columns, budget, *, cliff=np.inf, places=None):
    """Samplers with known values, so that each right answer tries the same points."""
    places = rng.uniform(0.2, 0.8, len(columns)) if places is None else places
    hills = [float(it) for place in places for it in (rng.uniform(0.5, 1.5), place)]
    objective = Named("landscape", (budget, float(cliff), float(rng.uniform(-1.0, 1.0)), *hills))
    samplers = [Named("listed sampler", tuple(float(it) for it in column)) for column in columns]
    return Probe(label, (objective, samplers, budget, generator(rng)), view="point and score")


def generator(rng):
    return Seeded(int(rng.integers(1 << 30)))


def with_best_in_the_middle(rng, axes, budget):
    """Values of which neither the first nor the last point is the best one; the best place is 0.5."""
    columns = rng.uniform(0.0, 0.3, (axes, budget))
    columns[:, budget // 2] = 0.5 + rng.uniform(-0.02, 0.02, axes)
    return columns


def probes(rng):
    def ordinary(label, axes, budget):
        return listed(label, rng, with_best_in_the_middle(rng, axes, budget), budget, places=[0.5] * axes)

    failing = with_best_in_the_middle(rng, 2, 6)
    failing[0, [1, 4]] = 0.9, 0.95
    first = with_best_in_the_middle(rng, 2, 5)
    first[0, 0] = 0.9
    last = np.array([[0.1, 0.2, 0.3, 0.5]])
    low = rng.uniform(3.0, 4.0, (2, 6))
    low[:, 3] = 2.9
    deep = low.copy()
    deep[0, [0, 4]] = 5.0
    real = Named("landscape", (1, np.inf, 0.0, 1.0, float(rng.uniform(0.3, 0.7))))
    return (
        ordinary("5 runs with two settings", 2, 5),
        ordinary("7 runs with three settings", 3, 7),
        ordinary("9 runs with one setting", 1, 9),
        listed("runs that diverge", rng, failing, 6, cliff=0.8, places=[0.5, 0.5]),
        listed("a first run that diverges", rng, first, 5, cliff=0.8, places=[0.5, 0.5]),
        listed("a last run that is the best", rng, last, 4, places=[0.5]),
        listed("a first run that is the best", rng, last[:, ::-1], 4, places=[0.5]),
        listed("scores below 0", rng, low, 6, places=[0.5, 0.5]),
        listed("scores below 0, and runs that diverge", rng, deep, 6, cliff=4.5, places=[0.5, 0.5]),
        listed("one run", rng, [[0.4], [0.7]], 1),
        Probe(
            "a sampler that uses the generator",  # one draw: a grader that calls from afar may send it a copy
            (real, [Named("uniform sampler", (0.0, 1.0))], 1, generator(rng)),
            view="point and score",
        ),
    )


def by_lists(objective, samplers, budget, rng):
    points = [[sampler(rng) for sampler in samplers] for _ in range(budget)]
    scores = np.array([objective(*point) for point in points])
    best = int(np.nanargmax(scores))
    return points[best], scores[best]


def by_columns(objective, samplers, budget, rng):
    columns = [[sampler(rng) for _ in range(budget)] for sampler in samplers]
    found, best = -np.inf, None
    for point in zip(*columns, strict=True):
        score = objective(*point)
        if score > found:
            found, best = score, point
    return np.array(best), found


def tried(objective, samplers, budget, rng):
    points = [[sampler(rng) for sampler in samplers] for _ in range(budget)]
    return points, np.array([objective(*point) for point in points])


def nan_wins(objective, samplers, budget, rng):
    points, scores = tried(objective, samplers, budget, rng)
    best = int(np.argmax(scores))
    return points[best], scores[best]


def first_nan_stays(objective, samplers, budget, rng):
    points, scores = tried(objective, samplers, budget, rng)
    best = 0
    for run in range(1, budget):
        if scores[run] > scores[best]:
            best = run
    return points[best], scores[best]


def lowest(objective, samplers, budget, rng):
    points, scores = tried(objective, samplers, budget, rng)
    best = int(np.nanargmin(scores))
    return points[best], scores[best]


def one_point(objective, samplers, budget, rng):
    point = [sampler(rng) for sampler in samplers]
    score = max(objective(*point) for _ in range(budget))
    return point, score


def last_point(objective, samplers, budget, rng):
    points, scores = tried(objective, samplers, budget, rng)
    return points[-1], np.nanmax(scores)


def own_generator(objective, samplers, budget, rng):
    points, scores = tried(objective, samplers, budget, np.random.default_rng(0))
    best = int(np.nanargmax(scores))
    return points[best], scores[best]


def one_run_short(objective, samplers, budget, rng):
    points, scores = tried(objective, samplers, max(budget - 1, 1), rng)
    best = int(np.nanargmax(scores))
    return points[best], scores[best]


def from_zero(objective, samplers, budget, rng):
    best, highest = None, 0.0
    for _ in range(budget):
        point = [sampler(rng) for sampler in samplers]
        score = objective(*point)
        if score > highest:
            best, highest = point, score
    return best, highest


def zero_for_nan(objective, samplers, budget, rng):
    points, scores = tried(objective, samplers, budget, rng)
    best = int(np.argmax(np.nan_to_num(scores)))
    return points[best], scores[best]


def one_more_draw(objective, samplers, budget, rng):
    points, scores = tried(objective, samplers, budget, rng)
    best = int(np.nanargmax(scores))
    return points[best], objective(*points[best])


RANDOM_SEARCH = section(
    name="random_search",
    points=3,
    reference=tuning.random_search,
    hints=(
        (
            "What is the same as in the grid search, and what is not? "
            "Where do the combinations come from now, and how many are there? "
            "When must a sampler be called: once for all runs, or once in each run?"
        ),
        (
            "Repeat as often as the budget says. "
            "In each run make a new point: call the samplers one after the other, each with the rng that was passed "
            "in. Call `objective` with the values of this point, once, and keep the score. "
            "Remember the best point and its score, as before."
        ),
        (
            "Two samplers and a budget of 3: the points are (0.3, 16), (0.02, 64) and (0.1, 8). "
            "The scores are nan, -2 and -5. The results are the point with 0.02 and 64, and the score -2."
        ),
    ),
    alternatives={"all points first": by_lists, "all values of a setting first": by_columns},
    probes=probes,
    sample=lambda rng: listed("random", rng, rng.uniform(0, 1, (2, 6)), 6).args,
    properties=("leaves_global_generator",),
    traps=(
        Trap("nan_wins", breaks="as in the grid search; nan must not win"),
        Trap(zero_for_nan, breaks="as in the grid search; nan must not win"),
        Trap(own_generator, breaks="call every sampler once, with the `rng` that you got"),
    ),
    mistakes={
        "nan_wins": (
            nan_wins,
            sentences.NAN_WINS,
        ),
        "first_nan_stays": (
            first_nan_stays,
            sentences.FIRST_NAN_STAYS,
        ),
        "lowest_score": (
            lowest,
            sentences.LOWEST_SCORE,
        ),
        "one_point_for_all_runs": (
            one_point,
            "The samplers are called once, so each run tries the same point; call them anew for every run.",
        ),
        "last_point_returned": (
            last_point,
            "The score is the best one, but the point is that of the last run; keep point and score together.",
        ),
        "own_generator": (
            own_generator,
            "The samplers get another generator than the one that was passed in; call sampler(rng).",
        ),
        "best_starts_at_zero": (
            from_zero,
            sentences.BEST_STARTS_AT_ZERO,
        ),
        "one_run_short": (
            one_run_short,
            "One run less than the budget allows is made; range(budget) counts all of them.",
        ),
        "more_runs_than_paid": (
            one_more_draw,
            (
                "The objective is called more often than the budget pays: keep the best score in place of running "
                "its point once more, and let range(budget) count the runs."
            ),
        ),
    },
)

# --- different values --------------------------------------------------------------------------------


def table(label, *columns):
    return Probe(label, (np.array(columns, dtype=float).T,))


def grid_points(rng, *sizes):
    mesh = np.meshgrid(*(rng.standard_normal(size) for size in sizes), indexing="ij")
    rows = np.stack([side.ravel() for side in mesh], axis=1)
    return rows[rng.permutation(len(rows))]


def distinct_probes(rng):
    return (
        Probe("a grid of 3 x 4 settings", (grid_points(rng, 3, 4),)),
        Probe("12 random points", (rng.standard_normal((12, 3)),)),
        Probe("a grid with three axes", (grid_points(rng, 2, 3, 5),)),
        Probe("as many runs as settings", (rng.integers(0, 2, (4, 4)).astype(float),)),
        Probe("integers, some twice", (rng.integers(0, 4, (9, 2)),)),
        Probe("float32 numbers", (grid_points(rng, 4, 2).astype(np.float32),)),
        table("a value that comes back, and one that stays", [1, 2, 1, 2, 1], [7, 7, 7, 7, 7], [1, 2, 3, 4, 5]),
        table("a point that was tried twice", [0.3, 0.2, 0.3, 0.3], [5.0, 6.0, 5.0, 7.0]),
        Probe("one run", (rng.standard_normal((1, 3)),)),
        table("the same value on two axes", [0.1, 0.2, 0.1], [0.1, 0.1, 0.2]),
    )


DISTINCT_PER_AXIS = section(
    name="distinct_per_axis",
    points=1,
    reference=tuning.distinct_per_axis,
    hints=(
        (
            "Take one column of points, say 3, 3, 4, 3: how many different values are in it? "
            "What does Python have that holds every value only once? How do you get from the array to its columns?"
        ),
        (
            "Go through the columns: a loop over the transposed array gives them one by one. "
            "For each column, collect its different values, and count them. "
            "Put the counts into one array, in the order of the columns."
        ),
        (
            "The runs are (3, 7, 1), (3, 8, 1), (4, 9, 1) and (3, 7, 1). "
            "The columns have 2, 3 and 1 different values, so the result is (2, 3, 1). "
            "It has a number for each setting, not for each run."
        ),
    ),
    alternatives={
        "sets": lambda points: np.array([len(set(column.tolist())) for column in points.T]),
        "jumps in the sorted columns": lambda points: 1 + (np.diff(np.sort(points, axis=0), axis=0) > 0).sum(axis=0),
        "a dictionary for each column": lambda points: np.array(
            [len(dict.fromkeys(points[:, k])) for k in range(points.shape[1])]
        ),
    },
    probes=distinct_probes,
    sample=lambda rng: (rng.integers(0, 5, (int(rng.integers(2, 9)), int(rng.integers(1, 5)))).astype(float),),
    mistakes={
        "number_of_runs": (
            lambda points: np.full(points.shape[1], len(points)),
            "This is the number of runs; a grid repeats its values, so count the different ones of a column.",
        ),
        "rows_in_place_of_columns": (
            lambda points: np.array([np.unique(row).size for row in points]),
            "It counts along the rows, that is within a run; a setting is a column of points.",
        ),
        "one_count_for_all": (
            lambda points: np.full(points.shape[1], np.unique(points).size),
            "All columns are counted together; each setting needs a count of its own.",
        ),
        "different_rows": (
            lambda points: np.full(points.shape[1], np.unique(points, axis=0).shape[0]),
            "These are the different rows, that is points; count the different values of each column.",
        ),
        "neighbors_compared": (
            lambda points: 1 + (np.diff(points, axis=0) != 0).sum(axis=0),
            "It counts changes from run to run; a value that comes back later is counted twice.",
        ),
    },
    traps=(Trap("rows_in_place_of_columns", breaks="with the number of different values in each column"),),
)
