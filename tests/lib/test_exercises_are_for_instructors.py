"""Who has the library alone gets one sentence in place of the answers."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

pytestmark = pytest.mark.processes
ALONE = """
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "proctor" else found(name, *rest)
from chainrule.nn import activations
import chainrule
chainrule.check("relu", activations.relu)
"""


def test_a_check_without_the_instructors_part_says_what_is_missing():
    """And not that it were a student edition without its key."""
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1]

    assert last.startswith(
        "ImportError: chainrule.exercises holds all answers of the course and belongs to instructors"
    )
    assert "pip install ./autograder '.[instructor]'" in last


def test_with_it_they_are_there():
    """Else the test above would find nothing out."""
    assert importlib.util.find_spec("proctor")
    assert importlib.util.find_spec("chainrule.exercises.registry")
