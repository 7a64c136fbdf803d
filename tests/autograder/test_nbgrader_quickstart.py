"""nbgrader's own quickstart assignment, as it is installed, with its two submissions: the same scores."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.foreign import disagreements, environment, nbgrader
from support.gradebooks import read_results, read_scores

pytestmark = [pytest.mark.needs("bwrap"), pytest.mark.timeout(300), pytest.mark.slow(group="places")]
GUIDE = Path(importlib.util.find_spec("nbgrader").origin).parent / "docs" / "source" / "user_guide"
NAME = "ps1"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Two copies of the guide's course, one graded by nbgrader and one by proctor; two students more than there."""
    root = tmp_path_factory.mktemp("guide") / "theirs"
    shutil.copytree(GUIDE / "source", root / "source")
    shutil.copytree(GUIDE / "submitted", root / "submitted")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'guide'\n")
    nbgrader(root, "update", "source")
    nbgrader(root, "update", "submitted")
    nbgrader(root, "generate_assignment", NAME)
    for student, step in (("untouched", "release"), ("solved", "source")):
        shutil.copytree(root / step / NAME, root / "submitted" / student / NAME)
    ours = shutil.copytree(root, root.parent / "ours")
    nbgrader(root, "autograde", NAME)
    command = [sys.executable, "-m", "proctor", "grade", NAME]
    subprocess.run(command, cwd=ours, env=environment(), check=True, capture_output=True, timeout=200)
    return root, ours


def test_every_score_is_nbgraders(graded):
    theirs, ours = graded

    assert {"bitdiddle", "hacker", "solved", "untouched"} == set(read_scores(theirs, NAME))
    assert {} == disagreements(read_scores(ours, NAME), read_scores(theirs, NAME))


def test_penalties_and_comments_are_nbgraders(graded):
    theirs, ours = (read_results(folder, NAME) for folder in graded)

    assert {it: (fact["comments"], fact["penalties"]) for it, fact in theirs.items()} == {
        it: (fact["comments"], fact["penalties"]) for it, fact in ours.items()
    }


def test_feedback_and_export_work_on_it(graded):
    _, ours = graded
    nbgrader(ours, "generate_feedback", NAME)
    nbgrader(ours, "export", "--to", "grades.csv")

    assert (ours / "feedback" / "bitdiddle" / NAME / "problem1.html").is_file()
    assert 4 == len((ours / "grades.csv").read_text(encoding="utf-8").strip().splitlines()) - 1
