"""The wire carries plain data exactly and survives whatever arrives."""

from __future__ import annotations

import datetime as dt
import math
import socket
import struct
import threading
import time
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from proctor.inside.pack import encode
from proctor.inside.unpack import decode
from proctor.inside.wire import (
    FRAME,
    Callback,
    Handle,
    Malformed,
    Reference,
    TooLarge,
    Unsendable,
    WireLimits,
    is_plain,
    read_frame,
    write_frame,
)

NUMBERS = hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes() | hnp.complex_number_dtypes()
DATES = hnp.datetime64_dtypes() | hnp.timedelta64_dtypes()
NATIVE = (NUMBERS | DATES | hnp.byte_string_dtypes(max_len=5)).map(lambda dtype: dtype.newbyteorder("="))
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
WORDS = st.text(st.characters(exclude_categories=["Cs"]))
ARRAYS = hnp.arrays(NATIVE, SHAPES) | hnp.arrays("U4", SHAPES, elements=WORDS.map(lambda it: it[:4].rstrip("\0")))
ZONES = st.none() | st.integers(-1439, 1439).map(lambda it: dt.timezone(dt.timedelta(minutes=it)))
HASHABLE = st.text("ab") | st.integers() | st.fractions() | st.dates() | st.tuples(st.integers(), st.text("ab"))
OTHERS = (
    st.sets(HASHABLE)
    | st.frozensets(HASHABLE)
    | st.binary().map(bytearray)
    | st.builds(range, st.integers(), st.integers(), st.integers(min_value=1))
    | st.builds(slice, st.none() | st.integers(), st.none() | st.integers(), st.none() | st.integers())
    | st.sampled_from([..., NotImplemented])
    | st.dictionaries(HASHABLE, st.integers()).map(OrderedDict)
    | st.dictionaries(HASHABLE, st.integers()).map(Counter)
    | st.builds(deque, st.lists(st.integers()), st.none() | st.integers(0, 5))
    | st.fractions()
    | st.decimals()
    | st.dates()
    | (st.times(timezones=ZONES) | st.datetimes(timezones=ZONES)).map(
        lambda it: it.replace(fold=0)
    )  # ISO text has none
    | st.timedeltas()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats()
    | st.complex_numbers()
    | WORDS
    | st.binary()
    | ARRAYS
    | OTHERS
    | st.builds(Callback, st.integers(0, 2**64 - 1))
    | st.builds(Reference, st.integers(0, 2**64 - 1))
)
KEYS = WORDS | st.integers(-5, 2**70) | st.tuples(st.integers(), st.text("ab"))
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(KEYS, inner))
Point = namedtuple("Point", "x y")  # noqa: PYI024 - what a student would write


def same(a, b):
    """Equality of type, form and bits; nan equals nan."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float):
        return struct.pack(">d", a) == struct.pack(">d", b) or (math.isnan(a) and math.isnan(b))
    return a == b if isinstance(a, (set, frozenset)) else repr(a) == repr(b)


def one_handle(_):
    """A table of handles with one entry."""
    return Handle(5, "data", "Thing")


class TestRoundTrip:
    """What is plain data comes back as it was."""

    @settings(max_examples=200, deadline=None)
    @given(VALUES)
    def test_plain_data_is_unchanged(self, value):
        assert same(value, decode(encode(value)))

    @pytest.mark.parametrize(
        "scalar",
        [
            *(np.float32(1.5), np.int8(-3), np.bool_(True), np.complex64(1j), np.str_("größe"), np.str_("")),
            *(np.bytes_(b"ab"), np.bytes_(b""), np.datetime64("2026-04-01"), np.timedelta64(3, "s"), np.timedelta64(3)),
        ],
        ids=repr,
    )
    def test_numpy_scalars_keep_their_type(self, scalar):
        assert same(scalar, decode(encode(scalar)))

    @pytest.mark.parametrize(
        "dtype", ["U3", "S3", "M8[D]", "M8", "m8[25s]", "m8", "U0", "S0"], ids=lambda dtype: dtype.replace("[", " ")
    )
    def test_arrays_of_texts_and_dates_are_plain_data(self, dtype):
        array = np.zeros((2, 3), dtype)

        assert (True, True) == (is_plain(array.dtype), same(array, decode(encode(array))))

    @pytest.mark.parametrize("dtype", ["O", ">f8", "V8", "f8,i4", ">U3"])
    def test_arrays_of_anything_else_are_not(self, dtype):
        assert not is_plain(np.dtype(dtype))

    def test_the_old_random_state_goes_on_where_it_was(self):
        state = np.random.RandomState(7)
        state.standard_normal(5)
        back = decode(encode(state))

        assert np.array_equal(state.standard_normal(9), back.standard_normal(9))

    @pytest.mark.parametrize("flags", [("C", True), ("F", True), ("S", True), ("C", False)])
    def test_arrays_keep_layout_and_writeability(self, flags):
        layout, writeable = flags
        base = np.arange(24.0).reshape(4, 6)
        array = {"C": base.copy(), "F": np.asfortranarray(base), "S": base[:, ::2]}[layout]
        array.flags.writeable = writeable
        back = decode(encode(array))

        assert np.array_equal(array, back)
        assert (array.flags.c_contiguous, array.flags.f_contiguous) == (
            back.flags.c_contiguous,
            back.flags.f_contiguous,
        )
        assert writeable == back.flags.writeable

    @pytest.mark.parametrize("name", ["PCG64", "MT19937", "Philox", "SFC64"])
    def test_generators_go_on_where_they_were(self, name):
        generator = np.random.Generator(getattr(np.random, name)(7))
        generator.standard_normal(5)
        back = decode(encode(generator))

        assert np.array_equal(generator.standard_normal(9), back.standard_normal(9))

    def test_handles_come_back_as_what_they_stand_for(self):
        things = {}

        def handle_for(thing):
            things[len(things)] = thing
            return Handle(len(things) - 1)

        thing = object()
        data = encode([1, thing], handle_for=handle_for)

        assert decode(data, object_of=lambda handle: things[handle.number]) == [1, thing]

    @pytest.mark.parametrize("name", ["f", "größe", "a:b", "", "m.E:ValueError"])
    def test_a_handle_says_what_it_is_and_its_name(self, name):
        handle = Handle(2**64 - 1, "function", name)

        assert decode(encode(handle), object_of=lambda it: it) == handle

    def test_a_long_name_is_cut(self):
        found = decode(encode(Handle(1, "k" * 500, "n" * 500)), object_of=lambda it: it)

        assert (200, 200) == (len(found.kind), len(found.name))

    @pytest.mark.parametrize("depth", [1, 120])
    def test_ordinary_nesting_passes(self, depth):
        value = []
        for _ in range(depth):
            value = [value]

        assert decode(encode(value)) == value


class Table(dict):
    """Plain data in a class of the student's own."""


class TestDressed:
    """An object of a subclass of plain data takes its data along, where that is asked for."""

    @pytest.mark.parametrize(
        ("value", "plain"),
        [
            pytest.param(Point(1, 2), (1, 2), id="namedtuple"),
            pytest.param(Table(a=1), {"a": 1}, id="dict"),
            pytest.param(defaultdict(list, a=[1]), {"a": [1]}, id="defaultdict"),
            pytest.param(type("Text", (str,), {})("ab"), "ab", id="str"),
            pytest.param(type("Count", (int,), {})(7), 7, id="int"),
            pytest.param(type("Pile", (set,), {})([1]), {1}, id="set"),
        ],
    )
    def test_arrives_as_an_object_with_its_data(self, value, plain):
        data = encode(value, handle_for=one_handle, dress=True)
        found = decode(data, object_of=lambda handle: handle, dress=lambda stand, data: [stand, data])

        assert same([Handle(5, "data", "Thing"), plain], found)

    def test_without_dress_it_is_a_handle_alone(self):
        found = decode(encode(Point(1, 2), handle_for=one_handle), object_of=lambda handle: handle)

        assert found == Handle(5, "data", "Thing")

    def test_an_object_without_data_is_a_handle_alone(self):
        data = encode(object(), handle_for=one_handle, dress=True)

        assert decode(data, object_of=lambda handle: handle) == Handle(5, "data", "Thing")

    def test_who_expects_none_refuses_it(self):
        data = encode(Point(1, 2), handle_for=one_handle, dress=True)

        with pytest.raises(Malformed, match="handle and its data"):
            decode(data, object_of=lambda handle: handle)


class Float(float):
    """A float that could carry code."""


class Array(np.ndarray):
    """An array that could carry code."""


class TestSending:
    """What is no plain data is refused or becomes a handle, by exact type."""

    ODD = (
        object(),
        len,
        memoryview(b"ab"),
        Float(1.0),
        np.zeros(2).view(Array),
        np.array([object()]),
        Table(),
        Point(1, 2),
    )

    @pytest.mark.parametrize("value", [*ODD, "\ud800", {"\ud800"}], ids=lambda value: type(value).__name__)
    def test_other_values_are_refused(self, value):
        with pytest.raises(Unsendable):
            encode([value])

    @pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
    def test_other_values_become_handles(self, value):
        assert decode(encode([value], handle_for=one_handle), object_of=lambda it: it.number) == [5]

    def test_what_stands_for_a_function_of_the_test_is_a_callback(self):
        assert decode(encode([len], handle_for=lambda _: Callback(3))) == [Callback(3)]

    def test_a_huge_integer_is_refused(self):
        with pytest.raises(Unsendable, match="4096 bytes"):
            encode(1 << 40_000)

    def test_a_large_message_is_refused_before_it_is_sent(self):
        with pytest.raises(TooLarge, match="at most 1000 bytes"):
            encode(b"x" * 2000, limits=WireLimits(message_bytes=1000))

    def test_a_list_that_holds_itself_is_refused(self):
        endless = []
        endless.append(endless)

        with pytest.raises(TooLarge):
            encode(endless)


@pytest.fixture
def pair():
    left, right = socket.socketpair()
    with left, right:
        yield left, right


class TestFrames:
    """Frames on a socket."""

    def test_a_frame_arrives_with_its_number(self, pair):
        write_frame(pair[0], 7, encode("hello"))

        assert read_frame(pair[1]) == (7, encode("hello"))

    @pytest.mark.parametrize("layout", ["C", "F", "S"])
    def test_large_arrays_arrive_whole(self, pair, layout):
        base = np.random.default_rng(0).standard_normal((600, 800))
        array = {"C": base, "F": np.asfortranarray(base), "S": base[:, ::2]}[layout]
        writer = threading.Thread(target=write_frame, args=(pair[0], 1, encode([array, (array[0],)])))
        writer.start()
        request, message = read_frame(pair[1], deadline=time.monotonic() + 30)
        writer.join()
        whole, (row,) = decode(message)

        assert request == 1
        assert len(message.buffers) == 1
        assert np.array_equal(array, whole)
        assert np.array_equal(array[0], row)
        assert array.flags.c_contiguous == whole.flags.c_contiguous
        assert whole.flags.writeable

    def test_a_frame_over_the_limit_is_refused_before_it_is_read(self, pair):
        pair[0].sendall(FRAME.pack(2**31, 0, 0))

        with pytest.raises(TooLarge, match="one of 2147483648"):
            read_frame(pair[1])

    def test_too_many_buffers_are_refused_before_they_are_read(self, pair):
        pair[0].sendall(FRAME.pack(1, 0, 2**31))

        with pytest.raises(TooLarge, match="at most 1024 large arrays"):
            read_frame(pair[1])

    def test_a_closed_socket_is_the_end(self, pair):
        pair[0].sendall(FRAME.pack(10, 0, 0) + b"half")
        pair[0].close()

        with pytest.raises(EOFError):
            read_frame(pair[1])

    def test_a_frame_that_trickles_in_runs_into_the_deadline(self, pair):
        pair[0].sendall(FRAME.pack(1000, 0, 0))
        stop = threading.Event()

        def trickle():
            while not stop.wait(0.02):
                pair[0].sendall(b"x")

        writer = threading.Thread(target=trickle)
        writer.start()
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            read_frame(pair[1], deadline=start + 0.3)
        stop.set()
        writer.join()

        assert time.monotonic() - start < 10
