"""Neurons and layers: values against loops and scikit-learn, dtypes, inputs left alone, refusals."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.neural_network import MLPRegressor

from chainrule.nn.dense import count_parameters, fully_connected, neuron, three_layers, two_layers

SIZES = {"neuron": (4,), "fully_connected": (4, 3), "two_layers": (4, 5, 2), "three_layers": (4, 5, 3, 2)}
FUNCTIONS = {it.__name__: it for it in (neuron, fully_connected, two_layers, three_layers)}


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


def arguments(name, dtype=np.float64, make=keep, *, n=6, scale=2.0):
    """Inputs, then weights and biases of every layer."""
    rng, widths = np.random.default_rng(3), SIZES[name]
    shapes = [(n, widths[0])]
    if name == "neuron":
        args = [*(scale * rng.standard_normal(shape) for shape in (*shapes, widths)), 0.5]
    else:
        pairs = pairwise(widths)
        shapes += [shape for d, m in pairs for shape in ((d, m), (m,))]
        args = [scale * rng.standard_normal(shape) for shape in shapes]
    return [make(arg.astype(dtype)) if isinstance(arg, np.ndarray) else arg for arg in args]


def results(name, args):
    """What a function returns, as a list."""
    found = FUNCTIONS[name](*args)
    return list(found) if isinstance(found, tuple) else [found]


@pytest.mark.parametrize("name", FUNCTIONS)
class TestArrays:
    """What all four share."""

    @pytest.mark.parametrize(
        ("dtype", "expected"), [("float32", "float32"), ("float64", "float64"), ("int64", "float64")]
    )
    def test_the_dtype_follows_the_arguments(self, name, dtype, expected, make):
        """float32 stays, integers become float64."""
        assert {np.dtype(expected)} == {it.dtype for it in results(name, arguments(name, dtype, make))}

    def test_arguments_are_left_alone(self, name):
        """And read-only ones give the same numbers."""
        args = arguments(name)
        before = [np.array(it) for it in args]
        frozen = results(name, arguments(name, make=freeze))

        assert [it.tolist() for it in frozen] == [it.tolist() for it in results(name, args)]
        assert all(np.array_equal(a, b) for a, b in zip(before, args, strict=True))

    def test_a_row_depends_on_its_example_alone(self, name):
        """A batch is its examples, one after the other."""
        args = arguments(name)
        whole = results(name, args)
        alone = results(name, [args[0][-1:], *args[1:]])

        assert all(np.allclose(w[-1:], a, rtol=1e-14) for w, a in zip(whole, alone, strict=True))

    @pytest.mark.parametrize("position", [0, 1])
    @pytest.mark.parametrize("dtype", ["complex128", "U5"])
    def test_other_values_than_numbers_are_refused(self, name, position, dtype):
        """By the name of their dtype."""
        args = arguments(name)
        args[position] = args[position].astype(dtype)
        with pytest.raises(TypeError, match="Expected an array of real numbers"):
            results(name, args)

    @pytest.mark.parametrize("position", [0, 1])
    def test_shapes_that_do_not_fit_are_refused(self, name, position):
        """Nothing is stretched."""
        args = arguments(name)
        args[position] = args[position][..., :-1]
        with pytest.raises(ValueError, match="Expected x of shape"):
            results(name, args)


class TestNeuron:
    """One sum and one rate for each example."""

    def test_is_the_loop(self):
        """With math alone."""
        x, w, b = arguments("neuron")
        sums = [sum(float(u) * float(v) for u, v in zip(row, w, strict=True)) + b for row in x]
        z, rate = neuron(x, w, b)

        assert np.allclose(sums, z, rtol=1e-13)
        assert np.allclose([1 / (1 + math.exp(-it)) for it in sums], rate, rtol=1e-13)

    def test_far_out_is_safe(self):
        """Exactly 0 and 1, and no overflow."""
        with np.errstate(all="raise", under="ignore"):
            z, rate = neuron(np.array([[-1000.0], [0.0], [1000.0]]), np.ones(1), 0.0)

        assert ([-1000.0, 0.0, 1000.0], [0.0, 0.5, 1.0]) == (z.tolist(), rate.tolist())


class TestLayers:
    """Sums, with max(z, 0) between them."""

    def test_a_layer_is_the_loop(self):
        """Unit by unit."""
        x, W, b = arguments("fully_connected")
        expected = [[sum(x[n, d] * W[d, m] for d in range(4)) + b[m] for m in range(3)] for n in range(6)]

        assert np.allclose(expected, fully_connected(x, W, b), rtol=1e-13)

    def test_columns_mean_the_same_layer(self):
        """W x + b of other notes, transposed."""
        x, W, b = arguments("fully_connected")

        assert np.allclose((W.T @ x.T + b[:, None]).T, fully_connected(x, W, b), rtol=1e-13)

    @pytest.mark.parametrize("name", ["two_layers", "three_layers"])
    def test_agrees_with_scikit_learn(self, name):
        """Its network with the same weights."""
        x, *layers = arguments(name)
        model = MLPRegressor(hidden_layer_sizes=SIZES[name][1:-1], activation="relu", max_iter=1, solver="sgd")
        model.coefs_, model.intercepts_ = layers[::2], layers[1::2]
        model.n_layers_, model.out_activation_ = len(SIZES[name]), "identity"

        assert np.allclose(model._forward_pass_fast(x, check_input=False), FUNCTIONS[name](x, *layers), rtol=1e-12)

    @pytest.mark.parametrize("bias", [np.zeros(1), np.zeros((1, 3)), np.zeros(())])
    def test_a_bias_is_not_stretched(self, bias):
        """One for each unit."""
        x, W, _ = arguments("fully_connected")
        with pytest.raises(ValueError, match=r"b of shape \(M,\)"):
            fully_connected(x, W, bias)


class TestCountParameters:
    """Weights and biases."""

    @pytest.mark.parametrize(("biases", "expected"), [(True, 308_310), (False, 308_200)])
    def test_of_the_network_for_small_photos(self, biases, expected):
        """The biases make the difference."""
        assert expected == count_parameters([3072, 100, 10], biases=biases)

    @given(st.lists(st.integers(1, 50), min_size=2, max_size=6))
    def test_is_the_size_of_the_arrays(self, sizes):
        """Whatever the network."""
        expected = sum(np.zeros((d, m)).size + np.zeros(m).size for d, m in pairwise(sizes))

        assert expected == count_parameters(sizes)

    @pytest.mark.parametrize("sizes", [[], [5], [3, 0], [3, -1, 2]])
    def test_sizes_of_no_network_are_refused(self, sizes):
        """Two or more, each at least 1."""
        with pytest.raises(ValueError, match="at least two sizes"):
            count_parameters(sizes)
