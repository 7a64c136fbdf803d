"""What code binds anew or changes in place.

What you can do with this file:

- list the names that it binds or changes: `changed_by`; those that its functions bind: `bound_in_functions`;
- list those that it binds but for imports that were there already: `bound_anew`.

Pure, and decided from the text alone.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from proctor.plan.analysis import names_of
from proctor.plan.packages import aliases_of, imports_of
from proctor.plan.spelled import plainly

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["bound_anew", "bound_in_functions", "changed_by"]

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def changed_by(text: str, imports: frozenset[str]) -> frozenset[str]:
    """Names that code binds at the top, or changes in place anywhere; to call what a module has changes no module."""
    names = names_of(text)
    touched = set(names.touches)
    for node in ast.walk(plainly(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            touched |= _changed_in(node)
    return names.binds | (touched - imports)


def bound_in_functions(texts: Iterable[str]) -> frozenset[str]:
    """Names that functions bind at the top of the notebook."""
    nodes = (node for text in texts for node in ast.walk(plainly(text)) if isinstance(node, ast.Global))
    return frozenset(name for node in nodes for name in node.names)


def bound_anew(text: str, alike: frozenset[tuple[str, str, str]]) -> frozenset[str]:
    """
    Names that code binds at the top, but for imports that are there already.

    Parameters
    ----------
    text : str
        A cell.
    alike : frozenset of tuple of (str, str, str)
        The imports that are there, as `aliases_of` gives them.

    Returns
    -------
    frozenset of str
        Empty where it binds nothing.
    """
    own = frozenset(name for *what, name in aliases_of(text) if (*what, name) not in alike)
    return (names_of(text).binds - imports_of(text)) | own


def _changed_in(function: Function) -> set[str]:
    """Names from outside that a function binds or changes in place."""
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    inner = names_of("\n".join(ast.unparse(it) for it in body))
    arguments = function.args
    own = {it.arg for it in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    own |= {it.arg for it in (arguments.vararg, arguments.kwarg) if it is not None}
    outer = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    return outer | (set(inner.touches) - own - set(inner.binds))
