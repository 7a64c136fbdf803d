"""nbgrader's gradebook: what it knows of an assignment and a class, and what a submission earned."""

from proctor.gradebook.book import Gradebook
from proctor.gradebook.reading import CellMark, NotebookMarks
from proctor.gradebook.roll import Enrolled, Entry, Person, Roll, read_roll
from proctor.gradebook.withdrawn import withdrawn

__all__ = ["CellMark", "Enrolled", "Entry", "Gradebook", "NotebookMarks", "Person", "Roll", "read_roll", "withdrawn"]
