"""Tables as text for spreadsheets, in which no cell is taken for a formula.

What you can do with this file:

- make one cell harmless: `harmless`; see whether a text would be run as a formula: `is_formula`;
- write a table as CSV: `csv_text`.

A spreadsheet runs a cell that starts with = + - or @, and names of students or files can start so. Such a text gets
an apostrophe in front, which spreadsheets read as "this is text". Numbers stay as they are.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["csv_text", "harmless", "is_formula"]

WIDE = "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
STARTS = tuple(f"=+-@\t\r\n{WIDE}")
MOST_CHARACTERS = 30_000  # a cell of a spreadsheet holds 32,767


def is_formula(text: str) -> bool:
    """
    See whether a spreadsheet would run a text.

    Examples
    --------
    >>> [is_formula(it) for it in ("=1+1", " @sum", "ann")]
    [True, True, False]
    """
    return text.startswith(STARTS) or text.lstrip().startswith(STARTS)


def harmless(value: object) -> str:
    """
    Make one cell harmless.

    Parameters
    ----------
    value : object
        A text by anybody, a number, or None for an empty cell.

    Returns
    -------
    str
        Numbers with up to 10 digits, without zeros at their end.

    Examples
    --------
    >>> [harmless(it) for it in ("=1+1", -0.5, 2.0, None, "ann")]
    ["'=1+1", '-0.5', '2', '', 'ann']
    """
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f"{value:.10g}"
    text = "".join(it for it in str(value) if it == "\n" or it.isprintable() or it in "\t\r")[:MOST_CHARACTERS]
    return f"'{text}" if is_formula(text) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """
    Write a table as CSV.

    Parameters
    ----------
    header : sequence of str
        The names of the columns.
    rows : iterable of sequence of object
        What `harmless` takes.

    Returns
    -------
    str
        With commas, and line ends as RFC 4180 has them.

    Examples
    --------
    >>> csv_text(["student", "points"], [["=ann", 2.5]])
    "student,points\\r\\n'=ann,2.5\\r\\n"
    """
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([harmless(it) for it in header])
    writer.writerows([harmless(it) for it in row] for row in rows)
    return made.getvalue()
