"""The solved notebooks run where xp is CuPy: here the stand-in, which refuses what CuPy refuses."""

from __future__ import annotations

import json

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from chainrule.stand_in import pretending
from support.courses import COURSE

# Times of the stand-in are no times of anything.
ABOUT_TIME = {"recompute_ratio-check", "recompute_ratio-hidden", "work_ratio", "work_ratio-check", "work_ratio-hidden"}


@pytest.fixture
def executed(monkeypatch):
    """Checks raise, as they do where a grader executes; figures are drawn on nothing."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")  # the capstone trains for one epoch then
    mpl.use("agg")
    yield
    plt.close("all")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "unit",
    [
        # One unit in the quick suite: the one in which students write layers.
        pytest.param(unit, marks=() if unit == "04_backpropagation" else pytest.mark.slow(group="units"))
        for unit in COURSE.units
    ],
)
@pytest.mark.usefixtures("executed")
def test_every_graded_cell_runs(unit):
    """With the cells that they need; checks and hidden tests included."""
    space = {"__name__": "__main__"}
    with pretending(strict=True) as xp:  # solutions call xp throughout
        for cell in json.loads(COURSE.source(unit).read_text(encoding="utf-8"))["cells"]:
            tags, marks = (cell["metadata"].get(it, default) for it, default in (("tags", ()), ("nbgrader", {})))
            if cell["cell_type"] == "code" and "demo" not in tags and marks.get("grade_id") not in ABOUT_TIME:
                exec("".join(cell["source"]), space)  # noqa: S102 - our own notebook
        assert space["xp"] is xp
