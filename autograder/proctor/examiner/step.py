"""One cell as the examiner needs it.

What you can do with this file:

- hold it: `SentStep`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proctor.plan.notebook import Role

__all__ = ["SentStep"]


@dataclass(frozen=True)
class SentStep:
    """
    A step without its plan.

    `place` is the cell's in the plan, or -1 for a cell of the student's own; `runs` is False for text.
    """

    role: Role
    source: str
    grade_id: str = ""
    place: int = -1
    tags: tuple[str, ...] = ()
    runs: bool = True
