"""The report's numbers for machines. Pure.

What you can do with this file:

- get all of them as JSON values: `as_json`; get them as tables: `as_tables`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from proctor.pages.report.facts import KINDS
from proctor.spreadsheets import csv_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proctor.pages.report.facts import ClassFacts

__all__ = ["as_json", "as_tables"]

QUESTION = (
    *("notebook", "name", "most_points", "by_hand", "count", "full", "partial", "none", "waiting", "unverified"),
    *("unanswered", "difficulty", "discrimination"),
)
STUDENT = (
    *("student", "first_name", "last_name", "score", "most_points", "late_penalty", "waiting", "ending"),
    *(it.replace(" ", "_") for it in KINDS),
)
MISTAKE = ("notebook", "question", "slug", "title", "section", "count", "of", "share")


def as_json(facts: ClassFacts) -> dict[str, Any]:
    """
    Get all numbers as JSON values.

    Parameters
    ----------
    facts : ClassFacts
        Of the class.

    Returns
    -------
    dict
        With the names of the fields of `ClassFacts`.
    """
    return {
        "course_id": facts.course_id,
        "assignment": facts.assignment,
        "handed_in": len(facts.entries),
        "not_handed_in": [it.person.id for it in facts.absent],
        "unfinished": facts.unfinished,
        "left_out": list(facts.left_out),
        "unrecorded": list(facts.unrecorded),
        "scores": asdict(facts.scores) if facts.scores else None,
        "questions": [asdict(it) for it in facts.questions],
        "mistakes": [{name: getattr(it, name) for name in MISTAKE} for it in facts.mistakes],
        "events": [asdict(it) for it in facts.events],
        "students": [dict(zip(STUDENT, it, strict=True)) for it in _students(facts)],
    }


def as_tables(facts: ClassFacts) -> dict[str, str]:
    """
    Get all numbers as tables.

    Parameters
    ----------
    facts : ClassFacts
        Of the class.

    Returns
    -------
    dict of str to str
        CSV by the name of its file.
    """
    bins = facts.scores.bins if facts.scores else ()
    spread = [(number / len(bins), (number + 1) / len(bins), count) for number, count in enumerate(bins)]
    return {
        "scores.csv": csv_text(("from_share", "to_share", "students"), spread),
        "questions.csv": csv_text(QUESTION, ([getattr(it, name) for name in QUESTION] for it in facts.questions)),
        "mistakes.csv": csv_text(MISTAKE, ([getattr(it, name) for name in MISTAKE] for it in facts.mistakes)),
        "events.csv": csv_text(
            ("kind", "student", "place", "sentence"),
            ((it.kind, it.student, it.place, it.sentence) for it in facts.events),
        ),
        "students.csv": csv_text(STUDENT, _students(facts)),
    }


def _students(facts: ClassFacts) -> Iterator[tuple[object, ...]]:
    counts = Counter((it.student, it.kind) for it in facts.events)
    most = facts.scores.most_points if facts.scores else 0.0
    for entry in facts.entries:
        person, ending = entry.person, facts.endings.get(entry.person.id, "")
        earned = (entry.score, most, entry.penalty, entry.waiting)
        known = (person.id, person.first_name, person.last_name, *earned, ending)
        yield (*known, *(counts[person.id, kind] for kind in KINDS))
