"""Answers that work on the arrays of a GPU, and whether an answer could.

What you can do with this file:

- find the array module that an answer was written for: `module_of`;
- call such an answer with arrays of the host: `carried`;
- say why an answer that is right on the CPU would stop on a GPU: `device_note`.

Inputs, expected values and comparisons stay on the host. Arrays are moved where an answer is called, and
moved back from what it returns.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.backend import to_device, to_host
from chainrule.checking.comparing.probes import materialize, run_probe
from chainrule.checking.comparing.quiet import Quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chainrule.checking.keys.answer_key import AnswerKey

__all__ = ["carried", "device_note", "module_of"]

NAME = "xp"
PLAIN = (str, bytes, int, float, complex, bool, type(None), np.generic, np.random.Generator, slice, range)
LARGE_BYTES = 1 << 20  # the stand-in is no slower than NumPy, but an input this large costs the student a second


def module_of(answer: Any) -> Any:
    """
    Find the array module that an answer was written for: what its notebook calls `xp`.

    Parameters
    ----------
    answer : callable
        A function or a class.

    Returns
    -------
    module
        `cupy` where the notebook's `xp` is CuPy, else `numpy`.

    Examples
    --------
    >>> module_of(lambda z: z).__name__
    'numpy'
    """
    found = _namespace(answer).get(NAME)
    return found if isinstance(found, types.ModuleType) and found is sys.modules.get("cupy") else np


def carried(answer: Callable[..., Any], xp: Any) -> Callable[..., Any]:
    """
    Wrap an answer so that it gets arrays of another module and the caller gets arrays of the host.

    Parameters
    ----------
    answer : callable
        A function or a class that works on arrays of `xp`.
    xp : module
        Where its arrays live.

    Returns
    -------
    callable
        Takes and gives NumPy arrays; arrays that the answer changes are changed for the caller, too.

    Examples
    --------
    >>> from chainrule.stand_in import pretending
    >>> with pretending() as xp:
    ...     carried(lambda z: xp.exp(z), xp)(np.zeros(2))
    array([1., 1.])
    """

    @functools.wraps(answer, updated=())
    def call(*args: Any, **keywords: Any) -> Any:
        moved = [_moved(it, xp) for it in args]
        result = answer(*moved, **{name: _moved(value, xp) for name, value in keywords.items()})
        for mine, theirs in zip(args, moved, strict=True):
            _restore(mine, theirs)
        return _home(result, xp)

    return call


def device_note(key: AnswerKey, answer: Callable[..., Any]) -> str:
    """
    Try an answer that is right on the CPU on the stand-in for CuPy.

    Parameters
    ----------
    key : AnswerKey
        Holds the inputs.
    answer : callable
        It has passed.

    Returns
    -------
    str
        One sentence, or nothing where a GPU would do or the answer's notebook has no `xp`.

    Examples
    --------
    >>> from chainrule.exercises import find
    >>> xp = np
    >>> device_note(find("relu").key(0), lambda z: z * np.array(z > 0))[:58]
    'On a GPU this would stop: A function of NumPy, or of anoth'
    """
    if _namespace(answer).get(NAME) is not np:
        return ""
    from chainrule.stand_in import DeviceError, pretending  # a third of the time of `import chainrule`

    probe = key.cases[0].probe
    with pretending() as xp, _renamed(answer, xp), Quiet():
        try:
            args = tuple(materialize(it) for it in probe.args)
            if sum(it.nbytes for it in args if isinstance(it, np.ndarray)) > LARGE_BYTES:
                return ""
            made: list[Any] = []
            run_probe(_watched(answer, xp, made), probe, args)
        except (DeviceError, AttributeError, NotImplementedError) as error:
            about_device = isinstance(error, DeviceError) or "cupy" in str(error)
            return f"On a GPU this would stop: {error}" if about_device else ""
        except Exception:  # noqa: BLE001 - what else fails here says nothing about a GPU
            return ""
    if any(isinstance(it, np.ndarray) and it.ndim for it in made):
        return "On a GPU the result would lie on the CPU: make arrays with xp, not with np."
    return ""


def _watched(answer: Callable[..., Any], xp: Any, made: list[Any]) -> Callable[..., Any]:
    """The answer carried; what it returns before it is moved is kept, to see where it lies."""

    def call(*args: Any) -> Any:
        result = answer(*args)
        if any(isinstance(it, xp.ndarray) for it in args):
            made.extend(result if isinstance(result, (tuple, list)) else [result])
        return result

    return carried(functools.wraps(answer, updated=())(call), xp)


def _namespace(answer: Any) -> dict[str, Any]:
    """The names that the answer's code sees: those of the notebook."""
    methods = list(vars(answer).values()) if isinstance(answer, type) else []
    for function in (inspect.unwrap(answer) if callable(answer) else answer, *methods):
        names = getattr(function, "__globals__", None)
        if isinstance(names, dict):
            return names
    return {}


@contextlib.contextmanager
def _renamed(answer: Any, xp: Any) -> Iterator[None]:
    """Inside the block the notebook's `xp` is another module."""
    names = _namespace(answer)
    names[NAME] = xp
    try:
        yield
    finally:
        names[NAME] = np


def _moved(value: Any, xp: Any) -> Any:
    """Arrays to the device, also in lists; functions so that they take and give arrays of the device."""
    if isinstance(value, np.ndarray):
        return to_device(value, xp)
    if type(value) in (list, tuple):
        return type(value)(_moved(it, xp) for it in value)
    if type(value) is dict:
        return {name: _moved(it, xp) for name, it in value.items()}
    if isinstance(value, _Object):
        return value.hidden
    if callable(value):
        return lambda *args: _moved(value(*[_home(it, xp) for it in args]), xp)
    return value


def _home(value: Any, xp: Any) -> Any:
    """Arrays to the host, also in lists; objects of a class of the student's so that they take and give such."""
    if isinstance(value, xp.ndarray):
        return to_host(value)
    if type(value) in (list, tuple):
        return type(value)(_home(it, xp) for it in value)
    if type(value) is dict:
        return {name: _home(it, xp) for name, it in value.items()}
    if isinstance(value, types.GeneratorType):
        return (_home(it, xp) for it in value)
    if isinstance(value, (*PLAIN, np.ndarray)):
        return value
    return _Object(value, xp)


def _restore(mine: Any, theirs: Any) -> None:
    """What the answer did to its arrays, it did to the caller's."""
    if isinstance(mine, np.ndarray):
        after = to_host(theirs)
        if after.shape == mine.shape and not np.array_equal(mine, after, equal_nan=mine.dtype.kind == "f"):
            mine[...] = after
    elif type(mine) in (list, tuple):
        for one, other in zip(mine, theirs, strict=True):
            _restore(one, other)


class _Object:
    """An object of the student's whose methods take and give arrays of the host."""

    def __init__(self, hidden: Any, xp: Any) -> None:
        vars(self).update(hidden=hidden, _xp=xp)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.hidden, name)
        return carried(found, self._xp) if callable(found) else _home(found, self._xp)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.hidden, name, _moved(value, self._xp))

    def __call__(self, *args: Any) -> Any:
        return carried(self.hidden, self._xp)(*args)

    def __add__(self, other: Any) -> Any:
        return _home(self.hidden + _moved(other, self._xp), self._xp)

    def __mul__(self, other: Any) -> Any:
        return _home(self.hidden * _moved(other, self._xp), self._xp)

    def __iter__(self) -> Any:
        return (_home(it, self._xp) for it in self.hidden)
