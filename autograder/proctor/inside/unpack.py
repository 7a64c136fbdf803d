"""From the bytes of a message to values, trusting nothing.

What you can do with this file:

- turn a message into a value: `decode`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np

from .arrays import array_from, scalar_from
from .others import BY_NAME, numpy_state, refuse_collisions, refuse_wild_state
from .tables import WHOLE
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
    NUMBER,
    OTHER,
    REFERENCE,
    SCALAR,
    TUPLE,
    Callback,
    Handle,
    Malformed,
    Message,
    Reference,
    TooLarge,
    WireError,
    WireLimits,
)

__all__ = ["decode"]

ObjectOf = Callable[[Handle], object]
Dress = Callable[[Any, Any], object]
NESTED_COPIES = 4
MOST_NAME = 200


def decode(
    message: Message,
    *,
    object_of: ObjectOf | None = None,
    dress: Dress | None = None,
    halves: bool = False,
    limits: WireLimits = DEFAULT,
) -> Any:
    """
    Turn a message back into a value, trusting nothing.

    Parameters
    ----------
    message : Message
        What arrived. Large arrays take its buffers over.
    object_of : callable, optional
        Gives the object, or a stand-in, for a handle; raises KeyError for an unknown number.
    dress : callable, optional
        Takes an object and its plain data, and gives what stands for both; without it such pairs are refused.
    halves : bool
        Whether texts may hold lone surrogates.
    limits : WireLimits
        What is accepted.

    Returns
    -------
    object
        Plain data.

    Raises
    ------
    Malformed
        It is no message of ours.
    TooLarge
        It is over a limit.

    Examples
    --------
    >>> from proctor.inside.pack import encode
    >>> decode(encode({"x": np.arange(3)}))["x"].tolist()
    [0, 1, 2]
    """
    if message.size_bytes > limits.message_bytes:
        raise TooLarge(f"Expected at most {limits.message_bytes} bytes, found {message.size_bytes}.")
    value = _Unpacking(object_of, dress, limits, message.buffers, halves=halves).unpack(message.body)
    _refuse_deep(value, limits.depth)
    return value


class _Unpacking:
    """One message being decoded; counts what it has built."""

    def __init__(
        self,
        object_of: ObjectOf | None,
        dress: Dress | None,
        limits: WireLimits,
        buffers: tuple[Any, ...],
        *,
        halves: bool,
    ) -> None:
        self._halves = halves
        self._dress = dress
        self._buffers: dict[int, Any] = dict(enumerate(buffers))
        self._object_of = object_of
        self._limits = limits
        self._items = 0
        self._nested = 0
        self._extension_bytes = 0

    def unpack(self, data: bytes) -> Any:
        try:
            return msgpack.unpackb(
                data,
                raw=False,
                unicode_errors="surrogatepass" if self._halves else "strict",
                strict_map_key=False,
                list_hook=self._counted,
                object_pairs_hook=self._mapping,
                ext_hook=self._extension,
                # msgpack makes a list as long as its head says before it reads the first entry.
                max_array_len=self._limits.items,
                max_map_len=self._limits.items,
            )
        except WireError:
            raise
        except (RecursionError, MemoryError, msgpack.exceptions.StackError) as error:
            raise TooLarge("Expected a message of ordinary nesting and size.") from error
        except Exception as error:  # the hooks put values together of parts that anybody may have made up
            raise Malformed(f"Expected a message, found something else ({type(error).__name__}).") from error

    def _counted(self, container: Any) -> Any:
        self._items += len(container) + 1  # an empty list takes memory too
        if self._items > self._limits.items:
            raise TooLarge(f"Expected at most {self._limits.items} entries in a message, found more.")
        return container

    def _mapping(self, pairs: list[Any]) -> dict[Any, Any]:
        refuse_collisions([name for name, _ in self._counted(pairs)])
        return dict(pairs)

    def _extension(self, code: int, payload: bytes) -> Any:
        self._nested += 1
        self._extension_bytes += len(payload)  # each nested tuple copies all that is inside it
        try:
            if self._extension_bytes > NESTED_COPIES * self._limits.message_bytes:
                raise TooLarge("Expected a message of ordinary nesting and size.")
            if (
                self._nested > self._limits.depth
            ):  # each is a message of its own, so msgpack does not see how deep it is
                raise TooLarge(f"Expected values nested at most {self._limits.depth} deep, found deeper ones.")
            reader = READERS.get(code)
            if reader is None:
                raise Malformed(f"Expected an extension type from 1 to 11, found {code}.")
            return reader(self, payload)
        finally:
            self._nested -= 1

    def read_tuple(self, payload: bytes) -> tuple[Any, ...]:
        entries = self.unpack(payload)
        if type(entries) is not list:
            raise Malformed("Expected a list inside a tuple.")
        return tuple(entries)

    def read_complex(self, payload: bytes) -> complex:
        return complex(*COMPLEX_BYTES.unpack(payload))

    def read_big_int(self, payload: bytes) -> int:
        if not 0 < len(payload) <= BIG_INT_BYTES:
            raise Malformed(f"Expected an integer of 1 to {BIG_INT_BYTES} bytes, found {len(payload)}.")
        return int.from_bytes(payload, "big", signed=True)

    def read_array(self, payload: bytes) -> np.ndarray:
        return array_from(payload, self._taken, halves=self._halves)

    def _taken(self, number: Any) -> bytearray:
        """A buffer of the message, for one array alone: two would share their memory."""
        if type(number) is not int or number not in self._buffers:
            raise Malformed(f"Expected a buffer of the message that no other array has, found {number!r:.20}.")
        return bytearray(raw) if not isinstance(raw := self._buffers.pop(number), bytearray) else raw

    def read_scalar(self, payload: bytes) -> np.generic:
        return scalar_from(payload, halves=self._halves)

    def read_generator(self, payload: bytes) -> np.random.Generator:
        state = self.unpack(payload)
        name = state.get("bit_generator") if type(state) is dict else None
        if name not in BIT_GENERATORS:
            raise Malformed(f"Expected a bit generator among {', '.join(BIT_GENERATORS)}.")
        generator = np.random.Generator(BIT_GENERATORS[name](0))
        generator.bit_generator.state = numpy_state(
            state
        )  # NumPy believes it: nothing may be drawn before the next line
        refuse_wild_state(generator.bit_generator)
        return generator

    def read_handle(self, payload: bytes) -> object:
        (number,) = NUMBER.unpack(payload[: NUMBER.size])
        kind, _, rest = payload[NUMBER.size :].decode().partition(":")
        origin, _, name = rest.partition(":")
        if self._object_of is None:
            raise Malformed("Expected plain data, found a handle.")
        try:
            return self._object_of(Handle(number, kind[:MOST_NAME], name[:MOST_NAME], origin[:MOST_NAME]))
        except KeyError:
            raise Malformed(f"Expected a known handle, found number {number}.") from None

    def read_callback(self, payload: bytes) -> Callback:
        return Callback(*NUMBER.unpack(payload))

    def read_reference(self, payload: bytes) -> Reference:
        return Reference(*NUMBER.unpack(payload))

    def read_other(self, payload: bytes) -> Any:
        entries = self.unpack(payload)
        if type(entries) is not list or len(entries) != 2 or type(entries[0]) is not str:
            raise Malformed("Expected the name of a type and its parts.")
        name, parts = entries
        if name in WHOLE:
            return WHOLE[name](parts)
        if name not in BY_NAME:
            raise Malformed(f"Expected the name of a type, found {name[:MOST_NAME]!r}.")
        return BY_NAME[name].whole(parts)

    def read_dressed(self, payload: bytes) -> Any:
        entries = self.unpack(payload)
        if type(entries) is not list or len(entries) != 2 or self._dress is None:
            raise Malformed("Expected a handle and its data.")
        return self._dress(*entries)


READERS: dict[int, Callable[[_Unpacking, bytes], Any]] = {
    TUPLE: _Unpacking.read_tuple,
    COMPLEX: _Unpacking.read_complex,
    BIG_INT: _Unpacking.read_big_int,
    ARRAY: _Unpacking.read_array,
    SCALAR: _Unpacking.read_scalar,
    GENERATOR: _Unpacking.read_generator,
    HANDLE: _Unpacking.read_handle,
    CALLBACK: _Unpacking.read_callback,
    REFERENCE: _Unpacking.read_reference,
    OTHER: _Unpacking.read_other,
    DRESSED: _Unpacking.read_dressed,
}


def _refuse_deep(value: Any, depth: int) -> None:
    """Later code walks values recursively: what is nested deeper never reaches it."""
    layer = [value]
    for _ in range(depth + 1):
        layer = [entry for it in layer for entry in _entries(it)]
        if not layer:
            return
    raise TooLarge(f"Expected values nested at most {depth} deep, found deeper ones.")


def _entries(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, slice):
        return [value.start, value.stop, value.step]
    if isinstance(value, msgpack.Timestamp):  # msgpack's own extension type -1 passes by our table
        raise Malformed("Expected an extension type from 1 to 11, found a timestamp.")
    return list(value) if isinstance(value, (list, tuple, set, frozenset, deque)) else []
