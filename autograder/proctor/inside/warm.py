"""The warm parent: everything imported once, one fork for each submission.

What you can do with this file:

- run it: `python -m inside.warm JSON`, with the keys "control" (a descriptor of a socket to the grader), "modules" and
  "limits" (null where there is no sandbox); this calls `main`.

The grader sends one-line JSON orders; a new student's wire comes with the order as a file descriptor::

    {"order": "fork", "folder": ...}   + descriptor -> {"pid": ...}
    {"order": "stop", "pid": ...}      interrupts what a student's code does
    {"order": "end", "pid": ...}       kills and reaps, with all that the student's code has started

The parent never runs a student's code. In a sandbox it watches the memory of all processes of a submission together,
which no limit of a single process can do, and kills them when it is too much.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import seccomp
from .fence import confine, enclose, fork_enclosed, undumpable
from .serve import serve
from .shell import Notebook

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WarmParent", "main"]

LONGEST_ORDER = 1 << 16
LOOK_SECONDS = 0.1
END_SECONDS = 0.1
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class WarmParent:
    """The parent and the student's process that runs now."""

    def __init__(self, control: socket.socket, limits: Mapping[str, Any] | None) -> None:
        self._control = control
        self._limits = limits
        self._notebook = Notebook()
        self._pid: int | None = None
        self._too_much = False

    def warm_up(self, modules: list[str]) -> dict[str, object]:
        """Import; what cannot be imported fails in the student's cell too."""
        failed = [name for name in modules if not _imported(name)]
        if "matplotlib" in sys.modules:  # else it sees to itself when a cell imports it, and each fork is cheaper
            self._notebook.use_figures()
        self._notebook.warm_up()
        gc.collect()
        gc.freeze()  # else a collection in a fork would write to all that it shares with this process, and so copy it
        return {"ready": True, "failed": failed}

    def follow_orders(self) -> None:
        """Until the grader hangs up."""
        while True:
            watching = self._limits is not None and self._pid is not None
            ready, _, _ = select.select([self._control], [], [], LOOK_SECONDS if watching else None)
            if not ready:
                self._look_at_memory()
                continue
            data, descriptors, _, _ = socket.recv_fds(self._control, LONGEST_ORDER, 1)
            if not data:
                return
            order = json.loads(data)
            answer = getattr(self, f"order_{order['order']}")(order, descriptors)
            self.reply(answer)

    def reply(self, answer: Mapping[str, object]) -> None:
        """Send an answer."""
        self._control.send(json.dumps(answer).encode())

    def order_fork(self, order: Mapping[str, str], descriptors: list[int]) -> dict[str, object]:
        """A new student."""
        wire = descriptors[0]
        self._too_much = False
        self._pid = os.fork() if self._limits is None else fork_enclosed()
        if self._pid == 0:
            self._be_student(wire, order["folder"])
        os.close(wire)
        return {"pid": self._pid}

    def order_stop(self, order: Mapping[str, int], _: list[int]) -> dict[str, object]:
        """Interrupt."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(order["pid"], signal.SIGINT)
        return {}

    def order_end(self, order: Mapping[str, int], _: list[int]) -> dict[str, object]:
        """Kill, reap, and say what was used."""
        pid = order["pid"]
        ended = _ended_by_itself(pid)
        if ended is None and self._limits is None:  # without a namespace, what it has started is its process group
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        if ended is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            ended = os.wait4(pid, 0)
        _, status, usage = ended
        self._pid = None
        return {
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "memory_bytes": usage.ru_maxrss * 1024,
            "ended": _exit_code(status),
            "too_much": self._too_much,
        }

    def _be_student(self, wire: int, folder: str) -> None:
        """The fork; never returns."""
        status = 1
        try:
            self._control.close()
            if self._limits is None:
                os.setsid()
            else:
                enclose(folder, wire, self._limits)
            os.chdir(folder)
            sys.path.insert(0, folder)
            self._notebook.redirect()  # before the filter, which refuses files that lie in memory alone
            if self._limits is not None:
                confine(self._limits)
            serve(socket.socket(fileno=wire), self._notebook)
            status = 0
        finally:
            os._exit(status)

    def _look_at_memory(self) -> None:
        """Kill the submission when its processes together have too much."""
        limits = self._limits
        if limits is None or self._pid is None:
            return
        others = [int(it.name) for it in Path("/proc").iterdir() if it.name.isdigit()]
        others = [pid for pid in others if pid not in (1, os.getpid())]  # pid 1 is bubblewrap's own
        # The exact sum takes the kernel a walk through all pages: it is asked for only when the quick one is too high.
        if sum(map(_resident_bytes, others)) > limits["memory_bytes"]:
            self._too_much = sum(map(_proportional_bytes, others)) > limits["memory_bytes"]
            if self._too_much:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)  # the first of its namespace: all others end with it


def _imported(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001 - a module that fails to import fails in the student's cell too
        return False
    return True


def _ended_by_itself(pid: int) -> Any:
    """Give a process whose wire is closed the time to end, which tells best what it has used."""
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until:
        found = os.wait4(pid, os.WNOHANG)
        if found[0]:
            return found
        time.sleep(0.0005)
    return None


def _exit_code(status: int) -> int:
    """Negative for a signal, also when a reaper has passed it on."""
    code = os.waitstatus_to_exitcode(status)
    return code - 256 if code > 128 else code


def _resident_bytes(pid: int) -> int:
    """Quick and too high: counts shared pages in full."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def _proportional_bytes(pid: int) -> int:
    """Exact: each shared page is divided among those who share it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def main(words: str) -> None:
    """Warm up and follow orders."""
    order = json.loads(words)
    parent = WarmParent(socket.socket(fileno=order["control"]), order["limits"])
    if order["limits"] is not None:
        undumpable()
        seccomp.own_program()  # made once, for all forks
    parent.reply(parent.warm_up(order["modules"]))
    parent.follow_orders()


if __name__ == "__main__":
    main(sys.argv[1])
