"""From what an answer did to the one thing to tell the student. Pure.

What you can do with this file:

- find the symptom of every case: `symptoms`;
- choose and explain the finding: `diagnose`.

A declared mistake comes first when the answer did on every case just what the mistake does. Else the
symptoms speak in the order exception, form, dtype, modified input, value, overflow; and for values a
mistake that explains nearly all of the failing cases, alone, and spoils fewer right ones. One that explains
most of them is only said to look like it. Then come the regularities of `patterns`, then the worst entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.catalog.entries import IN_ORDER
from chainrule.checking.comparing.compare import Expected
from chainrule.checking.comparing.measuring import look_alike
from chainrule.checking.comparing.observe import numbers_told
from chainrule.checking.comparing.probes import apply_view, materialize
from chainrule.checking.comparing.viewing import compare_viewed
from chainrule.checking.telling.explain import Symptom, evidence, hints
from chainrule.checking.telling.intermediates import first_difference
from chainrule.checking.telling.patterns import WrongArray, describe_pattern
from chainrule.checking.telling.verdict import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainrule.checking.comparing.compare import Mismatch
    from chainrule.checking.comparing.observe import Outcome
    from chainrule.checking.keys.answer_key import AnswerKey, KnownMistake

__all__ = ["diagnose", "symptoms"]

# What can be wrong in a case, gravest first, and the few words for it.
TITLES = {
    "not-written": "it is not written yet",
    "raises": "it raises an exception",
    "none": "something is missing",
    "type": "it returns another kind of value",
    "length": "it returns another number of results",
    "shape": "the result has another shape",
    "dtype": "the numbers have another dtype",
    "modified": "it changes its input",
    "nan": "the result holds nan",
    "statistic": "its random numbers are of another kind",
    "value": "some numbers differ",
    "overflow": "a formula overflows on the way",
}
RANKS = tuple(TITLES)
PROBABLE_SHARE = 0.6  # of the failing inputs: it looks like a mistake
NAMED_SHARE = 0.9  # it is that mistake, if no other explains as many


def symptoms(key: AnswerKey, outcomes: Sequence[Outcome]) -> list[Symptom]:
    """
    Find what is wrong in every case.

    Parameters
    ----------
    key : AnswerKey
        The expectations.
    outcomes : sequence of Outcome
        What the answer did, case by case; may be shorter than the key's cases.

    Returns
    -------
    list of Symptom
        At most one a case; empty for a right answer.
    """
    found = []
    for number, (case, outcome) in enumerate(zip(key.cases, outcomes, strict=False)):
        symptom = _symptom(number, key, outcome, case.mismatch(outcome.value, key.tolerance))
        if symptom:
            found.append(symptom)
    return found


def _symptom(number: int, key: AnswerKey, outcome: Outcome, mismatch: Mismatch | None) -> Symptom | None:
    if outcome.failure:
        stub = outcome.failure.type_name == "NotImplementedError"
        return Symptom(number, "not-written" if stub else "raises")
    if mismatch and mismatch.kind not in ("nan", "value"):
        return Symptom(number, mismatch.kind, mismatch)
    if outcome.changed:
        return Symptom(number, "modified")
    if mismatch:
        return Symptom(number, mismatch.kind, mismatch)
    if outcome.overflowed and "no_overflow" in key.demands:
        return Symptom(number, "overflow")
    return None


def diagnose(key: AnswerKey, outcomes: Sequence[Outcome]) -> Finding | None:
    """
    Choose what to tell the student.

    Parameters
    ----------
    key : AnswerKey
        The expectations.
    outcomes : sequence of Outcome
        What the answer did, case by case.

    Returns
    -------
    Finding or None
        None when every case is right.
    """
    wrong = symptoms(key, outcomes)
    if not wrong:
        return None
    worst = min(wrong, key=lambda it: _urgency(key, it))
    tried = [] if worst.kind == "not-written" else [f"Tried on: {key.cases[worst.case].probe.label}."]
    lines = [*tried, *evidence(key, key.cases[worst.case], worst, outcomes[worst.case])]
    title, slug, mistake, cause = TITLES[worst.kind], worst.kind, "", ""
    suspect, extent, sure = _suspect(key, outcomes, wrong)
    if suspect and sure:
        title, mistake = suspect.name.replace("_", " "), suspect.name
        lines += [suspect.explanation, extent]
    elif suspect:
        cause = f"It looks like this: {suspect.explanation}"
        lines += [cause, extent]
    elif worst.kind == "raises":
        failure = outcomes[worst.case].failure
        lines += hints(failure.message) if failure else []
    elif worst.kind == "value":
        with np.errstate(all="ignore"):  # wrong numbers may be of any size
            pattern = describe_pattern(_wrong_arrays(key, wrong, worst))
        where = worst.mismatch.where if worst.mismatch else ""
        cause = f"In {where}: {pattern[0].lower()}{pattern[1:]}" if where and pattern else pattern
        lines += [cause] if cause else []
    yours, right = _pictured(key, wrong, worst)
    table = _table(key, worst, outcomes[worst.case])
    return Finding(slug, title, tuple(lines), mistake, yours, right, table, cause)


def _table(key: AnswerKey, worst: Symptom, outcome: Outcome) -> str:
    """The intermediate results up to the first wrong one, where the view lays them out in the order of computation."""
    case = key.cases[worst.case]
    if case.probe.view not in IN_ORDER or worst.kind not in ("nan", "shape", "value"):
        return ""
    try:
        with np.errstate(all="ignore"):  # wrong numbers may be of any size
            right, found = (apply_view(case.probe.view, it) for it in (case.expected.value, outcome.value))
            return first_difference(found, right, tolerance=key.tolerance * case.eps)
    except (TypeError, ValueError, AttributeError, IndexError):  # the result has a form of its own
        return ""


def _urgency(key: AnswerKey, symptom: Symptom) -> tuple[int, bool, int]:
    """What to tell first: the graver kind, an ordinary input before a kink, the smaller input."""
    case = key.cases[symptom.case]
    numbers = symptom.kind in ("nan", "value")  # a form is told best on an ordinary batch, the first case
    return RANKS.index(symptom.kind), case.expected.is_interval, case.size if numbers else symptom.case


def _suspect(
    key: AnswerKey, outcomes: Sequence[Outcome], wrong: Sequence[Symptom]
) -> tuple[KnownMistake | None, str, bool]:
    """The declared mistake that explains the answer, how far it does, and whether that is enough for its name."""
    if len(outcomes) < len(key.cases):  # an answer that is not written yet is not tried on the rest
        return None, "", False
    for mistake in key.mistakes:
        if all(_agrees(key, number, mistake.outcomes[number], it) for number, it in enumerate(outcomes)):
            return mistake, _extent(key), True
    numbers = [it.case for it in wrong if it.kind in ("value", "nan", "statistic", "shape", "raises")]
    rights = set(range(len(outcomes))) - {it.case for it in wrong}
    best: tuple[int, KnownMistake | None] = (0, None)
    alone = False
    for mistake in key.mistakes:
        shared = [n for n in numbers if _agrees(key, n, mistake.outcomes[n], outcomes[n])]
        alike = any(outcomes[n].failure is None for n in shared)  # many mistakes raise the same exception
        # Inputs that the mistake would spoil and the answer gets right speak against it.
        against = sum(not _agrees(key, n, mistake.outcomes[n], outcomes[n]) for n in rights)
        if alike and len(shared) > max(best[0], against):
            best, alone = (len(shared), mistake), True
        elif alike and len(shared) == best[0]:
            alone = False  # another one explains as much
    if best[0] >= 2 and best[0] >= PROBABLE_SHARE * len(numbers):  # to agree on a single input may be chance
        extent = f"This mistake gives your results on {best[0]} of the {len(numbers)} inputs where you differ."
        return best[1], extent, alone and best[0] >= NAMED_SHARE * len(numbers)
    return None, "", False


def _extent(key: AnswerKey) -> str:
    """How far a mistake explains an answer that it agrees with everywhere."""
    inputs = f"all {len(key.cases)} inputs" if len(key.cases) > 1 else "the one input"
    alike = "results like yours" if any(case.probe.statistics for case in key.cases) else "exactly your results"
    return f"This mistake gives {alike} on {inputs} tried."


def _agrees(key: AnswerKey, number: int, theirs: Outcome, yours: Outcome) -> bool:
    """Whether an answer did in one case what a mistake does."""
    if theirs.failure or yours.failure:
        # The key has no more of a mistake's exception than its type and the numbers in its message.
        failures = (theirs.failure, yours.failure)
        told = [(failure.type_name, numbers_told(failure.message)) if failure else () for failure in failures]
        return told[0] == told[1]
    if theirs.changed != yours.changed:
        return False
    case = key.cases[number]
    if case.mismatch(yours.value, key.tolerance) is None and case.mismatch(theirs.value, key.tolerance) is None:
        return "no_overflow" not in key.demands or theirs.overflowed == yours.overflowed
    if case.probe.statistics:
        return look_alike(case.probe, theirs.value, yours.value)
    seen = Expected(theirs.value)
    found = compare_viewed(case.probe.view, seen, yours.value, tolerance=key.tolerance, eps=case.eps)
    return found is None


def _wrong_arrays(key: AnswerKey, wrong: Sequence[Symptom], worst: Symptom) -> list[WrongArray]:
    """The failing cases of the worst symptom's part of the result, kinks left aside."""
    where = worst.mismatch.where if worst.mismatch else ""
    arrays = []
    for symptom in wrong:
        mismatch, case = symptom.mismatch, key.cases[symptom.case]
        if mismatch is None or symptom.kind != "value" or mismatch.where != where or case.expected.is_interval:
            continue
        if not (isinstance(mismatch.expected, np.ndarray) and np.all(np.isfinite(mismatch.found))):
            continue
        # Made anew: what the call got may have been changed by the answer.
        fresh = [] if case.probe.script else [materialize(arg) for arg in case.probe.args]
        args = dict(zip(key.parameters, fresh, strict=False))
        found, right = (np.asarray(it, dtype=float) for it in (mismatch.found, mismatch.expected))
        arrays.append(WrongArray(found, right, args))
    passed = [name for name in key.parameters if all(name in it.args for it in arrays)]  # some may be left out
    return [WrongArray(it.found, it.right, {name: it.args[name] for name in passed}) for it in arrays]


def _pictured(key: AnswerKey, wrong: Sequence[Symptom], worst: Symptom) -> tuple[Any, Any]:
    """The arrays of the smallest failing case that has enough entries for a picture."""
    where = worst.mismatch.where if worst.mismatch else ""
    fit = [
        (key.cases[symptom.case].size, mismatch.found, mismatch.expected)
        for symptom in wrong
        if symptom.kind in ("nan", "value") and (mismatch := symptom.mismatch) and mismatch.where == where
        if not key.cases[symptom.case].expected.is_interval and np.size(mismatch.expected) > 1
    ]
    _, yours, right = min(fit, key=lambda it: it[0], default=(0, None, None))
    return yours, right
