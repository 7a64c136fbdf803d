"""The solved notebook of a unit, to hand out when nobody can hand in any more.

What you can do with this file:

- make it from the instructor's notebook: `solved_notebook`; write it beside the gradebook: `write_solutions`.

Students get the answers and the visible checks. Hidden tests and rubrics stay with the instructor: the next class meets
them again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from chainrule.authoring.building.notebook import read_notebook, write_notebook
from chainrule.authoring.building.unit_text import BEGIN_SOLUTION, END_SOLUTION

if TYPE_CHECKING:
    from pathlib import Path

    from chainrule.authoring.course import Course

__all__ = ["solved_notebook", "write_solutions"]

RUBRIC = re.compile(r"\n+\*\*Rubric\*\*.*", re.DOTALL)
HIDDEN = "### BEGIN HIDDEN TESTS"
HEAD = "**Solutions of {unit}.** Each answer is one way among several; a check says whether yours is right, too."


def solved_notebook(source: dict[str, Any], unit: str) -> dict[str, Any]:
    """
    Make the notebook for students out of the instructor's.

    Parameters
    ----------
    source : dict
        The instructor's notebook, answers and hidden tests inside; not changed.
    unit : str
        The unit's full name, for the first line.

    Returns
    -------
    dict
        Without hidden tests, rubrics, markers and nbgrader's metadata: nobody can hand it in by mistake.

    Examples
    --------
    >>> code = "def relu(z):\\n    ### BEGIN SOLUTION\\n    return np.maximum(z, 0)\\n    ### END SOLUTION"
    >>> cell = {"id": "relu", "cell_type": "code", "metadata": {"nbgrader": {}}, "source": code}
    >>> print(solved_notebook({"cells": [cell]}, "02_activations")["cells"][1]["source"])
    def relu(z):
        return np.maximum(z, 0)
    """
    cells = [{"id": "solutions", "cell_type": "markdown", "metadata": {}, "source": HEAD.format(unit=unit)}]
    for cell in source["cells"]:
        if HIDDEN in cell["source"]:
            continue
        metadata = {name: value for name, value in cell["metadata"].items() if name != "nbgrader"}
        lines = [it for it in cell["source"].splitlines() if it.strip() not in (BEGIN_SOLUTION, END_SOLUTION)]
        text = "\n".join(lines)
        cells.append({**cell, "metadata": metadata, "source": RUBRIC.sub("", text)})
    return {**source, "cells": cells}


def write_solutions(course: Course, unit: str) -> Path:
    """
    Write the solved notebook of a unit that is built.

    Parameters
    ----------
    course : Course
        Where everything lies.
    unit : str
        The unit's full name.

    Returns
    -------
    pathlib.Path
        The notebook, in course/var/solutions/, which git ignores.
    """
    path = course.var / "solutions" / f"{unit}.ipynb"
    write_notebook(path, solved_notebook(read_notebook(course.source(unit)), unit))
    return path
