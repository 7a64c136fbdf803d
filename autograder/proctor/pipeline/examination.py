"""A submission's examination from the worker's side: two processes, and what they ask for.

What you can do with this file:

- hold the warm parents of a worker: `Parents`;
- have a task done: `examined` for a submission, `surveyed` for a solved notebook.

The examiner's process is fenced too, and may end or hang over what a student returned. Then the step that it was at is
marked as stopped, and the examination is done again without it: only that question is lost. All of it, attempts and
processes that are started again included, has the one time of the notebook; what is known by then stays.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from proctor.errors import GraderError
from proctor.examiner.channel import Channel
from proctor.examiner.step import LATE, StepResult, too_late
from proctor.examiner.task import Task, result_from, survey_from
from proctor.inside.wire import WireError
from proctor.sandbox.launcher import Desk, ExaminerParent, StudentParent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from proctor.examiner.step import SentStep
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

    @contextlib.contextmanager
    def with_students(self, modules: tuple[str, ...], fence: Fence) -> Iterator[Parents]:
        """The same examiners beside students' processes under another fence, for a while."""
        with StudentParent(modules, fence) as students:
            other = object.__new__(Parents)
            other.students, other.examiners = students, self.examiners
            yield other

    def close(self) -> None:
        """End both."""
        self.students.close()
        self.examiners.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class _Stopped(Exception):  # noqa: N818 - says what happened to it
    """The examiner came to an end in the middle of a step; `late` says that the notebook's time was over."""

    def __init__(self, step: int, words: str, *, late: bool = False) -> None:
        super().__init__(words)
        self.step, self.late = step, late


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
    end = time.monotonic() + task.limits.submission_seconds
    results: dict[int, StepResult] = {}
    stopped: dict[int, str] = {}
    for attempt in range(MOST_ATTEMPTS + 1):
        if attempt == MOST_ATTEMPTS:
            rest = dict.fromkeys(range(min(stopped), len(task.steps)), "Too many questions stopped the examiner.")
            stopped = rest | stopped
        try:
            _done(parents, replace(task, stopped=stopped), files, used, _Clock(end, results))
            break
        except _Stopped as error:
            if error.late and (results or error.step >= 0):  # what is known stays; nothing more can be tried
                break
            # Before the first step, or at one that did not run this time: no question can be blamed.
            if error.step < 0 or error.step in stopped:
                raise GraderError(f"The examiner does not work: {error}", slug="examiner") from error
            stopped[error.step] = str(error)
            results[error.step] = StepResult(failed=True, trouble=str(error), trouble_slug="test-time", ran=False)
            if time.monotonic() >= end:
                break
    return [results.get(number) or _unreached(step, task) for number, step in enumerate(task.steps)]


def _unreached(step: SentStep, task: Task) -> StepResult:
    """What is told of a step that the notebook had no time for."""
    runs = step.runs and not task.skip_tags & set(step.tags)
    return too_late(task.limits) if runs else StepResult(ran=False)


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
        return survey_from(_done(parents, replace(task, survey=True), files, Used(), _Clock()))
    except _Stopped as error:
        raise GraderError(f"The solved notebook cannot be run: {error}", slug="survey") from error


@dataclass
class _Clock:
    """When the time of a notebook is over, however often it is tried, and what its steps have done by then."""

    end: float = float("inf")
    results: dict[int, StepResult] = field(default_factory=dict)

    def left_seconds(self) -> float | None:
        """What is left, or None where there is no end."""
        return None if self.end == float("inf") else self.end - time.monotonic()

    def keep(self, number: int, result: StepResult) -> None:
        """What a step has done; where there was no time for it again, what it did in an attempt before."""
        if number not in self.results or result.trouble_slug != LATE:
            self.results[number] = result

    def until(self, patience_seconds: float) -> float:
        """How long to wait for the examiner, which sees the end itself where it can."""
        return min(time.monotonic() + patience_seconds, self.end + GRACE_SECONDS)


def _done(parents: Parents, task: Task, files: Mapping[str, Path], used: Used, clock: _Clock) -> Any:
    """One attempt; the results of steps go to the clock."""
    desk = Desk(parents.students, files)
    here, pid = parents.examiners.fork()
    channel = Channel(here)
    step = -1
    limits = task.limits
    patience_seconds = limits.cell_seconds + limits.call_seconds + GRACE_SECONDS
    try:
        channel.send(replace(task, left_seconds=clock.left_seconds()).facts())
        while True:
            verb, *fields = channel.receive(deadline=clock.until(patience_seconds * (1 + (step < 0))))
            if verb == "done":
                return fields[0]
            if verb == "broken":
                raise _Stopped(step, f"The test broke the examiner ({fields[0]}).")
            if verb == "result":
                clock.keep(fields[0], result_from(fields[1]))
            elif verb == "step":
                step = fields[0]
            else:
                _serve(verb, desk, channel, used)
    except TimeoutError:
        late = time.monotonic() >= clock.end
        words = f"The test took longer than {patience_seconds:g} seconds and could not be interrupted."
        raise _Stopped(step, words, late=late) from None
    except (EOFError, OSError, WireError) as error:
        words = "The test needed more memory than there is for one (c.Proctor.examiner_bytes), or crashed."
        raise _Stopped(step, words) from error
    finally:
        channel.close()
        used.add(desk.end())
        parents.examiners.order({"order": "end", "pid": pid})


def _serve(verb: str, desk: Desk, channel: Channel, used: Used) -> None:
    """What the examiner asks for about the student's process; "alive" asks for nothing but patience."""
    if verb == "start":
        with desk.start() as sock:
            channel.send_socket(sock)
    elif verb == "stop":
        desk.stop()
        channel.send(None)
    elif verb == "end":
        found = desk.end()
        used.add(found)
        channel.send(found)
