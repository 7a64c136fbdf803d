"""Interpolants meet their function, err as the theory says, and promise nothing outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from chainrule.nn.approximation import relu_interpolant, relu_network


def curve(f, a, b, hidden, x):
    """The interpolant's values."""
    return relu_network(*relu_interpolant(f, a, b, hidden), x[:, None])[:, 0]


class TestInterpolant:
    """Straight pieces between equally spaced points."""

    @given(st.floats(-3, 2), st.floats(0.1, 4), st.integers(1, 40), st.floats(0.1, 3))
    def test_is_numpys_interpolation_inside(self, a, width, hidden, frequency):
        """Everywhere on the interval."""
        knots, x = np.linspace(a, a + width, hidden + 1), np.linspace(a, a + width, 97)

        def f(x):
            return np.sin(frequency * x) + x

        assert np.allclose(np.interp(x, knots, f(knots)), curve(f, a, a + width, hidden, x), rtol=1e-9, atol=1e-9)

    @pytest.mark.parametrize("hidden", [1, 2, 7, 30])
    def test_has_at_most_one_piece_more_than_units(self, hidden):
        """Slopes change at the units' thresholds only."""
        x = np.linspace(-6, 6, 24_001)
        slopes = np.diff(curve(np.cos, -4, 4, hidden, x)) / np.diff(x)
        turns = np.count_nonzero(np.abs(np.diff(slopes)) > 1e-6)
        (_, weights), (thresholds, _) = relu_interpolant(np.cos, -4, 4, hidden)

        assert (1, hidden) == relu_interpolant(np.cos, -4, 4, hidden)[0][0].shape
        assert len(weights) == len(thresholds) == hidden
        assert turns <= 2 * hidden  # a turn between two grid points shows in both of them

    @pytest.mark.parametrize("hidden", [8, 16, 64, 256])
    def test_the_error_keeps_the_bound(self, hidden):
        """(b - a)^2 / (8 H^2) times the largest |f''|, which is 9 for sin(3x)."""
        x = np.linspace(-1, 1, 5001)
        error = np.abs(curve(lambda x: np.sin(3 * x), -1, 1, hidden, x) - np.sin(3 * x)).max()

        assert 0.5 * 9 * 4 / (8 * hidden**2) < error <= 9 * 4 / (8 * hidden**2)

    def test_a_finer_network_is_no_better_outside(self):
        """The theorem speaks of the interval."""
        x = np.linspace(1, 2, 101)
        errors = [np.abs(curve(lambda x: np.sin(3 * x), -1, 1, H, x) - np.sin(3 * x)).max() for H in (16, 64, 256)]

        assert min(errors) > 2.0

    @pytest.mark.parametrize(("a", "b", "hidden"), [(1.0, 1.0, 3), (2.0, 1.0, 3), (0.0, 1.0, 0), (np.nan, 1.0, 2)])
    def test_an_empty_interval_or_layer_is_refused(self, a, b, hidden):
        """And what is no interval."""
        with pytest.raises(ValueError, match="Expected a < b and 1 hidden unit or more"):
            relu_interpolant(np.sin, a, b, hidden)


class TestNetwork:
    """Running a list of layers."""

    def test_is_the_loop(self):
        """Layer by layer, unit by unit."""
        rng = np.random.default_rng(7)
        weights, biases = (
            [rng.standard_normal((3, 4)), rng.standard_normal((4, 2))],
            [rng.standard_normal(4), np.ones(2)],
        )
        x = rng.standard_normal((5, 3))
        for array in (*weights, *biases, x):
            array.flags.writeable = False
        hidden = [[max(0.0, float(row @ weights[0][:, m] + biases[0][m])) for m in range(4)] for row in x]
        expected = [[float(np.dot(row, weights[1][:, m])) + 1 for m in range(2)] for row in hidden]

        assert np.allclose(expected, relu_network(weights, biases, x), rtol=1e-13)

    @pytest.mark.parametrize(("dtype", "expected"), [("float32", "float32"), ("int64", "float64")])
    def test_the_dtype_follows_the_arguments(self, dtype, expected):
        """As everywhere."""
        one = np.ones((2, 2), dtype)

        assert np.dtype(expected) == relu_network([one, one], [one[0], one[0]], one).dtype

    @pytest.mark.parametrize(
        ("weights", "biases", "words"),
        [
            ([], [], "one array of weights"),
            ([np.eye(2)], [], "one array of weights"),
            ([np.eye(3)], [np.ones(3)], "in layer 1"),
            ([np.eye(2), np.eye(3)], [np.ones(2), np.ones(3)], "in layer 2"),
            ([np.eye(2)], [np.ones(1)], "in layer 1"),
        ],
    )
    def test_layers_that_do_not_fit_are_refused(self, weights, biases, words):
        """With the layer's number."""
        with pytest.raises(ValueError, match=words):
            relu_network(weights, biases, np.ones((4, 2)))
