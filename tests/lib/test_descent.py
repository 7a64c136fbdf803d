"""Walks up and down: positions by hand, dtypes, inputs, convergence at the predicted rates, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.nn import likelihood
from chainrule.nn.descent import gradient_ascent, gradient_descent

BOTH = pytest.mark.parametrize("walk", [gradient_ascent, gradient_descent])


@BOTH
class TestBoth:
    """What the two share."""

    def test_the_path_has_the_start_and_every_step(self, walk):
        end, path = walk(lambda w: 0 * w + 1, np.array([2.0, 3.0]), 0.5, 4)

        assert (5, 2) == path.shape
        assert [2.0, 3.0] == path[0].tolist()
        assert path[-1].tolist() == end.tolist()

    def test_no_step_stays_at_the_start(self, walk):
        end, path = walk(lambda w: w, 3.0, 0.1, 0)

        assert (3.0, [3.0]) == (end.item(), path.tolist())

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_floating_dtypes_stay(self, walk, dtype):
        end, path = walk(lambda w: w, np.ones(3, dtype), 0.1, 2)

        assert {np.dtype(dtype)} == {end.dtype, path.dtype}

    def test_integers_become_floats(self, walk):
        assert np.float64 == walk(lambda w: w, np.array([1, 2]), 0.25, 2)[0].dtype

    def test_the_start_is_left_alone_and_not_shared(self, walk):
        start = np.array([1.0, 2.0])
        start.flags.writeable = False
        end, path = walk(lambda w: w, start, 0.1, 3)

        assert [1.0, 2.0] == start.tolist()
        assert not any(np.shares_memory(start, it) for it in (end, path))

    def test_without_a_step_the_start_is_not_shared_either(self, walk):
        start = np.array([1.0, 2.0])
        end, path = walk(lambda w: w, start, 0.1, 0)

        assert not any(np.shares_memory(start, it) for it in (end, path))

    def test_a_slope_that_changes_its_argument_later_cannot_change_the_path(self, walk):
        _, path = walk(lambda w: np.ones_like(w), np.zeros(2), 1.0, 3)

        assert [0.0, 1.0, 2.0, 3.0] == np.abs(path[:, 0]).tolist()

    def test_a_slope_of_another_shape_is_refused(self, walk):
        with pytest.raises(ValueError, match=r"Expected a slope of shape \(2,\).*found \(3, 2\)"):
            walk(lambda w: np.ones((3, 2)), np.zeros(2), 0.1, 1)

    def test_a_negative_number_of_steps_is_refused(self, walk):
        with pytest.raises(ValueError, match="from 0 on, found -1"):
            walk(lambda w: w, 1.0, 0.1, -1)


@pytest.mark.parametrize("start", [0.1, 0.5, 0.9])
def test_the_climb_reaches_the_share_of_heads(start):
    end, _ = gradient_ascent(lambda theta: likelihood.bernoulli_score(theta, 31, 50), start, 0.0005, 500)

    assert 31 / 50 == pytest.approx(end.item(), abs=1e-9)


def test_up_is_down_on_the_negative():
    slope = np.cos
    up, down = gradient_ascent(slope, 1.0, 0.3, 5), gradient_descent(lambda w: -slope(w), 1.0, 0.3, 5)

    assert up[1].tolist() == down[1].tolist()


@pytest.mark.parametrize("dimensions", [2, 5])
def test_the_limit_of_the_rate_is_2_over_the_largest_curvature(dimensions, rng):
    """Just below the walk ends near 0, just above it grows."""
    root = rng.standard_normal((dimensions, dimensions))
    A = root @ root.T + np.eye(dimensions)
    limit = 2 / np.linalg.eigvalsh(A).max()
    ends = [gradient_descent(lambda w: A @ w, np.ones(dimensions), lr * limit, 5000)[0] for lr in (0.99, 1.01)]

    assert np.linalg.norm(ends[0]) < 1e-6
    assert np.linalg.norm(ends[1]) > 1e6
