"""Plain data between a worker and the examiner of one submission.

What you can do with this file:

- send and receive them, and hand over a socket: `Channel`.

No pickle here either: the examiner works with what students return.
"""

from __future__ import annotations

import socket
from typing import Any

from proctor.inside.pack import encode
from proctor.inside.unpack import decode
from proctor.inside.wire import WireLimits, read_frame, write_frame

__all__ = ["Channel"]

LIMITS = WireLimits(message_bytes=1 << 30, items=20_000_000)
HERE = b"!"


class Channel:
    """One end."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def send(self, value: Any) -> None:
        """Send plain data."""
        self._sock.settimeout(None)
        write_frame(self._sock, 0, encode(value, limits=LIMITS))

    def receive(self, *, deadline: float | None = None) -> Any:
        """Receive plain data; raises EOFError, TimeoutError or a WireError."""
        self._sock.settimeout(None)
        return decode(read_frame(self._sock, deadline=deadline, limits=LIMITS)[1], limits=LIMITS)

    def send_socket(self, handed: socket.socket) -> None:
        """Hand a socket over."""
        socket.send_fds(self._sock, [HERE], [handed.fileno()])

    def receive_socket(self) -> socket.socket:
        """Take a socket that is handed over."""
        self._sock.settimeout(None)
        data, descriptors, _, _ = socket.recv_fds(self._sock, len(HERE), 1)
        if data != HERE or not descriptors:
            raise EOFError
        return socket.socket(fileno=descriptors[0])

    def close(self) -> None:
        """Hang up."""
        self._sock.close()
