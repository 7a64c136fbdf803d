"""Questions and measurements: right values pass, and no answer stands in the clear."""

from __future__ import annotations

import dataclasses
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from chainrule.checking import AuthorError
from chainrule.checking.declaring.measurement import Measurement
from chainrule.checking.declaring.question import Question
from chainrule.checking.telling.display import as_html

COMMON = {"unit": "99_toys", "number": "99.2", "title": "Values", "points": 1}
FACTOR = Question(name="factor", answer=0.25**10, **COMMON)
REPAIR = Question(name="repair", answer="leaky", choices=("leaky", "lower rate", "bias"), **COMMON)
MEAN = Measurement(name="mean", low=-0.1, high=0.1, advice="Look at the constants.", **COMMON)


def verdicts(question, value):
    """The visible and the hidden verdict."""
    return tuple(question.key(0, hidden=hidden).judge(value, hidden=hidden) for hidden in (False, True))


@pytest.mark.parametrize("value", [0.25**10, 9.54e-7, 9.5367e-7, np.float64(0.25**10), np.array(0.25**10)])
def test_right_number_passes_both_checks(value):
    assert all(verdict.passed for verdict in verdicts(FACTOR, value))


@pytest.mark.parametrize("value", [0.25**9, 1e-6, 9.6e-7, -(0.25**10), 0, 0.0])
def test_wrong_number_fails_both_checks(value):
    assert ["wrong-answer"] * 2 == [verdict.finding.slug for verdict in verdicts(FACTOR, value)]


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        (9.54e-7, (9.53e-7, 9.55e-7), (9.52e-7, 9.56e-7)),
        (0.0123, (0.0122, 0.0124), (0.0121, 0.0125)),
        (0.999, (0.998, 1.0), (0.997, 1.01)),
        (1.0, (0.999, 1.01), (0.998, 1.02)),
        (9.99, (9.98, 9.996, 10.0), (9.97, 10.1)),
        (-4.56, (-4.57, -4.55), (-4.58, -4.54, 4.56)),
        (123000, (122000, 124000), (121000, 125000)),
        (0, (-0.0,), (1e-300, -1)),
    ],
)
def test_the_neighbors_in_the_last_digit_pass_and_no_others(answer, right, wrong):
    question = dataclasses.replace(FACTOR, answer=answer)

    assert all(verdict.passed for value in right for verdict in verdicts(question, value))
    assert not any(verdict.passed for value in wrong for verdict in verdicts(question, value))


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        (None, "not-written"),
        (..., "not-written"),
        ("about 1e-6", "no-number"),
        (math.nan, "no-number"),
        (math.inf, "no-number"),
        ([1.0], "no-number"),
        (np.ones(3), "no-number"),
        (True, "no-number"),
    ],
)
def test_unfit_value_gets_its_sentence(value, slug):
    assert [slug] * 2 == [verdict.finding.slug for verdict in verdicts(FACTOR, value)]


@pytest.mark.parametrize(
    ("value", "passes"), [(1075, True), (1075.0000000000002, True), (1074, False), (1075.4, False)]
)
def test_a_whole_number_has_no_neighbors(value, passes):
    count = dataclasses.replace(FACTOR, answer=1075, digits=4)

    assert [passes] * 2 == [verdict.passed for verdict in verdicts(count, value)]


@pytest.mark.parametrize(("value", "passes"), [(8, True), (8.192, True), (8.2, True), (7, False), (9, False)])
def test_where_one_digit_counts_a_rounded_answer_is_right_and_no_other_digit(value, passes):
    roughly = dataclasses.replace(FACTOR, answer=8.192, digits=1)

    assert [passes] * 2 == [verdict.passed for verdict in verdicts(roughly, value)]


def test_a_number_may_be_of_any_type():
    half = dataclasses.replace(FACTOR, answer=0.5)
    numbers = (0.5, Fraction(1, 2), Decimal("0.5"), np.float32(0.5), np.longdouble(0.5), np.array(0.5))

    assert all(it.passed for number in numbers for it in verdicts(half, number))


def test_a_whole_number_of_which_few_digits_count_has_some():
    assert all(it.passed for it in verdicts(dataclasses.replace(FACTOR, answer=2**20, digits=3), 1.05e6))


def test_zero_may_be_the_answer():
    zero = dataclasses.replace(FACTOR, answer=0.0)

    assert all(verdict.passed for verdict in verdicts(zero, 0))


class TestChoice:
    """A choice is recorded by the visible check and decided by the hidden one."""

    @pytest.mark.parametrize("value", ["leaky", " Leaky ", "bias"])
    def test_the_visible_check_only_records(self, value):
        verdict = REPAIR.key(0).judge(value)

        assert verdict.passed
        assert not verdict.judged
        assert "recorded" in verdict.headline
        assert "&#10003;" not in as_html(verdict)

    def test_the_hidden_check_decides(self):
        hidden = REPAIR.key(0, hidden=True)

        assert hidden.judge("LEAKY", hidden=True).passed
        assert not hidden.judge("bias", hidden=True).passed

    def test_another_word_is_refused_with_the_choices(self):
        visible, hidden = verdicts(REPAIR, "dropout")

        assert visible.finding.slug == hidden.finding.slug == "no-choice"
        assert "'leaky', 'lower rate', 'bias'" in visible.text()

    def test_an_answer_that_cannot_be_chosen_is_the_authors_error(self):
        with pytest.raises(AuthorError, match="none of its choices"):
            dataclasses.replace(REPAIR, answer="dropout")


@pytest.mark.parametrize("answer", [True, "text"])
def test_an_answer_that_is_neither_number_nor_choice_is_the_authors_error(answer):
    with pytest.raises(AuthorError, match="without choices the answer is a number"):
        dataclasses.replace(FACTOR, answer=answer)


def test_the_key_of_a_number_holds_only_a_hash():
    key = FACTOR.key(0)

    assert "9.5" not in repr(key)
    assert len(key.digest) == 32


def test_the_key_of_a_choice_holds_no_hash_at_all():
    assert REPAIR.key(0).digest == ""


def test_equal_answers_of_two_questions_have_different_hashes():
    other = dataclasses.replace(FACTOR, name="other_factor")

    assert FACTOR.key(0).digest != other.key(0).digest


class TestMeasurement:
    """A measured number must lie in its range."""

    @pytest.mark.parametrize("value", [-0.1, 0.0, 0.1, np.float32(0.05)])
    def test_inside_passes(self, value):
        assert MEAN.key(0).judge(value).passed

    @pytest.mark.parametrize("value", [-0.11, 0.11, 7])
    def test_outside_fails_with_the_advice(self, value):
        verdict = MEAN.key(0).judge(value)

        assert verdict.finding.slug == "out-of-range"
        assert "Look at the constants." in verdict.text()

    def test_none_is_not_answered_yet(self):
        assert MEAN.key(0).judge(None).finding.slug == "not-written"

    def test_one_right_number_is_told_without_a_range_and_not_given_away(self):
        exact = Measurement(name="zeros", low=1048576, high=1048576, whole=True, advice="Count again.", **COMMON)

        assert "zeros: right, 1048576." == exact.key(0).judge(2**20).text()
        assert "1048576" not in exact.key(0).judge(45).text()

    @pytest.mark.parametrize(
        ("value", "advice"),
        [
            (93.5, "Is this in percent? As a share it is 0.935."),
            (35.0, "Look at the constants."),
            (0.4, "Look at the constants."),
        ],
    )
    def test_percent_in_place_of_a_share_is_told(self, value, advice):
        share = Measurement(name="share", low=0.8, high=1.0, advice="Look at the constants.", **COMMON)
        told = f"Expected a number from 0.8 to 1, found {value:g}."

        assert (told, advice) == share.key(0).judge(value).finding.lines

    def test_a_count_must_be_whole(self):
        count = dataclasses.replace(MEAN, high=3, whole=True)

        assert count.key(0).judge(2).passed
        assert count.key(0).judge(0.05).finding.slug == "not-whole"


@pytest.mark.parametrize("value", [1 + 0j, np.array("text"), np.array(1j), "x" * 1000])
def test_no_value_breaks_a_check(value):
    assert ["no-number"] * 2 == [verdict.finding.slug for verdict in verdicts(FACTOR, value)]
