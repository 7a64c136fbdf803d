"""The command `chainrule`, for those who write and run the course.

What you can do with this file:

- build units: `chainrule build`;
- make a class whose scores are known: `chainrule simulate`;
- go the whole way on one machine: `chainrule demo`; open JupyterLab as students do: `chainrule lab`;
- prove the checks of the exercises: `chainrule verify`;
- examine the set-up: `chainrule doctor`.
"""

from __future__ import annotations

import contextlib
import json
import math
import shutil
import time
from collections.abc import Iterator  # noqa: TC003 - typer reads annotations
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn, track
from rich.table import Table

from chainrule.authoring.building.build import build_unit
from chainrule.authoring.building.solutions import write_solutions
from chainrule.authoring.course import find_course
from chainrule.authoring.proving.hunt import Hunt, hunt
from chainrule.authoring.proving.traps import page_text
from chainrule.authoring.proving.verify import Proof, verify_exercise
from chainrule.authoring.simulating.demo import Watch, run_demo
from chainrule.authoring.simulating.simulate import simulate, write_deserved
from chainrule.checking.errors import ChainRuleError
from chainrule.doctor import examine
from chainrule.exercises import UNITS, of_unit
from chainrule.lab import open_lab

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__.splitlines()[0])
screen = Console()


@app.command()
def verify(
    units: Annotated[list[str] | None, typer.Argument(help="Units such as 02; all of them when left out.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many sets of random inputs to try.")] = 3,
    mutants: Annotated[bool, typer.Option(help="Also try random changes of right answers; slower.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
) -> None:
    """Prove that right answers pass, that every mistake fails and is named, and that what a page says is checked."""
    with _sentences():
        exercises = [it for unit in units or UNITS for it in of_unit(unit)]
        course = find_course(Path.cwd())
        pages = {unit: page_text(course.text(unit)) for unit in {it.unit for it in exercises}}
    proofs, hunts = [], []
    quiet = as_json or not screen.is_terminal
    for exercise in track(exercises, description="Verifying", disable=quiet, transient=True):
        proofs.append(verify_exercise(exercise, seeds=range(seeds), page=pages[exercise.unit]))
        if mutants:
            hunts.append(hunt(exercise))
    clean = all(proof.clean for proof in proofs)
    if as_json:
        facts = {"clean": clean, "proofs": list(map(asdict, proofs)), "mutants": list(map(asdict, hunts))}
        print(json.dumps(_for_json(facts), indent=2))  # noqa: T201 - for machines, without rich's wrapping
    else:
        _print_proofs(proofs, hunts, seeds)
    raise typer.Exit(0 if clean else 1)


@app.command()
def build(
    units: Annotated[list[str] | None, typer.Argument(help="Units such as 02; all of them when left out.")] = None,
    lang: Annotated[str, typer.Option(help="The language of the prose.")] = "en",
    solutions: Annotated[bool, typer.Option("--solutions", help="And the solved notebook to hand out.")] = False,
) -> None:
    """Build source, release and student edition from the units' text."""
    with _sentences():
        course = find_course(Path.cwd())
        for unit in [course.name_of(it) for it in units or course.units]:
            start = time.perf_counter()
            build_unit(course, unit, lang=lang)
            screen.print(f"Built {unit}: source, release and student edition, {time.perf_counter() - start:.1f} s.")
            if solutions:
                screen.print(f"Solved, for after the deadline: {write_solutions(course, unit)}", soft_wrap=True)


@app.command("simulate")
def simulate_class(
    unit: Annotated[str, typer.Argument(help="A unit such as 02.")],
    students: Annotated[int, typer.Option(help="How many.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed gives the same class.")] = 0,
) -> None:
    """Write submissions of a simulated class, and what each of them deserves."""
    with _sentences():
        course = find_course(Path.cwd())
        name = course.name_of(unit)
        made = simulate(course, name, students=students, seed=seed, folder=course.var / "submitted")
        deserved = course.var / "deserved" / f"{name}.json"
        write_deserved(deserved, made)
        screen.print(f"Wrote {len(made)} submissions to {course.var / 'submitted'}.", soft_wrap=True)
        screen.print(f"What each deserves: {deserved}", soft_wrap=True)


@app.command()
def demo(
    unit: Annotated[str, typer.Argument(help="A unit such as 02.")] = "02",
    students: Annotated[int, typer.Option(help="How many.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed gives the same class.")] = 0,
) -> None:
    """Go the whole way: build, simulate a class, grade it, feedback, report, scores beside the deserved ones."""
    with _sentences():
        course = find_course(Path.cwd())
        with _progress() as watch:
            rows = run_demo(course, course.name_of(unit), students=students, seed=seed, watch=watch)
    table = Table(title="Scores beside the deserved ones", title_justify="left", box=box.SIMPLE_HEAD)
    for heading in ("student", "kind", "score", "deserved"):
        table.add_column(heading, justify="right" if heading in ("score", "deserved") else "left", no_wrap=True)
    for row in rows:
        mark = "" if row.agrees else "[red]"
        table.add_row(row.student, row.kind, f"{mark}{row.score:g} of {row.most:g}", f"{row.deserved}")
    screen.print(table)
    agree = sum(row.agrees for row in rows)
    screen.print(f"{agree} of {len(rows)} scores are the deserved ones; texts wait to be marked by hand.")
    made = course.var / "demo" / "course" / "var"
    screen.print(f"Feedback: {made / 'feedback'}", soft_wrap=True)
    screen.print(f"The class on one page: {made / 'reports' / course.name_of(unit) / 'report.html'}", soft_wrap=True)
    raise typer.Exit(0 if agree == len(rows) else 1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the release, as students see it; options go on to `jupyter lab`."""
    with _sentences():
        course = find_course(Path.cwd())
        for unit in course.units:
            if not (course.release(unit) / "chainrule").is_dir():
                screen.print(f"Building {unit} first ...")
                build_unit(course, unit)
        desk = course.var / "desk"
        for unit in course.units:
            if not (desk / unit).exists():  # a copy to work on; what somebody wrote there is kept
                shutil.copytree(course.release(unit), desk / unit)
        screen.print(
            f"You work on a copy of the release in {desk}; delete a unit there to start afresh.", soft_wrap=True
        )
    raise typer.Exit(open_lab(desk, *context.args))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
) -> None:
    """Examine this machine: Python, packages, GPU."""
    findings = examine()
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))  # noqa: T201 - for machines
    else:
        marks = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "missing": "[red]missing[/]"}
        table = Table("part", "state", "what was found", title="chainrule doctor", title_justify="left")
        for finding in findings:
            table.add_row(finding.part, marks[finding.state], finding.sentence)
        screen.print(table)
    raise typer.Exit(1 if any(finding.state == "missing" for finding in findings) else 0)


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """Our own errors are one clear sentence; anything else is a defect and keeps its traceback."""
    try:
        yield
    except ChainRuleError as error:
        screen.print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(2) from error


@contextlib.contextmanager
def _progress() -> Iterator[Watch]:
    """A bar with the time left on a terminal; elsewhere a plain line whenever something else is done."""
    shown: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, disable=not screen.is_terminal) as bars:

        def watch(words: str, done: int, total: int) -> None:
            if words not in shown:
                shown[words] = bars.add_task(words, total=total)
                if not screen.is_terminal:
                    screen.print(f"{words} ...", soft_wrap=True)
            bars.update(shown[words], completed=done)

        yield watch


def _print_proofs(proofs: list[Proof], hunts: list[Hunt], seeds: int) -> None:
    title = f"chainrule verify, {seeds} sets of inputs"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("exercise", no_wrap=True)
    table.add_column("ref.", no_wrap=True)
    for heading in ("right", "named", "traps", "tolerance", "apart", "slope", "s", *(["mutants"] if hunts else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    caught = {it.exercise: f"{it.caught}/{it.wrong}" for it in hunts}
    for proof in proofs:
        slope = "-" if math.isnan(proof.gradient_error) else f"{proof.gradient_error:.0e}"
        cells = [
            proof.exercise if proof.clean else f"[red]{proof.exercise}[/]",
            "passes" if proof.reference_passes else "[red]fails[/]",
            f"{proof.passing}/{proof.alternatives}",
            f"{proof.named}/{proof.mistakes * seeds}",
            f"{proof.refused}/{proof.traps * seeds}" if proof.traps else "-",
            f"{proof.tolerance:g}",
            f"{proof.disagreement:.1f}",
            slope,
            f"{proof.wall_seconds:.1f}",
        ]
        table.add_row(*cells, *([caught[proof.exercise]] if hunts else []))
    screen.print(table)
    screen.print(
        "right: alternatives that pass; named: mistakes caught by their own name, over all inputs; "
        "traps: answers refused that break a rule of the page; "
        "tolerance and apart (the largest difference among right answers) in units of eps; "
        "slope: difference from central differences.\n"
    )
    for problem in (problem for proof in proofs for problem in proof.problems):
        screen.print(problem, style="red", markup=False)
    for found in hunts:
        for change in found.escaped:
            screen.print(f"{found.exercise}: this mutant passes: {change}", markup=False)
    total = sum(it.wrong for it in hunts)
    if total:
        screen.print(f"Mutants caught: {sum(it.caught for it in hunts)} of {total}.")
    clean = sum(proof.clean for proof in proofs)
    screen.print(f"{clean} of {len(proofs)} exercises are clean.")


def _for_json(value: object) -> object:
    """JSON knows no nan and no infinity: a number that was not measured is null."""
    if isinstance(value, dict):
        return {name: _for_json(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_for_json(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
