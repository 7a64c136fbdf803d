"""The suite tells what it did not run, and in CI a missing program is a failure."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes
TESTS = Path(__file__).resolve().parents[1]
SUITE = """
import subprocess, sys
import pytest


@pytest.mark.needs("{tool}")
def test_needy():
    assert True


@pytest.mark.full
def test_long():
    assert True


@pytest.mark.slow(group="{group}")
def test_slow():
    subprocess.run([sys.executable, "-c", ""], check=True)


{marker}
def test_starting():
    subprocess.run([sys.executable, "-c", ""], check=True)
"""
MARKED = "@pytest.mark.processes"
EACH_WAY = pytest.mark.parametrize(
    "workers",
    [
        pytest.param((), id="one process"),
        pytest.param(("-n", "2"), id="two processes", marks=pytest.mark.slow(group="places")),
    ],
)


@pytest.fixture
def run(tmp_path):
    """Run a small suite under our conftest with an empty PATH."""
    (tmp_path / "tests").mkdir()
    shutil.copy(TESTS / "conftest.py", tmp_path / "tests")
    shutil.copytree(TESTS / "support", tmp_path / "tests" / "support")
    shutil.copy(TESTS.parent / "pyproject.toml", tmp_path)

    def run_suite(*options, tool="bwrap", ci=False, group="units", marker=MARKED):
        text = SUITE.format(tool=tool, group=group, marker=marker)
        (tmp_path / "tests" / "test_small.py").write_text(text, encoding="utf-8")
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        env |= {"PATH": "", "CI": "true" if ci else ""}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, "tests/test_small.py"]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stdout + done.stderr

    return run_suite


def test_a_missing_program_is_skipped_and_listed_at_home(run):
    code, output = run()

    assert code == 0
    assert "not run here" in output
    assert "needs bubblewrap (Debian: apt-get install bubblewrap)" in output


def test_a_missing_program_is_a_failure_in_ci(run):
    code, output = run(ci=True)

    assert code == 1
    assert "needs bubblewrap" in output


def test_missing_hardware_is_listed_but_no_failure_in_ci(run):
    code, output = run(tool="gpu", ci=True)

    assert code == 0
    assert "needs an NVIDIA GPU with CuPy" in output


@EACH_WAY
def test_what_was_left_out_is_told_with_the_reason(run, workers):
    _, output = run(*workers)

    assert "1 tests left out: long proofs, run by `make test-full`" in output
    assert "1 tests left out: many processes or real services, run by `make test-slow`" in output


def test_long_proofs_run_only_when_asked_for(run):
    assert "1 passed, 3 deselected" in run("-m", "full")[1]


@EACH_WAY
def test_slow_tests_run_when_asked_for_and_tell_what_their_group_took(run, workers):
    code, output = run("-m", "slow", *workers)

    assert (code, True) == (0, "1 passed" in output)
    assert re.search(r"^units +1 tests +0\.0 of 6 minutes$", output, re.MULTILINE)


def test_one_group_can_be_run_alone(run):
    assert "1 passed" in run("-m", "slow(group='units')")[1]
    assert "4 deselected" in run("-m", "slow(group='attacks')")[1]


def test_a_group_without_a_budget_is_refused(run):
    code, output = run(group="elsewhere")

    assert (code != 0, True) == (True, "No budget in pyproject.toml for the groups elsewhere." in output)


def test_a_test_that_starts_processes_without_saying_so_fails(run):
    code, output = run(marker="")

    assert code == 1
    assert "has no marker `processes`" in output
