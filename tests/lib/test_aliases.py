"""Modules are found under the names that they had before, in the library and in every student edition."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from chainrule.aliases import MOVED

pytestmark = pytest.mark.processes

# What cells of version 0 may say: each line as students wrote it.
CELLS = [
    "from chainrule import layers",
    "from chainrule.activations import relu",
    "from chainrule.activations.logistic import sigmoid",
    "import chainrule.training",
    "import chainrule.losses as losses",
    "from chainrule.gradcheck import numeric_gradient",
    "from chainrule.derivatives import gradient_check, jacobian",
    "from chainrule import packing, timing",
    "from chainrule.intermediates import first_difference, named_intermediates",
    "from chainrule.checks import check",
    "from chainrule.standing import progress",
    "from chainrule.experiments import Network, accuracy",
]


@pytest.mark.parametrize("old", MOVED)
def test_an_old_name_is_the_module_itself(old):
    module = importlib.import_module(f"chainrule.{old}")

    assert module is importlib.import_module(f"chainrule.{MOVED[old]}")
    assert module.__spec__.name == f"chainrule.{MOVED[old]}"


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_with_old_names_runs(cell):
    exec(cell, {})  # noqa: S102 - the cell of a student


def test_nothing_is_said_about_it():
    """Text on stderr costs points under nbgrader."""
    program = [sys.executable, "-W", "always", "-c", "\n".join(CELLS)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("", "")


def test_a_name_that_never_was_is_refused():
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'chainrule\.layer'"):
        importlib.import_module("chainrule.layer")


def test_a_part_that_an_edition_lacks_is_missing_under_its_old_name_too(tmp_path):
    """The message names what the student wrote."""
    from chainrule.authoring.building.student_edition import write_edition

    write_edition("02_activations", tmp_path, assessed=["nn.activations", "nn.numeric.checks"])
    code = "import chainrule.activations"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stderr.endswith("ModuleNotFoundError: No module named 'chainrule.activations'\n")


def test_a_package_without_one_of_its_parts_offers_the_others(tmp_path):
    from chainrule.authoring.building.student_edition import write_edition

    write_edition("02_activations", tmp_path, assessed=["nn.numeric.checks"])
    code = "from chainrule.nn import numeric; print(numeric.__all__, hasattr(numeric, 'gradient_check'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout == "['jacobian', 'numeric_gradient'] False\n"
