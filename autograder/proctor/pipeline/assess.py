"""One submission from its files to marks: taken in, put in order, examined, scored.

What you can do with this file:

- assess a submission: `assess`, which returns an `Assessment`;
- run the instructor's solved notebooks: `survey_all`.

Nothing of a submission or of a test runs in this process: it hands out tasks and reads what comes back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from proctor.assignment.ready import TestCheck
from proctor.course.seed import seed_for
from proctor.course.timestamps import parse_timestamp, read_timestamp
from proctor.errors import SubmissionError
from proctor.examiner.step import SentStep
from proctor.examiner.task import Task
from proctor.intake.repair import align
from proctor.intake.snapshot import Snapshot
from proctor.intake.take_in import take_in
from proctor.intake.tampering import changed_editions
from proctor.marks.assessment import Assessment, NotebookAssessment
from proctor.marks.rendering import autograded_notebook, unreadable_notebook
from proctor.marks.scoring import NO_RESPONSE, comment_of, hand_points, test_points
from proctor.model import Ending, Mark, QuestionResult, Submission, Trouble
from proctor.pipeline.examination import Used, examined, surveyed
from proctor.plan.notebook import Role
from proctor.plan.ownership import Ownership, guessed, owned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from proctor.assignment.ready import Assignment, NotebookTask
    from proctor.examiner.step import StepResult
    from proctor.intake.repair import Step
    from proctor.pipeline.examination import Parents

__all__ = ["assess", "survey_all"]

IN_KERNEL = "in-kernel"
PUT_BACK = "The cell was missing from the submission and was put back; look for an answer elsewhere."
TIME_SLUGS = frozenset({"timed-out", "test-time", "submission-time"})
FORGED = "malformed"  # an answer on the wire that our own half inside never gives
MOST_SURVEYS = 3


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
    """The text of a submission's timestamp; one that is no time costs nothing, and is told in a sentence."""
    text = read_timestamp(taken.folder)
    try:
        if text is not None:
            parse_timestamp(text)
    except SubmissionError as error:
        tally.notices.append(f"{error} It counts as handed in on time.")
        return None
    return text


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
    kernel = str(plan.kernelspec.get("name", ""))
    try:
        others = frozenset(it.plan.name for it in assignment.notebooks) - {plan.name}
        if isinstance(taken, SubmissionError):
            raise taken
        submission = take_in(taken.folder, plan.name, others=others, listing=taken.listing, kernel=kernel)
    except SubmissionError as error:
        if error.slug == "missing":
            tally.missing.append(str(error))
            return NotebookAssessment(plan.name, None, None)
        tally.unreadable.append(str(error))
        return NotebookAssessment(plan.name, unreadable_notebook(str(error), plan.kernelspec), None)
    steps = align(plan, submission)
    tally.repairs += steps.repairs
    tally.notices += submission.notices
    tally.suspicions += steps.suspicions
    extra = {name: taken.folder / name for name in submission.extra if not name.endswith(".ipynb")}
    tally.extra |= set(extra)
    # A submitted copy of the course's own package is never seen: it would be found before the released one.
    own = {name: path for name, path in extra.items() if not _is_of_edition(name, assignment)}
    files = own | dict(assignment.author_files)
    results = examined(parents, _task(assignment, plan.name, steps.steps, task.ownership, student), files, tally.used)
    return _marked(assignment, task, steps.steps, results, tally)


def _is_of_edition(name: str, assignment: Assignment) -> bool:
    first = name.split("/", maxsplit=1)[0]
    return {first, first.removesuffix(".py")} & assignment.fence.editions.keys() != set()


def _marked(
    assignment: Assignment, task: NotebookTask, steps: Sequence[Step], results: Sequence[StepResult], tally: _Tally
) -> NotebookAssessment:
    marks, questions, notes = [], [], {}
    comments: dict[str, str | None] = {}
    beside = ""
    for step, result in zip(steps, results, strict=True):
        if result.trouble:
            tally.troubles.append(Trouble(task.plan.name, step.grade_id, result.trouble_slug, result.trouble))
        row = step.cell.row if step.cell else None
        if row is None:
            continue
        if row.solution or row.task:
            comments[row.name] = PUT_BACK if step.put_back else comment_of(row, step.source)
            beside = row.name
        if not row.graded:
            continue
        most = row.points or 0.0
        points: float | None
        if step.role is Role.TEST:
            points = _test_points(assignment, task, result, most)
            # The gradebook keeps comments beside answers alone: a test's goes to the answer before it.
            if not result.verified and beside and comments[beside] is None:
                comments[beside] = f"{row.name} ran in the student's own process: unverified."
        else:
            points = None if step.put_back else hand_points(row, step.source)
        marks.append(Mark(row.name, points))
        answered = comments.get(beside) not in (NO_RESPONSE, PUT_BACK)
        questions.append(QuestionResult(row.name, points, most, _first_words(result), result.verified, answered))
        if result.note:
            notes[row.name] = result.note
    notebook = autograded_notebook(steps, results, task.plan.kernelspec)
    return NotebookAssessment(task.plan.name, notebook, tuple(marks), comments, tuple(questions), notes)


def _test_points(assignment: Assignment, task: NotebookTask, result: StepResult, most: float) -> float | None:
    """A person must look where a test could not run out here, and nothing shows that it can."""
    if (assignment.strict and not result.verified) or (result.uncrossable and task.plan.solved is None):
        return None
    return test_points(most, failed=result.failed or not result.ran, shown=result.shown)


def _first_words(result: StepResult) -> str:
    """Why points were lost, in a line."""
    if result.note:
        return f"{result.note.get('slug', '')}: {result.note.get('title', '')}"
    error = next((it for it in result.outputs if it["output_type"] == "error"), None)
    return result.trouble or (f"{error['ename']}: {error['evalue']}"[:200] if error else "")


def _ending(tally: _Tally, count: int) -> tuple[Ending, str]:
    if len(tally.missing) == count:
        return Ending.MISSING, " ".join(dict.fromkeys((tally.missing[0], *tally.notices)))
    if tally.unreadable:
        return Ending.UNREADABLE, " ".join(dict.fromkeys((*tally.unreadable, *tally.notices)))
    more = len(tally.troubles[3:]) + len(tally.repairs[3:])
    told = [*map(_told, tally.troubles[:3]), *tally.missing, *tally.repairs[:3]]
    words = " ".join([*told, *([f"(and {more} more)"] if more else []), *tally.notices])
    if any(it.slug in TIME_SLUGS for it in tally.troubles):
        return Ending.TIMED_OUT, words
    if tally.troubles:
        return Ending.CRASHED, words
    return (Ending.REPAIRED if tally.repairs else Ending.GRADED), words


def _told(trouble: Trouble) -> str:
    return f"{trouble.cell or 'a cell'}: {trouble.sentence}"


def _task(assignment: Assignment, notebook: str, steps: Sequence[Step], ownership: Ownership, student: str) -> Task:
    sent = tuple(SentStep(it.role, it.source, it.grade_id, it.place, it.tags, it.runs) for it in steps)
    seed = seed_for(assignment.key, assignment.course_id, assignment.name, notebook, student)
    return Task(sent, ownership, assignment.limits, seed, assignment.skip_tags)


def survey_all(assignment: Assignment, parents: Parents) -> tuple[list[Ownership], list[TestCheck]]:
    """
    Run the instructor's solved notebooks: as notebooks are run, and then as submissions are.

    Parameters
    ----------
    assignment : Assignment
        Its plans; what they say of ownership is not looked at.
    parents : Parents
        Start the processes.

    Returns
    -------
    tuple of (list of Ownership, list of TestCheck)
        One ownership for each notebook, one check for each test cell. Where there is no solved notebook the text
        has to do, and there are no checks.
    """
    owners, checks = [], []
    for task in assignment.notebooks:
        ownership, found = _surveyed(assignment, task, parents)
        owners.append(ownership)
        checks += found
    return owners, checks


def _surveyed(assignment: Assignment, task: NotebookTask, parents: Parents) -> tuple[Ownership, list[TestCheck]]:
    plan = task.plan
    asked = frozenset(it.grade_id for it in plan.cells if IN_KERNEL in it.tags and it.role is Role.TEST)
    if plan.solved is None:
        return guessed(plan, asked), []
    steps = align(plan, Submission(f"{plan.name}.ipynb", plan.solved)).steps
    steps = tuple(replace(it, runs=it.runs and not assignment.skip_tags & set(it.tags)) for it in steps)
    files = dict(assignment.author_files)
    first = _task(assignment, plan.name, steps, Ownership(), "")
    seen = surveyed(parents, first, files)
    kernel_points = {name: _points(plan.by_id[name].row, it) for name, it in seen.tests.items()}
    inside = asked
    found: list[TestCheck] = []
    reasons: dict[str, str] = {}
    # A test that moves into the student's process needs other names there, so all are tried again.
    for _ in range(MOST_SURVEYS):
        ownership = owned(plan, seen.before, seen.after, inside)
        results = examined(parents, replace(first, ownership=ownership, in_kernel=inside), files, Used())
        here = {step.grade_id: it for step, it in zip(steps, results, strict=True) if step.role is Role.TEST and it.ran}
        found = [
            _check(plan.name, plan.by_id[name].row, result, kernel_points.get(name, 0.0), unverified=name in inside)
            for name, result in here.items()
        ]
        more = frozenset(it.grade_id for it in found if it.state == "unverified") - inside
        reasons |= {it.grade_id: it.reason for it in found if it.grade_id in more}
        if not more:
            break
        inside |= more
    operating = frozenset(step.place for step, it in zip(steps, results, strict=True) if it.operated)
    ownership = replace(ownership, operating=operating)
    return ownership, [replace(it, reason=reasons.get(it.grade_id, it.reason)) for it in found]


def _points(row: Any, result: StepResult) -> float:
    return test_points(row.points or 0.0, failed=result.failed, shown=result.shown)


def _check(notebook: str, row: Any, result: StepResult, kernel_points: float, *, unverified: bool) -> TestCheck:
    points = -1.0 if unverified else _points(row, result)
    return TestCheck(notebook, row.name, row.points or 0.0, points, kernel_points, _first_words(result))
