"""The seven steps: what the functions of tuning return, call and refuse."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.model_selection import ParameterGrid

from chainrule.nn import tuning

NAN = math.nan


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


class TestInitialLoss:
    """Against ln C."""

    @pytest.mark.parametrize("classes", [1, 2, 10, 1000])
    def test_a_fair_guess_has_no_gap(self, classes):
        fair = -np.log(np.full(classes, 1 / classes)).mean()

        assert pytest.approx((fair, 0.0), abs=1e-12) == tuning.initial_loss_check(lambda decay: fair, classes)

    def test_weight_decay_is_off(self):
        asked = []
        tuning.initial_loss_check(lambda decay: asked.append(decay) or 1.0, 3)

        assert asked == [0.0]

    def test_no_class_is_refused(self):
        with pytest.raises(ValueError, match="Expected at least one class, found 0"):
            tuning.initial_loss_check(lambda decay: 1.0, 0)


class TestSmallSample:
    """On known accuracies."""

    @pytest.mark.parametrize(
        ("accuracies", "limit", "epochs"), [("0.5 1 0.9", 3, 2), ("0.5 0.9 1", 2, None), ("1", 0, None)]
    )
    def test_epochs_are_counted(self, accuracies, limit, epochs):
        run = iter(map(float, accuracies.split()))

        assert epochs == tuning.overfit_small_sample(lambda dropout, decay: next(run), limit)

    def test_regularization_is_off_and_training_ends_with_success(self):
        asked = []
        tuning.overfit_small_sample(lambda *it: asked.append(it) or len(asked) / 3, 10)

        assert asked == [(0.0, 0.0)] * 3


class TestLearningRate:
    """On known losses."""

    def test_the_mean_of_the_last_ten_counts(self):
        runs = {1.0: [2.0] * 90 + [1.0] * 9 + [0.1], 0.5: [2.0] * 90 + [0.8] * 10}

        assert tuning.find_learning_rate(runs.get, [1.0, 0.5]) == 0.5

    @pytest.mark.parametrize("bad", [NAN, math.inf, -math.inf])
    @pytest.mark.parametrize("order", [(0.1, 0.2), (0.2, 0.1)])
    def test_a_run_that_is_not_finite_never_wins(self, bad, order):
        runs = {0.1: [2.0, bad, 0.1], 0.2: [2.0, 1.9]}

        assert tuning.find_learning_rate(runs.get, order) == 0.2

    def test_none_where_nothing_falls(self):
        assert tuning.find_learning_rate(lambda rate: [1.0, 1.0 + rate], [0.1, 0.2]) is None
        assert tuning.find_learning_rate(lambda rate: [NAN], [0.1]) is None


class TestGrids:
    """Coarse, then fine."""

    def test_rows_are_rates(self):
        table = tuning.coarse_grid(lambda rate, decay, epochs: rate + 10 * decay + 100 * epochs, [1, 2, 3], [4, 5], 2)

        assert [[241, 251], [242, 252], [243, 253]] == table.tolist()
        assert table.dtype == np.float64

    def test_nan_becomes_0(self):
        assert [[0.0]] == tuning.coarse_grid(lambda *it: NAN, [1], [2], 3).tolist()

    @given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10**6))
    def test_refine_trains_the_best_pairs_once_and_keeps_the_best_of_them(self, rows, columns, seed):
        rng = np.random.default_rng(seed)
        table, longer = rng.permutation(rows * columns).reshape(rows, columns), rng.random((rows, columns))
        table.flags.writeable = False
        keep, asked = int(rng.integers(1, rows * columns + 1)), []

        def train(rate, decay, epochs):
            asked.append((rate, decay))
            return longer[rate, decay]

        found = tuning.refine(train, table, range(rows), range(columns), keep, 10)
        kept = sorted(np.ndindex(rows, columns), key=lambda at: -table[at])[:keep]

        assert sorted(kept) == sorted(asked)
        assert max((longer[at], at) for at in kept) == (found[2], found[:2])

    @pytest.mark.parametrize("accuracies", [(NAN, 0.2), (0.2, NAN)])
    def test_a_longer_run_that_gave_nan_never_wins(self, accuracies):
        run = iter(accuracies)

        assert tuning.refine(lambda *it: next(run), [[0.9, 0.8]], [1], [2, 3], 2, 10)[2] == 0.2

    def test_bad_requests_are_refused(self):
        with pytest.raises(ValueError, match="Expected keep to be at least 1, found 0"):
            tuning.refine(lambda *it: 1.0, [[1.0]], [1], [1], 0, 10)
        with pytest.raises(ValueError, match="found NaN only"):
            tuning.refine(lambda *it: NAN, [[1.0]], [1], [1], 1, 10)


class TestCurves:
    """One verdict for each rule, at both sides of its border."""

    @pytest.mark.parametrize(
        ("train", "val", "verdict"),
        [
            ([2, 1, 0.5, 0.2, 0.1, 0.1], [1, 1, 1, 1, 1, 1], "good"),
            ([2, 1, 0.5, 0.2, 0.1, 0.1], [1, 1, 1, 1, 1, 1.11], "overfit"),
            ([2, 1, 0.5, 0.2, 0.1, 0.1], [1, 1, 1, 1, 1, 1.09], "good"),
            ([2, 1, 0.5, 0.2, 0.1, 0.1], [1, 1, 1, 1, 1, 0.94], "stopped early"),
            ([2, 1, 0.5, 0.2, 0.1, 0.1], [1, 1, 1, 1, 1, 0.96], "good"),
            ([2, 1, 0.5, 0.2, 0.3, 0.31], [1, 1, 1, 1, 1, 1], "underfit"),
            ([2, 1, 0.5, 0.2, 0.3, 2.1], [1, 1, 1, 1, 1, 1], "diverged"),
            ([2, 1, NAN, 0.2, 0.3, 0.1], [1, 1, 1, 1, 1, 1], "diverged"),
            ([2, 1, 1, 0.2, 0.3, 0.1], [1, math.inf, 1, 1, 1, 1], "diverged"),
        ],
    )
    def test_verdicts(self, train, val, verdict):
        assert verdict == tuning.diagnose_curves(train, np.array(val, dtype=np.float32), 0.3)

    @pytest.mark.parametrize("lengths", [(5, 5), (6, 7)])
    def test_curves_of_other_lengths_are_refused(self, lengths):
        with pytest.raises(ValueError, match="Expected two curves of one length"):
            tuning.diagnose_curves(*(np.ones(it) for it in lengths), 0.3)


class TestSearch:
    """Against scikit-learn's grid, and on draws."""

    @given(st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=4, unique=True), min_size=1, max_size=3))
    def test_a_grid_tries_each_combination_once(self, axes):
        tried = []
        best, score = tuning.grid_search(lambda *point: tried.append(point) or sum(point), axes)
        names = [str(number) for number in range(len(axes))]
        right = [tuple(it[name] for name in names) for it in ParameterGrid(dict(zip(names, axes, strict=True)))]

        assert sorted(right) == sorted(tried)
        assert (tuple(map(max, axes)), sum(map(max, axes))) == (best, score)

    @pytest.mark.parametrize("scores", list(itertools.permutations([NAN, 1.0, 2.0])))
    def test_nan_never_wins(self, scores):
        assert ((scores.index(2.0),), 2.0) == tuning.grid_search(lambda it: scores[it], [range(3)])

    def test_no_score_at_all_is_refused(self):
        with pytest.raises(ValueError, match="Expected a score from at least one run"):
            tuning.random_search(lambda it: NAN, [lambda rng: 1.0], 3, np.random.default_rng(0))

    def test_random_search_spends_its_budget_on_fresh_points(self):
        tried = []
        best, score = tuning.random_search(
            lambda u, v: tried.append((u, v)) or u * v, [lambda rng: rng.random()] * 2, 30, np.random.default_rng(5)
        )

        assert len(set(tried)) == 30
        assert (score, best) == max((u * v, (u, v)) for u, v in tried)

    @given(st.floats(-6, 2), st.floats(0, 5), st.integers(0, 2**32))
    def test_draws_lie_between_the_ends(self, exponent, decades, seed):
        low = 10.0**exponent
        drawn = tuning.sample_log_uniform(low, low * 10**decades, 20, np.random.default_rng(seed))

        assert ((drawn >= low) & (drawn <= low * 10**decades)).all()

    def test_each_decade_gets_its_share(self):
        drawn = tuning.sample_log_uniform(1e-4, 1.0, 40_000, np.random.default_rng(1))
        shares = np.histogram(np.log10(drawn), bins=[-4, -3, -2, -1, 0])[0] / 40_000

        assert np.abs(shares - 0.25).max() < 5 * (0.25 * 0.75 / 40_000) ** 0.5

    @pytest.mark.parametrize("ends", [(0.0, 1.0), (-1.0, 1.0), (2.0, 1.0)])
    def test_ends_without_logarithm_are_refused(self, ends):
        with pytest.raises(ValueError, match="Expected 0 < low <= high"):
            tuning.sample_log_uniform(*ends, 3, np.random.default_rng(0))

    def test_distinct_values_are_counted_column_by_column(self, make):
        points = make(np.array([[1.0, 5.0, 0.0], [1.0, 6.0, 0.0], [2.0, 5.0, 0.0], [1.0, 7.0, 0.0]]))

        assert [2, 3, 1] == tuning.distinct_per_axis(points).tolist()


class TestAccounts:
    """Epochs and looks."""

    @given(st.integers(0, 30), st.lists(st.integers(0, 12), max_size=12))
    def test_a_budget_is_never_overdrawn_and_never_refuses_what_it_has(self, epochs, costs):
        charge, paid = tuning.training_budget(epochs), 0
        for cost in costs:
            allowed = charge(cost)

            assert allowed is (paid + cost <= epochs)
            paid += cost * allowed

    def test_two_accounts_are_two(self):
        one, other = tuning.training_budget(3), tuning.training_budget(3)

        assert (True, True, False) == (one(3), other(3), one(1))

    def test_numbers_below_0_are_refused(self):
        with pytest.raises(ValueError, match="Expected a budget from 0 on, found -1"):
            tuning.training_budget(-1)
        with pytest.raises(ValueError, match="Expected a cost from 0 on, found -2"):
            tuning.training_budget(3)(-2)

    def test_every_look_counts(self, make):
        x, y = make(np.array([[1.0], [2.0], [3.0], [4.0]])), make(np.array([0, 0, 1, 1]))
        look = tuning.sealed_test(x, y)

        assert (1.0, 1) == look(lambda x: (x[:, 0] > 2.5) * 1)
        assert (0.75, 2) == look(lambda x: (x[:, 0] > 1.5) * 1)
        assert (0.75, 3) == look(lambda x: (x[:, 0] > 1.5) * 1)

    def test_a_test_set_without_labels_is_refused(self):
        with pytest.raises(ValueError, match="Expected as many labels as inputs, found 1 for 2"):
            tuning.sealed_test(np.ones((2, 1)), np.ones(1))
