"""The seven saved runs can be made anew, and nothing beside them names a fault."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from chainrule.authoring import clinic as made
from chainrule.data import clinic as saved
from chainrule.exercises import find
from chainrule.nn.tuning import diagnose_curves

VERDICTS = {
    "initialization": "good",
    "rate too high": "underfit",
    "rate too low": "underfit",
    "decay on at step 1": "good",
    "overfit": "overfit",
    "underfit": "underfit",
    "stopped too early": "stopped early",
}


@pytest.fixture(scope="module")
def anew():
    return made.broken_runs()


@pytest.mark.parametrize("letter", "ABCDEFG")
def test_training_anew_gives_the_saved_numbers(letter, anew):
    """Processors round in their own ways; what a rate that is too high multiplies, is compared by its end."""
    for name, values in anew[letter].items():
        found, kept = np.atleast_1d(values), np.atleast_1d(getattr(saved.load_clinic()[letter], name))
        chaotic = made.LETTERS[letter] == "rate too high" and name in {"steps", "train_loss", "val_loss"}

        assert kept.shape == found.shape
        if chaotic:
            assert pytest.approx(kept[-40:].mean(), abs=0.05) == found[-40:].mean()
        else:
            assert np.abs(found - kept).mean() <= 0.005


def test_writing_and_reading_are_inverse(monkeypatch, tmp_path):
    kept = {letter: vars(record) for letter, record in saved.load_clinic().items()}
    monkeypatch.setattr(made, "broken_runs", lambda: kept)
    made.write_runs(tmp_path)

    assert {it.name: it.read_text() for it in saved.FOLDER.iterdir()} == {
        it.name: it.read_text() for it in tmp_path.iterdir()
    }


def test_the_records_name_no_fault():
    texts = [inspect.getsource(saved), *(it.read_text() for it in saved.FOLDER.iterdir())]

    assert not [fault for fault in made.FAULTS for text in texts if fault in text.lower()]


@pytest.mark.parametrize("letter", "ABCDEFG")
def test_the_questions_know_the_fault(letter):
    assert made.LETTERS[letter] == find(f"run_{letter.lower()}_fault").answer


@pytest.mark.parametrize("letter", "ABCDEFG")
def test_the_curves_show_what_the_unit_says(letter):
    record = saved.load_clinic()[letter]

    assert VERDICTS[made.LETTERS[letter]] == diagnose_curves(record.train_loss, record.val_loss, 0.3)


def test_the_first_step_that_looks_wrong_is_the_one_that_is_asked_for():
    wrong = {}
    for letter, record in saved.load_clinic().items():
        first = record.first_loss > np.log(10) + 0.5
        stuck = record.steps[-10:].mean() > 0.9 * record.steps[0]
        wrong[letter] = "step 1" if first else "step 2" if record.handful.max() < 1 else "step 3" if stuck else "step 6"

    assert {letter: find(f"run_{letter.lower()}_step").answer for letter in "ABCDEFG"} == wrong
