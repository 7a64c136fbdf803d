"""The nouns of grading, as frozen data.

What you can do with this file:

- hold a submission as it was taken in: `Submission`, with its `Cell`s;
- say how a student's grading ended: `Ending`, whose table tells what each ending means;
- hold what one question earned: `QuestionResult`;
- hold what one student earned: `StudentResult`; hold what stopped a cell: `Trouble`;
- hold what the gradebook knows of a notebook: `NotebookRows`, with a `Row` for each cell;
- hold what the gradebook is to keep for one cell: `Mark`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MEANINGS",
    "Cell",
    "Ending",
    "Mark",
    "NotebookRows",
    "QuestionResult",
    "Row",
    "StudentResult",
    "Submission",
    "Trouble",
]


@dataclass(frozen=True)
class Cell:
    """A cell of a submission: its text and what it says of itself. Outputs are never taken in."""

    kind: str
    source: str
    grade_id: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """
    A checked notebook of one student.

    `file` is the name under which it was found, `repairs` one sentence for each thing that was put right,
    `extra` the other files that were handed in, relative to the submission's folder, and `notices` what is told
    though nothing had to be put right.
    """

    file: str
    cells: tuple[Cell, ...]
    repairs: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


class Ending(StrEnum):
    """How the grading of one submission ended. Every student gets exactly one."""

    GRADED = "graded"
    REPAIRED = "repaired"
    TIMED_OUT = "timed out"
    CRASHED = "crashed"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    NOT_GRADED = "not graded"
    KEPT = "kept"


MEANINGS = {
    Ending.GRADED: "Every cell ran and was scored.",
    Ending.REPAIRED: "The notebook was damaged, was put right from the gradebook, and then graded.",
    Ending.TIMED_OUT: "A cell or call ran into its limit; only its question lost points.",
    Ending.CRASHED: "The student's process died and was started again; only its question lost points.",
    Ending.UNREADABLE: "The file is no notebook that can be read; there is nothing to score.",
    Ending.MISSING: "A notebook of the expected name is missing; its questions earned nothing.",
    Ending.WITHDRAWN: "The submission is gone from submitted/; its score stands until a person takes it out.",
    Ending.NOT_GRADED: "The grader itself failed, so nothing was scored; start again.",
    Ending.KEPT: "Graded before, and nothing that counts has changed; --regrade grades it again.",
}


@dataclass(frozen=True)
class QuestionResult:
    """
    What one graded cell earned; `points` is None while it waits for a person.

    `answered` is False where the answer that it is about is still as it was handed out.
    """

    grade_id: str
    points: float | None
    most_points: float
    note: str = ""
    verified: bool = True
    answered: bool = True

    def __post_init__(self) -> None:
        """Refuse points that no cell can earn."""
        if self.points is not None and not 0 <= self.points <= self.most_points:
            raise ValueError(f"Expected 0 to {self.most_points:g} points for {self.grade_id}, found {self.points:g}.")


@dataclass(frozen=True)
class StudentResult:
    """What one student earned in one assignment, and why."""

    student: str
    assignment: str
    ending: Ending
    reason: str
    questions: tuple[QuestionResult, ...] = ()

    @property
    def points(self) -> float:
        """The points given so far."""
        return sum(question.points or 0.0 for question in self.questions)

    @property
    def most_points(self) -> float:
        """What can be earned, in all notebooks of the assignment."""
        return sum(question.most_points for question in self.questions)

    @property
    def needs_person(self) -> bool:
        """Whether some answer waits to be marked by hand."""
        return any(question.points is None for question in self.questions)


@dataclass(frozen=True)
class Trouble:
    """What stopped a cell: the slug says how, the sentence tells it; `cell` is empty for one without a name."""

    notebook: str
    cell: str
    slug: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """
    A cell as the gradebook holds it: the author's word on its text and on what it is.

    `kind` is "code" or "markdown", `locked` says that students may not change it, `points` is None for a cell that
    earns none. A graded cell that is also a solution is marked by hand, and so is a task.
    """

    name: str
    kind: str
    source: str
    locked: bool
    checksum: str
    points: float | None
    graded: bool
    solution: bool
    task: bool


@dataclass(frozen=True)
class NotebookRows:
    """A notebook of an assignment as the gradebook holds it; its rows stand in the order of the release."""

    name: str
    kernelspec: Mapping[str, Any]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Mark:
    """
    What the gradebook is to keep for one graded cell; a score of None asks for a person.

    `comment` is kept where the gradebook has a place for one, which is beside solutions and tasks. `unchanged` says
    that the text is the one that was there before: who has marked it need not look again.
    """

    grade_id: str
    auto_score: float | None
    comment: str | None = None
    unchanged: bool = False

    def __post_init__(self) -> None:
        """Refuse what a database would turn into no score at all."""
        if self.auto_score is not None and not math.isfinite(self.auto_score):
            raise ValueError(f"Expected a finite score for {self.grade_id}, found {self.auto_score}.")
