"""What stands in a test for an object that stays in the student's process.

What you can do with this file:

- make the stand-in for a handle: `stand_in`, a `StandIn` or, for what can be called, a `Function`;
- let `inspect.getsource` read the student's code: `read_sources`.

A stand-in passes calls, attributes, items, length, iteration and arithmetic on. Conversion to an array, and `==` and
order with data of the test, raise `Uncrossable`: the answer would be the student's word on being right.
So do `==` and order of two objects, truth and hash, but for tests that ask for these in the solved notebook.
"""

from __future__ import annotations

import abc
import enum
import functools
import inspect
import sys
import types
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from proctor.examiner.failures import Uncrossable

if TYPE_CHECKING:
    from proctor.inside.wire import Handle

__all__ = ["Coroutine", "Function", "StandIn", "Wire", "read_sources", "stand_in"]

BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift")
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
UNARY = ("neg", "pos", "abs", "invert")
CONVERSIONS = ("int", "float", "complex", "index", "round")
KINDS = tuple(inspect._ParameterKind)  # noqa: SLF001 - the five kinds in their order
UNSET = object()
# Classes that have no name in Python's own modules.
UNNAMED = {it.__name__: it for it in vars(types).values() if type(it) is type}
METACLASSES = (abc.ABCMeta, enum.EnumMeta)


class Wire(Protocol):
    """What a stand-in asks of the connection to its object's process."""

    def ask(self, verb: str, *fields: Any) -> Any:
        """Send one request of the closed set and wait for its answer."""

    def call(self, target: StandIn, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function there; what it did to its arguments is done to the originals."""

    def operate(self, verb: str, *fields: Any) -> Any:
        """Ask for an operator, where the student's object sees what it is compared with."""

    def word(self, kind: str, name: str, *values: Any) -> Any:
        """Ask for what an object says of itself, where a test may hear it."""


class StandIn:
    """An object of the student's."""

    __slots__ = ("__weakref__", "_connection", "_handle")

    def __init__(self, connection: Wire, handle: Handle) -> None:
        object.__setattr__(self, "_connection", connection)
        object.__setattr__(self, "_handle", handle)

    _connection: Wire
    _handle: Handle

    @property  # type: ignore[misc] # what it is for others
    def __class__(self) -> type:  # for `isinstance` alone; `type` tells what it is
        return _class_from(self._handle.origin) or type(self)

    def _proctor_handle(self) -> Handle:
        return self._handle

    def _proctor_ask(self, verb: str, *fields: Any) -> Any:
        return self._connection.ask(verb, self, *fields)

    def __getattr__(self, name: str) -> Any:
        if name in NEVER_ASKED:
            raise AttributeError(name)
        return self._proctor_ask("attr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._proctor_ask("setattr", name, value)

    def __delattr__(self, name: str) -> None:
        self._proctor_ask("delattr", name)

    def __getitem__(self, key: Any) -> Any:
        return self._proctor_ask("item", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._proctor_ask("setitem", key, value)

    def __delitem__(self, key: Any) -> None:
        self._proctor_ask("delitem", key)

    def __len__(self) -> int:
        length = self._proctor_ask("length")
        if type(length) is not int or length < 0:
            raise Uncrossable("The length of the answer is no number.")
        return length

    def __contains__(self, value: Any) -> bool:
        return self._connection.operate("holds", self, value) is True

    def __iter__(self) -> Any:
        return self._proctor_ask("iterate")

    def __next__(self) -> Any:
        found = self._proctor_ask("next")
        if type(found) is not list or len(found) > 1:
            raise Uncrossable("The answer gives no next value.")
        if not found:
            raise StopIteration
        return found[0]

    def __enter__(self) -> Any:
        return self._proctor_ask("attr", "__enter__")()

    def __exit__(self, *exception: object) -> None:
        """Leave; an exception of the test stays here, so the student's `__exit__` cannot swallow it."""
        self._proctor_ask("attr", "__exit__")(None, None, None)

    def __repr__(self) -> str:
        return str(self._proctor_ask("text", "repr"))

    def __str__(self) -> str:
        return str(self._proctor_ask("text", "str"))

    def __hash__(self) -> int:
        try:
            found = self._connection.word("hash", "hash", self)
        except Uncrossable:
            return id(self)  # an object has one stand-in
        return found if type(found) is int else id(self)

    def __bool__(self) -> bool:
        found = self._connection.word("truth", "truth", self)
        if type(found) is not bool:
            raise Uncrossable("The truth of the answer is neither True nor False.")
        return found

    def __array__(self, *_: Any) -> NoReturn:
        name = self._handle.name
        raise Uncrossable(f"Expected plain data (numbers, texts, lists, arrays), found an object of type {name}.")


class Coroutine(StandIn):
    """Something of the student's that can be awaited; a class of its own, since `patch` looks for `__await__`."""

    __slots__ = ()

    def __await__(self) -> Any:
        return self._proctor_ask("await")
        yield  # makes this a generator, which is what `await` wants


class Function(StandIn):
    """Something of the student's that can be called: a function, a class, an object with `__call__`."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._connection.call(self, args, kwargs)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, StandIn) and self._connection.ask("isinstance", instance, [self]) is True

    @property
    def __doc__(self) -> Any:  # type: ignore[override] # a class's docstring can be written, this one cannot
        return self._proctor_ask("attr", "__doc__")

    @property
    def __annotations__(self) -> Any:  # type: ignore[override] # nor can these
        return self._proctor_ask("attr", "__annotations__")

    @property
    def __name__(self) -> str:
        return self._handle.name

    @property
    def __signature__(self) -> inspect.Signature:
        found = self._proctor_ask("signature")
        if type(found) is not list:
            raise ValueError(f"no signature found for {self._handle.name}")
        return inspect.Signature([_parameter(entry) for entry in found])


class _PlainFunction(Function):
    """A function and nothing else: pandas asks whether what it is given can be walked through."""

    __slots__ = ()
    __iter__ = None  # type: ignore[assignment]


_PlainFunction.__doc__ = vars(Function)["__doc__"]  # type: ignore[method-assign] # else it has None, or one of its own

# What NumPy, inspect, mock and IPython look for in any object. An answer would make them take a stand-in for one of
# their own, and each question would run the student's code.
NEVER_ASKED = frozenset(
    {
        *("__array_interface__", "__array_struct__", "__array_priority__", "__array_ufunc__", "__array_function__"),
        *("__array_namespace__", "__wrapped__", "__code__", "__func__", "__self__", "__text_signature__"),
        *("_proctor", "_ipython_display_", "_repr_mimebundle_", "_ipython_canary_method_should_not_exist_"),
        *("__isabstractmethod__", "__set_name__", "__get__", "__cuda_array_interface__", "__dlpack__", "__buffer__"),
    }
)


def _parameter(entry: Any) -> inspect.Parameter:
    if type(entry) is not list or len(entry) != 4:
        raise ValueError("no signature found")
    name, kind, has_default, default = entry
    return inspect.Parameter(name, KINDS[kind], default=default if has_default else inspect.Parameter.empty)


def _binary(name: str, *, reflected: bool) -> Any:
    def operate(self: StandIn, other: Any) -> Any:
        pair = (other, self) if reflected else (self, other)
        return self._connection.operate("operate", name, *pair)

    return operate


def _comparison(name: str) -> Any:
    def compare(self: StandIn, other: Any) -> Any:
        return self._connection.word("alike", name, self, other)

    return compare


def _unary(name: str) -> Any:
    def operate(self: StandIn, *more: Any) -> Any:
        return self._connection.ask("operate", name, self, *more)

    return operate


for _name in BINARY:
    _plain = _name.rstrip("_")
    setattr(StandIn, f"__{_plain}__", _binary(_name, reflected=False))
    setattr(StandIn, f"__r{_plain}__", _binary(_name, reflected=True))
for _name in COMPARISONS:
    setattr(StandIn, f"__{_name}__", _comparison(_name))
for _name in (*UNARY, *CONVERSIONS):
    setattr(StandIn, f"__{_name}__", _unary(_name))


FORMS = {"function": _PlainFunction, "class": Function, "callable": Function, "coroutine": Coroutine}


def read_sources() -> None:
    """Let `inspect.getsource` of a stand-in read the student's code, for the rest of this process."""
    usual = inspect.getsource

    def getsource(found: Any) -> str:
        return str(found._proctor_ask("text", "source")) if issubclass(type(found), StandIn) else usual(found)  # noqa: SLF001 - the same mechanism

    inspect.getsource = getsource  # type: ignore[assignment] # it takes more


@functools.cache
def _class_from(origin: str) -> type | None:
    """The library's class of a name such as "pathlib.Path", where that library is loaded here."""
    module, _, name = origin.rpartition(".")
    if module == "builtins" and name in UNNAMED:
        return UNNAMED[name]
    found = vars(sys.modules[module]).get(name) if module in sys.modules and module != "__main__" else None
    return found if type(found) in (type, *METACLASSES) else None


def stand_in(connection: Wire, handle: Handle) -> StandIn:
    """
    Make the stand-in for a handle.

    Parameters
    ----------
    connection : Wire
        The wire to the object's process.
    handle : Handle
        What arrived; its kind says whether it can be called.

    Returns
    -------
    StandIn
        A `Function` for what can be called.
    """
    return FORMS.get(handle.kind, StandIn)(connection, handle)
