"""What a submission does that the solved notebook never did, so that a proof made on the solved one does not hold.

What you can do with this file:

- find out for which tests that matters: `departures`, which returns `Departures`.

Pure, and decided from the text alone: what hides from it only keeps the verdict of the examiner, which no student's
code can forge. Where it is wrong, a test runs once more and its verdict is the same.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from proctor.plan.analysis import names_of
from proctor.plan.changes import bound_anew, bound_in_functions, changed_by, mutated_by, spoilers_of
from proctor.plan.files import reads_files, writes_files
from proctor.plan.notebook import Role
from proctor.plan.packages import aliases_of, imported_by, imports_of, names_behind, texts_behind
from proctor.plan.reaching import BUILTINS, CLAIMING, modules_of, patches, reaches_beyond, roots_of, told_of
from proctor.plan.trees import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from proctor.plan.notebook import Plan, PlanCell

__all__ = ["Departures", "departures"]

NONE: frozenset[str] = frozenset()
FEW = 3


@dataclass(frozen=True)
class Departures:
    """
    Why tests must run inside too.

    Attributes
    ----------
    reasons : mapping of str to str
        From grade id to one sentence.
    patched : bool
        Whether code may have changed builtins, modules or the notebook's shell. Nobody can say from the text what it
        did, so a person is not asked about it.
    claimed : frozenset of str
        Tests that meet objects which may claim to be whatever a test wants to see, or whose own tools were bound anew;
        nor is one asked about these.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    patched: bool = False
    claimed: frozenset[str] = frozenset()

    def may_wait(self, test: str) -> bool:
        """Whether a person may be asked about a test."""
        return not self.patched and test not in self.claimed


def departures(
    plan: Plan, cells: Iterable[tuple[int, str]], modules: Mapping[str, str] = MappingProxyType({})
) -> Departures:
    """
    Find what a submission does that the solved notebook never did.

    Parameters
    ----------
    plan : Plan
        The notebook, with the instructor's solutions.
    cells : iterable of tuple of (int, str)
        The student's code cells: place in the plan, or -1 for an added one, and text.
    modules : mapping of str to str
        The text of modules that were handed in beside the notebook and are not the author's, by their names.

    Returns
    -------
    Departures
        For the tests that it may matter to.
    """
    written = _Written(_Solved(plan), tuple(cells), modules)
    found = {it.grade_id: written.departs(it) for it in plan.cells if it.kind == "code" and it.role is Role.TEST}
    reasons = {test: reason for test, (reason, _) in found.items() if reason}
    claimed = frozenset(test for test, (_, claims) in found.items() if claims)
    return Departures(reasons, written.patches, claimed)


@dataclass(frozen=True)
class _Solved:
    """The solved notebook: what is usual in it."""

    plan: Plan

    @cached_property
    def cells(self) -> list[PlanCell]:
        return [it for it in self.plan.cells if it.kind == "code"]

    @cached_property
    def answers(self) -> dict[int, str]:
        return {it.place: it.solved for it in self.cells if it.role in (Role.ANSWER, Role.MANUAL)}

    @cached_property
    def texts(self) -> list[str]:
        return [it.solved or it.source for it in self.cells]

    @cached_property
    def imports(self) -> frozenset[str]:
        return imported_by(self.plan)

    @cached_property
    def aliases(self) -> frozenset[tuple[str, str, str]]:
        return frozenset().union(*map(aliases_of, self.texts))

    @cached_property
    def modules(self) -> frozenset[str]:
        return frozenset().union(*map(modules_of, self.texts))

    @cached_property
    def tools(self) -> frozenset[str]:
        """What tests work with: who binds one anew asks for another verdict; who binds data may have chosen names."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        authors = (it.source for it in self.cells if it.role not in (Role.ANSWER, Role.MANUAL))
        defined = {node.name for text in authors for node in parsed(text).body if isinstance(node, kinds)}
        return BUILTINS | self.imports | defined


@dataclass(frozen=True)
class _Text:
    """One text of a student's: a cell or a module, and what it is called."""

    name: str
    text: str
    solution: str
    changes: frozenset[str]
    reaches: frozenset[str]
    place: int


class _Written:
    """What a student has written, beside the solved notebook."""

    def __init__(self, solved: _Solved, cells: tuple[tuple[int, str], ...], modules: Mapping[str, str]) -> None:
        self._solved = solved
        self._modules = modules
        texts = [*(text for _, text in cells), *modules.values()]
        roots = roots_of(texts, solved.imports)
        self._imports = solved.imports.union(*map(imports_of, texts))
        named = [(_name_of(solved.plan, place, text), text, solved.answers.get(place, "")) for place, text in cells]
        named += [(f"the module {name}", text, "") for name, text in modules.items()]
        places = [*(place for place, _ in cells), *(-1 for _ in modules)]
        self._texts = [
            _Text(name, text, solution, changed_by(text, self._imports), reaches_beyond(text, solution, roots), place)
            for (name, text, solution), place in zip(named, places, strict=True)
        ]

    def departs(self, test: PlanCell) -> tuple[str, bool]:
        """Why a test must run inside too, and whether nobody is asked about it."""
        names = self._names_for(test)
        claims = bool(names & self._solved.tools)
        met = list(self._met(test.tests))
        claims = claims or any(it.reaches & CLAIMING for it in met)
        reasons = (
            self._told_of_names(names),
            self._told_of_spoiled(test, met),
            self._told_of_modules(),
            self._told_of_files(test),
            self._told_of_reaching(met),
        )
        return next(filter(None, reasons), ""), claims

    @cached_property
    def patches(self) -> bool:
        """Whether something may have been changed that nobody names; who knows what a module hands out."""
        claiming = any(it.reaches & CLAIMING for it in self._texts if it.name.startswith("the module "))
        return claiming or any(patches(it.reaches) for it in self._texts)

    @cached_property
    def _new(self) -> frozenset[str]:
        """Names that the student changes and the solution in the same place does not; imports that are alike do not."""
        found: set[str] = set()
        for it in self._texts:
            same = names_of(it.text).binds - bound_anew(it.text, self._solved.aliases)
            found |= it.changes - same - changed_by(it.solution, self._imports)
            found |= mutated_by(it.text) - mutated_by(it.solution) - names_of(it.solution).binds - self._imports
        return frozenset(found) | self._bound_otherwise()

    def _bound_otherwise(self) -> frozenset[str]:
        """Names that solutions import and the student binds in another way."""
        solutions = self._solved.answers.values()
        imported = NONE.union(*map(imports_of, solutions))
        alike = frozenset().union(*map(aliases_of, solutions))
        return imported & NONE.union(*(bound_anew(it.text, alike) for it in self._texts))

    @cached_property
    def _bound(self) -> frozenset[str]:
        texts = [it.text for it in self._texts]
        return NONE.union(*(names_of(it).binds for it in texts)) | bound_in_functions(texts)

    def _names_for(self, test: PlanCell) -> frozenset[str]:
        """Names of the author's, or of Python's, behind a test that the student binds or changes."""
        behind = names_behind(self._solved.plan, test.tests)
        return (self._new - BUILTINS) & behind | self._bound & BUILTINS & names_of(test.tests).reads

    def _met(self, test: str) -> Iterator[_Text]:
        """The student's texts that a test depends on: they bind or change what it reads, directly or through others."""
        waiting, seen = set(names_of(test).reads), set()
        left = list(self._texts)
        while waiting:
            name = waiting.pop()
            seen.add(name)
            for it in [it for it in left if name in it.changes]:
                left.remove(it)
                waiting |= (names_of(it.text).reads | it.changes) - seen
                yield it

    def _told_of_names(self, names: frozenset[str]) -> str:
        return f"the submission binds or changes {_list(names)}" if names else ""

    def _told_of_spoiled(self, judging: PlanCell, met: list[_Text]) -> str:
        """In a notebook a test may spoil the author's data for later cells, where a function changes its argument."""
        for it in [it for it in met if it.place < judging.place] if self._spoilers else ():
            reads = names_of(it.text).reads - self._bound - self._imports - BUILTINS
            for test in self._solved.cells:
                earlier = test.role is Role.TEST and (it.place < 0 or test.place < it.place)
                called = names_of(test.tests).reads & self._spoilers if earlier else NONE
                if called and (shared := names_of(test.tests).reads & reads):
                    return f"{_list(called)} of the submission may change {_list(shared)} in place"
        return ""

    @cached_property
    def _spoilers(self) -> frozenset[str]:
        """The student's functions that change an argument in place, and the solution's of that name do not."""
        return NONE.union(*(spoilers_of(it.text) - spoilers_of(it.solution) for it in self._texts))

    def _told_of_modules(self) -> str:
        own = NONE.union(*(modules_of(it.text) for it in self._texts)) - self._solved.modules
        brought = own & self._modules.keys()
        return f"the submission brings {_list(brought)}" if brought else ""

    def _told_of_files(self, test: PlanCell) -> str:
        reads = self._writes and reads_files([test.tests, *texts_behind(self._solved.plan, test.tests)])
        return "the submission writes files" if reads else ""

    @cached_property
    def _writes(self) -> bool:
        return writes_files(it.text for it in self._texts) and not writes_files(self._solved.answers.values())

    def _told_of_reaching(self, met: list[_Text]) -> str:
        """What may change anything matters to every test; what only looks or claims, to those that meet it."""
        first = next((it for it in self._texts if patches(it.reaches)), None)
        first = first or next((it for it in met if it.reaches), None)
        return told_of(first.name, first.reaches) if first is not None else ""


def _name_of(plan: Plan, place: int, text: str) -> str:
    """What a person calls a cell: its grade id, or its first line."""
    if place >= 0 and plan.cells[place].grade_id:
        return f"the cell {plan.cells[place].grade_id}"
    line = next((it.strip() for it in text.splitlines() if it.strip()), "")
    return f"the cell that begins with `{line[:40]}`"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)[:FEW])
