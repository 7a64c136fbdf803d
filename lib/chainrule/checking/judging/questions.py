"""Checking answers that are values: questions and measurements.

What you can do with this file:

- judge a value by the key, as the visible check does: `judge_question`;
- judge it by the declaration, as the hidden test does: `mark_question`;
- judge a measured number: `judge_measurement`.

A number counts as right when it rounds to the answer or to its neighbor in the last digit that counts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.keys.question_key import canonical, digest_of, neighbors
from chainrule.checking.telling.verdict import Finding, Verdict
from chainrule.checking.values import brief, describe, snapshot

if TYPE_CHECKING:
    from chainrule.checking.declaring.question import Measurement, Question
    from chainrule.checking.keys.question_key import QuestionKey

__all__ = ["judge_measurement", "judge_question", "mark_question"]


def judge_question(key: QuestionKey, value: Any) -> Verdict:
    """
    Judge a value as the visible check does; a choice is recorded, not judged.

    Parameters
    ----------
    key : QuestionKey
        The question without its answer.
    value : object
        What the student assigned.

    Returns
    -------
    Verdict
        Right, recorded, or the finding.
    """
    problem = _unfit(key.name, value, key.choices)
    if problem:
        return _verdict(key, finding=problem)
    if key.choices:
        told = f"recorded as {str(value)!r}. It is marked after submitting."
        return _verdict(key, right=told, judged=False)
    near = {digest_of(key.salt, candidate) for candidate in neighbors(value, key.digits)}
    return _verdict(key, right="right.") if key.digest in near else _verdict(key, finding=_wrong(value))


def mark_question(question: Question, value: Any) -> Verdict:
    """
    Judge a value as the hidden test does, choices too.

    Parameters
    ----------
    question : Question
        The declaration.
    value : object
        What the student assigned.

    Returns
    -------
    Verdict
        Right, or the finding.
    """
    problem = _unfit(question.name, value, question.choices)
    if problem:
        return _verdict(question, finding=problem)
    if question.choices:
        right = _folded(value) == _folded(question.answer)
    else:
        right = canonical(question.answer, question.digits) in neighbors(value, question.digits)
    return _verdict(question, right="right.") if right else _verdict(question, finding=_wrong(value))


def judge_measurement(measurement: Measurement, value: Any) -> Verdict:
    """
    Judge a measured number by its range.

    Parameters
    ----------
    measurement : Measurement
        The declaration; its range is no secret.
    value : object
        What the student assigned.

    Returns
    -------
    Verdict
        Right, or the finding.
    """
    problem = _unfit(measurement.name, value, ())
    if problem:
        return _verdict(measurement, finding=problem)
    low, high, number = measurement.low, measurement.high, float(value)
    exact, span = low == high, f"from {low:.6g} to {high:.6g}"
    if measurement.whole and number != round(number):
        told = f"Expected a whole number, a count; found {number:g}."
        return _verdict(measurement, finding=Finding("not-whole", "it is no whole number", (told, measurement.advice)))
    if low <= number <= high:
        right = f"right, {number:.10g}." if exact else f"right, {number:.6g} lies in the range {span}."
        return _verdict(measurement, right=right)
    told = (
        f"Found {number:.10g}; another number is right." if exact else f"Expected a number {span}, found {number:.6g}."
    )
    title = "another number is right" if exact else "out of range"
    in_percent = 0 < low <= number / 100 <= high <= 1
    advice = f"Is this in percent? As a share it is {number / 100:.6g}." if in_percent else measurement.advice
    return _verdict(measurement, finding=Finding("out-of-range", title, (told, advice)))


def _verdict(subject: Any, *, right: str = "", finding: Finding | None = None, judged: bool = True) -> Verdict:
    return Verdict(subject.name, subject.section, subject.points, right=right, finding=finding, judged=judged)


def _wrong(value: Any) -> Finding:
    # In the title, so that a class report counts each wrong answer.
    given = repr(_folded(value)) if isinstance(value, str) else brief(snapshot(value))
    return Finding("wrong-answer", f"{given} is not the answer", ("Another answer is right. Think it through again.",))


def _unfit(name: str, value: Any, choices: tuple[str, ...]) -> Finding | None:
    """Why a value cannot be an answer at all."""
    if value is None or value is Ellipsis:
        return Finding("not-written", "it is not answered yet", (f"{name} is still None. Put your answer there.",))
    if choices:
        if isinstance(value, str) and _folded(value) in {_folded(choice) for choice in choices}:
            return None
        offered = ", ".join(repr(choice) for choice in choices)
        return Finding("no-choice", "it is none of the choices", (f"Expected one of {offered}, found {value!r:.60}.",))
    taken = snapshot(value)
    real = isinstance(taken, np.ndarray) and taken.ndim == 0 and taken.dtype.kind in "iuf"
    if real and math.isfinite(float(taken)):
        return None
    found = describe(taken) if getattr(taken, "ndim", 1) else f"{value!s:.40}"
    return Finding("no-number", "it is no number", (f"Expected a finite number, found {found}.",))


def _folded(text: Any) -> str:
    return str(text).strip().casefold()
