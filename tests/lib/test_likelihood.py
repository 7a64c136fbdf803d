"""The thumbtack: likelihood by its product, the slope by differences, the top at the share of heads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from chainrule.data import throw_thumbtack
from chainrule.nn.likelihood import bernoulli_log_likelihood, bernoulli_score

FUNCTIONS = pytest.mark.parametrize("function", [bernoulli_log_likelihood, bernoulli_score])
inside = st.floats(0.01, 0.99)
counts = st.integers(0, 30).flatmap(lambda flips: st.tuples(st.integers(0, flips), st.just(flips)))


@given(inside, counts)
def test_the_logarithm_is_that_of_the_product(theta, count):
    heads, flips = count
    product = theta**heads * (1 - theta) ** (flips - heads)

    assert product == pytest.approx(float(np.exp(bernoulli_log_likelihood(theta, heads, flips))), rel=1e-9)


def test_five_thousand_throws_are_no_problem():
    value = float(bernoulli_log_likelihood(0.62, 3100, 5000))

    assert value == pytest.approx(3100 * np.log(0.62) + 1900 * np.log(0.38))
    assert 0.62**3100 * 0.38**1900 == 0.0


@given(inside, counts)
def test_the_score_is_the_slope(theta, count):
    ends = [bernoulli_log_likelihood(theta + step, *count) for step in (1e-6, -1e-6)]

    assert float(bernoulli_score(theta, *count)) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(("heads", "flips"), [(1, 2), (31, 50), (3, 5)])
def test_the_score_changes_its_sign_at_the_share_of_heads(heads, flips):
    below, at, above = bernoulli_score(heads / flips + np.array([-0.01, 0.0, 0.01]), heads, flips)

    assert below > 0 > above
    assert at == pytest.approx(0, abs=1e-10)


@FUNCTIONS
class TestArrays:
    """Shapes and dtypes."""

    @pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 3)], ids=str)
    def test_the_shape_stays(self, function, shape):
        assert shape == np.shape(function(np.full(shape, 0.3), 2, 5))

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_floating_dtypes_stay(self, function, dtype):
        theta = np.full(3, 0.3, dtype)
        theta.flags.writeable = False

        assert dtype == function(theta, 2, 5).dtype

    def test_more_heads_than_throws_are_refused(self, function):
        with pytest.raises(ValueError, match="found 6 heads in 5 flips; mind the order"):
            function(0.5, 6, 5)

    def test_a_text_is_refused(self, function):
        with pytest.raises(TypeError, match="real numbers"):
            function("0.5", 2, 5)


@pytest.mark.parametrize("theta", [0.0, 1.0, -0.2, 1.3, np.array([0.5, 1.0])], ids=str)
def test_a_guess_out_of_range_has_no_likelihood(theta):
    with pytest.raises(ValueError, match="is the step too large"):
        bernoulli_log_likelihood(theta, 2, 5)


def test_a_guess_out_of_range_has_a_score():
    assert 31 / 1.5 + 19 / 0.5 == pytest.approx(float(bernoulli_score(1.5, 31, 50)))


class TestThumbtack:
    """Simulated throws."""

    def test_are_zeros_and_ones_in_the_share_that_was_asked_for(self, rng):
        throws = throw_thumbtack(100_000, rng, probability=0.3)

        assert {0, 1} == set(throws.tolist())
        assert throws.mean() == pytest.approx(0.3, abs=5 * (0.21 / 100_000) ** 0.5)
        assert np.int64 == throws.dtype

    def test_follow_from_the_generator_alone(self):
        one, same, other = (throw_thumbtack(50, np.random.default_rng(seed)).tolist() for seed in (1, 1, 2))

        assert (one, True) == (same, one != other)

    @pytest.mark.parametrize(("probability", "share"), [(0, 0.0), (1, 1.0)])
    def test_may_be_certain(self, rng, probability, share):
        assert share == throw_thumbtack(1000, rng, probability=probability).mean()

    def test_refuse_what_is_no_probability(self, rng):
        with pytest.raises(ValueError, match=r"from 0 to 1, found 1\.63"):
            throw_thumbtack(3, rng, probability=1.63)
