"""What questions and measurements share: judging a value that was assigned to a name.

What you can do with this file:

- say why a value cannot be an answer at all: `unfit`; that another one is right: `wrong`;
- make the verdict: `told`;
- compare texts as people write them: `folded`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from chainrule.checking.telling.verdict import Finding, Verdict
from chainrule.checking.values import brief, describe, snapshot

__all__ = ["folded", "told", "unfit", "wrong"]


def told(subject: Any, *, right: str = "", finding: Finding | None = None, judged: bool = True) -> Verdict:
    """
    Make the verdict on an answer.

    Parameters
    ----------
    subject : Key
        Has the name, the section and the points.
    right : str
        What passed, in words.
    finding : Finding, optional
        What is wrong, in place of `right`.
    judged : bool
        False where the answer was only recorded.

    Returns
    -------
    Verdict
        With these facts.
    """
    return Verdict(subject.name, subject.section, subject.points, right=right, finding=finding, judged=judged)


def wrong(value: Any) -> Finding:
    """
    Say that a value is not the answer, and nothing of what is.

    Parameters
    ----------
    value : object
        What the student assigned.

    Returns
    -------
    Finding
        With the value in its title, so that a class report counts each wrong answer.
    """
    given = repr(folded(value)) if isinstance(value, str) else brief(snapshot(value))
    return Finding("wrong-answer", f"{given} is not the answer", ("Another answer is right. Think it through again.",))


def unfit(name: str, value: Any, choices: tuple[str, ...]) -> Finding | None:
    """
    Say why a value cannot be an answer at all.

    Parameters
    ----------
    name : str
        The name that the value was assigned to.
    value : object
        Anything.
    choices : tuple of str
        The possible answers; without them a finite number is expected.

    Returns
    -------
    Finding or None
        None for a value that can be judged.
    """
    if value is None or value is Ellipsis:
        return Finding("not-written", "it is not answered yet", (f"{name} is still None. Put your answer there.",))
    if choices:
        if isinstance(value, str) and folded(value) in {folded(choice) for choice in choices}:
            return None
        offered = ", ".join(repr(choice) for choice in choices)
        return Finding("no-choice", "it is none of the choices", (f"Expected one of {offered}, found {value!r:.60}.",))
    taken = snapshot(value)
    real = isinstance(taken, np.ndarray) and taken.ndim == 0 and taken.dtype.kind in "iuf"
    if real and math.isfinite(float(taken)):
        return None
    found = describe(taken) if getattr(taken, "ndim", 1) else f"{value!s:.40}"
    return Finding("no-number", "it is no number", (f"Expected a finite number, found {found}.",))


def folded(text: Any) -> str:
    """
    Write a text without what people write differently: case, and blanks around it.

    Parameters
    ----------
    text : object
        A choice.

    Returns
    -------
    str
        One text for all that mean the same.

    Examples
    --------
    >>> folded(" Leaky ")
    'leaky'
    """
    return str(text).strip().casefold()
