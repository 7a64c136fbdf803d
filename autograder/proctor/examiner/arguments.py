"""What goes along with a call, and what comes back from one: objects that are there twice, functions of the test.

What you can do with this file:

- let an object that is among the arguments twice go out once: `shared_once`;
- put the test's own functions where their numbers came back: `with_functions`;
- tell an array that is passed again from another one: `Marks`.

Theory of operation. Both sides number the mutable arguments in the order of `aliases.mutables`. What stands there
a second time goes out as a `Reference` to the first, so that the numbers agree and `a is b` stays true inside.
"""

from __future__ import annotations

import itertools
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from proctor.inside.aliases import ATOMS, rebuilt
from proctor.inside.wire import Callback, Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Marks", "shared_once", "with_functions"]


def shared_once(
    args: tuple[Any, ...], kwargs: dict[str, Any], originals: list[Any]
) -> tuple[list[Any], dict[str, Any]]:
    """
    Let an object that is among the arguments twice go out once.

    Parameters
    ----------
    args, kwargs : tuple and dict
        Of a call.
    originals : list
        What `aliases.mutables` found in them.

    Returns
    -------
    tuple of (list, dict)
        The same arguments with references; containers are copied where they hold any.
    """
    numbers = {id(it): number for number, it in enumerate(originals)}
    seen: set[int] = set()

    def once(value: Any) -> Any:
        if type(value) in ATOMS:
            return value
        if id(value) in seen:
            return Reference(numbers[id(value)])
        if id(value) in numbers:
            seen.add(id(value))  # before its entries: a list that holds itself would be walked without end
        return rebuilt(value, once)

    if not originals:  # of what cannot be changed nobody can tell whether it is there twice
        return list(args), kwargs
    return [once(it) for it in args], {name: once(it) for name, it in kwargs.items()}


def with_functions(value: Any, functions: Mapping[int, Callable[..., Any]]) -> Any:
    """
    Put the test's own functions where their numbers came back.

    Parameters
    ----------
    value : object
        What arrived.
    functions : mapping of int to callable
        What was sent and can still be called.

    Returns
    -------
    object
        The same; containers are copied where they hold any. Unknown numbers stay what they are.
    """
    if not functions or type(value) in ATOMS:
        return value
    if type(value) is Callback:
        return functions.get(value.number, value)
    return rebuilt(value, lambda entry: with_functions(entry, functions))


class Marks:
    """A number for each array that was passed, so that it is one array inside, too, when it is passed again."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[weakref.ref[np.ndarray], int]] = {}
        self._numbers = itertools.count()

    def of(self, originals: list[Any]) -> list[list[int]]:
        """
        Give the places of the arrays among the arguments, and the mark of each.

        Parameters
        ----------
        originals : list
            What `aliases.mutables` found in the arguments.

        Returns
        -------
        list of [int, int]
            Only weak references are kept, so an array that the test drops is freed, and its mark with it.
        """
        return [[place, self._mark(it)] for place, it in enumerate(originals) if type(it) is np.ndarray]

    def _mark(self, array: np.ndarray) -> int:
        known = self._of.get(id(array))
        if known is None or known[0]() is not array:  # another array may have got the address of one that is gone
            key = id(array)
            known = self._of[key] = weakref.ref(array, lambda gone: self._forget(key, gone)), next(self._numbers)
        return known[1]

    def _forget(self, key: int, gone: weakref.ref[np.ndarray]) -> None:
        if key in self._of and self._of[key][0] is gone:
            del self._of[key]
