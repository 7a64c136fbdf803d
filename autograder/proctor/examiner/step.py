"""One cell as the examiner needs it, and what became of it.

What you can do with this file:

- hold the cell: `SentStep`; hold what it did: `StepResult`;
- say of a cell that the notebook had no time for it any more: `too_late`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proctor.course.limits import Limits
    from proctor.plan.notebook import Role

__all__ = ["LATE", "SentStep", "StepResult", "too_late"]

LATE = "submission-time"


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
    """
    What one step did: plain data only.

    `by_student` says that it failed by what the student's code raised, `operated` what of the student's objects had a
    say in it, by the kinds of `bounds`.
    """

    outputs: list[dict[str, Any]] = field(default_factory=list)
    failed: bool = False
    shown: str | None = None
    note: dict[str, str] | None = None
    trouble: str = ""
    trouble_slug: str = ""
    uncrossable: str = ""
    verified: bool = True
    ran: bool = True
    operated: tuple[str, ...] = ()
    by_student: bool = False


def too_late(limits: Limits, *, ran: bool = False) -> StepResult:
    """
    Make the result of a step for which the notebook had no time any more.

    Parameters
    ----------
    limits : Limits
        The notebook's.
    ran : bool
        Whether it had begun.

    Returns
    -------
    StepResult
        Failed, and told.
    """
    what = "was stopped" if ran else "did not run"
    words = f"The whole submission had {limits.submission_seconds:g} seconds; this cell {what}."
    return StepResult(failed=True, trouble=words, trouble_slug=LATE, ran=ran)
