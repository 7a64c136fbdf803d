"""Collapsed layers agree with the layers, ranks with their construction, compression with the best possible."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, strategies as st

from chainrule.nn.collapse import collapse, collapse_two, compress, numeric_rank, saved_parameters
from chainrule.nn.dense import count_parameters


def freeze(array):
    """A NumPy array that raises when it is written to."""
    array = array.copy()
    array.flags.writeable = False
    return array


def layers(rng, widths, dtype=np.float64):
    """Weights and biases, read-only."""
    pairs = list(pairwise(widths))
    weights = [freeze(rng.standard_normal(pair).astype(dtype)) for pair in pairs]
    return weights, [freeze(rng.standard_normal(m).astype(dtype)) for _, m in pairs]


def run(x, weights, biases, slope, offset):
    """Layer by layer, entry by entry."""
    for W, b in zip(weights, biases, strict=True):
        sums = [[sum(row[d] * W[d, m] for d in range(len(W))) + b[m] for m in range(len(b))] for row in x]
        x = [[slope * it + offset for it in row] for row in sums]
    return np.array(x)


numbers = st.floats(-2.0, 2.0)


class TestCollapseTwo:
    """Two layers and two activations."""

    @given(p=numbers, q=numbers, r=numbers, s=numbers, seed=st.integers(0, 1000))
    def test_is_both_layers(self, p, q, r, s, seed):
        """For any slopes and offsets."""
        rng = np.random.default_rng(seed)
        (W1, W2), (b1, b2) = layers(rng, (3, 4, 2))
        x = rng.standard_normal((5, 3))
        W, b = collapse_two(W1, b1, W2, b2, p, q, r, s)
        expected = run(run(x, [W1], [b1], p, q), [W2], [b2], r, s)

        assert np.allclose(expected, x @ W + b, rtol=1e-11, atol=1e-11)

    def test_for_columns_is_the_formula_with_a_vector_of_ones(self):
        """p W2 W1 x + p W2 b1 + q W2 1 + b2, with their W the transposes of ours."""
        (W1, W2), (b1, b2) = layers(np.random.default_rng(0), (3, 4, 2))
        W, b = collapse_two(W1, b1, W2, b2, 0.7, -1.3)

        assert np.allclose(0.7 * W2.T @ W1.T, W.T, rtol=1e-13)
        assert np.allclose(0.7 * W2.T @ b1 - 1.3 * W2.T @ np.ones(4) + b2, b, rtol=1e-13)

    def test_the_activation_before_the_first_layer_gives_another_bias(self):
        """The formula of many notes differs by far more than rounding."""
        (W1, W2), (b1, b2) = layers(np.random.default_rng(0), (3, 4, 2))
        _, b = collapse_two(W1, b1, W2, b2, 0.7, -1.3)

        assert np.abs(-1.3 * np.ones(3) @ W1 @ W2 + b1 @ W2 + b2 - b).max() > 0.1

    @pytest.mark.parametrize(
        ("shapes", "words"),
        [
            (((3, 4), (3,), (4, 2), (2,)), r"found \(3, 4\) and \(3,\)"),
            (((3, 4), (4,), (4, 2), (1,)), r"found \(4, 2\) and \(1,\)"),
            (((3, 4), (4,), (3, 2), (2,)), r"Expected W2 with 4 rows"),
            (((3,), (3,), (3, 2), (2,)), r"Expected W of shape"),
        ],
    )
    def test_shapes_that_do_not_fit_are_refused(self, shapes, words):
        """And named."""
        with pytest.raises(ValueError, match=words):
            collapse_two(*map(np.ones, shapes), 1.0, 0.0)


class TestCollapse:
    """Any depth."""

    @given(st.lists(st.integers(1, 5), min_size=2, max_size=7), numbers, numbers)
    def test_is_all_layers(self, widths, slope, offset):
        """From one to six."""
        weights, biases = layers(np.random.default_rng(len(widths)), widths)
        x = np.random.default_rng(1).standard_normal((3, widths[0]))
        W, b = collapse(weights, biases, slope, offset)
        expected = run(x, weights, biases, slope, offset)

        assert np.allclose(expected, x @ W + b, rtol=1e-9, atol=1e-9 * (1 + np.abs(expected).max()))

    def test_of_two_is_collapse_two(self):
        """With the same activation twice."""
        weights, biases = layers(np.random.default_rng(2), (3, 4, 2))
        expected = collapse_two(weights[0], biases[0], weights[1], biases[1], 0.6, 0.4, 0.6, 0.4)

        found = collapse(weights, biases, 0.6, 0.4)

        assert all(np.allclose(a, b, rtol=1e-13) for a, b in zip(expected, found, strict=True))

    @pytest.mark.parametrize("c", [-0.8, 0.5, 3.0])
    def test_the_scalar_case_is_a_power(self, c):
        """Three layers of weight 1."""
        W, b = collapse([np.ones((1, 1))] * 3, [np.zeros(1)] * 3, c, 0.0)

        assert (pytest.approx(c**3), 0.0) == (W.item(), b.item())

    @pytest.mark.parametrize(("dtype", "expected"), [("float32", "float32"), ("int64", "float64")])
    def test_the_dtype_follows_the_layers(self, dtype, expected):
        """Slopes are Python numbers and promote nothing."""
        found = collapse(*layers(np.random.default_rng(0), (3, 4, 2), dtype), 0.5, 0.25)

        assert [np.dtype(expected)] * 2 == [it.dtype for it in found]

    @pytest.mark.parametrize(("weights", "biases"), [([], []), ([np.eye(2)], []), ([np.eye(2)], [np.ones(2)] * 2)])
    def test_lists_that_do_not_fit_are_refused(self, weights, biases):
        """One bias vector for each layer, and at least one layer."""
        with pytest.raises(ValueError, match="Expected one array of weights and one of biases"):
            collapse(weights, biases)


class TestNumericRank:
    """Singular values that are not rounding."""

    @pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    @pytest.mark.parametrize("k", [1, 3, 5])
    def test_is_the_width_of_the_bottleneck(self, k, dtype, scale):
        """Whatever the scale."""
        rng = np.random.default_rng(k)
        W = scale * rng.standard_normal((8, k)) @ rng.standard_normal((k, 6))

        assert k == numeric_rank(freeze(W.astype(dtype)))

    @given(st.lists(st.integers(1, 9), min_size=3, max_size=6))
    def test_of_a_collapsed_stack_is_the_narrowest_width(self, widths):
        """Inputs and outputs included; a product of five square matrices of noise keeps directions of 1e-8."""
        W, _ = collapse(*layers(np.random.default_rng(0), widths))

        assert min(widths) == numeric_rank(W, tolerance=1e-11)

    @pytest.mark.parametrize(
        ("W", "expected"), [(np.zeros((3, 4)), 0), (np.ones((3, 4)), 1), (np.eye(3, dtype=int), 3)]
    )
    def test_of_plain_matrices(self, W, expected):
        """Zeros have none."""
        assert expected == numeric_rank(W)

    @pytest.mark.parametrize("shape", [(3,), (), (2, 2, 2)])
    def test_other_shapes_are_refused(self, shape):
        """A rank belongs to a matrix."""
        with pytest.raises(ValueError, match="Expected a matrix"):
            numeric_rank(np.ones(shape))


class TestCompress:
    """The closest product of two narrow matrices."""

    @pytest.mark.parametrize("k", [1, 2, 4])
    @pytest.mark.parametrize("shape", [(4, 7), (7, 4), (4, 4)])
    def test_loses_exactly_the_dropped_singular_values(self, shape, k):
        """Eckart and Young: no smaller loss is possible."""
        W = freeze(np.random.default_rng(5).standard_normal(shape))
        A, B = compress(W, k)
        dropped = np.linalg.svd(W, compute_uv=False)[k:]

        assert ((shape[0], k), (k, shape[1])) == (A.shape, B.shape)
        assert np.isclose((dropped**2).sum(), ((W - A @ B) ** 2).sum(), rtol=1e-10, atol=1e-24)

    def test_random_factors_are_never_closer(self):
        """A thousand tries, each with its best second factor."""
        rng = np.random.default_rng(6)
        W = rng.standard_normal((5, 6))
        A, B = compress(W, 2)
        tries = (rng.standard_normal((5, 2)) for _ in range(1000))

        assert ((W - A @ B) ** 2).sum() <= min(((W - X @ np.linalg.pinv(X) @ W) ** 2).sum() for X in tries)

    def test_float32_stays(self):
        """In both factors."""
        assert {np.dtype("float32")} == {it.dtype for it in compress(np.eye(3, dtype=np.float32), 2)}

    @pytest.mark.parametrize("k", [0, -1, 4])
    def test_widths_that_do_not_fit_are_refused(self, k):
        """From 1 to the smaller side."""
        with pytest.raises(ValueError, match=r"k from 1 to min\(D, M\)"):
            compress(np.ones((3, 5)), k)


class TestSavedParameters:
    """Weights of one layer less those of two."""

    @given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
    def test_is_a_difference_of_counts(self, D, M, k):
        """Negative where it does not pay."""
        expected = count_parameters([D, M], biases=False) - count_parameters([D, k, M], biases=False)

        assert expected == saved_parameters(D, M, k)

    def test_sizes_below_one_are_refused(self):
        """There is no such layer."""
        with pytest.raises(ValueError, match="sizes of 1 or more"):
            saved_parameters(3, 0, 1)
