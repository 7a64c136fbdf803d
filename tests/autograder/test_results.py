"""Records of grading: kept whole, read with tolerance, made of what was found."""

from __future__ import annotations

import json

import pytest

from proctor.course.state import state_folder
from proctor.intake.tampering import changed_editions
from proctor.marks.assessment import Assessment, NotebookAssessment
from proctor.marks.results import QuestionRecord, Record, read_records, record_of, texts_before, write_record
from proctor.model import Ending, QuestionResult, StudentResult, Trouble
from support.tiny import configured

FULL = Record(
    "ann",
    Ending.TIMED_OUT,
    "a: too long",
    (QuestionRecord("nb", "a", False, "halved", "half of it", "2.3", False), QuestionRecord("nb", "b")),
    (Trouble("nb", "a", "timed-out", "It took too long."),),
    ("put back",),
    ("changed",),
    ("other",),
)


@pytest.fixture
def course(tmp_path):
    """A folder that is a course."""
    return configured(tmp_path, "c = get_config()\n")


def file_of(course, name="ann"):
    return state_folder(course) / "results" / "ps1" / f"{name}.json"


class TestKept:
    """One file a student."""

    def test_what_is_written_is_read(self, course):
        write_record(course, "ps1", FULL)

        assert {"ann": FULL} == read_records(course, "ps1")
        assert {} == read_records(course, "ps2")

    def test_the_newest_counts(self, course):
        write_record(course, "ps1", FULL)
        write_record(course, "ps1", Record("ann", Ending.GRADED))

        assert {"ann": Record("ann", Ending.GRADED)} == read_records(course, "ps1")
        assert ["ann.json"] == [it.name for it in file_of(course).parent.iterdir()]

    @pytest.mark.parametrize("name", ["x" * 255, "Ünïcödé", "a b.c", ".dot", "<b>'\"", "half\udc80"])
    def test_any_folders_name_can_be_a_students(self, course, name):
        write_record(course, "ps1", Record(name, Ending.GRADED))

        assert 1 == len(list(file_of(course).parent.iterdir()))
        assert [name.encode(errors="replace").decode()] == [*read_records(course, "ps1")] or "\udc80" in name

    @pytest.mark.parametrize(
        "damage",
        [
            lambda text: text[: len(text) // 2],
            lambda text: "",
            lambda text: "[]",
            lambda text: "null",
            lambda text: "[" * 100_000,
            lambda text: text.replace('"version": 1', '"version": 2'),
            lambda text: text.replace('"timed out"', '"sleepy"'),
            lambda text: text.replace('"halved"', "3"),
            lambda text: text.replace("false", '"false"'),
            lambda text: text.replace('"section"', '"sections"'),
            lambda text: text.replace('"repairs": ["put back"]', '"repairs": 7'),
            lambda text: text.replace('"ann"', '"bob"'),
        ],
        ids=["cut", "empty", "list", "null", "deep", "version", "ending", "number", "flag", "key", "repairs", "name"],
    )
    def test_a_damaged_file_reads_as_none(self, course, damage):
        for student in ("ann", "zoe"):
            write_record(course, "ps1", Record(**{**vars(FULL), "student": student}))
        text = file_of(course).read_text(encoding="utf-8")
        file_of(course).write_text(damage(text), encoding="utf-8")

        assert damage(text) != text
        assert ["zoe"] == [*read_records(course, "ps1")]


class TestMade:
    """From an assessment."""

    def made(self, note, words="ValueError: no\nsecond line", **options):
        question = QuestionResult("a", 0.0, 2.0, words, **options)
        notebook = NotebookAssessment("nb", {}, (), {}, (question,), {"a": note} if note else {})
        found = Assessment("ann", Ending.GRADED, "", (notebook, NotebookAssessment("other", None, None)))
        return record_of(found, StudentResult("ann", "ps1", Ending.GRADED, "", (question,)))

    def test_the_courses_diagnosis_comes_first(self):
        note = {"slug": "halved", "title": "half\nmore", "section": "2.3", "message": "long", "picture": "<svg>"}
        record = self.made(note)

        assert (QuestionRecord("nb", "a", True, "halved", "half", "2.3"),) == record.questions
        assert "svg" not in json.dumps(vars(record.questions[0]))
        assert ("other",) == record.absent

    def test_an_error_tells_its_first_line(self):
        assert (QuestionRecord("nb", "a", True, "", "ValueError: no"),) == self.made(None).questions

    def test_a_title_has_a_decent_length(self):
        assert 300 == len(self.made({"title": "x" * 10_000}).questions[0].title)

    def test_flags_are_kept(self):
        (found,) = self.made(None, "", verified=False, answered=False).questions

        assert (False, False, "") == (found.verified, found.answered, found.title)


@pytest.fixture
def editions(tmp_path):
    """A released package and a submission with a copy of it."""
    for place in ("released", "submitted"):
        (tmp_path / place / "pkg" / "inner").mkdir(parents=True)
        (tmp_path / place / "pkg" / "__init__.py").write_text("x = 1\n")
        (tmp_path / place / "pkg" / "inner" / "a.py").write_text("y = 1\n")
    return tmp_path / "submitted", {"pkg": tmp_path / "released" / "pkg"}


class TestTampering:
    """A submitted copy of the course's package, beside the released one."""

    def test_an_untouched_copy_is_none(self, editions):
        (editions[0] / "pkg" / "__pycache__").mkdir()
        (editions[0] / "pkg" / "__pycache__" / "a.pyc").write_bytes(b"compiled")

        assert () == changed_editions(*editions)

    def test_no_copy_and_missing_files_are_none(self, editions):
        (editions[0] / "pkg" / "inner" / "a.py").unlink()

        assert () == changed_editions(*editions)
        assert () == changed_editions(editions[0] / "pkg" / "inner", editions[1])

    @pytest.mark.parametrize(("name", "text"), [("inner/a.py", "y = 2\n"), ("inner/a.py", "longer"), ("new.py", "")])
    def test_a_changed_or_new_file_is_named(self, editions, name, text):
        (editions[0] / "pkg" / name).write_text(text)

        assert (f"The submitted package pkg differs from the released one: pkg/{name}.",) == changed_editions(*editions)

    def test_many_are_counted(self, editions):
        for number in range(8):
            (editions[0] / "pkg" / f"new{number}.py").write_text("")

        assert changed_editions(*editions)[0].endswith("pkg/new4.py and 3 more.")

    def test_a_link_is_not_followed(self, editions, tmp_path):
        (tmp_path / "secret").write_text("x")
        (editions[0] / "pkg" / "link.py").symlink_to(tmp_path / "secret")

        assert "differs from the released one: pkg/link.py." in changed_editions(*editions)[0]


class TestTexts:
    """What a person marks is remembered until it is read again."""

    def record(self, *notebooks, before=None):
        result = StudentResult("ann", "ps1", Ending.GRADED, "")
        return record_of(Assessment("ann", Ending.GRADED, "", notebooks), result, before)

    def test_they_are_kept_with_the_record(self, course):
        write_record(course, "ps1", self.record(NotebookAssessment("nb", {}, (), texts={"a": "1"})))

        assert {"nb": {"a": "1"}} == texts_before(course, "ps1", "ann")
        assert {} == texts_before(course, "ps1", "bob")

    def test_what_could_not_be_read_this_time_keeps_the_texts_of_before(self):
        missing, other = NotebookAssessment("nb", None, None), NotebookAssessment("two", {}, (), texts={"b": "3"})
        before = {"nb": {"a": "1"}, "two": {"b": "2"}}

        assert {"nb": {"a": "1"}, "two": {"b": "3"}} == self.record(missing, other, before=before).texts
        assert before == self.record(before=before).texts

    def test_a_notebook_that_is_missing_has_no_findings(self):
        lost = NotebookAssessment("nb", None, None, questions=(QuestionResult("a", 0.0, 2.0, answered=False),))

        assert (("nb",), ()) == (self.record(lost).absent, self.record(lost).questions)

    def test_a_record_of_an_older_proctor_has_none(self, course):
        write_record(course, "ps1", FULL)
        facts = json.loads(file_of(course).read_text())
        del facts["texts"]
        file_of(course).write_text(json.dumps(facts))

        assert {"ann": FULL} == read_records(course, "ps1")
