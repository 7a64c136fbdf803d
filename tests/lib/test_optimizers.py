"""Optimizers: updates by the formulas, in place, and in one dtype."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.nn.optimizers import SGD, Adam, Momentum

MAKE = {
    "SGD": lambda: SGD(0.1),
    "Momentum": lambda: Momentum(0.1, 0.8),
    "Nesterov": lambda: Momentum(0.1, 0.8, nesterov=True),
    "Adam": lambda: Adam(0.1, 0.7, 0.9),
}


def by_formula(name, w, gradients):
    """The parameters after some steps, with new arrays in each."""
    v, m, s = (np.zeros_like(w) for _ in range(3))
    for t, g in enumerate(gradients, 1):
        if name == "SGD":
            w = w - 0.1 * g
        elif name == "Adam":
            m, s = 0.7 * m + 0.3 * g, 0.9 * s + 0.1 * g**2
            w = w - 0.1 * (m / (1 - 0.7**t)) / (np.sqrt(s / (1 - 0.9**t)) + 1e-8)
        else:
            before, v = v, 0.8 * v - 0.1 * g
            w = w + v if name == "Momentum" else w - 0.8 * before + 1.8 * v  # Nesterov after Bengio et al. (2013)
    return w


@pytest.mark.parametrize("name", MAKE)
class TestAll:
    """What every optimizer does."""

    @pytest.mark.parametrize("size", [1.0, 1e-8])
    def test_follows_its_formula(self, name, size, rng):
        """Over several steps, in place; the gradients stay as they are. Small ones show where Adam adds eps."""
        w, *gradients = (size * rng.standard_normal(5) for _ in range(5))
        expected, optimizer = by_formula(name, w, gradients), MAKE[name]()
        for g in gradients:
            g.flags.writeable = False
            optimizer.update(w, g)

        assert np.allclose(expected, w, rtol=1e-7, atol=0)

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_keeps_the_dtype(self, name, dtype):
        """Also of its own memory."""
        w, optimizer = np.ones(3, dtype), MAKE[name]()
        optimizer.update(w, np.ones(3, dtype))
        kept = [it for it in vars(optimizer).values() if isinstance(it, np.ndarray)]

        assert {np.dtype(dtype)} == {it.dtype for it in (w, *kept)}

    def test_goes_down_a_bowl(self, name):
        """From (1, -2) to (0, 0)."""
        w, optimizer = np.array([1.0, -2.0]), MAKE[name]()
        for _ in range(400):
            optimizer.lr *= 0.99
            optimizer.update(w, w.copy())

        assert abs(w).max() < 0.02

    def test_refuses_a_second_network(self, name):
        """Its memory belongs to the first one."""
        optimizer = MAKE[name]()
        optimizer.update(np.ones(3), np.ones(3))
        with pytest.raises(ValueError, match="a new optimizer for each network"):
            optimizer.update(np.ones(4), np.ones(4))


@pytest.mark.parametrize(
    "make",
    [
        lambda: SGD(0.0),
        lambda: SGD(float("nan")),
        lambda: Momentum(-1.0),
        lambda: Momentum(0.1, 1.0),
        lambda: Adam(0.1, beta1=-0.1),
        lambda: Adam(0.1, beta2=1.0),
    ],
)
def test_settings_that_cannot_work_are_refused(make):
    """When they are made, not after an hour."""
    with pytest.raises(ValueError, match="Expected"):
        make()
