"""Results in several right forms, random splits, losses of one number, arguments left out, chained comparisons."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.authoring.proving.hunt import is_equivalent
from chainrule.authoring.proving.mutants import mutants_of
from chainrule.checking import Gradient, Probe
from chainrule.checking.catalog.entries import FREE_FORMS, FUNCTIONS, VIEWS
from chainrule.checking.comparing.compare import Expected
from chainrule.checking.comparing.observe import observe
from chainrule.checking.comparing.viewing import compare_viewed
from chainrule.checking.declaring.gradients import gradient_error
from chainrule.checking.telling.patterns import WrongArray, describe_pattern
from chainrule.checking.values import snapshot
from chainrule.exercises import find

PATH = (np.array(3.0), np.array([1.0, 2.0, 3.0]))
EVEN = tuple(np.split(np.random.default_rng(0).permutation(200), [160, 180]))


def kind_of(view, right, found):
    """What differs, nothing where both say the same."""
    mismatch = compare_viewed(view, Expected(snapshot(right)), snapshot(found), tolerance=50.0, eps=2.0**-52)
    return mismatch and (mismatch.kind, mismatch.where)


class TestFreeForms:
    """Views that make one form out of several."""

    def test_each_is_a_view(self):
        assert set(VIEWS) > FREE_FORMS

    @pytest.mark.parametrize(
        "found",
        [(3.0, [1.0, 2.0, 3.0]), [np.float64(3), (1, 2, 3)], (3, [np.array(1.0), 2.0, np.float32(3)])],
        ids=["list", "all lists", "mixed"],
    )
    def test_a_path_may_be_a_list_or_an_array(self, found):
        assert kind_of("stacked path", PATH, found) is None

    @pytest.mark.parametrize(
        ("found", "kind"),
        [
            ((3.0, [1.0, 2.5, 3.0]), ("value", "result 2 of 2")),
            ((2.0, [1.0, 2.0, 3.0]), ("value", "result 1 of 2")),
            ((3.0, [2.0, 3.0]), ("shape", "result 2 of 2")),
            ((3.0, []), ("type", "result 2 of 2")),
            (([1.0, 2.0, 3.0], 3.0), ("type", "result 1 of 2")),
            ((3.0, 1.0, 2.0), ("length", "")),
            ([1.0, 2.0, 3.0], ("length", "")),
            (3.0, ("type", "")),
            (None, ("none", "")),
            ((3.0, ["1", "2", "3"]), ("type", "result 2 of 2")),
        ],
        ids=["middle", "end", "short", "empty", "swapped", "flat", "path alone", "end alone", "nothing", "texts"],
    )
    def test_another_path_differs(self, found, kind):
        assert kind == kind_of("stacked path", PATH, found)

    def test_a_nan_in_a_path_is_told(self):
        assert "nan" in kind_of("stacked path", PATH, (3.0, [1.0, np.nan, 3.0]))

    def test_another_view_keeps_comparing_forms(self):
        pieces = np.ones((2, 1, 1)), np.zeros((2, 1))

        assert kind_of("sorted pieces", pieces, (pieces[0].ravel(), pieces[1])) == ("shape", "result 1 of 2")


class TestSplits:
    """What all random splits share."""

    @pytest.mark.parametrize("seed", range(20))
    def test_another_draw_says_the_same(self, seed):
        order = np.random.default_rng(seed).permutation(200)

        assert kind_of("parts with sizes", EVEN, (order[:160], order[160:180].tolist(), order[180:])) is None

    def test_sorted_parts_say_the_same(self):
        assert kind_of("parts with sizes", EVEN, tuple(np.sort(part) for part in EVEN)) is None

    @pytest.mark.parametrize(
        ("parts", "where"),
        [
            (tuple(np.split(np.arange(200), [160, 180])), "the answer to 'does each part have rows from everywhere?'"),
            ((EVEN[0], EVEN[0][:20], EVEN[2]), "the answer to 'is every row there once?'"),
            ((EVEN[0], EVEN[2][:19], EVEN[1]), "the sizes of the parts"),
            (tuple(part + 1 for part in EVEN), "the answer to 'are all rows from 0 to n - 1?'"),
        ],
        ids=["in order", "overlap", "one lost", "counted from one"],
    )
    def test_a_fault_is_found_by_its_name(self, parts, where):
        assert where == kind_of("parts with sizes", EVEN, parts)[1]

    def test_sizes_are_free_where_shares_need_rounding(self):
        order = np.random.default_rng(1).permutation(200)

        assert kind_of("rows of parts", EVEN, tuple(np.split(order, [159, 180]))) is None
        assert kind_of("rows of parts", EVEN, tuple(np.split(order[:-1], [159, 180])))[1] == "the number of rows"

    def test_an_empty_part_is_no_fault(self):
        order = np.random.default_rng(2).permutation(50)

        assert VIEWS["rows of parts"]((order, order[:0], order[:0]))["the answer to 'is every row there once?'"]


class TestPreparations:
    """Named functions of training and test rows."""

    @pytest.mark.parametrize("name", [name for name in FUNCTIONS if "minus" in name])
    def test_only_those_that_name_the_training_rows_alone_ignore_the_test_rows(self, name):
        train, test = np.arange(6.0).reshape(3, 2), np.ones((2, 2))
        moved = [FUNCTIONS[name]()(train, test + far) for far in (50.0, -50.0)]

        assert (name == "minus mean of training") is np.array_equal(*moved)


class TestLossGradients:
    """A forward function that gives one number."""

    def test_a_right_gradient_agrees(self, rng):
        square = Gradient(of=lambda z, c: (c * z * z).sum(), wrt=("z",))
        args = rng.standard_normal((3, 2)), 0.5

        assert gradient_error(lambda z, c: 2 * c * z, ("z", "c"), args, square, rng) < 1e-8
        assert gradient_error(lambda z, c: c * z, ("z", "c"), args, square, rng) > 0.1


def test_an_argument_left_to_its_default_is_no_reason_to_fail():
    right = np.array([1.0, 2.0, 4.0])
    wrong = [WrongArray(3 * right, right, {"x": right, "h": 3.0}), WrongArray(3 * right, right, {"x": right})]

    assert describe_pattern(wrong) == "Every entry is 3 times the right one."


def test_a_message_tells_no_address():
    def complaining(x):
        raise TypeError(f"cannot use {object()} here")

    assert observe(complaining, Probe("a number", (1.0,))).failure.message == "cannot use <object object> here"


def test_a_chained_comparison_has_mutants():
    changes = [mutant.change for mutant in mutants_of(chained)]

    assert "chained: 0 <= x < 3 becomes 0 >= x < 3" in changes


def chained(x):
    return 0 <= x < 3


def test_whole_numbers_stay_whole_among_random_inputs():
    """Labels that are scaled would be no labels any more, and every mutant would count as wrong."""
    exercise = find("cross_entropy")

    assert is_equivalent(exercise, exercise.key(0), lambda logits, y: exercise.reference(logits, y))
