"""Checking and grading a trained network, and simulated students who hand one in."""

from __future__ import annotations

import io

import numpy as np
import pytest

import chainrule
from chainrule.capstone import hand_in
from chainrule.checking import AuthorError, CheckFailed
from chainrule.checking.declaring.artifact import Artifact, Example, Level
from chainrule.checking.keys.keyfile import pack, unpack
from chainrule.exercises import find
from chainrule.exercises.u07_capstone.networks import trained_network

CAPSTONE = find("capstone")


class Model:
    """Labels every input alike."""

    sizes = (2,)
    parameters = 3

    def __init__(self, label):
        self.label = label

    def predict(self, x):
        return np.full(len(x), self.label)


def read(data):
    if not isinstance(data, np.ndarray):
        raise ValueError("Expected a number.")  # noqa: TRY004 - what a reader raises
    return Model(int(data))


def declared(**changes):
    """A small artifact: two thirds of the labels are 1."""
    usual = {
        "name": "model",
        "unit": "07_capstone",
        "number": "7.7",
        "title": "A model",
        "file": "model.npz",
        "cell": "model = 1",
        "reader": f"{__name__}.read",
        "levels": (Level(0.0, 1), Level(0.5, 2), Level(0.9, 4)),
        "trials": lambda rng, hidden: {"2": (np.zeros((3, 2)), np.array([1, 1, 0]))},
        "examples": (Example(name="right", make=lambda: b"", points=7),),
    }
    return Artifact(**{**usual, **changes})


@pytest.fixture(autouse=True)
def _person_at_work(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("PROCTOR_SEED", raising=False)


class TestJudge:
    """Levels, and what cannot be judged."""

    @pytest.mark.parametrize(("label", "points"), [(1, 3), (0, 1), (7, 1)])
    def test_points_are_those_of_the_levels_reached(self, label, points):
        verdict = declared().key(0).judge(label)

        assert (True, points) == (verdict.passed, verdict.earned)

    def test_of_several_missed_levels_the_lowest_is_named(self):
        assert declared().key(0).judge(7).right.endswith(" 2 more from 50% on.")

    def test_the_next_level_is_named(self):
        verdict = declared().key(0).judge(1)

        assert verdict.right == (
            "3 parameters, 66.7% right on 3 public images. "
            "This would be 3 of 7 points; the hidden images decide. 4 more from 90% on."
        )

    @pytest.mark.parametrize(("value", "slug"), [(None, "not-written"), (..., "not-written"), ("text", "unusable")])
    def test_what_makes_no_classifier_earns_nothing(self, value, slug):
        verdict = declared().key(0).judge(value)

        assert (slug, None) == (verdict.finding.slug, verdict.earned)

    @pytest.mark.parametrize(
        "levels", [(), (Level(0.5, 1),), (Level(0.0, 1), Level(0.0, 1)), (Level(0.0, 1), Level(0.5, 0))]
    )
    def test_levels_in_disorder_are_the_authors_error(self, levels):
        with pytest.raises(AuthorError, match="levels must rise from 0"):
            declared(levels=levels)

    def test_a_first_example_that_is_not_right_is_the_authors_error(self):
        with pytest.raises(AuthorError, match="worth all 7 points"):
            declared(examples=(Example(name="half", make=lambda: b"", points=3),))


class TestCapstone:
    """The declared one, as a notebook meets it."""

    @pytest.mark.parametrize("example", CAPSTONE.examples, ids=lambda it: it.name)
    @pytest.mark.parametrize("seed", ["one", "two"])
    def test_every_example_earns_what_it_says(self, example, seed, tmp_path, monkeypatch):
        monkeypatch.setenv("PROCTOR_SEED", seed)
        content = example.make()
        if content is not None:
            (tmp_path / CAPSTONE.file).write_bytes(content)
        capstone = hand_in(tmp_path / CAPSTONE.file)
        try:
            earned = chainrule.desk.checks.grade("capstone", capstone)
        except CheckFailed:
            earned = 0

        assert (None if example.points == CAPSTONE.points else example.points) == earned

    def test_the_line_of_the_notebook_reads_the_file(self):
        space = {"hand_in": lambda name: name}
        exec(CAPSTONE.cell, space)  # noqa: S102 - the declared line

        assert CAPSTONE.file == space["capstone"]

    def test_the_edition_judges_as_the_declaration_does(self):
        key = CAPSTONE.key(5)
        again = unpack(pack([key]))["capstone"]
        verdicts = [it.judge(trained_network()) for it in (key, again)]

        assert verdicts[0] == verdicts[1]

    def test_the_key_holds_no_hidden_image(self):
        public, hidden = (CAPSTONE.key(5, hidden=it).trials["64"][0] for it in (False, True))

        assert {row.tobytes() for row in public} & {row.tobytes() for row in hidden} == set()

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (None, "capstone is still None"),
            ({"problem": "There is no file capstone.npz here; run the cell that saves it."}, "There is no file"),
            (trained_network, "Expected a dictionary"),
            ({**trained_network(), "b2": np.full(10, np.nan)}, "finite numbers in 'b2'"),
        ],
        ids=["None", "no file", "a function", "nan"],
    )
    def test_the_visible_check_says_what_is_wrong(self, value, words, capsys):
        chainrule.check("capstone", value)

        assert words in capsys.readouterr().out

    def test_the_visible_check_tells_accuracy_and_points(self, capsys):
        chainrule.check("capstone", trained_network())

        assert "This would be 20 of 20 points; the hidden images decide." in capsys.readouterr().out

    def test_a_dictionary_that_claims_to_be_right_gains_nothing(self, capsys):
        class Liar(dict):
            def __getitem__(self, name):
                return 1.0

        chainrule.check("capstone", Liar(sizes=[64, 10]))

        assert "not right yet" in capsys.readouterr().out

    def test_the_example_of_the_notebook_is_that_of_the_package(self):
        """Its numbers stand in the solution too, since that sees the student edition alone."""
        from chainrule.authoring.building.notebook import read_notebook
        from support.courses import COURSE, cells_of

        source = cells_of(COURSE.source("07_capstone"))["capstone"]["source"]
        setup = read_notebook(COURSE.source("07_capstone"))["cells"]
        space = {"hand_in": lambda _: {"problem": ""}, "np": np, "math": __import__("math")}
        space["b85decode"] = __import__("base64").b85decode
        exec(source, space)  # noqa: S102 - the course's own notebook

        assert setup
        for name, value in trained_network().items():
            np.testing.assert_array_equal(value, space["capstone"][name])


def test_a_saved_example_is_an_archive_of_plain_arrays():
    with np.load(io.BytesIO(CAPSTONE.examples[0].make()), allow_pickle=False) as arrays:
        assert {"sizes", "activations", "W1", "b1", "W2", "b2"} == set(arrays.files)
