"""The text that a person marks: what belongs to it, and when it is another one."""

from __future__ import annotations

import pytest

from proctor.intake.notebook import Illustrated
from proctor.intake.repair import align
from proctor.marks.assessment import NotebookAssessment
from proctor.marks.texts import questions_of, texts_of, unchanged
from proctor.model import Cell, Mark, QuestionResult, Submission
from support.plans import PLAN, RELEASE, handed_in

OWN = Cell("markdown", "My drawing: a cat.")


def texts(submission, files=None):
    return texts_of(align(PLAN, submission).steps, files or {})


def after(name, *cells):
    """The release with cells of the student's own behind one of it."""
    number = next(number for number, it in enumerate(RELEASE) if it.grade_id == name)
    return handed_in(*RELEASE[: number + 1], *cells, *RELEASE[number + 1 :])


def test_each_answer_by_hand_and_each_task_has_one():
    assert {"plot", "essay", "task"} == set(texts(handed_in()))


@pytest.mark.parametrize(("change", "other"), [({"essay": "A word."}, {"essay", "task"}), ({"f": "f = 1"}, {"task"})])
def test_an_answer_is_its_cell_and_a_task_is_all_that_the_student_wrote(change, other):
    before, now = texts(handed_in()), texts(handed_in(**change))

    assert other == {name for name in now if before[name] != now[name]}


def test_a_task_changes_with_cells_of_the_students_own():
    assert {"task"} == {name for name, it in texts(after("task", OWN)).items() if it != texts(handed_in())[name]}


def test_a_task_changes_with_a_file_beside_it(tmp_path):
    drawing = tmp_path / "drawing.png"
    drawing.write_bytes(b"cat")
    one = texts(handed_in(), {"drawing.png": drawing})
    drawing.write_bytes(b"dog")
    two = texts(handed_in(), {"drawing.png": drawing})

    assert 3 == len({texts(handed_in())["task"], one["task"], two["task"]})
    assert one["essay"] == two["essay"]


def test_a_pasted_picture_belongs_to_the_text():
    pictures = [{"a.png": {"image/png": it}} for it in ("AAAA", "BBBB")]
    shown = [Illustrated("markdown", "![](attachment:a.png)", "essay", (), it) for it in pictures]
    found = [
        texts(Submission("hw.ipynb", tuple(own if it.grade_id == "essay" else it for it in RELEASE))) for own in shown
    ]

    assert found[0]["essay"] != found[1]["essay"]


def test_a_mark_says_whether_its_text_is_the_one_before():
    now, before = {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "0"}
    marks = [Mark(name, None) for name in ("a", "b", "c", "test")]

    assert [True, False, False, False] == [it.unchanged for it in unchanged(marks, now, before)]


def test_what_a_person_gave_counts_as_earned():
    notebook = NotebookAssessment(
        "hw", None, (), questions=(QuestionResult("a", None, 2.0), QuestionResult("b", None, 2.0))
    )

    assert [2.0, None] == [it.points for it in questions_of([notebook], {("hw", "a"): 3.5})]
