"""The column of ones and least squares: scikit-learn, normal equations, the shortest weights, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.linear_model import LinearRegression

from chainrule.nn.linear_models import add_ones, fit_least_squares


def data(seed, n, d):
    """A table and noisy targets."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) + 1, rng.standard_normal(n)


class TestAddOnes:
    """The last column."""

    @pytest.mark.parametrize(("n", "d"), [(3, 2), (1, 4), (4, 0)])
    def test_is_one_everywhere_and_the_rest_is_kept(self, n, d):
        X = data(0, n, d)[0]
        longer = add_ones(X)

        assert (n, d + 1) == longer.shape
        assert X.tolist() == longer[:, :-1].tolist()
        assert [1.0] * n == longer[:, -1].tolist()

    @pytest.mark.parametrize(("dtype", "expected"), [("float32", "float32"), ("int64", "float64"), ("bool", "float64")])
    def test_dtypes(self, dtype, expected):
        assert expected == add_ones(np.ones((2, 2), dtype)).dtype


class TestFit:
    """Weights with the smallest error."""

    @given(st.integers(0, 10**6), st.integers(5, 30), st.integers(1, 4))
    def test_with_ones_tall_data_give_the_line_of_scikit_learn(self, seed, n, d):
        X, y = data(seed, n + d, d)
        w, line = fit_least_squares(add_ones(X), y), LinearRegression().fit(X, y)

        assert np.allclose([*line.coef_, line.intercept_], w, rtol=1e-6, atol=1e-8)

    def test_wide_data_give_other_weights_than_scikit_learn_and_fit_exactly(self):
        X, y = data(1, 4, 8)
        w, line = fit_least_squares(add_ones(X), y), LinearRegression().fit(X, y)

        assert np.allclose(y, add_ones(X) @ w)
        assert np.allclose(y, line.predict(X))
        assert np.abs(w[:-1] - line.coef_).max() > 0.01

    @pytest.mark.parametrize(("n", "d"), [(10, 3), (3, 10), (4, 4)])
    def test_are_those_of_lstsq(self, n, d):
        X, y = data(2, n, d)

        assert np.allclose(np.linalg.lstsq(X, y, rcond=None)[0], fit_least_squares(X, y))

    def test_residuals_stand_at_right_angles_to_the_columns(self):
        X, y = data(3, 20, 4)

        assert np.allclose(0, X.T @ (y - X @ fit_least_squares(X, y)), atol=1e-10)

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_columns_that_depend_on_each_other_share_the_weight(self, dtype):
        """The shortest of many right answers, in both precisions."""
        x = data(4, 12, 1)[0].astype(dtype)
        X = np.hstack([x, 2 * x, x])
        w = fit_least_squares(X, 6 * x[:, 0])

        assert np.allclose([1, 2, 1], w, atol=1e-4)
        assert dtype == w.dtype

    def test_several_targets_at_once(self):
        X, y = data(5, 9, 2)

        assert np.allclose(
            np.stack([fit_least_squares(X, y), fit_least_squares(X, -y)], axis=1),
            fit_least_squares(X, np.stack([y, -y], axis=1)),
        )

    def test_inputs_are_left_alone(self):
        X, y = data(6, 9, 2)
        for it in (X, y):
            it.flags.writeable = False

        assert fit_least_squares(X, y).shape == (2,)


@pytest.mark.parametrize("function", [add_ones, lambda X: fit_least_squares(X, np.ones(3))], ids=["ones", "fit"])
def test_a_vector_is_refused(function):
    with pytest.raises(ValueError, match=r"Expected X of shape \(N, D\).*found shape \(3,\); try X\[:, None\]"):
        function(np.ones(3))


@pytest.mark.parametrize("shape", [(4,), (), (2, 3, 1)], ids=str)
def test_targets_that_do_not_fit_are_refused(shape):
    with pytest.raises(ValueError, match=r"Expected y of shape \(3,\)"):
        fit_least_squares(np.ones((3, 2)), np.ones(shape))
