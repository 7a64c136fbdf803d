"""Pointing at one wrong number. Pure.

What you can do with this file:

- say at which input an entry is wrong, what it is and what it should be: `locate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.probes import materialize
from chainrule.checking.values import brief

if TYPE_CHECKING:
    from chainrule.checking.compare import Mismatch
    from chainrule.checking.key import AnswerKey, Case

__all__ = ["locate"]


def locate(key: AnswerKey, case: Case, mismatch: Mismatch) -> str:
    """
    Write the counter-example of a wrong number in one sentence.

    Parameters
    ----------
    key : AnswerKey
        Names the parameters.
    case : Case
        The failing case.
    mismatch : Mismatch
        Of kind "value" or "nan".

    Returns
    -------
    str
        "At z = 2 your result is -2, expected 0.104994."
    """
    inputs = _inputs_at(key, case, mismatch)
    entry = f" entry {list(mismatch.index)} of" if mismatch.index and not inputs.startswith("At") else ""
    part = mismatch.where or "your result"
    subject = f"{entry} {part}".strip()
    yours, right = _entry(mismatch.found, mismatch.index), _expected(case, mismatch)
    return f"{inputs}{subject} is {yours}, expected {right}." if inputs else f"{subject.capitalize()} is {yours}, expected {right}."


def _expected(case: Case, mismatch: Mismatch) -> str:
    expected = case.expected
    if expected.is_interval and isinstance(expected.low, np.ndarray):
        low, high = _entry(expected.low, mismatch.index), _entry(expected.high, mismatch.index)
        if low != high:
            return f"a value from {low} to {high}"
    return _entry(mismatch.expected, mismatch.index)


def _entry(value: Any, index: tuple[int, ...]) -> str:
    return brief(value[index] if isinstance(value, np.ndarray) else value)


def _inputs_at(key: AnswerKey, case: Case, mismatch: Mismatch) -> str:
    """The inputs that belong to an entry, where every array argument has one there; else all small ones."""
    args = dict(zip(key.parameters, [materialize(arg) for arg in case.probe.args], strict=False))
    args = {name: arg for name, arg in args.items() if not callable(arg) or isinstance(arg, np.ndarray)}
    shape = mismatch.expected.shape if isinstance(mismatch.expected, np.ndarray) else ()
    arrays = {name: arg for name, arg in args.items() if isinstance(arg, np.ndarray)}
    entrywise = shape and all(arg.shape in (shape, shape[-1:]) for arg in arrays.values())
    if entrywise and any(arg.shape == shape for arg in arrays.values()):
        here = {
            name: arg[mismatch.index[-arg.ndim :]] if isinstance(arg, np.ndarray) else arg
            for name, arg in args.items()
        }
        return "At " + ", ".join(f"{name} = {brief(value)}" for name, value in here.items()) + " "
    if args and all(not isinstance(arg, np.ndarray) or arg.size <= 12 for arg in args.values()):
        return "With " + ", ".join(f"{name} = {brief(value)}" for name, value in args.items()) + " "
    return ""
