"""Exercises 6.8 and 6.9: numbers on a logarithmic scale, and a grid."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe, Seeded, Statistic
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import five_sigma
from chainrule.nn import tuning

__all__ = ["GRID_SEARCH", "SAMPLE_LOG_UNIFORM"]

log_section = partial(Exercise, unit="06_tuning", number="6.8", title="Rates on a logarithmic scale")
grid_section = partial(Exercise, unit="06_tuning", number="6.9", title="Grid search")

MANY = 3000


def log_uniform(low, high, size):
    """What draws between these ends have in common."""
    middle, width = (np.log(low) + np.log(high)) / 2, np.log(high / low)
    spread = width / 12**0.5
    return (
        Statistic("share of entries between the ends", "the result", 1.0, 1.0, 0.5 / size**0.5),
        five_sigma("mean logarithm", "the result", middle, spread / size**0.5),
        five_sigma("spread of the logarithms", "the result", spread, 0.45 * spread / size**0.5),
        five_sigma("correlation of neighboring rows", "the result", 0.0, 1.2 / size**0.5),
        five_sigma("unevenness of the steps", "the result", 1.0, 2.0 / size**0.5),
    )


def draws(label, low, high, rng, size=MANY):
    return Probe(label, (low, high, size, Seeded(int(rng.integers(1 << 30)))), statistics=log_uniform(low, high, size))


def log_probes(rng):
    tens = 10.0 ** -rng.uniform(3.5, 4.5)
    return (
        draws("rates from about 1e-4 to 1", float(tens), 1.0, rng),
        draws("rates from 1e-5 to 0.2", 1e-5, 0.2, rng),
        draws("numbers of units from 8 to 500", 8.0, 500.0, rng),
        draws("numbers on one side of 1", 2.0, 3.0, rng, 2000),
        draws("another size", 1e-3, 0.5, rng, 1000),
    )


def uniform_of_the_ends(low, high, size, rng):
    return rng.uniform(low, high, size)


SAMPLE_LOG_UNIFORM = log_section(
    name="sample_log_uniform",
    points=2,
    reference=tuning.sample_log_uniform,
    hints=(
        (
            "Between which two numbers is u drawn, if low is 0.001 and high is 10? "
            "What must be done with u, so that a rate comes out? How many numbers u do you need?"
        ),
        (
            "Take the logarithm of both ends. "
            "Draw all the numbers at once with the uniform method of rng, between these two, in the size that is "
            "asked for. Then undo the logarithm, for the whole array."
        ),
        (
            "low = 0.001 and high = 10: the logarithms are -6.908 and 2.303. "
            "u = -2.303 lies in the middle, and gives 0.1: a factor of 100 away from both ends. "
            "About a quarter of the draws lies between 1 and 10, since that is one of four powers of ten."
        ),
    ),
    alternatives={
        "powers of ten": lambda low, high, size, rng: 10 ** rng.uniform(np.log10(low), np.log10(high), size),
        "a ratio to a random power": lambda low, high, size, rng: low * (high / low) ** rng.random(size),
        "one after the other": lambda low, high, size, rng: np.array(
            [np.exp(rng.uniform(np.log(low), np.log(high))) for _ in range(size)]
        ),
    },
    probes=log_probes,
    sample=lambda rng: (10.0 ** rng.uniform(-5, -2), 1.0, MANY, Seeded(int(rng.integers(1 << 30)))),
    properties=("advances_generator", "same_seed_same_result", "leaves_global_generator"),
    mistakes={
        "uniform_not_logarithmic": (
            uniform_of_the_ends,
            "The numbers themselves are uniform, so nine of ten lie in the top decade; draw the logarithm.",
        ),
        "exponents_as_ends": (
            lambda low, high, size, rng: 10 ** rng.uniform(low, high, size),
            "low and high are the ends themselves, not exponents of ten; take their logarithms first.",
        ),
        "logarithms_returned": (
            lambda low, high, size, rng: rng.uniform(np.log(low), np.log(high), size),
            "These are the logarithms; raise e to them to get back between low and high.",
        ),
        "bases_mixed": (
            lambda low, high, size, rng: np.exp(rng.uniform(np.log10(low), np.log10(high), size)),
            "log10 and exp belong to different bases; use log with exp, or log10 with 10**.",
        ),
        "bases_mixed_the_other_way": (
            lambda low, high, size, rng: 10 ** rng.uniform(np.log(low), np.log(high), size),
            "log and 10** belong to different bases; use log with exp, or log10 with 10**.",
        ),
        "normal_in_place_of_uniform": (
            lambda low, high, size, rng: np.exp(
                rng.normal((np.log(low) + np.log(high)) / 2, np.log(high / low) / 12**0.5, size)
            ),
            "A normal distribution has no ends: some numbers lie outside low to high. Use rng.uniform.",
        ),
        "one_number_for_all": (
            lambda low, high, size, rng: np.full(size, np.exp(rng.uniform(np.log(low), np.log(high)))),
            "One number is drawn and repeated; pass size to rng.uniform.",
        ),
        "sorted_draws": (
            lambda low, high, size, rng: np.sort(np.exp(rng.uniform(np.log(low), np.log(high), size))),
            "The draws are right but sorted, so early runs all get low rates; leave them in the order they came.",
        ),
        "equal_steps_not_random": (
            lambda low, high, size, rng: np.geomspace(low, high, size),
            "These are equal steps on a logarithmic scale, the same at every call; draw them with rng.",
        ),
    },
    traps=(
        Trap("bases_mixed", breaks="`log` belongs to `exp`, and `log10` to `10**`: do not mix them."),
        Trap("equal_steps_not_random", breaks="Draw from `rng`."),
        Trap("uniform_not_logarithmic", breaks="each power of ten should get the same share"),
    ),
)

# --- the grid ----------------------------------------------------------------------------------------


def landscape(rng, axes, budget, cliff=np.inf):
    """A score whose best place lies near, but not on, a random point of the grid."""
    hills = []
    for axis in axes:
        width = (max(axis) - min(axis)) or 1.0
        center = float(rng.choice(axis)) + 0.11 * width * float(rng.uniform(-1.0, 1.0))
        hills += [float(rng.uniform(0.3, 1.0)) / width**2, center]
    return Named("landscape", (budget, float(cliff), float(rng.uniform(-1.0, 1.0)), *hills))


def grid_case(rng, label, sizes, *, cliff=False):
    axes = [[float(it) for it in rng.permutation(np.arange(1.0, size + 1)) / 10**i] for i, size in enumerate(sizes)]
    edge = np.inf
    if cliff:  # the first run is a good one, others with a larger first setting fail
        axes[0] = [min(axes[0]), *(it for it in axes[0] if it > min(axes[0]))]
        edge = sorted(axes[0])[len(axes[0]) // 2]
    runs = int(np.prod(sizes))
    return Probe(label, (landscape(rng, axes, runs, edge), axes), view="point and score")


def first_fails(rng, label):
    """The first combination gives nan, and so does the last."""
    axes = [[9.0, 2.0, 1.0, 8.0], [0.5, 0.1]]
    return Probe(label, (landscape(rng, [[1.0, 2.0], axes[1]], 8, 3.0), axes), view="point and score")


def valley(label):
    """From the first corner, a step along either axis is a step up the side of the valley."""
    axes = [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]
    return Probe(label, (Named("landscape", (9, np.inf, -1.9, 1.0, 3.0, 1.0, 2.9)), axes), view="point and score")


def low_scores(rng, label, *, cliff=np.inf):
    """As when the score is minus a loss."""
    axes = [[1.0, 2.5, 2.0], [0.4, 0.1]]
    places = rng.uniform(4.0, 5.0, 2)
    return Probe(
        label,
        (Named("landscape", (6, cliff, 0.0, 1.0, float(places[0]), 1.0, float(places[1]))), axes),
        view="point and score",
    )


def grid_probes(rng):
    return (
        grid_case(rng, "3 x 3 settings", (3, 3)),
        grid_case(rng, "4 x 2 settings", (4, 2)),
        grid_case(rng, "three axes", (2, 3, 4)),
        grid_case(rng, "one axis", (5,)),
        grid_case(rng, "some runs diverge", (4, 3), cliff=True),
        first_fails(rng, "the first and the last run diverge"),
        grid_case(rng, "one combination", (1, 1)),
        low_scores(rng, "scores below 0"),
        low_scores(rng, "scores below 0, and runs that diverge", cliff=2.2),
        valley("settings whose best values depend on each other"),
    )


def is_better(score, best):
    return not np.isnan(score) and (best is None or score > best)


def grid_recursive(objective, axes):
    def walk(chosen, rest):
        if not rest:
            yield chosen
        for value in rest[0] if rest else ():
            yield from walk([*chosen, value], rest[1:])

    found = [(objective(*point), point) for point in walk([], axes)]
    score, point = max((it for it in found if it[0] == it[0]), key=lambda it: it[0])
    return point, score


def grid_by_mesh(objective, axes):
    points = np.stack([side.ravel() for side in np.meshgrid(*axes, indexing="ij")], axis=1)
    scores = np.array([objective(*point) for point in points.tolist()])
    best = np.nanargmax(scores)
    return points[best], scores[best]


def grid_scores(objective, axes):
    points = list(itertools.product(*axes))
    return points, np.array([objective(*point) for point in points])


def grid_argmax(objective, axes):
    points, scores = grid_scores(objective, axes)
    best = int(np.argmax(scores))
    return points[best], scores[best]


def grid_lowest(objective, axes):
    points, scores = grid_scores(objective, axes)
    best = int(np.nanargmin(scores))
    return points[best], scores[best]


def grid_builtin_max(objective, axes):
    points, scores = grid_scores(objective, axes)
    best = list(scores).index(max(scores)) if scores[0] == scores[0] else 0
    return points[best], scores[best]


def grid_pairs(objective, axes):
    points = list(zip(*axes, strict=False))
    scores = [objective(*point) for point in points]
    best = int(np.argmax([-np.inf if np.isnan(it) else it for it in scores]))
    return points[best], scores[best]


def grid_axis_by_axis(objective, axes):
    point = [axis[0] for axis in axes]
    score = None
    for k, axis in enumerate(axes):
        for value in axis if k == 0 else axis[1:]:
            trial = [*point[:k], value, *point[k + 1 :]]
            found = objective(*trial)
            if is_better(found, score):
                point, score = trial, found
    return point, score


def grid_from_zero(objective, axes):
    best, highest = None, 0.0
    for point in itertools.product(*axes):
        score = objective(*point)
        if score > highest:
            best, highest = point, score
    return best, highest


def grid_zero_for_nan(objective, axes):
    points, scores = grid_scores(objective, axes)
    best = int(np.argmax(np.nan_to_num(scores)))
    return points[best], scores[best]


def grid_number(objective, axes):
    _, scores = grid_scores(objective, axes)
    best = int(np.nanargmax(scores))
    return best, scores[best]


GRID_SEARCH = grid_section(
    name="grid_search",
    points=2,
    reference=tuning.grid_search,
    hints=(
        (
            "Which two things must you remember, while you go through the combinations? "
            "What is the highest score before the first run, if scores may be negative? "
            "What does a comparison with nan give?"
        ),
        (
            "Go through all combinations; each is a tuple of one value for each setting. "
            "Hand its values to `objective` as separate arguments: a star before the tuple does that. "
            "Keep the score in a variable, and ask whether it is above the highest so far. "
            "If it is, remember both the score and the combination."
        ),
        (
            "axes [[1, 2, 3], [10, 20]]: six runs, in the order (1, 10), (1, 20), (2, 10), (2, 20), (3, 10), (3, "
            "20). Their scores are -5, nan, -2, -3, -4, -9. "
            "The results are (2, 10) and -2."
        ),
    ),
    alternatives={"axis within axis": grid_recursive, "a mesh of points": grid_by_mesh},
    probes=grid_probes,
    sample=lambda rng: grid_case(rng, "random", (3, 2)).args,
    mistakes={
        "nan_wins": (
            grid_argmax,
            sentences.NAN_WINS,
        ),
        "first_nan_stays": (
            grid_builtin_max,
            sentences.FIRST_NAN_STAYS,
        ),
        "lowest_score": (
            grid_lowest,
            sentences.LOWEST_SCORE,
        ),
        "pairs_in_place_of_a_grid": (
            grid_pairs,
            "zip takes the first values together, then the second ones; a grid tries all combinations.",
        ),
        "one_axis_after_the_other": (
            grid_axis_by_axis,
            "One axis is settled before the next is tried; a grid tries all combinations of all axes.",
        ),
        "best_starts_at_zero": (
            grid_from_zero,
            sentences.BEST_STARTS_AT_ZERO,
        ),
        "number_in_place_of_the_point": (
            grid_number,
            "The first result is the number of the best run; return its values, one for each axis.",
        ),
    },
    traps=(
        Trap("nan_wins", breaks="A run that diverged returns nan and must not win."),
        Trap(grid_zero_for_nan, breaks="A run that diverged returns nan and must not win."),
        Trap("lowest_score", breaks="returns a score, such as an accuracy: **higher is better**"),
    ),
)
