"""A clone that other accounts can read: the doctor says it, and a build says it or stops."""

from __future__ import annotations

import pytest

from chainrule.authoring.building import build
from chainrule.authoring.building.build import build_unit
from chainrule.authoring.course import find_course
from chainrule.checking import AuthorError
from chainrule.doctor import examination, privacy
from chainrule.doctor.condition import fine, missing
from chainrule.doctor.privacy import unless_open
from support.attacks import open_folder, remove

pytestmark = pytest.mark.processes
CONFIG = "c = get_config()\nc.Exchange.root = {!r}\n"
FOUND = fine("course/var", "Grading can write to it.")


@pytest.fixture
def clone(monkeypatch, tmp_path):
    """Make the folder of a course: how open it is, and whether it has an exchange."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))
    folder = open_folder()

    def make(mode=0o755, *, exchange=False):
        root = folder / "clone"
        for name in ("course", "source"):
            (root / name).mkdir(parents=True)
        (root / "course" / "course.toml").write_text('[[unit]]\nname = "00_warmup"\nmodules = []\n', encoding="utf-8")
        (root / "nbgrader_config.py").write_text(CONFIG.format(str(folder / "exchange")), encoding="utf-8")
        if exchange:
            (folder / "exchange").mkdir()
            (folder / "exchange").chmod(0o777)
        root.chmod(mode)
        return root

    yield make
    remove(folder)


class TestDoctor:
    """The line of course/var, which the grader has a say in."""

    @pytest.mark.parametrize("exchange", [False, True])
    def test_an_open_clone_is_told_with_its_command(self, clone, exchange):
        root = clone(exchange=exchange)
        found = unless_open(root, FOUND)

        assert ("course/var", "missing" if exchange else "note") == (found.part, found.state)
        assert f"can read the solved notebooks{', and students' * exchange}" in found.sentence
        assert f"chmod o-rwx {root}" in found.sentence

    def test_a_closed_one_is_not(self, clone):
        assert unless_open(clone(0o700, exchange=True), FOUND) is FOUND

    def test_what_is_worse_is_said_first(self, clone):
        worse = missing("course/var", "Grading writes to it, and you may not.")

        assert unless_open(clone(), worse) is worse

    def test_without_the_grader_nothing_is_said(self, clone, monkeypatch):
        monkeypatch.setattr(privacy.sys, "executable", "/bin/false")

        assert unless_open(clone(), FOUND) is FOUND

    def test_it_is_part_of_the_examination(self, clone):
        root = clone()
        (found,) = [it for it in examination.examine(root) if it.part == "course/var"]

        assert ("note", True) == (found.state, f"chmod o-rwx {root}" in found.sentence)


class TestBuild:
    """`chainrule build` is where solved notebooks come from."""

    def test_with_an_exchange_it_stops_before_it_writes(self, clone):
        root = clone(exchange=True)

        with pytest.raises(AuthorError, match="can read the solved notebooks, and students can use the exchange"):
            build_unit(find_course(root), "00_warmup")
        assert [] == list((root / "source").iterdir())

    def test_it_stops_each_time(self, clone):
        root = clone(exchange=True)
        for _ in range(2):
            with pytest.raises(AuthorError, match="chmod o-rwx"):
                build._refuse_an_open_clone(root)

    def test_without_one_it_says_so_once(self, clone, capsys):
        root = clone()
        for _ in range(2):
            build._refuse_an_open_clone(root)
        expected = f"Other accounts of this machine can read the solved notebooks; try: chmod o-rwx {root}\n"

        assert ("", expected) == capsys.readouterr()

    def test_of_a_closed_clone_it_says_nothing(self, clone, capsys):
        build._refuse_an_open_clone(clone(0o700, exchange=True))

        assert ("", "") == capsys.readouterr()

    def test_without_the_grader_it_says_nothing(self, clone, capsys, monkeypatch):
        monkeypatch.setattr(build.sys, "executable", "/bin/false")
        build._refuse_an_open_clone(clone(exchange=True))

        assert ("", "") == capsys.readouterr()
