"""The limits of a submission, and their defaults: how long things may take, what processes may use.

What you can do with this file:

- see or change a default: `Limits`, `Use`;
- get those that a course asks for: `limits_of`, `use_of`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from proctor.errors import AuthorError

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course

__all__ = ["Limits", "Use", "limits_of", "use_of"]


@dataclass(frozen=True)
class Limits:
    """How long things may take, and how much may be put out."""

    cell_seconds: float = 30.0
    call_seconds: float = 30.0
    submission_seconds: float = 600.0
    most_lines: int = 1000
    most_traceback_lines: int = 100


@dataclass(frozen=True)
class Use:
    """
    What the processes of one submission may use.

    `memory_bytes` is for all of them together, `address_bytes` for each (0 for no such limit, which CUDA needs),
    `files_bytes` for each of the three places that can be written, `file_bytes` for one file,
    `examiner_bytes` for the process in which the tests run.
    """

    memory_bytes: int = 2 << 30
    address_bytes: int = 8 << 30
    files_bytes: int = 64 << 20
    file_bytes: int = 64 << 20
    processes: int = 32
    cpu_seconds: int = 600
    examiner_bytes: int = 8 << 30


def limits_of(course: Course) -> Limits:
    """
    Read the limits from the course's settings.

    Parameters
    ----------
    course : Course
        The course.

    Returns
    -------
    Limits
        nbgrader's own settings for a cell's time and output; `c.Proctor` has the others.
    """
    return Limits(
        cell_seconds=course.cell_seconds,
        call_seconds=float(course.setting("Proctor", "call_seconds", min(course.cell_seconds, Limits.call_seconds))),
        submission_seconds=float(course.setting("Proctor", "submission_seconds", Limits.submission_seconds)),
        most_lines=course.most_lines,
        most_traceback_lines=course.most_traceback_lines,
    )


def use_of(course: Course) -> Use:
    """
    Read from the course's settings what the processes of a submission may use.

    Parameters
    ----------
    course : Course
        The course.

    Returns
    -------
    Use
        What `c.Proctor` sets, and defaults for the rest.

    Raises
    ------
    AuthorError
        A limit is no whole number.
    """
    found: dict[str, int] = {}
    for limit in fields(Use):
        value = course.setting("Proctor", limit.name, limit.default)
        if not isinstance(value, int) or value < 0:
            message = f"Expected c.Proctor.{limit.name} to be a whole number from 0 on, found {value!r}."
            raise AuthorError(message, slug="settings")
        found[limit.name] = value
    return Use(**found)
