"""A notebook examined outside, and where that is not enough inside as well; the smaller points count.

What you can do with this file:

- examine one notebook of a submission: `judged`, which returns a `Verdict` for each step.

Outside, nobody can forge a verdict, but it may look at the wrong value; inside, which is nbgrader's way, it looks at
the right one, but student code could forge it. The inside run is a second sandbox, fresh from the warm parent. It
starts when the first has ended, and nothing but what a test gave leaves it; what students get back comes from the
first, in which no test runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from proctor.marks.scoring import test_points
from proctor.pipeline.examination import examined
from proctor.pipeline.tasks import task_of
from proctor.plan.departures import Departures, departures
from proctor.plan.notebook import Role
from proctor.plan.ownership import Ownership

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from proctor.assignment.ready import Assignment, NotebookTask
    from proctor.examiner.step import StepResult
    from proctor.intake.repair import Step
    from proctor.pipeline.examination import Parents, Used

__all__ = ["Verdict", "judged"]


# How tests of wrong or missing answers fail on both sides.
USUAL = frozenset({"AssertionError", "NameError", "NotImplementedError"})


@dataclass(frozen=True)
class Verdict:
    """What a step did; for a test its points, None where a person must look, and a sentence if the two ways differ."""

    result: StepResult
    points: float | None = None
    told: str = ""


def judged(
    assignment: Assignment,
    task: NotebookTask,
    steps: Sequence[Step],
    files: Mapping[str, Path],
    parents: Parents,
    *,
    used: Used,
    student: str,
) -> list[Verdict]:
    """
    Examine one notebook of a submission.

    Parameters
    ----------
    assignment : Assignment
        Ready to be graded.
    task : NotebookTask
        The notebook.
    steps : sequence of Step
        What was handed in, in order.
    files : mapping of str to pathlib.Path
        What lies beside the notebook.
    parents : Parents
        Start the processes.
    used : Used
        What the student's processes use is added to it.
    student : str
        Whose it is.

    Returns
    -------
    list of Verdict
        One for each step.
    """
    inside = task.ownership.unverified
    sent = [_shown(it) if it.grade_id in inside else it for it in steps]
    first = task_of(assignment, task.plan.name, sent, task.ownership, student)
    results = examined(parents, first, files, used)
    found = _departures(assignment, task, steps, files)
    broken = {step.grade_id: why for step, it in zip(steps, results, strict=True) if (why := _broken(step, it))}
    found = replace(found, reasons=broken | dict(found.reasons))
    again = ((task.doubted | found.reasons.keys()) - task.apart) | inside
    there: list[StepResult] = []
    if any(it.grade_id in again and it.runs for it in steps):
        # The course's own references never come near student code: of such a test only what students saw runs here.
        sent = [_shown(it) if it.grade_id in task.apart else it for it in steps]
        whole = task_of(assignment, task.plan.name, sent, Ownership(), student)
        tests = frozenset(it.grade_id for it in steps if it.role is Role.TEST)
        more = assignment.files.named_in(it.source for it in sent if it.role is Role.TEST)
        there = examined(parents, replace(whole, in_kernel=tests), {**files, **more}, used)
        there = [_without_notes(it) for it in there]
    verdicts = []
    for number, (step, result) in enumerate(zip(steps, results, strict=True)):
        if step.role is not Role.TEST:
            verdicts.append(Verdict(result))
        elif step.grade_id in inside:
            verdicts.append(Verdict(there[number], _points(assignment, task, step, there[number])))
        elif step.grade_id in again:
            verdicts.append(_smaller(assignment, task, step, (result, there[number]), found))
        else:
            verdicts.append(Verdict(result, _points(assignment, task, step, result)))
    return verdicts


def _broken(step: Step, result: StepResult) -> str:
    """Why a test may have failed for want of a value that cannot cross; an assertion is about the value itself."""
    if step.role is not Role.TEST or not result.failed or result.by_student or result.note or result.trouble:
        return ""
    error = next((it for it in result.outputs if it["output_type"] == "error"), None)
    name = str(error["ename"]) if error is not None else ""
    return "" if name in USUAL else f"outside the test ended in {name or 'an error'}"


def _without_notes(result: StepResult) -> StepResult:
    """What ran beside student code carries no word of the author: student code could have put it there."""
    return replace(result, note=None, outputs=[it for it in result.outputs if it["output_type"] != "display_data"])


def _shown(step: Step) -> Step:
    """A test without its hidden part; what it shows, its student has seen."""
    return replace(step, source=step.cell.source) if step.cell is not None else step


def _departures(
    assignment: Assignment, task: NotebookTask, steps: Sequence[Step], files: Mapping[str, Path]
) -> Departures:
    if task.plan.solved is None:  # there is nothing to depart from
        return Departures()
    written = [
        (it.place, it.source)
        for it in steps
        if it.runs and it.role is not Role.TEST and not (it.cell and it.source == it.cell.restored)
    ]
    own = [
        it for it in files if it.endswith(".py") and (it not in assignment.files.author or it in assignment.files.own)
    ]
    modules = {
        PurePosixPath(it).parts[0].removesuffix(".py"): files[it].read_text(encoding="utf-8", errors="replace")
        for it in own
    }
    return departures(task.plan, written, modules)


def _points(assignment: Assignment, task: NotebookTask, step: Step, result: StepResult) -> float | None:
    """A person must look where a test could not run out here, and nothing shows that it can."""
    if (assignment.strict and not result.verified) or (result.uncrossable and task.plan.solved is None):
        return None
    row = step.cell.row if step.cell is not None else None
    most = (row.points if row is not None else None) or 0.0
    return test_points(most, failed=result.failed or not result.ran, shown=result.shown)


def _smaller(
    assignment: Assignment,
    task: NotebookTask,
    step: Step,
    ways: tuple[StepResult, StepResult],
    found: Departures,
) -> Verdict:
    """The smaller points; a person decides where honest work may have lost them."""
    outside, inside = ways
    here = _points(assignment, task, step, outside)
    there = _points(assignment, task, step, replace(inside, verified=True))
    if here is None or there is None:
        return Verdict(outside, here)
    why = found.reasons.get(step.grade_id, "")
    why = f"; {why}" if why else ""
    if there < here:  # as a notebook runs it, it is wrong: that is nbgrader's word too
        told = f"{step.grade_id}: the two ways differ ({here:g} outside, {there:g} inside{why}); the smaller counts."
        return Verdict(replace(inside, verified=True), there, told)
    if here < there:
        doubtful = step.grade_id in task.doubted or step.grade_id in found.reasons
        waits = doubtful and found.may_wait(step.grade_id)  # a forged notebook must not buy a person's time
        what = "a person decides" if waits else "the smaller counts"
        told = f"{step.grade_id}: the two ways differ ({here:g} outside, {there:g} inside{why}); {what}."
        return Verdict(outside, None if waits else here, told)
    return Verdict(outside, here)
