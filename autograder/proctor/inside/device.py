"""Arrays of a GPU cross as arrays of the host.

What you can do with this file:

- tell whether a notebook computes on a GPU, and move what crosses: `Device`.

Tests, expected values and comparisons stay with the examiner, on the host. A notebook whose `xp` is CuPy gets its
arguments on the device, and what it returns is copied back. What it does to an argument happens to the host's array
too, so that a test of an in-place answer, or of an input that must not change, runs unchanged.
"""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from .aliases import MAPPINGS, SEQUENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Device"]

NAME = "xp"


class Device:
    """The GPU of one notebook, if it uses one; without one everything stays as it is."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._twins: dict[int, tuple[np.ndarray, Any]] = {}

    @property
    def module(self) -> Any:
        """CuPy where the notebook calls it `xp`, else None."""
        found = self._names.get(NAME)
        return found if isinstance(found, types.ModuleType) and found is sys.modules.get("cupy") else None

    def there(self, value: Any) -> Any:
        """Arrays to the device. Lists and dictionaries stay the same objects and hold arrays of the device."""
        xp = self.module
        return value if xp is None else self._there(value, xp)

    def home(self, value: Any) -> Any:
        """Arrays to the host, those in containers too; one that came from the host comes back as that one."""
        xp = self.module
        return value if xp is None else self._home(value, xp)

    def back(self, given: Iterable[Any]) -> None:
        """Take back what was given: arrays get what was done to them, containers hold arrays of the host again."""
        xp = self.module
        if xp is None:
            return
        for host, twin in self._twins.values():
            after = twin.get()
            if after.shape == host.shape and after.tobytes() != host.tobytes():
                host[...] = after
        for value in given:
            self._fill(value, lambda entry: self._home(entry, xp))
        self._twins.clear()

    def _there(self, value: Any, xp: Any) -> Any:
        kind = type(value)
        if kind is np.ndarray:
            if value.dtype.kind not in "biufc":
                return value
            _, twin = self._twins.setdefault(id(value), (value, xp.asarray(value)))
            return twin
        if kind is tuple:
            return tuple(self._there(entry, xp) for entry in value)
        self._fill(value, lambda entry: self._there(entry, xp))
        return value

    def _home(self, value: Any, xp: Any) -> Any:
        kind = type(value)
        if isinstance(value, xp.ndarray):
            hosts = [host for host, twin in self._twins.values() if twin is value]
            return hosts[0] if hosts else value.get()
        if kind is tuple:
            return tuple(self._home(entry, xp) for entry in value)
        if kind in SEQUENCES or kind in MAPPINGS:
            if not any(_holds(entry, xp) for entry in (value.values() if kind in MAPPINGS else value)):
                return value
            twin = value.copy()
            self._fill(twin, lambda entry: self._home(entry, xp))
            return twin
        return value

    @staticmethod
    def _fill(value: Any, change: Any) -> None:
        if type(value) in SEQUENCES:
            for place, entry in enumerate(value):
                value[place] = change(entry)
        elif type(value) in MAPPINGS:
            for name, entry in value.items():
                value[name] = change(entry)


def _holds(value: Any, xp: Any) -> bool:
    """Whether there is an array of the device in a value."""
    if isinstance(value, xp.ndarray):
        return True
    if type(value) in MAPPINGS:
        return any(_holds(entry, xp) for entry in value.values())
    return (type(value) is tuple or type(value) in SEQUENCES) and any(_holds(entry, xp) for entry in value)
