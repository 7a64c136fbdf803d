"""What a command ends with, by what it has found: a script around it looks at nothing else."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from proctor.assignment.ready import TestCheck as Check
from proctor.commands import doctor
from proctor.commands.cli import app
from proctor.commands.doctor import Condition
from proctor.model import Ending, StudentResult
from proctor.pipeline import grade
from proctor.sandbox import scenes
from support.tiny import configured

FOUND = {
    "verified": Check("nb", "verified", 2.0, 2.0, 2.0),
    "unverified": Check("nb", "unverified", 2.0, -1.0, 2.0),
    "broken": Check("nb", "broken", 2.0, 1.0, 1.0),
}
JSON = pytest.mark.parametrize("more", [(), ("--json",)], ids=["words", "json"])


def ended(*words):
    """The exit code and what was printed."""
    done = CliRunner().invoke(app, words)
    return done.exit_code, done.output


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course whose solved notebook has shown what a test asks for; nothing of it runs."""
    configured(tmp_path, "c = get_config()\n")

    def found(*states):
        ready = SimpleNamespace(name="ps1", checks=tuple(FOUND[it] for it in states), modules=(), fence=None)
        monkeypatch.setattr(grade, "check", lambda *_, **__: ready)
        monkeypatch.setattr(grade, "withdrawn_lines", lambda *_: [])
        monkeypatch.setattr(scenes, "kept_from", lambda *_: [])
        return "--course-dir", str(tmp_path)

    return found


@JSON
@pytest.mark.parametrize(
    ("states", "code", "strict_code"),
    [
        ((), 0, 0),
        (("verified",), 0, 0),
        (("verified", "unverified"), 0, 1),
        (("broken", "verified"), 1, 1),
        (("unverified", "broken"), 1, 1),
    ],
)
def test_check_fails_over_broken_tests_and_with_strict_over_unverified_ones(course, states, code, strict_code, more):
    words = ("check", "ps1", *course(*states), *more)

    assert (code, strict_code) == (ended(*words)[0], ended(*words, "--strict")[0])


@JSON
@pytest.mark.parametrize("ending", Ending)
def test_grade_fails_only_where_the_grader_itself_did(course, monkeypatch, ending, more):
    """A student's damage is the student's; what was not graded at all wants another run."""
    lines = [grade.Graded(StudentResult(name, "ps1", it, "")) for name, it in (("ann", Ending.GRADED), ("bob", ending))]
    monkeypatch.setattr(grade, "chosen_students", lambda *_: ["ann", "bob"])
    monkeypatch.setattr(grade, "grade", lambda *_, **__: iter(lines))

    assert int(ending is Ending.NOT_GRADED) == ended("grade", "ps1", *course("broken", "unverified"), *more)[0]


@pytest.mark.parametrize(
    ("part", "state", "code", "isolation"),
    [
        ("space", "ok", 0, "bubblewrap"),
        ("space", "note", 0, "bubblewrap"),
        ("privacy", "missing", 1, "bubblewrap"),
        ("sandbox", "missing", 1, "process"),
    ],
)
def test_doctor_fails_where_something_is_missing(monkeypatch, part, state, code, isolation):
    """Open secrets stop `grade`, and yet the sandbox works."""
    found = [Condition("Python", "ok", "Python 3."), Condition(part, state, "As it is.")]
    monkeypatch.setattr(doctor, "examine", lambda: found)
    told, printed = ended("doctor", "--json")

    assert (code, code) == (told, ended("doctor")[0])
    assert isolation == json.loads(printed)["isolation"]
