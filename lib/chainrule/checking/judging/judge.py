"""Judging one answer against one key.

What you can do with this file:

- get the verdict on an answer: `judge`.

Nothing is shown here and nothing raised: the verdict is data.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.comparing.observe import Outcome, observe, parameter_names, refusal
from chainrule.checking.judging.device import carried, device_note, module_of
from chainrule.checking.judging.properties import violated
from chainrule.checking.judging.watchdog import LIMIT_SECONDS, TookTooLong, run_within
from chainrule.checking.telling.diagnose import diagnose
from chainrule.checking.telling.verdict import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from chainrule.checking.keys.answer_key import AnswerKey

__all__ = ["judge"]

CHATTY_CHARACTERS = 2_000


def judge(key: AnswerKey, answer: Any, *, limit_seconds: float = LIMIT_SECONDS, hidden: bool = False) -> Verdict:
    """
    Run an answer on every probe of a key and find what to say about it.

    Parameters
    ----------
    key : AnswerKey
        The expectations, live or from a student edition.
    answer : object
        What the student made; anything may come.
    limit_seconds : float
        For all the calls of this check together.
    hidden : bool
        Whether the inputs are those of a hidden test, for the wording.

    Returns
    -------
    Verdict
        Passed, or the finding.

    Examples
    --------
    >>> from chainrule.exercises import find
    >>> verdict = judge(find("relu").key(0), lambda z: z)
    >>> verdict.finding.mistake
    'identity'
    """
    start = time.perf_counter()
    outcomes: list[Outcome] = []
    xp = module_of(answer)
    finding = _refused(key, answer) or _tried(
        key, carried(answer, xp) if xp is not np else answer, outcomes, limit_seconds
    )
    note = "" if finding or hidden else _device_note(key, answer, limit_seconds)
    return Verdict(
        exercise=key.name,
        section=key.section,
        points=key.points,
        right="" if finding else _praise(key, hidden=hidden),
        finding=finding,
        notes=(*_notes(key, outcomes, finding), *([note] if note else [])),
        wall_seconds=time.perf_counter() - start,
    )


def _refused(key: AnswerKey, answer: Any) -> Finding | None:
    problem = refusal(answer, key.name, key.parameters)
    if problem is None:
        return None
    kind = "class" if key.name[:1].isupper() else "function"
    titles = {"not-callable": f"it is not a {kind}", "wrong-parameters": "it takes other parameters"}
    return Finding(problem[0], titles[problem[0]], (problem[1],))


def _tried(key: AnswerKey, answer: Callable[..., Any], outcomes: list[Outcome], limit_seconds: float) -> Finding | None:
    """Fill `outcomes` and return the finding, if any."""

    def run() -> Finding | None:
        for case in key.cases:
            outcomes.append(observe(answer, case.probe))
            failure = outcomes[-1].failure
            if failure and failure.type_name == "NotImplementedError":  # a stub says the same on every input
                break
        finding = diagnose(key, outcomes)
        return _with_order(key, answer, finding) if finding else _broken_property(key, answer)

    try:
        return run_within(limit_seconds, run)
    except TookTooLong:
        label = key.cases[min(len(outcomes), len(key.cases) - 1)].probe.label
        return Finding(
            "too-slow",
            f"it takes longer than {limit_seconds:g} seconds",
            (f"Stopped while it worked on: {label}. Is there a loop that never ends? Or a huge array?",),
        )


def _device_note(key: AnswerKey, answer: Callable[..., Any], limit_seconds: float) -> str:
    """What a GPU would say; an answer that takes too long there gets no note."""
    try:
        return run_within(limit_seconds, lambda: device_note(key, answer))
    except TookTooLong:
        return ""


def _with_order(key: AnswerKey, answer: Callable[..., Any], finding: Finding) -> Finding:
    """Add the order of the parameters, where the answer has the right ones in another order."""
    names = parameter_names(answer)
    if sorted(names) != sorted(key.parameters) or names == key.parameters:
        return finding
    told = f"Expected {key.name}({', '.join(key.parameters)}), found {key.name}({', '.join(names)}): mind the order."
    return dataclasses.replace(finding, lines=(told, *finding.lines))


def _broken_property(key: AnswerKey, answer: Callable[..., Any]) -> Finding | None:
    broken = violated(key, answer)
    if broken is None:
        return None
    slug, sentence = broken
    return Finding(slug, f"{slug.replace('-', ' ')} does not hold", (sentence,))


def _praise(key: AnswerKey, *, hidden: bool) -> str:
    if hidden:
        return (
            f"right on all {len(key.cases)} hidden inputs." if len(key.cases) > 1 else "right on the one hidden input."
        )
    worth = "1 point" if key.points == 1 else f"{key.points} points"
    seen = f"all {len(key.cases)} visible inputs" if len(key.cases) > 1 else "the one visible input"
    return f"right on {seen}. Hidden tests on other inputs remain ({worth})."


def _notes(key: AnswerKey, outcomes: list[Outcome], finding: Finding | None) -> tuple[str, ...]:
    notes = []
    pairs = zip(key.cases, outcomes, strict=False)
    if finding is None and any(isinstance(case.expected.value, np.ndarray) and _is_list(it) for case, it in pairs):
        notes.append("Your function returns lists. xp.asarray(...) makes an array, which later cells can compute with.")
    if finding is None and any(outcome.overflowed for outcome in outcomes):
        notes.append("A number on the way was too large for a float (a warning: overflow). It does no harm here.")
    characters = sum(outcome.characters for outcome in outcomes)
    if characters > CHATTY_CHARACTERS:
        notes.append(f"Your function printed {characters:,} characters during the check; they are not shown here.")
    return tuple(notes)


def _is_list(outcome: Outcome) -> bool:
    return isinstance(outcome.value, (list, tuple))
