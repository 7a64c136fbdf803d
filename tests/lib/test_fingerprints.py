"""Equal wrong answers that nobody has named have equal fingerprints, whatever hidden inputs showed them."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checking import CheckFailed
from chainrule.checking.judging.fingerprints import fingerprint, fingerprint_of
from chainrule.desk.checks import grade
from chainrule.exercises import find


@pytest.fixture
def note(monkeypatch):
    """What the grader keeps of a wrong answer of a student's."""

    def noted(name, answer, student="ann"):
        monkeypatch.setenv("PROCTOR_SEED", student)
        with pytest.raises(CheckFailed) as raised:
            grade(name, answer)
        return raised.value.proctor_note

    return noted


def flat_in_the_middle(z):
    return np.clip(z, 0, 1) + np.maximum(z - 2, 0)


def flat_there_too(z):
    return [[min(max(float(it), 0.0), 1.0) + max(float(it) - 2.0, 0.0) for it in row] for row in z]


def test_two_students_with_one_mistake_have_one_fingerprint(note):
    ann, bob = note("relu", flat_in_the_middle, "ann"), note("relu", flat_there_too, "bob")

    assert ann["fingerprint"] == bob["fingerprint"] != ""


def test_another_mistake_has_another_one(note):
    other = note("relu", lambda z: np.clip(z, 0, 1) + np.maximum(z - 3, 0))

    assert note("relu", flat_in_the_middle)["fingerprint"] != other["fingerprint"]


def test_a_named_mistake_needs_none(note):
    assert ("absolute_value", "") == (note("relu", abs)["slug"], note("relu", abs)["fingerprint"])


def test_a_number_is_known_by_its_leading_digits(note):
    assert note("guessing_loss", 7.123456)["fingerprint"] == note("guessing_loss", 7.123459, "bob")["fingerprint"]
    assert note("guessing_loss", 7.123456)["fingerprint"] != note("guessing_loss", 7.2)["fingerprint"]


def test_an_exception_has_one_too():
    key = find("relu").key(0)

    assert fingerprint_of(key, lambda z: z @ z) == fingerprint_of(key, lambda z: np.matmul(z, z))
    assert fingerprint_of(key, lambda z: z @ z) != fingerprint_of(key, lambda z: z.nothing)


def test_it_is_short_and_from_the_visible_inputs_alone():
    """So nothing of a hidden input can be in it."""
    seen = []

    def watching(z):
        seen.append(z.copy())
        return -z

    key = find("relu").key(7)
    named = fingerprint_of(key, watching)

    assert 12 == len(named) == len(fingerprint([1.0, "text", None]))
    assert len(seen) == len(key.cases)
