"""Backpropagation without classes, steps, batches, gradient checks, and the first difference."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st

from chainrule.checking.telling.intermediates import first_difference, named_intermediates
from chainrule.nn.batches import minibatches
from chainrule.nn.losses import cross_entropy
from chainrule.nn.mlp import mlp_backward, mlp_forward
from chainrule.nn.numeric import gradient_check, jacobian, numeric_gradient
from chainrule.nn.optimizers import SGD, Momentum
from chainrule.nn.steps import momentum_step, sgd_step


def draw_params(sizes, rng, dtype="float64"):
    """Random weights and biases, read-only."""
    params = [
        (rng.standard_normal((D, M)).astype(dtype), rng.standard_normal(M).astype(dtype))
        for D, M in itertools.pairwise(sizes)
    ]
    for array in itertools.chain(*params):
        array.flags.writeable = False
    return params


class TestMlp:
    """Forward and backward."""

    @settings(max_examples=20, deadline=None)
    @given(hidden=st.lists(st.integers(1, 4), max_size=3), count=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
    def test_gradients_agree_with_differences(self, hidden, count, seed):
        """Every weight and bias, any depth; nothing that was passed is changed."""
        rng = np.random.default_rng(seed)
        params, x = draw_params([3, *hidden, 4], rng), rng.standard_normal((count, 3))
        x.flags.writeable = False
        y = rng.integers(4, size=count)
        logits, caches = mlp_forward(params, x)
        assume(all(abs(z).min() > 1e-3 for _, _, z in caches[:-1]))  # no corner lies between the ends of a step
        grads = mlp_backward(logits, y, caches)
        for layer, which in itertools.product(range(len(params)), (0, 1)):

            def loss(array, layer=layer, which=which):
                changed = [list(pair) for pair in params]
                changed[layer][which] = array
                return float(cross_entropy(mlp_forward(changed, x)[0], y))

            expected = numeric_gradient(loss, params[layer][which])

            assert np.linalg.norm(expected - grads[layer][which]) < 1e-6

    def test_caches_hold_input_weights_and_pre_activations(self, rng):
        """One for each layer; the logits are the last pre-activations."""
        params, x = draw_params([3, 5, 2], rng), rng.standard_normal((4, 3))
        logits, caches = mlp_forward(params, x)

        assert [((4, 3), (3, 5), (4, 5)), ((4, 5), (5, 2), (4, 2))] == [tuple(it.shape for it in c) for c in caches]
        assert np.array_equal(logits, caches[1][2])
        assert np.array_equal(np.maximum(caches[0][2], 0), caches[1][0])

    def test_float32_stays(self, rng):
        """Forward and backward."""
        params, x = draw_params([3, 5, 2], rng, "float32"), rng.standard_normal((4, 3)).astype("f4")
        logits, caches = mlp_forward(params, x)
        found = itertools.chain([logits], *caches, *mlp_backward(logits, np.array([0, 1, 1, 0]), caches))

        assert {np.dtype("float32")} == {it.dtype for it in found}

    def test_no_layers_are_refused(self):
        """There is nothing to compute."""
        with pytest.raises(ValueError, match="Expected at least one layer"):
            mlp_forward([], np.ones((1, 2)))


class TestSteps:
    """Updates written out."""

    def test_do_what_the_optimizers_do(self, rng):
        """Three steps of each, without changing what was passed."""
        params, gradients = draw_params([2, 3], rng), [draw_params([2, 3], rng) for _ in range(3)]
        plain, fast = params, (params[0][0].copy(), params[0][0].copy())
        moved, velocity = params, [(np.zeros((2, 3)), np.zeros(3))]
        sgd, momentum = SGD(0.1), Momentum(0.1, 0.8)
        for grads in gradients:
            plain = sgd_step(plain, grads, 0.1)
            moved, velocity = momentum_step(moved, grads, velocity, 0.1, 0.8)
            sgd.update(fast[0], grads[0][0])
            momentum.update(fast[1], grads[0][0])

        assert np.allclose(fast[0], plain[0][0])
        assert np.allclose(fast[1], moved[0][0])
        assert not np.allclose(fast[0], fast[1])

    @pytest.mark.parametrize("step", [lambda p, g: sgd_step(p, g, 0.1), lambda p, g: momentum_step(p, g, g, 0.1)])
    def test_a_missing_gradient_is_refused(self, step, rng):
        """A layer would silently stand still."""
        params = draw_params([2, 3, 2], rng)
        with pytest.raises(ValueError, match="shorter"):
            step(params, params[:1])


class TestMinibatches:
    """Once through all examples."""

    @given(count=st.integers(0, 30), size=st.integers(1, 12), seed=st.integers(0, 99))
    def test_every_example_comes_once_with_its_label(self, count, size, seed):
        """Only the last batch may be smaller."""
        X = np.arange(2 * count).reshape(count, 2)
        batches = list(minibatches(X, X[:, 0] * 10, size, np.random.default_rng(seed)))
        rows = [row for part, _ in batches for row in part[:, 0].tolist()]

        assert X[:, 0].tolist() == sorted(rows)
        assert [10 * row for row in rows] == [label for _, labels in batches for label in labels.tolist()]
        assert all(len(part) == size for part, _ in batches[:-1])

    def test_order_comes_from_the_generator(self):
        """The same again for the same seed, another one for the next call; copies, not views."""
        X, rng = np.arange(40), np.random.default_rng(0)
        first, again = (next(minibatches(X, X, 40, np.random.default_rng(0)))[0] for _ in range(2))
        calls = [next(minibatches(X, X, 40, rng))[0].tolist() for _ in range(2)]

        assert first.tolist() == again.tolist() == calls[0] != calls[1]
        assert not np.shares_memory(first, X)

    @pytest.mark.parametrize(("labels", "size", "words"), [(4, 2, "found 4 labels for 5"), (5, 0, "found size 0")])
    def test_what_does_not_fit_is_refused(self, labels, size, words):
        """When called, not at the first batch."""
        with pytest.raises(ValueError, match=words):
            minibatches(np.ones(5), np.ones(labels), size, np.random.default_rng(0))


class TestDerivatives:
    """Differences."""

    def test_the_jacobian_of_a_matrix_is_the_matrix(self, rng):
        """A row for each output."""
        W = rng.standard_normal((3, 4))

        assert np.allclose(W, jacobian(lambda x: W @ x, rng.standard_normal(4)))

    def test_the_jacobian_of_tables_has_both_shapes(self, rng):
        """Outputs first; that of an entrywise function is diagonal."""
        x = rng.standard_normal((2, 3)).astype("f4")
        found = jacobian(np.tanh, x)

        assert ((2, 3, 2, 3), "float64") == (found.shape, found.dtype.name)
        assert np.allclose(np.diag(1 - np.tanh(x.astype(float)).ravel() ** 2), found.reshape(6, 6))

    def test_the_jacobian_of_one_number_is_the_gradient(self, rng):
        """Without an axis for the output; an empty input gives an empty one."""
        x = rng.standard_normal(3)

        assert np.allclose(2 * x, jacobian(lambda z: (z**2).sum(), x))
        assert jacobian(lambda z: z, np.zeros(0)).shape == (0, 0)

    @pytest.mark.parametrize("seed", [None, 0])
    @pytest.mark.parametrize("wrong", [lambda g: 2 * g, lambda g: g.T, lambda g: -g, lambda g: g + 1e-4])
    def test_a_wrong_gradient_is_found(self, wrong, seed, rng):
        """Along directions and entry by entry; the right one passes."""
        x, f, right = rng.standard_normal((3, 3)), lambda x: (x**3).sum(), lambda x: 3 * x**2
        draw = lambda: None if seed is None else np.random.default_rng(seed)  # noqa: E731

        assert (
            gradient_check(f, right, x, rng=draw()) < 1e-6 < gradient_check(f, lambda x: wrong(right(x)), x, rng=draw())
        )

    def test_directions_come_first(self, rng):
        """Six calls for a right gradient with 400 entries; all entries only where a direction disagrees."""
        calls = []

        def f(x):
            calls.append(1)
            return (x**2).sum()

        x = rng.standard_normal((20, 20))
        gradient_check(f, lambda x: 2 * x, x, rng=rng)
        few = len(calls)
        gradient_check(f, lambda x: x, x, rng=rng)

        assert (6, 6 + 6 + 800) == (few, len(calls))

    def test_one_direction_that_disagrees_is_enough(self):
        """The others may miss the wrong entry."""

        class Axes:
            def __init__(self):
                self.axes = iter(np.eye(3))

            def standard_normal(self, shape):
                return next(self.axes)

        assert gradient_check(lambda x: (x**2).sum(), lambda x: x * [2, 2, 3], np.ones(3), rng=Axes()) == pytest.approx(
            1 / (17**0.5 + 12**0.5)
        )

    def test_zero_against_zero_is_no_error(self):
        """0/0 would be NaN."""
        assert gradient_check(lambda _: 1.0, np.zeros_like, np.ones(3)) == 0.0

    def test_a_gradient_of_another_shape_is_refused(self):
        """It would be stretched."""
        with pytest.raises(ValueError, match=r"of the shape of x, \(2,\), found \(1, 2\)"):
            gradient_check(np.sum, lambda x: x[None], np.ones(2))

    @pytest.mark.parametrize("h", [0.0, -1.0, float("nan")])
    def test_a_step_that_goes_nowhere_is_refused(self, h):
        """Or backward."""
        with pytest.raises(ValueError, match="Expected a positive h"):
            jacobian(np.sin, np.ones(2), h)


class TestFirstDifference:
    """The table that names the first wrong intermediate."""

    @pytest.fixture(params=[(3, 2), (3, 5, 2), (3, 5, 4, 6, 2)], ids=str)
    def results(self, request, rng):
        """Logits, caches and gradients of a network."""
        logits, caches = mlp_forward(draw_params(request.param, rng), rng.standard_normal((7, 3)))
        return logits, caches, mlp_backward(logits, rng.integers(2, size=7), caches)

    def test_names_each_result_in_the_order_of_the_computation(self, results):
        """Whichever is wrong first, with all that comes after it."""
        expected = named_intermediates(*results)
        names = list(expected)
        for number, first in enumerate(names):
            found = expected | {name: expected[name] + 1.0 for name in names[number:]}
            lines = first_difference(found, expected).splitlines()

            assert lines[number + 1].startswith(first)
            assert ["<-" in line for line in lines[1 : number + 2]] == [False] * number + [True]

    def test_forward_comes_before_backward_and_backward_runs_down(self, results):
        """From layer 1 to L, the logits, and from L to 1."""
        depth = len(results[1])
        forward = [f"layer {number}: {name}" for number in range(1, depth + 1) for name in ("a", "W", "z")]
        backward = [f"layer {number}: {name}" for number in range(depth, 0, -1) for name in ("dW", "db")]

        assert [*forward, "logits", *backward] == list(named_intermediates(*results))

    def test_equal_results_agree(self, results):
        """Up to rounding."""
        expected = named_intermediates(*results)
        close = {name: array * (1 + 1e-9) for name, array in expected.items()}

        assert first_difference(close, expected).endswith("All results agree.")

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            (np.ones((3, 2)), "expected shape (2, 3); is it transposed?"),
            (np.ones(6), "expected shape (2, 3)"),
            (None, "missing"),
            (np.array([[1, 1, 1], [1, 1, np.nan]]), "expected 1 at [1, 2], found nan"),
            (np.array([[1, 1, 1], [3, 1, 2]]), "expected 1 at [1, 0], found 3"),
        ],
    )
    def test_says_what_is_the_matter(self, wrong, words):
        """Shape, absence, or the worst entry."""
        assert first_difference({"dW": wrong}, {"dW": np.ones((2, 3))}).endswith(f"<- first difference: {words}")
