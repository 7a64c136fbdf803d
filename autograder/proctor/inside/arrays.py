"""Arrays and scalars of NumPy, from the bytes of a message; nothing that these say is trusted.

What you can do with this file:

- make an array, or a scalar, of the payload of its extension: `array_from`, `scalar_from`;
- tell whether the bytes of texts are characters: `are_characters`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgpack
import numpy as np

from .wire import DTYPES, TEXT_DTYPE, Malformed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["are_characters", "array_from", "scalar_from"]

LAST_CHARACTER, FIRST_HALF, LAST_HALF = 0x10FFFF, 0xD800, 0xDFFF


def array_from(payload: bytes, buffer_of: Callable[[Any], bytearray], *, halves: bool = False) -> np.ndarray:
    """
    Make an array of the payload of its extension.

    Parameters
    ----------
    payload : bytes
        A packed header, and the raw numbers where they are inline.
    buffer_of : callable
        Gives a buffer of the message by its number, to this array alone.
    halves : bool
        Whether texts may hold lone surrogates.

    Returns
    -------
    numpy.ndarray
        Of the layout and writeability that it had.

    Raises
    ------
    Malformed
        Header and numbers do not fit together.
    """
    (dtype, shape, layout, writeable, buffer), rest = _split(payload, 5)
    kind = _dtype(dtype)
    if type(shape) is not list or any(type(size) is not int or size < 0 for size in shape):
        raise Malformed("Expected a shape of sizes from 0 on.")
    if layout not in ("C", "F", "S") or type(writeable) is not bool:
        raise Malformed("Expected a layout C, F or S and a flag.")
    inline = buffer == -1
    raw = rest if inline else buffer_of(buffer)
    # Python's integers have no end; a product of NumPy's could wrap around to the right number.
    if math.prod(shape) * kind.itemsize != len(raw):
        raise Malformed(f"Expected {math.prod(shape) * kind.itemsize} bytes for shape {shape}, found {len(raw)}.")
    _refuse_odd_text(kind, raw, halves=halves)
    # A buffer is this array's alone; inline numbers lie in the message, where nobody may write.
    flat = np.frombuffer(raw, kind) if not inline else np.frombuffer(raw, kind).copy()
    array: np.ndarray = flat.reshape(shape[::-1]).T if layout == "F" else flat.reshape(shape)
    if layout == "S" and array.ndim:  # not contiguous over there: what depends on that shows here too
        wide = [*array.shape[:-1], 2 * array.shape[-1]]
        spread = np.zeros(wide, kind)[..., ::2]
        spread[...] = array
        array = spread
    array.flags.writeable = writeable
    return array


def scalar_from(payload: bytes, *, halves: bool = False) -> np.generic:
    """
    Make a scalar of NumPy of the payload of its extension.

    Parameters
    ----------
    payload : bytes
        A packed header and the raw number.
    halves : bool
        Whether a text may hold lone surrogates.

    Returns
    -------
    numpy.generic
        Of the dtype that it had.

    Raises
    ------
    Malformed
        Header and number do not fit together.
    """
    (dtype,), raw = _split(payload, 1)
    kind = _dtype(dtype)
    if len(raw) != kind.itemsize:
        raise Malformed(f"Expected {kind.itemsize} bytes for a scalar, found {len(raw)}.")
    _refuse_odd_text(kind, raw, halves=halves)
    scalar: np.generic = np.frombuffer(raw, kind)[0] if raw else kind.type()  # an empty text has no bytes
    return scalar


def _split(payload: bytes, count: int) -> tuple[list[Any], memoryview]:
    """The packed header of an extension and the raw bytes after it."""
    unpacker = msgpack.Unpacker(raw=False, max_array_len=64, max_buffer_size=len(payload) or 1)
    unpacker.feed(payload[:512])  # no header is longer, and what is fed is copied
    header = unpacker.unpack()
    if type(header) is not list or len(header) != count:
        raise Malformed(f"Expected a header of {count} entries.")
    return header, memoryview(payload)[unpacker.tell() :]


def _dtype(text: Any) -> np.dtype[Any]:
    if type(text) is not str or (text not in DTYPES and not TEXT_DTYPE.fullmatch(text)):
        raise Malformed("Expected a dtype of numbers, texts or dates.")
    dtype: np.dtype[Any] = np.dtype(text)
    return dtype


def _refuse_odd_text(kind: np.dtype[Any], raw: Any, *, halves: bool) -> None:
    if kind.kind == "U" and not are_characters(raw, halves=halves):
        raise Malformed("Expected texts of characters.")


def are_characters(raw: Any, *, halves: bool) -> bool:
    """
    Tell whether the bytes of an array of texts are characters; NumPy itself finds others only where they are used.

    Parameters
    ----------
    raw : buffer
        Four bytes a character, the lowest first.
    halves : bool
        Whether lone surrogates pass for characters, as in Python's own texts.

    Returns
    -------
    bool
        False where one code is none.
    """
    codes = np.frombuffer(raw, "<u4")
    odd = codes > LAST_CHARACTER
    if not halves:
        odd |= (codes >= FIRST_HALF) & (codes <= LAST_HALF)
    return not odd.any()
