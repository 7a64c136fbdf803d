"""The answer key: everything that a check needs, as data.

What you can do with this file:

- hold the expectations of one exercise for one seed: `AnswerKey`, `Case`, `KnownMistake`;
- compute them from a declaration: `compile_key`.

A check never sees the exercise, only its key. The live key is computed on the spot, the student
edition reads the same data from a file, and so both give the same verdict.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.comparing.compare import Expected, Mismatch, working_eps
from chainrule.checking.comparing.measuring import measure, outside
from chainrule.checking.comparing.observe import Failure, Outcome, numbers_told, observe
from chainrule.checking.comparing.viewing import compare_viewed
from chainrule.checking.declaring.probes import Large, Probe, Strided, materialize
from chainrule.checking.errors import AuthorError
from chainrule.checking.values import count_numbers, snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainrule.checking.declaring.exercise import Exercise

__all__ = ["AnswerKey", "Case", "KnownMistake", "compile_key"]


@dataclass(frozen=True)
class Case:
    """A probe and its right result; `eps` is the rounding unit of the probe's arrays."""

    probe: Probe
    expected: Expected
    eps: float

    @property
    def size(self) -> int:
        """How many numbers go in: the smallest failing case is the one to show."""
        return sum(count_numbers(_arrays_in(arg)) for arg in self.probe.args)

    def mismatch(self, value: Any, tolerance: float) -> Mismatch | None:
        """The first difference of a result from the right one, seen through the probe's view or statistics."""
        if self.probe.statistics:
            return outside(self.expected, value, self.probe)
        return compare_viewed(self.probe.view, self.expected, value, tolerance=tolerance, eps=self.eps)


@dataclass(frozen=True)
class KnownMistake:
    """A mistake's sentence and what it did on every case."""

    name: str
    explanation: str
    translations: Mapping[str, str]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class AnswerKey:
    """What a check needs of one exercise. No code."""

    name: str
    unit: str
    section: str
    points: int
    parameters: tuple[str, ...]
    tolerance: float
    properties: tuple[str, ...]
    demands: tuple[str, ...]
    cases: tuple[Case, ...]
    mistakes: tuple[KnownMistake, ...]


def compile_key(exercise: Exercise, seed: int) -> AnswerKey:
    """
    Compute the expectations of an exercise on the probes of one seed.

    Parameters
    ----------
    exercise : Exercise
        A declaration.
    seed : int
        Chooses the random inputs: one fixed seed for visible checks, others for hidden tests.

    Returns
    -------
    AnswerKey
        Data only.

    Raises
    ------
    AuthorError
        The reference itself fails on a probe.
    """
    probes = exercise.probes(np.random.default_rng(seed))
    # Tuples: all is computed before the answer is called, so nothing that it changes can change what is expected.
    return AnswerKey(
        name=exercise.name,
        unit=exercise.unit,
        section=exercise.section,
        points=exercise.points,
        parameters=exercise.parameters,
        tolerance=exercise.tolerance,
        properties=exercise.properties,
        demands=exercise.demands,
        cases=tuple(_case(exercise, probe) for probe in probes),
        mistakes=tuple(
            KnownMistake(
                mistake.name,
                mistake.explanation,
                dict(mistake.translations),
                tuple(_kept(observe(mistake.wrong, probe), probe) for probe in probes),
            )
            for mistake in exercise.mistakes
        ),
    )


def _kept(outcome: Outcome, probe: Probe) -> Outcome:
    """What a key keeps: of an exception type and numbers, since its code is nobody's to read; of a draw statistics."""
    if outcome.failure is None:
        return dataclasses.replace(outcome, value=measure(outcome.value, probe)) if probe.statistics else outcome
    return dataclasses.replace(
        outcome, failure=Failure(outcome.failure.type_name, numbers_told(outcome.failure.message))
    )


def _case(exercise: Exercise, probe: Probe) -> Case:
    outcome = observe(exercise.reference, probe)
    if outcome.failure:
        raise AuthorError(
            f"Exercise {exercise.name}: the reference raised {outcome.failure.type_name} "
            f"({outcome.failure.message}) on the probe {probe.label!r}."
        )
    arrays = [array for arg in probe.args for array in _arrays_in(arg)]
    low, high = None, None
    if probe.kink:  # at a corner of the function the reference's slope is one of many right ones
        if exercise.bounds is None:
            raise AuthorError(f"Exercise {exercise.name}: the probe {probe.label!r} is a kink without bounds.")
        ends = exercise.bounds(*[materialize(arg) for arg in probe.args])
        low, high = snapshot(ends[0]), snapshot(ends[1])
    value = measure(outcome.value, probe).form if probe.statistics else outcome.value
    return Case(probe, Expected(value, low, high), working_eps(*arrays))


def _arrays_in(arg: Any) -> list[Any]:
    """The arrays of an argument, those in lists and tuples too."""
    if isinstance(arg, (list, tuple)):
        return [array for entry in arg for array in _arrays_in(entry)]
    return [_array_of(arg)]


def _array_of(arg: Any) -> Any:
    if isinstance(arg, Strided):
        return arg.values
    return np.empty(arg.shape) if isinstance(arg, Large) else arg  # asked for size and dtype alone, so never filled
