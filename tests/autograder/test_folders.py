"""A folder is built out of sight, changes places at once, and is removed whatever its rights."""

from __future__ import annotations

import errno
import stat
import sys

import pytest

from proctor.course import folders
from proctor.course.folders import building_place, remove_folder, replace_folder
from support.tiny import write


def names_in(folder):
    return sorted(it.name for it in folder.iterdir())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


class TestFolders:
    """Small steps that `write_autograded` is made of."""

    @pytest.mark.skipif(sys.platform != "linux", reason="needs renameat2 of Linux")
    def test_two_folders_exchange_their_names(self, tmp_path):
        for name in ("one", "two"):
            write(tmp_path / name / name, name)

        assert folders._exchange(tmp_path / "one", tmp_path / "two")
        assert (["two"], ["one"]) == (names_in(tmp_path / "one"), names_in(tmp_path / "two"))

    @pytest.mark.parametrize("exchanged", [True, False], ids=["exchange", "two steps"])
    def test_a_folder_takes_the_place_of_another(self, tmp_path, monkeypatch, exchanged):
        if not exchanged:
            monkeypatch.setattr(folders, "_exchange", lambda *_: False)
        for name in ("new", "target"):
            write(tmp_path / name / name, name)
        replace_folder(tmp_path / "new", tmp_path / "target")

        assert (["target"], ["new"]) == (names_in(tmp_path), names_in(tmp_path / "target"))

    def test_a_second_step_that_fails_is_taken_back(self, tmp_path, monkeypatch):
        real = type(tmp_path).rename

        def fail(path, target):
            if path.name == "new":
                raise OSError(errno.EIO, "broken")
            return real(path, target)

        for name in ("new", "target"):
            write(tmp_path / name / name, name)
        monkeypatch.setattr(folders, "_exchange", lambda *_: False)
        monkeypatch.setattr(type(tmp_path), "rename", fail)
        with pytest.raises(OSError, match="broken"):
            replace_folder(tmp_path / "new", tmp_path / "target")

        assert ["target"] == names_in(tmp_path / "target")

    def test_a_folder_for_which_nothing_is_there_just_comes(self, tmp_path):
        write(tmp_path / "new" / "a", "new")
        replace_folder(tmp_path / "new", tmp_path / "target")

        assert ["target"] == names_in(tmp_path)

    def test_a_building_place_is_hidden_beside_its_target(self, tmp_path):
        place = building_place(tmp_path / "ada" / "hw1")

        assert (tmp_path / "ada", True) == (place.parent, place.name.startswith(".hw1."))

    def test_a_file_in_the_way_is_replaced(self, tmp_path):
        write(tmp_path / "new" / "a", "new")
        write(tmp_path / "target", "a file")
        replace_folder(tmp_path / "new", tmp_path / "target")

        assert ["target"] == names_in(tmp_path)
        assert (tmp_path / "target" / "a").is_file()

    def test_removing_follows_no_link(self, tmp_path):
        write(tmp_path / "other" / "a", "mine")
        (tmp_path / "gone").mkdir()
        (tmp_path / "gone" / "link").symlink_to(tmp_path / "other")
        before = mode(tmp_path / "other")
        remove_folder(tmp_path / "gone")
        remove_folder(tmp_path / "gone")

        assert (["other"], ["a"], before) == (
            names_in(tmp_path),
            names_in(tmp_path / "other"),
            mode(tmp_path / "other"),
        )
