"""What a sandbox may see and use, as data, and bubblewrap's arguments for it.

What you can do with this file:

- hold what a course asks for: `Fence`;
- hold what the sandbox sees: `Policy`;
- turn it into arguments: `bubblewrap_arguments`. Pure.

The root is a file system in memory that is made read-only at the end; what a submission writes goes into file systems
of its own, which `inside.fence` mounts over /desk, /tmp and /dev/shm. Devices are the harmless ones of bubblewrap
and those that the course's settings name. There is no network but an unconnected loopback of the sandbox's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.course.limits import Use

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Fence", "Policy", "bubblewrap_arguments"]

USER = 1000
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", "/etc/localtime", "/etc/mime.types")
PASSWD = f"student:x:{USER}:{USER}:student:/desk:/bin/sh\n"


@dataclass(frozen=True)
class Fence:
    """
    How student code is kept apart: "bubblewrap" or "process", its limits, and what it sees beside what it imports.

    `editions` are packages of the course itself by name, `more` further distributions and `hidden` those that stay out,
    `devices` device files.
    """

    isolation: str = "bubblewrap"
    use: Use = field(default_factory=Use)
    editions: Mapping[str, Path] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """
    What a sandbox sees.

    `shown` maps places in the sandbox to files and folders of this machine, all read-only, `covered` are places in
    them that appear empty, `devices` are device files, `variables` is the whole environment, `files` are small files
    with their contents, and `may_enclose` gives the program what it needs to make namespaces for its forks.
    """

    program: tuple[str, ...]
    shown: Mapping[str, Path]
    covered: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    may_enclose: bool = True


def bubblewrap_arguments(policy: Policy, *, staged: Mapping[str, str], contents: Mapping[str, int]) -> list[str]:
    """
    Turn a policy into bubblewrap's arguments.

    Parameters
    ----------
    policy : Policy
        What the sandbox sees.
    staged : mapping of str to str
        Where a file or folder of this machine is found by the user that starts bubblewrap, if not in its place.
    contents : mapping of str to int
        For each of the policy's files the descriptor from which bubblewrap reads it.

    Returns
    -------
    list of str
        Beginning with "bwrap".
    """
    words = ["bwrap", "--unshare-user", "--disable-userns", "--uid", str(USER), "--gid", str(USER)]
    words += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    words += ["--hostname", "sandbox", "--die-with-parent", "--new-session", "--clearenv"]
    if policy.may_enclose:  # to make namespaces and mount; to drop capabilities; to see what memory each fork has
        words += ["--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETPCAP", "--cap-add", "CAP_SYS_PTRACE"]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", *_system()]  # noqa: S108 - the sandbox's own
    for place, descriptor in contents.items():
        words += ["--file", str(descriptor), place]
    words += ["--dir", "/desk"]
    for place, path in sorted(policy.shown.items()):
        words += ["--ro-bind", staged.get(str(path), str(path)), place]
    for place in policy.covered:
        words += ["--tmpfs", place, "--remount-ro", place]
    for device in policy.devices:
        words += ["--dev-bind-try", device, device]
    for name, value in policy.variables.items():
        words += ["--setenv", name, value]
    # At the end: until here places are made in the root.
    return [*words, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", *policy.program]


def _system() -> list[str]:
    """The folders that every program needs, as they are on this machine, links included."""
    words: list[str] = []
    for place in SYSTEM:
        path = Path(place)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), place]
        elif path.exists():
            words += ["--ro-bind", place, place]
    for place in SYSTEM_FILES:
        words += ["--ro-bind-try", place, place]
    return words
