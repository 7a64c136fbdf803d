"""Whatever arrives on the wire is plain data or an error of ours, at once and without a crash."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgpack
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from proctor.inside.others import BY_NAME, PATHS, TYPES
from proctor.inside.pack import encode
from proctor.inside.tables import WHOLE
from proctor.inside.unpack import decode
from proctor.inside.wire import (
    ARRAY,
    DRESSED,
    GENERATOR,
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
from support.messages import HOSTILE, HUGE, ODD, OTHERS, ext, header, moved, other, packed


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
            decode(Message(data), limits=WireLimits(message_bytes=2000))

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
TABLES = (pd.DataFrame, pd.Series, pd.Index, pd.Timestamp, pd.Timedelta, type(pd.NaT), type(pd.NA))
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
            assert isinstance(value, (*ATOMS, *BUILT, *STAYING, *TABLES, *PATHS)) or value in TYPES.values()


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
    [pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), pd.Series([1.5, None]), pd.Index([1, 2]), pd.Timestamp(0)],
    [Path("a/b"), int],
]
MESSAGES = [packed(it) for it in SAMPLES]
MESSAGES.append(encode(defaultdict(int, a=1), handle_for=lambda _: Handle(7), dress=True).body)
PLAIN = st.recursive(
    st.none() | st.integers(-HUGE, HUGE) | st.floats() | st.text(max_size=5) | st.builds(range, st.integers(0, HUGE)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
PARTS = st.builds(other, st.sampled_from(sorted({*BY_NAME, *WHOLE})), PLAIN)
PAIRS = PLAIN.map(lambda parts: ext(DRESSED, packed(parts)))
EXTENSIONS = st.builds(ext, st.integers(TUPLE, DRESSED), st.binary(max_size=80))


class TestFuzzing:
    """Many messages, none of them honest."""

    @settings(max_examples=2_000, deadline=None)
    @given(st.binary(max_size=80) | EXTENSIONS | PARTS | PAIRS)
    def test_random_bytes_give_an_error_or_a_value(self, data):
        outcome(data)

    @settings(max_examples=2_000, deadline=None)
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
