"""The watchdog stops its block and nothing else."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from chainrule.checking import judge
from chainrule.checking.judging.watchdog import LIMIT_SECONDS, TookTooLong, run_within
from chainrule.exercises import find

pytestmark = pytest.mark.processes


def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_a_block_in_time_is_left_alone():
    result = run_within(5.0, lambda: spin(0.01) or "done")

    assert result == "done"
    assert not any(thread.name == "chainrule-watchdog" and _alive(thread) for thread in threading.enumerate())


def _alive(thread):
    thread.join(timeout=2.0)
    return thread.is_alive()


def test_a_block_over_the_limit_is_stopped():
    start = time.monotonic()
    with pytest.raises(TookTooLong) as caught:
        run_within(0.1, lambda: spin(30))

    assert caught.value.limit_seconds == 0.1
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("call", ["first", "last", "second round"])
def test_a_check_ends_in_time_in_whatever_call_the_answer_hangs(call):
    """Also in those that look for a property, after all inputs were right."""
    key = find("relu").key(0)
    calls, hangs = itertools.count(1), {"first": 1, "last": len(key.cases), "second round": len(key.cases) + 1}

    def relu(z):
        spin(30 if next(calls) == hangs[call] else 0)
        return np.maximum(z, 0)

    verdict = judge(key, relu, limit_seconds=0.2)

    assert (verdict.finding.slug, verdict.finding.title) == ("too-slow", "it takes longer than 0.2 seconds")
    assert verdict.wall_seconds < LIMIT_SECONDS / 2


def test_other_exceptions_pass():
    with pytest.raises(ValueError, match="invalid literal"):
        run_within(5.0, lambda: int("mine"))


def test_a_late_interrupt_hits_nobody_else():
    """The block ends just as the limit is reached, many times over; no KeyboardInterrupt comes out."""
    outcomes = set()
    for i in range(200):
        try:
            run_within(0.004, lambda: spin(0.001 + i * 8e-5))  # noqa: B023 - called at once
            outcomes.add("in time")
        except TookTooLong:
            outcomes.add("stopped")
        spin(0.0005)

    assert outcomes == {"in time", "stopped"}


def test_another_thread_runs_without_a_limit():
    done = []

    def work():
        run_within(0.01, lambda: time.sleep(0.05))
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert [True] == done


def test_code_that_cannot_be_interrupted_is_told():
    """A loop that catches every interrupt: the student reads what to do."""
    script = """
import time
from chainrule.checking.judging.watchdog import TookTooLong, run_within
end = time.monotonic() + 4
try:
    def spin():
        while time.monotonic() < end:
            pass
    def stubborn():
        while time.monotonic() < end:
            try:
                spin()
            except KeyboardInterrupt:
                pass
    run_within(0.2, stubborn)
except TookTooLong:
    print("stopped at last")
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert "Kernel > Restart" in run.stderr
    assert "stopped at last" in run.stdout


def test_no_posix_only_call_is_needed():
    """Students have Windows: the check runs with resource, os.fork and the timers of signal absent."""
    script = """
import os, signal, sys
sys.modules["resource"] = None
for name in ("alarm", "setitimer", "pthread_kill", "sigwait", "SIGALRM", "SIGKILL"):
    delattr(signal, name)
for name in ("fork", "forkpty", "register_at_fork"):
    if hasattr(os, name):
        delattr(os, name)
from chainrule.checking.judging.watchdog import TookTooLong, run_within
def endless():
    while True:
        pass
try:
    run_within(0.2, endless)
except TookTooLong as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert "Stopped after 0.2 seconds." in run.stdout, run.stderr


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL])
def test_a_process_that_ignores_interrupts_is_stopped_too(handler):
    """As a shell starts it in the background; afterwards it ignores them again."""
    before = signal.signal(signal.SIGINT, handler)
    try:
        with pytest.raises(TookTooLong):
            run_within(0.1, lambda: [None for _ in iter(int, 1)])
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)
