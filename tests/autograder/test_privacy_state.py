"""What proctor keeps beside a gradebook is its owner's alone, or that of the group of instructors."""

from __future__ import annotations

import grp
import os
import stat
from types import SimpleNamespace

import pytest

from proctor.course.nbgrader import find_course
from proctor.course.seed import secret
from proctor.course.state import remember, state_folder, write_whole
from proctor.errors import AuthorError

OTHER = 64_123 if os.geteuid() == 0 else os.getegid()  # root can give a file to any group, others to their own


@pytest.fixture
def course(monkeypatch, tmp_path):
    """Make a course with these settings."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))
    root = tmp_path / "course"

    def make(*settings):
        root.mkdir(exist_ok=True)
        (root / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *settings]), encoding="utf-8")
        return find_course(root)

    return make


def modes(folder):
    """The rights of all that lies below a folder."""
    return {str(it.relative_to(folder)): oct(stat.S_IMODE(it.stat().st_mode)) for it in folder.rglob("*")}


@pytest.fixture(params=[0o022, 0o000, 0o077], ids=oct)
def mask(request):
    """Whatever the mask of the account is."""
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def tutors(monkeypatch):
    """A group of instructors."""
    monkeypatch.setattr(grp, "getgrnam", lambda name: SimpleNamespace(gr_gid={"tutors": OTHER}[name]))
    return "c.Proctor.group = 'tutors'"


def keep(found):
    """Let proctor keep one thing of each kind, as its stations do."""
    place = state_folder(found)
    secret(found)
    remember(found, "survey-ps1", "digest", [1])
    write_whole(place / "results" / "ps1" / "ann.json", b"{}")
    write_whole(place.parent / "reports" / "ps1" / "report.html", b"")
    write_whole(place.parent / "exports" / "ps1-csv.csv", b"")
    (place / "journal-ps1.jsonl").write_text("", encoding="utf-8")
    state_folder(found)


THINGS = {
    ".proctor": True,
    ".proctor/secret": False,
    ".proctor/survey-ps1.json": False,
    ".proctor/journal-ps1.jsonl": False,
    ".proctor/results": True,
    ".proctor/results/ps1": True,
    ".proctor/results/ps1/ann.json": False,
    "reports": True,
    "reports/ps1": True,
    "reports/ps1/report.html": False,
    "exports": True,
    "exports/ps1-csv.csv": False,
}
ALONE = {name: "0o700" if folder else "0o600" for name, folder in THINGS.items()}
FOR_GROUP = {name: "0o2770" if folder else "0o660" for name, folder in THINGS.items()}


class TestState:
    """What proctor makes, it makes for its owner alone or for the group of instructors."""

    def test_all_is_the_owners_alone(self, course, mask):
        found = course()
        keep(found)

        assert ALONE == {name: it for name, it in modes(found.root).items() if name in THINGS}

    def test_all_is_the_groups_where_the_setting_names_one(self, course, mask, tutors):
        found = course(tutors)
        keep(found)

        assert FOR_GROUP == {name: it for name, it in modes(found.root).items() if name in THINGS}
        assert {OTHER} == {(found.root / name).stat().st_gid for name in THINGS}

    def test_what_was_made_before_the_setting_is_the_groups_too(self, course, tutors):
        keep(course())
        root = state_folder(course(tutors)).parent

        assert FOR_GROUP == {name: it for name, it in modes(root).items() if name in THINGS}
        assert {OTHER} == {(root / name).stat().st_gid for name in THINGS}

    def test_without_the_setting_the_secret_is_the_owners_again(self, course, tutors):
        keep(course(tutors))
        found = modes(state_folder(course()).parent)

        assert {name: it for name, it in ALONE.items() if name.startswith(".proctor")} == {
            name: it for name, it in found.items() if name.startswith(".proctor")
        }

    def test_folders_that_are_somebodys_keep_their_rights(self, course):
        found = course()
        (found.root / "exports").mkdir()
        (found.root / "exports").chmod(0o755)
        keep(found)

        assert ("0o755", "0o600") == tuple(map(modes(found.root).get, ("exports", "exports/ps1-csv.csv")))

    def test_a_link_is_not_followed(self, course, tmp_path):
        found = course()
        outside = tmp_path / "outside"
        outside.touch(0o644)
        outside.chmod(0o644)
        (state_folder(found) / "link").symlink_to(outside)
        state_folder(found)

        assert 0o644 == stat.S_IMODE(outside.stat().st_mode)

    def test_an_unknown_group_is_told(self, course):
        with pytest.raises(AuthorError, match="to be a group of this machine, found 'no-such-group'"):
            state_folder(course("c.Proctor.group = 'no-such-group'"))
