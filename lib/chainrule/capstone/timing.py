"""Timing work on a device that goes on while the program runs ahead.

What you can do with this file:

- time a call honestly: `time_call`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["time_call"]


def time_call(
    call: Callable[[], Any],
    synchronize: Callable[[], Any],
    clock: Callable[[], float],
    repeats: int,
) -> float:
    """
    Give the shortest time of several calls, each from an idle device to its result.

    Parameters
    ----------
    call : callable
        Starts the work; on a GPU it returns before the work is done.
    synchronize : callable
        Waits until the device has done all its work.
    clock : callable
        Gives the time in seconds, as `time.perf_counter` does.
    repeats : int
        Timed calls, at least 1; one call before them warms up and is not timed.

    Returns
    -------
    float
        Seconds of the fastest timed call.

    Raises
    ------
    ValueError
        `repeats` is not positive.

    Notes
    -----
    The first call compiles kernels and takes memory. Of the others the shortest is least disturbed by whatever
    else the machine does.

    References
    ----------
    NVIDIA, CUDA C++ best practices guide, section "Timing".

    Examples
    --------
    >>> from time import perf_counter, sleep
    >>> 0.01 <= time_call(lambda: sleep(0.01), lambda: None, perf_counter, 2) < 1
    True
    """
    if repeats < 1:
        raise ValueError(f"Expected at least one timed call, found {repeats}.")
    call()
    synchronize()
    seconds = []
    for _ in range(repeats):
        start = clock()
        call()
        synchronize()
        seconds.append(clock() - start)
    return min(seconds)
