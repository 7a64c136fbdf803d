"""The files that learning management systems import. Pure.

What you can do with this file:

- write scores in one of `FORMATS`: `exported`, which returns an `Exported`; say whose scores count: `Choice`.

canvas. Student, ID, SIS User ID, SIS Login ID, Section, then one column an assignment, and a row "Points Possible".
    Canvas looks a student up by ID (its own number), else by SIS User ID, else by SIS Login ID, else by name; a
    column whose title no assignment has makes a new one. An empty score would clear what Canvas has, so students
    without any score are left out.
    Source: `lib/gradebook_importer.rb` of github.com/instructure/canvas-lms; "How do I import grades in the
    Gradebook?", https://community.canvaslms.com/t5/Instructor-Guide/-/ta-p/807.
moodle. First name, Last name, Username, ID number, Email address, then one column an assignment. In Moodle one maps a
    column to the user (username, idnumber or email) and each assignment to a grade item or a new one, whose maximum
    is to be set by hand. Moodle refuses grades above 100 unless the site allows them.
    Source: https://docs.moodle.org/en/Grade_import; `grade/import/csv/classes/load_data.php` of github.com/moodle.
brightspace. OrgDefinedId, Username, "NAME Points Grade" for each assignment, End-of-Line Indicator with a # in each
    row. Ids begin with a #, as in Brightspace's own exports: it is no part of the id, and keeps spreadsheets from
    changing it.
    Source: https://community.d2l.com/brightspace/kb/articles/3538-importing-grades; https://kb.wisc.edu/4330.
csv. The columns of `nbgrader export`, and `to_mark`, the number of answers that wait for a person, and `note`, such
    as which notebooks are missing; a line for each student and assignment.

Texts that a spreadsheet would run as formulas get an apostrophe in front. Where such a text is a key, the system
does not know the student then, and `Exported.odd` names the student: enter that score by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proctor.course.faults import of_all_but
from proctor.spreadsheets import csv_text, is_formula

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from proctor.gradebook import Entry, Person, Roll

    Facts = Mapping[str, str]
    Notes = Mapping[tuple[str, str], str]
    """By assignment and student: what is to be known beside the number."""
    Table = tuple[Sequence[str], list[list[object]]]

__all__ = ["FORMATS", "Choice", "Exported", "exported"]

NBGRADER = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score"),
    *("late_submission_penalty", "score", "max_score"),
)


@dataclass(frozen=True)
class Choice:
    """
    Whose scores count.

    `students` alone, all when empty; `zeros` gives 0 to who handed nothing in; `unfinished` counts scores to which
    a person has still to add.
    """

    students: tuple[str, ...] = ()
    zeros: bool = False
    unfinished: bool = False


@dataclass(frozen=True)
class Exported:
    """
    A file's text, how many students are in it, and who is not as one might expect.

    `unfinished` were left out because answers wait for a person, `absent` because they handed nothing in, and `odd`
    are in it under a key that no system knows. `failed` are not in it, and each has a sentence why.
    """

    text: str
    count: int
    unfinished: tuple[str, ...]
    absent: tuple[str, ...]
    odd: tuple[str, ...]
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """One student with the scores of all assignments; None where there is none."""

    person: Person
    facts: Facts
    scores: tuple[float | None, ...]
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    keys: list[str] = field(default_factory=list)

    def key(self, *names: str) -> str:
        """The first of some facts that is known, noted as a key."""
        found = next((it for it in (self.facts.get(name, "") for name in names) if it), "")
        self.keys.append(found)
        return found


def exported(
    to: str,
    rolls: Sequence[Roll],
    roster: Mapping[str, Facts],
    choice: Choice,
    notes: Notes | None = None,
    *,
    failed: Mapping[str, str] | None = None,
) -> Exported:
    """
    Write scores for a system.

    Parameters
    ----------
    to : str
        One of `FORMATS`.
    rolls : sequence of Roll
        One of each assignment.
    roster : mapping of str to mapping of str to str
        What the roster has of each student, by id; may be empty.
    choice : Choice
        Whose scores count.
    notes : mapping of tuple of (str, str) to str, optional
        By assignment and student: what is to be known beside the number.
    failed : mapping of str to str, optional
        Who is left out, since something about them cannot be known; each has a sentence why.

    Returns
    -------
    Exported
        With the file's text.
    """
    left_out = dict(failed or {}) | {student: words for roll in rolls for student, words in roll.failed.items()}
    people = {
        entry.person.id: entry.person for roll in rolls for entry in roll.entries if entry.person.id not in left_out
    }
    wanted = [it for it in sorted(people) if not choice.students or it in choice.students]
    told = notes or {}
    found, wrong = of_all_but(
        wanted, lambda some: _exported(to, rolls, roster, choice, told, {it: people[it] for it in some})
    )
    return replace(found, failed=left_out | wrong)


def _exported(  # noqa: PLR0917 - all that `exported` was given
    to: str,
    rolls: Sequence[Roll],
    roster: Mapping[str, Facts],
    choice: Choice,
    notes: Notes,
    people: Mapping[str, Person],
) -> Exported:
    lines, unfinished, absent = [], [], []
    by_roll = [{entry.person.id: entry for entry in roll.entries} for roll in rolls]
    for student, person in people.items():
        entries = tuple(found[student] for found in by_roll)
        scores = tuple(_score(it, choice) for it in entries)
        if any(it.waiting for it in entries) and not choice.unfinished:
            unfinished.append(student)
        elif not any(it.handed_in for it in entries) and not choice.zeros:
            absent.append(student)
        facts = {name: getattr(person, name) for name in ("first_name", "last_name", "email", "lms_user_id")}
        facts |= {name: text for name, text in roster.get(student, {}).items() if text} | {"id": student}
        if to == "csv" or any(it is not None for it in scores):
            told = tuple(notes.get((roll.assignment, student), "") for roll in rolls)
            lines.append(_Line(person, facts, scores, entries, told))
    header, rows = FORMATS[to](rolls, lines)
    odd = tuple(it.person.id for it in lines if to != "brightspace" and any(map(is_formula, it.keys)))
    return Exported(csv_text(header, rows), len(lines), tuple(unfinished), tuple(absent), odd)


def _score(entry: Entry, choice: Choice) -> float | None:
    if not entry.handed_in:
        return 0.0 if choice.zeros else None
    return None if entry.waiting and not choice.unfinished else entry.score


def _canvas(rolls: Sequence[Roll], lines: Sequence[_Line]) -> Table:
    header = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(it.assignment for it in rolls))
    rows: list[list[object]] = [["    Points Possible", "", "", "", "", *(it.most_points for it in rolls)]]
    for line in lines:
        names = (line.facts.get("last_name", ""), line.facts.get("first_name", ""))
        name = ", ".join(part for part in names if part) or line.person.id
        keys = (line.key("lms_user_id"), line.key("sis_user_id"), line.key("sis_login_id", "username", "id"))
        rows.append([name, *keys, line.facts.get("section", ""), *line.scores])
    return header, rows


def _moodle(rolls: Sequence[Roll], lines: Sequence[_Line]) -> Table:
    names = ("First name", "Last name", "Username", "ID number", "Email address")
    rows: list[list[object]] = []
    for line in lines:
        keys = (line.key("username", "sis_login_id", "id"), line.key("id_number", "lms_user_id"), line.key("email"))
        rows.append([line.facts.get("first_name", ""), line.facts.get("last_name", ""), *keys, *line.scores])
    return (*names, *(it.assignment for it in rolls)), rows


def _brightspace(rolls: Sequence[Roll], lines: Sequence[_Line]) -> Table:
    items = (f"{it.assignment} Points Grade" for it in rolls)
    rows: list[list[object]] = []
    for line in lines:
        keys = (line.key("org_defined_id", "lms_user_id"), line.key("username", "sis_login_id", "id"))
        rows.append([*(f"#{key}" if key else "" for key in keys), *line.scores, "#"])
    return ("OrgDefinedId", "Username", *items, "End-of-Line Indicator"), rows


def _csv(rolls: Sequence[Roll], lines: Sequence[_Line]) -> Table:
    rows: list[list[object]] = []
    for number, roll in enumerate(rolls):
        for line in lines:
            entry, score = line.entries[number], line.scores[number]
            raw, penalty = (entry.raw_score, entry.penalty) if score is not None else (None, None)
            who = (line.key("id"), *(line.facts.get(name, "") for name in ("last_name", "first_name", "email")))
            row = (roll.assignment, roll.duedate, entry.timestamp, *who, raw, penalty, score, roll.most_points)
            rows.append([*row, entry.waiting, line.notes[number]])
    return (*NBGRADER, "to_mark", "note"), rows


FORMATS: dict[str, Callable[[Sequence[Roll], Sequence[_Line]], Table]] = {
    "canvas": _canvas,
    "moodle": _moodle,
    "brightspace": _brightspace,
    "csv": _csv,
}
"""What makes the header and the rows for each system."""
