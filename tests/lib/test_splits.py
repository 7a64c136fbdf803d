"""Splits hold every row once, in random order, in the right sizes; the detector finds leaks and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from chainrule.nn.splits import leaks, split

shares = st.tuples(st.integers(0, 10), st.integers(0, 10), st.integers(1, 10))


@given(st.integers(0, 300), shares, st.integers(0, 1000))
def test_every_row_is_in_one_part(n, weights, seed):
    fractions = [weight / sum(weights) for weight in weights]
    parts = split(n, fractions, np.random.default_rng(seed))

    assert list(range(n)) == sorted(np.concatenate(parts).tolist())
    assert all(abs(len(part) - share * n) <= 1 for part, share in zip(parts, fractions, strict=True))


@pytest.mark.parametrize(("n", "sizes"), [(10, (8, 1, 1)), (1797, (1438, 179, 180)), (0, (0, 0, 0))])
def test_sizes_are_the_rounded_shares(n, sizes):
    assert sizes == tuple(map(len, split(n, (0.8, 0.1, 0.1), np.random.default_rng(0))))


def test_rows_are_shuffled():
    """Each part has rows from everywhere: its middle lies near that of all, within five standard deviations."""
    for part in split(1000, (0.8, 0.1, 0.1), np.random.default_rng(0)):
        assert abs(part.mean() - 499.5) < 5 * (1001 * (1000 - len(part)) / (12 * len(part))) ** 0.5
        assert part.tolist() != sorted(part.tolist())


def test_the_generator_decides():
    one, same, other = (split(50, (0.8, 0.1, 0.1), np.random.default_rng(seed))[0].tolist() for seed in (1, 1, 2))

    assert (one, True) == (same, one != other)


@pytest.mark.parametrize("fractions", [(0.8, 0.2), (0.8, 0.1, 0.2), (1.1, -0.1, 0.0), (0.5, 0.2, 0.2, 0.1)])
def test_other_shares_are_refused(fractions):
    with pytest.raises(ValueError, match="Expected three shares that sum to 1, found"):
        split(10, fractions, np.random.default_rng(0))


def fitted_on(scaler, *, everything):
    """A preparation with a scaler of scikit-learn."""

    def prepare(train, test):
        return scaler().fit(np.vstack([train, test]) if everything else train).transform(train)

    return prepare


class TestLeaks:
    """On preparations whose nature is known."""

    @pytest.fixture
    def rows(self, rng):
        x_train, x_test = rng.standard_normal((8, 3)), rng.standard_normal((4, 3))
        x_train[:2] = [[9.0], [-9.0]]  # the extremes of all rows
        for it in (x_train, x_test):
            it.flags.writeable = False
        return x_train, x_test

    @pytest.mark.parametrize("scaler", [StandardScaler, MinMaxScaler])
    @pytest.mark.parametrize("everything", [True, False])
    def test_scalers_of_scikit_learn(self, rows, scaler, everything):
        assert everything is leaks(fitted_on(scaler, everything=everything), *rows)

    @pytest.mark.parametrize("statistic", [np.mean, np.median, np.max, np.min, np.std])
    def test_every_statistic_of_all_rows(self, rows, statistic):
        assert leaks(lambda train, test: train - statistic(np.vstack([train, test]), axis=0), *rows)
        assert not leaks(lambda train, test: train - statistic(train, axis=0), *rows)

    def test_a_preparation_that_changes_its_rows_is_judged_on_copies(self, rows):
        def in_place(train, test):
            train -= train.mean(axis=0)
            return train

        assert not leaks(in_place, *rows)

    def test_the_answer_is_a_truth_value(self, rows):
        assert leaks(lambda train, test: train, *rows) is False
