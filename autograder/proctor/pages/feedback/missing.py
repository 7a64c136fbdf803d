"""The page of a notebook that was not handed in: what it was worth, and that there is nothing.

What you can do with this file:

- make that page: `missing_page`; know what a notebook is worth that nobody recorded: `marks_of`.

nbgrader makes no such page. Without it a student looks for the points in the wrong place.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from proctor.gradebook import CellMark, NotebookMarks
from proctor.pages.frame import environment

if TYPE_CHECKING:
    from jinja2 import Environment

    from proctor.model import NotebookRows
    from proctor.pages.feedback.task import PageTask

__all__ = ["marks_of", "missing_page"]


def missing_page(task: PageTask) -> bytes:
    """
    Make the page of a notebook that was not handed in.

    Parameters
    ----------
    task : PageTask
        Whose page, and the marks of the gradebook.

    Returns
    -------
    bytes
        Its HTML, all texts escaped.
    """
    template = _templates().get_template("missing.html")
    return template.render(task=task, marks=task.marks).encode(errors="replace")


def marks_of(notebook: NotebookRows) -> NotebookMarks:
    """
    Give no points for any question.

    Parameters
    ----------
    notebook : NotebookRows
        A notebook of the assignment.

    Returns
    -------
    NotebookMarks
        0 of what each is worth.
    """
    worth = {it.name: it.points for it in notebook.rows if it.points and (it.graded or it.task)}
    return NotebookMarks(notebook.name, {name: CellMark(0.0, points) for name, points in worth.items()})


@cache
def _templates() -> Environment:
    return environment("proctor.pages.feedback")
