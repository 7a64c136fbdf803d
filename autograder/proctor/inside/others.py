"""Plain data beyond numbers, text and arrays: sets, ranges, dates, fractions and the like.

What you can do with this file:

- find how a type is taken apart and put together again: `OTHERS` by type, `BY_NAME` by the name on the wire;
- get the plain data of an object whose class is a subclass of plain data: `undressed`;
- get the state of a bit generator as plain data: `plain_state`.

Each entry takes exact types only. `parts` gives values that the wire carries already, and `whole` puts them
together again; whatever `whole` raises on parts that nobody honest sends is a malformed message.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BY_NAME", "DRESSABLE", "OTHERS", "Other", "plain_state", "undressed"]

MOST_DIGITS = 4096


@dataclass(frozen=True)
class Other:
    """One type: its name on the wire, and the two ways."""

    name: str
    parts: Callable[[Any], Any]
    whole: Callable[[Any], Any]


def plain_state(state: Any) -> Any:
    """A bit generator's state with NumPy's integers and arrays as Python's."""
    if isinstance(state, dict):
        return {str(name): plain_state(entry) for name, entry in state.items()}
    if isinstance(state, np.ndarray):
        return {"array": [int(entry) for entry in state]}
    return int(state) if isinstance(state, np.integer) else state


def _random_state(parts: Any) -> np.random.RandomState:
    key, position, has_gauss, gauss = parts
    state = np.random.RandomState(0)
    state.set_state(("MT19937", np.array(key, dtype=np.uint32), int(position), int(has_gauss), float(gauss)))
    return state


def _state_parts(state: np.random.RandomState) -> list[Any]:
    _, key, position, has_gauss, gauss = state.get_state()
    return [key, int(position), int(has_gauss), float(gauss)]


def _decimal(text: Any) -> Decimal:
    if len(text) > MOST_DIGITS:
        raise ValueError(text)
    return Decimal(text)


OTHERS: dict[type, Other] = {
    set: Other("set", list, set),
    frozenset: Other("frozenset", list, frozenset),
    bytearray: Other("bytearray", bytes, bytearray),
    range: Other("range", lambda it: [it.start, it.stop, it.step], lambda parts: range(*parts)),
    slice: Other("slice", lambda it: [it.start, it.stop, it.step], lambda parts: slice(*parts)),
    type(...): Other("ellipsis", lambda _: None, lambda _: ...),
    type(NotImplemented): Other("not implemented", lambda _: None, lambda _: NotImplemented),
    OrderedDict: Other("ordered dict", lambda it: list(it.items()), OrderedDict),
    Counter: Other("counter", dict, Counter),
    deque: Other("deque", lambda it: [list(it), it.maxlen], lambda parts: deque(parts[0], parts[1])),
    Fraction: Other("fraction", lambda it: [it.numerator, it.denominator], lambda parts: Fraction(*parts)),
    Decimal: Other("decimal", str, _decimal),
    dt.date: Other("date", dt.date.isoformat, dt.date.fromisoformat),
    dt.time: Other("time", dt.time.isoformat, dt.time.fromisoformat),
    dt.datetime: Other("datetime", dt.datetime.isoformat, dt.datetime.fromisoformat),
    dt.timedelta: Other(
        "timedelta",
        lambda it: [it.days, it.seconds, it.microseconds],
        lambda parts: dt.timedelta(*parts),
    ),
    np.random.RandomState: Other("random state", _state_parts, _random_state),
}
BY_NAME = {other.name: other for other in OTHERS.values()}

DRESSABLE: dict[type, Callable[[Any], Any]] = {
    Counter: Counter,
    OrderedDict: OrderedDict,
    dict: dict,
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    str: str.__str__,
    bytes: bytes,
    int: int.__int__,
    float: float.__float__,
    complex: complex,
    np.ndarray: lambda it: np.array(it, subok=False),
}


def undressed(value: Any) -> Any:
    """
    Get the plain data of an object whose class is a subclass of plain data, such as a namedtuple.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    object
        The data as an exact type, or None where the object has none.

    Examples
    --------
    >>> import collections
    >>> undressed(collections.namedtuple("Point", "x y")(1, 2))
    (1, 2)
    """
    if isinstance(value, type) or not isinstance(value, tuple(DRESSABLE)):
        return None
    if type(value) is defaultdict:
        return dict(value)
    base = next(it for it in DRESSABLE if isinstance(value, it))
    return None if type(value) is base else DRESSABLE[base](value)
