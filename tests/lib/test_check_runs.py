"""Runs that a probe passes in: known results, and no call beyond what was paid."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checking.catalog.entries import FUNCTIONS
from chainrule.checking.catalog.statistics import STATISTICS
from chainrule.checking.comparing.compare import Expected
from chainrule.checking.comparing.probes import Named, materialize
from chainrule.checking.comparing.viewing import compare_viewed

SHORT = Named("short runs", (0.1, 2.5, 1.0, 0.5, 0.0, 0.3, 0.2, 2.0, 0.5, 0.5, np.nan, 0.0))


def test_short_runs_end_where_they_should():
    losses = materialize(SHORT)(0.1)

    assert len(losses) == 100
    assert pytest.approx((2.5, 1.0, 1.3), abs=1e-6) == (losses[0], losses[50], losses[-1])


def test_a_broken_run_stays_broken():
    assert np.isnan(materialize(SHORT)(0.2)[70:]).all()


def test_each_run_is_paid_once():
    losses_of = materialize(SHORT)
    losses_of(0.1), losses_of(0.1)
    with pytest.raises(RuntimeError, match="The budget is spent: 2 runs were allowed"):
        losses_of(0.1)


def test_an_unknown_rate_is_refused():
    with pytest.raises(ValueError, match="There is no run with the rate 3"):
        materialize(SHORT)(3)


@pytest.mark.parametrize(("dropout", "decay", "seen"), [(0, 0, [1, 2, 3]), (0.5, 0, [1, 1, 2]), (0, 1e-4, [1, 1, 2])])
def test_regularization_slows_the_handful_down(dropout, decay, seen):
    run_epoch = FUNCTIONS["handful"](1, 2, 3)

    assert seen == [run_epoch(dropout, decay) for _ in range(3)]


def train_for_ever(run_epoch):
    """A loop that waits for an accuracy that never comes."""
    while run_epoch(0, 0) < 1:
        pass


def test_a_loop_without_end_is_stopped():
    with pytest.raises(RuntimeError, match="Does your loop end"):
        train_for_ever(FUNCTIONS["handful"](0.5))


def test_training_gets_better_with_epochs_and_minds_the_order_of_its_arguments():
    train = FUNCTIONS["trained"](3, 1, 2, 0.1, 0.01, 0.02, 0.6, 0.8)

    assert pytest.approx([0.4, 0.64]) == [train(0.1, 0.01, 2), train(0.1, 0.02, 4)]
    with pytest.raises(ValueError, match="mind the order of the arguments"):
        train(0.01, 0.1, 2)


def test_a_landscape_is_highest_at_its_best_place_and_fails_beyond_its_cliff():
    objective = FUNCTIONS["landscape"](4, 5.0, 0.5, 1.0, 2.0, 1.0, 3.0)

    assert pytest.approx([1.0, 1 - 1 - 1 - 0.5]) == [objective(2.0, 3.0), objective(3.0, 4.0)]
    assert np.isnan(objective(6.0, 3.0))
    with pytest.raises(TypeError, match="takes 2 numbers"):
        objective(2.0)


def test_a_listed_sampler_moves_the_generator_on_and_ends():
    sampler, rng = FUNCTIONS["listed sampler"](4.0), np.random.default_rng(0)
    before = rng.bit_generator.state

    assert sampler(rng) == 4.0
    assert before != rng.bit_generator.state
    with pytest.raises(RuntimeError, match="gave 1 values, one for each run, and is asked again"):
        sampler(rng)


@pytest.mark.parametrize(
    ("found", "right"), [(([1, 2], 3.0), True), ((np.array([1.0, 2.0]), 3), True), (((2, 1), 3.0), False)]
)
def test_the_best_point_may_be_a_list_a_tuple_or_an_array(found, right):
    from chainrule.checking.values import snapshot

    expected = Expected(snapshot(((1.0, 2.0), 3.0)))
    mismatch = compare_viewed("point and score", expected, snapshot(found), tolerance=50, eps=2.0**-52)

    assert right is (mismatch is None)


def test_statistics_on_a_logarithmic_scale():
    numbers = np.exp(np.array([0.0, 1.0, 2.0]))

    assert pytest.approx(1.0) == STATISTICS["mean logarithm"](numbers, ())
    assert pytest.approx((2 / 3) ** 0.5) == STATISTICS["spread of the logarithms"](numbers, ())
    assert pytest.approx(2 / 3) == STATISTICS["share of entries between the ends"](numbers, (1.0, 5.0))
