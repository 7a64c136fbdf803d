"""The wire between the judge outside and the student's process inside: frames of plain data, no pickle.

What you can do with this file:

- hold what one frame carries: `Message`; bound what is accepted: `WireLimits`;
- send and receive frames on a socket: `write_frame`, `read_frame`;
- know which arrays are plain data: `is_plain`;
- know what can go wrong: `WireError` and its kinds.

`pack` turns values into bytes and `unpack` turns bytes back into values.

Theory of operation. A frame is a head (sizes and a request number), one msgpack value, and after it the raw
numbers of large arrays, which are sent from where they lie and received where they stay: copying them into the
msgpack value and out again took most of the time. msgpack carries None, bool,
int, float, str, bytes, list and dict; its extension types carry what Python and NumPy have beyond that::

    1 tuple        packed list
    2 complex      two float64
    3 big int      two's complement, at most 4096 bytes
    4 array        packed header [dtype, shape, layout, writeable, buffer], then raw bytes where buffer is -1
    5 NumPy scalar packed header [dtype], then raw bytes
    6 generator    packed state of the bit generator
    7 handle       number, kind and name of an object that stays in the student's process
    8 callback     number of a callable that stays with the examiner
    9 reference    number of a mutable value among the arguments of this call, in the order of `aliases.mutables`
   10 other        packed [name, parts]: sets, ranges, dates, ...; the table is in `others`
   11 dressed      packed [handle, value]: an object of a subclass of plain data, with its data as plain data

Whoever decodes trusts nothing: sizes, depth, counts, dtypes and shapes are checked before anything is built
from them, and every failure is a `Malformed` or a `TooLarge`. Types are taken exactly: a subclass of float or
ndarray may carry code, so it becomes a handle, or is refused where there is no table of handles.
"""

from __future__ import annotations

import re
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import socket

__all__ = [
    "DEFAULT",
    "Callback",
    "Handle",
    "Malformed",
    "Message",
    "Reference",
    "TooLarge",
    "Unfit",
    "Unsendable",
    "WireError",
    "WireLimits",
    "is_plain",
    "read_frame",
    "write_frame",
]

TUPLE, COMPLEX, BIG_INT, ARRAY, SCALAR, GENERATOR, HANDLE, CALLBACK, REFERENCE, OTHER, DRESSED = range(1, 12)
TEXT_DTYPE = re.compile(r"[<|][US][0-9]{1,6}|<[mM]8(\[[a-zA-Z0-9]{1,12}\])?")
NUMBER = struct.Struct(">Q")
TOTAL = sum  # kept: a test may take the builtin away, and its calls go on
DTYPES = frozenset(np.dtype(code).str for code in "?bhilqBHILQefdFD")
BIT_GENERATORS = {it.__name__: it for it in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64)}
BIG_INT_BYTES = 4096
FRAME = struct.Struct(">III")  # bytes of the body, request number, number of buffers
SIZE = struct.Struct(">Q")
MOST_BUFFERS = 1024
INLINE_BYTES = 1 << 16
COMPLEX_BYTES = struct.Struct(">dd")


class WireError(Exception):
    """Something cannot cross."""


class Unsendable(WireError):  # noqa: N818 - says what the value is
    """A value of ours is no plain data."""


class Malformed(WireError):  # noqa: N818 - says what the message is
    """What arrived is no message."""


class Unfit(Malformed):
    """What arrived is a proper value that cannot take the place of the one that is here."""


class TooLarge(WireError):  # noqa: N818 - says what the message is
    """What arrived, or would be sent, is over a limit; the message names it."""


@dataclass(frozen=True)
class Handle:
    """
    An object that stays in the student's process: its number, what it is, and its name.

    `origin` is where its class comes from, as "pathlib.Path", where that is a library.
    """

    number: int
    kind: str = ""
    name: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Callback:
    """A callable that stays with the examiner."""

    number: int


@dataclass(frozen=True)
class Reference:
    """A mutable value among the arguments of a call."""

    number: int


@dataclass(frozen=True)
class Message:
    """One msgpack value, and the raw numbers of the large arrays in it."""

    body: bytes
    buffers: tuple[bytes | bytearray | memoryview, ...] = ()

    @property
    def size_bytes(self) -> int:
        """What it weighs, all together."""
        return len(self.body) + TOTAL(len(buffer) for buffer in self.buffers)


@dataclass(frozen=True)
class WireLimits:
    """How much of what may arrive in one frame."""

    message_bytes: int = 64 << 20
    items: int = 1_000_000
    depth: int = 128


DEFAULT = WireLimits()


def is_plain(dtype: np.dtype[Any]) -> bool:
    """Whether arrays of this dtype are plain data: numbers, texts, dates."""
    return dtype.str in DTYPES or TEXT_DTYPE.fullmatch(dtype.str) is not None


def write_frame(sock: socket.socket, request: int, message: Message) -> None:
    """
    Send one frame.

    Parameters
    ----------
    sock : socket.socket
        A stream.
    request : int
        From 0 to 2**32 - 1; a reply carries the number of its request.
    message : Message
        What `encode` made.
    """
    sizes = b"".join(SIZE.pack(len(buffer)) for buffer in message.buffers)
    sock.sendall(FRAME.pack(len(message.body), request, len(message.buffers)) + sizes + message.body)
    for buffer in message.buffers:
        sock.sendall(buffer)


def read_frame(
    sock: socket.socket, *, deadline: float | None = None, limits: WireLimits = DEFAULT
) -> tuple[int, Message]:
    """
    Receive one frame.

    Parameters
    ----------
    sock : socket.socket
        A stream.
    deadline : float, optional
        On `time.monotonic`'s clock; waits for ever when left out.
    limits : WireLimits
        A longer frame is refused before it is read.

    Returns
    -------
    tuple of (int, Message)
        The request's number and its message; buffers are bytearrays of their own.

    Raises
    ------
    EOFError
        The other side is gone.
    TimeoutError
        The deadline has passed, also while a frame trickles in byte by byte.
    TooLarge
        The frame announces more than is accepted.
    """
    body_bytes, request, count = FRAME.unpack(_read(sock, FRAME.size, deadline))
    if count > MOST_BUFFERS:
        raise TooLarge(f"Expected at most {MOST_BUFFERS} large arrays in a frame, found {count}.")
    sizes = [size for (size,) in SIZE.iter_unpack(_read(sock, count * SIZE.size, deadline))]
    total = body_bytes + TOTAL(sizes)
    if total > limits.message_bytes:
        raise TooLarge(f"Expected a frame of at most {limits.message_bytes} bytes, found one of {total}.")
    body = bytes(_read(sock, body_bytes, deadline))
    return request, Message(body, tuple(_read(sock, size, deadline) for size in sizes))


def _read(sock: socket.socket, size: int, deadline: float | None) -> bytearray:
    buffer = bytearray(size)
    view, got = memoryview(buffer), 0
    while got < size:
        if deadline is not None:
            left_seconds = deadline - time.monotonic()
            if left_seconds <= 0:
                raise TimeoutError
            sock.settimeout(left_seconds)
        count = sock.recv_into(view[got:])
        if count == 0:
            raise EOFError
        got += count
    return buffer
