"""What unit 05 says of its table of methods holds for other seeds than those that the notebook draws."""

from __future__ import annotations

import re

import numpy as np
import pytest

from chainrule.authoring.building.notebook import read_notebook
from support.courses import COURSE

UNIT = "05_regularization"
WITHOUT = "nothing"
RUNS, DRAWN, REPETITIONS, ENOUGH = 100, 5, 100, 95
FIRST_SEED = 1000

WORDS = {
    "falls by more than 0.1": lambda change: change < -0.1,
    "rises by more than 0.02": lambda change: change > 0.02,
    "changes by less than 0.1": lambda change: abs(change) < 0.1,
    "rises or falls with the draw": lambda change: True,  # of single draws; see below
}


def sources():
    """The cells of the solved notebook, and whether each is code that grading runs."""
    for cell in read_notebook(COURSE.source(UNIT))["cells"]:
        source = "".join(cell["source"])
        checks = "chainrule.check(" in source or "chainrule.grade(" in source
        graded = "demo" not in cell["metadata"].get("tags", []) and not checks
        yield cell["cell_type"], source, graded


def methods():
    """The functions that train with each method, and the one that draws the digits."""
    space, reached = {"__name__": "__main__"}, False
    for kind, source, graded in sources():
        reached = reached or source.startswith("class DropConnect")
        if source.startswith("table = {}"):
            break
        if kind == "code" and (graded or (reached and "chainrule.check(" not in source)):
            exec(compile(source, UNIT, "exec"), space)  # noqa: S102 - the course's own notebook
    return space["METHODS"], space["noisy_digits"]


def claims():
    """From the text: what happens to gap and test accuracy, and the methods of which it is said."""
    text = "\n".join(source for kind, source, _ in sources() if kind == "markdown")
    rows = re.findall(r"^\| ([^|]*?) \| ([^|]*?) \| ([^|]*?) \|$", text, re.MULTILINE)
    return [(gap, test, names.split(", ")) for gap, test, names in rows if gap in WORDS]


def broken(said, means):
    """The claims that do not hold; means holds training and test accuracy of each method."""
    gaps = {name: training - test for name, (training, test) in means.items()}
    found = []
    for gap, test, names in said:
        for name in names:
            if not WORDS[gap](gaps[name] - gaps[WITHOUT]):
                found.append(f"{name}: the gap {gap}")
            if not WORDS[test](means[name][1] - means[WITHOUT][1]):
                found.append(f"{name}: the test accuracy {test}")
    if min(means, key=lambda name: means[name][1]) != "crop 7 x 7 and rescale":
        found.append("the crop reads new digits worst of all")
    if means["five networks"][1] <= means[WITHOUT][1]:
        found.append("five networks are better than one")
    return found


def as_said(said):
    """Accuracies for which every claim holds."""
    typical = {"falls by more than 0.1": -0.2, "rises by more than 0.02": 0.1}
    means = {WITHOUT: (0.98, 0.68)}
    for gap, test, names in said:
        right = 0.68 + typical.get(test, 0.01)
        means |= dict.fromkeys(names, (right + 0.3 + typical.get(gap, 0.0), right))
    return means


def test_the_text_speaks_of_every_method_once():
    told = sorted(name for _, _, names in claims() for name in names)

    assert sorted(set(methods()[0]) - {WITHOUT}) == told


def test_every_claim_can_fail():
    said = claims()
    right = as_said(said)
    missed = [name for name in right if name != WITHOUT and not broken(said, right | {name: (0.99, 0.3)})]

    assert [] == broken(said, right)
    assert [] == missed


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_the_claims_hold_for_five_seeds_drawn_from_a_hundred(record_proof):
    table, digits = methods()
    seeds = range(FIRST_SEED, FIRST_SEED + RUNS)
    runs = {
        name: np.array([method(digits(seed), np.random.default_rng(seed)) for seed in seeds])
        for name, method in table.items()
    }
    rng, said = np.random.default_rng(5), claims()
    draws = [rng.choice(RUNS, DRAWN, replace=False) for _ in range(REPETITIONS)]
    means = [{name: tuple(both[rows].mean(axis=0)) for name, both in runs.items()} for rows in draws]
    faults = [broken(said, it) for it in means]
    undecided = next(names for _, test, names in said if test == "rises or falls with the draw")
    rises = {name: sum(it[name][1] > it[WITHOUT][1] for it in means) for name in undecided}
    held = sum(not fault for fault in faults)

    assert held >= ENOUGH, faults
    assert {} == {name: count for name, count in rises.items() if count in (0, REPETITIONS)}
    record_proof(UNIT, "table", claims_held=held, repetitions=REPETITIONS, runs_of_each_method=RUNS)
