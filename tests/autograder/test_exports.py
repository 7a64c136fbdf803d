"""Scores for learning management systems: columns, keys, who is left out, and no formula."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from nbgrader.plugins import ExportPlugin
from typer.testing import CliRunner

from proctor.commands.cli import app
from proctor.course.roster import COLUMNS
from proctor.exports import FORMATS, Choice, exported, plugins
from proctor.gradebook import Entry, Person, Roll
from proctor.spreadsheets import csv_text, harmless, is_formula
from support.tiny import execute, nbgrader, record_all, tiny_course

pytestmark = pytest.mark.processes

ADA = Entry(Person("ada", "Ada", "Lovelace", "ada@example.org", "17"), True, None, 9.5, 1.0, {("one", "a"): 9.5})
BOB = Entry(Person("bob"), True, None, 4.0, 0.0, {("one", "a"): 4.0, ("one", "essay"): None})
CYD = Entry(Person("cyd", "Cyd"))
ROLL = Roll("ps1", 10.0, None, (ADA, BOB, CYD))
ROSTER = {"ada": {"id": "ada", "section": "A1", "sis_user_id": "S7", "username": "lovelace", "id_number": "L1"}}


def table(to, *, rolls=(ROLL,), roster=ROSTER, **choice):
    """The rows of an export."""
    return list(csv.reader(io.StringIO(exported(to, rolls, roster, Choice(**choice)).text)))


class TestColumns:
    """Headings and keys, as each import expects them."""

    def test_canvas(self):
        header, most, ada = table("canvas")

        assert ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps1"] == header
        assert ["    Points Possible", "", "", "", "", "10"] == most
        assert ["Lovelace, Ada", "17", "S7", "lovelace", "A1", "8.5"] == ada

    def test_moodle(self):
        header, ada = table("moodle")

        assert ["First name", "Last name", "Username", "ID number", "Email address", "ps1"] == header
        assert ["Ada", "Lovelace", "lovelace", "L1", "ada@example.org", "8.5"] == ada

    def test_brightspace(self):
        header, ada = table("brightspace")

        assert ["OrgDefinedId", "Username", "ps1 Points Grade", "End-of-Line Indicator"] == header
        assert ["#17", "#lovelace", "8.5", "#"] == ada

    def test_csv_has_nbgraders_columns(self):
        header, ada, bob, cyd = table("csv")

        names = ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score"]
        assert names == header[:8]
        assert ["late_submission_penalty", "score", "max_score", "to_mark", "note"] == header[8:]
        assert ["9.5", "1", "8.5", "10", "0", ""] == ada[7:]
        assert (["", "", "", "10", "1", ""], ["", "", "", "10", "0", ""]) == (bob[7:], cyd[7:])

    def test_without_a_roster_the_gradebooks_names_do(self):
        assert [["Lovelace, Ada", "17", "", "ada", "", "8.5"]] == table("canvas", roster={})[2:]
        assert [["bob", "", "", "bob", "", "4"]] == table("canvas", roster={}, unfinished=True)[3:]

    @pytest.mark.parametrize("to", FORMATS)
    def test_an_empty_field_of_the_roster_leaves_what_the_gradebook_has(self, to):
        assert table(to, roster={}) == table(to, roster={"ada": dict.fromkeys(COLUMNS, "") | {"id": "ada"}})

    def test_several_assignments_have_a_column_each(self):
        second = replace(ROLL, assignment="ps2", entries=(replace(ADA, raw_score=3.0), replace(BOB, points={}), CYD))
        header, _, ada, bob = table("canvas", rolls=(ROLL, second))

        assert ["ps1", "ps2"] == header[5:]
        assert (["8.5", "2"], ["", "4"]) == (ada[5:], bob[5:])


class TestWhoIsIn:
    """No score without a reason: an empty one would clear what a system has."""

    @pytest.mark.parametrize("to", ["canvas", "moodle", "brightspace"])
    def test_unfinished_and_absent_students_are_left_out_and_told(self, to):
        found = exported(to, (ROLL,), {}, Choice())

        assert (1, ("bob",), ("cyd",)) == (found.count, found.unfinished, found.absent)

    @pytest.mark.parametrize("to", FORMATS)
    def test_they_are_in_when_asked_for(self, to):
        found = exported(to, (ROLL,), {}, Choice(zeros=True, unfinished=True))

        assert (3, (), ()) == (found.count, found.unfinished, found.absent)

    def test_who_handed_in_one_of_several_is_not_absent(self):
        second = replace(ROLL, assignment="ps2", entries=(replace(ADA, handed_in=False), BOB, CYD))
        found = exported("canvas", (ROLL, second), {}, Choice(unfinished=True))

        assert (2, ("cyd",)) == (found.count, found.absent)

    def test_only_the_named_students_are_in(self):
        assert 1 == exported("csv", (ROLL,), {}, Choice(("bob",))).count


SIGNS = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\uff1d1"]


class TestFormulas:
    """What a spreadsheet would run is text."""

    @pytest.mark.parametrize("sign", SIGNS)
    @pytest.mark.parametrize("to", FORMATS)
    def test_no_cell_is_a_formula(self, to, sign):
        entry = replace(ADA, person=Person(sign, sign, sign, sign, sign))
        roster = {sign: dict.fromkeys(("section", "sis_user_id", "username", "org_defined_id", "id_number"), sign)}
        found = exported(to, (Roll(sign, 10.0, None, (entry,)),), roster, Choice())
        cells = [cell for row in csv.reader(io.StringIO(found.text)) for cell in row]

        assert not [it for it in cells if is_formula(it)]
        assert (sign,) == found.odd or to == "brightspace"

    def test_an_ordinary_student_is_not_odd(self):
        assert () == exported("canvas", (ROLL,), ROSTER, Choice()).odd

    def test_numbers_stay_numbers(self):
        assert ["-1.5", "0.3333333333"] == [harmless(-1.5), harmless(1 / 3)]

    def test_quotes_and_lines_stay_within_their_cell(self):
        text = 'a "quoted", text\nof two lines'

        assert [[text]] == list(csv.reader(io.StringIO(csv_text([text], []))))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with scores."""
    root = tiny_course(tmp_path_factory.mktemp("tiny"))
    record_all(root)
    execute(root, "update grade set manual_score = 1.0, needs_manual_grade = 0 where needs_manual_grade")
    (root / "roster.csv").write_text("id,last_name,section\nada,Lovelace,A1\neve,Evans,\n", encoding="utf-8")
    return root


def invoke(course, *words):
    """A command of proctor's."""
    return CliRunner().invoke(app, [*words, "--course-dir", str(course)])


class TestCommand:
    """`proctor export`, and the same as plugins of nbgrader."""

    def test_the_file_lies_beside_the_gradebook(self, course):
        done = invoke(course, "export", "hw1", "--to", "canvas")
        found = (course / "exports" / "hw1-canvas.csv").read_text(encoding="utf-8")

        assert 0 == done.exit_code, done.output
        assert "4 students in" in done.output
        assert "Lovelace,,,ada,A1," in found

    def test_scores_are_those_of_nbgrader(self, course, tmp_path):
        nbgrader(course, "export", "--to", str(tmp_path / "theirs.csv"))
        invoke(course, "export", "hw1", "--to", "csv", "--output", str(tmp_path / "ours.csv"))
        theirs, ours = (
            list(csv.DictReader((tmp_path / name).read_text(encoding="utf-8").splitlines()))
            for name in ("theirs.csv", "ours.csv")
        )
        names = ("raw_score", "late_submission_penalty", "score", "max_score")

        assert {it["student_id"]: [float(it[name]) for name in names] for it in theirs} == {
            it["student_id"]: [float(it[name]) for name in names] for it in ours
        }

    def test_the_plugin_writes_the_same_file(self, course, tmp_path):
        ours = tmp_path / "ours.csv"
        invoke(course, "export", "hw1", "--to", "canvas", "--output", str(ours))
        name = "proctor.exports.plugins.CanvasExportPlugin"
        roster = f"--CanvasExportPlugin.roster={course / 'roster.csv'}"
        nbgrader(course, "export", f"--exporter={name}", f"--to={tmp_path / 'theirs.csv'}", roster)

        assert ours.read_bytes() == (tmp_path / "theirs.csv").read_bytes()

    def test_each_system_has_a_plugin(self):
        names = {it for it in plugins.__all__ if issubclass(getattr(plugins, it), ExportPlugin)}

        assert {getattr(plugins, it).format for it in names} == set(FORMATS)

    def test_json_tells_who_is_left_out(self, course):
        execute(course, "insert into student (id) values ('fay')")
        facts = json.loads(invoke(course, "export", "hw1", "--to", "moodle", "--json").output)

        assert (4, ["fay"]) == (facts["students"], facts["absent"])

    def test_an_unknown_assignment_is_one_sentence(self, course):
        done = invoke(course, "export", "hw9", "--to", "csv")

        assert 2 == done.exit_code
        assert re.search("Expected the assignment hw9 in the gradebook, found none", " ".join(done.output.split()))
