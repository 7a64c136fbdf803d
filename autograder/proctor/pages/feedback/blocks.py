"""The cells of a page, and what a test found.

What you can do with this file:

- hold one cell: `Block`; hold what a test says of an answer: `Diagnosis`, which comes from a note of the kind `NOTE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proctor.gradebook import CellMark

__all__ = ["NOTE", "Block", "Diagnosis"]

NOTE = "application/vnd.proctor.note+json"


@dataclass(frozen=True)
class Diagnosis:
    """What a test says of an answer: a title, a message of some lines, perhaps a drawing."""

    title: str
    message: str = ""
    svg: str = ""


@dataclass(frozen=True)
class Block:
    """
    One cell; `name` and `mark` only where it has points or comments, `state` for its color.

    `as_handed_in` says that its outputs are those that the student has seen, not those of grading.
    """

    kind: str
    source: str
    name: str = ""
    mark: CellMark | None = None
    finding: Diagnosis | None = None
    outputs: tuple[Mapping[str, Any], ...] = ()
    as_handed_in: bool = False

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
