"""The small trainer: its network, its gradients, its batches, and where it stops."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest

from chainrule import experiments
from chainrule.experiments import Run, Weights

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])


def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


TANH = {"activation": np.tanh, "derivative": tanh_slope}


@pytest.fixture
def rng():
    """A seeded generator."""
    return np.random.default_rng(0)


@pytest.fixture
def network(rng):
    """Three features, four hidden units, two outputs, biases off zero."""
    return experiments.make_network([3, 4, 2], rng, bias=0.1)


def by_hand(network, x, y, loss):
    """The loss of a tanh network, example by example, in Python numbers."""
    total = 0.0
    for features, target in zip(x.tolist(), y.tolist(), strict=True):
        a, last = features, len(network.weights) - 1
        for layer, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
            z = [math.fsum([b[m], *(a[d] * W[d, m] for d in range(len(a)))]) for m in range(len(b))]
            a = z if layer == last else [math.tanh(it) for it in z]
        if loss == "softmax":
            total += math.log(sum(math.exp(it) for it in a)) - a[target]
        else:
            total += sum((found - right) ** 2 for found, right in zip(a, np.atleast_1d(target), strict=True)) / 2
    return total / len(x)


def slope_of_loss(network, array, data, loss, h=1e-6):
    """The gradient of the loss with respect to one of the network's arrays, by central differences."""
    slope = np.zeros_like(array)
    for at in np.ndindex(array.shape):
        kept, ends = array[at], []
        for step in (h, -h):
            array[at] = kept + step
            ends.append(by_hand(network, *data, loss))
        array[at] = kept
        slope[at] = (ends[0] - ends[1]) / (2 * h)
    return slope


@pytest.fixture(params=["softmax", "squared", "squared, one column"])
def task(request):
    """Inputs, targets, the loss, and the sizes of a network that fits."""
    rng = np.random.default_rng(1)
    x, loss = rng.standard_normal((6, 3)), request.param.split(",")[0]
    if loss == "softmax":
        return x, rng.integers(2, size=6), loss, [3, 4, 3, 2]
    if request.param == "squared":
        return x, rng.standard_normal((6, 2)), loss, [3, 4, 3, 2]
    return x, rng.standard_normal(6), loss, [3, 4, 1]


class TestMakeNetwork:
    """Weights are random and scaled by the number of inputs."""

    def test_sizes_give_the_shapes(self, network):
        """A weight matrix between neighbours, a bias for every unit."""
        shapes = [it.shape for it in (*network.weights, *network.biases)]

        assert shapes == [(3, 4), (4, 2), (4,), (2,)]

    @pytest.mark.parametrize("gain", [1.0, 2.0])
    def test_gain_scales_the_spread(self, gain, rng):
        """The standard deviation is gain / sqrt(D_in)."""
        W = experiments.make_network([400, 200], rng, gain=gain).weights[0]

        assert gain / 20 == pytest.approx(W.std(), rel=0.02)

    @pytest.mark.parametrize("bias", [0.0, -1.5])
    def test_every_bias_is_the_one_asked_for(self, bias, rng):
        """Zero when left out."""
        network = experiments.make_network([3, 4, 2], rng, bias=bias)

        assert [[bias] * 4, [bias] * 2] == [b.tolist() for b in network.biases]

    def test_arrays_are_float64(self, network):
        """Experiments are repeatable to the last digit."""
        assert {np.dtype("float64")} == {it.dtype for it in (*network.weights, *network.biases)}

    def test_the_generator_decides_the_weights(self):
        """The same seed gives the same network, another seed another."""
        first, again, other = (experiments.make_network([2, 2], np.random.default_rng(it)) for it in (0, 0, 1))

        assert tuple(np.array_equal(first.weights, it.weights) for it in (again, other)) == (True, False)


class TestForward:
    """Every layer's input and output is kept."""

    def test_keeps_pre_activations_and_activations(self, network, rng):
        """The last layer has no activation."""
        x = rng.standard_normal((5, 3))
        (first, second), (a0, a1, a2) = experiments.forward(network, x, np.tanh)

        assert [
            np.array_equal(x, a0),
            np.array_equal(np.tanh(first), a1),
            np.allclose(a1 @ network.weights[1] + 0.1, second, rtol=1e-14),
            np.array_equal(second, a2),
        ] == [True] * 4

    def test_integers_are_promoted(self, network):
        """Pixels need no cast."""
        _, kept = experiments.forward(network, np.ones((1, 3), int), np.tanh)

        assert np.float64 == kept[0].dtype

    def test_an_unknown_number_of_biases_is_refused(self):
        """A network with a missing bias is no network."""
        with pytest.raises(ValueError, match="shorter"):
            experiments.forward(Weights([np.eye(2)], []), np.eye(2), np.tanh)


class TestTrain:
    """One step is one step of gradient descent."""

    def test_the_recorded_loss_is_the_mean_over_the_examples(self, task):
        """Before the update."""
        x, y, loss, sizes = task
        network = experiments.make_network(sizes, np.random.default_rng(2))
        expected = by_hand(network, x, y, loss)
        run = experiments.train(network, x, y, **TANH, lr=0.1, steps=1, loss=loss)

        assert [pytest.approx(expected, rel=1e-13)] == run.losses

    @pytest.mark.parametrize("part", ["weights", "biases"])
    def test_a_step_follows_the_gradient(self, task, part):
        """Central differences of the loss, for every layer."""
        x, y, loss, sizes = task
        network = experiments.make_network(sizes, np.random.default_rng(2), bias=0.1)
        before = copy.deepcopy(network)
        experiments.train(network, x, y, **TANH, lr=0.5, steps=1, loss=loss)
        moved = [(old - new) / 0.5 for old, new in zip(getattr(before, part), getattr(network, part), strict=True)]
        expected = [slope_of_loss(before, array, (x, y), loss) for array in getattr(before, part)]

        assert max(np.abs(it - slope).max() for it, slope in zip(moved, expected, strict=True)) < 1e-8

    def test_the_network_is_trained_in_place(self, network, rng):
        """The run holds the network that was passed in."""
        run = experiments.train(network, rng.standard_normal((4, 3)), np.zeros(4, int), **TANH, lr=0.1, steps=1)

        assert network is run.network

    def test_every_step_leaves_a_loss(self, network, rng):
        """And calls the watcher with its number before the update."""
        seen = []
        run = experiments.train(
            network,
            rng.standard_normal((4, 3)),
            np.zeros(4, int),
            **TANH,
            lr=0.1,
            steps=3,
            on_step=lambda step, it: seen.append((step, it is network)),
        )

        assert (len(run.losses), seen) == (3, [(0, True), (1, True), (2, True)])

    @pytest.mark.parametrize("batch_size", [None, 2])
    def test_inputs_and_the_arrays_of_the_network_are_not_modified(self, network, rng, batch_size):
        """Arrays are replaced, never written to."""
        x, y = rng.standard_normal((4, 3)), np.array([0, 1, 0, 1])
        arrays = [x, y, *network.weights, *network.biases]
        for array in arrays:
            array.flags.writeable = False
        before = [it.tolist() for it in arrays]
        experiments.train(network, x, y, **TANH, lr=0.1, steps=2, batch_size=batch_size, rng=rng)

        assert before == [it.tolist() for it in arrays]

    def test_large_logits_are_safe(self):
        """The softmax is shifted before exp."""
        network = Weights([np.eye(2) * 1000], [np.zeros(2)])
        run = experiments.train(network, np.eye(2), np.array([0, 1]), **TANH, lr=0.0, steps=1)

        assert run.losses == [0.0]


class TestBatches:
    """Batches are drawn with the generator that is passed in."""

    @staticmethod
    def losses(seed, batch_size=3):
        x = np.random.default_rng(0).standard_normal((12, 3))
        network = experiments.make_network([3, 4, 2], np.random.default_rng(1))
        rng, y = np.random.default_rng(seed), np.arange(12) % 2
        return experiments.train(network, x, y, **TANH, lr=0.1, steps=5, batch_size=batch_size, rng=rng).losses

    def test_the_same_seed_gives_the_same_run(self):
        """To the last digit."""
        assert self.losses(0) == self.losses(0)

    def test_another_seed_gives_another_run(self):
        """The batches differ."""
        assert self.losses(0) != self.losses(1)

    def test_without_a_batch_size_nothing_is_drawn(self):
        """All examples are used at every step."""
        assert self.losses(0, None) == self.losses(1, None)

    def test_a_batch_has_the_size_asked_for(self, network, rng):
        """Seen by the activation."""
        sizes = set()
        watch = {"activation": lambda z: (sizes.add(len(z)), np.tanh(z))[1], "derivative": tanh_slope}
        x, y = rng.standard_normal((12, 3)), np.zeros(12, int)
        experiments.train(network, x, y, **watch, lr=0.1, steps=4, batch_size=5, rng=rng)

        assert sizes == {5}

    def test_a_batch_size_without_a_generator_is_refused(self, network):
        """There is no global seed."""
        with pytest.raises(ValueError, match="train expects rng when batch_size is given"):
            experiments.train(network, np.eye(3), np.zeros(3, int), **TANH, lr=0.1, steps=1, batch_size=2)


class TestDivergence:
    """A run whose loss is no number stops."""

    @pytest.fixture
    def diverged(self):
        """A learning rate that is far too large."""
        network = Weights([np.ones((1, 1))], [np.zeros(1)])
        with np.errstate(over="ignore", invalid="ignore"):
            return experiments.train(network, np.ones((1, 1)), np.zeros(1), **TANH, lr=1e60, steps=100, loss="squared")

    def test_stops_early(self, diverged):
        """Only the last loss is not finite."""
        assert [True] * (len(diverged.losses) - 1) + [False] == np.isfinite(diverged.losses).tolist()

    def test_says_so(self, diverged):
        """The run knows."""
        assert diverged.diverged is True

    @pytest.mark.parametrize(
        ("losses", "expected"),
        [([], False), ([1.0], False), ([1.0, math.nan], True), ([math.inf], True)],
        ids=["no step", "a number", "nan", "infinity"],
    )
    def test_is_read_from_the_last_loss(self, losses, expected):
        """A run without a step did not diverge."""
        assert expected is Run(Weights([], []), losses).diverged


class TestLearning:
    """The trainer learns what it should."""

    @pytest.mark.parametrize("seed", range(20))
    def test_xor_is_learned(self, seed):
        """From every one of 20 starts."""
        network = experiments.make_network([2, 8, 2], np.random.default_rng(seed))
        experiments.train(network, *XOR, **TANH, lr=0.5, steps=500)

        assert experiments.accuracy_of(network, *XOR, np.tanh) == 1.0

    def test_classify_takes_the_largest_output(self):
        """The first of equal ones."""
        network = Weights([np.eye(3)], [np.zeros(3)])
        x = np.array([[0.0, 2.0, 1.0], [5.0, 5.0, 0.0]])

        assert experiments.classify(network, x, np.tanh).tolist() == [1, 0]

    def test_accuracy_is_the_share_of_right_labels(self):
        """Three of four."""
        network = Weights([np.eye(2)], [np.zeros(2)])
        x = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])

        assert experiments.accuracy_of(network, x, np.array([0, 0, 1, 0]), np.tanh) == 0.75
