"""The perceptron learns what a line can do, and nothing else; networks by hand do the rest exactly."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.linear_model import Perceptron

from chainrule.data import load_gate, load_parity
from chainrule.nn.approximation import relu_network
from chainrule.nn.perceptron import accuracy_of_lines, parity_network, perceptron_step, train_perceptron, xor_network


def freeze(array):
    """A NumPy array that raises when it is written to."""
    array = array.copy()
    array.flags.writeable = False
    return array


class TestStep:
    """One example, one correction."""

    @pytest.mark.parametrize(
        ("b", "y", "expected"),
        [
            pytest.param(-5.0, 1, ([2.0, -2.0], -4.5), id="silent, should fire"),
            pytest.param(5.0, 0, ([0.0, -4.0], 4.5), id="fires, should not"),
            pytest.param(5.0, 1, ([1.0, -3.0], 5.0), id="fires, and should"),
            pytest.param(-5.0, 0, ([1.0, -3.0], -5.0), id="silent, and should be"),
            pytest.param(4.0, 1, ([2.0, -2.0], 4.5), id="a sum of 0 does not fire"),
        ],
    )
    def test_moves_toward_the_label_when_wrong(self, b, y, expected):
        """x = (2, 2), w = (1, -3), lr = 0.5."""
        w, bias = perceptron_step(freeze(np.array([1.0, -3.0])), b, freeze(np.array([2.0, 2.0])), y, 0.5)

        assert expected == (w.tolist(), bias)

    @pytest.mark.parametrize(("dtype", "expected"), [("float32", "float32"), ("int64", "float64")])
    @pytest.mark.parametrize("label", [1, np.int64(1), np.float64(1.0)])
    def test_the_dtype_follows_the_weights(self, dtype, expected, label):
        """A label of another dtype promotes nothing."""
        w, _ = perceptron_step(np.zeros(2, dtype), 0.0, np.ones(2, dtype), label, 0.5)

        assert np.dtype(expected) == w.dtype

    def test_shapes_that_differ_are_refused(self):
        """A batch is no example."""
        with pytest.raises(ValueError, match="Expected w and x of one shape"):
            perceptron_step(np.zeros(2), 0.0, np.zeros((1, 2)), 1)


class TestTraining:
    """Passes over a data set."""

    @pytest.mark.parametrize("gate", ["and", "or"])
    def test_learns_gates_that_a_line_can_do(self, gate):
        """And then changes nothing any more."""
        X, y = load_gate(gate)
        w, b, path = train_perceptron(freeze(X), freeze(y), 1.0, 20)

        assert y.tolist() == (X @ w + b > 0).astype(int).tolist()
        assert 1 == len(np.unique(path[-20:], axis=0))

    @pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
    def test_never_learns_xor(self, order):
        """In no order of the rows; the weights come back to where they were."""
        X, y = (part[list(order)] for part in load_gate("xor"))
        _, _, path = train_perceptron(X, y, 1.0, 200)
        accuracy = accuracy_of_lines(X, y, path[:, :2].T, path[:, 2])

        assert accuracy.max() <= 0.75
        assert len(np.unique(path, axis=0)) < 60

    def test_xor_in_its_usual_order_looks_converged_once_a_pass(self):
        """Four corrections a pass lead back to the same place."""
        _, _, path = train_perceptron(*load_gate("xor"), 1.0, 20)

        assert (1, 4) == (len(np.unique(path[3::4][5:], axis=0)), len(np.unique(path[-8:], axis=0)))

    def test_agrees_with_scikit_learn(self):
        """The same rule, in the same order, without shuffling."""
        rng = np.random.default_rng(3)
        X = rng.standard_normal((30, 4))
        y = (X @ [1.0, -2.0, 0.5, 1.0] + 0.3 > 0).astype(int)
        w, b, _ = train_perceptron(X, y, 1.0, 60)
        theirs = Perceptron(shuffle=False, max_iter=60, tol=None).fit(X, y)

        assert np.array_equal(theirs.predict(X), (X @ w + b > 0).astype(int))
        assert np.array_equal(y, theirs.predict(X))

    def test_the_path_ends_at_the_result(self):
        """One row after each example, the bias last."""
        X, y = np.random.default_rng(4).standard_normal((5, 3)), np.array([0, 1, 1, 0, 1])
        w, b, path = train_perceptron(X, y, 0.5, 3)

        assert ((15, 4), [*w.tolist(), float(b)]) == (path.shape, path[-1].tolist())

    def test_float32_stays(self):
        """In all three results."""
        X, y = load_gate("or")

        assert {np.dtype("float32")} == {it.dtype for it in train_perceptron(X.astype(np.float32), y, 0.1, 3)}

    @pytest.mark.parametrize(
        ("X", "y", "epochs"),
        [(np.ones(3), np.ones(3), 1), (np.ones((3, 2)), np.ones(2), 1), (np.eye(2), np.ones(2), 0)],
    )
    def test_data_that_do_not_fit_are_refused(self, X, y, epochs):
        """And training without a pass."""
        with pytest.raises(ValueError, match="1 pass or more"):
            train_perceptron(X, y, 1.0, epochs)


class TestLines:
    """Many perceptrons at once."""

    def test_no_line_of_a_grid_does_xor(self):
        """The ceiling is three of four rows, and it is reached."""
        steps = np.linspace(-2, 2, 41)
        every = np.stack(np.meshgrid(steps, steps, steps)).reshape(3, -1)

        assert 0.75 == accuracy_of_lines(*load_gate("xor"), every[:2], every[2]).max()

    def test_is_the_loop(self):
        """Line by line, example by example."""
        rng = np.random.default_rng(5)
        X, y, W, b = (
            rng.standard_normal((7, 3)),
            rng.integers(0, 2, 7),
            rng.standard_normal((3, 5)),
            rng.standard_normal(5),
        )
        expected = [np.mean([(X[n] @ W[:, m] + b[m] > 0) == y[n] for n in range(7)]) for m in range(5)]

        assert np.allclose(expected, accuracy_of_lines(freeze(X), freeze(y), freeze(W), freeze(b)), rtol=1e-15)

    @pytest.mark.parametrize("wrong", range(4))
    def test_shapes_that_do_not_fit_are_refused(self, wrong):
        """Each is examined."""
        args = [np.ones((4, 2)), np.ones(4), np.ones((2, 3)), np.ones(3)]
        args[wrong] = args[wrong][:-1]
        with pytest.raises(ValueError, match="Expected X of shape"):
            accuracy_of_lines(*args)


class TestNetworks:
    """Exact on every row of bits."""

    def test_xor(self):
        """With two hidden units."""
        X, y = load_gate("xor")
        weights, biases = xor_network()

        assert y.tolist() == relu_network(weights, biases, X)[:, 0].tolist()
        assert [(2, 2), (2, 1)] == [W.shape for W in weights]

    @pytest.mark.parametrize("n", range(1, 13))
    def test_parity(self, n):
        """No rounding at all, and 2 ceil(log2 n) hidden units."""
        X, y = load_parity(n)
        weights, biases = parity_network(n)
        hidden = sum(b.size for b in biases[:-1])

        assert y.tolist() == relu_network(weights, biases, X)[:, 0].tolist()
        assert int(2 * np.ceil(np.log2(n))) == hidden <= max(0, 3 * (n - 1))

    @pytest.mark.parametrize("n", [0, -3])
    def test_no_bits_are_refused(self, n):
        """There is nothing to count."""
        with pytest.raises(ValueError, match="Expected 1 bit or more"):
            parity_network(n)
