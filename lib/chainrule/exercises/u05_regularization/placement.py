"""Exercise 5.12: flip, crop and rescale."""

from __future__ import annotations

import math

import numpy as np

from chainrule.checking.comparing.probes import Probe, Seeded, Statistic, Strided
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import five_sigma
from chainrule.exercises.u05_regularization.common import HONEST, declare, images, odd_sizes, some
from chainrule.nn import augmentation

__all__ = ["HORIZONTAL_FLIP", "RANDOM_CROP", "RESCALE"]

moving = declare("5.12", "Flips, crops and sizes")

# --- flip ----------------------------------------------------------------------------------------------------


def flip_probes(rng):
    height, width = odd_sizes(rng)
    return (
        Probe(f"four images of {height} x {width}", (images(rng, 4, height, width), some(rng, 4))),
        Probe("square images", (images(rng, 5, 5, 5), some(rng, 5))),
        Probe("color images", (images(rng, 3, 4, 5, 3), some(rng, 3))),
        Probe("one image that is flipped", (images(rng, 1, height, width), np.array([True]))),
        Probe("float32 numbers", (images(rng, 4, 6, 3).astype(np.float32), some(rng, 4))),
        Probe("not contiguous in memory", (Strided(images(rng, 4, 3, 6)), some(rng, 4))),
        Probe("two images, the second one is flipped", (images(rng, 2, height, width), np.array([False, True]))),
    )


def flip_by_loop(X, flips):
    out = X.copy()
    for n in range(len(X)):
        if flips[n]:
            out[n] = np.fliplr(X[n])
    return out


def flip_chosen(X, flips):
    out = np.array(X)
    out[flips] = out[flips][:, :, ::-1]
    return out


def flipped_along(axis):
    def flip(X, flips):
        out = X.copy()
        out[flips] = np.flip(X, axis=axis)[flips]
        return out

    return flip


def flips_in_place(X, flips):
    X[flips] = X[flips][:, :, ::-1].copy()
    return X


HORIZONTAL_FLIP = moving(
    name="horizontal_flip",
    points=1,
    reference=augmentation.horizontal_flip,
    hints=(
        (
            "X is (N, H, W): which axis runs from left to right? "
            "What picks the images to flip, and what happens to the others? May X itself be changed?"
        ),
        (
            "Copy X first. "
            "An array of True and False as an index picks the images where it is True, for reading and for writing. "
            "Write into these places of the copy what X has there, with the axis from left to right turned round. "
            "A step of -1 in a slice does that; any axes after it, such as colors, are left as they are."
        ),
        (
            "Two images, both with the rows (1, 2) and (3, 4); flips = (True, False). "
            "The first becomes (2, 1) and (4, 3), the second stays (1, 2) and (3, 4). "
            "Flipped twice, an image is as before: a test for you."
        ),
    ),
    alternatives={"image by image": flip_by_loop, "the chosen ones": flip_chosen},
    probes=flip_probes,
    sample=lambda rng: (images(rng, 4, 5, 6), some(rng, 4)),
    mistakes={
        "upside_down": (
            flipped_along(1),
            "The images stand on their heads: left and right are axis 2 of (N, H, W).",
        ),
        "last_axis_flipped": (
            flipped_along(-1),
            "Color images have their channels reversed: left and right are axis 2, not the last axis.",
        ),
        "order_of_the_images_reversed": (
            flipped_along(0),
            "The order of the images is reversed, so that they no longer fit their labels.",
        ),
        "all_flipped": (
            lambda X, flips: X[:, :, ::-1].copy(),
            "All images are flipped; flip only those where flips is True.",
        ),
        "the_others_flipped": (
            lambda X, flips: flipped_along(2)(X, ~flips),
            "The images with False are flipped; True means flip.",
        ),
        "only_the_flipped_returned": (
            lambda X, flips: X[flips][:, :, ::-1],
            "Only the flipped images come back; return all of them in their order.",
        ),
        "flips_in_place": (
            flips_in_place,
            "The training images themselves are changed: work on a copy.",
        ),
    },
    traps=(
        Trap("all_flipped", breaks="where `flips` is `True`, shape `(N,)`; the others stay"),
        Trap("last_axis_flipped", breaks="or `(N, H, W, 3)` in color"),
    ),
)

# --- crop ----------------------------------------------------------------------------------------------------


def numbered(n, height, width, unit=1.0):
    """Images whose pixels tell their own place: 1 unit at the top left, 2 to its right, and so on."""
    return np.tile(unit * (1.0 + np.arange(height * width).reshape(height, width)), (n, 1, 1))


def crops_everywhere(n, height, width, size, unit):
    """Statistics of crops of numbered images; every place that fits is equally likely."""
    down, right = height - size, width - size
    middle = 1 + down / 2 * width + right / 2 + (size - 1) / 2 * (width + 1)
    moved = (down * (down + 2) * width**2 + right * (right + 2)) / 12
    inside = (size**2 - 1) / 12 * (width**2 + 1)
    noise, spread = (moved / n) ** 0.5, (moved + inside) ** 0.5
    first, last = unit, unit * height * width
    near = 1e-6  # the answer may come in float32
    places = (down + 1) * (right + 1)
    return (
        Statistic("number of different places", "the crops", places, places),
        Statistic("smallest entry", "the crops", (1 - near) * first, (1 + near) * first),
        Statistic("largest entry", "the crops", (1 - near) * last, (1 + near) * last),
        five_sigma("mean", "the crops", unit * middle, unit * noise),
        five_sigma("standard deviation", "the crops", unit * spread, unit * 0.7 * moved / spread * n**-0.5),
    )


def crop_probes(rng):
    probes = []
    for height, width, size in ((7, 6, 4), (6, 8, 5)):
        n = int(rng.integers(900, 1000))
        numbers = "with numbers that grow from the upper left to the lower right"
        label = f"{n} images of {height} x {width} {numbers}, crops of {size} x {size}"
        unit = float(rng.uniform(0.5, 1.5))
        args = (numbered(n, height, width, unit), size, Seeded(int(rng.integers(2**32))))
        probes.append(Probe(label, args, statistics=crops_everywhere(n, height, width, size, unit)))
    whole = Probe("crops as large as the images", (images(rng, 3, 5, 5), 5, Seeded(3)))
    return (*probes, whole)


def crop_by_loop(X, size, rng):
    crops = []
    for image in X:
        top, left = rng.integers(0, X.shape[1] - size + 1), rng.integers(0, X.shape[2] - size + 1)
        crops.append(image[top : top + size, left : left + size])
    return np.stack(crops)


def crop_by_windows(X, size, rng):
    windows = np.lib.stride_tricks.sliding_window_view(X, (size, size), axis=(1, 2))
    place = rng.integers(windows.shape[1] * windows.shape[2], size=len(X))
    return windows[np.arange(len(X)), place // windows.shape[2], place % windows.shape[2]]


def cropped(first=0, last=0, *, square=False, shared=False):
    """An answer that draws from `first` to the largest place plus `last`; one number may serve for two."""

    def crop(X, size, rng):
        one = rng.integers(first, X.shape[1] - size + 1 + last, size=len(X)) if X.shape[1] > size else [0] * len(X)
        two = rng.integers(first, X.shape[2] - size + 1 + last, size=len(X)) if X.shape[2] > size else [0] * len(X)
        if square:
            two = np.minimum(one, X.shape[2] - size)
        if shared:
            one, two = np.full(len(X), one[0]), np.full(len(X), two[0])
        return np.stack([im[t : t + size, c : c + size] for im, t, c in zip(X, one, two, strict=True)])

    return crop


RANDOM_CROP = moving(
    name="random_crop",
    points=1,
    reference=augmentation.random_crop,
    hints=(
        (
            "An image has 5 rows, and the square has size 4: how many places are there for its top row? "
            "With 7 columns, how many are there for its left column? "
            "And how many squares must be drawn for a batch of N images?"
        ),
        (
            "Go through the images one by one. "
            "For each draw a top row and a left column, with the rng that is passed in. "
            "The last possible place must be among the draws, so count how many places there are. "
            "Cut the square with two slices, collect the pieces, and stack them into one array."
        ),
        (
            "H = 5, W = 7, size 4. The top row is 0 or 1, two places; the left column is 0, 1, 2 or 3, four places. "
            "With size 5 there is one place for the top row, and the draw can only give 0."
        ),
    ),
    alternatives={"image by image": crop_by_loop, "from all windows": crop_by_windows},
    probes=crop_probes,
    sample=lambda rng: (numbered(200, 6, 6), 4, Seeded(int(rng.integers(2**32)))),
    properties=HONEST,
    mistakes={
        "last_place_never_drawn": (
            cropped(last=-1),
            "The last row and column never appear: rng.integers leaves out its upper end, so add 1.",
        ),
        "first_place_never_drawn": (
            cropped(first=1),
            "The first row and column never appear: places count from 0.",
        ),
        "same_place_for_all": (
            cropped(shared=True),
            "All images are cut at the same place; draw a place for every image.",
        ),
        "row_used_as_column": (
            cropped(square=True),
            "One number serves for row and column, so all crops lie on the diagonal; draw two.",
        ),
    },
    traps=(
        Trap("same_place_for_all", breaks="at a place of its own"),
        Trap("last_place_never_drawn", breaks="`rng.integers(k)` draws from 0 to $k - 1$."),
        Trap("row_used_as_column", breaks="Every place that fits is equally likely"),
    ),
)

# --- rescale ---------------------------------------------------------------------------------------------------


def rescale_probes(rng):
    """Odd heights and widths: with these no new pixel lies between two old ones."""
    height, width = odd_sizes(rng)
    smaller, larger = min(height, width) - 2, 2 * max(height, width) - 3
    return (
        Probe(f"{height} x {width} to {smaller} x {smaller}", (images(rng, 3, height, width), smaller)),
        Probe(f"{height} x {width} to {larger} x {larger}", (images(rng, 2, height, width), larger)),
        Probe("7 x 7 to 4 x 4", (images(rng, 2, 7, 7), 4)),
        Probe("to one pixel", (images(rng, 2, height, width), 1)),
        Probe("the same size", (images(rng, 2, 5, 5), 5)),
        Probe("color images", (images(rng, 2, 5, 7, 3), 8)),
        Probe("float32 numbers", (images(rng, 2, 7, 9).astype(np.float32), 5)),
    )


def rescale_by_loop(X, size):
    out = np.zeros((len(X), size, size, *X.shape[3:]))
    for i, j in np.ndindex(size, size):
        out[:, i, j] = X[:, math.floor((i + 0.5) * X.shape[1] / size), math.floor((j + 0.5) * X.shape[2] / size)]
    return out


def nearest_middles(length, size):
    """For every new pixel the old one whose middle is nearest, both on a scale from 0 to 1."""
    new, old = (np.arange(size) + 0.5) / size, (np.arange(length) + 0.5) / length
    return np.abs(new[:, None] - old[None, :]).argmin(axis=1)


def rescaled_from(rows):
    """An answer from the rule that gives the old rows of the new ones."""
    return lambda X, size: X[:, rows(X.shape[1], size)][:, :, rows(X.shape[2], size)]


def repeated(X, size):
    factor = max(size // X.shape[1], 1)
    return np.repeat(np.repeat(X, factor, axis=1), factor, axis=2)


RESCALE = moving(
    name="rescale",
    points=1,
    reference=augmentation.rescale,
    hints=(
        (
            "Each new row is a copy of some old row. Which list of old row numbers do you need, and how long is it? "
            "Can the same computation give the columns?"
        ),
        (
            "Make the numbers of the new rows, from 0 to size - 1, as an array. "
            "Compute the middle of each on the old scale: multiply first and divide then, so that whole results "
            "stay whole. Cut the digits off. "
            "Use them as an index along the rows, and others like them along the columns. "
            "H and W may differ, so compute both."
        ),
        (
            "From 5 rows to 3: the middles are 0.83, 2.5 and 4.17, so the rows 0, 2 and 4. "
            "From 2 rows to 4: the middles are 0.25, 0.75, 1.25 and 1.75, so the rows 0, 0, 1 and 1. "
            "It works in both directions."
        ),
    ),
    alternatives={"pixel by pixel": rescale_by_loop, "nearest middles": rescaled_from(nearest_middles)},
    probes=rescale_probes,
    sample=lambda rng: (images(rng, 2, 7, 9), int(rng.integers(2, 14))),
    mistakes={
        "corners_in_place_of_middles": (
            rescaled_from(lambda length, size: np.arange(size) * length // size),
            "The upper left corner of each new pixel is looked up; use its middle, i + 1/2.",
        ),
        "cropped_in_place_of_rescaled": (
            lambda X, size: np.pad(
                X, ((0, 0), (0, max(size - X.shape[1], 0)), (0, max(size - X.shape[2], 0)), *[(0, 0)] * (X.ndim - 3))
            )[:, :size, :size],
            "A corner is cut out or zeros are added; every new pixel takes the nearest old one.",
        ),
        "ends_stretched": (
            rescaled_from(lambda length, size: np.rint(np.linspace(0, length - 1, size)).astype(int)),
            (
                "First and last pixel are laid on each other; the new pixels should have their middles at "
                "(i + 1/2) H / size."
            ),
        ),
        "rounded_in_place_of_floor": (
            rescaled_from(
                lambda length, size: np.minimum(
                    np.rint((np.arange(size) + 0.5) * length / size + 1e-9), length - 1
                ).astype(int)
            ),
            "(i + 1/2) H / size is rounded to the next whole number; the pixel it lies in is its floor.",
        ),
        "whole_factors_only": (
            repeated,
            "Pixels are repeated a whole number of times, which does not give every size.",
        ),
    },
    traps=(
        Trap("corners_in_place_of_middles", breaks="The middle of new row $i$ lies at"),
        Trap("rounded_in_place_of_floor", breaks="Cut off the digits behind the point, and you have the old row"),
    ),
)
