"""The computational graph: every gate, every order of gates, and derivatives that differences confirm."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from chainrule.nn import graph
from chainrule.nn.graph import GATES, Node, topological_order, total
from chainrule.nn.losses import cross_entropy_grad
from chainrule.nn.mlp import mlp_backward, mlp_forward

few = settings(max_examples=25, deadline=None)
H = 1e-30
# Functions of one node that complex numbers can go through, with the same function of an array.
SMOOTH = {
    "exp": (graph.exp, np.exp),
    "log": (lambda a: graph.log(a * a), lambda z: np.log(z * z)),
    "reciprocal": (graph.reciprocal, lambda z: 1 / z),
    "sigmoid": (graph.sigmoid, lambda z: 1 / (1 + np.exp(-z))),
    "tanh": (graph.tanh, np.tanh),
    "relu": (graph.relu, lambda z: z * (z.real > 0)),
    "square": (lambda a: a**2, lambda z: z**2),
    "negative": (lambda a: 2.0 - a, lambda z: 2.0 - z),
    "quotient": (lambda a: 3.0 / a - a / 4.0, lambda z: 3.0 / z - z / 4.0),
    "polynomial": (lambda a: a * a * a - 2.0 * a + 1.0, lambda z: z**3 - 2 * z + 1),
    "mean": (lambda a: graph.mean(a * a, 0), lambda z: (z * z).mean(axis=0)),
    "kept": (lambda a: a / total(a * a, 0, keepdims=True), lambda z: z / (z * z).sum(axis=0, keepdims=True)),
    "taken": (lambda a: graph.take(a, [0, 0, -1]) ** 3, lambda z: z[[0, 0, -1]] ** 3),
    "reshaped": (lambda a: a.reshape(-1) * np.arange(a.value.size), lambda z: z.ravel() * np.arange(z.size)),
    "transposed": (lambda a: a.T @ a, lambda z: z.T @ z),
}  # fmt: skip


def by_complex_step(f, x, weights):
    """The gradient of sum(weights * f(x)), exact to rounding: imaginary parts do not cancel."""
    grad = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[place] += 1j * H
        grad[place] = (weights * f(moved)).sum().imag / H
    return grad


@st.composite
def matrices(draw):
    """float64 tables without zeros, in any memory layout."""
    shape = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.uniform(0.3, 2.0, shape) * rng.choice([-1, 1], shape)
    return draw(st.sampled_from([np.ascontiguousarray, np.asfortranarray, lambda a: np.repeat(a, 2, 0)[::2]]))(x)


class TestDerivatives:
    """Against complex steps."""

    @pytest.mark.parametrize("name", SMOOTH)
    @few
    @given(x=matrices(), seed=st.integers(0, 99))
    def test_of_functions_of_one_node(self, name, x, seed):
        """With a random upstream gradient; the input stays as it was."""
        of_node, of_array = SMOOTH[name]
        node, before = Node(x), x.copy()
        result = of_node(node)
        upstream = np.random.default_rng(seed).standard_normal(result.shape)
        result.backward(upstream)
        expected = by_complex_step(of_array, x, upstream)

        assert np.array_equal(before, x)
        assert np.allclose(of_array(x), result.value)
        assert np.allclose(expected, node.grad, rtol=1e-9, atol=1e-9 * abs(expected).max())

    @pytest.mark.parametrize("gate", ["add", "sub", "mul", "div", "max"])
    @pytest.mark.parametrize(
        ("left", "right"),
        [
            *(((3, 4), (4,)), ((4,), (3, 4)), ((3, 1), (1, 4))),
            *(((3, 4), ()), ((), (3, 4)), ((3, 4), (3, 1)), ((1, 1), (3, 4))),
        ],
    )
    def test_undo_broadcasting(self, gate, left, right, rng):
        """The gradient has the shape of the value, and sums over what was repeated."""
        a, b = (np.asarray(rng.uniform(0.5, 2.0, shape)) for shape in (left, right))
        upstream = rng.standard_normal(np.broadcast_shapes(left, right))
        nodes = Node(a), Node(b)
        graph.apply_gate(GATES[gate], *nodes).backward(upstream)
        complex_max = lambda z, w: np.where(z.real > w.real, z, w)  # noqa: E731
        f = complex_max if gate == "max" else GATES[gate].forward

        assert (left, right) == (nodes[0].grad.shape, nodes[1].grad.shape)
        assert np.allclose(by_complex_step(lambda z: f(z, b), a, upstream), nodes[0].grad)
        assert np.allclose(by_complex_step(lambda z: f(a, z), b, upstream), nodes[1].grad)

    def test_of_a_product_of_matrices(self, rng):
        """All sizes different."""
        a, b, upstream = (rng.standard_normal(shape) for shape in ((2, 3), (3, 4), (2, 4)))
        left, right = Node(a), Node(b)
        (left @ right).backward(upstream)

        assert np.allclose(by_complex_step(lambda z: z @ b, a, upstream), left.grad)
        assert np.allclose(by_complex_step(lambda z: a @ z, b, upstream), right.grad)

    def test_of_the_cross_entropy(self, rng):
        """Simple gates together give what was derived by hand, far out too."""
        scores, y = rng.standard_normal((5, 3)) * 300, np.array([0, 2, 1, 1, 0])
        node = Node(scores)
        graph.cross_entropy(node, y).backward()

        assert np.allclose(cross_entropy_grad(scores, y), node.grad)

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    @pytest.mark.parametrize("hidden", [(), (5,), (5, 4, 6)], ids=str)
    def test_of_a_network_are_those_written_out(self, hidden, dtype, rng):
        """Any depth; float32 stays float32 on the way back too."""
        sizes = [3, *hidden, 4]
        params = [
            (rng.standard_normal((D, M)).astype(dtype), rng.standard_normal(M).astype(dtype))
            for D, M in itertools.pairwise(sizes)
        ]
        x, y = rng.standard_normal((7, 3)).astype(dtype), rng.integers(4, size=7)
        nodes = [(Node(W), Node(b)) for W, b in params]
        a = x
        for number, (W, b) in enumerate(nodes):
            a = (graph.relu(a) if number else a) @ W + b
        graph.cross_entropy(a, y).backward()
        logits, caches = mlp_forward(params, x)

        for pair, expected in zip(nodes, mlp_backward(logits, y, caches), strict=True):
            for node, grad in zip(pair, expected, strict=True):
                assert np.dtype(dtype) == node.grad.dtype
                assert np.allclose(grad, node.grad, atol=50 * np.finfo(dtype).eps)


class TestReuse:
    """A node that is used twice gets both gradients."""

    @pytest.mark.parametrize(
        ("f", "expected"),
        [
            (lambda a: a + a, 2.0),
            (lambda a: a * a, 6.0),
            (lambda a: a - a, 0.0),
            (lambda a: (a + a) * (a + a), 24.0),
            (lambda a: a * 2.0 + a, 3.0),
        ],
    )
    def test_adds(self, f, expected):
        """At a = 3."""
        a = Node(3.0)
        f(a).backward()

        assert expected == a.grad

    def test_waits_for_all_paths(self):
        """A short path and a long one meet: the long one must be done before the gradient goes on."""
        a = Node(2.0)
        b = a * a
        (b + b * (b + 1.0) * a).backward()  # a^2 + a^5 + a^3

        assert a.grad == 2 * 2.0 + 5 * 16.0 + 3 * 4.0

    def test_twenty_diamonds_take_linear_time(self):
        """A million paths; a second for the slowest machine."""
        start = time.perf_counter()
        a = Node(1.0)
        node = a
        for _ in range(20):
            node = node * 0.5 + node * 0.5
        node.backward()

        assert (1.0, 61) == (a.grad, len(topological_order(node)))
        assert time.perf_counter() - start < 1.0

    def test_a_chain_of_100000_nodes_needs_no_deep_stack(self):
        """Forward, backward and when it is thrown away."""
        a = Node(1.0)
        node = a
        for _ in range(100_000):
            node = node + 1.0
        node.backward()

        assert a.grad == 1.0

    def test_each_call_of_backward_starts_from_nothing(self):
        """Nothing is added to the gradients of an earlier call."""
        a = Node(3.0)
        b = a * a
        b.backward()
        b.backward()

        assert a.grad == 6.0


class TestGates:
    """The worked examples, and what a gate does with its upstream gradient."""

    def test_the_example_with_minus_2_5_and_minus_4(self):
        """f = (x + y) z."""
        x, y, z = Node(-2.0), Node(5.0), Node(-4.0)
        f = (x + y) * z
        f.backward()

        assert (-12.0, -4.0, -4.0, 3.0) == (f.value, x.grad, y.grad, z.grad)

    def test_the_sigmoid_neuron_in_four_gates_and_in_one(self):
        """The reciprocal has the local gradient -1/x^2 = -0.53 at 1.37."""
        grads = []
        for squeeze in (graph.sigmoid, lambda a: graph.reciprocal(1.0 + graph.exp(-a))):
            w0, x0, w1, x1, w2 = (Node(it) for it in (2.0, -1.0, -3.0, -2.0, -3.0))
            squeeze(w0 * x0 + w1 * x1 + w2).backward()
            grads.append([node.grad for node in (w0, x0, w1, x1, w2)])
        gate = GATES["reciprocal"]

        assert np.allclose(*grads)
        assert [-0.20, 0.39, -0.39, -0.59, 0.20] == [round(it, 2) for it in grads[0]]
        assert round(gate.backward(1.0, 1.37)[0], 2) == -0.53

    def test_max_routes_all_to_one_input(self):
        """To the first one on a tie."""
        assert [(0.0, 3.0), (3.0, 0.0), (3.0, 0.0)] == [
            GATES["max"].backward(3.0, *pair) for pair in ((1.0, 2.0), (2.0, 1.0), (1.0, 1.0))
        ]

    @pytest.mark.parametrize("name", GATES)
    def test_twice_the_upstream_gradient_gives_twice_the_result(self, name):
        """Every gate is linear on the way back."""
        gate = GATES[name]
        inputs = [np.array([[0.5, 1.5], [2.0, 0.7]]), np.array([[1.0, 0.4], [0.3, 1.2]])][
            : gate.forward.__code__.co_argcount
        ]
        inputs = [inputs[0], 3.0] if name == "pow" else inputs
        upstream = np.array([[1.0, -2.0], [3.0, 0.5]])

        for once, twice in zip(gate.backward(upstream, *inputs), gate.backward(2 * upstream, *inputs), strict=True):
            assert np.allclose(2 * once, twice)
            assert abs(once).max() > 0

    def test_a_sigmoid_far_out_is_finite(self):
        """No overflow on the way forward or back."""
        node = Node(np.array([-1000.0, 1000.0]))
        with np.errstate(all="raise", under="ignore"):
            total(graph.sigmoid(node)).backward()

        assert node.grad.tolist() == [0.0, 0.0]


class TestNodes:
    """Values, constants, and refusals."""

    @pytest.mark.parametrize("f", [lambda a, c: c + a, lambda a, c: c - a, lambda a, c: c * a, lambda a, c: c / a])
    def test_an_array_on_the_left_is_a_constant(self, f):
        """One node comes out, no array of nodes."""
        node = f(Node(np.ones(3)), np.arange(3.0))

        assert (Node, (3,)) == (type(node), node.shape)

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_python_numbers_keep_the_dtype(self, dtype):
        """Forward and back, through sums and means too."""
        a = Node(np.ones((2, 3), dtype))
        loss = graph.mean(graph.sigmoid(2.0 * a + 1) / 3 - 1.0) ** 2
        loss.backward()

        assert np.dtype(dtype) == loss.value.dtype == a.grad.dtype

    def test_constants_have_no_gradient_and_no_history(self):
        """What only depends on constants is one."""
        c = Node(2.0, constant=True)
        both = c * c
        (Node(3.0) * both).backward()

        assert (True, (), None, None) == (both.constant, both.parents, c.grad, both.grad)

    def test_integers_become_floats(self):
        """A derivative of integers is no integer."""
        assert (1.0, "float64") == (Node(1).value, Node(np.arange(3)).value.dtype.name)

    def test_backward_from_a_table_asks_for_the_upstream_gradient(self):
        """And for one of the right shape."""
        node = Node(np.ones((2, 3)))
        with pytest.raises(ValueError, match=r"Expected one number to start from, found shape \(2, 3\)"):
            node.backward()
        with pytest.raises(ValueError, match=r"of shape \(2, 3\), found \(3,\)"):
            node.backward(np.ones(3))

    @pytest.mark.parametrize("shapes", [((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), ())])
    def test_a_product_of_anything_but_matrices_is_refused(self, shapes):
        """Before a gradient could be wrong."""
        a, b = (np.ones(shape) for shape in shapes)
        with pytest.raises(ValueError, match="Expected two matrices"):
            Node(a) @ Node(b)

    def test_a_power_with_a_node_as_exponent_is_refused(self):
        """It would have no gradient."""
        with pytest.raises(TypeError, match="Expected a number as exponent"):
            Node(2.0) ** Node(3.0)

    def test_text_is_refused(self):
        """With its dtype."""
        with pytest.raises(TypeError, match="Expected an array of real numbers"):
            Node(np.array(["a"]))

    def test_functions_of_plain_numbers_agree_with_math(self):
        """Python floats stay Python floats."""
        found = [f(Node(0.5)).value for f in (graph.exp, graph.log, graph.tanh, graph.sigmoid, graph.relu)]
        expected = [math.exp(0.5), math.log(0.5), math.tanh(0.5), 1 / (1 + math.exp(-0.5)), 0.5]

        assert np.allclose(expected, found)
        assert {float} == {type(it) for it in found}

    def test_every_node_comes_after_its_inputs(self, rng):
        """In a random graph."""
        nodes = [Node(1.0), Node(2.0)]
        for _ in range(60):
            a, b = rng.integers(len(nodes), size=2)
            nodes.append(nodes[a] + nodes[b])
        order = topological_order(nodes[-1])
        place = {id(node): number for number, node in enumerate(order)}

        assert len(order) == len(place)
        assert all(place[id(parent)] < place[id(node)] for node in order for parent in node.parents)

    def test_a_node_shows_its_name(self):
        """For prints in a notebook."""
        assert repr(Node(1.0, "x")) == "Node(x: 1.0, grad=None)"
