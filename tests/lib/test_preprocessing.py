"""Preprocessing against independent formulas and scikit-learn: values, dtypes, inputs left alone, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from chainrule.nn import preprocessing

N, D, K = 12, 5, 3


def keep(array):
    """An ordinary NumPy array."""
    return array


def freeze(array):
    """A NumPy array that raises when it is written to."""
    array = array.copy()
    array.flags.writeable = False
    return array


@pytest.fixture(params=[keep, freeze], ids=["numpy", "read-only"])
def make(request):
    """The backend that a test's arrays live in."""
    return request.param


@pytest.fixture(name="X")
def _examples(rng):
    """Correlated features with means away from 0."""
    return rng.standard_normal((N, D)) @ rng.standard_normal((D, D)) + rng.uniform(1, 3, D)


CALLS = {
    "center": lambda X: preprocessing.center(X, X[0]),
    "standardize": lambda X: preprocessing.standardize(X, X[0], abs(X[1])),
    "standardize_split": lambda X: preprocessing.standardize_split(X[:8], X[8:]),
    "pca": lambda X: preprocessing.pca(X, K),
    "reconstruct": lambda X: preprocessing.reconstruct(X, X[0], X[:K].T),
    "whiten": lambda X: preprocessing.whiten(X, 0.1),
    "zca": lambda X: preprocessing.zca(X, 0.1),
}


def parts(result):
    return list(result) if isinstance(result, tuple) else [result]


@pytest.mark.parametrize("name", CALLS)
class TestDtypeAndInputs:
    """What all functions promise."""

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_floating_dtypes_stay(self, name, dtype, X, make):
        assert {np.dtype(dtype)} == {it.dtype for it in parts(CALLS[name](make(X.astype(dtype))))}

    @pytest.mark.parametrize("dtype", ["int64", "uint8"])
    def test_integers_give_the_values_of_floats(self, name, dtype, rng):
        whole = rng.integers(1, 200, (N, D)).astype(dtype)
        expected, found = (parts(CALLS[name](it)) for it in (whole.astype(float), whole))

        assert [it.tolist() for it in expected] == [it.tolist() for it in found]

    def test_the_input_is_not_modified_nor_shared(self, name, X):
        before = X.copy()
        found = parts(CALLS[name](X))

        assert before.tolist() == X.tolist()
        assert not any(np.shares_memory(it, X) for it in found)

    @pytest.mark.parametrize("bad", [np.zeros(3), np.zeros((0, 3)), np.zeros((2, 0))], ids=["flat", "empty", "no D"])
    def test_what_is_no_matrix_is_refused(self, name, bad):
        calls = CALLS | {
            "center": lambda X: preprocessing.center(X, np.zeros(3)),
            "standardize": lambda X: preprocessing.standardize(X, np.zeros(3), np.ones(3)),
            "standardize_split": lambda X: preprocessing.standardize_split(X, X),
            "reconstruct": lambda X: preprocessing.reconstruct(X, np.zeros(3), np.eye(3)),
        }
        with pytest.raises(ValueError, match=r"Expected examples of shape \(N, D\), found shape"):
            calls[name](bad)

    def test_text_is_refused(self, name):
        with pytest.raises(TypeError, match="real numbers"):
            preprocessing.pca(np.array([["a"]]), 1)


class TestScaling:
    """Feature by feature."""

    def test_agrees_with_scikit_learn(self, X, rng):
        test = rng.standard_normal((4, D))
        scaler = StandardScaler().fit(X)
        train, other = preprocessing.standardize_split(X, test)

        assert np.allclose(scaler.transform(X), train)
        assert np.allclose(scaler.transform(test), other)

    def test_a_constant_feature_is_centered_only(self):
        for value in (0.1, 2.0, 1e9):
            X = np.column_stack([np.arange(7.0), np.full(7, value)])
            train, test = preprocessing.standardize_split(X, np.array([[3.0, value + 0.5]]))

            assert np.allclose(train[:, 1], 0.0, atol=1e-6)
            assert 0.5 == pytest.approx(test[0, 1], abs=1e-5)

    def test_the_test_set_moves_nothing_in_training(self, X, rng):
        first, second = (preprocessing.standardize_split(X, rng.standard_normal((3, D)))[0] for _ in range(2))

        assert first.tolist() == second.tolist()

    def test_bytes_do_not_wrap_around(self):
        found = preprocessing.center(np.array([[10]], dtype=np.uint8), np.array([50], dtype=np.uint8))

        assert [[-40.0]] == found.tolist()

    @pytest.mark.parametrize("mean", [np.zeros(D + 1), np.zeros((1, D)), 0.0], ids=["too long", "a row", "a number"])
    def test_a_mean_of_another_shape_is_refused(self, X, mean):
        with pytest.raises(ValueError, match=r"Expected mean of shape \(5,\), one number a feature, found shape"):
            preprocessing.center(X, mean)

    def test_a_negative_spread_is_refused(self, X):
        with pytest.raises(ValueError, match="found a negative one"):
            preprocessing.standardize(X, np.zeros(D), -np.ones(D))

    @given(arrays.arrays(float, (6, 2), elements=st.floats(-100, 100)))
    def test_standardized_features_have_mean_0_and_spread_1_or_0(self, X):
        train, _ = preprocessing.standardize_split(X, X)
        spread = X.max(axis=0) - X.min(axis=0)
        wide = spread > 1e-6

        assert np.allclose(train[:, wide].mean(axis=0), 0, atol=1e-6)
        assert np.allclose(train[:, wide].std(axis=0), 1)
        assert np.isfinite(train).all()


class TestConditioning:
    """The prediction against the thing itself."""

    def test_is_the_ratio_of_eigenvalues(self, X):
        values = np.linalg.eigvalsh(X.T @ X / N)

        assert preprocessing.condition_number(X) == pytest.approx(values[-1] / values[0])

    @pytest.mark.parametrize("X", [np.ones((4, 2)), np.ones((2, 3)) + np.eye(2, 3)], ids=["dependent", "wide"])
    def test_is_infinite_without_full_rank(self, X):
        assert preprocessing.condition_number(X) == math.inf

    @pytest.mark.parametrize("condition", [1.5, 9.0, 300.0])
    def test_the_predicted_steps_are_those_of_gradient_descent(self, condition):
        curvatures, steps = np.array([1.0, condition]), 0
        error = start = np.array([1.0, 1.0])
        while np.linalg.norm(error) > 1e-5 * np.linalg.norm(start):
            error, steps = error - 2 / curvatures.sum() * curvatures * error, steps + 1

        assert math.ceil(preprocessing.steps_needed(condition, 1e-5) - 1e-9) == steps

    @pytest.mark.parametrize(("condition", "shrink"), [(1.0, 0.1), (0.5, 0.1), (3.0, 0.0), (3.0, 1.0), (3.0, 2.0)])
    def test_numbers_out_of_range_are_refused(self, condition, shrink):
        with pytest.raises(ValueError, match="Expected a"):
            preprocessing.steps_needed(condition, shrink)


class TestPca:
    """Properties, since signs are free."""

    def test_agrees_with_scikit_learn_up_to_signs(self, X):
        mean, V, variances = preprocessing.pca(X, K)
        right = PCA(K).fit(X)

        assert np.allclose(right.mean_, mean)
        assert np.allclose(np.abs(right.components_), np.abs(V.T))
        assert np.allclose(right.explained_variance_ * (N - 1) / N, variances)

    def test_directions_are_orthonormal_and_in_order(self, X):
        _, V, variances = preprocessing.pca(X, D)

        assert np.allclose(np.eye(D), V.T @ V)
        assert sorted(variances, reverse=True) == variances.tolist()

    @pytest.mark.parametrize("k", range(1, D + 1))
    def test_the_reconstruction_error_is_the_sum_of_the_dropped_variances(self, X, k):
        mean, V, variances = preprocessing.pca(X, D)
        error = ((X - preprocessing.reconstruct(X, mean, V[:, :k])) ** 2).sum(axis=1).mean()

        assert variances[k:].sum() == pytest.approx(error, abs=1e-12)

    def test_variances_are_never_negative(self):
        assert (preprocessing.pca(np.ones((3, 4)) * 0.1, 4)[2] >= 0).all()

    @pytest.mark.parametrize("k", [0, D + 1])
    def test_too_few_and_too_many_directions_are_refused(self, X, k):
        with pytest.raises(ValueError, match=f"Expected k from 1 to {D}, the number of features, found {k}"):
            preprocessing.pca(X, k)

    def test_directions_in_rows_are_refused(self, X):
        with pytest.raises(ValueError, match="directions are columns"):
            preprocessing.reconstruct(X, X[0], np.ones((2, D)))


@pytest.mark.parametrize("whiten", [preprocessing.whiten, preprocessing.zca])
class TestWhitening:
    """Both kinds."""

    def test_the_covariance_is_the_identity(self, whiten, X):
        white = whiten(X, 1e-12)

        assert np.allclose(np.eye(D), np.cov(white.T, bias=True))
        assert np.allclose(0, white.mean(axis=0))

    def test_eps_damps_each_direction_as_written(self, whiten, X):
        variances = preprocessing.pca(X, D)[2]
        found = np.linalg.eigvalsh(np.cov(whiten(X, 0.5).T, bias=True))[::-1]

        assert np.allclose(variances / (variances + 0.5), found)

    def test_directions_without_variance_stay_at_zero(self, whiten, X):
        copied = np.column_stack([X, X[:, 0]])

        assert np.abs(whiten(copied, 1e-6)).max() < 10

    @pytest.mark.parametrize("eps", [0.0, -1.0, float("nan")])
    def test_eps_must_be_above_0(self, whiten, X, eps):
        with pytest.raises(ValueError, match="Expected eps above 0"):
            whiten(X, eps)


def test_zca_stays_near_the_data_and_whitening_does_not(rng):
    X = rng.standard_normal((2000, 4)) @ (np.eye(4) + 0.3)
    centered = X - X.mean(axis=0)
    likeness = [
        np.mean([np.corrcoef(centered[:, j], white[:, j])[0, 1] for j in range(4)])
        for white in (preprocessing.zca(X, 1e-9), preprocessing.whiten(X, 1e-9))
    ]

    assert likeness[0] > 0.9
    assert abs(likeness[1]) < 0.8


def test_zca_is_symmetric_in_its_directions(X):
    """The map from centered to white data is a symmetric matrix."""
    centered = X - X.mean(axis=0)
    transform = np.linalg.lstsq(centered, preprocessing.zca(X, 1e-9))[0]

    assert np.allclose(transform, transform.T)
