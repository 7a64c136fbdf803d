"""`check` and `grade` as a notebook calls them."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import chainrule
from chainrule.checking import CheckFailed, GraderError, UnknownExercise, judge
from chainrule.checking.telling.display import as_html, show
from chainrule.checking.telling.picture import picture_svg
from chainrule.desk import checks, keyring
from chainrule.exercises import find


def relu(z):
    return np.maximum(z, 0)


def wrong(z):
    return np.minimum(z, 0)


@pytest.fixture(autouse=True)
def _person_at_work(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("PROCTOR_SEED", raising=False)


class TestCheck:
    """The visible check shows and goes on; where a grader executes, it raises."""

    def test_a_right_answer_is_told_and_hidden_tests_are_announced(self, capsys):
        chainrule.check("relu", relu)

        assert capsys.readouterr().out == (
            "relu: right on all 9 visible inputs. Hidden tests on other inputs remain (1 point).\n"
        )

    def test_a_wrong_answer_is_shown_and_the_notebook_goes_on(self, capsys):
        chainrule.check("relu", wrong)

        assert "keeps the negative side" in capsys.readouterr().out

    def test_a_wrong_answer_raises_where_a_grader_executes(self, monkeypatch):
        monkeypatch.setenv("NBGRADER_EXECUTION", "validate")

        with pytest.raises(CheckFailed, match="keeps the negative side"):
            chainrule.check("relu", wrong)

    def test_an_unknown_exercise_names_the_closest_one(self):
        with pytest.raises(UnknownExercise, match="Did you mean 'relu'"):
            chainrule.check("rellu", relu)

    def test_a_name_that_is_not_defined_is_told(self, capsys):
        chainrule.check("relu_grad")

        assert "There is no relu_grad yet." in capsys.readouterr().out

    def test_a_defined_name_is_found(self, capsys, monkeypatch):
        monkeypatch.setattr(sys.modules["__main__"], "relu", relu, raising=False)
        chainrule.check("relu")

        assert "relu: right" in capsys.readouterr().out


class TestGrade:
    """The hidden test is silent or raises, on inputs that follow from the grader's seed."""

    def test_right_is_silent(self, capsys):
        chainrule.grade("relu", relu)

        assert capsys.readouterr().out == ""

    def test_wrong_raises_with_a_note(self):
        with pytest.raises(CheckFailed) as caught:
            chainrule.grade("relu", wrong)

        note = caught.value.proctor_note
        assert note["slug"] == "keeps_the_negative_side"
        assert note["section"] == "Exercise 2.4 - ReLU and its gradient"
        assert note["picture"].startswith("<svg")
        assert set(note) == {"slug", "title", "message", "section", "picture", "fingerprint"}

    def test_the_message_replaces_the_traceback(self):
        with pytest.raises(CheckFailed) as caught:
            chainrule.grade("relu", wrong)

        assert caught.value._render_traceback_()[0] == "relu: not right yet - keeps the negative side"

    def test_hidden_inputs_are_not_the_visible_ones(self):
        visible = find("relu").key(keyring.VISIBLE_SEED)
        hidden = find("relu").key(checks._hidden_seed("relu"))

        assert not np.array_equal(visible.cases[0].probe.args[0], hidden.cases[0].probe.args[0])

    def test_the_seed_of_the_grader_chooses_the_inputs(self, monkeypatch):
        seeds = [checks._hidden_seed("relu"), checks._hidden_seed("elu")]
        monkeypatch.setenv("PROCTOR_SEED", "another")
        seeds.append(checks._hidden_seed("relu"))

        assert len(set(seeds)) == 3

    def test_an_answer_that_knows_the_visible_inputs_by_heart_fails(self):
        key = find("relu").key(keyring.VISIBLE_SEED)
        table = {
            case.probe.args[0].tobytes(): case.expected.value
            for case in key.cases
            if hasattr(case.probe.args[0], "tobytes")
        }

        def look_up(z):
            return table.get(z.tobytes(), np.zeros(z.shape))

        with pytest.raises(CheckFailed):
            chainrule.grade("relu", look_up)

    def test_without_declarations_it_is_the_graders_error(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "chainrule.exercises", None)

        with pytest.raises(GraderError, match="only the student edition"):
            chainrule.grade("relu", relu)


class TestDisplay:
    """What is shown is escaped, small, and has a text alternative."""

    def test_what_the_answer_says_is_escaped(self):
        def nasty(z):
            raise ValueError("<script>alert(1)</script>")

        page = as_html(judge(find("relu").key(0), nasty))

        assert "<script>" not in page
        assert "&lt;script&gt;" in page

    def test_a_failing_panel_holds_a_picture_with_a_description(self):
        page = as_html(judge(find("relu").key(0), lambda z: np.maximum(z, 0) + 1.0 * (z.size > 1)))

        assert "<svg" in page
        assert "<desc>" in page
        assert "differ from the right result" in page

    def test_a_terminal_of_another_encoding_gets_plain_text(self, monkeypatch):
        import io

        class Korean(io.StringIO):
            encoding = "cp949"

        stream = Korean()
        monkeypatch.setattr(sys, "stdout", stream)
        show(judge(find("relu").key(0), wrong))

        assert stream.getvalue().encode("cp949").decode("cp949").startswith("relu: not right yet")

    @pytest.mark.parametrize("shape", [(), (1,), (2, 2, 2), (0,)])
    def test_shapes_that_make_no_picture_give_none(self, shape):
        assert picture_svg(np.zeros(shape), np.ones(shape)) == ""

    def test_nan_is_drawn_as_a_cross(self):
        drawn = picture_svg(np.array([np.nan, 1.0]), np.array([1.0, 1.0]))

        assert "<path" in drawn
        assert "1 of 2 entries shown differ" in drawn

    def test_a_large_array_is_cut(self):
        assert picture_svg(np.zeros((100, 100)), np.ones((100, 100))).count("<rect") == 2 * 12 * 12
