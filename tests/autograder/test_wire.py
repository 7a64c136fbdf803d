"""The wire carries plain data exactly and survives whatever arrives."""

from __future__ import annotations

import math
import socket
import struct
import threading
import time

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from proctor.inside.pack import encode
from proctor.inside.unpack import decode
from proctor.inside.wire import (
    ARRAY,
    BIG_INT,
    COMPLEX,
    FRAME,
    GENERATOR,
    HANDLE,
    SCALAR,
    TUPLE,
    Limits,
    Malformed,
    Message,
    TooLarge,
    Unsendable,
    WireError,
    read_frame,
    write_frame,
)

NUMBERS = hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes() | hnp.complex_number_dtypes()
NATIVE = NUMBERS.map(lambda dtype: dtype.newbyteorder("="))
ARRAYS = hnp.arrays(NATIVE, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
    | ARRAYS
)
KEYS = (
    st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-5, 2**70) | st.tuples(st.integers(), st.text("ab"))
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(KEYS, inner))


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
    return repr(a) == repr(b)


class TestRoundTrip:
    """What is plain data comes back as it was."""

    @settings(max_examples=300, deadline=None)
    @given(VALUES)
    def test_plain_data_is_unchanged(self, value):
        assert same(value, decode(encode(value)))

    @pytest.mark.parametrize("scalar", [np.float32(1.5), np.int8(-3), np.bool_(True), np.complex64(1j)])
    def test_numpy_scalars_keep_their_type(self, scalar):
        assert same(scalar, decode(encode(scalar)))

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
            return len(things) - 1

        thing = object()
        data = encode([1, thing], handle_for=handle_for)

        assert decode(data, object_of=things.__getitem__) == [1, thing]


class Float(float):
    """A float that could carry code."""


class Array(np.ndarray):
    """An array that could carry code."""


class TestSending:
    """What is no plain data is refused or becomes a handle, by exact type."""

    @pytest.mark.parametrize(
        "value",
        [
            object(),
            {1, 2},
            len,
            Float(1.0),
            np.zeros(2).view(Array),
            np.array([object()]),
            np.array(["text"]),
            "\ud800",
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_other_values_are_refused(self, value):
        with pytest.raises(Unsendable):
            encode([value])

    @pytest.mark.parametrize(
        "value", [object(), {1, 2}, Float(1.0), np.zeros(2).view(Array)], ids=lambda value: type(value).__name__
    )
    def test_other_values_become_handles(self, value):
        assert decode(encode([value], handle_for=lambda _: 5), object_of=str) == ["5"]

    def test_a_huge_integer_is_refused(self):
        with pytest.raises(Unsendable, match="4096 bytes"):
            encode(1 << 40_000)

    def test_a_large_message_is_refused_before_it_is_sent(self):
        with pytest.raises(TooLarge, match="at most 1000 bytes"):
            encode(b"x" * 2000, limits=Limits(message_bytes=1000))

    def test_a_list_that_holds_itself_is_refused(self):
        endless = []
        endless.append(endless)

        with pytest.raises(TooLarge):
            encode(endless)


def ext(code, payload):
    return msgpack.packb(msgpack.ExtType(code, payload))


def header(*entries):
    return msgpack.packb(list(entries))


HOSTILE = {
    "nothing": (b"", Malformed),
    "half a message": (encode([1, 2, 3]).body[:-1], Malformed),
    "two messages": (encode(1).body + encode(2).body, Malformed),
    "an unknown extension": (ext(99, b""), Malformed),
    "a tuple of no list": (ext(TUPLE, msgpack.packb(3)), Malformed),
    "a complex of the wrong size": (ext(COMPLEX, b"1234"), Malformed),
    "an integer of no bytes": (ext(BIG_INT, b""), Malformed),
    "an integer of too many bytes": (ext(BIG_INT, b"1" * 5000), Malformed),
    "an array of objects": (ext(ARRAY, header("|O", [1], "C", True, -1) + b"12345678"), Malformed),
    "an array of a lying shape": (ext(ARRAY, header("<f8", [3], "C", True, -1) + b"12345678"), Malformed),
    "an array of a negative shape": (ext(ARRAY, header("<f8", [-1, -1], "C", True, -1) + b"12345678"), Malformed),
    "an array of a huge empty shape": (ext(ARRAY, header("<f8", [2**62, 2**62, 0, 3], "C", True, -1)), Malformed),
    "an array of 100 dimensions": (ext(ARRAY, header("<f8", [1] * 100, "C", True, -1) + b"12345678"), Malformed),
    "an array of an unknown layout": (ext(ARRAY, header("<f8", [1], "X", True, -1) + b"12345678"), Malformed),
    "an array without a header": (ext(ARRAY, b""), Malformed),
    "a scalar of the wrong size": (ext(SCALAR, header("<f8") + b"1234"), Malformed),
    "an unknown bit generator": (ext(GENERATOR, msgpack.packb({"bit_generator": "Evil"})), Malformed),
    "a generator without a state": (ext(GENERATOR, msgpack.packb({"bit_generator": "PCG64"})), Malformed),
    "a handle where none is expected": (ext(HANDLE, b"\0" * 8), Malformed),
    "an unhashable key": (msgpack.packb({1: 2}).replace(b"\x01", b"\x90"), Malformed),
    "text that is no UTF-8": (b"\xa1\xff", Malformed),
    "lists 5000 deep": (b"\x91" * 5000 + b"\x90", TooLarge),
    "lists 100 deep": (b"\x91" * 100 + b"\x90", TooLarge),
    "a million empty lists": (b"\xdd\x00\x0f\x42\x3f" + b"\x90" * 999_999, TooLarge),
    "a list that announces four billion entries": (b"\xdd\xff\xff\xff\xff", Malformed),
}


def nested_tuples(depth):
    data = msgpack.packb([])
    for _ in range(depth):
        data = msgpack.packb([msgpack.ExtType(TUPLE, data)])
    return data


class TestReceiving:
    """Whatever arrives is a value or an error of ours, and never takes long."""

    @pytest.mark.parametrize(("data", "error"), HOSTILE.values(), ids=HOSTILE.keys())
    def test_hostile_message_is_refused(self, data, error):
        with pytest.raises(error):
            decode(Message(data))

    def test_tuples_nested_too_deep_are_refused(self):
        with pytest.raises(TooLarge):
            decode(Message(nested_tuples(200)))

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
            decode(encode([object()], handle_for=lambda _: 3), object_of={}.__getitem__)

    @settings(max_examples=5_000, deadline=None)
    @given(st.binary(max_size=80))
    def test_random_bytes_give_an_error_or_a_value(self, data):
        outcome(data)

    @settings(max_examples=5_000, deadline=None)
    @given(
        st.sampled_from(
            [encode(v).body for v in ([1, (2.5, "a")], {"x": np.arange(4.0)}, np.random.default_rng(0), 1 << 99)]
        ),
        st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4),
    )
    def test_damaged_messages_give_an_error_or_a_value(self, data, damages):
        damaged = bytearray(data)
        for place, byte in damages:
            damaged[place % len(damaged)] = byte
        outcome(bytes(damaged))


def outcome(data):
    """Decode, allowing nothing but a value or an error of ours."""
    try:
        value = decode(Message(data), object_of=lambda number: number)
    except WireError:
        return
    assert value is None or type(value).__module__ in ("builtins", "numpy", "numpy.random._generator", "msgpack.ext")


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
