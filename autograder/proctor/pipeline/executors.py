"""Who does the work: processes of this machine, or any other executor.

What you can do with this file:

- have solved notebooks run and submissions assessed, as many at once as there are jobs: `Workers`.

Theory of operation. Few tasks wait in the executor at a time, so that memory does not grow with the class. A process
that ends takes the whole pool of its kind with it (`BrokenExecutor`); then a new pool is started, and those who were
being assessed are tried again, each alone. Who is alone when the pool breaks again is the cause, and gets a line that
says so; everybody else is assessed as if nothing had happened.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, ProcessPoolExecutor, wait
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Self

from proctor.course.faults import is_everybodys, sentence_of
from proctor.errors import GraderError
from proctor.marks.assessment import Assessment
from proctor.model import Ending
from proctor.pipeline.cluster import TaskLost
from proctor.pipeline.worker import assess_one, begin_process, survey_here, warm_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future

    from proctor.assignment.ready import Assignment, TestCheck
    from proctor.intake.snapshot import HandedIn
    from proctor.plan.ownership import Ownership

__all__ = ["Workers"]

TASKS_PER_JOB = 3
ENDED = "Grading processes ended while they worked on this submission; look at the machine's log."


def _processes(jobs: int) -> Executor:
    """Fresh processes, so that nothing of this one is in them."""
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=begin_process)


class Workers:
    """
    An executor that is started when the first task needs it.

    Parameters
    ----------
    jobs : int
        How many tasks run at once.
    executor : callable, optional
        From the number of jobs to the executor, such as a `Cluster`; processes of this machine when left out.

    Attributes
    ----------
    here : bool
        Whether they run on this machine.
    at_once : int
        How many submissions they have at most, those among them that are assessed and not fetched yet.
    """

    def __init__(self, jobs: int, executor: Callable[[int], Executor] = _processes) -> None:
        self._jobs, self._make = jobs, executor
        self.here, self.at_once = executor is _processes, TASKS_PER_JOB * jobs
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop()

    def survey(self, assignment: Assignment) -> tuple[list[Ownership], list[TestCheck]]:
        """Run the solved notebooks; meanwhile the other workers get ready."""
        packed = pickle.dumps(assignment)
        found = self._submit(survey_here, packed)
        for _ in range(self._jobs - 1):
            self._submit(warm_up, packed)
        try:
            result: tuple[list[Ownership], list[TestCheck]] = found.result()
        except BrokenExecutor as error:
            message = "The process that ran the solved notebook ended; run it by hand and look at its memory."
            raise GraderError(message, slug="pool") from error
        return result

    def assessments(self, assignment: Assignment, handed_in: Mapping[str, HandedIn]) -> Iterator[Assessment]:
        """Assess submissions by student; yields each as it is done."""
        packed = pickle.dumps(assignment)
        waiting, suspects = deque(handed_in), deque[str]()
        running: dict[Future[Assessment], str] = {}
        while waiting or suspects or running:
            alone = bool(suspects)  # there are some only after a break, which has cleared `running`
            queue, room = (suspects, 1) if alone else (waiting, self.at_once)
            while queue and len(running) < room:
                student = queue.popleft()
                running[self._submit(assess_one, packed, student, handed_in[student])] = student
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                error = future.exception()
                if not isinstance(error, BrokenExecutor):
                    yield _assessment(running.pop(future), future, error)
            # Who is still there was in a pool that broke. All its tasks fail alike, so none of them tells who did it.
            if any(future in running for future in done):
                self._stop()
                if alone:
                    yield from (Assessment(it, Ending.NOT_GRADED, ENDED, ()) for it in running.values())
                else:
                    suspects.extend(running.values())
                running.clear()

    def _submit(self, task: Callable[..., Any], *args: Any) -> Future[Any]:
        if self._executor is None:
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # inherited; there is a process for each core already
            self._executor = self._make(self._jobs)
        return self._executor.submit(task, *args)

    def _stop(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def _assessment(student: str, future: Future[Assessment], error: BaseException | None) -> Assessment:
    """What a task has found; what would meet all others too, such as a sandbox that does not start, is raised."""
    if isinstance(error, TaskLost):  # a cluster has tried it several times already
        return Assessment(student, Ending.NOT_GRADED, ENDED, ())
    # What cannot be sent back, such as a result that is nested too deeply, costs its own student alone.
    if isinstance(error, Exception) and not is_everybodys(error):
        return Assessment(student, Ending.NOT_GRADED, sentence_of(error), ())
    return future.result()
