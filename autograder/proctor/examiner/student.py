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
import time
from typing import TYPE_CHECKING, Any, Protocol

from proctor.examiner.connection import Bounds, Connection
from proctor.examiner.failures import Lost

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Host", "StudentProcess"]

MOST_RESTARTS = 5
GRACE_SECONDS = 1.0


class Host(Protocol):
    """What can start and end student processes."""

    def start(self) -> socket.socket:
        """Start a fresh process in a fresh folder with the submission's files; the one before must be ended."""

    def stop(self) -> None:
        """Interrupt what the process does."""

    def end(self) -> dict[str, float]:
        """Kill it with all that it has started; returns what it used."""


class StudentProcess:
    """One submission's process, or the one that took its place."""

    def __init__(self, host: Host, bounds: Bounds, *, cell_seconds: float) -> None:
        self._host = host
        self.bounds = bounds
        self.cell_seconds = cell_seconds
        self.author_class: Callable[[str], object] = lambda _: None
        self._done: list[tuple[str, ...]] = []
        self.restarts = 0
        self.cpu_seconds = 0.0
        self.memory_bytes = 0.0
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
        outputs = self._request("run", source)
        self._done.append(("run", source))
        return outputs if type(outputs) is list else []

    def set(self, name: str, value: Any) -> None:
        """Bind a name there to plain data."""
        self.revive()
        self.connection.ask("set", name, value)

    def revive(self) -> None:
        """After a loss: a new process in which the cells before have run."""
        if self.connection.lost is None:
            return
        reason = self.connection.lost
        if self.restarts >= MOST_RESTARTS:
            raise reason
        self.restarts += 1
        self._end()
        self.connection = self._connected()
        done, self._done = self._done, []
        for verb, *fields in done:
            with contextlib.suppress(Lost):
                self._request(verb, *fields)
            if self.connection.lost is not None:
                raise reason
            self._done.append((verb, *fields))

    def close(self) -> None:
        """End the process."""
        self._end()

    def _request(self, verb: str, *fields: str) -> Any:
        """One request with the limit of a cell; first it is interrupted, then it is lost."""
        self.bounds.deadline = time.monotonic() + self.cell_seconds + GRACE_SECONDS
        return self.connection.ask(verb, *fields, seconds=self.cell_seconds + GRACE_SECONDS)

    def _connected(self) -> Connection:
        return Connection(self._host.start(), self.bounds, self._author_class)

    def _author_class(self, name: str) -> object:
        return self.author_class(name)

    def _end(self) -> None:
        self.connection.close()
        used = self._host.end()
        self.cpu_seconds += used.get("cpu_seconds", 0.0)
        self.memory_bytes = max(self.memory_bytes, used.get("memory_bytes", 0.0))
