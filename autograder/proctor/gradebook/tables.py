"""The tables of nbgrader's gradebook, as far as grading reads and writes them.

They are named here column by column, because importing nbgrader.api takes 1.6 seconds; a test compares them with
nbgrader's own. Nothing in this package creates or changes a table.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

__all__ = [
    "ASSIGNMENT",
    "CELL",
    "COMMENT",
    "GRADE",
    "GRADE_CELL",
    "NOTEBOOK",
    "SCORE",
    "SOLUTION_CELL",
    "SOURCE",
    "STUDENT",
    "SUBMISSION",
    "TASK_CELL",
    "WORK",
]


def _table(name: str, texts: str, **others: Any) -> sa.TableClause:
    """A table with columns of text and others."""
    columns = {**dict.fromkeys(texts.split(), sa.String), **others}
    return sa.table(name, *(sa.column(key, kind) for key, kind in columns.items()))


# What the author made.
ASSIGNMENT = _table("assignment", "id name", duedate=sa.DateTime)
NOTEBOOK = _table("notebook", "id name assignment_id kernelspec")
CELL = _table("base_cell", "id name notebook_id type")
GRADE_CELL = _table("grade_cells", "id", max_score=sa.Float)
TASK_CELL = _table("task_cells", "id", max_score=sa.Float)
SOLUTION_CELL = _table("solution_cells", "id")
SOURCE = _table("source_cell", "id name cell_type source checksum notebook_id", locked=sa.Boolean)

# What students handed in. The columns called notebook_id lead from a grade or comment to WORK.
STUDENT = _table("student", "id first_name last_name email lms_user_id")
SUBMISSION = _table("submitted_assignment", "id assignment_id student_id", timestamp=sa.DateTime, extension=sa.Interval)
WORK = _table(
    "submitted_notebook",
    "id assignment_id notebook_id",
    flagged=sa.Boolean,
    late_submission_penalty=sa.Float,
)
GRADE = _table(
    "grade",
    "id notebook_id cell_id",
    auto_score=sa.Float,
    manual_score=sa.Float,
    extra_credit=sa.Float,
    needs_manual_grade=sa.Boolean,
)
COMMENT = _table("comment", "id notebook_id cell_id auto_comment manual_comment")

_GIVEN = sa.func.coalesce(GRADE.c.manual_score, GRADE.c.auto_score)
SCORE = sa.func.coalesce(sa.func.sum(_GIVEN + sa.func.coalesce(GRADE.c.extra_credit, 0.0)), 0.0)
"""nbgrader's sum: a score by hand before the machine's, extra credit only beside one of them."""
