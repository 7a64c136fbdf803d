"""Wrong versions of the author's own notebook, on which a test must say the same from outside as from inside.

What you can do with this file:

- make them: `variants`, each a `Variant` with the text of every answer that it changes.

Pure. A test that looks at the wrong value, or the wrong file, is right on the solved notebook and shows itself only
where an answer is missing or wrong: then a look at the student's value fails, and a look at the author's does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proctor.plan.analysis import import_statements, names_of
from proctor.plan.notebook import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proctor.plan.notebook import Plan, PlanCell
    from proctor.plan.ownership import Ownership

__all__ = ["Variant", "variants"]

NONE, OFF = "none", "off"
# Runs before the solution, and notes the files that it opens to write; what it notes stays in Python's own modules.
BEFORE = """
def _made_wrong():
    import os, sys

    def note(event, given):
        if event == "open" and isinstance(given[0], str) and isinstance(given[2], int):
            if given[2] & (os.O_WRONLY | os.O_RDWR):
                sys.proctor_written.add(os.path.realpath(given[0]))

    if not hasattr(sys, "proctor_written"):
        sys.proctor_written = set()
        sys.addaudithook(note)
    sys.proctor_written.clear()

_made_wrong()
"""
# Runs behind it: each of these files beside the notebook holds something else from then on.
BEHIND = """
def _made_wrong():
    import os, sys

    for path in list(sys.proctor_written):
        if os.path.isfile(path) and path.startswith(os.path.realpath(".") + os.sep):
            with open(path, "wb") as file:
                file.write(b"?")

_made_wrong()
del _made_wrong
"""
# Runs behind the solution, in the author's notebook alone. It leaves no name of its own.
WRONG = """
def _made_wrong(value, how):
    import asyncio, functools, inspect, types

    def wrong(found):
        if how == "none" or found is None:
            return None if how == "none" else 0
        if isinstance(found, bool):
            return not found
        if isinstance(found, (int, float, complex)):
            return found + 1
        if isinstance(found, str):
            return found + "?"
        if type(found) in (list, tuple, set, frozenset):
            return type(found)(map(wrong, found))
        if isinstance(found, dict):
            return {key: wrong(it) for key, it in found.items()}
        try:
            return ~found if getattr(found, "dtype", None) == bool else found + 1
        except Exception:
            return None

    def wrapped(function):
        if asyncio.iscoroutinefunction(function):
            async def other(*args, **kwargs):
                return wrong(await function(*args, **kwargs))
        else:
            def other(*args, **kwargs):
                return wrong(function(*args, **kwargs))
        return functools.wraps(function)(other)

    if isinstance(value, types.ModuleType):
        return value
    if inspect.isclass(value):
        for name, member in list(vars(value).items()):
            if inspect.isfunction(member) and name not in ("__init__", "__new__", "__init_subclass__", "__post_init__"):
                try:
                    setattr(value, name, wrapped(member))
                except Exception:
                    pass
        return value
    return wrapped(value) if inspect.isroutine(value) else wrong(value)
"""


@dataclass(frozen=True)
class Variant:
    """What it is called, and the text of the answers that it changes, by their place in the plan."""

    name: str
    answers: Mapping[int, str]


def variants(plan: Plan, ownership: Ownership) -> tuple[Variant, ...]:
    """
    Make the wrong versions of a notebook.

    Parameters
    ----------
    plan : Plan
        The notebook, with the instructor's solutions.
    ownership : Ownership
        Whose its names are. Answers that take over a name of the author's are also left empty alone, beside right
        ones: else the tests before them would fail, and with that hide what such an answer does.

    Returns
    -------
    tuple of Variant
        Three: so the proof costs eight runs of the notebook, the two of the solved one included.
    """
    answers = [it for it in plan.cells if it.role in (Role.ANSWER, Role.MANUAL) and it.kind == "code"]
    shared = [it for it in answers if _has_two_owners(it, plan, ownership)]
    found = [
        Variant("all answers empty", {it.place: "" for it in answers}),
        Variant("all answers None", {it.place: _wrong(it, NONE) for it in answers}),
    ]
    if shared:
        names = ", ".join(it.grade_id for it in shared[:3]) + (" ..." if len(shared) > 3 else "")
        found.append(Variant(f"{names} empty", {it.place: "" for it in shared}))
    else:
        found.append(Variant("all answers off by one", {it.place: _wrong(it, OFF) for it in answers}))
    return tuple(found)


def _has_two_owners(cell: PlanCell, plan: Plan, ownership: Ownership) -> bool:
    """Whether an answer binds or changes a name that another cell of the notebook binds too."""
    if ownership.handed.get(cell.place):
        return True
    mine = names_of(cell.solved)
    others = (names_of(it.solved or it.source).binds for it in plan.cells if it.kind == "code" and it is not cell)
    return bool((_bound(cell) | (mine.touches - mine.reads)) & frozenset().union(*others))


def _bound(cell: PlanCell) -> frozenset[str]:
    """What a solution binds and does not import."""
    return names_of(cell.solved).binds - names_of(import_statements(cell.solved)).binds


def _wrong(cell: PlanCell, how: str) -> str:
    """The solution, and behind it each name that it binds bound to something wrong, and each file that it wrote."""
    rebound = [cell.solved, WRONG, *_rebound(_bound(cell), how), "del _made_wrong"]
    magic = cell.solved.lstrip().startswith("%%") or "from __future__" in cell.solved  # these must come first
    return "\n".join(rebound if magic else [BEFORE, *rebound, BEHIND])


def _rebound(names: Iterable[str], how: str) -> list[str]:
    return [f"try:\n    {it} = _made_wrong({it}, {how!r})\nexcept NameError:\n    pass" for it in sorted(names)]
