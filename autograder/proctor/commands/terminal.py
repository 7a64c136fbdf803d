"""What the commands print: tables, progress, sentences, and facts for machines.

What you can do with this file:

- print to the terminal: `screen`; make a table: `table`; print facts as JSON: `print_json`;
- show progress: `progress`, and before the first submission `proving`;
- turn our own errors into one sentence and exit code 2: `sentences`;
- name students with whom something failed, and end with exit code 1: `tell_failed`.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from proctor.errors import ProctorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["print_json", "progress", "proving", "screen", "sentences", "table", "tell_failed"]

NUMBERS = ("points", "by hand")
screen = Console()


def table(title: str, *headings: str) -> Table:
    """Make a table whose columns of numbers stand to the right."""
    made = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading in headings:
        made.add_column(heading, justify="right" if heading in NUMBERS else "left", no_wrap=heading == "student")
    return made


def print_json(facts: Any) -> None:
    """Print for machines, without rich's wrapping."""
    print(json.dumps(facts, indent=2))  # noqa: T201 - see above


@contextlib.contextmanager
def progress(words: str, total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A bar with the time left on a terminal, a line for each step elsewhere; an empty line is not printed."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, disable=quiet or not screen.is_terminal) as bars:
        bar = bars.add_task(words, total=total)

        def advance(line: str) -> None:
            bars.advance(bar)
            if line and not quiet and not screen.is_terminal:
                screen.print(line, markup=False, soft_wrap=True)

        yield advance


@contextlib.contextmanager
def proving(assignment: str, *, quiet: bool) -> Iterator[None]:
    """Say what takes a while before the first submission; with the time that it took so far on a terminal."""
    words = f"Running the solved notebook of {assignment}, and wrong versions of it both ways"
    if not quiet and not screen.is_terminal:
        screen.print(f"{words} ...", markup=False, soft_wrap=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True, disable=quiet or not screen.is_terminal) as bars:
        bars.add_task(escape(words), total=None)
        yield


@contextlib.contextmanager
def sentences(*, as_json: bool) -> Iterator[None]:
    """Our own errors are one clear sentence; anything else is a defect and keeps its traceback."""
    try:
        yield
    except ProctorError as error:
        if as_json:
            print_json({"error": str(error), "slug": error.slug})
        else:
            screen.print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(2) from error


def tell_failed(failed: Mapping[str, str], what: str, *, quiet: bool) -> None:
    """Name students with whom something failed; the exit code says that there are some."""
    for student, words in failed.items() if not quiet else ():
        screen.print(f"{student} {what}. {words}", style="red", markup=False, highlight=False, soft_wrap=True)
    if failed:
        raise typer.Exit(1)
