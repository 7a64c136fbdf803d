"""The names that test cells see: the author's here, the student's over the wire.

What you can do with this file:

- hold them: `Namespace`, a dictionary for `exec`; let `__main__` be that namespace: `main_module`.

Who owns a name was found out when the instructor's solved notebook ran (`ownership`). What the author's cells bind
is here and nobody else's. Names that the solution cells bind, and data of the author's that they change, are the
student's: functions and classes become stand-ins, plain data become copies, fetched once between two cells of the
student. Assigning or deleting the name of a student's function acts in the student's process.
"""

from __future__ import annotations

import builtins
import sys
import types
from typing import TYPE_CHECKING, Any

from IPython.core.display_functions import display

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proctor.examiner.student import StudentProcess

__all__ = ["Namespace", "main_module"]

MISSING = object()
WATCHING = frozenset({"time", "capture", "timeit", "prun"})


class Namespace(dict[str, Any]):
    """Globals of the test cells."""

    def __init__(
        self,
        student: StudentProcess,
        defined: frozenset[str],
        moving: frozenset[str] = frozenset(),
        mirrored: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(
            __builtins__=builtins, __name__="__main__", get_ipython=lambda: _NoShell(self), display=display
        )
        self._student = student
        self._defined = defined
        self._moving, self._mirrored = moving, mirrored
        self._fetched: set[str] = set()
        self._replaced: set[str] = set()
        self._patched: dict[str, tuple[Any, Any]] = {}
        self.in_test = False

    def author_class(self, name: str) -> object:
        """A class that the author's cells bind, or None."""
        return dict.get(self, name) if name not in self._fetched else None

    def hand_over(self, names: frozenset[str]) -> None:
        """From now on these names are the student's."""
        for name in names:
            self.pop(name, None)
        self._fetched -= names

    def forget_fetched(self) -> None:
        """A cell of the student has run: what was fetched may be another value now."""
        for name in self._fetched:
            self.pop(name, None)
        self._fetched.clear()

    def __missing__(self, name: str) -> Any:
        found = self._found(name)
        if found is MISSING:
            raise KeyError(name)
        return found

    # `in` and `get` of a dictionary do not ask `__missing__`.
    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or (isinstance(name, str) and self._found(name) is not MISSING)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __setitem__(self, name: str, value: Any) -> None:
        if self.in_test and self._is_students(name) and (name in self._replaced or callable(value)):
            self._student.connection.ask("set", name, value)
            self._replaced.add(name)
            self._fetched.discard(name)
            self.pop(name, None)
            return
        if self.in_test and name in self._moving:
            self._student.connection.ask("set", name, value)
            return
        if self.in_test and name in self._mirrored:
            self._student.connection.ask("set", name, value)
        self._fetched.discard(name)
        super().__setitem__(name, value)

    def patch(self, name: str, value: Any) -> None:
        """Assign as an attribute of `__main__`: what stands for a function must stand for it in both processes."""
        mine = dict.get(self, name, MISSING)
        if name in self._patched and value is self._patched[name][0]:  # `patch` puts back what was there
            there = self._patched.pop(name)[1]
            self._student.connection.ask("set", name, there)
            super().__setitem__(name, value)
            return
        if self.in_test and callable(value) and not self._is_students(name):
            if mine is not MISSING and self._kind(name) != "absent":
                self._patched[name] = (mine, self._student.connection.ask("object", name))
                self._student.connection.ask("set", name, value)
                super().__setitem__(name, value)
                return
            self._replaced.add(name)
        self[name] = value

    def __delitem__(self, name: str) -> None:
        if self.in_test and self._is_students(name) and self._kind(name) != "absent":
            self._student.connection.ask("drop", name)
            self._replaced.add(name)
            self._fetched.discard(name)
            self.pop(name, None)
            return
        super().__delitem__(name)

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()

    def _is_students(self, name: str) -> bool:
        if dict.__contains__(self, name):
            return name in self._fetched
        return name in self._defined or name in self._replaced

    def _kind(self, name: str) -> str:
        return str(self._student.connection.ask("kind", name))

    def _found(self, name: str) -> Any:
        # Who defines another `sum` than the author did changes no test.
        if (name.startswith("__") and name.endswith("__")) or (hasattr(builtins, name) and name not in self._defined):
            return MISSING
        kind = self._kind(name)
        if kind in ("absent", "module"):  # modules are the examiner's own
            return MISSING
        if kind in ("data", "callable", "coroutine"):
            value = self._student.connection.ask("get", name)
        else:
            value = self._student.connection.ask("object", name)
        if name in self._moving:  # the next call may bind it anew
            return value
        self._fetched.add(name)
        super().__setitem__(name, value)
        return value


class _NoShell:
    """What `get_ipython()` gives in a test cell: line magics do nothing, cell magics run their cell."""

    def __init__(self, names: Namespace) -> None:
        self._names = names
        self.user_ns = names

    def run_line_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> None:
        """Run the statement behind a magic that only watches it; do nothing else."""
        if name in WATCHING:
            exec(compile(line, f"<%{name}>", "exec"), self._names)  # noqa: S102 - the author's test cell

    def run_cell_magic(self, name: str, _: str, cell: str) -> None:
        """Run the cell, for magics that only watch or catch; others are about other languages."""
        if name in WATCHING:
            exec(compile(cell, f"<%%{name}>", "exec"), self._names)  # noqa: S102 - the author's test cell

    def system(self, *_: Any) -> None:
        """Do nothing."""

    def getoutput(self, *_: Any, **__: Any) -> list[str]:
        """Run nothing; a test needs no shell."""
        return []


class _Main(types.ModuleType):
    """The module `__main__`, whose attributes are the names of a namespace: for `patch("__main__.f")`."""

    def __init__(self, names: Namespace) -> None:
        super().__init__("__main__")
        object.__setattr__(self, "_names", names)

    def __getattribute__(self, name: str) -> Any:
        names = object.__getattribute__(self, "_names")
        if name == "__dict__":
            return names
        try:
            return names[name]
        except KeyError:
            return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__getattribute__(self, "_names").patch(name, value)

    def __delattr__(self, name: str) -> None:
        try:
            del object.__getattribute__(self, "_names")[name]
        except KeyError:
            raise AttributeError(name) from None


def main_module(names: Namespace) -> None:
    """Let `__main__` be a namespace, for the rest of this process."""
    sys.modules["__main__"] = _Main(names)
