"""Arguments that would be stretched or misread silently are refused, or handled as documented."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule import experiments
from chainrule.doctor import packages
from chainrule.nn import activations


@pytest.mark.parametrize("alpha", [0.3, np.array(0.3), np.array([0.3]), [0.3]])
def test_one_slope_for_all_features_gets_one_gradient(alpha, rng):
    upstream, z = rng.standard_normal((2, 4, 3))
    dz, dalpha = activations.prelu_backward(upstream, z, alpha)

    assert np.shape(alpha) == dalpha.shape
    assert dalpha.item() == pytest.approx((upstream * np.minimum(z, 0)).sum())
    assert np.allclose(upstream * np.where(z > 0, 1.0, 0.3), dz)


def test_an_upstream_gradient_of_another_shape_is_refused(rng):
    x, W, b = rng.standard_normal((4, 3)), rng.standard_normal((2, 3, 5)), np.zeros((2, 5))

    with pytest.raises(ValueError, match=r"Expected upstream of shape \(4, 5\).*found \(1, 5\)"):
        activations.maxout_backward(np.ones((1, 5)), x, W, b)


def trained(rng, **changes):
    settings = {"activation": np.tanh, "derivative": np.cos, "lr": 0.1, "steps": 1}
    x, y = rng.standard_normal((6, 2)), np.zeros(6, dtype=int)
    return experiments.train(experiments.make_network([2, 2], rng), x, changes.pop("y", y), **settings, **changes)


def test_labels_in_a_column_are_refused(rng):
    with pytest.raises(ValueError, match=r"labels of shape \(N,\).*found shape \(6, 1\)"):
        trained(rng, y=np.zeros((6, 1), dtype=int))


def test_an_unknown_loss_is_refused(rng):
    with pytest.raises(ValueError, match="one of softmax, squared, not 'mse'"):
        trained(rng, loss="mse")


@pytest.mark.parametrize(
    ("version", "numbers"), [("2.4.6", (2, 4, 6)), ("2.4.6rc1", (2, 4, 6)), ("2.5.dev0", (2, 5)), ("odd", ())]
)
def test_versions_are_read_up_to_the_first_letter(version, numbers):
    assert numbers == packages._numbers(version)
