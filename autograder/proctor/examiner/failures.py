"""What a test cell can meet in a student's answer, as exceptions.

::

    BaseException
    |- Lost                    the student's process died, hung or sent nonsense; ends the test cell
    `- Exception
       |- Uncrossable          a value that is no plain data was used as data; the test cannot run out here
       `- StudentError         whatever the student's code raised; inherits from its builtin type too

What you can do with this file:

- make the exception that stands for one of the student's: `Raised`, which also keeps the student's own
  exception classes, so that `except MyError` in a test works;
- say what went wrong with a wire: `loss_of`, for the exceptions in `UNUSABLE`.
"""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, Any

from proctor.inside.wire import TooLarge, WireError

if TYPE_CHECKING:
    from collections.abc import Callable

    from proctor.inside.wire import Handle

__all__ = ["UNUSABLE", "Lost", "Raised", "StudentError", "Uncrossable", "loss_of"]

Class = type[BaseException]
UNUSABLE = (OSError, EOFError, WireError, RecursionError, MemoryError)
"""After one of these a wire is of no more use."""


class Lost(BaseException):
    """
    The student's process is of no more use.

    It is no Exception, so that `except Exception` in a test cannot take it for an answer.
    """

    def __init__(self, reason: str, *, slug: str) -> None:
        super().__init__(reason)
        self.slug = slug


def loss_of(error: BaseException) -> Lost:
    """What an exception of the wire says of the process at its other end."""
    if isinstance(error, TimeoutError):
        return Lost("The answer took too long and was stopped.", slug="timed-out")
    if isinstance(error, (EOFError, OSError)):
        return Lost("The process of the notebook ended in the middle of an answer.", slug="died")
    if isinstance(error, TooLarge):
        return Lost(f"The answer is too large: {error}", slug="too-large")
    return Lost(f"The answer is no proper value: {error}", slug="malformed")


class Uncrossable(Exception):  # noqa: N818 - says what the value is
    """A value that is no plain data was used as data, or should be sent."""


class StudentError(Exception):
    """What the student's code raised."""

    line = ""
    instance: Any = None
    proctor_text: str | None = None

    def __str__(self) -> str:
        """Its text as the student's class makes it, which its arguments need not be."""
        return super().__str__() if self.proctor_text is None else self.proctor_text

    def __getattr__(self, name: str) -> Any:
        """Attributes of the student's own exception, for tests that look at them."""
        if name.startswith("__") or self.instance is None:
            raise AttributeError(name)
        return getattr(self.instance, name)


class Raised:
    """Makes classes and instances that stand for the student's exceptions."""

    def __init__(self, author_class: Callable[[str], object]) -> None:
        self._author_class = author_class
        self._own: dict[int, Class] = {}
        self._made: dict[tuple[Class, ...], Class] = {}

    def class_of(self, handle: Handle) -> Class:
        """The class that stands for an exception class in the student's process; the same one each time."""
        found = self._own.get(handle.number)
        if found is None:
            found = self._own[handle.number] = self._new_class(handle.name)
        return found

    def _new_class(self, name: str) -> Class:
        """A library's class where it is loaded here, the author's of that name, or a new one."""
        path, _, base = name.rpartition(":")
        module, _, own = path.rpartition(".")
        loaded = vars(sys.modules[module]) if module in sys.modules and module != "__main__" else {}
        known = self._author_class(own) if module == "__main__" else loaded.get(own)
        if not isinstance(known, type) or not issubclass(known, BaseException):
            return self._joined((StudentError, _builtin(base)), own)
        mine = issubclass(known, (Lost, Uncrossable, StudentError))  # nobody inside may speak for the examiner
        return self._joined((StudentError,), own) if mine else known

    def exception(self, found: dict[str, Any]) -> BaseException:
        """The exception for what `inside.objects.described` tells; anything missing is made up for."""
        own = [it for it in _list(found.get("own")) if issubclass(type(it), type) and issubclass(it, BaseException)]
        builtin = _builtin(_text(found.get("builtin")))
        name = own[0].__name__ if own else builtin.__name__
        cls = self._joined((*own, StudentError, builtin), name)
        message = _text(found.get("message"))
        args = found.get("args")
        args = args if type(args) is list else [message]
        try:
            error = cls.__new__(cls, *args)  # no `__init__`: that of a class of the author's may do anything with them
        except Exception:  # noqa: BLE001 - a class that is particular about its arguments
            cls = self._joined((StudentError,), name)
            error = cls.__new__(cls, message)
            args = [message]
        error.args = tuple(args)
        if own:
            error.proctor_text = message  # type: ignore[attr-defined] # a StudentError
        error.line = _text(found.get("line"))  # type: ignore[attr-defined] # a StudentError
        error.instance = found.get("object")  # type: ignore[attr-defined]
        return error

    def _joined(self, bases: tuple[Class, ...], name: str) -> Class:
        # Without those that another one inherits from: in front of it they are an order that Python refuses.
        kept = tuple(
            base
            for base in dict.fromkeys(bases)
            if not any(base is not other and issubclass(other, base) for other in bases)
        )
        made = self._made.get(kept)
        if made is None or made.__name__ != name:
            try:
                made = type(name, kept, {"__module__": "student"})
            except TypeError:  # layouts or orders that do not go together
                made = type(name, (StudentError,), {"__module__": "student"})
            self._made[kept] = made
        return made


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else []


def _text(value: Any) -> str:
    return value if type(value) is str else ""


def _builtin(name: str) -> Class:
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else Exception
