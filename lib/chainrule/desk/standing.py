"""Where a student stands: the exercises of a unit, what passes, and what is left.

What you can do with this file:

- show it in a notebook or a terminal: `progress`;
- keep what a check found: `remember`;
- forget all of it: `forget`;
- list the exercises of the unit: `unit_exercises`.

What was found is kept as long as the kernel lives. A table that is on the page follows every later check.
Where a grader executes the notebook (NBGRADER_EXECUTION is set), nothing is kept and nothing is shown.
"""

from __future__ import annotations

import collections
import numbers
import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chainrule.checking.telling.display import table_html
from chainrule.desk.keyring import listed
from chainrule.shell import in_notebook, notebook_names

if TYPE_CHECKING:
    from chainrule.checking.declaring.protocol import Declared, Key
    from chainrule.checking.telling.verdict import Verdict

__all__ = ["UNTRIED", "Row", "forget", "progress", "remember", "unit_exercises"]

# A sign beside each word, so that nothing depends on color.
SIGNS = {"right": "&#10003;", "wrong": "&#10007;", "recorded": "&#8226;", "not yet tried": "&#9675;"}
UNTRIED = ("not-written", "not-defined")  # a check that Run All ran on a stub tried nothing
REMAINS = "Hidden tests on other inputs decide. Short texts are marked by a person and are not in this table."
NOTHING_HERE = "No exercise has been checked yet. Run a check, then this table shows its unit."
SHOWN_TABLES = 4

_found: dict[str, tuple[Verdict, Any]] = {}
_tables: collections.deque[Any] = collections.deque(maxlen=SHOWN_TABLES)


@dataclass(frozen=True)
class Row:
    """One exercise; `state` is "right", "wrong", "recorded" or "not yet tried", `note` says more."""

    name: str
    section: str
    points: int
    state: str
    note: str = ""

    @property
    def number(self) -> tuple[int, ...]:
        """The number of its heading, such as (2, 4)."""
        found = re.search(r"\d+(\.\d+)*", self.section)
        return tuple(map(int, found.group().split("."))) if found else ()

    @property
    def told(self) -> str:
        """The state and what is to be said about it."""
        return f"{self.state} - {self.note}" if self.note else self.state


def progress() -> None:
    """
    Show the exercises of the unit: points, right, wrong, recorded or not yet tried.

    A table that stands in a notebook is brought up to date by every later check.

    Examples
    --------
    >>> forget()
    >>> progress()
    No exercise has been checked yet. Run a check, then this table shows its unit.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return
    rows = _rows()
    if in_notebook():
        from IPython.display import display

        _tables.append(display(_page(rows), raw=True, display_id=True))
        return
    text, encoding = _text(rows), sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, errors="replace").decode(encoding))  # noqa: T201 - the terminal's display


def remember(verdict: Verdict, answer: Any) -> None:
    """
    Keep what a check found, and bring the tables on the page up to date.

    Parameters
    ----------
    verdict : Verdict
        What the check found.
    answer : object
        What was checked; when the notebook holds another object under this name, the check is out of date.

    Examples
    --------
    >>> from chainrule.checking.telling.verdict import Verdict
    >>> remember(Verdict("relu", "Exercise 2.4", 1, right="right."), None)
    >>> forget()
    """
    _found.pop(verdict.exercise, None)  # the last one checked comes last
    _found[verdict.exercise] = (verdict, answer)
    page = _page(_rows()) if _tables else {}
    for table in _tables:
        table.update(page, raw=True)


def forget() -> None:
    """
    Forget every check, as a new kernel does.

    Examples
    --------
    >>> forget()
    """
    _found.clear()
    _tables.clear()


def unit_exercises() -> tuple[Key | Declared, ...]:
    """
    List the exercises of the unit that is worked on, as the last check tells it.

    Returns
    -------
    tuple of Key or Declared
        Empty where all units are here and nothing was checked yet.

    Examples
    --------
    >>> forget()
    >>> unit_exercises()
    ()
    """
    return listed(next(reversed(_found), ""))


def _rows() -> list[Row]:
    """A row for each exercise, in the order of the headings."""
    names = notebook_names()
    return sorted((_row(it, names) for it in unit_exercises()), key=lambda row: row.number)


def _row(exercise: Any, names: dict[str, Any]) -> Row:
    about = (exercise.name, exercise.section, exercise.points)
    if exercise.name not in _found:
        return Row(*about, "not yet tried")
    verdict, answer = _found[exercise.name]
    if exercise.name in names and not _same(names[exercise.name], answer):
        return Row(*about, "not yet tried", "changed since its check")
    if verdict.finding is None:
        return Row(*about, "right" if verdict.judged else "recorded")
    if verdict.finding.slug in UNTRIED:
        return Row(*about, "not yet tried")
    return Row(*about, "wrong", verdict.finding.title)


def _same(one: Any, other: Any) -> bool:
    """Whether a name still holds what was checked; a cell that runs again makes an equal number anew."""
    plain = isinstance(one, (numbers.Number, str))
    return one is other or (plain and type(one) is type(other) and bool(one == other))


def _headline(rows: list[Row]) -> str:
    points = {state: sum(row.points for row in rows if row.state == state) for state in SIGNS}
    total = sum(points.values())
    kept = f", {points['recorded']} recorded" if points["recorded"] else ""
    left = total - points["right"] - points["recorded"]
    return f"Your progress: {points['right']} of {total} points pass the visible checks{kept}, {left} left."


def _remarks(rows: list[Row]) -> list[str]:
    """What comes after the table."""
    waiting = [row for row in rows if row.state in ("wrong", "not yet tried")]
    return [f"Next: {waiting[0].name} ({waiting[0].section}).", REMAINS] if waiting else [REMAINS]


def _text(rows: list[Row]) -> str:
    """The table for a terminal; plain words that any encoding can print."""
    if not rows:
        return NOTHING_HERE
    width = max(len(row.name) for row in rows)
    lines = [
        f"  {'.'.join(map(str, row.number)):5} {row.name:{width}} {row.points:3} points  {row.told}" for row in rows
    ]
    return "\n".join([_headline(rows), *lines, *_remarks(rows)])


def _page(rows: list[Row]) -> dict[str, str]:
    """The table for a notebook, with its text for whoever cannot show HTML."""
    if not rows:
        return {"text/plain": NOTHING_HERE, "text/html": NOTHING_HERE}
    cells = [(".".join(map(str, row.number)), row.name, str(row.points), SIGNS[row.state], row.told) for row in rows]
    html = table_html(_headline(rows), ("number", "exercise", "points", "state"), cells, _remarks(rows))
    return {"text/plain": _text(rows), "text/html": html}
