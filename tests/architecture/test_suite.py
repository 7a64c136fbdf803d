"""The suite tells what it did not run, and in CI a missing program is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
NEEDY = """
import pytest

pytestmark = pytest.mark.processes


@pytest.mark.needs("{tool}")
def test_needy():
    assert True


@pytest.mark.full
def test_long():
    assert True
"""


@pytest.fixture
def run(tmp_path):
    """Run a small suite under our conftest with an empty PATH."""
    shutil.copy(TESTS / "conftest.py", tmp_path)
    shutil.copytree(TESTS / "support", tmp_path / "support")

    def run_suite(tool, *, ci, options=()):
        (tmp_path / "test_needy.py").write_text(NEEDY.format(tool=tool), encoding="utf-8")
        (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  needs: x\n  full: y\n", encoding="utf-8")
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        env |= {"PATH": "", "CI": "true" if ci else "", "PYTHONPATH": str(tmp_path)}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, str(tmp_path)]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stdout

    return run_suite


def test_a_missing_program_is_skipped_and_listed_at_home(run):
    code, output = run("bwrap", ci=False)

    assert code == 0
    assert "not run here" in output
    assert "needs bubblewrap (Debian: apt-get install bubblewrap)" in output


def test_a_missing_program_is_a_failure_in_ci(run):
    code, output = run("bwrap", ci=True)

    assert code == 1
    assert "needs bubblewrap" in output


def test_missing_hardware_is_listed_but_no_failure_in_ci(run):
    code, output = run("gpu", ci=True)

    assert code == 0
    assert "needs an NVIDIA GPU with CuPy" in output


def test_long_proofs_run_only_when_asked_for(run):
    assert "1 deselected" in run("bwrap", ci=False)[1]
    assert "1 passed, 1 deselected" in run("bwrap", ci=False, options=("-m", "full"))[1]
