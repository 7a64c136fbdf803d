"""Objects that stay in the student's process, and callables that stay with the examiner.

What you can do with this file:

- keep objects under numbers and say what they are: `Objects`;
- call a function of the examiner from here: `Remote`;
- say what an object is for a test: `kind_of`; keep modules where they are: `refuse_modules`;
- describe an exception as plain data: `described`.
"""

from __future__ import annotations

import builtins
import traceback
import types
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .aliases import ATOMS, MAPPINGS, SEQUENCES
from .others import TYPES
from .wire import Callback, Handle, Reference, TooLarge, Unsendable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MOST_OBJECTS", "Objects", "Remote", "Sent", "described", "kind_of", "refuse_modules"]

MOST_OBJECTS = 1_000_000
MOST_TEXT = 4000


@dataclass(frozen=True)
class Sent:
    """Wraps an object that goes out as a handle whatever it is."""

    target: Any


class Remote:
    """A function of the examiner; it can be called while the call that brought it here lasts."""

    def __init__(self, number: int, call: Callable[[int, tuple[Any, ...], dict[str, Any]], Any]) -> None:
        self.number, self._call = number, call
        self.__name__ = "function_of_the_test"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(self.number, args, kwargs)


class Objects:
    """The table of what was sent as a handle."""

    def __init__(self, call: Callable[[int, tuple[Any, ...], dict[str, Any]], Any]) -> None:
        self._call = call
        self._objects: list[Any] = []
        self._handles: dict[int, Handle] = {}
        self._remotes: dict[int, Remote] = {}

    def handle_of(self, value: object) -> Handle | Callback:
        """The handle of an object; the same one each time, since the table keeps the object alive."""
        if type(value) is Remote:
            return Callback(value.number)
        if type(value) is Sent:
            value = value.target
        found = self._handles.get(id(value))
        if found is None:
            number = len(self._objects)
            if number >= MOST_OBJECTS:
                raise TooLarge(f"Expected at most {MOST_OBJECTS} objects that are no plain data, found more.")
            kind = kind_of(value)
            found = self._handles[id(value)] = Handle(number, kind, _name_of(value, kind), _origin_of(value, kind))
            self._objects.append(value)
        return found

    def object_of(self, handle: Handle) -> Any:
        """The object of a handle."""
        try:
            return self._objects[handle.number]
        except IndexError:
            raise KeyError(handle.number) from None

    def remote(self, number: int) -> Remote:
        """The caller for a function of the examiner."""
        return self._remotes.setdefault(number, Remote(number, self._call))

    def received(self, value: Any, given: list[Any]) -> Any:
        """
        Put callers in the place of callbacks, and what is given in the place of references, at any depth.

        Containers stay the same objects, so that a change of them can be told.
        """
        kind = type(value)
        if kind is Callback:
            return self.remote(value.number)
        if kind is Reference:
            return given[value.number]
        if kind is tuple and _holds_any(value):
            return tuple(self.received(entry, given) for entry in value)
        if kind in SEQUENCES and _holds_any(value):
            for place, entry in enumerate(value):
                value[place] = self.received(entry, given)
        elif kind in MAPPINGS and _holds_any(value.values()):
            for name, entry in value.items():
                value[name] = self.received(entry, given)
        return value


def _holds_any(entries: Any) -> bool:
    return any(type(it) not in ATOMS for it in entries)


def kind_of(value: object) -> str:
    """Say what an object is for a test: module, class, exception, function, callable, coroutine or data."""
    if isinstance(value, types.ModuleType):
        return "module"
    if type(value) is type and TYPES.get(value.__name__) is value:
        return "data"
    if isinstance(value, type):
        return "exception" if issubclass(value, BaseException) else "class"
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
        return "function"
    if isinstance(value, Awaitable):
        return "coroutine"
    return "callable" if callable(value) else "data"


def _name_of(value: Any, kind: str) -> str:
    """The name of a function or class; of an exception also where it comes from and its builtin base."""
    if kind == "exception":
        base = next(it.__name__ for it in value.__mro__ if _is_builtin(it))
        return f"{value.__module__}.{value.__name__}:{base}"
    own: Any = getattr(value, "__name__", None)
    return own if type(own) is str else type(value).__name__


def _origin_of(value: object, kind: str) -> str:
    """Where the class of an object comes from, where that is a library that the examiner may have, too."""
    module, name = type(value).__module__, type(value).__qualname__
    if kind not in ("data", "callable", "coroutine", "class") or type(module) is not str or module == "__main__":
        return ""
    return "" if "<" in name else f"{module}.{name}"


def _is_builtin(cls: Any) -> bool:
    return getattr(builtins, cls.__name__, None) is cls


def described(error: BaseException) -> dict[str, Any]:
    """
    Describe an exception as plain data and handles.

    Parameters
    ----------
    error : BaseException
        What the student's code raised.

    Returns
    -------
    dict
        "builtin": the name of its nearest builtin class; "own": its other classes, nearest first; "args" where they
        are plain; "message"; "line": the innermost line of the student's; "object": the exception itself, where
        its class is no builtin one.
    """
    mro = type(error).__mro__[:-1]
    own = [it for it in mro if not _is_builtin(it)]
    found: dict[str, Any] = {
        "builtin": next(it.__name__ for it in mro if it not in own),
        "own": [Sent(it) for it in own[:10]],
        "message": _text_of(error)[:MOST_TEXT],
        "line": _line_of(error),
    }
    if all(type(it) in ATOMS for it in error.args) and len(repr(error.args)) < MOST_TEXT:
        found["args"] = list(error.args)
    if own:
        found["object"] = Sent(error)
    return found


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - its __str__ is the student's
        return ""


def _line_of(error: BaseException) -> str:
    """The innermost line in a cell of the notebook."""
    frames = [it for it in traceback.extract_tb(error.__traceback__) if "ipython-input" in it.filename]
    return f"line {frames[-1].lineno}: {frames[-1].line}"[:300] if frames else ""


def refuse_modules(value: object) -> None:
    """Modules never cross: the examiner has its own."""
    if isinstance(value, types.ModuleType):
        raise Unsendable(f"The module {value.__name__} stays where it is.")
