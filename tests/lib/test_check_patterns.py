"""What wrong arrays have in common is put into words, and nothing is said where they have nothing."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checking.telling.patterns import WrongArray, describe_pattern

RIGHT = np.array([[1.0, -2.0, 3.0], [4.0, -5.0, 6.0]])
Z = np.array([[1.0, -1.0, 0.0], [2.0, -3.0, 4.0]])
SQUARE = np.arange(9.0).reshape(3, 3)
PATTERNS = {
    "unchanged": (Z, RIGHT, "Your result is z itself, unchanged."),
    "zeros": (0 * RIGHT, RIGHT, "Your result is 0 everywhere."),
    "transposed": (SQUARE.T, SQUARE, "Your result is the transpose of the right one."),
    "sign": (-RIGHT, RIGHT, "Every entry has the opposite sign of the right one."),
    "twice": (2 * RIGHT, RIGHT, "Every entry is 2 times the right one."),
    "half": (RIGHT / 2, RIGHT, "Every entry is 1/2 times the right one."),
    "logarithm": (RIGHT * np.log(10), RIGHT, "Every entry is ln 10 times the right one."),
    "argument": (RIGHT * 0.3, RIGHT, "Every entry is alpha times the right one."),
    "inverse argument": (RIGHT / 0.3, RIGHT, "Every entry is 1/alpha times the right one."),
    "any factor": (RIGHT * 7.7, RIGHT, "Every entry is 7.7 times the right one."),
    "scaled residual": (RIGHT + 0.3 * Z, RIGHT, "Your result minus the right one is exactly alpha times z."),
    "residual": (RIGHT - 4.0 * Z, RIGHT, "Your result minus the right one is exactly -4 times z."),
    "negative region": (
        np.where(Z < 0, 9.0, RIGHT),
        RIGHT,
        "Your result is wrong exactly where z is negative, and right elsewhere.",
    ),
    "zero": (np.where(Z == 0, 9.0, RIGHT), RIGHT, "Your result is wrong exactly where z is 0, and right elsewhere."),
}


@pytest.mark.parametrize(("found", "right", "sentence"), PATTERNS.values(), ids=PATTERNS.keys())
def test_regularity_is_put_into_words(found, right, sentence):
    args = {"z": Z if right is RIGHT else SQUARE + 50.0, "alpha": 0.3}

    assert sentence == describe_pattern([WrongArray(found, right, args)])


def test_the_batch_size_is_recognised_over_cases_of_different_size(rng):
    wrong = []
    for n in (3, 5):
        right = rng.standard_normal((n, 2))
        wrong.append(WrongArray(right * n, right, {"x": rng.standard_normal((n, 2))}))

    assert describe_pattern(wrong) == "Every entry is N (the number of examples) times the right one."


def test_no_regularity_is_claimed_where_there_is_none(rng):
    wrong = [WrongArray(rng.standard_normal((3, 2)), rng.standard_normal((3, 2)), {"z": rng.standard_normal((3, 2))})]

    assert describe_pattern(wrong) == ""
    assert describe_pattern([]) == ""


def test_no_region_is_named_where_all_entries_are_wrong_and_lie_in_it(rng):
    """Positive inputs, such as pixels: nothing is right elsewhere."""
    found, right = rng.standard_normal((2, 3, 2))

    assert describe_pattern([WrongArray(found, right, {"x": rng.uniform(1.0, 2.0, (3, 2))})]) == ""


@pytest.mark.parametrize(
    ("found", "right"),
    [(np.full((2, 3), 1e-3), np.zeros((2, 3))), (np.where(RIGHT > 3, 1.7e308, RIGHT), RIGHT)],
    ids=["where all is 0", "almost infinite"],
)
def test_nothing_silly_is_said_of_extremes(found, right):
    with np.errstate(all="ignore"):
        assert describe_pattern([WrongArray(found, right, {"z": Z + 0.25})]) == ""
