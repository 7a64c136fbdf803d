"""Exercise 5.11: fractional max pooling."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Seeded, Statistic
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import five_sigma
from chainrule.exercises.u05_regularization.common import HONEST, declare, images
from chainrule.nn import regularization

__all__ = ["FRACTIONAL_MAX_POOL", "POOL_INCREMENTS"]

fractions = declare("5.11", "Fractional max pooling")


def ones_and_twos(size, outputs):
    """Statistics of increments in random order; their sum, ends and spread leave only ones and twos."""
    mean = size / outputs
    spread = ((mean - 1) * (2 - mean)) ** 0.5
    return (
        Statistic("smallest entry", "the increments", 1.0, 1.0),
        Statistic("largest entry", "the increments", 2.0, 2.0),
        Statistic("sum", "the increments", size, size),
        Statistic("standard deviation", "the increments", spread - 1e-9, spread + 1e-9),
        five_sigma("correlation of neighboring rows", "the increments", 0.0, outputs**-0.5),
    )


def increment_probes(rng):
    probes = []
    for size, low in ((1000, 560), (900, 700), (1200, 800)):
        outputs = int(rng.integers(low, low + 60))
        args = (size, outputs, Seeded(int(rng.integers(2**32))))
        probes.append(Probe(f"from {size} to {outputs}", args, statistics=ones_and_twos(size, outputs)))
    return (
        *probes,
        Probe("from 8 to 4: all twos", (8, 4, Seeded(1))),
        Probe("from 5 to 5: all ones", (5, 5, Seeded(2))),
    )


def increments_by_choice(size, outputs, rng):
    increments = np.ones(outputs, dtype=int)
    increments[rng.choice(outputs, size - outputs, replace=False)] = 2
    return increments


def increments_by_shuffle(size, outputs, rng):
    increments = [2] * (size - outputs) + [1] * (2 * outputs - size)
    rng.shuffle(increments)
    return np.array(increments)


def increments_by_ranks(size, outputs, rng):
    return 1 + (np.argsort(rng.random(outputs)) < size - outputs)


def drawn_freely(size, outputs, rng):
    return 1 + (rng.random(outputs) < size / outputs - 1)


def any_widths(size, outputs, rng):
    cuts = np.sort(rng.choice(np.arange(1, size), outputs - 1, replace=False))
    return np.diff(cuts, prepend=0, append=size)


POOL_INCREMENTS = fractions(
    name="pool_increments",
    points=1,
    reference=regularization.pool_increments,
    hints=(
        (
            "If all `outputs` regions were one row high, how many rows would they cover? "
            "How many rows are still missing, and how does a 2 in place of a 1 help?"
        ),
        (
            "Count first: how many twos, and how many ones. Make an array with these numbers, the twos first. "
            "Then bring it into random order with the rng: it has a method that you know from the batches of Unit "
            "04."
        ),
        (
            "From 7 to 4: four ones cover 4 rows, 3 are missing, so there are three twos and a single one. "
            "In random order, for example (2, 2, 1, 2). From 6 to 6 all are ones, and from 6 to 3 all are twos."
        ),
    ),
    alternatives={
        "chosen places": increments_by_choice,
        "a shuffled list": increments_by_shuffle,
        "by ranks": increments_by_ranks,
    },
    probes=increment_probes,
    sample=lambda rng: (100, int(rng.integers(55, 95)), Seeded(int(rng.integers(2**32)))),
    properties=HONEST,
    mistakes={
        "not_shuffled": (
            lambda size, outputs, rng: np.array([2] * (size - outputs) + [1] * (2 * outputs - size)),
            "All twos come first; put the ones and twos into random order.",
        ),
        "each_drawn_for_itself": (
            drawn_freely,
            "Each increment is drawn for itself, so their sum is not always the size: fix how many twos.",
        ),
        "any_widths": (
            any_widths,
            "Some increments are above 2; only 1 and 2 are allowed.",
        ),
        "counts_swapped": (
            lambda size, outputs, rng: rng.permutation([1] * (size - outputs) + [2] * (2 * outputs - size)),
            "Ones and twos are swapped: there are size - outputs twos.",
        ),
    },
    traps=(
        Trap("not_shuffled", breaks="Draw `outputs` ones and twos in random order that add up to `size`."),
        Trap(
            "each_drawn_for_itself", breaks="With `outputs` regions there are `size - outputs` twos; the rest are ones."
        ),
    ),
)

# --- pooling ---------------------------------------------------------------------------------------------------


def some_increments(rng, outputs):
    """Ones and twos, both there, not the same from behind."""
    increments = 1 + (rng.random(outputs) < 0.5)
    increments[0], increments[-1] = 1, 2
    return increments


def pool_probes(rng):
    p, q = (int(size) for size in 3 + rng.permutation(4)[:2])

    def probe(label, n, p, q, *, dtype=float, sign=1.0):
        rows, columns = some_increments(rng, p), some_increments(rng, q)
        return Probe(label, ((sign * images(rng, n, rows.sum(), columns.sum())).astype(dtype), rows, columns))

    same = some_increments(rng, 4)
    return (
        probe(f"three images, to {p} x {q}", 3, p, q),
        probe("one image", 1, q, p),
        Probe("square images", (images(rng, 2, same.sum(), same.sum()), same, same[::-1].copy())),
        probe("negative numbers", 2, p, q, sign=-1.0),
        probe("float32 numbers", 2, p, q, dtype=np.float32),
        Probe("nothing to pool", (images(rng, 2, 3, 4), np.ones(3, dtype=int), np.ones(4, dtype=int))),
    )


def regions(rows, columns):
    """From an output's row and column to the slices of its region."""
    bottoms, rights = np.cumsum(rows), np.cumsum(columns)
    for p, q in np.ndindex(len(rows), len(columns)):
        yield p, q, slice(bottoms[p] - rows[p], bottoms[p]), slice(rights[q] - columns[q], rights[q])


def pooled_with(take, shift=0):
    """An answer from what is taken of each region."""

    def pool(X, rows, columns):
        out = np.zeros((len(X), len(rows), len(columns)))
        for p, q, across, along in regions(rows, columns):
            out[:, p, q] = take(X[:, across, slice(along.start, along.stop + shift)], axis=(1, 2))
        return out

    return pool


def pool_by_loop(X, rows, columns):
    out = np.full((len(X), len(rows), len(columns)), -np.inf)
    of_row, of_column = np.repeat(np.arange(len(rows)), rows), np.repeat(np.arange(len(columns)), columns)
    for n, r, c in np.ndindex(*X.shape):
        target = n, of_row[r], of_column[c]
        out[target] = max(out[target], X[n, r, c])
    return out


def pool_by_reduceat(X, rows, columns):
    tops, lefts = np.cumsum(rows) - rows, np.cumsum(columns) - columns
    return np.maximum.reduceat(np.maximum.reduceat(X, tops, axis=1), lefts, axis=2)


def from_zero(X, axis):
    return np.maximum(X.max(axis=axis), 0.0)


def pick_first(X, axis):
    return X[:, 0, 0]


def increments_as_places(X, rows, columns):
    return X[:, rows][:, :, columns]


def one_sample(rng):
    rows, columns = some_increments(rng, 4), some_increments(rng, 3)
    return rng.standard_normal((2, rows.sum(), columns.sum())), rows, columns


FRACTIONAL_MAX_POOL = fractions(
    name="fractional_max_pool",
    points=1,
    reference=regularization.fractional_max_pool,
    hints=(
        (
            "rows = (2, 1, 2): in which row does each of the three regions begin, and before which row does it end? "
            "How do you get all the ends from the heights?"
        ),
        (
            "A running sum of the heights gives the end of each region; its end less its height is where it begins. "
            "Do the same with the columns. Then go through all pairs of a row region and a column region. "
            "Cut this piece out of all images at once, and take the largest number over its two image axes: N "
            "numbers are left, one place of the result."
        ),
        (
            "The image has the rows (5, 1, 0, 2), (3, 9, 4, 7) and (8, 2, 6, 1); rows = (2, 1), columns = (1, 2, "
            "1). The first region is the first column of the first two rows: 5 and 3, so 5. "
            "The next one holds 1, 0, 9, 4, so 9. The result has the rows (5, 9, 7) and (8, 6, 1)."
        ),
    ),
    alternatives={
        "region by region": pooled_with(np.max),
        "pixel by pixel": pool_by_loop,
        "by reduceat": pool_by_reduceat,
    },
    probes=pool_probes,
    sample=one_sample,
    mistakes={
        "mean_in_place_of_the_maximum": (
            pooled_with(np.mean),
            "The regions are averaged; take the largest number.",
        ),
        "first_pixel_only": (
            pooled_with(pick_first),
            "The first pixel of each region is taken; take the largest of all its pixels.",
        ),
        "regions_overlap": (
            pooled_with(np.max, shift=1),
            "Each region reaches one column too far to the right: it ends before the next one begins.",
        ),
        "never_below_zero": (
            pooled_with(from_zero),
            "Negative maxima become 0: the largest of negative numbers is negative.",
        ),
        "increments_used_as_places": (
            increments_as_places,
            "The increments are used as positions; their cumulative sums are where the regions end.",
        ),
    },
    traps=(
        Trap(
            "increments_used_as_places",
            breaks="`rows` and `columns` are increments; the first region starts at row 0 and column 0.",
        ),
        Trap("never_below_zero", breaks="Take the largest number of each region of the images X."),
    ),
)
