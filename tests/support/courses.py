"""Built copies of the course for tests.

What you can do with this file:

- name the course of this repository: `COURSE`;
- build a copy in another folder: `built_copy`;
- read a notebook's cells by grade id: `cells_of`.
"""

from __future__ import annotations

from pathlib import Path

from chainrule.authoring.building.build import build_unit
from chainrule.authoring.building.notebook import read_notebook
from chainrule.authoring.course import find_course
from chainrule.authoring.simulating.demo import copy_course

COURSE = find_course(Path(__file__).parent)


def built_copy(folder, units=tuple(COURSE.units)):
    """A copy of the course in which the units are built from their text."""
    course = copy_course(COURSE, folder)
    for unit in units:
        build_unit(course, unit)
    return course


def cells_of(notebook):
    """From grade id to cell, for the cells that have one."""
    cells = read_notebook(Path(notebook))["cells"]
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    return {name: cell for name, cell in zip(ids, cells, strict=True) if name}
