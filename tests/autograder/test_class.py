"""A class from submissions to report: nothing hidden gets out, nothing that students write acts, nobody forges."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from proctor.course import find_course
from proctor.report import class_facts
from proctor.results import read_records
from proctor.state import state_folder
from support.classes import ACTIVE, Tags
from support.tiny import cell, check, nbgrader, notebook, write

pytestmark = [pytest.mark.needs("bwrap"), pytest.mark.timeout(600), pytest.mark.xdist_group("class")]

HIDDEN, REFERENCE, FORGED = "marker_of_a_hidden_test", "marker_of_a_reference", "marker_of_a_forged_note"
EVIL = "<script>alert(1)<script><img src=x onerror=alert(2)>"
EVIL_NAME = "=<img src=x onerror=alert(3)>"
NOTE = """
class Wrong(AssertionError):
    proctor_note = {"slug": "halved", "title": "half of what it should be", "section": "Exercise 1"}
"""
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
TESTS = {
    "square": f"assert square(2) == 4\n{BEGIN}\n{HIDDEN} = 9\nassert square(3) == {HIDDEN}\n{END}",
    "cube": f"{BEGIN}{NOTE}\n{HIDDEN} = 8\nif cube(2) != {HIDDEN}:\n    raise Wrong\n{END}",
}
FORGING = f"""
from IPython.display import display

class Fake(AssertionError):
    proctor_note = {{"slug": "{FORGED}", "title": "{FORGED}"}}

display({{"application/vnd.proctor.note+json": Fake.proctor_note, "text/plain": "innocent"}}, raw=True)

def cube(x):
    raise Fake
"""
ACTING = f"""
from IPython.display import HTML, SVG, display

print({EVIL!r})
display(HTML({EVIL!r}), SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(4)</script></svg>"))
open({EVIL!r}, "w").close()

def square(x):
    raise type({EVIL!r}, (Exception,), {{}})({EVIL!r})
"""
RIGHT, HALF = "def cube(x):\n    return x ** 3", "def cube(x):\n    return x ** 3 / 2"
SQUARE = "def square(x):\n    return x * x"
ENDLESS = "def square(x):\n    while True:\n        pass"
# From each student to the answers; a name of a file replaces that file.
CLASS = {
    "ada": {"square": SQUARE, "cube": RIGHT, "essay": "Because."},
    "bob": {"square": SQUARE, "cube": HALF},
    "cyd": {"square": ENDLESS, "cube": HALF},
    "dan": {},
    "eve": {"square": SQUARE, "cube": FORGING},
    EVIL_NAME: {
        "square": ACTING,
        "square-check": "pass",
        "essay": f"# {EVIL}\n\n[a](javascript:alert(5)) $\\href{{javascript:alert(6)}}{{x}}$",
    },
    "fay": {"square": SQUARE, "square-check": "pass", "edition/__init__.py": "answers = []"},
    "gus": {"one.ipynb": '{"cells": ['},
}


def solved(name, answer):
    """A solution cell whose solution has the marker."""
    source = f"def {name}(x):\n    ### BEGIN SOLUTION\n    {REFERENCE} = x\n    return {answer}\n    ### END SOLUTION"
    return cell("code", name, source, solution=True)


def build(root):
    """The course, generated."""
    cells = [solved("square", "x * x"), check("square-check", TESTS["square"], 2)]
    cells += [solved("cube", "x ** 3"), check("cube-check", TESTS["cube"], 2)]
    cells.append(cell("markdown", "essay", f"YOUR ANSWER HERE {REFERENCE}", points=1, grade=True, solution=True))
    write(root / "source" / "hw1" / "one.ipynb", notebook(*cells))
    write(root / "source" / "hw1" / "edition" / "__init__.py", "answers = [1]")
    config = "c = get_config()\nc.CourseDirectory.course_id = 'class'\nc.Proctor.call_seconds = 2\n"
    config += "c.Proctor.editions = {'edition': 'release/{assignment}/edition'}\n"
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    nbgrader(root, "generate_assignment", "hw1")


def hand_in(root, student, answers):
    """The release with a student's answers."""
    folder = shutil.copytree(root / "release" / "hw1", root / "submitted" / student / "hw1")
    content = json.loads((folder / "one.ipynb").read_text(encoding="utf-8"))
    for it in content["cells"]:
        it["source"] = answers.get(it["metadata"]["nbgrader"]["grade_id"], it["source"])
    write(folder / "one.ipynb", content)
    write(folder / f"{EVIL}.txt", EVIL)
    for name in answers:
        if "." in name:
            write(folder / name, answers[name])


def proctor(root, *words):
    """A command of proctor's."""
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "proctor", *words]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class, graded, with all that comes after."""
    root = tmp_path_factory.mktemp("class")
    build(root)
    for student, answers in CLASS.items():
        hand_in(root, student, answers)
    (root / "roster.csv").write_text(f"id,first_name,last_name\nada,{EVIL},=1+1\nhal,Hal,\n", encoding="utf-8")
    proctor(root, "grade", "hw1", "--jobs", "1")
    proctor(root, "roster")
    for words in (("feedback", "hw1"), ("report", "hw1"), *(("export", "hw1", "--to", it) for it in ("canvas", "csv"))):
        proctor(root, *words)
    return root


@pytest.fixture(scope="module")
def facts(graded):
    """What the report tells."""
    return class_facts(find_course(graded), "hw1")


class TestReport:
    """What was found in the class."""

    def test_a_diagnosis_is_counted(self, facts):
        assert [("cube-check", "halved", ("bob", "cyd"))] == [
            (it.question, it.slug, it.students) for it in facts.mistakes if it.slug
        ]

    def test_who_left_an_answer_empty_made_no_mistake(self, facts):
        assert not [it for it in facts.mistakes if "dan" in it.students]
        assert [1, 3] == [it.unanswered for it in facts.questions[:2]]

    def test_events_name_their_students(self, facts):
        found = {(it.kind, it.student) for it in facts.events}

        assert {("timeout", "cyd"), ("suspicion", "fay"), ("unreadable", "gus")} <= found
        assert {"cyd"} == {student for kind, student in found if kind in ("timeout", "crash")}

    def test_suspicions_tell_what_was_changed(self, facts):
        assert [
            "The test square-check had been changed.",
            "The test square-check had been changed.",
            "The submitted package edition differs from the released one: edition/__init__.py.",
        ] == [it.sentence for it in facts.events_of("suspicion")]

    def test_free_text_waits(self, facts):
        assert 2 == facts.questions[2].waiting == facts.unfinished

    def test_everybody_has_a_record(self, facts):
        assert ((), ("gus",)) == (facts.unrecorded, facts.left_out)
        assert ["hal"] == [it.person.id for it in facts.absent]

    def test_a_note_cannot_be_forged(self, graded):
        """Neither by an exception that carries one, nor by a display of its type."""
        record = read_records(find_course(graded), "hw1")["eve"]
        pages = [*graded.glob("feedback/*/*/*.html"), *graded.glob("reports/*/*"), *graded.glob(".proctor/results/*/*")]

        assert {""} == {it.slug for it in record.questions}
        assert "Fake" in record.questions[1].title
        shown = [
            it
            for it in pages
            if f'"slug": "{FORGED}"' in (text := it.read_text("utf-8")) or f"<strong>{FORGED}" in text
        ]
        assert [] == shown


class TestNothingHidden:
    """No file that a student can receive holds a hidden test or a reference."""

    def test_the_markers_are_where_they_belong(self, graded):
        text = (graded / "source" / "hw1" / "one.ipynb").read_text(encoding="utf-8")

        assert HIDDEN in text
        assert REFERENCE in text

    @pytest.mark.parametrize("marker", [HIDDEN, REFERENCE])
    def test_no_file_for_students_holds_a_marker(self, graded, marker):
        files = [it for name in ("feedback", "release", "exports") for it in (graded / name).rglob("*") if it.is_file()]

        assert len(files) > len(CLASS) + 3
        assert not [it for it in files if marker.encode() in it.read_bytes() or marker in it.name]

    def test_nor_does_the_report(self, graded):
        assert not [it for it in graded.glob("reports/*/*") if HIDDEN in it.read_text("utf-8")]


class TestNothingActs:
    """Cells, outputs, errors, names of students and files that try to."""

    def pages(self, graded):
        found = [*graded.glob("feedback/*/*/*.html"), *graded.glob("reports/*/*.html")]
        assert len(found) == len(CLASS) + 1
        return {it: Tags(it.read_text(encoding="utf-8")) for it in found}

    def test_no_page_holds_what_acts(self, graded):
        for path, tags in self.pages(graded).items():
            assert not tags.names & ACTIVE, path
            assert not [it for it in tags.attributes if it.startswith("on")], path
            assert not [it for it in tags.links if ":" in it], path

    def test_each_page_forbids_scripts(self, graded):
        for path in self.pages(graded):
            assert "content=\"default-src 'none';" in path.read_text(encoding="utf-8")

    def test_what_they_tried_is_shown_as_text(self, graded):
        pages = self.pages(graded)

        assert 1 < sum(EVIL in tags.text for tags in pages.values())
        report = next(tags for path, tags in pages.items() if path.name == "report.html")
        assert EVIL in report.text
        assert EVIL_NAME in report.text

    def test_no_table_holds_a_formula(self, graded):
        files = [*graded.glob("reports/*/*.csv"), *graded.glob("exports/*.csv")]
        cells = [cell for it in files for row in csv.reader(it.read_text("utf-8-sig").splitlines()) for cell in row]

        assert f"'{EVIL_NAME}" in cells
        assert not [it for it in cells if it.startswith(("=", "+", "@"))]


class TestResumed:
    """Records go with the journal."""

    def test_a_kept_submission_keeps_its_record(self, graded):
        before = read_records(find_course(graded), "hw1")
        proctor(graded, "grade", "hw1")

        assert before == read_records(find_course(graded), "hw1")

    def test_who_was_not_done_is_written_again(self, graded):
        """As after a kill between the record and the journal's last word."""
        course = find_course(graded)
        before = read_records(course, "hw1")
        journal = state_folder(course) / "journal-hw1.jsonl"
        journal.write_text(journal.read_text("utf-8").replace('"done", "bob"', '"begin", "bob"'), encoding="utf-8")
        (state_folder(course) / "results" / "hw1" / "bob.json").write_text("{", encoding="utf-8")
        assert before.keys() - {"bob"} == read_records(course, "hw1").keys()
        proctor(graded, "grade", "hw1")

        assert before == read_records(course, "hw1")
