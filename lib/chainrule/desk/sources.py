"""The text of an answer with all that it needs, so that it runs where its notebook is not.

What you can do with this file:

- write a function or class of the notebook down as the text of a module: `module_text`;
- learn which names of a text come from outside it: `outside_names`.

The texts are those of the cells that were run; of values only plain ones can be written down.
"""

from __future__ import annotations

import ast
import builtins
import symtable
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from chainrule.checking.errors import ChainRuleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["CannotKeep", "module_text", "outside_names"]

ARRAYS = "cupy"  # a text that was kept on a GPU must run without one, too
EITHER = """from chainrule.backend import gpu_state

if gpu_state().usable:
    import cupy as {0}
else:
    import numpy as {0}"""


class CannotKeep(ChainRuleError):  # noqa: N818 - reads as a sentence in a traceback
    """An answer cannot be written down; the message says why, and what to change."""


def module_text(name: str, names: Mapping[str, Any]) -> str:
    """
    Write an answer down as a module: imports, constants, what it calls, and itself.

    Parameters
    ----------
    name : str
        The function or class.
    names : mapping of str to object
        What the notebook has defined, with the texts of its cells under "In".

    Returns
    -------
    str
        The text of a module.

    Raises
    ------
    CannotKeep
        It uses a value that no text can hold, or its own text is not to be found; the sentence says which.

    Examples
    --------
    >>> cells = ["half = 0.5", "def scale(x):\\n    return half * x"]
    >>> names = {"In": cells}
    >>> exec("\\n".join(cells), names)
    >>> print(module_text("scale", names))
    half = 0.5
    <BLANKLINE>
    <BLANKLINE>
    def scale(x):
        return half * x
    <BLANKLINE>
    """
    parts = _Parts(names)
    parts.add(name, name)
    heads = ["\n".join(sorted(parts.imports)), *parts.blocks, "\n".join(parts.constants)]
    return "\n\n\n".join([*(it for it in heads if it), *parts.definitions]) + "\n"


def outside_names(text: str) -> set[str]:
    """
    Find the names that a text uses and does not define.

    Parameters
    ----------
    text : str
        Python.

    Returns
    -------
    set of str
        Without built-in ones.

    Examples
    --------
    >>> outside_names("def f(x):\\n    y = x\\n    return g(y) + len(C)") == {"g", "C"}
    True
    """
    found: set[str] = set()
    defined: set[str] = set()
    tables = [symtable.symtable(text, "<answer>", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for it in table.get_symbols():
            if table.get_type() == "module" and (it.is_assigned() or it.is_imported()):
                defined.add(it.get_name())
            elif it.is_referenced() and (it.is_global() or table.get_type() == "module"):
                found.add(it.get_name())
    return found - defined - set(vars(builtins))


class _Parts:
    """The parts of a module, as they are found."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names, self._seen = names, set[str]()
        self.imports: set[str] = set()
        self.blocks: list[str] = []
        self.constants: list[str] = []
        self.definitions: list[str] = []

    def add(self, name: str, user: str) -> None:
        """Add what a name stands for, and before it what that needs."""
        if name in self._seen or name not in self._names:  # a name that is not there fails when it is called
            return
        self._seen.add(name)
        value = self._names[name]
        if isinstance(value, ModuleType):
            self._import_module(name, value)
        elif home := _home(value):
            alias = "" if home[1] == name else f" as {name}"
            self.imports.add(f"from {home[0]} import {home[1]}{alias}")
        elif (text := _definition(name, self._names)) is not None and callable(value):
            for needed in sorted(outside_names(text)):
                self.add(needed, name)
            self.definitions.append(text)
        elif _is_plain(value):
            self.constants.append(f"{name} = {value!r}")
        else:
            raise CannotKeep(_cannot(name, user, value))

    def _import_module(self, name: str, module: ModuleType) -> None:
        whole = module.__name__
        if whole == ARRAYS:
            self.blocks.append(EITHER.format(name))
            return
        above, _, last = whole.rpartition(".")
        if name == whole:
            self.imports.add(f"import {whole}")
        elif above and last == name:
            self.imports.add(f"from {above} import {last}")
        else:
            self.imports.add(f"import {whole} as {name}")


def _home(value: Any) -> tuple[str, str] | None:
    """The module that a function or class can be imported from, and its name there."""
    name = getattr(value, "__name__", None)
    for home in (getattr(value, "__module__", None), "numpy"):  # NumPy's functions on arrays do not say where they are
        module = sys.modules.get(home) if isinstance(home, str) and home != "__main__" else None
        if isinstance(name, str) and module is not None and vars(module).get(name) is value:
            return module.__name__, name
    return None


def _definition(name: str, names: Mapping[str, Any]) -> str | None:
    """The newest text that binds a name: a function, a class, or a name for an expression."""
    for cell in _cells(names):
        try:
            statements = ast.parse(cell).body
        except (SyntaxError, ValueError):
            continue
        for it in reversed(statements):
            if _binds(it, name):
                first = min([it.lineno, *(each.lineno for each in getattr(it, "decorator_list", ()))])
                return "\n".join(cell.splitlines()[first - 1 : it.end_lineno])
    return None


def _binds(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return statement.name == name
    return isinstance(statement, ast.Assign) and any(
        isinstance(it, ast.Name) and it.id == name for it in statement.targets
    )


def _cells(names: Mapping[str, Any]) -> Iterator[str]:
    """The texts that were run, the newest first; of a script its file."""
    cells = names.get("In")
    if isinstance(cells, list):
        yield from (it for it in reversed(cells) if isinstance(it, str))
    elif isinstance(path := names.get("__file__"), str) and Path(path).is_file():
        yield Path(path).read_text(encoding="utf-8")


def _is_plain(value: Any) -> bool:
    """Whether what Python prints for a value makes it again."""
    try:
        return repr(ast.literal_eval(repr(value))) == repr(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return False


def _cannot(name: str, user: str, value: Any) -> str:
    if name == user:
        return f"{name} is no function or class of a cell. Define it with def or class."
    return f"{user} uses {name}, a value of type {type(value).__name__} that only this notebook has. Pass it in."
