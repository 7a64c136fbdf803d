"""Points are nbgrader's, but for text on stderr."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from proctor.marks.scoring import comment_of, hand_points, test_points as points_of
from proctor.model import Row
from proctor.plan.notebook import checksum

SHOWN = [
    *(None, "0", "0.0", "1", "1.5", "3", "3.0", "3.5", "1000", "-0.0", "-1", "-0.5", "1e-3", "1_000", " 2 ", "2\n"),
    *("nan", "inf", "-inf", "NaN", "Infinity", "True", "False", "'fine'", "'1.5'", "[1]", "1+2j", "np.float64(1.5)"),
    *("", "None", "١", "0x1", "1,5"),  # noqa: RUF001 - another script's digit is a number to Python
]
MOST = [0.0, 1.0, 3.0]
SCRIPT = """
import json, sys
import nbformat
from nbgrader import utils

table = []
for most, failed, shown in json.load(sys.stdin):
    cell = nbformat.v4.new_code_cell("x")
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "points": most, "grade_id": "a", "task": False}
    if failed:
        cell.outputs.append(nbformat.v4.new_output("error", ename="E", evalue="", traceback=[]))
    elif shown is not None:
        cell.outputs.append(nbformat.v4.new_output("execute_result", {"text/plain": shown}, execution_count=1))
    try:
        table.append(utils.determine_grade(cell)[0])
    except Exception as error:
        table.append(type(error).__name__)
json.dump(table, sys.stdout)
"""


@pytest.fixture(scope="module")
def nbgraders():
    """What nbgrader itself gives, for each case."""
    cases = [(most, failed, shown) for most in MOST for failed in (False, True) for shown in SHOWN]
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=True, timeout=120)
    return dict(zip(cases, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("most", MOST)
class TestTestPoints:
    """A test cell earns what nbgrader gives it."""

    @pytest.mark.parametrize("shown", SHOWN, ids=repr)
    def test_without_an_error(self, nbgraders, most, shown):
        """Where nbgrader fails, at a number above the most and at an empty text, the cell earns the most."""
        theirs = nbgraders[most, False, shown]

        assert (most if theirs in ("ValueError", "KeyError") else theirs) == points_of(most, failed=False, shown=shown)

    @pytest.mark.parametrize("shown", SHOWN, ids=repr)
    def test_with_an_error(self, nbgraders, most, shown):
        assert nbgraders[most, True, shown] == 0.0 == points_of(most, failed=True, shown=shown)


def test_nbgrader_fails_at_too_much_alone(nbgraders):
    """So the comparison above compares."""
    failing = {shown for (most, failed, shown), it in nbgraders.items() if most == 3.0 and isinstance(it, str)}

    assert failing == {"3.5", "1000", "1_000", "inf", "Infinity", ""}


@pytest.mark.parametrize("shown", SHOWN, ids=repr)
def test_points_lie_between_nothing_and_the_most(shown):
    assert 0 <= points_of(3.0, failed=False, shown=shown) <= 3.0


def row(source="stub", *, solution=True, task=False, graded=True):
    """A cell that a person marks."""
    made = Row("essay", "markdown", source, False, "", 4.0 if graded else None, graded, solution, task)
    return Row(*(getattr(made, it) for it in ("name", "kind", "source", "locked")), checksum(made, source), *rest(made))


def rest(made):
    """The fields after the checksum."""
    return made.points, made.graded, made.solution, made.task


class TestHandPoints:
    """Nothing written is nothing earned; all else waits for a person."""

    def test_an_answer_as_it_was_handed_out_earns_nothing(self):
        assert hand_points(row(), "stub") == 0.0

    @pytest.mark.parametrize("source", ["my answer", "", "stub "], ids=["written", "deleted", "a space"])
    def test_anything_else_waits(self, source):
        assert hand_points(row(), source) is None

    def test_a_cell_that_is_no_solution_always_waits(self):
        assert hand_points(row(solution=False, task=True), "stub") is None


class TestComment:
    """Where nothing was written the comment says so."""

    @pytest.mark.parametrize("graded", [True, False])
    def test_an_answer_as_it_was_handed_out(self, graded):
        assert comment_of(row(graded=graded), "stub") == "No response."

    def test_an_answer(self):
        assert comment_of(row(), "my answer") is None

    def test_a_task_has_none(self):
        assert comment_of(row(solution=False, task=True), "stub") is None
