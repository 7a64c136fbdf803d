"""Exercise 6.3: find a learning rate."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import tuning

__all__ = ["FIND_LEARNING_RATE"]

section = partial(Exercise, unit="06_tuning", number="6.3", title="Find a learning rate")

USUAL = (0.1, 0.01, 0.001, 0.0001)


def run(rate, first=2.5, end=1.0, speed=0.2, outlier=0.0, last=0.0):
    """How the losses of one rate look: where they start and end, how fast, and two single steps that stand out."""
    return (rate, first, end, speed, outlier, last)


def case(label, *runs, family="short runs"):
    settings = tuple(float(number) for it in runs for number in it)
    return Probe(label, (Named(family, settings), [float(it[0]) for it in runs]))


def probes(rng):
    a, b, c, d = (float(it) for it in rng.uniform(0.0, 0.2, 4))
    best, quick, dip, odd = (float(it) for it in rng.permutation(USUAL))
    mixed = [
        run(best, 2.6, 0.7 + a / 4, 0.05, last=0.3),  # the lowest end, with a high last loss, slow at first
        run(quick, 2.6, 0.87 + b / 4, 0.9),  # falls fastest, the lowest mean of all steps
        run(dip, 2.6, 1.1 + c, 0.3, outlier=-0.9),  # one lucky batch
        run(odd, 2.6, 1.2 + d, 0.4, last=-0.7),  # a lucky last batch
    ]
    several = [run(0.3, 3.0, 1.4, 0.02), run(0.05, 2.9, 1.5, 0.01), run(0.02, 2.0, 1.2 + a, 1.0)]
    rising = [run(0.1, 2.3, 3.0 + a), run(0.01, 2.3, 2.6 + b), run(0.001, 2.3, 2.4 + c)]
    return (
        case("four rates", *mixed),
        case("the same from the lowest rate on", *sorted(mixed)),
        case(
            "the largest rate gives nan", run(0.1, end=0.1, outlier=np.nan), run(0.01, end=1.0 + a), run(0.001, end=2)
        ),
        case("the last rate gives nan", run(0.001, end=2.0), run(0.01, end=1.0 + b), run(1.0, end=0.2, outlier=np.nan)),
        case(
            "one run ends at infinity", run(0.1, end=0.3, outlier=np.inf), run(0.001, end=1.5), run(0.01, end=0.9 + c)
        ),
        case("one loss becomes minus infinity", run(0.1, end=0.3, outlier=-np.inf), run(0.02, end=1.3 + d)),
        case(
            "one loss on the way is nan, the next is a number again",
            *(run(0.1, end=0.3, outlier=np.nan), run(0.03, end=0.4, outlier=np.inf), run(0.02, end=1.2 + d)),
            family="short runs that recover",
        ),
        case("rates that differ in speed", *several),
        case("no run comes down", *rising),
        case("runs that rise, and one that falls a little", *rising, run(1e-4, 2.7, 2.65, 0.5)),
        case("every run gives nan", run(0.3, outlier=np.nan), run(0.1, end=0.2, outlier=np.nan)),
        case("a loss that falls at once and then no more", run(0.02, 2.6, 2.2, 3.0, last=0.4)),
        case("one rate alone", run(0.02, end=0.5 + a)),
        case(
            "a lucky batch just before the last ten", run(0.1, 2.6, 1.05 + a, 1.0, -0.9), run(0.01, 2.6, 1.0 + a, 1.0)
        ),
        case("the mean of nine would mislead", run(0.1, 2.6, 0.96, 1.0, last=0.38), run(0.01, 2.6, 1.0, 1.0)),
    )


def sample(rng):
    runs = [
        run(rate, *rng.uniform((2.0, 0.3, 0.02, -0.5, -0.5), (3.0, 3.2, 1.0, 0.5, 0.5)))
        for rate in rng.choice([0.3, 0.1, 0.03, 0.01, 0.003], 3, replace=False)
    ]
    return case("random", *runs).args


def by_arrays(losses_of, rates):
    table = np.array([losses_of(rate) for rate in rates], dtype=float)
    ends = table[:, -10:].mean(axis=1)
    fit = np.isfinite(table).all(axis=1) & (ends < table[:, 0])
    if not fit.any():
        return None
    return rates[int(np.argmin(np.where(fit, ends, np.inf)))]


def by_dictionary(losses_of, rates):
    ends = {}
    for rate in rates:
        losses = np.asarray(losses_of(rate), dtype=float)
        end = np.mean(losses[90:])
        if np.isfinite(losses).all() and end < losses[0]:
            ends[rate] = end
    return min(ends, key=lambda rate: ends[rate]) if ends else None


def table_of(losses_of, rates):
    return np.array([losses_of(rate) for rate in rates], dtype=float)


def chosen_by(losses_of, rates, score):
    """The rate whose losses have the lowest score, among runs that are finite and end below their first loss."""
    table = table_of(losses_of, rates)
    fit = np.isfinite(table).all(axis=1) & (table[:, -10:].mean(axis=1) < table[:, 0])
    if not fit.any():
        return None
    with np.errstate(invalid="ignore"):
        return rates[int(np.argmin([score(row) if good else np.inf for row, good in zip(table, fit, strict=True)]))]


def nan_wins(losses_of, rates):
    ends = table_of(losses_of, rates)[:, -10:].mean(axis=1)
    return rates[int(np.argmin(ends))]


def order_decides(losses_of, rates):
    ends = [sum(losses_of(rate)[-10:]) for rate in rates]
    return rates[ends.index(min(ends))]


def always_a_rate(losses_of, rates):
    ends = table_of(losses_of, rates)[:, -10:].mean(axis=1)
    ends = np.where(np.isfinite(ends), ends, np.inf)
    return rates[int(np.argmin(ends))] if np.isfinite(ends).any() else None


def finite_at_the_end(losses_of, rates):
    """Overlooks a loss on the way that is no number, where the run goes on."""
    table = table_of(losses_of, rates)
    ends = table[:, -10:].mean(axis=1)
    fit = np.isfinite(ends) & (ends < table[:, 0])
    return rates[int(np.argmin(np.where(fit, ends, np.inf)))] if fit.any() else None


def largest_that_falls(losses_of, rates):
    table = table_of(losses_of, rates)
    fit = np.isfinite(table).all(axis=1) & (table[:, -10:].mean(axis=1) < table[:, 0])
    return max((rate for rate, good in zip(rates, fit, strict=True) if good), default=None)


def position(losses_of, rates):
    found = chosen_by(losses_of, rates, lambda row: row[-10:].mean())
    return None if found is None else rates.index(found)


FIND_LEARNING_RATE = section(
    name="find_learning_rate",
    points=3,
    reference=tuning.find_learning_rate,
    hints=(
        (
            "Which numbers must you remember while you go from rate to rate? What are they before the first run? "
            "Which runs may not change them at all?"
        ),
        (
            "Go through the rates, and call `losses_of` once for each; keep the list that it returns. "
            "Look at all losses of the run: is each of them finite? Compute the end, the mean of the last ten. "
            "If all are finite, and the end is below the first loss, and below the lowest end so far, remember rate "
            "and end. Begin with None as the best rate and infinity as the lowest end."
        ),
        (
            "Four runs begin with the loss 3.0. "
            "Rate 5 has an infinite loss in the middle and ends at 1.1: out, although the end looks good. "
            "Rate 0.5 ends at 3.2: out, it is not below 3.0. "
            "Rate 0.05 ends at 1.4, and rate 0.005 at 1.9. The answer is 0.05."
        ),
    ),
    alternatives={"one table of all losses": by_arrays, "a dictionary of the good runs": by_dictionary},
    probes=probes,
    sample=sample,
    mistakes={
        "nan_wins": (
            nan_wins,
            "argmin returns the place of nan: a run that diverged wins. Leave out runs that are not finite.",
        ),
        "min_depends_on_the_order": (
            order_decides,
            "min() with nan in the list depends on the order: no number is smaller than nan. Test for it first.",
        ),
        "a_rate_though_no_loss_falls": (
            always_a_rate,
            "No run ends below its first loss, and still a rate is returned; the answer is then None.",
        ),
        "last_loss_alone": (
            lambda losses_of, rates: chosen_by(losses_of, rates, lambda row: row[-1]),
            "Only the last loss counts here, and it belongs to one batch; take the mean of the last ten.",
        ),
        "lowest_loss_on_the_way": (
            lambda losses_of, rates: chosen_by(losses_of, rates, min),
            "The lowest loss on the way may be one lucky batch; take the mean of the last ten losses.",
        ),
        "mean_of_the_whole_run": (
            lambda losses_of, rates: chosen_by(losses_of, rates, np.mean),
            "The mean of all losses favors a fast start; what counts is where the run ends.",
        ),
        "largest_rate_that_falls": (
            largest_that_falls,
            "The largest rate whose loss falls is often just below diverging; take the run that ends lowest.",
        ),
        "highest_end": (
            lambda losses_of, rates: chosen_by(losses_of, rates, lambda row: -row[-10:].mean()),
            "This is the run that ends highest; a loss is good when it is low.",
        ),
        "position_in_place_of_the_rate": (
            position,
            "This is the place of the rate in the list; return the rate itself, rates[i].",
        ),
        "largest_drop": (
            lambda losses_of, rates: chosen_by(losses_of, rates, lambda row: row[-10:].mean() - row[0]),
            "This is the run that fell the most; what counts is where it ends.",
        ),
    },
    traps=(
        Trap("nan_wins", breaks="`np.argmin([nan, 0.8])` is 0: nan wins."),
        Trap("min_depends_on_the_order", breaks="Python's `min` depends on the order"),
        Trap("last_loss_alone", breaks="So the **end** of a run is the mean of its last ten losses."),
        Trap("a_rate_though_no_loss_falls", breaks="A run whose end is not below its first loss is out too."),
        Trap(finite_at_the_end, breaks="A run with a loss that is not finite (nan or infinity) is out."),
    ),
)
