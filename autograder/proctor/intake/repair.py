"""From a submission's cells to the ordered steps of grading, with what is damaged put right.

What you can do with this file:

- put a submission in order: `align`, which returns `Steps`.

Pure. Cells of the author are recognized by their grade id or, where that is lost, by their text. Locked cells get
the author's text. Copied, split, deleted, renamed and moved cells are put right and each of them is reported in
one sentence. A student's own cells keep their place after the cell that they follow.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proctor.intake.notebook import pictures_of
from proctor.plan.notebook import Plan, PlanCell, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proctor.model import Cell, Submission

__all__ = ["Step", "Steps", "align"]

AUTHORS = (Role.TEST, Role.AUTHOR)


@dataclass(frozen=True)
class Step:
    """
    One cell of the notebook that is graded.

    `cell` is the plan's, or None for a cell of the student's own. `runs` is False for text and for answers
    that were put back only so that the gradebook finds them. `attachments` are the pictures of a text, by their names.
    """

    role: Role
    kind: str
    source: str
    cell: PlanCell | None = None
    tags: tuple[str, ...] = ()
    runs: bool = True
    put_back: bool = False
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def grade_id(self) -> str:
        """The name in the gradebook, or nothing."""
        return self.cell.grade_id if self.cell else ""

    @property
    def place(self) -> int:
        """The place in the plan, or -1."""
        return self.cell.place if self.cell else -1


@dataclass(frozen=True)
class Steps:
    """All cells in the order in which they run, what was put right, and what of it looks like an attempt to cheat."""

    steps: tuple[Step, ...]
    repairs: tuple[str, ...]
    suspicions: tuple[str, ...] = ()


def align(plan: Plan, submission: Submission) -> Steps:
    """
    Put a submission in order.

    Parameters
    ----------
    plan : Plan
        The notebook as its author made it.
    submission : Submission
        What was handed in.

    Returns
    -------
    Steps
        Every cell of the submission that counts, and the author's cells that were missing.
    """
    repairs: list[str] = list(submission.repairs)
    owner = _recognized(plan, submission.cells, repairs)
    chosen = _without_copies(submission.cells, owner, repairs)
    groups = _groups(submission.cells, owner, chosen, repairs)
    groups = _in_order(groups, repairs)
    _put_back(plan, groups, repairs)
    steps = [step for group in groups for step in group.steps]
    return Steps(tuple(steps), tuple(repairs), _changed_tests(submission.cells, owner, chosen))


def _recognized(plan: Plan, cells: tuple[Cell, ...], repairs: list[str]) -> list[PlanCell | None]:
    """For each cell of the submission the cell of the plan that it is, by its id or else by its text."""
    by_id = plan.by_id
    owner: list[PlanCell | None] = [by_id.get(cell.grade_id) for cell in cells]
    taken = {cell.place for cell in owner if cell}
    waiting: dict[tuple[str, str], list[PlanCell]] = defaultdict(list)
    for planned in plan.cells:
        if planned.place not in taken:
            for text in {planned.source, planned.tests}:  # a test as it was handed out, or whole
                waiting[planned.kind, text].append(planned)
    for number, cell in enumerate(cells):
        same = waiting.get((cell.kind, cell.source), [])
        found = next((it for it in same if it.place not in taken), None)
        if owner[number] is None and found is not None and cell.source.strip():  # empty cells are all alike
            owner[number] = found
            taken.add(found.place)
            if found.grade_id:
                repairs.append(f"The cell {found.grade_id} had lost its name; it was recognized by its text.")
    _by_neighbors(plan, cells, owner, taken, repairs)
    return owner


def _by_neighbors(
    plan: Plan, cells: tuple[Cell, ...], owner: list[PlanCell | None], taken: set[int], repairs: list[str]
) -> None:
    """A solution cell with an unknown name is the one that is missing at this place, where there is just one."""
    for number, cell in enumerate(cells):
        if owner[number] is not None or not cell.grade_id:
            continue
        before = next((it.place for it in reversed(owner[:number]) if it), -1)
        after = next((it.place for it in owner[number + 1 :] if it), len(plan.cells))
        missing = [
            planned
            for planned in plan.cells[before + 1 : after]
            if planned.place not in taken and planned.role in (Role.ANSWER, Role.MANUAL) and planned.kind == cell.kind
        ]
        if len(missing) == 1:
            owner[number] = missing[0]
            taken.add(missing[0].place)
            repairs.append(f"The cell {missing[0].grade_id} was called {cell.grade_id[:60]!r}; it was recognized.")


def _without_copies(cells: tuple[Cell, ...], owner: list[PlanCell | None], repairs: list[str]) -> dict[int, int]:
    """For each place of the plan the one cell that counts: an answer's last version, an author's first."""
    found: dict[int, list[int]] = defaultdict(list)
    for number, planned in enumerate(owner):
        if planned is not None:
            found[planned.place].append(number)
    chosen = {}
    for place, numbers in found.items():
        planned = owner[numbers[0]]
        assert planned is not None  # noqa: S101 - that is how `found` was filled
        if planned.role in (*AUTHORS, Role.TEXT):
            chosen[place] = numbers[0]
        else:  # a copy that is empty, or as it was handed out, is nobody's last version
            written = [it for it in numbers if cells[it].source.strip() not in ("", planned.source.strip())]
            chosen[place] = (written or numbers)[-1]
        if len(numbers) > 1 and planned.grade_id:
            repairs.append(f"The cell {planned.grade_id} is there {len(numbers)} times; one of them counts.")
        kind = cells[chosen[place]].kind
        if kind != planned.kind and planned.grade_id:
            repairs.append(f"The cell {planned.grade_id} had become {kind}; it is {planned.kind} again.")
    return chosen


@dataclass
class _Group:
    """A cell of the plan and the student's own cells that follow it; the first group may have none."""

    place: int
    steps: list[Step]


def _groups(
    cells: tuple[Cell, ...], owner: list[PlanCell | None], chosen: dict[int, int], repairs: list[str]
) -> list[_Group]:
    groups = [_Group(-1, [])]
    for number, (cell, planned) in enumerate(zip(cells, owner, strict=True)):
        if planned is None or _is_prose(planned):
            groups[-1].steps.append(_own(cell))
        elif chosen[planned.place] == number:
            groups.append(_Group(planned.place, [_step(planned, cell)]))
            if planned.role in AUTHORS and not _same(cell.source, planned.source, planned.tests):
                repairs.append(f"The cell {planned.grade_id} had been changed; the author's text counts.")
        elif planned.role not in AUTHORS:  # a copy of an answer is a cell of the student's own; of a test, nothing
            groups[-1].steps.append(_own(cell))
    return groups


def _changed_tests(cells: tuple[Cell, ...], owner: list[PlanCell | None], chosen: dict[int, int]) -> tuple[str, ...]:
    """A test is locked in a notebook's interface: who changes one has gone out of the way to do it."""
    return tuple(
        f"The test {planned.grade_id} had been changed."
        for number, (cell, planned) in enumerate(zip(cells, owner, strict=True))
        if planned is not None
        and planned.role is Role.TEST
        and chosen[planned.place] == number
        and not _same(cell.source, planned.source, planned.tests)
    )


def _same(source: str, *texts: str) -> bool:
    """Whether a text is one of some others, apart from space at the ends of lines."""

    def essence(text: str) -> list[str]:
        return [line.rstrip() for line in text.strip().splitlines()]

    return any(essence(source) == essence(text) for text in texts)


def _is_prose(planned: PlanCell) -> bool:
    """Text that the gradebook does not know may be anywhere."""
    return planned.role is Role.TEXT and planned.row is None


def _step(planned: PlanCell, cell: Cell) -> Step:
    # A test is the author's also where the author did not lock it.
    locked = planned.row is None or planned.row.locked or planned.role is Role.TEST
    source = _authors(planned) if locked else cell.source
    runs = planned.kind == "code"
    return Step(planned.role, planned.kind, source, planned, planned.tags, runs, attachments=pictures_of(cell))


def _own(cell: Cell) -> Step:
    """A cell of the student's own."""
    runs = cell.kind == "code"
    return Step(Role.STUDENTS, cell.kind, cell.source, None, cell.tags, runs, attachments=pictures_of(cell))


def _authors(planned: PlanCell) -> str:
    """
    The author's text of a locked cell, for the person who marks: a task's has its mark scheme.

    As nbgrader does it: locked text comes from the gradebook, which has what was cut out of the release.
    """
    if planned.row is not None and planned.row.locked and planned.kind != "code":
        return planned.row.source
    return planned.restored


def _in_order(groups: list[_Group], repairs: list[str]) -> list[_Group]:
    """In the order of the release, where code has been moved."""
    places = [group.place for group in groups if _is_in_order(group)]
    if places == sorted(places):
        return groups
    repairs.append("Cells had been moved; they ran in the order in which they were handed out.")
    return sorted(groups, key=lambda group: group.place)


def _is_in_order(group: _Group) -> bool:
    """Code is; text may have been moved anywhere."""
    return group.place < 0 or group.steps[0].runs


def _put_back(plan: Plan, groups: list[_Group], repairs: list[str]) -> None:
    """Insert what is missing behind the group before it."""
    there = {group.place for group in groups}
    for planned in plan.cells:
        if planned.place in there or planned.role is Role.TEXT:
            continue
        position = _position(groups, planned.place)
        if planned.role is Role.AUTHOR and planned.row is None and _has_own_code(groups[position]):
            continue  # an unnamed cell of the author that the student has changed
        if planned.role is Role.ANSWER:
            repairs.append(f"The cell {planned.grade_id} is missing.")
            continue
        runs = planned.kind == "code"
        step = Step(planned.role, planned.kind, planned.restored, planned, planned.tags, runs, put_back=True)
        if planned.role in (Role.MANUAL, Role.TASK):  # there for the gradebook alone: a stub would only raise
            locked = planned.row is not None and planned.row.locked
            step = replace(step, source=_authors(planned) if locked else planned.source, runs=False)
        groups.insert(position + 1, _Group(planned.place, [step]))
        there.add(planned.place)
        name = planned.grade_id or "of the author"
        repairs.append(f"The cell {name} was missing; it was put back.")


def _position(groups: list[_Group], place: int) -> int:
    """The last group before this place, of those that stand before all code that comes after it."""
    end = next((i for i, it in enumerate(groups) if it.place > place and _is_in_order(it)), len(groups))
    return max(i for i, it in enumerate(groups[:end]) if it.place < place)


def _has_own_code(group: _Group) -> bool:
    return any(step.cell is None and step.runs for step in group.steps)
