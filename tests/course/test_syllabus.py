"""The syllabus tells what the units and course.toml say."""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction

import pytest

from support.courses import COURSE, cells_of

SETTINGS = tomllib.loads((COURSE.root / "course" / "course.toml").read_text(encoding="utf-8"))["unit"]
SYLLABUS = COURSE.root / "course" / "README.md"
ROWS = {
    cells[0][:2]: cells
    for line in SYLLABUS.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d\d ", line)
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}
UNITS = [pytest.param(unit, id=unit["name"]) for unit in SETTINGS]


def announced(unit, pattern):
    """What the head of the unit says."""
    return re.search(pattern, COURSE.text(unit["name"]).read_text(encoding="utf-8"), re.MULTILINE)[1]


def test_every_unit_has_a_row():
    """And nothing else has."""
    assert list(ROWS) == [unit["name"][:2] for unit in SETTINGS]


@pytest.mark.parametrize("unit", UNITS)
def test_title_and_modules_are_those_of_the_settings(unit):
    """In their order."""
    title, modules = ROWS[unit["name"][:2]][0], ROWS[unit["name"][:2]][4]

    assert title == f"{unit['name'][:2]} {unit['title']}"
    assert modules == ", ".join(f"`{module}`" for module in unit["modules"])


@pytest.mark.parametrize("unit", UNITS)
def test_hours_are_those_of_the_unit(unit):
    """The unit's head counts minutes."""
    minutes = [int(number) for number in re.findall(r"\d+", announced(unit, r"^# \*\*Time:\*\* (.*)$"))]

    assert [Fraction(hours) * 60 for hours in ROWS[unit["name"][:2]][1].split(" to ")] == minutes


@pytest.mark.parametrize("unit", UNITS)
def test_points_are_those_of_the_notebook(unit):
    """The sum over its cells, in the syllabus and in the unit's head, whose parts add up."""
    cells = cells_of(COURSE.source(unit["name"])).values()
    points = sum(cell["metadata"]["nbgrader"].get("points", 0) for cell in cells)
    parts = [int(number) for number in re.findall(r"\d+", announced(unit, r"^# \*\*Points:\*\* (.*)$"))]

    assert [int(ROWS[unit["name"][:2]][2]), *parts[:1]] == [points, points]
    assert parts[0] == sum(parts[1:])
