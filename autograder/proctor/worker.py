"""A worker: the warm parents, the author's files, and one submission after the other.

What you can do with this file:

- set one up in this process: `set_up`; let it assess: `assess_one`; let it run the solved notebooks: `survey_here`.

The functions are module-level ones, so that a pool of processes can call them by name.
"""

from __future__ import annotations

import atexit
import multiprocessing
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor.assess import Assessment, assess, survey_all
from proctor.errors import GraderError
from proctor.examination import Parents
from proctor.inside.fence import die_with_parent
from proctor.model import Ending

if TYPE_CHECKING:
    from proctor.assignment import Assignment, TestCheck
    from proctor.ownership import Ownership

__all__ = ["assess_one", "set_up", "survey_here"]

state: dict[str, Any] = {}


def set_up(assignment: Assignment) -> None:
    """
    Set this process up as a worker.

    Parameters
    ----------
    assignment : Assignment
        What it will grade.
    """
    die_with_parent()
    multiprocessing.set_start_method("fork", force=True)  # so that locks of imported modules leave nothing behind
    folder = Path(tempfile.mkdtemp(prefix="proctor-author-"))
    folder.chmod(0o755)
    for name, path in assignment.author_files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    parents = Parents(assignment.modules, assignment.fence, folder)
    atexit.register(parents.close)
    state.update(assignment=assignment, parents=parents)


def assess_one(student: str, folder: Path) -> Assessment:
    """
    Assess one submission.

    Parameters
    ----------
    student : str
        Whose it is.
    folder : pathlib.Path
        What was handed in.

    Returns
    -------
    Assessment
        Also where it could not be examined.
    """
    try:
        return assess(state["assignment"], student, folder, state["parents"])
    except GraderError as error:
        return Assessment(student, Ending.NOT_GRADED, str(error), ())


def survey_here(assignment: Assignment) -> tuple[list[Ownership], list[TestCheck]]:
    """
    Run the solved notebooks.

    Parameters
    ----------
    assignment : Assignment
        Its plans.

    Returns
    -------
    tuple of (list of Ownership, list of TestCheck)
        As `assess.survey_all` has them.
    """
    return survey_all(assignment, state["parents"])
