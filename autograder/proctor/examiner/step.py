"""One cell as the examiner needs it, and what became of it.

What you can do with this file:

- hold the cell: `SentStep`; hold what it did: `StepResult`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proctor.plan.notebook import Role

__all__ = ["SentStep", "StepResult"]


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


@dataclass(frozen=True)
class StepResult:
    """What one step did: plain data only."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    failed: bool = False
    shown: str | None = None
    note: dict[str, str] | None = None
    trouble: str = ""
    trouble_slug: str = ""
    uncrossable: str = ""
    verified: bool = True
    ran: bool = True
    operated: bool = False
