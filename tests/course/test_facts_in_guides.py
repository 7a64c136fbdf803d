"""What the guides say in numbers is what the code does: a fact that stands in two places is compared."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from chainrule.checking.judging.watchdog import LIMIT_SECONDS
from proctor.course.limits import Limits, Use
from proctor.exports.formats import Choice, exported
from proctor.gradebook import book
from proctor.inside import seccomp
from support.classes import class_of, students

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"GiB": 1 << 30, "MiB": 1 << 20}
NUMBER = r"(\d+(?:\.\d+)?)"
CALLS = seccomp.read_table(seccomp.TABLE.read_text(encoding="ascii"))
ALLOWED = sum(it.verdict != "refuse" for it in CALLS if "x86_64" in it.numbers)
# The guide, what it says around the number, and the number in the code.
FACTS = [
    ("course/guides/student.md", rf"it takes longer than {NUMBER} seconds", LIMIT_SECONDS),
    ("course/guides/operations.md", rf"Another program has held it for {NUMBER} seconds", book.BUSY_SECONDS),
    ("course/guides/instructor.md", rf"may make {NUMBER} system calls", ALLOWED),
    ("autograder/README.md", rf"`/desk`, `/tmp`, `/dev/shm` in memory, {NUMBER} MiB each", Use().files_bytes >> 20),
]
DEFAULTS = {field.name: field.default for kind in (Limits, Use) for field in fields(kind)}


def said(guide, pattern):
    """The numbers that a guide gives."""
    return [float(number) for number in re.findall(pattern, (ROOT / guide).read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("guide", "pattern", "fact"), FACTS, ids=[guide for guide, *_ in FACTS])
def test_a_number_is_that_of_the_code(guide, pattern, fact):
    assert said(guide, pattern) == [fact]


def limits_in_the_readme():
    """From the settings in proctor's table to the defaults that it gives them."""
    text = (ROOT / "autograder" / "README.md").read_text(encoding="utf-8")
    for names, default in re.findall(r"^\| (`c\.Proctor\.[^|]+) \| ([^|]+) \|", text, re.MULTILINE):
        number, _, unit = default.partition(" ")
        if number.isdigit():
            for name in re.findall(r"`(?:c\.Proctor\.)?(\w+)`", names):
                yield name, int(number) * SIZES.get(unit, 1)


def test_default_limits_are_those_of_the_code():
    told = dict(limits_in_the_readme())

    assert {name: DEFAULTS[name] for name in told} == told
    assert {field.name for field in fields(Use)} <= told.keys()


@pytest.mark.parametrize("system", ["canvas", "moodle", "brightspace"])
def test_columns_of_an_export_are_those_that_the_readme_names(system):
    text = (ROOT / "autograder" / "README.md").read_text(encoding="utf-8")
    told = re.search(rf"^\| `{system}` \| ([^|]+) \|", text, re.MULTILINE)[1]
    roll, _ = class_of(students(3))
    header = exported(system, [roll], {}, Choice()).text.splitlines()[0]
    columns = [it for it in header.split(",") if "ps1" not in it]

    assert [name for name in columns if name.strip("#").strip() not in told] == []


class TestTheRulesBite:
    """A number that differs is seen."""

    def test_another_number(self):
        guide, pattern, fact = FACTS[0]

        assert said(guide, pattern) != [fact + 1]

    def test_the_table_is_read(self):
        assert len(dict(limits_in_the_readme())) >= 8
