"""In a real sandbox right code works, and calls that nobody needs fail as they should.

`syscalls/right_code.txt` has a piece of code for each way in which notebooks use the machine. Packages are imported by
the piece itself, under the filter, and not by the warm parent.
"""

from __future__ import annotations

import errno
import platform
import signal
from pathlib import Path

import pytest

from proctor.examiner.bounds import Bounds
from proctor.examiner.student import StudentProcess
from proctor.inside import seccomp
from proctor.sandbox.launcher import Desk, StudentParent
from proctor.sandbox.policy import Fence
from support.examining import read_cases

PACKAGES = ("joblib", "matplotlib", "pandas", "pillow", "scikit-learn", "scipy", "threadpoolctl", "tqdm")
RIGHT = {name: source for name, (source,) in read_cases(Path(__file__).parent / "syscalls" / "right_code.txt").items()}
QUICK = (
    "threads",
    "multiprocessing by fork",
    "subprocess",
    "asyncio",
    "sqlite3",
    "numpy",
    "files and folders",
    "sockets",
)
CALLS = {
    it.numbers[platform.machine()]: it
    for it in seccomp.read_table(seccomp.TABLE.read_text(encoding="ascii"))
    if platform.machine() in it.numbers
}
# uretprobe and uprobe of x86_64, which the kernel itself puts into programs: since 6.14 it asks no filter about them.
UNFILTERED = {335, 336}
# Arguments of -1 name no descriptor, process or place: what a filter with a hole lets through does no harm.
TRY = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def tried(number, *arguments):
    ctypes.set_errno(0)
    found = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments or [-1] * 6))
    return ctypes.get_errno() if found == -1 else 0
def ended_by(number):
    pid = os.fork()
    if pid == 0:
        os._exit(tried(number))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""
pytestmark = [pytest.mark.processes, pytest.mark.needs("bwrap"), pytest.mark.xdist_group("system calls")]
slow = pytest.mark.slow(group="attacks")


@pytest.fixture(scope="module")
def parent():
    with StudentParent(("numpy",), Fence(more=PACKAGES)) as started:
        yield started


@pytest.fixture
def run(parent):
    """Runs cells in one student's process, and gives the value of a name afterwards."""
    process = StudentProcess(Desk(parent, {}), Bounds(), cell_seconds=60.0)

    def value(source, name):
        outputs = process.run(source)
        assert [] == [it for it in outputs if it["output_type"] == "error"]
        return process.connection.ask("get", name)

    yield value
    process.close()


@pytest.mark.parametrize("name", [pytest.param(it, marks=() if it in QUICK else slow) for it in RIGHT])
def test_right_code_works(run, name):
    assert run(f"{RIGHT[name]}\nfinished = True", "finished") is True


def test_whatever_is_not_allowed_fails_as_the_table_says(run):
    numbers = sorted({n for n in range(600) if n not in CALLS or CALLS[n].verdict == "refuse"} - UNFILTERED)
    found = run(f"{TRY}\nfound = [tried(number) for number in {numbers}]", "found")
    expected = [errno.EPERM if n in CALLS else errno.ENOSYS for n in numbers]

    assert {} == {
        n: errno.errorcode.get(it, it) for n, it, want in zip(numbers, found, expected, strict=True) if it != want
    }


def test_what_is_allowed_reaches_the_kernel(run):
    names = ("close", "dup", "fstat", "getdents64", "lseek", "fsync", "ioctl", "fchdir")
    numbers = [n for n, it in CALLS.items() if it.name in names]
    found = run(f"{TRY}\nfound = [tried(number) for number in {numbers}]", "found")

    assert [errno.EBADF] * len(names) == found


@pytest.mark.skipif(platform.machine() != "x86_64", reason="needs x86_64, which alone has a second numbering")
def test_the_second_numbering_ends_the_process(run):
    found = run(f"{TRY}\nfound = [ended_by(0x40000000 | number) for number in (0, 39, 101, 520)]", "found")

    assert [-signal.SIGSYS] * 4 == found


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        pytest.param("socket", (16, 3, 9), id="netlink of the audit"),
        pytest.param("socket", (16, 3, 16), id="netlink of any family"),
        pytest.param("socket", (2, 1, 132), id="SCTP"),
        pytest.param("socket", (2, 1, 262), id="several paths of TCP"),
        pytest.param("socket", (40, 1, 0), id="the hypervisor"),
        pytest.param("ioctl", (0, 0x5412, 0), id="typing for another"),
        pytest.param("ioctl", (0, 0x5412 | 1 << 40, 0), id="typing for another, disguised"),
        pytest.param("clone", (0x10000000 | 17, 0, 0, 0, 0), id="a new namespace of users"),
    ],
)
def test_arguments_are_looked_at(run, call, arguments):
    number = next(n for n, it in CALLS.items() if it.name == call)
    found = run(f"{TRY}\nfound = tried({number}, *{arguments})", "found")

    assert errno.EPERM == found
