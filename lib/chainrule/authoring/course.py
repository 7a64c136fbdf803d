"""The course as a folder: its units and where everything lies.

What you can do with this file:

- find the course around the current folder: `find_course`;
- ask it for units, paths and what each unit assesses: `Course`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chainrule.checking.errors import AuthorError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Course", "find_course"]


@dataclass(frozen=True)
class Course:
    """A course folder; `units` maps names to the library modules that each unit assesses, in order."""

    root: Path
    units: dict[str, tuple[str, ...]]

    def name_of(self, unit: str) -> str:
        """The full name of a unit from its name or number."""
        for name in self.units:
            if unit in (name, name.split("_")[0]):
                return name
        raise AuthorError(f"Expected a unit among {', '.join(self.units)}, found {unit!r}.")

    def assessed_from(self, unit: str) -> list[str]:
        """The modules that this unit and the later ones assess."""
        names = list(self.units)
        return [module for name in names[names.index(unit) :] for module in self.units[name]]

    def text(self, unit: str) -> Path:
        """The unit's text."""
        return self.root / "course" / "units" / f"{unit}.py"

    def source(self, unit: str) -> Path:
        """The instructor's notebook."""
        return self.root / "source" / unit / f"{unit}.ipynb"

    def release(self, unit: str) -> Path:
        """The folder that students get."""
        return self.root / "release" / unit

    @property
    def var(self) -> Path:
        """Where everything lies that grading makes."""
        return self.root / "course" / "var"


def find_course(start: Path) -> Course:
    """
    Find the course that a folder belongs to.

    Parameters
    ----------
    start : pathlib.Path
        A folder in the course.

    Returns
    -------
    Course
        With the units of its course.toml.

    Raises
    ------
    AuthorError
        No folder above holds course/course.toml.
    """
    for root in (start.resolve(), *start.resolve().parents):
        file = root / "course" / "course.toml"
        if file.is_file():
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            return Course(root, {unit["name"]: tuple(unit["modules"]) for unit in table["unit"]})
    raise AuthorError(f"Expected course/course.toml in {start} or a folder above it, found none; change there first.")
