"""A trap of a page closes under proctor, too, where calls send copies."""

from __future__ import annotations

import inspect
import textwrap

import pytest

from chainrule.exercises import find
from support.examining import Bench, answer, check, given

HIDDEN = "from chainrule import grade\ngrade('EarlyStopping', EarlyStopping)"
SETUP = "import math\nimport numpy as np"


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy", "chainrule") as made:
        yield made


def as_answer(written):
    """The source of a class under the name that the notebook asks for."""
    source = textwrap.dedent(inspect.getsource(written))
    return source.replace(f"class {written.__name__}", "class EarlyStopping")


def test_early_stopping_that_keeps_the_array_itself_earns_nothing(bench):
    exercise = find("EarlyStopping")
    right, wrong = exercise.alternatives["counting down"], exercise.mistakes["keeps_a_reference"].wrong
    assignment = bench.assignment([given(SETUP), answer(as_answer(right)), check(HIDDEN)])

    assert [1] == list(bench.points(assignment, {}).values())
    assessment = bench.assess(assignment, {"a1": as_answer(wrong)})
    (question,) = assessment.notebooks[0].questions
    assert (0, True) == (question.points, question.verified)
