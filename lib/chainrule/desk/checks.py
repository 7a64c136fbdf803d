"""What a notebook calls: the instant check and the hidden test.

What you can do with this file:

- check an answer on the visible inputs: `check`;
- grade it on hidden ones: `grade`.

Where a person works, a failing check shows its message and the notebook goes on. Where nbgrader or a
grader executes the notebook (NBGRADER_EXECUTION is set), it raises `CheckFailed`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from typing import TYPE_CHECKING, Any

from chainrule.checking.errors import CheckFailed
from chainrule.checking.judging.fingerprints import fingerprint, fingerprint_of
from chainrule.checking.keys.answer_key import AnswerKey
from chainrule.checking.telling.display import show
from chainrule.checking.telling.verdict import Finding, Verdict
from chainrule.desk.keyring import declared, visible_key
from chainrule.desk.standing import remember
from chainrule.shell import notebook_names

if TYPE_CHECKING:
    from chainrule.checking.declaring.protocol import Key

__all__ = ["check", "grade"]

DEFAULT_SEED = "chainrule"  # stock nbgrader passes no seed; proctor derives one for each student
_LOOK_IT_UP = object()  # None is what a question holds until it is answered


def check(name: str, answer: Any = _LOOK_IT_UP) -> None:
    """
    Check an answer on the visible inputs and show what was found.

    Parameters
    ----------
    name : str
        The exercise, such as "relu".
    answer : object, optional
        The student's function. When left out, the name is looked up in the notebook.

    Raises
    ------
    UnknownExercise
        No exercise has this name.
    CheckFailed
        The answer is not right yet, and the notebook is being executed by a grader.

    Examples
    --------
    >>> check("relu", 3)
    relu: not right yet - it is not a function
      Expected a function relu(z), found a value of type int.
      Reread: Exercise 2.4 - ReLU and its gradient.
    """
    key = visible_key(name)
    if answer is _LOOK_IT_UP:
        answer = notebook_names().get(name, _LOOK_IT_UP)
    verdict = _undefined(key) if answer is _LOOK_IT_UP else key.judge(answer)
    if not os.environ.get("NBGRADER_EXECUTION"):
        remember(verdict, answer)
    elif not verdict.passed:
        raise CheckFailed(verdict)
    show(verdict)


def grade(name: str, answer: Any) -> int | None:
    """
    Grade an answer on hidden inputs; silence means right, a number is partial credit.

    Parameters
    ----------
    name : str
        The exercise, such as "relu".
    answer : object
        The student's function.

    Returns
    -------
    int or None
        Points of an answer that earns some but not all, such as an artifact: a grader takes the last value of a
        test cell for that.

    Raises
    ------
    CheckFailed
        The answer is not right; the exception carries the verdict and a `proctor_note`.
    GraderError
        The declarations of the exercises are missing: this is the student edition.

    Examples
    --------
    >>> try:
    ...     grade("relu", 3)
    ... except CheckFailed as error:
    ...     print(error.proctor_note["slug"])
    not-callable
    """
    verdict = declared(name).key(_hidden_seed(name), hidden=True).judge(answer, hidden=True)
    if verdict.finding is not None:
        unnamed = not verdict.finding.mistake and verdict.finding.slug != "not-written"
        raise CheckFailed(dataclasses.replace(verdict, fingerprint=_fingerprint(name, answer)) if unnamed else verdict)
    if verdict.earned is None:
        return None
    print(verdict.text())  # noqa: T201 - it stands in the feedback
    return verdict.earned if verdict.earned < verdict.points else None


def _hidden_seed(name: str) -> int:
    """A seed for this exercise from the grader's secret, so that no two exercises share their inputs."""
    secret = os.environ.get("PROCTOR_SEED", DEFAULT_SEED)
    return int.from_bytes(hashlib.sha256(f"{secret}/{name}".encode()).digest()[:8], "big")


def _fingerprint(name: str, answer: Any) -> str:
    """On the inputs that every student has, so that equal mistakes have equal names, and no hidden input shows."""
    key = visible_key(name)
    return fingerprint_of(key, answer) if isinstance(key, AnswerKey) and callable(answer) else fingerprint(answer)


def _undefined(key: Key) -> Verdict:
    sentence = f"There is no {key.name} yet. Run the cell that defines it, then check again."
    finding = Finding("not-defined", "it is not defined", (sentence,))
    return Verdict(key.name, key.section, key.points, finding=finding)
