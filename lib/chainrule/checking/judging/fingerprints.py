"""A short name for what a wrong answer does, the same for all answers that do the same. Pure but for the calls.

What you can do with this file:

- name what an answer does on the inputs of a key: `fingerprint_of`; name a value: `fingerprint`.

Two students who make one mistake that nobody has declared have equal fingerprints, so a grader can show them together.
The inputs are always those of the visible check, which every student has: hidden ones differ from student to student,
and none of them can be read from a name.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.comparing.observe import numbers_told, observe
from chainrule.checking.judging.watchdog import TookTooLong, run_within
from chainrule.checking.values import snapshot, unpacked

if TYPE_CHECKING:
    from chainrule.checking.comparing.observe import Outcome
    from chainrule.checking.keys.answer_key import AnswerKey

__all__ = ["fingerprint", "fingerprint_of"]

DIGITS = 4  # what answers by another formula, or on another machine, have in common
LENGTH = 12
LIMIT_SECONDS = 10.0


def fingerprint_of(key: AnswerKey, answer: Any) -> str:
    """
    Name what an answer does.

    Parameters
    ----------
    key : AnswerKey
        Of the visible check.
    answer : object
        A function or class.

    Returns
    -------
    str
        Twelve hexadecimal digits, or "" where the answer takes too long.

    Examples
    --------
    >>> from chainrule.exercises import find
    >>> key = find("relu").key(0)
    >>> fingerprint_of(key, abs) == fingerprint_of(key, lambda z: (z * z) ** 0.5)
    True
    """
    try:
        outcomes = run_within(LIMIT_SECONDS, lambda: [observe(answer, case.probe) for case in key.cases])
    except TookTooLong:
        return ""
    return _hashed([_written_outcome(it, case.expected.value) for it, case in zip(outcomes, key.cases, strict=True)])


def fingerprint(value: Any) -> str:
    """
    Name a value, by its leading digits.

    Parameters
    ----------
    value : object
        What a student assigned.

    Returns
    -------
    str
        Twelve hexadecimal digits.

    Examples
    --------
    >>> fingerprint(0.123456) == fingerprint(0.123457)
    True
    """
    return _hashed(_written(snapshot(value)))


def _hashed(written: Any) -> str:
    return hashlib.sha256(repr(written).encode()).hexdigest()[:LENGTH]


def _written_outcome(outcome: Outcome, wanted: Any) -> tuple[Any, ...]:
    failure = outcome.failure
    told = (failure.type_name, numbers_told(failure.message)) if failure else ()
    return (told, outcome.changed, _written(unpacked(wanted, outcome.value)))


def _written(value: Any) -> Any:
    """A snapshot with few digits; where numbers cancel, those that are tiny beside the others are 0."""
    if isinstance(value, np.ndarray):
        numbers = np.asarray(value, dtype=complex if value.dtype.kind == "c" else float)
        finite = np.abs(numbers[np.isfinite(numbers)])
        floor = 10.0**-DIGITS * float(finite.max(initial=0.0))
        shown = [0.0 if abs(it) < floor else it for it in numbers.ravel().tolist()]
        return value.shape, [f"{it + 0.0:.{DIGITS - 1}e}" for it in shown]
    if isinstance(value, (list, tuple)):
        return [_written(entry) for entry in value]
    if isinstance(value, dict):
        return [(name, _written(value[name])) for name in sorted(value)]
    return repr(value)
