"""Results as data that no answer can touch any more.

What you can do with this file:

- copy a result into arrays, tuples, lists and dicts of our own: `snapshot`;
- give it the form that is expected, where it unpacks to the same: `unpacked`;
- name what is neither: `Opaque`, and what a reading could not read: `Unreadable`;
- count the numbers in a value: `count_numbers`;
- put a value into words for a message: `describe`, `brief`.
"""

from __future__ import annotations

import array
import itertools
import numbers
import types
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.backend import to_host

__all__ = ["Opaque", "Unreadable", "brief", "count_numbers", "describe", "snapshot", "unpacked"]

NUMBER_KINDS = "biuf"
ENTRIES_SHOWN = 12
EXACT = (Fraction, Decimal)  # numbers that NumPy keeps as objects
UNPACKED: tuple[type, ...] = (
    deque,
    range,
    map,
    zip,
    filter,
    enumerate,
    reversed,
    types.GeneratorType,
    type({}.keys()),
    type({}.values()),
)
MOST_UNPACKED = 100_000  # a generator may never end


@dataclass(frozen=True)
class Opaque:
    """A value that cannot be compared; only its type is kept, since its methods are not ours to call."""

    type_name: str


@dataclass(frozen=True)
class Unreadable:
    """A result that a probe's reading or script could not make sense of, and the sentence that says why."""

    sentence: str


class _Steps(list):  # type: ignore[type-arg] # of snapshots, as every list here
    """What a generator or another iterator gave, in its order."""


def count_numbers(value: Any) -> int:
    """
    Count the numbers in an argument, those in lists and tuples of arrays too.

    Parameters
    ----------
    value : object
        An array, a scalar, or lists and tuples of them.

    Returns
    -------
    int
        What is no array counts as one number.

    Examples
    --------
    >>> count_numbers([np.zeros((2, 3)), np.zeros(3)])
    9
    """
    if isinstance(value, (list, tuple)):
        return sum(count_numbers(entry) for entry in value)
    return value.size if isinstance(value, np.ndarray) else 1


def snapshot(value: Any) -> Any:
    """
    Copy a result: numbers and arrays to host arrays, containers entry by entry, all else to `Opaque`.

    A number may be of any type, and a container of any class that unpacks in an order: a named tuple is a tuple,
    a generator a list. No method of a class of the student's is called, so an object that claims to equal everything
    gains nothing.

    Parameters
    ----------
    value : object
        What an answer returned.

    Returns
    -------
    numpy.ndarray, tuple, list, dict, str, None or Opaque
        Numbers become arrays of no dimensions, arrays of texts become lists.

    Examples
    --------
    >>> snapshot((1, "text"))
    (array(1), 'text')
    >>> snapshot(object())
    Opaque(type_name='object')
    """
    value = to_host(value)
    if type(value) is np.ma.MaskedArray and not np.ma.is_masked(value):
        value = value.data
    if isinstance(value, (np.ndarray, np.generic, numbers.Number)) and not isinstance(value, np.ma.MaskedArray):
        return _numbers(np.array(float(value) if isinstance(value, EXACT) else value, copy=True, subok=False))
    if value is None or type(value) is Unreadable:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, tuple):
        return tuple(snapshot(entry) for entry in tuple.__iter__(value))
    if isinstance(value, list):
        return [snapshot(entry) for entry in list.__iter__(value)]
    if isinstance(value, dict):
        return {str(name): snapshot(entry) for name, entry in dict.items(value)}
    if isinstance(value, array.array):
        return _numbers(np.array(memoryview(value)))
    if type(value) in UNPACKED:
        return _Steps(snapshot(entry) for entry in itertools.islice(value, MOST_UNPACKED))
    return Opaque(type(value).__name__)


def _numbers(values: np.ndarray) -> Any:
    """An array of numbers as it is, of texts as a list, of objects that are numbers as numbers; else `Opaque`."""
    if values.dtype.kind == "U":
        return values.tolist()
    if values.dtype.kind == "O" and values.size and all(type(it) in (bool, np.bool_) for it in values.flat):
        return values.astype(bool)
    if values.dtype.kind == "O" and all(type(it) in (*EXACT, int, float) for it in values.flat):
        return values.astype(float)
    return values if values.dtype.kind in NUMBER_KINDS + "c" else Opaque(f"array with dtype {values.dtype}")


def unpacked(wanted: Any, found: Any) -> Any:
    """
    Give a snapshot the form of another where it unpacks to the same: results, rows and entries in their order.

    Parameters
    ----------
    wanted : object
        A snapshot of the form that is expected.
    found : object
        A snapshot of what an answer gave.

    Returns
    -------
    object
        Tuples in place of lists and arrays of rows, arrays in place of nested lists, at every depth; what does not
        unpack to that form stays as it is.

    Examples
    --------
    >>> unpacked((np.array(1.0), np.array(2.0)), np.array([3.0, 4.0]))
    (array(3.), array(4.))
    >>> unpacked(np.zeros(2), [np.array(3.0), np.array(4.0)])
    array([3., 4.])
    """
    if isinstance(wanted, np.ndarray):
        joined = _joined(found) if wanted.ndim else found
        return joined if getattr(joined, "shape", None) == wanted.shape else found
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {name: unpacked(wanted.get(name), entry) for name, entry in found.items()}
    if not isinstance(wanted, (tuple, list)):
        return found
    if isinstance(found, np.ndarray) and found.ndim:
        found = [np.array(row) for row in found]
    if not isinstance(found, (list, tuple)):
        return found
    if len(found) == len(wanted):
        found = [unpacked(part, entry) for part, entry in zip(wanted, found, strict=True)]
    return type(wanted)(found)


def _joined(found: Any) -> Any:
    """Nested lists of numbers as one array, where their rows are equally long."""
    if not isinstance(found, (list, tuple)):
        return found
    rows = [_joined(entry) for entry in found]
    if not all(isinstance(row, np.ndarray) for row in rows):
        return found
    return np.stack(rows) if len({row.shape for row in rows}) == 1 else np.zeros(0) if not rows else found


def describe(value: Any) -> str:
    """
    Say what kind of value a snapshot is, without its numbers.

    Parameters
    ----------
    value : object
        A snapshot.

    Returns
    -------
    str
        Words that fit after "returned".

    Examples
    --------
    >>> describe(np.zeros((2, 3)))
    'an array of shape (2, 3)'
    >>> describe([1.0])
    'a list'
    """
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a number"
    if isinstance(value, tuple):
        return {0: "an empty tuple", 1: "a tuple with one result"}.get(len(value), f"{len(value)} results")
    if isinstance(value, Opaque):
        return f"an {value.type_name}" if value.type_name.startswith("array ") else f"a value of type {value.type_name}"
    return {"list": "a list", "dict": "a dictionary", "str": "a text", "_Steps": "a generator"}[type(value).__name__]


def brief(value: Any) -> str:
    """
    Write a value in one line: small arrays whole, large ones by shape.

    Parameters
    ----------
    value : object
        A snapshot or an argument.

    Returns
    -------
    str
        At most about 200 characters.

    Examples
    --------
    >>> brief(np.array([[1.0, 0.3333333]]))
    '[[1, 0.333333]]'
    >>> brief(np.zeros((10, 10)))
    'array of shape (10, 10)'
    """
    if isinstance(value, np.ndarray):
        if value.size > ENTRIES_SHOWN:
            return f"array of shape {value.shape}"
        return _written(value.tolist())
    if isinstance(value, np.generic):
        return _written(value.item())
    if isinstance(value, (tuple, list)):
        return _written(value)
    if isinstance(value, Opaque):
        return f"<{value.type_name}>"
    return _written(value)


def _written(value: Any) -> str:
    if isinstance(value, float):
        return f"{value + 0.0:.6g}"  # the sum turns -0 into 0
    if isinstance(value, list):
        return "[" + ", ".join(brief(entry) for entry in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(brief(entry) for entry in value) + ")"
    return str(value)[:200]
