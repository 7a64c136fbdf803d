"""Comparison: form before value, a tolerance in units of rounding, intervals at kinks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from chainrule.checking.comparing.compare import Expected, compare, disagreement, working_eps
from chainrule.checking.values import Opaque, brief, describe, snapshot

FINITE = hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=5), elements=st.floats(-1e6, 1e6))
EPS = np.finfo(np.float64).eps


class TestEquality:
    """Equal values are equal, whatever holds them."""

    @settings(max_examples=50, deadline=None)
    @given(FINITE)
    def test_an_array_equals_itself(self, array):
        assert compare(Expected(array), array.copy(), tolerance=0.0) is None

    def test_numbers_of_any_kind_are_equal(self):
        for number in (2, 2.0, np.float32(2), np.int8(2), np.array(2.0)):
            assert compare(Expected(snapshot(2.0)), snapshot(number), tolerance=1.0) is None

    def test_booleans_equal_zeros_and_ones(self):
        assert compare(Expected(np.array([1.0, 0.0])), np.array([True, False]), tolerance=1.0) is None

    def test_the_same_infinity_is_equal(self):
        array = np.array([np.inf, -np.inf, 1.0])

        assert compare(Expected(array), array.copy(), tolerance=1.0) is None

    def test_expected_nan_is_met_by_nan_alone(self):
        array = np.array([np.nan, 1.0])

        assert compare(Expected(array), array.copy(), tolerance=1.0) is None
        assert compare(Expected(array), np.array([0.0, 1.0]), tolerance=1.0).kind == "value"


class TestTolerance:
    """|a - b| <= k eps max|ref|."""

    @pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
    def test_the_boundary_lies_at_k_units_of_the_largest_entry(self, scale):
        right = np.array([1.0, 0.25]) * scale
        inside, outside = right.copy(), right.copy()
        inside[1] += 40 * EPS * scale
        outside[1] += 60 * EPS * scale

        assert compare(Expected(right), inside, tolerance=50.0) is None
        assert compare(Expected(right), outside, tolerance=50.0).index == (1,)

    def test_a_float32_result_has_the_rounding_of_float32(self):
        right = np.array([1.0, 1.0 / 3.0])

        assert compare(Expected(right), right.astype(np.float32), tolerance=2.0) is None
        assert compare(Expected(right), right.astype(np.float32).astype(float), tolerance=2.0).kind == "value"

    def test_float32_inputs_count_as_well(self):
        right = np.array([1.0, 1.0 / 3.0])
        eps = working_eps(np.zeros(1, np.float32))

        assert compare(Expected(right), right.astype(np.float32).astype(float), tolerance=2.0, eps=eps) is None

    def test_zeros_are_compared_on_the_scale_of_one(self):
        assert compare(Expected(np.zeros(2)), np.full(2, 1e-18), tolerance=50.0) is None
        assert compare(Expected(np.zeros(2)), np.full(2, 1e-6), tolerance=50.0).kind == "value"

    def test_the_size_of_a_difference_is_in_units_of_what_is_allowed(self):
        mismatch = compare(Expected(np.ones(1)), np.ones(1) + 100 * EPS, tolerance=50.0)

        assert mismatch.size == pytest.approx(2.0)


class TestForm:
    """Form comes before value."""

    @pytest.mark.parametrize(
        ("expected", "found", "kind"),
        [
            (np.ones(2), None, "none"),
            (np.ones(2), [1.0, 1.0], "type"),
            (np.ones(2), Opaque("thing"), "type"),
            (np.ones(2), np.ones((2, 1)), "shape"),
            (np.ones(2), np.ones(2, np.complex128), "dtype"),
            (np.ones(2), np.ones(2, np.float16), "dtype"),
            ((np.ones(2), np.ones(2)), (np.ones(2),), "length"),
            ((np.ones(2), np.ones(2)), (np.ones(2), np.ones(3)), "shape"),
            ({"W": np.ones(2)}, {"V": np.ones(2)}, "type"),
            ("text", "other", "value"),
            (np.ones(2), np.array([1.0, np.nan]), "nan"),
            (np.ones(2), np.array([1.0, 2.0]), "value"),
        ],
    )
    def test_difference_is_classified(self, expected, found, kind):
        mismatch = compare(Expected(expected), found, tolerance=50.0)

        assert kind == mismatch.kind

    def test_part_of_a_dictionary_is_named(self):
        expected = {"W": np.ones(2), "b": np.zeros(2)}
        mismatch = compare(Expected(expected), {"W": np.ones(2), "b": np.ones(2)}, tolerance=50.0)

        assert mismatch.where == "entry 'b'"

    @pytest.mark.parametrize(
        ("wrap", "where"),
        [
            (lambda a, b: (a, b), "result 2 of 2"),
            (lambda a, b: [(a, b)], "result 2 of 2"),
            (lambda a, b: (a, [b]), "result 2 of 2"),
            (lambda a, b: (0.0, (a, b)), "result 2 of 2 of result 2 of 2"),
        ],
    )
    def test_the_only_part_goes_by_the_name_of_the_whole(self, wrap, where):
        expected, found = (snapshot(wrap(np.zeros(2), np.full(2, it))) for it in (1.0, 2.0))

        assert where == compare(Expected(expected), found, tolerance=1.0).where


class TestIntervals:
    """At a kink everything between the bounds is right."""

    EXPECTED = Expected(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.array([1.0, 1.0]))

    @pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
    def test_values_between_the_bounds_pass(self, value):
        assert compare(self.EXPECTED, np.array([value, 1.0]), tolerance=50.0) is None

    @pytest.mark.parametrize("value", [-0.1, 1.1])
    def test_values_outside_fail(self, value):
        assert compare(self.EXPECTED, np.array([value, 1.0]), tolerance=50.0).index == (0,)

    def test_entries_without_a_kink_stay_strict(self):
        assert compare(self.EXPECTED, np.array([0.5, 0.5]), tolerance=50.0).index == (1,)


class TestDisagreement:
    """The distance of two right answers."""

    def test_it_counts_units_of_rounding(self):
        assert disagreement((np.ones(1), np.ones(1)), (np.ones(1), np.ones(1) + 3 * EPS)) == pytest.approx(3.0)

    def test_another_form_is_infinitely_far(self):
        assert disagreement(np.ones(1), np.ones(2)) == np.inf


class TestSnapshot:
    """A snapshot is data that nobody else holds."""

    def test_later_changes_do_not_reach_it(self):
        array = np.ones(2)
        kept = snapshot((array, [array]))
        array[:] = 0

        assert [1.0, 1.0] == kept[0].tolist() == kept[1][0].tolist()

    def test_array_subclasses_lose_their_tricks(self):
        class Sly(np.ndarray):
            def __eq__(self, other):
                return True

            __hash__ = None

        kept = snapshot(np.ones(2).view(Sly))

        assert type(kept) is np.ndarray

    @pytest.mark.parametrize(
        ("value", "words"),
        [(None, "None"), (np.array(1.0), "a number"), (np.ones((2, 3)), "an array of shape (2, 3)"), ([], "a list")],
    )
    def test_description_is_in_words(self, value, words):
        assert words == describe(value)

    def test_brief_text_stays_short(self):
        assert len(brief("x" * 10_000)) <= 200
        assert brief(np.zeros((50, 50))) == "array of shape (50, 50)"


@pytest.mark.parametrize(("error", "passes"), [(1e-2, False), (0.5e-3, True)])
def test_a_coarse_dtype_excuses_no_wrong_slope(error, passes):
    """The tolerance of a numeric derivative is made for its step, not for float32."""
    right = np.array([1.0, 2.0, 4.0])
    found = (right * (1 + error)).astype(np.float32)

    assert passes == (compare(Expected(right), found, tolerance=2e6) is None)
