"""Plain data beyond numbers, text and arrays: sets, ranges, dates, fractions and the like.

What you can do with this file:

- find how a type is taken apart and put together again: `OTHERS` by type, `BY_NAME` by the name on the wire;
- know the types that are data themselves: `TYPES`;
- get the plain data of an object whose class is a subclass of plain data: `undressed`;
- get the state of a bit generator as plain data: `plain_state`; put it together again: `numpy_state`;
- refuse a state that makes NumPy read outside of it: `refuse_wild_state`;
- refuse members that have the same hash on purpose: `refuse_collisions`.

Each entry takes exact types only. `parts` gives values that the wire carries already, and `whole` puts them
together again, once the parts are of the exact types that `parts` gives: a set of a huge range would take all
memory, and a stand-in among them would ask for its number. Whatever `whole` raises is a malformed message.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

import numpy as np

from .wire import Unsendable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BY_NAME",
    "DRESSABLE",
    "OTHERS",
    "PATHS",
    "TWISTER_WORDS",
    "TYPES",
    "Other",
    "numpy_state",
    "plain_state",
    "refuse_collisions",
    "refuse_wild_state",
    "undressed",
]

MOST_DIGITS = 4096
TWISTER_WORDS = 624
PHILOX_WORDS = 4
FEW = 1000
PATHS = (type(Path()), PurePosixPath, PureWindowsPath)
# Types that mean the same on both sides; a test compares them with `is`, or a function is given one to call.
TYPES = {
    it.__name__: it
    for it in (
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        bytearray,
        list,
        tuple,
        dict,
        set,
        frozenset,
        range,
        slice,
        type(None),
    )
}


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


def numpy_state(state: Any) -> Any:
    """A bit generator's state as NumPy takes it; of exact types, since NumPy asks all others for their number."""
    if type(state) is dict and set(state) == {"array"} and all(type(it) is int for it in state["array"]):
        return np.array(state["array"], dtype=np.uint64)
    if type(state) is dict:
        return {name: numpy_state(entry) for name, entry in state.items()}
    if type(state) not in (int, str):
        raise TypeError(state)
    return state


def refuse_wild_state(bit_generator: Any) -> None:
    """
    Raise ValueError where a position lies outside of what was drawn ahead.

    NumPy takes any position and reads there, in whatever memory that is.
    """
    state = bit_generator.state
    position, buffered = state["state"].get("pos", 0), state.get("buffer_pos", 0)
    if not (0 <= position <= TWISTER_WORDS and 0 <= buffered <= PHILOX_WORDS):
        raise ValueError(position, buffered)


def refuse_collisions(members: list[Any]) -> list[Any]:
    """Raise ValueError where most of many members have the same hash: a set of them would take hours to build."""
    if len(members) > FEW and len({hash(it) for it in members}) * 2 < len(members):
        raise ValueError(len(members))
    return members


def _random_state(parts: Any) -> np.random.RandomState:
    key, position, has_gauss, gauss = _exact(parts, np.ndarray, int, int, float)
    state = np.random.RandomState(0)
    state.set_state(("MT19937", key, position, has_gauss, gauss))
    refuse_wild_state(state._bit_generator)  # noqa: SLF001 - has no public name
    return state


def _state_parts(state: np.random.RandomState) -> list[Any]:
    _, key, position, has_gauss, gauss = state.get_state()
    return [key, int(position), int(has_gauss), float(gauss)]


def _digits(value: Decimal) -> str:
    text = str(value)
    if len(text) > MOST_DIGITS:  # refused here: over there nobody could tell it from a forged one
        raise Unsendable(f"A decimal number of more than {MOST_DIGITS} characters cannot be sent.")
    return text


def _decimal(text: Any) -> Decimal:
    if type(text) is not str or len(text) > MOST_DIGITS:
        raise ValueError(text)
    return Decimal(text)


def _ordered(names: Any, values: Any) -> OrderedDict[Any, Any]:
    return OrderedDict(zip(refuse_collisions(_listed(names)), values, strict=True))


def _deque(entries: Any, most: Any) -> deque[Any]:
    return deque(_listed(entries), maxlen=None if most is None else _exact([most], int)[0])


def _objects(parts: Any) -> np.ndarray:
    """An array of objects; its shape is checked before there is memory for it."""
    shape, entries = _exact(parts, list, list)
    if not all(type(it) is int and it >= 0 for it in shape) or math.prod(shape) != len(entries):
        raise ValueError(shape)
    made = np.empty(len(entries), dtype=object)
    for place, entry in enumerate(entries):  # at once NumPy would look into lists
        made[place] = entry
    return made.reshape(shape)


def _listed(parts: Any) -> list[Any]:
    """The parts, when they are a list; to unpack a huge range takes all memory too."""
    return _exact([parts], list)[0]  # type: ignore[no-any-return] # that is what was checked


def _exact(parts: Any, *kinds: type) -> list[Any]:
    """The parts, when each has its exact type."""
    if type(parts) is not list or [type(it) for it in parts] != list(kinds):
        raise TypeError(kinds)
    return parts


def _of(kind: type, make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Make a value of parts of one exact type."""
    return lambda parts: make(*_exact([parts], kind))


OTHERS: dict[type, Other] = {
    set: Other("set", list, lambda parts: set(refuse_collisions(_listed(parts)))),
    frozenset: Other("frozenset", list, lambda parts: frozenset(refuse_collisions(_listed(parts)))),
    bytearray: Other("bytearray", bytes, _of(bytes, bytearray)),
    range: Other(
        "range",
        lambda it: [it.start, it.stop, it.step],
        lambda parts: range(*_exact(parts, int, int, int)),
    ),
    slice: Other("slice", lambda it: [it.start, it.stop, it.step], lambda parts: slice(*_listed(parts))),
    type: Other("type", lambda it: it.__name__, _of(str, TYPES.__getitem__)),
    type(...): Other("ellipsis", lambda _: None, lambda _: ...),
    type(NotImplemented): Other("not implemented", lambda _: None, lambda _: NotImplemented),
    OrderedDict: Other(
        "ordered dict", lambda it: [list(it), list(it.values())], lambda parts: _ordered(*_listed(parts))
    ),
    Counter: Other("counter", dict, _of(dict, Counter)),
    deque: Other("deque", lambda it: [list(it), it.maxlen], lambda parts: _deque(*_listed(parts))),
    Fraction: Other(  # of NumPy's integers it keeps these as its parts
        "fraction",
        lambda it: [int(it.numerator), int(it.denominator)],
        lambda parts: Fraction(*_exact(parts, int, int)),
    ),
    Decimal: Other("decimal", _digits, _decimal),
    dt.date: Other("date", dt.date.isoformat, dt.date.fromisoformat),
    dt.time: Other("time", dt.time.isoformat, dt.time.fromisoformat),
    dt.datetime: Other("datetime", dt.datetime.isoformat, dt.datetime.fromisoformat),
    dt.timedelta: Other(
        "timedelta",
        lambda it: [it.days, it.seconds, it.microseconds],
        lambda parts: dt.timedelta(*_exact(parts, int, int, int)),
    ),
    **{kind: Other(kind.__name__, str, _of(str, kind)) for kind in PATHS},
    np.random.RandomState: Other("random state", _state_parts, _random_state),
}
BY_NAME = {other.name: other for other in OTHERS.values()} | {"objects": Other("objects", list, _objects)}

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
    if isinstance(value, (type, np.ma.MaskedArray)) or not isinstance(value, tuple(DRESSABLE)):
        return None
    if type(value) is defaultdict:
        return dict(value)
    base = next(it for it in DRESSABLE if isinstance(value, it))
    return None if type(value) is base else DRESSABLE[base](value)
