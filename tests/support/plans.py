"""A small assignment as data: what the gradebook, the release and the instructor know of one notebook.

What you can do with this file:

- make a row of the gradebook: `row`;
- take the assignment: `ROWS`, `RELEASE`, `SOURCE`; its plan: `PLAN`; what a student hands in: `handed_in`.
"""

from __future__ import annotations

from proctor.model import Cell, NotebookRows, Row, Submission
from proctor.plan.notebook import checksum, plan_notebook

HIDDEN = "### BEGIN HIDDEN TESTS\nassert f(3) == 6\n### END HIDDEN TESTS"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def row(name, kind, source, *, points=None, graded=False, solution=False, locked=False, task=False):
    """A cell as the gradebook holds it, with its checksum."""
    made = Row(name, kind, source, locked, "", points, graded, solution, task)
    return Row(name, kind, source, locked, checksum(made, source), points, graded, solution, task)


ROWS = NotebookRows(
    "hw",
    KERNEL,
    (
        row("intro", "markdown", "# Title", locked=True),
        row("data", "code", "x = [1, 2]", locked=True),
        row("f", "code", "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()", solution=True),
        row("f-check", "code", f"assert f(2) == 4\n{HIDDEN}", points=2.0, graded=True, locked=True),
        row("g", "code", "def g(x):\n    # YOUR CODE HERE", solution=True),
        row("g-check", "code", "assert g(1) == 1", points=1.0, graded=True, locked=True),
        row("plot", "code", "# draw", points=3.0, graded=True, solution=True),
        row("essay", "markdown", "YOUR ANSWER HERE", points=4.0, graded=True, solution=True),
        row("task", "markdown", "Draw.", points=5.0, locked=True, task=True),
    ),
)
BY_NAME = {it.name: it for it in ROWS.rows}


def released(name):
    """A cell as students got it."""
    it = BY_NAME[name]
    return Cell(it.kind, it.source.partition(f"\n{HIDDEN}")[0], name)


RELEASE = (
    released("intro"),
    Cell("code", "import math\nfrom math import *", tags=("setup",)),
    released("data"),
    Cell("markdown", "Some words."),
    released("f"),
    released("f-check"),
    Cell("code", "def helper(x):\n    return x"),
    released("g"),
    released("g-check"),
    released("plot"),
    released("essay"),
    released("task"),
)
SOLVED = {"f": "def f(x):\n    return 2 * x", "g": "def g(x):\n    return x", "f-check": BY_NAME["f-check"].source}
SOURCE = tuple(Cell(it.kind, SOLVED.get(it.grade_id, it.source), it.grade_id, it.tags) for it in RELEASE)
PLAN = plan_notebook(ROWS, RELEASE, SOURCE)


def handed_in(*cells, **answers):
    """A submission: the release, or these cells; with answers by grade id."""
    chosen = cells or RELEASE
    return Submission(
        "hw.ipynb",
        tuple(Cell(it.kind, answers.get(it.grade_id, it.source), it.grade_id, it.tags) for it in chosen),
    )
