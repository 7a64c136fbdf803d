"""What a function can see or leave beside its arguments and its result.

What you can do with this file:

- read and set the global random state, of NumPy and of `random`: `random_state`, `set_random_state`; begin with a
  known one: `start_random`;
- tell whether one of them has moved: `fingerprint`;
- record the warnings of a block: `recorded_warnings`;
- run a block as in a notebook, inside of an event loop: `in_event_loop`; step out of it: `out_of_event_loop`.

Tests say `np.random.seed(0)`, look at `np.errstate`, catch warnings. They run in another process than the
student's function, so these travel with each call and back: then such tests run unchanged.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import random
import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from IPython.core.async_helpers import get_asyncio_loop

from .others import TWISTER_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Fingerprint",
    "fingerprint",
    "in_event_loop",
    "out_of_event_loop",
    "random_state",
    "recorded_warnings",
    "set_random_state",
    "start_random",
]

Fingerprint = tuple[Any, ...]
HEAD_BYTES = 16  # count of references and type; the rest of an object holds its state
MT19937_BYTES = TWISTER_WORDS * 4 + 4
NUMPY_RANDOM = np.random.mtrand._rand  # noqa: SLF001 - the global state has no public name
STDLIB_RANDOM: Any = random._inst  # noqa: SLF001 - nor has this one
WATCHED = (
    (NUMPY_RANDOM._bit_generator.ctypes.state_address, MT19937_BYTES),  # noqa: SLF001
    *((id(it) + HEAD_BYTES, type(it).__basicsize__ - HEAD_BYTES) for it in (NUMPY_RANDOM, STDLIB_RANDOM)),
)


def fingerprint() -> Fingerprint:
    """
    Take a value that differs when a global random state has moved.

    The raw memory of the generators is read: two microseconds instead of forty, at every call.
    """
    return (*[ctypes.string_at(address, size) for address, size in WATCHED], STDLIB_RANDOM.gauss_next)


def start_random() -> None:
    """Start both global states afresh, the same in every run and on both sides of a submission."""
    np.random.seed(0)  # noqa: NPY002 - the global state is the subject
    random.seed(0)


def random_state() -> list[Any]:
    """Read both global states as plain data."""
    _, key, position, has_gauss, gauss = np.random.get_state()  # noqa: NPY002
    version, internal, gauss_next = random.getstate()
    return [key, int(position), int(has_gauss), float(gauss), version, list(internal), gauss_next]


def set_random_state(state: Any) -> None:
    """
    Set both global states.

    Parameters
    ----------
    state : object
        What `random_state` gave; anything else raises ValueError or TypeError and changes nothing of `random`.
    """
    key, position, has_gauss, gauss, version, internal, gauss_next = state
    kinds = (np.ndarray, int, int, float, int, list)
    if tuple(map(type, state[:-1])) != kinds or type(gauss_next) not in (float, type(None)):
        raise TypeError("Expected a random state of plain numbers.")
    if not all(type(it) is int for it in internal):
        raise TypeError("Expected a random state of integers.")
    if key.shape != (TWISTER_WORDS,) or not 0 <= position <= TWISTER_WORDS:  # NumPy reads there, whatever is there
        raise ValueError(f"Expected {TWISTER_WORDS} words and a position in them, found {key.shape} and {position}.")
    np.random.set_state(("MT19937", key, position, has_gauss, gauss))  # noqa: NPY002
    random.setstate((version, tuple(internal), gauss_next))


class recorded_warnings:  # noqa: N801 - reads as the statement that it is
    """A block whose warnings are kept as pairs of category and text."""

    def __init__(self, *, always: bool) -> None:
        self._always = always
        self._catcher: Any = warnings.catch_warnings(record=True)
        self._caught: list[warnings.WarningMessage] | None = None

    def __enter__(self) -> Self:
        self._caught = self._catcher.__enter__()
        if self._always:
            warnings.simplefilter("always")
        return self

    def __exit__(self, *exception: object) -> None:
        self._catcher.__exit__(*exception)

    def __iter__(self) -> Iterator[list[str]]:
        for warning in (self._caught or [])[:100]:
            yield [warning.category.__name__, str(warning.message)[:2000]]


class _Loop:
    """The event loop of a notebook, made when something is asked of it: it needs descriptors of its own."""

    def __getattr__(self, name: str) -> Any:
        return getattr(get_asyncio_loop(), name)


LOOP: Any = _Loop()


def in_event_loop() -> contextlib.AbstractContextManager[None]:
    """
    Run a block as a notebook's kernel does: an event loop is running.

    Returns
    -------
    context manager
        What was said before is said again at its end. In between `asyncio.run` refuses to start another loop, as it
        does in Jupyter.
    """
    return _said_to_run(LOOP)


def out_of_event_loop() -> contextlib.AbstractContextManager[None]:
    """Run a block where an event loop may be started."""
    return _said_to_run(None)


@contextlib.contextmanager
def _said_to_run(loop: Any) -> Iterator[None]:
    before = asyncio._get_running_loop()  # noqa: SLF001 - meant for who runs an event loop of one's own
    asyncio._set_running_loop(loop)  # noqa: SLF001 - likewise
    try:
        yield
    finally:
        asyncio._set_running_loop(before)  # noqa: SLF001 - likewise
