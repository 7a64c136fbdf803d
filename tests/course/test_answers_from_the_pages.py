"""Answers that were written from the pages alone: the wrong ones are refused, the unusual right ones pass."""

from __future__ import annotations

import ast
import inspect

import pytest

from chainrule.exercises import UNITS, of_unit
from support.answers import answers_in, judged, tells_the_cause
from support.courses import COURSE

WRONG = answers_in("wrong_answers")
RIGHT = answers_in("unusual_answers")
TOLD = 0.75  # the share of wrong answers whose verdict says why
SLOW = pytest.mark.slow(group="units")
PARTS = [pytest.param(5, id="every fifth"), pytest.param(1, id="all", marks=SLOW)]


@pytest.fixture(scope="module", params=PARTS)
def verdicts(request):
    """The wrong answers with what the visible check says."""
    return [(answer, judged(answer)) for answer in WRONG[:: request.param]]


def test_every_wrong_answer_is_refused(verdicts):
    assert not [f"{it.name}: {it.what}" for it, verdict in verdicts if verdict.passed]


def test_three_quarters_of_the_wrong_answers_learn_why_they_are_wrong(verdicts):
    assert sum(tells_the_cause(verdict) for _, verdict in verdicts) >= TOLD * len(verdicts)


@pytest.mark.parametrize("step", PARTS)
def test_unusual_right_answers_pass(step):
    verdicts = [(answer, judged(answer)) for answer in RIGHT[::step]]

    assert not [f"{it.name}: {it.what}\n{verdict.text()}" for it, verdict in verdicts if not verdict.passed]


@pytest.mark.parametrize("exercise", [it for unit in UNITS for it in of_unit(unit)], ids=lambda it: it.name)
def test_the_library_takes_its_arguments_by_the_names_of_the_page(exercise):
    """What students wrote in an earlier unit, and the library's version of it, are called alike."""
    if isinstance(exercise.reference, type):
        return
    page = COURSE.text(exercise.unit).read_text(encoding="utf-8")
    (stub,) = (it for it in ast.walk(ast.parse(page)) if getattr(it, "name", "") == exercise.name)
    named = [it for it in inspect.signature(exercise.reference).parameters.values() if it.kind is not it.KEYWORD_ONLY]

    assert [it.arg for it in stub.args.args] == [it.name for it in named]
    assert {it.kind for it in named} <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}
