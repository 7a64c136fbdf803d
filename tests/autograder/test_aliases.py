"""What a call can change in place is found, referred to, and put back into the originals."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from proctor.inside.aliases import contents, mutables, referring, resolved, restore
from proctor.inside.pack import encode
from proctor.inside.unpack import decode
from proctor.inside.verbs import contents_key
from proctor.inside.wire import Malformed, Reference


class Box(list):
    """A list that could carry code."""


def numbers_of(value):
    """The numbers under which both sides know the mutable values."""
    return {id(it): number for number, it in enumerate(mutables(value))}


class TestMutables:
    """Both sides list the same values in the same order."""

    @pytest.mark.parametrize(
        "value",
        [
            [],
            {},
            set(),
            bytearray(b"a"),
            deque([1]),
            Counter("a"),
            OrderedDict(a=1),
            defaultdict(int),
            np.zeros(2),
            np.random.default_rng(0),
            np.random.RandomState(0),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_a_mutable_value_is_found(self, value):
        assert [id(value)] == [id(it) for it in mutables(value)]

    @pytest.mark.parametrize("value", [1, "a", b"a", None, (), (1, "a"), frozenset({1}), range(3), Box(), object()])
    def test_nothing_else_is(self, value):
        assert mutables(value) == []

    def test_outer_values_come_first_and_then_from_left_to_right(self):
        first, second, inner = [1], {"a": 2}, [3]
        second["b"] = inner
        whole = [first, (second,)]

        assert [id(it) for it in (whole, first, second, inner)] == [id(it) for it in mutables(whole)]

    def test_each_is_listed_once(self):
        shared = [1]

        assert len(mutables((shared, [shared, shared]))) == 2

    def test_a_list_that_holds_itself_is_listed_once(self):
        endless = []
        endless.append(endless)

        assert len(mutables(endless)) == 1

    @settings(max_examples=200, deadline=None)
    @given(
        st.recursive(
            st.integers() | st.text() | st.binary().map(bytearray) | st.sets(st.integers()),
            lambda it: (
                st.lists(it) | st.lists(it).map(tuple) | st.dictionaries(st.text(), it) | st.lists(it).map(deque)
            ),
        )
    )
    def test_the_order_survives_the_wire(self, value):
        here, there = mutables(value), mutables(decode(encode(value)))

        assert [(type(it), it) for it in here] == [(type(it), it) for it in there]


class TestReferences:
    """A value that was an argument stays that value wherever a result holds it."""

    @pytest.mark.parametrize(
        "result", [lambda x: x, lambda x: [1, x], lambda x: (x, x), lambda x: {"a": [x]}], ids=range(4)
    )
    def test_identity_survives(self, result):
        argument = [1, 2]
        sent = referring(result(argument), numbers_of(argument))
        back = resolved(decode(encode(sent)), [argument])

        assert result(argument) == back
        assert any(it is argument for it in mutables(back))

    def test_what_holds_no_argument_is_itself(self):
        value = [1, [2], {"a": (3,)}]

        assert referring(value, {id(object()): 0}) is value

    def test_the_value_that_refers_is_a_copy(self):
        argument, result = [1], {}
        result["a"] = argument
        referring(result, numbers_of(argument))

        assert result["a"] is argument

    @pytest.mark.parametrize("number", [1, 2**64 - 1])
    def test_a_reference_to_nothing_is_refused(self, number):
        with pytest.raises(Malformed, match=f"one of 1 values, found {number}"):
            resolved([Reference(number)], [[]])


class Eager:
    """Runs code when it is copied."""

    def __deepcopy__(self, memo):
        pytest.fail("it was copied")


class TestContents:
    """A copy of a value's own contents; what it holds is not copied."""

    @pytest.mark.parametrize("make", [list, deque, tuple], ids=lambda make: make.__name__)
    def test_what_a_sequence_holds_is_the_same(self, make):
        inner = Eager()
        found = contents(make([inner])) if make is not tuple else [inner]

        assert (list, True) == (type(found), found[0] is inner)

    def test_a_dict_is_copied_one_level_deep(self):
        value = defaultdict(list, a=[1])
        found = contents(value)

        assert (dict, True) == (type(found), found["a"] is value["a"])

    @pytest.mark.parametrize("order", ["C", "F"])
    def test_an_array_keeps_its_layout(self, order):
        array = np.arange(6.0).reshape(2, 3).copy(order=order)
        found = contents(array)

        assert (False, array.flags.f_contiguous) == (np.shares_memory(array, found), found.flags.f_contiguous)

    def test_a_generator_goes_on_by_itself(self):
        generator = np.random.default_rng(0)
        found = contents(generator)
        drawn = generator.random()

        assert drawn == found.random()


class TestChange:
    """A key tells whether a value has changed."""

    CHANGES = (
        pytest.param([1], lambda it: it.append(2), id="list"),
        pytest.param([1], lambda it: it.__setitem__(0, True), id="another type"),
        pytest.param({"a": 1}, lambda it: it.update(a=2), id="dict"),
        pytest.param({1}, lambda it: it.add(2), id="set"),
        pytest.param(bytearray(b"a"), lambda it: it.append(1), id="bytearray"),
        pytest.param(deque([1]), lambda it: it.pop(), id="deque"),
        pytest.param(np.zeros(2), lambda it: it.fill(1), id="array"),
        pytest.param(np.zeros(2), lambda it: it.resize((1, 2), refcheck=False), id="shape"),
        pytest.param(np.random.RandomState(0), lambda it: it.random_sample(), id="old generator"),
        *(
            pytest.param(np.random.Generator(kind(0)), lambda it: it.random(), id=kind.__name__)
            for kind in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64)
        ),
    )

    @pytest.mark.parametrize(("value", "change"), CHANGES)
    def test_the_key_differs_after_a_change_alone(self, value, change):
        before, again = contents_key(value), contents_key(value)
        change(value)

        assert (True, False) == (before == again, before == contents_key(value))


class TestRestore:
    """Contents go into the original, which stays the same object."""

    @pytest.mark.parametrize(
        ("original", "found"),
        [
            pytest.param([1, 2], [3], id="list"),
            pytest.param({"a": 1}, {"b": 2}, id="dict"),
            pytest.param({1}, {2, 3}, id="set"),
            pytest.param(bytearray(b"ab"), bytearray(b"c"), id="bytearray"),
            pytest.param(deque([1]), [2, 3], id="deque"),
            pytest.param(Counter("aab"), {"c": 4}, id="counter"),
            pytest.param(OrderedDict(a=1), {"c": 4, "a": 1}, id="ordered dict"),
            pytest.param(defaultdict(list), {"c": [1]}, id="defaultdict"),
        ],
    )
    def test_contents_take_the_place_of_what_was_there(self, original, found):
        kind = type(original)
        restore(original, found)

        assert (kind, kind(found) if kind is not defaultdict else found) == (type(original), original)

    def test_a_deque_keeps_its_length(self):
        original = deque([1], maxlen=2)
        restore(original, [1, 2, 3])

        assert original == deque([2, 3], maxlen=2)

    def test_an_array_is_written_into(self):
        base = np.zeros(6)
        restore(base[::2], np.ones(3))

        assert base.tolist() == [1, 0, 1, 0, 1, 0]

    def test_an_array_takes_a_new_shape(self):
        array = np.zeros(6)
        restore(array, np.ones((2, 3)))

        assert array.tolist() == [[1, 1, 1], [1, 1, 1]]

    def test_an_array_that_is_read_only_stays_as_it_is(self):
        array = np.zeros(2)
        array.flags.writeable = False
        restore(array, np.ones(2))

        assert array.tolist() == [0, 0]

    @pytest.mark.parametrize("kind", [np.random.PCG64, np.random.MT19937, np.random.Philox])
    def test_a_generator_goes_on_where_the_other_was(self, kind):
        mine, theirs = np.random.Generator(kind(0)), np.random.Generator(kind(0))
        theirs.random(5)
        restore(mine, contents(theirs))

        assert theirs.random() == mine.random()

    def test_the_old_random_state_does_too(self):
        mine, theirs = np.random.RandomState(0), np.random.RandomState(0)
        theirs.random_sample(5)
        restore(mine, contents(theirs))

        assert theirs.random_sample() == mine.random_sample()

    @pytest.mark.parametrize(
        ("original", "found"),
        [
            pytest.param([1], (2,), id="tuple for list"),
            pytest.param([1], {"a": 1}, id="dict for list"),
            pytest.param({"a": 1}, {1}, id="set for dict"),
            pytest.param({1}, {1: 2}, id="dict for set"),
            pytest.param({1}, [2], id="list for set"),
            pytest.param(bytearray(b"a"), b"b", id="bytes for bytearray"),
            pytest.param(np.zeros(2), [1, 2], id="list for array"),
            pytest.param(np.zeros(2), np.zeros(2, int), id="another dtype"),
            pytest.param(np.zeros(2), np.zeros(3), id="more numbers"),
            pytest.param(np.zeros(2), np.zeros(0), id="no numbers"),
            pytest.param(np.zeros((2, 3)).T[:2], np.zeros((1, 4)), id="another shape of a view"),
            pytest.param(np.random.default_rng(0), np.random.Generator(np.random.MT19937(0)), id="another stream"),
            pytest.param(np.random.RandomState(0), np.random.default_rng(0), id="another generator"),
            pytest.param(1, 2, id="nothing mutable"),
        ],
    )
    def test_contents_that_do_not_fit_are_refused(self, original, found):
        with pytest.raises(Malformed, match="Expected"):
            restore(original, found)

    def test_a_bytearray_that_somebody_looks_at_is_not_pulled_away(self):
        original = bytearray(b"ab")
        view = memoryview(original)

        with pytest.raises(Malformed):
            restore(original, bytearray(b"abc"))
        assert bytes(view) == b"ab"
