"""Messages that no honest process sends.

What you can do with this file:

- make parts of messages: `ext`, `header`, `packed`, `other`, `moved`;
- take messages that must be refused, with their errors: `HOSTILE`; names and parts that must be: `OTHERS`;
- take odd values that are values all the same: `ODD`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

import msgpack
import numpy as np

from proctor.inside.pack import encode
from proctor.inside.wire import (
    ARRAY,
    BIG_INT,
    CALLBACK,
    COMPLEX,
    DRESSED,
    GENERATOR,
    HANDLE,
    OTHER,
    REFERENCE,
    SCALAR,
    TUPLE,
    Handle,
    Malformed,
    TooLarge,
)

NUMBER = b"\0" * 8
HUGE = 10**12


def ext(code, payload):
    return msgpack.packb(msgpack.ExtType(code, payload))


def header(*entries):
    return msgpack.packb(list(entries))


def packed(value):
    """One msgpack value, as ours are packed."""
    return encode(value, handle_for=lambda _: Handle(7)).body


def other(name, parts):
    """Parts that `others` is to put together."""
    return ext(OTHER, packed([name, parts]))


def moved(generator, *path, to):
    """A generator whose position lies somewhere else."""
    state = generator.bit_generator.state
    inner = state
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    generator.bit_generator.state = state
    return encode(generator).body


def twister(position, key=None):
    """A state of the old generator."""
    return other("random state", [np.zeros(624, "u4") if key is None else key, position, 0, 0.0])


def deep(depth):
    """Lists in lists."""
    value = []
    for _ in range(depth):
        value = [value]
    return value


COLLIDING = [number * (2**61 - 1) for number in range(20_000)]  # Python's hash of all of them is 0
HOSTILE = {
    "nothing": (b"", Malformed),
    "half a message": (encode([1, 2, 3]).body[:-1], Malformed),
    "two messages": (encode(1).body + encode(2).body, Malformed),
    "an unknown extension": (ext(99, b""), Malformed),
    "a timestamp of msgpack's own": (msgpack.packb([msgpack.Timestamp(1, 2)]), Malformed),
    "a tuple of no list": (ext(TUPLE, msgpack.packb(3)), Malformed),
    "a complex of the wrong size": (ext(COMPLEX, b"1234"), Malformed),
    "an integer of no bytes": (ext(BIG_INT, b""), Malformed),
    "an integer of too many bytes": (ext(BIG_INT, b"1" * 5000), Malformed),
    "an array of objects": (ext(ARRAY, header("|O", [1], "C", True, -1) + b"12345678"), Malformed),
    "an array of records": (ext(ARRAY, header("i4,i4", [1], "C", True, -1) + b"12345678"), Malformed),
    "an array of a lying shape": (ext(ARRAY, header("<f8", [3], "C", True, -1) + b"12345678"), Malformed),
    "an array of a negative shape": (ext(ARRAY, header("<f8", [-1, -1], "C", True, -1) + b"12345678"), Malformed),
    "an array of a huge empty shape": (ext(ARRAY, header("<f8", [2**62, 2**62, 0, 3], "C", True, -1)), Malformed),
    "an array of huge texts": (ext(ARRAY, header("<U9999999", [0], "C", True, -1)), Malformed),
    "an array of no characters": (ext(ARRAY, header("<U1", [1], "C", True, -1) + b"\xff" * 4), Malformed),
    "an array of half characters": (ext(ARRAY, header("<U1", [1], "C", True, -1) + b"\x00\xd8\0\0"), Malformed),
    "an array of dates of no unit": (ext(ARRAY, header("<M8[eon]", [1], "C", True, -1) + NUMBER), Malformed),
    "an array of 100 dimensions": (ext(ARRAY, header("<f8", [1] * 100, "C", True, -1) + b"12345678"), Malformed),
    "an array of an unknown layout": (ext(ARRAY, header("<f8", [1], "X", True, -1) + b"12345678"), Malformed),
    "an array without a header": (ext(ARRAY, b""), Malformed),
    "a scalar of the wrong size": (ext(SCALAR, header("<f8") + b"1234"), Malformed),
    "a scalar of no character": (ext(SCALAR, header("<U1") + b"\xff" * 4), Malformed),
    "an unknown bit generator": (ext(GENERATOR, msgpack.packb({"bit_generator": "Evil"})), Malformed),
    "a generator without a state": (ext(GENERATOR, msgpack.packb({"bit_generator": "PCG64"})), Malformed),
    "a bit generator of a list's name": (ext(GENERATOR, msgpack.packb({"bit_generator": []})), Malformed),
    "a handle where none is expected": (ext(HANDLE, NUMBER), Malformed),
    "a callback of no number": (ext(CALLBACK, b"123"), Malformed),
    "a callback of two numbers": (ext(CALLBACK, NUMBER * 2), Malformed),
    "a reference of no number": (ext(REFERENCE, b""), Malformed),
    "a dressed value where none is expected": (ext(DRESSED, packed([1, 2])), Malformed),
    "an unhashable key": (msgpack.packb({1: 2}).replace(b"\x01", b"\x90"), Malformed),
    "text that is no UTF-8": (b"\xa1\xff", Malformed),
    "lists 5000 deep": (b"\x91" * 5000 + b"\x90", TooLarge),
    "lists 130 deep": (b"\x91" * 130 + b"\x90", TooLarge),
    "lists 400 deep in a slice": (other("slice", [deep(400), None, None]), TooLarge),
    "a million empty lists": (b"\xdd\x00\x0f\x42\x3f" + b"\x90" * 999_999, TooLarge),
    "a list that announces four billion entries": (b"\xdd\xff\xff\xff\xff", Malformed),
    "keys of one hash": (b"\xde" + (20_000).to_bytes(2) + b"\xc0".join(map(packed, [*COLLIDING, None])), Malformed),
}
OTHERS = {
    "an unknown type": ("module", None),
    "a type of no name": ([], None),
    "a set of lists": ("set", [[1]]),
    "a set of a text": ("set", "abc"),
    "a set of one hash": ("set", COLLIDING),
    "a set of a huge range": ("set", range(HUGE)),
    "a frozen set of a huge range": ("frozenset", range(HUGE)),
    "a frozen set of dicts": ("frozenset", [{}]),
    "a huge bytearray": ("bytearray", HUGE),
    "a bytearray of a huge range": ("bytearray", range(HUGE)),
    "a range of floats": ("range", [0.0, 1.0, 1.0]),
    "a range of objects": ("range", [0, len, 1]),
    "a range of no step": ("range", [0, 1, 0]),
    "a range of a text": ("range", "abc"),
    "a slice of four": ("slice", [1, 2, 3, 4]),
    "an ordered dict of a text": ("ordered dict", "abc"),
    "an ordered dict of huge ranges": ("ordered dict", [range(HUGE), range(HUGE)]),
    "an ordered dict of one hash": ("ordered dict", [COLLIDING, COLLIDING]),
    "an ordered dict of too few values": ("ordered dict", [[1, 2], [1]]),
    "a defaultdict": ("defaultdict", {}),
    "a counter of a huge range": ("counter", range(HUGE)),
    "a counter of a list": ("counter", [1, 1]),
    "a deque of a huge range": ("deque", [range(HUGE), None]),
    "a huge range for the parts of a deque": ("deque", range(HUGE)),
    "a huge range for the parts of a slice": ("slice", range(HUGE)),
    "a huge range for the parts of an ordered dict": ("ordered dict", range(HUGE)),
    "a deque of a negative length": ("deque", [[], -1]),
    "a deque of a huge length": ("deque", [[], 2**100]),
    "a deque of an object's length": ("deque", [[], len]),
    "a fraction of a huge text": ("fraction", ["1e999999999", 1]),
    "a fraction of huge decimals": ("fraction", [Decimal("1e999999999"), 1]),
    "a fraction by zero": ("fraction", [1, 0]),
    "a decimal of a list": ("decimal", [0, [1], 0]),
    "a decimal of a long text": ("decimal", "1" * 5000),
    "a decimal of no number": ("decimal", "one"),
    "a date of a number": ("date", 3),
    "a date of a long text": ("date", "2026-01-01" * 100_000),
    "a time of no time": ("time", "25:00"),
    "a datetime of a long text": ("datetime", "2026-01-01T00:00:00." + "0" * 1_000_000 + "x"),
    "a datetime of a year too far": ("datetime", "10000-01-01T00:00:00"),
    "a timedelta of a huge number": ("timedelta", [HUGE, 0, 0]),
    "a timedelta of nan": ("timedelta", [float("nan"), 0, 0]),
    "a random state of a huge range": ("random state", [range(HUGE), 0, 0, 0.0]),
    "a random state of too few numbers": ("random state", [np.zeros(3, "u4"), 0, 0, 0.0]),
    "a random state of objects": ("random state", [np.zeros(624, "u4"), len, 0, 0.0]),
    "a random state of a wild position": ("random state", [np.zeros(624, "u4"), 2**30, 0, 0.0]),
    "a random state of a position before it": ("random state", [np.zeros(624, "u4"), -1, 0, 0.0]),
}
ODD = {
    "a huge decimal": Decimal("1e999999999"),
    "no decimal": Decimal("sNaN"),
    "a huge range": range(-HUGE, HUGE),
    "a slice of lists": slice([1], {}, None),
    "a year 1": dt.datetime(1, 1, 1, tzinfo=dt.UTC),
    "a counter of texts": Counter({"a": "b"}),
    "a set in a set": {frozenset({1})},
}
