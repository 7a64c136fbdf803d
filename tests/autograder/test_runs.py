"""A run that is killed, refused or repeated leaves what an undisturbed one leaves."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from proctor.course.nbgrader import find_course
from proctor.course.state import state_folder
from support.foreign import build_course
from support.gradebooks import read_results

pytestmark = [
    *(pytest.mark.needs("bwrap"), pytest.mark.timeout(900), pytest.mark.xdist_group("runs")),
    pytest.mark.slow(group="classes"),  # `test_executors` sees the same in process
]
NAME = "quickstart"
COPIES = 2  # of each student, so that there is something to interrupt


def started(folder, *words):
    """`proctor grade` in a course, under way."""
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "proctor", "grade", NAME, *words]
    return subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def ended(process):
    """Its exit code and what it has printed."""
    words, _ = process.communicate(timeout=300)
    return process.returncode, " ".join(words.split())


def files_of(folder):
    """All autograded files and their contents."""
    return {str(it.relative_to(folder)): it.read_bytes() for it in sorted(folder.rglob("*")) if it.is_file()}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course nobody has graded; its class is there twice."""
    folder = build_course(tmp_path_factory.mktemp("course"), [NAME])
    for path in sorted((folder / "submitted").iterdir()):
        for number in range(COPIES - 1):
            shutil.copytree(path, path.with_name(f"{path.name}-{number}"))
    return folder


@pytest.fixture(scope="module")
def undisturbed(course, tmp_path_factory):
    """A copy that was graded in peace: the folder, its rows and its files."""
    folder = shutil.copytree(course, tmp_path_factory.mktemp("undisturbed") / "course")
    start = time.monotonic()
    code, words = ended(started(folder, "--jobs", "2"))
    assert code == 0, words
    return folder, read_results(folder, NAME), files_of(folder / "autograded"), time.monotonic() - start


@pytest.fixture
def copy(course, undisturbed, tmp_path):
    """A copy to disturb; the solved notebook is known already, so that there is more of grading to hit."""
    folder = shutil.copytree(course, tmp_path / "course")
    shutil.copytree(undisturbed[0] / ".proctor", folder / ".proctor")
    for path in (folder / ".proctor").glob("journal-*"):
        path.unlink()
    return folder


class TestKilled:
    """SIGKILL at a random moment, and again, and then a whole run."""

    @pytest.mark.parametrize("seed", [0, *(pytest.param(it, marks=pytest.mark.full) for it in range(1, 7))])
    def test_what_is_left_equals_an_undisturbed_run(self, copy, undisturbed, seed):
        _, rows, files, wall_seconds = undisturbed
        luck = np.random.default_rng(seed)
        for _ in range(3):
            process = started(copy, "--jobs", "2")
            time.sleep(luck.uniform(0.3, max(wall_seconds, 2.0)))
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
        code, words = ended(started(copy, "--jobs", "2"))

        assert 0 == code, words
        assert rows == read_results(copy, NAME)
        assert files == files_of(copy / "autograded")

    def test_nothing_runs_on(self, copy):
        """Workers and sandboxes end with the main process."""
        process = started(copy, "--jobs", "2")
        time.sleep(4.0)
        children = descendants(process.pid)
        process.kill()
        process.communicate()
        time.sleep(2.0)

        assert children
        assert [] == [pid for pid in children if is_running(pid)]


def descendants(pid):
    """All processes below one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(path.parent.name)
            found += [child, *descendants(child)]
    return found


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class TestSameBytes:
    """Neither order nor number of jobs changes a result."""

    def test_one_job_or_two_give_the_same(self, copy, undisturbed):
        code, words = ended(started(copy, "--jobs", "1"))

        assert 0 == code, words
        assert undisturbed[1] == read_results(copy, NAME)
        assert undisturbed[2] == files_of(copy / "autograded")

    def test_one_student_after_the_other_backwards_gives_the_same(self, copy, undisturbed):
        for student in ("hal", "bob", "ann"):
            ended(started(copy, "--student", student))

        for student in ("hal", "bob", "ann"):
            assert undisturbed[1][student] == read_results(copy, NAME)[student]
            own = {name: data for name, data in undisturbed[2].items() if name.startswith(f"{student}/")}
            assert own == {f"{student}/{name}": data for name, data in files_of(copy / "autograded" / student).items()}


class TestKept:
    """What is graded already is graded again exactly when something that counts has changed."""

    @pytest.fixture
    def done(self, undisturbed, tmp_path):
        return shutil.copytree(undisturbed[0], tmp_path / "course", symlinks=True)

    def graded(self, folder, *words):
        code, printed = ended(started(folder, *words))
        assert code == 0, printed
        return printed

    def test_nothing_changed_nothing_graded(self, done):
        assert "0 submissions graded." in self.graded(done)

    def test_a_changed_submission_alone_is_graded(self, done):
        path = done / "submitted" / "ann" / NAME / "problem2.ipynb"
        path.write_text(path.read_text(encoding="utf-8").replace("return", "return  "), encoding="utf-8")

        assert "1 submissions graded." in self.graded(done)

    def test_a_corrected_hidden_test_regrades_all(self, done):
        with sqlite3.connect(done / "gradebook.db") as book:
            book.execute("update source_cell set source = source || '\n# corrected' where name = 'fibonacci-large'")

        assert f"{len(list((done / 'submitted').iterdir()))} submissions graded." in self.graded(done)

    @pytest.mark.parametrize(
        "setting", ["c.Execute.timeout = 29", "c.Proctor.memory_bytes = 2000000000", "c.Proctor.strict = True"]
    )
    def test_a_changed_limit_regrades_all(self, done, setting):
        with (done / "nbgrader_config.py").open("a", encoding="utf-8") as config:
            config.write(f"\n{setting}\n")

        assert "0 kept" not in self.graded(done)
        assert "0 submissions graded." in self.graded(done)

    def test_another_secret_regrades_all(self, done):
        (done / ".proctor" / "secret").write_bytes(b"another secret of thirty-2 bytes")

        assert " kept: " not in self.graded(done)


class TestRefused:
    """One clear sentence, nothing lost, exit code not 0."""

    def test_the_second_grader_stops(self, copy):
        first = started(copy, "--jobs", "1")
        lock = state_folder(find_course(copy)) / "grading"
        while not lock.is_file() or lock.read_text() != f"process {first.pid}":
            time.sleep(0.05)
        code, words = ended(started(copy))

        assert 2 == code
        assert f"This course is being graded already, by process {first.pid}." in words
        assert 0 == ended(first)[0]

    def test_a_locked_gradebook(self, copy, undisturbed):
        with sqlite3.connect(copy / "gradebook.db", isolation_level=None) as book:
            book.execute("begin exclusive")
            code, words = ended(started(copy, "--student", "ann"))
            book.execute("rollback")

        assert 2 == code
        assert "gradebook" in words
        assert 0 == ended(started(copy))[0]
        assert undisturbed[1] == read_results(copy, NAME)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
    def test_a_full_disk(self, copy, undisturbed, tmp_path):
        disk = tmp_path / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=True)
        try:
            small = shutil.copytree(copy, disk / "course")
            (small / "filler").write_bytes(b"0" * (shutil.disk_usage(disk).free - 40_000))
            code, words = ended(started(small))
            (small / "filler").unlink()
            again, _ = ended(started(small))

            assert 2 == code, words
            assert "space" in words or "full" in words
            assert 0 == again
            assert undisturbed[1] == read_results(small, NAME)
            assert undisturbed[2] == files_of(small / "autograded")
        finally:
            subprocess.run(["umount", str(disk)], check=True)
