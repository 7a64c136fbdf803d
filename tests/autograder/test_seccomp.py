"""The filter of system calls decides every number as its table says, on both architectures, whatever the arguments."""

from __future__ import annotations

import errno
import re
import socket
import struct
from pathlib import Path

import pytest

from proctor.inside import seccomp
from proctor.inside.seccomp import ALLOW, ERRNO, KILL_PROCESS, Call

CALLS = seccomp.read_table(seccomp.TABLE.read_text(encoding="ascii"))
REFUSE, ABSENT = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS
VERDICTS = {"allow": ALLOW, "clone": ALLOW, "ioctl": ALLOW, "socket": REFUSE, "refuse": REFUSE}  # with arguments of 0
MACHINES = sorted(seccomp.ARCHITECTURES)
MOST_STEPS, MOST_STEPS_WITH_ARGUMENTS = 12, 24
PROTOCOLS = (*range(64), 132, 136, 255, 256, 262)  # among them SCTP, UDP-Lite, raw, SMC, MPTCP
X32 = 0x40000000
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
BEFORE = """
mount umount2 pivot_root chroot unshare setns ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd
bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register keyctl add_key request_key open_tree
move_mount fsopen fsconfig fsmount fspick mount_setattr name_to_handle_at open_by_handle_at init_module finit_module
delete_module kexec_load kexec_file_load reboot swapon swapoff acct quotactl syslog settimeofday clock_settime adjtimex
sethostname setdomainname iopl ioperm modify_ldt clock_adjtime personality lookup_dcookie vhangup memfd_create
memfd_secret vmsplice shmget shmat msgget semget mq_open
"""
each_machine = pytest.mark.parametrize("machine", MACHINES)


class Filter:
    """A classic BPF program, run as the kernel runs it; only what such filters use is known."""

    def __init__(self, machine, calls=CALLS):
        self.machine = machine
        self.code = list(struct.iter_unpack("HBBI", seccomp.program(machine, calls)))
        self.steps, self.loaded = 0, set()

    def __call__(self, number, *arguments, architecture=None):
        """The verdict on a call."""
        architecture = seccomp.ARCHITECTURES[self.machine] if architecture is None else architecture
        padded = [it & (1 << 64) - 1 for it in (*arguments, *[0] * 6)][:6]
        data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, architecture, 0, *padded)
        place = held = self.steps = 0
        self.loaded = set()
        while True:
            kind, if_true, if_false, value = self.code[place]
            place += 1
            self.steps += 1
            match kind:
                case 0x06:  # return
                    return value
                case 0x20:  # load
                    held = struct.unpack_from("<I", data, value)[0]
                    self.loaded.add(value)
                case 0x05:  # jump
                    place += value
                case 0x15 | 0x35 | 0x45:  # equal, at least, any bit
                    holds = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[kind]
                    place += if_true if holds else if_false
                case _:
                    raise AssertionError(f"an instruction {kind:#x}")


def number_of(name, machine):
    """A call's number."""
    return next(it.numbers[machine] for it in CALLS if it.name == name)


def header_numbers(machine):
    """Names and numbers that the kernel's own header has."""
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[machine].read_text(encoding="ascii"))
    return {name: int(number) for name, number in found} | ({"newfstatat": 79} if machine == "aarch64" else {})


class TestTable:
    """What `system_calls.txt` says."""

    @each_machine
    def test_its_numbers_are_those_of_the_kernel(self, machine):
        if not HEADERS[machine].exists():
            pytest.skip(f"needs the kernel's header {HEADERS[machine]} (Debian: apt-get install linux-libc-dev)")
        known = header_numbers(machine)
        newest = max(known.values())
        ours = {it.name: it.numbers[machine] for it in CALLS if machine in it.numbers}

        assert {} == {name: n for name, n in ours.items() if n <= newest and known.get(name) != n}
        assert {} == {it.name: known[it.name] for it in CALLS if machine not in it.numbers and it.name in known}

    def test_names_and_numbers_stand_once(self):
        assert len(CALLS) == len({it.name for it in CALLS})
        for machine in MACHINES:
            numbers = [it.numbers[machine] for it in CALLS if machine in it.numbers]
            assert len(numbers) == len(set(numbers))

    def test_a_new_call_has_one_number_everywhere(self):
        assert [] == [it.name for it in CALLS if max(it.numbers.values()) >= 424 and len(set(it.numbers.values())) > 1]

    def test_what_was_ever_refused_still_is(self):
        assert set() == set(BEFORE.split()) - {it.name for it in CALLS if it.verdict == "refuse"}


@each_machine
class TestNumbers:
    """What becomes of a number."""

    def test_every_one_gets_what_the_table_says(self, machine):
        found, expected = Filter(machine), {it.numbers.get(machine): VERDICTS[it.verdict] for it in CALLS}
        numbers = [*range(2000), *(1 << bit for bit in range(11, 30)), X32 - 1]

        assert {} == {n: hex(found(n)) for n in numbers if found(n) != expected.get(n, ABSENT)}

    def test_what_is_newer_than_the_table_does_not_exist(self, machine):
        found = Filter(machine)
        landlock, clone3, statmount, futex_wait = (444, 445, 446), 435, 457, 455

        assert {ABSENT} == {found(n) for n in (*landlock, clone3, statmount, futex_wait, *range(468, 600))}

    def test_arguments_do_not_count_where_the_table_asks_for_none(self, machine):
        found = Filter(machine)
        asked = {it.numbers[machine] for it in CALLS if it.verdict in ("clone", "ioctl", "socket") and it.numbers}
        for number in set(range(600)) - asked:
            found(number, *[-1] * 6)
            assert found.loaded == {0, 4}  # number and architecture: what lets the kernel skip the program

    def test_any_is_decided_in_a_few_steps(self, machine):
        found, looked, steps = Filter(machine), set(), {}
        for number in range(600):
            found(number, -1)
            steps[number] = found.steps
            looked |= {number} if found.loaded > {0, 4} else set()

        assert max(steps[n] for n in looked) <= MOST_STEPS_WITH_ARGUMENTS
        assert max(steps[n] for n in set(steps) - looked) <= MOST_STEPS

    def test_another_architecture_ends_the_process(self, machine):
        found = Filter(machine)
        others = {0x40000003, 0x40000028, *seccomp.ARCHITECTURES.values()} - {seccomp.ARCHITECTURES[machine]}

        assert {KILL_PROCESS} == {found(n, architecture=it) for n in range(600) for it in others}


def test_architectures_are_told_by_the_machines_numbers_of_elf():
    little_endian_64_bit = 0xC0000000

    assert seccomp.ARCHITECTURES == {"x86_64": 62 | little_endian_64_bit, "aarch64": 183 | little_endian_64_bit}


def test_x32_ends_the_process():
    found = Filter("x86_64")

    assert {KILL_PROCESS} == {found(X32 | n) for n in range(2000)} | {found(-1), found(1 << 31), found(0xC0000000)}


def test_a_machine_without_a_table_is_told():
    with pytest.raises(OSError, match="No filter of system calls is known for riscv64"):
        seccomp.program("riscv64", CALLS)


def test_a_tree_too_large_for_a_jump_is_right_as_well():
    calls = tuple(Call(str(n), ("allow", "refuse")[n % 2], {"aarch64": n}) for n in range(1200))
    found = Filter("aarch64", calls)

    assert [ALLOW, REFUSE] * 600 + [ABSENT] == [found(n) for n in range(1201)]


@each_machine
class TestArguments:
    """Where the table looks at arguments, the upper half of a register hides nothing."""

    @pytest.mark.parametrize("upper", [0, 1 << 32, -1 << 32], ids=["plain", "bit 32", "negative"])
    def test_no_flag_of_a_new_namespace_passes_clone(self, machine, upper):
        found, clone = Filter(machine), number_of("clone", machine)
        namespaces = {0x00020000, *(1 << bit for bit in range(25, 31))}
        verdicts = {flag: found(clone, upper | flag | 17) for flag in (1 << bit for bit in range(32))}

        assert verdicts == {flag: REFUSE if flag in namespaces else ALLOW for flag in verdicts}

    @pytest.mark.parametrize("upper", [0, 1 << 32, -1 << 32], ids=["plain", "bit 32", "negative"])
    def test_nobody_types_for_another(self, machine, upper):
        found, ioctl = Filter(machine), number_of("ioctl", machine)
        refused = [n for n in range(1 << 16) if found(ioctl, 0, upper | n) != ALLOW]

        assert [0x5412, 0x541C] == refused

    @pytest.mark.parametrize("name", ["socket", "socketpair"])
    @pytest.mark.parametrize("upper", [0, 1 << 32, -1 << 32], ids=["plain", "bit 32", "negative"])
    def test_sockets_are_of_a_few_kinds(self, machine, name, upper):
        found, number = Filter(machine), number_of(name, machine)
        expected = {(family, 0) for family in (socket.AF_INET, socket.AF_INET6, 16)}
        expected |= {(2, 1), (2, 6), (2, 17), (10, 58), (10, 6), (10, 17)} | {(1, n) for n in PROTOCOLS}
        pairs = [(family, protocol) for family in range(64) for protocol in PROTOCOLS]
        passed = {it for it in pairs if found(number, upper | it[0], 2, upper | it[1]) == ALLOW}

        assert expected == passed
