"""What runs of `proctor grade` keep, what they grade again, and what they tell of work that is not there."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
import sys

import pytest

from proctor.course.nbgrader import find_course
from proctor.pages.report import class_facts
from support.regrading import OF_ONE, edit, endings, graded, marked, proctor, waiting, write_in
from support.tiny import execute, nbgrader, tiny_course

pytestmark = [
    pytest.mark.processes,
    pytest.mark.needs("bwrap"),
    pytest.mark.timeout(600),
    pytest.mark.slow(group="classes"),
    pytest.mark.xdist_group("kept runs"),
]


def exported(folder):
    """The lines of the plain export, by student."""
    text = (folder / "exports" / "hw1-csv.csv").read_text(encoding="utf-8")
    return {it["student_id"]: it for it in csv.DictReader(text.splitlines())}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The class of four, graded, and all texts marked."""
    root = tiny_course(tmp_path_factory.mktemp("tiny"))
    proctor(root, "grade", "hw1")
    marked(root)
    return root


@pytest.fixture
def copy(course, tmp_path):
    return shutil.copytree(course, tmp_path / "course")


class TestAuthor:
    """The author's part changes."""

    def test_better_prose_grades_nobody_and_no_text_waits(self, copy):
        def change(cells):
            words = {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "Some words."}
            return [
                words,
                *({**it, "source": f"{it['source']} Better."} if it["id"] == "intro" else it for it in cells),
            ]

        edit(copy / "source" / "hw1" / "one.ipynb", change)
        write_in(
            copy / "source" / "hw1" / "one.ipynb", "task", "Draw well.\n### BEGIN MARK SCHEME\n1\n### END MARK SCHEME"
        )
        nbgrader(copy, "generate_assignment", "hw1", "--force")

        assert {"kept"} == set(endings(copy).values())
        assert set() == waiting(copy)

    def test_after_a_corrected_test_all_are_graded_and_texts_keep_their_marks(self, copy):
        write_in(copy / "source" / "hw1" / "two.ipynb", "cube-more", "assert cube(3) == 27, 'wrong'")
        nbgrader(copy, "generate_assignment", "hw1", "--force")
        write_in(copy / "submitted" / "bob" / "hw1" / "one.ipynb", "essay", "Another text.")
        found = graded(copy)

        assert "kept" not in {it["ending"] for it in found.values()}
        assert set() == waiting(copy)
        assert {"essay", "task"} == waiting(copy, "bob")
        assert not [it for it in found["ada"]["questions"] if it["points"] is None]

    @pytest.mark.parametrize(
        "statement",
        [
            "update grade_cells set max_score = 9 where id in (select id from base_cell where name = 'square-check')",
            "update source_cell set checksum = 'x' where name = 'essay'",
        ],
    )
    def test_points_and_checksums_count(self, copy, statement):
        execute(copy, statement)

        assert "kept" not in endings(copy, "--student", "ada").values()


class TestMissing:
    """One of two notebooks."""

    def test_the_points_are_those_of_the_whole_assignment(self, course, tmp_path):
        copy = shutil.copytree(course, tmp_path / "course")
        found = graded(copy, "--regrade", "--student", "cyd")["cyd"]

        assert ("missing", 17.5) == (found["ending"], found["most_points"])
        assert "Expected a notebook two.ipynb, found one.ipynb" in found["reason"]
        assert "It is worth 3.5 points" in found["reason"]
        assert {"task", "cube-check"} < {it["grade_id"] for it in found["questions"]}

    def test_lines_and_table_say_so(self, copy):
        words = " ".join(proctor(copy, "grade", "hw1", "--regrade", "--student", "cyd").split())

        assert "cyd: missing, " in words
        assert " of 17.5 points. Expected a notebook two.ipynb" in words
        assert "every cell ran" not in words.lower()

    def test_most_points_are_those_of_the_export(self, copy):
        proctor(copy, "export", "hw1", "--to", "csv", "--unfinished")
        rows = exported(copy)

        assert {"17.5"} == {it["max_score"] for it in rows.values()}
        assert "missing or unreadable: two" == rows["cyd"]["note"]
        assert "" == rows["ada"]["note"]

    def test_a_missing_notebook_is_never_late(self, copy):
        """Also where a person has given points for it; nbgrader takes nothing then."""
        with (copy / "nbgrader_config.py").open("a") as file:
            file.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
        cell = "cell_id in (select id from base_cell where name = 'cube-check')"
        execute(copy, f"update grade set manual_score = 1 where {cell} and {OF_ONE}", "cyd")  # noqa: S608 - ours

        assert {"cyd": "kept"} == endings(copy, "--student", "cyd")
        with sqlite3.connect(copy / "gradebook.db") as connection:
            query = (
                "select n.name, w.late_submission_penalty from submitted_notebook w "
                "join notebook n on n.id = w.notebook_id "
                "join submitted_assignment s on s.id = w.assignment_id where s.student_id = 'cyd'"
            )
            late = dict(connection.execute(query).fetchall())
        assert late["one"] > 0
        assert late["two"] is None


class TestWithdrawn:
    """A submission that was graded and is gone."""

    @pytest.fixture
    def gone(self, copy):
        shutil.rmtree(copy / "submitted" / "ada")
        return copy

    def test_the_run_says_what_stands_and_how_to_take_it_out(self, gone):
        line = graded(gone)["ada"]
        assert "withdrawn" == line["ending"]
        command = line["reason"].partition("To take it out: ")[2]
        subprocess.run(command.replace("python", sys.executable, 1), shell=True, cwd=gone, check=True)  # noqa: S602 - ours

        assert "ada" not in graded(gone)
        assert not (gone / "autograded" / "ada" / "hw1").exists()
        assert [] == execute(gone, "select * from submitted_assignment where student_id = 'ada'")

    def test_the_report_and_the_exports_say_so(self, gone):
        facts = class_facts(find_course(gone), "hw1")
        told = json.loads(proctor(gone, "export", "hw1", "--to", "canvas", "--json"))
        proctor(gone, "export", "hw1", "--to", "csv")
        rows = exported(gone)

        assert ["ada"] == [it.student for it in facts.events_of("withdrawn")] == told["withdrawn"]
        assert "no submission any more" == rows["ada"]["note"]
        assert float(rows["ada"]["score"]) > 0

    def test_who_only_has_an_extension_has_withdrawn_nothing(self, copy):
        call = "Gradebook('sqlite:///gradebook.db').update_or_create_submission('hw1', 'zoe')"
        nbgrader(copy, "db", "student", "add", "zoe")
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", f"from nbgrader.api import Gradebook; {call}"], cwd=copy, check=True
        )

        assert () == class_facts(find_course(copy), "hw1").events_of("withdrawn")
        assert "zoe" not in graded(copy)
