"""Stopping an answer that takes too long, on any system.

What you can do with this file:

- call a function under a time limit: `run_within`, which raises `TookTooLong`;
- see or change the limit of a check: `LIMIT_SECONDS`.

A thread waits for the limit and then interrupts the main thread as Ctrl-C would. Python delivers that
between two bytecodes, so a loop of the student's stops at once. Code inside a C function (a sort of a
huge array, a sleep) cannot be interrupted this way: the thread then says so on stderr and tries on.

The interrupt may arrive anywhere, also just after the function has returned. So everything from the call
to the end of the watch lies in one `try`.
"""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LIMIT_SECONDS", "TookTooLong", "run_within"]

Result = TypeVar("Result")

LIMIT_SECONDS = 10.0
"""For all the calls of one check together, unless the caller says otherwise."""

REST_SECONDS = 1.0
DELIVERY_SECONDS = 0.2


class TookTooLong(Exception):  # noqa: N818 - says what happened
    """The function ran into its limit."""

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(f"Stopped after {limit_seconds:g} seconds.")
        self.limit_seconds = limit_seconds


def run_within(limit_seconds: float, function: Callable[[], Result]) -> Result:
    """
    Call a function and interrupt it after `limit_seconds`.

    Parameters
    ----------
    limit_seconds : float
        Wall time. Only the main thread can be interrupted; in another thread there is no limit.
    function : callable
        Takes no arguments.

    Returns
    -------
    object
        What the function returned.

    Raises
    ------
    TookTooLong
        The limit was reached. A Ctrl-C of the user passes through as KeyboardInterrupt.

    Examples
    --------
    >>> run_within(5.0, lambda: 6 * 7)
    42
    """
    if threading.current_thread() is not threading.main_thread():
        return function()
    with _interruptible():
        return _watched(limit_seconds, function)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """A process that a shell started in the background ignores interrupts, ours too; inside the block it does not."""
    handler = signal.getsignal(signal.SIGINT)
    if handler not in (signal.SIG_IGN, signal.SIG_DFL):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _watched(limit_seconds: float, function: Callable[[], Result]) -> Result:
    watch = _Watch(limit_seconds)
    try:
        watch.start()
        result = function()
        watch.end()
    except KeyboardInterrupt:
        watch.end(absorb=False)  # undisturbed: after an interrupt the thread rests for a second
        if watch.fired:  # else it was the user's
            raise TookTooLong(limit_seconds) from None
        raise
    except BaseException:
        try:
            watch.end()
        except KeyboardInterrupt:  # the time was up just as the function raised
            raise TookTooLong(limit_seconds) from None
        raise
    if watch.fired:  # the function caught the interrupt and returned all the same
        raise TookTooLong(limit_seconds)
    return result


class _Watch:
    """The thread that waits, and whether it has interrupted."""

    def __init__(self, limit_seconds: float) -> None:
        self.limit_seconds = limit_seconds
        self.fired = False
        self._done = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        threading.Thread(target=self._wait, name="chainrule-watchdog", daemon=True).start()

    def end(self, *, absorb: bool = True) -> None:
        """Let the thread fire no more; wait for an interrupt that is on its way, so that it hits nobody else."""
        with self._lock:  # after it the thread has fired, or never will
            self._done.set()
        if self.fired and absorb:
            time_out = time.monotonic() + DELIVERY_SECONDS
            while time.monotonic() < time_out:  # it is delivered between two short sleeps, not within a long one
                time.sleep(0.001)

    def _wait(self) -> None:
        wait_seconds = self.limit_seconds
        warned = False
        while not self._done.wait(wait_seconds):
            with self._lock:
                if self._done.is_set():
                    return
                if self.fired and not warned:
                    warned = True
                    # Not to sys.stderr, which a check has turned away from the notebook meanwhile.
                    print(
                        f"Still running after {self.limit_seconds:g} seconds, inside code that Python cannot "
                        "interrupt or that catches every interrupt. Wait, or choose Kernel > Restart.",
                        file=sys.__stderr__ or sys.stderr,
                    )
                self.fired = True
                _thread.interrupt_main()
            wait_seconds = REST_SECONDS
