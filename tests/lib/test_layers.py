"""Layers and losses: values, gradients by complex steps and differences, dtypes, and nothing changed on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from chainrule.backend import to_host
from chainrule.nn import activations, layers, losses
from chainrule.nn.numeric import numeric_gradient
from chainrule.stand_in import pretending

few = settings(max_examples=25, deadline=None)
H = 1e-30
ENTRYWISE = {
    "ReLU": (layers.ReLU(), activations.relu),
    "LeakyReLU": (layers.LeakyReLU(0.2), lambda z: activations.leaky_relu(z, 0.2)),
    "ELU": (layers.ELU(0.7), lambda z: activations.elu(z, 0.7)),
    "SELU": (layers.SELU(), activations.selu),
    "Sigmoid": (layers.Sigmoid(), activations.sigmoid),
    "Tanh": (layers.Tanh(), activations.tanh),
}
OBJECTIVES = {
    "SoftmaxCrossEntropy": (layers.SoftmaxCrossEntropy(), losses.cross_entropy),
    "Hinge": (layers.Hinge(0.7), lambda scores, y: losses.hinge_loss(scores, y, 0.7)),
}
LAYOUTS = {
    "contiguous": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "every second": lambda array: np.repeat(array, 2, axis=0)[::2],
    "reversed": lambda array: np.ascontiguousarray(array[:, ::-1])[:, ::-1],
}


def frozen(array):
    """The same array, but writing to it raises."""
    array.flags.writeable = False
    return array


@st.composite
def tables(draw, fewest=1):
    """Read-only float64 tables off the kink, in any memory layout."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.uniform(-2, 2, (draw(st.integers(1, 5)), draw(st.integers(fewest, 5))))
    x = np.where(abs(x) < 0.01, 0.5, x)
    return frozen(LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](x))


def relative(a, b):
    """The distance of two arrays as a share of their sizes."""
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-300)


class TestAffine:
    """x W + b."""

    @few
    @given(x=tables(), M=st.integers(1, 4), seed=st.integers(0, 999), layout=st.sampled_from(sorted(LAYOUTS)))
    def test_gradients_agree_with_complex_steps(self, x, M, seed, layout):
        """For x, W and b, with read-only inputs in any layout."""
        rng = np.random.default_rng(seed)
        W, b = LAYOUTS[layout](rng.standard_normal((x.shape[1], M))), rng.standard_normal(M)
        layer, upstream = layers.Affine(W, b), frozen(rng.standard_normal((len(x), M)))
        z = layer.forward(x)
        dx = layer.backward(upstream)

        def slope(which):
            args = [it.astype(complex) for it in (x, W, b)]
            grad = np.zeros(args[which].shape)
            for place in np.ndindex(grad.shape):
                args[which][place] += 1j * H
                grad[place] = (upstream * (args[0] @ args[1] + args[2])).sum().imag / H
                args[which][place] -= 1j * H
            return grad

        assert np.allclose(x @ W + b, z)
        for which, found in enumerate((dx, layer.grads["W"], layer.grads["b"])):
            assert relative(slope(which), found) < 1e-12

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_dtype_stays(self, dtype):
        """Forward, backward and in the gradients."""
        layer = layers.Affine(np.ones((3, 2), dtype), np.ones(2, dtype))
        z = layer.forward(np.ones((4, 3), dtype))
        dx = layer.backward(z)

        assert {np.dtype(dtype)} == {it.dtype for it in (z, dx, *layer.grads.values())}

    def test_weights_are_copied(self):
        """Training must not change an array of the caller."""
        W, b = np.ones((2, 2)), np.zeros(2)
        layer = layers.Affine(W, b)
        layer.params["W"] += 1.0
        layer.params["b"] += 1.0

        assert (W.tolist(), b.tolist()) == ([[1.0, 1.0], [1.0, 1.0]], [0.0, 0.0])

    def test_integers_become_float64(self):
        """A weight of integers could not learn."""
        layer = layers.Affine(np.ones((2, 2), int), np.zeros(2, int))

        assert {np.dtype("float64")} == {it.dtype for it in layer.params.values()}

    def test_outputs_of_two_calls_share_no_memory(self):
        """Nobody's kept output changes behind their back."""
        layer, x = layers.Affine(np.eye(2), np.zeros(2)), np.ones((1, 2))

        assert not np.shares_memory(layer.forward(x), layer.forward(x))

    @pytest.mark.parametrize(("W", "b"), [((2, 3), (2,)), ((2, 3), (1, 3)), ((3,), (3,)), ((2, 3), ())], ids=str)
    def test_shapes_that_do_not_fit_are_refused(self, W, b):
        """Nothing is stretched silently."""
        with pytest.raises(ValueError, match=r"Expected W of shape \(D, M\)"):
            layers.Affine(np.ones(W), np.ones(b))


@pytest.mark.parametrize("name", ENTRYWISE)
class TestEntrywise:
    """Activations as layers."""

    @few
    @given(x=tables(), seed=st.integers(0, 999))
    def test_agrees_with_the_function_and_with_differences(self, name, x, seed):
        """With a random upstream gradient that stays as it is."""
        layer, function = ENTRYWISE[name]
        upstream = frozen(np.random.default_rng(seed).standard_normal(x.shape))
        a = frozen(layer.forward(x))
        dx = layer.backward(upstream)

        assert np.allclose(function(x), a, rtol=0, atol=1e-15)
        assert relative(numeric_gradient(lambda z: (upstream * function(z)).sum(), x), dx) < 1e-6
        assert np.array_equal(dx, layer.backward(upstream))
        assert np.allclose(2 * dx, layer.backward(2 * upstream))

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_dtype_stays(self, name, dtype):
        """Forward, backward and without keeping anything."""
        layer, x = ENTRYWISE[name][0], np.linspace(-2, 2, 6, dtype=dtype).reshape(2, 3)

        assert {np.dtype(dtype)} == {it.dtype for it in (layer.forward(x), layer.backward(x), layer.infer(x))}

    def test_inferring_leaves_what_backward_needs(self, name):
        """A look at the validation set between forward and backward changes nothing."""
        layer, x = ENTRYWISE[name][0], np.array([[-1.5, 0.3]])
        layer.forward(x)
        before = layer.backward(np.ones((1, 2)))
        layer.infer(-x)

        assert np.array_equal(before, layer.backward(np.ones((1, 2))))


class TestObjectives:
    """Losses."""

    @pytest.mark.parametrize("name", OBJECTIVES)
    @few
    @given(scores=tables(fewest=2), seed=st.integers(0, 999))
    def test_agrees_with_the_function_and_with_differences(self, name, scores, seed):
        """Loss and gradient."""
        layer, function = OBJECTIVES[name]
        y = frozen(np.random.default_rng(seed).integers(scores.shape[1], size=len(scores)))
        value = layer.forward(scores, y)

        assert np.isclose(function(scores, y), value)
        assert relative(numeric_gradient(lambda z: float(function(z, y)), scores), layer.backward()) < 1e-6
        assert np.allclose(3.0 * layer.backward(), layer.backward(3.0))

    @few
    @given(output=tables(), seed=st.integers(0, 999))
    def test_squared_error_agrees_with_differences(self, output, seed):
        """Numbers for labels."""
        layer, y = layers.SquaredError(), np.random.default_rng(seed).standard_normal(output.shape)
        value = layer.forward(output, y)
        expected = lambda z: ((z - y) ** 2).sum() / (2 * len(y))  # noqa: E731

        assert np.isclose(expected(output), value)
        assert relative(numeric_gradient(expected, output), layer.backward()) < 1e-6

    def test_squared_error_takes_a_vector_for_one_output(self):
        """Without comparing every output with every label."""
        assert float(layers.SquaredError().forward(np.array([[1.0], [3.0]]), np.array([1, 1]))) == 1.0

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    @pytest.mark.parametrize("layer", [layers.SoftmaxCrossEntropy(), layers.Hinge(), layers.SquaredError()])
    def test_dtype_stays(self, layer, dtype):
        """Loss and gradient; labels are int64."""
        labels = np.array([0, 1]) if not isinstance(layer, layers.SquaredError) else np.ones((2, 3))
        value = layer.forward(np.ones((2, 3), dtype), labels)

        assert {np.dtype(dtype)} == {value.dtype, layer.backward().dtype}

    def test_scores_far_out_are_finite(self):
        """A probability may round to 0, its logarithm is right anyway."""
        layer = layers.SoftmaxCrossEntropy()
        with np.errstate(all="raise", under="ignore"):
            value = layer.forward(np.array([[1000.0, -1000.0]]), np.array([1]))

        assert (2000.0, [[1.0, -1.0]]) == (float(value), layer.backward().tolist())

    def test_scores_in_columns_of_memory_give_the_same_gradient(self, rng):
        """The layout of the scores decides nothing."""
        layer, scores, y = layers.SoftmaxCrossEntropy(), rng.standard_normal((4, 3)), np.array([0, 1, 2, 1])
        layer.forward(np.asfortranarray(scores), y)

        assert np.allclose(losses.cross_entropy_grad(scores, y), layer.backward())


@pytest.mark.parametrize("name", [*ENTRYWISE, *OBJECTIVES, "SquaredError"])
def test_what_has_no_parameters_may_move_from_a_device_and_back(name, rng):
    """What it keeps of the batch before, such as the numbers of the rows, is of the same size and lies elsewhere."""
    made = getattr(layers, name)()
    x, upstream, y = rng.standard_normal((3, 2)), rng.standard_normal((3, 2)), np.array([0, 1, 1])

    def both(xp):
        given = [xp.asarray(x), *([] if name in ENTRYWISE else [xp.asarray(upstream if name == "SquaredError" else y)])]
        output = made.forward(*given)
        down = made.backward(*([xp.asarray(upstream)] if name in ENTRYWISE else []))
        assert isinstance(down, xp.ndarray)
        return [to_host(output).tolist(), to_host(down).tolist()]

    with pretending(strict=True) as xp:
        first, moved, back = both(xp), both(np), both(xp)

    assert first == moved == back


def test_a_negative_slope_is_refused():
    """The output would not determine it."""
    with pytest.raises(ValueError, match="Expected alpha of at least 0"):
        layers.LeakyReLU(-0.1)


class TestLearned:
    """Activations with parameters; that their rules agree with differences is seen in whole networks."""

    @few
    @given(z=tables(), shared=st.booleans(), seed=st.integers(0, 999))
    def test_prelu_agrees_with_its_functions(self, z, shared, seed):
        """One slope a feature, or one for all."""
        rng = np.random.default_rng(seed)
        alpha, upstream = rng.standard_normal(1 if shared else z.shape[1]), frozen(rng.standard_normal(z.shape))
        layer = layers.PReLU(alpha)
        dz, dalpha = activations.prelu_backward(upstream, z, alpha)

        assert np.array_equal(activations.prelu(z, alpha), layer.forward(z))
        assert np.array_equal(dz, layer.backward(upstream))
        assert np.array_equal(dalpha, layer.grads["alpha"])

    @few
    @given(x=tables(), K=st.integers(1, 3), M=st.integers(1, 4), seed=st.integers(0, 999))
    def test_maxout_agrees_with_its_functions(self, x, K, M, seed):
        """Any number of pieces."""
        rng = np.random.default_rng(seed)
        W, b = rng.standard_normal((K, x.shape[1], M)), rng.standard_normal((K, M))
        layer, upstream = layers.Maxout(W, b), frozen(rng.standard_normal((len(x), M)))
        expected = activations.maxout_backward(upstream, x, W, b)

        assert np.allclose(activations.maxout(x, W, b), layer.forward(x))
        for wanted, found in zip(expected, (layer.backward(upstream), *layer.grads.values()), strict=True):
            assert np.allclose(wanted, found)

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_dtype_stays(self, dtype):
        """Of outputs, input gradients and gradients."""
        x = np.linspace(-2, 2, 6, dtype=dtype).reshape(2, 3)
        for layer in (layers.PReLU(np.ones(3, dtype)), layers.Maxout(np.ones((2, 3, 3), dtype), np.ones((2, 3)))):
            found = [layer.forward(x), layer.infer(x), layer.backward(x), *layer.grads.values()]

            assert {np.dtype(dtype)} == {it.dtype for it in found}

    @pytest.mark.parametrize(
        ("make", "expected"),
        [
            (lambda: layers.PReLU(np.float64(0.1)), r"alpha of shape \(D,\) or \(1,\), found \(\)"),
            (lambda: layers.PReLU(np.ones((2, 2))), r"found \(2, 2\)"),
            (lambda: layers.Maxout(np.ones((3, 4)), np.ones(4)), r"W of shape \(K, D, M\)"),
            (lambda: layers.Maxout(np.ones((2, 3, 4)), np.ones((3, 4))), r"b of shape \(K, M\), found"),
        ],
    )
    def test_shapes_that_do_not_fit_are_refused(self, make, expected):
        """Nothing is stretched silently."""
        with pytest.raises(ValueError, match=expected):
            make()
