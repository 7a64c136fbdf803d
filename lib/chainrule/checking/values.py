"""Results as data that no answer can touch any more.

What you can do with this file:

- copy a result into arrays, tuples, lists and dicts of our own: `snapshot`;
- name what is neither: `Opaque`, and what a reading could not read: `Unreadable`;
- count the numbers in a value: `count_numbers`;
- put a value into words for a message: `describe`, `brief`.
"""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.backend import to_host

__all__ = ["Opaque", "Unreadable", "brief", "count_numbers", "describe", "snapshot"]

NUMBER_KINDS = "biuf"
ENTRIES_SHOWN = 12


@dataclass(frozen=True)
class Opaque:
    """A value that cannot be compared; only its type is kept, since its methods are not ours to call."""

    type_name: str


@dataclass(frozen=True)
class Unreadable:
    """A result that a probe's reading or script could not make sense of, and the sentence that says why."""

    sentence: str


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

    No method of the value's class is called, so an object that claims to equal everything gains nothing.

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
    if isinstance(value, (np.ndarray, np.generic, numbers.Number)) and not isinstance(value, np.ma.MaskedArray):
        array = np.array(value, copy=True, subok=False)
        if array.dtype.kind == "U":
            return array.tolist()
        return array if array.dtype.kind in NUMBER_KINDS + "c" else Opaque(f"array with dtype {array.dtype}")
    if value is None or type(value) in (str, Unreadable):
        return value
    if type(value) in (tuple, list):
        return type(value)(snapshot(entry) for entry in value)
    if type(value) is dict:
        return {str(name): snapshot(entry) for name, entry in value.items()}
    return Opaque(type(value).__name__)


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
    return {"list": "a list", "dict": "a dictionary", "str": "a text"}[type(value).__name__]


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
