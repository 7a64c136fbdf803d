"""Every call that some modules make, and a fault at one of them.

What you can do with this file:

- give calls of modules their numbers while a `with` statement runs: `CallSites`; note those that are made: `watching`;
- let one of them raise: `fault`; list those that were made, or have raised: `reached`.

Theory of operation. The functions of a module get new code for a while: each call `f(x)` is compiled as
`reached(number, f)(x)`. So nothing is left out: a call that somebody writes tomorrow has its number tomorrow. A call
counts for a student when the innermost frame that speaks of any student speaks of that one, or when it is made for some
of a class together who are tried again without the one that fails, and the student is among them. To look at frames
takes most of the time, so nobody looks where nothing is noted and nothing is to raise.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import os
import sys
import tempfile
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

ANY = -1  # in the place of a call's number
TOGETHER = ("of_all_but", "_of_all_but_one")  # these call something with some of a class
SPEAKING = ("student", "student_id", "person", "result", "id", "folder", "copy", "path", "task")

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Site:
    """A call in the text of a module."""

    module: str
    line: int
    column: int
    callee: str

    def __str__(self):
        return f"{self.module}:{self.line}:{self.column} {self.callee}"


@dataclass
class _Numbering(ast.NodeTransformer):
    """Gives every call a number."""

    module: str
    sites: list[Site]
    spared: tuple[str, ...]
    hook: str

    def visit_FunctionDef(self, node):
        return node if f"{self.module}.{node.name}" in self.spared else self.generic_visit(node)

    def visit_Call(self, node):
        if ast.unparse(node.func).split(".")[-1] in self.spared:
            return self.generic_visit(node)
        site = Site(self.module, node.lineno, node.col_offset, ast.unparse(node.func))
        self.generic_visit(node)
        hook = ast.Call(ast.Name(self.hook, ast.Load()), [ast.Constant(len(self.sites)), node.func], [])
        node.func = ast.copy_location(hook, node.func)
        self.sites.append(site)
        return node


@dataclass
class CallSites:
    """
    The calls of modules, for one student of a class.

    `names` leads from what stands for a student, such as the name of a folder, to the student. Forks count as well:
    what they call, they write into a file. Calls of what is
    `spared`, and those in functions that are, are left alone.
    """

    modules: tuple[types.ModuleType, ...]
    names: dict[str, str]
    student: str
    spared: tuple[str, ...] = ()
    sites: list[Site] = field(default_factory=list)
    _wanted: int | None = None
    _make_error: Callable[[], Exception] | None = None

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        self._log = self._stack.enter_context(tempfile.NamedTemporaryFile())
        self._seen, self._kinds = set(), {}
        self._pid = os.getpid()
        self._watched = {it.__name__ for it in self.modules}
        hook = f"reached_{id(self)}"
        setattr(builtins, hook, self._reached)
        self._stack.callback(delattr, builtins, hook)
        codes = {}
        for module in self.modules:
            tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
            tree = ast.fix_missing_locations(_Numbering(module.__name__, self.sites, self.spared, hook).visit(tree))
            codes |= dict(_codes(compile(tree, module.__file__, "exec", dont_inherit=True)))
        for it in [it for it in gc.get_objects() if isinstance(it, types.FunctionType)]:
            if new := codes.get(_key(it.__code__)):
                self._stack.callback(setattr, it, "__code__", it.__code__)
                it.__code__ = new
        return self

    def __exit__(self, *exception):
        self._stack.close()

    def reached(self):
        """The calls that were made for the student since this was asked last, in the order of the modules."""
        found, self._seen = self._seen | {int(it) for it in Path(self._log.name).read_text().split()}, set()
        self._log.truncate(0)
        return sorted(found)

    @contextlib.contextmanager
    def watching(self):
        """Note the calls that are made for the student."""
        with self._looking(ANY, None):
            yield

    @contextlib.contextmanager
    def fault(self, number, make_error):
        """Let a call raise a new error whenever it is made for the student."""
        with self._looking(number, make_error):
            yield

    @contextlib.contextmanager
    def _looking(self, wanted, make_error):
        self.reached()
        self._wanted, self._make_error = wanted, make_error
        try:
            yield
        finally:
            self._wanted = self._make_error = None

    def _reached(self, number, function):
        if self._wanted not in (number, ANY) or (self._make_error is None and number in self._seen):
            return function
        if self.student == self._concerned(sys._getframe(1)) or self._in_company(sys._getframe(1)):
            self._seen.add(number)
            if os.getpid() != self._pid:
                with open(self._log.name, "a") as file:  # noqa: PTH123 - pathlib is under watch
                    file.write(f"{number}\n")
            if self._make_error is not None:
                # A new one, kept nowhere: it would keep its frames, and the cursors in them, open.
                raise self._make_error()
        return function

    def _concerned(self, frame):
        """The student of whom the innermost frame speaks that speaks of any."""
        while frame is not None:
            if found := self._speaks(frame):
                return found.pop() if len(found) == 1 else None
            frame = frame.f_back
        return None

    def _speaks(self, frame):
        """The students of whom a frame speaks."""
        if frame.f_globals.get("__name__") not in self._watched:
            return set()
        return {name for value in frame.f_locals.values() for name in self._spoken_of(value)}

    def _in_company(self, frame):
        """Whether it is among those for whom something is made together, and nobody is spoken of alone."""
        while frame.f_back is not None and not self._speaks(frame):
            if frame.f_back.f_code.co_name in TOGETHER:
                return self.student in frame.f_locals[frame.f_code.co_varnames[0]]
            frame = frame.f_back
        return False

    def _spoken_of(self, value, depth=2):
        speaks = self._kinds.get(type(value))
        if speaks is None:
            speaks = self._kinds[type(value)] = _kind(type(value))
        if speaks == "text":
            return [self.names[value]] if value in self.names else []
        if speaks == "path":
            return [self.names[part] for part in (*value.parts, value.stem) if part in self.names]
        if speaks == "fields" and depth:
            inner = (getattr(value, name, None) for name in SPEAKING)
            return [name for it in inner for name in self._spoken_of(it, depth - 1)]
        return ()


def _kind(kind):
    """How values of a type speak of somebody."""
    if issubclass(kind, str):
        return "text"
    if issubclass(kind, Path):
        return "path"
    return "fields" if kind.__module__.startswith(("proctor.", "sqlalchemy.engine.row")) else "not"


def _key(code):
    return code.co_filename, code.co_qualname, code.co_firstlineno, code.co_freevars


def _codes(code):
    for it in code.co_consts:
        if isinstance(it, types.CodeType):
            yield _key(it), it
            yield from _codes(it)
