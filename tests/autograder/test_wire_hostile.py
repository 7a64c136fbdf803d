"""Whatever arrives on the wire is plain data or an error of ours, at once and without a crash."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from proctor.inside.others import BY_NAME
from proctor.inside.pack import encode
from proctor.inside.unpack import decode
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
    Callback,
    Handle,
    Limits,
    Malformed,
    Message,
    Reference,
    TooLarge,
    WireError,
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


class TestReceiving:
    """Whatever arrives is a value or an error of ours, and never takes long."""

    @pytest.mark.parametrize(("data", "error"), HOSTILE.values(), ids=HOSTILE.keys())
    def test_hostile_message_is_refused(self, data, error):
        with pytest.raises(error):
            decode(Message(data))

    @pytest.mark.parametrize(("name", "parts"), OTHERS.values(), ids=OTHERS.keys())
    def test_what_is_put_together_of_odd_parts_is_refused(self, name, parts):
        with pytest.raises(Malformed):
            decode(Message(other(name, parts)), object_of=Asked)

    @pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
    def test_odd_values_are_values(self, value):
        assert repr(value) == repr(decode(encode(value)))

    @pytest.mark.parametrize(
        ("generator", "path", "position"),
        [
            pytest.param(np.random.MT19937, ("state", "pos"), 2**30, id="MT19937 behind"),
            pytest.param(np.random.MT19937, ("state", "pos"), -1, id="MT19937 before"),
            pytest.param(np.random.Philox, ("buffer_pos",), 5, id="Philox behind"),
            pytest.param(np.random.Philox, ("buffer_pos",), -(2**30), id="Philox before"),
        ],
    )
    def test_a_generator_that_reads_somewhere_else_is_refused(self, generator, path, position):
        with pytest.raises(Malformed):
            decode(Message(moved(np.random.Generator(generator(0)), *path, to=position)))

    def test_a_generator_of_objects_is_refused(self):
        state = {"bit_generator": "PCG64", "state": {"state": len, "inc": 1}, "has_uint32": 0, "uinteger": 0}
        with pytest.raises(Malformed):
            decode(Message(ext(GENERATOR, packed(state))), object_of=Asked)

    def test_tuples_nested_too_deep_are_refused(self):
        data = msgpack.packb([])
        for _ in range(200):
            data = msgpack.packb([msgpack.ExtType(TUPLE, data)])

        with pytest.raises(TooLarge):
            decode(Message(data))

    @pytest.mark.parametrize("number", [1, -2, "0", None])
    def test_a_buffer_that_is_not_there_is_refused(self, number):
        body = ext(ARRAY, header("<f8", [1], "C", True, number))

        with pytest.raises(Malformed, match="buffer"):
            decode(Message(body, (bytearray(8),)))

    def test_two_arrays_cannot_share_a_buffer(self):
        one = msgpack.ExtType(ARRAY, header("<f8", [1], "C", True, 0))

        with pytest.raises(Malformed, match="no other array has"):
            decode(Message(msgpack.packb([one, one]), (bytearray(8),)))

    def test_nested_tuples_cannot_multiply_a_large_text(self):
        data = msgpack.packb(["x" * 1000])
        for _ in range(20):
            data = msgpack.packb([msgpack.ExtType(TUPLE, data)])

        assert decode(Message(data)) is not None
        with pytest.raises(TooLarge, match="ordinary nesting"):
            decode(Message(data), limits=Limits(message_bytes=2000))

    def test_an_unknown_handle_is_refused(self):
        with pytest.raises(Malformed, match="found number 3"):
            decode(encode(Handle(3)), object_of={}.__getitem__)

    @pytest.mark.parametrize("entries", [[1], [1, 2, 3], {}, 5], ids=repr)
    def test_a_dressed_value_without_two_parts_is_refused(self, entries):
        with pytest.raises(Malformed):
            decode(Message(ext(DRESSED, packed(entries))), dress=lambda *pair: pair)

    def test_what_dressing_raises_is_an_error_of_ours(self):
        with pytest.raises(Malformed, match="ZeroDivisionError"):
            decode(Message(ext(DRESSED, packed([1, 2]))), dress=lambda *_: 1 / 0)


class Asked:
    """Stands for an object over there; whoever asks for its number would start a conversation while decoding."""

    def __init__(self, handle):
        self.handle = handle

    def refuse(self, *_):
        pytest.fail("decoding asked an object")

    __index__ = __int__ = __float__ = __len__ = __iter__ = __eq__ = __array__ = refuse
    __hash__ = object.__hash__


ATOMS = (type(None), bool, int, float, complex, str, bytes, np.generic, np.ndarray, np.random.Generator)
BUILT = (bytearray, range, slice, type(...), type(NotImplemented), Fraction, Decimal, dt.date, dt.time, dt.timedelta)
STAYING = (Handle, Callback, Reference, np.random.RandomState)
CONTAINERS = (list, tuple, set, frozenset, deque)


def outcome(data):
    """Decode, allowing nothing but plain data or an error of ours, within a second."""
    start = time.perf_counter()
    try:
        waiting = [decode(Message(data), object_of=lambda handle: handle, dress=lambda *pair: pair)]
    except WireError:
        waiting = []
    assert time.perf_counter() - start < 1
    while waiting:
        value = waiting.pop()
        if isinstance(value, CONTAINERS):
            waiting += value
        elif type(value) in (dict, OrderedDict, Counter):
            waiting += [*value.keys(), *value.values()]
        else:
            assert isinstance(value, (*ATOMS, *BUILT, *STAYING))


SAMPLES = [
    [1, (2.5, "a"), 1j, 1 << 99, np.float32(1)],
    {"x": np.arange(4.0)},
    np.random.default_rng(0),
    [Handle(3, "function", "f"), Callback(1), Reference(0)],
    [{1, "a"}, range(9), dt.datetime(2026, 4, 1, tzinfo=dt.UTC), Decimal("1.5"), Fraction(1, 3)],
    [deque([1], 3), OrderedDict(a=1), Counter("aab"), bytearray(b"ab"), slice(1, 2), dt.timedelta(1)],
    np.array(["ab", "größe"]),
    np.array(["2026-04-01"], "M8[D]"),
    np.random.RandomState(0),
]
MESSAGES = [packed(it) for it in SAMPLES]
MESSAGES.append(encode(defaultdict(int, a=1), handle_for=lambda _: Handle(7), dress=True).body)
PLAIN = st.recursive(
    st.none() | st.integers(-HUGE, HUGE) | st.floats() | st.text(max_size=5) | st.builds(range, st.integers(0, HUGE)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
PARTS = st.builds(other, st.sampled_from(sorted(BY_NAME)), PLAIN)
PAIRS = PLAIN.map(lambda parts: ext(DRESSED, packed(parts)))
EXTENSIONS = st.builds(ext, st.integers(TUPLE, DRESSED), st.binary(max_size=80))


class TestFuzzing:
    """Many messages, none of them honest."""

    @settings(max_examples=5_000, deadline=None)
    @given(st.binary(max_size=80) | EXTENSIONS | PARTS | PAIRS)
    def test_random_bytes_give_an_error_or_a_value(self, data):
        outcome(data)

    @settings(max_examples=5_000, deadline=None)
    @given(
        st.sampled_from(MESSAGES),
        st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4),
    )
    def test_damaged_messages_give_an_error_or_a_value(self, data, damages):
        damaged = bytearray(data)
        for place, byte in damages:
            damaged[place % len(damaged)] = byte
        outcome(bytes(damaged))

    def test_the_messages_are_right_before_they_are_damaged(self):
        for data in MESSAGES:
            outcome(data)
            assert decode(Message(data), object_of=str, dress=lambda *pair: pair) is not None

    def test_every_kind_of_extension_is_among_them(self):
        assert {number for number in range(1, 12) if any(_has(data, number) for data in MESSAGES)} == set(range(1, 12))


def _has(data, number):
    """Whether a message has an extension of a number at its top or in its first list."""
    found = []
    msgpack.unpackb(data, ext_hook=lambda code, payload: found.append(code), strict_map_key=False)
    return number in found
