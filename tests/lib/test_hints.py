"""Hints come one after the other, in plain words, and never hold a line of a solution."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap

import pytest

import chainrule
from chainrule.checking.errors import UnknownExercise
from chainrule.desk import hinting
from chainrule.exercises import UNITS, of_unit

EXERCISES = [it for unit in UNITS for it in of_unit(unit)]
FEWEST_WORDS, MOST_WORDS = 20, 160
SHORTEST = 6  # characters of a normalized line that says something; `return x` does not


def normalized(code):
    """Code without blanks, quotes and the kind of array module."""
    return re.sub(r"[\s`'\"]+", "", code).replace("xp.", "np.").replace("numpy.", "np.")


def lines_of(function):
    """What a solution says, statement by statement, docstrings left out; bodies of functions count line by line."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (SyntaxError, OSError, TypeError):  # a lambda in the middle of a call, a partial
        return set()
    found = set()
    for it in ast.walk(tree):
        value = getattr(it, "value", None)
        if isinstance(it, (ast.Assign, ast.AugAssign, ast.Return)) and value is not None:
            found |= {normalized(ast.unparse(it)), normalized(ast.unparse(value))}
    return {it for it in found if len(it) >= SHORTEST and re.search(r"[^\w.]", it)}


@pytest.fixture(autouse=True)
def _none_shown_yet():
    hinting._shown.clear()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda it: it.name)
class TestTexts:
    """What stands in the declarations."""

    def test_there_are_two_or_three(self, exercise):
        assert len(exercise.hints) in (2, 3)

    def test_each_is_short_and_says_something(self, exercise):
        counts = [len(it.split()) for it in exercise.hints]

        assert all(FEWEST_WORDS <= it <= MOST_WORDS for it in counts), counts

    def test_no_line_of_a_solution_is_in_them(self, exercise):
        solutions = set().union(*map(lines_of, (exercise.reference, *exercise.alternatives.values())))
        told = normalized("\n".join(exercise.hints))

        assert not [it for it in solutions if it in told]


def test_they_come_one_after_the_other_and_begin_again(capsys):
    hints = next(it for it in EXERCISES if it.name == "relu").hints
    for _ in range(len(hints) + 1):
        chainrule.hint("relu")
    told = capsys.readouterr().out

    assert 2 == told.count(f"Hint 1 of {len(hints)} for relu.")
    assert 1 == told.count(f"Hint {len(hints)} of {len(hints)} for relu.")
    assert 1 == told.count("This is the last one.")


def test_a_question_has_none_and_says_what_to_reread(capsys):
    chainrule.hint("vanishing_throws")

    assert "vanishing_throws has no hints. Reread: Exercise 0." in capsys.readouterr().out


def test_an_unknown_name_is_told():
    with pytest.raises(UnknownExercise, match="Did you mean 'relu'"):
        chainrule.hint("rleu")


def test_under_a_grader_none_is_shown(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    chainrule.hint("relu")

    assert "" == capsys.readouterr().out


def test_a_line_of_a_solution_would_be_seen():
    def solution(z):
        return xp.maximum(z, 0) * scale  # noqa: F821 - never called

    assert any(it in normalized("Take `np.maximum( z, 0 ) * scale` of it.") for it in lines_of(solution))
