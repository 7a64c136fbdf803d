"""Writing the class report.

What you can do with this file:

- read the facts of a class: `class_facts`; make its page and tables of them: `class_report`, which gives a `Report`;
  write these: `write_report`.

The report is for those who teach: it has names, findings and suspicions. It lies beside the gradebook, in
`reports/ASSIGNMENT/`, where no command hands anything out from.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from proctor.course.faults import of_all_but, one_by_one
from proctor.course.state import state_folder, write_whole
from proctor.errors import AuthorError
from proctor.gradebook import Gradebook, withdrawn
from proctor.marks.results import read_records
from proctor.pages.frame import environment
from proctor.pages.report.charts import correlation_bar, histogram, share_bar
from proctor.pages.report.facts import KINDS, ClassFacts, Event, gather
from proctor.pages.report.items import FEWEST, FEWEST_CORRELATED
from proctor.pages.report.tables import as_json, as_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jinja2 import Environment

    from proctor.course.nbgrader import Course

__all__ = ["Report", "class_facts", "class_report", "write_report"]

MANY, MANY_MISTAKES = 15, 25  # rows of a table that stand open
PAGE = "report.html"


@dataclass(frozen=True)
class Report:
    """A class's facts, and all files; `failed` are not in them, and each has a sentence why."""

    facts: ClassFacts
    files: Mapping[str, bytes]
    failed: Mapping[str, str]


def class_facts(course: Course, assignment: str) -> ClassFacts:
    """
    Read the facts of a class.

    Parameters
    ----------
    course : Course
        The course.
    assignment : str
        Its name.

    Returns
    -------
    ClassFacts
        As `class_report` has them.
    """
    return class_report(course, assignment).facts


def class_report(course: Course, assignment: str) -> Report:
    """
    Read the facts of a class, and make page and tables of them.

    Parameters
    ----------
    course : Course
        The course.
    assignment : str
        Its name.

    Returns
    -------
    Report
        Of everybody who handed in, less those with whom it cannot be made.

    Raises
    ------
    AuthorError
        The assignment is not there, or nobody's work is graded.
    GraderError
        The gradebook cannot be read.
    """
    with Gradebook(course) as book:
        roll, notebooks = book.roll(assignment), book.notebooks(assignment)
    records = read_records(course, assignment)
    by_id = {it.person.id: it for it in roll.entries}
    gone, unknown = withdrawn(course, roll)

    def made(students: Sequence[str], failed: Mapping[str, str]) -> Report:
        some = {*students}
        entries = tuple(by_id[it] for it in by_id if it in some)
        own = {name: it for name, it in records.items() if name in some or name not in by_id}
        told = {name: words for name, words in gone.items() if name in some}
        facts = gather(course.course_id, replace(roll, entries=entries), notebooks, own, told)
        left = tuple(Event("not graded", name, "", f"Left out here. {words}") for name, words in failed.items())
        facts = replace(facts, events=(*left, *facts.events))
        return Report(facts, _files(facts), failed)

    found, failed = of_all_but([it for it in by_id if it not in unknown], lambda some: made(some, {}))
    if failed := {**roll.failed, **unknown, **failed}:
        rest = [it for it in by_id if it not in failed]
        # Where even the sentence about somebody cannot be shown, the command tells it alone.
        told, _ = one_by_one(failed, lambda it: made(rest, {it: failed[it]}))
        found = replace(made(rest, {it: failed[it] for it in told}), failed=failed)
    if not (found.facts.entries or failed):
        message = f"Expected graded work in {assignment}, found none; run `proctor grade {assignment}` first."
        raise AuthorError(message, slug="not-graded")
    return found


def write_report(course: Course, report: Report, folder: Path | None = None) -> Path:
    """
    Write a class's page and tables.

    Parameters
    ----------
    course : Course
        The course.
    report : Report
        From `class_report`.
    folder : pathlib.Path, optional
        Where to; `reports/ASSIGNMENT` beside the gradebook if not given.

    Returns
    -------
    pathlib.Path
        The page. Each file appears whole or not at all; other files of the folder stay.

    Raises
    ------
    GraderError
        A file cannot be written.
    """
    folder = folder or state_folder(course).parent / "reports" / report.facts.assignment
    for name, data in report.files.items():
        write_whole(folder / name, data)
    return folder / PAGE


def _files(facts: ClassFacts) -> dict[str, bytes]:
    files = {"report.json": json.dumps(as_json(facts), indent=1).encode()}
    files |= {name: text.encode("utf-8-sig", errors="replace") for name, text in as_tables(facts).items()}
    return files | {PAGE: _rendered(facts, tuple(files)).encode(errors="replace")}


def _rendered(facts: ClassFacts, files: tuple[str, ...] = ()) -> str:
    events = {kind: _by_student(facts.events_of(kind)) for kind in KINDS}
    return (
        _templates()
        .get_template("report.html")
        .render(
            facts=facts,
            files=files,
            names=facts.names,
            kinds=KINDS,
            events=events,
            many=MANY,
            many_mistakes=MANY_MISTAKES,
            fewest=FEWEST,
            fewest_correlated=FEWEST_CORRELATED,
        )
    )


def _by_student(events: tuple[Event, ...]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        found[event.student].append(event)
    return dict(found)


@cache
def _templates() -> Environment:
    made = environment("proctor.pages.report")
    made.globals |= {"histogram": histogram, "share_bar": share_bar, "correlation_bar": correlation_bar}
    made.filters["breakable"] = lambda name: Markup("_<wbr>").join(name.split("_"))  # escapes the parts
    made.filters["percent"] = lambda share: f"{100 * share:.0f} %"
    return made
