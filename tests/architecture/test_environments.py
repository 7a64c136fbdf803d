"""The two environments, the project file and the doctor ask for the same packages and versions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from chainrule.doctor import NEEDED

ROOT = Path(__file__).resolve().parents[2]
CPU = (ROOT / "environment.yml").read_text()
GPU = (ROOT / "environment-gpu.yml").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
STUDENTS = {
    "ipywidgets",
    "jupyterlab",
    "matplotlib-base",
    "nbgrader",
    "numpy",
    "python",
    "scikit-learn",
    "tqdm",
}


def requirements(lines: list[str]) -> dict[str, str]:
    """From the name of a package to its condition, such as ">=1.2"."""
    return dict(re.match(r"([\w.-]+) *(.*)", line).groups() for line in lines)


def environment(text: str) -> dict[str, str]:
    """The packages of a conda environment."""
    return requirements(yaml.safe_load(text)["dependencies"])


def reason_for(text: str, package: str) -> str:
    """The comment on a package's line."""
    lines = [line for line in text.splitlines() if re.match(rf" *- {package}\b", line)]
    return lines[0].partition("#")[2].strip() if lines else ""


def tried(text: str) -> dict[str, str]:
    """The lowest versions of an environment, under the names of the package index."""
    conditions = environment(text)
    named = {name.removesuffix("-base"): condition for name, condition in conditions.items() if name != "python"}
    return {name: condition.removeprefix(">=") for name, condition in named.items() if condition.startswith(">=")}


EXTRA = requirements(PROJECT["optional-dependencies"]["instructor"])
BASE = requirements(PROJECT["dependencies"])
LOWEST = {
    name: condition.removeprefix(">=")
    for name, condition in {**BASE, **{name: EXTRA[name] for name in ("jupyterlab", "nbgrader")}}.items()
}


class TestCpu:
    """The environment of every student."""

    def test_lists_exactly_what_the_notebooks_need(self):
        """Neither chainrule nor proctor: the student edition lies beside each notebook."""
        assert set(environment(CPU)) == STUDENTS

    def test_asks_for_the_versions_of_the_project_file(self):
        """The base dependencies, and two packages of the instructor extra."""
        assert LOWEST == tried(CPU)

    def test_asks_for_the_versions_of_the_doctor(self):
        """One table a place, one truth."""
        assert NEEDED == tried(CPU)

    def test_asks_for_a_python_that_the_project_allows(self):
        """The lower bound is the project's."""
        assert environment(CPU)["python"].split(",")[0] == PROJECT["requires-python"]


class TestGpu:
    """The same, and what a GPU needs."""

    def test_adds_cupy_and_scipy_alone(self):
        """Nothing else differs."""
        added = dict(environment(GPU).items() - environment(CPU).items())

        assert {"cupy", "scipy"} == set(added)

    def test_lacks_nothing(self):
        """Every package with its condition."""
        assert environment(CPU).items() <= environment(GPU).items()

    def test_asks_for_the_cupy_of_the_project_file(self):
        """Conda and the package index name it differently."""
        extra = requirements(PROJECT["optional-dependencies"]["gpu"])

        assert list(extra.values()) == [f"[ctk]{environment(GPU)['cupy']}"]  # conda brings CUDA along by itself

    def test_bounds_scipy_and_says_why(self):
        """A bound without a reason is never lifted."""
        assert ("<1.17", True) == (environment(GPU)["scipy"], "cupy" in reason_for(GPU, "scipy"))


@pytest.mark.parametrize("text", [CPU, GPU], ids=["cpu", "gpu"])
def test_every_package_has_a_condition(text):
    """A version that was tried, or a bound."""
    assert [name for name, condition in environment(text).items() if not condition] == []


class TestTheRulesBite:
    """The readers see what differs."""

    def test_an_added_package_is_seen(self):
        """Such as chainrule itself."""
        assert set(environment(CPU + "  - chainrule\n")) - STUDENTS == {"chainrule"}

    def test_another_version_is_seen(self):
        """In the package whose name differs too."""
        changed = re.sub(r"(matplotlib-base >=)\S+", r"\g<1>1.0", CPU)

        assert {"matplotlib": "1.0"} == dict(tried(changed).items() - LOWEST.items())

    def test_a_missing_reason_is_seen(self):
        """The line is there, the comment is not."""
        assert not reason_for(GPU.replace("#", " "), "scipy")
