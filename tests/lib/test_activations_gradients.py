"""The derivatives of the activations: from input, from output and backward agree, and so do differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st

from chainrule.nn import activations
from chainrule.nn.activations.exponential import SELU_ALPHA, SELU_SCALE

FAMILIES = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu"]
LOGISTIC = {"sigmoid", "tanh"}  # their backward starts from the output
BOUND = 1e-6
GAP = 0.01  # no entry lies closer to a kink: differences would straddle it
few = settings(max_examples=25, deadline=None)
LAYOUTS = {
    "contiguous": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "every second": lambda array: np.repeat(array, 2, axis=-1)[..., ::2],
    "reversed": lambda array: np.ascontiguousarray(array[..., ::-1])[..., ::-1],
    "transposed": lambda array: np.ascontiguousarray(array.T).T,
}

# The same functions in complex arithmetic, for z > 0 or z < 0 alone.
COMPLEX = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: np.sinh(z) / np.cosh(z),
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "leaky_relu": lambda z: np.where(z.real > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z.real > 0, z, np.exp(z) - 1),
    "selu": lambda z: SELU_SCALE * np.where(z.real > 0, z, SELU_ALPHA * (np.exp(z) - 1)),
}


def off_the_kink(array):
    """The same numbers, but none nearer to 0 than GAP."""
    return np.where(np.abs(array) < GAP, 0.5, array)


@st.composite
def arrays(draw, dims=(1, 2, 3), dtypes=("float32", "float64", "int64")):
    """Pre-activations of any shape, dtype and memory layout, off the kink."""
    shape = [draw(st.integers(1, 5)) for _ in range(draw(st.sampled_from(dims)))]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    z = off_the_kink(rng.uniform(-5, 5, shape)).astype(draw(st.sampled_from(dtypes)))
    z = z + (z == 0).astype(z.dtype)  # truncation to integers gives zeros
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](z)


@dataclass
class Family:
    """A function with its companions."""

    name: str

    def __post_init__(self):
        """Look the companions up by their names."""
        companions = ("", "_grad", "_grad_from_output", "_backward")
        self.f, self.grad, self.grad_from_output, self.backward = (
            getattr(activations, self.name + ending) for ending in companions
        )


@pytest.fixture(params=FAMILIES, scope="module")
def family(request):
    """Each function of one array."""
    return Family(request.param)


def worst(left, right):
    """The largest difference."""
    return float(np.max(np.abs(np.asarray(left) - np.asarray(right))))


def slope_by_differences(f, args, index, upstream, h=1e-5):
    """The gradient of sum(upstream * f(*args)) for one argument, entry by entry."""
    slope = np.zeros(np.shape(args[index]))
    for at in np.ndindex(slope.shape):
        ends = []
        for step in (h, -h):
            moved = [np.array(it, dtype=np.float64) for it in args]
            moved[index][at] += step
            ends.append(np.sum(upstream * f(*moved)))
        slope[at] = (ends[0] - ends[1]) / (2 * h)
    return slope


class TestSlope:
    """The derivative from z is the slope of the function."""

    @few
    @given(z=arrays())
    def test_agrees_with_central_differences(self, family, z):
        """For every shape, dtype and memory layout."""
        exact, h = z.astype(np.float64), 1e-5
        expected = (family.f(exact + h) - family.f(exact - h)) / (2 * h)

        assert worst(expected, family.grad(z)) < BOUND

    @few
    @given(z=arrays())
    def test_agrees_with_the_complex_step(self, family, z):
        """A step of 1e-30 leaves no truncation and no cancellation."""
        expected = COMPLEX[family.name](z + 1e-30j).imag / 1e-30

        assert worst(expected, family.grad(z)) < BOUND

    @few
    @given(z=arrays())
    def test_memory_layout_does_not_count(self, family, z):
        """Views give the values of their copies."""
        copied = np.array(z, order="C")

        assert family.grad(copied).tolist() == family.grad(z).tolist()


class TestAgreement:
    """The three ways to a derivative give one number."""

    @few
    @given(z=arrays())
    def test_output_and_input_give_the_same_derivative(self, family, z):
        """The output determines the slope."""
        from_output = family.grad_from_output(family.f(z))

        assert worst(family.grad(z), from_output) < BOUND

    @few
    @given(z=arrays(), seed=st.integers(0, 99))
    def test_backward_multiplies_by_upstream(self, family, z, seed):
        """Whatever comes from above."""
        upstream = np.random.default_rng(seed).uniform(-1, 1, z.shape)
        kept = family.f(z) if family.name in LOGISTIC else z

        assert worst(upstream * family.grad(z), family.backward(upstream, kept)) < BOUND

    @pytest.mark.parametrize("name", ["leaky_relu", "elu"])
    @pytest.mark.parametrize("alpha", [0.3, 1.7])
    def test_the_parameter_counts_in_all_three(self, name, alpha):
        """A default that is used by mistake would differ."""
        family, z, h = Family(name), off_the_kink(np.linspace(-3, 3, 20)), 1e-6
        expected = (family.f(z + h, alpha) - family.f(z - h, alpha)) / (2 * h)
        found = [
            family.grad(z, alpha),
            family.grad_from_output(family.f(z, alpha), alpha),
            family.backward(np.ones(20), z, alpha),
        ]

        assert max(worst(expected, it) for it in found) < BOUND


class TestPrelu:
    """The slope learns too."""

    @few
    @given(z=arrays(dims=(2,), dtypes=("float64",)), seed=st.integers(0, 99))
    def test_gradients_agree_with_central_differences(self, z, seed):
        """Of the input and of one slope a feature."""
        rng = np.random.default_rng(seed)
        upstream, alpha = rng.uniform(-1, 1, z.shape), rng.uniform(0.1, 2, z.shape[1])
        found = activations.prelu_backward(upstream, z, alpha)
        expected = [slope_by_differences(activations.prelu, (z, alpha), it, upstream) for it in (0, 1)]

        assert max(map(worst, expected, found)) < BOUND

    @few
    @given(z=arrays(dims=(2,), dtypes=("float64",)), seed=st.integers(0, 99))
    def test_derivative_agrees_with_backward(self, z, seed):
        """With an upstream gradient of ones."""
        alpha = np.random.default_rng(seed).uniform(0.1, 2, z.shape[1])
        dz, _ = activations.prelu_backward(np.ones(z.shape), z, alpha)

        assert activations.prelu_grad(z, alpha).tolist() == dz.tolist()

    @pytest.mark.parametrize("alpha", [0.25, np.array(0.25)], ids=["number", "array without axes"])
    def test_one_slope_for_all_gets_one_number(self, alpha):
        """The sum over all entries."""
        z, upstream = np.array([[-1.0, 2.0], [-3.0, -4.0]]), np.array([[1.0, 1.0], [10.0, 100.0]])
        _, dalpha = activations.prelu_backward(upstream, z, alpha)

        assert (dalpha.shape, dalpha.item()) == ((), -431.0)

    def test_one_slope_a_feature_gets_a_sum_over_the_batch(self):
        """Features are not mixed."""
        z, upstream = np.array([[-1.0, 2.0], [-3.0, -4.0]]), np.array([[1.0, 1.0], [10.0, 100.0]])
        _, dalpha = activations.prelu_backward(upstream, z, np.array([0.1, 0.2]))

        assert dalpha.tolist() == [-31.0, -400.0]


class TestMaxout:
    """The gradient goes to the piece that won."""

    @few
    @given(sizes=st.tuples(*[st.integers(1, 4)] * 4), seed=st.integers(0, 2**32 - 1))
    def test_gradients_agree_with_central_differences(self, sizes, seed):
        """Of the input, the weights and the biases, wherever no two pieces tie."""
        N, D, M, K = sizes
        rng = np.random.default_rng(seed)
        x, W, b = (rng.standard_normal(shape) for shape in ((N, D), (K, D, M), (K, M)))
        pieces = np.sort(x @ W + b[:, None, :], axis=0)
        assume(K == 1 or np.min(pieces[-1] - pieces[-2]) > 1e-3)
        upstream = rng.standard_normal((N, M))
        expected = [slope_by_differences(activations.maxout, (x, W, b), it, upstream) for it in range(3)]
        found = activations.maxout_backward(upstream, x, W, b)

        assert max(map(worst, expected, found)) < BOUND

    @few
    @given(layout=st.sampled_from(sorted(LAYOUTS)), seed=st.integers(0, 99))
    def test_memory_layout_does_not_count(self, layout, seed):
        """Views give the values of their copies, to rounding."""
        rng = np.random.default_rng(seed)
        args = [rng.standard_normal(shape) for shape in ((5, 2), (5, 3), (4, 3, 2), (4, 2))]
        expected = activations.maxout_backward(*args)
        found = activations.maxout_backward(*map(LAYOUTS[layout], args))

        assert max(map(worst, expected, found)) < 1e-13
