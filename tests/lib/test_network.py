"""Networks: one array for all parameters, the way down, and layers that somebody else wrote."""

from __future__ import annotations

import copy
import itertools
import pickle

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st

from chainrule.nn.layers import Affine, Hinge, Maxout, ReLU, SoftmaxCrossEntropy
from chainrule.nn.mlp import mlp_backward, mlp_forward
from chainrule.nn.multilayer import ACTIVATIONS, LOSSES, multilayer_perceptron
from chainrule.nn.network import Network
from chainrule.nn.numeric import gradient_check


class TheirAffine:
    """As a student writes it: new arrays in every call, and attributes beside the dictionary."""

    def __init__(self, D, M, rng):
        self.W = rng.standard_normal((D, M))
        self.params = {"W": self.W, "b": np.zeros(M)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.W + self.params["b"]

    def backward(self, upstream):
        self.grads = {"W": self.x.T @ upstream, "b": upstream.sum(axis=0)}
        return upstream @ self.W.T


class TheirReLU:
    """Without dictionaries: it learns nothing."""

    def forward(self, x):
        self.positive = x > 0
        return x * self.positive

    def backward(self, upstream):
        return upstream * self.positive


class Counting(Affine):
    """Notes how often an input gradient was computed."""

    calls = 0

    def backward(self, upstream, /):
        self.calls += 1
        return super().backward(upstream)


def same_layers(make_affine, make_relu, rng):
    """A network 3-5-4-2 of somebody's classes with fixed numbers."""
    stack = []
    for D, M in itertools.pairwise([3, 5, 4, 2]):
        affine = make_affine(D, M)
        affine.params["W"][...] = rng.standard_normal((D, M))
        affine.params["b"][...] = rng.standard_normal(M)
        stack += [affine, make_relu()]
    return stack[:-1]


def distance_to_a_corner(network, x, y):
    """How far pre-activations are from 0, the pieces of maxout from each other, or scores from the margin."""
    gaps = [1.0]
    for layer in network.layers:
        if isinstance(layer, Maxout):
            gaps.append(abs(np.diff(x @ layer.params["W"] + layer.params["b"][:, None, :], axis=0)).min())
        elif not isinstance(layer, Affine):
            gaps.append(abs(x).min())
        x = layer.forward(x)
    if isinstance(network.loss, Hinge):
        gaps.append(abs(x - x[np.arange(len(y)), y][:, None] + network.loss.delta).min())
    return min(gaps)


@pytest.fixture
def batch(rng):
    """Inputs of shape (6, 3), and labels 0 and 1."""
    return rng.standard_normal((6, 3)), rng.integers(2, size=6)


class TestGradients:
    """Of the whole network."""

    @settings(max_examples=12, deadline=None)
    @given(
        activation=st.sampled_from(sorted(ACTIVATIONS)),
        loss=st.sampled_from(sorted(LOSSES)),
        hidden=st.lists(st.integers(1, 5), max_size=3),
        seed=st.integers(0, 2**32 - 1),
    )
    def test_agree_with_differences(self, activation, loss, hidden, seed):
        """Any depth, activation and loss."""
        rng = np.random.default_rng(seed)
        network = multilayer_perceptron([3, *hidden, 2], rng, activation=activation, loss=loss, dtype="float64")
        network.parameters[...] += 0.3 * rng.standard_normal(network.parameters.shape)
        x = rng.standard_normal((4, 3))
        y = rng.standard_normal((4, 2)) if loss == "squared" else rng.integers(2, size=4)

        def value(w):
            network.parameters[...] = w
            return float(network.evaluate(x, y))

        assume(distance_to_a_corner(network, x, y) > 1e-3)
        start = network.parameters.copy()
        network.learn(x, y)
        slopes = network.gradients.copy()

        assert gradient_check(value, lambda _: slopes, start) < 1e-6

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_are_those_written_out(self, dtype, rng):
        """The same as without classes."""
        network = multilayer_perceptron([3, 5, 4, 2], rng, dtype=dtype)
        x, y = rng.standard_normal((6, 3)).astype(dtype), rng.integers(2, size=6)
        params = [(layer.params["W"], layer.params["b"]) for layer in network.layers[::2]]
        logits, caches = mlp_forward(params, x)
        expected = np.concatenate([it.ravel() for pair in mlp_backward(logits, y, caches) for it in pair])
        network.learn(x, y)

        assert np.dtype(dtype) == network.gradients.dtype
        assert np.allclose(expected, network.gradients, atol=20 * np.finfo(dtype).eps)

    def test_the_input_gradient_of_the_first_layer_is_left_out(self, rng, batch):
        """And no other one."""
        stack = same_layers(lambda D, M: Counting(np.zeros((D, M)), np.zeros(M)), ReLU, rng)
        Network(stack, SoftmaxCrossEntropy()).learn(*batch)

        assert [layer.calls for layer in stack[::2]] == [0, 1, 1]

    def test_layers_below_the_first_one_that_learns_are_left_out(self, rng, batch):
        """Nobody needs their gradient."""

        class Never(ReLU):
            def backward(self, upstream, /):
                raise AssertionError

        network = Network([Never(), *same_layers(lambda *s: TheirAffine(*s, rng), ReLU, rng)], SoftmaxCrossEntropy())
        network.learn(*batch)

        assert abs(network.gradients).max() > 0

    def test_a_network_that_does_not_learn_runs(self, batch):
        """There is nothing to fill."""
        network = Network([ReLU()], SoftmaxCrossEntropy())
        network.learn(batch[0], batch[1])

        assert network.parameters.size == network.gradients.size == 0


class TestMemory:
    """Parameters and gradients are views."""

    def test_of_one_array_each(self, rng):
        """In the order of the layers."""
        network = multilayer_perceptron([3, 4, 2], rng)
        first, _, last = network.layers
        network.parameters[...] = np.arange(26)

        assert first.params["W"].ravel().tolist() == [*range(12)]
        assert (last.params["b"].tolist(), last.params["W"].shape) == ([24, 25], (4, 2))
        assert all(np.shares_memory(network.gradients, it) for layer in (first, last) for it in layer.grads.values())

    def test_a_copy_shares_none(self, rng, batch):
        """By deepcopy, and after pickling."""
        network = multilayer_perceptron([3, 4, 2], rng, dtype="float64")
        before = network.forward(batch[0])
        for twin in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):  # noqa: S301 - our own bytes
            assert np.array_equal(before, twin.forward(batch[0]))

            twin.parameters[...] = 0.0

            assert not twin.forward(batch[0]).any()
            assert np.array_equal(before, network.forward(batch[0]))

    def test_dtype_can_be_chosen(self, rng, batch):
        """Inputs of another dtype are taken."""
        stack = same_layers(lambda *s: TheirAffine(*s, rng), TheirReLU, rng)
        network = Network(stack, SoftmaxCrossEntropy(), dtype="float32")

        assert {np.dtype("float32")} == {network.forward(batch[0]).dtype, network.gradients.dtype}


class TestTheirLayers:
    """A student's own classes."""

    def test_do_what_the_library_does(self, rng, batch):
        """Number for number, mixed with the library's too."""
        found = []
        for affine, relu in itertools.product(
            [lambda D, M: Affine(np.zeros((D, M)), np.zeros(M)), lambda D, M: TheirAffine(D, M, rng)], [ReLU, TheirReLU]
        ):
            network = Network(same_layers(affine, relu, np.random.default_rng(1)), SoftmaxCrossEntropy())
            value = float(network.learn(*batch))
            found.append((value, network.gradients.tolist()))

        assert all(np.allclose(found[0][1], gradients) and found[0][0] == value for value, gradients in found)

    def test_attributes_follow_the_parameters(self, rng):
        """A layer that reads self.W sees every update."""
        layer = TheirAffine(3, 2, rng)
        network = Network([layer], SoftmaxCrossEntropy())
        network.parameters[...] = 7.0

        assert (layer.W == 7.0).all()

    @pytest.mark.parametrize(
        ("grads", "words"),
        [
            ({"W": np.ones((3, 2))}, r"dL/db of shape \(2,\) into grads\['b'\], found nothing"),
            ({"W": np.ones((2, 3)), "b": np.ones(2)}, r"found shape \(2, 3\)"),
            ({"W": np.ones((3, 2)), "b": np.ones((1, 2))}, r"found shape \(1, 2\)"),
            ({"W": np.ones((3, 2)), "b": 1.0}, r"found shape \(\)"),
            ([np.ones((3, 2))], "a dictionary such as"),
        ],
    )
    def test_a_gradient_that_is_missing_or_misshapen_is_named(self, grads, words, rng, batch):
        """With the class and the name of the parameter."""

        class Wrong(TheirAffine):
            def backward(self, upstream):
                self.grads = grads

        network = Network([Wrong(3, 2, rng)], SoftmaxCrossEntropy())
        with pytest.raises((ValueError, TypeError), match=words):
            network.learn(*batch)

    def test_a_gradient_that_is_never_filled_is_named(self, rng, batch):
        """Zeros would look like a bias that needs no change."""

        class Forgetful(TheirAffine):
            def backward(self, upstream):
                self.grads["W"] = self.x.T @ upstream

        network = Network([Forgetful(3, 2, rng)], SoftmaxCrossEntropy())
        with pytest.raises(ValueError, match="dL/db"):
            network.learn(*batch)

    def test_a_layer_without_a_dictionary_for_gradients_gets_one_in_backward(self, rng, batch):
        """As its first line about gradients."""

        class Late(TheirAffine):
            def __init__(self, D, M, rng):
                super().__init__(D, M, rng)
                del self.grads

        network = Network([Late(3, 2, rng)], SoftmaxCrossEntropy())
        network.learn(*batch)

        assert abs(network.gradients).min() > 0

    def test_a_class_in_place_of_an_object_is_refused(self):
        """A common slip."""
        with pytest.raises(TypeError, match="is it an object of the class"):
            Network([object()], SoftmaxCrossEntropy())

    def test_one_object_in_two_places_is_refused(self, rng):
        """It would forget what it kept."""
        relu = ReLU()
        with pytest.raises(ValueError, match="found one layer object twice"):
            Network([relu, TheirAffine(3, 3, rng), relu], SoftmaxCrossEntropy())

    def test_a_dictionary_made_anew_on_each_look_is_refused(self):
        """It would never see an update."""

        class Property(TheirReLU):
            @property
            def params(self):
                return {"W": np.ones(2)}

        with pytest.raises(TypeError, match="made anew on each look"):
            Network([Property()], SoftmaxCrossEntropy())


class TestUse:
    """Predictions, and what is refused."""

    def test_predicting_keeps_what_backward_needs(self, rng, batch):
        """Of the last batch that was learned from."""
        network = multilayer_perceptron([3, 4, 2], rng, dtype="float64")
        network.learn(*batch)
        before = network.gradients.copy()
        labels = network.predict(-2.0 * batch[0])
        network.backward()

        assert ((6,), "i") == (labels.shape, labels.dtype.kind)
        assert np.array_equal(before, network.gradients)

    def test_a_layer_may_infer_in_its_own_way(self, batch):
        """As dropout does after training."""

        class Halving(TheirReLU):
            def infer(self, x):
                return x / 2

        network = Network([Halving()], SoftmaxCrossEntropy(), dtype="float64")

        assert np.array_equal(batch[0] / 2, network.infer(batch[0]))
        assert np.array_equal(np.maximum(batch[0], 0), network.forward(batch[0]))

    def test_a_network_is_evaluated_as_it_infers(self, batch):
        """Without the noise of training."""

        class Halving(TheirReLU):
            def infer(self, x):
                return x / 2

        network = Network([Halving()], SoftmaxCrossEntropy(), dtype="float64")

        assert SoftmaxCrossEntropy().forward(batch[0] / 2, batch[1]) == network.evaluate(*batch)

    @pytest.mark.parametrize("sizes", [[], [3], [3, 0, 2]])
    def test_sizes_without_an_output_are_refused(self, sizes, rng):
        """Or with an empty layer."""
        with pytest.raises(ValueError, match="Expected sizes of the input"):
            multilayer_perceptron(sizes, rng)

    @pytest.mark.parametrize("names", [{"activation": "softplus"}, {"loss": "focal"}])
    def test_unknown_names_are_refused(self, names, rng):
        """With those that are known."""
        with pytest.raises(ValueError, match=r"Expected one of relu|Expected one of softmax"):
            multilayer_perceptron([2, 2], rng, **names)

    def test_the_gain_scales_the_weights(self):
        """The same draws."""
        small, large = (
            multilayer_perceptron([400, 300], np.random.default_rng(0), gain=gain, dtype="float64") for gain in (1, 3)
        )

        assert np.allclose(3 * small.parameters, large.parameters)
        assert abs(small.layers[0].params["W"].std() * 20 - 1) < 0.02

    @pytest.mark.parametrize("activation", ["relu", "leaky_relu", "selu", "prelu", "maxout"])
    def test_the_usual_gain_keeps_the_size(self, activation, rng):
        """The mean square of the output is that of the input, five wide layers further up."""
        network = multilayer_perceptron([1000] * 6, rng, activation=activation, dtype="float64")
        x = rng.standard_normal((100, 1000))
        top = (network.forward(x) ** 2).mean()

        assert abs(top / (network.layers[-1].infer(x) ** 2).mean() - 1) < 0.15

    def test_prelu_starts_with_a_slope_for_each_unit(self, rng):
        """And learns them."""
        network = multilayer_perceptron([3, 4, 2], rng, activation="prelu")
        slopes = network.layers[1].params["alpha"]

        assert np.array_equal(np.full(4, 0.25), slopes)

        network.learn(rng.standard_normal((20, 3)), rng.integers(2, size=20))
        network.parameters -= network.gradients

        assert (slopes != 0.25).all()
