"""An array that pretends to lie on a GPU.

What you can do with this file:

- wrap a NumPy array: `Array`, whose `get` copies it back.

Numbers are NumPy's. Everything that CuPy refuses is refused, and what makes the host wait is counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.stand_in.calling import Method, module, wrapped
from chainrule.stand_in.counts import COUNTS
from chainrule.stand_in.refusals import DeviceError, no_host_arrays, no_numpy_function
from chainrule.stand_in.surface import ARRAY_NAMES

__all__ = ["Array"]

DIRECT = ("shape", "ndim", "size", "dtype", "nbytes", "itemsize", "strides", "flags")


class Array:
    """A NumPy array behind a wall."""

    __slots__ = ("__weakref__", "numbers")
    __hash__ = None  # type: ignore[assignment]  # as CuPy's
    __module__ = "cupy"
    __array_priority__ = 100  # also as CuPy's

    def __init__(self, host: np.ndarray) -> None:
        if host.dtype.kind not in "biufc" or host.dtype.itemsize > 16 or host.dtype == np.longdouble:
            raise DeviceError(f"A GPU holds numbers; an array of dtype {host.dtype} cannot be moved there.")
        self.numbers = host

    def __getattr__(self, name: str) -> Any:
        if name in DIRECT:
            return getattr(self.numbers, name)
        if name not in ARRAY_NAMES or name.startswith("__"):
            raise AttributeError(f"'cupy.ndarray' object has no attribute {name!r}")
        if name in ("T", "mT", "real", "imag", "base", "flat"):
            return wrapped(getattr(self.numbers, name))
        return Method(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "numbers":
            object.__setattr__(self, name, value)
        elif name == "shape":
            self.numbers.shape = value
        else:
            raise AttributeError(f"attribute {name!r} of 'cupy.ndarray' objects is not writable")

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Any:
        if not self.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[position] for position in range(len(self)))

    def get(self) -> np.ndarray:
        """Copy to the host; the host waits."""
        COUNTS.waits += 1
        COUNTS.to_host += 1
        return self.numbers.copy()

    # All that ends in a number of Python goes by `get`, which counts the wait.

    def item(self, *place: int) -> Any:
        """One number on the host."""
        return self.get().item(*place)

    def tolist(self) -> Any:
        """Numbers on the host."""
        return self.get().tolist()

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise DeviceError(
            "A function of NumPy, or of another library, got an array of the GPU. "
            "Take the function of that name from xp, or move the array with chainrule.to_host."
        )

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        del api_version
        return module()

    def __bool__(self) -> bool:
        return bool(self.get())

    def __int__(self) -> int:
        return int(self.get())

    def __float__(self) -> float:
        return float(self.get())

    def __complex__(self) -> complex:
        return complex(self.get())

    def __repr__(self) -> str:
        return repr(self.get())

    def __str__(self) -> str:
        return str(self.get())

    def __format__(self, form: str) -> str:
        return format(self.get(), form)

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()

    def __reduce__(self) -> Any:
        return _on_device, (self.get(),)

    def __getitem__(self, place: Any) -> Any:
        COUNTS.operations += _is_fancy(place)  # all else is a view
        return wrapped(self.numbers[_place(place)])

    def __setitem__(self, place: Any, value: Any) -> None:
        host_place = _place(place)
        if isinstance(value, np.ndarray) and value.ndim and not _is_fancy(place):
            no_host_arrays("An assignment to a part of an array", [value])
        if isinstance(value, Array) and value.ndim:  # of one number for all places it is the same which one wins
            _no_double_places(host_place)
        COUNTS.operations += 1
        COUNTS.to_device += isinstance(value, np.ndarray)
        self.numbers[host_place] = value.numbers if isinstance(value, Array) else value

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        if any(isinstance(it, (list, tuple)) for it in inputs):
            return NotImplemented
        # NumPy's scalars bring their operators along: np.float64(2) * z comes here too, and names no function of NumPy.
        if not any(isinstance(it, np.generic) for it in inputs):
            no_numpy_function(ufunc.__name__)
        out = keywords.get("out")
        if out is not None:  # NumPy hands over a tuple
            keywords["out"] = out[0]
        function = getattr(module(), ufunc.__name__, None)
        if function is None:
            return NotImplemented
        return (function if method == "__call__" else getattr(function, method))(*inputs, **keywords)

    def __array_function__(self, function: Any, types: Any, args: Any, keywords: Any) -> Any:
        del types
        no_numpy_function(function.__name__)
        place: Any = module()
        try:
            for name in [*function.__module__.split(".")[1:], function.__name__]:
                place = getattr(place, name)
        except AttributeError:
            return NotImplemented
        return place(*args, **keywords)


def _on_device(host: np.ndarray) -> Array:
    """Unpickled."""
    return Array(host)


def _place(place: Any) -> Any:
    """An index for the host. Arrays of numbers are moved, arrays of the device used; a mask makes the host wait."""
    parts = place if isinstance(place, tuple) else (place,)
    found = []
    for part in parts:
        if isinstance(part, (np.ndarray, list)):
            COUNTS.to_device += 1
        host = part.numbers if isinstance(part, Array) else part
        if isinstance(host, np.ndarray) and host.dtype == bool and host.ndim:
            COUNTS.waits += 1
        found.append(host)
    return tuple(found) if isinstance(place, tuple) else found[0]


def _is_fancy(place: Any) -> bool:
    """Whether the index holds an array or a list; then CuPy moves a host value on its own."""
    parts = place if isinstance(place, tuple) else (place,)
    return any(isinstance(part, (Array, np.ndarray, list)) for part in parts)


def _no_double_places(place: Any) -> None:
    """The same place twice: NumPy keeps the last value, a GPU any of them."""
    parts = place if isinstance(place, tuple) else (place,)
    numbers = [np.asarray(part) for part in parts if isinstance(part, (np.ndarray, list))]
    if not numbers or any(part.dtype.kind not in "iu" for part in numbers):
        return
    rows = np.stack([part.ravel() for part in np.broadcast_arrays(*numbers)], axis=1)
    if len(np.unique(rows, axis=0)) < len(rows):
        raise DeviceError(
            "An assignment names the same place twice; on a GPU any of the values may win. Add with xp.add.at."
        )


def _operator(function: str, *, swapped: bool = False, in_place: bool = False) -> Any:
    def operate(self: Array, other: Any) -> Any:
        if isinstance(other, (list, tuple)) or other is None or isinstance(other, str):
            return NotImplemented
        # NumPy's agreement for a class that takes the operator over itself.
        if hasattr(type(other), "__array_ufunc__") and type(other).__array_ufunc__ is None:
            return NotImplemented
        pair = (other, self) if swapped else (self, other)
        return getattr(module(), function)(*pair, **({"out": self} if in_place else {}))

    return operate


def _sign(function: str) -> Any:
    def change(self: Array) -> Any:
        return getattr(module(), function)(self)

    return change


for _name, _function in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "true_divide", "floordiv": "floor_divide",
    "mod": "remainder", "pow": "power", "matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or",
    "xor": "bitwise_xor", "lshift": "left_shift", "rshift": "right_shift",
}.items():  # fmt: skip
    setattr(Array, f"__{_name}__", _operator(_function))
    setattr(Array, f"__r{_name}__", _operator(_function, swapped=True))
    setattr(Array, f"__i{_name}__", _operator(_function, in_place=True))
for _name, _function in {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
    "divmod": "divmod",
}.items():  # fmt: skip
    setattr(Array, f"__{_name}__", _operator(_function))
for _name, _function in {"neg": "negative", "abs": "absolute", "invert": "invert", "pos": "positive"}.items():
    setattr(Array, f"__{_name}__", _sign(_function))
