"""Modules that students write, in the examiner: their members are the student's, over the wire.

What you can do with this file:

- let them be imported: `student_modules`.

The test cells and the author's cells say `from layers import relu` as ever. What they get stands for the student's own
`relu`: the module is imported in the student's process, and nothing of it runs here.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proctor.examiner.namespace import Namespace
    from proctor.examiner.student import StudentProcess

__all__ = ["student_modules"]


class _Module(types.ModuleType):
    """A module whose members are fetched when they are asked for."""

    def __init__(self, name: str, members: _Members) -> None:
        super().__init__(name)
        self._proctor_members = members

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        return self._proctor_members.fetched(self.__name__, name)


class _Members:
    """Imports in the student's process, under names of its own there."""

    def __init__(self, process: StudentProcess, names: Namespace) -> None:
        self._process, self._names = process, names

    def begin(self, module: str) -> None:
        """Import a module there."""
        alias = f"_proctor_{module.replace('.', '_')}"
        self._run(f"import {module} as {alias}")
        if self._kind(alias) == "absent":
            raise ImportError(f"cannot import {module!r}: it fails in the student's process", name=module)

    def fetched(self, module: str, name: str) -> Any:
        """What stands for a member."""
        alias = f"_proctor_{module.replace('.', '_')}_{name}"
        if name == "__all__":
            public = f"getattr({module}, '__all__', [it for it in vars({module}) if not it.startswith('_')])"
            self._run(f"import {module}\n{alias} = list({public})")
        else:
            self._run(f"from {module} import {name} as {alias}")
        try:
            return self._names[alias]
        except KeyError:
            raise AttributeError(f"module {module!r} has no attribute {name!r}") from None

    def _run(self, source: str) -> None:
        deadline = self._process.bounds.deadline  # running a cell would lift the limit of the test that asks
        try:
            self._process.run(source)
        finally:
            self._process.bounds.deadline = deadline

    def _kind(self, name: str) -> str:
        return str(self._process.connection.ask("kind", name))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the students' modules before any of the same name."""

    def __init__(self, modules: frozenset[str], members: _Members) -> None:
        self._modules, self._members = modules, members

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:  # noqa: ARG002 - Python's signature
        """Say that a module is here."""
        return importlib.machinery.ModuleSpec(fullname, self) if fullname in self._modules else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Make the module."""
        return _Module(spec.name, self._members)

    def exec_module(self, module: types.ModuleType) -> None:
        """Import it in the student's process."""
        self._members.begin(module.__name__)


def student_modules(modules: Iterable[str], process: StudentProcess, names: Namespace) -> None:
    """
    Let the students' modules be imported, for the rest of this process.

    Parameters
    ----------
    modules : iterable of str
        Their full names.
    process : StudentProcess
        Where they run.
    names : Namespace
        Stands for what is there.
    """
    wanted = frozenset(modules)
    if not wanted:
        return
    for name in wanted:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, _Finder(wanted, _Members(process, names)))
