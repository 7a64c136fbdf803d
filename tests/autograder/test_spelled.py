"""Names that code spells as texts, in their plain form; and functions of Python's own that a test has replaced."""

from __future__ import annotations

import ast
import builtins
import random
import time
from unittest.mock import patch

import pytest

from proctor.inside.replaced import replaced, replacing
from proctor.plan.moving import moved_by_functions, set_by_tests
from proctor.plan.spelled import plainly
from support.examining import answer, check, given, plan_of


@pytest.mark.parametrize(
    ("spelled", "plain"),
    [
        ("globals()['x'] = 3", "x = 3"),
        ("del globals()['x']", "del x"),
        ("y = globals()['x'] + 1", "y = x + 1"),
        ("'x' in globals()", "x"),
        ("globals().get('x', 3)", "(x, 3)"),
        ("globals().pop('x')", "(x := ())"),
        ("globals().update(x=1, y=2)", "((x := 1), (y := 2))"),
        ("def f():\n    globals()['x'] = 3", "def f():\n    global x\n    x = 3"),
        ("exec('x = 3')", "x = 3"),
        ("m = __import__('math')", "import math as m"),
        ("__import__('math').sqrt(4)", "math.sqrt(4)"),
    ],
)
def test_what_a_text_tells_is_a_name(spelled, plain):
    assert plain == ast.unparse(plainly(spelled))


@pytest.mark.parametrize(
    "text",
    [
        "globals()[name] = 3",
        "globals()['__builtins__'] = 3",
        "globals()['no name'] = 3",
        "globals().update(more)",
        "exec(text)",
        "exec('x = 3', {})",
        "exec('x = ')",
        "__import__(name)",
        "x = 'globals'",
    ],
)
def test_all_else_stays_what_it_is(text):
    assert text == ast.unparse(plainly(text))


class TestReplaced:
    """Functions that a test has replaced travel with each call."""

    def test_mostly_there_is_none(self):
        assert [] == replaced()

    def test_they_are_listed_with_what_stands_there(self):
        def asked(_):
            return "3"

        with patch("builtins.input", asked), patch("random.randint", asked):
            assert [["builtins", "input", asked], ["random", "randint", asked]] == replaced()

    def test_one_that_is_gone_is_listed_too(self):
        kept = builtins.sum
        del builtins.sum
        try:
            found = replaced()
        finally:
            builtins.sum = kept

        assert [["builtins", "sum", None]] == found

    def test_for_a_block_they_are_replaced_here(self):
        before = time.sleep, builtins.sum, random.random
        with replacing([["time", "sleep", 7], ["builtins", "sum", None], ["random", "random", 8]]):
            during = time.sleep, hasattr(builtins, "sum"), random.random

        assert (7, False, 8) == during
        assert before == (time.sleep, builtins.sum, random.random)

    def test_also_behind_an_error(self):
        before = time.sleep
        with pytest.raises(ZeroDivisionError), replacing([["time", "sleep", 7]]):
            1 / 0  # noqa: B018 - the subject

        assert before is time.sleep


class TestMoving:
    """Names that change while a test calls functions."""

    COUNTS = "def f():\n    global n\n    n += 1"

    @pytest.mark.parametrize(
        ("cells", "names"),
        [
            ([given("n = 0"), answer(COUNTS), check("f()\nassert n == 1")], {"n"}),
            ([given(f"n = 0\n{COUNTS}"), answer("def g():\n    f()"), check("g()\nassert n == 1")], {"n"}),
            ([given(f"n = 0\n{COUNTS}"), answer("n = 5"), check("f()\nassert n == 6")], set()),
            ([given("n = 0"), answer("n = 1"), check(f"{COUNTS}\nf()\nassert n == 2")], set()),
        ],
        ids=["by the answer", "by the author's function inside", "by one that tests call", "by one of the test's own"],
    )
    def test_are_those_that_functions_bind_beside_the_student(self, cells, names):
        assert names == moved_by_functions(plan_of(cells))

    def test_a_test_sets_what_an_answers_function_reads(self):
        cells = [given("RATE = 2\nspare = 1"), answer("def f(x):\n    return x * RATE"), check("RATE = spare = x = 3")]

        assert {"RATE"} == set_by_tests(plan_of(cells))
