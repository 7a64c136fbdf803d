"""Whatever exception one student causes, at any call of proctor, is that student's row, and the class goes on.

Every call of proctor's own code that is made for one of three students raises once, for that student alone, and every
call in what is made of the class together raises as long as that student is in it. The calls are found by watching runs
(`support.callsites`), so a call that is new is tried too.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
import types
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError, SQLAlchemyError

from proctor.course.nbgrader import find_course
from proctor.errors import GraderError
from proctor.gradebook import book
from proctor.marks import autograded
from proctor.marks.results import texts_before
from support.callsites import CallSites
from support.faulty import (
    NAME,
    ODD,
    OTHERS,
    course_of_three,
    hand_in_a_note,
    hand_in_better,
    hand_in_wreckage,
    here,
    rows_and_files,
    run,
    state,
    take_back,
    warm_up,
    watched,
)

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]
one_worker = pytest.mark.xdist_group("injected faults")  # which looks for the calls once

KINDS = (
    lambda: ValueError("odd \ud800\n" * 50),
    lambda: KeyError("odd"),
    lambda: RecursionError("maximum recursion depth exceeded"),
    lambda: UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    lambda: OSError(errno.ENAMETOOLONG, "File name too long", "odd"),
    MemoryError,
    lambda: DataError("insert", {}, ValueError("A string literal cannot contain NUL (0x00) characters.")),
    lambda: SQLAlchemyError("odd"),
    lambda: OSError("odd"),
    lambda: TypeError("odd"),
    AssertionError,
)
COMMANDS = {
    "grade": ("grade",),
    "grade again": ("grade",),
    "grade what was handed in again": ("grade",),
    "grade a note more": ("grade",),
    "grade what is gone": ("grade",),
    "grade wreckage": ("grade",),
    "feedback on wreckage": ("feedback",),
    "report what is gone": ("report",),
    "export what is gone": ("export", "--to", "csv"),
    "feedback": ("feedback",),
    "report": ("report",),
    **{f"export to {it}": ("export", "--to", it) for it in ("canvas", "moodle", "brightspace", "csv")},
}
# These have an answer of their own to some exceptions, such as a file that cannot be read and is left out.
ANSWERING = (
    *("proctor.course.timestamps", "proctor.intake.submitted", "proctor.intake.snapshot", "proctor.intake.notebook"),
    *("proctor.intake.tampering", "proctor.intake.take_in", "proctor.marks.scoring", "proctor.pages.feedback.html"),
    "proctor.intake.beneath",
    "proctor.pages.feedback.formulas",  # what cannot be set as a formula stays text
)
WRITING = ("proctor.gradebook", "proctor.marks", "proctor.pipeline", "proctor.course")
PARTS = 2
SAMPLE = 41


class Bench:
    """A course before and after each step, the calls of each step, and what comes of one that raises."""

    def __init__(self, folder):
        self.folder, self.starts, self.calls, self.lines, self.left = folder, {}, {}, {}, {}
        self.next = {}
        fresh = course_of_three(folder / "fresh")
        graded = shutil.copytree(fresh, folder / "graded", symlinks=True)
        run(graded, "grade")
        better, note, gone, wreck, wrecked = (
            shutil.copytree(graded, folder / it, symlinks=True) for it in ("better", "note", "gone", "wreck", "wrecked")
        )
        hand_in_better(better)
        hand_in_a_note(note)
        take_back(gone)
        hand_in_wreckage(wreck)
        hand_in_wreckage(wrecked)
        run(wrecked, "grade")
        warm_up(graded)
        self.starts = {"grade": fresh, "grade what was handed in again": better, "grade a note more": note}
        self.starts |= {f"{it} what is gone": gone for it in ("grade", "report", "export")}
        self.starts |= {"grade wreckage": wreck, "feedback on wreckage": wrecked}
        for name, words in COMMANDS.items():  # the first time some things are read that are then kept
            self.starts.setdefault(name, graded)
            with self.course(name) as root:
                run(root, *words)
        self.before = {name: rows_and_files(self.starts[name]) for name in COMMANDS}
        self.sites = watched()

    def look(self):
        """See what every command does and calls."""
        for name, words in COMMANDS.items():
            with self.course(name) as root, self.sites.watching():
                self.lines[name], code = run(root, *words)
                self.left[name] = rows_and_files(root)
            assert 0 == code
            self.calls[name] = self.sites.reached()
        for name in [it for it in COMMANDS if "wreckage" in it]:  # what is tried already is not tried again
            others = {it for other in COMMANDS if other != name for it in self.calls[other]}
            self.calls[name] = [it for it in self.calls[name] if it not in others]
        again = "grade what was handed in again"  # there the question is whether old and new are mixed
        self.calls[again] = [it for it in self.calls[again] if self.sites.sites[it].module.startswith(WRITING)]

    @contextlib.contextmanager
    def course(self, name):
        """A copy, always in one place: what is known of a course is known by its place."""
        root = shutil.copytree(self.starts[name], self.folder / "course", symlinks=True)
        try:
            yield root
        finally:
            shutil.rmtree(root)

    def complaints(self, name, numbers):
        """What is not as it should be, after a fault at each of some calls."""
        found = [(self.sites.sites[it], KINDS[it % len(KINDS)](), self._complaint(name, it)) for it in numbers]
        return [f"{site} {error!r:.60}: {words}" for site, error, words in found if words]

    def _complaint(self, name, number):
        kind, answering = KINDS[number % len(KINDS)], self.sites.sites[number].module in ANSWERING
        with self.course(name) as root:
            try:
                with self.sites.fault(number, kind):
                    facts, code = run(root, *COMMANDS[name])
                    if not self.sites.reached():
                        return "the call is not made any more"
            except Exception as raised:  # noqa: BLE001 - that is what must not be
                return f"it ends in {raised!r:.80}"
            if "error" in facts:
                return f"it ends with {facts}"
            judge = self._graded if COMMANDS[name] == ("grade",) else self._told
            if words := judge(name, root, facts, code, number):
                return words
            again = ("--regrade",) if answering and not code and "grade" in name else ()
            return "" if self._put_right(name, root, again) else "the next run does not put it right"

    def _put_right(self, name, root, again):
        """Most faults leave one of a few states, and what the next run makes of each is found out once."""
        before = name, again, state(root)
        if before not in self.next:
            _, code = run(root, *COMMANDS[name], *again)
            self.next[before] = (0, self.left[name]) == (code, rows_and_files(root))
        return self.next[before]

    def _graded(self, name, root, facts, code, number):
        answering = self.sites.sites[number].module in ANSWERING
        lines, usual = ({it["student"]: it for it in given["students"]} for given in (facts, self.lines[name]))
        rows, files = rows_and_files(root)
        usual_rows, usual_files = self.left[name]
        if any((lines.get(it), rows[it], files[it]) != (usual[it], usual_rows[it], usual_files[it]) for it in OTHERS):
            return "others are not graded as ever"
        places = (root / ".proctor").glob("taken-*"), self.folder.glob("proctor-*"), root.rglob(".hw1*")
        half = [*files[None], *(it for found in places for it in found)]
        if half and self.sites.sites[number].module != "proctor.course.folders":  # else it is the removing that fails
            return "something half-written stays"
        odd, new = (rows[ODD], files[ODD]), (usual_rows[ODD], usual_files[ODD])
        if lines[ODD]["ending"] != "not graded" or code != 1:
            fine = code == 0 and (answering or odd == new)
            return "" if fine else f"{lines[ODD]} {code}"
        old = tuple(it[ODD] for it in self.before[name])
        if old[0]:
            return "" if odd in (old, new) else "rows and files are not of one submission"
        blank = not files[ODD] and not any(it[4] is not None for it in rows[ODD].get("grades", ()))
        return "" if blank or odd == new else "rows and files do not belong together"

    def _told(self, name, root, facts, code, number):
        answering = self.sites.sites[number].module in ANSWERING
        _, files = rows_and_files(root)
        _, usual = self.left[name]
        if any(files[it] != usual[it] for it in OTHERS) or files[None].keys() != usual[None].keys():
            return "others have other pages"
        told = ODD in facts["failed"] or any(it["student"] == ODD for it in facts.get("plain", ()))
        if told != code or code not in (0, 1):
            return f"{code} {facts}"
        return "" if told or answering or ODD in facts.get("unrecorded", ()) or files == usual else "nothing is told"


@pytest.fixture(scope="module")
def bench():
    """The course and its calls, found once."""
    fast = Path("/dev/shm")  # noqa: S108 - hundreds of courses are copied
    with tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder, here(Path(folder)):
        made = Bench(Path(folder))
        with made.sites:
            made.look()
            yield made


@one_worker
@pytest.mark.parametrize("name", COMMANDS)
def test_a_fault_at_some_calls_costs_one_student_alone(bench, name):
    assert [] == bench.complaints(name, bench.calls[name][::SAMPLE])


def _half(part):
    """Two workers share the parts, and each looks for the calls once."""
    return pytest.mark.xdist_group(f"injected faults {part}")


@pytest.mark.slow(group="faults")
@pytest.mark.parametrize("part", [pytest.param(it, marks=_half(it)) for it in range(PARTS)])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_fault_at_any_call_costs_one_student_alone(bench, name, part):
    assert [] == bench.complaints(name, bench.calls[name][part::PARTS])


@one_worker
@pytest.mark.parametrize(
    ("name", "fewest", "modules"),
    [
        ("grade", 500, ("intake.snapshot", "intake.repair", "pipeline.assess", "pipeline.worker", "pipeline.writing")),
        ("grade", 500, ("gradebook.recording", "marks.autograded", "marks.results", "pipeline.journal")),
        ("feedback", 200, ("pages.feedback.write", "pages.feedback.html", "pages.feedback.making")),
        ("report", 200, ("pages.report.facts", "pages.report.items", "pages.report.charts", "pages.report.tables")),
        ("report", 200, ("pages.report.write", "gradebook.roll", "marks.results")),
        ("export to canvas", 10, ("exports.formats", "gradebook.roll")),
    ],
)
def test_the_calls_that_are_tried_are_those_of_the_whole_way(bench, name, fewest, modules):
    found = [bench.sites.sites[it].module for it in bench.calls[name]]

    assert fewest < len(found)
    assert set() == {f"proctor.{it}" for it in modules} - set(found)


@one_worker
def test_what_is_tried_is_a_note_and_a_submission_that_is_gone(bench):
    lines = {name: bench.lines[name]["students"] for name in ("grade a note more", "grade what is gone")}
    endings = {name: next(it["ending"] for it in found if it["student"] == ODD) for name, found in lines.items()}

    assert {"grade a note more": "kept", "grade what is gone": "withdrawn"} == endings
    assert bench.before["grade a note more"][0][ODD] != bench.left["grade a note more"][0][ODD]


@one_worker
def test_a_text_whose_rows_did_not_count_does_not_pass_for_the_one_that_was_marked(bench, monkeypatch):
    with bench.course("grade what was handed in again") as root:

        def texts():
            found = texts_before(find_course(root), NAME, ODD)
            return {(notebook, *it) for notebook, own in found.items() for it in own.items()}

        before = texts()
        monkeypatch.setattr(autograded, "replace_folder", _raising(ValueError("odd")))
        _, code = run(root, "grade")

        assert (1, True) == (code, texts() < before)


class TestEverybodys:
    """What would meet all others too ends the run, in one sentence, and is put right by the next."""

    def ended(self, bench, monkeypatch, place, name, error):
        with bench.course("grade") as root:
            with monkeypatch.context() as patch:
                patch.setattr(place, name, _raising(error))
                facts, code = run(root, "grade")
            again = run(root, "grade")

            assert (bench.lines["grade"], 0) == again
            assert bench.left["grade"] == rows_and_files(root)
            return facts, code

    def test_a_full_disk(self, bench, monkeypatch):
        error = OSError(errno.ENOSPC, "No space left on device", "here")
        facts, code = self.ended(bench, monkeypatch, autograded, "_copy_source", error)

        assert (2, "disk-full") == (code, facts["slug"])

    def test_a_gradebook_that_is_gone(self, bench, monkeypatch):
        gone = GraderError("The gradebook is gone.", slug="gradebook")

        def end(*_words, **_facts):
            monkeypatch.setattr(book.Gradebook, "_transaction", _raising(gone))
            raise SQLAlchemyError("odd")

        with bench.course("grade") as root:
            monkeypatch.setattr(book, "record_submission", end)
            facts, code = run(root, "grade")

        assert (2, "The gradebook is gone.") == (code, facts["error"])

    def test_whoever_interrupts(self, bench, monkeypatch):
        with bench.course("grade") as root:
            with monkeypatch.context() as patch:
                patch.setattr(book, "record_submission", _raising(KeyboardInterrupt()))
                facts, code = run(root, "grade")
            run(root, "grade")

            assert ({}, True) == (facts, code > 2)
            assert bench.left["grade"] == rows_and_files(root)


def _raising(error):
    def fail(*_words, **_facts):
        raise error

    return fail


def test_a_fault_is_raised_at_one_call_for_one_student(tmp_path):
    """The tool that all of this rests on."""
    path = tmp_path / "toy.py"
    path.write_text("def greet(student):\n    return [len(it) for it in [student]], str.upper(student)\n")
    toy = types.ModuleType("toy")
    toy.__file__ = str(path)
    exec(compile(path.read_text(), str(path), "exec"), vars(toy))  # noqa: S102 - written above
    with CallSites((toy,), {"ada": "ada", "bob": "bob"}, "bob") as sites:
        toy.greet("bob")
        with sites.watching():
            toy.greet("ada")
            none = sites.reached()
            toy.greet("bob")
            numbers = sites.reached()
        with sites.fault(numbers[0], lambda: KeyError("odd")):
            assert ([3], "ADA") == toy.greet("ada")
            with pytest.raises(KeyError, match="odd"):
                toy.greet("bob")
            assert numbers[:1] == sites.reached()

    assert ([], ["len", "str.upper"]) == (none, [sites.sites[it].callee for it in numbers])
    assert ([3], "BOB") == toy.greet("bob")
