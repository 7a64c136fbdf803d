"""Writing the class report.

What you can do with this file:

- read the facts of a class: `class_facts`; write its page and tables: `write_report`.

The report is for those who teach: it has names, findings and suspicions. It lies beside the gradebook, in
`reports/ASSIGNMENT/`, where no command hands anything out from.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

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
    from pathlib import Path

    from jinja2 import Environment

    from proctor.course.nbgrader import Course

__all__ = ["class_facts", "write_report"]

MANY, MANY_MISTAKES = 15, 25  # rows of a table that stand open
PAGE = "report.html"


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
        Of everybody who handed in.

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
    facts = gather(course.course_id, roll, notebooks, records, withdrawn(course, roll))
    if not facts.entries:
        message = f"Expected graded work in {assignment}, found none; run `proctor grade {assignment}` first."
        raise AuthorError(message, slug="not-graded")
    return facts


def write_report(course: Course, facts: ClassFacts, folder: Path | None = None) -> Path:
    """
    Write a class's page and tables.

    Parameters
    ----------
    course : Course
        The course.
    facts : ClassFacts
        From `class_facts`.
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
    folder = folder or state_folder(course).parent / "reports" / facts.assignment
    write_whole(folder / "report.json", json.dumps(as_json(facts), indent=1).encode())
    tables = as_tables(facts)
    for name, text in tables.items():
        write_whole(folder / name, text.encode("utf-8-sig", errors="replace"))
    page = _rendered(facts, ("report.json", *tables))
    write_whole(folder / PAGE, page.encode(errors="replace"))
    return folder / PAGE


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
