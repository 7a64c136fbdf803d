"""Objects keep their numbers, callables keep their side, exceptions become plain data."""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict, deque

import numpy as np
import pytest

from proctor.inside import objects
from proctor.inside.objects import Objects, Remote, Sent, described, kind_of, refuse_modules
from proctor.inside.wire import Callback, Handle, Reference, TooLarge, Unsendable


class OwnError(ValueError):
    """A student's exception."""


class Callable:
    """An object that can be called."""

    def __call__(self):
        return 1


async def coroutine():
    """Something to be awaited."""


@pytest.fixture
def calls():
    return []


@pytest.fixture
def table(calls):
    return Objects(lambda number, args, kwargs: calls.append((number, args, kwargs)))


class TestKind:
    """What an object is for a test."""

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("module", math),
            ("class", Callable),
            ("exception", OwnError),
            ("exception", KeyboardInterrupt),
            ("function", coroutine),
            ("function", len),
            ("function", [].append),
            ("callable", Callable()),
            ("callable", np.vectorize(len)),
            ("data", 1),
            ("data", object()),
            ("data", OwnError("x")),
            ("data", (it for it in ())),
        ],
    )
    def test_is_one_word(self, kind, value):
        assert kind == kind_of(value)

    def test_a_coroutine_can_be_awaited(self):
        waiting = coroutine()
        kind = kind_of(waiting)
        waiting.close()

        assert kind == "coroutine"


class TestTable:
    """What was sent as a handle is found again under its number."""

    def test_an_object_is_found_again(self, table):
        thing = object()

        assert table.object_of(table.handle_of(thing)) is thing

    def test_an_object_has_one_number(self, table):
        thing, other = object(), object()
        numbers = [table.handle_of(it).number for it in (thing, other, thing)]

        assert numbers == [0, 1, 0]

    def test_equal_objects_have_different_numbers(self, table):
        assert table.handle_of(Sent([1])) != table.handle_of(Sent([1]))

    def test_what_is_sent_anyway_is_the_thing_itself(self, table):
        thing = [1]

        assert table.object_of(table.handle_of(Sent(thing))) is thing

    @pytest.mark.parametrize(
        ("kind", "name", "value"),
        [
            ("function", "coroutine", coroutine),
            ("class", "Callable", Callable),
            ("callable", "Callable", Callable()),
            ("data", "OrderedDict", OrderedDict()),
            ("exception", f"{__name__}.OwnError:ValueError", OwnError),
            ("exception", "builtins.KeyError:KeyError", KeyError),
        ],
    )
    def test_a_handle_says_what_it_is(self, table, kind, name, value):
        found = table.handle_of(value)

        assert (0, kind, name) == (found.number, found.kind, found.name)

    @pytest.mark.parametrize(
        ("origin", "value"),
        [
            ("collections.OrderedDict", OrderedDict()),
            ("builtins.generator", (it for it in [])),
            ("builtins.type", Callable),
            ("", coroutine),
            ("", type("Own", (), {"__module__": "__main__"})()),
        ],
    )
    def test_a_handle_says_from_which_library_its_class_is(self, table, origin, value):
        assert origin == table.handle_of(value).origin

    def test_a_name_that_is_no_text_is_the_classes(self, table):
        thing = Callable()
        thing.__name__ = ["evil"]

        assert table.handle_of(thing).name == "Callable"

    @pytest.mark.parametrize("number", [0, 7, 2**64 - 1])
    def test_an_unknown_number_is_a_key_error(self, table, number):
        with pytest.raises(KeyError):
            table.object_of(Handle(number))

    def test_too_many_objects_are_refused(self, table, monkeypatch):
        monkeypatch.setattr(objects, "MOST_OBJECTS", 2)
        kept = [object() for _ in range(3)]
        for it in kept[:2]:
            table.handle_of(it)

        with pytest.raises(TooLarge, match="at most 2 objects"):
            table.handle_of(kept[2])


class TestRemote:
    """A function of the test that the student's code may call."""

    def test_passes_its_call_on(self, table, calls):
        table.remote(4)(1, key="a")

        assert calls == [(4, (1,), {"key": "a"})]

    def test_is_the_same_each_time(self, table):
        assert table.remote(4) is table.remote(4)

    def test_goes_back_as_the_callback_that_it_is(self, table):
        assert table.handle_of(table.remote(4)) == Callback(4)

    @pytest.mark.parametrize(
        "build",
        [
            lambda it: it,
            lambda it: [it],
            lambda it: (1, it),
            lambda it: {"a": it},
            lambda it: [[{"a": (it,)}]],
            lambda it: {"a": {"b": [it]}},
        ],
        ids=["alone", "list", "tuple", "dict", "deep", "dict in dict"],
    )
    def test_takes_the_place_of_its_callback(self, table, build):
        assert build(table.remote(4)) == table.received(build(Callback(4)), [])

    @pytest.mark.parametrize("kind", [list, dict, deque, OrderedDict, defaultdict], ids=lambda kind: kind.__name__)
    def test_a_container_stays_the_same_object(self, table, kind):
        value = (
            kind([Callback(4)]) if kind in (list, deque) else kind(None if kind is defaultdict else {}, a=Callback(4))
        )

        assert table.received(value, []) is value
        assert [Remote] == [type(it) for it in (value.values() if isinstance(value, dict) else value)]

    def test_what_was_given_takes_the_place_of_its_reference(self, table):
        given = [object(), object()]

        assert table.received([Reference(1), (Reference(0),)], given) == [given[1], (given[0],)]

    def test_has_a_name(self):
        assert Remote(1, print).__name__ == "function_of_the_test"


def raised(error):
    """The exception after it was raised in a cell."""
    try:
        exec(compile("def f(it):\n    raise it\n", "<ipython-input-1-abc>", "exec"), space := {})  # noqa: S102
        space["f"](error)
    except BaseException as caught:  # noqa: BLE001 - any is described
        return caught


class Silent(Exception):  # noqa: N818 - a student's
    """Its text cannot be had."""

    def __str__(self):
        raise RuntimeError


class TestDescribed:
    """An exception as plain data."""

    def test_a_builtin_one_is_its_name_args_and_message(self):
        assert described(KeyError("a")) == {
            "builtin": "KeyError",
            "own": [],
            "message": "'a'",
            "line": "",
            "args": ["a"],
        }

    def test_an_own_one_tells_its_classes_and_itself(self):
        error = OwnError("bad", 3)
        found = described(error)

        assert (found["builtin"], found["args"], found["own"]) == ("ValueError", ["bad", 3], [Sent(OwnError)])
        assert found["object"] == Sent(error)

    def test_the_line_of_the_cell_is_told(self):
        assert described(raised(ValueError("x")))["line"].startswith("line 2:")

    @pytest.mark.parametrize("argument", [[1], object(), np.zeros(2), (1,)], ids=lambda it: type(it).__name__)
    def test_arguments_that_are_no_atoms_stay(self, argument):
        assert "args" not in described(ValueError(argument))

    def test_large_arguments_stay(self):
        assert "args" not in described(ValueError("x" * 5000))

    def test_a_long_message_is_cut(self):
        assert len(described(ValueError("x" * 50_000))["message"]) == 4000

    def test_a_message_that_raises_is_empty(self):
        assert described(Silent())["message"] == ""

    @pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()], ids=repr)
    def test_what_is_no_exception_is_described_too(self, error):
        assert type(error).__name__ == described(error)["builtin"]

    def test_a_class_named_like_a_builtin_one_is_the_students(self):
        own = type("ValueError", (Exception,), {})

        assert (described(own("x"))["builtin"], len(described(own("x"))["own"])) == ("Exception", 1)


def test_a_module_never_crosses():
    with pytest.raises(Unsendable, match="The module math stays"):
        refuse_modules(math)


@pytest.mark.parametrize("value", [None, 1, len, Callable])
def test_anything_else_may_cross(value):
    assert refuse_modules(value) is None
