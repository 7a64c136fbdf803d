"""From the course's files and settings to an assignment that is ready to be graded.

What you can do with this file:

- make one ready: `prepare`, which runs the instructor's solved notebook first; `with_proofs` adds what it showed;
- read from the course's settings what student code sees and may use: `fence_of`.

What the solved notebook showed is kept until something changes that it depends on.
"""

from __future__ import annotations

import ast
import importlib.util
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.assignment.digests import assignment_digest
from proctor.assignment.executed import moved, numbers
from proctor.assignment.files import files_of
from proctor.assignment.languages import require_python
from proctor.assignment.ready import BOTH, Assignment, NotebookTask, TestCheck
from proctor.course.limits import limits_of, use_of
from proctor.course.seed import secret
from proctor.course.state import remember, remembered
from proctor.errors import AuthorError, SubmissionError
from proctor.gradebook import Gradebook
from proctor.intake.notebook import parse_notebook
from proctor.plan.notebook import Plan, Role, plan_notebook
from proctor.plan.ownership import Ownership, guessed
from proctor.plan.packages import needs_one_of
from proctor.plan.trees import parsed
from proctor.sandbox.gpu import with_gpu
from proctor.sandbox.policy import Fence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from proctor.course.nbgrader import Course
    from proctor.model import Cell

__all__ = ["fence_of", "prepare", "with_proofs"]


def fence_of(course: Course, name: str, isolation: str, device: str = "cpu") -> Fence:
    """
    Read from the course's settings what student code sees and may use.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        The assignment.
    isolation : str
        "bubblewrap" or "process".
    device : str
        "cpu", or "gpu" where student code may use the machine's GPU.

    Returns
    -------
    Fence
        With the limits of `c.Proctor`, and defaults for those that it does not set.

    Raises
    ------
    AuthorError
        A folder that student code should see does not exist, or a limit is no whole number.
    """
    editions: dict[str, Path] = {}
    for module, place in dict(course.setting("Proctor", "editions", {})).items():
        path = course.root / str(place).format(assignment=name)
        if not path.exists():
            message = f"Expected the package {module} for student code in {path}, found nothing. Build it first."
            raise AuthorError(message, slug="edition")
        editions[module] = path
    names = ("visible_distributions", "hidden_distributions", "devices")
    more, hidden, devices = (tuple(course.setting("Proctor", name, ())) for name in names)
    fence = Fence(isolation, use_of(course), editions, more, hidden, devices)
    return with_gpu(fence) if device == "gpu" else fence


def prepare(
    course: Course,
    name: str,
    survey: Callable[[Assignment], tuple[list[Ownership], list[TestCheck]]],
    *,
    strict: bool,
    isolation: str,
    device: str = "cpu",
) -> Assignment:
    """
    Make an assignment ready.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        The assignment.
    survey : callable
        Runs the solved notebooks; called only when nothing is remembered.
    strict : bool
        Whether tests that cannot run outside the student's process wait for a person.
    isolation : str
        "bubblewrap" or "process".
    device : str
        "cpu" or "gpu".

    Returns
    -------
    Assignment
        With what the solved notebooks showed.

    Raises
    ------
    AuthorError
        The gradebook does not know the assignment, or one of its notebooks cannot be read or is no Python.
    """
    with Gradebook(course) as book:
        known = book.notebooks(name)
    release, source = (course.folder(step, ".", name) for step in ("release", "source"))
    for rows in known:
        require_python(rows.name, rows.kernelspec, (it / f"{rows.name}.ipynb" for it in (source, release)))
    plans = [plan_notebook(rows, _cells(release, rows.name), _cells(source, rows.name)) for rows in known]
    files = files_of(course, name)
    assignment = Assignment(
        name=name,
        course_id=course.course_id,
        notebooks=tuple(NotebookTask(plan, guessed(plan)) for plan in plans),
        limits=limits_of(course),
        skip_tags=course.skip_tags,
        ignore=course.ignore,
        files=files,
        modules=(*_modules(plans, files.author), *course.setting("Proctor", "preload", ())),
        key=secret(course),
        strict=strict or bool(course.setting("Proctor", "strict", False)),
        fence=fence_of(course, name, isolation, device),
    )
    depends = assignment_digest(assignment)
    facts = remembered(course, f"survey-{name}", depends)
    if facts is None:
        owners, checks = survey(assignment)
        # In numbers: prose may come between the cells, and then nothing is found out again.
        owned = [moved(it.facts(), numbers(plan)) for it, plan in zip(owners, plans, strict=True)]
        facts = {"owners": owned, "checks": [asdict(it) for it in checks]}
        remember(course, f"survey-{name}", depends, facts)
    else:
        places = [{number: place for place, number in numbers(plan).items()} for plan in plans]
        owned = [moved(it, to) for it, to in zip(facts["owners"], places, strict=True)]
        owners = [Ownership.from_facts(it) for it in owned]
        checks = [TestCheck(**it) for it in facts["checks"]]
    return with_proofs(assignment, owners, checks)


def with_proofs(assignment: Assignment, owners: Sequence[Ownership], checks: Sequence[TestCheck]) -> Assignment:
    """
    Add what the solved notebooks showed; where there is none, all tests run both ways.

    Parameters
    ----------
    assignment : Assignment
        Its plans.
    owners : sequence of Ownership
        One for each notebook.
    checks : sequence of TestCheck
        One for each test.

    Returns
    -------
    Assignment
        Ready to be graded.
    """
    tasks = []
    for task, ownership in zip(assignment.notebooks, owners, strict=True):
        plan = task.plan
        tests = {it.grade_id: it.tests for it in plan.cells if it.role is Role.TEST}
        apart = frozenset(it for it, text in tests.items() if needs_one_of(plan, text, assignment.fence.editions))
        found = [it for it in checks if it.notebook == plan.name]
        doubted = {it.grade_id for it in found if it.way == BOTH} if found else tests.keys()
        tasks.append(replace(task, ownership=ownership, doubted=frozenset(doubted) - apart, apart=apart))
    return replace(assignment, notebooks=tuple(tasks), checks=tuple(checks))


def _cells(folder: Path, notebook: str) -> tuple[Cell, ...] | None:
    path = folder / f"{notebook}.ipynb"
    if not path.is_file():
        return None
    try:
        return parse_notebook(path.read_bytes(), str(path))[0]
    except SubmissionError as error:  # the same checks, but here it is the author's file
        raise AuthorError(str(error), slug=error.slug) from error


def _modules(plans: list[Plan], files: Mapping[str, Path]) -> tuple[str, ...]:
    """What the notebooks import and this Python has; modules beside the notebook are left to the notebook."""
    found: set[str] = set()
    for plan in plans:
        for cell in (it for it in plan.cells if it.kind == "code"):
            for node in ast.walk(parsed(f"{cell.source}\n{cell.solved}")):
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module)
    beside = {Path(name).parts[0].removesuffix(".py") for name in files}
    return tuple(sorted(it for it in found if it.split(".")[0] not in beside and _is_installed(it)))


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module.split(".", maxsplit=1)[0]) is not None
    except (ImportError, ValueError):
        return False
