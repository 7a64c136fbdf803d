"""Starting what runs student code: a warm parent, and one fork of it for each submission.

What you can do with this file:

- start a warm parent, in bubblewrap or as a plain process: `StudentParent` of students, `ExaminerParent` of examiners;
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
import time
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Self

from proctor.errors import GraderError
from proctor.inside.pack import encode
from proctor.inside.wire import read_frame, write_frame
from proctor.sandbox.bubblewrap import started
from proctor.sandbox.cgroup import Group, delegation, process_outside
from proctor.sandbox.policy import Fence
from proctor.sandbox.scenes import examiner_policy, student_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from proctor.course.limits import Use

__all__ = ["Desk", "ExaminerParent", "Parent", "StudentParent"]

WARM_SECONDS = 60.0
ORDER_SECONDS = 20.0
LONGEST_ANSWER = 1 << 16
DESK_FOLDER = "/desk"
AUTHOR = "/author"
PART_BYTES = 16 << 20
PLAIN = Fence("process")
PLAIN_VARIABLES = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "NBGRADER_EXECUTION": "autograde",
}


class Parent:
    """A process that has imported what its forks need, and follows orders."""

    def __init__(self, what: str, start: Callable[[int, IO[bytes]], subprocess.Popen[bytes]]) -> None:
        self._what, self._ready = what, False
        # This kind keeps messages apart: what is received is one order, or one answer.
        self._control, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is ready, or gone
        with there:
            self._process = start(there.fileno(), self._errors)

    def wait_until_ready(self) -> None:
        """Wait for its imports; to start several at once saves time."""
        if self._ready:
            return
        try:
            self._answer(WARM_SECONDS)
        except (OSError, ValueError) as error:
            self.close()
            words = f"The process for {self._what} does not start: {self._last_words() or error}"
            raise GraderError(words, slug="warm-parent") from error
        finally:
            self._errors.close()
        self._ready = True

    def _last_words(self) -> str:
        self._errors.seek(0)
        return " ".join(self._errors.read().decode(errors="replace").strip().splitlines()[-1:])

    def order(self, order: Mapping[str, Any], descriptor: int | None = None) -> dict[str, Any]:
        """Send one order and wait for its answer."""
        self.wait_until_ready()
        data = json.dumps(order).encode()
        try:
            if descriptor is None:
                self._control.send(data)
            else:
                socket.send_fds(self._control, [data], [descriptor])
            return self._answer(ORDER_SECONDS)
        except (OSError, ValueError) as error:
            raise GraderError(f"The process for {self._what} is gone ({error}).", slug="warm-parent") from error

    def close(self) -> None:
        """End it, and with it every student's process."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2.0)
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        self.wait_until_ready()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _answer(self, seconds: float) -> dict[str, Any]:
        self._control.settimeout(seconds)
        answer: dict[str, Any] = json.loads(self._control.recv(LONGEST_ANSWER))
        return answer


class StudentParent(Parent):
    """Of students' processes."""

    def __init__(self, modules: Sequence[str] = (), fence: Fence = PLAIN) -> None:
        fenced = fence.isolation != PLAIN.isolation
        self.use = fence.use if fenced else None
        self._groups = delegation().folder if fenced else None  # before it starts, so that it is not in our own group
        self._group: Group | None = None
        order = {"modules": list(modules), "limits": asdict(fence.use) if fenced else None}

        def start(control: int, errors: IO[bytes]) -> subprocess.Popen[bytes]:
            words = json.dumps(order | {"control": control})
            if fenced:
                return started(student_policy(modules, fence), [words], control, errors)
            editions = dict.fromkeys(str(path.parent) for path in fence.editions.values())
            return _plain("proctor.inside.warm", words, control, errors, *editions)

        super().__init__("student code", start)

    def enclose(self, pid: int) -> None:
        """Give a fork a control group, where there are any; its code must not run yet."""
        if self._groups is None or self.use is None:
            return
        with contextlib.suppress(OSError):  # then the watchdog is alone, as where there are no groups
            outside = process_outside(self._process.pid, pid)
            if outside is not None:
                self._group = Group(self._groups, self.use)
                self._group.take_in(outside)

    def release(self) -> bool:
        """Remove the group of a fork that has ended; says whether the kernel ended it for its memory."""
        group, self._group = self._group, None
        if group is None:
            return False
        out_of_memory = group.ran_out_of_memory()
        group.remove()
        return out_of_memory

    def close(self) -> None:
        """End it, and with it every student's process and group."""
        super().close()
        self.release()


class ExaminerParent(Parent):
    """Of examiners; it sees the author's packages and files, and in bubblewrap it can write nothing and call nobody."""

    def __init__(self, modules: Sequence[str], fence: Fence, folder: Path) -> None:
        fenced = fence.isolation != PLAIN.isolation
        where = AUTHOR if fenced else str(folder)
        order = {"modules": list(modules), "folder": where, "limits": asdict(fence.use) if fenced else None}

        def start(control: int, errors: IO[bytes]) -> subprocess.Popen[bytes]:
            words = json.dumps(order | {"control": control})
            if fenced:
                return started(examiner_policy(folder), [words], control, errors)
            return _plain("proctor.examiner.warm", words, control, errors, *(it for it in sys.path if it))

        super().__init__("tests", start)

    def fork(self) -> tuple[socket.socket, int]:
        """A new examiner: the channel to it, and its number for the order that ends it."""
        with contextlib.ExitStack() as stack:
            here, there = map(stack.enter_context, socket.socketpair())
            pid = int(self.order({"order": "fork"}, there.fileno())["pid"])
            stack.pop_all()
            there.close()
        return here, pid


class Desk:
    """Where one submission is worked on: its files, and its process or the one that takes its place."""

    def __init__(self, parent: StudentParent, files: Mapping[str, Path]) -> None:
        self._parent = parent
        self._files = files if parent.use is None else _fitting(files, parent.use)
        self._pid: int | None = None
        self._folder: Path | None = None

    def start(self) -> socket.socket:
        """Start a process in a fresh folder, and send it the files over its wire."""
        fenced = self._parent.use is not None
        self._folder = None if fenced else Path(tempfile.mkdtemp(prefix="proctor-"))
        with contextlib.ExitStack() as stack:
            here, there = map(stack.enter_context, socket.socketpair())
            order = {"order": "fork", "folder": DESK_FOLDER if self._folder is None else str(self._folder)}
            pid = self._pid = self._parent.order(order, there.fileno())["pid"]
            self._parent.enclose(pid)
            there.close()
            for name, path in self._files.items():
                _send_file(here, name, path)
            stack.pop_all()
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
            used["too_much"] = self._parent.release() or used.get("too_much")
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


def _fitting(files: Mapping[str, Path], use: Use) -> dict[str, Path]:
    """The files that there is room for, and none in a folder that has the name of another file."""
    kept, left = {}, use.files_bytes // 2
    for name, path in files.items():
        size = path.stat().st_size
        if size <= min(left, use.file_bytes) and not any(it.as_posix() in files for it in PurePosixPath(name).parents):
            kept[name] = path
            left -= size
    return kept


def _send_file(sock: socket.socket, name: str, path: Path) -> None:
    """Let the process write a file; nothing of the student's runs there yet."""
    with path.open("rb") as file:
        part, more = file.read(PART_BYTES), False
        while part or not more:
            write_frame(sock, 0, encode(["put", name, part, more]))
            read_frame(sock, deadline=time.monotonic() + ORDER_SECONDS)
            part, more = file.read(PART_BYTES), True


def _plain(module: str, order: str, control: int, errors: IO[bytes], *folders: str) -> subprocess.Popen[bytes]:
    """A child process like any other; some folders of packages come before what is installed."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ") if name in os.environ}
    variables = kept | PLAIN_VARIABLES
    variables["PYTHONPATH"] = os.pathsep.join([*folders, str(Path(__file__).resolve().parents[2])])
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", module, order],
        pass_fds=[control],
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=errors,
        stderr=errors,
    )
