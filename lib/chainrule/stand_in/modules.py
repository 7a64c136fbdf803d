"""A module that can be imported as CuPy.

What you can do with this file:

- get it: `CUPY`;
- let it stand in for CuPy inside a block: `pretending`.
"""

from __future__ import annotations

import contextlib
import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.stand_in.arrays import Array
from chainrule.stand_in.calling import HOME, Function
from chainrule.stand_in.counts import COUNTS
from chainrule.stand_in.refusals import STRICT, DeviceError, known_keywords
from chainrule.stand_in.surface import GENERATOR_NAMES, VERSIONS, keywords_of, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CUPY", "pretending"]


class _Module(types.ModuleType):
    """Names that CuPy has, with NumPy's functions behind them."""

    def __init__(self, name: str, host: Any) -> None:
        super().__init__(f"cupy.{name}" if name else "cupy", "Stands in for CuPy.")
        self._part, self._functions = name, host

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in names_of(self._part):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if not hasattr(self._functions, name):
            raise NotImplementedError(f"{self.__name__}.{name} is CuPy's alone; the stand-in does not know it.")
        found = getattr(self._functions, name)
        if callable(found) and not isinstance(found, type):
            prefix = f"xp.{self._part}." if self._part else "xp."
            found = Function(name, found, keywords_of(self._part, name), prefix)
        setattr(self, name, found)  # found from now on without coming here
        return found


class _Generator:
    """Random numbers drawn on the device, by the methods that CuPy's generator has."""

    def __init__(self, seed: Any = None) -> None:
        self._host = np.random.default_rng(seed)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in GENERATOR_NAMES:
            raise AttributeError(f"'cupy.random.Generator' object has no attribute {name!r}")
        return Function(name, getattr(self._host, name), None, "The generator's method ")


def _asarray(a: Any, dtype: Any = None, **keywords: Any) -> Array:
    """Move to the device; an array of the device stays where it is."""
    known_keywords("xp.asarray", keywords, keywords_of("", "asarray"))
    return _made(a, dtype, copy=False)


def _array(obj: Any, dtype: Any = None, copy: bool = True, **keywords: Any) -> Array:
    """Copy to the device."""
    known_keywords("xp.array", keywords, keywords_of("", "array"))
    return _made(obj, dtype, copy=copy)


def _made(given: Any, dtype: Any, *, copy: bool) -> Array:
    if isinstance(given, Array):
        if not copy and (dtype is None or given.dtype == dtype):
            return given
        COUNTS.operations += 1
        return Array(given.numbers.astype(dtype or given.dtype))
    parts = [it for it in given if isinstance(it, Array)] if isinstance(given, (list, tuple)) else []
    if parts and len(parts) < len(given):
        raise DeviceError("xp.array got a list of arrays of the GPU and other things; make each an array first.")
    if parts:
        stacked: Array = CUPY.stack(given)
        return stacked if dtype is None else stacked.astype(dtype)
    COUNTS.to_device += 1
    return Array(np.array(given, dtype=dtype))


def _asnumpy(a: Any, *_: Any, **__: Any) -> np.ndarray:
    """Copy to the host."""
    return a.get() if isinstance(a, Array) else np.asarray(a)


def _get_array_module(*arrays: Any) -> Any:
    """The stand-in where one of the arguments is on the device, else NumPy."""
    return CUPY if any(isinstance(it, Array) for it in arrays) else np


def _full(shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C") -> Array:
    """A size of the host, a value from either side."""
    if isinstance(fill_value, np.ndarray) and fill_value.ndim:
        raise DeviceError("xp.full got a NumPy array; make it with xp, not with np.")
    COUNTS.operations += 1
    value = fill_value.numbers if isinstance(fill_value, Array) else fill_value
    return Array(np.full(shape, value, dtype, order))


def _wait() -> None:
    COUNTS.waits += 1


def _devices() -> types.ModuleType:
    cuda = types.ModuleType("cupy.cuda")
    names = {"name": b"A stand-in for a GPU"}
    cuda.runtime = types.SimpleNamespace(getDeviceCount=lambda: 1, getDeviceProperties=lambda _: names)  # type: ignore[attr-defined]
    waiting = types.SimpleNamespace(synchronize=_wait)
    cuda.Device = cuda.get_current_stream = lambda *_: waiting  # type: ignore[attr-defined]
    return cuda


CUPY: Any = _Module("", np)
for _name in ("linalg", "random", "fft"):
    setattr(CUPY, _name, _Module(_name, getattr(np, _name)))
for _function in (_asarray, _array, _asnumpy, _get_array_module, _full):
    setattr(CUPY, _function.__name__[1:], _function)
CUPY.ndarray, CUPY.cuda, CUPY.__version__ = Array, _devices(), VERSIONS["cupy"]
CUPY.asanyarray = CUPY.ascontiguousarray = _asarray
CUPY.random.Generator, CUPY.random.default_rng = _Generator, _Generator
CUPY.newaxis = None
HOME.update(array=Array, module=CUPY)


@contextlib.contextmanager
def pretending(*, strict: bool = False) -> Iterator[Any]:
    """
    Let the stand-in be what `import cupy` gives, inside the block.

    Parameters
    ----------
    strict : bool
        Whether NumPy's own functions are refused for arrays of the device, though CuPy takes most of them over.

    Yields
    ------
    module
        The stand-in.

    Examples
    --------
    >>> from chainrule.backend import get_array_module, to_device
    >>> with pretending() as xp:
    ...     z = to_device(np.array([1.0, 2.0]), xp)
    ...     print(get_array_module(z).__name__, (z * 2).get())
    cupy [2. 4.]
    """
    before = {name: sys.modules.get(name) for name in ("cupy", "cupy.cuda", "cupy.linalg", "cupy.random")}
    sys.modules.update(
        {
            "cupy": CUPY,
            "cupy.cuda": CUPY.cuda,
            "cupy.linalg": CUPY.linalg,
            "cupy.random": CUPY.random,
        }
    )
    before_strict = STRICT.set(strict)
    try:
        yield CUPY
    finally:
        STRICT.reset(before_strict)
        for name, found in before.items():
            if found is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = found
