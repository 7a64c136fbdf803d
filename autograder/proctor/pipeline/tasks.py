"""What an examiner is given to do, and the first words of what it says.

What you can do with this file:

- make the task of a notebook: `task_of`;
- say in a line why a step lost points: `first_words`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proctor.course.seed import seed_for
from proctor.examiner.step import SentStep
from proctor.examiner.task import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proctor.assignment.ready import Assignment
    from proctor.examiner.step import StepResult
    from proctor.intake.repair import Step
    from proctor.plan.ownership import Ownership

__all__ = ["first_words", "task_of"]


def task_of(assignment: Assignment, notebook: str, steps: Sequence[Step], ownership: Ownership, student: str) -> Task:
    """
    Make the task of a notebook.

    Parameters
    ----------
    assignment : Assignment
        Its limits and secret.
    notebook : str
        Its name.
    steps : sequence of Step
        Its cells in order.
    ownership : Ownership
        Whose its names are.
    student : str
        Whose it is; empty for the instructor's own.

    Returns
    -------
    Task
        For an examiner.
    """
    sent = tuple(SentStep(it.role, it.source, it.grade_id, it.place, it.tags, it.runs) for it in steps)
    seed = seed_for(assignment.key, assignment.course_id, assignment.name, notebook, student)
    return Task(sent, ownership, assignment.limits, seed, assignment.skip_tags)


def first_words(result: StepResult) -> str:
    """Say in a line why a step lost points."""
    if result.note:
        return f"{result.note.get('slug', '')}: {result.note.get('title', '')}"
    error = next((it for it in result.outputs if it["output_type"] == "error"), None)
    return result.trouble or (f"{error['ename']}: {error['evalue']}"[:200] if error else "")
