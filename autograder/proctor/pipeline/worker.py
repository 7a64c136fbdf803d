"""A worker: the warm parents, the author's files, and one submission after the other.

What you can do with this file:

- make a fresh process fit for it: `begin_process`; have it import all that it needs ahead: `warm_up`;
- let it run the solved notebooks: `survey_here`; let it assess a submission: `assess_one`.

The functions are module-level ones and take plain data, so that any executor can call them by name. The first that
needs warm parents starts them, and they stay for all that need the same: the assignment comes as bytes, the same ones
with each submission, and is read once.
"""

from __future__ import annotations

import atexit
import functools
import multiprocessing
import os
import pickle
import shutil
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.course.faults import is_everybodys, sentence_of
from proctor.course.folders import remove_folder
from proctor.errors import GraderError, SubmissionError
from proctor.inside.fence import die_with_parent
from proctor.intake.snapshot import HandedIn, Snapshot, snapshot
from proctor.marks.assessment import Assessment
from proctor.model import Ending
from proctor.pipeline.assess import assess
from proctor.pipeline.examination import Parents
from proctor.pipeline.proving import survey_all
from proctor.pipeline.resubmission import executed_state, refreshed

if TYPE_CHECKING:
    from proctor.assignment.ready import Assignment, TestCheck
    from proctor.plan.ownership import Ownership

__all__ = ["assess_one", "begin_process", "survey_here", "warm_up"]

GONE = "warm-parent"


class _Station:
    """What stays between submissions: the warm parents and a copy of the author's files."""

    def __init__(self, assignment: Assignment) -> None:
        self.needs = _needs(assignment)
        self._folder = Path(tempfile.mkdtemp(prefix="proctor-author-"))
        self._folder.chmod(0o755)
        for name, path in assignment.files.author.items():
            target = self._folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        try:
            self.parents = Parents(assignment.modules, assignment.fence, self._folder)
        except GraderError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def close(self) -> None:
        """End the parents and remove the copy."""
        self.parents.close()
        shutil.rmtree(self._folder, ignore_errors=True)


stations: list[_Station] = []
alone = threading.RLock()  # some executors run several tasks of one process at once; parents serve one at a time


def begin_process() -> None:
    """Let a fresh process end with the one that started it, and leave nothing behind when it forks."""
    die_with_parent()
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():  # it ended before the kernel could be asked
        os._exit(1)
    multiprocessing.set_start_method("fork", force=True)  # so that locks of imported modules leave nothing behind


def warm_up(packed: bytes) -> None:
    """
    Start the warm parents.

    Parameters
    ----------
    packed : bytes
        The pickled `Assignment`.
    """
    with alone:
        _station(_unpacked(packed))


def assess_one(packed: bytes, student: str, handed_in: HandedIn) -> Assessment:
    """
    Assess one submission; when a warm parent is gone, once more with a new one.

    Parameters
    ----------
    packed : bytes
        The pickled `Assignment`, ready to be graded.
    student : str
        Whose it is.
    handed_in : HandedIn
        Where it is, and where its snapshot goes; whatever lies there already is of a run that was killed.

    Returns
    -------
    Assessment
        Also where it could not be examined.

    Raises
    ------
    GraderError
        The warm parents do not start.
    """
    assignment = _unpacked(packed)
    with alone:
        try:
            taken = _taken(assignment, handed_in)
        except Exception as error:
            if is_everybodys(error):  # nobody's submission can be copied
                raise
            return Assessment(student, Ending.NOT_GRADED, sentence_of(error), ())
        for again in (True, False):
            parents = _station(assignment).parents  # a machine where none starts can grade nobody: that goes up
            try:
                return _assessed(assignment, student, handed_in, taken, parents)
            except Exception as error:  # noqa: BLE001 - whatever one submission makes us raise is its own row
                gone = isinstance(error, GraderError) and error.slug == GONE
                if gone:
                    _leave()
                if not gone or not again:
                    return Assessment(student, Ending.NOT_GRADED, sentence_of(error), ())
    raise AssertionError("unreachable")


def _taken(assignment: Assignment, handed_in: HandedIn) -> Snapshot | SubmissionError:
    """What was handed in, or why it cannot be read."""
    for place in handed_in.places:
        remove_folder(place)
    try:
        facts = (handed_in.folder, handed_in.copy, assignment.ignore)
        return snapshot(*facts, quick=handed_in.quick, editions=assignment.fence.editions)
    except SubmissionError as error:
        return error


def _assessed(
    assignment: Assignment, student: str, handed_in: HandedIn, taken: Snapshot | SubmissionError, parents: Parents
) -> Assessment:
    """What a submission earns, examined unless nothing but prose has changed."""
    executed = ""
    if isinstance(taken, Snapshot):
        executed = executed_state(assignment, taken, handed_in.base)
        kept = refreshed(assignment, student, taken, handed_in) if executed == handed_in.executed else None
        if kept is not None:
            return replace(kept, executed=executed)
    return replace(assess(assignment, student, taken, parents, submitted=handed_in.folder), executed=executed)


def survey_here(packed: bytes) -> tuple[list[Ownership], list[TestCheck]]:
    """
    Run the solved notebooks.

    Parameters
    ----------
    packed : bytes
        The pickled `Assignment`, with its plans.

    Returns
    -------
    tuple of (list of Ownership, list of TestCheck)
        As `proving.survey_all` has them.
    """
    assignment = _unpacked(packed)
    with alone:
        return survey_all(assignment, _station(assignment).parents)


@functools.lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Assignment:
    assignment: Assignment = pickle.loads(packed)  # noqa: S301 - made by our own main process
    return assignment


def _needs(assignment: Assignment) -> object:
    return assignment.modules, assignment.fence, dict(assignment.files.author)


def _station(assignment: Assignment) -> _Station:
    """The station of this process; another one where the assignment needs other things."""
    if stations and stations[0].needs != _needs(assignment):
        _leave()
    if not stations:
        stations.append(_Station(assignment))
    return stations[0]


@atexit.register
def _leave() -> None:
    while stations:
        stations.pop().close()
