"""The names and shapes of notation.md are those that the exercises use."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from chainrule.exercises.registry import UNITS, of_unit

NOTATION = Path(__file__).parents[2] / "course" / "notation.md"
# A shape as notation and docstrings write it: in the code column or after "of shape".
SHAPE = re.compile(r"\((?:[\w.]+, ?)*[\w.]*\)")
PARAMETER = re.compile(r"^(?P<names>\w+(?:, \w+)*) : .*? of shape (?P<shapes>.*)$", re.MULTILINE)


def rows(text):
    """The cells of every row of every table."""
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("|--"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def notation():
    """Names, each with the shapes that its rows list."""
    shapes = {}
    for cells in rows(NOTATION.read_text(encoding="utf-8")):
        for name in re.findall(r"`(\w+)`", " ".join(cells[:2])):
            shapes.setdefault(name, set()).update(SHAPE.findall(cells[2]) if len(cells) > 3 else [])
    return shapes


def signatures(exercise):
    """Of a function; of a class and its methods."""
    answer = exercise.reference
    yield inspect.signature(answer)
    if isinstance(answer, type):
        yield from (inspect.signature(method) for method in vars(answer).values() if inspect.isfunction(method))


EXERCISES = [pytest.param(exercise, id=exercise.name) for unit in UNITS for exercise in of_unit(unit)]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_parameter_has_a_meaning(exercise):
    """A name that a student must type stands in a table of notation.md."""
    names = {name for signature in signatures(exercise) for name in signature.parameters} - {"self"}

    assert sorted(names - notation().keys()) == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_shape_is_one_of_its_name(exercise):
    """The shape of an argument, as its docstring tells it, is one that notation.md lists for the name."""
    listed = notation()
    other = {
        (name, shape)
        for found in PARAMETER.finditer(inspect.getdoc(exercise.reference) or "")
        for name in found["names"].split(", ")
        for shape in SHAPE.findall(found["shapes"])
        if shape not in listed.get(name, set())
    }

    assert other == set()


def test_shapes_are_found():
    """The patterns above read the tables and the docstrings."""
    assert {"(D, M)", "(K, D, M)"} <= notation()["W"]
    assert sum(len(PARAMETER.findall(inspect.getdoc(item.values[0].reference) or "")) for item in EXERCISES) > 100
