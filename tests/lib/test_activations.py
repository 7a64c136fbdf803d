"""What all functions of `chainrule.nn.activations` share: dtypes, inputs left alone, safety far out, refusals."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from chainrule.nn import activations

N, D, K = 5, 4, 3
SHAPES = {"W": (K, D, D), "b": (K, D), "pieces": (K, N, D), "alpha": (D,)}
FUNCTIONS = {name: getattr(activations, name) for name in activations.__all__}
# The functions of one array, whose results have its shape.
ENTRYWISE = [name for name in FUNCTIONS if not name.startswith(("prelu", "maxout")) and "backward" not in name]
FORWARD = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu"]


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


def parameters(name):
    """The names of the parameters that hold arrays."""
    signature = inspect.signature(FUNCTIONS[name])
    return [it.name for it in signature.parameters.values() if it.default is it.empty]


def arguments(name, dtype, make=keep, *, scale=2.0, seed=0):
    """Random arguments of one dtype for a function; all its units have one size, so that shapes fit."""
    rng = np.random.default_rng(seed)
    return [make((scale * rng.standard_normal(SHAPES.get(it, (N, D)))).astype(dtype)) for it in parameters(name)]


def results(name, args):
    """What a function returns, as a list."""
    found = FUNCTIONS[name](*args)
    return list(found) if isinstance(found, tuple) else [found]


ARRAYS = [pytest.param(name, it, id=f"{name}-{it}") for name in FUNCTIONS for it in parameters(name)]


@pytest.mark.parametrize("name", FUNCTIONS)
class TestDtype:
    """The arguments decide the precision."""

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_floating_dtypes_stay(self, name, dtype, make):
        """float32 is not promoted silently."""
        found = results(name, arguments(name, dtype, make))

        assert {np.dtype(dtype)} == {it.dtype for it in found}

    @pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int64"])
    def test_integers_and_booleans_become_float64(self, name, dtype, make):
        """A derivative of integers is no integer."""
        found = results(name, arguments(name, dtype, make))

        assert {np.dtype("float64")} == {it.dtype for it in found}

    def test_integers_give_the_same_values_as_floats(self, name):
        """Promotion comes before the formula."""
        whole = arguments(name, "int64")
        expected = results(name, [it.astype(np.float64) for it in whole])

        assert [it.tolist() for it in expected] == [it.tolist() for it in results(name, whole)]


@pytest.mark.parametrize("name", FUNCTIONS)
class TestInputs:
    """Arguments are left as they were."""

    @pytest.mark.parametrize("dtype", ["float32", "int64"])
    def test_are_not_modified(self, name, dtype):
        """Every array keeps its values."""
        args = arguments(name, dtype)
        before = [it.tolist() for it in args]
        results(name, args)

        assert before == [it.tolist() for it in args]

    def test_share_no_memory_with_the_result(self, name):
        """Writing into the result cannot change an input later."""
        args = arguments(name, np.float64)

        assert not any(np.shares_memory(it, arg) for it in results(name, args) for arg in args)

    def test_read_only_arrays_give_the_same_values(self, name):
        """Nothing is used as scratch space."""
        expected, found = (results(name, arguments(name, np.float64, make)) for make in (keep, freeze))

        assert [it.tolist() for it in expected] == [it.tolist() for it in found]


class TestShape:
    """Entrywise functions take any shape."""

    @pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0), (2, 1, 3)], ids=str)
    @pytest.mark.parametrize("name", ENTRYWISE)
    def test_stays(self, name, shape, make):
        """Also without axes and without entries."""
        assert shape == FUNCTIONS[name](make(np.zeros(shape))).shape

    @pytest.mark.parametrize("name", [name for name in FUNCTIONS if "backward" in name])
    def test_of_a_gradient_is_that_of_its_argument(self, name, make):
        """One gradient for each argument after `upstream`; the logistic ones start from the output."""
        args = arguments(name, np.float64, make)

        assert [it.shape for it in args[1:]] == [it.shape for it in results(name, args)]


class TestFarOut:
    """Large numbers overflow nowhere."""

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    @pytest.mark.parametrize("name", FUNCTIONS)
    def test_a_thousand_gives_finite_numbers_without_a_warning(self, name, dtype, make):
        """Overflow, invalid operations and divisions by zero raise here."""
        args = arguments(name, dtype)
        ends = [make(np.where(it > 0, 1000, -1000).astype(dtype)) for it in args]
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            found = results(name, ends)

        assert all(np.isfinite(it).all() for it in found)

    @pytest.mark.parametrize(
        ("name", "left", "right"),
        [
            ("sigmoid", 0.0, 1.0),
            ("tanh", -1.0, 1.0),
            ("relu", 0.0, 1000.0),
            ("leaky_relu", -10.0, 1000.0),
            ("elu", -1.0, 1000.0),
            ("sigmoid_grad", 0.0, 0.0),
            ("tanh_grad", 0.0, 0.0),
            ("elu_grad", 0.0, 1.0),
        ],
    )
    def test_a_thousand_gives_the_limit(self, name, left, right, make):
        """Saturation is exact there."""
        found = FUNCTIONS[name](make(np.array([-1000.0, 1000.0])))

        assert [left, right] == found.tolist()

    @pytest.mark.parametrize("name", FORWARD)
    def test_nan_stays_nan(self, name, make):
        """A diverging network is not hidden."""
        assert np.isnan(FUNCTIONS[name](make(np.array([np.nan])))).all()


class TestRefusals:
    """What holds no real numbers raises a TypeError."""

    @pytest.mark.parametrize("dtype", ["complex128", "U99", "object"])
    @pytest.mark.parametrize(("name", "wrong"), ARRAYS)
    def test_names_the_dtype(self, name, wrong, dtype):
        """Each array is examined, not only the first."""
        args = arguments(name, "f8")
        args[parameters(name).index(wrong)] = args[parameters(name).index(wrong)].astype(dtype)
        with pytest.raises(TypeError) as caught:
            results(name, args)

        assert f"Expected an array of real numbers, found dtype {np.dtype(dtype)}." == str(caught.value)

    @pytest.mark.parametrize("name", ["maxout", "maxout_backward"])
    @pytest.mark.parametrize(
        ("wrong", "shape"),
        [
            pytest.param("x", (N, D + 1), id="features"),
            pytest.param("x", (D,), id="one example without a batch"),
            pytest.param("W", (K, D + 1, D), id="weights of other features"),
            pytest.param("W", (D, D), id="weights of one piece"),
            pytest.param("W", (K + 1, D, D), id="weights of other pieces"),
            pytest.param("b", (K + 1, D), id="biases of other pieces"),
            pytest.param("b", (1, D), id="biases of one piece"),
            pytest.param("b", (K, 1), id="biases of one unit"),
            pytest.param("b", (D,), id="biases without pieces"),
        ],
    )
    def test_maxout_refuses_shapes_that_do_not_fit(self, name, wrong, shape):
        """Nothing is stretched silently."""
        args = arguments(name, "f8")
        args[parameters(name).index(wrong)] = np.ones(shape)
        with pytest.raises(ValueError, match=r"Expected x of shape \(N, D\), W of") as caught:
            results(name, args)

        assert str(shape) in str(caught.value)
