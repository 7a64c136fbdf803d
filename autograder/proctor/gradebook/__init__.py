"""nbgrader's gradebook: what it knows of an assignment, and what a submission earned."""

from proctor.gradebook.book import Gradebook
from proctor.gradebook.reading import CellMark, NotebookMarks

__all__ = ["CellMark", "Gradebook", "NotebookMarks"]
