"""From what cells did to points; nbgrader's rules.

What you can do with this file:

- score a test cell by its error or its last value: `test_points`;
- score an answer that a person marks: `hand_points`; write its comment: `comment_of`.

Pure. nbgrader takes a test cell without an error as right; a last value that is a number is partial credit; all
other values, negative numbers and nan count as right. Text on stderr costs nothing here, unlike there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proctor.plan.notebook import checksum

if TYPE_CHECKING:
    from proctor.model import Row

__all__ = ["NO_RESPONSE", "comment_of", "hand_points", "test_points"]

NO_RESPONSE = "No response."


def test_points(most: float, *, failed: bool, shown: str | None) -> float:
    """
    Score a test cell.

    Parameters
    ----------
    most : float
        What it is worth.
    failed : bool
        Whether it raised.
    shown : str or None
        The value of its last expression as a notebook shows it.

    Returns
    -------
    float
        From 0 to `most`; a number above `most` counts as `most`.

    Examples
    --------
    >>> test_points(3.0, failed=False, shown="1.5"), test_points(3.0, failed=False, shown="'fine'")
    (1.5, 3.0)
    >>> test_points(3.0, failed=True, shown="1.5")
    0.0
    """
    if failed:
        return 0.0
    if shown is None:
        return most
    try:
        partial = float(shown)
    except ValueError:
        return most
    return min(partial, most) if partial >= 0.0 else most


def hand_points(row: Row, source: str) -> float | None:
    """
    Score an answer that a person marks.

    Parameters
    ----------
    row : Row
        What the gradebook knows of the cell.
    source : str
        Its text now.

    Returns
    -------
    float or None
        0 where nothing was written, None where a person must look.
    """
    return 0.0 if row.solution and checksum(row, source) == row.checksum else None


def comment_of(row: Row, source: str) -> str | None:
    """
    Write the comment of a solution or task cell.

    Parameters
    ----------
    row : Row
        What the gradebook knows of the cell.
    source : str
        Its text now.

    Returns
    -------
    str or None
        "No response." where a solution cell is as it was handed out.
    """
    return NO_RESPONSE if not row.task and checksum(row, source) == row.checksum else None
