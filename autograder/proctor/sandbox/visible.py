"""What of this Python a sandbox sees: the interpreter, its standard library, and allow-listed distributions.

What you can do with this file:

- list the installed packages that student code sees: `distributions`;
- say whether a module is installed and out of sight: `hides`;
- spell the name of one as all tools do: `normalized`;
- name their files and folders: `package_paths`;
- name what belongs to the interpreter itself, and what in it must be covered: `interpreter`.

Seen is what the notebooks need, with all that it needs in turn, and what came from a package index: a student may use
what is installed, as under nbgrader. Packages out of a folder or a repository stay out, above all the reference
solutions of the course, and so does proctor.
"""

from __future__ import annotations

import functools
import importlib.metadata
import os
import re
import site
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement

from proctor.sandbox.search_path import PACKAGE_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Interpreter", "distributions", "hides", "interpreter", "normalized", "package_paths"]

BASE = ("ipython", "matplotlib-inline", "msgpack", "numpy", "pexpect")
OURS = "proctor"


@dataclass(frozen=True)
class Interpreter:
    """The program, folders that are shown, and folders of packages in them that are covered."""

    program: Path
    shown: tuple[Path, ...]
    covered: tuple[Path, ...]


def distributions(
    modules: Iterable[str], more: Iterable[str] = (), *, never: Iterable[str] = (), hidden: Iterable[str] = ()
) -> tuple[str, ...]:
    """
    List the installed distributions that student code sees.

    Parameters
    ----------
    modules : iterable of str
        What notebooks import.
    more : iterable of str
        Further distributions by name.
    never : iterable of str
        Top-level modules whose distributions stay out, whoever asks for them.
    hidden : iterable of str
        Distributions that stay out unless something that is seen needs them.

    Returns
    -------
    tuple of str
        Normalized names, sorted.

    Examples
    --------
    >>> "numpy" in distributions(["numpy.linalg"])
    True
    >>> "pytest" in distributions([]), "pytest" in distributions([], hidden=["pytest"])
    (True, False)
    """
    providers = importlib.metadata.packages_distributions()
    refused = {normalized(name) for module in (*never, OURS) for name in providers.get(module, ())}
    out = frozenset(map(normalized, hidden))
    waiting = [*BASE, *more, *(name for it in modules for name in providers.get(it.split(".")[0], ()))]
    waiting += [name for name in _from_index() if name not in out]
    found: set[str] = set()
    while waiting:
        name = normalized(waiting.pop())
        if name in found or name in refused:
            continue
        try:
            wanted = importlib.metadata.requires(name) or ()
        except importlib.metadata.PackageNotFoundError:
            continue
        found.add(name)
        waiting += [it for text in wanted if (it := _needed(text))]
    return tuple(sorted(found))


@functools.cache
def _from_index() -> tuple[str, ...]:
    """Distributions that came from an index, not out of a folder or repository, and have no code that starts itself."""
    found = set()
    for installed in importlib.metadata.distributions():
        files = installed.read_text("RECORD") or ""
        if installed.read_text("direct_url.json") is None and ".pth," not in files and "__editable__" not in files:
            found.add(normalized(installed.metadata["Name"]))
    return tuple(sorted(found))


def hides(module: str, seen: Iterable[str]) -> bool:
    """
    Say whether a module is installed and out of sight.

    Parameters
    ----------
    module : str
        What code imports.
    seen : iterable of str
        The distributions that it sees.

    Returns
    -------
    bool
        False for what is seen, and for what is not installed at all.
    """
    names = importlib.metadata.packages_distributions().get(module.partition(".")[0], ())
    return bool(names) and not frozenset(map(normalized, names)) & frozenset(seen)


def package_paths(names: Iterable[str]) -> dict[str, Path]:
    """
    Name the files and folders of distributions.

    Parameters
    ----------
    names : iterable of str
        Installed distributions.

    Returns
    -------
    dict of str to pathlib.Path
        By their name in a folder of packages; distributions that are installed as links to a working copy are left
        out, since what else lies there is nobody's to see.
    """
    found: dict[str, Path] = {}
    for name in names:
        installed = importlib.metadata.distribution(name)
        for file in installed.files or ():
            top = file.parts[0]
            if top in ("..", "__pycache__") or top.endswith(".pth") or top.startswith("__editable__"):
                continue
            found[top] = Path(str(installed.locate_file(top)))
    return found


def interpreter() -> Interpreter:
    """
    Name what belongs to the interpreter.

    Returns
    -------
    Interpreter
        Of the Python that runs now, without its virtual environment.
    """
    program = Path(sys.executable).resolve()
    shown = {Path(os.__file__).parent}  # the standard library; a virtual environment has none of its own
    library = sysconfig.get_config_var("LIBDIR")
    names = {sysconfig.get_config_var("INSTSONAME"), sysconfig.get_config_var("LDLIBRARY")} - {None}
    shown |= {path for name in names if library and (path := Path(library) / str(name)).exists()}
    shown.add(program)
    covered = {Path(it) for it in site.getsitepackages([sys.base_prefix])}
    covered |= {folder / it for folder in shown for it in PACKAGE_FOLDERS}
    # Debian's own packages lie below /usr, which every sandbox sees.
    covered |= {path for place in ("lib", "local/lib") for path in Path("/usr", place).glob("python3*/*-packages")}
    inside = [it for it in covered if it.is_dir() and any(it.is_relative_to(top) for top in (*shown, Path("/usr")))]
    return Interpreter(program, tuple(sorted(shown)), tuple(sorted(inside)))


def normalized(name: str) -> str:
    """Write a distribution's name as package indexes do."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _needed(text: str) -> str:
    """The name in a requirement, where this Python needs it; requirements of extras are not followed."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return ""
    if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
        return ""
    return requirement.name
