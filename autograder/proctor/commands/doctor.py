"""What this machine offers for grading, and what is missing, in sentences.

What you can do with this file:

- examine it: `examine`, which returns `Condition`s; a sandbox is started and looked at from inside, and in a course's
  folder it is asked whether other accounts can read the answers.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Any, Literal

from proctor.course.nbgrader import find_course
from proctor.course.privacy import privacy_warning, refuse_open_clone
from proctor.errors import GraderError, ProctorError
from proctor.examiner.bounds import Bounds
from proctor.examiner.failures import Lost
from proctor.examiner.student import StudentProcess
from proctor.inside import seccomp
from proctor.sandbox.bubblewrap import refusal
from proctor.sandbox.cgroup import delegation
from proctor.sandbox.launcher import Desk, StudentParent
from proctor.sandbox.policy import Fence

__all__ = ["Condition", "examine"]

LEAST_FREE_BYTES = 1 << 30
LOOK = """
import os, socket
facts = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line) \\
    if os.path.exists("/proc/self/status") else {}
processes = [it for it in os.listdir("/proc") if it.isdigit()]
writable = [it for it in ("/", "/etc", "/usr", "/own", "/packages", "/dev") if os.access(it, os.W_OK) and not
    os.statvfs(it).f_flag & os.ST_RDONLY]
try:
    socket.create_connection(("127.0.0.1", PORT), 1.0)
    heard = True
except OSError:
    heard = False
found = {"capabilities": facts.get("CapEff", ""), "filter": facts.get("Seccomp", ""), "processes": len(processes),
         "writable": writable, "heard": heard, "user": os.getuid()}
"""


@dataclass(frozen=True)
class Condition:
    """One part of the machine: fine, to be known about, or missing."""

    part: str
    state: Literal["ok", "note", "missing"]
    sentence: str


def examine() -> list[Condition]:
    """
    Examine this machine.

    Returns
    -------
    list of Condition
        "missing" is what `proctor grade` stops at.
    """
    found = [_python(), _user(), _bubblewrap()]
    if found[-1].state == "ok":
        found += _sandbox()
    return [*found, _filter(), _cgroups(), _cores(), _space(), *_privacy()]


def _python() -> Condition:
    version = ".".join(map(str, sys.version_info[:3]))
    return Condition("Python", "ok", f"Python {version} at {sys.executable}.")


def _user() -> Condition:
    if os.geteuid() == 0:
        return Condition("user", "ok", "Started by root; student code runs as another user without any rights.")
    return Condition("user", "ok", f"Started by user {os.geteuid()}.")


def _bubblewrap() -> Condition:
    if found := refusal():
        return Condition("bubblewrap", "missing", found)
    run = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=False)  # noqa: S607 - on the PATH
    return Condition("bubblewrap", "ok", f"{run.stdout.strip()} starts, with namespaces of its own.")


def _sandbox() -> list[Condition]:
    """Look at a sandbox from inside."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener, StudentParent((), Fence()) as parent:
            process = StudentProcess(Desk(parent, {}), Bounds(), cell_seconds=10.0)
            process.run(LOOK.replace("PORT", str(listener.getsockname()[1])))
            facts = process.connection.ask("get", "found")
            process.close()
    except (GraderError, Lost) as error:
        return [Condition("sandbox", "missing", f"A sandbox does not start: {error}")]
    return _seen(facts if isinstance(facts, dict) else {})


def _seen(facts: dict[str, Any]) -> list[Condition]:
    """What was seen inside, and whether it is as it should be."""
    whole = not str(facts.get("capabilities", "")).strip("0") and not facts.get("writable") and not facts.get("heard")
    words = (
        f"Inside: user {facts.get('user')}, {'no' if whole else 'SOME'} capabilities, read-only, without network; "
        f"{facts.get('processes')} processes are visible."
    )
    found = [Condition("sandbox", "ok" if whole else "missing", words)]
    if not facts.get("processes"):
        found.append(
            Condition("/proc", "note", "The kernel gives a sandbox no /proc of its own; it sees an empty one.")
        )
    return found


def _filter() -> Condition:
    if platform.machine() in seccomp.ARCHITECTURES:
        calls = [it for it in seccomp.read_table(seccomp.TABLE.read_text("ascii")) if platform.machine() in it.numbers]
        refused = sum(it.verdict == "refuse" for it in calls)
        words = f"Student code may make {len(calls) - refused} system calls; all others are refused."
        return Condition("seccomp", "ok", words)
    return Condition("seccomp", "missing", f"There is no table of system calls for {platform.machine()}.")


def _cgroups() -> Condition:
    found = delegation()
    if found.folder is not None:
        words = f"In use: the kernel limits memory and processes of each submission in a group below {found.folder}."
        return Condition("cgroups", "ok", words)
    words = f"Not in use, since {found.reason}; a watchdog limits memory."
    return Condition("cgroups", "note", words)


def _cores() -> Condition:
    return Condition("cores", "ok", f"{len(os.sched_getaffinity(0))}; that many submissions are graded at once.")


def _space() -> Condition:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    words = f"{free / 2**30:.1f} GiB free in {folder}."
    return Condition("space", "ok" if free >= LEAST_FREE_BYTES else "note", words)


def _privacy() -> list[Condition]:
    """Who can read the answers of the course in this folder; nothing where there is none."""
    try:
        course = find_course()
        words = privacy_warning(course)
    except ProctorError:  # no course, or one whose settings every other command calls broken
        return []
    try:
        refuse_open_clone(course)
    except ProctorError as error:
        return [Condition("privacy", "missing", str(error))]
    closed = "Other accounts of this machine can read neither solutions nor gradebook, roster and submissions."
    return [Condition("privacy", "note", words) if words else Condition("privacy", "ok", closed)]
