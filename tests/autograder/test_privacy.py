"""Other accounts of a shared machine: who can read a course's answers, who is told, and what proctor makes for whom."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from types import SimpleNamespace

import pytest

from proctor.commands.doctor import _privacy
from proctor.course import privacy
from proctor.course.nbgrader import find_course
from proctor.course.privacy import EVERYBODY, privacy_warning, readers, refuse_open_clone
from proctor.errors import AuthorError, GraderError
from support.attacks import open_folder, remove

ADA, STAFF = 1000, 300
OTHER = 64_123 if os.geteuid() == 0 else os.getegid()  # root can give a file to any group, others to their own
FOLDER, FILE = stat.S_IFDIR, stat.S_IFREG


def step(mode, owner=ADA, group=ADA):
    """What `os.stat` says of one folder or file."""
    return os.stat_result((mode, 0, 0, 1, owner, group, 0, 0, 0, 0))


ABOVE = (step(FOLDER | 0o755, 0, 0), step(FOLDER | 0o755, 0, 0))
WAYS = {
    "home 0755, file 0644": ((FOLDER | 0o755, ADA), (FILE | 0o644, ADA), {EVERYBODY, STAFF}),
    "home 0711, file 0644": ((FOLDER | 0o711, ADA), (FILE | 0o644, ADA), {EVERYBODY, STAFF}),
    "home 0700, file 0644": ((FOLDER | 0o700, ADA), (FILE | 0o644, ADA), set()),
    "home 0750 of the own group, file 0644": ((FOLDER | 0o750, ADA), (FILE | 0o644, ADA), set()),
    "home 0750 of a shared group, file 0644": ((FOLDER | 0o750, STAFF), (FILE | 0o644, ADA), {STAFF}),
    "home 0750 and file 0640 of a shared group": ((FOLDER | 0o750, STAFF), (FILE | 0o640, STAFF), {STAFF}),
    "home 0750 of a shared group, file 0640 of the own": ((FOLDER | 0o750, STAFF), (FILE | 0o640, ADA), set()),
    "home 0744, file 0644": ((FOLDER | 0o744, ADA), (FILE | 0o644, ADA), set()),
    "home 0755, file 0600": ((FOLDER | 0o755, ADA), (FILE | 0o600, ADA), set()),
    "home 0755, file 0611": ((FOLDER | 0o755, ADA), (FILE | 0o611, ADA), set()),
    "home 0755, folder 0711": ((FOLDER | 0o755, ADA), (FOLDER | 0o711, ADA), {EVERYBODY, STAFF}),
    "home 0755, folder 0744": ((FOLDER | 0o755, ADA), (FOLDER | 0o744, ADA), set()),
    "a group with less than all others": ((FOLDER | 0o705, STAFF), (FILE | 0o644, ADA), {EVERYBODY}),
}


class TestReaders:
    """From what the machine says of each folder on the way."""

    @pytest.mark.parametrize(("home", "last", "expected"), WAYS.values(), ids=WAYS.keys())
    def test_who_can_read(self, home, last, expected):
        steps = [*ABOVE, step(home[0], group=home[1]), step(last[0], group=last[1])]

        assert expected == readers(steps, [STAFF])

    def test_one_closed_folder_far_above_is_enough(self):
        steps = [ABOVE[0], step(FOLDER | 0o700), step(FOLDER | 0o777), step(FILE | 0o666)]

        assert set() == readers(steps, [STAFF])


class TestOwnGroup:
    """A group that most systems make for one account."""

    @pytest.fixture(autouse=True)
    def accounts(self, monkeypatch):
        """Ada has a group of her own; she and Bob are in staff, which is Carl's first group."""
        people = [SimpleNamespace(pw_name=name, pw_uid=uid, pw_gid=gid) for name, uid, gid in self.PEOPLE]
        groups = {ADA: SimpleNamespace(gr_name="ada", gr_mem=[]), STAFF: SimpleNamespace(gr_name="staff", gr_mem=[])}
        monkeypatch.setattr(pwd, "getpwall", lambda: people)
        monkeypatch.setattr(pwd, "getpwuid", lambda uid: {it.pw_uid: it for it in people}[uid])
        monkeypatch.setattr(grp, "getgrgid", groups.__getitem__)
        self.groups, self.people = groups, people

    PEOPLE = (("root", 0, 0), ("ada", ADA, ADA), ("carl", 1002, STAFF))

    def test_that_of_its_owner_is_the_owners(self):
        assert privacy._is_own(ADA, ADA)

    @pytest.mark.parametrize(("members", "own"), [(["ada"], True), (["root"], True), (["ada", "bob"], False)], ids=str)
    def test_its_members_count(self, members, own):
        self.groups[ADA].gr_mem = members

        assert own is privacy._is_own(ADA, ADA)

    def test_who_has_it_as_first_group_is_a_member(self):
        self.people.append(SimpleNamespace(pw_name="dora", pw_uid=1003, pw_gid=ADA))

        assert not privacy._is_own(ADA, ADA)

    def test_another_group_is_not_the_owners_though_it_looks_empty(self):
        """A directory service need not list who is in `users`."""
        self.people[1].pw_gid = STAFF
        self.people.pop()

        assert not privacy._is_own(STAFF, ADA)

    @pytest.mark.parametrize(("group", "own"), [(5000, True), (5001, False)])
    def test_without_names_the_numbers_decide(self, group, own):
        assert own is privacy._is_own(group, 5000)


@pytest.fixture
def shared(monkeypatch, tmp_path):
    """A folder that everybody can enter; pytest's own are private."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))
    monkeypatch.setattr(privacy, "EXCHANGE", str(tmp_path / "none"))  # this machine may have nbgrader's default one
    folder = open_folder()
    yield folder
    remove(folder)


@pytest.fixture
def course(shared):
    """Make a course there: its settings, and how open its folder is."""

    def make(*settings, mode=0o755, names=("source", "gradebook.db")):
        root = shared / "my course"
        (root / "source").mkdir(parents=True)
        for name in {"gradebook.db", "roster.csv"} & {*names}:
            (root / name).touch(0o644)
        (root / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *settings]), encoding="utf-8")
        root.chmod(mode)
        return find_course(root)

    return make


def with_exchange(folder, mode=0o777):
    """A setting, and the folder that it names."""
    folder.mkdir(parents=True)
    folder.chmod(mode)
    return f"c.Exchange.root = {str(folder)!r}"


class TestWarning:
    """One sentence, with the command that mends it."""

    def test_an_open_clone_is_told_with_its_command(self, course):
        root = course().root
        expected = "Other accounts of this machine can read the solved notebooks and the gradebook; try: chmod o-rwx "

        assert f"{expected}'{root}'" == privacy_warning(find_course(root))

    @pytest.mark.processes
    def test_the_command_mends_it(self, course):
        found = course()
        os.system(privacy_warning(found).partition("try: ")[2])  # noqa: S605 - it is meant to be typed

        assert "" == privacy_warning(found)

    def test_a_closed_clone_is_not(self, course):
        assert "" == privacy_warning(course(mode=0o700))

    def test_all_that_is_open_is_named(self, course):
        found = course("c.Proctor.roster = 'roster.csv'", names=("gradebook.db", "roster.csv"))
        (found.root / "submitted").mkdir()

        words = "the solved notebooks, the gradebook, the roster and the submissions;"
        assert words in privacy_warning(found)

    def test_what_is_closed_by_itself_is_not_named(self, course):
        found = course()
        (found.root / "gradebook.db").chmod(0o600)

        assert "read the solved notebooks; try" in privacy_warning(found)

    def test_what_lies_elsewhere_is_closed_there(self, course, shared):
        (shared / "roster.csv").touch(0o644)
        found = course("c.Proctor.roster = '../roster.csv'", mode=0o700)

        words = f"Other accounts of this machine can read the roster; try: chmod o-rwx {shared / 'roster.csv'}"
        assert words == privacy_warning(found)

    def test_a_link_is_as_open_as_what_it_leads_to(self, course, tmp_path):
        found = course()
        (found.root / "source").rmdir()
        (tmp_path / "source").mkdir()
        (found.root / "source").symlink_to(tmp_path / "source")

        assert "read the gradebook; try" in privacy_warning(found)

    def test_a_shared_group_is_told_by_its_name(self, course, monkeypatch):
        found = course()
        os.chown(found.root, -1, OTHER)
        found.root.chmod(0o750)
        monkeypatch.setattr(privacy, "_is_own", lambda group, owner: group != OTHER)
        name = grp.getgrgid(OTHER).gr_name if OTHER != 64_123 else "64123"

        words = f"Members of the group {name} can read the solved notebooks and the gradebook; try: chmod g-rwx"
        assert privacy_warning(found).startswith(words)

    def test_the_group_of_instructors_may_read(self, course, monkeypatch):
        monkeypatch.setattr(grp, "getgrnam", lambda name: SimpleNamespace(gr_gid={"tutors": OTHER}[name]))
        found = course("c.Proctor.group = 'tutors'")
        os.chown(found.root, -1, OTHER)
        found.root.chmod(0o750)
        monkeypatch.setattr(privacy, "_is_own", lambda group, owner: group != OTHER)

        assert "" == privacy_warning(found)


class TestRefusal:
    """Where students have accounts for sure."""

    def test_an_exchange_and_an_open_clone_are_refused(self, course, shared):
        found = course(with_exchange(shared / "exchange"))

        with pytest.raises(GraderError) as caught:
            refuse_open_clone(found)
        expected = f"students can use the exchange {shared / 'exchange'}; try: chmod o-rwx '{found.root}' ("
        assert ("open-clone", True) == (caught.value.slug, expected in str(caught.value))

    def test_an_exchange_inside_must_move_first(self, course, shared):
        found = course(with_exchange(shared / "my course" / "exchange"))

        with pytest.raises(GraderError, match=r"first give it another place \(c.Exchange.root\); try: chmod o-rwx"):
            refuse_open_clone(found)

    def test_nbgraders_default_exchange_counts(self, course, shared, monkeypatch):
        with_exchange(shared / "default")
        monkeypatch.setattr(privacy, "EXCHANGE", str(shared / "default"))

        with pytest.raises(GraderError, match="students can use the exchange"):
            refuse_open_clone(course())

    def test_a_closed_clone_is_not(self, course, shared):
        refuse_open_clone(course(with_exchange(shared / "exchange"), mode=0o700))

    @pytest.mark.parametrize("mode", [0o755, 0o770])
    def test_an_exchange_that_not_everybody_can_write_to_is_none(self, course, shared, mode):
        refuse_open_clone(course(with_exchange(shared / "exchange", mode)))

    def test_without_an_exchange_nothing_is_refused(self, course, shared):
        refuse_open_clone(course(f"c.Exchange.root = {str(shared / 'exchange')!r}"))

    def test_the_setting_allows_it_and_the_warning_stays(self, course, shared):
        found = course(with_exchange(shared / "exchange"), "c.Proctor.open_clone = True")
        refuse_open_clone(found)

        assert "students can use the exchange" in privacy_warning(found)

    def test_a_setting_of_another_kind_is_the_authors_fault(self, course, shared):
        with pytest.raises(AuthorError, match=r"c\.Proctor\.open_clone to be bool"):
            refuse_open_clone(course(with_exchange(shared / "exchange"), "c.Proctor.open_clone = 'yes'"))


class TestDoctor:
    """`proctor doctor` looks at the course of the folder where it is started."""

    @pytest.mark.parametrize("case", [(0o700, True, "ok"), (0o755, False, "note"), (0o755, True, "missing")], ids=str)
    def test_the_state_says_whether_grading_stops(self, course, shared, monkeypatch, case):
        mode, exchange, state = case
        found = course(*[with_exchange(shared / "exchange")] if exchange else [], mode=mode)
        monkeypatch.chdir(found.root)
        (condition,) = _privacy()

        assert ("privacy", state) == (condition.part, condition.state)
        assert ("chmod o-rwx" in condition.sentence) is (state != "ok")

    def test_elsewhere_it_says_nothing(self, shared, monkeypatch):
        monkeypatch.chdir(shared)

        assert [] == _privacy()
