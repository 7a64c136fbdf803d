"""The filter of system calls under which student code runs.

What you can do with this file:

- install it in this process and all its children to come: `install`, quicker where `own_program` was called before;
- look at the program that it is: `program`;
- read the table that it is made from: `read_table`, which gives a `Call` for each line of `system_calls.txt`.

A classic BPF program, made here from the table. What the table allows reaches the kernel; what it refuses, and sockets
of rare kinds, fail with EPERM; every other number fails with ENOSYS, as from an older kernel. A call of another
architecture's numbering kills the process. Numbers are looked up in a tree, so that a call costs twelve instructions,
or two dozen where arguments count; since Linux 5.11 the kernel runs none for a number that is always allowed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["ARCHITECTURES", "FAMILIES", "FORGING", "TABLE", "Call", "install", "own_program", "program", "read_table"]

TABLE = Path(__file__).with_name("system_calls.txt")
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2
KILL_PROCESS, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
REFUSE, PRETEND = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS
LOAD, EQUAL, AT_LEAST, ANY_BIT, JUMP, RETURN = 0x20, 0x15, 0x35, 0x45, 0x05, 0x06
FARTHEST = 255  # where a comparison can jump to
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
X32_BIT = 0x40000000
NAMESPACE_FLAGS = 0x7E020000  # all CLONE_NEW* that `clone` takes
NETLINK, ROUTES = 16, 0
# The protocols of each family, or None for all. Further ones of the internet's would load code into the kernel.
FAMILIES: dict[int, tuple[int, ...] | None] = {
    socket.AF_UNIX: None,
    socket.AF_INET: (0, socket.IPPROTO_TCP, socket.IPPROTO_UDP, socket.IPPROTO_ICMP),
    socket.AF_INET6: (0, socket.IPPROTO_TCP, socket.IPPROTO_UDP, socket.IPPROTO_ICMPV6),
    NETLINK: (ROUTES,),  # lists the interfaces
}
FORGING = (0x5412, 0x541C)  # TIOCSTI and TIOCLINUX write what another program takes for its user's keys
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


@dataclass(frozen=True)
class Call:
    """One line of the table; `numbers` by architecture, where it has the call."""

    name: str
    verdict: str
    numbers: dict[str, int]


def read_table(text: str) -> tuple[Call, ...]:
    """
    Read a table of system calls.

    Parameters
    ----------
    text : str
        As in `system_calls.txt`, which says what its columns are.

    Returns
    -------
    tuple of Call
        In its order.
    """
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(
        Call(name, verdict, {on: int(it) for on, it in zip(ARCHITECTURES, numbers, strict=True) if it != "-"})
        for name, verdict, *numbers in lines
    )


def program(machine: str, calls: tuple[Call, ...]) -> bytes:
    """
    Make the program.

    Parameters
    ----------
    machine : str
        "x86_64" or "aarch64", as `platform.machine` says.
    calls : tuple of Call
        The table.

    Returns
    -------
    bytes
        Instructions of eight bytes each.

    Raises
    ------
    OSError
        For another machine; there is no table for it.
    """
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"No filter of system calls is known for {machine}")
    code = [
        # First of all: a machine runs programs of another architecture too, such as 32 bit, whose numbers differ.
        _instruction(LOAD, ARCHITECTURE_AT),
        _instruction(EQUAL, ARCHITECTURES[machine], 1, 0),  # a jump tells how many instructions are left out
        _instruction(RETURN, KILL_PROCESS),
        _instruction(LOAD, NUMBER_AT),
    ]
    if machine == "x86_64":
        # x32 goes by the same architecture, with this bit in its numbers: the table would not meet them.
        code += [_instruction(AT_LEAST, X32_BIT, 0, 1), _instruction(RETURN, KILL_PROCESS)]
    return b"".join([*code, *_tree(_spans({it.numbers[machine]: it.verdict for it in calls if machine in it.numbers}))])


@cache
def own_program() -> bytes:
    """
    Make the program of this machine; a second call finds it made.

    Returns
    -------
    bytes
        As `program` does.

    Raises
    ------
    OSError
        There is no table for this machine.
    """
    return program(platform.machine(), read_table(TABLE.read_text(encoding="ascii")))


def install() -> None:
    """
    Install the filter; it cannot be taken away again.

    Raises
    ------
    OSError
        The kernel refuses it.
    """
    code = own_program()
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer)))
    # Without root a filter is taken only from who gives up new privileges. As plain ints the address would lose a half.
    for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, MODE_FILTER, ctypes.addressof(header), 0, 0)):
        if libc.prctl(*map(ctypes.c_ulong, call)) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"The filter of system calls is refused: {os.strerror(number)}")


def _spans(verdicts: dict[int, str]) -> list[tuple[int, str]]:
    """Where each span of equal verdicts begins, and what it is; "" is what the table does not have."""
    ends = {number + 1: "" for number in verdicts}
    found: list[tuple[int, str]] = []
    for number, verdict in sorted(({0: ""} | ends | verdicts).items()):
        if not found or found[-1][1] != verdict:
            found.append((number, verdict))
    return found


def _tree(spans: list[tuple[int, str]]) -> list[bytes]:
    """Find the span in which the loaded number lies, by halves, and decide."""
    if len(spans) == 1:
        return _decided(spans[0][1])
    middle = len(spans) // 2
    lower, upper = _tree(spans[:middle]), _tree(spans[middle:])
    if len(lower) <= FARTHEST:
        return [_instruction(AT_LEAST, spans[middle][0], len(lower), 0), *lower, *upper]
    far = _instruction(JUMP, len(lower))
    return [_instruction(AT_LEAST, spans[middle][0], 0, 1), far, *lower, *upper]


def _decided(verdict: str) -> list[bytes]:
    """What a verdict is as a program; loading an argument overwrites the number, so each way through returns."""
    if verdict == "clone":
        return [_argument(0), _instruction(ANY_BIT, NAMESPACE_FLAGS, 0, 1), *_returns(REFUSE, ALLOW)]
    if verdict == "ioctl":
        return [_argument(1), *_one_of(FORGING, REFUSE), *_returns(ALLOW)]
    if verdict == "socket":
        code = [_argument(0)]
        for family, protocols in FAMILIES.items():
            inner = [] if protocols is None else [_argument(2), *_one_of(protocols, ALLOW)]
            inner += _returns(ALLOW if protocols is None else REFUSE)
            code += [_instruction(EQUAL, family, 0, len(inner)), *inner]
        return [*code, *_returns(REFUSE)]
    return _returns({"allow": ALLOW, "refuse": REFUSE, "": PRETEND}[verdict])


def _argument(number: int) -> bytes:
    """Load the lower half of an argument, which is all that the kernel reads of flags, families and requests."""
    return _instruction(LOAD, ARGUMENTS_AT + 8 * number)


def _one_of(values: tuple[int, ...], verdict: int) -> list[bytes]:
    return [it for value in values for it in (_instruction(EQUAL, value, 0, 1), _instruction(RETURN, verdict))]


def _returns(*verdicts: int) -> list[bytes]:
    return [_instruction(RETURN, it) for it in verdicts]


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
