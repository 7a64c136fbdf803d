"""The values of the activations, against 120 digits, closed forms and loops that share no code with them."""

from __future__ import annotations

import decimal
import math
from decimal import Decimal

import numpy as np
import pytest

from chainrule.nn import activations
from chainrule.nn.activations.exponential import SELU_ALPHA, SELU_SCALE

POINTS = [-80.0, -30.0, -5.0, -1.0, -0.5, -1e-3, -1e-8, 0.0, 1e-8, 1e-3, 0.5, 1.0, 5.0, 30.0, 80.0]
ALPHA, SCALE = Decimal(SELU_ALPHA), Decimal(SELU_SCALE)
HUNDREDTH = Decimal(0.01)  # noqa: RUF032 - the float64 nearest to it is meant


@pytest.fixture(autouse=True)
def digits():
    """Decimal arithmetic with so many digits that 1 - sigmoid(80) keeps more than a float64."""
    with decimal.localcontext(prec=120):
        yield


def sigmoid(z):
    return 1 / (1 + (-z).exp())


def tanh(z):
    return (z.exp() - (-z).exp()) / (z.exp() + (-z).exp())


# Each function of z by its textbook formula, in decimal arithmetic.
FORMULAS = {
    "sigmoid": sigmoid,
    "sigmoid_grad": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh": tanh,
    "tanh_grad": lambda z: (1 - tanh(z)) * (1 + tanh(z)),
    "relu": lambda z: max(0, z),
    "relu_grad": lambda z: 1 if z > 0 else 0,
    "leaky_relu": lambda z: z if z > 0 else HUNDREDTH * z,
    "leaky_relu_grad": lambda z: 1 if z > 0 else HUNDREDTH,
    "elu": lambda z: z if z > 0 else z.exp() - 1,
    "elu_grad": lambda z: 1 if z > 0 else z.exp(),
    "selu": lambda z: SCALE * (z if z > 0 else ALPHA * (z.exp() - 1)),
    "selu_grad": lambda z: SCALE * (1 if z > 0 else ALPHA * z.exp()),
}

# Each derivative from the output, with outputs to try.
FROM_OUTPUT = {
    "sigmoid": (lambda a: a * (1 - a), [0.0, 1e-9, 0.25, 0.5, 0.999, 1.0]),
    "tanh": (lambda a: 1 - a * a, [-1.0, -0.999999, 0.0, 0.5, 0.999999, 1.0]),
    "relu": (lambda a: 1 if a > 0 else 0, [0.0, 1e-9, 3.0]),
    "leaky_relu": (lambda a: 1 if a > 0 else HUNDREDTH, [-2.0, 0.0, 1e-9, 3.0]),
    "elu": (lambda a: 1 if a > 0 else a + 1, [-1.0, -0.75, 0.0, 1e-9, 3.0]),
    "selu": (lambda a: SCALE if a > 0 else a + SCALE * ALPHA, [-1.5, -0.75, 0.0, 1e-9, 3.0]),
}


@pytest.mark.parametrize(("dtype", "eps"), [("float32", 1e-6), ("float64", 1e-15)])
@pytest.mark.parametrize("name", FORMULAS)
def test_agrees_with_120_digits(name, dtype, eps):
    """The relative error is a few units in the last place, also where the textbook formula cancels."""
    points = np.array(POINTS, dtype)
    expected = np.array([float(FORMULAS[name](Decimal(float(z)))) for z in points], dtype)

    assert expected == pytest.approx(getattr(activations, name)(points), rel=eps, abs=0)


@pytest.mark.parametrize("name", FROM_OUTPUT)
def test_from_output_agrees_with_120_digits(name):
    """Nothing is lost near the ends of the range either."""
    formula, outputs = FROM_OUTPUT[name]
    found = getattr(activations, f"{name}_grad_from_output")(np.array(outputs))

    assert [float(formula(Decimal(a))) for a in outputs] == pytest.approx(found.tolist(), rel=2e-15, abs=0)


class TestKinks:
    """At 0 each function has the documented value, and -0.0 counts as 0."""

    @pytest.mark.parametrize("zero", [0.0, -0.0], ids=["plus", "minus"])
    @pytest.mark.parametrize(
        ("function", "expected"),
        [
            pytest.param(activations.relu_grad, 0.0, id="relu"),
            pytest.param(lambda z: activations.relu_grad(z, at_zero=0.5), 0.5, id="relu with 0.5"),
            pytest.param(lambda z: activations.relu_grad(z, at_zero=1.0), 1.0, id="relu with 1"),
            pytest.param(lambda z: activations.leaky_relu_grad(z, 0.1), 0.1, id="leaky_relu"),
            pytest.param(lambda z: activations.prelu_grad(z, np.array([0.3])), 0.3, id="prelu"),
            pytest.param(activations.elu_grad, 1.0, id="elu"),
            pytest.param(lambda z: activations.elu_grad(z, 0.5), 0.5, id="elu with 0.5"),
            pytest.param(activations.selu_grad, SELU_SCALE * SELU_ALPHA, id="selu"),
        ],
    )
    def test_derivative(self, function, expected, zero):
        """The left derivative, unless another is asked for."""
        assert expected == function(np.array([[zero]])).item()

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_choice_at_zero_keeps_the_dtype(self, dtype):
        """The option is a plain number."""
        assert np.dtype(dtype) == activations.relu_grad(np.zeros(2, dtype), at_zero=0.5).dtype

    @pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "selu", "tanh"])
    def test_value_is_zero(self, name):
        """All but the sigmoid pass through the origin."""
        assert getattr(activations, name)(np.array([0.0])).tolist() == [0.0]


class TestSlopes:
    """The parameter of a family is used."""

    @pytest.mark.parametrize("alpha", [0.0, 0.2, 3.0])
    def test_leaky_relu_uses_its_slope_also_above_one(self, alpha):
        """max(z, alpha z) would fail for 3."""
        assert [-2 * alpha, 2.0] == activations.leaky_relu(np.array([-2.0, 2.0]), alpha).tolist()

    @pytest.mark.parametrize("alpha", [0.5, 2.0])
    def test_elu_tends_to_minus_alpha(self, alpha):
        """And its derivative to 0."""
        far = np.array([-800.0])

        assert [-alpha, 0.0] == [activations.elu(far, alpha).item(), activations.elu_grad(far, alpha).item()]

    def test_prelu_has_one_slope_a_feature(self):
        """Columns differ, rows do not."""
        found = activations.prelu(np.array([[-1.0, -1.0, 1.0], [-2.0, 2.0, -2.0]]), np.array([0.5, 0.25, 3.0]))

        assert found.tolist() == [[-0.5, -0.25, 1.0], [-1.0, 2.0, -6.0]]

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_prelu_with_a_plain_slope_keeps_the_dtype(self, dtype):
        """A Python number has no precision of its own."""
        z = np.ones((2, 2), dtype)
        found = [activations.prelu(z, 0.25), activations.prelu_grad(z, 0.25), *activations.prelu_backward(z, z, 0.25)]

        assert [np.dtype(dtype)] * 4 == [it.dtype for it in found]


class TestSelu:
    """The two constants make mean 0 and variance 1 a fixed point."""

    @pytest.fixture
    def moments(self):
        """Mean and second moment of selu(z) for standard normal z, by Gauss-Legendre on both sides of 0."""
        nodes, weights = np.polynomial.legendre.leggauss(120)
        z = np.concatenate([7 * (nodes - 1), 7 * (nodes + 1)])
        density = np.tile(7 * weights, 2) * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        a = activations.selu(z)
        return density @ a, density @ a**2

    def test_mean_stays_zero(self, moments):
        """To the precision of the quadrature."""
        assert pytest.approx(moments[0], abs=1e-13) == 0

    def test_variance_stays_one(self, moments):
        """To the precision of the quadrature."""
        assert pytest.approx(moments[1], abs=1e-13) == 1

    def test_constants_agree_with_their_closed_form(self):
        """Klambauer et al. (2017), equation 14."""
        near, far = math.erfc(1 / math.sqrt(2)), math.erfc(math.sqrt(2))
        root = math.sqrt(math.e)
        alpha = -math.sqrt(2 / math.pi) / (near * root - 1)
        spread = 2 * far * math.e**2 + math.pi * near**2 * math.e - 2 * (2 + math.pi) * near * root + math.pi + 2
        scale = (1 - near * root) * math.sqrt(2 * math.pi / spread)

        assert [alpha, scale] == pytest.approx([SELU_ALPHA, SELU_SCALE], rel=1e-14)


class TestMaxout:
    """Each unit takes its largest piece."""

    @pytest.fixture
    def layer(self):
        """x of shape (4, 2), W of shape (3, 2, 5), b of shape (3, 5)."""
        rng = np.random.default_rng(0)
        return rng.standard_normal((4, 2)), rng.standard_normal((3, 2, 5)), rng.standard_normal((3, 5))

    def test_agrees_with_loops(self, layer):
        """Example by example, unit by unit, piece by piece."""
        x, W, b = layer
        expected = [
            [max(math.fsum([*(x[n] * W[k, :, m]), b[k, m]]) for k in range(3)) for m in range(5)] for n in range(4)
        ]

        assert np.array(expected) == pytest.approx(activations.maxout(*layer), rel=1e-13)

    def test_one_piece_is_affine(self, layer):
        """Without a rival every piece wins."""
        x, W, b = layer

        assert (x @ W[0] + b[0]).tolist() == activations.maxout(x, W[:1], b[:1]).tolist()

    def test_derivative_is_one_for_the_winner_alone(self):
        """The others get nothing."""
        pieces = np.array([[[1.0, 9.0]], [[5.0, 2.0]], [[3.0, 4.0]]])

        assert activations.maxout_grad(pieces).tolist() == [[[0, 1]], [[1, 0]], [[0, 0]]]

    def test_first_of_equal_pieces_wins(self):
        """A tie is not shared and not counted twice."""
        pieces = np.array([[[1.0]], [[2.0]], [[2.0]]])

        assert activations.maxout_grad(pieces).ravel().tolist() == [0, 1, 0]

    def test_derivative_sums_to_one_over_the_pieces(self):
        """Also with ties everywhere."""
        pieces = np.random.default_rng(0).integers(0, 2, (3, 4, 5))

        assert np.ones((4, 5)).tolist() == activations.maxout_grad(pieces).sum(axis=0).tolist()

    def test_tied_pieces_send_the_gradient_to_the_first(self):
        """The other piece's parameters stay."""
        x, W, b = np.ones((1, 1)), np.ones((2, 1, 1)), np.zeros((2, 1))
        dx, dW, db = activations.maxout_backward(np.ones((1, 1)), x, W, b)

        assert [*dx.ravel(), *dW.ravel(), *db.ravel()] == [1.0, 1.0, 0.0, 1.0, 0.0]

    def test_gradients_have_the_shapes_of_their_arguments(self, layer):
        """Whatever the sizes."""
        found = activations.maxout_backward(np.ones((4, 5)), *layer)

        assert [it.shape for it in found] == [(4, 2), (3, 2, 5), (3, 5)]
