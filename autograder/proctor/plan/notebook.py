"""What an assignment's notebook is, as its author made it: the plan that every submission is measured against.

What you can do with this file:

- make it from the gradebook and the instructor's notebooks: `plan_notebook`, which returns a `Plan`;
- know what a cell is for: `Role`;
- leave out hidden tests: `without_hidden`; mark schemes: `without_scheme`;
- compute nbgrader's checksum of a cell: `checksum`.

Pure. The plan never comes from a submission. nbgrader's gradebook stores only graded, solution, locked and task
cells; the order, and the author's other cells (imports, helpers), come from the release and source notebooks.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proctor.model import Cell, NotebookRows, Row

__all__ = ["Plan", "PlanCell", "Role", "checksum", "plan_notebook", "without_hidden", "without_scheme"]

HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
SCHEME = ("BEGIN MARK SCHEME", "END MARK SCHEME")  # courses write various signs around the words


class Role(StrEnum):
    """What a cell is for."""

    TEXT = "text"
    AUTHOR = "author"
    ANSWER = "answer"
    MANUAL = "manual"
    TEST = "test"
    TASK = "task"
    STUDENTS = "students"


@dataclass(frozen=True)
class PlanCell:
    """
    One cell of the assignment.

    `source` is what students got, `tests` for a test cell the whole of it, `solved` what the instructor's own
    notebook has there. `row` is the gradebook's, for the cells that have one.
    """

    place: int
    kind: str
    role: Role
    source: str
    tests: str = ""
    solved: str = ""
    tags: tuple[str, ...] = ()
    row: Row | None = None

    @property
    def grade_id(self) -> str:
        """The name in the gradebook, or nothing."""
        return self.row.name if self.row else ""

    @property
    def restored(self) -> str:
        """What takes the place of whatever a submission has there: locked cells are the author's."""
        return self.tests if self.role is Role.TEST else self.source


@dataclass(frozen=True)
class Plan:
    """The cells of one notebook, in the order in which they were released."""

    name: str
    cells: tuple[PlanCell, ...]
    kernelspec: Mapping[str, Any]
    solved: tuple[Cell, ...] | None = None

    @property
    def by_id(self) -> dict[str, PlanCell]:
        """The cells that the gradebook knows."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}


def plan_notebook(rows: NotebookRows, release: Sequence[Cell] | None, source: Sequence[Cell] | None) -> Plan:
    """
    Make the plan of one notebook.

    Parameters
    ----------
    rows : NotebookRows
        What the gradebook knows.
    release : sequence of Cell or None
        The notebook that students got.
    source : sequence of Cell or None
        The instructor's own, with solutions.

    Returns
    -------
    Plan
        Without a release notebook the order is the source notebook's, without both the gradebook's.
    """
    known = {row.name: row for row in rows.rows}
    solved = {cell.grade_id: cell.source for cell in source or () if cell.grade_id in known}
    layout = release if release is not None else source
    cells: list[PlanCell] = []
    for cell in layout or ():
        row = known.get(cell.grade_id)
        cells.append(_planned(len(cells), cell, row, solved, visible=release is not None))
    placed = {cell.grade_id for cell in cells}
    cells += [
        _from_row(len(cells) + number, row, solved)
        for number, row in enumerate(it for it in rows.rows if it.name not in placed)
    ]
    return Plan(rows.name, tuple(cells), rows.kernelspec, tuple(source) if source is not None else None)


def _planned(place: int, cell: Cell, row: Row | None, solved: Mapping[str, str], *, visible: bool) -> PlanCell:
    if row is None:
        role = Role.AUTHOR if cell.kind == "code" else Role.TEXT
        return PlanCell(place, cell.kind, role, cell.source, solved=cell.source, tags=cell.tags)
    text = cell.source if visible else without_hidden(row.source)
    return PlanCell(place, row.kind, _role(row), text, row.source, solved.get(row.name, ""), cell.tags, row)


def _from_row(place: int, row: Row, solved: Mapping[str, str]) -> PlanCell:
    text = without_hidden(row.source)
    return PlanCell(place, row.kind, _role(row), text, row.source, solved.get(row.name, ""), (), row)


def _role(row: Row) -> Role:
    if row.task:
        return Role.TASK
    if row.solution:
        return Role.MANUAL if row.graded else Role.ANSWER
    if row.graded:
        return Role.TEST if row.kind == "code" else Role.MANUAL
    return Role.AUTHOR if row.kind == "code" else Role.TEXT


def without_hidden(source: str) -> str:
    """
    Leave out the regions of hidden tests.

    Examples
    --------
    >>> without_hidden("assert f(1)\\n### BEGIN HIDDEN TESTS\\nassert f(2)\\n### END HIDDEN TESTS")
    'assert f(1)'
    """
    return _without(source, *HIDDEN)


def without_scheme(source: str) -> str:
    """
    Leave out the mark schemes of a task, which are for who marks it.

    Examples
    --------
    >>> without_scheme("Draw.\\n=== BEGIN MARK SCHEME ===\\n1 point\\n=== END MARK SCHEME ===")
    'Draw.'
    """
    return _without(source, *SCHEME)


def _without(source: str, begin: str, end: str) -> str:
    kept, hidden = [], False
    for line in source.splitlines():
        hidden = hidden or begin in line
        if not hidden:
            kept.append(line)
        hidden = hidden and end not in line
    return "\n".join(kept)


def checksum(row: Row, source: str) -> str:
    """
    Compute nbgrader's checksum of a cell, by which it knows that nothing was written.

    Parameters
    ----------
    row : Row
        What the gradebook knows of the cell.
    source : str
        Its text now.

    Returns
    -------
    str
        An MD5 in hexadecimal digits; a fingerprint, no protection.
    """
    points = str(float(row.points or 0.0)) if row.graded else ""
    facts = (source, row.kind, str(row.graded), str(row.solution), str(row.locked), row.name, points)
    return hashlib.md5("".join(facts).encode(), usedforsecurity=False).hexdigest()
