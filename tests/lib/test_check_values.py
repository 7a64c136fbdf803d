"""Questions and measurements: right values pass, and no answer stands in the clear."""

from __future__ import annotations

import dataclasses
import json
import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from chainrule.checking import AuthorError
from chainrule.checking.declaring.measurement import Measurement, Timing
from chainrule.checking.declaring.prediction import Prediction
from chainrule.checking.declaring.question import Question
from chainrule.checking.telling.display import as_html
from chainrule.exercises.registry import UNITS, questions_of

COMMON = {"unit": "99_toys", "number": "99.2", "title": "Values", "points": 1}
FACTOR = Question(name="factor", answer=0.25**10, **COMMON)
REPAIR = Question(name="repair", answer="leaky", choices=("leaky", "lower rate", "bias"), **COMMON)
UNIT_TEXTS = sorted(Path(__file__).parents[2].glob("course/units/*.py"))
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
    """A measured number is marked by the hidden test; the visible check takes what may have been measured."""

    @pytest.mark.parametrize("value", [-0.1, 0.0, 0.1, np.float32(0.05)])
    def test_inside_passes(self, value):
        assert all(it.passed for it in verdicts(MEAN, value))

    @pytest.mark.parametrize("value", [-0.11, 0.11, 7])
    def test_outside_is_recorded_and_then_refused_with_the_advice(self, value):
        visible, hidden = verdicts(MEAN, value)

        assert visible.passed
        assert not visible.judged
        assert hidden.finding.slug == "out-of-range"
        assert "Look at the constants." in hidden.text()

    def test_the_key_of_a_student_edition_holds_no_range(self):
        packed = json.dumps(dataclasses.asdict(dataclasses.replace(MEAN, value=0.0731).key(0)))

        assert not any(number in packed for number in ("0.1", "0.0731", "low", "high", "value"))

    @pytest.mark.parametrize(("value", "passes"), [(0.06, True), (0.0602, True), (0.0, False), (0.065, False)])
    def test_where_the_seeds_fix_all_the_number_is_that_of_the_solved_notebook(self, value, passes):
        fixed = dataclasses.replace(MEAN, value=0.06, within=0.01)

        assert passes == fixed.key(0, hidden=True).judge(value, hidden=True).passed

    @pytest.mark.parametrize("value", [0, 1, 0.5, 10, 0.0, -0.05, 0.093, 1e-9])
    def test_a_round_number_was_typed_where_an_experiment_gives_more_digits(self, value):
        ratio = dataclasses.replace(MEAN, low=-1.0, high=20.0, many_digits=True)

        assert ["round-number"] * 2 == [verdict.finding.slug for verdict in verdicts(ratio, value)]
        assert all(it.passed for it in verdicts(ratio, value + 0.00012345))

    def test_none_is_not_answered_yet(self):
        assert ["not-written"] * 2 == [verdict.finding.slug for verdict in verdicts(MEAN, None)]

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

        assert advice == share.judge(value, hidden=True).finding.lines[-1]

    def test_a_count_must_be_whole(self):
        count = dataclasses.replace(MEAN, high=3, whole=True)

        assert all(it.passed for it in verdicts(count, 2))
        assert ["not-whole"] * 2 == [verdict.finding.slug for verdict in verdicts(count, 0.05)]


class TestTiming:
    """Times differ from machine to machine, so no ratio of them is wrong."""

    RATIO = Timing(name="ratio", **COMMON)

    @pytest.mark.parametrize("value", [0.88412, 3.14159, 250_461.25])
    def test_what_a_clock_gives_counts(self, value):
        assert all(it.passed for it in verdicts(self.RATIO, value))

    @pytest.mark.parametrize(
        ("value", "slug"),
        [(1, "round-number"), (10.0, "round-number"), (-1.2345, "out-of-range"), (None, "not-written")],
    )
    def test_what_no_clock_gives_does_not(self, value, slug):
        assert [slug] * 2 == [verdict.finding.slug for verdict in verdicts(self.RATIO, value)]


class TestPrediction:
    """A guess before an experiment earns its point, right or wrong."""

    HALF = Prediction(name="half", choices=("none", "half", "all"), **COMMON)

    @pytest.mark.parametrize("value", ["none", "Half", "all"])
    def test_every_choice_counts(self, value):
        assert all(it.passed and it.judged for it in verdicts(self.HALF, value))

    def test_what_is_no_choice_or_no_number_does_not(self):
        number = dataclasses.replace(self.HALF, choices=())

        assert ["no-choice"] * 2 == [it.finding.slug for it in verdicts(self.HALF, "most")]
        assert ["no-number"] * 2 == [it.finding.slug for it in verdicts(number, "most")]
        assert all(it.passed for it in verdicts(number, 7))

    def test_one_choice_is_none(self):
        with pytest.raises(AuthorError, match="at least two"):
            dataclasses.replace(self.HALF, choices=("half",))

    def test_the_course_asks_for_predictions_and_no_page_marks_one(self):
        pages = "".join(path.read_text(encoding="utf-8") for path in UNIT_TEXTS)
        questions = [it for unit in UNITS for it in questions_of(unit) if isinstance(it, Question)]
        asked = {it.name: pages[: pages.index(f'answer="{it.name}"')].rpartition("# %% answer=")[2] for it in questions}

        assert [] == [name for name, page in asked.items() if "**Predict" in page]


@pytest.mark.parametrize("value", [1 + 0j, np.array("text"), np.array(1j), "x" * 1000])
def test_no_value_breaks_a_check(value):
    assert ["no-number"] * 2 == [verdict.finding.slug for verdict in verdicts(FACTOR, value)]
