"""What a fork of the warm parent does to itself before it runs a student's code.

What you can do with this file:

- keep other processes out of this one: `undumpable`; end with the parent: `die_with_parent`;
- fork into namespaces of its own: `fork_enclosed`; there, become the reaper of one student: `enclose`;
- give up everything that is left, and take limits: `confine`.

The order matters. The warm parent runs in bubblewrap with CAP_SYS_ADMIN in its own user namespace. Each fork begins
in fresh pid, mount and ipc namespaces, as pid 1; it mounts what is private to the submission, drops all capabilities
and forks the student as pid 2. When pid 1 ends, the kernel kills all that the student has started.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
from typing import TYPE_CHECKING, Any

from . import seccomp

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["confine", "die_with_parent", "enclose", "fork_enclosed", "undumpable"]

NEW_MOUNTS, NEW_PIDS, NEW_IPC = 0x00020000, 0x20000000, 0x08000000
READ_ONLY, NO_SUID, NO_DEV, NO_EXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 4, 24, 38, 47
AMBIENT_CLEAR_ALL = 4
CAPABILITY_VERSION_3 = 0x20080522
LAST_CAPABILITY = 63
CLONE = {"x86_64": 56, "aarch64": 220}
LIBC = ctypes.CDLL(None, use_errno=True)
PYTHON = ctypes.PyDLL(None, use_errno=True)  # keeps Python's lock while it calls, as a fork must


def undumpable() -> None:
    """Let no other process of this user read this one's memory or trace it."""
    _checked(LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl")


def fork_enclosed() -> int:
    """
    Fork a child that begins as pid 1 of fresh pid, mount and ipc namespaces; one fork fewer than to unshare first.

    Returns
    -------
    int
        As `os.fork` does.

    Raises
    ------
    OSError
        The kernel refuses it; then nothing may run here.
    """
    flags = NEW_PIDS | NEW_MOUNTS | NEW_IPC | signal.SIGCHLD
    # What `os.fork` does around the call, so that Python's own locks are whole in the child.
    PYTHON.PyOS_BeforeFork()
    # The bare call: without a stack of its own the child goes on with a copy of this one, as after a fork. The order
    # of the arguments after it differs between architectures, but all of them are 0.
    pid = int(PYTHON.syscall(CLONE[platform.machine()], ctypes.c_ulong(flags), 0, 0, 0, 0))
    if pid == 0:
        PYTHON.PyOS_AfterFork_Child()
        return 0
    PYTHON.PyOS_AfterFork_Parent()  # after a refusal too: it gives the locks back
    _checked(min(pid, 0), "clone")  # a pid is a success, and `_checked` takes 0 for one
    return pid


def enclose(folder: str, wire: int, limits: Mapping[str, Any]) -> None:
    """
    Finish the namespaces as their pid 1; returns in the process that is to become the student's, as pid 2.

    Parameters
    ----------
    folder : str
        Where the submission works; a file system in memory is put there.
    wire : int
        The descriptor that the student's process alone keeps.
    limits : mapping
        "files_bytes", what may be written in all.

    Raises
    ------
    OSError
        The kernel refuses something; then nothing may run here.
    """
    die_with_parent()
    # Else what is mounted below could show in the parent's namespace, and so in the next submission's.
    _mount(None, "/", None, PRIVATE | RECURSIVE)
    # Empty files take memory that "size" does not count, so their number has a limit too.
    size = f"size={limits['files_bytes']},nr_inodes=4096,mode=1777"
    for place in (folder, "/tmp", "/dev/shm"):  # noqa: S108 - the sandbox's own
        _mount("tmpfs", place, "tmpfs", NO_SUID | NO_DEV, size)
    _cover_proc()
    _drop_capabilities()
    second = os.fork()
    if second:
        os.close(wire)  # a second holder would keep the examiner from seeing that the student's process has ended
        _reap(second)
    os.setsid()  # a signal to the own process group must not reach pid 1 or the warm parent


def confine(limits: Mapping[str, Any]) -> None:
    """
    Take the limits of a student's process and install the filter of system calls.

    Parameters
    ----------
    limits : mapping
        "address_bytes" (0 for none), "file_bytes", "processes", "cpu_seconds".
    """
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, limits["address_bytes"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_MEMLOCK, 1 << 20),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        if most or what in (resource.RLIMIT_CORE, resource.RLIMIT_MSGQUEUE):  # in a setting, 0 means no limit
            resource.setrlimit(what, (int(most), int(most)))
    os.nice(5)  # the grader itself goes first on a busy machine
    seccomp.install()


def _reap(student: int) -> None:
    """Pid 1 of the namespace: passes SIGINT on, and takes in orphans until the student's process ends."""
    # The warm parent knows this pid alone, so that is what it interrupts.
    signal.signal(signal.SIGINT, lambda *_: os.kill(student, signal.SIGINT))
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            os._exit(0)
        if pid == student:
            # Negative for a signal; as an exit status that is 256 less it, which `warm` turns back.
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent has ended, however it ended."""
    _checked(LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")


def _cover_proc() -> None:
    """A /proc of the namespace alone; where the kernel gives none, an empty one."""
    try:
        _mount("proc", "/proc", "proc", NO_SUID | NO_DEV | NO_EXEC)
    except OSError:  # as in containers that cover parts of theirs; the one that is there shows other processes
        _mount("tmpfs", "/proc", "tmpfs", READ_ONLY | NO_SUID | NO_DEV | NO_EXEC, "size=4k")


def _drop_capabilities() -> None:
    # First, since it takes CAP_SETPCAP, which goes last. A kernel that knows fewer refuses the others: no failure.
    for capability in range(LAST_CAPABILITY + 1):
        LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    with contextlib.suppress(OSError):  # a kernel without ambient capabilities has none to clear
        _checked(LIBC.prctl(PR_CAP_AMBIENT, AMBIENT_CLEAR_ALL, 0, 0, 0), "prctl")
    _checked(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    _checked(LIBC.capset(header, (ctypes.c_uint32 * 6)()), "capset")  # two words each of three empty sets


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    words = [None if it is None else it.encode() for it in (source, target, kind, options)]
    found = LIBC.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3])
    _checked(found, f"mount {target}")


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
