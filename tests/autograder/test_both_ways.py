"""Tests that could look at the wrong value from outside run inside too, and the smaller points count."""

from __future__ import annotations

import pytest

from proctor.assignment.files import Files
from support.examining import Bench, answer, check, given

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("both ways")]


READS = "assert open('ships.txt').read() == '7'"


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


def told(assessment):
    """The words about the two ways."""
    return [it for it in assessment.reason.split(". ") if "two ways" in it]


# name: cells, the last of which is the test; a right answer written otherwise; wrong ones. The answer is the last one.
CASES = {
    "a list bound again": (
        [answer("res = 10"), check("assert res == 10"), given("res = [1, 2, 3]"), answer("res = [4, 5, 6]")],
        "assert len(res) == 3",
        ["res = list((4, 5, 6))"],
        ["res = [4]", "res = None", "res.append(4)"],
    ),
    "a number bound to the same": (
        [given("most = 10"), answer("most = 10")],
        "assert most == 10",
        ["most = 5 + 5"],
        ["most = 9", "most += 1", "del most", "globals()['most'] = 3", "exec('most = 3')"],
    ),
    "a type": (
        [given("kind = int"), answer("kind = float")],
        "assert kind(1) / 2 == 0.5 and kind is float",
        ["kind = type(0.5)"],
        ["kind = str", "kind = None", ""],
    ),
    "a function defined again": (
        [
            answer("def f(x):\n    return x"),
            check("assert f(1) == 1"),
            given("def f(x):\n    return 0"),
            answer("f = abs"),
        ],
        "assert f(-2) == 2",
        ["def f(x):\n    return max(x, -x)"],
        ["", "def f(x):\n    return x"],
    ),
    "a list that is appended to": (
        [given("items = [1]"), answer("items.append(2)")],
        "assert items == [1, 2]",
        ["items += [2]", "items = [*items, 2]"],
        ["", "items.append(3)", "items = [2]"],
    ),
    "an import": (
        [answer("from math import sqrt")],
        "assert sqrt(49) == 7",
        ["import math\nsqrt = math.sqrt", "def sqrt(x):\n    return x**0.5", "from cmath import sqrt"],
        ["", "def sqrt(x):\n    return 8", "import math", "sqrt = None"],
    ),
    "data that the test measures by": (
        [given("xs = [0, 0.5, 1]"), answer("ys = [x * x for x in xs]")],
        "assert len(ys) == len(xs)",
        ["ys = list(map(lambda x: x * x, xs))"],
        ["ys = [1]", "xs = [1]\nys = [1, 2, 3]", "def f():\n    xs.append(3)\nf()\nys = [0, 0.25, 1]"],
    ),
    "a builtin": (
        [answer("def top(values):\n    return max(values)")],
        "assert top([1, 3]) == max([1, 3])",
        ["def top(values):\n    return sorted(values)[-1]"],
        ["max = min\ndef top(values):\n    return 3"],
    ),
    "a helper of the author's": (
        [given("def close(a, b):\n    return abs(a - b) < 1e-9"), answer("third = 1 / 3")],
        "assert close(third, 1 / 3)",
        ["third = 2 / 6"],
        ["third = 0", "third = 1 / 3\nclose = lambda a, b: False"],
    ),
    "an event loop": (
        [given("import asyncio"), answer("def later():\n    return 3")],
        "assert later() == 3",
        ["later = lambda: 3"],
        ["def later():\n    async def f():\n        return 3\n    return asyncio.run(f())"],
    ),
}


@pytest.fixture(scope="module")
def assignments(bench):
    """Each case once, surveyed."""
    made = {}

    def assignment(name):
        if name not in made:
            cells, test, _, _ = CASES[name]
            made[name] = bench.assignment([*cells, check(test)])
        return made[name]

    return assignment


def last(assignment, role):
    return [it.grade_id for it in assignment.notebooks[0].plan.cells if it.role == role][-1]


RIGHT = [pytest.param(name, text, id=f"{name}: {text[:20]!r}") for name, case in CASES.items() for text in case[2]]
WRONG = [pytest.param(name, text, id=f"{name}: {text[:20]!r}") for name, case in CASES.items() for text in case[3]]


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_a_wrong_answer_earns_nothing(assignments, bench, name, text):
    assignment = assignments(name)
    points = bench.points(assignment, {last(assignment, "answer"): text})

    assert 0.0 == points[last(assignment, "test")]


@pytest.mark.parametrize(("name", "text"), RIGHT)
def test_a_right_one_earns_all(assignments, bench, name, text):
    assignment = assignments(name)
    points = bench.points(assignment, {last(assignment, "answer"): text})

    assert 1.0 == points[last(assignment, "test")]


def test_right_work_that_looks_wrong_from_outside_waits_for_a_person(bench):
    parts = [given("xs = [0, 0.5, 1]"), answer("ys = [x * x for x in xs]"), check("assert len(ys) == len(xs)")]
    found = bench.assess(bench.assignment(parts), {"a1": "xs = [i / 10 for i in range(11)]\nys = [x * x for x in xs]"})

    assert [None] == [it.points for it in found.notebooks[0].questions]
    assert ["t1: the two ways differ (0 outside, 1 inside; the submission binds or changes xs); a person decides."] == [
        it + "." * (not it.endswith(".")) for it in told(found)
    ]


FORGERIES = [
    "import builtins\nbuiltins.len = lambda _: 3\nxs = []\nys = [1]",
    "__builtins__.len = lambda _: 3\nxs = []\nys = [1]",
    "import sys\nsys.modules['builtins'].len = lambda _: 3\nxs = []\nys = [1]",
    "xs = []\nys = [1]\nget_ipython().set_custom_exc((Exception,), lambda *_: None)",
]


@pytest.mark.parametrize(
    "text", [FORGERIES[0], *(pytest.param(it, marks=pytest.mark.slow(group="attacks")) for it in FORGERIES[1:])]
)
def test_a_forged_notebook_buys_no_waiting_cell(bench, text):
    """Inside, `len` says what the student wants: the verdict outside stands, and nobody is asked."""
    parts = [given("xs = [0, 0.5, 1]"), answer("ys = [x * x for x in xs]"), check("assert len(ys) == len(xs)")]

    assert {"t1": 0.0} == bench.points(bench.assignment(parts), {"a1": text})


class TestProof:
    """What `proctor check` says of each test."""

    @pytest.mark.parametrize("name", sorted(CASES))
    def test_these_are_proved(self, assignments, name):
        assert {"outside"} == {it.way for it in assignments(name).checks}

    def test_a_test_of_what_an_answer_leaves_alone_in_the_student_is_not(self, bench):
        """From outside the test sees the author's own `seen`, which the student's call changes only inside."""
        cells = [given("seen = []\ndef note(x):\n    seen.append(x)"), answer("note(3)"), check("assert seen == [3]")]
        (found,) = bench.assignment(cells).checks

        assert found.way in ("both", "outside")
        assert {"t1": 0.0} == bench.points(bench.assignment(cells), {"a1": "note(4)"})

    def test_it_names_the_wrong_version_that_told(self, bench):
        cells = [answer("with open('n.txt', 'w') as f:\n    f.write('1')"), check("assert open('n.txt').read() == '1'")]
        (found,) = bench.assignment(cells).checks

        assert found.way in ("both", "inside")
        assert found.told or found.reason

    @pytest.mark.parametrize(
        ("write", "read"),
        [
            ("open('n.txt', 'w').write('7')", "open('n.txt').read() == '7'"),
            ("from pathlib import Path\nPath('n.txt').write_text('7')", "open('n.txt').read() == '7'"),
            (
                "import json\nwith open('n.txt', 'w') as f:\n    json.dump(7, f)",
                "__import__('json').load(open('n.txt')) == 7",
            ),
            ("import numpy as np\nnp.savetxt('n.txt', [7])", "float(open('n.txt').read()) == 7"),
            ("import shutil\nshutil.copy('seven.txt', 'n.txt')", "open('n.txt').read() == '7'"),
            (
                "def put(text, file=None):\n    print(text, file=file)\nput(7, open('n.txt', 'x+'))",
                "int(open('n.txt').read()) == 7",
            ),
        ],
    )
    def test_a_file_that_an_answer_writes_is_read_inside(self, bench, write, read):
        """Whoever writes something else into it, or nothing, earns nothing."""
        cells = [given("open('seven.txt', 'w').write('7');"), answer(write), check(f"assert {read}")]
        assignment = bench.assignment(cells)

        assert {"inside"} == {it.way for it in assignment.checks}
        assert {"t1": 1.0} == bench.points(assignment)
        assert {"t1": 0.0} == bench.points(assignment, {"a1": write.replace("7", "8").replace("seven", "eight")})
        assert {"t1": 0.0} == bench.points(assignment, {"a1": ""})

    def test_a_file_that_ships_and_that_an_answer_writes_anew_tells_on_a_wrong_version(self, bench):
        """Outside the test sees the author's file; no word of the answer says that it writes one."""
        path = bench.folder / "ships.txt"
        path.write_text("7")
        files = Files(author={"ships.txt": path}, released={"ships.txt": path})
        cells = [answer("put = open\nprint(7, end='', file=put('ships.txt', 'w'), flush=True)"), check(READS)]
        assignment = bench.assignment(cells, files=files)
        (found,) = assignment.checks

        assert ("both", "all answers None: 1 outside, 0 inside") == (found.way, found.told)
        assert {"t1": 1.0} == bench.points(assignment)
        assert {"t1": 0.0} == bench.points(assignment, {"a1": "print(8, file=open('ships.txt', 'w'), flush=True)"})

    def test_without_a_solved_notebook_every_test_runs_both_ways(self, bench):
        assignment = bench.assignment([answer("x = 1"), check("assert x == 1")], solved=False)

        assert {"t1"} == assignment.notebooks[0].doubted


def test_hidden_tests_never_run_in_the_process_that_students_get_outputs_from(bench):
    """A test that can only run inside runs in a second process; later outputs come from the first."""
    hidden = "### BEGIN HIDDEN TESTS\nf(object, 'MARKER')\n### END HIDDEN TESTS"
    parts = [answer("def f(x, y=0):\n    pass"), check(f"f(object)\n{hidden}", tags=["in-kernel"]), given("print(1)")]
    spying = "seen = []\ndef f(x, y=0):\n    seen.append(y)"
    found = bench.assess(bench.assignment(parts), {"a1": spying, "a1+": "", "t1+": "print(seen)"})

    outputs = [it.get("outputs") for it in found.notebooks[0].notebook["cells"]]
    assert "[0]" in str(outputs)
    assert "MARKER" not in str(outputs)
