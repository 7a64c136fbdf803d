"""The commands for a whole class: report, export, roster.

What you can do with this file:

- write the class report: `report`; write scores for another system: `export`;
- bring the roster into the gradebook: `roster`.
"""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from proctor.commands.options import AsJson, CourseDir, Name  # noqa: TC001 - typer reads annotations at run time
from proctor.commands.terminal import print_json, screen, sentences, table, tell_failed
from proctor.exports import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proctor.exports import Exported
    from proctor.pages.report import ClassFacts

__all__ = ["export", "report", "roster"]

FIRST = 10

System = StrEnum("System", {name.upper(): name for name in FORMATS})  # type: ignore[misc] # typer wants an enum


def report(
    assignment: Name,
    course_dir: CourseDir = Path(),
    to: Annotated[
        Path | None, typer.Option(help="The report's folder; reports/ASSIGNMENT beside the gradebook.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the class report: scores, questions, mistakes, and what happened."""
    from proctor.course.nbgrader import find_course
    from proctor.pages.report import class_report, write_report
    from proctor.pages.report.tables import as_json as facts_of

    with sentences(as_json=as_json):
        course = find_course(course_dir.resolve())
        made = class_report(course, assignment)
        page = write_report(course, made, to)
    if as_json:
        print_json({"page": str(page), **facts_of(made.facts), "failed": dict(made.failed)})
    else:
        _print_report(made.facts, page)
    tell_failed(made.failed, "is left out of the report", quiet=as_json)


def _print_report(facts: ClassFacts, page: Path) -> None:
    if facts.mistakes:
        made = table(f"The most frequent mistakes in {facts.assignment}", "question", "mistake", "students")
        for mistake in facts.mistakes[:FIRST]:
            made.add_row(escape(mistake.question), escape(mistake.title), f"{mistake.count} of {mistake.of}")
        screen.print(made)
    scores = facts.scores
    if scores is not None:
        words = f"{scores.count} students, {scores.mean:.1f} of {scores.most_points:g} points on average."
        screen.print(words, highlight=False, soft_wrap=True)
    screen.print(f"Class report: {page}", markup=False, highlight=False, soft_wrap=True)


def export(  # noqa: PLR0917 - typer makes options of them
    assignment: Annotated[list[str], typer.Argument(help="Names of assignments; a column each.")],
    to: Annotated[System, typer.Option(help="The system that the file is for.")],
    course_dir: CourseDir = Path(),
    output: Annotated[
        Path | None, typer.Option(help="The file; exports/NAMES-SYSTEM.csv beside the gradebook.")
    ] = None,
    zeros: Annotated[bool, typer.Option("--zeros", help="Give 0 to who handed nothing in.")] = False,
    unfinished: Annotated[bool, typer.Option("--unfinished", help="Also scores that wait for a person.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write scores as another system imports them: Canvas, Moodle, Brightspace, or a plain table."""
    from proctor.course.nbgrader import find_course
    from proctor.course.roster import read_roster, roster_path
    from proctor.course.state import state_folder, write_whole
    from proctor.exports import WITHDRAWN, Choice, exported, notes_of
    from proctor.gradebook import Gradebook

    with sentences(as_json=as_json):
        course = find_course(course_dir.resolve())
        path = roster_path(course)
        known = read_roster(path).by_id if path.is_file() else {}
        with Gradebook(course) as book:
            rolls = [book.roll(it) for it in dict.fromkeys(assignment)]
        notes, unknown = notes_of(course, rolls)
        gone = sorted({student for (_, student), words in notes.items() if words == WITHDRAWN})
        choice = Choice(zeros=zeros, unfinished=unfinished)
        found = exported(to, rolls, known, choice, notes, failed=unknown)
        names = "-".join(it.assignment for it in rolls)
        target = output or state_folder(course).parent / "exports" / f"{names}-{to}.csv"
        write_whole(target, found.text.encode(errors="replace"))
    left = {"unfinished": found.unfinished, "absent": found.absent, "odd": found.odd, "withdrawn": gone}
    if as_json:
        print_json({"file": str(target), "students": found.count, **left, "failed": dict(found.failed)})
    else:
        _tell_export(found, gone, target)
    tell_failed(found.failed, "is not in the file", quiet=as_json)


def _tell_export(found: Exported, gone: Sequence[str], target: Path) -> None:
    """Who is not in a file as one might expect, and where it is."""
    _tell("left out, since answers wait for a person (--unfinished takes them in)", found.unfinished)
    _tell("without a score, since nothing was handed in (--zeros gives 0)", found.absent)
    _tell("under a key that is changed because a spreadsheet would run it; enter these by hand", found.odd)
    _tell("with a score, though the submission is gone; `proctor grade` and the report say how to take it out", gone)
    screen.print(f"{found.count} students in {target}.", markup=False, highlight=False, soft_wrap=True)


def roster(
    file: Annotated[Path | None, typer.Argument(help="A CSV file; c.Proctor.roster when left out.")] = None,
    course_dir: CourseDir = Path(),
    as_json: AsJson = False,
) -> None:
    """Bring the roster into the gradebook, so that formgrader and reports show names."""
    from proctor.course.nbgrader import find_course
    from proctor.course.roster import read_roster, roster_path
    from proctor.gradebook import Gradebook

    with sentences(as_json=as_json):
        course = find_course(course_dir.resolve())
        found = read_roster(file or roster_path(course))
        with Gradebook(course) as book:
            done = book.enroll(found.enrolled)
    if as_json:
        print_json({"file": found.file, "students": len(found.students), **asdict(done)})
        return
    _tell("in the gradebook, but not on the roster; they stay", done.unlisted)
    words = f"{len(done.added)} added, {len(done.changed)} changed"
    same = len(found.students) - len(done.added) - len(done.changed)
    screen.print(f"{len(found.students)} students on the roster: {words}, {same} as before.", highlight=False)


def _tell(words: str, students: Sequence[str]) -> None:
    """Name some students, if there are any."""
    if students:
        named = ", ".join(students[:FIRST]) + (" ..." if len(students) > FIRST else "")
        line = f"{len(students)} {words}: {named}"
        screen.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)
