"""What the keys of unit 07 name: a clock that only a fake device moves, and named arrays.

What you can do with this file:

- pass functions that share a state, each with `Member`: `GROUPS`;
- compare named arrays, whatever holds them: `READINGS`.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

from chainrule.checking.values import describe

__all__ = ["GROUPS", "READINGS"]


def _fake_device(launch: float, first: float, *work: float) -> tuple[Callable[..., Any], ...]:
    """A device that works while the program runs ahead, on a clock that only they move: call, synchronize, clock."""
    now, idle_at, calls = 0.0, first, 0  # it is busy with earlier work

    def call() -> None:
        nonlocal now, idle_at, calls
        now += launch
        idle_at = max(now, idle_at) + (work[(calls - 1) % len(work)] if calls else first)
        calls += 1

    def synchronize() -> None:
        nonlocal now
        now = max(now, idle_at)

    return call, synchronize, lambda: now


def _layers_by_name(count: float) -> Callable[[Any], Any]:
    """The entries of a dictionary with sizes, activations and the arrays W1, b1, ... of some layers."""
    names = ["sizes", "activations", *(f"{kind}{i}" for i in range(1, int(count) + 1) for kind in "Wb")]

    def read(result: Any) -> dict[str, Any]:
        if not isinstance(result, dict):
            raise ValueError(f"Expected a dictionary of arrays, found {describe(result)}.")  # noqa: TRY004 - as documented
        if set(result) != set(names):
            raise ValueError(f"Expected the entries {', '.join(names)}, found {', '.join(result) or 'none'}.")
        entries = dict(result)
        for name in ("sizes", "activations"):
            if isinstance(entries[name], tuple) or np.size(entries[name]) == 0:
                entries[name] = list(entries[name])
        if isinstance(entries["sizes"], list):
            if not all(isinstance(it, np.ndarray) and it.shape == () for it in entries["sizes"]):
                raise ValueError("Expected whole numbers in the entry 'sizes', found something else.")
            entries["sizes"] = np.array(entries["sizes"])
        return entries

    return read


GROUPS: dict[str, Callable[..., tuple[Callable[..., Any], ...]]] = {
    "fake device": _fake_device,
}
READINGS: dict[str, Callable[..., Callable[[Any], Any]]] = {
    "layers by name": _layers_by_name,
}
