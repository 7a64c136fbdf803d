"""A class from submissions to report: nothing hidden gets out, nothing that students write acts, nobody forges."""

from __future__ import annotations

import csv

import pytest

from proctor.course.nbgrader import find_course
from proctor.course.state import state_folder
from proctor.marks.results import read_records
from proctor.pages.report import class_facts
from support.classes import ACTIVE, Tags
from support.hostile_class import CLASS, EVIL, EVIL_NAME, FORGED, HIDDEN, REFERENCE, graded_class, proctor

pytestmark = [
    pytest.mark.processes,
    pytest.mark.needs("bwrap"),
    pytest.mark.timeout(600),
    pytest.mark.slow(group="classes"),
    pytest.mark.xdist_group("class"),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class, graded, with all that comes after."""
    return graded_class(tmp_path_factory.mktemp("class"))


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
        assert len(found) == len(CLASS) + 2  # the report, and a page for hal, who handed nothing in
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
