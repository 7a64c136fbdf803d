"""Calls of functions and methods with arrays that pretend to lie on a GPU.

What you can do with this file:

- give a function of NumPy the manners of CuPy's: `Function`;
- call a method of an array: `Method`;
- get an array back from what NumPy returned: `wrapped`;
- get the module that stands in for CuPy: `module`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.stand_in.counts import COUNTS
from chainrule.stand_in.manners import HOST_NUMBERS, INDEXING, SIZES, TRUTHS, VIEWS, WAITING, WITH_LISTS
from chainrule.stand_in.refusals import DeviceError, known_keywords, no_host_arrays, no_lists
from chainrule.stand_in.surface import method_keywords

__all__ = ["HOME", "Function", "Method", "module", "wrapped"]

HOME: dict[str, Any] = {}
"""The class of arrays and the module that stands in for CuPy; the files that define them put them here."""


def module() -> Any:
    """
    Give the module that stands in for CuPy.

    Returns
    -------
    module
        What `pretending` puts into the place of CuPy.

    Examples
    --------
    >>> import chainrule.stand_in
    >>> module().__name__
    'cupy'
    """
    return HOME["module"]


def wrapped(result: Any) -> Any:
    """
    Put arrays and NumPy's scalars on the device; everything else stays as it is.

    Parameters
    ----------
    result : object
        What a function of NumPy returned; tuples and lists keep their type.

    Returns
    -------
    object
        Arrays of the device, those in tuples and lists too.

    Examples
    --------
    >>> import chainrule.stand_in
    >>> wrapped(np.float32(2.0)).shape
    ()
    """
    if isinstance(result, np.ndarray):
        return HOME["array"](result)
    if isinstance(result, np.generic):
        return HOME["array"](np.asarray(result))
    if isinstance(result, (tuple, list)):
        parts = [wrapped(part) for part in result]
        # Some results of `linalg` are namedtuples, which take their fields one by one.
        return type(result)(*parts) if hasattr(result, "_fields") else type(result)(parts)
    return result


def _bare(value: Any) -> Any:
    """The NumPy array inside, also inside lists."""
    if isinstance(value, HOME["array"]):
        return value.numbers
    if isinstance(value, (list, tuple)) and any(isinstance(it, (HOME["array"], list, tuple)) for it in value):
        return type(value)(_bare(it) for it in value)
    return value


def _flat(values: Any) -> Any:
    """All values, those in lists too."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _flat(value)
        else:
            yield value


def _no_arrays(called: str, numbers: Any) -> None:
    """Refuse arrays of the device where sizes, axes and counts stand."""
    if any(isinstance(it, HOME["array"]) for it in _flat(numbers)):
        raise DeviceError(f"{called} needs a number of Python here, such as int(n), and got an array.")


def _without_indices(name: str, args: Any) -> Any:
    """The arguments but for an index of the host, whose way to the device is counted."""
    if name not in INDEXING:
        return args
    moved = [isinstance(it, (np.ndarray, list)) for it in args[-1:]]
    COUNTS.to_device += sum(moved)
    return args[: len(args) - sum(moved)]


class Function:
    """A function of NumPy that takes what CuPy's function of that name takes."""

    def __init__(self, name: str, function: Any, keywords: frozenset[str] | None, prefix: str = "xp.") -> None:
        self.__name__ = name
        self.__doc__ = f"Stands in for the function of CuPy with the name {name}."
        self._function, self._keywords, self._called = function, keywords, prefix + name

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        known_keywords(self._called, keywords, self._keywords)
        self._refuse(args, keywords)
        name = self.__name__
        COUNTS.operations += name not in VIEWS
        if name in WAITING or (name == "where" and len(args) + len(keywords) == 1):
            COUNTS.waits += 1
        result = self._function(*map(_bare, args), **{key: _bare(value) for key, value in keywords.items()})
        if keywords.get("out") is not None:
            return keywords["out"]
        return wrapped(np.asarray(result)) if name in TRUTHS else wrapped(result)

    def _refuse(self, args: Any, keywords: Any) -> None:
        no_host_arrays(self._called, _flat([*_without_indices(self.__name__, args), *keywords.values()]))
        if isinstance(self._function, np.ufunc):
            no_lists(self._called, args)
        elif self._called.startswith("xp.") and self.__name__ not in WITH_LISTS | SIZES:
            no_lists(self._called, args[:1])  # behind it stand axes and shapes, which may be tuples
        numbers = [keywords[name] for name in HOST_NUMBERS & keywords.keys()]
        numbers += _flat(args) if self.__name__ in SIZES else []
        _no_arrays(self._called, numbers)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not isinstance(self._function, np.ufunc):
            raise AttributeError(f"{self._called} has no {name!r}")
        # Such as `xp.add.at`.
        return Function(name, getattr(self._function, name), None, prefix=f"{self._called}.")


class Method:
    """A method of an array, bound to it."""

    def __init__(self, array: Any, name: str) -> None:
        self.__name__ = name
        self._array = array

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        name, host = self.__name__, self._array.numbers
        known_keywords(f"The method {name}", keywords, method_keywords(name))
        no_host_arrays(f"The method {name}", _flat([*_without_indices(name, args), *keywords.values()]))
        _no_arrays(f"The method {name}", [keywords[it] for it in HOST_NUMBERS & keywords.keys()])
        given = args if name in ("reshape", "transpose") else [_bare(it) for it in args]
        COUNTS.operations += name not in VIEWS
        COUNTS.waits += name in WAITING
        result = getattr(host, name)(*given, **{key: _bare(value) for key, value in keywords.items()})
        return keywords["out"] if keywords.get("out") is not None else wrapped(result)
