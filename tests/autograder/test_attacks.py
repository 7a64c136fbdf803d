"""A class of hostile and damaged submissions gets what it deserves, and nobody else notices.

Each case is a folder in `attacks/`; `support.attacks` tells its form. A whole class is graded in one run by a proctor
that is installed as its users install it, once by the user who runs the tests and once by another one without rights.
"""

from __future__ import annotations

import json
import sys

import pytest

from support.attacks import CANARY, MOST_CHARACTERS, build_and_grade, cases, open_folder, read_case, remove
from support.installing import install, python_for_others

OTHER_USER = 64_999
SAFE = {"text/plain", "text/latex", "image/png", "image/jpeg"}
ALL = cases()
SHORT = [it for it in ALL if not it.long]
UNGRADED = {it.student for it in ALL if it.endings == ("not graded",)}
PAIRS = ("leave-files", "leave-files-and-find-them")
RUNS = {
    "here": SHORT,
    "other-user": [it for number, it in enumerate(SHORT) if number % 3 == 0 or it.name in PAIRS],
    "here-long": [it for it in ALL if it.long],
    "other-user-all": ALL,
}
pytestmark = [pytest.mark.processes, pytest.mark.needs("bwrap"), pytest.mark.timeout(900)]


def marks_of(name):
    """Who can run it, when, and that one worker does it all."""
    marks = [pytest.mark.xdist_group(f"attacks {name}")]
    marks += [pytest.mark.needs("other user")] if name.startswith("other-user") else []
    return [*marks, pytest.mark.full if name.endswith(("long", "all")) else pytest.mark.slow(group="attacks")]


@pytest.fixture(scope="module")
def runs():
    """The runs so far, by name; each takes a minute."""
    made, folders = {}, []

    def made_once(name):
        if isinstance(made.get(name), Exception):
            raise made[name]
        if name not in made:
            made[name] = RuntimeError(f"the run {name} did not come to its end")
            other = name.startswith("other-user")
            folders.append(open_folder())
            python = install(folders[-1] / "venv", python_for_others() if other else sys.executable)
            made[name] = build_and_grade(folders[-1], RUNS[name], python, user=OTHER_USER if other else None)
        return made[name]

    yield made_once
    for folder in folders:
        remove(folder)


@pytest.fixture
def run(request, runs):
    """One run over a whole class."""
    return runs(request.param)


each_case = pytest.mark.parametrize(
    ("run", "case"),
    [
        pytest.param(name, case, marks=marks_of(name), id=f"{name}-{case.name}")
        for name, chosen in RUNS.items()
        for case in chosen
    ],
    indirect=["run"],
)
each_run = pytest.mark.parametrize(
    "run", [pytest.param(name, marks=marks_of(name), id=name) for name in RUNS], indirect=True
)


class TestCases:
    """The folders themselves."""

    def test_there_are_many(self):
        assert len(ALL) >= 68

    @pytest.mark.parametrize("case", ALL, ids=lambda it: it.name)
    def test_a_case_says_what_it_does_and_what_it_deserves(self, case):
        heading, facts = read_case(case.name)

        assert heading["about"]
        assert facts["why"]
        assert case.endings
        assert 0 <= case.points <= 17


@each_case
class TestCase:
    """What one hostile student and the honest one after gets."""

    def test_it_earns_what_it_deserves(self, run, case):
        assert case.points == run.students[case.student]["points"]
        assert case.student in UNGRADED or case.points == run.scores[case.student]

    def test_it_ends_as_it_should_and_says_why(self, run, case):
        line = run.students[case.student]

        assert line["ending"] in case.endings
        assert [] == [word for word in case.reason if word not in line["reason"]]
        assert line["reason"].isprintable()

    def test_it_was_tried_and_got_nothing(self, run, case):
        said = run.said(case.student)

        assert [] == [word for word in case.says if word not in said]
        assert "SUCCEEDED" not in said

    def test_no_secret_is_in_what_it_shows(self, run, case):
        shown = run.said(case.student) + json.dumps(run.students[case.student])

        assert [] == [name for name, secret in run.secrets.items() if secret in shown]

    def test_what_it_shows_is_small_and_harmless(self, run, case):
        kinds = {kind for output in run.outputs(case.student) for kind in output.get("data", ())}

        assert SAFE >= kinds
        assert "<script" not in json.dumps(run.outputs(case.student))
        assert len(run.notebook(case.student)) < MOST_CHARACTERS

    def test_the_next_student_earns_everything(self, run, case):
        line = run.students[case.neighbor]

        assert (17, "graded", "") == (run.scores[case.neighbor], line["ending"], line["reason"])


@each_run
class TestClass:
    """What the whole class left."""

    def test_the_run_ends_well(self, run):
        """With 1 where somebody could not be graded."""
        assert (int(bool(UNGRADED & run.students.keys())), "") == (run.code, run.errors)

    def test_there_is_one_line_for_each_student(self, run):
        told = {it.folder: it.student for it in ALL}

        assert {told.get(it.name, it.name) for it in (run.course / "submitted").iterdir()} == set(run.students)

    def test_there_is_a_row_for_each_student_whom_a_gradebook_can_name(self, run):
        assert set(run.students) - UNGRADED == set(run.scores)

    def test_the_student_whose_work_was_to_be_destroyed_earns_everything(self, run):
        assert 17 == run.scores[CANARY]

    def test_nobody_was_called(self, run):
        assert [] == run.heard

    def test_no_process_is_left(self, run):
        assert [] == run.left_processes

    def test_no_temporary_file_is_left(self, run):
        assert [] == run.left_files

    def test_nothing_of_the_course_or_the_grader_was_changed(self, run):
        assert [] == run.changed
