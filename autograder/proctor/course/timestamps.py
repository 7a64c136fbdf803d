"""When a submission was handed in.

What you can do with this file:

- read the timestamp that lies in a submission: `read_timestamp`;
- turn its text into a time: `parse_timestamp`; do both, and write the time anew: `plain_timestamp`.
"""

from __future__ import annotations

import os
import re
import stat
import warnings
from typing import TYPE_CHECKING

from proctor.errors import SubmissionError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = ["TIMESTAMP", "parse_timestamp", "plain_timestamp", "read_timestamp"]

TIMESTAMP = "timestamp.txt"
MOST_BYTES = 1_000
MOST_CHARACTERS = 100
ZONE = re.compile(r"[+-]?\d{1,6}|[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}", re.ASCII)


def read_timestamp(folder: Path) -> str | None:
    """
    Read the text of a submission's timestamp.txt.

    Parameters
    ----------
    folder : pathlib.Path
        A student's folder of one assignment.

    Returns
    -------
    str or None
        None where there is no such file, or an empty one, or a link, which may point at anything.
    """
    try:
        descriptor = os.open(folder / TIMESTAMP, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return os.read(descriptor, MOST_BYTES).decode(errors="replace").strip() or None
    finally:
        os.close(descriptor)


def plain_timestamp(folder: Path) -> str | None:
    """
    Read a submission's timestamp.txt and write its time in one way, so that nobody else reads what a student wrote.

    Parameters
    ----------
    folder : pathlib.Path
        A student's folder of one assignment.

    Returns
    -------
    str or None
        In UTC, as in "2026-04-01 09:00:00"; None where `read_timestamp` finds none.

    Raises
    ------
    SubmissionError
        The text is no time.
    """
    text = read_timestamp(folder)
    return None if text is None else parse_timestamp(text).isoformat(" ")


def parse_timestamp(text: str) -> datetime:
    """
    Turn the text of a timestamp into a time, as nbgrader does.

    Parameters
    ----------
    text : str
        A date and time, which may be followed by a name of a time zone.

    Returns
    -------
    datetime.datetime
        In UTC, without a zone.

    Raises
    ------
    SubmissionError
        The text is no time.

    Examples
    --------
    >>> parse_timestamp("2026-04-01 18:00:00 Asia/Seoul").isoformat()
    '2026-04-01T09:00:00'
    """
    from dateutil import parser, tz  # type: ignore[import-untyped]

    words = text.split()
    message = f"Expected {TIMESTAMP} to hold a date and time, found {text[:60]!a}."
    # dateutil takes a path for the name of a zone and reads it, and its search for numbers can be made long.
    if len(text) > MOST_CHARACTERS or (len(words) == 3 and not ZONE.fullmatch(words[2])):
        raise SubmissionError(message, slug="timestamp")
    try:
        if len(words) == 3:
            # nbgrader takes a number for seconds, so "+0100" is 100 seconds: scores must be the same here.
            zone = int(words[2]) if words[2].lstrip("+-").isdigit() else tz.gettz(words[2])
            moment: datetime = parser.parse(f"{words[0]} {words[1]} TZ", tzinfos={"TZ": zone})
        else:
            with warnings.catch_warnings():  # of letters that are no zone: a student's words on the grader's terminal
                warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
                moment = parser.parse(text)
        offset = moment.utcoffset()
        return (moment - offset).replace(tzinfo=None) if offset is not None else moment.replace(tzinfo=None)
    except Exception as error:
        raise SubmissionError(message, slug="timestamp") from error
