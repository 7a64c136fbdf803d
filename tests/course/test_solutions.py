"""What is handed out after the deadline is solved, runs, and gives away nothing that the next class meets again."""

from __future__ import annotations

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from chainrule.authoring.building.notebook import read_notebook
from chainrule.authoring.building.solutions import write_solutions
from support.courses import COURSE, cells_of

SECRET = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "chainrule.grade(", "Rubric")


@pytest.fixture(scope="module", params=COURSE.units)
def unit(request):
    return request.param


@pytest.fixture(scope="module")
def solved(built, unit):
    return read_notebook(write_solutions(built, unit))


def test_nothing_in_it_is_secret(solved):
    text = "\n".join(it["source"] for it in solved["cells"])

    assert not [it for it in SECRET if it in text]
    assert not [it for it in solved["cells"] if "nbgrader" in it["metadata"]]


def test_every_answer_and_every_visible_check_is_there(solved, built, unit):
    ids = {it["id"] for it in solved["cells"]}
    wanted = {it["id"] for name, it in cells_of(built.source(unit)).items() if not name.endswith("-hidden")}

    assert wanted <= ids
    code = [it["source"] for it in solved["cells"] if it["cell_type"] == "code"]
    assert not [it for it in code if re.search("raise NotImplementedError|# your answer", it)]


def test_its_name_is_its_first_line(solved, unit):
    assert f"**Solutions of {unit}.**" in solved["cells"][0]["source"]


def test_the_checks_of_one_unit_pass(built, monkeypatch):
    """A failing one raises where a grader executes."""
    name = "02_activations"
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    mpl.use("agg")
    space = {"__name__": "__main__"}
    for cell in read_notebook(write_solutions(built, name))["cells"]:
        if cell["cell_type"] == "code" and "demo" not in cell["metadata"].get("tags", ()):
            exec(cell["source"], space)  # noqa: S102 - our own notebook
    plt.close("all")

    assert callable(space["relu"])
