"""What notebooks import, and which names stand behind a test.

What you can do with this file:

- list the names that code imports: `imports_of`, or with where from: `aliases_of`; those of a notebook: `imported_by`;
- list the names of the author's that a test depends on: `names_behind`; the cells with them: `texts_behind`;
- see whether a test reads something of a package: `needs_one_of`.

Pure, and decided from the text alone.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from proctor.plan.analysis import asked_for, import_statements, names_of
from proctor.plan.notebook import Role
from proctor.plan.reaching import BUILTINS, modules_of
from proctor.plan.trees import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proctor.plan.notebook import Plan

__all__ = ["aliases_of", "imported_by", "imports_of", "names_behind", "needs_one_of", "texts_behind"]

SEED = "PROCTOR_SEED"


def imports_of(text: str) -> frozenset[str]:
    """Names that code binds by imports."""
    return names_of(import_statements(text)).binds


def aliases_of(text: str) -> frozenset[tuple[str, str, str]]:
    """The imports at the top: module, member, and the name that they bind."""
    found: set[tuple[str, str, str]] = set()
    for node in parsed(text).body:
        if isinstance(node, ast.Import):
            found |= {(it.name, "", it.asname or it.name.partition(".")[0]) for it in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {(module, it.name, it.asname or it.name) for it in node.names}
    return frozenset(found)


def imported_by(plan: Plan) -> frozenset[str]:
    """Names that the cells of the solved notebook import."""
    return frozenset().union(*(imports_of(it.solved or it.source) for it in plan.cells if it.kind == "code"))


def names_behind(plan: Plan, test: str) -> frozenset[str]:
    """Names that a test reads, directly or through the author's cells that it needs, and that are the author's."""
    authors: dict[str, set[str]] = {}
    modules = imported_by(plan) | BUILTINS
    for cell in plan.cells:
        if cell.kind != "code" or cell.role in (Role.ANSWER, Role.MANUAL):
            continue
        names = names_of(cell.source if cell.role is Role.TEST else cell.solved or cell.source)
        for name in names.binds | (names.touches - modules):  # to call what a module has changes no module
            authors.setdefault(name, set()).update(names.reads)
    answers = (it.solved for it in plan.cells if it.kind == "code" and it.role in (Role.ANSWER, Role.MANUAL))
    imported = frozenset().union(*map(imports_of, answers))
    waiting, seen = set(asked_for(test)), set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting |= authors.get(name, set())
    return frozenset(seen) & (frozenset(authors) | imported)


def texts_behind(plan: Plan, test: str) -> list[str]:
    """The author's cells that bind what a test reads, directly or through others of them."""
    names = names_behind(plan, test)
    authors = (it.solved or it.source for it in plan.cells if it.kind == "code" and it.role is Role.AUTHOR)
    return [it for it in authors if names_of(it).binds & names]


def needs_one_of(plan: Plan, test: str, packages: Iterable[str]) -> bool:
    """
    Whether a test imports one of some packages, or reads what the author's cells import from one.

    So does one that asks for the seed, which student code never sees.
    """
    authors = [it for it in plan.cells if it.kind == "code" and it.role is Role.AUTHOR]
    behind = names_behind(plan, test)
    if SEED in test or any(SEED in it.source and names_of(it.source).binds & behind for it in authors):
        return True
    wanted = frozenset(packages)
    if not wanted or modules_of(test) & wanted:
        return bool(wanted)
    names: set[str] = set()
    for cell in authors:
        for line in import_statements(cell.solved or cell.source).splitlines():
            if modules_of(line) & wanted:
                names |= imports_of(line)
    return bool(names & behind)
