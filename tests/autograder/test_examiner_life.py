"""A student's process that dies is started again; some tests run in it; what a test ends with is its score."""

from __future__ import annotations

import os

import pytest

from proctor.course.limits import Limits
from proctor.examiner.outputs import MOST_NOTEBOOK_CHARACTERS
from proctor.model import Ending
from support.examining import LIMITS, STUB, Bench, answer, check, given, points_of

LOOPS = ("pass", "try:\n        i + 1\n    except:\n        pass")
DIE = "import os\nos._exit(0)"
SMALLEST_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01"
FIVE = [answer(f"def f{i}(x):\n    return x + {i}") for i in range(1, 6)]
FIVE_CHECKS = [check(f"assert f{i}(1) == {i} + 1") for i in range(1, 6)]


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy") as made:
        yield made


@pytest.fixture(scope="module")
def five(bench):
    return bench.assignment([*FIVE, *FIVE_CHECKS])


class TestRestart:
    """After the end of a process the cells before are run again in a new one."""

    def test_earlier_and_later_answers_still_work(self, bench, five):
        points = bench.points(five, {"a3": "import os\ndef f3(x):\n    os._exit(0)"})

        assert [1, 1, 0, 1, 1] == list(points.values())

    def test_answers_before_a_cell_that_dies_still_work(self, bench, five):
        assert [1, 1, 0, 1, 1] == list(bench.points(five, {"a3": DIE}).values())

    def test_a_function_that_was_used_before_the_end_works_after_it(self, bench):
        parts = [
            answer("def f(x):\n    return x"),
            answer("def g(x):\n    return x"),
            *(check(f"assert {name}(1) == 1") for name in "fgf"),
        ]
        assignment = bench.assignment(parts)

        assert [1, 0, 1] == list(bench.points(assignment, {"a2": "import os\ndef g(x):\n    os._exit(0)"}).values())

    def test_the_cell_that_died_is_not_run_again(self, bench, five):
        answers = {"a3": DIE, "a5": "import os\ndef f5(x):\n    os._exit(0)"}
        results = bench.results(five, answers)

        assert 1 == bench.restarts(five, answers)
        assert [True, False, True] == [bool(results[name].trouble) for name in ("a3", "t3", "t5")]
        assert "NameError" == results["t3"].outputs[0]["ename"]

    def test_data_of_a_visible_test_are_there_again(self, bench):
        parts = [
            answer("def f(x):\n    return x"),
            check("points = [1, 2]\nassert f(1) == 1"),
            answer("def total():\n    return sum(points)"),
            check("assert total() == 3"),
        ]
        assignment = bench.assignment(parts)

        assert [0, 1] == list(bench.points(assignment, {"a1": "import os\ndef f(x):\n    os._exit(0)"}).values())
        assert [1, 1] == list(bench.points(assignment, {"a2+": DIE}).values())

    def test_there_are_at_most_five_restarts(self, bench):
        cells = [answer(f"def f{i}(x):\n    return x") for i in range(8)]
        assignment = bench.assignment([*cells, *(check(f"assert f{i}(1) == 1") for i in range(8))])
        dying = {f"a{i + 1}": f"import os\ndef f{i}(x):\n    os._exit(0)" for i in range(6)}

        assert 5 == bench.restarts(assignment, dying)
        assert [0] * 8 == list(bench.points(assignment, dying).values())
        assert [0] * 5 + [1] * 3 == list(
            bench.points(assignment, {f"a{i}": dying[f"a{i}"] for i in range(1, 6)}).values()
        )

    def test_definitions_of_the_author_survive_a_cell_that_dies(self, bench):
        parts = [
            answer("def f(x):\n    return x"),
            given("LIMIT = 5\nhelper = f(1)"),
            answer("def g(x):\n    return x"),
            given("def near(x):\n    f(0)\n    return LIMIT - x\nf(2)"),
            check("assert LIMIT - g(1) == 4"),
        ]

        assert [1] == list(
            bench.points(bench.assignment(parts), {"a1": "import os\ndef f(x):\n    os._exit(x)"}).values()
        )

    def test_a_process_that_runs_no_cells_any_more_keeps_what_was_before(self, bench, five):
        broken = "type(get_ipython()).run_cell = type(get_ipython()).showtraceback = None"
        results = bench.results(five, {"a3+": broken})

        assert "The process of the notebook does not run cells any more." == results["a4"].trouble
        assert [False, False, False, True, True] == [results[f"t{i}"].failed for i in range(1, 6)]

    def test_outputs_survive(self, bench, five):
        results = bench.results(five, {"a1+": "print('hello')", "a2": DIE})
        printed = [it["text"] for it in results[""].outputs if it["output_type"] == "stream"]

        assert ["hello\n"] == printed


class TestLimits:
    """What took too long says so, with its limit."""

    @pytest.mark.parametrize(
        ("text", "where", "words"),
        [
            ("while True:\n    pass", "a1", "The cell took longer than 0.3 seconds and was interrupted."),
            ("def f(x):\n    while True:\n        pass", "t1", "The answer took too long and was stopped."),
            ("def f(x):\n    return [10**12]", "t2", "The test took longer than 0.3 seconds and was stopped."),
            ("def f(x):\n    return [10**12]", "t3", "The test took longer than 0.3 seconds and was stopped."),
        ],
        ids=["cell", "call", "test", "test that catches everything"],
    )
    def test_of_a_cell_a_call_and_a_test(self, bench, text, where, words):
        limits = Limits(cell_seconds=0.3, call_seconds=0.2, submission_seconds=60)
        tests = [check("assert f(1) == [1]"), *(check(f"for i in range(f(1)[0]):\n    {it}") for it in LOOPS)]
        assignment = bench.assignment([answer("def f(x):\n    return [x]"), *tests], limits=limits)
        found = bench.results(assignment, {"a1": text})[where]

        assert found.failed
        assert words == found.trouble

    def test_names_bound_before_an_interrupt_stay(self, bench):
        assignment = bench.assignment(
            [answer("def f(x):\n    return x"), check("assert f(1) == 1")],
            limits=Limits(cell_seconds=0.3, call_seconds=0.3, submission_seconds=60),
        )
        assessment = bench.assess(assignment, {"a1": "def f(x):\n    return x\nwhile True:\n    pass"})

        assert {"t1": 1} == points_of(assessment)
        assert Ending.TIMED_OUT is assessment.ending

    def test_of_the_submission(self, bench):
        limits = Limits(cell_seconds=2, call_seconds=1, submission_seconds=0.3)
        cells = [answer("def f(x):\n    return x"), check("assert f(1) == 1"), answer("x = 1"), check("assert x == 1")]
        assignment = bench.assignment(cells, limits=limits)
        results = bench.results(assignment, {"a2": "import time\ntime.sleep(0.5)\nx = 1"})

        assert [False, True] == [results[name].failed for name in ("t1", "t2")]
        assert "The whole submission had 0.3 seconds; this cell did not run." == results["t2"].trouble
        assert not results["t2"].ran


class TestInKernel:
    """Tests that cannot run outside run in the student's process, and are marked."""

    ASKED = (answer("def f(x):\n    return x"), check("assert f(1) == 1 and f.__code__", tags=["in-kernel"]))
    STRANGE = (answer("def f(x):\n    return x"), check("assert f(1) == 1 and f.__code__"))

    @pytest.mark.parametrize("parts", [ASKED, STRANGE], ids=["asked by a tag", "found to be needed"])
    def test_it_is_unverified(self, bench, parts):
        assignment = bench.assignment(parts)
        (notebook,) = bench.assess(assignment).notebooks
        (question,) = notebook.questions

        assert "unverified" == assignment.checks[0].state
        assert (1, False) == (question.points, question.verified)
        assert "t1 ran in the student's own process: unverified." == notebook.comments["a1"]
        assert {"t1": 0} == bench.points(assignment, {"a1": STUB})

    def test_strict_waits_for_a_person(self, bench):
        assignment = bench.assignment([*self.STRANGE, check("assert callable(f)")], strict=True)

        assert {"t1": None, "t2": 1} == bench.points(assignment)

    def test_without_a_solved_notebook_what_cannot_cross_waits_for_a_person(self, bench):
        parts = [answer("", "def f(x):\n    ..."), check("assert f(1) != f(1)"), check("assert f(2)")]
        assignment = bench.assignment(parts, solved=False)

        assert {"t1": None, "t2": None} == bench.points(assignment, {"a1": "def f(x):\n    return object()"})
        assert {"t1": 0, "t2": 1} == bench.points(assignment, {"a1": "def f(x):\n    return x"})

    def test_cells_with_a_tag_do_not_run(self, bench):
        parts = [given("x = 1\n1 / 0", "demo"), answer("y = 'x' in dir()"), check("assert y is False")]
        assignment = bench.assignment(parts, skip_tags=["demo"])

        assert {"t1": 1} == bench.points(assignment)
        assert not bench.results(assignment)[""].ran


class TestSeed:
    """Tests have a seed of their own for each student, who never sees it."""

    PARTS = (
        answer("import os\nseen = os.environ.get('PROCTOR_SEED')"),
        check("import os\nassert seen is None\nprint(os.environ['PROCTOR_SEED'])"),
    )

    def test_each_student_has_another(self, bench):
        assignment = bench.assignment(self.PARTS)
        seeds = set()
        for student in ("ann", "bob", "ann"):
            (notebook,) = bench.assess(assignment, student=student).notebooks
            seeds.add(notebook.notebook["cells"][-1]["outputs"][0]["text"])

        assert 2 == len(seeds)
        assert {1} == {question.points for question in notebook.questions}
        assert "PROCTOR_SEED" not in os.environ


class TestNotes:
    """A diagnosis that an exception of the author's carries reaches the result; the student's does not."""

    AUTHOR = "class Diagnosed(Exception):\n    proctor_note = {'slug': 'off', 'title': 'Off by one', 'odd': 3}"

    def results(self, bench, text):
        test = "if f(1) != 1:\n    raise Diagnosed('look')"
        assignment = bench.assignment([given(self.AUTHOR), answer("def f(x):\n    return x"), check(test)])
        return bench.results(assignment, {"a1": text})["t1"]

    def test_the_note_of_the_author_arrives(self, bench):
        found = self.results(bench, "def f(x):\n    return x + 1")
        note = {"slug": "off", "title": "Off by one"}

        assert note == found.note
        assert note == found.outputs[0]["data"]["application/vnd.proctor.note+json"]
        assert "Diagnosed" == found.outputs[1]["ename"]

    @pytest.mark.parametrize("base", ["Exception", "Diagnosed"])
    def test_the_note_of_a_student_does_not(self, bench, base):
        text = f"class Mine({base}):\n    proctor_note = {{'slug': 'fine', 'title': 'x'}}\ndef f(x):\n    raise Mine"
        found = self.results(bench, text)

        assert found.failed
        assert found.note is None
        assert all("application/vnd.proctor.note+json" not in it.get("data", {}) for it in found.outputs)


class TestPartialCredit:
    """The last value of a test is its score where it is a number from 0 on."""

    @pytest.mark.parametrize(
        ("last", "points"),
        [
            ("2", 2),
            ("1.5 if f(1) == 1 else 0", 1.5),
            ("np.float64(2.5).item()", 2.5),
            ("0", 0),
            ("7", 4),
            ("-1", 4),
            ("float('nan')", 4),
            ("'2'", 4),
            ("2;", 4),
            ("None", 4),
            ("print(2)", 4),
            ("x = 2", 4),
            ("f(3)", 3),
        ],
    )
    def test_of_a_last_value(self, bench, last, points):
        parts = [
            given("import numpy as np"),
            answer("def f(x):\n    return x"),
            check(f"assert f(1) == 1\n{last}", 4.0),
        ]
        assignment = bench.assignment(parts, limits=LIMITS)

        assert {"t1": points} == bench.points(assignment)
        assert {"t1": 0} == bench.points(assignment, {"a1": STUB})


def test_the_outputs_of_a_notebook_have_a_size_together(bench, five):
    """Each cell shows as much as a cell may; what is too much is cut and costs nothing."""
    display = "from IPython.display import Image, display\nfor _ in range(2):\n    display(Image(PICTURE))\n"
    picture = f"PICTURE = {SMALLEST_PNG!r} + bytes(2_900_000)\n"
    results = bench.results(five, {f"a{i}": f"{picture}{display}def f{i}(x):\n    return x + {i}" for i in range(1, 6)})
    sizes = [len(text) for it in results.values() for output in it.outputs for text in output.get("data", {}).values()]

    assert len(sizes) < 2 * 2 * 5  # a picture and a text for each
    assert sum(sizes) <= MOST_NOTEBOOK_CHARACTERS
    assert not any(results[f"t{i}"].failed for i in range(1, 6))
