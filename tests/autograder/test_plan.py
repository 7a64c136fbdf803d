"""The plan is the author's word: from gradebook, release and source, never from a submission."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from proctor.model import Cell, NotebookRows, Row
from proctor.plan.notebook import Role, checksum, plan_notebook, without_hidden
from support.plans import HIDDEN, KERNEL, PLAN, RELEASE, ROWS, SOLVED, SOURCE, row

pytestmark = pytest.mark.processes

RELEASED = sorted((Path(__file__).resolve().parents[2] / "release").rglob("*.ipynb"))
SCRIPT = """
import json, sys
import nbformat
from nbgrader.utils import compute_checksum

found = []
for kind, source, metadata in json.load(sys.stdin):
    cell = (nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell)(source)
    cell.metadata["nbgrader"] = metadata
    found.append(compute_checksum(cell))
json.dump(found, sys.stdout)
"""


def order(plan):
    return [it.grade_id or it.source[:11] for it in plan.cells]


class TestRole:
    """What a cell is for."""

    @pytest.mark.parametrize(
        ("role", "cell"),
        [
            (Role.ANSWER, row("a", "code", "", solution=True)),
            (Role.ANSWER, row("a", "markdown", "", solution=True)),
            (Role.MANUAL, row("a", "code", "", points=1.0, graded=True, solution=True)),
            (Role.MANUAL, row("a", "markdown", "", points=1.0, graded=True, solution=True)),
            (Role.MANUAL, row("a", "markdown", "", points=1.0, graded=True)),
            (Role.TEST, row("a", "code", "", points=1.0, graded=True, locked=True)),
            (Role.TEST, row("a", "code", "", points=0.0, graded=True)),
            (Role.TASK, row("a", "markdown", "", points=1.0, task=True, locked=True)),
            (Role.AUTHOR, row("a", "code", "", locked=True)),
            (Role.TEXT, row("a", "markdown", "", locked=True)),
        ],
        ids=lambda it: it if isinstance(it, str) else it.kind,
    )
    def test_follows_from_the_gradebook(self, role, cell):
        assert [role] == [it.role for it in plan_notebook(NotebookRows("hw", {}, (cell,)), None, None).cells]

    @pytest.mark.parametrize(("role", "kind"), [(Role.AUTHOR, "code"), (Role.TEXT, "markdown"), (Role.TEXT, "raw")])
    def test_a_cell_that_the_gradebook_does_not_know_is_the_authors(self, role, kind):
        plan = plan_notebook(NotebookRows("hw", {}, ()), [Cell(kind, "x", tags=("t",))], None)

        assert [(role, "x", ("t",), "")] == [(it.role, it.source, it.tags, it.grade_id) for it in plan.cells]

    def test_the_kind_is_the_gradebooks(self):
        plan = plan_notebook(ROWS, [Cell("markdown", "assert f(2) == 4", "f-check")], None)

        assert plan.by_id["f-check"].kind == "code"


class TestOrder:
    """Release, else source, else gradebook."""

    def test_is_the_releases(self):
        assert order(PLAN) == [it.grade_id or it.source[:11] for it in RELEASE]

    def test_the_source_does_not_change_it(self):
        assert order(PLAN) == order(plan_notebook(ROWS, RELEASE, SOURCE[::-1]))

    def test_without_a_release_it_is_the_sources(self):
        assert order(PLAN)[::-1] == order(plan_notebook(ROWS, None, SOURCE[::-1]))

    def test_without_both_it_is_the_gradebooks(self):
        assert order(plan_notebook(ROWS, None, None)) == [it.name for it in ROWS.rows]

    def test_a_cell_that_is_only_in_the_gradebook_comes_last(self):
        plan = plan_notebook(ROWS, [it for it in RELEASE if it.grade_id != "f"], SOURCE)

        assert (order(plan)[-1], len(PLAN.cells)) == ("f", len(plan.cells))

    @pytest.mark.parametrize("release", [RELEASE, None, ()], ids=["release", "none", "empty"])
    @pytest.mark.parametrize("source", [SOURCE, None, ()], ids=["source", "none", "empty"])
    def test_places_count_from_nothing(self, release, source):
        plan = plan_notebook(ROWS, release, source)

        assert list(range(len(plan.cells))) == [it.place for it in plan.cells]
        assert {it.name for it in ROWS.rows} == set(plan.by_id)


class TestTexts:
    """What students got, what runs as the test, what the instructor has."""

    @pytest.mark.parametrize("release", [RELEASE, None], ids=["release", "no release"])
    def test_hidden_tests_are_no_part_of_what_students_got(self, release):
        cell = plan_notebook(ROWS, release, SOURCE).by_id["f-check"]

        assert (cell.source, cell.tests) == ("assert f(2) == 4", f"assert f(2) == 4\n{HIDDEN}")

    def test_a_test_is_restored_whole(self):
        assert PLAN.by_id["f-check"].restored == PLAN.by_id["f-check"].tests

    def test_other_cells_are_restored_as_they_were_handed_out(self):
        assert PLAN.by_id["data"].restored == "x = [1, 2]"

    def test_the_solution_is_the_instructors(self):
        assert PLAN.by_id["f"].solved == SOLVED["f"]

    def test_the_authors_other_cells_are_solved_as_they_are(self):
        assert PLAN.cells[1].solved == PLAN.cells[1].source

    def test_without_a_source_nothing_is_solved(self):
        plan = plan_notebook(ROWS, RELEASE, None)

        assert ("", None) == (plan.by_id["f"].solved, plan.solved)

    def test_the_whole_notebook_of_the_instructor_is_kept(self):
        assert PLAN.solved == SOURCE
        assert (PLAN.name, PLAN.kernelspec) == ("hw", KERNEL)


class TestWithoutHidden:
    """Regions of hidden tests are left out."""

    @pytest.mark.parametrize(
        ("source", "left"),
        [
            pytest.param("a\nb", "a\nb", id="none"),
            pytest.param(f"a\n{HIDDEN}\nb", "a\nb", id="in between"),
            pytest.param(f"{HIDDEN}\na\n{HIDDEN}", "a", id="two"),
            pytest.param("a\n### BEGIN HIDDEN TESTS\nb", "a", id="without an end"),
            pytest.param("a\n### END HIDDEN TESTS\nb", "a\n### END HIDDEN TESTS\nb", id="without a begin"),
            pytest.param("if x:\n    ### BEGIN HIDDEN TESTS\n    a\n    ### END HIDDEN TESTS", "if x:", id="indented"),
            pytest.param("", "", id="empty"),
        ],
    )
    def test_keeps_the_rest(self, source, left):
        assert left == without_hidden(source)


def as_metadata(cell):
    """nbgrader's metadata of a row."""
    names = {"grade_id": cell.name, "grade": cell.graded, "solution": cell.solution, "locked": cell.locked}
    points = {"points": cell.points} if cell.points is not None else {}
    return names | points | {"task": cell.task, "schema_version": 3, "cell_type": cell.kind}


class TestChecksum:
    """It is nbgrader's, by which both know that nothing was written."""

    ROWS = (
        *ROWS.rows,
        row("größe", "code", "π = 3\r\n\t日本", points=0.5, graded=True, solution=True),
        row("", "markdown", "", points=2, graded=True, locked=True),
        row("whole", "code", "x", points=10, graded=True, locked=True),
        row("none", "code", "x", points=None, solution=True),
        replace(row("zero", "code", "x", graded=True, locked=True), points=0.0),
    )

    def test_is_nbgraders(self):
        cells = [(it.kind, it.source, as_metadata(it)) for it in self.ROWS]
        command = [sys.executable, "-W", "ignore", "-c", SCRIPT]
        done = subprocess.run(command, input=json.dumps(cells), capture_output=True, text=True, check=True, timeout=120)

        assert json.loads(done.stdout) == [checksum(it, it.source) for it in self.ROWS]

    @pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
    def test_is_the_one_in_the_released_notebooks(self, path):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        marked = [it for it in cells if "checksum" in it["metadata"].get("nbgrader", {})]
        found = [checksum(as_row(it), "".join(it["source"])) for it in marked]

        assert [it["metadata"]["nbgrader"]["checksum"] for it in marked] == found
        assert found

    def test_there_are_released_notebooks(self):
        assert RELEASED

    def test_differs_with_the_text(self):
        assert checksum(ROWS.rows[0], "a") != checksum(ROWS.rows[0], "b")


def as_row(cell):
    """The row of a released cell."""
    it = cell["metadata"]["nbgrader"]
    kinds = it["grade"], it["solution"], it.get("task", False)
    return Row(it["grade_id"], cell["cell_type"], "", it["locked"], "", it.get("points"), *kinds)
