"""A worker: a warm parent for student code, the author's files, and one fork for each submission.

What you can do with this file:

- set one up in this process: `set_up`; let it assess: `assess_one`; let it run the solved notebooks: `survey_here`.

The functions are module-level ones, so that a pool of processes can call them by name.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import multiprocessing
import os
import pickle
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor.assess import Assessment, assess, survey_all
from proctor.errors import GraderError
from proctor.launcher import WarmParent
from proctor.model import Ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from proctor.assignment import Assignment, TestCheck
    from proctor.ownership import Ownership

__all__ = ["assess_one", "set_up", "survey_here"]

GRACE_SECONDS = 60.0
SIZE = struct.Struct(">Q")
state: dict[str, Any] = {}


def set_up(assignment: Assignment) -> None:
    """
    Set this process up as a worker.

    Parameters
    ----------
    assignment : Assignment
        What it will grade.
    """
    folder = Path(tempfile.mkdtemp(prefix="proctor-author-"))
    for name, path in assignment.author_files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    parent = WarmParent(assignment.modules, assignment.fence)
    state.update(assignment=assignment, parent=parent, folder=folder)
    atexit.register(_tear_down)
    os.environ["MPLBACKEND"] = "agg"
    multiprocessing.set_start_method("fork", force=True)  # so that locks of imported modules leave nothing behind
    for name in assignment.modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def _tear_down() -> None:
    state["parent"].close()
    shutil.rmtree(state["folder"], ignore_errors=True)


def assess_one(student: str, folder: Path) -> Assessment:
    """
    Assess one submission in a process of its own.

    Parameters
    ----------
    student : str
        Whose it is.
    folder : pathlib.Path
        What was handed in.

    Returns
    -------
    Assessment
        Also where the process did not come to an end.
    """
    assignment, parent = state["assignment"], state["parent"]
    seconds = assignment.limits.submission_seconds * max(1, len(assignment.notebooks)) + GRACE_SECONDS
    try:
        found: Assessment = _in_child(lambda: assess(assignment, student, folder, parent), seconds)
    except GraderError as error:
        return Assessment(student, Ending.CRASHED, str(error), ())
    return found


def survey_here(assignment: Assignment) -> tuple[list[Ownership], list[TestCheck]]:
    """
    Run the solved notebooks in a process of its own.

    Parameters
    ----------
    assignment : Assignment
        Its plans.

    Returns
    -------
    tuple of (list of Ownership, list of TestCheck)
        As `assess.survey_all` has them.
    """
    seconds = 4 * assignment.limits.submission_seconds * max(1, len(assignment.notebooks)) + GRACE_SECONDS
    found: tuple[list[Ownership], list[TestCheck]] = _in_child(lambda: survey_all(assignment, state["parent"]), seconds)
    return found


def _in_child(work: Callable[[], Any], seconds: float) -> Any:
    """Do some work in a fork of this process, which it may change as it likes."""
    here, there = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        here.close()
        _child(work, there)
    there.close()
    try:
        kind, found = pickle.loads(_received(here, time.monotonic() + seconds))  # noqa: S301 - from our own examiner
    except TimeoutError:
        raise GraderError(f"The submission was stopped after {seconds:g} seconds.", slug="stopped") from None
    except EOFError:
        raise GraderError("The examiner of this submission ended; its memory may be short.", slug="died") from None
    finally:
        here.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    if kind == "error":
        raise GraderError(found, slug="examiner")
    return found


def _child(work: Callable[[], Any], there: socket.socket) -> None:
    """The fork: works, sends, and never returns."""
    try:
        os.chdir(state["folder"])
        sys.path.insert(0, str(state["folder"]))
        try:
            answer = ("value", work())
        except Exception as error:  # noqa: BLE001 - told to the one who asked
            answer = ("error", f"The examiner failed: {type(error).__name__}: {error}")
        data = pickle.dumps(answer)
        there.sendall(SIZE.pack(len(data)) + data)
    finally:
        os._exit(0)


def _received(sock: socket.socket, deadline: float) -> bytes:
    (size,) = SIZE.unpack(_exactly(sock, SIZE.size, deadline))
    return _exactly(sock, size, deadline)


def _exactly(sock: socket.socket, size: int, deadline: float) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)
        part = sock.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
