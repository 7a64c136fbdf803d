"""Names of the notebook that change while a test calls functions.

What you can do with this file:

- list those that functions bind by `global`: `moved_by_functions`;
- list those that tests bind for functions to read: `set_by_tests`.

Pure, and decided from the text of the solved notebook.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from proctor.plan.analysis import names_of
from proctor.plan.changes import bound_in_functions
from proctor.plan.notebook import Role
from proctor.plan.trees import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proctor.plan.notebook import Plan

__all__ = ["moved_by_functions", "set_by_tests"]


def moved_by_functions(plan: Plan) -> frozenset[str]:
    """
    List the names that functions bind by `global` while tests call them.

    A function of the author's that tests call themselves binds its names beside the tests, and does not count.
    """
    asked = frozenset().union(*(names_of(it.tests).reads for it in plan.cells if it.role is Role.TEST))
    found: set[str] = set()
    for _, function in _functions(plan):
        found |= {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    return frozenset(found) - _set_beside_tests(plan, asked)


def set_by_tests(plan: Plan) -> frozenset[str]:
    """List the names that the author's cells bind, tests bind anew, and functions of the solutions read."""
    tests = frozenset().union(*(names_of(it.tests).binds for it in plan.cells if it.role is Role.TEST))
    authors = frozenset().union(*(names_of(it.source).binds for it in plan.cells if it.role is Role.AUTHOR))
    answers = [function for role, function in _functions(plan) if role in (Role.ANSWER, Role.MANUAL)]
    reads = frozenset().union(*(names_of(ast.unparse(it)).reads for it in answers))
    return tests & authors & reads


def _set_beside_tests(plan: Plan, asked: frozenset[str]) -> frozenset[str]:
    """Names that functions bind which tests call beside them."""
    texts = [ast.unparse(it) for role, it in _functions(plan) if role is Role.AUTHOR and it.name in asked]
    texts += [it.tests for it in plan.cells if it.role is Role.TEST]
    return bound_in_functions(texts)


def _functions(plan: Plan) -> Iterator[tuple[Role, ast.FunctionDef]]:
    """The functions at the top of all cells but tests, each with whose cell it is in."""
    for cell in plan.cells:
        if cell.kind == "code" and cell.role is not Role.TEST:
            for node in parsed(cell.solved or cell.source).body:
                if isinstance(node, ast.FunctionDef):
                    yield cell.role, node
