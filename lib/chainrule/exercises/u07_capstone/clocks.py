"""The exercise on timing a device."""

from __future__ import annotations

import statistics

from chainrule.capstone import timing
from chainrule.checking import Member, Named, Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.u07_capstone.common import exercise

__all__ = ["TIME"]


def seconds_of(call, synchronize, clock, repeats):
    """The usual list of times, for what may be made of it."""
    call()
    synchronize()
    found = []
    for _ in range(repeats):
        start = clock()
        call()
        synchronize()
        found.append(clock() - start)
    return found


def running_minimum(call, synchronize, clock, repeats):
    call()
    best = float("inf")
    while repeats > 0:
        synchronize()
        start = clock()
        call()
        synchronize()
        end = clock()
        best = end - start if end - start < best else best  # noqa: FURB136 - as a student may write it
        repeats -= 1
    return best


def sorted_times(call, synchronize, clock, repeats):
    found = []
    for number in range(repeats + 1):
        synchronize()
        begin = clock()
        call()
        synchronize()
        if number:
            found.append(clock() - begin)
    found.sort()
    return found[0]


def never_waits(call, synchronize, clock, repeats):
    call()
    synchronize()
    found = []
    for _ in range(repeats):
        synchronize()
        start = clock()
        call()
        found.append(clock() - start)
    return min(found)


def no_warm_up(call, synchronize, clock, repeats):
    found = []
    synchronize()
    for _ in range(repeats):
        start = clock()
        call()
        synchronize()
        found.append(clock() - start)
    return min(found)


def warm_up_not_awaited(call, synchronize, clock, repeats):
    call()
    found = []
    for _ in range(repeats):
        start = clock()
        call()
        synchronize()
        found.append(clock() - start)
    return min(found)


def around_the_loop(call, synchronize, clock, repeats):
    call()
    synchronize()
    start = clock()
    for _ in range(repeats):
        call()
    synchronize()
    return (clock() - start) / repeats


def without_the_launch(call, synchronize, clock, repeats):
    call()
    synchronize()
    found = []
    for _ in range(repeats):
        call()
        start = clock()
        synchronize()
        found.append(clock() - start)
    return min(found)


def fake(launch, first, *work):
    """The arguments of a device; all numbers in 1024ths of a second, so that sums of floats are exact."""
    group = Named("fake device", tuple(number / 1024 for number in (launch, first, *work)))
    return tuple(Member(group, index) for index in range(3))


def time_probes(rng):
    """Each run of three calls holds the fastest one, so that a second call to warm up harms nobody."""

    def probe(label, order, repeats, launch, work):
        fast = int(rng.integers(*work))
        more = int(rng.integers(3, 9))
        launched = int(rng.integers(*launch))
        first = 10 * fast + 100
        return Probe(label, (*fake(launched, first, *(fast + more * it for it in order)), repeats))

    return (
        probe("a device that gets faster, three timed calls", (5, 1, 0), 3, (2, 5), (40, 90)),
        probe("a device whose first timed call is the fastest", (0, 1, 5), 3, (2, 5), (40, 90)),
        probe("five timed calls", (3, 0, 7, 1, 2), 5, (2, 5), (200, 400)),
        probe("work that takes four times as long", (7, 1, 0, 2), 4, (2, 5), (800, 1600)),
        probe("starting costs more than the work", (1, 6, 0), 3, (60, 90), (8, 20)),
        probe("one timed call", (0, 0, 0), 1, (2, 5), (40, 90)),
    )


def time_sample(rng):
    work = [int(it) for it in rng.integers(40, 90, 3)]
    return (*fake(3, 500, *work), 3)


TIME = exercise("7.5", "A clock that waits")(
    name="time_call",
    points=3,
    reference=timing.time_call,
    hints=(
        (
            "Put the three functions on a line of time: what must lie between the two looks at the clock? "
            "What must have happened before the first look? How often is `call` called altogether, if repeats is 3?"
        ),
        (
            "Begin with the warming up: call, and wait. "
            "Then repeat: look at the clock and keep the number, call, wait, look again, and take the difference. "
            "After each wait the device is idle, so the next time begins clean. "
            "Keep all the times in a list, or only the shortest so far, and return the shortest."
        ),
        (
            "repeats = 3. The queue takes 0.002 s, and the work takes 0.5 s, 0.03 s, 0.07 s and 0.02 s. "
            "The 0.5 s belongs to the warming up, and is not timed. "
            "The three times are 0.032 s, 0.072 s and 0.022 s, so the answer is 0.022 s. "
            "`call` and `synchronize` ran four times each, and `clock` six times."
        ),
    ),
    alternatives={"keep the best": running_minimum, "sort, the first call left out": sorted_times},
    probes=time_probes,
    sample=time_sample,
    tolerance=50.0,
    mistakes={
        "does_not_wait": (
            never_waits,
            (
                "The clock stops before the device has finished: synchronize() must run between the call and "
                "the second look at the clock; synchronize without parentheses names the function and does not call it."
            ),
        ),
        "no_warm_up": (
            no_warm_up,
            (
                "The first call, which compiles and takes memory, is among the timed ones: "
                "call once before the loop, and wait."
            ),
        ),
        "warm_up_not_awaited": (
            warm_up_not_awaited,
            "The first timed call waits for the warm-up too: synchronize before the clock starts.",
        ),
        "mean_of_the_times": (
            lambda call, synchronize, clock, repeats: statistics.fmean(seconds_of(call, synchronize, clock, repeats)),
            "This is the mean; whatever disturbs the machine is in it. Give the shortest time.",
        ),
        "longest_time": (
            lambda call, synchronize, clock, repeats: max(seconds_of(call, synchronize, clock, repeats)),
            "This is the longest time, the most disturbed one. Give the shortest.",
        ),
        "sum_of_the_times": (
            lambda call, synchronize, clock, repeats: sum(seconds_of(call, synchronize, clock, repeats)),
            "This is the time of all calls together; give that of the fastest one.",
        ),
        "clock_around_the_loop": (
            around_the_loop,
            (
                "One look at the clock before the loop and one after it give a mean of calls that overlap; "
                "look before and after each call."
            ),
        ),
        "starts_after_the_call": (
            without_the_launch,
            "The clock starts after the call: what it costs to start the work is missing.",
        ),
        "median_of_the_times": (
            lambda call, synchronize, clock, repeats: statistics.median(seconds_of(call, synchronize, clock, repeats)),
            "This is the median; half of the disturbances are in it. Give the shortest time.",
        ),
    },
    traps=(
        Trap("does_not_wait", breaks="A clock that does not wait says 0.001 s, whatever the work."),
        Trap("mean_of_the_times", breaks="Return the **shortest** of these times."),
        Trap("median_of_the_times", breaks="Return the **shortest** of these times."),
        Trap("no_warm_up", breaks="the first call compiles and takes memory. It is not timed"),
        Trap("warm_up_not_awaited", breaks="Call once, and wait."),
    ),
)
