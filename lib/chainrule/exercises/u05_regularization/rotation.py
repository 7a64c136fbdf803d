"""Exercise 5.13: translate and rotate."""

from __future__ import annotations

import math

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.u05_regularization.common import declare, images, odd_sizes
from chainrule.nn import augmentation

__all__ = ["ROTATE", "TRANSLATE"]

# --- translate ---------------------------------------------------------------------------------------------------


def shift_probes(rng):
    height, width = odd_sizes(rng)
    return (
        Probe("2 down, 1 right", (images(rng, 3, height, width), 2, 1)),
        Probe("1 up, 3 left", (images(rng, 3, width, height), -1, -3)),
        Probe("2 down, 1 left, square images", (images(rng, 2, 5, 5), 2, -1)),
        Probe("no shift", (images(rng, 2, 4, 5), 0, 0)),
        Probe("down alone", (images(rng, 2, 5, 4), 3, 0)),
        Probe("color images", (images(rng, 2, 5, 4, 3), 1, 2)),
        Probe("out of the picture", (images(rng, 2, 4, 5), 6, -1)),
        Probe("float32 numbers", (images(rng, 2, 6, 5).astype(np.float32), -2, 1)),
    )


def shift_by_loop(X, down, right):
    out = np.zeros(X.shape)
    for r, c in np.ndindex(*X.shape[1:3]):
        if 0 <= r - down < X.shape[1] and 0 <= c - right < X.shape[2]:
            out[:, r, c] = X[:, r - down, c - right]
    return out


def shift_by_rolling(X, down, right):
    height, width = X.shape[1:3]
    out = np.roll(X, (down, right), axis=(1, 2))
    stays_r = (np.arange(height) >= down) & (np.arange(height) < height + down)
    stays_c = (np.arange(width) >= right) & (np.arange(width) < width + right)
    return out * (stays_r[:, None] & stays_c).reshape(height, width, *[1] * (X.ndim - 3))


def shift_by_padding(X, down, right):
    height, width = X.shape[1:3]
    edge = abs(down) + abs(right)
    padded = np.pad(X, ((0, 0), (edge, edge), (edge, edge), *[(0, 0)] * (X.ndim - 3)))
    return padded[:, edge - down : edge - down + height, edge - right : edge - right + width]


def edges_repeated(X, down, right):
    rows = np.clip(np.arange(X.shape[1]) - down, 0, X.shape[1] - 1)
    columns = np.clip(np.arange(X.shape[2]) - right, 0, X.shape[2] - 1)
    return X[:, rows][:, :, columns]


TRANSLATE = declare("5.13", "Shifts and turns")(
    name="translate",
    points=1,
    reference=augmentation.translate,
    hints=(
        (
            "Take one pixel of the new image, in row r. "
            "If everything moved down by 2, from which old row did it come? And what if that row does not exist?"
        ),
        (
            "Begin with an array of zeros of the same shape. "
            "For each new pixel compute the old row and the old column. "
            "If both lie inside the image, copy that pixel for all images at once; otherwise the 0 stays. "
            "You can also copy one rectangle: then compute where it begins and ends in the old and in the new "
            "image."
        ),
        (
            "The image has the rows (1, 2, 3), (4, 5, 6) and (7, 8, 9). "
            "down = -1, right = 0 gives (4, 5, 6), (7, 8, 9) and (0, 0, 0). "
            "down = 0, right = 2 gives (0, 0, 1), (0, 0, 4) and (0, 0, 7). A shift of 3 or more leaves zeros only."
        ),
    ),
    alternatives={"pixel by pixel": shift_by_loop, "rolled and cleared": shift_by_rolling, "padded": shift_by_padding},
    probes=shift_probes,
    sample=lambda rng: (images(rng, 2, 5, 6), int(rng.integers(-4, 5)), int(rng.integers(-5, 6))),
    mistakes={
        "comes_back_on_the_other_side": (
            lambda X, down, right: np.roll(X, (down, right), axis=(1, 2)),
            "What leaves on one side comes back on the other, as xp.roll does; zeros should come in.",
        ),
        "opposite_direction": (
            lambda X, down, right: shift_by_padding(X, -down, -right),
            "The images move the other way: a positive `down` moves them to larger row numbers.",
        ),
        "rows_and_columns_swapped": (
            lambda X, down, right: shift_by_padding(X, right, down),
            "Down and right are swapped: axis 1 goes down, axis 2 to the right.",
        ),
        "edges_repeated": (
            edges_repeated,
            "The border is repeated where nothing was; zeros should come in.",
        ),
    },
    traps=(
        Trap("comes_back_on_the_other_side", breaks="`xp.roll` brings what leaves back on the other side."),
        Trap("edges_repeated", breaks="What leaves is lost, and zeros come in."),
    ),
)

# --- rotate ------------------------------------------------------------------------------------------------

CLEAR = 1e-3  # no pixel's origin lies closer to the line between two pixels


def turned_places(shape, degrees):
    """Rows and columns that the pixels of the turned image come from, before rounding."""
    height, width = shape
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    r, c = np.arange(height)[:, None] - (height - 1) / 2, np.arange(width)[None, :] - (width - 1) / 2
    return r * cos + c * sin + (height - 1) / 2, c * cos - r * sin + (width - 1) / 2


def clear_angle(rng, height, width, low, high):
    """An angle at which no pixel comes from the line between two pixels: there rounding is a matter of taste."""
    while True:
        degrees = round(float(rng.uniform(low, high)), 2)
        places = np.concatenate([it.ravel() for it in turned_places((height, width), degrees)])
        if np.abs(places % 1 - 0.5).min() > CLEAR:
            return degrees


def turn_probes(rng):
    def probe(label, shape, between, dtype=float):
        degrees = clear_angle(rng, shape[1], shape[2], *between)
        return Probe(f"{label}, {degrees:g} degrees", (images(rng, *shape).astype(dtype), degrees))

    return (
        probe("three images of 7 x 9", (3, 7, 9), (12, 40)),
        probe("clockwise", (2, 8, 8), (-40, -12)),
        probe("more than a right angle", (2, 7, 7), (100, 170)),
        Probe("a quarter of a turn", (images(rng, 2, 6, 6), 90.0)),
        Probe("half a turn", (images(rng, 2, 5, 6), 180.0)),
        Probe("no turn", (images(rng, 2, 5, 6), 0.0)),
        probe("color images", (2, 6, 5, 3), (12, 40)),
        probe("float32 numbers", (2, 7, 8), (12, 40), dtype=np.float32),
    )


def pick(X, places, at=np.rint, *, outside=False):
    """The pixels at these places; 0, or the nearest border, outside."""
    rows, columns = (at(it).astype(int) for it in places)
    height, width = X.shape[1:3]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    picked = X[:, np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    return picked if outside else picked * inside.reshape(*inside.shape, *[1] * (X.ndim - 3))


def turn_by_loop(X, degrees):
    out = np.zeros(X.shape)
    height, width = X.shape[1:3]
    rows, columns = turned_places((height, width), degrees)
    for i, j in np.ndindex(height, width):
        r, c = math.floor(rows[i, j] + 0.5), math.floor(columns[i, j] + 0.5)
        if 0 <= r < height and 0 <= c < width:
            out[:, i, j] = X[:, r, c]
    return out


def turn_by_complex_numbers(X, degrees):
    height, width = X.shape[1:3]
    middle = complex((width - 1) / 2, (height - 1) / 2)
    places = np.arange(width)[None, :] + 1j * np.arange(height)[:, None] - middle
    origins = places * np.exp(1j * math.radians(degrees)) + middle
    return pick(X, (origins.imag, origins.real))


def turn_the_other_way(X, degrees):
    return pick(X, turned_places(X.shape[1:3], -degrees))


def turn_in_radians(X, degrees):
    return pick(X, turned_places(X.shape[1:3], math.degrees(degrees)))


def turn_about_the_corner(X, degrees):
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    r, c = np.arange(X.shape[1])[:, None], np.arange(X.shape[2])[None, :]
    return pick(X, (r * cos + c * sin, c * cos - r * sin))


def turn_with_holes(X, degrees):
    """Send every old pixel to its new place: some places get none."""
    out = np.zeros(X.shape)
    rows, columns = (np.rint(it).astype(int) for it in turned_places(X.shape[1:3], -degrees))
    for i, j in np.ndindex(*X.shape[1:3]):
        if 0 <= rows[i, j] < X.shape[1] and 0 <= columns[i, j] < X.shape[2]:
            out[:, rows[i, j], columns[i, j]] = X[:, i, j]
    return out


def turn_cut_off(X, degrees):
    return pick(X, turned_places(X.shape[1:3], degrees), at=np.trunc)


def turn_with_smeared_border(X, degrees):
    return pick(X, turned_places(X.shape[1:3], degrees), outside=True)


def one_turn(rng):
    return images(rng, 2, 7, 6), clear_angle(rng, 7, 6, -180, 180)


ROTATE = declare("5.13", "Shifts and turns")(
    name="rotate",
    points=2,
    reference=augmentation.rotate,
    hints=(
        (
            "Take one pixel of the new image and ask where it comes from. "
            "Which numbers change from pixel to pixel, and which are the same for the whole image? "
            "In which unit do the sine and the cosine want their angle?"
        ),
        (
            "Turn the degrees into radians, and compute cosine and sine once. "
            "Begin with zeros, and go through all new rows and columns. "
            "Follow the four steps of the text for each pixel, for the row and for the column with its own middle. "
            "Copy the pixel for all images at once if the old place lies inside."
        ),
        (
            "The image has the rows (1, 2, 3), (4, 5, 6) and (7, 8, 9); 90 degrees, so the cosine is 0 and the sine "
            "is 1. The new upper left pixel has r = -1, c = -1. "
            "So r' = -1 and c' = 1; with the middle that is row 0 and column 2, where the 3 stands. "
            "All of it: (3, 6, 9), (2, 5, 8) and (1, 4, 7)."
        ),
    ),
    alternatives={"pixel by pixel": turn_by_loop, "by complex numbers": turn_by_complex_numbers},
    probes=turn_probes,
    sample=one_turn,
    mistakes={
        "turned_the_other_way": (
            turn_the_other_way,
            "The images turn clockwise: mind the signs in front of the sine.",
        ),
        "degrees_taken_as_radians": (
            turn_in_radians,
            "The angle is taken in radians: multiply degrees by pi / 180 first.",
        ),
        "turned_about_the_corner": (
            turn_about_the_corner,
            "The images turn about their upper left corner: count r and c from the middle, (H - 1) / 2.",
        ),
        "holes": (
            turn_with_holes,
            (
                "Old pixels are sent to their new places, which leaves holes: go over the new pixels and ask "
                "where each comes from."
            ),
        ),
        "cut_off_in_place_of_rounded": (
            turn_cut_off,
            "The places are cut off to whole numbers; round them to the nearest.",
        ),
        "border_smeared": (
            turn_with_smeared_border,
            "Outside the image the nearest border pixel is taken; it should be 0 there.",
        ),
    },
    traps=(
        Trap("holes", breaks="the other way round leaves holes"),
        Trap("degrees_taken_as_radians", breaks="by an angle in degrees, counterclockwise, about the middle"),
        Trap("turned_the_other_way", breaks="by an angle in degrees, counterclockwise, about the middle"),
        Trap("cut_off_in_place_of_rounded", breaks="Add the middle again, and round with `xp.rint`."),
        Trap("border_smeared", breaks="Where this lies outside the image, the new pixel is 0."),
    ),
)
