"""The student's side of the wire: run cells, answer calls, one request at a time.

What you can do with this file:

- serve one submission until the other side hangs up: `serve`.

The protocol, all of it. A request is a list [verb, ...]; the table `Student.verbs` is the closed set::

    run     source                           -> outputs of a notebook cell
    names                                    -> {name: [kind, digest]}; for the instructor's own notebook
    kind    name                             -> absent, module, class, exception, function, callable or data
    get     name                             -> value
    object  name                             -> handle, also of what would be plain data
    set     name, value
    drop    name
    call    handle, args, kwargs, ambient, marks -> value; the marks are those of `again`
    attr    handle, name                     -> value
    setattr handle, name, value
    delattr handle, name
    item    handle, key                      -> value
    setitem handle, key, value
    delitem handle, key
    length  handle                           -> int
    holds   handle, value                    -> bool
    iterate handle                           -> handle of an iterator
    next    handle                           -> [value], or [] at the end
    operate name, left, right                -> value
    isinstance handle, handles of classes    -> bool
    signature handle                         -> [[name, kind, has default, default as text]]
    text    handle, "repr", "str" or "source" -> str
    await   handle                           -> value
    put     file, bytes, more                -> writes a file of the submission, or adds to it

A reply is ["value", value, more] or ["raised", description, more], where `more` holds what else happened and is
empty most of the time: "changed" arguments (of an array made another dtype or shape in place, its state as
`aliases.recast` has it), what was "printed" and "warned", the global "random" state. While a
call runs, the student's code may call a function of the test: then ["callback", number, args, kwargs] goes out, and
["returned", value, changed arguments] or ["failed", type, message] comes back, with requests of the examiner's in
between, since a test's function may call the student's.

Nothing here is trusted by the other side: the student's code runs in this very process and can send anything.
"""

from __future__ import annotations

import operator
import os
import signal
from typing import TYPE_CHECKING, Any

import numpy as np

from . import aliases, ambient, verbs
from .again import Arrays
from .device import Device
from .names import digests
from .objects import Objects, Sent, described, kind_of, refuse_modules
from .pack import encode
from .replaced import replacing
from .unpack import decode
from .wire import Message, WireError, read_frame, write_frame

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from .shell import Notebook

__all__ = ["Student", "StudentInterrupt", "serve"]

Reply = list[Any]


class StudentInterrupt(KeyboardInterrupt):
    """The examiner asked to stop."""


class Student:
    """One submission: its notebook, its objects and the verbs on them."""

    def __init__(self, sock: socket.socket, notebook: Notebook) -> None:
        self._sock = sock
        self.notebook = notebook
        self.objects = Objects(self._call_back)
        self._device = Device(notebook.names)
        self._arrays = Arrays()
        self._fingerprint = ambient.fingerprint()
        self._busy = False
        self.verbs: dict[str, Callable[..., Any]] = {
            "run": self.run,
            "names": self.names,
            "kind": self.kind,
            "get": self.get,
            "object": lambda name: Sent(self.notebook.names[name]),
            "set": self.set,
            "drop": self.notebook.names.__delitem__,
            "attr": getattr,
            "setattr": setattr,
            "delattr": delattr,
            "item": operator.getitem,
            "setitem": operator.setitem,
            "delitem": operator.delitem,
            "length": len,
            "holds": lambda it, value: value in it,
            "iterate": lambda it: Sent(iter(it)),
            "next": verbs.next_of,
            "operate": lambda name, *values: verbs.OPERATORS[name](*values),
            "isinstance": lambda it, classes: isinstance(it, tuple(classes)),
            "signature": verbs.signature_of,
            "text": verbs.text_of,
            "await": verbs.awaited,
            "put": verbs.put_file,
        }

    def serve_requests(self) -> None:
        """Answer until the other side hangs up."""
        while True:
            request, message = read_frame(self._sock)
            self._answer(request, message)

    def interrupted(self, *_: object) -> None:
        """Stop what the student's code does; between two requests there is nothing to stop."""
        if self._busy:
            self._busy = False  # a second interrupt must not hit the answer to this one
            raise StudentInterrupt

    def _answer(self, request: int, message: Message) -> None:
        more: dict[str, Any] = {}
        try:
            reply = self._reply(message, more)
            data = self._encoded(["value", reply, more])
        except BaseException as error:  # noqa: BLE001 - whatever the student's code raises is its answer
            self._busy = False
            self._note_rest(more)
            data = self._encoded(["raised", described(error), more])
        write_frame(self._sock, request, data)

    def _reply(self, message: Message, more: dict[str, Any]) -> Any:
        verb, *fields = self._decoded(message)
        if verb == "call":
            return self._called(fields, more)
        fields = [self._device.there(self.objects.received(field, [])) for field in fields]
        self._busy = True
        value = self._device.home(self.verbs[verb](*fields))
        self._busy = False
        self._device.back(())
        self._note_rest(more)
        refuse_modules(value)
        return value

    def _called(self, fields: list[Any], more: dict[str, Any]) -> Any:
        """Call a function: the one verb that changes arguments and feels what is around it."""
        function, args, kwargs, around, marks = fields
        given = aliases.mutables((*args, *kwargs.values()))
        args, kwargs = self._arrays.again((args, kwargs), given, marks)
        args, kwargs = self.objects.received(args, given), self.objects.received(kwargs, given)
        before = [verbs.contents_key(it) for it in given]
        errors = {} if around is None else around.get("errors", {})
        if around is not None and around.get("random"):
            ambient.set_random_state(around["random"])
            self._fingerprint = ambient.fingerprint()
        always = around is not None and bool(around.get("warnings"))
        others = [] if around is None else self.objects.received(around.get("replaced", []), [])
        with np.errstate(**errors), ambient.recorded_warnings(always=always) as warned:
            try:
                self._busy = True
                with ambient.in_event_loop(), replacing(others):
                    value = function(*self._device.there(args), **self._device.there(kwargs))
                value = self._device.home(value)
                self._busy = False
            finally:
                self._busy = False
                self._device.back(given)
                if given:
                    numbers = {id(it): number for number, it in enumerate(given)}
                    try:
                        found = verbs.changed(given, before)
                    except WireError as error:
                        more["uncrossable"] = str(error)
                        raise
                    if found:
                        more["changed"] = found
                texts = list(warned)
                if texts:
                    more["warned"] = texts
        self._note_rest(more)
        refuse_modules(value)
        return aliases.referring(value, numbers) if given else value

    def _note_rest(self, more: dict[str, Any]) -> None:
        """Note prints and a moved random state."""
        self.notebook.collect_written()
        if self.notebook.outputs.entries:
            entries = self.notebook.outputs.taken()
            more["printed"] = [[it["name"], it["text"]] for it in entries if it["output_type"] == "stream"]
        now = ambient.fingerprint()
        if now != self._fingerprint:
            more["random"], self._fingerprint = ambient.random_state(), now

    def _decoded(self, message: Message) -> Any:
        return decode(message, object_of=self.objects.object_of, halves=True)

    def _encoded(self, reply: Reply) -> Message:
        """Encode a reply; what cannot be sent becomes an exception that can."""
        try:
            return encode(reply, handle_for=self.objects.handle_of, dress=True, halves=True)
        except WireError as error:  # described without handles, of which there may be too many
            told = described(error) | {"own": [], "object": None}
            return encode(["raised", told, {"uncrossable": str(error)}], halves=True)

    def _call_back(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the test, and serve what it asks for meanwhile."""
        args, kwargs = self._device.home(args), self._device.home(kwargs)
        given = aliases.mutables((*args, *kwargs.values()))
        call = ["callback", number, list(args), kwargs]
        message = encode(call, handle_for=self.objects.handle_of, dress=True, halves=True)
        busy, self._busy = self._busy, False  # the test's function is out of an interrupt's reach
        write_frame(self._sock, 0, message)
        while True:
            request, message = read_frame(self._sock)
            verb, *fields = self._decoded(message)
            if verb == "returned":
                self._busy = busy
                value, changes = fields
                for place, contents in changes:
                    aliases.restore(given[place], self.objects.received(aliases.resolved(contents, given), []))
                return self._device.there(self.objects.received(value, []))
            if verb == "failed":
                self._busy = busy
                raise verbs.builtin_exception(*fields)
            self._answer(request, message)

    def run(self, source: str) -> list[dict[str, Any]]:
        """Run one cell."""
        return self.notebook.run(source)

    def names(self) -> dict[str, list[str]]:
        """What each name stands for, and a digest of it."""
        return digests(self._device.home(self.notebook.names), self.notebook.own_names)

    def kind(self, name: str) -> str:
        """Say what a name stands for."""
        names = self.notebook.names
        return kind_of(names[name]) if name in names else "absent"

    def get(self, name: str) -> Any:
        """Read a name."""
        if name not in self.notebook.names:
            raise NameError(f"name {name!r} is not defined")
        return self.notebook.names[name]

    def set(self, name: str, value: Any) -> None:
        """Bind a name."""
        self.notebook.names[name] = value


def serve(sock: socket.socket, notebook: Notebook) -> None:
    """
    Serve one submission; returns when the other side hangs up.

    Parameters
    ----------
    sock : socket.socket
        The wire to the examiner.
    notebook : Notebook
        A fresh one.
    """
    notebook.redirect()
    ambient.start_random()
    student = Student(sock, notebook)
    signal.signal(signal.SIGINT, student.interrupted)
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    os.register_at_fork(after_in_child=sock.close)  # a child of the student's code would answer, too
    try:
        student.serve_requests()
    except (EOFError, OSError):
        return
