"""The seven saved runs can be made anew, and nothing beside them names a fault."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from chainrule.authoring import clinic as made
from chainrule.data import clinic as saved, load_clinic
from chainrule.exercises import find
from chainrule.tuning import diagnose_curves

VERDICTS = {
    "initialization": "good",
    "rate too high": "underfit",
    "rate too low": "underfit",
    "decay on at step 1": "good",
    "overfit": "overfit",
    "underfit": "underfit",
    "stopped too early": "stopped early",
}


def test_training_anew_gives_the_saved_numbers():
    """A processor rounds in its own way, and a rate that is too high multiplies what it rounds."""
    anew, kept = made.broken_runs(), load_clinic()
    for letter, fault in made.LETTERS.items():
        loose = 1.0 if fault == "rate too high" else 0.02

        for name, values in anew[letter].items():
            right = getattr(kept[letter], name)

            assert np.shape(right) == np.shape(values)
            assert np.mean(np.abs(np.asarray(right) - np.asarray(values))) <= loose * max(1.0, float(np.max(right)))


def test_the_records_name_no_fault():
    text = inspect.getsource(saved).lower()

    assert not [fault for fault in made.FAULTS if fault in text]


@pytest.mark.parametrize("letter", "ABCDEFG")
def test_the_questions_know_the_fault(letter):
    assert made.LETTERS[letter] == find(f"run_{letter.lower()}_fault").answer


@pytest.mark.parametrize("letter", "ABCDEFG")
def test_the_curves_show_what_the_unit_says(letter):
    record = load_clinic()[letter]

    assert VERDICTS[made.LETTERS[letter]] == diagnose_curves(record.train_loss, record.val_loss, 0.3)


def test_the_first_step_that_looks_wrong_is_the_one_that_is_asked_for():
    wrong = {}
    for letter, record in load_clinic().items():
        first = record.first_loss > np.log(10) + 0.5
        stuck = record.steps[-10:].mean() > 0.9 * record.steps[0]
        wrong[letter] = "step 1" if first else "step 2" if record.handful.max() < 1 else "step 3" if stuck else "step 6"

    assert {letter: find(f"run_{letter.lower()}_step").answer for letter in "ABCDEFG"} == wrong
