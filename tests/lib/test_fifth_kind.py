"""A kind of answer that the course does not know is checked, graded, packed and told without any other change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from chainrule import exercises
from chainrule.authoring.building.notebook import source_notebook
from chainrule.authoring.building.unit_text import UnitCell
from chainrule.checking import CheckFailed, Finding, Verdict
from chainrule.checking.declaring.protocol import Declared, HandedIn
from chainrule.checking.keys.keyfile import CLASSES, pack, packed, unpack
from chainrule.desk.checks import check, grade


@dataclass(frozen=True)
class Palindrome:
    """The whole kind: a word that reads the same backwards, longer words for more points."""

    name: str = "palindrome"
    unit: str = "99_toys"
    number: str = "99.5"
    section: str = "Exercise 99.5 - Words"
    points: int = 7
    hidden_test: str = "read backwards"

    def key(self, seed, *, hidden=False):
        return self

    def judge(self, answer, *, hidden=False):
        about = (self.name, self.section, self.points)
        if answer == answer[::-1]:
            return Verdict(*about, right="it reads both ways.", earned=min(len(answer), self.points))
        return Verdict(*about, finding=Finding("one-way", "it reads one way only", (f"Backwards: {answer[::-1]}.",)))

    def handed_in(self, rng, *, right):
        return HandedIn(points=3, answer="aba") if right else HandedIn(points=0, answer="ab", mistake="one-way")


@pytest.fixture(autouse=True)
def _declared(monkeypatch):
    """The course has one, and a person is at work."""
    monkeypatch.setattr(exercises, "find", {"palindrome": Palindrome()}.__getitem__)
    monkeypatch.setattr("chainrule.authoring.building.notebook.find", exercises.find)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def test_it_follows_the_protocol():
    assert isinstance(Palindrome(), Declared)


def test_it_is_checked_and_told(capsys):
    check("palindrome", "abc")

    assert capsys.readouterr().out.splitlines() == [
        "palindrome: not right yet - it reads one way only",
        "  Backwards: cba.",
        "  Reread: Exercise 99.5 - Words.",
    ]


@pytest.mark.parametrize(("word", "points"), [("aba", 3), ("abcdcba", None)])
def test_it_is_graded_with_partial_credit(word, points):
    assert grade("palindrome", word) == points


def test_a_wrong_one_fails_with_its_note():
    with pytest.raises(CheckFailed) as failed:
        grade("palindrome", "ab")

    assert failed.value.proctor_note["slug"] == "one-way"


def test_its_key_travels_in_a_file(monkeypatch):
    with pytest.raises(TypeError, match="found a value of type Palindrome"):
        pack([Palindrome()])
    monkeypatch.setitem(CLASSES, "Palindrome", Palindrome)  # taken out again, unlike what `packed` alone would do

    assert packed(Palindrome) is Palindrome
    assert unpack(pack([Palindrome()]))["palindrome"].judge("aba").passed


def test_a_second_class_of_one_name_is_refused():
    with pytest.raises(TypeError, match="a name that no other key has"):
        packed(dataclass(type("Probe", (), {})))


def test_its_hidden_cell_says_what_happens():
    notebook = source_notebook([UnitCell("check", 'chainrule.check("palindrome", palindrome)', "palindrome")])
    hidden = next(cell for cell in notebook["cells"] if cell["id"] == "palindrome-hidden")

    assert hidden["source"].startswith("# After you submit, palindrome is read backwards here (7 points).")


def test_a_simulated_student_hands_it_in():
    rng = np.random.default_rng(0)

    assert [Palindrome().handed_in(rng, right=it).points for it in (True, False)] == [3, 0]
