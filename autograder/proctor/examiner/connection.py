"""One student's process as the examiner sees it: requests out, checked replies in.

What you can do with this file:

- ask for one of the verbs of `inside.serve`: `Connection.ask`;
- call a function there with copy and write-back: `Connection.call`.

Everything that arrives is checked. Whatever is no proper reply within the limits raises `Lost`; what the
student's code raised is raised here as `StudentError`.
"""

from __future__ import annotations

import contextlib
import secrets
import select
import warnings
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from proctor.examiner.arguments import Marks, shared_once, with_functions
from proctor.examiner.dressed import Dressed, dressed
from proctor.examiner.effects import take_over
from proctor.examiner.failures import UNUSABLE, Lost, Raised, StudentError, Uncrossable, loss_of
from proctor.examiner.standins import StandIn, stand_in
from proctor.inside import aliases, ambient
from proctor.inside.pack import encode
from proctor.inside.replaced import replaced
from proctor.inside.unpack import decode
from proctor.inside.verbs import changed, contents_key
from proctor.inside.wire import (
    Callback,
    Handle,
    Malformed,
    TooLarge,
    Unfit,
    Unsendable,
    WireError,
    read_frame,
    write_frame,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from proctor.examiner.bounds import Bounds

__all__ = ["Connection"]

MOST_CALLBACKS = 1_000_000
GRACE_SECONDS = 1.0
LATER = max  # kept: a test may replace the builtin, and its calls go on
USUAL_ERRORS = np.geterr()


class Connection:
    """A wire to one student's process."""

    def __init__(
        self, sock: socket.socket, bounds: Bounds, author_class: Callable[[str], object] = lambda _: None
    ) -> None:
        self._sock = sock
        self.bounds = bounds
        self.lost: Lost | None = None
        self._raised = Raised(author_class)
        self._stand_ins: dict[int, StandIn] = {}
        self._functions: dict[int, Callable[..., Any]] = {}
        self._kept: set[int] = set()
        self._earlier: dict[int, Callable[..., Any]] = {}
        self._random = ambient.fingerprint()
        self._marks = Marks()

    def ask(
        self, verb: str, *fields: Any, seconds: float | None = None, on_time_out: Callable[[], None] | None = None
    ) -> Any:
        """
        Send one request and wait for its answer.

        Parameters
        ----------
        verb : str
            One of the closed set.
        *fields : object
            Plain data, stand-ins, and functions to be called back.
        seconds : float, optional
            Instead of the limit of a call.
        on_time_out : callable, optional
            Called when the time is up, to interrupt; then there is a little more time for the answer.

        Returns
        -------
        object
            Plain data or stand-ins.

        Raises
        ------
        Lost
            There was no proper answer.
        StudentError
            The student's code raised.
        Uncrossable
            A field is no plain data.
        """
        return self._asked([verb, *fields], seconds, originals=[], on_time_out=on_time_out)

    def call(self, target: StandIn, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function there; what it did to its arguments is done to the originals."""
        originals = aliases.mutables((*args, *kwargs.values()))
        given = shared_once(args, kwargs, originals)
        return self._asked(
            ["call", target, *given, self._around(), self._marks.of(originals)], None, originals=originals
        )

    def settle(self) -> None:
        """Between two cells nothing is under way: who has sent more than was asked for, or has ended, is lost here."""
        if self.lost is None:
            with contextlib.suppress(Lost, StudentError, Uncrossable):
                self.ask("kind", "")

    def operate(self, verb: str, *fields: Any) -> Any:
        """
        Ask for an operator or `in`, where the student's object sees what it is compared with.

        `abs(f(x) - 9) < 1e-9` would be the word of a class whose `__sub__` gives 0. So data of the test go to the
        student's operators only where the instructor's own solution needed that too.
        """
        if not all(isinstance(it, (StandIn, Dressed)) for it in fields[-2:]):
            self._hear("data", None)
        return self.ask(verb, *fields)

    def word(self, kind: str, name: str, *values: Any) -> Any:
        """Ask for what an object says of itself, or of itself and another one; never of itself and data of the test."""
        if not all(isinstance(it, (StandIn, Dressed)) for it in values):
            raise _no_data(values[0])
        self._hear(kind, values[0])
        return self.ask("operate", name, *values)

    def _hear(self, kind: str, value: Any) -> None:
        if not self.bounds.hears(kind):
            raise _no_data(value)

    def keep_functions(self) -> None:
        """What the author's own cells have passed can be called as long as the process lives."""
        self._kept |= set(self._functions)

    def forget_functions(self) -> None:
        """At the end of a test cell no function of it can be called any more, but by a test that needs just this."""
        self._earlier |= {number: it for number, it in self._functions.items() if number not in self._kept}
        self._functions = {number: it for number, it in self._functions.items() if number in self._kept}

    def close(self) -> None:
        """Hang up."""
        self._sock.close()

    def _around(self) -> dict[str, Any] | None:
        """What is around a call and differs from the usual."""
        around: dict[str, Any] = {}
        if ambient.fingerprint() != self._random:  # to read and send the state each time costs far more
            around["random"], self._random = ambient.random_state(), ambient.fingerprint()
        errors = np.geterr()
        if errors != USUAL_ERRORS:  # "print", "log" and "call" need this process; over there they are a warning
            around["errors"] = {kind: how if how in ("ignore", "raise") else "warn" for kind, how in errors.items()}
        first = warnings.filters[0] if warnings.filters else None
        # What `simplefilter` puts in front, by itself or for `pytest.warns`: the test wants to see every warning.
        if first is not None and first[0] in ("always", "error") and first[1] is None and first[3] is None:
            around["warnings"] = True
        functions = replaced()
        if functions:
            around["replaced"] = functions
        return around or None

    def _asked(
        self,
        request: list[Any],
        seconds: float | None,
        *,
        originals: list[Any],
        on_time_out: Callable[[], None] | None = None,
    ) -> Any:
        if self.lost is not None:
            raise Lost(str(self.lost), slug=self.lost.slug)
        deadline = self.bounds.next_deadline(seconds)
        number = secrets.randbits(32)  # nobody can answer before being asked
        try:
            self._send(number, request, deadline)
            reply = self._answer_to(number, self._patient(deadline, on_time_out))
        except (Uncrossable, StudentError):  # first: what stands for a student's OSError is an OSError too
            raise
        except UNUSABLE as error:
            self.lost = loss_of(error)
            raise self.lost from None
        except BaseException:  # an alarm or interrupt: the answer may still come, so nothing more can be asked
            self.lost = self.lost or Lost("The answer took too long and was stopped.", slug="timed-out")
            raise
        try:
            return self._opened(reply, originals)
        except StudentError:  # also what stands for a student's RecursionError
            raise
        except (WireError, RecursionError, MemoryError) as error:
            self.lost = loss_of(error)
            raise self.lost from None

    def _send(self, number: int, message: list[Any], deadline: float) -> None:
        try:
            data = encode(message, handle_for=self._handle_of, halves=True, limits=self.bounds.wire)
        except (Unsendable, TooLarge) as error:
            raise Uncrossable(str(error)) from None
        self._sock.settimeout(max(deadline - monotonic(), 0.001) if deadline < float("inf") else None)
        write_frame(self._sock, number, data)

    def _patient(self, deadline: float, on_time_out: Callable[[], None] | None) -> float:
        """Wait for the first sign of an answer; when none comes, interrupt and give a little more time."""
        if on_time_out is None or deadline == float("inf"):
            return deadline
        if not select.select([self._sock], [], [], LATER(deadline - monotonic(), 0.0))[0]:
            on_time_out()
        return LATER(deadline, monotonic()) + GRACE_SECONDS

    def _answer_to(self, number: int, deadline: float) -> list[Any]:
        """The reply with this number; calls back in between are served."""
        callbacks = 0
        while True:
            limit = None if deadline == float("inf") else deadline
            found, message = read_frame(self._sock, deadline=limit, limits=self.bounds.wire)
            reply = decode(message, object_of=self._object_of, dress=dressed, halves=True, limits=self.bounds.wire)
            if type(reply) is not list or len(reply) < 3 or type(reply[0]) is not str:
                raise Malformed("Expected a reply, found another value.")
            if reply[0] == "callback" and len(reply) == 4:
                callbacks += 1
                if callbacks > MOST_CALLBACKS:
                    raise TooLarge(f"Expected at most {MOST_CALLBACKS} calls of a test's function, found more.")
                self._serve_callback(reply, deadline)
            elif found == number:
                return reply
            else:  # an answer to what nobody asked: from here on no answer could be told from another
                raise Malformed("Expected one answer to each request, found others.")

    def _serve_callback(self, reply: list[Any], deadline: float) -> None:
        _, number, args, kwargs = reply
        function = self._functions.get(number) if type(number) is int else None
        if function is None and type(number) is int and number in self._earlier and self.bounds.hears("kept"):
            function = self._earlier[number]
        if function is None or type(args) is not list or type(kwargs) is not dict:
            answer: list[Any] = ["failed", "RuntimeError", "The test's function can no longer be called."]
        else:
            try:
                args, kwargs = with_functions((args, kwargs), self._functions)
                # As in one process: what the test's function does to its arguments, the student's code sees.
                given = aliases.mutables((*args, *kwargs.values()))
                before = [contents_key(it) for it in given]
                answer = ["returned", function(*args, **kwargs), changed(given, before)]
            except Exception as error:  # noqa: BLE001 - goes to the student's code, which called; a loss or alarm does not
                answer = ["failed", type(error).__name__, str(error)[:2000]]
        try:
            self._send(0, answer, deadline)
        except Uncrossable as error:
            self._send(0, ["failed", "TypeError", str(error)], deadline)

    def _opened(self, reply: list[Any], originals: list[Any]) -> Any:
        kind, value, more = reply[:3]
        if type(more) is not dict:
            raise Malformed("Expected what else happened, found another value.")
        try:
            moved = bool(more) and take_over(more, originals, self._functions)
        except Unfit as error:  # an honest line can leave it: the process is as good as before
            raise Uncrossable(str(error)) from None
        if moved:
            self._random = ambient.fingerprint()
        if kind == "value":
            return with_functions(aliases.resolved(value, originals), self._functions)
        if kind == "raised" and type(value) is dict:
            if type(more.get("uncrossable")) is str:
                raise Uncrossable(more["uncrossable"])
            raise self._raised.exception(value)
        raise Malformed(f"Expected a value or an exception, found {kind[:20]!r}.")

    def _handle_of(self, value: object) -> Handle | Callback:
        """How a value that is no plain data goes out."""
        if isinstance(value, Dressed):
            value = value._proctor_of  # noqa: SLF001 - the object itself goes back
        if isinstance(value, StandIn):
            if value._connection is not self:  # noqa: SLF001 - the same mechanism
                raise Unsendable("An object of a process that has ended cannot be used any more.")
            return value._proctor_handle()  # noqa: SLF001 - a stand-in has no public names of its own
        if callable(value) and not isinstance(value, type):
            return Callback(self._number_of(value))
        raise Unsendable(f"A value of type {type(value).__name__} is no plain data.")

    def _number_of(self, function: Callable[..., Any]) -> int:
        number = id(function)
        self._functions[number] = function  # and so alive: no other function can get the same number
        return number

    def _object_of(self, handle: Handle) -> object:
        if handle.kind == "exception":
            return self._raised.class_of(handle)
        found = self._stand_ins.get(handle.number)
        if found is None:  # one for each object, so that `is` and sets work
            found = self._stand_ins[handle.number] = stand_in(self, handle)
        return found


def _no_data(value: Any) -> Uncrossable:
    of = f" of type {value._proctor_handle().name}" if isinstance(value, StandIn) else ""  # noqa: SLF001 - the same mechanism
    return Uncrossable(f"Expected plain data (numbers, texts, lists, arrays), found an object{of}.")
