"""Honest work ends with its verdict: odd texts cost no notebook, and a notebook has one time for all of it."""

from __future__ import annotations

import io
import json
import os
import time

import numpy as np
import pytest

from proctor.course.limits import Limits
from proctor.examiner.effects import take_over
from proctor.examiner.outputs import checked_outputs
from proctor.examiner.step import LATE, StepResult
from proctor.examiner.task import result_facts, result_from
from proctor.inside.pack import encode
from proctor.inside.texts import encodable, encodable_all, sendable_outputs
from proctor.inside.unpack import decode
from proctor.inside.wire import Malformed, Unsendable
from proctor.intake.notebook import parse_notebook
from proctor.intake.repair import Step
from proctor.marks.rendering import autograded_notebook
from proctor.model import Ending
from proctor.plan.notebook import Role
from support.examining import Bench, answer, check, given, points_of

HALF = "\ud800"
SPELLED = "\\ud800"
IDENTITY = "def f(x):\n    return x"
SETUP = "import json, os\nimport numpy as np"


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy") as made:
        yield made


def graded(bench, test, text, solved=IDENTITY, *, limits=None):
    """A notebook of two questions; the first is answered with a text."""
    parts = [given(SETUP), answer(solved), check(test), answer("def g():\n    return 1"), check("assert g() == 1")]
    assignment = bench.assignment(parts, **({"limits": limits} if limits else {}))
    return bench.assess(assignment, {"a1": text})


def cells_of(assessment):
    (notebook,) = assessment.notebooks
    return {it["metadata"].get("nbgrader", {}).get("grade_id", ""): it for it in notebook.notebook["cells"]}


class TestHalves:
    """Half a character is data in a test, and spelled wherever people read it."""

    @pytest.mark.parametrize(
        ("test", "points"),
        [
            ("assert json.loads(f('\"\\\\ud800\"')) == '\\ud800'", 1),
            ("assert json.loads(f('\"\\\\ud800\"')) == 'b'", 0),
            ("assert f('\\ud800') == '\\ud800'", 1),
            ("assert f({'\\ud800': ['\\ud83d\\ude00']}) == {'\\ud800': ['\\ud83d\\ude00']}", 1),
            ("assert f(np.array(['\\ud800'])).tolist() == ['\\ud800']", 1),
            ("assert f(np.array(['\\ud800']))[0] == f(np.str_('\\ud800'))", 1),
            ("print(f('\\ud800'))\nf('\\ud800')", 1),
            ("x = f('\\ud800')\nassert x == 'b', x", 0),
            ("x = f(1)\nraise ValueError('\\ud800')", 0),
        ],
    )
    def test_of_a_test_the_verdict_stays(self, bench, test, points):
        assessment = graded(bench, test, IDENTITY, "def f(x):\n    return 0 if x is None else x")

        assert {"t1": points, "t2": 1} == points_of(assessment)
        assert Ending.GRADED is assessment.ending or "version 0" in assessment.reason
        assert () == assessment.suspicions
        json.dumps(assessment.notebooks[0].notebook, ensure_ascii=False).encode()

    def test_it_is_spelled_in_the_notebook(self, bench):
        cells = cells_of(graded(bench, "print(f('\\ud800'))\nassert f(1) == 2, '\\ud800'", IDENTITY))
        printed, failed = cells["t1"]["outputs"]

        assert f"{SPELLED}\n" == printed["text"]
        assert SPELLED == failed["evalue"]

    @pytest.mark.parametrize(
        "text",
        [
            f"{IDENTITY}\nprint('\\ud800')\n'\\ud800'",
            f"{IDENTITY}\nraise ValueError('\\ud800')",
            f"{IDENTITY}\nf.__name__ = '\\ud800'",
            "def f(x):\n    print('\\ud800')\n    return x",
            "import warnings\ndef f(x):\n    warnings.warn('\\ud800')\n    return x",
            "def f(x):\n    print('\\ud800')\n    raise ValueError('\\ud800')",
        ],
        ids=["shown", "raised by the cell", "a name", "printed by the call", "warned", "raised by the call"],
    )
    def test_of_an_answer_costs_nothing_and_accuses_nobody(self, bench, text):
        test = "try:\n    assert f(1) == 1\nexcept ValueError as error:\n    assert error.args == ('\\ud800',)"
        assessment = graded(bench, test, text)

        assert {"t1": 1, "t2": 1} == points_of(assessment)
        assert ((), ()) == (assessment.suspicions, assessment.troubles)
        json.dumps(assessment.notebooks[0].notebook, ensure_ascii=False).encode()

    def test_of_a_note_and_a_name_it_is_spelled(self, bench):
        text = "import enum\nclass Slug(enum.StrEnum):\n    ODD = 'odd\\ud800'"
        odd = "{'slug': Slug.ODD, 'title': '\\ud800', 'message': f('\\ud800'), 'section': float('nan')}"
        raised = f"    error = ValueError()\n    error.proctor_note = {odd}\n    raise error"
        test = f"if f(1) != 2:\n{raised}"
        parts = [given(text), answer("def f(x):\n    return 2"), check(test)]
        (notebook,) = bench.assess(bench.assignment(parts), {"a1": IDENTITY}).notebooks

        assert {"slug": f"odd{SPELLED}", "title": SPELLED, "message": SPELLED} == notebook.notes["t1"]
        assert {str} == {type(it) for it in notebook.notes["t1"].values()}
        assert [0] == [it.points for it in notebook.questions]

    def test_a_note_that_cannot_be_read_is_none(self, bench):
        note = "class Note(Exception):\n    @property\n    def proctor_note(self):\n        raise RuntimeError"
        test = f"{note}\nif f(1) != 1:\n    raise Note"

        assessment = graded(bench, test, "def f(x):\n    return 5")

        assert ({"t1": 0, "t2": 1}, ()) == (points_of(assessment), assessment.troubles)

    def test_tags_and_names_of_a_submission_are_whole(self):
        metadata = {"tags": ["a\ud800"], "nbgrader": {"grade_id": "b\ud800", "schema_version": "c\ud800"}}
        content = {"cells": [{"cell_type": "code", "source": "1", "metadata": metadata}]}
        (cell,), repairs = parse_notebook(json.dumps(content).encode())

        assert (("a?",), "b?") == (cell.tags, cell.grade_id)
        "".join(repairs).encode()

    def test_what_is_rendered_can_be_written(self):
        step = Step(Role.STUDENTS, "code", f"a{HALF}", tags=(HALF,))
        result = StepResult([{"output_type": "stream", "name": "stdout", "text": HALF}])
        content = autograded_notebook([step], [result], {"name": HALF})

        assert f"a{SPELLED}" == content["cells"][0]["source"]
        json.dumps(content, ensure_ascii=False).encode()

    def test_the_wire_carries_it_only_where_it_is_asked_to(self):
        message = encode([HALF, np.array([HALF])], halves=True)

        assert [HALF] == decode(message, halves=True)[1].tolist()
        for way in (lambda: encode(HALF), lambda: encode(np.array([HALF])), lambda: decode(message)):
            with pytest.raises((Unsendable, Malformed)):
                way()


class Shout(str):
    """A text that runs code."""

    __slots__ = ()

    def encode(self, *_):
        pytest.fail("it was called")


class TestPlainTexts:
    """Whatever a text is made of, it can be sent and written down."""

    def test_a_subclass_becomes_a_text_and_runs_nothing(self):
        assert (str, "a") == (type(encodable(Shout("a"))), encodable(Shout("a")))

    def test_numbers_stay(self):
        assert [{"a": [1, 0.5, None, True]}] == encodable_all([{"a": (1, 0.5, None, True)}])

    def test_a_result_arrives_as_it_was(self):
        result = StepResult(
            [{"output_type": "stream", "name": "stdout", "text": HALF}], shown=Shout("1"), note={"a": HALF}
        )
        back = result_from(decode(encode(result_facts(result))))

        assert (SPELLED, "1", {"a": SPELLED}) == (back.outputs[0]["text"], back.shown, back.note)

    def test_a_bundle_keeps_texts_and_bytes(self):
        data = {
            "text/plain": HALF,
            "application/json": 10**9999,
            "image/png": bytearray(b"ab"),
            3: "x",
            "text/html": object,
        }
        (found,) = sendable_outputs([{"output_type": "display_data", "data": data, "metadata": {"a": object}}])

        assert {"output_type": "display_data", "data": {"text/plain": SPELLED, "image/png": b"ab"}} == found

    def test_bytes_of_a_picture_are_kept_as_jupyter_keeps_them(self):
        found = checked_outputs([{"output_type": "display_data", "data": {"image/png": b"ab", "text/plain": b"c"}}])

        assert [{"image/png": "YWI="}] == [it["data"] for it in found]

    def test_outputs_of_the_students_process_are_spelled(self):
        (found,) = checked_outputs([{"output_type": "display_data", "data": {"text/plain": HALF}}])

        assert {"text/plain": SPELLED} == found["data"]

    def test_a_print_between_two_cells_goes_to_a_stream_that_writes_bytes(self, monkeypatch):
        written = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        monkeypatch.setattr("sys.stdout", written)
        take_over({"printed": [["stdout", HALF]]}, [], {})

        assert SPELLED.encode() == written.buffer.getvalue()

    def test_words_of_an_error_that_are_none_are_left_out(self):
        odd = {"output_type": "error", "ename": 3, "evalue": object(), "traceback": ["a"]}

        assert [("", "")] == [(it["ename"], it["evalue"]) for it in checked_outputs([odd])]

    def test_a_cell_that_shows_anything_runs_on(self, bench):
        show = "display({'text/plain': 'a', 'application/json': 10**9999, 'image/png': b'ab', 3: object()}, raw=True)"
        assessment = graded(bench, "assert f(1) == 1", f"from IPython.display import display\n{IDENTITY}\n{show}")

        assert ({"t1": 1, "t2": 1}, ()) == (points_of(assessment), assessment.troubles)
        assert [{"text/plain": "a", "image/png": "YWI="}] == [
            it["data"] for it in cells_of(assessment)["a1"]["outputs"]
        ]


def test_a_broken_notebook_is_told_as_broken(bench):
    """Who breaks IPython may have done so by mistake."""
    assessment = graded(
        bench, "assert f(1) == 1", "type(get_ipython()).run_cell = type(get_ipython()).showtraceback = None"
    )

    assert "The process of the notebook does not run cells any more." in assessment.reason
    assert () == assessment.suspicions


DIE = "import os\nos._exit(0)"


class TestOneTime:
    """Replays, processes that are started again and attempts share the one time of a notebook."""

    @pytest.mark.slow(group="attacks")
    def test_of_replays(self, bench):
        """Three cells that hear no interrupt take most of the time; behind them the process ends, again and again."""
        limits = Limits(cell_seconds=5, call_seconds=5, submission_seconds=4)
        deaf = "try:\n        time.sleep(end - time.time())\n    except (KeyboardInterrupt, ValueError):\n        pass"
        slow = f"import time\nend = time.time() + 1.2\nwhile time.time() < end:\n    {deaf}"
        parts = [answer("def f(x):\n    return x"), check("assert f(1) == 1")]
        parts += [*(answer(f"x{i} = 1") for i in range(6)), check("assert x5 == 1")]
        assignment = bench.assignment(parts, limits=limits)
        answers = {f"a{i}": slow for i in range(2, 5)} | {f"a{i}": DIE for i in range(5, 8)}
        start = time.monotonic()
        assessment = bench.assess(assignment, answers)

        assert time.monotonic() - start < 4 + 2
        assert Ending.TIMED_OUT is assessment.ending
        assert {"t1": 1, "t2": 0} == points_of(assessment)
        assert "The whole submission had 4 seconds; this cell did not run." == assessment.notebooks[0].questions[1].note

    def test_of_a_call_in_the_last_moment(self, bench):
        limits = Limits(cell_seconds=20, call_seconds=20, submission_seconds=1.5)
        slow = "import time\ndef f(x):\n    time.sleep(x and 10)\n    return x"
        start = time.monotonic()
        assessment = graded(bench, "assert f(0) == 0", slow.replace("x and ", ""), limits=limits)

        assert time.monotonic() - start < 1.5 + 2.5
        assert Ending.TIMED_OUT is assessment.ending
        assert "The whole submission had 1.5 seconds; this cell was stopped." in assessment.reason

    def test_of_a_cell_in_the_last_moment(self, bench):
        limits = Limits(cell_seconds=20, call_seconds=20, submission_seconds=1)
        assessment = graded(bench, "assert f(0) == 0", f"{IDENTITY}\nimport time\ntime.sleep(10)", limits=limits)

        assert [LATE, LATE, LATE, LATE] == [it.slug for it in assessment.troubles]
        assert "The whole submission had 1 seconds; this cell was stopped." in assessment.reason

    @pytest.mark.slow(group="attacks")
    def test_of_attempts_and_what_was_known_before_stays(self, bench):
        limits = Limits(cell_seconds=9, call_seconds=9, submission_seconds=4)
        slow = "import time\nassert f(1) == 1\ntime.sleep(3 if f(2) != 2 else 0)"
        deadly = "import os\nif f(2) != 2:\n    os._exit(1)"
        parts = [answer(IDENTITY), check(slow), check(deadly), check(slow), check("assert f(1) == 1")]
        assignment = bench.assignment(parts, limits=limits)
        start = time.monotonic()
        assessment = bench.assess(assignment, {"a1": "def f(x):\n    return x if x == 1 else 0"})

        assert time.monotonic() - start < 4 + 2.5
        assert Ending.TIMED_OUT is assessment.ending
        assert {"t1": 1, "t2": 0, "t3": 0, "t4": 0} == points_of(assessment)

    @pytest.mark.slow(group="attacks")
    def test_of_a_test_that_hears_no_alarm(self, bench):
        limits = Limits(cell_seconds=30, call_seconds=30, submission_seconds=2)
        parts = [answer(IDENTITY), check("assert f(1) == 1"), check("sum(range(f(3)))"), check("assert f(1) == 1")]
        assignment = bench.assignment(parts, limits=limits)
        start = time.monotonic()
        assessment = bench.assess(assignment, {"a1": "def f(x):\n    return x if x == 1 else 10**12"})

        assert time.monotonic() - start < 2 + 5 + 3
        assert {"t1": 1, "t2": 0, "t3": 0} == points_of(assessment)
        assert Ending.TIMED_OUT is assessment.ending

    def test_memory_is_not_blamed_for_what_broke_the_examiner(self, bench):
        test = "import proctor.examiner.examine as own\nif f(1) != 1:\n    own.within = None\nassert f(1) == 1"
        assessment = graded(bench, test, "def f(x):\n    return 2")

        assert {"t1": 0, "t2": 1} == points_of(assessment)
        assert "The test broke the examiner (TypeError" in assessment.reason
        assert "memory" not in assessment.reason


def test_steps_without_time_are_told_in_one_way(bench):
    """Text cells and skipped ones are not among them."""
    limits = Limits(cell_seconds=2, call_seconds=1, submission_seconds=0)
    parts = [answer(IDENTITY), check("assert f(1) == 1", tags=["skip"]), check("assert f(1) == 1")]
    assignment = bench.assignment(parts, skip_tags=["skip"], solved=False, limits=limits)
    results = bench.results(assignment)

    assert [LATE, "", LATE] == [results[name].trouble_slug for name in ("a1", "t1", "t2")]
    assert os.environ.get("PROCTOR_SEED") is None
