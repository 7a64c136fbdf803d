"""First weights: their statistics, their generator, dtypes and refusals; what a layer does to the variance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from chainrule.nn import initializers
from chainrule.nn.activations import leaky_relu

SHAPE = (300, 200)
DRAWN = {
    "init_small": (lambda shape, rng, **options: initializers.init_small(shape, rng, 0.02, **options), 0.02),
    "init_xavier": (initializers.init_xavier, 300**-0.5),
    "init_kaiming": (
        lambda shape, rng, **options: initializers.init_kaiming(shape, rng, 1.3, **options),
        1.3 / 300**0.5,
    ),
}
EQUAL = {
    "init_zeros": initializers.init_zeros,
    "init_constant": lambda shape, **options: initializers.init_constant(shape, 0.3, **options),
}


def seeded(make):
    """An initializer with a generator of its own."""
    return lambda shape, **options: make(shape, np.random.default_rng(0), **options)


ALL = EQUAL | {name: seeded(make) for name, (make, _) in DRAWN.items()}


@pytest.mark.parametrize("name", ALL)
class TestEveryInitializer:
    """What all of them promise."""

    @pytest.mark.parametrize("shape", [(1, 1), (3, 5), (5, 3)], ids=str)
    def test_weights_and_biases_have_their_shapes(self, name, shape):
        W, b = ALL[name](shape)

        assert [shape, (shape[1],)] == [W.shape, b.shape]

    def test_biases_are_zero(self, name):
        assert not ALL[name](SHAPE)[1].any()

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_the_dtype_is_as_asked(self, name, dtype):
        assert {np.dtype(dtype)} == {it.dtype for it in ALL[name](SHAPE, dtype=dtype)}

    @pytest.mark.parametrize("shape", [(3,), (3, 0), (-1, 2), (2.0, 3), 5, (True, 2), (1, 2, 3), "ab"], ids=str)
    def test_a_wrong_shape_is_refused(self, name, shape):
        with pytest.raises(ValueError, match=r"Expected the shape \(D, M\) as two whole numbers above 0, found"):
            ALL[name](shape)

    def test_an_integer_dtype_is_refused(self, name):
        with pytest.raises(ValueError, match="Expected a floating dtype, found int64"):
            ALL[name](SHAPE, dtype="int64")

    def test_numpy_integers_are_whole_numbers(self, name):
        assert ALL[name](tuple(np.array([3, 2])))[0].shape == (3, 2)


@pytest.mark.parametrize("name", DRAWN)
class TestDrawn:
    """Statistics within five standard deviations of chance, and randomness from the argument alone."""

    @pytest.mark.parametrize("seed", range(3))
    def test_standard_deviation_and_mean(self, name, seed):
        make, std = DRAWN[name]
        W, _ = make(SHAPE, np.random.default_rng(seed))

        assert std == pytest.approx(W.std(), rel=5 * (2 * W.size) ** -0.5)
        assert abs(W.mean()) < 5 * std * W.size**-0.5

    def test_units_differ(self, name):
        W, _ = DRAWN[name][0]((4, 30), np.random.default_rng(0))

        assert np.linalg.matrix_rank(W) == 4
        assert len({tuple(column) for column in W.T.tolist()}) == 30

    def test_the_same_seed_gives_the_same_weights(self, name):
        first, second = (DRAWN[name][0](SHAPE, np.random.default_rng(5))[0] for _ in range(2))

        assert first.tolist() == second.tolist()

    def test_the_generator_advances(self, name):
        rng = np.random.default_rng(5)
        first, second = (DRAWN[name][0](SHAPE, rng)[0] for _ in range(2))

        assert not (first == second).any()

    def test_float32_rounds_the_same_draw(self, name):
        wide, narrow = (DRAWN[name][0](SHAPE, np.random.default_rng(1), dtype=it)[0] for it in ("float64", "float32"))

        assert wide.astype(np.float32).tolist() == narrow.tolist()


class TestEqual:
    """Weights without chance."""

    @pytest.mark.parametrize(("name", "value"), [("init_zeros", 0.0), ("init_constant", 0.3)])
    def test_all_weights_have_the_value(self, name, value):
        assert {value} == set(EQUAL[name](SHAPE)[0].ravel().tolist())


@pytest.mark.parametrize(("call", "words"), [
    (lambda rng: initializers.init_small(SHAPE, rng, -1.0), "standard deviation of 0 or above, found -1.0"),
    (lambda rng: initializers.init_small(SHAPE, rng, float("nan")), "standard deviation of 0 or above, found nan"),
    (lambda rng: initializers.init_kaiming(SHAPE, rng, -2.0), "gain of 0 or above, found -2.0"),
])  # fmt: skip
def test_negative_scales_are_refused(call, words, rng):
    with pytest.raises(ValueError, match=words):
        call(rng)


class TestVariance:
    """The rules agree with numbers that were drawn."""

    @pytest.mark.parametrize("alpha", [-1.0, 0.0, 0.3, 1.0])
    def test_the_gain_makes_up_for_what_the_rectifier_takes(self, alpha, rng):
        z = rng.standard_normal(400_000)
        kept = float((leaky_relu(z, alpha) ** 2).mean())

        assert 1.0 == pytest.approx(kept * initializers.rectifier_gain(alpha) ** 2, rel=0.02)

    @pytest.mark.parametrize(("std", "alpha"), [(0.1, 0.0), (0.03, 0.5), (0.05, 1.0)])
    def test_the_ratio_is_that_of_a_drawn_layer(self, std, alpha, rng):
        z = rng.standard_normal((2000, 300))
        W, _ = initializers.init_small((300, 200), rng, std)
        predicted = initializers.variance_ratio(300, std, (1 + alpha**2) / 2)
        centered = leaky_relu(z, alpha)

        assert predicted == pytest.approx(float(((centered @ W) ** 2).mean()), rel=0.05)

    @given(st.integers(1, 10_000), st.floats(-3, 3))
    def test_kaiming_keeps_the_variance_for_every_slope(self, inputs, alpha):
        std = initializers.rectifier_gain(alpha) / inputs**0.5

        assert 1.0 == pytest.approx(initializers.variance_ratio(inputs, std, (1 + alpha**2) / 2))
