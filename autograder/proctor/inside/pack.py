"""From values to the bytes of a message.

What you can do with this file:

- turn a value into a message: `encode`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np

from proctor.inside.wire import (
    ARRAY,
    BIG_INT,
    BIG_INT_BYTES,
    BIT_GENERATORS,
    COMPLEX,
    COMPLEX_BYTES,
    DEFAULT,
    DTYPES,
    GENERATOR,
    HANDLE,
    INLINE_BYTES,
    MOST_BUFFERS,
    SCALAR,
    TUPLE,
    Limits,
    Message,
    TooLarge,
    Unsendable,
)

__all__ = ["encode"]

HandleFor = Callable[[object], int]


def encode(value: Any, *, handle_for: HandleFor | None = None, limits: Limits = DEFAULT) -> Message:
    """
    Turn a value into a message.

    Parameters
    ----------
    value : object
        Plain data, or with `handle_for` anything.
    handle_for : callable, optional
        Gives the number under which an object stays here.
    limits : Limits
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
    packing = _Packing(handle_for)
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


class _Packing:
    """msgpack's `default`: called for everything that it does not know, exact types only."""

    def __init__(self, handle_for: HandleFor | None) -> None:
        self._handle_for = handle_for
        self.buffers: list[memoryview] = []

    def bytes_of(self, value: Any) -> bytes:
        """One msgpack value."""
        packed: bytes = msgpack.Packer(default=self, strict_types=True, use_bin_type=True).pack(value)
        return packed

    def __call__(self, value: Any) -> msgpack.ExtType:
        kind = type(value)
        if kind is tuple:
            return msgpack.ExtType(TUPLE, self.bytes_of(list(value)))
        if kind is int:
            return msgpack.ExtType(BIG_INT, _big_int(value))
        if kind is complex:
            return msgpack.ExtType(COMPLEX, COMPLEX_BYTES.pack(value.real, value.imag))
        if kind is np.ndarray and value.dtype.str in DTYPES:
            return msgpack.ExtType(ARRAY, self._array(value))
        if isinstance(value, np.generic) and kind is value.dtype.type and value.dtype.str in DTYPES:
            return msgpack.ExtType(SCALAR, msgpack.packb([value.dtype.str]) + value.tobytes())
        if kind is np.random.Generator and type(value.bit_generator).__name__ in BIT_GENERATORS:
            return msgpack.ExtType(GENERATOR, self.bytes_of(_plain_state(value.bit_generator.state)))
        if self._handle_for is None:
            raise Unsendable(f"A value of type {kind.__name__} is no plain data.")
        return msgpack.ExtType(HANDLE, struct.pack(">Q", self._handle_for(value)))

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


def _plain_state(state: Any) -> Any:
    """A bit generator's state with NumPy's integers and arrays as Python's."""
    if isinstance(state, dict):
        return {str(name): _plain_state(entry) for name, entry in state.items()}
    if isinstance(state, np.ndarray):
        return {"array": [int(entry) for entry in state]}
    return int(state) if isinstance(state, np.integer) else state
