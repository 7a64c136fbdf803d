"""Each clause of the sandbox has an attack that succeeds without it: one clause is taken out, and its cases must fail.

Clauses are taken out of an installed copy, never of this working tree. Where two clauses refuse the same attack, one
alone is taken out to show that the other holds, and both to show that the case can fail.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.attacks import build_and_grade, cases, faults, open_folder, remove
from support.installing import install

FENCE, FILTER = "inside/fence.py", "inside/seccomp.py"
POLICY, SCENES = "sandbox/policy.py", "sandbox/scenes.py"
NO_FILTER = (FENCE, "    seccomp.install()\n", "")
NO_USERNS_LOCK = (POLICY, '"--disable-userns", ', "")
NO_IPC = (FENCE, " | NEW_IPC | signal.SIGCHLD", " | signal.SIGCHLD")
ALL_PACKAGES = (
    SCENES,
    "package_paths(seen_by(modules, fence))",
    'package_paths(it.metadata["Name"] for it in __import__("importlib.metadata").metadata.distributions())',
)


@dataclass(frozen=True)
class Clause:
    """What is taken out, and the cases that then succeed, or that hold all the same."""

    edits: tuple[tuple[str, str, str], ...]
    succeed: tuple[str, ...] = ()
    hold: tuple[str, ...] = field(default=())


CLAUSES = {
    "nothing": Clause((), hold=("kernel-doors", "network-loopback", "daemons", "forty-forks")),
    "filter of system calls": Clause(
        (NO_FILTER,),
        succeed=("kernel-doors", "odd-sockets", "peek-other-processes", "memory-without-process", "unknown-calls"),
        hold=("namespaces-by-programs", "leave-files-and-find-them"),
    ),
    "unknown calls": Clause(
        ((FILTER, '"": PRETEND', '"": ALLOW'),), succeed=("unknown-calls",), hold=("kernel-doors",)
    ),
    "known calls": Clause(
        ((FILTER, '"refuse": REFUSE', '"refuse": ALLOW'),), succeed=("kernel-doors", "unknown-calls")
    ),
    "kinds of sockets": Clause(
        ((FILTER, "return [*code, *_returns(REFUSE)]", "return [*code, *_returns(ALLOW)]"),), succeed=("odd-sockets",)
    ),
    "protocols of sockets": Clause(
        ((FILTER, "inner += _returns(ALLOW if protocols is None else REFUSE)", "inner += _returns(ALLOW)"),),
        succeed=("unknown-calls",),
        hold=("odd-sockets",),
    ),
    "lock of user namespaces": Clause((NO_USERNS_LOCK,), hold=("namespaces", "namespaces-by-programs")),
    "filter and lock": Clause((NO_FILTER, NO_USERNS_LOCK), succeed=("namespaces-by-programs",)),
    "dropped capabilities": Clause(
        ((FENCE, "    _drop_capabilities()\n    second", "    second"),), succeed=("peek-other-processes",)
    ),
    "fresh process namespace": Clause(
        ((FENCE, "NEW_PIDS | NEW_MOUNTS", "NEW_MOUNTS"),), succeed=("kill-everything", "leave-files-and-find-them")
    ),
    "session of its own": Clause(((FENCE, "    os.setsid()", "    pass"),), succeed=("kill-everything",)),
    "fresh file systems": Clause(
        ((FENCE, '(folder, "/tmp", "/dev/shm")', "(folder,)"),), succeed=("leave-files-and-find-them",)
    ),
    "network namespace": Clause(
        ((POLICY, '"--unshare-net", ', ""),), succeed=("network-loopback", "abstract-socket", "network-outside")
    ),
    "ipc namespace": Clause((NO_IPC,), hold=("leave-files-and-find-them",)),
    "ipc namespace and filter": Clause((NO_IPC, NO_FILTER), succeed=("leave-files-and-find-them",)),
    "read-only root": Clause(
        ((POLICY, '"--remount-ro", "/dev", "--remount-ro", "/", ', ""),),
        succeed=("write-outside", "change-packages", "leave-files-and-find-them"),
    ),
    "covered packages": Clause(
        ((SCENES, "covered=(*(str(path) for path in python.covered), *packages.covered)", "covered=()"),),
        succeed=("look-for-proctor",),
    ),
    "allow-list of packages": Clause((ALL_PACKAGES,), succeed=("look-for-proctor",)),
    "edition": Clause(
        (("assignment/preparation.py", "editions[module] = path", "pass"),), succeed=("import-reference",)
    ),
    "limit of processes": Clause(
        ((FENCE, '(resource.RLIMIT_NPROC, limits["processes"]),', ""),), succeed=("forty-forks", "thread-bomb")
    ),
    "watchdog on memory": Clause(
        (("inside/warm.py", "if sum(map(_resident_bytes, others)) >", "if 0 >"),),
        succeed=("memory-bomb", "memory-of-many"),
    ),
    "size of a file": Clause(((FENCE, '(resource.RLIMIT_FSIZE, limits["file_bytes"]),', ""),), succeed=("huge-file",)),
    "size of the file systems": Clause(
        ((FENCE, "size={limits['files_bytes']},nr_inodes=4096,", ""),),
        succeed=("fill-the-disk", "fill-with-small-files"),
    ),
    "scrubbed environment": Clause(((POLICY, ', "--clearenv"]', "]"),), succeed=("environment",)),
    "undumpable processes": Clause(
        (("inside/warm.py", "        undumpable()\n", "        pass\n"),), succeed=("peek-other-processes",)
    ),
    "refused hard links": Clause(
        (
            ("intake/submitted.py", "if entry.stat(follow_symlinks=False).st_nlink > 1:", "if False:"),
            ("intake/submitted.py", " or state.st_nlink > 1:", ":"),
        ),
        succeed=("hard-link",),
    ),
    "harmless kinds of output": Clause(
        (("examiner/outputs.py", "if _is_harmless(mime, text)", "if type(text) is str"),),
        succeed=("script-in-outputs",),
    ),
    "size of a notebook's outputs": Clause(
        (("examiner/outputs.py", "MOST_NOTEBOOK_CHARACTERS = 24 << 20", "MOST_NOTEBOOK_CHARACTERS = 1 << 40"),),
        succeed=("picture-flood",),
    ),
}
LONG = (pytest.mark.processes, pytest.mark.needs("bwrap"), pytest.mark.full, pytest.mark.timeout(600))
PROCTOR = Path(__file__).resolve().parents[2] / "autograder" / "proctor"


def test_every_clause_is_where_it_is_taken_out():
    """In the quick suite, so that code that moves takes its line here along."""
    edits = {(name, old) for clause in CLAUSES.values() for name, old, _ in clause.edits}

    assert [(name, old) for name, old in sorted(edits) if old not in (PROCTOR / name).read_text()] == []


@pytest.mark.parametrize("clause", [pytest.param(clause, id=name, marks=LONG) for name, clause in CLAUSES.items()])
def test_without_a_clause_its_attacks_succeed(clause):
    names = {*clause.succeed, *clause.hold}
    names |= {"leave-files"} if "leave-files-and-find-them" in names else set()
    chosen = [it for it in cases() if it.name in names]
    folder = open_folder()
    python = install(folder / "venv", sys.executable)
    (package,) = (folder / "venv").glob("lib/python3*/site-packages/proctor")
    for name, old, new in clause.edits:
        text = (package / name).read_text(encoding="utf-8")
        assert old in text, f"{name} no longer has {old!r}"
        (package / name).write_text(text.replace(old, new), encoding="utf-8")
    try:
        run = build_and_grade(folder, chosen, python)
        failed = {it.name for it in chosen if faults(run, it)}
    finally:
        remove(folder)

    assert set(clause.succeed) <= failed
    assert not set(clause.hold) & failed
