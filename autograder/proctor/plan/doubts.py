"""What in a test's text cannot be the same outside as inside, whatever the solved notebook shows.

What you can do with this file:

- say why a test must run both ways: `doubt_of`.

Pure. Values cross between the processes as copies: of what a student returns the test gets an equal one, not the same.
So it cannot see from outside whether two of them are one, nor change the student's own in place.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from proctor.plan.trees import parsed, root_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["doubt_of"]

MUTATORS = frozenset(
    {
        *("append", "extend", "insert", "remove", "pop", "clear", "update", "add", "discard", "sort", "reverse"),
        *("setdefault", "popitem", "fill", "resize", "rotate", "appendleft", "popleft", "extendleft"),
    }
)
MAKERS = frozenset(
    {"list", "dict", "set", "tuple", "sorted", "bytearray", "deque", "copy", "deepcopy", "array", "zeros"}
)
FRESH = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Constant, ast.BinOp)
SINGLE = frozenset({"NotImplemented", "Ellipsis"})


def doubt_of(test: str, imports: Iterable[str]) -> str:
    """
    Say why a test must run both ways.

    Parameters
    ----------
    test : str
        The cell, hidden part included.
    imports : iterable of str
        Names that the author's cells import: what they open is no student's.

    Returns
    -------
    str
        A few words, or nothing.

    Examples
    --------
    >>> doubt_of("assert f(x) is not x", [])
    'it asks whether two things are one'
    >>> doubt_of("assert f(3) is None", [])
    ''
    """
    tree = parsed(test)
    own = _made_here(tree)
    known = frozenset(imports) | frozenset(dir(builtins)) | _imported_here(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and _asks_identity(node):
            return "it asks whether two things are one"
        if isinstance(node, (ast.With, ast.AsyncWith)) and any(
            root_of(it.context_expr) not in known for it in node.items
        ):
            return "it opens a context of the student's"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            changed = node.func.value
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
            changed = node.value
        else:
            continue
        if not isinstance(changed, FRESH) and root_of(changed) not in own:
            return "it changes what it gets in place"
    return ""


def _asks_identity(node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    return any(
        isinstance(operator, (ast.Is, ast.IsNot)) and not (_is_single(sides[number]) or _is_single(sides[number + 1]))
        for number, operator in enumerate(node.ops)
    )


def _is_single(node: ast.AST) -> bool:
    """Things of which there is one on each side: None, True, types of data."""
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, bool) or node.value is Ellipsis
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id == "type"
    return isinstance(node, ast.Name) and node.id in SINGLE


def _made_here(tree: ast.AST) -> frozenset[str]:
    """Names that the test binds to what it has made itself."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_fresh(node.value):
            found |= {it.id for it in node.targets if isinstance(it, ast.Name)}
    return frozenset(found)


def _is_fresh(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in MAKERS
    return isinstance(node, FRESH)


def _imported_here(tree: ast.AST) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(it.asname or it.name).split(".")[0] for it in node.names}
    return frozenset(found)
