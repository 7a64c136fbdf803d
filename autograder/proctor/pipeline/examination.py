"""A submission's examination from the worker's side: two processes, and what they ask for.

What you can do with this file:

- hold the warm parents of a worker: `Parents`;
- have a task done: `examined` for a submission, `surveyed` for a solved notebook.

The examiner's process is fenced too, and may end or hang over what a student returned. Then the step that it was at is
marked as stopped, and the examination is done again without it: only that question is lost.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from proctor.errors import GraderError
from proctor.examiner.channel import Channel
from proctor.examiner.task import Task, results_from, survey_from
from proctor.inside.wire import WireError
from proctor.sandbox.launcher import Desk, ExaminerParent, StudentParent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from proctor.examiner.step import StepResult
    from proctor.examiner.survey import Survey
    from proctor.sandbox.policy import Fence

__all__ = ["Parents", "Used", "examined", "surveyed"]

MOST_ATTEMPTS = 4
GRACE_SECONDS = 5.0


@dataclass
class Used:
    """What the processes of one submission used."""

    cpu_seconds: float = 0.0
    memory_bytes: float = 0.0

    def add(self, facts: Mapping[str, Any]) -> None:
        """Add what one process used."""
        self.cpu_seconds += facts.get("cpu_seconds", 0.0)
        self.memory_bytes = max(self.memory_bytes, facts.get("memory_bytes", 0.0))


class Parents:
    """The warm parent of students' processes and that of examiners."""

    def __init__(self, modules: tuple[str, ...], fence: Fence, folder: Path) -> None:
        with contextlib.ExitStack() as stack:
            self.students, self.examiners = StudentParent(modules, fence), ExaminerParent(modules, fence, folder)
            stack.callback(self.close)
            self.students.wait_until_ready()
            self.examiners.wait_until_ready()
            stack.pop_all()

    def close(self) -> None:
        """End both."""
        self.students.close()
        self.examiners.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class _Stopped(Exception):  # noqa: N818 - says what happened to it
    """The examiner came to an end in the middle of a step."""

    def __init__(self, step: int, words: str) -> None:
        super().__init__(words)
        self.step = step


def examined(parents: Parents, task: Task, files: Mapping[str, Path], used: Used) -> list[StepResult]:
    """
    Examine a submission.

    Parameters
    ----------
    parents : Parents
        Start the processes.
    task : Task
        What is to be done.
    files : mapping of str to pathlib.Path
        What lies beside the notebook.
    used : Used
        What the student's processes use is added to it.

    Returns
    -------
    list of StepResult
        One for each step.

    Raises
    ------
    GraderError
        The examiner does not work at all.
    """
    stopped: dict[int, str] = {}
    for _ in range(MOST_ATTEMPTS):
        try:
            return results_from(_done(parents, replace(task, stopped=stopped), files, used))
        except _Stopped as error:
            # Before the first step, or at one that did not run this time: no question can be blamed.
            if error.step < 0 or error.step in stopped:
                raise GraderError(f"The examiner does not work: {error}", slug="examiner") from error
            stopped[error.step] = str(error)
    rest = dict.fromkeys(range(min(stopped), len(task.steps)), "Too many questions stopped the examiner.")
    return results_from(_done(parents, replace(task, stopped=rest | stopped), files, used))


def surveyed(parents: Parents, task: Task, files: Mapping[str, Path]) -> Survey:
    """
    Run a solved notebook as notebooks are run.

    Parameters
    ----------
    parents : Parents
        Start the processes.
    task : Task
        What is to be done.
    files : mapping of str to pathlib.Path
        What lies beside the notebook.

    Returns
    -------
    Survey
        What was seen.

    Raises
    ------
    GraderError
        The examiner, or the solved notebook's process, came to an end.
    """
    try:
        return survey_from(_done(parents, replace(task, survey=True), files, Used()))
    except _Stopped as error:
        raise GraderError(f"The solved notebook cannot be run: {error}", slug="survey") from error


def _done(parents: Parents, task: Task, files: Mapping[str, Path], used: Used) -> Any:
    """One attempt."""
    desk = Desk(parents.students, files)
    here, pid = parents.examiners.fork()
    channel = Channel(here)
    step = -1
    limits = task.limits
    patience_seconds = limits.cell_seconds + limits.call_seconds + GRACE_SECONDS
    try:
        channel.send(task.facts())
        while True:
            verb, *fields = channel.receive(deadline=time.monotonic() + patience_seconds * (1 + (step < 0)))
            if verb == "done":
                return fields[0]
            if verb == "step":
                step = fields[0]
            elif verb == "start":
                with desk.start() as sock:
                    channel.send_socket(sock)
            elif verb == "stop":
                desk.stop()
                channel.send(None)
            elif verb == "end":
                found = desk.end()
                used.add(found)
                channel.send(found)
            # "alive" asks for nothing but patience.
    except TimeoutError:
        words = f"The test took longer than {patience_seconds:g} seconds and could not be interrupted."
        raise _Stopped(step, words) from None
    except (EOFError, OSError, WireError) as error:
        words = "The test needed more memory than there is for one (c.Proctor.examiner_bytes), or crashed."
        raise _Stopped(step, words) from error
    finally:
        channel.close()
        used.add(desk.end())
        parents.examiners.order({"order": "end", "pid": pid})
