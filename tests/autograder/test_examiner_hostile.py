"""A hostile answer earns nothing, and costs nothing but its own question.

The notebook has three questions. Each attack in `hostile/` is the answer to the second one, `square`; the other two
answers are right and stand before and after it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from proctor.course.limits import Limits
from support.examining import Bench, answer, check, given, points_of, read_cases

ATTACKS = {path.stem: read_cases(path) for path in sorted((Path(__file__).parent / "hostile").glob("*.txt"))}
IMPORTS = "import math, os, random, signal, sys, time, unittest\nimport numpy as np\nfrom numpy.testing import *"
STYLES = {
    "is equal": "assert square(3.0) == 9.0",
    "is not different": "assert not square(3.0) != 9.0",
    "is in order": "assert 8.9 < square(3.0) < 9.1",
    "is true": "assert square(3.0) and np.ndim(square(3.0)) == 0 and float(square(3.0)) == 9.0",
    "is a float": "assert isinstance(square(3.0), float) and square(3.0) == 9.0",
    "is listed": "assert [square(3.0)] == [9.0] and square(3.0) in (9.0,)",
    "all close": "assert np.allclose(square(np.array(3.0)), 9.0) and np.isclose(square(3.0), 9.0)",
    "assert_allclose": "np.testing.assert_allclose(square(3.0), 9.0)",
    "assert_equal": "assert_equal(square(3.0), 9.0)",
    "assert_almost_equal": "assert_almost_equal(square(3.0), 9.0)",
    "assertEqual": "unittest.TestCase().assertEqual(square(3.0), 9.0)",
    "assertAlmostEqual": "unittest.TestCase().assertAlmostEqual(square(-2.0), 4.0)",
    "is near": "assert abs(square(3.0) - 9.0) < 1e-9 and abs(9.0 - square(3.0)) < 1e-9",
    "leaves nothing": "assert square(3.0) - 9.0 == 0 and not square(3.0) % 9.0",
    "has the largest error": "assert np.abs(square(3.0) - np.array([9.0])).max() < 1e-9",
    "math.isclose": "assert math.isclose(square(3.0), 9.0)",
    "many values": "assert [square(x) for x in (3.0, -2.0, 0.5)] == [9.0, 4.0, 0.25]",
    "no excuse": "try:\n    good = square(3.0) == 9.0\nexcept ValueError:\n    good = True\nassert good",
}
WRONG = "def square(x):\n    return x + x"
LOOPS = {
    "in a loop": "for i in range(int(square(3))):\n    pass",
    "in a loop that catches all": "for i in range(int(square(3))):\n    try:\n        i + 1\n    except:\n        pass",
    "in a function": "def slow(n):\n    return 0 if n == 0 else [sum([1]) for _ in range(n)]\nslow(square(3))",
    "over an endless object": "y = square(-3)\nif not isinstance(y, int):\n    for i in y:\n        pass\n    assert 0",
    "where no alarm is heard": "assert sum(range(square(3))) == 36",
}
WIRE = """
import gc, socket, struct
from proctor.inside import pack, wire
FRAME = wire.FRAME
LOST = "proctor.examiner.failures.Lost:Exception"
def sockets():
    return [it for it in gc.get_objects() if type(it) is socket.socket and it.fileno() >= 0]
def write(data):
    for entry in os.listdir("/proc/self/fd"):
        try:
            socket.socket(fileno=os.dup(int(entry))).sendall(data)
        except OSError:
            pass
def student():
    return next(it for it in gc.get_objects() if type(it).__name__ == "Student" and hasattr(it, "serve_requests"))
def forge(value, ahead=0):
    request = next(it.f_locals["request"] for it in frames() if it.f_code.co_name == "_answer")
    for sock in sockets():
        wire.write_frame(sock, request + ahead, pack.encode(value, handle_for=lambda it: it))
def frames():
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back
"""


def notebook(tests):
    """Three questions; the second one, which is attacked, has all these test cells."""
    double = "def double(values):\n    values *= 2"
    near = "def near(x, y):\n    return abs(x - y) < 1e-9"
    return [
        given(IMPORTS),
        given(near),
        answer("def increase(x):\n    return x + 1"),
        answer("def square(x):\n    return x * x"),
        answer(double),
        check("assert increase(1) == 2\nassert_allclose(increase(np.ones(2)), 2)", 1000.0),
        *(check(test) for test in tests),
        check("x = np.ones(3)\ndouble(x)\nassert list(x) == [2, 2, 2] and near(increase(x[0]), 3)", 2000.0),
    ]


def earned(assessment):
    """What the attacked question earned, and each of the two others."""
    first, *attacked, last = points_of(assessment).values()
    return sum(attacked), first, last


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy", "proctor.inside.serve") as made:
        yield made


@pytest.fixture(scope="module")
def styles(bench):
    return bench.assignment(notebook(STYLES.values()))


@pytest.fixture(scope="module")
def single(bench):
    return bench.assignment(notebook(["assert square(3.0) == 9.0\nassert square(x=-2.0) == 4.0"]))


# These wait for the end of a limit, or send much; the quick suite has others of their kinds.
LONG = {
    *("a text that is too large", "a value that is too large", "half a frame", "the stack overflows"),
    *("endless calls of a function that was never sent", "a busy loop in the cell", "a process that stops itself"),
    *("a call that sleeps and cannot be interrupted", "where no alarm is heard", "in a loop that catches all"),
    "in a function",
}
SLOW = pytest.mark.slow(group="attacks")


def marked(cases):
    """Cases by name, the long ones for the slow suite."""
    return [pytest.param(it, id=name, marks=SLOW if name in LONG else ()) for name, it in cases.items()]


def attacks(name):
    return pytest.mark.parametrize("attack", marked(ATTACKS[name]))


def test_an_honest_answer_earns_everything(bench, styles, single):
    assert (len(STYLES), 1000, 2000) == earned(bench.assess(styles))
    assert (1, 1000, 2000) == earned(bench.assess(single))


@attacks("claims")
def test_a_claim_earns_nothing(bench, styles, attack):
    first, *attacked, last = points_of(bench.assess(styles, {"a2": "\n".join(attack)})).values()
    looked_at = any("np.ma." in it for it in attack)  # honest work has masked arrays, too: there a person decides

    assert (1000, 2000) == (first, last)
    assert not any(attacked)
    assert looked_at or None not in attacked


@attacks("wire")
def test_writing_to_the_wire_earns_nothing(bench, single, attack):
    assert (0, 1000, 2000) == earned(bench.assess(single, {"a2": WIRE + attack[0]}))


def test_an_exception_of_impossible_arguments_is_an_exception(bench, single):
    attack = ATTACKS["wire"]["an exception group without exceptions"][0]

    assert "ExceptionGroup" == bench.results(single, {"a2": WIRE + attack})["t2"].outputs[-1]["ename"]


@attacks("ends")
def test_an_end_costs_only_its_question(bench, single, attack):
    assert (0, 1000, 2000) == earned(bench.assess(single, {"a2": IMPORTS + "\n" + attack[0]}))


@attacks("patches")
def test_a_patch_earns_nothing_and_costs_only_its_question(bench, styles, attack):
    assert (0, 1000, 2000) == earned(bench.assess(styles, {"a2": f"{IMPORTS}\n{attack[0]}\n{WRONG}"}))


@attacks("sabotage")
def test_who_breaks_the_own_process_earns_nothing(bench, styles, attack):
    points, first, last = earned(bench.assess(styles, {"a2": f"{IMPORTS}\n{attack[0]}\n{WRONG}"}))

    assert 0 == points
    assert first in (0, 1000, None)  # noise may reach any of them, and then a person may be asked about right ones
    assert last in (0, 2000, None)


@pytest.mark.parametrize("loop", marked(LOOPS))
def test_a_test_that_the_answer_keeps_busy_is_stopped(bench, loop):
    quick = Limits(cell_seconds=0.3, call_seconds=0.3, submission_seconds=60)
    assignment = bench.assignment(notebook([loop]), limits=quick)
    huge = "class Many:\n    def __getitem__(self, i):\n        return i\n"
    attack = huge + "def square(x):\n    return 10**12 if x > 0 else Many()"

    assert (1, 1000, 2000) == earned(bench.assess(assignment))
    assert (0, 1000, 2000) == earned(bench.assess(assignment, {"a2": attack}))
