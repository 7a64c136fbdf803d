"""Which values of a call can be changed in place, and what became of them.

What you can do with this file:

- list the mutable values inside the arguments, in an order that both sides share: `mutables`;
- replace them by references inside a result, so that identity survives: `referring`;
- put references back: `resolved`;
- make a container anew with changed entries: `rebuilt`;
- copy one value's own contents, and put contents into another: `contents`, `restore`;
- copy the state of an array whose dtype or shape was changed in place: `recast`.

Theory of operation. A call sends copies. What the student's function did to its copies travels back as the
new contents of each changed value, and the examiner writes them into the originals, so that a test of an
in-place answer runs unchanged. A value that was an argument comes back as a `Reference` wherever the result
holds it, so that `f(x) is x` stays true and nothing is sent twice.
"""

from __future__ import annotations

import copy
import warnings
from collections import Counter, OrderedDict, defaultdict, deque
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import are_characters
from .tables import fill, is_table
from .wire import DTYPES, TEXT_DTYPE, Malformed, Reference, Unfit, Unsendable, is_plain

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["contents", "mutables", "rebuilt", "recast", "referring", "resolved", "restore"]

MAPPINGS = (dict, OrderedDict, defaultdict, Counter)
SEQUENCES = (list, deque)
FLAT = (np.ndarray, np.random.Generator, np.random.RandomState, set, bytearray)
RECAST = "recast"
ATOMS = frozenset({int, float, str, bool, bytes, complex, type(None)})


def mutables(value: Any) -> list[Any]:
    """List what can be changed in place inside a value, outer values first; each once."""
    found: dict[int, Any] = {}
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        kind = type(entry)  # exact: to walk through a subclass may run code of whoever wrote it
        if kind in ATOMS or id(entry) in found:
            continue
        if kind in FLAT:
            found[id(entry)] = entry
        elif kind in SEQUENCES:
            found[id(entry)] = entry
            waiting += reversed(entry)  # the last of the list is taken first
        elif kind in MAPPINGS:
            found[id(entry)] = entry
            waiting += reversed(entry.values())
        elif kind is tuple:
            waiting += reversed(entry)
        elif is_table(kind):
            found[id(entry)] = entry
    return list(found.values())


def referring(value: Any, numbers: dict[int, int]) -> Any:
    """Replace the values whose ids have numbers by references; the rest is copied where it holds any."""
    if not numbers:
        return value
    if id(value) in numbers:
        return Reference(numbers[id(value)])
    return rebuilt(value, lambda entry: referring(entry, numbers))


def resolved(value: Any, originals: list[Any]) -> Any:
    """Put the originals where references stand."""
    if type(value) is Reference:
        if value.number >= len(originals):
            raise Malformed(f"Expected a reference to one of {len(originals)} values, found {value.number}.")
        return originals[value.number]
    return rebuilt(value, lambda entry: resolved(entry, originals)) if originals else value


def rebuilt(value: Any, change: Callable[[Any], Any]) -> Any:
    """The same container with changed entries; itself where no entry changed."""
    kind = type(value)
    if kind in (list, tuple, deque):
        entries = [change(it) for it in value]
        if all(new is old for new, old in zip(entries, value, strict=True)):
            return value
        return deque(entries, value.maxlen) if kind is deque else kind(entries)
    if kind in (dict, OrderedDict):
        pairs = kind((name, change(it)) for name, it in value.items())
        return value if all(pairs[name] is it for name, it in value.items()) else pairs
    return value


def contents(value: Any) -> Any:
    """Copy a mutable value's own contents; what it holds is not copied."""
    if type(value) is np.ndarray:
        return value.copy(order="K")
    if type(value) in SEQUENCES:
        return list(value)  # of a deque too: `restore` fills the one that is there
    if type(value) in MAPPINGS:
        return dict(value)
    if is_table(type(value)):
        return value.copy()
    return copy.deepcopy(value)  # a generator, a set, bytes: nothing of the student's in them runs code


def recast(array: np.ndarray) -> tuple[str, str, np.ndarray]:
    """
    Copy the state of an array whose dtype or shape was changed in place, as in `x.dtype = np.int64`.

    Raises
    ------
    Unsendable
        It is no plain data any more.
    """
    native = array.dtype.newbyteorder("=")
    texts = native.kind == "U"
    if not is_plain(native) or (texts and not are_characters(array.astype(native).tobytes(), halves=True)):
        raise Unsendable(f"An argument was made an array of {array.dtype} in place, which cannot be sent.")
    return RECAST, array.dtype.str, array.astype(native, order="K")


def restore(original: Any, found: Any) -> None:
    """
    Put contents into a value, which stays the same object.

    Raises
    ------
    Malformed
        The contents do not fit: another type, shape or dtype.
    Unfit
        They are what an honest line can leave, and yet cannot be had here.
    """
    kind = type(original)
    try:
        if kind is np.ndarray:
            (_restore_recast if type(found) is tuple else _restore_array)(original, found)
        elif kind in SEQUENCES and type(found) is list:
            original.clear()
            original.extend(found)
        elif (kind in MAPPINGS and type(found) is dict) or (kind is set and type(found) is set):
            original.clear()
            original.update(found)
        elif is_table(kind):
            fill(original, found)
        elif kind is bytearray and type(found) is bytearray:
            original[:] = found
        elif kind is np.random.Generator and type(found) is kind:
            original.bit_generator.state = found.bit_generator.state
        elif kind is np.random.RandomState and type(found) is kind:
            original.set_state(found.get_state())
        else:
            raise Malformed(f"Expected the contents of a {kind.__name__}, found a {type(found).__name__}.")
    except BufferError as error:
        raise Unfit("A bytearray that somebody looks at keeps its size.") from error
    except (TypeError, ValueError) as error:
        raise Malformed(f"Expected the contents of a {kind.__name__}, found others ({error}).") from error


def _restore_array(original: np.ndarray, found: Any) -> None:
    if type(found) is not np.ndarray or found.dtype != original.dtype:
        raise Malformed(f"Expected an array of {original.dtype}, found another value.")
    if found.size != original.size:  # views of the test would be left pointing at memory that is given back
        raise Unfit(f"Expected an array of {original.size} numbers, found one of {found.size}.")
    if found.shape != original.shape:
        original.resize(found.shape, refcheck=False)  # others hold it, but as many numbers stay where they are
    if original.flags.writeable:  # whatever was done to its copy
        original[...] = found


def _restore_recast(original: np.ndarray, found: tuple[Any, ...]) -> None:
    """Let an array have the dtype, byte order and shape that its copy has now, and then its numbers."""
    if len(found) != 3 or found[0] != RECAST or type(found[1]) is not str or type(found[2]) is not np.ndarray:
        raise Malformed("Expected the state of an array, found another value.")
    name, values = found[1], found[2]
    native = f"<{name[1:]}" if name[:1] == ">" else name
    if (native not in DTYPES and not TEXT_DTYPE.fullmatch(native)) or np.dtype(native) != values.dtype:
        raise Malformed("Expected an array of its own dtype, found another one.")
    if values.nbytes != original.nbytes:
        raise Unfit(f"Expected an array of {original.nbytes} bytes, found one of {values.nbytes}.")
    try:
        _reshape(original.view(), np.dtype(name), values.shape)  # on trial: it stays whole where this fails
        _reshape(original, np.dtype(name), values.shape)
    except (TypeError, ValueError, AttributeError) as error:
        raise Unfit(f"An array in place can become none of {name} and shape {values.shape} here ({error}).") from error
    if original.flags.writeable:
        original[...] = values


def _reshape(array: np.ndarray, dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
    """Change an array in place, as the line in the student's code did; no byte moves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # NumPy advises against such lines; here one was written
        if array.flags.c_contiguous:  # all shapes and sizes of a number are possible then
            array.shape = (array.size,)
        if array.dtype != dtype:
            array.dtype = dtype  # type: ignore[misc] # it can be set, and a student did
        if array.shape != shape:
            array.shape = shape
