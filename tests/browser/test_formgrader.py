"""An instructor marks a free text in nbgrader's formgrader; the gradebook and the next page have it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from chainrule.authoring.simulating.demo import proctor
from support.tiny import tiny_course

pytestmark = [pytest.mark.needs("bwrap"), pytest.mark.timeout(300)]
WAITING, ANYTHING = re.compile("needs_manual_grade"), re.compile(".")
MARKED = """
select grade.manual_score, grade.needs_manual_grade, comment.manual_comment
from submitted_assignment
join submitted_notebook on submitted_notebook.assignment_id = submitted_assignment.id
join grade on grade.notebook_id = submitted_notebook.id
join base_cell graded on graded.id = grade.cell_id and graded.name = 'essay'
join comment on comment.notebook_id = submitted_notebook.id
join base_cell solved on solved.id = comment.cell_id and solved.name = 'essay'
where submitted_assignment.student_id = 'ada'
"""


class Folder:
    """A course that the commands of proctor run in."""

    def __init__(self, root):
        self.root = root


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A small course in which one submission is graded and its texts wait."""
    root = tiny_course(tmp_path_factory.mktemp("tiny") / "course")
    proctor(Folder(root), "grade", "hw1", "--student", "ada")
    return root


def marked(root):
    """What the gradebook has about the text."""
    with closing(sqlite3.connect(root / "gradebook.db")) as book:
        return book.execute(MARKED).fetchone()


def test_a_text_is_marked_and_the_gradebook_has_it(page, jupyter, graded):
    assert (None, 1) == marked(graded)[:2]

    address = jupyter(graded, instructor=True)
    page.goto(f"{address}formgrader/gradebook/hw1/one")
    page.get_by_role("link", name="Submission #1").click()
    score, comment = page.locator("input#essay"), page.locator("textarea#essay-comment")
    with page.expect_response(lambda it: "/api/grade/" in it.url and it.request.method == "PUT") as saved:
        expect(score).to_have_class(WAITING)  # formgrader has filled its fields
        score.fill("3")
        score.press("Tab")
    with page.expect_response(lambda it: "/api/comment/" in it.url and it.request.method == "PUT"):
        expect(comment).to_have_attribute("placeholder", ANYTHING)
        comment.fill("Well argued.")
        comment.press("Tab")

    assert 200 == saved.value.status
    assert (3.0, 0, "Well argued.") == marked(graded)

    page.reload()
    expect(page.locator("input#essay")).to_have_value("3")
    expect(page.locator("textarea#essay-comment")).to_have_value("Well argued.")
