"""Finding exercises: each is declared in one file, and collected from there.

What you can do with this file:

- list the units that have exercises: `UNITS`;
- get the exercises of one unit, functions that students write: `of_unit`;
- get its questions, measurements, artifacts and whatever other kind there is: `questions_of`;
- get one of either by its name: `find`.

What stands at the top of a file in `uNN_name/`, alone or in a tuple, is declared. The order is that of the numbers,
and within one number that of files and lines.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.protocol import Declared
from chainrule.checking.errors import AuthorError, UnknownExercise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["UNITS", "find", "of_unit", "questions_of"]

if find_spec("proctor") is None:
    # Not ModuleNotFoundError, which says that this is a student edition and that its key should be used.
    raise ImportError(
        "chainrule.exercises holds all answers of the course and belongs to instructors: "
        "install their part beside it, pip install ./autograder '.[instructor]' in the course's clone."
    )

PACKAGE = importlib.import_module(__name__.rpartition(".")[0])
UNITS = tuple(sorted(it.name[1:] for it in pkgutil.iter_modules(PACKAGE.__path__) if it.ispkg))


class _Found(NamedTuple):
    """A declaration and the file that it stands in."""

    declared: Declared
    file: str


def of_unit(unit: str) -> tuple[Exercise, ...]:
    """
    Give the exercises of a unit in the order of its notebook.

    Parameters
    ----------
    unit : str
        A folder name such as "02_activations", or its number.

    Returns
    -------
    tuple of Exercise
        Never empty.

    Raises
    ------
    UnknownExercise
        No unit has this name.
    AuthorError
        Two files contradict each other; the message names both.

    Examples
    --------
    >>> of_unit("02")[0].name
    'sigmoid'
    """
    return tuple(it.declared for it in _collected(_name_of(unit)) if isinstance(it.declared, Exercise))


def questions_of(unit: str) -> tuple[Declared, ...]:
    """
    Give the questions, measurements and artifacts of a unit.

    Parameters
    ----------
    unit : str
        A folder name such as "02_activations", or its number.

    Returns
    -------
    tuple of Declared
        In the order of the notebook.

    Raises
    ------
    UnknownExercise
        No unit has this name.
    AuthorError
        Two files contradict each other; the message names both.

    Examples
    --------
    >>> len(questions_of("02")) > 0
    True
    """
    return tuple(it.declared for it in _collected(_name_of(unit)) if not isinstance(it.declared, Exercise))


def find(name: str) -> Declared:
    """
    Give the exercise of this name.

    Parameters
    ----------
    name : str
        The name of the function that the student writes.

    Returns
    -------
    Declared
        Names are unique in the course.

    Raises
    ------
    UnknownExercise
        There is none; the message names the closest one.
    AuthorError
        Two files contradict each other; the message names both.

    Examples
    --------
    >>> find("relu").section
    'Exercise 2.4 - ReLU and its gradient'
    """
    known = _by_name()
    if name not in known:
        raise UnknownExercise.among(name, known)
    return known[name]


def _name_of(unit: str) -> str:
    names = [name for name in UNITS if unit in (name, name.split("_")[0])]
    if not names:
        raise UnknownExercise(f"Expected a unit among {', '.join(UNITS)}, found {unit!r}.")
    return names[0]


@cache
def _by_name() -> dict[str, Declared]:
    found = [it for unit in UNITS for it in _collected(unit)]
    _refuse_twins(found)
    return {it.declared.name: it.declared for it in found}


@cache
def _collected(unit: str) -> tuple[_Found, ...]:
    """What the files of a unit declare, by number; an object that a second file imports counts once."""
    package = importlib.import_module(f"{PACKAGE.__name__}.u{unit}")
    found: dict[int, _Found] = {}
    for module in pkgutil.iter_modules(package.__path__):
        for declared in _declared_in(importlib.import_module(f"{package.__name__}.{module.name}")):
            found.setdefault(id(declared), _Found(declared, f"exercises/u{unit}/{module.name}.py"))
    for it in found.values():
        if it.declared.unit != unit:
            raise AuthorError(f"{it.file}: {it.declared.name} says unit {it.declared.unit!r}, but lies in {unit!r}.")
    _refuse_twins(found.values())
    return tuple(sorted(found.values(), key=lambda it: [int(part) for part in it.declared.number.split(".")]))


def _declared_in(module: ModuleType) -> Iterator[Declared]:
    for value in vars(module).values():
        for entry in value if isinstance(value, tuple) else (value,):
            if isinstance(entry, Declared) and not isinstance(entry, (type, ModuleType)):
                yield entry


def _refuse_twins(found: Iterable[_Found]) -> None:
    """Names are unique in the course, and a number has one title."""
    names: dict[str, str] = {}
    titles: dict[str, _Found] = {}
    for declared, file in found:
        other = names.setdefault(declared.name, file)
        if other is not file:
            raise AuthorError(f"{declared.name!r} is declared twice, in {other} and in {file}: rename one of them.")
        first = titles.setdefault(declared.number, _Found(declared, file))
        if first.declared.section != declared.section:
            raise AuthorError(
                f"{first.file} has {first.declared.section!r} and {file} has {declared.section!r}: "
                "give one of them another number, or both the same title."
            )
