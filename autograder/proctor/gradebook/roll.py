"""A whole class at once: who is enrolled, what each earned in every cell.

What you can do with this file:

- read a class: `read_roll`, which returns a `Roll` with an `Entry` for each student;
- sum up what can be earned: `most_points`; enroll students: `enroll`, which returns an `Enrolled`.

Each table is read once: a class of 2,000 takes a second.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proctor.course.faults import one_by_one
from proctor.gradebook.recording import find_assignment
from proctor.gradebook.tables import CELL, GRADE, GRADE_CELL, NOTEBOOK, STUDENT, SUBMISSION, TASK_CELL, WORK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

__all__ = ["Enrolled", "Entry", "Person", "Roll", "enroll", "most_points", "read_roll"]

FIELDS = ("first_name", "last_name", "email", "lms_user_id")


@dataclass(frozen=True)
class Person:
    """A student as the gradebook knows one; all but `id` may be empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def name(self) -> str:
        """First and last name, or nothing."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Entry:
    """
    One student's line: `handed_in` says whether the gradebook has a submission.

    `raw_score` is nbgrader's sum before `penalty`, the points that being late costs; `points` has every graded cell
    by notebook and name, None while a person must still mark it.
    """

    person: Person
    handed_in: bool = False
    timestamp: datetime | None = None
    raw_score: float = 0.0
    penalty: float = 0.0
    points: Mapping[tuple[str, str], float | None] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """As `nbgrader export` gives it."""
        return max(0.0, self.raw_score - self.penalty)

    @property
    def waiting(self) -> int:
        """How many cells a person must still mark."""
        return sum(it is None for it in self.points.values())


@dataclass(frozen=True)
class Roll:
    """An assignment's class, sorted by the students' ids; `failed` cannot be read, and each has a sentence why."""

    assignment: str
    most_points: float
    duedate: datetime | None
    entries: tuple[Entry, ...]
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Enrolled:
    """What a roster changed: ids of students who are new, whose facts changed, and who are not on it."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unlisted: tuple[str, ...]


def read_roll(connection: sa.Connection, assignment: str) -> Roll:
    """
    Read a class.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Within a transaction.
    assignment : str
        Its name.

    Returns
    -------
    Roll
        Everybody whom the gradebook knows.

    Raises
    ------
    AuthorError
        The assignment is not there.
    """
    found = find_assignment(connection, assignment)
    mine = SUBMISSION.c.assignment_id == found.id
    columns = (SUBMISSION.c.student_id, SUBMISSION.c.timestamp)
    stamps = dict(connection.execute(sa.select(*columns).where(mine)).all())
    owned = WORK.join(SUBMISSION, SUBMISSION.c.id == WORK.c.assignment_id)
    lost: dict[str, float] = defaultdict(float)
    late = sa.select(SUBMISSION.c.student_id, WORK.c.late_submission_penalty).select_from(owned)
    for student, penalty in connection.execute(late.where(mine)):
        lost[student] += penalty or 0.0
    scores: dict[str, float] = defaultdict(float)
    points: dict[str, dict[tuple[str, str], float | None]] = defaultdict(dict)
    named = (SUBMISSION.c.student_id, NOTEBOOK.c.name.label("notebook"), CELL.c.name.label("cell"))
    values = (GRADE.c.auto_score, GRADE.c.manual_score, GRADE.c.extra_credit, GRADE.c.needs_manual_grade)
    joined = owned.join(GRADE, GRADE.c.notebook_id == WORK.c.id).join(NOTEBOOK, NOTEBOOK.c.id == WORK.c.notebook_id)
    joined = joined.join(CELL, CELL.c.id == GRADE.c.cell_id)
    for grade in connection.execute(sa.select(*named, *values).select_from(joined).where(mine)):
        given = grade.manual_score if grade.manual_score is not None else grade.auto_score
        points[grade.student_id][grade.notebook, grade.cell] = None if grade.needs_manual_grade else given or 0.0
        scores[grade.student_id] += 0.0 if given is None else given + (grade.extra_credit or 0.0)
    people = {it.id: it for it in connection.execute(sa.select(STUDENT))}

    def entry(name: str) -> Entry:
        person = _person(people[name]) if name in people else Person(name)
        return Entry(person, name in stamps, stamps.get(name), scores[name], lost[name], points[name])

    entries, failed = one_by_one(sorted({*people, *stamps}), entry)
    return Roll(assignment, most_points(connection, found.id), found.duedate, tuple(entries.values()), failed)


def most_points(connection: sa.Connection, assignment: str) -> float:
    """
    Sum up what can be earned.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Within a transaction.
    assignment : str
        Its id.

    Returns
    -------
    float
        Over all notebooks, tests and what is marked by hand.
    """
    return float(sum(connection.execute(_most(table, assignment)).scalar_one() for table in (GRADE_CELL, TASK_CELL)))


def enroll(connection: sa.Connection, people: Sequence[Mapping[str, str]]) -> Enrolled:
    """
    Enroll students, and bring the facts of those who are there up to date.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Within a transaction that writes.
    people : sequence of mapping of str to str
        With an `id` each and any of a `Person`'s other fields; a field that is not given stays as it is.

    Returns
    -------
    Enrolled
        Nobody is ever removed.
    """
    known = {it.id: it for it in connection.execute(sa.select(STUDENT))}
    added = [it for it in people if it["id"] not in known]
    changed = [it for it in people if it["id"] in known and _given(it) != _now(it, known[it["id"]])]
    for person in added:
        connection.execute(sa.insert(STUDENT).values({"id": person["id"], **_given(person)}))
    for person in changed:
        connection.execute(sa.update(STUDENT).where(STUDENT.c.id == person["id"]).values(_given(person)))
    unlisted = sorted(known.keys() - {it["id"] for it in people})
    return Enrolled(tuple(it["id"] for it in added), tuple(it["id"] for it in changed), tuple(unlisted))


def _given(facts: Mapping[str, str]) -> dict[str, str | None]:
    return {name: facts[name] or None for name in FIELDS if name in facts}


def _now(facts: Mapping[str, str], row: Any) -> dict[str, str | None]:
    return {name: getattr(row, name) or None for name in FIELDS if name in facts}


def _person(row: Any) -> Person:
    return Person(row.id, *(str(getattr(row, name) or "") for name in FIELDS))


def _most(table: Any, assignment: str) -> sa.Select[Any]:
    """The sum of the points of one kind of cells."""
    query = sa.select(sa.func.coalesce(sa.func.sum(table.c.max_score), 0.0)).join(CELL, CELL.c.id == table.c.id)
    return query.join(NOTEBOOK, NOTEBOOK.c.id == CELL.c.notebook_id).where(NOTEBOOK.c.assignment_id == assignment)
