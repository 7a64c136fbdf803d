"""A class may be an answer: it is checked by its methods, written into a cell, and has mutants."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.authoring.proving.mutants import mutants_of
from chainrule.authoring.simulating.standalone import standalone_cell
from chainrule.checking import judge
from chainrule.checking.errors import AuthorError
from chainrule.exercises import find
from chainrule.exercises.u05_regularization import stoppers

EXERCISE = find("EarlyStopping")
RIGHT = {"reference": EXERCISE.reference, **EXERCISE.alternatives}


def run(source):
    space = {}
    exec(source, space)  # noqa: S102 - our own source
    return space["EarlyStopping"]


@pytest.mark.parametrize("label", RIGHT)
def test_a_class_written_into_a_cell_passes(label):
    made = run(standalone_cell("EarlyStopping", RIGHT[label]))

    assert judge(EXERCISE.key(3), made).passed


@pytest.mark.parametrize("name", EXERCISE.mistakes)
def test_a_wrong_class_written_into_a_cell_is_named(name):
    made = run(standalone_cell("EarlyStopping", EXERCISE.mistakes[name].wrong))

    assert name == judge(EXERCISE.key(3), made).finding.mistake


def test_a_cell_holds_neither_docstrings_nor_annotations():
    cell = standalone_cell("EarlyStopping", EXERCISE.reference)

    assert "class EarlyStopping" in cell
    assert '"""' not in cell
    assert "->" not in cell
    assert "Array" not in cell


def test_a_function_brings_the_class_that_it_calls():
    walk = find("stopped_walk")
    space = {}
    exec(standalone_cell("stopped_walk", walk.reference), space)  # noqa: S102 - our own source

    assert judge(walk.key(3), space["stopped_walk"]).passed


def test_a_class_without_source_in_its_module_is_refused():
    made = type("Made", (), {"__module__": stoppers.__name__})

    with pytest.raises(AuthorError, match="one class Made"):
        standalone_cell("Made", made)


def test_every_method_of_a_class_has_mutants_and_they_stay_classes():
    mutants = mutants_of(stoppers.CountingDown)

    assert {"CountingDown"} == {mutant.change.split(": ")[0] for mutant in mutants}
    assert len(mutants) > 5
    assert all(isinstance(mutant.answer, type) for mutant in mutants)


def test_a_class_that_misses_a_method_is_told_so():
    class Half:
        def __init__(self, patience):
            self.patience = patience

        def update(self, loss, parameters):
            return np.isnan(loss)

    finding = judge(EXERCISE.key(3), Half).finding

    assert finding.slug == "raises"
    assert "best" in " ".join(finding.lines)
