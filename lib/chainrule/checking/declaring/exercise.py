"""What an author declares: an exercise once, with its mistakes.

What you can do with this file:

- declare an exercise: `Exercise`;
- declare what students get wrong: `Mistake`;
- say which forward function a derivative belongs to: `Gradient`.

One declaration serves the instant check, the hidden test, the diagnosis, the proof that the checks
work, simulated classes and the class report.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chainrule.checking.declaring.artifact import Artifact
from chainrule.checking.declaring.question import Measurement, Question
from chainrule.checking.errors import AuthorError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.random import Generator

    from chainrule.checking.declaring.probes import Probe

__all__ = ["Declared", "Exercise", "Gradient", "Mistake"]


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One way to get an exercise wrong, and the sentence that names it to the student."""

    name: str
    wrong: Callable[..., Any]
    explanation: str
    translations: Mapping[str, str] = field(default_factory=dict)


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


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """
    An exercise, declared once.

    Attributes
    ----------
    name : str
        The function that the student writes, also the grade id.
    unit : str
        The unit's folder name, such as "02_activations".
    number, title : str
        "2.3" and "ReLU and its gradient"; together the heading to reread.
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
    mistakes : tuple of Mistake
        At least three; each must fail and be named.
    """

    name: str
    unit: str
    number: str
    title: str
    points: int
    reference: Callable[..., Any]
    alternatives: Mapping[str, Callable[..., Any]]
    probes: Callable[[Generator], tuple[Probe, ...]]
    sample: Callable[[Generator], tuple[Any, ...]]
    mistakes: tuple[Mistake, ...]
    tolerance: float = 50.0
    bounds: Callable[..., tuple[Any, Any]] | None = None
    properties: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    gradient: Gradient | None = None

    def __post_init__(self) -> None:
        """Refuse what `verify` could not even start on."""
        for label, names in (
            ("mistake", [mistake.name for mistake in self.mistakes]),
            ("explanation", [mistake.explanation for mistake in self.mistakes]),
        ):
            doubled = {name for name in names if names.count(name) > 1}
            if doubled:
                raise AuthorError(f"Exercise {self.name}: {label} given twice: {min(doubled)!r}.")
        if self.tolerance <= 0:
            raise AuthorError(f"Exercise {self.name}: tolerance must be above 0, found {self.tolerance}.")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the student's parameters: the reference's positional ones."""
        positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        signature = inspect.signature(self.reference)
        return tuple(name for name, it in signature.parameters.items() if it.kind in positional)

    @property
    def section(self) -> str:
        """The heading to reread, as it stands in the notebook."""
        return f"Exercise {self.number} - {self.title}"


Declared = Exercise | Question | Measurement | Artifact
"""What a name in a notebook may stand for."""
