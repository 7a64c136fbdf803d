"""Pictures pasted into text reach the person who marks it, and so does a task's mark scheme."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import replace

import pytest

from proctor.examiner.step import StepResult
from proctor.intake import notebook as intake
from proctor.intake.notebook import Illustrated, parse_notebook, pictures_of
from proctor.intake.repair import Step, align
from proctor.marks.rendering import EMPTY_PNG, autograded_notebook
from proctor.marks.spelling import notebook_text
from proctor.model import Cell, Row, Submission
from proctor.plan.notebook import Plan, PlanCell, Role
from support.tiny import nbgrader, tiny_course

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n pixels").decode()
EMPTY = {"image/png": EMPTY_PNG}
TEXT = "look: ![image.png](attachment:image.png)"
SCHEME = "Draw.\n### BEGIN MARK SCHEME\n5 points for a house\n### END MARK SCHEME"


def taken(attachments, kind="markdown", source=TEXT):
    """The one cell of a notebook as it is taken in, and what is told."""
    entry = {"cell_type": kind, "source": source, "metadata": {}, "attachments": attachments}
    (cell,), repairs = parse_notebook(json.dumps({"nbformat": 4, "cells": [entry]}).encode())
    return cell, repairs


def essay(*, locked=False, task=False, source="YOUR ANSWER", kind="markdown"):
    """A cell of the author's that a person marks."""
    row = Row("essay", kind, source, locked, "", 5.0, not task, not locked, task)
    return PlanCell(0, kind, Role.TASK if task else Role.MANUAL, source.split("\n")[0], source, "", (), row)


def rendered(*cells, planned=()):
    """The cells of the autograded notebook."""
    plan = Plan("one", tuple(planned), {})
    steps = align(plan, Submission("one.ipynb", cells)).steps
    return autograded_notebook(steps, [StepResult()] * len(steps), {})["cells"]


class TestTakingIn:
    """A picture is checked: its name, its type, its bytes, its size."""

    def test_a_picture_is_kept(self):
        cell, repairs = taken({"image.png": {"image/png": PNG}})

        assert ({"image.png": {"image/png": PNG}}, ()) == (pictures_of(cell), repairs)

    def test_its_text_may_be_lines(self):
        cell, _ = taken({"image.png": {"image/png": [f"{PNG[:8]}\n", f"{PNG[8:]}\n"]}})

        assert {"image.png": {"image/png": PNG}} == pictures_of(cell)

    @pytest.mark.parametrize(
        "attachments",
        [
            {"a": {"image/svg+xml": PNG}},
            {"a": {"text/html": PNG}},
            {"a": {"image/png": "<script>"}},
            {"a": {"image/png": "YQ"}},
            {"a": {"image/png": ""}},
            {"a": {"image/png": 3}},
            {"a": {"image/png": [3]}},
            {"a": {}},
            {"a": "text"},
            {"a" * 1000: {"image/png": PNG}},
        ],
        ids=lambda it: json.dumps(it)[:40],
    )
    def test_what_is_none_is_left_out_and_told(self, attachments):
        cell, (told,) = taken(attachments)

        assert ({}, Cell) == (pictures_of(cell), type(cell))
        assert told.startswith("In cell 1, 'a")
        assert told.endswith("it was left out.")

    def test_of_a_bundle_the_pictures_are_kept(self):
        cell, repairs = taken({"a.png": {"image/png": PNG, "text/html": "<script>"}})

        assert ({"a.png": {"image/png": PNG}}, ()) == (pictures_of(cell), repairs)

    @pytest.mark.parametrize("attachments", [None, 3, "a", []])
    def test_attachments_that_are_none_are_no_matter(self, attachments):
        assert (Cell("markdown", TEXT), ()) == taken(attachments)

    def test_code_has_none(self):
        assert (Cell("code", "1"), ()) == taken({"a.png": {"image/png": PNG}}, "code", "1")

    def test_a_name_is_whole(self):
        cell, _ = taken({"a\ud800": {"image/png": PNG}})

        assert ["a?"] == list(pictures_of(cell))

    def test_there_is_room_for_so_much_in_all_cells_together(self, monkeypatch):
        monkeypatch.setattr(intake, "MOST_PICTURE_CHARACTERS", 2 * len(PNG))
        entry = {"cell_type": "markdown", "source": TEXT, "attachments": {"a": {"image/png": PNG}}}
        cells, repairs = parse_notebook(json.dumps({"cells": [entry] * 3}).encode())

        assert [1, 1, 0] == [len(pictures_of(it)) for it in cells]
        assert 1 == len(repairs)

    def test_there_is_room_for_so_many(self, monkeypatch):
        monkeypatch.setattr(intake, "MOST_PICTURES", 2)
        cell, repairs = taken({name: {"image/png": PNG} for name in "abc"})

        assert (["a", "b"], 1) == (list(pictures_of(cell)), len(repairs))

    def test_a_plan_is_the_same_with_other_pictures(self):
        """Else a new picture in the author's prose would have everybody graded again."""
        first, second = (repr(taken({"a.png": {"image/png": it}})[0]) for it in (PNG, "YWI="))

        assert first == second


class TestRendering:
    """The picture stands in the autograded notebook, under the name that nbconvert asks for."""

    PICTURE = Illustrated("markdown", TEXT, "essay", (), {"image.png": {"image/png": PNG}})

    @pytest.mark.parametrize(
        ("cell", "planned"),
        [
            pytest.param(PICTURE, [essay()], id="an answer"),
            pytest.param(PICTURE, [essay(locked=True, task=True, source=TEXT)], id="a task"),
            pytest.param(replace(PICTURE, grade_id=""), [], id="a cell of one's own"),
        ],
    )
    def test_it_is_there(self, cell, planned):
        (found,) = rendered(cell, planned=planned)

        assert {"image.png": {"image/png": PNG}} == found["attachments"]
        assert "attachments" in notebook_text({"metadata": {}, "cells": [found]})

    def test_of_a_copy_it_stays_too(self):
        found = rendered(self.PICTURE, replace(self.PICTURE, source=f"{TEXT} again"), planned=[essay()])

        assert 2 == sum("attachments" in it for it in found)

    def test_code_has_none(self):
        step = Step(Role.STUDENTS, "code", "1", attachments={"a.png": {"image/png": PNG}})

        assert "attachments" not in autograded_notebook([step], [StepResult()], {})["cells"][0]

    def test_text_without_pictures_has_none(self):
        assert "attachments" not in rendered(Cell("markdown", "my words (attachment: none)"))[0]

    def test_a_picture_that_is_missing_is_an_empty_one(self):
        assert {"image.png": EMPTY} == rendered(Cell("markdown", TEXT))[0]["attachments"]

    CALLS = (
        ("![a](attachment:my%20pic.png)", "my pic.png"),
        ("![a](<attachment:my pic.png>)", "my pic.png"),
        ("![a](attachment:im(1).png)", "im(1).png"),
        ("![a][p]\n\n[p]: attachment:x.png", "x.png"),
        ('![a](attachment:größe.png "title")', "größe.png"),
        ("![한글](<attachment:그림 1.png>)", "그림 1.png"),
        ("![a](attachment:a&amp;b.png)", "a&b.png"),
        ("![a](attachment:a\\)b.png)", "a)b.png"),
        ("![a](attachment:)", ""),
        ("![a](  attachment:sp.png  )", "sp.png"),
        ("![a](\nattachment:nl.png\n)", "nl.png"),
        ("![a](attachment:a'b\".png)", "a'b\".png"),
        ("![a](attachment:a[1]<2|3^4.png)", "a[1]<2|3^4.png"),
        ("![a](attachment:%2525.png)", "%2525.png"),
        ("![a](attachment:a\\_b.png)", "a_b.png"),
        ("![a](attachment:x.png) ![b](attachment:y.png)", "x.png"),
    )

    @pytest.mark.parametrize(("source", "name"), CALLS, ids=[source for source, _ in CALLS])
    def test_nbconvert_finds_each(self, source, name):
        """A missing one would be formgrader's error 500, and nobody could mark the text."""
        from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

        for pictures, data in (({name: {"image/png": PNG}}, PNG), ({}, EMPTY_PNG)):
            (cell,) = rendered(Illustrated("markdown", source, "", (), pictures))
            page = MarkdownWithMath(IPythonRenderer(escape=False, attachments=cell["attachments"])).render(source)

            assert f'src="data:image/png;base64,{data}"' in page

    @pytest.mark.parametrize("unit", ["](attachment:", "](attachment:a)", "](<attachment:a", "]: attachment:\\", "]("])
    def test_a_flood_of_names_costs_little_time(self, unit):
        (cell,) = rendered(Cell("markdown", unit * 500_000))

        assert len(cell.get("attachments", {})) <= 1000


class TestMarkScheme:
    """Locked text is the gradebook's: a task has the scheme that was cut out of the release."""

    def test_of_a_task_that_was_handed_in(self):
        planned = essay(locked=True, task=True, source=SCHEME)

        assert SCHEME == rendered(Cell("markdown", "Draw.", "essay"), planned=[planned])[0]["source"]

    def test_of_a_task_that_was_put_back(self):
        assert SCHEME == rendered(planned=[essay(locked=True, task=True, source=SCHEME)])[0]["source"]

    def test_text_that_is_not_locked_is_the_students(self):
        planned = essay(task=True, source=SCHEME)

        assert "mine" == rendered(Cell("markdown", "mine", "essay"), planned=[planned])[0]["source"]

    def test_an_answer_that_was_put_back_is_as_it_was_handed_out(self):
        assert "YOUR ANSWER" == rendered(planned=[essay(source="YOUR ANSWER\nmore")])[0]["source"]


@pytest.mark.slow(group="classes")
@pytest.mark.needs("bwrap")
@pytest.mark.timeout(300)
def test_nbgrader_and_proctor_give_a_marker_the_same(tmp_path):
    """The text cells of a notebook with a picture and a task, autograded by both."""
    root = tiny_course(tmp_path / "course")
    path = root / "submitted" / "ada" / "hw1" / "one.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["metadata"]["nbgrader"]["grade_id"] in ("essay", "task"):
            cell["attachments"] = {"image.png": {"image/png": PNG}}
    content["cells"][4]["source"] = TEXT
    path.write_text(json.dumps(content), encoding="utf-8")
    nbgrader(root, "autograde", "hw1", "--student=ada", "--no-execute")
    theirs = texts_of(root)
    command = [sys.executable, "-m", "proctor", "grade", "hw1", "--regrade", "--jobs", "1"]
    subprocess.run(command, cwd=root, check=False, capture_output=True, timeout=200)
    ours = texts_of(root)

    assert theirs == ours
    assert "BEGIN MARK SCHEME" in ours["task"][0]
    assert {"image.png": {"image/png": PNG}} == ours["essay"][1]


def texts_of(root):
    """Source and pictures of each text cell."""
    path = root / "autograded" / "ada" / "hw1" / "one.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {
        it["metadata"]["nbgrader"]["grade_id"]: ("".join(it["source"]), it.get("attachments"))
        for it in cells
        if it["cell_type"] == "markdown"
    }
