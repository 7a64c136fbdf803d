"""One part of a set-up and what is to be said about it.

What you can do with this file:

- hold it: `Condition`; make one: `fine`, `note`, `missing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Condition", "fine", "missing", "note"]


@dataclass(frozen=True)
class Condition:
    """One part of the set-up: fine, to be known about, or missing."""

    part: str
    state: Literal["ok", "note", "missing"]
    sentence: str


def fine(part: str, sentence: str) -> Condition:
    """
    Say that a part is as it should be.

    Parameters
    ----------
    part, sentence : str
        What was examined, and what was found.

    Returns
    -------
    Condition
        With the state "ok".

    Examples
    --------
    >>> fine("Python", "Python 3.12.1.").state
    'ok'
    """
    return Condition(part, "ok", sentence)


def note(part: str, sentence: str) -> Condition:
    """
    Say what is to be known about a part that works.

    Parameters
    ----------
    part, sentence : str
        As in `fine`.

    Returns
    -------
    Condition
        Its state is "note".
    """
    return Condition(part, "note", sentence)


def missing(part: str, sentence: str) -> Condition:
    """
    Say that a part is missing, and what to do about it.

    Parameters
    ----------
    part, sentence : str
        What was examined, and what to try.

    Returns
    -------
    Condition
        Its state is "missing", which makes an examination fail.

    Examples
    --------
    >>> missing("numpy", "numpy is not installed.").state
    'missing'
    """
    return Condition(part, "missing", sentence)
