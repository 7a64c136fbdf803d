"""The doctor: it finds what is missing or old, and a GPU is never a must."""

from __future__ import annotations

import importlib.metadata
import sys
import types
from pathlib import Path

import pytest

from chainrule.doctor import NEEDED, Condition, examine, machine, packages

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]


def findings_by_part():
    return {finding.part: finding for finding in examine()}


@pytest.fixture
def versions(monkeypatch):
    """Installed versions, to be edited: a package that is not here is not installed."""
    installed = dict(NEEDED)

    def version(name):
        if name not in installed:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    return installed


def test_every_part_is_examined_once(versions):
    """In the order in which to mend them."""
    desk = ["chainrule", "kernel", "nbgrader in JupyterLab", "bubblewrap"]
    found = [finding.part for finding in examine(ROOT)]

    assert ["Python", *NEEDED, *desk, "GPU", "BLAS threads", "UTF-8", "disk", "course/var", "gradebook"] == found


@pytest.mark.parametrize("package", NEEDED)
def test_the_oldest_version_tried_is_fine(package, versions):
    """The sentence names it."""
    expected = Condition(package, "ok", f"{package} {NEEDED[package]}.")

    assert expected == findings_by_part()[package]


@pytest.mark.parametrize("package", NEEDED)
def test_a_missing_package_is_missing(package, versions):
    """The sentence says how to install it."""
    del versions[package]
    sentence = f"{package} is not installed; try: pip install '{package}>={NEEDED[package]}'."

    assert Condition(package, "missing", sentence) == findings_by_part()[package]


def test_an_old_package_is_a_note(versions):
    """It may still work, so the sentence names both versions and the way to update."""
    versions["numpy"] = "1.26.4"
    sentence = "numpy 1.26.4 is older than 2.4.6, the oldest tried; try: pip install -U numpy."

    assert Condition("numpy", "note", sentence) == findings_by_part()["numpy"]


@pytest.mark.parametrize(
    ("found", "state"),
    [("2.4.5", "note"), ("2.4.6", "ok"), ("2.4.10", "ok"), ("2.10", "ok"), ("3", "ok"), ("2.4.6.post1", "ok")],
)
def test_versions_are_compared_as_numbers(found, state, versions):
    """10 comes after 9."""
    versions["numpy"] = found

    assert state == findings_by_part()["numpy"].state


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)], ids=str)
def test_a_tried_python_is_fine(version, monkeypatch):
    """From 3.11 to 3.13."""
    monkeypatch.setattr(packages, "sys", types.SimpleNamespace(version_info=version))

    assert Condition("Python", "ok", f"Python {'.'.join(map(str, version))}.") == findings_by_part()["Python"]


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0), (2, 7, 18)], ids=str)
def test_another_python_is_missing(version, monkeypatch):
    """The sentence names the range and what was found."""
    monkeypatch.setattr(packages, "sys", types.SimpleNamespace(version_info=version))
    found = ".".join(map(str, version))
    sentence = f"Expected Python 3.11 to 3.13, found {found}; install one of these."

    assert Condition("Python", "missing", sentence) == findings_by_part()["Python"]


def test_no_gpu_is_a_note(monkeypatch):
    """Everything runs without one."""
    monkeypatch.setitem(sys.modules, "cupy", None)
    sentence = "CuPy is not installed; environment-gpu.yml lists what a GPU needs."

    assert Condition("GPU", "note", sentence) == findings_by_part()["GPU"]


def test_a_ready_gpu_is_fine(monkeypatch):
    """Its name is the sentence."""
    state = types.SimpleNamespace(usable=True, sentence="Fake GPU is ready.")
    monkeypatch.setattr(machine, "gpu_state", lambda: state)

    assert Condition("GPU", "ok", "Fake GPU is ready.") == findings_by_part()["GPU"]
