"""What stands on a feedback page: the notebook with its points, notes and comments. Pure.

What you can do with this file:

- put a graded notebook and its marks together: `page_of`, which returns a `Page` of `Block`s.

Of a hidden test the page shows name, points and finding; its text and its traceback only when asked to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proctor.plan.notebook import without_hidden

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proctor.gradebook import CellMark, NotebookMarks

__all__ = ["Block", "Diagnosis", "Page", "page_of"]

NOTE = "application/vnd.proctor.note+json"
HEADING = re.compile(r"^#{1,6} +(.+?)(?: +\(\d+ points?\))? *#*$", re.MULTILINE)


@dataclass(frozen=True)
class Diagnosis:
    """What a test says of an answer: a title, a message of some lines, perhaps a drawing."""

    title: str
    message: str = ""
    svg: str = ""


@dataclass(frozen=True)
class Block:
    """One cell; `name` and `mark` only where it has points or comments, `state` for its color."""

    kind: str
    source: str
    name: str = ""
    section: str = ""
    mark: CellMark | None = None
    finding: Diagnosis | None = None
    outputs: tuple[Mapping[str, Any], ...] = ()

    @property
    def state(self) -> str:
        """Right, wrong, partly right, or still to be marked."""
        if self.mark is None or not self.mark.most_points:
            return ""
        if self.mark.points is None:
            return "waiting"
        if self.mark.points >= self.mark.most_points:
            return "right"
        return "wrong" if self.mark.points <= 0 else "partly"


@dataclass(frozen=True)
class Page:
    """A notebook's page."""

    assignment: str
    notebook: str
    marks: NotebookMarks
    blocks: tuple[Block, ...]

    @property
    def questions(self) -> tuple[Block, ...]:
        """The cells that have points."""
        return tuple(it for it in self.blocks if it.mark is not None and it.mark.most_points)


def page_of(assignment: str, notebook: Mapping[str, Any], marks: NotebookMarks, *, show_hidden: bool) -> Page:
    """
    Put a graded notebook and its marks together.

    Parameters
    ----------
    assignment : str
        Its name.
    notebook : mapping
        The autograded notebook.
    marks : NotebookMarks
        From the gradebook.
    show_hidden : bool
        Whether texts of hidden tests are shown.

    Returns
    -------
    Page
        Its blocks in the order of the notebook.
    """
    blocks, section = [], ""
    for cell in notebook.get("cells", []):
        source = _text(cell.get("source", ""))
        own = cell.get("metadata", {}).get("nbgrader", {})
        name = str(own.get("grade_id", "")) if isinstance(own, dict) else ""
        is_test = bool(name and own.get("grade") and not own.get("solution"))
        headings = HEADING.findall(source) if cell.get("cell_type") == "markdown" and not name else []
        section = headings[-1] if headings else section
        blocks.append(_block(cell, source, name, section, marks, is_test=is_test, show_hidden=show_hidden))
    return Page(assignment, marks.name, marks, tuple(it for it in blocks if it.source.strip() or it.mark is not None))


def _block(
    cell: Mapping[str, Any],
    source: str,
    name: str,
    section: str,
    marks: NotebookMarks,
    *,
    is_test: bool,
    show_hidden: bool,
) -> Block:
    kind = "code" if cell.get("cell_type") == "code" else "prose"
    mark = marks.cells.get(name)
    if mark is not None and not mark.most_points and not mark.comments:
        mark = None
    outputs = tuple(it for it in cell.get("outputs", []) if isinstance(it, dict))
    if not is_test:
        return Block(kind, source, name if mark else "", section, mark, None, outputs)
    finding = _finding(outputs)
    if show_hidden:
        return Block("test", source, name, section, mark, finding, outputs)
    return Block("test", without_hidden(source), name, section, mark, finding)


def _finding(outputs: tuple[Mapping[str, Any], ...]) -> Diagnosis | None:
    """The note that a course's test has left; for other courses name and message of the error."""
    for entry in outputs:
        note = entry.get("data", {}).get(NOTE)
        if isinstance(note, dict):
            title, message, svg = (str(note.get(it, "")) for it in ("title", "message", "picture"))
            return Diagnosis(title, message, svg)
    for entry in outputs:
        if entry.get("output_type") == "error":
            return Diagnosis(str(entry.get("ename", "")), str(entry.get("evalue", "")))
    return None


def _text(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value)
