"""Pages made apart from each other: what one notebook does to the process that shows it, no other notices.

What you can do with this file:

- have pages made in processes, as many at once as there are jobs: `Bulkhead`.

Theory of operation. Each process has a pipe and makes one page at a time. So the page that a process was making when
it ended is the one to blame, and nobody else waits. A process that answers nothing for twice the time that it gives
itself is killed. Whatever went wrong, the next page gets a fresh process: what an exception left in the old one is
inherited by nobody.

Processes are forks, which takes a few milliseconds; a pool of `concurrent.futures` would start threads here, beside
which one must not fork, breaks as a whole, and has no way to end the one process that hangs.
"""

from __future__ import annotations

import time
from collections import deque
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING, Self

from proctor.course.faults import is_everybodys
from proctor.errors import GraderError
from proctor.pages.feedback.making import serve
from proctor.pages.feedback.task import ENDED, TOO_LONG, Made, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.context import ForkProcess

    from proctor.pages.feedback.task import PageTask

__all__ = ["MEMORY_BYTES", "Bulkhead"]

MEMORY_BYTES = 2 << 30
TRIES = 2  # the first time it may have been the machine that ended the process
PATIENCE = 2
FORK = get_context("fork")


class Bulkhead:
    """
    Processes that make pages, each started when it is needed.

    Parameters
    ----------
    jobs : int
        How many there are at once.
    memory_bytes : int
        How many addresses each may use.
    """

    def __init__(self, jobs: int, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self._free = [_Cell(memory_bytes) for _ in range(jobs)]
        self._busy: list[_Cell] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for cell in (*self._free, *self._busy):
            cell.end()

    def pages(self, tasks: Iterable[PageTask]) -> Iterator[tuple[PageTask, Made]]:
        """
        Make pages.

        Parameters
        ----------
        tasks : iterable of PageTask
            Whose.

        Yields
        ------
        tuple of PageTask and Made
            Each as it is done, whatever its notebook is.

        Raises
        ------
        GraderError
            No process can be started.
        """
        waiting = deque((it, 1) for it in tasks)
        while waiting or self._busy:
            while waiting and self._free:
                self._busy.append(self._free.pop())
                self._busy[-1].begin(*waiting.popleft())
            for cell in self._answering():
                made, task, tries = cell.answer(), cell.task, cell.tries
                self._busy, self._free = [it for it in self._busy if it is not cell], [*self._free, cell]
                if made.reason == ENDED and tries < TRIES:
                    waiting += [(task, tries + 1)]
                else:
                    yield task, made

    def _answering(self) -> list[_Cell]:
        """Wait for processes that have something to say, or have said nothing for too long."""
        if failed := [it for it in self._busy if it.failed is not None]:  # nothing was sent, so nothing will come
            return failed
        patience = min(it.until for it in self._busy) - time.monotonic()
        heard = connection.wait([it.pipe for it in self._busy], max(0.0, patience))
        now = time.monotonic()
        return [it for it in self._busy if it.pipe in heard or it.until <= now]


class _Cell:
    """One process and the page that it makes."""

    task: PageTask
    tries: int
    until: float
    pipe: connection.Connection

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self.failed: Exception | None = None
        self._process: ForkProcess | None = None

    def begin(self, task: PageTask, tries: int) -> None:
        """Let the process make a page."""
        self.task, self.tries, self.failed = task, tries, None
        try:
            self.until = time.monotonic() + PATIENCE * task.seconds
            if self._process is None:
                self._process = self._started()
            self.pipe.send(task)
        except BrokenPipeError:  # it has ended meanwhile, which `answer` will find out
            pass
        except Exception as error:
            if is_everybodys(error):
                raise
            self.failed = error

    def answer(self) -> Made:
        """Hear what the process has made; it stays only if that is a page."""
        try:
            made = self._heard()
        except (EOFError, OSError):
            made = Made(reason=ENDED)
        except Exception as error:  # noqa: BLE001 - what cannot be read is this page alone
            made = Made(reason=reason_of(error))
        if made.reason:
            self.end()
        return made

    def _heard(self) -> Made:
        if self.failed is not None:
            raise self.failed
        if not self.pipe.poll():
            return Made(reason=TOO_LONG)
        made: Made = self.pipe.recv()
        return made

    def end(self) -> None:
        """End the process, at once."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None
            self.pipe.close()

    def _started(self) -> ForkProcess:
        try:
            self.pipe, theirs = FORK.Pipe()
            process = FORK.Process(target=serve, args=(theirs, self._memory_bytes), daemon=True)
            process.start()
        except OSError as error:
            message = f"A process that makes pages cannot be started ({error.strerror})."
            raise GraderError(message, slug="pool") from error
        theirs.close()  # so that this side hears when the process ends
        return process
