"""The command `chainrule`, for those who write and run the course.

What you can do with this file:

- prove the checks of the exercises: `chainrule verify`;
- examine the set-up: `chainrule doctor`.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from chainrule.authoring.mutants import Hunt, hunt
from chainrule.authoring.verify import Proof, verify_exercise
from chainrule.checking.errors import ChainRuleError
from chainrule.doctor import examine
from chainrule.exercises import UNITS, of_unit

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
    """Prove that right answers pass, and that every mistake fails and is named."""
    try:
        exercises = [it for unit in units or UNITS for it in of_unit(unit)]
    except ChainRuleError as error:
        raise typer.BadParameter(str(error)) from error
    proofs, hunts = [], []
    quiet = as_json or not screen.is_terminal
    for exercise in track(exercises, description="Verifying", disable=quiet, transient=True):
        proofs.append(verify_exercise(exercise, seeds=range(seeds)))
        if mutants:
            hunts.append(hunt(exercise))
    clean = all(proof.clean for proof in proofs)
    if as_json:
        facts = {"clean": clean, "proofs": list(map(asdict, proofs)), "mutants": list(map(asdict, hunts))}
        print(json.dumps(_without_nan(facts), indent=2))  # noqa: T201 - for machines, without rich's wrapping
    else:
        _print_proofs(proofs, hunts, seeds)
    raise typer.Exit(0 if clean else 1)


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


def _print_proofs(proofs: list[Proof], hunts: list[Hunt], seeds: int) -> None:
    title = f"chainrule verify, {seeds} sets of inputs"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("exercise", no_wrap=True)
    table.add_column("ref.", no_wrap=True)
    for heading in ("right", "named", "tolerance", "apart", "slope", "s", *(["mutants"] if hunts else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    caught = {it.exercise: f"{it.caught}/{it.wrong}" for it in hunts}
    for proof in proofs:
        slope = "-" if math.isnan(proof.gradient_error) else f"{proof.gradient_error:.0e}"
        cells = [
            proof.exercise if proof.clean else f"[red]{proof.exercise}[/]",
            "passes" if proof.reference_passes else "[red]fails[/]",
            f"{proof.passing}/{proof.alternatives}",
            f"{proof.named}/{proof.mistakes * seeds}",
            f"{proof.tolerance:g}",
            f"{proof.disagreement:.1f}",
            slope,
            f"{proof.wall_seconds:.1f}",
        ]
        table.add_row(*cells, *([caught[proof.exercise]] if hunts else []))
    screen.print(table)
    screen.print(
        "right: alternatives that pass; named: mistakes caught by their own name, over all inputs; "
        "tolerance and apart (the largest difference among right answers) in units of eps; "
        "slope: difference from central differences.\n"
    )
    for problem in (problem for proof in proofs for problem in proof.problems):
        screen.print(problem, style="red", markup=False)
    for it in hunts:
        for change in it.escaped:
            screen.print(f"{it.exercise}: this mutant passes: {change}", markup=False)
    total = sum(it.wrong for it in hunts)
    if total:
        screen.print(f"Mutants caught: {sum(it.caught for it in hunts)} of {total}.")
    clean = sum(proof.clean for proof in proofs)
    screen.print(f"{clean} of {len(proofs)} exercises are clean.")


def _without_nan(value: object) -> object:
    """JSON knows no nan: an error that was not measured is null."""
    if isinstance(value, dict):
        return {name: _without_nan(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(entry) for entry in value]
    return None if isinstance(value, float) and math.isnan(value) else value
