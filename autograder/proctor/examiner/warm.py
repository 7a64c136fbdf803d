"""The examiner's warm parent: the author's packages imported once, one fork for each submission.

What you can do with this file:

- run it: `python -m proctor.examiner.warm JSON`, with the keys "control" (a descriptor of a socket to the worker),
  "modules", "folder" (the author's files) and "limits" (null outside of bubblewrap); this calls `main`.

It follows the orders of `inside.warm`. Each fork gets a channel to its worker, over which plain data go in the frames
of `inside.wire`: first the task; then out ["step", number] before each step and ["result", number, what it did] after
it, ["start"], ["stop"] and ["end"] for the student's process, each of which is answered, ["alive"] while cells run
again, and at last ["done", what a survey saw], or ["broken", why] where the examiner itself failed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from proctor.examiner.bounds import Bounds
from proctor.examiner.channel import Channel
from proctor.examiner.examine import examine
from proctor.examiner.student import StudentProcess
from proctor.examiner.survey import survey
from proctor.examiner.task import Task, result_facts, survey_facts
from proctor.inside import ambient
from proctor.inside.texts import encodable
from proctor.inside.wire import WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proctor.examiner.step import StepResult

__all__ = ["RemoteHost", "main"]

LONGEST_ORDER = 1 << 16
LIBRARY_FOLDER = 0
MOST_WORDS = 500


class RemoteHost:
    """The student's process, which the worker starts and ends."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def start(self) -> socket.socket:
        """Ask for a fresh process; its wire comes as a descriptor."""
        self._channel.send(["start"])
        return self._channel.receive_socket()

    def stop(self) -> None:
        """Ask to interrupt it."""
        self._channel.send(["stop"])
        self._channel.receive()

    def end(self) -> dict[str, Any]:
        """Ask to end it; returns what it used."""
        self._channel.send(["end"])
        found = self._channel.receive()
        return found if isinstance(found, dict) else {}


def main(words: str) -> None:
    """Warm up and follow orders until the worker hangs up."""
    order = json.loads(words)
    control = socket.socket(fileno=order["control"])
    os.chdir(order["folder"])
    sys.path.insert(LIBRARY_FOLDER, order["folder"])
    failed = [name for name in order["modules"] if not _imported(name)]
    gc.collect()
    gc.freeze()  # else a collection in a fork would write to all that it shares with this process, and so copy it
    _reply(control, {"ready": True, "failed": failed})
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, LONGEST_ORDER, 1)
        if not data:
            return
        found = json.loads(data)
        if found["order"] == "fork":
            _reply(control, {"pid": _forked(control, descriptors[0], order["limits"])})
        else:
            _reply(control, _ended(found["pid"]))


def _imported(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001 - a test that needs it will say so
        return False
    return True


def _reply(control: socket.socket, answer: Mapping[str, object]) -> None:
    control.send(json.dumps(answer).encode())


def _forked(control: socket.socket, descriptor: int, limits: Mapping[str, int] | None) -> int:
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    try:
        control.close()
        if limits is not None:
            most = limits["examiner_bytes"]
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _serve(Channel(socket.socket(fileno=descriptor)))
    except BaseException:  # noqa: BLE001 - the worker reads it, and sees the channel close
        traceback.print_exc()
    finally:
        os._exit(0)  # a fork never gets back into the parent's loop


def _serve(channel: Channel) -> None:
    """One submission; what goes wrong with the examiner itself is told, so that nobody has to guess."""
    try:
        _examine(channel)
    except Exception as error:
        channel.send(["broken", encodable(f"{type(error).__name__}: {error}"[:MOST_WORDS])])
        raise


def _examine(channel: Channel) -> None:
    task = Task.from_facts(channel.receive())
    ambient.start_random()
    left_seconds = task.limits.submission_seconds if task.left_seconds is None else task.left_seconds
    end = float("inf") if task.survey else time.monotonic() + left_seconds
    bounds = Bounds(call_seconds=task.limits.call_seconds, end=end)
    process = StudentProcess(RemoteHost(channel), bounds, cell_seconds=task.limits.cell_seconds)
    process.on_replay = lambda: channel.send(["alive"])
    found: Any = None
    if task.survey:
        found = survey_facts(survey(task.steps, process, before_step=lambda number: channel.send(["step", number])))
    else:
        examine(
            task.steps,
            process,
            task.ownership,
            task.limits,
            seed=task.seed,
            skip_tags=task.skip_tags,
            in_kernel=task.in_kernel,
            stopped=task.stopped,
            before_step=lambda number: channel.send(["step", number]),
            after_step=lambda number, result: _tell(channel, number, result),
        )
    process.close()
    channel.send(["done", found])


def _tell(channel: Channel, number: int, result: StepResult) -> None:
    """Say what a step did; where that cannot be sent its verdict goes alone, and costs no other question."""
    try:
        channel.send(["result", number, result_facts(result)])
    except WireError:
        channel.send(["result", number, result_facts(replace(result, outputs=[], note=None))])


def _ended(pid: int) -> dict[str, object]:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
    return {}


if __name__ == "__main__":
    main(sys.argv[1])
