"""What an author declares: an exercise once, with its mistakes.

What you can do with this file:

- declare an exercise: `Exercise`; compute what its check needs: its `key`, an `ExerciseKey`;
- declare what students get wrong: `Mistake`, or a pair in its place;
- say which forward function a derivative belongs to: `Gradient`.

One declaration serves the instant check, the hidden test, the diagnosis, the proof that the checks
work, simulated classes and the class report.
"""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from chainrule.checking.comparing.compare import Expected, working_eps
from chainrule.checking.comparing.measuring import measure
from chainrule.checking.comparing.observe import Failure, Outcome, numbers_told, observe
from chainrule.checking.comparing.probes import materialize
from chainrule.checking.declaring.protocol import HandedIn, Headed
from chainrule.checking.errors import AuthorError
from chainrule.checking.judging.judge import judge
from chainrule.checking.keys.answer_key import AnswerKey, Case, KnownMistake, arrays_in
from chainrule.checking.keys.keyfile import packed
from chainrule.checking.values import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.random import Generator

    from chainrule.checking.comparing.probes import Probe
    from chainrule.checking.declaring.trap import Trap
    from chainrule.checking.telling.verdict import Verdict

    Mistakes = Mapping[str, tuple[Callable[..., Any], str] | tuple[Callable[..., Any], str, Mapping[str, str]]]

__all__ = ["Exercise", "ExerciseKey", "Gradient", "Mistake"]

OTHERWISE_RIGHT = 0.3  # how often a simulated student is right in another way than the reference


class Mistake(NamedTuple):
    """One way to get an exercise wrong, the sentence that explains it to the student, and the same by language."""

    wrong: Callable[..., Any]
    explanation: str
    translations: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Gradient:
    """
    The forward function whose derivative an exercise computes, for the oracle by central differences.

    `of` takes the exercise's arguments without `upstream`; `wrt` names the arguments that the results
    are derivatives for, in the order of the results; "" stands for a result that is none, or whose argument
    the exercise does not take. `inverse` gives the argument of `of` back where
    the exercise starts from the output.
    """

    of: Callable[..., Any]
    wrt: tuple[str, ...]
    inverse: Callable[..., Any] | None = None


@packed
@dataclass(frozen=True)
class ExerciseKey(AnswerKey):
    """What a check needs of one exercise. Data, and the way to judge by it."""

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:
        """Run an answer on every probe and find what to say about it."""
        return judge(self, answer, hidden=hidden)


@dataclass(frozen=True, kw_only=True)
class Exercise(Headed):
    """
    An exercise, declared once.

    Attributes
    ----------
    name : str
        The function that the student writes, also the grade id.
    points : int
        What the hidden test is worth.
    reference : callable
        The right answer; its positional parameters are the student's signature.
    alternatives : mapping of str to callable
        Other right answers, different in algorithm or formula, each with a few words that say how.
        They measure the tolerance.
    probes : callable
        From a generator to the inputs that are tried: `rng -> tuple[Probe, ...]`.
    sample : callable
        From a generator to one random valid input, as positional arguments.
    mistakes : mapping of str to (callable, str)
        From a name to a wrong answer and the sentence that explains it to the student, with a mapping from languages
        to translations as a third where there are any. At least three; each must fail and be named.
    tolerance : float
        Allowed difference in units of eps * max|reference|; 50 suits elementwise formulas and 200
        sums and products. At least 10 times what the alternatives differ by, and `verify` proves it.
    bounds : callable, optional
        From the arguments to the lowest and highest right result, for the probes that hit a kink.
    properties : tuple of str
        Names in `chainrule.checking.judging.properties` that every right answer has.
    demands : tuple of str
        What the text asks beyond right values: "no_overflow".
    gradient : Gradient, optional
        What the oracle by central differences needs.
    traps : tuple of Trap
        Rules of the unit's page, each with a mutant that breaks it and that the check must refuse.
    hints : tuple of str
        Two or three, for who asks: a question that leads, the step, a small case with other numbers. No line of a
        solution.
    """

    points: int
    reference: Callable[..., Any]
    alternatives: Mapping[str, Callable[..., Any]]
    probes: Callable[[Generator], tuple[Probe, ...]]
    sample: Callable[[Generator], tuple[Any, ...]]
    mistakes: Mistakes
    tolerance: float = 50.0
    bounds: Callable[..., tuple[Any, Any]] | None = None
    properties: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    gradient: Gradient | None = None
    traps: tuple[Trap, ...] = ()
    hints: tuple[str, ...] = ()

    hidden_test: ClassVar[str] = "tried on other inputs"

    def __post_init__(self) -> None:
        """Refuse what `verify` could not even start on; a pair among the mistakes becomes a `Mistake`."""
        known = {name: Mistake(*mistake) for name, mistake in self.mistakes.items()}
        object.__setattr__(self, "mistakes", known)
        sentences = [mistake.explanation for mistake in known.values()]
        doubled = {sentence for sentence in sentences if sentences.count(sentence) > 1}
        if doubled:
            raise AuthorError(f"Exercise {self.name}: explanation given twice: {min(doubled)!r}.")
        unknown = [it.mutant for it in self.traps if isinstance(it.mutant, str) and it.mutant not in known]
        if unknown:
            raise AuthorError(f"Exercise {self.name}: a trap names the mistake {unknown[0]!r}, which is not declared.")
        if self.tolerance <= 0:
            raise AuthorError(f"Exercise {self.name}: tolerance must be above 0, found {self.tolerance}.")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the student's parameters: the reference's positional ones."""
        positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        signature = inspect.signature(self.reference)
        return tuple(name for name, it in signature.parameters.items() if it.kind in positional)

    def key(self, seed: int, *, hidden: bool = False) -> ExerciseKey:  # noqa: ARG002 - the seed makes the difference
        """Compute what is expected on the probes of one seed; AuthorError where the reference itself fails."""
        probes = self.probes(np.random.default_rng(seed))
        # Tuples: all is computed before the answer is called, so nothing that it changes can change what is expected.
        return ExerciseKey(
            name=self.name,
            unit=self.unit,
            section=self.section,
            points=self.points,
            parameters=self.parameters,
            tolerance=self.tolerance,
            properties=self.properties,
            demands=self.demands,
            cases=tuple(_case(self, probe) for probe in probes),
            mistakes=tuple(
                KnownMistake(
                    name,
                    explanation,
                    dict(*translations),
                    tuple(_kept(observe(wrong, probe), probe) for probe in probes),
                )
                for name, (wrong, explanation, *translations) in self.mistakes.items()
            ),
            hints=self.hints,
        )

    def handed_in(self, rng: Generator, *, right: bool) -> HandedIn:
        """Give the reference or an alternative, or one of the mistakes."""
        if right:
            labels = list(self.alternatives)
            other = rng.uniform() < OTHERWISE_RIGHT
            answer = self.alternatives[labels[rng.integers(len(labels))]] if other else self.reference
            return HandedIn(points=self.points, answer=answer)
        name = list(self.mistakes)[rng.integers(len(self.mistakes))]
        return HandedIn(points=0, answer=self.mistakes[name][0], mistake=name)


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
    arrays = [array for arg in probe.args for array in arrays_in(arg)]
    low, high = None, None
    if probe.kink:  # at a corner of the function the reference's slope is one of many right ones
        if exercise.bounds is None:
            raise AuthorError(f"Exercise {exercise.name}: the probe {probe.label!r} is a kink without bounds.")
        ends = exercise.bounds(*[materialize(arg) for arg in probe.args])
        low, high = snapshot(ends[0]), snapshot(ends[1])
    value = measure(outcome.value, probe).form if probe.statistics else outcome.value
    return Case(probe, Expected(value, low, high), working_eps(*arrays))
