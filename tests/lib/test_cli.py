"""The command `chainrule`: what it prints, and the exit status that says whether all is well."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest
from typer.testing import CliRunner

from chainrule import cli
from chainrule.doctor import Condition
from chainrule.exercises import UNITS, find, of_unit

pytestmark = pytest.mark.processes

SOUND = find("tanh_grad")
# An exercise that calls its right answer a mistake.
CALLED_WRONG = next(iter(SOUND.mistakes))
BROKEN = dataclasses.replace(SOUND, mistakes={**SOUND.mistakes, CALLED_WRONG: (SOUND.reference, "It is right.")})


@pytest.fixture
def run(monkeypatch):
    """Runs the command in a wide terminal without colors."""
    monkeypatch.setattr(cli.screen, "_width", 200)
    return lambda *words: CliRunner(env={"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"}).invoke(cli.app, words)


@pytest.fixture
def sound(monkeypatch):
    """A course of one exercise that is as it should be."""
    monkeypatch.setattr(cli, "UNITS", (SOUND.unit,))
    monkeypatch.setattr(cli, "of_unit", lambda unit: (SOUND,))


@pytest.fixture
def broken(monkeypatch):
    """A course of one exercise that is not."""
    monkeypatch.setattr(cli, "UNITS", (BROKEN.unit,))
    monkeypatch.setattr(cli, "of_unit", lambda unit: (BROKEN,))


@pytest.fixture
def findings(monkeypatch):
    """What the doctor finds, to be filled by the test."""
    found = [Condition("Python", "ok", "Python 3.12.1."), Condition("GPU", "note", "There is none.")]
    monkeypatch.setattr(cli, "examine", lambda: found)
    return found


class TestVerify:
    """The command proves the checks."""

    def test_a_whole_unit_is_clean(self, run):
        """Every exercise of unit 02 has its line, and the last line counts them."""
        result, names = run("verify", "02", "--seeds", "1"), [it.name for it in of_unit("02")]
        listed = [name for name in names if re.search(rf"^ *{name} +passes ", result.output, re.MULTILINE)]

        assert (0, names, True) == (
            result.exit_code,
            listed,
            f"{len(names)} of {len(names)} exercises are clean." in result.output,
        )

    def test_the_title_names_the_number_of_inputs(self, run, sound):
        """Three when nothing is said."""
        assert "chainrule verify, 3 sets of inputs" in run("verify").output

    def test_a_declared_mistake_that_is_right_fails(self, run, broken):
        """The status is 1 and the sentence names exercise, mistake and seed."""
        result = run("verify", "--seeds", "1")
        sentence = f"tanh_grad: the mistake '{CALLED_WRONG}' passes (seed 0)."

        assert (
            result.exit_code,
            sentence in result.output,
            "0 of 1 exercises are clean." in result.output,
        ) == (1, True, True)

    def test_an_unknown_unit_is_a_wrong_use(self, run):
        """The status is 2 and the sentence lists the units."""
        result = run("verify", "99")
        words = " ".join(re.sub(r"[^\w',_ ]", " ", result.output).split())

        assert (result.exit_code, f"Expected a unit among {', '.join(UNITS)}, found '99'" in words) == (2, True)

    def test_no_set_of_inputs_is_a_wrong_use(self, run):
        """Nothing would be proved."""
        assert run("verify", "--seeds", "0").exit_code == 2

    def test_mutants_are_counted_on_request(self, run, sound):
        """The table gets a column and the summary a line."""
        result = run("verify", "--seeds", "1", "--mutants")

        assert (result.exit_code, re.search(r"Mutants caught: \d+ of \d+\.", result.output) is not None) == (0, True)


class TestVerifyJson:
    """Machines read the same facts."""

    def test_is_json_alone(self, run, sound):
        """The facts of each exercise under its name."""
        result = run("verify", "--seeds", "1", "--json")
        facts = json.loads(result.stdout)

        assert (
            result.exit_code,
            facts["clean"],
            facts["proofs"][0]["exercise"],
            facts["proofs"][0]["problems"],
        ) == (0, True, "tanh_grad", [])

    def test_a_broken_exercise_is_not_clean(self, run, broken):
        """Status and facts agree."""
        result = run("verify", "--seeds", "1", "--json")
        facts = json.loads(result.stdout)

        assert (result.exit_code, facts["clean"], len(facts["proofs"][0]["problems"])) == (1, False, 1)

    def test_what_was_not_measured_is_null(self, run, monkeypatch):
        """JSON has no nan."""
        monkeypatch.setattr(cli, "of_unit", lambda unit: (dataclasses.replace(SOUND, gradient=None),))
        text = run("verify", "--seeds", "1", "--json").stdout

        assert (json.loads(text)["proofs"][0]["gradient_error"], "NaN" in text) == (None, False)


class TestDoctor:
    """The command examines the machine."""

    def test_a_note_is_no_failure(self, run, findings):
        """The status is 0 and every part has its line."""
        result = run("doctor")

        assert (result.exit_code, "Python 3.12.1." in result.output, "note" in result.output) == (0, True, True)

    def test_something_missing_is_a_failure(self, run, findings):
        """The status is 1."""
        findings.append(Condition("numpy", "missing", "numpy is not installed."))

        assert run("doctor").exit_code == 1

    def test_json_holds_the_findings(self, run, findings):
        """Part, state and sentence."""
        expected = [dataclasses.asdict(it) for it in findings]

        assert expected == json.loads(run("doctor", "--json").stdout)

    def test_this_machine_can_be_examined(self, run):
        """Without a stand-in, Python comes first and the gradebook last."""
        parts = [it["part"] for it in json.loads(run("doctor", "--json").stdout)]

        assert [parts[0], parts[-1]] == ["Python", "gradebook"]
        assert "GPU" in parts


def test_without_a_command_the_help_is_shown(run):
    """Both commands are listed."""
    output = run().output

    assert ["verify" in output, "doctor" in output] == [True, True]
