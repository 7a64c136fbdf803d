"""Started by root: makes files of this machine reachable for an unprivileged user, becomes that user, goes on.

What you can do with this file:

- run it: `python -m proctor.sandbox.stage JSON`, with the keys "folder", "sources", "user" and "command".

Root's Python may lie where nobody else can look, such as /root. In a mount namespace of its own this program mounts
each source under a folder that everybody can enter, gives up root for good, and becomes the command. Nothing of it is
seen outside, and it goes when the command ends.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

__all__ = ["main"]

NEW_MOUNTS = 0x00020000
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18
LIBC = ctypes.CDLL(None, use_errno=True)


def main(order: str) -> None:
    """Mount, become the user, and become the command."""
    found = json.loads(order)
    folder = Path(found["folder"])
    _checked(LIBC.unshare(NEW_MOUNTS), "unshare")
    _mount(None, "/", None, PRIVATE | RECURSIVE)
    _mount("tmpfs", str(folder), "tmpfs", 0, "mode=755")
    for number, source in enumerate(found["sources"]):
        target = folder / str(number)
        if Path(source).is_dir():
            target.mkdir()
        else:
            target.touch()
        _mount(source, str(target), None, BIND | RECURSIVE)
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
