"""One name for two array modules: NumPy on the host, CuPy on a GPU.

What you can do with this file:

- choose the module for a notebook: `use`;
- find the module that an array belongs to: `get_array_module`;
- move an array, on purpose: `to_device`, `to_host`;
- promote integers and booleans before a formula: `as_floating`;
- learn why the GPU is not taken: `gpu_state`.

This is the only module that imports CuPy. Library functions infer the module from their arguments,
keep no global state and never move an array on their own.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

__all__ = [
    "DeviceUnavailableError",
    "GpuState",
    "as_floating",
    "get_array_module",
    "gpu_state",
    "to_device",
    "to_host",
    "use",
]

Array = Any
"""A NumPy or CuPy array. Their stubs share no base class that a checker could use."""


class DeviceUnavailableError(RuntimeError):
    """A GPU was asked for and cannot be used; `state` says at which step it failed."""

    def __init__(self, state: GpuState) -> None:
        super().__init__(state.sentence)
        self.state = state


@dataclass(frozen=True)
class GpuState:
    """How far a machine is from computing on its GPU."""

    name: Literal["ready", "no-cupy", "no-driver", "no-device", "no-kernel"]
    sentence: str

    @property
    def usable(self) -> bool:
        """Whether arrays can be made and computed with on the GPU."""
        return self.name == "ready"


def gpu_state() -> GpuState:
    """
    Find out in four steps whether a GPU can be used, and put the answer in words.

    The steps are: CuPy can be imported; the driver answers the question for the number of devices;
    there is at least one device; a small kernel compiles and gives a known result.
    A machine without a driver imports CuPy silently and fails at the first use, so the import proves nothing.

    Returns
    -------
    GpuState
        `name` is one of "ready", "no-cupy", "no-driver", "no-device", "no-kernel";
        `sentence` says what was found and what to try.

    Examples
    --------
    >>> gpu_state().name in {"ready", "no-cupy", "no-driver", "no-device", "no-kernel"}
    True
    """
    try:
        cupy = importlib.import_module("cupy")
    except ImportError:
        return GpuState("no-cupy", "CuPy is not installed; environment-gpu.yml lists what a GPU needs.")
    except Exception as error:  # noqa: BLE001 - a broken installation must not break the notebook
        return GpuState("no-cupy", f"CuPy is installed but cannot be imported ({type(error).__name__}); reinstall it.")
    try:
        count = int(cupy.cuda.runtime.getDeviceCount())
    except Exception as error:  # noqa: BLE001 - any failure of the driver means the same to the user
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return GpuState(
            "no-driver",
            f"CuPy is installed, but the NVIDIA driver does not answer ({reason}); install or update it.",
        )
    if count == 0:
        return GpuState("no-device", "CuPy and a driver are installed, but the machine shows no GPU.")
    try:
        numbers = cupy.arange(4, dtype=cupy.float32)
        total = float((numbers * 2 + 1).sum())
        name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    except Exception as error:  # noqa: BLE001 - compiler, headers and memory fail in many ways
        return GpuState(
            "no-kernel",
            f"A GPU is there, but a first small kernel failed ({type(error).__name__}); "
            'the parts of CUDA may be missing or newer than the driver: install "cupy-cuda13x[ctk]", or '
            '"cupy-cuda12x[ctk]" where the driver is older than 580.',
        )
    if total != 16.0:
        return GpuState("no-kernel", f"A GPU is there, but a first small kernel gave {total}, not 16.")
    return GpuState("ready", f"{name} is ready.")


def use(device: Literal["auto", "cpu", "gpu"] = "auto") -> Any:
    """
    Choose the array module of a notebook, and say in words what was chosen.

    Parameters
    ----------
    device : {"auto", "cpu", "gpu"}
        "auto" takes the GPU where one can be used.

    Returns
    -------
    module
        The real `numpy` or `cupy`, to be named `xp`.

    Raises
    ------
    DeviceUnavailableError
        `device` is "gpu" and no GPU can be used.
    ValueError
        `device` is another word.

    Examples
    --------
    >>> xp = use("cpu")
    Arrays live on the CPU: xp is NumPy.
    >>> xp.exp(0.0).item()
    1.0
    """
    if device not in ("auto", "cpu", "gpu"):
        raise ValueError(f'use expects "auto", "cpu" or "gpu", not {device!r}.')
    if device == "cpu":
        print("Arrays live on the CPU: xp is NumPy.")  # noqa: T201 - the sentence is the point
        return np
    state = gpu_state()
    if state.usable:
        print(f"Arrays live on the GPU: xp is CuPy. {state.sentence}")  # noqa: T201 - see above
        return importlib.import_module("cupy")
    if device == "gpu":
        raise DeviceUnavailableError(state)
    print(f"Arrays live on the CPU: xp is NumPy. {state.sentence}")  # noqa: T201 - see above
    return np


def get_array_module(*arrays: Array) -> Any:
    """
    Find the module that the arguments belong to.

    Parameters
    ----------
    *arrays : array or scalar
        Python numbers, lists and None fit either module.

    Returns
    -------
    module
        `cupy` when an argument is a CuPy array, else `numpy`.

    Raises
    ------
    TypeError
        Host and device arrays are mixed: nothing is moved silently.

    Examples
    --------
    >>> get_array_module(np.zeros(3), 2.0).__name__
    'numpy'
    """
    if "cupy" not in sys.modules:  # asked several times in each step of a training run, so the usual case is first
        return np
    device = [array for array in arrays if _is_on_device(array)]
    if not device:
        return np
    if any(isinstance(array, np.ndarray) for array in arrays):
        raise TypeError(
            "Host and device arrays are mixed: expected all arguments in one module, found NumPy and CuPy. "
            "Move one with chainrule.to_device or chainrule.to_host."
        )
    return device[0].__array_namespace__()


def to_device(array: Array, xp: Any) -> Array:
    """
    Move an array into the module `xp`; the same array comes back where it is there already.

    Parameters
    ----------
    array : array
        A NumPy or CuPy array, any shape and dtype.
    xp : module
        `numpy` or `cupy`, as `use` returns it.

    Returns
    -------
    array
        The same shape, dtype and values, in `xp`.

    Examples
    --------
    >>> to_device(np.ones(2), np)
    array([1., 1.])
    """
    return to_host(array) if xp is np else xp.asarray(array)


def to_host(array: Array) -> Array:
    """
    Move an array to the host; a NumPy array comes back as it is.

    Parameters
    ----------
    array : array
        A NumPy or CuPy array, any shape and dtype.

    Returns
    -------
    numpy.ndarray
        The same shape, dtype and values.

    Examples
    --------
    >>> to_host(np.ones(2))
    array([1., 1.])
    """
    return array.get() if _is_on_device(array) else array


def as_floating(array: Array) -> Array:
    """
    Promote integers and booleans to float64; float32 and float64 arrays come back as they are.

    Parameters
    ----------
    array : array
        Any shape; boolean, integer or floating.

    Returns
    -------
    array
        The same shape and module, floating.

    Raises
    ------
    TypeError
        The values are not real numbers.

    Examples
    --------
    >>> as_floating(np.array([1, 2])).dtype
    dtype('float64')
    >>> as_floating(np.float32([1, 2])).dtype
    dtype('float32')
    """
    xp = get_array_module(array)
    array = xp.asarray(array)
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "biu":
        return array.astype(xp.float64)
    raise TypeError(f"Expected an array of real numbers, found dtype {array.dtype}.")


def _is_on_device(array: Array) -> bool:
    """Whether the array is CuPy's. CuPy is asked only where somebody has imported it already."""
    cupy = sys.modules.get("cupy")
    return cupy is not None and isinstance(array, cupy.ndarray)
