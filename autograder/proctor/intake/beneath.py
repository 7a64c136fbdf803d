"""Opening what lies below a folder, whatever anybody makes of the way there meanwhile.

What you can do with this file:

- open a file or folder by a relative name, so that no part of the way is a link: `open_beneath`.

Where the kernel can do so in one step (`openat2`, Linux 5.6), it does; elsewhere each part is opened from that above.
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache

__all__ = ["FOLDER", "open_beneath"]

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
OPENAT2 = 437  # on every architecture
HERE = -100  # AT_FDCWD
RESOLVE = 0x04 | 0x08  # no links, not even within; nothing that is not beneath


class _How(ctypes.Structure):
    """The kernel's `struct open_how`."""

    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def open_beneath(root: int, name: str, flags: int) -> int:
    """
    Open what lies below a folder.

    Parameters
    ----------
    root : int
        A descriptor of the folder.
    name : str
        Relative, without "." and ".."; the folder itself when empty.
    flags : int
        As `os.open` takes them.

    Returns
    -------
    int
        A descriptor, which the caller closes.

    Raises
    ------
    OSError
        It is not there, a part of the way is a link, or it cannot be read.
    """
    flags |= os.O_NOFOLLOW
    if "/" in name and _can_ask():
        return _asked(root, name, flags)
    return _walked(root, name or ".", flags)  # of one part it is one step in any case


def _asked(root: int, name: str, flags: int) -> int:
    how = _How(flags | os.O_CLOEXEC, 0, RESOLVE)
    found: int = _library().syscall(OPENAT2, root, os.fsencode(name), ctypes.byref(how), ctypes.sizeof(how))
    if found < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return found


def _walked(root: int, name: str, flags: int) -> int:
    *above, last = name.split("/")
    here = root
    try:
        for part in above:
            below = os.open(part, FOLDER, dir_fd=here)
            if here != root:
                os.close(here)
            here = below
        return os.open(last, flags, dir_fd=here)
    finally:
        if here != root:
            os.close(here)


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@cache
def _can_ask() -> bool:
    """False on an older kernel, and where a container's filter does not know the call."""
    if sys.platform != "linux":
        return False
    try:
        os.close(_asked(HERE, ".", os.O_PATH))
    except OSError:
        return False
    return True
