"""Control groups: where the system has lent us a part of its tree, the kernel itself limits each submission.

What you can do with this file:

- find out where groups can be made, or why they cannot: `delegation`, for another process `find_delegation`;
- limit the processes of one submission: `Group`;
- find a process of a sandbox by the number that it has in there: `process_outside`.

Only version 2 is used, with its controllers of memory and processes. What may be written is taken for lent, as
`systemd-run --user --scope -p Delegate=yes` and containers do it. A group with processes of its own can lend nothing
to groups below it, so that we all move into one of those first. Where nothing is lent, `inside.warm` watches.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proctor.course.limits import Use

__all__ = ["Delegation", "Group", "delegation", "find_delegation", "process_outside"]

PROC = Path("/proc")
NEEDED = ("memory", "pids")
OURSELVES = "proctor-graders"
NAME = re.compile(r"proctor-(\d+)-(\d+)-\d+")  # who made it, when that process began, and a number
START_TIME = 19  # its place in /proc/PID/stat, behind the name
ROUNDS = 5
REMOVE_SECONDS = 2.0
PLACES = 3  # /desk, /tmp and /dev/shm: what lies there is memory of the group, and has limits of its own
REAPER = 1
numbers = itertools.count()


@dataclass(frozen=True)
class Delegation:
    """Where groups are made; None where they cannot be, with the reason in a few words."""

    folder: Path | None
    reason: str = ""


@cache
def delegation() -> Delegation:
    """
    Find where this process can make groups, and make ready what is found there.

    Returns
    -------
    Delegation
        The same in every call.
    """
    return find_delegation(PROC)


def find_delegation(proc: Path) -> Delegation:
    """
    Find where a process can make groups: move it and its kin into a group of their own, and remove what is left over.

    Parameters
    ----------
    proc : pathlib.Path
        The kernel's word on processes, in which "self" is who asks.

    Returns
    -------
    Delegation
        Where it failed, nothing but the place of our own processes may have changed.
    """
    try:
        own = _own_group(proc)
        if own is None:
            return Delegation(None, "there is no tree of control groups of version 2")
        folder = own.parent if own.name == OURSELVES else own
        offered = (folder / "cgroup.controllers").read_text(encoding="ascii").split()
        if missing := [it for it in NEEDED if it not in offered]:
            return Delegation(None, f"{folder} offers no control of {' and '.join(missing)}")
        if not all(os.access(folder / it, os.W_OK) for it in (".", "cgroup.procs", "cgroup.subtree_control")):
            return Delegation(None, f"{folder} is not lent to this user")
        if not _lends(folder):
            if strangers := [] if _is_root(folder) else _strangers(folder, proc):
                return Delegation(None, f"{folder} holds processes of others, such as {strangers[0]}")
            _move_down(folder)
    except OSError as error:
        return Delegation(None, f"the kernel refuses it ({error})")
    _remove_leftovers(folder, proc)
    return Delegation(folder)


class Group:
    """A group of one submission: its processes can neither leave it nor take more than it has."""

    def __init__(self, folder: Path, use: Use) -> None:
        """Make it below a folder; raises OSError where the kernel refuses that, and leaves nothing then."""
        self.folder = folder / f"proctor-{os.getpid()}-{_start_time(PROC, os.getpid())}-{next(numbers)}"
        _make(self.folder)
        try:
            _write(self.folder / "memory.max", str(use.memory_bytes + PLACES * use.files_bytes))
            _write(self.folder / "pids.max", str(use.processes + REAPER))
            # Else one process of many is killed, and the others go on without it.
            _write(self.folder / "memory.oom.group", "1")
            with contextlib.suppress(FileNotFoundError):  # a kernel that does not count swap
                _write(self.folder / "memory.swap.max", "0")
        except OSError:
            self.remove()
            raise

    def take_in(self, pid: int) -> None:
        """Take in a process and the children that it has; what any of them starts from now on begins in here."""
        _write(self.folder / "cgroup.procs", str(pid))  # first: a child that is not in the list then is born inside
        for child in _children(PROC, pid):
            _write(self.folder / "cgroup.procs", str(child))

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel has killed processes in here for their memory."""
        try:
            lines = (self.folder / "memory.events").read_text(encoding="ascii").splitlines()
        except OSError:
            return False
        return any(int(count) for name, count in map(str.split, lines) if name == "oom_kill")

    def remove(self) -> None:
        """Kill what is left in it and remove it; if that takes too long, the next run does it."""
        _remove(self.folder, REMOVE_SECONDS)


def process_outside(top: int, inside: int, proc: Path = PROC) -> int | None:
    """
    Find the first process of a namespace by the number that it has one level above.

    Parameters
    ----------
    top : int
        A process that it descends from.
    inside : int
        Its number in the namespace of its parent.
    proc : pathlib.Path
        The kernel's word on processes.

    Returns
    -------
    int or None
        Its number here; None where it is not found.
    """
    waiting = [top]
    while waiting:
        pid = waiting.pop()
        found = re.search(r"^NSpid:(.*)$", _status(proc, pid), re.MULTILINE)
        if found and found[1].split()[-2:] == [str(inside), "1"]:
            return pid
        waiting += _children(proc, pid)
    return None


def _own_group(proc: Path) -> Path | None:
    """The folder of the group in which we are, as it is mounted here."""
    lines = (proc / "self" / "cgroup").read_text(encoding="utf-8").splitlines()
    path = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), None)
    for line in (proc / "self" / "mountinfo").read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition(" - ")
        root, place = before.split()[3:5]
        if path is not None and after.split()[0] == "cgroup2" and Path(path).is_relative_to(root):
            return Path(place) / Path(path).relative_to(root)
    return None


def _lends(folder: Path) -> bool:
    """Whether groups below have the controllers already."""
    lent = (folder / "cgroup.subtree_control").read_text(encoding="ascii").split()
    return all(it in lent for it in NEEDED)


def _is_root(folder: Path) -> bool:
    """Whether it is the root of all, which may hold processes and lend; that of a container is none."""
    return not (folder / "cgroup.events").exists()


def _strangers(folder: Path, proc: Path) -> list[str]:
    """Processes in a group that neither started us nor have a parent in common with us; they are not ours to move."""
    ancestors = list(_ancestors(proc, int(Path(proc / "self").resolve().name)))
    family = set(ancestors) - ({1} if len(ancestors) > 1 else set())  # all processes descend from the first
    found = []
    for pid in _processes(folder):
        if pid not in ancestors and family.isdisjoint(_ancestors(proc, pid)):
            name = re.search(r"^Name:\s*(.*)$", _status(proc, pid), re.MULTILINE)
            found += [f"{pid} ({name[1]})"] if name else []  # one that has ended since is nobody's
    return found


def _move_down(folder: Path) -> None:
    """Make room for groups: a group that lends its controllers may hold no processes, but for the root of all."""
    ourselves = folder / OURSELVES
    for last in (False,) * (ROUNDS - 1) + (True,):
        if not _is_root(folder):
            with contextlib.suppress(FileExistsError):  # another worker does the same now
                _make(ourselves)
            for pid in _processes(folder):
                with contextlib.suppress(ProcessLookupError):  # it has ended
                    _write(ourselves / "cgroup.procs", str(pid))
        try:
            _write(folder / "cgroup.subtree_control", " ".join(f"+{it}" for it in NEEDED))
        except OSError:
            if last:  # until then: somebody was born here between the two
                raise
        else:
            return


def _remove_leftovers(folder: Path, proc: Path) -> None:
    """Remove groups of processes that were killed before they could do it."""
    for path in folder.iterdir():
        if (maker := NAME.fullmatch(path.name)) and _start_time(proc, int(maker[1])) != maker[2]:
            _remove(path, 0.0)


def _remove(path: Path, seconds: float) -> None:
    until = time.monotonic() + seconds
    with contextlib.suppress(OSError):  # kernels before 5.14 do not know it; then all have ended with their first
        _write(path / "cgroup.kill", "1")
    while True:
        try:
            _unmake(path)
        except FileNotFoundError:
            return
        except OSError:  # the killed take a moment to end
            if time.monotonic() >= until:
                return
            time.sleep(0.002)
        else:
            return


def _processes(folder: Path) -> list[int]:
    return [int(it) for it in (folder / "cgroup.procs").read_text(encoding="ascii").split()]


def _ancestors(proc: Path, pid: int) -> Iterator[int]:
    """A process, its parent, and so on."""
    while pid > 0:
        yield pid
        found = re.search(r"^PPid:\s*(\d+)$", _status(proc, pid), re.MULTILINE)
        pid = int(found[1]) if found else 0


def _children(proc: Path, pid: int) -> list[int]:
    try:
        lists = [it.read_text(encoding="ascii") for it in (proc / str(pid) / "task").glob("*/children")]
    except OSError:  # it has ended
        return []
    return [int(it) for text in lists for it in text.split()]


def _status(proc: Path, pid: int) -> str:
    try:
        return (proc / str(pid) / "status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _start_time(proc: Path, pid: int) -> str:
    """When a process began, by the kernel's clock; "" for one that has ended. Numbers of processes come again."""
    try:
        return (
            (proc / str(pid) / "stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(")")[2]
            .split()[START_TIME]
        )
    except (OSError, IndexError):
        return ""


# What changes the tree.


def _make(folder: Path) -> None:
    folder.mkdir()


def _unmake(folder: Path) -> None:
    folder.rmdir()  # the kernel's files in it do not count


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)  # some of these files cannot be read, and none is ever made
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)
