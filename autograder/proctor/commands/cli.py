"""The command `proctor`, for those who grade.

What you can do with this file:

- see whether an assignment can be graded out here, on its solved notebook: `proctor check`;
- grade a class: `proctor grade`; write its feedback: `proctor feedback`;
- sum the class up: `proctor report`; write its scores for another system: `proctor export`;
- bring the roster into the gradebook: `proctor roster`;
- examine this machine: `proctor doctor`.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from proctor.assignment.ready import BOTH
from proctor.commands.classes import export, report, roster
from proctor.commands.options import AsJson, CourseDir, Name  # noqa: TC001 - typer reads annotations at run time
from proctor.commands.terminal import print_json, progress, proving, screen, sentences, table, tell_failed
from proctor.course.faults import sentence_of
from proctor.model import MEANINGS, Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from proctor.assignment.ready import Assignment, TestCheck
    from proctor.model import StudentResult
    from proctor.pages.feedback import Written
    from proctor.pipeline.executors import Workers
    from proctor.pipeline.writing import Graded

__all__ = ["DeviceName", "Fencing", "app"]


class Fencing(StrEnum):
    """What keeps student code apart."""

    BUBBLEWRAP = "bubblewrap"
    PROCESS = "process"


class DeviceName(StrEnum):
    """Where student code computes."""

    CPU = "cpu"
    GPU = "gpu"


UNPROTECTED = (
    "Without bubblewrap, student code can read and change all that you can: other submissions, hidden tests, the "
    "gradebook, the network. Grade so only what you trust."
)
app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__.splitlines()[0])

Strict = Annotated[bool, typer.Option(help="Tests that can only run in the student's process wait for a person.")]
Isolation = Annotated[Fencing, typer.Option(help="What keeps student code apart from this machine.")]
On = Annotated[DeviceName, typer.Option("--device", help="Whether student code may use this machine's GPU.")]
for command in (report, export, roster):
    app.command()(command)


@app.command()
def check(  # noqa: PLR0917 - typer makes options of them
    assignment: Name,
    course_dir: CourseDir = Path(),
    strict: Strict = False,
    isolation: Isolation = Fencing.BUBBLEWRAP,
    device: On = DeviceName.CPU,
    as_json: AsJson = False,
) -> None:
    """Grade the instructor's solved notebook and expect full marks."""
    from proctor.course.nbgrader import find_course
    from proctor.course.privacy import privacy_warning
    from proctor.pipeline.executors import Workers
    from proctor.pipeline.grade import check as run_check

    with sentences(as_json=as_json), Workers(1) as workers:
        course = find_course(course_dir.resolve())
        _tell_open(privacy_warning(course), quiet=as_json)
        with proving(assignment, quiet=as_json):
            found = run_check(course, assignment, workers, strict=strict, isolation=isolation, device=device)
    wrong = [it for it in found.checks if it.state == "broken" or (strict and it.state == "unverified")]
    if as_json:
        print_json({"assignment": assignment, "tests": [asdict(it) | {"state": it.state} for it in found.checks]})
    else:
        _print_checks(found)
    raise typer.Exit(1 if wrong else 0)


@app.command()
def grade(  # noqa: PLR0917 - typer makes options of them
    assignment: Name,
    course_dir: CourseDir = Path(),
    student: Annotated[list[str] | None, typer.Option(help="Only this one; may be given several times.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many processes; a core each when left out.")] = None,
    scheduler: Annotated[str, typer.Option(help="Use a Dask cluster: the address of its scheduler.")] = "",
    regrade: Annotated[bool, typer.Option(help="Also what is graded already.")] = False,
    strict: Strict = False,
    isolation: Isolation = Fencing.BUBBLEWRAP,
    device: On = DeviceName.CPU,
    as_json: AsJson = False,
) -> None:
    """Grade a class: every student gets a line, a row in the gradebook and a reason."""
    from proctor.course.nbgrader import find_course
    from proctor.course.privacy import privacy_warning, refuse_open_clone
    from proctor.pipeline.grade import check as run_check, chosen_students, grade as run_grade, withdrawn_lines
    from proctor.pipeline.lock import only_one

    done: list[Graded] = []
    with sentences(as_json=as_json):
        course = find_course(course_dir.resolve())
        refuse_open_clone(course)
        _tell_open(privacy_warning(course), quiet=as_json)
        students = chosen_students(course, assignment, student or [])
        with only_one(course), _workers(scheduler, min(jobs or _cores(), max(len(students), 1))) as workers:
            if isolation is Fencing.PROCESS and not as_json:
                screen.print(UNPROTECTED, style="yellow", soft_wrap=True)
            with proving(assignment, quiet=as_json):
                ready = run_check(course, assignment, workers, strict=strict, isolation=isolation, device=device)
            _warn(ready, quiet=as_json)
            with progress(f"grading {assignment}", len(students), quiet=as_json) as advance:
                done += _told(run_grade(course, ready, students, workers, regrade=regrade), advance)
                told = {it.result.student for it in done}
                done += _told(() if student else withdrawn_lines(course, assignment, told), advance)
    done.sort(key=lambda it: it.result.student)
    if as_json:
        print_json({"assignment": assignment, "students": [_facts(it) for it in done]})
    else:
        _print_class(assignment, done)
    raise typer.Exit(1 if any(it.result.ending is Ending.NOT_GRADED for it in done) else 0)


def _told(lines: Iterable[Graded], advance: Callable[[str], None]) -> list[Graded]:
    """All lines, each shown as it comes."""
    done: list[Graded] = []
    for graded in lines:
        done += [graded]
        with contextlib.suppress(Exception):  # nobody's grading ends over a line of progress
            advance(_line(graded))
    return done


def _workers(scheduler: str, jobs: int) -> Workers:
    """Processes of this machine, or the workers of a cluster."""
    from proctor.pipeline.cluster import Cluster
    from proctor.pipeline.executors import Workers

    if not scheduler:
        return Workers(jobs)
    cluster = Cluster(scheduler)
    return Workers(cluster.workers, lambda _: cluster)


@app.command()
def feedback(
    assignment: Name,
    course_dir: CourseDir = Path(),
    student: Annotated[list[str] | None, typer.Option(help="Only this one; may be given several times.")] = None,
    show_hidden: Annotated[bool, typer.Option(help="Also show the text of hidden tests.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a page of HTML for each graded notebook; then `nbgrader release_feedback`."""
    from proctor.course.nbgrader import find_course
    from proctor.gradebook import Gradebook
    from proctor.pages.feedback import graded_students, write_feedback

    done: list[Written] = []
    with sentences(as_json=as_json):
        course = find_course(course_dir.resolve())
        with Gradebook(course) as book:
            students = graded_students(course, assignment, student or [], book)
            with progress(f"feedback {assignment}", len(students), quiet=as_json) as advance:
                for it in write_feedback(course, book, assignment, students, show_hidden=show_hidden, jobs=_cores()):
                    done += [it]
                    with contextlib.suppress(Exception):  # as when grading
                        advance(f"{it.student}: {it.failed or 'written'}")
    done.sort(key=lambda it: it.student)
    _tell_feedback(assignment, done, as_json=as_json)
    tell_failed({it.student: it.failed for it in done if it.failed}, "has no new pages", quiet=as_json)
    raise typer.Exit(1 if any(it.plain for it in done) else 0)


def _tell_feedback(assignment: str, done: list[Written], *, as_json: bool) -> None:
    plain = [(it.student, name, reason) for it in done for name, reason in sorted(it.plain.items())]
    if as_json:
        facts = [dict(zip(("student", "notebook", "reason"), it, strict=True)) for it in plain]
        failed = {it.student: it.failed for it in done if it.failed}
        folders = [str(it.folder) for it in done if not it.failed]
        print_json({"assignment": assignment, "folders": folders, "plain": facts, "failed": failed})
        return
    for student, name, reason in plain:
        words = f"{student}: {name} has no full page. {reason}"
        screen.print(words, style="yellow", markup=False, soft_wrap=True)
    written = [it for it in done if not it.failed]
    where = f", such as {written[0].folder}" if written else ""
    screen.print(f"Feedback for {len(written)} students{where}.", soft_wrap=True)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Examine this machine: bubblewrap, namespaces, the sandbox from inside."""
    from proctor.commands.doctor import examine

    findings = examine()
    missing = any(it.state == "missing" for it in findings)
    unfenced = any(it.state == "missing" and it.part != "privacy" for it in findings)
    if as_json:
        print_json({"isolation": "process" if unfenced else "bubblewrap", "findings": [asdict(it) for it in findings]})
    else:
        marks = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "missing": "[red]missing[/]"}
        made = table("proctor doctor", "part", "state", "what was found")
        for condition in findings:
            made.add_row(condition.part, marks[condition.state], condition.sentence)
        screen.print(made)
    raise typer.Exit(1 if missing else 0)


def _tell_open(words: str, *, quiet: bool) -> None:
    """Say what other accounts can read."""
    if words and not quiet:
        screen.print(words, style="yellow", markup=False, soft_wrap=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _warn(assignment: Assignment, *, quiet: bool) -> None:
    """Say what the solved notebook showed, where it is not as it should be."""
    if quiet:
        return
    for test in assignment.checks:
        if test.state != "verified" or test.told:
            words = f"{test.notebook}/{test.grade_id}: {_words(test)}"
            screen.print(words, style="yellow", markup=False, soft_wrap=True)
    if not assignment.checks:
        words = "There is no solved notebook in source/: tests that cannot run outside wait for a person."
        screen.print(words, style="yellow", soft_wrap=True)


def _words(test: TestCheck) -> str:
    """What was found, where a test is not simply proved."""
    if test.state == "unverified":
        return "runs in the student's own process: unverified. " + test.reason
    if test.state == "broken":
        earned = max(test.points, test.kernel_points)
        return f"the solved notebook earns {earned:g} of {test.most_points:g}. {test.reason}"
    if test.way == BOTH:
        return f"runs both ways, and the smaller points count: {test.told}."
    if test.told:
        return (
            f"runs outside alone, though the two ways differ, since it must not run beside student code: {test.told}."
        )
    return ""


def _print_checks(assignment: Assignment) -> None:
    from proctor.sandbox.scenes import kept_from

    made = table(f"proctor check {assignment.name}", "notebook", "test", "points", "state", "runs", "what was found")
    colors = {"verified": "green", "unverified": "yellow", "broken": "red"}
    for test in assignment.checks:
        state = f"[{colors[test.state]}]{test.state}[/]"
        made.add_row(test.notebook, test.grade_id, f"{test.most_points:g}", state, test.way, _words(test))
    screen.print(made)
    states = Counter(it.state for it in assignment.checks)
    if not assignment.checks:
        screen.print("There is no solved notebook, or it has no tests: nothing was checked.")
    else:
        proved = sum(it.state == "verified" and not it.told for it in assignment.checks)
        verified = f"{states['verified']} verified ({proved} proved on wrong versions of the notebook)"
        counts = f"{verified}, {states['unverified']} unverified, {states['broken']} broken"
        screen.print(f"{len(assignment.checks)} tests: {counts}.", soft_wrap=True)
    kept = ", ".join(kept_from(assignment.modules, assignment.fence)) or "none"
    screen.print(f"Installed packages that student code does not see: {kept}.", soft_wrap=True, highlight=False)


def _print_class(assignment: str, done: list[Graded]) -> None:
    made = table(f"proctor grade {assignment}", "student", "ending", "points", "by hand", "reason")
    graded = [it.result for it in done if it.result.ending is not Ending.KEPT]
    for result in graded:
        waiting = sum(question.points is None for question in result.questions)
        color = {Ending.GRADED: "green", Ending.REPAIRED: "green"}.get(result.ending, "yellow")
        # As texts, in which nothing that a student wrote is markup.
        who, how, why = Text(result.student), Text(result.ending, style=color), Text(result.reason)
        made.add_row(who, how, _points(result) or "-", str(waiting or ""), why)
    if graded:
        screen.print(made)
    endings = Counter(it.result.ending for it in done)
    for ending in Ending:
        if endings[ending]:
            screen.print(f"{endings[ending]:5} {ending}: {MEANINGS[ending]}", highlight=False, soft_wrap=True)
    screen.print(f"{len(graded) - endings[Ending.WITHDRAWN]} submissions graded.")


def _points(result: StudentResult) -> str:
    """Of the whole assignment; nothing where nothing was graded."""
    return f"{result.points:g} of {result.most_points:g}" if result.questions else ""


def _line(graded: Graded) -> str:
    result = graded.result
    if result.ending is Ending.KEPT:
        return ""
    earned = f", {points} points" if (points := _points(result)) else ""
    return f"{result.student}: {result.ending}{earned}. {result.reason}".rstrip()


def _facts(graded: Graded) -> dict[str, Any]:
    result = graded.result
    try:
        more = {
            "points": result.points,
            "most_points": result.most_points,
            "repairs": graded.repairs,
            "unverified": graded.unverified,
        }
        return asdict(result) | more
    except Exception as error:  # noqa: BLE001 - all is written, and the others have their facts
        return {"student": result.student, "ending": result.ending, "reason": sentence_of(error)}
