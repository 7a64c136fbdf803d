"""The hunt for mutants: how many of them the checks of an exercise catch.

What you can do with this file:

- tell whether a mutant is wrong at all: `is_equivalent`;
- count how many the checks of an exercise catch: `hunt`, which returns a `Hunt`.

A mutant counts as equivalent only when it agrees with the reference on 1,000 random inputs and on all probes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.authoring.proving.mutants import mutants_of
from chainrule.checking.comparing.compare import FLOAT64_EPS, Expected
from chainrule.checking.comparing.observe import observe
from chainrule.checking.comparing.probes import Probe
from chainrule.checking.comparing.viewing import compare_viewed
from chainrule.checking.judging.judge import judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from chainrule.checking.declaring.exercise import Exercise
    from chainrule.checking.keys.answer_key import AnswerKey

__all__ = ["Hunt", "hunt", "is_equivalent"]

RANDOM_INPUTS = 1000
INPUTS_A_KEY = 33  # a random answer or a class agrees with the reference when it passes on so many fewer sets of inputs
LIMIT_SECONDS = 2.0


@dataclass(frozen=True)
class Hunt:
    """How many wrong mutants of an exercise were caught, and those that got away."""

    exercise: str
    caught: int
    equivalent: int
    escaped: tuple[str, ...]

    @property
    def wrong(self) -> int:
        """How many mutants really were wrong."""
        return self.caught + len(self.escaped)


def is_equivalent(exercise: Exercise, key: AnswerKey, answer: Callable[..., Any], inputs: int = RANDOM_INPUTS) -> bool:
    """
    Tell whether an answer agrees with the reference on all probes and on random inputs.

    Parameters
    ----------
    exercise : Exercise
        Gives the reference and the random inputs.
    key : AnswerKey
        The probes.
    answer : callable
        A mutant.
    inputs : int
        How many random inputs to try.

    Returns
    -------
    bool
        False at the first disagreement.
    """
    if not judge(key, answer, limit_seconds=LIMIT_SECONDS).passed:
        return False
    # Of a draw or of a class there is no one result to compare: it is judged on further keys.
    if any(case.probe.statistics or case.probe.then for case in key.cases):
        keys = (exercise.key(seed) for seed in range(inputs // INPUTS_A_KEY + 1))
        return all(judge(it, answer, limit_seconds=LIMIT_SECONDS).passed for it in keys)
    rng = np.random.default_rng(0)
    for _ in range(inputs):
        scale = 2.0 ** rng.integers(-5, 2)  # a power of two, so that numbers that were exact stay so
        args = tuple(_scaled(arg, scale) for arg in exercise.sample(rng))
        usual = key.cases[0].probe
        tried = Probe("random", args, then=usual.then, reading=usual.reading, script=usual.script)
        expected, found = (observe(it, tried) for it in (exercise.reference, answer))
        if not _agree(exercise, usual.view, expected, found):
            return False
    return True


def hunt(exercise: Exercise, seed: int = 0, *, every: int = 1, inputs: int = RANDOM_INPUTS) -> Hunt:
    """
    Judge all mutants of the reference and of the alternatives.

    Parameters
    ----------
    exercise : Exercise
        A declaration.
    seed : int
        Of the inputs that the checks try.
    every : int
        Judge one mutant in so many, for a quick sample.
    inputs : int
        How many random inputs decide that a mutant is not wrong.

    Returns
    -------
    Hunt
        Equivalent mutants count neither as caught nor as escaped.
    """
    # Whether a mutant that passes is wrong at all must not be decided on the inputs that it has passed.
    key, other_key = exercise.key(seed), exercise.key(seed + 1)
    caught, equivalent, escaped = 0, 0, []
    for answer in (exercise.reference, *exercise.alternatives.values()):
        for mutant in mutants_of(answer)[::every]:
            if not judge(key, mutant.answer, limit_seconds=LIMIT_SECONDS).passed:
                caught += 1
            elif is_equivalent(exercise, other_key, mutant.answer, inputs):
                equivalent += 1
            else:
                escaped.append(mutant.change)
    return Hunt(exercise.name, caught, equivalent, tuple(escaped))


def _scaled(arg: Any, scale: float) -> Any:
    """An array of numbers in another size; masks, labels and places in an array stay what they are."""
    return arg * scale if isinstance(arg, np.ndarray) and arg.dtype.kind == "f" else arg


def _agree(exercise: Exercise, view: str, expected: Any, found: Any) -> bool:
    if found.failure or found.changed:
        return False
    right = Expected(expected.value)
    return compare_viewed(view, right, found.value, tolerance=exercise.tolerance, eps=FLOAT64_EPS) is None
