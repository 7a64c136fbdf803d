"""A student's process over its life: started, asked to run cells, lost, started again.

What you can do with this file:

- say what starts and ends processes: `Host`;
- run cells and survive the end of a process: `StudentProcess`.

When the process is lost, the next cell gets a new one in which the cells before are run again, without the
one that was running when it was lost. So only the question that did it loses points.
"""

from __future__ import annotations

import contextlib
import socket  # noqa: TC003 - read by the dataclass-like protocol at run time
from typing import TYPE_CHECKING, Any, Protocol

from proctor.examiner.connection import Connection
from proctor.examiner.failures import Lost, StudentError, Uncrossable
from proctor.examiner.step import LATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from proctor.examiner.bounds import Bounds

__all__ = ["Host", "StudentProcess"]

MOST_RESTARTS = 5


class Host(Protocol):
    """What can start and end student processes."""

    def start(self) -> socket.socket:
        """Start a fresh process in a folder with the submission's files; the one before must be ended."""

    def stop(self) -> None:
        """Interrupt what the process does."""

    def end(self) -> dict[str, Any]:
        """Kill it with all that it has started; returns what it used, and the "reason" if it ended by itself."""


class StudentProcess:
    """One submission's process, or the one that took its place."""

    def __init__(self, host: Host, bounds: Bounds, *, cell_seconds: float) -> None:
        self._host = host
        self.bounds = bounds
        self.cell_seconds = cell_seconds
        self.author_class: Callable[[str], object] = lambda _: None
        self.on_replay: Callable[[], None] = lambda: None
        self._done: list[tuple[Any, ...]] = []
        self.restarts = 0
        self.interrupted = False
        self.connection = self._connected()

    def run(self, source: str) -> list[Any]:
        """
        Run a cell of the notebook.

        Parameters
        ----------
        source : str
            The cell.

        Returns
        -------
        list
            Its outputs as the student's process tells them, unchecked.

        Raises
        ------
        Lost
            The process died, hung or sent nonsense.
        """
        self.revive()
        self.interrupted = False
        outputs = self._request(source)
        self.connection.settle()
        if self.connection.lost is not None:  # ended just after its answer: it must not run again with the others
            raise self.connection.lost
        self._done.append(("run", source))
        return outputs if type(outputs) is list else []

    def set(self, name: str, value: Any) -> None:
        """Bind a name there to plain data."""
        self.revive()
        self.connection.ask("set", name, value)
        self._done.append(("set", name, value))

    def revive(self) -> None:
        """After a loss: a new process in which the cells before have run; one that kills it again is left out."""
        while self.connection.lost is not None:  # each round has a cell less to run again
            self._refuse_late()
            if self.restarts >= MOST_RESTARTS:
                raise self.connection.lost
            self.restarts += 1
            self._end()
            self.connection = self._connected()
            self._done = self._replayed()

    def _replayed(self) -> list[tuple[Any, ...]]:
        """Run again what was done, up to the first that kills the process; returns all but that one."""
        for number, (verb, *fields) in enumerate(self._done):
            self._refuse_late()
            self.on_replay()  # who waits for this process waits for each cell anew
            with contextlib.suppress(Lost, StudentError, Uncrossable):  # only the end of the process counts here
                if verb == "run":
                    self._request(*fields)
                else:
                    self.connection.ask(verb, *fields)
            if self.connection.lost is not None:
                return [*self._done[:number], *self._done[number + 1 :]]
        return self._done

    def _refuse_late(self) -> None:
        """To start again and to run cells again takes the notebook's time, as running them did."""
        if self.bounds.left_seconds <= 0:
            self.connection.lost = Lost("The whole submission's time was over.", slug=LATE)
            raise self.connection.lost

    def close(self) -> None:
        """End the process."""
        self._end()

    def autopsy(self, lost: Lost) -> Lost:
        """End a lost process, and say why it ended where that is known."""
        reason = self._end()
        if lost.slug != "died" or not reason:
            return lost
        return Lost(f"The process of the notebook was ended: {reason}.", slug="killed")

    def _request(self, source: str) -> Any:
        """Run a cell with its limit: first it is interrupted, as in a notebook, then the process is lost."""
        self.bounds.deadline = float("inf")
        try:
            return self.connection.ask("run", source, seconds=self.cell_seconds, on_time_out=self._interrupt)
        except Exception as error:  # what a cell raises is among its outputs, so the process itself is broken
            self.connection.lost = Lost("The process of the notebook does not run cells any more.", slug="broken")
            raise self.connection.lost from error

    def _interrupt(self) -> None:
        self.interrupted = True
        self._host.stop()

    def _connected(self) -> Connection:
        connection = Connection(self._host.start(), self.bounds, self._author_class)
        self._ended = False
        return connection

    def _author_class(self, name: str) -> object:
        return self.author_class(name)

    def _end(self) -> str:
        if self._ended:  # an autopsy may have come before a restart
            return ""
        self._ended = True
        self.connection.close()  # first: a process that ends by itself tells best what it has used
        used = self._host.end()
        return str(used.get("reason", ""))
