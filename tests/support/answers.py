"""Answers that were written from the pages alone, before anybody looked at how the checks work.

What you can do with this file:

- read them: `answers_in`; make the function or class that one of them defines: `made`;
- judge it: `judged`; know whether a verdict tells the cause: `tells_the_cause`.

A text of answers holds one after the other, each under a line "== name: what is special about it".
When they were first tried, 9 of 561 wrong answers passed, 432 were named and 470 told by their cause, and one of 149
unusual right answers was rejected. Three of the nine turned out to be right by the page and are among the unusual
ones since: numbers that are truth values, a branch of ELU that overflows without harm, epochs that go on.
"""

from __future__ import annotations

import collections
import decimal
import fractions
import itertools
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from chainrule.exercises.registry import UNITS, find, of_unit

__all__ = ["Answer", "answers_in", "judged", "made", "tells_the_cause"]

FOLDER = Path(__file__).parents[1] / "course"
HEAD = re.compile(r"^== (\w+): (.*)\n", re.MULTILINE)
ONLY_A_DIFFERENCE = {"value", "nan", "statistic"}  # what is wrong is shown, and not why
MODULES = (collections, decimal, fractions, itertools, math)


@dataclass(frozen=True)
class Answer:
    """One answer: to which exercise, what is special about it, and its text."""

    unit: str
    name: str
    what: str
    text: str


def answers_in(kind):
    """All answers of a folder of tests/course, unit by unit."""
    found = []
    for path in sorted((FOLDER / kind).glob("*.txt")):
        pieces = HEAD.split(path.read_text(encoding="utf-8"))
        found += [Answer(path.stem, *it) for it in zip(*(pieces[i::3] for i in (1, 2, 3)), strict=True)]
    return found


def made(answer):
    """What the text defines, in a notebook whose other answers are all right."""
    names = {it.__name__: it for it in MODULES} | {"np": np, "xp": np}
    names |= {it.name: it.reference for unit in UNITS for it in of_unit(unit)}
    exec(compile(answer.text, f"<{answer.name}>", "exec"), names)  # noqa: S102 - our own texts
    return names[answer.name]


def tells_the_cause(verdict):
    """Whether a verdict names the mistake, or has a sentence on what it comes from."""
    finding = verdict.finding
    return bool(finding.mistake or finding.cause or finding.slug not in ONLY_A_DIFFERENCE)


@cache
def _key(name):
    return find(name).key(0)


def judged(answer):
    """The verdict of the visible check."""
    return _key(answer.name).judge(made(answer))
