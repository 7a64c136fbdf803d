"""Finding exercises by name.

What you can do with this file:

- list the units that have exercises: `UNITS`;
- get the exercises of one unit: `of_unit`;
- get one exercise: `find`.
"""

from __future__ import annotations

import difflib
import importlib
from functools import cache
from typing import TYPE_CHECKING

from chainrule.checking.errors import UnknownExercise

if TYPE_CHECKING:
    from chainrule.checking.exercise import Exercise

__all__ = ["UNITS", "find", "of_unit"]

UNITS = ("02_activations",)


@cache
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

    Examples
    --------
    >>> of_unit("02")[0].name
    'sigmoid'
    """
    names = [name for name in UNITS if unit in (name, name.split("_")[0])]
    if not names:
        raise UnknownExercise(f"Expected a unit among {', '.join(UNITS)}, found {unit!r}.")
    exercises: tuple[Exercise, ...] = importlib.import_module(f"chainrule.exercises.u{names[0]}").EXERCISES
    return exercises


def find(name: str) -> Exercise:
    """
    Give the exercise of this name.

    Parameters
    ----------
    name : str
        The name of the function that the student writes.

    Returns
    -------
    Exercise
        Names are unique in the course.

    Raises
    ------
    UnknownExercise
        There is none; the message names the closest one.

    Examples
    --------
    >>> find("relu").section
    'Exercise 2.4 - ReLU and its gradient'
    """
    known = {exercise.name: exercise for unit in UNITS for exercise in of_unit(unit)}
    if name not in known:
        close = difflib.get_close_matches(str(name), known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise UnknownExercise(f"No exercise is named {name!r}.{hint}")
    return known[name]
