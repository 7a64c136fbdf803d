"""The exercise on moving images."""

from __future__ import annotations

import math

import numpy as np

from chainrule.capstone import shifting
from chainrule.checking import Probe, Strided
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u07_capstone.common import exercise

__all__ = ["SHIFT"]


def weights_of(size, distance):
    """A matrix that moves a column of numbers: row r takes from row r - distance."""
    apart = np.arange(size)[:, None] - distance - np.arange(size)[None, :]
    return np.clip(1 - np.abs(apart), 0, None)


def by_matrices(images, down, right):
    images = images if images.dtype.kind == "f" else images.astype(float)
    rows = weights_of(images.shape[1], down).astype(images.dtype)
    columns = weights_of(images.shape[2], right).astype(images.dtype)
    return rows @ images @ columns.T


def by_loops(images, down, right):
    images = np.asarray(images, dtype=images.dtype if images.dtype.kind == "f" else float)
    _, H, W = images.shape
    result = np.zeros_like(images)
    fd, fr = math.floor(down), math.floor(right)
    for r in range(H):
        for c in range(W):
            for i, share in ((fd, 1 - (down - fd)), (fd + 1, down - fd)):
                for j, part in ((fr, 1 - (right - fr)), (fr + 1, right - fr)):
                    if 0 <= r - i < H and 0 <= c - j < W:
                        result[:, r, c] += share * part * images[:, r - i, c - j]
    return result


def by_padding(images, down, right):
    """Put the image into the middle of zeros, and cut four windows out."""
    images = images * 1.0
    _, H, W = images.shape
    fd, fr = math.floor(down), math.floor(right)
    reach = max(abs(fd), abs(fr)) + 2
    wide = np.pad(images, ((0, 0), (reach, reach), (reach, reach)))

    def window(i, j):
        return wide[:, reach - i : reach - i + H, reach - j : reach - j + W]

    f, g = down - fd, right - fr
    upper = window(fd, fr) * (1 - g) + window(fd, fr + 1) * g
    lower = window(fd + 1, fr) * (1 - g) + window(fd + 1, fr + 1) * g
    return upper * (1 - f) + lower * f


def rolled(images, down, right):
    fd, fr = math.floor(down), math.floor(right)
    f, g = down - fd, right - fr
    images = images * 1.0

    def moved(i, j):
        return np.roll(images, (i, j), axis=(1, 2))

    return (moved(fd, fr) * (1 - g) + moved(fd, fr + 1) * g) * (1 - f) + (
        moved(fd + 1, fr) * (1 - g) + moved(fd + 1, fr + 1) * g
    ) * f


def truncated(images, down, right):
    """int() goes towards 0, and the share becomes negative."""
    images = images * 1.0
    _, H, W = images.shape

    def line(size, distance):
        whole = int(distance)
        share = distance - whole
        apart = np.arange(size)[:, None] - np.arange(size)[None, :]
        return (apart == whole) * (1 - share) + (apart == whole + 1) * share

    return (line(H, down) @ images @ line(W, right).T).astype(images.dtype)


def rounded(images, down, right):
    return shifting.shift_images(images, round(down), round(right))


def floored(images, down, right):
    return shifting.shift_images(images, math.floor(down), math.floor(right))


def shares_swapped(images, down, right):
    images = images * 1.0
    _, H, W = images.shape

    def line(size, distance):
        whole = math.floor(distance)
        share = distance - whole
        apart = np.arange(size)[:, None] - np.arange(size)[None, :]
        return (apart == whole) * share + (apart == whole + 1) * (1 - share)

    return (line(H, down) @ images @ line(W, right).T).astype(images.dtype)


def edge_repeated(images, down, right):
    """The border row is stretched into the empty part."""
    images = images * 1.0
    _, H, W = images.shape
    fd, fr = math.floor(down), math.floor(right)
    reach = max(abs(fd), abs(fr)) + 2
    wide = np.pad(images, ((0, 0), (reach, reach), (reach, reach)), mode="edge")

    def window(i, j):
        return wide[:, reach - i : reach - i + H, reach - j : reach - j + W]

    f, g = down - fd, right - fr
    upper = window(fd, fr) * (1 - g) + window(fd, fr + 1) * g
    lower = window(fd + 1, fr) * (1 - g) + window(fd + 1, fr + 1) * g
    return upper * (1 - f) + lower * f


def in_place(images, down, right):
    result = shifting.shift_images(images, down, right)
    images[...] = result
    return result


def shift_sample(rng):
    return rng.uniform(0, 1, (2, 4, 5)), float(rng.uniform(-1.6, 1.6)), float(rng.uniform(-1.6, 1.6))


def shift_probes(rng):
    n, h, w = sizes(rng, 3)
    side = int(rng.integers(4, 7))

    def drawn(*shape):
        return rng.uniform(0.1, 1.0, shape)

    def part(low=0.15, high=0.4):
        return float(rng.uniform(low, high))

    return (
        Probe("down by a fraction, and left by one pixel and a fraction", (drawn(n, h, w + 2), part(), -1 - part())),
        Probe("a square image, up and to the right", (drawn(2, side, side), -part(), 1 + part())),
        Probe("down by one pixel", (drawn(n, h, w), 1, 0)),
        Probe("one pixel to the left", (drawn(n, h, w), 0, -1)),
        Probe("up by more than one pixel", (drawn(n, h + 3, w), -1 - part(), 0.0)),
        Probe("no distance at all", (drawn(n, h, w), 0.0, 0.0)),
        Probe("farther than the image is large", (drawn(1, 3, 4), 3.0 + part(), 0.0)),
        Probe("half a pixel each way", (drawn(2, h, w), 0.5, 0.5)),
        Probe("one image alone", (drawn(1, h, w), part(), part())),
        Probe("float32 images", (drawn(n, w, h).astype(np.float32), part(), -part())),
        Probe("images of whole numbers", (rng.integers(1, 17, (2, h, w)), part(), part())),
        Probe("images that are not contiguous in memory", (Strided(drawn(2, h, w)), part(), -part())),
    )


SHIFT = exercise("7.3", "Moving a batch of images")(
    name="shift_images",
    points=4,
    reference=shifting.shift_images,
    hints=(
        (
            "A distance of 2.3 lies between two whole distances: which two? "
            "If it were 2.0, how much of each would you take? And which two whole distances does -0.6 lie between?"
        ),
        (
            "For the rows, split `down` into a whole distance and a fraction, with `math.floor`. "
            "Let `translate` move the images by the whole distance, and once more by one pixel further. "
            "Mix both results: the fraction belongs to the one that went further. "
            "Then treat this mixture in the same way for `right`, with a whole distance and a fraction of its own. "
            "In each of the two rounds, the other distance of `translate` is 0."
        ),
        (
            "One row of pixels, 10, 20, 30, moved by right = -0.6. The whole distance is -1, the fraction 0.4. "
            "Moved by -1 it is (20, 30, 0), and moved by 0 it is (10, 20, 30). "
            "0.6 of the first plus 0.4 of the second is (16, 26, 12)."
        ),
    ),
    alternatives={
        "two matrices of shares": by_matrices,
        "loops over the pixels": by_loops,
        "windows in a frame of zeros": by_padding,
    },
    probes=shift_probes,
    sample=shift_sample,
    tolerance=100.0,
    properties=(),
    mistakes={
        "rolls_around": (
            rolled,
            "What leaves the image on one side comes in on the other; xp.roll does that. Fill with zeros.",
        ),
        "opposite_direction": (
            lambda images, down, right: shifting.shift_images(images, -down, -right),
            "The images move the wrong way: result[r, c] is taken from images[r - down, c - right].",
        ),
        "axes_swapped": (
            lambda images, down, right: shifting.shift_images(images, right, down),
            "Down and right are swapped: axis 1 holds the rows, axis 2 the columns.",
        ),
        "truncates_negative_distances": (
            truncated,
            "int() cuts towards 0, so -0.3 gives 0 and a negative share; math.floor gives -1 and 0.7.",
        ),
        "whole_pixels_only": (
            rounded,
            "The distance is rounded: a fraction of a pixel needs a mixture of two whole distances.",
        ),
        "fraction_dropped": (
            floored,
            "The fraction is dropped: mix the whole distance below with the one above.",
        ),
        "shares_swapped": (
            shares_swapped,
            "The shares are swapped: the whole distance below gets 1 - f, the one above gets f.",
        ),
        "border_repeated": (
            edge_repeated,
            "The border is stretched into the empty part; fill that with zeros.",
        ),
        "changes_its_input": (
            in_place,
            "The result is written into the images that were passed in; make a new array.",
        ),
        "rows_only": (
            lambda images, down, right: shifting.shift_images(images, down, 0.0),
            "Only the rows are moved; do the same for the columns, with the result.",
        ),
    },
    traps=(
        Trap("truncates_negative_distances", breaks="`int(-0.3)` is 0, which would make $f$ negative."),
        Trap("rolls_around", breaks="What comes in from outside is 0."),
        Trap("rows_only", breaks="Do this for the rows, then for the columns."),
        Trap("opposite_direction", breaks="Negative distances move up and to the left."),
    ),
)
