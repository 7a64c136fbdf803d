"""An assignment ready to be graded: its plans, whose the names are, its limits.

What you can do with this file:

- hand all that grading a submission needs to a worker: `Assignment`, with a `NotebookTask` for each notebook;
- see what the instructor's solved notebook showed: a `TestCheck` for each test cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proctor.sandbox.policy import Fence

if TYPE_CHECKING:
    from proctor.assignment.files import Files
    from proctor.course.limits import Limits
    from proctor.plan.notebook import Plan
    from proctor.plan.ownership import Ownership

__all__ = ["BOTH", "INSIDE", "OUTSIDE", "Assignment", "NotebookTask", "TestCheck"]

OUTSIDE, BOTH, INSIDE = "outside", "both", "inside"


@dataclass(frozen=True)
class TestCheck:
    """
    How one test cell did on the instructor's solved notebook, there and here, and on wrong versions of it.

    `way` says where it runs: "outside" alone, since it is proved; "both", and the smaller points count; or "inside"
    alone, where it cannot run outside. `told` names the wrong version on which the two ways differed.
    """

    notebook: str
    grade_id: str
    most_points: float
    points: float
    kernel_points: float
    reason: str = ""
    way: str = OUTSIDE
    told: str = ""

    @property
    def state(self) -> str:
        """verified: right here; unverified: right in the student's process alone; broken: wrong in both."""
        if self.points == self.most_points:
            return "verified"
        return "unverified" if self.kernel_points == self.most_points else "broken"


@dataclass(frozen=True)
class NotebookTask:
    """
    One notebook: its plan, and whose its names are.

    The tests in `doubted` run both ways whatever is handed in; those in `apart` never run beside student code.
    """

    plan: Plan
    ownership: Ownership
    doubted: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Assignment:
    """All that grading a submission needs; plain data that can be sent to a worker."""

    name: str
    course_id: str
    notebooks: tuple[NotebookTask, ...]
    limits: Limits
    skip_tags: frozenset[str]
    ignore: tuple[str, ...]
    files: Files
    modules: tuple[str, ...]
    key: bytes
    strict: bool = False
    fence: Fence = field(default_factory=Fence)
    checks: tuple[TestCheck, ...] = ()
