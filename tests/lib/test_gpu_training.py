"""Networks and graphs on a GPU give what they give on the host, and stay there."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from chainrule import graph
from chainrule.backend import get_array_module, to_device, to_host
from chainrule.multilayer import ACTIVATIONS, multilayer_perceptron
from chainrule.optimizers import SGD, Adam, Momentum
from chainrule.training import fit

pytestmark = pytest.mark.needs("gpu")


@pytest.fixture
def cupy():
    """The array module of the GPU."""
    return importlib.import_module("cupy")


@pytest.mark.parametrize("loss", ["softmax", "hinge"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_agree_with_the_host(activation, loss, cupy, rng):
    """Every activation and loss, in float32."""
    x, y = rng.standard_normal((40, 6)).astype("f4"), rng.integers(3, size=40)
    found = []
    for xp in (np, cupy):
        draws = np.random.default_rng(1)
        network = multilayer_perceptron([6, 16, 3], draws, activation=activation, loss=loss, xp=xp)
        value = network.learn(to_device(x, xp), to_device(y, xp))
        found.append((float(value), to_host(network.gradients)))

        assert get_array_module(network.gradients) is xp

    assert np.isclose(found[0][0], found[1][0], rtol=1e-5)
    assert np.allclose(found[0][1], found[1][1], atol=1e-5)


@pytest.mark.parametrize("make", [lambda: SGD(0.1), lambda: Momentum(0.05), lambda: Adam(0.01)])
def test_training_agrees_with_the_host(make, cupy, rng):
    """The batches are drawn on the host, so both see the same ones."""
    x, y = rng.standard_normal((90, 6)).astype("f4"), rng.integers(3, size=90)
    losses = []
    for xp in (np, cupy):
        draws = np.random.default_rng(1)
        network = multilayer_perceptron([6, 16, 3], draws, xp=xp)
        moved = to_device(x, xp), to_device(y, xp)
        history = fit(network, *moved, optimizer=make(), epochs=3, rng=draws, validation=moved, progress=False)
        losses.append(history.losses + history.validation_losses)

    assert np.allclose(*losses, rtol=1e-3)


def test_a_graph_agrees_with_the_host(cupy, rng):
    """An array on the left of a node is a constant there too."""
    x, W, y = rng.standard_normal((5, 4)), rng.standard_normal((4, 3)), np.array([0, 1, 2, 2, 1])
    grads = []
    for xp in (np, cupy):
        node = graph.Node(to_device(W, xp))
        graph.cross_entropy(graph.relu(to_device(x, xp) @ node) + to_device(x[:, :3], xp), to_device(y, xp)).backward()
        grads.append(to_host(node.grad))

    assert np.allclose(*grads)
