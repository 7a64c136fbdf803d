"""What a solved unit measures lies in its range whatever the random numbers: the experiments are no luck."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from chainrule.authoring.building.notebook import read_notebook
from chainrule.checking.declaring.measurement import Measurement
from chainrule.exercises import questions_of
from support.courses import COURSE

UNITS = list(COURSE.units)
FEW, MANY = 1, 100
RIGHT_SHARE = 0.99
usual_generator = np.random.default_rng


def measured(unit, shift, monkeypatch):
    """Run what grading runs of the solved notebook with every seed shifted; from names to measured values."""

    def shifted(seed=None):
        return usual_generator([seed, shift] if isinstance(seed, int) and shift is not None else seed)

    monkeypatch.setattr(np.random, "default_rng", shifted)
    space = {"__name__": "__main__"}
    for cell in read_notebook(COURSE.source(unit))["cells"]:
        source = "".join(cell["source"])
        checks = "chainrule.check(" in source or "chainrule.grade(" in source
        if cell["cell_type"] == "code" and "demo" not in cell["metadata"].get("tags", []) and not checks:
            exec(compile(source, unit, "exec"), space)  # noqa: S102 - the course's own notebook
    monkeypatch.undo()
    plt.close("all")
    return {it.name: float(space[it.name]) for it in questions_of(unit) if isinstance(it, Measurement)}


def outside(unit, shifts, monkeypatch):
    """From each measurement to the values that fell out of its range."""
    ranges = {it.name: it for it in questions_of(unit) if isinstance(it, Measurement)}
    found = {name: [] for name in ranges}
    for shift in shifts:
        for name, value in measured(unit, shift, monkeypatch).items():
            if not ranges[name].low <= value <= ranges[name].high:
                found[name].append(value)
    return found


@pytest.mark.timeout(120)
@pytest.mark.parametrize("unit", UNITS)
def test_measurements_hold_for_other_random_numbers(unit, monkeypatch):
    found = outside(unit, range(FEW), monkeypatch)

    assert {name: values for name, values in found.items() if values} == {}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("unit", UNITS)
def test_the_solved_notebook_gives_the_declared_values(unit, monkeypatch):
    found = measured(unit, None, monkeypatch)
    verdicts = {it: it.judge(found[it.name], hidden=True) for it in questions_of(unit) if isinstance(it, Measurement)}

    assert [] == [verdict.text() for verdict in verdicts.values() if not verdict.passed]


def test_other_seeds_give_other_numbers(monkeypatch):
    """Else the tests of this file would try one run only."""
    one, two = (measured("02_activations", shift, monkeypatch) for shift in (1, 2))

    assert one != two


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("unit", UNITS)
def test_measurements_hold_for_a_hundred_random_streams(unit, monkeypatch, record_proof):
    found = outside(unit, range(MANY), monkeypatch)

    assert {} == {name: values for name, values in found.items() if len(values) > (1 - RIGHT_SHARE) * MANY}
    record_proof(
        unit, "measurements", in_range={name: MANY - len(values) for name, values in found.items()}, of_streams=MANY
    )
