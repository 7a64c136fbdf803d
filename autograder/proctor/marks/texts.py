"""What a person marks, by its digest: whether the text that earned a mark is still the text that is there. Pure.

What you can do with this file:

- note what a person marks in a notebook: `with_texts`; make only its digests: `texts_of`;
- say which of it is as it was: `unchanged`;
- list what all questions earned, with what a person gave: `questions_of`.

The text of an answer is the cell itself, with its pictures. The text of a task is nowhere in particular: students add
cells where they like, or a file. So it is all that the student wrote in the notebook, and the files beside it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from proctor.course.timestamps import TIMESTAMP
from proctor.plan.notebook import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from proctor.intake.repair import Step
    from proctor.marks.assessment import NotebookAssessment
    from proctor.model import Mark, QuestionResult

__all__ = ["OF_NBGRADER", "questions_of", "texts_of", "unchanged", "with_texts"]

OF_NBGRADER = {TIMESTAMP, "submission_secret.txt"}  # other ones each time that work is handed in
BY_STUDENTS = (Role.STUDENTS, Role.ANSWER, Role.MANUAL)


def with_texts(found: NotebookAssessment, steps: Sequence[Step], files: Mapping[str, Path]) -> NotebookAssessment:
    """
    Note what a person marks in a notebook.

    Parameters
    ----------
    found : NotebookAssessment
        What it earned.
    steps : sequence of Step
        Its cells.
    files : mapping of str to pathlib.Path
        What the student handed in beside notebooks.

    Returns
    -------
    NotebookAssessment
        With a digest for each of its texts.
    """
    return replace(found, texts=texts_of(steps, files))


def texts_of(steps: Sequence[Step], files: Mapping[str, Path]) -> dict[str, str]:
    """
    Make digests of what a person marks.

    Parameters
    ----------
    steps : sequence of Step
        The cells of a notebook.
    files : mapping of str to pathlib.Path
        What the student handed in beside notebooks.

    Returns
    -------
    dict of str to str
        One for each answer that is marked by hand, and for each task.
    """
    found = {it.grade_id: _digest(_text(it)) for it in steps if it.role is Role.MANUAL}
    tasks = [it.grade_id for it in steps if it.role is Role.TASK]
    if tasks:
        own = sorted(set(files) - OF_NBGRADER)
        beside = [(name, hashlib.sha256(files[name].read_bytes()).hexdigest()) for name in own]
        whole = _digest([_text(it) for it in steps if it.role in BY_STUDENTS], beside)
        found |= dict.fromkeys(tasks, whole)
    return found


def questions_of(
    notebooks: Sequence[NotebookAssessment], given: Mapping[tuple[str, str], float]
) -> tuple[QuestionResult, ...]:
    """
    List what all questions earned, those among them that a person has marked.

    Parameters
    ----------
    notebooks : sequence of NotebookAssessment
        Of one submission.
    given : mapping of tuple of (str, str) to float
        By notebook and cell: what a person gave, and what stands.

    Returns
    -------
    tuple of QuestionResult
        A person may give more than a question is worth; here it counts as all of its points.
    """
    found = []
    for notebook in notebooks:
        for it in notebook.questions:
            points = given.get((notebook.name, it.grade_id))
            found.append(it if points is None else replace(it, points=min(max(points, 0.0), it.most_points)))
    return tuple(found)


def _text(step: Step) -> tuple[object, ...]:
    pictures = sorted((name, sorted(bundle.items())) for name, bundle in step.attachments.items())
    return step.kind, step.source, step.put_back, pictures


def _digest(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode(errors="replace")).hexdigest()


def unchanged(
    marks: Sequence[Mark] | None, texts: Mapping[str, str], before: Mapping[str, str]
) -> tuple[Mark, ...] | None:
    """
    Say which texts are as they were.

    Parameters
    ----------
    marks : sequence of Mark, or None
        What a notebook earned.
    texts, before : mapping of str to str
        The digests of its texts now, and when it was graded last.

    Returns
    -------
    tuple of Mark, or None
        Those whose texts are as they were say so.
    """
    if marks is None:
        return None
    return tuple(replace(it, unchanged=before.get(it.grade_id, "") == texts.get(it.grade_id)) for it in marks)
