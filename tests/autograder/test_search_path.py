"""Whatever stands in PYTHONPATH, an examiner starts, finds the author's modules, and sees no folder of the system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from proctor.sandbox.launcher import ExaminerParent, Parent
from proctor.sandbox.policy import Fence
from proctor.sandbox.scenes import examiner_policy
from proctor.sandbox.search_path import search_path

TEMPORARY = "/tmp"  # noqa: S108 - its name is what is tested


@pytest.fixture
def folders(tmp_path):
    """A clone with a virtual environment in it, and a link to it."""
    for name in ("clone/lib", "clone/.venv/lib/site-packages/vendored", "other"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to("clone/lib")
    (tmp_path / "archive.zip").touch()
    return tmp_path


def placed(folders, *names, shown=()):
    """Where folders are found, in the order of the search."""
    found = search_path([str(folders / it) for it in names], [folders / it for it in shown])
    return [(place.replace(str(folders), "~"), str(path.relative_to(folders))) for place, path in found.items()]


class TestPlaces:
    """Where a folder of the search path is shown."""

    def test_it_keeps_its_place_and_its_turn(self, folders):
        names = ["other", "clone/lib", "link", "archive.zip", "clone/.venv/lib/site-packages"]

        assert [(f"~/{it}", it) for it in names] == placed(folders, *names, "other", "not there")

    def test_it_is_told_without_detours(self, folders):
        assert [("~/other", "other")] == placed(folders, "clone/../other", "other")

    def test_one_that_holds_another_gets_another_place(self, folders):
        assert [("/path/0", "clone"), ("~/clone/lib", "clone/lib")] == placed(folders, "clone", "clone/lib")

    def test_one_that_holds_something_else_that_is_shown_gets_another_place(self, folders):
        assert [("/path/0", "clone")] == placed(folders, "clone", shown=["clone/.venv/bin/python"])

    def test_installed_packages_may_hold_others(self, folders):
        names = ["clone/.venv/lib/site-packages", "clone/.venv/lib/site-packages/vendored"]

        assert [(f"~/{it}", it) for it in names] == placed(folders, *names)

    @pytest.mark.parametrize("place", ["/author", "/desk/lib", "/dev/fd", "/proc/self/task", "/sys/x", "/path/3"])
    def test_what_the_sandbox_has_itself_is_nobodys_place(self, place, monkeypatch):
        monkeypatch.setattr(os.path, "exists", lambda _: True)

        assert {"/path/0": Path(place)} == search_path([place], [])

    @pytest.mark.parametrize(
        "place", ["/", TEMPORARY, f"{TEMPORARY}/", f"/usr/..{TEMPORARY}", "/dev", "/etc", "/home", "/proc", "/usr"]
    )
    def test_folders_of_the_system_stay_out(self, place, folders):
        (folders / "to").symlink_to(place)

        assert {} == search_path([place, str(folders / "to")], [])

    def test_what_may_not_be_looked_at_stays_out(self, monkeypatch):
        def refuse(*_, **__):
            raise PermissionError

        monkeypatch.setattr(os, "stat", refuse)

        assert {} == search_path(["/somewhere"], [])


def test_an_examiner_is_not_shown_the_machine(monkeypatch, tmp_path):
    before = examiner_policy(tmp_path)
    monkeypatch.setattr(sys, "path", ["/", TEMPORARY, *sys.path])

    assert before == examiner_policy(tmp_path)


@pytest.mark.processes
@pytest.mark.needs("bwrap")
@pytest.mark.parametrize(
    ("mode", "modules"),
    [pytest.param(0o755, ("above", "below"), id="open"), pytest.param(0o700, ("below",), id="private")],
)
def test_an_examiner_starts_and_finds_modules_with_odd_folders(folders, monkeypatch, mode, modules):
    (folders / "clone" / "above.py").write_text("")
    (folders / "clone" / "lib" / "below.py").write_text("")
    (folders / "clone").chmod(mode)
    odd = [TEMPORARY, "/", "/proc", "/dev", "/proc/self/cwd", "/nowhere", str(Path(sys.executable).parents[2])]
    monkeypatch.setattr(sys, "path", [str(folders / "clone"), str(folders / "clone" / "lib"), *odd, *sys.path])
    answers, answer = [], Parent._answer
    monkeypatch.setattr(Parent, "_answer", lambda self, seconds: answers.append(answer(self, seconds)))
    with ExaminerParent((*modules, "found_nowhere"), Fence(), folders / "other"):
        assert answers == [{"ready": True, "failed": ["found_nowhere"]}]
