"""What is taken of a submission: whole files, and of a package of the course only what a student has changed."""

from __future__ import annotations

import os

import pytest

from proctor.intake import snapshot as intake
from proctor.intake.snapshot import snapshot, state_of


@pytest.fixture
def submission(tmp_path):
    """A submission with an untouched copy of the package, as it was released."""
    for place in ("released", "hw1/parts"):
        (tmp_path / place / "inner").mkdir(parents=True)
        (tmp_path / place / "__init__.py").write_text("answers = []")
        (tmp_path / place / "inner" / "a.py").write_text("a = 1")
    (tmp_path / "hw1" / "data.csv").write_text("1")
    return tmp_path / "hw1"


def taken(submission):
    """The names of what is taken, and the digest."""
    root = submission.parent
    editions = {"parts": root / "released"}
    found = snapshot(submission, root / "copy", editions=editions)
    names = {str(it.relative_to(root / "copy")) for it in (root / "copy").rglob("*") if it.is_file()}
    assert names == found.listing.files.keys()
    assert ({}, state_of(submission, (), editions)) == (found.listing.left_out, found.digest)
    return names


def test_an_untouched_one_is_not(submission):
    assert {"data.csv"} == taken(submission)


@pytest.mark.parametrize(("name", "text"), [("__init__.py", "answers = [1]"), ("inner/a.py", "a = 2"), ("new.py", "")])
def test_what_is_changed_or_new_is(submission, name, text):
    (submission / "parts" / name).write_text(text)

    assert {"data.csv", f"parts/{name}"} == taken(submission)


def test_the_same_under_another_name_or_elsewhere_is(submission):
    (submission / "parts").rename(submission / "other")
    (submission / "deep" / "parts").mkdir(parents=True)
    (submission / "deep" / "parts" / "__init__.py").write_text("answers = []")

    assert {"data.csv", "deep/parts/__init__.py", "other/__init__.py", "other/inner/a.py"} == taken(submission)


def test_a_change_changes_the_digest(submission):
    editions = {"parts": submission.parent / "released"}
    before = state_of(submission, (), editions)
    (submission / "parts" / "inner" / "a.py").write_text("a = 2")

    assert before != state_of(submission, (), editions)


@pytest.fixture
def changing(tmp_path, monkeypatch):
    """A submission whose file gets another line while it is read, in so many readings."""
    (tmp_path / "hw1").mkdir()
    path = tmp_path / "hw1" / "log.txt"
    path.write_text("1\n")
    written = intake._write

    def after(times):
        lines = iter(range(2, 2 + times))

        def write(output, block):
            if line := next(lines, None):
                path.write_text(f"{line}\n")
                os.utime(path, (line, line))  # the clock of a file system may stand still for as long as this takes
            written(output, block)

        monkeypatch.setattr(intake, "_write", write)
        return snapshot(path.parent, tmp_path / "copy")

    return after


def test_a_file_that_changes_while_it_is_read_is_read_again(changing):
    found = changing(1)

    assert "2\n" == (found.folder / "log.txt").read_text()
    assert () == found.listing.told()


def test_one_that_changes_again_is_left_out_and_told(changing):
    found = changing(2)

    assert ("Left out: log.txt (it was being written).",) == found.listing.told()
    assert [] == list(found.folder.iterdir())


def test_one_that_goes_is_left_out_and_told(tmp_path, monkeypatch):
    listed = intake.listed

    def gone(folder, ignore):
        found = listed(folder, ignore)
        (folder / "log.txt").unlink()
        return found

    (tmp_path / "hw1").mkdir()
    (tmp_path / "hw1" / "log.txt").touch()
    monkeypatch.setattr(intake, "listed", gone)
    found = snapshot(tmp_path / "hw1", tmp_path / "copy")

    assert ("Left out: log.txt (No such file or directory).",) == found.listing.told()
    assert [] == list(found.folder.iterdir())
