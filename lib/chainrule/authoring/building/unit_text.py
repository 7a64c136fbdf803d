"""Reading a unit: percent text with a few words of metadata, checked before anything is built.

What you can do with this file:

- read a unit's text into cells: `read_unit`, which returns `UnitCell`s.

The words, one a cell::

    # %% [markdown] lang="en"       prose, in one language
    # %% locked="setup"             code that students cannot change
    # %% answer="relu"              the student's cell; the answer stands between the solution marks,
                                    several of them where a class has several methods to write
    # %% check="relu"               the visible check; the hidden test is added to it
    # %% [markdown] text="essay" points=3    a free text, marked by hand
    # %% tags=["demo"]              pictures and long runs that no graded cell needs
    # %%                            any other code
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chainrule.authoring.building.parts import uses_part
from chainrule.checking.errors import AuthorError
from chainrule.exercises import of_unit, questions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

__all__ = ["BEGIN_SOLUTION", "END_SOLUTION", "UnitCell", "read_unit"]

BEGIN_SOLUTION = "### BEGIN SOLUTION"
END_SOLUTION = "### END SOLUTION"
HEADING = re.compile(r"^### Exercise (?P<number>[\d.]+) - (?P<title>.+) \((?P<points>\d+) points?\)$", re.MULTILINE)

Kind = Literal["prose", "locked", "answer", "check", "text", "code"]


@dataclass(frozen=True)
class UnitCell:
    """One cell of a unit. `name` is the grade id where there is one."""

    kind: Kind
    source: str
    name: str = ""
    points: int = 0
    lang: str = ""
    tags: tuple[str, ...] = ()

    @property
    def is_markdown(self) -> bool:
        """Whether the cell holds text to read."""
        return self.kind in ("prose", "text")


def read_unit(path: Path, unit: str, *, missing: Iterable[str] = ()) -> list[UnitCell]:
    """
    Read and check a unit's text.

    Parameters
    ----------
    path : pathlib.Path
        The percent text.
    unit : str
        The unit's name, for its declared exercises.
    missing : iterable of str
        Parts of the library that the unit's student edition does not hold.

    Returns
    -------
    list of UnitCell
        In the order of the text.

    Raises
    ------
    AuthorError
        The text breaks a rule; the message says which cell, what was expected and what was found.
    """
    import jupytext  # it imports nbformat, which takes seconds

    if not path.is_file():
        raise AuthorError(f"Expected the text of unit {unit} at {path}, found no file there.")
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells = [_cell(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]
    problems = list(_problems(cells, unit, tuple(missing)))
    if problems:
        raise AuthorError("\n".join(f"{path.name}: {problem}" for problem in problems))
    return cells


def _cell(cell_type: str, source: str, metadata: Mapping[str, Any]) -> UnitCell:
    tags = tuple(metadata.get("tags", ()))
    for kind in ("locked", "answer", "check", "text"):
        if kind in metadata:
            return UnitCell(kind, source, str(metadata[kind]), int(metadata.get("points", 0)), tags=tags)
    if cell_type == "markdown":
        return UnitCell("prose", source, lang=str(metadata.get("lang", "")))
    return UnitCell("code", source, tags=tags)


def _problems(cells: list[UnitCell], unit: str, missing: tuple[str, ...]) -> Iterable[str]:
    """Everything that is wrong with a text, one sentence each."""
    known = {"prose": "lang"}
    for cell in cells:
        where = f"the cell {cell.source.splitlines()[0][:60]!r}" if cell.source else "an empty cell"
        if cell.kind in known and not cell.lang:
            yield f'{where} is prose without a language; write `# %% [markdown] lang="en"`.'
        for part in missing:
            if uses_part(cell.source, part):
                yield f"{where} uses chainrule.{part}, which the student edition of this unit does not hold."
        yield from _cell_problems(cell, where)
    yield from _name_problems(cells, unit)
    yield from _heading_problems(cells, unit)


def _cell_problems(cell: UnitCell, where: str) -> Iterable[str]:
    if cell.kind == "check" and cell.source != f'chainrule.check("{cell.name}", {cell.name})':
        yield f'{where} must be exactly chainrule.check("{cell.name}", {cell.name}).'
    if cell.kind == "text" and cell.points <= 0:
        yield f"{where} is a free text without points."
    if cell.kind != "answer":
        return
    marks = re.findall("### (?:BEGIN|END) SOLUTION", cell.source)
    if not marks or marks != [BEGIN_SOLUTION, END_SOLUTION] * (len(marks) // 2):
        yield f"{where} needs {BEGIN_SOLUTION} and {END_SOLUTION}, once or more often, in turn."
        return
    begin = next(line for line in cell.source.splitlines() if BEGIN_SOLUTION in line)
    solution = cell.source.split(BEGIN_SOLUTION)[1].split(END_SOLUTION)[0]
    if begin == BEGIN_SOLUTION and not re.search(rf"^{cell.name}\b.*=", solution, re.MULTILINE):
        yield f"{where} must assign {cell.name} between its solution marks."


def _name_problems(cells: list[UnitCell], unit: str) -> Iterable[str]:
    declared = {it.name for it in (*of_unit(unit), *questions_of(unit))}
    answers = [cell.name for cell in cells if cell.kind == "answer"]
    checks = [cell.name for cell in cells if cell.kind == "check"]
    for name in declared - set(answers):
        yield f"{name!r} is declared but has no answer cell."
    for name in set(answers) - declared:
        yield f"the answer cell {name!r} belongs to no declared exercise."
    if answers != checks:
        odd = next((a for a, b in zip(answers, checks, strict=False) if a != b), "the last one")
        yield f"every answer needs its check right after it; look at {odd!r}."
    names = [cell.name for cell in cells if cell.name and cell.kind != "check"]
    for name in {name for name in names if names.count(name) > 1}:
        yield f"the name {name!r} stands on two cells."


def _heading_problems(cells: list[UnitCell], unit: str) -> Iterable[str]:
    """Each heading tells the number, title and points of what follows it."""
    known = {it.name: it for it in (*of_unit(unit), *questions_of(unit))}
    heading, points = None, 0
    # One heading more, so that what follows the last one is looked at too.
    for cell in [*cells, UnitCell("prose", "### Exercise 0 - End (0 points)", lang="en")]:
        found = HEADING.search(cell.source) if cell.kind == "prose" else None
        if found:
            if heading and int(heading["points"]) != points:
                yield f"{heading.group()!r} announces other points than the {points} that follow it."
            heading, points = found, 0
        elif cell.kind == "answer" and cell.name in known:
            declared = known[cell.name]
            points += declared.points
            told = f"Exercise {heading['number']} - {heading['title']}" if heading else "no heading"
            if declared.section != told:
                yield f"{cell.name!r} belongs under {declared.section!r}, but stands under {told!r}."
        elif cell.kind == "text":
            points += cell.points
    if not any(cell.kind == "answer" for cell in cells):
        yield f"unit {unit} has no answer cell."
