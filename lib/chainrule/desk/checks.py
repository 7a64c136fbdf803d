"""What a notebook calls: the instant check and the hidden test.

What you can do with this file:

- check an answer on the visible inputs: `check`;
- grade it on hidden ones: `grade`.

Where a person works, a failing check shows its message and the notebook goes on. Where nbgrader or a
grader executes the notebook (NBGRADER_EXECUTION is set), it raises `CheckFailed`.
"""

from __future__ import annotations

import hashlib
import importlib
import os
from typing import TYPE_CHECKING, Any

from chainrule.checking.declaring.artifact import Artifact
from chainrule.checking.declaring.question import Measurement, Question
from chainrule.checking.errors import CheckFailed
from chainrule.checking.judging.artifacts import judge_artifact
from chainrule.checking.judging.judge import judge
from chainrule.checking.judging.questions import judge_measurement, judge_question, mark_question
from chainrule.checking.keys.answer_key import compile_key
from chainrule.checking.keys.artifact_key import ArtifactKey, artifact_key
from chainrule.checking.keys.question_key import QuestionKey
from chainrule.checking.telling.display import show
from chainrule.checking.telling.verdict import Finding, Verdict
from chainrule.desk.keyring import declared, visible_key
from chainrule.desk.standing import remember
from chainrule.shell import notebook_names

if TYPE_CHECKING:
    from chainrule.checking.declaring.exercise import Exercise
    from chainrule.checking.keys.keyfile import Keys

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
    verdict = _undefined(key) if answer is _LOOK_IT_UP else _judged(key, answer)
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
        Points of an artifact that earns some but not all: a grader takes the last value of a test cell for that.

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
    declaration = declared(name)
    if isinstance(declaration, Artifact):
        return _points(declaration, answer)
    verdict = _marked(declaration, answer)
    if not verdict.passed:
        raise CheckFailed(verdict)
    return None


def _judged(key: Keys, answer: Any) -> Verdict:
    """The visible verdict; it needs nothing that the student edition does not hold."""
    if isinstance(key, QuestionKey):
        return judge_question(key, answer)
    if isinstance(key, ArtifactKey):
        return judge_artifact(key, answer, _reader(key.reader))[0]
    return judge_measurement(key, answer) if isinstance(key, Measurement) else judge(key, answer)


def _marked(declaration: Exercise | Question | Measurement, answer: Any) -> Verdict:
    """The verdict that counts."""
    if isinstance(declaration, Question):
        return mark_question(declaration, answer)
    if isinstance(declaration, Measurement):
        return judge_measurement(declaration, answer)
    return judge(compile_key(declaration, _hidden_seed(declaration.name)), answer, hidden=True)


def _points(artifact: Artifact, answer: Any) -> int | None:
    """What a test cell ends with: nothing for all points, else their number."""
    key = artifact_key(artifact, _hidden_seed(artifact.name), hidden=True)
    verdict, earned = judge_artifact(key, answer, _reader(artifact.reader), hidden=True)
    if not verdict.passed:
        raise CheckFailed(verdict)
    print(verdict.text())  # noqa: T201 - it stands in the feedback
    return earned if earned < artifact.points else None


def _reader(name: str) -> Any:
    """The function that an artifact names; its module is imported by the units that need it alone."""
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)


def _hidden_seed(name: str) -> int:
    """A seed for this exercise from the grader's secret, so that no two exercises share their inputs."""
    secret = os.environ.get("PROCTOR_SEED", DEFAULT_SEED)
    return int.from_bytes(hashlib.sha256(f"{secret}/{name}".encode()).digest()[:8], "big")


def _undefined(key: Keys) -> Verdict:
    sentence = f"There is no {key.name} yet. Run the cell that defines it, then check again."
    finding = Finding("not-defined", "it is not defined", (sentence,))
    return Verdict(key.name, key.section, key.points, finding=finding)
