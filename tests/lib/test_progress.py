"""The table of progress: what passes, what is left, in any order of the cells, and nothing while grading."""

from __future__ import annotations

import html.parser
import sys
import types

import numpy as np
import pytest

import chainrule
from chainrule.checking.declaring.question import Question
from chainrule.desk import standing
from chainrule.desk.keyring import declared
from chainrule.exercises import find, of_unit, questions_of

UNIT = "02_activations"
CHOICE = next(it for it in questions_of(UNIT) if isinstance(it, Question) and it.choices)
MEASURED = next(it for it in questions_of(UNIT) if hasattr(it, "low"))


@pytest.fixture(autouse=True)
def notebook(monkeypatch):
    """The names of a notebook where nothing has been checked, and nobody grades."""
    names = {}
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(standing, "notebook_names", lambda: names)
    standing.forget()
    yield names
    standing.forget()


@pytest.fixture
def page(monkeypatch):
    """A notebook's page: what `display` was given, and how often it was brought up to date."""
    shown = []

    class Handle:
        def update(self, data, raw):
            shown.append(data)

    def display(data, *, raw, display_id):
        shown.append(data)
        return Handle()

    monkeypatch.setattr(standing, "in_notebook", lambda: True)
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))
    return shown


def check(capsys, name, answer):
    """Check an answer, less what the check itself shows."""
    chainrule.check(name, answer)
    capsys.readouterr()


def table(capsys):
    """From the name of an exercise to its line, and the lines around them."""
    chainrule.progress()
    lines = capsys.readouterr().out.splitlines()
    rows = {line.split()[1]: line.split(" points  ")[1] for line in lines if " points  " in line}
    return rows, [line for line in lines if " points  " not in line]


def stub(*args):
    raise NotImplementedError("Write relu here, run this cell, then run the check below.")


class TestStates:
    """Right, wrong, recorded, not yet tried."""

    def test_every_exercise_of_the_unit_is_listed_once_in_the_order_of_its_headings(self, capsys):
        check(capsys, "relu", find("relu").reference)
        rows, _ = table(capsys)
        numbers = [tuple(map(int, find(name).number.split("."))) for name in rows]

        assert {it.name for it in (*of_unit(UNIT), *questions_of(UNIT))} == set(rows)
        assert sorted(numbers) == numbers

    @pytest.mark.parametrize(
        ("name", "answer", "told"),
        [
            pytest.param("relu", find("relu").reference, "right", id="right"),
            pytest.param("relu", lambda z: -abs(z), "wrong - ", id="wrong"),
            pytest.param("relu", stub, "not yet tried", id="stub"),
            pytest.param(MEASURED.name, None, "not yet tried", id="None"),
            pytest.param(MEASURED.name, MEASURED.low, "recorded", id="measured"),
            pytest.param(MEASURED.name, "about 3", "wrong - it is no number", id="no number"),
            pytest.param(CHOICE.name, CHOICE.choices[0], "recorded", id="choice"),
        ],
    )
    def test_a_check_decides(self, capsys, name, answer, told):
        check(capsys, name, answer)

        assert table(capsys)[0][name].startswith(told)

    def test_a_name_that_is_not_defined_was_not_tried(self, capsys):
        chainrule.check("relu_grad")
        capsys.readouterr()

        assert table(capsys)[0]["relu_grad"] == "not yet tried"

    def test_the_last_check_of_an_exercise_counts(self, capsys):
        check(capsys, "relu", lambda z: -z)
        check(capsys, "relu", find("relu").reference)

        assert table(capsys)[0]["relu"] == "right"

    def test_an_answer_that_changed_since_its_check_is_told(self, capsys, notebook):
        notebook["relu"] = find("relu").reference
        check(capsys, "relu", notebook["relu"])
        notebook["relu"] = lambda z: z

        assert table(capsys)[0]["relu"] == "not yet tried - changed since its check"

    @pytest.mark.parametrize(("factor", "told"), [(1.0, "recorded"), (0.5, "not yet tried - changed")])
    @pytest.mark.parametrize("kind", [float, np.float64])
    def test_an_equal_number_did_not_change(self, capsys, notebook, kind, factor, told):
        check(capsys, MEASURED.name, kind(MEASURED.low))
        notebook[MEASURED.name] = kind(MEASURED.low * factor)

        assert table(capsys)[0][MEASURED.name].startswith(told)


class TestSums:
    """The line above and the lines below."""

    def test_points_are_those_of_the_declarations(self, capsys):
        total = sum(it.points for it in (*of_unit(UNIT), *questions_of(UNIT)))
        check(capsys, "relu", find("relu").reference)
        check(capsys, CHOICE.name, CHOICE.choices[0])
        right, kept = declared("relu").points, CHOICE.points
        sums = f"{right} of {total} points pass the visible checks, {kept} recorded, {total - right - kept} left."

        assert f"Your progress: {sums}" == table(capsys)[1][0]

    def test_what_comes_next_is_named(self, capsys):
        check(capsys, "relu", find("relu").reference)
        first = of_unit(UNIT)[0]

        assert f"Next: {first.name} ({first.section})." in table(capsys)[1]

    def test_a_finished_unit_has_no_next(self, capsys):
        for it in of_unit(UNIT):
            check(capsys, it.name, it.reference)
        for it in questions_of(UNIT):
            check(capsys, it.name, it.handed_in(np.random.default_rng(1), right=True).answer)
        rows, around = table(capsys)

        assert {"right", "recorded"} == set(rows.values())
        assert [] == [line for line in around if line.startswith("Next")]
        assert around[0].endswith(" 0 left.")

    def test_hidden_tests_and_texts_are_spoken_of(self, capsys):
        check(capsys, "relu", find("relu").reference)

        assert table(capsys)[1][-1] == standing.REMAINS

    def test_before_the_first_check_a_sentence_helps(self, capsys):
        assert ({}, [standing.NOTHING_HERE]) == table(capsys)


class TestGrading:
    """When graded it costs nothing."""

    def test_nothing_is_shown_and_nothing_kept(self, capsys, monkeypatch):
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
        chainrule.check("relu", find("relu").reference)
        capsys.readouterr()
        chainrule.progress()

        assert ("", {}) == (capsys.readouterr().out, standing._found)


class Reader(html.parser.HTMLParser):
    """Counts the tags of a page, and keeps words that a screen reader would speak."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.hidden = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.hidden = dict(attributes).get("aria-hidden") == "true"

    def handle_endtag(self, tag):
        self.hidden = False

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data.strip())


class TestPage:
    """The table in a notebook."""

    def test_a_table_on_the_page_follows_later_checks(self, page, capsys):
        chainrule.progress()
        check(capsys, "relu", find("relu").reference)
        check(capsys, "relu_grad", lambda z, upstream: z)

        assert 3 == len(page)
        assert standing.NOTHING_HERE == page[0]["text/html"]
        assert "Next: " in page[2]["text/plain"]
        assert "wrong - " in page[2]["text/html"]

    def test_it_can_be_read_without_seeing_color(self, page, capsys):
        check(capsys, "relu", find("relu").reference)
        chainrule.progress()
        found = Reader(page[-1]["text/html"])
        headers = [attributes["scope"] for tag, attributes in found.tags if tag == "th"]

        assert 1 == [tag for tag, _ in found.tags].count("caption")
        rows = len(of_unit(UNIT)) + len(questions_of(UNIT))
        assert (4, rows) == (headers.count("col"), headers.count("row"))
        assert {"right", "not yet tried"} <= set(found.words)
        assert [] == [word for word in found.words if "✓" in word or "○" in word]

    def test_what_an_answer_says_is_escaped(self, page, capsys):
        def relu(z):
            raise ValueError("<script>")

        check(capsys, "relu", relu)
        chainrule.progress()

        assert "<script" not in page[-1]["text/html"]
