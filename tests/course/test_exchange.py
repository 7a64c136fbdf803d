"""nbgrader's exchange on one machine: release, fetch, submit, collect, grade, feedback, with two students.

Started by root, the students are two users of the system, who cannot read each other's files. Elsewhere they are two
homes of one user. The course is the real one, since its edition is what a release may lose and a collection must.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys

import pytest

from chainrule.authoring.building.notebook import notebook_text, read_notebook
from chainrule.authoring.simulating.demo import nbgrader, proctor, scores_of
from chainrule.checking import GraderError
from support.attacks import open_folder, remove
from support.courses import built_copy, cells_of
from support.installing import python_for_others

UNIT = "00_warmup"
COURSE_ID = "chainrule"
REAL = os.geteuid() == 0 and python_for_others() is not None
NAMES = ("daemon", "nobody") if REAL else ("ada", "bob")
SOLVER, OTHER = NAMES
LEFT_OUT = "test_accuracy"  # no later cell needs it
pytestmark = [
    *(pytest.mark.needs("bwrap"), pytest.mark.timeout(600), pytest.mark.xdist_group("exchange")),
    pytest.mark.slow(group="places"),
]


class Student:
    """A user with a home, whose nbgrader knows the exchange and nothing of the course's folder."""

    def __init__(self, name, home, exchange):
        self.name, self.home = name, home
        home.mkdir()
        settings = (
            f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = {COURSE_ID!r}\n"
        )
        (home / "nbgrader_config.py").write_text(settings)
        if REAL:
            account = pwd.getpwnam(name)
            self.who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(home, account.pw_uid, account.pw_gid)
        else:
            self.who = {}

    @property
    def work(self):
        """The folder that was fetched."""
        return self.home / UNIT

    def run(self, *command):
        """Run a Python program as this student."""
        folders = [it for it in sys.path if it.endswith("site-packages")]
        env = {
            "HOME": str(self.home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(folders),
        }
        python = python_for_others() if REAL else sys.executable
        return subprocess.run(
            [python, *command], cwd=self.home, env=env, capture_output=True, text=True, check=False, **self.who
        )

    def nbgrader(self, command, *words):
        """Run nbgrader as this student."""
        named = [] if REAL else [f"--CourseDirectory.student_id={self.name}"]
        done = self.run("-m", "nbgrader", command, UNIT, *named, *words)
        assert done.returncode == 0, done.stderr[-3000:]

    def answer(self, course, *, without=()):
        """Fill in the answers."""
        solved, path = cells_of(course.source(UNIT)), self.work / f"{UNIT}.ipynb"
        notebook = read_notebook(path)
        for cell in notebook["cells"]:
            own = cell["metadata"].get("nbgrader", {})
            if own.get("solution") and not own["grade"] and own["grade_id"] not in without:
                cell["source"] = solved[own["grade_id"]]["source"]
        path.write_text(notebook_text(notebook), encoding="utf-8")

    def pages(self):
        """The feedback that this student has fetched."""
        return [it.read_text(encoding="utf-8") for it in self.home.rglob("feedback/*/*.html")]


class Way:
    """What each step left behind."""

    def __init__(self, folder):
        self.course = built_copy(folder / "course", (UNIT,))
        self.exchange = folder / "exchange"
        root = f"--Exchange.root={self.exchange}"
        nbgrader(self.course, "release_assignment", UNIT, root)
        self.released = self.exchange / COURSE_ID / "outbound" / UNIT
        self.students = [Student(name, folder / name, self.exchange) for name in NAMES]
        for student in self.students:
            student.nbgrader("fetch_assignment")
        first, second = self.students
        first.answer(self.course)
        second.answer(self.course, without=(LEFT_OUT,))
        (second.work / "chainrule" / "desk" / "checks.py").write_text("def check(*args): print('all right')\n")
        for student in self.students:
            student.nbgrader("submit")
        nbgrader(self.course, "collect", UNIT, root)
        self.collected = {name: self.course.var / "submitted" / name / UNIT for name in NAMES}
        proctor(self.course, "grade", UNIT)
        self.scores = scores_of(self.course, UNIT)
        proctor(self.course, "feedback", UNIT)
        nbgrader(self.course, "release_feedback", UNIT, root)
        for student in self.students:
            student.nbgrader("fetch_feedback")


@pytest.fixture(scope="module")
def way():
    """The whole way, gone once."""
    folder = open_folder()
    folder.chmod(0o777 if REAL else 0o755)
    try:
        yield Way(folder)
    finally:
        remove(folder)


def points(course, *, graded_by_hand=False):
    """The points of a course's automatic tests."""
    cells = [cell["metadata"]["nbgrader"] for cell in cells_of(course.source(UNIT)).values()]
    return {it["grade_id"]: it["points"] for it in cells if it["grade"] and it["solution"] is graded_by_hand}


class TestRelease:
    """What students can fetch."""

    def test_the_edition_goes_out_with_the_notebook(self, way):
        edition = way.released / "chainrule"
        names = {path.relative_to(edition).as_posix() for path in edition.rglob("*")}

        assert {"__init__.py", "desk/checks.py", "answer_key.npz"} <= names
        assert (way.released / f"{UNIT}.ipynb").is_file()

    def test_caches_stay_at_home(self, way):
        assert [] == [*way.released.rglob("__pycache__"), *way.released.rglob("*.pyc")]

    def test_no_answer_goes_out(self, way):
        assert not (way.released / "chainrule" / "exercises").exists()
        assert "BEGIN SOLUTION" not in (way.released / f"{UNIT}.ipynb").read_text(encoding="utf-8")

    def test_it_works_where_it_was_fetched(self, way):
        done = way.students[0].run("-c", f"import os; os.chdir({UNIT!r}); import chainrule; print(chainrule.__file__)")

        assert done.stdout.strip() == str(way.students[0].work / "chainrule" / "__init__.py"), done.stderr

    def test_a_release_without_edition_is_refused_in_one_sentence(self, way, tmp_path):
        bare = type(way.course)(shutil.copytree(way.course.root, tmp_path / "bare"), way.course.units)
        shutil.rmtree(bare.release(UNIT) / "chainrule")

        with pytest.raises(GraderError, match="There is no student edition"):
            nbgrader(bare, "release_assignment", UNIT, f"--Exchange.root={tmp_path / 'exchange'}")

    def test_without_the_course_s_own_class_the_edition_would_be_lost(self, way, tmp_path):
        """The setting is needed: nbgrader's own class releases the notebook alone."""
        stock = "--ExchangeFactory.release_assignment=nbgrader.exchange.default.ExchangeReleaseAssignment"
        nbgrader(way.course, "release_assignment", UNIT, f"--Exchange.root={tmp_path}", stock)

        assert [f"{UNIT}.ipynb"] == [path.name for path in (tmp_path / COURSE_ID / "outbound" / UNIT).iterdir()]


class TestCollection:
    """What comes back."""

    @pytest.mark.parametrize("student", NAMES)
    def test_a_submitted_edition_is_not_collected(self, way, student):
        names = {path.name for path in way.collected[student].iterdir()}

        assert {f"{UNIT}.ipynb", "timestamp.txt", "submission_secret.txt"} == names

    @pytest.mark.skipif(not REAL, reason="needs root, and a Python of this version that every user can run")
    def test_students_are_two_users_of_the_system(self, way):
        inbound = list((way.exchange / COURSE_ID / "inbound").iterdir())

        assert set(NAMES) == {path.owner() for path in inbound}


class TestScores:
    """What they earn."""

    def test_the_solved_notebook_earns_all_that_needs_no_person(self, way):
        assert sum(points(way.course).values()) == way.scores[SOLVER][0]

    def test_an_answer_left_out_costs_its_points_and_an_edited_edition_earns_none(self, way):
        lost = points(way.course)[f"{LEFT_OUT}-hidden"]

        assert way.scores[SOLVER][0] - lost == way.scores[OTHER][0]


class TestFeedback:
    """What they read."""

    def test_each_student_fetches_one_page_with_the_own_points(self, way):
        most = sum((points(way.course) | points(way.course, graded_by_hand=True)).values())
        shown = [
            re.search(rf"<strong>(\d+)</strong> of {most:g} points", page) for it in way.students for page in it.pages()
        ]

        assert [way.scores[name][0] for name in NAMES] == [float(it.group(1)) for it in shown]

    def test_the_pages_are_those_of_proctor(self, way):
        """nbgrader's own pages hold scripts, proctor's none."""
        assert [1, 1] == [len(it.pages()) for it in way.students]
        assert [] == [page for it in way.students for page in it.pages() if "<script" in page]

    def test_a_page_s_name_cannot_be_guessed(self, way):
        names = [path.stem for path in (way.exchange / COURSE_ID / "feedback").glob("*.html")]

        assert 2 == len(set(names))
        assert all(re.fullmatch(r"[0-9a-f]{32,}", name) for name in names)

    @pytest.mark.skipif(not REAL, reason="needs root, and a Python of this version that every user can run")
    def test_the_list_of_pages_cannot_be_read(self, way):
        feedback = way.exchange / COURSE_ID / "feedback"
        done = way.students[0].run("-c", f"import os; os.listdir({str(feedback)!r})")

        assert "PermissionError" in done.stderr
