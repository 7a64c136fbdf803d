"""The record of long proofs says of what state each fact speaks, and no other run renews it."""

from __future__ import annotations

import json

import pytest

from support import results

pytestmark = pytest.mark.processes

UNIT = "02_activations"


@pytest.fixture
def file(tmp_path, monkeypatch):
    """An empty record in place of the real one."""
    monkeypatch.setattr(results, "RESULTS", tmp_path / "RESULTS.json")
    return tmp_path / "RESULTS.json"


def state(kind):
    return next(age.state for age in results.ages() if (age.unit, age.kind) == (UNIT, kind))


def proved(**changed):
    return {UNIT: {"seeds": {"right": 1, "of": results.states()[UNIT] | changed}}}


def test_a_fact_of_the_state_as_it_is(file):
    results.write(proved())

    assert state("seeds") == "as it is"


def test_a_run_of_other_proofs_renews_nothing(file):
    results.write(proved(unit="another state"))
    before = json.loads(file.read_text())[UNIT]["seeds"]
    results.write({UNIT: {"mutants": {"of": results.states()[UNIT]}}, "00_warmup": {"seeds": {"of": {}}}})

    assert results.read()[UNIT]["seeds"] == before
    assert state("seeds") == "older than the unit"


def test_a_changed_engine_is_told(file):
    results.write(proved(engine="another state"))

    assert state("seeds") == "older than the engine"


def test_a_changed_grader_ages_the_scores_of_a_class_alone(file):
    now = {"of": results.states()[UNIT] | {"grader": "another state"}}
    results.write({UNIT: {"seeds": now, "classes": now}})

    assert ("as it is", "older than the grader") == (state("seeds"), state("classes"))


def test_a_missing_kind_is_told(file):
    results.write(proved())

    assert state("mutants") == "missing"


def test_every_fact_carries_commit_and_date(file):
    results.write(proved())

    assert {"commit", "date", "of", "right"} == set(results.read()[UNIT]["seeds"])


def test_a_unit_that_measures_must_prove_its_measurements():
    assert [results.MEASURED in results.required(unit["name"]) for unit in results.units()] == [True] * 8


def test_the_digest_of_a_unit_covers_text_exercises_keys_and_parts():
    files = {path.relative_to(results.ROOT).as_posix() for it in results.places(UNIT) for path in results.sources(it)}

    assert {
        "course/units/02_activations.py",
        "source/02_activations/02_activations.ipynb",
        "lib/chainrule/exercises/u02_activations/questions.py",
        "lib/chainrule/checking/catalog/u02_activations.py",
        "lib/chainrule/nn/activations/logistic.py",
    } <= files


SHARED = (
    *("checking/judging/judge.py", "desk/checks.py", "experiments.py", "backend.py", "shell.py", "nn/network.py"),
    *("data/digits.py", "plotting/__init__.py", "exercises/__init__.py", "exercises/sampling.py"),
    *("authoring/simulating/standalone.py", "authoring/building/notebook.py"),
)


@pytest.mark.parametrize("name", SHARED)
def test_the_digest_of_the_engine_sees_a_change(name, monkeypatch):
    before, read = results.engine_digest(), results.Path.read_bytes
    monkeypatch.setattr(results.Path, "read_bytes", lambda path: read(path) + b"#" * path.match(f"chainrule/{name}"))

    assert results.engine_digest() != before


@pytest.mark.parametrize("name", ["marks/scoring.py", "examiner/examine.py", "inside/serve.py", "gradebook/book.py"])
def test_the_digest_of_the_grader_sees_a_change(name, monkeypatch):
    before, read = results.grader_digest(), results.Path.read_bytes
    monkeypatch.setattr(results.Path, "read_bytes", lambda path: read(path) + b"#" * path.match(f"proctor/{name}"))

    assert results.grader_digest() != before


def test_the_digest_of_the_engine_leaves_a_unit_s_own_files_to_the_unit(monkeypatch):
    before, read = results.engine_digest(), results.Path.read_bytes
    monkeypatch.setattr(results.Path, "read_bytes", lambda path: read(path) + b"#" * path.match("catalog/u02_*.py"))

    assert (results.engine_digest(), True) == (before, results.unit_digest(UNIT) != "")
