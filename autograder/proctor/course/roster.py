"""The roster: a CSV file that says who is enrolled, and under which names other systems know them.

What you can do with this file:

- find a course's roster: `roster_path`; read one: `read_roster`, which returns a `Roster`.

Columns of the gradebook: id (as the folder under submitted/ is called), first_name, last_name, email, lms_user_id.
Columns for exports alone: section, sis_user_id, sis_login_id, username, org_defined_id, id_number.
"""

from __future__ import annotations

import csv
import difflib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proctor.errors import AuthorError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from proctor.course.nbgrader import Course

__all__ = ["COLUMNS", "ENROLLED", "Roster", "read_roster", "roster_path"]

ENROLLED = ("id", "first_name", "last_name", "email", "lms_user_id")
COLUMNS = (*ENROLLED, "section", "sis_user_id", "sis_login_id", "username", "org_defined_id", "id_number")
MOST_BYTES = 16 << 20
MOST_CHARACTERS = 128  # of a text in the gradebook
DELIMITERS = (",", ";", "\t")
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Roster:
    """Who is enrolled: one dictionary a student, with the columns that the file has."""

    file: str
    students: tuple[dict[str, str], ...]

    @property
    def enrolled(self) -> tuple[dict[str, str], ...]:
        """What goes into the gradebook."""
        return tuple({name: text for name, text in it.items() if name in ENROLLED} for it in self.students)

    @property
    def by_id(self) -> dict[str, dict[str, str]]:
        """The students by id."""
        return {it["id"]: it for it in self.students}


def roster_path(course: Course) -> Path:
    """
    Find a course's roster.

    Parameters
    ----------
    course : Course
        The course.

    Returns
    -------
    pathlib.Path
        What `c.Proctor.roster` names, roster.csv in the course's folder where it names nothing; whether it exists
        or not.
    """
    return course.root / str(course.setting("Proctor", "roster", "roster.csv"))


def read_roster(path: Path) -> Roster:
    """
    Read a roster.

    Parameters
    ----------
    path : pathlib.Path
        A CSV file in UTF-8, or in UTF-16 as spreadsheets save it; with commas, semicolons or tabs.

    Returns
    -------
    Roster
        Checked.

    Raises
    ------
    AuthorError
        There is no such file, or it is not as it should be; the sentence names the line.
    """
    text = _decoded(path)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep="):  # a line for spreadsheets
        text = f"\n{rest}"  # the lines behind it keep their numbers
    lines = text.splitlines()
    header = next((it for it in lines if it.strip()), "")
    if not header:
        raise _error(path, "found it empty")
    delimiter = max(DELIMITERS, key=header.count)
    rows = _rows(path, text, delimiter)
    columns = _columns(path, next(rows)[1])
    students: list[dict[str, str]] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        if len(row) != len(columns):
            raise _error(path, f"found {len(row)} fields instead of {len(columns)} in line {line}")
        student = {name: field.strip() for name, field in zip(columns, row, strict=True)}
        _refuse(path, line, student)
        if student["id"] in seen:
            raise _error(path, f"found {student['id']!r} in line {seen[student['id']]} and again in line {line}")
        seen[student["id"]] = line
        students.append(student)
    if not students:
        raise _error(path, "found no student in it")
    return Roster(str(path), tuple(students))


def _decoded(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _error(path, f"found more than {MOST_BYTES} bytes")
        data = path.read_bytes()
    except OSError as error:
        message = f"Expected a roster at {path}, found that it cannot be read ({error.strerror})."
        raise AuthorError(message, slug="roster") from error
    encoding = next((it for mark, it in MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _error(path, f"found a byte that is no {encoding} in line {line}; save it as CSV in UTF-8") from error
    if "\0" in text:
        raise _error(path, "found no text; save it as CSV in UTF-8")
    return text


def _rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, with the numbers of their lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(it.strip() for it in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise _error(path, f"found a broken field in line {reader.line_num} ({error})") from error


def _columns(path: Path, header: Sequence[str]) -> list[str]:
    """The names of the columns: small letters, an underscore for each space or hyphen."""
    names = [it.strip().lower().replace(" ", "_").replace("-", "_") for it in header]
    for name in names:
        if name not in COLUMNS:
            close = difflib.get_close_matches(name, COLUMNS, n=1)
            hint = f"; is it {close[0]}?" if close else f"; the columns are {', '.join(COLUMNS)}"
            raise _error(path, f"found an unknown column {name!r}{hint}")
        if names.count(name) > 1:
            raise _error(path, f"found the column {name} twice")
    if "id" not in names:
        raise _error(path, "found no column id, which has the names of the folders under submitted/")
    return names


def _refuse(path: Path, line: int, student: dict[str, str]) -> None:
    """What can be no student."""
    name = student["id"]
    if not name:
        raise _error(path, f"found no id in line {line}")
    if "/" in name or "\\" in name or name in (".", "..") or not name.isprintable():
        raise _error(path, f"found the id {name!r} in line {line}, which can be no folder's name")
    long = [column for column, text in student.items() if len(text) > MOST_CHARACTERS]
    if long:
        raise _error(path, f"found more than {MOST_CHARACTERS} characters as {long[0]} in line {line}")
    odd = [column for column, text in student.items() if not text.isprintable()]
    if odd:
        raise _error(path, f"found characters that cannot be printed as {odd[0]} in line {line}")


def _error(path: Path, found: str) -> AuthorError:
    return AuthorError(f"Expected {path} to be a roster, {found}.", slug="roster")
