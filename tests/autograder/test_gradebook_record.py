"""The rules of recording that one run of nbgrader does not show, and what can go wrong with a database."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from proctor.course.nbgrader import find_course
from proctor.errors import AuthorError, GraderError, SubmissionError
from proctor.gradebook import Gradebook, book
from proctor.model import Mark
from support.tiny import (
    DUE,
    FACTS,
    LATE,
    NO,
    ON_TIME,
    RECORDS,
    ZERO,
    execute,
    facts_of,
    marks_two,
    record_all,
    tiny_course,
)


def grades_of(root, student="ada"):
    """From a cell's name to its automatic score and whether a person is asked for."""
    rows = [row for row in facts_of(root)["grades"] if row[0] == student]
    return {row[2]: (row[4], bool(row[7])) for row in rows}


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


class TestRecord:
    """Rules that one run of nbgrader does not show."""

    def record(self, root, student="ada", **facts):
        with Gradebook(find_course(root)) as gradebook:
            gradebook.record("hw1", student, **({"timestamp": None, "marks": {}, "comments": {}} | facts))

    def test_what_is_not_mentioned_stays(self, graded):
        before = facts_of(graded)
        self.record(graded)

        assert before == facts_of(graded)

    def test_a_cell_that_is_not_mentioned_stays(self, graded):
        self.record(graded, marks={"two": [Mark("cube-more", 0.0)]})

        assert ((1.5, False), (0.0, False)) == (grades_of(graded)["cube-check"], grades_of(graded)["cube-more"])

    def test_rows_that_a_submission_lacks_are_created(self, graded):
        whole = facts_of(graded)
        for table in ("grade", "comment"):
            execute(graded, f"delete from {table} where rowid % 2")  # noqa: S608 - two words of ours
        record_all(graded)

        assert whole == facts_of(graded)

    def test_a_notebook_that_a_submission_lacks_is_created(self, graded):
        whole = facts_of(graded)
        works = "(select w.id from submitted_notebook w join notebook n on n.id = w.notebook_id where n.name = 'two')"
        for table, column in (("grade", "notebook_id"), ("comment", "notebook_id"), ("submitted_notebook", "id")):
            execute(graded, f"delete from {table} where {column} in {works}")  # noqa: S608 - words of ours
        record_all(graded)

        assert whole == facts_of(graded)

    def test_a_comment_of_a_mark_is_kept_beside_a_solution(self, course):
        self.record(course, marks={"one": [Mark("plot", None, "Look at line 3."), Mark("square-check", 1.0, "lost")]})
        comments = {row[2]: row[4] for row in facts_of(course)["comments"]}

        assert {"plot": "Look at line 3."} == {name: text for name, text in comments.items() if text}

    def test_given_comments_come_first(self, course):
        self.record(course, marks={"one": [Mark("plot", None, "x")]}, comments={"one": {"plot": NO}})

        assert {NO} == {row[4] for row in facts_of(course)["comments"] if row[2] == "plot"}

    def test_a_missing_notebook_keeps_no_penalty_above_its_score(self, graded):
        self.record(graded, "bob", timestamp=LATE, marks={"two": None})
        penalties = {row[:2]: row[3] for row in facts_of(graded)["notebooks"]}

        assert (0.0, (0.0, False)) == (penalties["bob", "two"], grades_of(graded, "bob")["cube-check"])

    def test_a_notebook_that_was_missing_asks_for_a_person_when_it_comes(self, course):
        self.record(course, timestamp=None, marks={"one": None, "two": None})
        missing = grades_of(course)["task"]
        record_all(course)

        assert ((0.0, False), (None, True)) == (missing, grades_of(course)["task"])

    def test_a_submission_in_time_takes_the_penalty_back(self, graded):
        self.record(graded, "bob", **(RECORDS["bob"] | {"timestamp": ON_TIME}))

        assert {None} == {row[3] for row in facts_of(graded)["notebooks"] if row[0] == "bob"}

    def test_no_deadline_is_never_late(self, course):
        execute(course, "update assignment set duedate = null")
        record_all(course)

        assert {None} == {row[3] for row in facts_of(course)["notebooks"]}

    def test_an_unknown_student_is_created_only_where_that_is_allowed(self, course):
        (course / "nbgrader_config.py").write_text("c.Autograde.create_student = False", encoding="utf-8")

        with pytest.raises(SubmissionError, match="nbgrader db student add eve"):
            self.record(course, "eve")

        execute(course, "insert into student (id) values ('eve')")
        self.record(course, "eve", marks={"two": marks_two()})

        assert (1.5, False) == grades_of(course, "eve")["cube-check"]

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"marks": {"two": [*marks_two(), Mark("cube", 1.0)]}}, "a graded cell cube in two"),
            ({"marks": {"three": None}}, "a notebook three"),
            ({"comments": {"three": {"cube": None}}}, "a notebook three"),
        ],
        ids=["cell", "notebook", "comment"],
    )
    def test_what_the_gradebook_lacks_is_told_and_nothing_is_written(self, course, facts, words):
        with pytest.raises(AuthorError, match=words):
            self.record(course, **facts)

        assert {name: [] for name in FACTS} == facts_of(course)

    def test_a_timestamp_that_is_none_is_told(self, course):
        with pytest.raises(SubmissionError, match="to hold a date and time, found 'soon'"):
            self.record(course, timestamp="soon")

    @pytest.mark.parametrize("score", [float("nan"), float("inf")])
    def test_a_score_that_is_no_number_is_refused(self, score):
        with pytest.raises(ValueError, match="Expected a finite score for cube-check"):
            Mark("cube-check", score)


class TestTrouble:
    """What goes wrong with a database is one sentence, and never a student's zero."""

    def failure(self, root, work=record_all):
        with pytest.raises(GraderError) as caught:
            work(root)
        return caught.value.slug, str(caught.value)

    def test_no_gradebook_is_the_authors(self, tmp_path):
        (tmp_path / "source").mkdir()

        with pytest.raises(AuthorError, match=r"found none at .*; run `nbgrader generate_assignment"):
            record_all(tmp_path)

        assert not (tmp_path / "gradebook.db").exists()

    def test_an_empty_file_is_no_gradebook(self, tmp_path):
        (tmp_path / "gradebook.db").touch()

        with pytest.raises(AuthorError, match="Expected a gradebook"):
            record_all(tmp_path)

    @pytest.mark.parametrize(
        "statement", ["drop table comment", "alter table grade drop column extra_credit", "drop table assignment"]
    )
    def test_an_old_schema_asks_for_an_upgrade(self, course, statement):
        execute(course, statement)

        slug, sentence = self.failure(course)

        assert ("old-schema", True) == (slug, "nbgrader db upgrade" in sentence)

    def test_a_locked_gradebook_is_waited_for_and_told(self, course, monkeypatch):
        monkeypatch.setattr(book, "BUSY_SECONDS", 0.1)
        with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as other:
            other.execute("begin immediate")

            assert "locked" == self.failure(course)[0]

    def test_two_writers_wait_for_each_other(self, course):
        def write(name):
            with Gradebook(find_course(course)) as gradebook:
                for number in range(20):
                    gradebook.record("hw1", f"{name}{number}", **RECORDS["ada"])

        with ThreadPoolExecutor() as pool:
            list(pool.map(write, ["a", "b", "c"]))

        assert 60 == len(facts_of(course)["submissions"])

    def test_ten_seconds_are_waited(self, course):
        with Gradebook(find_course(course)) as gradebook, gradebook._engine.connect() as connection:
            assert 10_000 == connection.execute(sa.text("pragma busy_timeout")).scalar()

    def test_a_gradebook_that_can_only_be_read_is_told(self, course):
        url = f"sqlite:///file:{course / 'gradebook.db'}?mode=ro&uri=true"
        (course / "nbgrader_config.py").write_text(f"c.CourseDirectory.db_url = {url!r}", encoding="utf-8")

        assert "read-only" == self.failure(course)[0]

    def test_a_full_disk_is_told_and_nothing_is_written(self, course):
        with Gradebook(find_course(course)) as gradebook:
            with gradebook._engine.connect() as connection:
                connection.exec_driver_sql("pragma max_page_count = 1")
            slug, _ = self.failure(
                course, lambda _: [gradebook.record("hw1", f"student{n}", **RECORDS["ada"]) for n in range(200)]
            )
        grades = len(facts_of(course)["grades"])

        assert ("disk-full", 0) == (slug, grades % 6)

    def test_a_file_that_is_no_database_is_told(self, course):
        (course / "gradebook.db").write_bytes(b"x" * 10_000)

        assert "no-gradebook" == self.failure(course)[0]

    @pytest.mark.parametrize("url", ["nothing", "unknown://host/name"])
    def test_an_address_that_is_none_is_told(self, course, url):
        (course / "nbgrader_config.py").write_text(f"c.CourseDirectory.db_url = {url!r}", encoding="utf-8")

        assert "c.CourseDirectory.db_url" in self.failure(course)[1]

    def test_the_format_of_the_file_stays(self, graded):
        assert [("delete",)] == execute(graded, "pragma journal_mode")
        assert [(DUE,)] == execute(graded, "select duedate from assignment")


class TestMarkedByAPerson:
    """A mark stays as long as the text that it was given for."""

    @pytest.fixture
    def marked(self, graded):
        execute(graded, "update grade set manual_score = 2.5, needs_manual_grade = 0 where needs_manual_grade")
        return graded

    def record(self, root, *marks):
        with Gradebook(find_course(root)) as gradebook:
            return gradebook.record("hw1", "ada", timestamp=None, marks={"one": marks}, comments={})

    def test_the_same_text_does_not_wait_again(self, marked):
        given = self.record(marked, Mark("essay", None, unchanged=True), Mark("task", None, unchanged=True))

        assert {("one", "essay"): 2.5, ("one", "task"): 2.5} == given
        assert [(None, False)] * 2 == [grades_of(marked)[it] for it in ("essay", "task")]

    def test_another_text_waits(self, marked):
        assert {} == self.record(marked, Mark("essay", None), Mark("task", None))
        assert [(None, True)] * 2 == [grades_of(marked)[it] for it in ("essay", "task")]

    def test_what_waited_already_waits_on(self, marked):
        self.record(marked, Mark("essay", None))
        self.record(marked, Mark("essay", None, unchanged=True))

        assert (None, True) == grades_of(marked)["essay"]

    def test_what_nobody_has_marked_waits(self, graded):
        assert {} == self.record(graded, Mark("essay", None, unchanged=True))
        assert (None, True) == grades_of(graded)["essay"]
