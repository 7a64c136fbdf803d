"""What the solved notebooks hold is kept whole, and runs by itself."""

from __future__ import annotations

import json

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from chainrule.desk import keeping
from chainrule.exercises import of_unit
from support.courses import COURSE

# Answers of these depend on what only a notebook has, and say so.
QUICK = "02_activations"


@pytest.fixture(
    params=[it if it == QUICK else pytest.param(it, marks=pytest.mark.slow(group="units")) for it in COURSE.units]
)
def kept(request, tmp_path, monkeypatch, capsys):
    """What `keep` prints after a solved notebook, and the unit."""
    (tmp_path / "desk").mkdir()
    names = {"__name__": "__main__", "In": []}
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")  # the capstone trains for one epoch then
    monkeypatch.chdir(tmp_path / "desk")
    mpl.use("agg")
    for cell in json.loads(COURSE.source(request.param).read_text(encoding="utf-8"))["cells"]:
        tags, marks = (cell["metadata"].get(it, default) for it, default in (("tags", ()), ("nbgrader", {})))
        if cell["cell_type"] == "code" and "demo" not in tags and not marks.get("grade"):
            names["In"].append("".join(cell["source"]))
            exec(names["In"][-1], names)  # noqa: S102 - our own notebook
    plt.close("all")
    monkeypatch.delenv("NBGRADER_EXECUTION")
    monkeypatch.setattr(keeping, "notebook_names", lambda: names)
    monkeypatch.setattr(keeping, "unit_exercises", lambda: of_unit(request.param))
    capsys.readouterr()
    keeping.keep()
    return request.param, capsys.readouterr().out


@pytest.mark.timeout(300)
def test_every_function_of_a_solved_unit_is_kept(kept):
    unit, told = kept
    count = len(of_unit(unit))

    assert f"{count} of {count} are kept in " in told, told
