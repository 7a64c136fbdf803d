"""Where control groups are lent, each submission has one; where they are not, the reason is known.

Most is tried on a tree of folders that keeps the kernel's rules, since few machines lend a real one to their tests.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from proctor.course.limits import Use
from proctor.examiner.bounds import Bounds
from proctor.examiner.student import StudentProcess
from proctor.sandbox import cgroup, launcher
from proctor.sandbox.cgroup import Delegation, Group, find_delegation, process_outside
from proctor.sandbox.launcher import Desk, StudentParent
from proctor.sandbox.policy import Fence

OWN = "user/run.scope"
SELF, SHELL, WORKER, STRANGER = 40, 30, 50, 60
USE = Use(memory_bytes=1000, files_bytes=10, processes=32)


class Tree:
    """Folders that behave as control groups of version 2, and a /proc beside them."""

    def __init__(self, folder):
        self.root, self.proc = folder / "groups", folder / "proc"
        self._fill(self.root, ("cpu", "memory", "pids"))
        (self.root / "cgroup.events").unlink()  # as in the root of all
        for pid, parent, name in (
            (1, 0, "init"),
            (SHELL, 1, "bash"),
            (SELF, SHELL, "proctor"),
            (WORKER, SELF, "proctor"),
            (STRANGER, 1, "other"),
        ):
            self.born(pid, parent, name)
        (self.proc / "self").symlink_to(str(SELF))
        self.say_own(f"/{OWN}")

    def born(self, pid, parent, name="x", inside=None):
        place = self.proc / str(pid)
        (place / "task" / str(pid)).mkdir(parents=True)
        (place / "task" / str(pid) / "children").touch()
        numbers = f"{pid} {inside}" if inside else pid
        (place / "status").write_text(f"Name:\t{name}\nPPid:\t{parent}\nNSpid:\t{numbers}\n")
        (place / "stat").write_text(f"{pid} ({name} x) S {parent} " + " ".join(map(str, range(5, 30))))
        if parent:
            with (self.proc / str(parent) / "task" / str(parent) / "children").open("a") as file:
                file.write(f"{pid} ")

    def say_own(self, path, root="/"):
        (self.proc / "self" / "cgroup").write_text(f"3:cpu:/elsewhere\n0::{path}\n")
        (self.proc / "self" / "mountinfo").write_text(
            "22 1 0:20 / /proc rw - proc proc rw\n"
            f"30 22 0:26 {root} {self.root} rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
        )

    def make(self, folder):
        folder.mkdir()
        self._fill(folder, (folder.parent / "cgroup.subtree_control").read_text().split())

    def _fill(self, folder, offered):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("procs", "subtree_control", "events", "kill"):
            (folder / f"cgroup.{name}").touch()
        (folder / "cgroup.controllers").write_text(" ".join(offered))
        names = {"memory": ("memory.max", "memory.oom.group", "memory.swap.max"), "pids": ("pids.max",)}
        for name in (it for word in offered for it in names.get(word, ())):
            (folder / name).touch()
        if "memory" in offered:
            (folder / "memory.events").write_text("low 0\noom 1\noom_kill 0\noom_group_kill 0\n")

    def unmake(self, folder):
        if self.processes(folder) or any(it.is_dir() for it in folder.iterdir()):
            raise OSError(errno.EBUSY, "busy")
        shutil.rmtree(folder)

    def write(self, path, text):
        folder, lent = path.parent, (path.parent / "cgroup.subtree_control").read_text()
        if not path.exists():
            raise FileNotFoundError(path)
        if path.name == "cgroup.procs":
            if lent and folder != self.root:
                raise OSError(errno.EBUSY, "lends its controllers")
            if not (self.proc / text).exists():
                raise ProcessLookupError
            for other in self.root.rglob("cgroup.procs"):
                other.write_text("".join(f"{pid}\n" for pid in self.processes(other.parent) if pid != int(text)))
            path.write_text(path.read_text() + f"{text}\n")
        elif path.name == "cgroup.subtree_control":
            if self.processes(folder) and folder != self.root:
                raise OSError(errno.EBUSY, "has processes")
            path.write_text(text.replace("+", ""))
        elif path.name == "cgroup.kill":
            (folder / "cgroup.procs").write_text("")
        else:
            path.write_text(text)

    def processes(self, folder):
        return [int(it) for it in (folder / "cgroup.procs").read_text().split()]

    def put(self, path, *pids):
        folder = self.root
        for part in Path(path).parts:
            folder /= part
            if not folder.exists():
                self._fill(folder, ("memory", "pids"))
        for pid in pids:
            self.write(folder / "cgroup.procs", str(pid))
        return folder


@pytest.fixture
def tree(tmp_path, monkeypatch):
    made = Tree(tmp_path)
    for name, what in (("_make", made.make), ("_unmake", made.unmake), ("_write", made.write)):
        monkeypatch.setattr(cgroup, name, what)
    monkeypatch.setattr(cgroup, "PROC", made.proc)
    monkeypatch.setattr(cgroup.os, "getpid", lambda: SELF)
    return made


class TestFinding:
    """Where groups are made."""

    def test_we_move_down_and_the_controllers_are_lent(self, tree):
        own = tree.put(OWN, SHELL, SELF, WORKER)

        assert Delegation(own) == find_delegation(tree.proc)
        assert ([], [SHELL, SELF, WORKER]) == (tree.processes(own), tree.processes(own / "proctor-graders"))
        assert {"memory", "pids"} == set((own / "cgroup.subtree_control").read_text().split())

    def test_who_has_moved_already_finds_the_same(self, tree):
        own = tree.put(OWN, SELF)
        find_delegation(tree.proc)
        tree.say_own(f"/{OWN}/proctor-graders")

        assert Delegation(own) == find_delegation(tree.proc)

    def test_a_container_sees_its_own_part_of_the_tree(self, tree):
        tree.put(".", SELF)
        tree.say_own("/docker/abc", root="/docker/abc")

        assert Delegation(tree.root) == find_delegation(tree.proc)

    def test_the_root_of_all_may_lend_and_hold_processes(self, tree):
        tree.put(".", 1, SELF, STRANGER)
        tree.say_own("/")

        assert Delegation(tree.root) == find_delegation(tree.proc)
        assert [1, SELF, STRANGER] == tree.processes(tree.root)

    def test_processes_of_others_stay_where_they_are(self, tree):
        own = tree.put(OWN, SELF, STRANGER)
        found = find_delegation(tree.proc)

        assert (None, True) == (found.folder, "holds processes of others, such as 60 (other)" in found.reason)
        assert [SELF, STRANGER] == tree.processes(own)

    def test_who_is_born_meanwhile_is_moved_in_another_round(self, tree, monkeypatch):
        own = tree.put(OWN, SELF)
        born = iter([WORKER])

        def write(path, text):
            if path.name == "cgroup.subtree_control":
                for pid in born:
                    tree.put(OWN, pid)
            tree.write(path, text)

        monkeypatch.setattr(cgroup, "_write", write)

        assert Delegation(own) == find_delegation(tree.proc)

    @pytest.mark.parametrize(
        ("spoil", "reason"),
        [
            (lambda own, tree: (tree.proc / "self" / "cgroup").write_text("4:memory:/x\n"), "no tree"),
            (lambda own, tree: (tree.proc / "self" / "mountinfo").write_text(""), "no tree"),
            (lambda own, tree: (own / "cgroup.controllers").write_text("cpu pids"), "offers no control of memory"),
            (
                lambda own, tree: (own / "cgroup.controllers").write_text("hugetlb"),
                "offers no control of memory and pids",
            ),
            (lambda own, tree: (own / "cgroup.procs").unlink(), "is not lent to this user"),
            (lambda own, tree: shutil.rmtree(own), "the kernel refuses it"),
        ],
        ids=["version 1", "not mounted", "no memory", "neither", "not writable", "hidden"],
    )
    def test_where_nothing_is_lent_the_reason_is_told(self, tree, spoil, reason):
        spoil(tree.put(OWN, SELF), tree)
        found = find_delegation(tree.proc)

        assert (None, True) == (found.folder, reason in found.reason), found


class TestGroups:
    """One submission's group."""

    @pytest.fixture
    def folder(self, tree):
        tree.put(OWN, SELF)
        return find_delegation(tree.proc).folder

    def test_it_has_the_limits_of_the_course(self, folder):
        group = Group(folder, USE)
        limits = ("memory.max", "memory.swap.max", "memory.oom.group", "pids.max")

        assert ["1030", "0", "1", "33"] == [(group.folder / it).read_text() for it in limits]

    def test_a_process_is_taken_in_with_its_children(self, tree, folder):
        tree.born(70, SELF)
        tree.born(71, 70)
        group = Group(folder, USE)
        group.take_in(70)

        assert [70, 71] == tree.processes(group.folder)

    @pytest.mark.parametrize("count", [0, 3])
    def test_it_tells_who_was_killed_for_memory(self, folder, count):
        group = Group(folder, USE)
        (group.folder / "memory.events").write_text(f"low 0\noom 7\noom_kill {count}\noom_group_kill 0\n")

        assert (count > 0) is group.ran_out_of_memory()

    def test_it_goes_with_all_that_is_in_it(self, tree, folder):
        group = Group(folder, USE)
        tree.born(70, SELF)
        group.take_in(70)
        group.remove()
        group.remove()  # twice is no failure

        assert (False, False) == (group.folder.exists(), group.ran_out_of_memory())

    def test_one_that_cannot_be_limited_is_not_left_behind(self, folder):
        (folder / "cgroup.subtree_control").write_text("pids")
        with pytest.raises(FileNotFoundError):
            Group(folder, USE)

        assert ["proctor-graders"] == [it.name for it in folder.iterdir() if it.is_dir()]

    def test_leftovers_of_killed_runs_are_removed_and_no_others(self, tree, folder):
        mine = Group(folder, USE).folder
        begun = cgroup._start_time(tree.proc, WORKER)
        names = (
            f"proctor-{WORKER}-{begun}-0",
            f"proctor-{WORKER}-1{begun}-0",
            "proctor-99-5-0",
            "proctor-x",
            "somebody",
        )
        for name in names:
            tree.make(folder / name)
        find_delegation(tree.proc)
        left = {it.name for it in folder.iterdir() if it.is_dir()}

        assert {names[0], "proctor-x", "somebody", mine.name, "proctor-graders"} == left


def test_a_process_is_found_by_its_number_in_the_sandbox(tree):
    tree.born(70, SELF, inside="1")
    tree.born(71, 70, inside="2")
    tree.born(72, 71, inside="9 1")
    tree.born(73, 72, inside="10 2")

    assert [72, None, None] == [process_outside(SELF, it, tree.proc) for it in (9, 10, 2)]


@pytest.fixture
def real():
    """A folder of real groups, though without any controller."""
    try:
        own = cgroup._own_group(Path("/proc"))
    except OSError:
        own = None
    if own is None or not os.access(own, os.W_OK):
        pytest.skip("needs a tree of control groups of version 2 that can be written")
    folder = Path(tempfile.mkdtemp(prefix="proctor-test-", dir=own))
    yield folder
    for path in (*(it for it in folder.iterdir() if it.is_dir()), folder):
        cgroup._remove(path, 2.0)


@pytest.fixture
def limits(real, monkeypatch):
    """Let submissions have groups there; what would be written to files that only controllers bring is kept."""
    written, plain = {}, cgroup._write

    def write(path, text):
        if path.name.startswith("cgroup."):
            plain(path, text)
        else:
            written[path.name] = text

    monkeypatch.setattr(cgroup, "_write", write)
    monkeypatch.setattr(launcher, "delegation", lambda: Delegation(real))
    return written


@pytest.mark.processes
@pytest.mark.needs("bwrap")
def test_what_a_student_starts_is_in_the_group_and_ends_with_it(real, limits):
    with StudentParent((), Fence()) as parent:
        process = StudentProcess(Desk(parent, {}), Bounds(), cell_seconds=20.0)
        process.run("import subprocess\nmany = [subprocess.Popen(['sleep', '99']) for _ in range(3)]")
        (group,) = (it for it in real.iterdir() if it.is_dir())
        inside = cgroup._processes(group)
        process.close()

        assert 5 == len(inside)  # the reaper, the student's process, and three that it has started
        assert not {os.getpid(), parent._process.pid} & set(inside)
        assert ["memory.max", "memory.oom.group", "memory.swap.max", "pids.max"] == sorted(limits)
        assert [] == [it for it in real.iterdir() if it.is_dir()]


@pytest.mark.processes
@pytest.mark.needs("bwrap")
@pytest.mark.usefixtures("limits")
def test_what_the_kernel_ends_for_its_memory_is_told_as_that(monkeypatch):
    monkeypatch.setattr(Group, "ran_out_of_memory", lambda self: True)
    with StudentParent((), Fence()) as parent:
        desk = Desk(parent, {})
        desk.start().close()

        assert "needed more than 2048 MiB of memory (c.Proctor.memory_bytes)" in desk.end()["reason"]


@pytest.mark.processes
@pytest.mark.needs("bwrap")
def test_without_groups_a_submission_runs_all_the_same(monkeypatch, tmp_path):
    monkeypatch.setattr(launcher, "delegation", lambda: Delegation(tmp_path / "gone"))
    with StudentParent((), Fence()) as parent:
        process = StudentProcess(Desk(parent, {}), Bounds(), cell_seconds=20.0)
        process.run("x = 1 + 1")

        assert 2 == process.connection.ask("get", "x")
        process.close()
