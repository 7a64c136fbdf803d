"""Digests of all that a result depends on, so that finished work is done again exactly when something has changed.

What you can do with this file:

- name the state of an assignment and of what surrounds it: `assignment_digest`, with its texts: `shown_digest`;
- name the state of a submission under it: `submission_digest`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.assignment.executed import executed, moved, numbers, shown
from proctor.intake.submitted import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proctor.assignment.ready import Assignment

__all__ = ["assignment_digest", "shown_digest", "submission_digest"]

BLOCK_BYTES = 1 << 20


def assignment_digest(assignment: Assignment) -> str:
    """
    Make the digest of all that results depend on, but for the submission.

    Parameters
    ----------
    assignment : Assignment
        Ready to be graded.

    Returns
    -------
    str
        Changes with code, tests and rows of the gradebook, whose the names are, the limits, what the sandbox sees,
        the seed's secret, the author's files and packages, and proctor itself; with no word of prose.
    """
    found = hashlib.sha256()
    tasks = []
    for task in assignment.notebooks:
        # In numbers that no prose between the cells changes.
        whose = json.dumps(moved(task.ownership.facts(), numbers(task.plan)), sort_keys=True)
        tasks.append((executed(task.plan, assignment.skip_tags), whose))
    facts = (tasks, assignment.limits, assignment.fence, sorted(assignment.skip_tags), assignment.strict)
    found.update(repr((facts, assignment.ignore, assignment.key, sys.version)).encode(errors="replace"))
    found.update(repr((sorted(assignment.files.author), sorted(assignment.files.released))).encode(errors="replace"))
    for path in (
        *assignment.files.author.values(),
        *assignment.files.released.values(),
        *assignment.fence.editions.values(),
        Path(__file__).parents[1],
    ):
        _add_path(found, path)
    for top in sorted({module.split(".", maxsplit=1)[0] for module in assignment.modules}):
        _add_module(found, top, of_course=top in assignment.fence.editions)
    return found.hexdigest()


def shown_digest(assignment: Assignment, base: str) -> str:
    """
    Make the digest of all that graded notebooks depend on, but for the submission.

    Parameters
    ----------
    assignment : Assignment
        Ready to be graded.
    base : str
        Its digest.

    Returns
    -------
    str
        Changes also with the texts of tasks and with locked ones, for which nobody is graded again.
    """
    return submission_digest(base, repr([shown(it.plan) for it in assignment.notebooks]))


def submission_digest(assignment: str, state: str) -> str:
    """
    Make the digest of a submission and all that its result depends on.

    Parameters
    ----------
    assignment : str
        The assignment's digest.
    state : str
        The digest of the submission's files.

    Returns
    -------
    str
        Changes with every byte that counts.
    """
    return hashlib.sha256(f"{assignment} {state}".encode(errors="replace")).hexdigest()


def _add_path(found: hashlib._Hash, path: Path) -> None:
    """The contents of a file, or of all files of a folder but compiled ones; of a file with holes not all of them."""
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.is_file() and inner.suffix != ".pyc":
                found.update(str(inner.relative_to(path)).encode(errors="replace"))
                _add_path(found, inner)
        return
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            for _ in range(0, min(size, MOST_BYTES), BLOCK_BYTES):
                found.update(file.read(BLOCK_BYTES))
            found.update(f"{size} bytes".encode() if size > MOST_BYTES else b"")
    except OSError as error:
        found.update(f"unreadable {error.errno}".encode())


def _add_module(found: hashlib._Hash, top: str, *, of_course: bool) -> None:
    """A package of the course by its contents, any other by its version."""
    spec = importlib.util.find_spec(top)
    origin = Path(spec.origin) if spec and spec.origin and spec.origin not in ("built-in", "frozen") else None
    if origin is not None and (of_course or not _is_installed(origin)):
        _add_path(found, origin.parent if origin.name == "__init__.py" else origin)
    elif origin is not None:
        found.update(f"{top} {_versions(top)}".encode())


@cache
def _versions(top: str) -> list[str]:
    """Of the distributions that a package comes from; most have its name, and to ask for that is quick."""
    try:
        return [importlib.metadata.version(top)]
    except importlib.metadata.PackageNotFoundError:
        return [importlib.metadata.version(name) for name in _providers().get(top, ())]


@cache
def _providers() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


def _is_installed(origin: Path) -> bool:
    """Whether a module lies among installed packages or in the standard library, which come in versions."""
    folders = [Path(it).resolve() for it in sys.path if it.endswith(("site-packages", "dist-packages"))]
    return any(origin.resolve().is_relative_to(it) for it in (*folders, Path(os.__file__).parent))
