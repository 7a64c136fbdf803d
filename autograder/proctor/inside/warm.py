"""The warm parent: everything imported once, one fork for each submission.

What you can do with this file:

- run it: `python -m proctor.inside.warm FD [MODULE ...]`, where FD is a socket to the grader; this calls `main`.

The grader sends one-line JSON orders; a new student's wire comes with the order as a file descriptor::

    {"order": "fork", "folder": ...}   + descriptor -> {"pid": ...}
    {"order": "stop", "pid": ...}      interrupts what a student's code does
    {"order": "end", "pid": ...}       kills and reaps, with all that the student's code has started

The parent never runs a student's code.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

from .serve import serve
from .shell import Notebook

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["main"]

LONGEST_ORDER = 1 << 16


def main(descriptor: int, modules: list[str]) -> None:
    """Warm up and follow orders until the grader hangs up."""
    control = socket.socket(fileno=descriptor)
    notebook = Notebook()
    failed = [name for name in modules if not _imported(name)]
    notebook.use_figures()
    gc.collect()
    gc.freeze()
    _reply(control, {"ready": True, "failed": failed})
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, LONGEST_ORDER, 1)
        if not data:
            break
        order = json.loads(data)
        if order["order"] == "fork":
            _reply(control, {"pid": _forked(control, descriptors[0], order, notebook)})
        elif order["order"] == "stop":
            with contextlib.suppress(ProcessLookupError):
                os.kill(order["pid"], signal.SIGINT)
            _reply(control, {})
        else:
            _reply(control, _ended(order["pid"]))


def _imported(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001 - a module that fails to import fails in the student's cell too
        return False
    return True


def _reply(control: socket.socket, answer: Mapping[str, object]) -> None:
    control.send(json.dumps(answer).encode())


def _forked(control: socket.socket, descriptor: int, order: dict[str, str], notebook: Notebook) -> int:
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    status = 1
    try:
        control.close()
        os.setsid()
        os.chdir(order["folder"])
        sys.path.insert(0, order["folder"])
        serve(socket.socket(fileno=descriptor), notebook)
        status = 0
    finally:
        os._exit(status)


def _ended(pid: int) -> dict[str, float]:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    try:
        _, _, usage = os.wait4(pid, 0)
    except ChildProcessError:
        return {}
    return {"cpu_seconds": usage.ru_utime + usage.ru_stime, "memory_bytes": usage.ru_maxrss * 1024}


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
