"""The filter of system calls under which student code runs.

What you can do with this file:

- install it in this process and all its children to come: `install`; look at the program that it is: `program`.

A classic BPF program, made here from a table. Refused are calls that mount, enter or create namespaces, trace or read
other processes, load code into the kernel, use key rings, reach files by handles, or keep memory that no process has:
nobody needs them in a notebook, and many have opened sandboxes before. They fail with EPERM, and so do sockets of rare
families, such as those to the hypervisor, which no network namespace holds. A call of another architecture's numbering
kills the process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct

__all__ = ["REFUSED", "install", "program"]

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2
KILL_PROCESS, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4
FIRST_ARGUMENT_AT = 16  # its lower half, which is all that the kernel reads of a family or of flags
X32_BIT = 0x40000000
NAMESPACE_FLAGS = 0x7E020000  # all CLONE_NEW* that `clone` takes

# name: number on x86_64, number on aarch64; None where the architecture has no such call
REFUSED: dict[str, tuple[int | None, int | None]] = {
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "clock_adjtime": (305, 266),
    "personality": (135, 92),
    "lookup_dcookie": (212, 18),
    "vhangup": (153, 58),
    # memory that belongs to no process, which the watchdog on memory does not see
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "vmsplice": (278, 75),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
}
CLONE, CLONE3 = (56, 220), (435, 435)
SOCKETS = {"socket": (41, 198), "socketpair": (53, 199)}
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16)  # 16 is netlink, which lists the interfaces
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def program(machine: str) -> bytes:
    """
    Make the program.

    Parameters
    ----------
    machine : str
        "x86_64" or "aarch64", as `platform.machine` says.

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
    column, architecture = ARCHITECTURES[machine]
    refuse, pretend = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS
    code = [
        # First of all: a machine runs programs of another architecture too, such as 32 bit, whose numbers differ.
        _instruction(LOAD, ARCHITECTURE_AT),
        _instruction(EQUAL, architecture, 1, 0),  # a jump tells how many instructions are left out
        _instruction(RETURN, KILL_PROCESS),
        _instruction(LOAD, NUMBER_AT),
    ]
    if machine == "x86_64":
        # x32 goes by the same architecture, with this bit in its numbers: the table would not meet them.
        code += [_instruction(AT_LEAST, X32_BIT, 0, 1), _instruction(RETURN, KILL_PROCESS)]
    for numbers in REFUSED.values():
        if numbers[column] is not None:
            code += [_instruction(EQUAL, numbers[column] or 0, 0, 1), _instruction(RETURN, refuse)]
    for numbers in SOCKETS.values():
        allowed = [it for family in FAMILIES for it in (_instruction(EQUAL, family, 0, 1), _instruction(RETURN, ALLOW))]
        # The load overwrites the call's number, so each way through these returns.
        decided = [_instruction(LOAD, FIRST_ARGUMENT_AT), *allowed, _instruction(RETURN, refuse)]
        code += [_instruction(EQUAL, numbers[column], 0, len(decided)), *decided]
    code += [
        # Its flags lie in memory, where no filter can look; where it does not exist, the C library takes `clone`.
        _instruction(EQUAL, CLONE3[column], 0, 1),
        _instruction(RETURN, pretend),
        _instruction(EQUAL, CLONE[column], 0, 3),
        _instruction(LOAD, FIRST_ARGUMENT_AT),
        _instruction(ANY_BIT, NAMESPACE_FLAGS, 0, 1),
        _instruction(RETURN, refuse),
        _instruction(RETURN, ALLOW),
    ]
    return b"".join(code)


def install() -> None:
    """
    Install the filter; it cannot be taken away again.

    Raises
    ------
    OSError
        The kernel refuses it.
    """
    code = program(platform.machine())
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer)))
    # Without root a filter is taken only from who gives up new privileges. As plain ints the address would lose a half.
    for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, MODE_FILTER, ctypes.addressof(header), 0, 0)):
        if libc.prctl(*map(ctypes.c_ulong, call)) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"The filter of system calls is refused: {os.strerror(number)}")


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
