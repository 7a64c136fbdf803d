"""Where the snapshots of submissions lie: small ones in memory, in a folder that no other account can read or plant."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from proctor.intake import snapshot as intake
from proctor.intake.snapshot import HandedIn, snapshot
from proctor.pipeline import copies
from proctor.pipeline.copies import Copies
from support.tiny import configured


@pytest.fixture
def memory(tmp_path, monkeypatch):
    """A folder in the place of this machine's memory."""
    place = tmp_path / "memory"
    place.mkdir()
    monkeypatch.setattr(copies, "MEMORY", place)
    return place


@pytest.fixture
def course(tmp_path):
    (tmp_path / "hw1").mkdir()
    (tmp_path / "hw1" / "data.csv").write_text("1,2\n")
    return configured(tmp_path / "course", "")


def taken(places, folder):
    """Take a submission in, as a worker does."""
    copy, quick = places.of("ada")
    handed_in = HandedIn(folder, copy, quick=quick)
    snapshot(handed_in.folder, handed_in.copy, quick=handed_in.quick)
    assert "1,2\n" == (handed_in.place / "data.csv").read_text()
    return handed_in.place


def test_a_small_one_is_in_memory_for_its_owner_alone_and_gone_at_the_end(memory, course, tmp_path):
    with Copies(course, "hw1", 2) as places:
        place = taken(places, tmp_path / "hw1")
        modes = {stat.S_IMODE(it.stat().st_mode) for it in (place.parent, place)}

        assert (memory, {0o700}) == (place.parents[1], modes)
    assert [] == list(memory.iterdir())


def test_what_a_killed_run_has_left_is_cleared_away(memory, course, tmp_path):
    places = Copies(course, "hw1", 2)
    taken(places.__enter__(), tmp_path / "hw1")
    with Copies(course, "hw2", 2) as again:
        assert memory in taken(again, tmp_path / "hw1").parents
    assert [] == list(memory.iterdir())


def on_disk(course, folder, in_memory=2):
    with Copies(course, "hw1", in_memory) as places:
        return course.root in taken(places, folder).parents


def test_a_large_one_is_on_the_disk(memory, course, tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "MOST_QUICK_BYTES", 3)

    assert on_disk(course, tmp_path / "hw1")


def test_for_workers_elsewhere_it_is_on_the_disk(memory, course, tmp_path):
    assert on_disk(course, tmp_path / "hw1", in_memory=0)


def test_where_there_is_no_room_it_is_on_the_disk(memory, course, tmp_path, monkeypatch):
    monkeypatch.setattr(copies, "SPARE", 1 << 40)

    assert on_disk(course, tmp_path / "hw1")


def test_where_there_is_no_such_memory_it_is_on_the_disk(memory, course, tmp_path):
    memory.rmdir()

    assert on_disk(course, tmp_path / "hw1")


def test_where_the_room_is_gone_meanwhile_it_is_on_the_disk(memory, course, tmp_path, monkeypatch):
    def full(output, block):
        if memory in Path(f"/proc/self/fd/{output}").readlink().parents:
            raise OSError(28, "No space left on device")
        written(output, block)

    written = intake._write
    monkeypatch.setattr(intake, "_write", full)

    assert on_disk(course, tmp_path / "hw1")
    assert [] == list(memory.iterdir())


def test_what_another_account_has_planted_is_not_used(memory, course, tmp_path, monkeypatch):
    """Such as a link; in the memory that all share nobody can remove what is another's."""
    monkeypatch.setattr(copies, "remove_folder", lambda place: None)
    (tmp_path / "theirs").mkdir()
    places = Copies(course, "hw1", 2)
    places._memory.symlink_to(tmp_path / "theirs")

    assert on_disk(course, tmp_path / "hw1")
    assert [] == list((tmp_path / "theirs").iterdir())
