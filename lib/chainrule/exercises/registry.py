"""Finding exercises by name.

What you can do with this file:

- list the units that have exercises: `UNITS`;
- get the exercises of one unit, functions that students write: `of_unit`;
- get its questions, measurements and artifacts: `questions_of`;
- get one of either by its name: `find`.
"""

from __future__ import annotations

import importlib
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from chainrule.checking.errors import UnknownExercise

if TYPE_CHECKING:
    from types import ModuleType

    from chainrule.checking.declaring.artifact import Artifact
    from chainrule.checking.declaring.exercise import Declared, Exercise
    from chainrule.checking.declaring.question import Measurement, Question

__all__ = ["UNITS", "find", "of_unit", "questions_of"]

if find_spec("proctor") is None:
    # Not ModuleNotFoundError, which says that this is a student edition and that its key should be used.
    raise ImportError(
        "chainrule.exercises holds all answers of the course and belongs to instructors: "
        "install their part beside it, pip install ./autograder '.[instructor]' in the course's clone."
    )

UNITS = (
    "00_warmup",
    "01_linear_collapse",
    "02_activations",
    "03_initialization",
    "04_backpropagation",
    "05_regularization",
    "06_tuning",
    "07_capstone",
)


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
    exercises: tuple[Exercise, ...] = _module(unit).EXERCISES
    return exercises


def questions_of(unit: str) -> tuple[Question | Measurement | Artifact, ...]:
    """
    Give the questions, measurements and artifacts of a unit.

    Parameters
    ----------
    unit : str
        A folder name such as "02_activations", or its number.

    Returns
    -------
    tuple of Question, Measurement or Artifact
        In the order of the notebook.

    Raises
    ------
    UnknownExercise
        No unit has this name.

    Examples
    --------
    >>> len(questions_of("02")) > 0
    True
    """
    questions: tuple[Question | Measurement | Artifact, ...] = _module(unit).QUESTIONS
    return questions


@cache
def _module(unit: str) -> ModuleType:
    names = [name for name in UNITS if unit in (name, name.split("_")[0])]
    if not names:
        raise UnknownExercise(f"Expected a unit among {', '.join(UNITS)}, found {unit!r}.")
    return importlib.import_module(f"chainrule.exercises.u{names[0]}")


def find(name: str) -> Declared:
    """
    Give the exercise of this name.

    Parameters
    ----------
    name : str
        The name of the function that the student writes.

    Returns
    -------
    Exercise, Question, Measurement or Artifact
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
    known: dict[str, Declared] = {
        declared.name: declared for unit in UNITS for declared in (*of_unit(unit), *questions_of(unit))
    }
    if name not in known:
        raise UnknownExercise.among(name, known)
    return known[name]
