"""Starting what runs student code: a warm parent, and one fork of it for each submission.

What you can do with this file:

- start a warm parent: `WarmParent`;
- give one submission its process: `Desk`, which is the examiner's `Host`.

Here the student's process is a plain child process: it has a folder and a session of its own and dies with all
that it starts in that session, and nothing more protects the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from proctor.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Desk", "WarmParent"]

WARM_SECONDS = 60.0
ORDER_SECONDS = 20.0
LONGEST_ANSWER = 1 << 16


class WarmParent:
    """A process that has imported what students import, ready to fork."""

    def __init__(self, modules: Sequence[str] = ()) -> None:
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "proctor.inside.warm", str(there.fileno()), *modules]
        with tempfile.TemporaryFile() as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command, pass_fds=[there.fileno()], env=_environment(), stdin=subprocess.DEVNULL, stderr=errors
            )
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
        self._files = files
        self._pid: int | None = None
        self._folder: Path | None = None

    def start(self) -> socket.socket:
        """Start a process in a fresh folder with the submission's files."""
        self._folder = Path(tempfile.mkdtemp(prefix="proctor-"))
        for name, path in self._files.items():
            target = self._folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target, follow_symlinks=False)
        here, there = socket.socketpair()
        with there:
            order = {"order": "fork", "folder": str(self._folder)}
            self._pid = self._parent.order(order, there.fileno())["pid"]
        return here

    def stop(self) -> None:
        """Interrupt what the process does."""
        self._parent.order({"order": "stop", "pid": self._pid})

    def end(self) -> dict[str, float]:
        """Kill the process, and remove its folder."""
        used: dict[str, float] = {}
        if self._pid is not None:
            used = self._parent.order({"order": "end", "pid": self._pid})
            self._pid = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        return used


def _environment() -> dict[str, str]:
    """Only what a notebook needs; nothing of the grader's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        "PYTHONUTF8": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "NBGRADER_EXECUTION": "autograde",
    }
