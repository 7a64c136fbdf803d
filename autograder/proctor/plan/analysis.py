"""Which names a piece of notebook code binds, reads and may change; decided from its text alone.

What you can do with this file:

- read the names of a cell: `names_of`, which returns `Names`; those that it reads before it binds them: `asked_for`;
- take the import statements, or all definitions, out of a cell: `import_statements`, `definitions`;
- choose the author's cells that tests need: `needed_cells`.

Pure. Text that does not parse binds and reads nothing.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from proctor.plan.spelled import plainly
from proctor.plan.trees import KEPT, parsed, root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Names", "asked_for", "definitions", "import_statements", "names_of", "needed_cells"]

HARMLESS = frozenset({"print", "display", "len", "repr", "type", "isinstance", "help", "id", "dir"})
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Names:
    """
    The names in a cell.

    `binds` at its top level, `reads` anywhere, `touches`: those that a statement may change in place, by an
    attribute, an item, a method, or as an argument of a function. `star` says that it imports a star.
    """

    binds: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    touches: frozenset[str] = frozenset()
    star: bool = False


@lru_cache(maxsize=KEPT)
def names_of(source: str) -> Names:
    """
    Read the names of a cell.

    Parameters
    ----------
    source : str
        Notebook code, magics included.

    Returns
    -------
    Names
        What the cell binds, reads and may change.

    Examples
    --------
    >>> sorted(names_of("total = sum(values)").reads), sorted(names_of("total = 1").binds)
    (['sum', 'values'], ['total'])
    """
    tree = plainly(source)
    visitor = _TopLevel()
    for statement in tree.body:
        visitor.visit(statement)
    reads = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Load)}
    augmented = [node for node in ast.walk(tree) if isinstance(node, ast.AugAssign)]
    reads |= {it.target.id for it in augmented if isinstance(it.target, ast.Name)}  # Python calls that a Store alone
    return Names(frozenset(visitor.binds), frozenset(reads), frozenset(visitor.touches), visitor.star)


class _TopLevel(ast.NodeVisitor):
    """Walks statements, but not into the bodies of functions."""

    def __init__(self) -> None:
        self.binds: set[str] = set()
        self.touches: set[str] = set()
        self.star = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.binds.add(node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.binds.add(node.name)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.binds.add(node.name)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Its names are its own."""

    def _visit_comprehension(self, node: Any) -> None:
        """All of it; its variables are its own."""
        inner = _TopLevel()
        inner.generic_visit(node)
        own = {it.id for part in node.generators for it in ast.walk(part.target) if isinstance(it, ast.Name)}
        # A walrus inside binds outside.
        self.binds |= inner.binds - own
        self.touches |= inner.touches - own

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def visit_Import(self, node: ast.Import) -> None:
        self.binds |= {(it.asname or it.name).split(".")[0] for it in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.star |= any(it.name == "*" for it in node.names)
        self.binds |= {it.asname or it.name for it in node.names}

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, (ast.Store, ast.Del)):
            self.binds.add(node.id)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Its own name is gone again when it ends."""
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, (ast.Store, ast.Del)):
            self._touch(node.value)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.ctx, (ast.Store, ast.Del)):
            self._touch(node.value)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._touch(node.target)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            self._touch(node.func.value)
        if not (isinstance(node.func, ast.Name) and node.func.id in HARMLESS):
            for argument in [*node.args, *(it.value for it in node.keywords)]:
                self._touch(argument)
        self.generic_visit(node)

    def _touch(self, node: ast.AST) -> None:
        if name := root_of(node):
            self.touches.add(name)


@lru_cache(maxsize=KEPT)
def asked_for(source: str) -> frozenset[str]:
    """
    Read the names that a cell reads and has not surely bound itself before.

    Examples
    --------
    >>> sorted(asked_for("x = f(3)\\nassert x == y"))
    ['f', 'y']
    """
    asked: set[str] = set()
    bound: set[str] = set()
    _ask(plainly(source).body, asked, bound)
    return frozenset(asked)


def _ask(statements: Iterable[ast.stmt], asked: set[str], bound: set[str]) -> None:
    """Go through statements in order; what an `if` or a loop binds it may as well not bind."""
    for statement in statements:
        heads: list[ast.AST] = [statement]
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            heads = [it.context_expr for it in statement.items]
        loads = {it.id for head in heads for it in ast.walk(head) if isinstance(it, ast.Name)}
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            loads = {it.id for it in ast.walk(statement) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Load)}
        asked |= loads - bound
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            targets = (it.optional_vars for it in statement.items if it.optional_vars is not None)
            bound |= {it.id for target in targets for it in ast.walk(target) if isinstance(it, ast.Name)}
            _ask(statement.body, asked, bound)
        elif isinstance(statement, (ast.Assign, *IMPORTS, *FUNCTIONS)):
            bound |= names_of(ast.unparse(statement)).binds


@lru_cache(maxsize=KEPT)
def import_statements(source: str) -> str:
    """Take the top-level imports out of a cell."""
    return _chosen(source, IMPORTS)


def definitions(source: str, wanted: Iterable[str]) -> str:
    """Take out of a cell the imports, functions and classes that bind one of the wanted names."""
    names = frozenset(wanted)
    return "\n".join(
        ast.unparse(statement)
        for statement in parsed(source).body
        if isinstance(statement, (*IMPORTS, *FUNCTIONS)) and names_of(ast.unparse(statement)).binds & names
    )


def _chosen(source: str, kinds: tuple[type[ast.stmt], ...]) -> str:
    return "\n".join(ast.unparse(it) for it in parsed(source).body if isinstance(it, kinds))


def needed_cells(tests: Iterable[str], author: Mapping[int, str]) -> frozenset[int]:
    """
    Choose the author's cells that must run where the tests run.

    Parameters
    ----------
    tests : iterable of str
        The text of the test cells.
    author : mapping of int to str
        The text of the author's other code cells by place.

    Returns
    -------
    frozenset of int
        The places of the cells that bind or may change a name which a test reads, directly or through another
        chosen cell.

    Examples
    --------
    >>> sorted(needed_cells(["assert f(x) == 2"], {0: "x = 1", 1: "print('hello')", 2: "y = 3"}))
    [0]
    """
    names = {place: names_of(source) for place, source in author.items()}
    wanted: set[str] = set()
    for test in tests:
        wanted |= names_of(test).reads
    chosen: set[int] = set()
    while True:
        more = {
            place
            for place, found in names.items()  # a star may bind anything
            if place not in chosen and (found.star or found.binds & wanted or found.touches & wanted)
        }
        if not more:
            return frozenset(chosen)
        chosen |= more
        for place in more:
            wanted |= names[place].reads
