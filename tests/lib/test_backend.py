"""The backend: NumPy is the default, a GPU is proved before it is used, and nothing moves silently."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest

from chainrule import backend


class DeviceArray:
    """Stands in for `cupy.ndarray`: it lives elsewhere, and only `get` brings its values back."""

    def __init__(self, values):
        self.values = np.asarray(values)

    @property
    def dtype(self):
        return self.values.dtype

    def astype(self, dtype):
        return DeviceArray(self.values.astype(dtype))

    def get(self):
        return self.values.copy()

    def sum(self):
        return self.values.sum()

    def __mul__(self, other):
        return DeviceArray(self.values * other)

    def __add__(self, other):
        return DeviceArray(self.values + other)

    def __array_namespace__(self):
        return sys.modules["cupy"]


def fake_cupy(*, device_count=lambda: 1, arange=None):
    """A module with the few names of CuPy that the backend asks for."""
    runtime = types.SimpleNamespace(
        getDeviceCount=device_count, getDeviceProperties=lambda number: {"name": f"Fake GPU {number}".encode()}
    )
    cupy = types.ModuleType("cupy")
    cupy.ndarray = DeviceArray
    cupy.cuda = types.SimpleNamespace(runtime=runtime)
    cupy.float32, cupy.float64 = np.float32, np.float64
    cupy.arange = arange or (lambda count, dtype: DeviceArray(np.arange(count, dtype=dtype)))
    cupy.asarray = lambda it: it if isinstance(it, DeviceArray) else DeviceArray(it)
    return cupy


def no_driver():
    raise RuntimeError("cudaErrorInsufficientDriver: too old\nand a second line")


def no_compiler(count, dtype):
    raise OSError(f"no compiler for {count} numbers of {dtype}")


MACHINES = {
    "no-cupy": None,
    "no-driver": fake_cupy(device_count=no_driver),
    "no-device": fake_cupy(device_count=lambda: 0),
    "no-kernel": fake_cupy(arange=no_compiler),
    "ready": fake_cupy(),
}


@pytest.fixture(params=[name for name in MACHINES if name != "ready"])
def unusable(request, monkeypatch):
    """Each machine whose GPU cannot be used; gives the name of its state."""
    monkeypatch.setitem(sys.modules, "cupy", MACHINES[request.param])
    return request.param


@pytest.fixture
def cupy(monkeypatch):
    """A machine with a GPU; gives its CuPy."""
    monkeypatch.setitem(sys.modules, "cupy", MACHINES["ready"])
    return MACHINES["ready"]


class TestGpuState:
    """A GPU counts only after four steps have succeeded."""

    @pytest.mark.parametrize("name", MACHINES)
    def test_names_the_step_that_failed(self, name, monkeypatch):
        """The state of each machine has its own name."""
        monkeypatch.setitem(sys.modules, "cupy", MACHINES[name])

        assert name == backend.gpu_state().name

    @pytest.mark.parametrize("name", MACHINES)
    def test_only_ready_is_usable(self, name, monkeypatch):
        """No other state lets arrays onto the GPU."""
        monkeypatch.setitem(sys.modules, "cupy", MACHINES[name])

        assert (name == "ready") is backend.gpu_state().usable

    def test_quotes_the_first_line_of_the_driver(self, monkeypatch):
        """The driver's own words appear, without the lines that follow."""
        monkeypatch.setitem(sys.modules, "cupy", MACHINES["no-driver"])

        assert "(cudaErrorInsufficientDriver: too old)" in backend.gpu_state().sentence

    def test_names_a_driver_error_without_words(self, monkeypatch):
        """An error without a text is named by its type."""

        def silent():
            raise RuntimeError

        monkeypatch.setitem(sys.modules, "cupy", fake_cupy(device_count=silent))

        assert "(RuntimeError)" in backend.gpu_state().sentence

    def test_a_wrong_number_is_no_kernel(self, monkeypatch):
        """A kernel that runs and computes nonsense is not trusted."""
        zeros = fake_cupy(arange=lambda count, dtype: DeviceArray(np.zeros(count, dtype)))
        monkeypatch.setitem(sys.modules, "cupy", zeros)
        state = backend.gpu_state()

        assert (state.name, "gave 4.0, not 16" in state.sentence) == ("no-kernel", True)

    def test_a_ready_gpu_is_called_by_its_name(self, cupy):
        """The sentence names the device."""
        assert backend.gpu_state().sentence == "Fake GPU 0 is ready."


class TestUse:
    """`use` returns a real module and says which."""

    def test_cpu_is_numpy(self, capsys):
        """The CPU needs no reason."""
        xp = backend.use("cpu")

        assert (np, "Arrays live on the CPU: xp is NumPy.\n") == (xp, capsys.readouterr().out)

    def test_auto_takes_numpy_where_no_gpu_can_be_used(self, unusable, capsys):
        """The sentence of the state tells why."""
        xp = backend.use("auto")

        assert (np, True) == (xp, backend.gpu_state().sentence in capsys.readouterr().out)

    @pytest.mark.parametrize("device", ["auto", "gpu"])
    def test_a_ready_gpu_is_taken(self, device, cupy, capsys):
        """Both words give CuPy and name the device."""
        xp = backend.use(device)

        assert (cupy, "Arrays live on the GPU: xp is CuPy. Fake GPU 0 is ready.\n") == (xp, capsys.readouterr().out)

    def test_cpu_stays_numpy_beside_a_ready_gpu(self, cupy):
        """The word of the user decides."""
        assert np is backend.use("cpu")

    def test_gpu_raises_where_none_can_be_used(self, unusable):
        """The error carries the state and its sentence."""
        with pytest.raises(backend.DeviceUnavailableError) as caught:
            backend.use("gpu")

        assert (unusable, caught.value.state.sentence) == (caught.value.state.name, str(caught.value))

    def test_another_word_is_refused(self):
        """The message lists the words and the one found."""
        with pytest.raises(ValueError, match="""use expects "auto", "cpu" or "gpu", not 'cuda'"""):
            backend.use("cuda")


class TestGetArrayModule:
    """The arguments say which module computes."""

    @pytest.mark.parametrize(
        "arrays",
        [
            pytest.param((), id="nothing"),
            pytest.param((np.zeros(2),), id="an array"),
            pytest.param((2.0, None, [1, 2]), id="no array"),
        ],
    )
    def test_is_numpy_without_device_arrays(self, arrays):
        """Python values fit NumPy."""
        assert np is backend.get_array_module(*arrays)

    @pytest.mark.parametrize("others", [(), (2.0, None, [1]), (DeviceArray([2]),)], ids=["alone", "values", "two"])
    def test_is_cupy_for_device_arrays(self, others, cupy):
        """Python values fit CuPy as well."""
        assert cupy is backend.get_array_module(*others, DeviceArray([1]))

    def test_refuses_a_mixture(self, cupy):
        """The sentence says what was expected, what was found and what to call."""
        expected = (
            "Host and device arrays are mixed: expected all arguments in one module, found NumPy and CuPy. "
            "Move one with chainrule.to_device or chainrule.to_host."
        )
        with pytest.raises(TypeError) as caught:
            backend.get_array_module(np.zeros(1), DeviceArray([1]))

        assert expected == str(caught.value)


class TestMoving:
    """Arrays move only on request."""

    def test_a_host_array_stays_on_the_host(self):
        """No copy is made."""
        array = np.ones(2)

        assert array is backend.to_host(array)

    def test_a_host_array_stays_for_numpy(self):
        """Moving to NumPy moves nothing."""
        array = np.ones(2)

        assert array is backend.to_device(array, np)

    @pytest.mark.parametrize("move", [backend.to_host, lambda it: backend.to_device(it, np)], ids=["host", "device"])
    def test_a_device_array_comes_back(self, move, cupy):
        """Values and dtype survive."""
        back = move(DeviceArray(np.float32([1, 2])))

        assert ([1.0, 2.0], np.float32, np.ndarray) == (back.tolist(), back.dtype, type(back))

    def test_a_host_array_goes_to_the_device(self, cupy):
        """The result belongs to CuPy."""
        moved = backend.to_device(np.ones(2), cupy)

        assert (DeviceArray, [1.0, 1.0]) == (type(moved), moved.get().tolist())

    def test_a_device_array_stays_on_the_device(self, cupy):
        """No copy is made there either."""
        array = DeviceArray([1])

        assert array is backend.to_device(array, cupy)


class TestAsFloating:
    """Formulas get floating numbers, in the precision that was chosen."""

    @pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
    def test_floating_arrays_come_back_as_they_are(self, dtype):
        """Not even a copy is made."""
        array = np.ones(2, dtype)

        assert array is backend.as_floating(array)

    @pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64"])
    def test_integers_and_booleans_become_float64(self, dtype):
        """Values survive."""
        promoted = backend.as_floating(np.array([0, 1], dtype))

        assert ([0.0, 1.0], np.float64) == (promoted.tolist(), promoted.dtype)

    @pytest.mark.parametrize("number", [3, 3.0, [3]], ids=["int", "float", "list"])
    def test_python_numbers_become_float64_arrays(self, number):
        """A plain number is an array without axes."""
        assert np.float64 == backend.as_floating(number).dtype

    @pytest.mark.parametrize("dtype", ["complex128", "U3", "object"])
    def test_other_dtypes_are_refused(self, dtype):
        """The message names the dtype."""
        with pytest.raises(TypeError, match="Expected an array of real numbers, found dtype"):
            backend.as_floating(np.array([1], dtype))

    def test_device_arrays_stay_on_the_device(self, cupy):
        """Promotion does not move."""
        promoted = backend.as_floating(DeviceArray(np.array([1, 2])))

        assert (DeviceArray, np.float64) == (type(promoted), promoted.dtype)
