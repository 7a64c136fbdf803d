"""What an experiment wrote down is recorded by the visible check and marked by the hidden one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from chainrule.checking.declaring.series import Series

COSTS = Series(
    name="costs",
    unit="99_toys",
    number="99.3",
    title="Runs",
    points=1,
    length=5,
    values={0: 2.3026, 4: 0.19},
    within=0.05,
    falls=True,
    advice="Append before the step.",
)
RIGHT = [2.3026, 1.5, 0.9, 0.4, 0.19]


def verdicts(value):
    """The visible and the hidden verdict."""
    return tuple(COSTS.key(0, hidden=hidden).judge(value, hidden=hidden) for hidden in (False, True))


@pytest.mark.parametrize("form", [list, tuple, np.array, np.float32, lambda it: [np.float64(x) for x in it]])
def test_right_numbers_pass_in_any_form(form):
    visible, hidden = verdicts(form(RIGHT))

    assert visible.passed
    assert not visible.judged
    assert hidden.passed


@pytest.mark.parametrize("value", [0, 1, 0.5, 10, 0.19, "text", [0.0], RIGHT[:4], [RIGHT], dict(enumerate(RIGHT))])
def test_what_can_be_typed_without_the_experiment_is_no_list_of_so_many_numbers(value):
    assert ["no-series"] * 2 == [verdict.finding.slug for verdict in verdicts(value)]


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ([0.0] * 5, "another-number"),
        ([2.3026, 1.5, 0.9, 0.4, 0.3], "another-number"),
        ([2.3026, 1.5, 1.6, 0.4, 0.19], "does-not-fall"),
    ],
)
def test_other_numbers_are_recorded_and_then_refused(value, slug):
    visible, hidden = verdicts(value)

    assert (True, slug) == (visible.passed, hidden.finding.slug)
    assert "Append before the step." in hidden.text()


@pytest.mark.parametrize(("value", "slug"), [(None, "not-written"), ([np.nan] * 5, "not-finite")])
def test_what_is_no_answer_is_told(value, slug):
    assert [slug] * 2 == [verdict.finding.slug for verdict in verdicts(value)]


def test_the_key_of_a_student_edition_holds_no_number_of_the_run():
    assert {"name", "unit", "section", "points", "length"} == set(dataclasses.asdict(COSTS.key(0)))


def test_simulated_students_hand_in_what_they_deserve():
    right, wrong = (COSTS.handed_in(np.random.default_rng(0), right=it) for it in (True, False))

    assert COSTS.judge(right.answer, hidden=True).passed
    assert not COSTS.judge(wrong.answer, hidden=True).passed
