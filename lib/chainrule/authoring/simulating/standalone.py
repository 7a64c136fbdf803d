"""A declared answer as code that runs in a student's notebook.

What you can do with this file:

- write a function with everything it needs as the text of one cell: `standalone_cell`.

Declared answers and mistakes lean on helpers, closures and the library. A simulated student has none of
that: the text defines what the student edition lacks and imports what it holds.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.authoring.building.parts import lies_in
from chainrule.authoring.building.student_edition import ALWAYS_INSIDE
from chainrule.checking.errors import AuthorError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["standalone_cell"]


def standalone_cell(name: str, function: Any) -> str:
    """
    Write a cell that defines `name` and behaves like `function`.

    Parameters
    ----------
    name : str
        What the student's function is called.
    function : callable
        A reference, an alternative or a mistake.

    Returns
    -------
    str
        Python source, independent of the other cells.

    Raises
    ------
    AuthorError
        The function leans on something whose source cannot be written down.

    Examples
    --------
    >>> import numpy as np
    >>> print(standalone_cell("absolute", np.abs), end="")
    def _make_absolute():
        import numpy as np
        return np.absolute
    <BLANKLINE>
    <BLANKLINE>
    absolute = _make_absolute()
    """
    return _factory(name, function) + "\n"


def _factory(name: str, function: Any) -> str:
    """A function that makes the value in a scope of its own, and its call."""
    scope = _Scope()
    value = scope.expression(function, name)
    body = "\n".join([*scope.lines, f"return {value}"])
    return f"def _make_{name}():\n{textwrap.indent(body, '    ')}\n\n\n{name} = _make_{name}()"


class _Scope:
    """The lines of one factory, dependencies first, and the names that they bind."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._bound: dict[str, Any] = {}

    def expression(self, value: Any, name: str) -> str:
        """Text that gives the value, after the lines that it needs."""
        own = getattr(value, "__name__", "")
        if own and getattr(np, own, None) is value:
            self._bind("np", np)
            return f"np.{own}"
        if isinstance(value, types.FunctionType) and not self._is_imported(value):
            return self._function(value)
        if isinstance(value, type) and not self._is_imported(value):
            return self._class(value)
        if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type)):
            self._bind(value.__name__, value)
            return value.__name__
        if value is None or isinstance(value, (bool, int, float, str, tuple)):
            return repr(value)
        raise AuthorError(f"{name}: cannot write a value of type {type(value).__name__} as source.")

    def _class(self, made: type) -> str:
        """A class with its methods, after what they need; its bases and decorators are left out."""
        tree = _class_tree(made)
        attributes = _attributes(tree)
        for method in [it for it in vars(made).values() if isinstance(it, types.FunctionType)]:
            cells = zip(method.__code__.co_freevars, method.__closure__ or (), strict=True)
            for free, cell in cells:
                # The class itself comes with the text; `super()` makes a cell for it.
                if free != "__class__" and cell.cell_contents is not made:
                    self._bind(free, cell.cell_contents, attributes.get(free, ()))
        self._bind_globals(tree, vars(sys.modules[made.__module__]), made)
        self._bound[made.__name__] = made
        self.lines.append(ast.unparse(tree))
        return made.__name__

    def _bind_globals(self, tree: ast.AST, scope: Mapping[str, Any], itself: object) -> None:
        attributes = _attributes(tree)
        for name in _names(tree):
            if name in scope and scope[name] is not itself:
                self._bind(name, scope[name], attributes.get(name, ()))

    def _function(self, function: types.FunctionType) -> str:
        tree = _tree_of(function)
        attributes = _attributes(tree)
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        for free, cell in cells:
            if cell.cell_contents is not function:
                self._bind(free, cell.cell_contents, attributes.get(free, ()))
        self._bind_globals(tree, function.__globals__, function)
        if isinstance(tree, ast.Lambda):
            return ast.unparse(tree)
        if tree.name not in self._bound:
            self._bound[tree.name] = function
            self.lines.append(ast.unparse(tree))
        return str(tree.name)

    def _bind(self, name: str, value: Any, attributes: tuple[str, ...] = ()) -> None:
        """Make a name mean a value in this scope; a name that means something else gets a scope inside."""
        if name in self._bound and isinstance(value, types.ModuleType) and self._is_inlined(value.__name__):
            self._bound.pop(name)  # further attributes of the same stand-in
        if name in self._bound:
            if self._bound[name] is not value:
                raise AuthorError(f"{name} means two things in one answer; rename one.")
            return
        self._bound[name] = value
        if isinstance(value, types.ModuleType):
            self.lines.append(self._module(name, value, attributes))
        elif isinstance(value, (types.FunctionType, type)) and not self._is_imported(value):
            self.lines.append(_factory(name, value))
        elif isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type)) and value.__module__:
            imported = f"{value.__name__} as {name}" if value.__name__ != name else name
            self.lines.append(f"from {value.__module__} import {imported}")
        else:
            self.lines.append(f"{name} = {self.expression(value, name)}")

    def _module(self, name: str, module: types.ModuleType, attributes: tuple[str, ...]) -> str:
        """An import, or for a module that students lack a stand-in with the functions that are used."""
        if not self._is_inlined(module.__name__):
            return f"import {module.__name__} as {name}"
        made = [_factory(it, getattr(module, it)) for it in attributes]
        listed = ", ".join(f"{it}={it}" for it in attributes)
        return "\n".join([*made, "from types import SimpleNamespace", f"{name} = SimpleNamespace({listed})"])

    @staticmethod
    def _is_inlined(module: str | None) -> bool:
        package, _, part = str(module).partition(".")
        return package == "chainrule" and bool(part) and not lies_in(part, ALWAYS_INSIDE)

    def _is_imported(self, value: types.FunctionType | type) -> bool:
        """Whether a student can import it; a class of our own modules that students lack is written out."""
        module = str(value.__module__)
        if isinstance(value, type) and not module.startswith("chainrule."):
            return True
        return module.startswith(("chainrule.", "numpy")) and not self._is_inlined(module)


def _tree_of(function: types.FunctionType) -> Any:
    """The syntax of a function without annotations, decorators and docstring, or of a lambda."""
    # The whole file, since a lambda in a table has no source that `inspect` could cut out.
    file_tree = ast.parse(inspect.getsource(inspect.getmodule(function) or function))
    code = function.__code__
    kinds = ast.Lambda if function.__name__ == "<lambda>" else ast.FunctionDef
    nodes = [node for node in ast.walk(file_tree) if isinstance(node, kinds) and _contains(node, code)]
    if not nodes:
        raise AuthorError(f"Cannot find the source of {function.__qualname__}.")
    node = min(nodes, key=_extent)  # the innermost: others lie around it
    if isinstance(node, ast.Lambda):
        return node
    _strip(node)
    return node


def _class_tree(made: type) -> ast.ClassDef:
    """The syntax of a class without docstrings and annotations."""
    file_tree = ast.parse(inspect.getsource(sys.modules[made.__module__]))
    nodes = [node for node in ast.walk(file_tree) if isinstance(node, ast.ClassDef) and node.name == made.__name__]
    if len(nodes) != 1:
        raise AuthorError(f"Expected one class {made.__name__} in {made.__module__}, found {len(nodes)}.")
    tree = nodes[0]
    tree.bases, tree.decorator_list = [], []
    methods = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    for method in methods:
        _strip(method)
    shared = [node for node in tree.body if isinstance(node, ast.Assign)]
    tree.body = [*shared, *methods]
    return tree


def _strip(function: ast.FunctionDef) -> None:
    """Leave out decorators, annotations and the docstring: what they need a student may lack."""
    function.decorator_list = []
    for inner in [node for node in ast.walk(function) if isinstance(node, ast.FunctionDef)]:  # itself among them
        inner.returns, arguments = None, inner.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            argument.annotation = None
    if ast.get_docstring(function):
        function.body = function.body[1:]
    for node in ast.walk(function):
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(node, name, [_without_annotation(it) for it in value])


def _without_annotation(node: Any) -> Any:
    """`x: int = 1` as `x = 1`."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.copy_location(ast.Assign([node.target], node.value), node)
    return node


def _contains(node: Any, code: types.CodeType) -> bool:
    """Whether every instruction of a code object lies in the body of a node."""
    body = node.body if isinstance(node.body, list) else [node.body]
    begin = (body[0].lineno, body[0].col_offset)
    end = (body[-1].end_lineno, body[-1].end_col_offset)
    # Instructions that the compiler adds have no place, or an empty one at the edge.
    spans = [it for it in code.co_positions() if None not in it and it[2:] != (0, 0)]
    return bool(spans) and all(begin <= (it[0], it[2]) and (it[1], it[3]) <= end for it in spans)


def _extent(node: Any) -> tuple[int, int]:
    lines = node.end_lineno - node.lineno
    return lines, (node.end_col_offset - node.col_offset) if lines == 0 else 0


def _names(tree: ast.AST) -> list[str]:
    return list(dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)))


def _attributes(tree: ast.AST) -> dict[str, tuple[str, ...]]:
    """For every name the attributes that are read from it."""
    found: dict[str, dict[str, None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, {})[node.attr] = None
    return {name: tuple(attributes) for name, attributes in found.items()}
