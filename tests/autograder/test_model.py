"""The nouns of grading: frozen, complete, and errors by whose fault it is."""

from __future__ import annotations

import dataclasses

import pytest

import proctor
from proctor.errors import AuthorError, GraderError, ProctorError, SubmissionError
from proctor.model import MEANINGS, Ending, QuestionResult, StudentResult


def result(*points, most=2.0):
    """A student's result with one question for each number."""
    questions = tuple(QuestionResult(f"question{number}", it, most) for number, it in enumerate(points))
    return StudentResult("ada", "02_activations", Ending.GRADED, "", questions)


class TestEnding:
    """Every student gets exactly one ending, and each is explained."""

    def test_every_ending_has_a_meaning(self):
        """The table knows no other words."""
        assert set(Ending) == set(MEANINGS)

    def test_no_two_endings_mean_the_same(self):
        """Each sentence is its own."""
        assert len(Ending) == len(set(MEANINGS.values()))

    @pytest.mark.parametrize("ending", Ending, ids=str)
    def test_a_meaning_is_a_sentence(self, ending):
        """It can be shown to a person as it stands."""
        assert (MEANINGS[ending][0].isupper(), MEANINGS[ending][-1]) == (True, ".")

    def test_an_ending_prints_as_its_words(self):
        """Reports need no translation."""
        assert f"{Ending.TIMED_OUT}" == "timed out"


class TestQuestionResult:
    """Points lie between nothing and the most."""

    @pytest.mark.parametrize("points", [0.0, 0.5, 2.0, None], ids=["none", "some", "all", "waiting"])
    def test_possible_points_are_kept(self, points):
        """None waits for a person."""
        assert points == QuestionResult("relu", points, 2.0).points

    @pytest.mark.parametrize("points", [-0.5, 2.5, float("nan")], ids=["negative", "too many", "no number"])
    def test_impossible_points_are_refused(self, points):
        """The message names the range and the question."""
        with pytest.raises(ValueError, match="Expected 0 to 2 points for relu, found"):
            QuestionResult("relu", points, 2.0)

    def test_is_verified_unless_said_otherwise(self):
        """Doubt is the exception."""
        assert QuestionResult("relu", 1.0, 2.0).verified is True


class TestStudentResult:
    """One student's points, and whether a person must look."""

    def test_points_are_added_up(self):
        """The sum over the questions."""
        assert result(0.5, 2.0).points == 2.5

    def test_a_waiting_answer_has_no_points_yet(self):
        """It adds nothing."""
        assert result(0.5, None).points == 0.5

    def test_no_questions_give_no_points(self):
        """An unreadable submission has none."""
        assert result().points == 0

    @pytest.mark.parametrize(("points", "needed"), [((1.0,), False), ((0.0,), False), ((1.0, None), True), ((), False)])
    def test_a_waiting_answer_needs_a_person(self, points, needed):
        """Only an answer without points does."""
        assert needed is result(*points).needs_person

    @pytest.mark.parametrize("noun", [result(1.0), result(1.0).questions[0]], ids=["student", "question"])
    def test_is_frozen(self, noun):
        """What was decided cannot be edited."""
        with pytest.raises(dataclasses.FrozenInstanceError):
            noun.points = 2.0


class TestErrors:
    """Errors say whose fault it is."""

    @pytest.mark.parametrize("fault", [AuthorError, SubmissionError, GraderError])
    def test_every_fault_is_a_proctor_error(self, fault):
        """One clause catches all."""
        assert issubclass(fault, ProctorError)

    def test_no_fault_is_another(self):
        """A machine's failure is never caught as a student's."""
        assert [ProctorError] * 3 == [fault.__base__ for fault in (AuthorError, SubmissionError, GraderError)]

    def test_carries_message_and_slug(self):
        """The slug is an anchor of the documentation."""
        error = GraderError("The disk is full.", slug="disk-full")

        assert (str(error), error.slug) == ("The disk is full.", "disk-full")

    def test_a_slug_is_required(self):
        """An error without an explanation cannot be made."""
        with pytest.raises(TypeError, match="slug"):
            SubmissionError("The notebook is too large.")

    def test_the_drawn_tree_names_every_error(self):
        """The docstring of the module and the package agree."""
        drawn = proctor.errors.__doc__

        assert [name for name in proctor.__all__ if name not in drawn] == []
