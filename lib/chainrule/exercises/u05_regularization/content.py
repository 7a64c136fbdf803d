"""Exercise 5.14: color jitter, cutout and mixup."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u05_regularization.common import declare, images, numbers, odd_sizes
from chainrule.nn import augmentation

__all__ = ["COLOR_JITTER", "CUTOUT", "MIXUP"]

changing = declare("5.14", "Colors, holes and mixtures")

# --- color jitter ------------------------------------------------------------------------------------------


def jitter_probes(rng):
    def probe(label, n, height, width, dtype=float):
        factors = rng.uniform(0.4, 1.9, (n, 3))
        return Probe(label, (images(rng, n, height, width, 3).astype(dtype), factors.astype(dtype)))

    return (
        probe("four images of 5 x 6", 4, 5, 6),
        probe("three images of 3 x 3", 3, 3, 3),
        probe("one image", 1, 4, 5),
        probe("float32 numbers", 2, 4, 5, dtype=np.float32),
    )


def jitter_by_loop(X, factors):
    out = np.zeros(X.shape)
    for n, channel in np.ndindex(*factors.shape):
        out[n, :, :, channel] = np.minimum(factors[n, channel] * X[n, :, :, channel], 1.0)
    return out


COLOR_JITTER = changing(
    name="color_jitter",
    points=1,
    reference=augmentation.color_jitter,
    hints=(
        (
            "X has the axes image, row, column, channel, and factors has the axes image, channel. "
            "Which axes are missing in factors? "
            "Where must they be, so that each factor meets its own image and its own channel?"
        ),
        (
            "Give factors two axes of length 1 in its middle: its shape becomes (N, 1, 1, 3). "
            "Then a product with X works for all pixels at once. Clip the product to 0 and 1. "
            "The product is a new array, so X stays as it is."
        ),
        (
            "One pixel is (0.2, 0.5, 0.9), with the factors (2, 0.5, 1.5). "
            "The product is (0.4, 0.25, 1.35), and clipped it is (0.4, 0.25, 1)."
        ),
    ),
    alternatives={
        "channel by channel": jitter_by_loop,
        "by einsum": lambda X, factors: np.minimum(np.einsum("nhwc,nc->nhwc", X, factors), 1),
    },
    probes=jitter_probes,
    sample=lambda rng: (images(rng, 3, 4, 5, 3), rng.uniform(0.4, 1.9, (3, 3))),
    mistakes={
        "not_clipped": (
            lambda X, factors: X * factors[:, None, None, :],
            "Some numbers are above 1: clip to 0 and 1.",
        ),
        "factors_added": (
            lambda X, factors: np.clip(X + factors[:, None, None, :], 0, 1),
            "The factors are added; multiply by them.",
        ),
        "first_image_for_all": (
            lambda X, factors: np.clip(X * factors[0], 0, 1),
            "All images get the factors of the first one.",
        ),
        "one_factor_an_image": (
            lambda X, factors: np.clip(X * factors[:, :1, None, None], 0, 1),
            "All channels get the factor of the first one, which changes the brightness, not the color.",
        ),
        "one_factor_for_an_image": (
            lambda X, factors: np.clip(X * factors.mean(axis=1)[:, None, None, None], 0, 1),
            "All channels of an image get one factor; each channel has its own.",
        ),
    },
    traps=(
        Trap("not_clipped", breaks="and clip to 0 and 1"),
        Trap("one_factor_an_image", breaks="Multiply each channel of each image by a factor of its own"),
    ),
)

# --- cutout --------------------------------------------------------------------------------------------------


def cutout_probes(rng):
    height, width = odd_sizes(rng)

    def probe(label, n, height, width, size, *channels, dtype=float):
        X = images(rng, n, height, width, *channels).astype(dtype)
        return Probe(label, (X, rng.integers(height, size=n), rng.integers(width, size=n), size))

    corners = np.array([0, 0, height - 1, height - 1]), np.array([0, width - 1, 0, width - 1])
    middle = np.array([height // 2]), np.array([width // 2])
    return (
        probe(f"eight images of {height} x {width}, size 3", 8, height, width, 3),
        Probe("squares in the corners, size 4", (images(rng, 4, height, width), *corners, 4)),
        Probe("a square in the middle, size 2", (images(rng, 1, height, width), *middle, 2)),
        probe("square images, size 4", 6, 6, 6, 4),
        probe("color images", 4, 5, 6, 3, 3),
        probe("larger than the image", 2, 5, 6, 20),
        probe("float32 numbers", 4, 6, 7, 4, dtype=np.float32),
    )


def hole(size, place, clipped=True):
    start = place - size // 2
    return slice(max(start, 0) if clipped else start, max(start + size, 0) if clipped else start + size)


def cut_with(span):
    """An answer from the slice that a size and a place give."""

    def cut(X, rows, columns, size):
        out = X.copy()
        for n in range(len(X)):
            out[n, span(size, int(rows[n])), span(size, int(columns[n]))] = 0
        return out

    return cut


def cut_by_loop(X, rows, columns, size):
    out = np.array(X)
    for n, r, c in np.ndindex(*X.shape[:3]):
        up, left = rows[n] - size // 2, columns[n] - size // 2
        if up <= r < up + size and left <= c < left + size:
            out[n, r, c] = 0
    return out


def cut_in_padded(X, rows, columns, size):
    extra = [(0, 0), (size, size), (size, size), *[(0, 0)] * (X.ndim - 3)]
    padded = np.pad(X, extra)
    for n, (row, column) in enumerate(zip(rows, columns, strict=True)):
        top, left = row - size // 2 + size, column - size // 2 + size
        padded[n, top : top + size, left : left + size] = 0
    return padded[:, size:-size, size:-size]


def cut_whole_rows(X, rows, columns, size):
    out = X.copy()
    for n in range(len(X)):
        out[n, hole(size, int(rows[n]))] = 0
        out[n, :, hole(size, int(columns[n]))] = 0
    return out


def cut_kept_inside(X, rows, columns, size):
    """Squares are pushed into the image."""
    height, width = X.shape[1:3]
    up = np.clip(rows - size // 2, 0, max(height - size, 0))
    left = np.clip(columns - size // 2, 0, max(width - size, 0))
    out = X.copy()
    for n in range(len(X)):
        out[n, up[n] : up[n] + size, left[n] : left[n] + size] = 0
    return out


def cut_in_place(X, rows, columns, size):
    for n in range(len(X)):
        X[n, hole(size, int(rows[n])), hole(size, int(columns[n]))] = 0
    return X


def one_cut(rng):
    return images(rng, 5, 7, 6), rng.integers(7, size=5), rng.integers(6, size=5), int(rng.integers(1, 7))


CUTOUT = changing(
    name="cutout",
    points=1,
    reference=augmentation.cutout,
    hints=(
        (
            "Where does the square begin, and where does it end, if its middle is in row 3 and its size is 3? "
            "Which part of this lies inside an image of 4 rows? "
            "What does Python do with a slice that reaches past the end, and what with one that begins below 0?"
        ),
        (
            "Copy X, and go through the images. "
            "Compute the top and the left of the square from its middle; the end is size further on. "
            "Raise a negative top or left to 0 for the slice, but compute the end from what it was before. "
            "Set this piece of the copy to 0."
        ),
        (
            "4 x 4 ones, row 3, column 1, size 3. "
            "The square begins in row 2 and column 0, and covers the rows 2, 3, 4 and the columns 0, 1, 2. "
            "Row 4 does not exist, so 2 times 3 = 6 pixels become 0."
        ),
    ),
    alternatives={
        "by clipped slices": cut_with(hole),
        "pixel by pixel": cut_by_loop,
        "in a padded image": cut_in_padded,
    },
    probes=cutout_probes,
    sample=one_cut,
    mistakes={
        "negative_slice_start": (
            cut_with(lambda size, place: hole(size, place, clipped=False)),
            (
                "Near the upper and left border nothing is removed: a slice that starts below 0 counts from "
                "the end. Start at max(start, 0)."
            ),
        ),
        "corner_in_place_of_the_middle": (
            cut_with(lambda size, place: slice(place, place + size)),
            "The square begins at the given pixel; that pixel is its middle, so begin size // 2 before.",
        ),
        "twice_too_large": (
            cut_with(lambda size, place: slice(max(place - size, 0), place + size)),
            "The square has twice the size: go size // 2 to each side.",
        ),
        "whole_rows_and_columns": (
            cut_whole_rows,
            "Whole rows and columns are removed; only the square where they cross goes.",
        ),
        "squares_pushed_inside": (
            cut_kept_inside,
            "Squares near the border are pushed inside; here they lose what lies outside.",
        ),
        "rows_and_columns_swapped": (
            lambda X, rows, columns, size: cut_with(hole)(X, columns, rows, size),
            "Rows and columns of the middles are swapped.",
        ),
        "cuts_in_place": (
            cut_in_place,
            "The training images themselves lose pixels: work on a copy.",
        ),
    },
    traps=(
        Trap("negative_slice_start", breaks="a negative start counts from the end, and here nothing is removed"),
        Trap("squares_pushed_inside", breaks="What of it lies outside the image is lost."),
    ),
)

# --- mixup -----------------------------------------------------------------------------------------------------


def mixture(rng, n, *shape, classes=3, dtype=float):
    Y = np.eye(classes)[rng.integers(classes, size=n)]
    order = np.roll(np.arange(n), 1) if n < 4 else rng.permutation(n)
    while n > 2 and (np.array_equal(order[order], np.arange(n)) or (order == np.arange(n)).all()):
        order = rng.permutation(n)
    return numbers(rng, n, *shape).astype(dtype), Y.astype(dtype), rng.uniform(0.05, 0.45, n).astype(dtype), order


def mixup_probes(rng):
    n, d = (int(size) for size in 5 + rng.permutation(4)[:2])
    _, Y, weights, order = mixture(rng, n)
    return (
        Probe(f"{n} examples with {d} features", mixture(rng, n, d)),
        Probe("images", mixture(rng, n, 3, 4)),
        Probe("six examples, six features, six classes", mixture(rng, 6, 6, classes=6)),
        Probe("X = Y, one-hot labels", (Y, Y, weights, order)),
        Probe("float32 numbers", mixture(rng, n, d, dtype=np.float32)),
    )


def shaped(weights, array):
    return weights.reshape(-1, *[1] * (array.ndim - 1))


def mix(array, weights, order):
    return shaped(weights, array) * array + shaped(1 - weights, array) * array[order]


def mixup_by_loop(X, Y, weights, order):
    pairs = [[weights[n] * part[n] + (1 - weights[n]) * part[order[n]] for n in range(len(part))] for part in (X, Y)]
    return np.array(pairs[0]), np.array(pairs[1])


def mixup_by_steps(X, Y, weights, order):
    return tuple(part[order] + shaped(weights, part) * (part - part[order]) for part in (X, Y))


MIXUP = changing(
    name="mixup",
    points=1,
    reference=augmentation.mixup,
    hints=(
        (
            "weights is (N,), Y is (N, C), and X may be (N, H, W). "
            "Each example has one weight for all of its numbers: which shape must the weights have for Y, and which "
            "for X? Who is the partner of example 0?"
        ),
        (
            "Images and labels are mixed by the same rule, so write it once, for an array with any number of axes. "
            "Give the weights one axis of length 1 for each axis of the array after the first one. "
            "The partners are the rows of the array in the given order. "
            "The example counts with its weight, and the partner with what is missing to 1."
        ),
        (
            "X = (0; 10; 4), weights (0.5, 0.9, 0.25), order (2, 0, 1), one-hot labels of three classes. "
            "Example 0 has the partner 2: 0.5 times 0 plus 0.5 times 4 is 2. All of it: (2; 9; 8.5). "
            "The label rows are (0.5, 0, 0.5), (0.1, 0.9, 0) and (0, 0.75, 0.25)."
        ),
    ),
    alternatives={"example by example": mixup_by_loop, "from the partner towards itself": mixup_by_steps},
    probes=mixup_probes,
    sample=lambda rng: mixture(rng, sizes(rng, 1)[0] + 3, 4),
    tolerance=200.0,
    mistakes={
        "labels_by_another_order": (
            lambda X, Y, w, order: (mix(X, w, order), mix(Y, w, np.argsort(order))),
            "X and Y are mixed with different partners: use the same order for both.",
        ),
        "labels_not_mixed": (
            lambda X, Y, w, order: (mix(X, w, order), np.array(Y)),
            "The labels are not mixed; they change in the same proportion as the inputs.",
        ),
        "weights_swapped": (
            lambda X, Y, w, order: (mix(X, 1 - w, order), mix(Y, 1 - w, order)),
            "The weight goes to the partner; it is the share of the example itself.",
        ),
        "weights_swapped_in_the_labels": (
            lambda X, Y, w, order: (mix(X, w, order), mix(Y, 1 - w, order)),
            "Inputs and labels have their weights the other way round.",
        ),
        "first_weight_for_all": (
            lambda X, Y, w, order: (mix(X, w[0] + 0 * w, order), mix(Y, w[0] + 0 * w, order)),
            "All examples get the weight of the first one.",
        ),
        "plain_sum": (
            lambda X, Y, w, order: tuple(shaped(w, part) * part + part[order] for part in (X, Y)),
            "The partner counts in full; its share is 1 - w, so that the labels sum to 1.",
        ),
        "labels_with_another_partner": (
            lambda X, Y, weights, order: (
                augmentation.mixup(X, Y, weights, order)[0],
                weights[:, None] * Y + (1 - weights[:, None]) * Y[::-1],
            ),
            "Images and labels are mixed with different partners: both take the one that order names.",
        ),
    },
    traps=(
        Trap("labels_by_another_order", breaks="mix the images, and mix the labels in the same proportion"),
        Trap("labels_not_mixed", breaks="mix the images, and mix the labels in the same proportion"),
    ),
)
