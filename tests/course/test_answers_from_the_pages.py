"""Answers that were written from the pages alone: the wrong ones are refused, the unusual right ones pass."""

from __future__ import annotations

import pytest

from support.answers import answers_in, judged, tells_the_cause

WRONG, RIGHT = answers_in("wrong_answers"), answers_in("unusual_answers")
TOLD = 0.75  # the share of wrong answers whose verdict says why


@pytest.fixture(scope="module")
def verdicts():
    return [judged(answer) for answer in WRONG]


def test_every_wrong_answer_is_refused(verdicts):
    passed = [f"{it.name}: {it.what}" for it, verdict in zip(WRONG, verdicts, strict=True) if verdict.passed]
    assert not passed


@pytest.mark.parametrize("answer", RIGHT, ids=lambda it: f"{it.name}: {it.what}")
def test_an_unusual_right_answer_passes(answer):
    verdict = judged(answer)
    assert verdict.passed, verdict.text()


def test_three_quarters_of_the_wrong_answers_learn_why_they_are_wrong(verdicts):
    assert sum(map(tells_the_cause, verdicts)) >= TOLD * len(verdicts)
