"""What stands on a feedback page: the notebook with its points, notes and comments. Pure.

What you can do with this file:

- put a graded notebook and its marks together: `page_of`, which returns a `Page` of `Block`s.

Of a hidden test the page shows name, points and finding; its text and its traceback only when asked to. What student
code may have learned from it is taken out by `secrecy.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proctor.pages.feedback.about import About
from proctor.pages.feedback.blocks import NOTE, Block, Diagnosis
from proctor.pages.feedback.secrecy import without_secrets
from proctor.pages.feedback.shapes import mapping, sequence, text
from proctor.plan.notebook import without_hidden, without_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proctor.gradebook import NotebookMarks

__all__ = ["Block", "Diagnosis", "Page", "page_of"]


@dataclass(frozen=True)
class Page:
    """A notebook's page."""

    assignment: str
    notebook: str
    marks: NotebookMarks
    blocks: tuple[Block, ...]
    student: str = ""
    about: About = field(default_factory=About)

    @property
    def questions(self) -> tuple[Block, ...]:
        """The cells that have points."""
        return tuple(it for it in self.blocks if it.mark is not None and it.mark.most_points)


def page_of(
    assignment: str,
    notebook: Mapping[str, Any],
    marks: NotebookMarks,
    *,
    show_hidden: bool,
    student: str = "",
    handed: Sequence[Mapping[str, Any]] = (),
    about: About | None = None,
) -> Page:
    """
    Put a graded notebook and its marks together.

    Parameters
    ----------
    assignment : str
        Its name.
    notebook : mapping
        The autograded notebook. What has not the shape that it should have is left out.
    marks : NotebookMarks
        From the gradebook.
    show_hidden : bool
        Whether texts of hidden tests are shown.
    student : str
        Whose page it is; shown where it is given.
    handed : sequence of mapping
        The cells of the notebook that was handed in, whose outputs are shown once a hidden test has run.
    about : About, optional
        What else the head says.

    Returns
    -------
    Page
        Its blocks in the order of the notebook.
    """
    cells = [it for it in sequence(notebook.get("cells")) if isinstance(it, dict)]
    blocks = [_block(it, marks, show_hidden=show_hidden) for it in cells]
    if not show_hidden:
        blocks = without_secrets(cells, blocks, handed)
    shown = tuple(it for it in blocks if it.source.strip() or it.mark is not None)
    return Page(assignment, marks.name, marks, shown, student, about or About())


def _block(cell: Mapping[str, Any], marks: NotebookMarks, *, show_hidden: bool) -> Block:
    source, kind = text(cell.get("source")), "code" if cell.get("cell_type") == "code" else "prose"
    own = mapping(mapping(cell.get("metadata")).get("nbgrader"))
    name = text(own.get("grade_id"))
    mark = marks.cells.get(name)
    if mark is not None and not mark.most_points and not mark.comments:
        mark = None
    outputs = tuple(it for it in sequence(cell.get("outputs")) if isinstance(it, dict))
    if own.get("task") and not show_hidden:
        source = without_scheme(source)
    if not (name and own.get("grade") and not own.get("solution")):  # no test
        return Block(kind, source, name if mark else "", mark, None, outputs)
    finding = _finding(outputs)
    if show_hidden:
        return Block("test", source, name, mark, finding, outputs)
    return Block("test", without_hidden(source), name, mark, finding)


def _finding(outputs: tuple[Mapping[str, Any], ...]) -> Diagnosis | None:
    """The note that a course's test has left; for other courses name and message of the error."""
    for entry in outputs:
        note = mapping(entry.get("data")).get(NOTE)
        if isinstance(note, dict):
            title, message, svg = (text(note.get(it)) for it in ("title", "message", "picture"))
            return Diagnosis(title, message, svg)
    for entry in outputs:
        if entry.get("output_type") == "error":
            return Diagnosis(text(entry.get("ename")), text(entry.get("evalue")))
    return None
