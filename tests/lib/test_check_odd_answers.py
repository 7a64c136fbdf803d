"""Whatever an answer is or does, the student reads one clear sentence."""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest

from chainrule.checking import judge
from chainrule.exercises import find

RELU = find("relu").key(3)


class EqualsEverything:
    __array_priority__ = 1000

    def __eq__(self, other):
        return True

    __hash__ = None

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("a check must not ask a strange object for numbers")


def raising(error):
    def answer(z):
        raise error

    return answer


def recursive(z):
    return recursive(z)


def exiting(z):
    sys.exit("bye")


def chatty(z):
    print("x" * 100_000)
    return np.maximum(z, 0)


def modifying(z):
    z += 1
    return np.maximum(z, 0)


def generator(z):
    yield z


ODD = {
    "None itself": (None, "not-callable", "found None"),
    "a number": (3, "not-callable", "found a value of type int"),
    "an array": (np.zeros(3), "not-callable", "type ndarray"),
    "too few parameters": (lambda: 0, "wrong-parameters", "Expected relu(z), found relu()"),
    "too many parameters": (lambda z, alpha: 0, "wrong-parameters", "found relu(z, alpha)"),
    "keyword only": (lambda *, z: z, "wrong-parameters", "found relu(*, z)"),
    "the stub": (
        raising(NotImplementedError("relu")),
        "not-written",
        "still holds the line that stands for your answer",
    ),
    "no return": (lambda z: None, "none", "Is a return missing?"),
    "a list of another form": (lambda z: np.maximum(z, 0).ravel().tolist(), "type", "found a list"),
    "a tuple": (lambda z: (np.maximum(z, 0),), "type", "found a tuple with one result"),
    "a text": (lambda z: "relu", "type", "found a text"),
    "a dictionary": (lambda z: {"a": z}, "type", "found a dictionary"),
    "a function": (lambda z: np.maximum, "type", "found a value of type ufunc"),
    "a generator": (generator, "type", "found a generator"),
    "an object that equals everything": (lambda z: EqualsEverything(), "type", "EqualsEverything"),
    "a masked array": (lambda z: np.ma.masked_less(z, 0), "type", "MaskedArray"),
    "objects": (lambda z: np.array([None, "text"], dtype=object), "type", "dtype object"),
    "complex numbers": (lambda z: np.maximum(z, 0) + 0j, "dtype", "found dtype complex128"),
    "half precision": (lambda z: np.maximum(z, 0).astype(np.float16), "dtype", "found dtype float16"),
    "one number": (lambda z: 0.0, "shape", "found a number"),
    "a flat array": (lambda z: np.maximum(z, 0).ravel(), "shape", "found an array of shape"),
    "one more axis": (lambda z: np.maximum(z, 0)[None], "shape", "found an array of shape (1, "),
    "nan": (lambda z: np.maximum(z, 0) * np.nan, "nan", "is nan, expected"),
    "infinity": (lambda z: np.full(z.shape, np.inf), "value", "is inf, expected"),
    "an exception": (raising(ValueError("no such z")), "raises", "It raised ValueError"),
    "an exception without words": (raising(KeyError()), "raises", "It raised KeyError"),
    "an exception of many lines": (raising(ValueError("first\nsecond")), "raises", "ValueError in line"),
    "endless recursion": (recursive, "raises", "It raised RecursionError"),
    "exit": (exiting, "raises", "It raised SystemExit"),
    "changes its input": (modifying, "modified", "z was changed in place"),
}


@pytest.mark.parametrize(("answer", "slug", "words"), ODD.values(), ids=ODD.keys())
def test_odd_answer_gets_its_sentence(answer, slug, words):
    verdict = judge(RELU, answer)

    assert not verdict.passed
    assert slug == verdict.finding.slug
    assert words in verdict.text()
    assert "Traceback" not in verdict.text()


@pytest.mark.parametrize(("answer", "slug", "words"), ODD.values(), ids=ODD.keys())
def test_odd_answer_is_told_in_few_lines(answer, slug, words):
    verdict = judge(RELU, answer)

    assert max(len(line) for line in verdict.text().splitlines()) < 400
    assert len(verdict.text().splitlines()) <= 7


def test_printing_a_lot_passes_with_a_note(capsys):
    verdict = judge(RELU, chatty)

    assert verdict.passed
    assert "printed" in verdict.notes[0]
    assert "900,009 characters" in verdict.notes[0]
    assert "" == capsys.readouterr().out


def test_the_students_line_is_named():
    def answer(z):
        return z / undefined_name  # noqa: F821 - the student's slip

    text = judge(RELU, answer).text()

    assert "NameError" in text
    assert "return z / undefined_name" in text


def test_wrong_number_of_results_is_told():
    key = find("prelu_backward").key(3)
    verdict = judge(key, lambda upstream, z, alpha: (upstream, alpha, z))

    assert "length" == verdict.finding.slug
    assert "Expected 2 results, found 3 results." in verdict.text()


def test_wrong_part_of_several_results_is_named():
    key = find("prelu_backward").key(3)
    verdict = judge(key, lambda upstream, z, alpha: (find("prelu_backward").reference(upstream, z, alpha)[0], 0.0))

    assert "Expected result 2 of 2 to be an array" in verdict.text()


class TestTooSlow:
    """An answer that never ends is stopped, also when it catches the interrupt once."""

    def test_endless_loop_is_stopped(self):
        def endless(z):
            while True:
                pass

        start = time.monotonic()
        verdict = judge(RELU, endless, limit_seconds=0.3)

        assert "too-slow" == verdict.finding.slug
        assert "longer than 0.3 seconds" in verdict.text()
        assert "Is there a loop that never ends?" in verdict.text()
        assert time.monotonic() - start < 10

    def test_loop_that_swallows_one_interrupt_is_stopped(self):
        def stubborn(z):
            try:
                while True:
                    pass
            except KeyboardInterrupt:
                while True:
                    pass

        verdict = judge(RELU, stubborn, limit_seconds=0.3)

        assert "too-slow" == verdict.finding.slug

    def test_all_calls_of_a_check_share_the_limit(self):
        def slow(z):
            time.sleep(0.1)
            return np.maximum(z, 0)

        verdict = judge(RELU, slow, limit_seconds=0.35)

        assert "too-slow" == verdict.finding.slug

    def test_an_answer_that_never_ends_after_all_inputs_is_stopped(self):
        """In a call for a property: the last input is named."""
        calls = []

        def slower_and_slower(z):
            calls.append(z)
            while len(calls) > len(RELU.cases):
                pass
            return np.maximum(z, 0)

        verdict = judge(RELU, slower_and_slower, limit_seconds=0.2)

        assert "too-slow" == verdict.finding.slug
        assert f"Stopped while it worked on: {RELU.cases[-1].probe.label}." in verdict.text()

    def test_ctrl_c_of_the_student_is_not_swallowed(self):
        with pytest.raises(KeyboardInterrupt):
            judge(RELU, raising(KeyboardInterrupt()))


def test_a_message_does_not_tell_where_an_object_lies():
    """The address is another one in every call, and says nothing."""

    def confused(z):
        raise ValueError(f"found {object()}")

    lines = judge(find("relu").key(0), confused).finding.lines

    assert any("found <object object>" in line for line in lines)
