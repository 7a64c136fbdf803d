"""Starting what runs student code: a warm parent, and one fork of it for each submission.

What you can do with this file:

- start a warm parent, in bubblewrap or as a plain process: `WarmParent`;
- give one submission its process: `Desk`, which is the examiner's `Host`.

As a plain process the student's process has a folder and a session of its own and dies with all that it starts in
that session, and nothing more protects the machine. In bubblewrap it has what `sandbox` gives it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from proctor.errors import GraderError
from proctor.sandbox.bubblewrap import started
from proctor.sandbox.policy import Fence
from proctor.sandbox.students import student_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Desk", "WarmParent"]

WARM_SECONDS = 60.0
ORDER_SECONDS = 20.0
LONGEST_ANSWER = 1 << 16
WORK = "/work"
PLAIN = Fence("process")


class WarmParent:
    """A process that has imported what students import, ready to fork."""

    def __init__(self, modules: Sequence[str] = (), fence: Fence = PLAIN) -> None:
        fenced = fence.isolation != PLAIN.isolation
        self.use = fence.use if fenced else None
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        limits = asdict(fence.use) if fenced else None
        order = json.dumps({"control": there.fileno(), "modules": list(modules), "limits": limits})
        with tempfile.TemporaryFile() as errors:
            try:
                if fenced:
                    policy = student_policy(modules, fence)
                    self._process = started(policy, [order], there.fileno(), errors)
                else:
                    self._process = _plain(order, there.fileno(), errors, fence)
            finally:
                there.close()
            self._control = here
            try:
                self.ready = self._answer(WARM_SECONDS)
            except (OSError, ValueError) as error:
                self.close()
                errors.seek(0)
                last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
                words = f"The process for student code does not start: {' '.join(last) or error}"
                raise GraderError(words, slug="warm-parent") from error

    def order(self, order: Mapping[str, Any], descriptor: int | None = None) -> dict[str, Any]:
        """Send one order and wait for its answer."""
        data = json.dumps(order).encode()
        try:
            if descriptor is None:
                self._control.send(data)
            else:
                socket.send_fds(self._control, [data], [descriptor])
            return self._answer(ORDER_SECONDS)
        except (OSError, ValueError) as error:
            raise GraderError(f"The process that starts student code is gone ({error}).", slug="warm-parent") from error

    def close(self) -> None:
        """End it, and with it every student's process."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2.0)
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _answer(self, seconds: float) -> dict[str, Any]:
        self._control.settimeout(seconds)
        answer: dict[str, Any] = json.loads(self._control.recv(LONGEST_ANSWER))
        return answer


class Desk:
    """Where one submission is worked on: its files, and its process or the one that takes its place."""

    def __init__(self, parent: WarmParent, files: Mapping[str, Path]) -> None:
        self._parent = parent
        self.files = files
        self._pid: int | None = None
        self._folder: Path | None = None

    def start(self) -> socket.socket:
        """Start a process in a fresh folder; the files come over the wire."""
        fenced = self._parent.use is not None
        self._folder = None if fenced else Path(tempfile.mkdtemp(prefix="proctor-"))
        here, there = socket.socketpair()
        with there:
            order = {"order": "fork", "folder": WORK if self._folder is None else str(self._folder)}
            self._pid = self._parent.order(order, there.fileno())["pid"]
        return here

    def stop(self) -> None:
        """Interrupt what the process does."""
        if self._pid is not None:
            self._parent.order({"order": "stop", "pid": self._pid})

    def end(self) -> dict[str, Any]:
        """Kill the process, and remove its folder; says what it used, and "reason" where it ended by itself."""
        used: dict[str, Any] = {}
        if self._pid is not None:
            used = self._parent.order({"order": "end", "pid": self._pid})
            used["reason"] = self._reason(used)
            self._pid = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        return used

    def _reason(self, used: Mapping[str, Any]) -> str:
        use = self._parent.use
        if used.get("too_much") and use is not None:
            return f"its processes needed more than {use.memory_bytes >> 20} MiB of memory (c.Proctor.memory_bytes)"
        code = used.get("ended", 0)
        if code == -signal.SIGXCPU and use is not None:
            return f"it computed for more than {use.cpu_seconds} seconds (c.Proctor.cpu_seconds)"
        if code in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGILL):
            return f"it crashed ({signal.Signals(-code).name})"
        return ""


def _plain(order: str, control: int, errors: Any, fence: Fence) -> subprocess.Popen[bytes]:
    """A child process like any other; the course's own packages come before what is installed."""
    editions = dict.fromkeys(str(path.parent) for path in fence.editions.values())
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ") if name in os.environ}
    variables = kept | {
        "PYTHONPATH": os.pathsep.join([*editions, str(Path(__file__).resolve().parents[1])]),
        "PYTHONUTF8": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "NBGRADER_EXECUTION": "autograde",
    }
    command = [sys.executable, "-m", "proctor.inside.warm", order]
    return subprocess.Popen(  # noqa: S603 - our own program
        command, pass_fds=[control], env=variables, stdin=subprocess.DEVNULL, stderr=errors
    )
