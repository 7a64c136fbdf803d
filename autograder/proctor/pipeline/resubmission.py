"""Work that was handed in again: what of it is executed or marked, and a notebook with new prose around old results.

What you can do with this file:

- name what of a submission its points depend on: `executed_state`;
- write the graded notebooks anew where nothing of that has changed: `refreshed`.

Who corrects a word of a note and hands in again is not graded again: no point could change, and what a person has
marked stands. The graded notebook shows the new words all the same, and so it does where the author has changed the
text of a task or its mark scheme.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from proctor.assignment.digests import submission_digest
from proctor.assignment.executed import IN_KERNEL
from proctor.course.timestamps import plain_timestamp
from proctor.errors import SubmissionError
from proctor.examiner.step import StepResult
from proctor.intake.reading import steps_of
from proctor.marks.assessment import Assessment, NotebookAssessment
from proctor.marks.rendering import autograded_notebook
from proctor.marks.texts import OF_NBGRADER, texts_of
from proctor.model import Ending

if TYPE_CHECKING:
    from pathlib import Path

    from proctor.assignment.ready import Assignment, NotebookTask
    from proctor.intake.repair import Steps
    from proctor.intake.snapshot import HandedIn, Snapshot
    from proctor.model import Submission

__all__ = ["executed_state", "refreshed"]

ONLY_PROSE = "Nothing that is executed or marked has changed; the graded notebook has the new text."
MOST_BYTES = 128 << 20


def executed_state(assignment: Assignment, taken: Snapshot, base: str) -> str:
    """
    Name what of a submission its points depend on.

    Parameters
    ----------
    assignment : Assignment
        Ready to be graded.
    taken : Snapshot
        What was handed in.
    base : str
        The assignment's digest.

    Returns
    -------
    str
        Changes with code, answers, files and whatever was put right; with no word around them. Of a task the answer
        may be anywhere, so there it changes with every word of the student's.
    """
    read = assignment.skip_tags | {IN_KERNEL}
    found: list[object] = [taken.listing.told()]
    for task in assignment.notebooks:
        try:
            submission, steps = _steps(assignment, task, taken)
        except SubmissionError as error:
            found.append((task.plan.name, str(error)))
            continue
        files = {name: taken.folder / name for name in submission.extra}
        cells = [
            (str(it.role), it.source, it.grade_id, sorted(read.intersection(it.tags)), it.runs)
            for it in steps.steps
            if it.kind == "code"
        ]
        told = (submission.notices, steps.repairs, steps.suspicions)
        found.append((task.plan.name, cells, sorted(texts_of(steps.steps, _extra(files)).items()), told))
    files = {name: taken.folder / name for name in taken.listing.files}
    found.append([(name, hashlib.sha256(it.read_bytes()).hexdigest()) for name, it in sorted(_extra(files).items())])
    return submission_digest(base, hashlib.sha256(repr(found).encode(errors="replace")).hexdigest())


def _extra(files: dict[str, Path]) -> dict[str, Path]:
    """What code may read: neither notebooks nor the time of handing in."""
    return {name: it for name, it in files.items() if not name.endswith(".ipynb") and name not in OF_NBGRADER}


def _steps(assignment: Assignment, task: NotebookTask, taken: Snapshot) -> tuple[Submission, Steps]:
    others = frozenset(it.plan.name for it in assignment.notebooks) - {task.plan.name}
    return steps_of(task.plan, taken, others)


def refreshed(assignment: Assignment, student: str, taken: Snapshot, handed_in: HandedIn) -> Assessment | None:
    """
    Write graded notebooks anew, with the results that they have.

    Parameters
    ----------
    assignment : Assignment
        Ready to be graded.
    student : str
        Whose submission.
    taken : Snapshot
        What was handed in, of which nothing that counts has changed.
    handed_in : HandedIn
        Knows where the graded notebooks are.

    Returns
    -------
    Assessment or None
        None where the graded notebooks are not those of this code, or something is wrong with the submission: then
        it is to be graded again.
    """
    if handed_in.graded is None:
        return None
    found: list[NotebookAssessment] = []
    extra: set[str] = set()
    try:
        stamp = plain_timestamp(taken.folder)
        for task in assignment.notebooks:
            graded = handed_in.graded / f"{task.plan.name}.ipynb"
            if not graded.exists() and f"{task.plan.name}.ipynb" not in taken.listing.files:
                found.append(NotebookAssessment(task.plan.name, None, None))
                continue
            submission, steps = _steps(assignment, task, taken)
            results = [StepResult() for _ in steps.steps]
            notebook = autograded_notebook(steps.steps, results, task.plan.kernelspec)
            if not _filled(notebook, graded):
                return None
            extra |= {it for it in submission.extra if not it.endswith(".ipynb")}
            found.append(NotebookAssessment(task.plan.name, notebook, None))
    except (SubmissionError, OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # whatever is wrong is told by grading
    made = Assessment(student, Ending.KEPT, ONLY_PROSE, tuple(found), extra=tuple(sorted(extra)))
    return replace(made, state=taken.digest, timestamp=stamp)


def _filled(notebook: dict[str, Any], graded: Path) -> bool:
    """Give code cells the outputs that they have in the graded notebook; False where these are other cells."""
    if graded.stat().st_size > MOST_BYTES:
        return False
    old = [it for it in json.loads(graded.read_text(encoding="utf-8"))["cells"] if it["cell_type"] == "code"]
    new = [it for it in notebook["cells"] if it["cell_type"] == "code"]
    if ["".join(it["source"]) for it in old] != [it["source"] for it in new]:
        return False
    for cell, before in zip(new, old, strict=True):
        cell |= {"outputs": before["outputs"], "execution_count": before["execution_count"]}
    return True
