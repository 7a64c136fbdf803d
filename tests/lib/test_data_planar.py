"""Spirals and moons: their shapes, classes, geometry and randomness."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import make_moons

from chainrule.data import moons, spirals

MAKERS = {"moons": moons, "spirals": spirals}


@pytest.mark.parametrize("name", MAKERS)
class TestBoth:
    """What both promise."""

    def test_every_class_has_its_points(self, name, rng):
        x, y = MAKERS[name](rng, per_class=30)

        assert {30} == set(np.bincount(y).tolist())
        assert (len(y), 2) == x.shape
        assert (np.float64, np.int64) == (x.dtype, y.dtype)

    def test_points_come_shuffled(self, name, rng):
        _, y = MAKERS[name](rng, per_class=30)

        assert len(set(y[:10].tolist())) > 1

    def test_the_generator_is_the_only_source_of_chance(self, name):
        first, second = (MAKERS[name](np.random.default_rng(1))[0] for _ in range(2))
        other, _ = MAKERS[name](np.random.default_rng(2))

        assert first.tolist() == second.tolist()
        assert first.tolist() != other.tolist()

    def test_more_noise_moves_points_further(self, name):
        exact, near, far = (
            MAKERS[name](np.random.default_rng(3), per_class=500, noise=noise)[0] for noise in (0.0, 0.1, 0.3)
        )
        distances = [float(np.abs(it - exact).mean()) for it in (near, far)]

        assert distances[1] == pytest.approx(3 * distances[0])

    def test_no_points_are_refused(self, name, rng):
        with pytest.raises(ValueError, match="Expected per_class of 1 or above, found 0"):
            MAKERS[name](rng, per_class=0)


def test_moons_are_those_of_scikit_learn(rng):
    x, y = moons(rng, per_class=20, noise=0.0)
    right, label = make_moons(40, shuffle=False)
    rows = [sorted((*point, c) for point, c in zip(a.round(9).tolist(), b.tolist(), strict=True))
            for a, b in ((right, label), (x, y))]  # fmt: skip

    assert np.allclose(rows[0], rows[1])


@pytest.mark.parametrize("classes", [1, 2, 4])
def test_arms_of_a_spiral_are_turned_copies(classes):
    x, y = spirals(np.random.default_rng(0), per_class=25, classes=classes, noise=0.0)
    radii = [sorted(np.hypot(*x[y == c].T).round(9).tolist()) for c in range(classes)]

    assert all(np.allclose(np.linspace(0.1, 1, 25), it) for it in radii)
    assert set(range(classes)) == set(y.tolist())


def test_neighbors_on_a_spiral_mostly_share_their_arm(rng):
    x, y = spirals(rng)
    apart = np.linalg.norm(x[:, None] - x, axis=2) + 9 * np.eye(len(x))

    assert (y[apart.argmin(axis=1)] == y).mean() > 0.9
