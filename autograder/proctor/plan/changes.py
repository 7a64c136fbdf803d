"""What code binds anew or changes in place.

What you can do with this file:

- list the names that it binds or changes: `changed_by`; those that its functions bind: `bound_in_functions`;
- list those that it changes in place beyond doubt: `mutated_by`; functions that so change what they are given:
  `spoilers_of`;
- list those that it binds but for imports that were there already: `bound_anew`.

Pure, and decided from the text alone.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from proctor.plan.analysis import names_of
from proctor.plan.doubts import MUTATORS
from proctor.plan.packages import aliases_of, imports_of
from proctor.plan.spelled import plainly
from proctor.plan.trees import root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["bound_anew", "bound_in_functions", "changed_by", "mutated_by", "spoilers_of"]

# Functions that change their first argument.
CHANGING = frozenset(
    {
        *("shuffle", "heappush", "heappop", "heapify", "heapreplace", "insort", "insort_left", "insort_right"),
        *("put", "place", "copyto", "putmask", "fill_diagonal", "put_along_axis"),
    }
)
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def changed_by(text: str, imports: frozenset[str]) -> frozenset[str]:
    """Names that code binds at the top, or changes in place anywhere; to call what a module has changes no module."""
    names = names_of(text)
    touched = set(names.touches)
    for node in ast.walk(plainly(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            touched |= _changed_in(node)
    return names.binds | (touched - imports)


def mutated_by(text: str) -> frozenset[str]:
    """
    Names whose values code changes in place beyond doubt; `changed_by` has those that any method may change, too.

    Examples
    --------
    >>> sorted(mutated_by("a.mean(); b.sort(); c[0] = 1; d.dropna(inplace=True); random.shuffle(e)"))
    ['b', 'c', 'd', 'e']
    """
    return frozenset(_mutated(plainly(text), frozenset()))


def spoilers_of(text: str) -> frozenset[str]:
    """
    Functions at the top that change an argument in place beyond doubt; one that they bind anew before is their own.

    Examples
    --------
    >>> sorted(spoilers_of("def f(a):\\n    a[0] = 1\\ndef g(a):\\n    a = a.copy()\\n    a.sort()"))
    ['f']
    """
    functions = (it for it in plainly(text).body if isinstance(it, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return frozenset(it.name for it in functions if _spoils(it))


def _spoils(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = function.args
    given = {it.arg for it in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    for statement in function.body:
        if _mutated(statement, frozenset()) & given:
            return True
        given -= names_of(ast.unparse(statement)).binds
    return False


def _mutated(node: ast.AST, own: frozenset[str]) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        own |= _own_names(node)
    found: set[str] = set()
    if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        found.add(root_of(node))
    elif isinstance(node, ast.AugAssign):
        found.add(root_of(node.target))
    elif isinstance(node, ast.Call):
        found |= {root_of(it) for it in _mutated_by_call(node)}
    return (found - own - {""}).union(*(_mutated(it, own) for it in ast.iter_child_nodes(node)))


def _mutated_by_call(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in CHANGING and node.args:
        yield node.args[0]
    for keyword in node.keywords:
        if keyword.arg == "out":
            yield keyword.value
        elif keyword.arg == "inplace" and isinstance(node.func, ast.Attribute):
            yield node.func.value
    if isinstance(node.func, ast.Attribute) and name in MUTATORS:
        yield node.func.value


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
    outer = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    return outer | (set(inner.touches) - _own_names(function))


def _own_names(function: Function) -> frozenset[str]:
    """Its arguments and what it binds itself."""
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    arguments = function.args
    own = {it.arg for it in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    own |= {it.arg for it in (arguments.vararg, arguments.kwarg) if it is not None}
    outer = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    return frozenset(own | names_of("\n".join(ast.unparse(it) for it in body)).binds) - outer
