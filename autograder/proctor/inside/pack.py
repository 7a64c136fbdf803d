"""From values to the bytes of a message.

What you can do with this file:

- turn a value into a message: `encode`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np

from .arrays import are_characters
from .others import OTHERS, TYPES, plain_state, undressed
from .tables import parts_of
from .texts import encodable
from .wire import (
    ARRAY,
    BIG_INT,
    BIG_INT_BYTES,
    BIT_GENERATORS,
    CALLBACK,
    COMPLEX,
    COMPLEX_BYTES,
    DEFAULT,
    DRESSED,
    GENERATOR,
    HANDLE,
    INLINE_BYTES,
    MOST_BUFFERS,
    NUMBER,
    OTHER,
    REFERENCE,
    SCALAR,
    TUPLE,
    Callback,
    Handle,
    Message,
    Reference,
    TooLarge,
    Unsendable,
    WireLimits,
    is_plain,
)

__all__ = ["encode"]

BYTES_LIKE = frozenset({bytearray, memoryview})
LOOKED_INTO = BYTES_LIKE | {list, dict}
HandleFor = Callable[[object], Handle | Callback]


def encode(
    value: Any,
    *,
    handle_for: HandleFor | None = None,
    dress: bool = False,
    halves: bool = False,
    limits: WireLimits = DEFAULT,
) -> Message:
    """
    Turn a value into a message.

    Parameters
    ----------
    value : object
        Plain data, or with `handle_for` anything.
    handle_for : callable, optional
        Gives the handle under which an object stays here, or for a stand-in the handle that it stands for.
    dress : bool
        Whether a handle of an object that is plain data in a class of its own takes its data along.
    halves : bool
        Whether texts may hold lone surrogates; only between a test and an answer, where they are data.
    limits : WireLimits
        The other side's limits; refused here rather than there.

    Returns
    -------
    Message
        The raw numbers of large arrays are views of the arrays: send it before they change.

    Raises
    ------
    Unsendable
        The value holds something that is no plain data, and there are no handles.
    TooLarge
        The bytes or the nesting are over a limit.

    Examples
    --------
    >>> encode([1, True]).size_bytes
    3
    """
    packing = _Packing(handle_for, dress=dress, halves=halves)
    try:
        message = Message(packing.bytes_of(value), tuple(packing.buffers))
    except (RecursionError, ValueError) as error:  # msgpack says "recursion limit exceeded" as a ValueError
        if isinstance(error, UnicodeEncodeError):
            raise Unsendable("A text with lone surrogates cannot be sent.") from error
        raise TooLarge(f"Expected values nested at most {limits.depth} deep, found deeper ones.") from error
    except OverflowError as error:
        raise Unsendable(f"An integer of more than {BIG_INT_BYTES} bytes cannot be sent.") from error
    if message.size_bytes > limits.message_bytes:
        raise TooLarge(f"Expected at most {limits.message_bytes} bytes, found {message.size_bytes}.")
    return message


class _Shown:
    """Shows msgpack's `default` a value that msgpack itself would take for bytes."""

    def __init__(self, value: bytearray | memoryview) -> None:
        self.value = value


def _shown(value: Any) -> Any:
    """The same lists and dicts with such values wrapped; what `default` sees anyway comes here later."""
    kind = type(value)
    if kind in BYTES_LIKE:
        return _Shown(value)
    if kind is list and not LOOKED_INTO.isdisjoint(map(type, value)):
        return [_shown(it) for it in value]
    if kind is dict and not LOOKED_INTO.isdisjoint(map(type, value.values())):
        return {name: _shown(it) for name, it in value.items()}
    return value


class _Packing:
    """msgpack's `default`: called for everything that it does not know, exact types only."""

    def __init__(self, handle_for: HandleFor | None, *, dress: bool, halves: bool) -> None:
        self._dress = dress
        self._halves = halves
        self._handle_for = handle_for
        self.buffers: list[memoryview] = []

    def bytes_of(self, value: Any) -> bytes:
        """One msgpack value."""
        # Strict: a subclass of a list may carry code, so it is for `default` to say what becomes of it.
        errors = "surrogatepass" if self._halves else None
        packer = msgpack.Packer(default=self, strict_types=True, use_bin_type=True, unicode_errors=errors)
        packed: bytes = packer.pack(_shown(value))
        return packed

    def __call__(self, value: Any) -> msgpack.ExtType:
        if type(value) is _Shown:
            value = value.value
        kind = type(value)
        pack = PACKERS.get(kind)
        if pack is not None:
            return pack(self, value)
        if kind is np.ndarray and is_plain(value.dtype) and self._are_texts(value):
            return msgpack.ExtType(ARRAY, self._array(value))
        if kind is np.ndarray and value.dtype == object:
            parts = [list(value.shape), list(value.ravel())]
            return msgpack.ExtType(OTHER, self.bytes_of(["objects", parts]))
        if self._is_plain_scalar(value):
            return msgpack.ExtType(SCALAR, msgpack.packb([value.dtype.str]) + value.tobytes()[: value.dtype.itemsize])
        if kind is np.random.Generator and type(value.bit_generator).__name__ in BIT_GENERATORS:
            return msgpack.ExtType(GENERATOR, self.bytes_of(plain_state(value.bit_generator.state)))
        if kind in OTHERS and (kind is not type or TYPES.get(value.__name__) is value):
            other = OTHERS[kind]
            return msgpack.ExtType(OTHER, self.bytes_of([other.name, other.parts(value)]))
        table = parts_of(value)
        if table is not None:
            return msgpack.ExtType(OTHER, self.bytes_of(list(table)))
        if self._handle_for is None:
            raise Unsendable(f"A value of type {kind.__name__} is no plain data.")
        handle = self._handle_for(value)
        plain = undressed(value) if self._dress else None
        return self(handle) if plain is None else msgpack.ExtType(DRESSED, self.bytes_of([handle, plain]))

    def _is_plain_scalar(self, value: Any) -> bool:
        if not isinstance(value, np.generic) or type(value) is not value.dtype.type:
            return False
        return is_plain(value.dtype) and self._are_texts(value)

    def _are_texts(self, value: np.ndarray | np.generic) -> bool:
        """Texts of an array are characters; a line such as `x.dtype = "U2"` makes them of any bytes."""
        return value.dtype.kind != "U" or are_characters(value.tobytes(), halves=self._halves)

    def tuple_(self, value: tuple[Any, ...]) -> msgpack.ExtType:
        return msgpack.ExtType(TUPLE, self.bytes_of(list(value)))

    def big_int(self, value: int) -> msgpack.ExtType:
        return msgpack.ExtType(BIG_INT, _big_int(value))

    def complex_(self, value: complex) -> msgpack.ExtType:
        return msgpack.ExtType(COMPLEX, COMPLEX_BYTES.pack(value.real, value.imag))

    def handle(self, value: Handle) -> msgpack.ExtType:
        return msgpack.ExtType(
            HANDLE, NUMBER.pack(value.number) + encodable(f"{value.kind}:{value.origin}:{value.name}").encode()
        )

    def callback(self, value: Callback) -> msgpack.ExtType:
        return msgpack.ExtType(CALLBACK, NUMBER.pack(value.number))

    def reference(self, value: Reference) -> msgpack.ExtType:
        return msgpack.ExtType(REFERENCE, NUMBER.pack(value.number))

    def _array(self, array: np.ndarray) -> bytes:
        """Header and raw numbers. Layout "S" marks memory that is not contiguous, so that it is not there either."""
        if array.flags.c_contiguous:
            layout, raw = "C", array
        elif array.flags.f_contiguous:
            layout, raw = "F", array.T
        else:
            layout, raw = "S", np.ascontiguousarray(array)
        buffer = -1
        if raw.nbytes > INLINE_BYTES and len(self.buffers) < MOST_BUFFERS:
            buffer = len(self.buffers)
            self.buffers.append(raw.reshape(-1).view(np.uint8).data)
        header: bytes = msgpack.packb([array.dtype.str, list(array.shape), layout, bool(array.flags.writeable), buffer])
        return header if buffer >= 0 else header + raw.tobytes()


def _big_int(value: int) -> bytes:
    size = value.bit_length() // 8 + 1
    if size > BIG_INT_BYTES:
        raise OverflowError
    return value.to_bytes(size, "big", signed=True)


PACKERS: dict[type, Callable[[_Packing, Any], msgpack.ExtType]] = {
    tuple: _Packing.tuple_,
    int: _Packing.big_int,
    complex: _Packing.complex_,
    Handle: _Packing.handle,
    Callback: _Packing.callback,
    Reference: _Packing.reference,
}
