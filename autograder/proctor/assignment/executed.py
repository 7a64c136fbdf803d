"""What of a notebook's plan is executed or marked by machine: all but its prose. Pure.

What you can do with this file:

- take of a plan what results depend on: `executed`; what else graded notebooks show of it: `shown`;
- number the cells that count, whatever prose stands between them: `numbers`;
- bring facts that name places of cells to other places: `moved`.

Prose is the author's text around the questions: it may be written better at any time, and nobody is graded again for
it. So are the words of a task and of a locked text, which a person reads and no machine compares. The text that an
answer starts with counts: who has left it as it is has not answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proctor.plan.notebook import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proctor.plan.notebook import Plan, PlanCell

__all__ = ["IN_KERNEL", "executed", "moved", "numbers", "shown"]

IN_KERNEL = "in-kernel"
SPEC = ("name", "language")  # a kernel's display name is for people


def executed(plan: Plan, skip_tags: frozenset[str]) -> tuple[object, ...]:
    """
    Take of a plan what results depend on.

    Parameters
    ----------
    plan : Plan
        One notebook.
    skip_tags : frozenset of str
        Tags of cells that are not run.

    Returns
    -------
    tuple of object
        Whose `repr` changes with code, tests, stubs and rows of the gradebook, and with no word of prose.
    """
    read = skip_tags | {IN_KERNEL}
    cells = [_facts(cell, read) for cell in plan.cells if cell.role is not Role.TEXT]
    texts = sorted((it.row.name, it.kind, it.row.locked) for it in plan.cells if it.role is Role.TEXT and it.row)
    solved = plan.solved and [
        (it.source, it.grade_id, sorted(read.intersection(it.tags))) for it in plan.solved if it.kind == "code"
    ]
    return (plan.name, [plan.kernelspec.get(it) for it in SPEC], cells, texts, solved)


def _facts(cell: PlanCell, read: frozenset[str]) -> tuple[object, ...]:
    if cell.kind == "code":
        tags = sorted(read.intersection(cell.tags))
        return (cell.kind, str(cell.role), cell.source, cell.tests, cell.solved, tags, cell.row)
    row = cell.row
    assert row is not None  # noqa: S101 - what is no code and unknown to the gradebook is text
    kind = (cell.kind, str(cell.role), row.name, row.points, row.graded, row.solution, row.task, row.locked)
    return kind if cell.role is Role.TASK else (*kind, cell.source, row.checksum)


def shown(plan: Plan) -> list[tuple[str, str]]:
    """
    List the author's texts that graded notebooks show, whatever was handed in: those of tasks, and locked ones.

    Parameters
    ----------
    plan : Plan
        One notebook.

    Returns
    -------
    list of tuple of (str, str)
        Their names and texts.
    """
    rows = [it.row for it in plan.cells if it.row and it.kind != "code"]
    return [(it.name, it.source) for it in rows if it.locked or it.task]


def numbers(plan: Plan) -> dict[int, int]:
    """
    Number the cells that count.

    Parameters
    ----------
    plan : Plan
        One notebook.

    Returns
    -------
    dict of int to int
        From a cell's place to its number, for all but text.
    """
    return {it.place: number for number, it in enumerate(it for it in plan.cells if it.role is not Role.TEXT)}


def moved(facts: Mapping[str, Any], to: Mapping[int, int]) -> dict[str, Any]:
    """
    Bring facts to other places.

    Parameters
    ----------
    facts : mapping of str to object
        Those of an `Ownership`: places are keys of mappings, and numbers in lists.
    to : mapping of int to int
        From the places that they name to those that they are to name.

    Returns
    -------
    dict of str to object
        All else is as it was.
    """
    return {name: _moved(value, to) for name, value in facts.items()}


def _moved(value: Any, to: Mapping[int, int]) -> Any:
    if isinstance(value, dict):  # places are texts where they come from JSON
        return {to.get(int(place), int(place)): it for place, it in value.items()}
    if isinstance(value, list):
        return [to.get(it, it) if isinstance(it, int) else it for it in value]
    return value
