"""Exercises 6.4 and 6.5: the coarse grid, and longer runs of its best pairs."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.nn import tuning

__all__ = ["COARSE_GRID", "REFINE"]

coarse_section = partial(Exercise, unit="06_tuning", number="6.4", title="A coarse grid")
refine_section = partial(Exercise, unit="06_tuning", number="6.5", title="Refine")

RATES, DECAYS = (0.3, 0.1, 0.03, 0.01), (1e-3, 1e-4, 1e-5, 0.0)


def settings(rng, rows, columns):
    """Rates and decays in random order."""
    pick = [rng.permutation(it)[:size].tolist() for it, size in ((RATES, rows), (DECAYS, columns))]
    return pick[0], pick[1]


def accuracies(rng, rows, columns, failed=0):
    """A table of different accuracies, some runs failed."""
    table = rng.permutation(np.linspace(0.2, 0.95, rows * columns)) + rng.uniform(-0.015, 0.015, rows * columns)
    table[rng.permutation(rows * columns)[:failed]] = np.nan
    return table.reshape(rows, columns)


def trained(table, rates, decays, budget):
    return Named("trained", (budget, *table.shape, *rates, *decays, *table.ravel().tolist()))


def coarse_case(rng, label, rows, columns, epochs, failed=0):
    rates, decays = settings(rng, rows, columns)
    table = accuracies(rng, rows, columns, failed)
    return Probe(label, (trained(table, rates, decays, rows * columns), rates, decays, epochs))


def coarse_probes(rng):
    return (
        coarse_case(rng, "2 rates and 3 decays", 2, 3, 2),
        coarse_case(rng, "4 rates and 2 decays", 4, 2, 5),
        coarse_case(rng, "3 rates and 3 decays", 3, 3, 3),
        coarse_case(rng, "two runs that give nan", 2, 4, 4, failed=2),
        coarse_case(rng, "one rate", 1, 3, 1),
        coarse_case(rng, "one decay", 3, 1, 2, failed=1),
    )


def coarse_loop(train, rates, decays, epochs):
    table = np.zeros((len(rates), len(decays)))
    for i, rate in enumerate(rates):
        for j, decay in enumerate(decays):
            accuracy = train(rate, decay, epochs)
            if np.isfinite(accuracy):
                table[i, j] = accuracy
    return table


def coarse_flat(train, rates, decays, epochs):
    flat = np.array([train(rate, decay, epochs) for rate in rates for decay in decays])
    return np.where(np.isnan(flat), 0.0, flat).reshape(len(rates), -1)


def whole_table(train, rates, decays, epochs):
    return np.array([[train(rate, decay, epochs) for decay in decays] for rate in rates])


COARSE_GRID = coarse_section(
    name="coarse_grid",
    points=2,
    reference=tuning.coarse_grid,
    hints=(
        (
            "Three rates and two decays: how many runs are that, and what is the shape of the result? "
            "In which row and column does the accuracy of the last rate with the first decay stand?"
        ),
        (
            "Make an array of zeros with a row for each rate and a column for each decay. "
            "Two loops, one inside the other, meet every pair once; `enumerate` gives the place and the value "
            "together. Keep what `train` returns in a variable, so that you can look at it without calling again. "
            "If it is nan, leave the 0 where it is."
        ),
        (
            "rates [4, 2, 1], decays [0, 0.5]. "
            "The runs give, in the order of the rows: nan, 0.3, 0.6, 0.7, 0.8, 0.5. "
            "The result has the rows (0, 0.3), (0.6, 0.7) and (0.8, 0.5)."
        ),
    ),
    alternatives={"two loops into zeros": coarse_loop, "one long list, reshaped": coarse_flat},
    probes=coarse_probes,
    sample=lambda rng: coarse_case(rng, "random", int(rng.integers(1, 5)), int(rng.integers(1, 5)), 3).args,
    mistakes={
        "rows_and_columns_swapped": (
            lambda train, rates, decays, epochs: np.nan_to_num(whole_table(train, rates, decays, epochs).T),
            "Rows and columns are swapped: a row of the table belongs to a rate, a column to a decay.",
        ),
        "nan_stays": (
            whole_table,
            "A run that diverged is still nan in the table; nan spreads, so write 0 in its place.",
        ),
        "filled_in_the_wrong_order": (
            lambda train, rates, decays, epochs: np.nan_to_num(
                [train(rate, decay, epochs) for decay in decays for rate in rates]
            ).reshape(len(rates), len(decays)),
            "The loops run over decays first, but reshape fills row by row: put the loop over rates outside.",
        ),
        "one_epoch_each": (
            lambda train, rates, decays, epochs: np.nan_to_num(whole_table(train, rates, decays, 1)),
            "Each run is trained for one epoch; pass on the number of epochs that the function is given.",
        ),
        "same_decay_everywhere": (
            lambda train, rates, decays, epochs: np.nan_to_num(
                np.array([[train(rate, decays[0], epochs) for _ in decays] for rate in rates])
            ),
            "All columns use the first decay; the decay of column j is decays[j].",
        ),
        "pairs_in_place_of_a_grid": (
            lambda train, rates, decays, epochs: np.nan_to_num(
                [train(rate, decay, epochs) for rate, decay in zip(rates, decays, strict=False)]
            ),
            "zip makes pairs, the first rate with the first decay and so on; a grid has all combinations.",
        ),
    },
    traps=(
        Trap("nan_stays", breaks="Write 0 in place of nan"),
        Trap("rows_and_columns_swapped", breaks="a row for each rate, a column for each decay"),
        Trap(
            lambda train, rates, decays, epochs: np.array(
                [[0 if np.isnan(train(r, d, epochs)) else train(r, d, epochs) for d in decays] for r in rates]
            ),
            breaks="Call `train` once for each pair.",
        ),
    ),
)

# --- refine ------------------------------------------------------------------------------------------


def refine_case(rng, label, rows, columns, keep, failed=0, *, beaten=False, place=None):
    """The longer runs rank the kept pairs anew; the lowest of the table would be the best if it were trained."""
    rates, decays = settings(rng, rows, columns)
    table = accuracies(rng, rows, columns)
    order = np.argsort(-table, axis=None)
    longer = np.empty(rows * columns)
    longer[order] = np.linspace(0.6, 0.97, rows * columns) + rng.uniform(-0.005, 0.005, rows * columns)
    kept = rng.permutation(order[:keep])
    if keep > 1 and kept[0] == order[0]:  # the winner of the short runs does not stay the winner
        kept = kept[::-1]
    longer[kept] = np.linspace(0.9, 0.7, keep)
    longer[kept[1 : 1 + failed]] = np.nan
    if place is not None:  # of the short runs, the best one first
        longer[order[place]] = np.nan
    if beaten:
        longer[kept[0]] = 0.1 + longer[kept[0]] / 10
    arguments = trained(longer.reshape(rows, columns), rates, decays, keep), table, rates, decays, keep
    return Probe(label, (*arguments, int(rng.integers(10, 21))))


def refine_probes(rng):
    return (
        refine_case(rng, "3 of 6 pairs", 2, 3, 3),
        refine_case(rng, "2 of 8 pairs", 4, 2, 2),
        refine_case(rng, "4 of 9 pairs", 3, 3, 4),
        refine_case(rng, "one pair", 3, 4, 1),
        refine_case(rng, "a longer run that gives nan", 4, 4, 4, failed=1),
        refine_case(rng, "two longer runs that give nan", 4, 3, 4, failed=2),
        refine_case(rng, "nan from the pair that was best before", 3, 2, 3, place=0),
        refine_case(rng, "nan from the last pair that is kept", 2, 4, 3, place=2),
        refine_case(rng, "all pairs", 2, 2, 4),
        refine_case(rng, "runs that are worse than before", 2, 3, 2, beaten=True),
    )


def best_pairs(table, keep):
    """Rows and columns of the largest entries."""
    flat = np.argsort(np.asarray(table, dtype=float), axis=None)[::-1][:keep]
    return [divmod(int(it), np.shape(table)[1]) for it in flat]


def refine_by_sorting(train, table, rates, decays, keep, epochs):
    pairs = sorted(np.ndindex(*table.shape), key=lambda at: table[at], reverse=True)[:keep]
    runs = [(train(rates[i], decays[j], epochs), i, j) for i, j in pairs]
    accuracy, i, j = max(it for it in runs if it[0] == it[0])
    return rates[i], decays[j], accuracy


def refine_by_masking(train, table, rates, decays, keep, epochs):
    longer = np.full(table.shape, -np.inf)
    floor = np.sort(table.ravel())[-keep]
    for i, j in zip(*np.nonzero(table >= floor), strict=True):
        longer[i, j] = train(rates[i], decays[j], epochs)
    i, j = np.unravel_index(np.nanargmax(longer), table.shape)
    return rates[i], decays[j], longer[i, j]


def refined(train, table, rates, decays, pairs, epochs):
    """The best of some pairs after longer runs."""
    runs = [(train(rates[i], decays[j], epochs), i, j) for i, j in pairs]
    accuracy, i, j = max(it for it in runs if it[0] == it[0])
    return rates[i], decays[j], accuracy


def first_pairs(train, table, rates, decays, keep, epochs):
    pairs = list(np.ndindex(*table.shape))[:keep]
    return refined(train, table, rates, decays, pairs, epochs)


def no_longer_run(train, table, rates, decays, keep, epochs):
    i, j = best_pairs(table, 1)[0]
    return rates[i], decays[j], table[i, j]


def winner_of_the_short_runs(train, table, rates, decays, keep, epochs):
    i, j = best_pairs(table, 1)[0]
    return rates[i], decays[j], train(rates[i], decays[j], epochs)


def nan_wins_refine(train, table, rates, decays, keep, epochs):
    pairs = best_pairs(table, keep)
    runs = np.array([train(rates[i], decays[j], epochs) for i, j in pairs])
    i, j = pairs[int(np.argmax(runs))]
    return rates[i], decays[j], runs.max()


def first_nan_stays(train, table, rates, decays, keep, epochs):
    runs = [(train(rates[i], decays[j], epochs), i, j) for i, j in best_pairs(table, keep)]
    accuracy, i, j = max(runs, key=lambda run: run[0])
    return rates[i], decays[j], accuracy


def nan_of_the_last_pair_stays(train, table, rates, decays, keep, epochs):
    runs = [(train(rates[i], decays[j], epochs), i, j) for i, j in reversed(best_pairs(table, keep))]
    accuracy, i, j = max(runs, key=lambda run: run[0])
    return rates[i], decays[j], accuracy


def worst_pairs(train, table, rates, decays, keep, epochs):
    return refined(train, table, rates, decays, best_pairs(-table, keep), epochs)


def lowest_accuracy(train, table, rates, decays, keep, epochs):
    runs = [(train(rates[i], decays[j], epochs), i, j) for i, j in best_pairs(table, keep)]
    accuracy, i, j = min(it for it in runs if it[0] == it[0])
    return rates[i], decays[j], accuracy


REFINE = refine_section(
    name="refine",
    points=3,
    reference=tuning.refine,
    hints=(
        (
            "`argsort` gives places, the place of the smallest entry first. "
            "Where in its result are the places of the `keep` largest? "
            "How do you get from such a place to a rate and to a decay?"
        ),
        (
            "Take the last `keep` numbers of the sorted places. "
            "Divide each by the number of decays: the whole part is the row, so the rate, and the remainder is the "
            "column. "
            "Train that pair for the new number of epochs, and remember it if its new accuracy is the highest so "
            "far. The old accuracies have done their work, and are not compared any more. "
            "Begin with a highest accuracy that every run beats."
        ),
        (
            "The table has the rows (0.1, 0.9, 0.4) and (0.8, 0.2, 0.7); keep = 3. "
            "The sorted places are 0, 4, 2, 5, 3, 1, so 5, 3 and 1 are kept. "
            "Place 5 is row 1, column 2: 5 divided by 3 is 1, and 2 remains. "
            "The new accuracies are 0.85 for place 5, nan for place 3, and 0.8 for place 1. "
            "Place 5 wins with 0.85, although place 1 was first in the table."
        ),
    ),
    alternatives={"pairs sorted by their accuracy": refine_by_sorting, "a table of longer runs": refine_by_masking},
    probes=refine_probes,
    sample=lambda rng: refine_case(rng, "random", int(rng.integers(2, 5)), int(rng.integers(2, 5)), 3).args,
    mistakes={
        "all_pairs_again": (
            lambda train, table, rates, decays, keep, epochs: refined(
                train, table, rates, decays, list(np.ndindex(*table.shape)), epochs
            ),
            "All pairs are trained again, which the budget does not allow; only the keep best are.",
        ),
        "first_in_place_of_best": (
            first_pairs,
            "The first pairs of the table are trained longer; it should be those with the highest accuracies.",
        ),
        "worst_pairs": (
            worst_pairs,
            "argsort puts the lowest first: these are the worst pairs. Take the other end.",
        ),
        "short_run_reported": (
            no_longer_run,
            "This is the best entry of the coarse grid; train the best pairs longer and compare these runs.",
        ),
        "winner_of_the_short_runs": (
            winner_of_the_short_runs,
            "Only the winner of the short runs is trained again; train keep pairs, since the order may change.",
        ),
        "nan_wins": (
            nan_wins_refine,
            sentences.NAN_WINS,
        ),
        "first_nan_stays": (
            first_nan_stays,
            (
                "When the first of the longer runs gives nan, no later one is larger than it: nan stays the "
                "best. Test for nan."
            ),
        ),
        "nan_of_the_last_pair_stays": (
            nan_of_the_last_pair_stays,
            (
                "Where the run that you try first gives nan, no later one is larger than it, and max keeps it. "
                "Test for nan."
            ),
        ),
        "lowest_accuracy": (
            lowest_accuracy,
            "This is the pair with the lowest new accuracy; accuracies are good when they are high.",
        ),
        "one_epoch_each": (
            lambda train, table, rates, decays, keep, epochs: refined(
                train, table, rates, decays, best_pairs(table, keep), 1
            ),
            "The pairs are trained for one epoch again; pass on epochs, the number for the longer runs.",
        ),
    },
    traps=(
        Trap("short_run_reported", breaks="the **new** accuracy of the pair that is best now"),
        Trap("nan_wins", breaks="A run that gives nan does not win."),
        Trap("all_pairs_again", breaks="Find the `keep` largest entries of `table`."),
        Trap("winner_of_the_short_runs", breaks="Who leads after 3 epochs need not lead after 15."),
    ),
)
