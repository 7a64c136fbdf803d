"""One submission from its files to marks: taken in, put in order, examined, scored.

What you can do with this file:

- assess a submission: `assess`, which returns an `Assessment`.

Nothing of a submission or of a test runs in this process: it hands out tasks and reads what comes back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proctor.course.timestamps import plain_timestamp
from proctor.errors import SubmissionError
from proctor.intake.reading import steps_of
from proctor.intake.snapshot import Snapshot
from proctor.intake.tampering import changed_editions
from proctor.marks.assessment import Assessment, NotebookAssessment
from proctor.marks.rendering import autograded_notebook, unreadable_notebook
from proctor.marks.scoring import NO_RESPONSE, comment_of, hand_points
from proctor.marks.texts import with_texts
from proctor.model import Ending, Mark, QuestionResult, Trouble
from proctor.pipeline.examination import Used
from proctor.pipeline.tasks import first_words
from proctor.pipeline.ways import judged
from proctor.plan.notebook import Role
from proctor.sandbox.scenes import seen_by
from proctor.sandbox.visible import hides

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from proctor.assignment.ready import Assignment, NotebookTask
    from proctor.intake.repair import Step
    from proctor.pipeline.examination import Parents
    from proctor.pipeline.ways import Verdict
    from proctor.plan.notebook import Plan

__all__ = ["assess"]

PUT_BACK = "The cell was missing from the submission and was put back; look for an answer elsewhere."
TIME_SLUGS = frozenset({"timed-out", "test-time", "submission-time"})
FORGED = "malformed"  # an answer on the wire that our own half inside never gives


@dataclass
class _Tally:
    """What is gathered over the notebooks of a submission."""

    repairs: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    suspicions: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    extra: set[str] = field(default_factory=set)
    used: Used = field(default_factory=Used)


def assess(
    assignment: Assignment, student: str, taken: Snapshot | SubmissionError, parents: Parents, *, submitted: Path
) -> Assessment:
    """
    Assess a submission.

    Parameters
    ----------
    assignment : Assignment
        Ready to be graded.
    student : str
        Whose it is.
    taken : Snapshot or SubmissionError
        What was handed in, as it was at one moment, or why that cannot be.
    parents : Parents
        Start the processes.
    submitted : pathlib.Path
        Where it came from, for what the copy leaves out.

    Returns
    -------
    Assessment
        Whatever is wrong with the submission is in there; nothing of it raises.
    """
    tally = _Tally()
    stamp = None
    if isinstance(taken, Snapshot):
        stamp = _timestamp(taken, tally)
        tally.notices += taken.listing.told()
    notebooks = [
        _notebook(assignment, task, parents, tally, student=student, taken=taken) for task in assignment.notebooks
    ]
    ending, reason = _ending(tally, len(notebooks))
    suspicions = [*tally.suspicions, *changed_editions(submitted, assignment.fence.editions)]
    suspicions += [_told(it) for it in tally.troubles if it.slug == FORGED]
    return Assessment(
        student,
        ending,
        reason,
        tuple(notebooks),
        tuple(tally.repairs),
        tuple(sorted(tally.extra)),
        tuple(tally.troubles),
        tuple(suspicions),
        tally.used.cpu_seconds,
        tally.used.memory_bytes,
        taken.digest if isinstance(taken, Snapshot) else "",
        stamp,
    )


def _timestamp(taken: Snapshot, tally: _Tally) -> str | None:
    """The time of a submission, in our words; one that is none costs nothing, and is told in a sentence."""
    try:
        return plain_timestamp(taken.folder)
    except SubmissionError as error:
        tally.notices.append(f"{error} It counts as handed in on time.")
        return None


def _notebook(
    assignment: Assignment,
    task: NotebookTask,
    parents: Parents,
    tally: _Tally,
    *,
    student: str,
    taken: Snapshot | SubmissionError,
) -> NotebookAssessment:
    plan = task.plan
    try:
        others = frozenset(it.plan.name for it in assignment.notebooks) - {plan.name}
        if isinstance(taken, SubmissionError):
            raise taken
        submission, steps = steps_of(plan, taken, others)
    except SubmissionError as error:
        if error.slug == "missing":
            questions = _nothing(plan)
            worth = f"It is worth {sum(it.most_points for it in questions):g} points, which count as 0."
            tally.missing.append(f"{error} {worth}" if others else str(error))
            return NotebookAssessment(plan.name, None, None, questions=questions)
        tally.unreadable.append(str(error))
        notebook = unreadable_notebook(str(error), plan.kernelspec)
        return NotebookAssessment(plan.name, notebook, None, questions=_nothing(plan))
    tally.repairs += steps.repairs
    tally.notices += submission.notices
    tally.suspicions += steps.suspicions
    extra = {name: taken.folder / name for name in submission.extra if not name.endswith(".ipynb")}
    tally.extra |= set(extra)
    # A submitted copy of the course's own package is never seen: it would be found before the released one.
    files = assignment.files.beside({name: it for name, it in extra.items() if not _is_of_edition(name, assignment)})
    verdicts = judged(assignment, task, steps.steps, files, parents, used=tally.used, student=student)
    tally.notices += [it.told for it in verdicts if it.told]
    tally.notices += _out_of_sight(assignment, verdicts)
    return with_texts(_marked(task, steps.steps, verdicts, tally), steps.steps, extra)


def _out_of_sight(assignment: Assignment, verdicts: Sequence[Verdict]) -> list[str]:
    """Imports that failed since the package is kept from student code, though it is installed."""
    errors = (it for verdict in verdicts for it in verdict.result.outputs if it.get("ename") == "ModuleNotFoundError")
    named = (re.fullmatch(r"No module named '([\w.]{1,80})'", str(it.get("evalue"))) for it in errors)
    names = sorted({found.group(1) for found in named if found})
    seen = seen_by(assignment.modules, assignment.fence) if names else ()
    return [
        f"{it} is installed, but kept from student code; c.Proctor.visible_distributions can show it."
        for it in names
        if hides(it, seen) and it.partition(".")[0] not in (*assignment.fence.editions, "proctor")
    ]


def _nothing(plan: Plan) -> tuple[QuestionResult, ...]:
    """No points for any question of a notebook that is not there: they belong to the assignment all the same."""
    rows = [it.row for it in plan.cells if it.row and (it.row.graded or it.row.task)]
    return tuple(QuestionResult(it.name, 0.0, it.points or 0.0, answered=False) for it in rows)


def _is_of_edition(name: str, assignment: Assignment) -> bool:
    first = name.split("/", maxsplit=1)[0]
    return {first, first.removesuffix(".py")} & assignment.fence.editions.keys() != set()


def _marked(
    task: NotebookTask, steps: Sequence[Step], verdicts: Sequence[Verdict], tally: _Tally
) -> NotebookAssessment:
    results = [it.result for it in verdicts]
    marks, questions, notes = [], [], {}
    comments: dict[str, str | None] = {}
    beside = ""
    for step, verdict in zip(steps, verdicts, strict=True):
        result = verdict.result
        if result.trouble:
            tally.troubles.append(Trouble(task.plan.name, step.grade_id, result.trouble_slug, result.trouble))
        row = step.cell.row if step.cell else None
        if row is None:
            continue
        if row.solution or row.task:
            comments[row.name] = PUT_BACK if step.put_back else comment_of(row, step.source)
            beside = row.name
        if not (row.graded or row.task):
            continue
        most = row.points or 0.0
        points: float | None
        if step.role is Role.TEST:
            points = verdict.points
            # The gradebook keeps comments beside answers alone: a test's goes to the answer before it.
            if not result.verified and beside and comments[beside] is None:
                comments[beside] = f"{row.name} ran in the student's own process: unverified."
        else:
            points = None if step.put_back else hand_points(row, step.source)
        marks.append(Mark(row.name, points))
        answered = comments.get(beside) not in (NO_RESPONSE, PUT_BACK)
        questions.append(QuestionResult(row.name, points, most, first_words(result), result.verified, answered))
        if result.note:
            notes[row.name] = result.note
    notebook = autograded_notebook(steps, results, task.plan.kernelspec)
    return NotebookAssessment(task.plan.name, notebook, tuple(marks), comments, tuple(questions), notes)


def _ending(tally: _Tally, count: int) -> tuple[Ending, str]:
    if len(tally.missing) == count:
        return Ending.MISSING, " ".join(dict.fromkeys((*tally.missing[:3], *tally.notices)))
    if tally.unreadable:
        return Ending.UNREADABLE, " ".join(dict.fromkeys((*tally.unreadable, *tally.missing, *tally.notices)))
    more = len(tally.troubles[3:]) + len(tally.repairs[3:])
    told = [*map(_told, tally.troubles[:3]), *tally.missing, *tally.repairs[:3]]
    words = " ".join([*told, *([f"(and {more} more)"] if more else []), *tally.notices])
    if any(it.slug in TIME_SLUGS for it in tally.troubles):
        return Ending.TIMED_OUT, words
    if tally.troubles:
        return Ending.CRASHED, words
    if tally.missing:
        return Ending.MISSING, words
    return (Ending.REPAIRED if tally.repairs else Ending.GRADED), words


def _told(trouble: Trouble) -> str:
    return f"{trouble.cell or 'a cell'}: {trouble.sentence}"
