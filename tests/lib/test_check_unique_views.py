"""Views show what is unique of a result: what is free passes, what is not does not."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checking.comparing.compare import Expected
from chainrule.checking.comparing.viewing import compare_viewed
from chainrule.nn.preprocessing import pca, whiten

CLOSE = {"tolerance": 1e5, "eps": 2.0**-52}


@pytest.fixture(name="X")
def _examples(rng):
    """Features of unequal width with means away from 0."""
    return rng.standard_normal((20, 4)) * [4.0, 2.0, 1.0, 0.5] + 3.0


@pytest.fixture
def turn(rng):
    """A random rotation."""
    return np.linalg.qr(rng.standard_normal((4, 4)))[0]


def differs(view, right, other):
    """Whether a result is told from the right one."""
    return compare_viewed(view, Expected(right), other, **CLOSE) is not None


class TestDirections:
    """Signs are free, order and rotation are not."""

    def test_signs_are_free(self, X):
        mean, V, variances = pca(X, 3)

        assert not differs("directions", (mean, V, variances), (mean, V * [1, -1, -1], variances))

    @pytest.mark.parametrize(
        "change",
        [
            lambda mean, V, variances: (mean + 0.01, V, variances),
            lambda mean, V, variances: (mean, V[:, ::-1], variances),
            lambda mean, V, variances: (mean, V, variances * 1.01),
            lambda mean, V, variances: (mean, 1.01 * V, variances),
            lambda mean, V, variances: (mean, np.abs(V), variances),
        ],
        ids=["mean", "order", "variances", "length", "signs of entries"],
    )
    def test_nothing_else_is(self, X, change):
        right = pca(X, 3)

        assert differs("directions", right, change(*right))

    def test_a_rotation_among_the_directions_is_told(self, X):
        mean, V, variances = pca(X, 2)
        c, s = np.cos(0.1), np.sin(0.1)

        assert differs("directions", (mean, V, variances), (mean, V @ [[c, s], [-s, c]], variances))


class TestWhite:
    """Rotations are free, everything else is not."""

    def test_rotations_are_free(self, X, turn):
        white = whiten(X, 0.1)

        assert not differs("white", white, white @ turn)

    @pytest.mark.parametrize(
        "change",
        [lambda white: white + 0.01, lambda white: 1.01 * white, lambda white: white[::-1], lambda white: white**3],
        ids=["shifted", "scaled", "other examples", "bent"],
    )
    def test_nothing_else_is(self, X, change):
        white = whiten(X, 0.1)

        assert differs("white", white, change(white))

    def test_white_noise_that_has_nothing_to_do_with_the_data_is_told(self, X, rng):
        assert differs("white", whiten(X, 1e-9), whiten(rng.standard_normal(X.shape), 1e-9))

    def test_float32_counts_with_its_own_rounding(self, X):
        white = whiten(X, 0.1)
        found = compare_viewed("white", Expected(white), white.astype(np.float32), tolerance=500.0, eps=2.0**-52)

        assert found is None

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("number", [np.inf, np.nan, 1e300])
    def test_numbers_of_any_size_give_a_finding_and_no_warning(self, X, number):
        white = whiten(X, 0.1)
        wrong = white.copy()
        wrong[0, 0] = number

        assert differs("white", white, wrong)
