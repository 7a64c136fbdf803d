"""Recorded proofs speak of the state of a unit that they were made for."""

from __future__ import annotations

import json

import pytest

from support import results


@pytest.fixture
def file(tmp_path, monkeypatch):
    """An empty result file in place of the real one."""
    monkeypatch.setattr(results, "RESULTS", tmp_path / "RESULTS.json")
    return tmp_path / "RESULTS.json"


def test_a_partial_run_keeps_what_was_proved_of_the_same_state(file, monkeypatch):
    monkeypatch.setattr(results, "digest", lambda unit: "one")
    results.write({"02": {"a": 1}})
    results.write({"02": {"b": 2}})

    assert (json.loads(file.read_text())["02"]["a"], results.read()["02"]["b"]) == (1, 2)


def test_what_was_proved_of_another_state_is_void(file, monkeypatch):
    monkeypatch.setattr(results, "digest", lambda unit: "one")
    results.write({"02": {"a": 1}})
    monkeypatch.setattr(results, "digest", lambda unit: "two")
    results.write({"02": {"b": 2}})

    assert "a" not in results.read()["02"]


def test_every_result_carries_commit_date_and_digest(file):
    results.write({"02_activations": {"a": 1}})

    assert {"commit", "date", "digest", "a"} == set(results.read()["02_activations"])


def test_the_digest_covers_text_exercises_and_modules():
    files = {path.name for place in results.places("02_activations") for path in results.sources(place)}

    assert {"02_activations.py", "sigmoid.py", "questions.py", "logistic.py", "piecewise.py"} <= files
