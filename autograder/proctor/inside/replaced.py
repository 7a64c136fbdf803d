"""Python's own functions that a test has replaced or taken away, such as `input`, `random.randint`, `time.sleep`.

What you can do with this file:

- list what is replaced in this process: `replaced`;
- have it replaced for a block: `replacing`.

A test says `patch("builtins.input", ...)` in the examiner's process; the student's function asks in its own. So what is
replaced there travels with each call, and calls of it come back to the test.
"""

from __future__ import annotations

import builtins
import contextlib
import random
import time
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["replaced", "replacing"]

# Of the builtins only those that nothing on the way of a call needs itself.
NAMES = {
    "builtins": ("input", "print", "sum", "max", "min", "round", "pow", "eval", "exec", "reversed", "sorted"),
    "random": tuple(it for it in random.__all__ if it[0].islower()),
    "time": ("sleep", "time", "perf_counter", "monotonic", "process_time", "time_ns", "perf_counter_ns"),
}
MODULES = {"builtins": vars(builtins), "random": vars(random), "time": vars(time)}
USUAL = tuple((module, name, MODULES[module][name]) for module, names in NAMES.items() for name in names)
# Asked before each call, and mostly there is nothing: all names of a module at once, by identity.
AT_ONCE = tuple((itemgetter(*names), MODULES[module]) for module, names in NAMES.items())
TOGETHER = tuple(get(names) for get, names in AT_ONCE)


def replaced() -> list[list[Any]]:
    """
    List what is replaced.

    Returns
    -------
    list of list
        Module, name and what stands there now; None where nothing does.
    """
    with contextlib.suppress(KeyError):
        if all(get(names) == usual for (get, names), usual in zip(AT_ONCE, TOGETHER, strict=True)):
            return []
    found = ((module, name, MODULES[module].get(name), usual) for module, name, usual in USUAL)
    return [[module, name, now] for module, name, now, usual in found if now is not usual]


@contextlib.contextmanager
def replacing(found: list[list[Any]]) -> Iterator[None]:
    """A block in which what `replaced` found elsewhere is replaced here; then all is as it was."""
    before = [(module, name, MODULES[module].get(name)) for module, name, _ in found]
    try:
        for module, name, value in found:
            _put(module, name, value)
        yield
    finally:
        for module, name, value in before:
            _put(module, name, value)


def _put(module: str, name: str, value: Any) -> None:
    if value is None:
        MODULES[module].pop(name, None)
    else:
        MODULES[module][name] = value
