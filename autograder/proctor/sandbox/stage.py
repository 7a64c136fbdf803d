"""Started by root: makes files of this machine reachable for an unprivileged user, becomes that user, goes on.

What you can do with this file:

- run it: `python -m proctor.sandbox.stage JSON`, with the keys "sources", "user" and "command"; this calls `main`;
- name where the command finds a source: `place_of`.

Root's Python may lie where nobody else can look, such as /root. In a mount namespace of its own this program puts a
file system in memory over `PLACE`, mounts each source in it, gives up root for good, and becomes the command. Nothing
of it is seen outside, and it goes when the command ends.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

__all__ = ["PLACE", "main", "place_of"]

PLACE = Path("/tmp")  # noqa: S108 - is there on every machine, and nothing of it is seen outside

NEW_MOUNTS = 0x00020000
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18
LIBC = ctypes.CDLL(None, use_errno=True)


def place_of(number: int) -> str:
    """
    Name where the command finds a source.

    Parameters
    ----------
    number : int
        Its number in the order, from 0 on.

    Returns
    -------
    str
        A path.
    """
    return str(PLACE / str(number))


def main(order: str) -> None:
    """Mount, become the user, and become the command."""
    found = json.loads(order)
    _checked(LIBC.unshare(NEW_MOUNTS), "unshare")
    _mount(None, "/", None, PRIVATE | RECURSIVE)
    opened = [os.open(source, os.O_PATH) for source in found["sources"]]  # some lie in what is covered now
    folders = [Path(source).is_dir() for source in found["sources"]]
    _mount("tmpfs", str(PLACE), "tmpfs", 0, "mode=755")
    for number, descriptor in enumerate(opened):
        target = Path(place_of(number))
        if folders[number]:
            target.mkdir()
        else:
            target.touch()
        _mount(f"/proc/self/fd/{descriptor}", str(target), None, BIND | RECURSIVE)
        os.close(descriptor)
    # The user goes last: who is root no more may not change groups.
    os.setgroups([])
    os.setgid(found["user"])
    os.setuid(found["user"])
    os.execvp(found["command"][0], found["command"])  # noqa: S606 - bubblewrap, with arguments of our own


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    words = [None if it is None else it.encode() for it in (source, target, kind, options)]
    found = LIBC.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3])
    _checked(found, f"mount {target}")


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    main(sys.argv[1])
