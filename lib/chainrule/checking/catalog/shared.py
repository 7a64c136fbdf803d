"""Functions that several units pass to an answer.

What you can do with this file:

- pass one by name, with `Named`: its family is in `FUNCTIONS`; how it is written out for a student is in `WORDS`.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

__all__ = ["FUNCTIONS", "WORDS"]


def _sine(frequency: float) -> Callable[[Any], Any]:
    return lambda x: np.sin(frequency * x).sum()


def _wave(height: float, frequency: float, phase: float = np.pi / 2) -> Callable[[Any], Any]:
    return lambda x: height * np.sin(frequency * x + phase)


def _affine(slope: float, offset: float) -> Callable[[Any], Any]:
    return lambda x: slope * x + offset


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = {
    "affine": _affine,
    "sine": _sine,
    "wave": _wave,
}
WORDS: dict[str, Callable[..., str]] = {
    "affine": lambda slope, offset: f"lambda x: {slope:g} * x + {offset:g}",
    "sine": lambda frequency: f"lambda x: xp.sin({frequency:g} * x).sum()",
    "wave": lambda height, frequency, phase=np.pi / 2: (
        f"lambda x: {height:.6g} * xp.sin({frequency:.6g} * x + {phase:.6g})"
    ),
}
