"""Courses of other people get the same scores as from nbgrader.

The assignments lie in `foreign/`, as text with the answers of some students; `support.foreign` tells its form.
What nbgrader gave is kept in `foreign/scores/`, so that only the long proofs have to run it (half a minute each).
After a change of the text: `python -m support.foreign NAME` in the folder `tests`.
"""

from __future__ import annotations

import importlib.util
from importlib.metadata import version

import nbformat
import pytest

from support.foreign import (
    ASSIGNMENTS,
    DIFFERENCES,
    build_course,
    deserved,
    disagreements,
    fingerprint,
    golden,
    golden_scores,
    graded_cells,
    nbgrader_scores,
    notebooks_of,
    students_of,
)
from support.gradebooks import read_results

ALL = (*ASSIGNMENTS, DIFFERENCES)
STUDENTS = [(name, student) for name in ASSIGNMENTS for student in students_of(name)]
NEEDS = {"frames": "pandas"}
NBGRADER_AGREES = {  # of the assignment on differences: where nbgrader gives what is deserved, too
    "another-kernel",
    "deleted-text",
    "exit-at-the-end",
    "format-3",
    "honest",
    "markdown-answer",
    "merged-answers",
    "no-cell-ids",
    "rewritten-answer",
    "unlocked-tests",
}


def skip_without(name):
    """Skip an assignment that needs a package which our own course does not."""
    if name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None:
        pytest.skip(f"needs {NEEDS[name]}")


@pytest.mark.parametrize("name", ALL)
class TestText:
    """The assignments themselves."""

    def test_the_notebooks_are_valid(self, name):
        for content in notebooks_of(name).values():
            nbformat.validate(nbformat.from_dict(content))
            ids = [cell["id"] for cell in content["cells"]]

            assert len(ids) == len(set(ids))

    def test_nbgrader_was_asked_about_this_text(self, name):
        assert fingerprint(name) == golden(name)["text"]

    def test_the_golden_file_names_every_student_and_cell(self, name):
        results = golden(name)["students"]

        assert set(students_of(name)) == set(results)
        for result in results.values():
            assert set(graded_cells(name)) == set(result["scores"])


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_class_is_mixed(name):
    """Right answers in several forms, wrong ones and untouched ones."""
    wanted = [heading["deserves"] for heading in students_of(name).values()]

    assert wanted.count("all") >= 2
    assert wanted.count("less") >= 3
    assert {"all", "less", "nothing"} >= set(wanted)


@pytest.mark.parametrize(("name", "student"), STUDENTS, ids="-".join)
def test_a_student_earns_what_the_heading_says(name, student):
    scores = golden(name)["students"][student]["scores"]
    possible = graded_cells(name, by=["test"])
    earned = {place: scores[place][0] for place in possible}
    wanted = students_of(name)[student]["deserves"]

    if wanted == "all":
        assert possible == earned
    elif wanted == "less":
        assert 0 < sum(earned.values()) < sum(possible.values())
    else:
        assert 0 == sum(earned.values())


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_check_can_fail(name):
    """Somebody loses points in each test cell."""
    results = golden(name)["students"].values()
    unfailing = [
        place
        for place, points in graded_cells(name, by=["test"]).items()
        if all(result["scores"][place][0] == points for result in results)
    ]

    assert [] == unfailing


def test_who_is_late_loses_what_the_course_says():
    """Hal was in time, but nbgrader takes his time zone, +0200, for 200 seconds."""
    penalties = {student: result["penalties"] for student, result in golden("quickstart")["students"].items()}

    assert {"eve": {"problem1": 5.0, "problem2": 0.0}, "hal": {"problem1": 3.5, "problem2": 0.0}} == {
        student: taken for student, taken in penalties.items() if taken
    }


class TestDifferences:
    """The assignment on what proctor does better."""

    def test_every_student_has_a_deserved_score_and_a_reason(self):
        assert set(students_of(DIFFERENCES)) == set(deserved())
        for student in deserved().values():
            assert student["why"]
            assert set(graded_cells(DIFFERENCES)) == set(student["scores"])

    def test_nbgrader_agrees_exactly_where_we_know(self):
        given = golden_scores(DIFFERENCES)
        agrees = {
            student
            for student, fact in deserved().items()
            if fact["scores"] == {place: score for place, (score, _) in given[student].items()}
        }

        assert NBGRADER_AGREES == agrees


class TestDisagreements:
    """The comparison that finds differing scores."""

    SCORES = {"ann": {"a/one": (1.0, False), "a/text": (None, True)}}  # noqa: RUF012 - never changed

    def test_equal_scores_agree(self):
        as_written = {"ann": {"a/one": [1.0, False], "a/text": [None, True]}}

        assert {} == disagreements(self.SCORES, as_written)

    @pytest.mark.parametrize("other", [(0.5, False), (1.0, True), (None, True), None], ids=str)
    def test_any_difference_is_named(self, other):
        changed = {"ann": {"a/one": other, "a/text": (None, True)} if other else {"a/text": (None, True)}}

        assert {"ann": {"a/one": ((1.0, False), other)}} == disagreements(self.SCORES, changed)


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", ALL)
def test_nbgrader_still_gives_the_golden_scores(name, tmp_path):
    skip_without(name)
    build_course(tmp_path, [name])
    nbgrader_scores(tmp_path, name)

    assert golden(name)["nbgrader"] == version("nbgrader")
    assert golden(name)["students"] == read_results(tmp_path, name)
