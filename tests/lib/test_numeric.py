"""Numeric gradients: right values, the error of the step, shapes, dtypes, inputs, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from chainrule.nn.numeric import gradient_check, numeric_gradient


@given(arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 3)), elements=st.floats(-3, 3)))
def test_a_function_of_all_entries_has_the_right_slopes(x):
    expected = np.cos(x) * np.sin(x).sum() * 2

    assert np.allclose(expected, numeric_gradient(lambda it: np.sin(it).sum() ** 2, x), atol=1e-8)


@pytest.mark.parametrize("h", [0.1, 0.01])
def test_the_error_on_a_cube_is_h_squared(h):
    found = numeric_gradient(lambda x: (x**3).sum(), np.array([2.0]), h)[0]

    assert 12 + h**2 == pytest.approx(found, rel=1e-9)


@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 3), (2, 1, 2)], ids=str)
def test_the_shape_is_that_of_x(shape):
    assert shape == numeric_gradient(lambda x: x.sum(), np.zeros(shape)).shape


@pytest.mark.parametrize("dtype", ["float32", "int64", "bool"])
def test_coarse_numbers_are_moved_in_float64(dtype):
    found = numeric_gradient(lambda x: (x**2).sum(), np.array([0, 1], dtype))

    assert np.allclose([0, 2], found, atol=1e-9)
    assert np.float64 == found.dtype


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_check_compares_in_float64_whatever_x_is(dtype):
    """In float32 a right gradient would be told from the differences by its rounding alone."""
    x, seen = np.array([0.1, 0.7, 1.3], dtype), []
    error = gradient_check(lambda x: (x**3).sum(), lambda x: seen.append(x.dtype) or 3 * x**2, x)

    assert error < 1e-9
    assert [np.float64] == seen


def test_x_is_left_alone_and_f_may_do_what_it_likes():
    x = np.array([1.0, 2.0])
    x.flags.writeable = False

    def overwriting(it):
        total = float((it**2).sum())
        it[...] = 99.0
        return total

    assert np.allclose([2, 4], numeric_gradient(overwriting, x))


@pytest.mark.parametrize("number", [float, np.float64, lambda x: np.array([x])], ids=["float", "NumPy", "array of one"])
def test_one_number_may_come_in_any_form(number):
    assert np.allclose([3, 3], numeric_gradient(lambda x: number(3 * x.sum()), np.zeros(2)))


def test_f_is_called_twice_for_each_entry():
    calls = []
    numeric_gradient(lambda x: calls.append(x) or 0.0, np.zeros((3, 4)))

    assert 24 == len(calls)


def test_several_numbers_are_refused():
    with pytest.raises(ValueError, match=r"Expected one number from f, found shape \(2,\); try to sum it"):
        numeric_gradient(lambda x: x, np.zeros(2))


@pytest.mark.parametrize("h", [0, -1e-5, float("nan")])
def test_a_step_that_goes_nowhere_is_refused(h):
    with pytest.raises(ValueError, match="Expected a positive h"):
        numeric_gradient(lambda x: x.sum(), np.zeros(2), h)
