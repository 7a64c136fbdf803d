"""Every name has one owner: the author's names are the author's in tests, the student's come over the wire."""

from __future__ import annotations

import pytest

from support.examining import STUB, Bench, answer, check, given, locked

NUMPY = given("import numpy as np")


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy") as made:
        yield made


def graded(bench, parts, *submissions):
    """What each submission earned, after the solved notebook has earned everything outside the student's process."""
    assignment = bench.assignment(parts)
    assert {("verified", "")} == {(it.state, it.reason) for it in assignment.checks}

    return [list(bench.points(assignment, answers).values()) for answers in ({}, *submissions)]


class TestData:
    """Data of the author's that solution cells bind or change are the student's; others are not."""

    def test_parameters_of_the_author_are_trained_by_the_student(self, bench):
        parts = [
            NUMPY,
            locked("params = {'w': np.zeros(2)}\nrate = 0.5"),
            answer("for _ in range(3):\n    params['w'] += rate"),
            check("assert params['w'].tolist() == [1.5, 1.5] and rate == 0.5"),
        ]

        assert [[1], [0], [1]] == graded(
            bench, parts, {"a1": "rate = 0.5"}, {"a1": "params = {'w': 1.5 + np.zeros(2)}"}
        )

    def test_inputs_set_to_zero_gain_nothing(self, bench):
        parts = [
            NUMPY,
            locked("X, y = np.arange(4.0), np.arange(4.0) ** 2"),
            answer("def predict(X):\n    return X**2"),
            check("assert np.allclose(predict(X), y)"),
        ]
        zeros = "X, y = np.zeros(4), np.zeros(4)\ndef predict(X):\n    return 0 * X"
        changed = "X[:] = 0\ny[:] = 0\ndef predict(X):\n    return 0 * X"

        # It may be honest work with other data, so a person looks.
        assert [[1], [None], [None]] == graded(bench, parts, {"a1": zeros}, {"a1": changed})

    def test_a_generator_is_drawn_from_on_both_sides(self, bench):
        parts = [
            NUMPY,
            locked("rng = np.random.default_rng(7)"),
            answer("first = rng.normal(size=2)"),
            check(
                "same = np.random.default_rng(7)\nassert np.array_equal(first, same.normal(size=2))\n"
                "assert rng.normal() == same.normal()"
            ),
            answer("third = rng.normal()"),
            check("same.normal(size=0)\nassert third == same.normal()"),
        ]

        assert [[1, 1], [0, 0]] == graded(bench, parts, {"a1": "first = rng.normal(size=3)"})

    def test_cells_of_the_author_seed_the_global_generator(self, bench):
        parts = [
            NUMPY,
            given("np.random.seed(3)"),
            answer("x = np.random.rand()"),
            check("more = np.random.rand()\nnp.random.seed(3)\nassert [x, more] == np.random.rand(2).tolist()"),
        ]

        assert [[1], [0]] == graded(bench, parts, {"a1": "x = 0.5"})

    def test_a_name_of_the_student_is_read_anew_after_each_cell(self, bench):
        parts = [answer("n = 1"), check("assert n == 1"), answer("n += 1"), check("assert n == 2")]

        assert [[1, 1], [1, 0], [0, 0]] == graded(bench, parts, {"a2": ""}, {"a1": "n = 5"})


class TestVisibleTests:
    """What the visible part of a test binds, later cells of the student find."""

    def test_data(self, bench):
        parts = [
            answer("def f(x):\n    return 2 * x"),
            check("points = [1, 2, 3]\nassert f(1) == 2"),
            answer("total = sum(points)"),
            check("assert total == 6"),
        ]

        assert [[1, 1], [0, 1], [1, 0]] == graded(bench, parts, {"a1": ""}, {"a2": "total = 5"})

    def test_imports_and_functions(self, bench):
        visible = "import math\ndef halved(x):\n    return math.floor(x) / 2\nassert f(2) == 4"
        parts = [
            answer("def f(x):\n    return 2 * x"),
            check(visible),
            answer("g = math.pi + halved(3.5)"),
            check("assert abs(g - 1.5 - math.pi) < 1e-9"),
        ]

        assert [[1, 1], [0, 1]] == graded(bench, parts, {"a1": STUB})

    def test_the_hidden_part_stays_out(self, bench):
        hidden = "### BEGIN HIDDEN TESTS\nsecret = 42\nassert f(secret) == 84\n### END HIDDEN TESTS"
        parts = [
            answer("def f(x):\n    return 2 * x"),
            check(f"assert f(1) == 2\n{hidden}"),
            answer("try:\n    found = secret\nexcept NameError:\n    found = None"),
            check("assert found is None"),
        ]

        assert [[1, 1]] == graded(bench, parts)


class TestLibraries:
    """Modules, functions and classes of the author are the author's own."""

    SHADOW = "class np:\n    allclose = None\nabs = len = list = sum = lambda *args: 2\nisinstance = lambda *args: True"

    def test_shadowed_names_gain_nothing(self, bench):
        parts = [
            NUMPY,
            answer("def f(x):\n    return 2 * x"),
            check("assert isinstance(f(1), int) and np.allclose(f(3), 6) and sum(list([1, 1, 1])) == 3 == abs(-3)"),
        ]

        # The last one's answer is right; as in a notebook, its test fails over what its student has bound.
        assert [[1], [0], [0]] == graded(
            bench,
            parts,
            {"a1": f"{self.SHADOW}\ndef f(x):\n    return 2.5"},
            {"a1+": self.SHADOW},
        )

    def test_imports_of_a_solution_cell_cannot_be_forged(self, bench):
        parts = [
            answer("import numpy.testing as npt\nfrom math import isclose\ndef f(x):\n    return x / 3"),
            check("npt.assert_allclose(f(1), 1 / 3)\nassert isclose(f(2), 2 / 3)"),
        ]
        forged = "class npt:\n    assert_allclose = print\nisclose = lambda *args: True\ndef f(x):\n    return 0"

        assert [[1], [0]] == graded(bench, parts, {"a1": forged})

    def test_star_imports(self, bench):
        parts = [
            given("from math import *"),
            answer("def area(r):\n    return pi * r**2"),
            check("assert area(2) == 4 * pi and floor(area(1)) == 3"),
        ]

        assert [[1], [0]] == graded(
            bench, parts, {"a1": "pi = 3\ndef area(r):\n    return 3 * r**2\nfloor = lambda x: 3"}
        )

    def test_helpers_classes_and_data_of_the_author(self, bench):
        author = "LIMIT = 1e-3\nclass Box:\n    def __init__(self, size):\n        self.size = size\n"
        author += "def close(a, b):\n    return abs(a - b) < LIMIT"
        parts = [
            given(author),
            answer("def volume(size):\n    return size**3"),
            check("assert close(volume(Box(2).size), 8)"),
        ]
        forged = "LIMIT = 1e9\nclose = lambda a, b: True\nclass Box:\n    size = 0\ndef volume(size):\n    return 0"

        assert [[1], [0]] == graded(bench, parts, {"a1": forged})


class TestFunctions:
    """Names of the student's functions are stand-ins, also where the test assigns or deletes them."""

    def test_a_builtin_name_may_be_the_exercise(self, bench):
        parts = [
            answer(
                "def sum(values):\n    total = 10\n    for value in values:\n        total += value\n    return total"
            ),
            check("assert sum([1, 2]) == 13"),
        ]

        assert [[1], [0]] == graded(bench, parts, {"a1": ""})

    def test_a_missing_name_costs_only_its_question(self, bench):
        parts = [answer("f = abs"), answer("g = abs"), check("assert f(-1) == 1"), check("assert g(-1) == 1", 2)]
        assignment = bench.assignment(parts)
        results = bench.results(assignment, {"a1": "# nothing yet"})

        assert [[1, 2], [0, 2]] == graded(bench, parts, {"a1": "# nothing yet"})
        assert "NameError" == results["t1"].outputs[-1]["ename"]

    def test_a_deleted_function_is_gone_for_its_callers(self, bench):
        parts = [
            answer("def f(x):\n    return x + 1\ndef g(x):\n    return f(f(x))"),
            check(
                "del f\ntry:\n    found = g(1)\nexcept NameError as error:\n    found = str(error)\n"
                "assert found == \"name 'f' is not defined\""
            ),
        ]

        assert [[1], [0]] == graded(bench, parts, {"a1": "def f(x):\n    pass\ndef g(x):\n    return 'x'"})

    def test_an_assigned_function_is_called_by_the_student(self, bench):
        parts = [
            answer("def f(x):\n    return x + 1\ndef g(x):\n    return f(f(x))"),
            check("kept = f\nf = lambda x: 10 * x\nassert g(1) == 100 == f(10)\nf = kept\nassert g(1) == 3 == f(2)"),
            check("assert g(2) == 4"),
        ]

        assert [[1, 1], [0, 1]] == graded(
            bench, parts, {"a1": "def f(x):\n    return x + 1\ndef g(x):\n    return x + 2"}
        )

    def test_a_patched_function_is_called_by_the_student(self, bench):
        test = "from unittest.mock import patch\nwith patch('__main__.f', return_value=7) as mock:\n"
        test += "    assert g(1) == 7\nassert mock.call_count == 2 and mock.call_args.args == (7,) and g(1) == 3"
        parts = [answer("def f(x):\n    return x + 1\ndef g(x):\n    return f(f(x))"), check(test)]

        assert [[1], [0]] == graded(bench, parts, {"a1": "def f(x):\n    return x + 1\ndef g(x):\n    return x + 2"})

    def test_a_patched_print_is_called_by_the_student(self, bench):
        test = "from unittest.mock import patch\nwith patch('__main__.print') as mock:\n    greet('you')\n"
        test += "mock.assert_called_once_with('hello', 'you')"
        parts = [answer("def greet(name):\n    print('hello', name)"), check(test)]

        assert [[1], [0]] == graded(bench, parts, {"a1": "def greet(name):\n    print(f'hello {name}')"})

    def test_a_patched_import_of_the_author_is_patched_for_the_student(self, bench):
        test = "from unittest.mock import patch\nwith patch('__main__.sleep') as mock:\n    wait()\n"
        test += "mock.assert_called_once_with(5)"
        parts = [given("from time import sleep"), answer("def wait():\n    sleep(5)"), check(test), check("sleep(0)")]

        assert [[1, 1], [0, 1]] == graded(bench, parts, {"a1": "def wait():\n    pass"})
