"""Answers that are guesses: a prediction before an experiment.

What you can do with this file:

- declare one: `Prediction`.

A prediction is asked for so that the experiment can surprise. An honest wrong guess earns its point as a right one
does, nothing of it is stored, and the cell of the measurement tells what to make of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from chainrule.checking.declaring.protocol import HandedIn, Headed
from chainrule.checking.errors import AuthorError
from chainrule.checking.judging.assigned import folded, told, unfit
from chainrule.checking.keys.keyfile import packed
from chainrule.checking.values import brief, snapshot

if TYPE_CHECKING:
    from numpy.random import Generator

    from chainrule.checking.telling.verdict import Verdict

__all__ = ["Prediction"]

ELSEWHERE = 3.0  # a simulated student's number is wrong by up to this factor


@packed
@dataclass(frozen=True, kw_only=True)
class Prediction(Headed):
    """
    A guess before an experiment. It holds no answer, so it is its own key.

    Attributes
    ----------
    points : int
        As in `Exercise`; any guess of the right form earns them.
    choices : tuple of str
        The possible guesses; without them a number.
    """

    points: int
    choices: tuple[str, ...] = ()

    hidden_test: ClassVar[str] = "worth its point whatever it says, and read"

    def __post_init__(self) -> None:
        """Refuse a choice among fewer than two."""
        if len(self.choices) == 1:
            raise AuthorError(f"Prediction {self.name}: a choice needs at least two possible guesses.")

    def key(self, seed: int, *, hidden: bool = False) -> Self:  # noqa: ARG002 - nothing is drawn
        """Give the declaration itself."""
        return self

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:  # noqa: ARG002 - both checks are the same
        """Take any guess of the right form."""
        problem = unfit(self.name, answer, self.choices)
        if problem:
            return told(self, finding=problem)
        guess = repr(folded(answer)) if self.choices else brief(snapshot(answer))
        return told(self, right=f"your prediction is {guess}. Any honest one counts; now find out.")

    def handed_in(self, rng: Generator, *, right: bool) -> HandedIn:
        """Draw a guess, or leave the cell as it is."""
        if not right:
            return HandedIn(points=0, cell=f"{self.name} = None", mistake="not-written")
        guess = self.choices[rng.integers(len(self.choices))] if self.choices else float(rng.uniform(0.1, ELSEWHERE))
        return HandedIn(points=self.points, answer=guess)
