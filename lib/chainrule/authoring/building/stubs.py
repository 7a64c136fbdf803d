"""What a student finds in place of an answer: a line that names the exercise.

What you can do with this file:

- use it in nbgrader's `GenerateAssignment.preprocessors` in place of `ClearSolutions`: `NamedStubs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import ClearSolutions

from chainrule.authoring.building.unit_text import BEGIN_SOLUTION

if TYPE_CHECKING:
    from nbformat.notebooknode import NotebookNode

__all__ = ["NamedStubs"]


class NamedStubs(ClearSolutions):
    """
    nbgrader's ClearSolutions with a stub of its own for every cell.

    A function raises an error that names it; a value is None, so that Run All reaches every exercise.
    """

    def preprocess_cell(self, cell: NotebookNode, resources: dict[str, Any], cell_index: int) -> Any:
        """Choose the stub for this cell, then let nbgrader put it in."""
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        marks = [line for line in cell.source.splitlines() if BEGIN_SOLUTION in line]
        inside = bool(marks) and marks[0] != marks[0].lstrip()
        stub = (
            f'raise NotImplementedError("Write {name} here, run this cell, then run the check below.")'
            if inside
            else f"{name} = None  # your answer"
        )
        self.code_stub = {"python": stub}
        self.text_stub = "*Double-click here and write your answer.*"
        return super().preprocess_cell(cell, resources, cell_index)
