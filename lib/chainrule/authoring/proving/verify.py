"""Proving that the checks of an exercise work.

What you can do with this file:

- prove one exercise: `verify_exercise`, which returns a `Proof`.

The reference and every alternative must pass, every mistake must fail and be named by its own name, every mutant that
breaks a rule of the page must fail, and the rule must stand there. The tolerance must be at least ten times what right
answers differ by, and a derivative must agree with central differences of its forward function.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chainrule.authoring.proving.traps import unrefused, unsaid
from chainrule.checking.comparing.compare import disagreement
from chainrule.checking.comparing.observe import observe
from chainrule.checking.comparing.probes import apply_view
from chainrule.checking.declaring.gradients import gradient_error
from chainrule.checking.judging.judge import judge
from chainrule.checking.values import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chainrule.checking.declaring.exercise import Exercise
    from chainrule.checking.keys.answer_key import AnswerKey, Case

__all__ = ["Proof", "verify_exercise"]

FEWEST_ALTERNATIVES = 2
FEWEST_MISTAKES = 3
MARGIN = 10.0
GRADIENT_BOUND = 1e-6
REFERENCE = "the reference"


@dataclass(frozen=True)
class Proof:
    """
    What was proved of one exercise.

    `reference_passes` and `passing` tell whether the reference and how many alternatives pass on all
    seeds; `named` counts mistakes over all seeds, and `refused` the mutants that break one of the `traps`.
    `disagreement` is the largest difference among right
    answers and `gradient_error` that from central differences, nan where there is no gradient.
    """

    exercise: str
    reference_passes: bool
    alternatives: int
    passing: int
    mistakes: int
    named: int
    traps: int
    refused: int
    tolerance: float
    disagreement: float
    gradient_error: float
    problems: tuple[str, ...]
    wall_seconds: float

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong with the exercise."""
        return not self.problems


def verify_exercise(exercise: Exercise, *, seeds: Iterable[int] = range(3), page: str | None = None) -> Proof:
    """
    Prove the checks of one exercise on the inputs of several seeds.

    Parameters
    ----------
    exercise : Exercise
        A declaration.
    seeds : iterable of int
        Each gives other random inputs.
    page : str, optional
        What stands on the unit's page, as `page_text` gives it; left out, no sentence is looked up.

    Returns
    -------
    Proof
        `problems` is empty for a clean exercise; each is one sentence.

    Examples
    --------
    >>> from chainrule.exercises import find
    >>> verify_exercise(find("tanh_grad"), seeds=[0]).clean
    True
    """
    start = time.perf_counter()
    problems = _count_problems(exercise) + (unsaid(exercise, page) if page is not None else [])
    rejected: set[str] = set()
    named, refused, apart, slope = 0, 0, 0.0, float("nan")
    for seed in seeds:
        key = exercise.key(seed)
        wronged = _refused_right_answers(exercise, key, seed)
        rejected |= wronged.keys()
        problems += wronged.values()
        found, complaints = _mistakes(exercise, key, seed)
        named += found
        problems += complaints
        passed = unrefused(exercise, key, seed)
        refused += len(exercise.traps) - len(passed)
        problems += passed
        apart = max(apart, _disagreement(exercise, key))
        slope = float(np.fmax(slope, _gradient_error(exercise, seed)))  # nan only where every seed gave nan
    if exercise.tolerance < MARGIN * apart:
        problems.append(
            f"{exercise.name}: right answers differ by {apart:.3g} units, so the tolerance must be at least "
            f"{MARGIN * apart:.3g}; it is {exercise.tolerance:g}."
        )
    if slope > GRADIENT_BOUND:
        problems.append(f"{exercise.name}: the reference differs from central differences by {slope:.2g}.")
    return Proof(
        exercise=exercise.name,
        reference_passes=REFERENCE not in rejected,
        alternatives=len(exercise.alternatives),
        passing=len(exercise.alternatives.keys() - rejected),
        mistakes=len(exercise.mistakes),
        named=named,
        traps=len(exercise.traps),
        refused=refused,
        tolerance=exercise.tolerance,
        disagreement=apart,
        gradient_error=slope,
        problems=tuple(dict.fromkeys(problems)),  # once each, in their order
        wall_seconds=time.perf_counter() - start,
    )


def _count_problems(exercise: Exercise) -> list[str]:
    problems = []
    if len(exercise.alternatives) < FEWEST_ALTERNATIVES:
        problems.append(f"{exercise.name}: needs at least {FEWEST_ALTERNATIVES} alternatives.")
    if len(exercise.mistakes) < FEWEST_MISTAKES:
        problems.append(f"{exercise.name}: needs at least {FEWEST_MISTAKES} mistakes.")
    return problems


def _refused_right_answers(exercise: Exercise, key: AnswerKey, seed: int) -> dict[str, str]:
    """From the label of a right answer that fails to the sentence that says so."""
    problems = {}
    for label, answer in {REFERENCE: exercise.reference, **exercise.alternatives}.items():
        verdict = judge(key, answer)
        if not verdict.passed:
            problems[label] = f"{exercise.name}: rejects the right answer {label!r} (seed {seed}).\n{verdict.text()}"
    return problems


def _mistakes(exercise: Exercise, key: AnswerKey, seed: int) -> tuple[int, list[str]]:
    named, problems = 0, []
    for name, (wrong, *_) in exercise.mistakes.items():
        finding = judge(key, wrong).finding
        if finding is None:
            problems.append(f"{exercise.name}: the mistake {name!r} passes (seed {seed}).")
        elif finding.mistake != name:
            other = finding.mistake or finding.slug
            problems.append(f"{exercise.name}: the mistake {name!r} is named {other!r} (seed {seed}).")
        else:
            named += 1
    return named, problems


def _disagreement(exercise: Exercise, key: AnswerKey) -> float:
    """The largest difference among right answers, where one answer alone is right."""
    single = [case for case in key.cases if not (case.expected.is_interval or case.probe.statistics)]
    return max((_distance(case, answer) for case in single for answer in exercise.alternatives.values()), default=0.0)


def _distance(case: Case, answer: object) -> float:
    view = case.probe.view
    found = observe(answer, case.probe).value  # type: ignore[arg-type]
    right, other = (snapshot(apply_view(view, value)) for value in (case.expected.value, found))
    return disagreement(right, other, eps=case.eps)


def _gradient_error(exercise: Exercise, seed: int) -> float:
    if exercise.gradient is None:
        return float("nan")
    rng = np.random.default_rng(seed)
    args = exercise.sample(rng)
    return gradient_error(exercise.reference, exercise.parameters, args, exercise.gradient, rng)
