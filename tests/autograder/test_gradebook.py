"""proctor writes into the gradebook what nbgrader writes, and nothing that a person wrote is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from proctor.course.nbgrader import find_course
from proctor.errors import AuthorError
from proctor.gradebook import Gradebook, tables
from support.tiny import (
    FACTS,
    HOURS,
    NOTEBOOKS,
    RECORDS,
    ZERO,
    execute,
    facts_of,
    graded_course,
    nbgrader,
    record_all,
    tiny_course,
)

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The course, its assignment and its submissions; nothing is graded."""
    return tiny_course(tmp_path_factory.mktemp("tiny") / "course", ZERO)


@pytest.fixture
def course(generated, tmp_path):
    """A copy of it to grade in."""
    return shutil.copytree(generated, tmp_path / "course")


@pytest.fixture
def graded(course):
    """The same, graded by us."""
    record_all(course)
    return course


BY_HAND = (
    "update grade set manual_score = 2.5 where cell_id in (select id from base_cell where name = 'plot')",
    "update grade set manual_score = 0.5 where cell_id in (select id from base_cell where name = 'cube-check')",
    "update grade set extra_credit = 1",
    "update comment set manual_comment = 'Well done.'",
    "update submitted_notebook set flagged = 1",
    "update submitted_assignment set extension = '1970-01-01 02:00:00.000000' where student_id = 'bob'",
)
RECORD = """
import json, sys
from pathlib import Path
from proctor.course.nbgrader import find_course
from proctor.gradebook import Gradebook
from proctor.model import Mark

with Gradebook(find_course(Path.cwd())) as gradebook:
    for student, facts in json.load(sys.stdin).items():
        facts["marks"] = {
            name: given and [Mark(*mark) for mark in given] for name, given in facts["marks"].items()
        }
        gradebook.record("hw1", student, **facts)
"""


def record_apart(root):
    """Record in a process of its own: a plugin imports nbgrader, which warns."""
    plain = {
        student: facts
        | {
            "marks": {
                n: given and [[it.grade_id, it.auto_score] for it in given] for n, given in facts["marks"].items()
            }
        }
        for student, facts in RECORDS.items()
    }
    subprocess.run([sys.executable, "-c", RECORD], input=json.dumps(plain), cwd=root, text=True, check=True, timeout=60)


@pytest.fixture(scope="module")
def twins(generated, tmp_path_factory):
    """A course graded by nbgrader and one by us."""
    theirs = graded_course(tmp_path_factory.mktemp("twin") / "theirs")
    ours = shutil.copytree(generated, tmp_path_factory.mktemp("twin") / "ours")
    record_all(ours)
    return theirs, ours


@pytest.fixture(scope="module")
def first(twins):
    """What was recorded in both."""
    return tuple(map(facts_of, twins))


@pytest.fixture(scope="module")
def second(twins, first, tmp_path_factory):
    """The same after a person has marked, and graded again with another plugin."""
    theirs, ours = (shutil.copytree(it, tmp_path_factory.mktemp("again") / it.name) for it in twins)
    for root in (theirs, ours):
        for statement in BY_HAND:
            execute(root, statement)
        (root / "nbgrader_config.py").write_text(f"c = get_config()\n{HOURS}", encoding="utf-8")
    nbgrader(theirs, "autograde", "hw1", "--no-execute", "--force")
    record_apart(ours)
    return facts_of(theirs), facts_of(ours)


ROUNDS = [
    "first",
    pytest.param("second", marks=pytest.mark.slow(group="classes"), id="after marking by hand"),
]


@pytest.mark.parametrize("round_", ROUNDS)
@pytest.mark.parametrize("what", FACTS)
class TestSameAsNbgrader:
    """Every column but ids."""

    def test_rows_are_nbgraders(self, request, round_, what):
        theirs, ours = request.getfixturevalue(round_)

        assert theirs[what] == ours[what]

    def test_there_are_rows(self, request, round_, what):
        expected = {"students": 4, "submissions": 4, "notebooks": 8, "grades": 24, "comments": 20}

        assert expected[what] == len(request.getfixturevalue(round_)[1][what])


def test_the_first_round_has_a_zero_penalty(first):
    assert [None, 1.5, 2.0] == sorted({row[3] for row in first[1]["notebooks"]} - {0.0}, key=lambda it: it or 0)


@pytest.mark.slow(group="classes")
class TestTheComparisonBites:
    """The situations in the second round are what they should be."""

    def test_it_has_penalties_by_the_hour(self, second):
        penalties = {row[:2]: row[3] for row in second[1]["notebooks"]}

        assert (None, 3.0) == (penalties["bob", "one"], penalties["cyd", "one"])

    def test_it_keeps_what_a_person_gave(self, second):
        grades = {row[5:7] for row in second[1]["grades"] if row[2] == "plot"}

        assert {(2.5, 1.0)} == grades
        assert {"Well done."} == {row[5] for row in second[1]["comments"]}


COLUMNS = """
import json
from nbgrader.api import Base
tables = Base.metadata.tables.values()
print(json.dumps({it.name: {c.name: type(c.type).__name__ for c in it.columns} for it in tables}))
"""


@pytest.fixture(scope="module")
def nbgraders():
    """Column by column, with types."""
    command = [sys.executable, "-W", "ignore", "-c", COLUMNS]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout.splitlines()[-1])


class TestTables:
    """The tables are named here, not imported."""

    @pytest.mark.parametrize("name", [name for name in tables.__all__ if name != "SCORE"])
    def test_columns_are_nbgraders(self, nbgraders, name):
        texts = {"Text", "Enum", "String"}
        table = getattr(tables, name)
        theirs = {key: "String" if kind in texts else kind for key, kind in nbgraders[table.name].items()}

        assert {it.name: type(it.type).__name__ for it in table.columns}.items() <= theirs.items()


class TestNotebooks:
    """What the author stored."""

    def test_rows_stand_in_the_order_of_the_notebook(self, generated):
        with Gradebook(find_course(generated)) as gradebook:
            found = {it.name: [row.name for row in it.rows] for it in gradebook.notebooks("hw1")}

        assert {name: [cell["id"] for cell in it["cells"]] for name, it in NOTEBOOKS.items()} == found

    def test_a_row_says_what_a_cell_is(self, generated):
        with Gradebook(find_course(generated)) as gradebook:
            rows = {row.name: row for row in gradebook.notebooks("hw1")[0].rows}
        kinds = {
            name: (it.kind, it.points, it.graded, it.solution, it.task, it.locked, len(it.checksum))
            for name, it in rows.items()
        }

        assert {
            "intro": ("markdown", None, False, False, False, True, 32),
            "square": ("code", None, False, True, False, False, 32),
            "square-check": ("code", 2.0, True, False, False, True, 32),
            "plot": ("code", 3.0, True, True, False, False, 32),
            "essay": ("markdown", 4.0, True, True, False, False, 32),
            "task": ("markdown", 5.0, False, False, True, True, 32),
        } == kinds
        assert "square(3) == 9" in rows["square-check"].source

    def test_the_kernel_is_kept(self, generated):
        with Gradebook(find_course(generated)) as gradebook:
            assert {"python3"} == {it.kernelspec["name"] for it in gradebook.notebooks("hw1")}

    @pytest.mark.parametrize("method", ["notebooks", "scores"])
    def test_an_unknown_assignment_is_told(self, generated, method):
        with (
            Gradebook(find_course(generated)) as gradebook,
            pytest.raises(AuthorError, match="run `nbgrader generate_assignment hw9`"),
        ):
            getattr(gradebook, method)("hw9")

    def test_an_assignment_without_notebooks_is_told(self, course):
        execute(course, "update notebook set assignment_id = 'gone'")

        with Gradebook(find_course(course)) as gradebook, pytest.raises(AuthorError, match="Expected notebooks of hw1"):
            gradebook.notebooks("hw1")


@pytest.mark.parametrize("statements", [(), BY_HAND], ids=["by the machine", "by hand"])
def test_scores_are_those_of_nbgraders_export(graded, statements):
    for statement in statements:
        execute(graded, statement)
    nbgrader(graded, "export", "--to", "grades.csv")
    lines = [line.split(",") for line in (graded / "grades.csv").read_text(encoding="utf-8").splitlines()[1:]]
    with Gradebook(find_course(graded)) as gradebook:
        scores = gradebook.scores("hw1")

    assert {line[3]: (float(line[9]), float(line[10])) for line in lines} == {n: it[:2] for n, it in scores.items()}
    assert len({score for score, _, _ in scores.values()}) > 1
    assert all(waits for _, _, waits in scores.values())


def test_scores_say_when_nobody_must_mark_any_more(graded):
    execute(graded, "update grade set needs_manual_grade = 0")

    with Gradebook(find_course(graded)) as gradebook:
        assert {False} == {waits for _, _, waits in gradebook.scores("hw1").values()}
