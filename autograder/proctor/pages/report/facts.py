"""What the class report tells, put together of the gradebook and the records of grading. Pure.

What you can do with this file:

- put the facts of a class together: `gather`, which returns `ClassFacts`;
- know the kinds of events: `KINDS`, each with its heading and what it means.

A mistake counts where the record has a finding, the question has points, and the gradebook gives less than all of
them: whom a person has given full points has made none. An answer that
was left as it was handed out is no mistake; it is counted apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proctor.model import Ending
from proctor.pages.report.items import Summary, difficulty, discrimination, summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proctor.gradebook import Entry, Roll
    from proctor.marks.results import Record
    from proctor.model import NotebookRows

    Key = tuple[str, str]
    """A notebook and a cell of it."""

__all__ = ["KINDS", "ClassFacts", "Event", "Mistake", "QuestionFacts", "gather"]

TIME_SLUGS = frozenset({"timed-out", "test-time", "submission-time"})
KINDS = {
    "not graded": ("Not graded", "The grader itself failed; start `proctor grade` again."),
    "missing": ("Missing notebooks", "There was no notebook of the expected name; its questions earned nothing."),
    "withdrawn": ("Withdrawn submissions", "They are gone; their scores stand until a person takes them out."),
    "unreadable": ("Unreadable notebooks", "The file is no notebook that can be read."),
    "suspicion": ("Suspected tampering", "It earned nothing: released tests and packages took its place."),
    "timeout": ("Time-outs", "A cell or call ran into its limit; its question lost points."),
    "crash": ("Crashes", "The student's process died and was started again; its question lost points."),
    "repair": ("Repairs", "Damage that was put right from the gradebook; it cost nothing."),
}


@dataclass(frozen=True)
class Event:
    """Something that happened to one student: a key of `KINDS`, where, and a sentence."""

    kind: str
    student: str
    place: str
    sentence: str


@dataclass(frozen=True)
class Mistake:
    """One mistake in one question: how many students made it, of how many; `title` is the course's or the error's."""

    notebook: str
    question: str
    slug: str
    title: str
    section: str
    students: tuple[str, ...]
    of: int

    @property
    def count(self) -> int:
        """How many students made it."""
        return len(self.students)

    @property
    def share(self) -> float:
        """Their share of all whose answers are known."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True)
class QuestionFacts:
    """
    One question: counts of full, partial and no points over `count` students, and its two figures.

    A figure is None where there are too few students, where all earned the same, or while answers are `waiting`.
    """

    notebook: str
    name: str
    most_points: float
    by_hand: bool
    count: int
    full: int
    partial: int
    none: int
    waiting: int
    unverified: int
    unanswered: int
    difficulty: float | None
    discrimination: float | None


@dataclass(frozen=True)
class ClassFacts:
    """
    All that the report tells.

    `entries` are the students who handed in, `absent` those enrolled who did not, `left_out` those whose notebooks
    were missing or unreadable, and who do not count for figures of questions. Of `unrecorded` students proctor has
    no record: their mistakes and events are not known.
    """

    course_id: str
    assignment: str
    entries: tuple[Entry, ...]
    absent: tuple[Entry, ...]
    scores: Summary | None
    questions: tuple[QuestionFacts, ...]
    mistakes: tuple[Mistake, ...]
    events: tuple[Event, ...]
    left_out: tuple[str, ...] = ()
    unrecorded: tuple[str, ...] = ()
    endings: Mapping[str, str] = field(default_factory=dict)

    @property
    def unfinished(self) -> int:
        """How many students have answers that a person must still mark."""
        return sum(it.waiting > 0 for it in self.entries)

    @property
    def names(self) -> dict[str, str]:
        """Each student's name where the roster has one."""
        return {it.person.id: it.person.name for it in (*self.entries, *self.absent)}

    def events_of(self, kind: str) -> tuple[Event, ...]:
        """The events of one kind, by student."""
        return tuple(it for it in self.events if it.kind == kind)


def gather(
    course_id: str,
    roll: Roll,
    notebooks: Sequence[NotebookRows],
    records: Mapping[str, Record],
    withdrawn: Mapping[str, str] | None = None,
) -> ClassFacts:
    """
    Put the facts of a class together.

    Parameters
    ----------
    course_id : str
        The course's.
    roll : Roll
        What the gradebook has of the class.
    notebooks : sequence of NotebookRows
        The assignment's.
    records : mapping of str to Record
        By student; of those alone who are on the roll something is told.
    withdrawn : mapping of str to str, optional
        By student: that the submission is gone, and what to do.

    Returns
    -------
    ClassFacts
        Questions in the order of the notebooks, mistakes by how often they were made.
    """
    entries = tuple(it for it in roll.entries if it.handed_in)
    here = {it.person.id for it in entries}
    known = {student: it for student, it in records.items() if student in here or it.ending is Ending.NOT_GRADED}
    left_out = {student for student, it in known.items() if it.absent or it.ending is Ending.NOT_GRADED}
    gone = tuple(Event("withdrawn", student, "", words) for student, words in sorted((withdrawn or {}).items()))
    counted = [it for it in entries if it.person.id not in left_out]
    return ClassFacts(
        course_id=course_id,
        assignment=roll.assignment,
        entries=entries,
        absent=tuple(it for it in roll.entries if not it.handed_in),
        scores=summary([it.score for it in entries], roll.most_points),
        questions=_questions(notebooks, counted, known),
        mistakes=_mistakes(notebooks, entries, known),
        events=(*(event for _, record in sorted(known.items()) for event in _events(record)), *gone),
        left_out=tuple(sorted(left_out)),
        unrecorded=tuple(sorted(here - known.keys())),
        endings={student: str(it.ending) for student, it in known.items()},
    )


def _questions(
    notebooks: Sequence[NotebookRows], counted: Sequence[Entry], records: Mapping[str, Record]
) -> tuple[QuestionFacts, ...]:
    rows = [(book.name, row) for book in notebooks for row in book.rows if row.points]
    waiting: Counter[Key] = Counter(key for it in counted for key, points in it.points.items() if points is None)
    recorded = [question for record in records.values() for question in record.questions]
    unverified: Counter[Key] = Counter((it.notebook, it.grade_id) for it in recorded if not it.verified)
    theirs = [records[entry.person.id].questions for entry in counted if entry.person.id in records]
    unanswered: Counter[Key] = Counter((it.notebook, it.grade_id) for own in theirs for it in own if not it.answered)
    done = [(book, row.name) for book, row in rows if not waiting[book, row.name]]
    totals = [sum(entry.points.get(key) or 0.0 for key in done) for entry in counted]
    found = []
    for book, row in rows:
        key, most = (book, row.name), row.points or 0.0
        earned = [entry.points.get(key) for entry in counted]
        scored = [it for it in earned if it is not None]
        points = [it or 0.0 for it in earned] if key in done else []
        found.append(
            QuestionFacts(
                notebook=book,
                name=row.name,
                most_points=most,
                by_hand=row.task or row.solution or row.kind != "code",
                count=len(counted),
                full=sum(it >= most for it in scored),
                partial=sum(0 < it < most for it in scored),
                none=sum(it <= 0 for it in scored),
                waiting=waiting[key],
                unverified=unverified[key],
                unanswered=unanswered[key],
                difficulty=difficulty(points, most),
                discrimination=discrimination(points, totals) if points else None,
            )
        )
    return tuple(found)


def _mistakes(
    notebooks: Sequence[NotebookRows], entries: Sequence[Entry], records: Mapping[str, Record]
) -> tuple[Mistake, ...]:
    most = {(book.name, row.name): row.points for book in notebooks for row in book.rows if row.points}
    made: dict[tuple[str, str, str, str], list[tuple[str, str]]] = defaultdict(list)
    sections: dict[tuple[str, str, str, str], str] = {}
    of: Counter[Key] = Counter()
    for entry in entries:
        record = records.get(entry.person.id)
        for question in record.questions if record else ():
            place = (question.notebook, question.grade_id)
            points = entry.points.get(place)
            if place not in most or points is None:
                continue
            of[place] += 1
            if question.answered and (question.slug or question.title) and points < (most[place] or 0.0):
                key = (*place, question.slug, "" if question.slug else question.title)
                made[key].append((entry.person.id, question.title or question.slug))
                sections.setdefault(key, question.section)
    found = [
        Mistake(
            notebook=key[0],
            question=key[1],
            slug=key[2],
            title=Counter(title for _, title in students).most_common(1)[0][0],
            section=sections[key],
            students=tuple(student for student, _ in students),
            of=of[key[0], key[1]],
        )
        for key, students in made.items()
    ]
    places = {place: number for number, place in enumerate(most)}
    return tuple(sorted(found, key=lambda it: (-it.count, places[it.notebook, it.question], it.title)))


def _events(record: Record) -> list[Event]:
    student, ending = record.student, record.ending
    found = []
    if ending is Ending.NOT_GRADED:
        found.append(Event("not graded", student, "", record.reason))
    elif record.absent or ending in (Ending.MISSING, Ending.UNREADABLE):
        kind = "unreadable" if ending is Ending.UNREADABLE else "missing"
        found.append(Event(kind, student, ", ".join(record.absent), record.reason))
    found += [Event("suspicion", student, "", it) for it in record.suspicions]
    for trouble in record.troubles:
        kind = "timeout" if trouble.slug in TIME_SLUGS else "crash"
        found.append(Event(kind, student, trouble.cell or trouble.notebook, trouble.sentence))
    return [*found, *(Event("repair", student, "", it) for it in record.repairs)]
