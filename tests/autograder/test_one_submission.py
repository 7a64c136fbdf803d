"""What one student hands in changes that row alone, and honest work beside odd files keeps its points."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from support.gradebooks import read_scores
from support.tiny import DUE, ON_TIME, VERY_LATE, execute, hand_in, nbgrader, tiny_course

pytestmark = [
    pytest.mark.processes,
    pytest.mark.needs("bwrap"),
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("one submission"),
]
ALL = 5.5  # of the tests; the other points are given by a person


def run(folder, *words):
    """What `proctor ... --json` prints, and its exit status."""
    command = [sys.executable, "-m", "proctor", *words, "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=200)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr[-2000:]
    return json.loads(done.stdout), done.returncode


def graded(folder):
    """From students to lines of `proctor grade`."""
    facts, code = run(folder, "grade", "hw1", "--jobs", "1")
    return {it["student"]: it for it in facts["students"]}, code


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Four students; ada's work is right."""
    root = tiny_course(tmp_path_factory.mktemp("tiny"))
    solve(root, "ada")
    return root


def solve(root, student, when=ON_TIME):
    """Hand in what the author has."""
    hand_in(root, student, when=when)
    for name in ("one", "two"):
        shutil.copy(root / "source" / "hw1" / f"{name}.ipynb", root / "submitted" / student / "hw1")


@pytest.fixture
def copy(course, tmp_path):
    return shutil.copytree(course, tmp_path / "course")


def put_beside(folder):
    """What honest people have beside their notebooks, and what others make of that."""
    (folder / ".git" / "objects").mkdir(parents=True)
    for number in range(2_100):
        (folder / ".git" / "objects" / str(number)).touch()
    (folder / "my env" / "bin").mkdir(parents=True)
    (folder / "my env" / "pyvenv.cfg").touch()
    (folder / "data-link").symlink_to("/etc")
    (folder / "a.txt").touch()
    (folder / "second-name.txt").hardlink_to(folder / "a.txt")
    (folder / "._one.ipynb").write_bytes(b"\0\5\26\7")
    os.mkfifo(folder / "pipe")
    with contextlib.chdir(folder):  # a socket's address is short
        socket.socket(socket.AF_UNIX).bind("socket")
    (folder / "huge.bin").open("wb").truncate(1 << 40)
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9")).mkdir()
    deep = folder
    for _ in range(40):
        deep /= "d"
        deep.mkdir()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_lies_beside_a_right_notebook_costs_nothing_but_itself(copy):
    put_beside(copy / "submitted" / "ada" / "hw1")
    found, code = graded(copy)

    assert (0, "graded") == (code, found["ada"]["ending"])
    assert ALL == found["ada"]["points"]
    for words in ("Left out: ", ".git (a repository)", "more"):
        assert words in found["ada"]["reason"]
    assert not (copy / "autograded" / "ada" / "hw1" / ".git").exists()


class TestNames:
    """Folders that no gradebook could hold."""

    def test_a_name_that_is_no_text_is_a_row_with_advice(self, copy):
        shutil.copytree(os.fsencode(copy / "submitted" / "ada"), os.fsencode(copy / "submitted") + b"/m\xfcller")
        found, code = graded(copy)

        assert (1, "not graded") == (code, found["müller"]["ending"])
        assert "rename it" in found["müller"]["reason"]
        assert ALL == found["ada"]["points"]

    def test_who_looks_like_another_is_told(self, copy):
        solve(copy, "Ada")
        found, _ = graded(copy)

        assert "Is this the same person as ada?" in found["Ada"]["reason"]
        assert "Is this the same person as Ada?" in found["ada"]["reason"]

    def test_levels_that_are_exchanged_are_told(self, copy):
        shutil.rmtree(copy / "submitted")
        (copy / "submitted" / "hw1" / "ada").mkdir(parents=True)
        facts, code = run(copy, "grade", "hw1")

        assert (2, True) == (code, "Swap the two levels" in json.dumps(facts))


NO_TIMES = {
    "long": "111111111111111111111111111111m",
    "zone": f"2026-04-01 11:00:00 {'A' * 256}",
    "path": "2026-04-01 11:00:00 /etc/passwd",
    "upwards": "2026-04-01 11:00:00 ../../etc/passwd",
    "zero": "\x00",
}


def test_timestamps_that_are_none_count_as_on_time(copy):
    for student, text in NO_TIMES.items():
        solve(copy, student, text)
    found, code = graded(copy)

    assert 0 == code
    for student in NO_TIMES:
        assert ("graded", ALL) == (found[student]["ending"], found[student]["points"]), student
        assert "It counts as handed in on time" in found[student]["reason"]


def test_work_in_a_copy_of_the_notebook_is_told(copy):
    folder = copy / "submitted" / "dan" / "hw1"
    shutil.copy(copy / "submitted" / "ada" / "hw1" / "two.ipynb", folder / "two-Copy1.ipynb")
    found, _ = graded(copy)

    assert "there is two-Copy1.ipynb too" in found["dan"]["reason"]


def test_the_author_may_have_links_and_many_pictures(copy, tmp_path):
    (tmp_path / "table.csv").write_text("1")
    (copy / "source" / "hw1" / "linked.csv").symlink_to(tmp_path / "table.csv")
    (copy / "source" / "hw1" / "pictures").mkdir()
    for number in range(2_100):
        (copy / "source" / "hw1" / "pictures" / f"{number}.png").touch()
    found, code = graded(copy)

    assert (0, ALL) == (code, found["ada"]["points"])
    assert "1" == (copy / "autograded" / "ada" / "hw1" / "linked.csv").read_text()


@pytest.mark.slow(group="classes")
class TestKept:
    """Kept means that the rows are there, and that the penalty is today's."""

    def test_a_student_who_was_removed_and_added_again_is_graded_again(self, copy):
        graded(copy)
        before = read_scores(copy, "hw1")
        nbgrader(copy, "db", "student", "remove", "ada", "--force")
        nbgrader(copy, "db", "student", "add", "ada")
        found, _ = graded(copy)

        assert ("graded", "kept") == (found["ada"]["ending"], found["bob"]["ending"])
        assert before == read_scores(copy, "hw1")

    def test_a_moved_deadline_moves_the_penalty(self, copy):
        with (copy / "nbgrader_config.py").open("a") as file:
            file.write("c.AssignLatePenalties.plugin_class = 'late_plugin.HourPlugin'\n")
        solve(copy, "eve", VERY_LATE)
        graded(copy)
        late = penalties(copy)
        execute(copy, "update assignment set duedate = ?", "2026-04-02 12:00:00.000000")
        found, _ = graded(copy)

        assert "kept" == found["eve"]["ending"]
        assert late["eve"] > 0
        assert 0 == penalties(copy)["eve"]
        execute(copy, "update assignment set duedate = ?", DUE)
        graded(copy)
        assert late == penalties(copy)


def penalties(folder):
    """What being late costs each student in all."""
    with sqlite3.connect(folder / "gradebook.db") as connection:
        query = (
            "select s.student_id, sum(coalesce(n.late_submission_penalty, 0)) from submitted_notebook n "
            "join submitted_assignment s on n.assignment_id = s.id group by s.student_id"
        )
        return dict(connection.execute(query).fetchall())
