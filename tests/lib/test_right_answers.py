"""A right answer is never rejected, however it is written."""

from __future__ import annotations

import collections
import functools
import math
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from chainrule.checking import judge
from chainrule.exercises import UNITS, of_unit

EXERCISES = [exercise for unit in UNITS for exercise in of_unit(unit)]
MANY = 1_000  # numbers; a list of more is one of rows, so that the suite stays short
SEEDS = (11,)  # `verify` tries thirty


def mapped(function, result):
    """Apply a function to every array of a result; an object of a class, or a generator, stays as it is."""
    if isinstance(result, (tuple, list)):
        return type(result)(mapped(function, part) for part in result)
    if not isinstance(result, (np.ndarray, np.generic, int, float)):
        return result
    return function(np.asarray(result))


def as_lambda(answer):
    return lambda *args: answer(*args)


def as_callable_object(answer):
    class Answer:
        def __call__(self, *args):
            return answer(*args)

    return Answer()


def as_bound_method(answer):
    class Holder:
        def method(self, *args):
            return answer(*args)

    return Holder().method


def as_partial(answer):
    return functools.partial(answer)


def with_further_default(answer):
    return lambda *args, check=True: answer(*args)


def returning_views(answer):
    return lambda *args: mapped(lambda array: np.stack([array, array])[1], answer(*args))


def returning_fortran_order(answer):
    return lambda *args: mapped(lambda array: np.array(array, order="F"), answer(*args))


def returning_read_only(answer):
    def frozen(array):
        array = array.copy()
        array.flags.writeable = False
        return array

    return lambda *args: mapped(frozen, answer(*args))


def returning_float32(answer):
    return lambda *args: mapped(lambda array: array.astype(np.float32), answer(*args))


def working_in_float32(answer):
    if isinstance(answer, type):  # a class gets its numbers in several calls
        return answer

    def work(*args):
        floats = [np.asarray(a, np.float32) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in args]
        return mapped(lambda array: array.astype(np.float32), answer(*floats))

    return work


def reformed(answer, change):
    """Give results another form, those of a function that comes back too."""
    if isinstance(answer, type):  # what a class gives, its methods do
        return answer

    def work(*args):
        result = answer(*args)
        return reformed(result, change) if callable(result) else change(result)

    return work


def as_lists(result):
    if isinstance(result, np.ndarray) and result.dtype.kind in "biuf":
        return result.tolist() if result.size < MANY else list(result)
    return [as_lists(it) for it in result] if isinstance(result, (tuple, list)) else result


def as_named_tuples(result):
    if not isinstance(result, (tuple, list)):
        return result
    fields = [f"part_{i}" for i in range(len(result))]
    return collections.namedtuple("Result", fields)(*map(as_named_tuples, result))  # noqa: PYI024 - as students write it


def as_exact_numbers(result):
    if isinstance(result, (tuple, list)):
        return type(result)(map(as_exact_numbers, result))
    number = isinstance(result, (float, np.floating)) and math.isfinite(result)
    return Fraction(float(result)) if number else result


def as_decimals(result):
    if isinstance(result, (tuple, list)):
        return type(result)(map(as_decimals, result))
    return Decimal(float(result)) if isinstance(result, (float, np.floating)) else result


def as_deques(result):
    return collections.deque(map(as_deques, result)) if isinstance(result, (tuple, list)) else result


def as_one_array(result):
    """Several numbers as one array, which unpacks to them."""
    several = isinstance(result, (tuple, list)) and len(result) > 1
    return np.array(result) if several and all(isinstance(it, (int, float, np.number)) for it in result) else result


def in_lists(answer):
    return reformed(answer, as_lists)


def in_named_tuples(answer):
    return reformed(answer, as_named_tuples)


def in_fractions(answer):
    return reformed(answer, as_exact_numbers)


def in_decimals(answer):
    return reformed(answer, as_decimals)


def in_deques(answer):
    return reformed(answer, as_deques)


def in_one_array(answer):
    return reformed(answer, as_one_array)


def printing(answer):
    def chatty(*args):
        print("called with", args)
        print("and again", file=sys.stderr)
        return answer(*args)

    return chatty


def plotting(answer):
    def drawing(*args):
        import matplotlib.pyplot as plt

        plt.plot([1, 2, 3])
        plt.show()
        return answer(*args)

    return drawing


def warning(answer):
    def noisy(*args):
        import warnings

        warnings.warn("thinking", UserWarning, stacklevel=1)
        return answer(*args)

    return noisy


def working_on_its_copy(answer):
    """Overwrites copies of its inputs, as careful students do."""

    def careful(*args):
        result = answer(*args)
        for copy in [np.array(a) for a in args if isinstance(a, np.ndarray)]:
            copy[...] = 0
        return result

    return careful


FORMS = (
    as_lambda,
    as_callable_object,
    as_bound_method,
    as_partial,
    with_further_default,
    returning_views,
    returning_fortran_order,
    returning_read_only,
    returning_float32,
    working_in_float32,
    in_lists,
    in_named_tuples,
    in_fractions,
    in_decimals,
    in_deques,
    in_one_array,
    printing,
    plotting,
    warning,
    working_on_its_copy,
)


@pytest.fixture(autouse=True)
def _no_window(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    import matplotlib as mpl

    mpl.use("Agg")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_every_form_of_a_right_answer_passes(exercise):
    key = exercise.key(5)
    answers = {"the reference": exercise.reference, **exercise.alternatives}
    verdicts = {(form.__name__, label): judge(key, form(it)) for form in FORMS for label, it in answers.items()}

    assert {where: verdict.text() for where, verdict in verdicts.items() if not verdict.passed} == {}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_every_alternative_passes(exercise, seed):
    key = exercise.key(seed)
    verdicts = {label: judge(key, answer) for label, answer in exercise.alternatives.items()}

    assert len(verdicts) >= 2
    assert [] == [f"{label}: {verdict.text()}" for label, verdict in verdicts.items() if not verdict.passed]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_alternatives_are_no_copies_of_the_reference(exercise):
    """They differ in their code, not in their name alone."""
    codes = [getattr(answer, "__code__", None) for answer in (exercise.reference, *exercise.alternatives.values())]
    bodies = [(code.co_code, code.co_consts) for code in codes if code is not None]
    with_cells = [it for it in exercise.alternatives.values() if getattr(it, "__closure__", None)]

    assert len(set(map(repr, bodies))) >= len(bodies) - max(len(with_cells) - 1, 0)


def test_figures_that_an_answer_opens_are_closed():
    import matplotlib.pyplot as plt

    exercise = next(it for it in EXERCISES if it.name == "relu")
    before = plt.get_fignums()
    judge(exercise.key(5), plotting(exercise.reference))

    assert before == plt.get_fignums()
