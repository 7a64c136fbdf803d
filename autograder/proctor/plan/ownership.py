"""Whose a name is: the author's or the student's, found out on the instructor's solved notebook.

What you can do with this file:

- hold what was found: `Ownership`;
- find it out from what each cell of the solved notebook bound and changed: `owned`;
- do with the text alone where there is no solved notebook: `guessed`.

Pure. Data that the author's cells bind and solution cells then bind again or change are the student's from that cell
on. Names that solution cells import are the author's all the same: the examiner imports them itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from proctor.plan.analysis import definitions, import_statements, names_of, needed_cells
from proctor.plan.moving import moved_by_functions, set_by_tests
from proctor.plan.notebook import Role

if TYPE_CHECKING:
    from proctor.plan.notebook import Plan, PlanCell

__all__ = ["Digests", "Ownership", "guessed", "owned"]

Digests = Mapping[str, Sequence[str]]
"""From name to kind and digest, as `inside.names.digests` gives them."""


@dataclass(frozen=True)
class Ownership:
    """
    Whose the names of one notebook are.

    Attributes
    ----------
    defined : frozenset of str
        Names that solution cells define.
    handed : mapping of int to frozenset of str
        By place of a solution cell: the author's names that are the student's from then on.
    imports : mapping of int to str
        By place of a solution cell: its import statements, which the examiner runs itself.
    sent : mapping of int to frozenset of str
        By place of a test cell: names that its visible part binds or changes and that later cells read.
    code : mapping of int to str
        By place of a test cell: its visible imports and definitions that later cells read.
    needed : frozenset of int
        Places of the author's cells that the examiner runs too.
    unverified : frozenset of str
        Test cells that can only run in the student's process.
    operating : mapping of int to frozenset of str or None
        By place of a cell: what of the student's objects has a say in it in the solved notebook (the kinds stand in
        `examiner.bounds`); nothing else has. None lets all of them have it, for the solved notebook itself.
    modules : frozenset of str
        Modules beside the notebook that students write.
    moving : frozenset of str
        Names that functions bind while tests call them: they are the student's, and asked for anew each time.
    mirrored : frozenset of str
        Names of the author's that tests bind and that the student's functions read.
    """

    defined: frozenset[str] = frozenset()
    handed: Mapping[int, frozenset[str]] = field(default_factory=dict)
    imports: Mapping[int, str] = field(default_factory=dict)
    sent: Mapping[int, frozenset[str]] = field(default_factory=dict)
    code: Mapping[int, str] = field(default_factory=dict)
    needed: frozenset[int] = frozenset()
    unverified: frozenset[str] = frozenset()
    operating: Mapping[int, frozenset[str]] | None = None
    modules: frozenset[str] = frozenset()
    moving: frozenset[str] = frozenset()
    mirrored: frozenset[str] = frozenset()

    def facts(self) -> dict[str, Any]:
        """Plain data that a file or the wire can hold."""
        return {
            "defined": sorted(self.defined),
            "handed": {place: sorted(names) for place, names in self.handed.items()},
            "imports": dict(self.imports),
            "sent": {place: sorted(names) for place, names in self.sent.items()},
            "code": dict(self.code),
            "needed": sorted(self.needed),
            "unverified": sorted(self.unverified),
            "operating": None if self.operating is None else {it: sorted(by) for it, by in self.operating.items()},
            "modules": sorted(self.modules),
            "moving": sorted(self.moving),
            "mirrored": sorted(self.mirrored),
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """The ownership again; places may have become texts, as in JSON."""
        return cls(
            defined=frozenset(facts["defined"]),
            handed={int(place): frozenset(names) for place, names in facts["handed"].items()},
            imports={int(place): text for place, text in facts["imports"].items()},
            sent={int(place): frozenset(names) for place, names in facts["sent"].items()},
            code={int(place): text for place, text in facts["code"].items()},
            needed=frozenset(facts["needed"]),
            unverified=frozenset(facts["unverified"]),
            operating=None
            if facts["operating"] is None
            else {int(place): frozenset(kinds) for place, kinds in facts["operating"].items()},
            modules=frozenset(facts["modules"]),
            moving=frozenset(facts["moving"]),
            mirrored=frozenset(facts["mirrored"]),
        )


def owned(
    plan: Plan, before: Mapping[int, Digests], after: Mapping[int, Digests], inside: frozenset[str] = frozenset()
) -> Ownership:
    """
    Find out whose the names are.

    Parameters
    ----------
    plan : Plan
        The notebook.
    before, after : mapping of int to mapping
        By place: what the names stood for before and after this cell of the solved notebook ran.
    inside : frozenset of str
        The test cells that run in the student's process.

    Returns
    -------
    Ownership
        Whose each name is.
    """
    authors: set[str] = set()  # the names that are the author's at this cell
    defined: set[str] = set()
    handed: dict[int, frozenset[str]] = {}
    sent: dict[int, frozenset[str]] = {}
    moving = moved_by_functions(plan)
    for cell in plan.cells:
        if cell.place not in after:
            continue
        there = {name: it for name, it in after[cell.place].items() if name not in moving}
        changed = {name for name, found in there.items() if before[cell.place].get(name) != found}
        if cell.role in (Role.ANSWER, Role.MANUAL):
            imported = names_of(import_statements(cell.solved)).binds
            changed |= before[cell.place].keys() - there.keys()  # what a solution deletes, the student is to delete
            # What is bound to the same value again has not changed, and is the student's to bind all the same.
            changed |= (names_of(cell.solved).binds & there.keys()) - imported
            handed[cell.place] = frozenset(changed & authors)
            authors -= handed[cell.place]
            # `m = math` binds a module: the examiner has that itself.
            defined |= {it for it in changed if it not in imported and there.get(it, [""])[0] != "module"}
        else:
            visible = names_of(cell.source)
            if cell.role is Role.TEST:
                changed &= visible.binds | visible.touches  # the hidden part ran too; what it binds stays hidden
                sent[cell.place] = frozenset(changed)
            # A name changes hands as often as cells bind it anew; what is only changed in place stays whose it was.
            authors |= (changed - defined) | ((changed & visible.binds) - visible.reads)
    sent = _asked_for(plan, sent, handed, inside)
    found = _with_text(plan, frozenset(defined) | moving, handed, sent, inside)
    return replace(found, moving=moving, mirrored=set_by_tests(plan) - moving)


def guessed(plan: Plan, inside: frozenset[str] = frozenset()) -> Ownership:
    """
    Do with the text of the cells alone.

    Parameters
    ----------
    plan : Plan
        A notebook whose solutions are not there.
    inside : frozenset of str
        The test cells that run in the student's process.

    Returns
    -------
    Ownership
        Names that the stubs bind are the student's.
    """
    authors: set[str] = set()
    defined: set[str] = set()
    handed: dict[int, frozenset[str]] = {}
    sent: dict[int, frozenset[str]] = {}
    for cell in plan.cells:
        if cell.kind != "code":
            continue
        names = names_of(cell.source)
        if cell.role in (Role.ANSWER, Role.MANUAL):
            handed[cell.place] = (names.binds | names.touches) & frozenset(authors)
            authors -= handed[cell.place]
            defined |= names.binds - names_of(import_statements(cell.source)).binds
        else:
            if cell.role is Role.TEST:
                sent[cell.place] = names.binds
            authors |= names.binds - (defined & names.reads)
    sent = _asked_for(plan, sent, handed, inside)
    # Where the student's objects must have a say, only a solved notebook can show.
    return replace(_with_text(plan, frozenset(defined), handed, sent, inside), operating={})


def _with_text(
    plan: Plan,
    defined: frozenset[str],
    handed: dict[int, frozenset[str]],
    sent: dict[int, frozenset[str]],
    inside: frozenset[str],
) -> Ownership:
    """What the text tells, beside what running told."""
    answers = [cell for cell in plan.cells if cell.role in (Role.ANSWER, Role.MANUAL) and cell.kind == "code"]
    tests = [cell for cell in plan.cells if cell.role is Role.TEST]
    author = {cell.place: cell.source for cell in plan.cells if cell.role is Role.AUTHOR}
    code = {cell.place: definitions(cell.source, _read_later(plan, cell, inside)) for cell in tests}
    return Ownership(
        defined=defined,
        handed={place: names for place, names in handed.items() if names},
        imports={it.place: text for it in answers if (text := import_statements(it.solved or it.source))},
        sent={place: names for place, names in sent.items() if names},
        code={place: text for place, text in code.items() if text},
        needed=needed_cells([it.tests for it in tests if it.grade_id not in inside], author),
        unverified=inside,
    )


def _asked_for(
    plan: Plan, sent: Mapping[int, frozenset[str]], handed: Mapping[int, frozenset[str]], inside: frozenset[str]
) -> dict[int, frozenset[str]]:
    """Of what tests bind, the names that later cells inside read, or that are looked up there from some answer on."""
    return {
        place: names
        & _read_later(plan, plan.cells[place], inside).union(*(it for at, it in handed.items() if at > place))
        for place, names in sent.items()
    }


def _read_later(plan: Plan, cell: PlanCell, inside: frozenset[str]) -> frozenset[str]:
    """Names that later cells inside read, in the author's text or the instructor's solution."""
    later = [it for it in plan.cells[cell.place + 1 :] if it.kind == "code"]
    # Tests that run out here have the names at hand: nothing must be sent for them.
    texts = [it.solved or it.source for it in later if it.role is not Role.TEST]
    texts += [it.tests for it in later if it.grade_id in inside]
    return frozenset().union(*(it.reads | it.touches for it in map(names_of, texts)))
