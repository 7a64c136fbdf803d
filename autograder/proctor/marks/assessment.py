"""What a submission earned, and why: what a worker sends back.

What you can do with this file:

- hold what one student's submission earned: `Assessment`, with a `NotebookAssessment` for each notebook.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proctor.model import Ending, Mark, QuestionResult, Trouble

__all__ = ["Assessment", "NotebookAssessment"]


@dataclass(frozen=True)
class NotebookAssessment:
    """What one notebook earned, and the notebook that the gradebook's tools show."""

    name: str
    notebook: dict[str, Any] | None
    marks: tuple[Mark, ...] | None
    comments: dict[str, str | None] = field(default_factory=dict)
    questions: tuple[QuestionResult, ...] = ()
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # digests of what a person marks


@dataclass(frozen=True)
class Assessment:
    """What one student's submission earned, and why."""

    student: str
    ending: Ending
    reason: str
    notebooks: tuple[NotebookAssessment, ...]
    repairs: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    suspicions: tuple[str, ...] = ()
    cpu_seconds: float = 0.0
    memory_bytes: float = 0.0
    state: str = ""  # a digest of what was graded
    timestamp: str | None = None
    executed: str = ""  # a digest of what of it was executed or marked
