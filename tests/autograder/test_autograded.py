"""The graded folder is nbgrader's, appears at once, and holds nothing that a link points at."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import time

import nbformat
import pytest

from proctor.course.folders import building_place
from proctor.errors import GraderError, SubmissionError
from proctor.marks.autograded import write_autograded
from proctor.marks.spelling import notebook_text
from support.tiny import configured, execute, nbgrader, tiny_course, write

pytestmark = pytest.mark.processes

CONFIG = """
c.CourseDirectory.ignore.append("chainrule")
c.Autograde.exclude_overwriting = {"hw1": ["helper.py", "absent.py"]}
"""
SOURCE = ("data/table.csv", "helper.py", "absent.py", "sub/deep/a.txt", "feedback/x", "note.pyc")
EXTRA = (
    *("data/table.csv", "data/own.csv", "helper.py", "chainrule/backend.py", "deep/chainrule/x.py"),
    *("__pycache__/a.pyc", "other.ipynb", ".hidden.ipynb", ".env", "größe.txt", "timestamp.txt"),
)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder):
    return sorted(it.name for it in folder.iterdir())


def tree(folder):
    """Every file and folder below, with mode and, for files, content."""
    return {
        path.relative_to(folder).as_posix(): (mode(path), path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


def fill(root, student="ada"):
    """Add other files to the source and to a submission."""
    for name in SOURCE:
        write(root / "source" / "hw1" / name, "the author's")
    for name in EXTRA[:-1]:
        write(root / "submitted" / student / "hw1" / name, f"{student}'s")


def joined(notebook):
    """A notebook whose texts are whole, as a grader makes it."""
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


@pytest.fixture
def course(tmp_path):
    """A small course with one submission; nbgrader is not needed."""
    course = configured(tmp_path / "course", CONFIG)
    fill(course.root)
    write(course.root / "submitted" / "ada" / "hw1" / "timestamp.txt", "2026-04-01 11:00:00 UTC")
    return course


NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"orig_nbformat": 4, "kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "cells": [
        {
            "cell_type": "code",
            "id": "a",
            "metadata": {"trusted": True, "nbgrader": {"grade_id": "größe"}},
            "source": "1\n2",
            "execution_count": 1,
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": "x\ny\u2028z\n"},
                {
                    "output_type": "display_data",
                    "metadata": {},
                    "data": {
                        "text/plain": "a\nb",
                        "image/svg+xml": "<svg>\n</svg>",
                        "image/png": "iVBO\nRw0K",
                        "application/vnd.proctor.note+json": {"title": "a\nb"},
                    },
                },
                {"output_type": "error", "ename": "E", "evalue": "a\nb", "traceback": ["1\n2"]},
            ],
        },
        {
            "cell_type": "markdown",
            "id": "b",
            "metadata": {},
            "source": "",
            "attachments": {"a.svg": {"image/svg+xml": "1\n2"}},
        },
    ],
}


def put(course, notebooks=None, extra=EXTRA):
    return write_autograded(course, "hw1", "ada", notebooks or {"one": NOTEBOOK}, submitted_extra=extra)


class TestSameAsNbgrader:
    """The same files, bytes and modes."""

    @pytest.fixture(
        scope="class",
        params=[
            pytest.param("", id="plain"),
            pytest.param("c.CourseDirectory.groupshared = True", id="shared", marks=pytest.mark.slow(group="corpus")),
        ],
    )
    @classmethod
    def twins(cls, request, tmp_path_factory):
        """The folder that nbgrader wrote, and ours of the same notebooks."""
        root = tiny_course(tmp_path_factory.mktemp("tiny") / "course", CONFIG + request.param)
        for student in ("bob", "cyd", "dan"):
            shutil.rmtree(root / "submitted" / student)
        fill(root)
        execute(root, "delete from student")
        nbgrader(root, "autograde", "hw1", "--no-execute")
        theirs = (root / "autograded").rename(root / "theirs")
        course = configured(root, (root / "nbgrader_config.py").read_text(encoding="utf-8"))
        notebooks = {
            name: joined(json.loads((theirs / "ada" / "hw1" / f"{name}.ipynb").read_text(encoding="utf-8")))
            for name in ("one", "two")
        }
        write_autograded(course, "hw1", "ada", notebooks, submitted_extra=EXTRA)
        return theirs, root / "autograded"

    def test_every_file_agrees(self, twins):
        theirs, ours = map(tree, twins)

        assert theirs == ours
        assert {"ada/hw1/one.ipynb", "ada/hw1/data/own.csv", "ada/hw1/.hidden.ipynb"} < set(ours)

    def test_the_folder_of_all_agrees(self, twins):
        theirs, ours = map(mode, twins)

        assert theirs == ours


class TestNotebooks:
    """The text of a notebook."""

    def test_is_what_nbformat_writes(self):
        expected = nbformat.writes(nbformat.from_dict(NOTEBOOK))

        assert f"{expected}\n" == notebook_text(NOTEBOOK)

    def test_the_given_notebook_is_not_changed(self):
        before = json.dumps(NOTEBOOK)
        notebook_text(NOTEBOOK)

        assert before == json.dumps(NOTEBOOK)

    def test_halves_of_characters_stop_nothing(self, course):
        broken = NOTEBOOK | {"cells": [{"cell_type": "raw", "metadata": {}, "source": "a\ud800"}]}

        assert "a?" in (put(course, {"one": broken}) / "one.ipynb").read_text(encoding="utf-8")


class TestFiles:
    """Whose file wins."""

    def test_the_authors_file_wins(self, course):
        assert "the author's" == (put(course) / "data" / "table.csv").read_text(encoding="utf-8")

    def test_a_file_that_students_may_edit_is_the_students(self, course):
        folder = put(course)

        assert "ada's" == (folder / "helper.py").read_text(encoding="utf-8")
        assert not (folder / "absent.py").exists()

    def test_a_folder_in_the_place_of_the_authors_file_is_left_out(self, course):
        write(course.folder("source", ".", "hw1") / "odd", "the author's")
        write(course.folder("source", ".", "hw1") / "tree" / "b", "the author's")
        write(course.folder("submitted", "ada", "hw1") / "odd" / "c", "ada's")
        write(course.folder("submitted", "ada", "hw1") / "tree", "ada's")
        folder = put(course, extra=("odd/c", "tree"))

        assert {"the author's"} == {(folder / name).read_text(encoding="utf-8") for name in ("odd", "tree/b")}

    def test_the_timestamp_comes_along_unasked(self, course):
        assert (put(course, extra=()) / "timestamp.txt").is_file()

    def test_what_is_not_named_is_not_copied(self, course):
        assert {"one.ipynb", "timestamp.txt", "data", "sub"} == {it.name for it in put(course, extra=()).iterdir()}

    def test_files_are_for_reading(self, course):
        assert {0o444} == {mode(it) for it in put(course).rglob("*") if it.is_file()}


class TestLinks:
    """A student's link is never followed."""

    @pytest.mark.parametrize("target", ["/etc/hostname", "../hw1/helper.py", "nowhere"])
    @pytest.mark.parametrize("name", ["a.txt", "timestamp.txt"])
    def test_a_link_is_refused_and_nothing_written(self, course, target, name):
        link = course.folder("submitted", "ada", "hw1") / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)

        with pytest.raises(SubmissionError, match=f"Expected a file {name} in the submission"):
            put(course, extra=(name,))

        assert [] == list((course.root / "autograded").rglob("*/*"))

    def test_a_linked_folder_on_the_way_is_refused(self, course):
        (course.folder("submitted", "ada", "hw1") / "etc").symlink_to("/etc")

        with pytest.raises(SubmissionError, match="Expected a file etc/hostname"):
            put(course, extra=("etc/hostname",))

    def test_a_submission_that_is_a_link_is_refused(self, course):
        folder = course.folder("submitted", "ada", "hw1")
        folder.rename(folder.with_name("real"))
        folder.symlink_to("real")

        with pytest.raises(SubmissionError, match="found a link or nothing"):
            put(course, extra=("helper.py",))

    def test_a_pipe_does_not_hang(self, course):
        os.mkfifo(course.folder("submitted", "ada", "hw1") / "pipe")

        with pytest.raises(SubmissionError, match="found another thing"):
            put(course, extra=("pipe",))

    @pytest.mark.parametrize("name", ["../../bob/hw1/a.txt", "/etc/hostname"])
    def test_a_name_that_leads_out_is_refused(self, course, name):
        write(course.root / "submitted" / "bob" / "hw1" / "a.txt", "bob's")

        with pytest.raises(SubmissionError, match="leads out"):
            put(course, extra=(name,))

    def test_a_file_that_is_gone_is_told(self, course):
        with pytest.raises(SubmissionError, match=r"Expected a file gone\.txt"):
            put(course, extra=("gone.txt",))


class TestAtOnce:
    """Old or new, never half."""

    def test_the_new_folder_replaces_the_old_one(self, course):
        write(put(course).parent / "hw1" / "old.txt", "old")
        folder = put(course)

        assert not (folder / "old.txt").exists()
        assert ["hw1"] == names_in(folder.parent)

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
    def test_a_failure_leaves_the_old_folder(self, course, monkeypatch, number):
        before = tree(put(course))

        def fail(*_):
            raise OSError(number, os.strerror(number), "here")

        monkeypatch.setattr(shutil, "copyfileobj", fail)
        with pytest.raises(GraderError) as caught:
            put(course)

        assert ("autograded" if number == errno.EIO else "disk-full") == caught.value.slug
        assert (["hw1"], before) == (names_in(course.root / "autograded" / "ada"), tree(put_place(course)))

    def test_what_a_killed_writer_left_is_cleared_away_by_the_next(self, course):
        target = put_place(course)
        left = building_place(target)
        write(left / "a", "half")
        other = building_place(target.with_name("hw2"))
        other.mkdir()
        (student,) = [it.name for it in (course.root / "autograded").glob("*")]
        put(course)

        assert ("ada", False, True) == (student, left.exists(), other.exists())


RESTLESS = """
import sys
from pathlib import Path
from proctor.marks.autograded import write_autograded
from proctor.course.nbgrader import find_course

course = find_course(Path(sys.argv[1]))
for number in range(10_000):
    cells = [{"cell_type": "raw", "metadata": {}, "source": str(number)}]
    notebooks = {f"n{it}": {"nbformat": 4, "metadata": {}, "cells": cells} for it in range(20)}
    write_autograded(course, "hw1", "ada", notebooks, submitted_extra=["helper.py"])
    print("ready", flush=True)  # from now on there is always a whole folder
"""


@pytest.mark.parametrize("milliseconds", [30, 41, 52, 63])
def test_a_writer_that_is_killed_leaves_a_whole_folder(course, milliseconds):
    with subprocess.Popen([sys.executable, "-c", RESTLESS, str(course.root)], stdout=subprocess.PIPE) as writer:
        writer.stdout.readline()
        time.sleep(milliseconds / 1000)
        writer.kill()
    graded = list(put_place(course).glob("n*.ipynb"))

    assert (20, 1) == (len(graded), len({it.read_bytes() for it in graded}))
    assert ["hw1"] == names_in(put(course).parent)


def put_place(course):
    return course.folder("autograded", "ada", "hw1")


STUBBORN = """
import os, sys
from pathlib import Path
from proctor.marks.autograded import write_autograded
from proctor.course.nbgrader import find_course

course = find_course(Path(sys.argv[1]))
submitted, graded = (course.folder(step, "ada", "hw1") for step in ("submitted", "autograded"))
(graded / "sub").mkdir(parents=True)
for path in (graded / "sub" / "old", submitted / "secret" / "a.txt"):
    path.parent.mkdir(exist_ok=True)
    path.write_text("ada's")
for path in (graded / "sub" / "old", graded / "sub", graded, graded.parent, submitted / "secret" / "a.txt"):
    path.chmod(0)
(submitted / "secret").chmod(0o500)
try:
    (submitted / "secret" / "a.txt").read_text()
except PermissionError:
    print("bounded")
write_autograded(course, "hw1", "ada", {}, submitted_extra=["secret/a.txt"])
print(*sorted(os.listdir(graded)), (graded / "secret" / "a.txt").read_text())
print(*os.listdir(graded.parent))
print(oct((submitted / "secret" / "a.txt").stat().st_mode), oct((submitted / "secret").stat().st_mode))
"""
AS_A_USER = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []


@pytest.mark.skipif(bool(AS_A_USER) and shutil.which("setpriv") is None, reason="root needs setpriv of util-linux")
def test_files_and_folders_without_rights_stop_nothing(course):
    command = [*AS_A_USER, sys.executable, "-c", STUBBORN, str(course.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert ("", 0) == (done.stderr, done.returncode)
    assert [
        "bounded",
        "data secret sub timestamp.txt ada's",
        "hw1",
        "0o100000 0o40500",
    ] == done.stdout.splitlines()
