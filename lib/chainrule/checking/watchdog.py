"""Stopping an answer that takes too long, on any system.

What you can do with this file:

- run a block under a time limit: `Watchdog`, which raises `TookTooLong` inside the block.

A thread waits for the limit and then interrupts the main thread as Ctrl-C would. Python delivers that
between two bytecodes, so a loop of the student's stops at once. Code inside a C function (a sort of a
huge array, a sleep) cannot be interrupted this way: the thread then says so on stderr and tries on.
"""

from __future__ import annotations

import _thread
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["TookTooLong", "Watchdog"]

RETRY_SECONDS = 1.0
DELIVERY_SECONDS = 5.0


class TookTooLong(Exception):  # noqa: N818 - says what happened
    """The block ran into its limit."""

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(f"Stopped after {limit_seconds:g} seconds.")
        self.limit_seconds = limit_seconds


class Watchdog:
    """
    A context manager that interrupts its block after `limit_seconds`.

    Only the main thread can be interrupted; in another thread the block runs without a limit.
    A Ctrl-C of the user passes through as KeyboardInterrupt.
    """

    def __init__(self, limit_seconds: float) -> None:
        self.limit_seconds = limit_seconds
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._fired = False
        self._thread = threading.Thread(target=self._watch, name="chainrule-watchdog", daemon=True)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:  # from here on the thread fires no more
            self._done.set()
        if not self._fired:
            return
        if kind is None or not issubclass(kind, KeyboardInterrupt):
            self._absorb_late_interrupt()
        raise TookTooLong(self.limit_seconds) from None

    def _watch(self) -> None:
        wait_seconds = self.limit_seconds
        warned = False
        while not self._done.wait(wait_seconds):
            with self._lock:
                if self._done.is_set():
                    return
                if self._fired and not warned:
                    warned = True
                    print(
                        f"Still running after {self.limit_seconds:g} seconds, inside code that Python cannot "
                        "interrupt or that catches every interrupt. Wait, or choose Kernel > Restart.",
                        file=sys.__stderr__ or sys.stderr,
                    )
                self._fired = True
                _thread.interrupt_main()
            wait_seconds = RETRY_SECONDS

    @staticmethod
    def _absorb_late_interrupt() -> None:
        """Wait for an interrupt that was sent while the block was ending, so that it hits nobody else."""
        try:
            end = time.monotonic() + DELIVERY_SECONDS
            while time.monotonic() < end:
                time.sleep(0.001)
        except KeyboardInterrupt:
            return
