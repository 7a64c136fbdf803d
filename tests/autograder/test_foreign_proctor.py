"""proctor gives foreign assignments the scores that nbgrader gives them, apart from the differences on purpose."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from support.foreign import (
    ASSIGNMENTS,
    DIFFERENCES,
    build_course,
    deserved,
    disagreements,
    environment,
    golden,
    golden_scores,
)
from support.gradebooks import read_results, read_scores

UNVERIFIED = {
    "quickstart": set(),
    "numerics": set(),
    "classes": {
        *("vector-equal", "vector-helper", "shapes-inherit", "recorder-notes", "recorder-errors"),
        "point-dataclass",
    },
    "frames": {"plot-cities-check", "bars-check"},
    "training": {"slowly-check"},
    "owners": set(),
}
# Right, though from outside it looks wrong: nobody loses points over that, a person looks.
WAITING = {"owners": {"otherwise": {"owners/doubled-check": ((None, True), (1.0, False))}}}
pytestmark = [pytest.mark.processes, pytest.mark.needs("bwrap"), pytest.mark.timeout(600)]


def proctor(folder, *words):
    """What `proctor ... --json` prints in a course."""
    run = subprocess.run(
        [sys.executable, "-m", "proctor", *words, "--json"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert "" == run.stderr
    return json.loads(run.stdout), run.returncode


CORPUS = pytest.mark.slow(group="corpus")
ONE_WORKER_EACH = [
    pytest.param(name, marks=[pytest.mark.xdist_group(f"foreign {name}"), CORPUS]) for name in ASSIGNMENTS
]


@pytest.fixture(scope="module")
def courses():
    """Foreign courses that are graded already, by name."""
    return {}


@pytest.fixture
def graded(name, courses, tmp_path_factory):
    """One foreign course, graded by proctor: its folder, what `check` and `grade` said."""
    if name not in courses:
        folder = build_course(tmp_path_factory.mktemp(name), [name])
        checked = proctor(folder, "check", name)
        courses[name] = folder, checked, proctor(folder, "grade", name, "--jobs", "1")
    return courses[name]


@pytest.mark.parametrize("name", ONE_WORKER_EACH)
class TestSameScores:
    """As nbgrader, on honest submissions."""

    def test_the_solved_notebook_earns_full_marks(self, graded, name):
        _, (facts, code), _ = graded

        assert 0 == code
        assert {"verified", "unverified"} >= {it["state"] for it in facts["tests"]}

    def test_every_score_is_nbgraders(self, graded, name):
        folder, _, (_, code) = graded

        assert 0 == code
        assert WAITING.get(name, {}) == disagreements(read_scores(folder, name), golden_scores(name))

    def test_penalties_and_comments_are_nbgraders(self, graded, name):
        """Apart from the word that a test was not verified."""
        folder, _, _ = graded
        found = read_results(folder, name)
        for student, expected in golden(name)["students"].items():
            comments = {
                place: None if text and text.endswith("unverified.") else text
                for place, text in found[student]["comments"].items()
            }

            assert expected["penalties"] == found[student]["penalties"]
            assert expected["comments"] == {place: text for place, text in comments.items() if text}

    def test_only_the_known_tests_are_unverified(self, graded, name):
        _, (facts, _), _ = graded

        assert UNVERIFIED[name] == {it["grade_id"] for it in facts["tests"] if it["state"] == "unverified"}

    def test_unverified_results_are_marked(self, graded, name):
        _, _, (facts, _) = graded

        assert {tuple(sorted(UNVERIFIED[name]))} == {tuple(sorted(it["unverified"])) for it in facts["students"]}


@CORPUS
class TestStrict:
    """`--strict` refuses what is not verified."""

    def test_an_unverified_test_waits_for_a_person(self, tmp_path):
        folder = build_course(tmp_path, ["training"])
        _, code = proctor(folder, "check", "training", "--strict")
        facts, _ = proctor(folder, "grade", "training", "--strict", "--student", "ann")
        waiting = {it["grade_id"] for it in facts["students"][0]["questions"] if it["points"] is None}

        assert 1 == code
        assert UNVERIFIED["training"] <= waiting


@pytest.fixture(scope="module")
def different(tmp_path_factory):
    """The course of the differences on purpose, graded by proctor."""
    folder = build_course(tmp_path_factory.mktemp(DIFFERENCES), [DIFFERENCES])
    facts, _ = proctor(folder, "grade", DIFFERENCES, "--jobs", "1")
    return read_scores(folder, DIFFERENCES), {it["student"]: it for it in facts["students"]}


@CORPUS
@pytest.mark.xdist_group(f"foreign {DIFFERENCES}")
@pytest.mark.parametrize("student", sorted(deserved()))
def test_a_damaged_submission_earns_what_it_deserves(different, student):
    scores, lines = different
    found = {place: score for place, (score, _) in scores[student].items()}

    assert deserved()[student]["scores"] == found
    assert lines[student]["ending"] in ("graded", "repaired", "crashed")


@CORPUS
@pytest.mark.xdist_group(f"foreign {DIFFERENCES}")
@pytest.mark.parametrize("student", ["schema-1", "renamed-test", "deleted-test", "split-answer", "another-kernel"])
def test_a_repair_is_reported(different, student):
    _, lines = different

    assert "repaired" == lines[student]["ending"]
    assert lines[student]["repairs"]
    assert lines[student]["reason"]
