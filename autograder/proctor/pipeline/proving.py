"""The instructor's solved notebooks, run before anybody's submission: whose names are, and which tests are proved.

What you can do with this file:

- run them: `survey_all`.

A test runs outside of the student's process, where nobody can forge its verdict; but there it may look at the wrong
value. So it is tried on wrong versions of the solved notebook both ways, outside and as a notebook runs it. Where the
points agree on all of them it is proved. Nothing but the author's own code runs here, so the course's masked packages
may be seen by it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor.assignment.executed import IN_KERNEL
from proctor.assignment.ready import BOTH, INSIDE, OUTSIDE, TestCheck
from proctor.intake.repair import align
from proctor.marks.scoring import test_points
from proctor.model import Submission
from proctor.pipeline.examination import Used, examined, surveyed
from proctor.pipeline.tasks import first_words, task_of
from proctor.plan.doubts import doubt_of, shows
from proctor.plan.files import reads_files, writes_files
from proctor.plan.notebook import Role
from proctor.plan.ownership import Ownership, guessed, owned
from proctor.plan.packages import imported_by, needs_one_of, texts_behind
from proctor.plan.variants import variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from proctor.assignment.ready import Assignment, NotebookTask
    from proctor.examiner.step import StepResult
    from proctor.examiner.task import Task
    from proctor.intake.repair import Step
    from proctor.pipeline.examination import Parents
    from proctor.plan.notebook import Plan

__all__ = ["survey_all"]

PROCTOR = Path(__file__).resolve().parents[1]
MOST_SURVEYS = 3
PATIENCE = 5.0  # a wrong version may run for ever: it gets so many times what the solved notebook took,
LEAST_SECONDS = 5.0  # and never less than this
NO_SOLUTION = "there is no solved notebook to prove it on"
FILES = "it reads files, and answers write some"
PRECISION = "the notebook sets the precision of what is shown"
MODULES = "it reads a module that students write"


@dataclass(frozen=True)
class _Solved:
    """A solved notebook as it is run: its plan, its task, and the processes that may run it."""

    plan: Plan
    steps: tuple[Step, ...]
    task: Task
    files: Mapping[str, Path]
    parents: Parents
    open_parents: Parents

    def outside(self, task: Task) -> dict[str, StepResult]:
        """What each test does as submissions are run."""
        return self._tests(examined(self.parents, task, self.files, Used()))

    def inside(self, task: Task) -> dict[str, StepResult]:
        """What each test does as a notebook is run."""
        tests = frozenset(it.grade_id for it in self.steps if it.role is Role.TEST)
        whole = replace(task, ownership=Ownership(), in_kernel=tests)
        return self._tests(examined(self.open_parents, whole, self.files, Used()))

    def points(self, results: Mapping[str, StepResult]) -> dict[str, float]:
        """What each test gives."""
        return {name: _points(self.plan.by_id[name].row, it) for name, it in results.items()}

    def _tests(self, results: Sequence[StepResult]) -> dict[str, StepResult]:
        both = zip(self.steps, results, strict=True)
        return {step.grade_id: it for step, it in both if step.role is Role.TEST and step.runs}


def survey_all(assignment: Assignment, parents: Parents) -> tuple[list[Ownership], list[TestCheck]]:
    """
    Run the instructor's solved notebooks: as notebooks are run, then as submissions are, then wrong ones both ways.

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
    with _opened(assignment, parents) as open_parents:
        for task in assignment.notebooks:
            ownership, found = _surveyed(assignment, task, parents, open_parents)
            owners.append(ownership)
            checks += found
    return owners, checks


@contextlib.contextmanager
def _opened(assignment: Assignment, parents: Parents) -> Iterator[Parents]:
    """Parents whose students' side sees the packages that are masked from students; the same where there are none."""
    places = {name: _installed(name) for name in assignment.fence.editions}
    found = {name: path for name, path in places.items() if path is not None}
    if not found:
        yield parents
        return
    found[PROCTOR.name] = PROCTOR  # a course's package may refuse to hold answers where no grader is
    fence = replace(assignment.fence, editions={**assignment.fence.editions, **found})
    with parents.with_students(assignment.modules, fence) as open_parents:
        yield open_parents


def _installed(module: str) -> Path | None:
    """Where a package lies that a student edition takes the place of."""
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.submodule_search_locations:
            return Path(next(iter(spec.submodule_search_locations)))
    return None


def _surveyed(
    assignment: Assignment, task: NotebookTask, parents: Parents, open_parents: Parents
) -> tuple[Ownership, list[TestCheck]]:
    plan = task.plan
    asked = frozenset(it.grade_id for it in plan.cells if IN_KERNEL in it.tags and it.role is Role.TEST)
    if plan.solved is None:
        return replace(guessed(plan, asked), modules=assignment.files.modules), []
    steps = align(plan, Submission(f"{plan.name}.ipynb", plan.solved)).steps
    steps = tuple(replace(it, runs=it.runs and not assignment.skip_tags & set(it.tags)) for it in steps)
    first = task_of(assignment, plan.name, steps, Ownership(), "")
    files = assignment.files.solved | assignment.files.named_in(it.source for it in steps if it.role is Role.TEST)
    solved = _Solved(plan, steps, first, files, parents, open_parents)
    begin = time.monotonic()
    seen = surveyed(open_parents, first, solved.files)
    seconds = time.monotonic() - begin
    kernel_points = solved.points(seen.tests)
    inside = asked
    found: list[TestCheck] = []
    reasons: dict[str, str] = {}
    # A test that moves into the student's process needs other names there, so all are tried again.
    for _ in range(MOST_SURVEYS):
        ownership = replace(owned(plan, seen.before, seen.after, inside), modules=assignment.files.modules)
        results = examined(parents, replace(first, ownership=ownership, in_kernel=inside), solved.files, Used())
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
    operating = {step.place: frozenset(it.operated) for step, it in zip(steps, results, strict=True) if it.operated}
    ownership = replace(ownership, operating=operating)
    found = [replace(it, reason=reasons.get(it.grade_id, it.reason)) for it in found]
    return ownership, _proved(assignment, solved, ownership, found, seconds)


def _proved(
    assignment: Assignment, solved: _Solved, ownership: Ownership, checks: list[TestCheck], seconds: float
) -> list[TestCheck]:
    """Say of each test where it runs, after wrong versions of the notebook were run both ways."""
    plan, limits = solved.plan, assignment.limits
    short = max(LEAST_SECONDS, PATIENCE * seconds)
    hurried = replace(
        limits,
        cell_seconds=min(limits.cell_seconds, short),
        call_seconds=min(limits.call_seconds, short),
        submission_seconds=min(limits.submission_seconds, 2 * short),
    )
    told: dict[str, str] = {}
    if any(it.state == "verified" for it in checks):
        for variant in variants(plan, ownership):
            steps = tuple(
                replace(it, source=variant.answers.get(it.place, it.source)) if it.runs else it for it in solved.steps
            )
            task = task_of(assignment, plan.name, steps, ownership, "")
            task = replace(task, limits=hurried, in_kernel=ownership.unverified)
            here, there = solved.points(solved.outside(task)), solved.points(solved.inside(task))
            for name in (it for it, points in here.items() if points != there.get(it)):
                told.setdefault(name, f"{variant.name}: {here[name]:g} outside, {there.get(name, 0.0):g} inside")
    answers = [it.solved for it in plan.cells if it.role in (Role.ANSWER, Role.MANUAL) and it.kind == "code"]
    writes = writes_files(answers)
    return [_placed(assignment, plan, it, told.get(it.grade_id, ""), writes=writes) for it in checks]


def _placed(assignment: Assignment, plan: Plan, check: TestCheck, told: str, *, writes: bool) -> TestCheck:
    """Where a test runs from now on."""
    text = plan.by_id[check.grade_id].tests
    if check.state == "unverified":
        return replace(check, way=INSIDE)
    if not told and writes and reads_files([text, *texts_behind(plan, text)]):
        told = FILES
    told = told or doubt_of(text, imported_by(plan)) or (PRECISION if shows(text) and _sets_precision(plan) else "")
    own = {it.partition(".")[0] for it in assignment.files.modules}
    if own and not told and needs_one_of(plan, text, own):  # without one, only a test that asks for its seed would do
        told = MODULES
    apart = needs_one_of(plan, text, assignment.fence.editions)
    return replace(check, way=BOTH if told and not apart else OUTSIDE, told=told)


def _sets_precision(plan: Plan) -> bool:
    """Whether what a last expression shows, which may be partial credit, depends on a setting of the notebook."""
    return any("%precision" in cell.source for cell in plan.cells if cell.kind == "code")


def _points(row: Any, result: StepResult) -> float:
    return test_points(row.points or 0.0, failed=result.failed or not result.ran, shown=result.shown)


def _check(notebook: str, row: Any, result: StepResult, kernel_points: float, *, unverified: bool) -> TestCheck:
    points = -1.0 if unverified else _points(row, result)
    return TestCheck(notebook, row.name, row.points or 0.0, points, kernel_points, first_words(result))
