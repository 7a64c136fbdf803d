"""Checks take answers of a GPU, and tell on the CPU what a GPU would refuse."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checking import judge
from chainrule.checking.judging.device import carried, device_note, module_of
from chainrule.checking.judging.watchdog import LIMIT_SECONDS
from chainrule.exercises import find
from chainrule.stand_in import pretending

RELU = """
def relu(z):
    return xp.maximum(z, 0)
"""
BY_NUMPY = """
def relu(z):
    out = np.zeros(z.shape)
    return out + z * (z > 0)
"""
ON_HOST = """
def relu(z):
    z = chainrule.to_host(z)
    return np.maximum(z, 0)
"""
IDENTITY = """
def relu(z):
    return z
"""
IN_PLACE = """
def relu(z):
    z *= z > 0
    return z
"""
AFFINE = """
class Affine:
    def __init__(self, W, b):
        self.params = {"W": xp.asarray(W).copy(), "b": xp.asarray(b).copy()}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, upstream):
        self.grads = {"W": self.x.T @ upstream, "b": upstream.sum(axis=0)}
        return upstream @ self.params["W"].T
"""


def written(source, name, xp):
    """What a cell of a notebook defines whose xp is this module."""
    import chainrule

    space = {"xp": xp, "np": np, "chainrule": chainrule}
    exec(source, space)  # noqa: S102 - our own source
    return space[name]


def verdict_on(name, answer, **settings):
    return judge(find(name).key(4), answer, **settings)


class TestAnswersOfAGpu:
    """The notebook's xp is CuPy; here the stand-in."""

    @pytest.mark.parametrize(("source", "name"), [(RELU, "relu"), (AFFINE, "Affine")])
    def test_right_ones_pass(self, source, name):
        with pretending() as xp:
            verdict = verdict_on(name, written(source, name, xp))

        assert verdict.passed
        assert verdict.notes == ()

    def test_a_mistake_is_named(self):
        with pretending() as xp:
            assert verdict_on("relu", written(IDENTITY, "relu", xp)).finding.mistake == "identity"

    def test_a_changed_input_is_noticed(self):
        with pretending() as xp:
            found = verdict_on("relu", written(IN_PLACE, "relu", xp)).finding

        assert found.slug == verdict_on("relu", written(IN_PLACE, "relu", np)).finding.slug
        assert "chang" in " ".join(found.lines)

    def test_arrays_of_numpy_among_those_of_the_device_are_refused(self):
        with pretending() as xp:
            found = verdict_on("relu", written(BY_NUMPY, "relu", xp)).finding

        assert "Make it with xp, not with np" in " ".join(found.lines)

    def test_functions_that_are_passed_in_take_and_give_arrays_of_the_device(self):
        with pretending() as xp:
            gradient = carried(lambda f, x: f(x) * 2 + xp.ones(3), xp)

            assert gradient(np.sin, np.zeros(3)).tolist() == [1.0, 1.0, 1.0]

    def test_the_module_is_that_of_the_notebook(self):
        with pretending() as xp:
            assert module_of(written(RELU, "relu", xp)) is xp
            assert module_of(written(AFFINE, "Affine", xp)) is xp
            assert module_of(written(RELU, "relu", np)) is np
        assert module_of(max) is np


class TestNotes:
    """On the CPU a right answer passes, and is told what a GPU would say."""

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            (BY_NUMPY, "On a GPU this would stop: xp.add got a NumPy array"),
            (ON_HOST, "On a GPU the result would lie on the CPU"),
        ],
    )
    def test_of_numpy_where_xp_was_meant(self, source, words):
        verdict = verdict_on("relu", written(source, "relu", np))

        assert verdict.passed
        assert words in verdict.text()

    def test_of_a_right_answer_there_is_none(self):
        answer = written(RELU, "relu", np)

        assert verdict_on("relu", answer).notes == ()
        assert answer.__globals__["xp"] is np

    def test_of_a_wrong_answer_there_is_none(self):
        assert verdict_on("relu", written(IDENTITY, "relu", np)).notes == ()

    def test_in_hidden_tests_there_is_none(self):
        assert verdict_on("relu", written(BY_NUMPY, "relu", np), hidden=True).notes == ()

    def test_outside_a_notebook_there_is_none(self):
        assert device_note(find("relu").key(4), find("relu").reference) == ""

    def test_an_endless_loop_on_the_device_ends(self):
        endless = """
def relu(z):
    while xp is not np:
        pass
    return xp.maximum(z, 0)
"""
        answer = written(endless, "relu", np)
        verdict = verdict_on("relu", answer, limit_seconds=0.5)

        assert verdict.passed
        assert answer.__globals__["xp"] is np  # the notebook has its own module again
        assert verdict.wall_seconds < LIMIT_SECONDS / 2  # by the caller's limit, not by the usual one
