"""What in a test's text cannot be the same outside as inside, whatever the solved notebook shows.

What you can do with this file:

- say why a test must run both ways: `doubt_of`; say whether it shows a value, which may be partial credit: `shows`.

Pure. Values cross between the processes as copies: of what a student returns the test gets an equal one, not the same.
So it cannot see from outside that two of them are not one, nor change the student's own in place. That two are one it
does see: an object has one stand-in, an argument that comes back is the same, and copies are never one.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from proctor.plan.trees import parsed, root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["doubt_of", "shows"]

# Methods that change what they belong to, whatever that is.
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
SINGLE = frozenset(
    {
        *(
            "NotImplemented",
            "Ellipsis",
            "bool",
            "int",
            "float",
            "complex",
            "str",
            "bytes",
            "bytearray",
            "list",
            "tuple",
        ),
        *("dict", "set", "frozenset", "range", "slice"),
    }
)


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
    asserted = set(_asserted(tree))
    known = frozenset(imports) | frozenset(dir(builtins)) | _imported_here(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and node not in asserted and _asks_identity(node):
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


def shows(test: str) -> bool:
    """Whether a test ends in an expression, whose value a notebook shows."""
    body = parsed(test).body
    return bool(body) and isinstance(body[-1], ast.Expr) and not test.rstrip().endswith(";")


def _asserted(tree: ast.AST) -> Iterator[ast.Compare]:
    """What a test asserts to be one: `assert f(x) is x and ...`."""
    waiting = [node.test for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            waiting += node.values
        elif isinstance(node, ast.Compare) and all(isinstance(it, ast.Is) for it in node.ops):
            yield node


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
        if isinstance(node, ast.Assign):
            for target in node.targets:
                found |= {name.id for name, value in _pairs(target, node.value) if _is_fresh(value)}
    return frozenset(found)


def _pairs(target: ast.AST, value: ast.AST) -> Iterator[tuple[ast.Name, ast.AST]]:
    """Names and what each is bound to, in `a, b = 1, 2` too."""
    several = (ast.Tuple, ast.List)
    if isinstance(target, ast.Name):
        yield target, value
    elif isinstance(target, several) and isinstance(value, several) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, its)


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
