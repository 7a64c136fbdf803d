"""Answers that are values: quick questions and predictions.

What you can do with this file:

- declare a question with one right answer: `Question`; hide the answer: its `key`, a `QuestionKey`.

A question's answer never stands in a student's files in the clear. With fewer than about a hundred
possible answers a hash is no secret either, so the visible check of a choice only says "recorded".
A number counts as right when it rounds to the answer or to its neighbor in the last digit that counts. A whole number
whose digits all count has no neighbor: 1074 is not 1075.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from chainrule.checking.declaring.protocol import HandedIn, Headed
from chainrule.checking.errors import AuthorError
from chainrule.checking.judging.assigned import folded, told, unfit, wrong
from chainrule.checking.keys.digests import ALL_DIGITS, canonical, digest_of, equals
from chainrule.checking.keys.keyfile import packed

if TYPE_CHECKING:
    from numpy.random import Generator

    from chainrule.checking.telling.verdict import Verdict

__all__ = ["Question", "QuestionKey"]


@packed
@dataclass(frozen=True)
class QuestionKey:
    """A question without its answer. `digest` is empty for a choice, which any hash would give away."""

    name: str
    unit: str
    section: str
    points: int
    digits: int
    choices: tuple[str, ...]
    salt: str
    digest: str
    exact: bool

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:  # noqa: ARG002 - the declaration marks
        """Judge a value as the visible check does; a choice is recorded, not judged."""
        problem = unfit(self.name, answer, self.choices)
        if problem:
            return told(self, finding=problem)
        if self.choices:
            return told(self, right=f"recorded as {str(answer)!r}. It is marked after submitting.", judged=False)
        near = {digest_of(self.salt, candidate) for candidate in equals(answer, self.digits, exact=self.exact)}
        return told(self, right="right.") if self.digest in near else told(self, finding=wrong(answer))


@dataclass(frozen=True, kw_only=True)
class Question(Headed):
    """
    A quick question or a prediction. Its own key for the hidden test, which marks choices too.

    Attributes
    ----------
    points : int
        As in `Exercise`; the student assigns the answer to a variable of this name.
    answer : float, int or str
        The right answer: a number, or with `choices` one of them.
    digits : int
        Significant digits that count for a number; a whole number with no more digits than these is exact.
    choices : tuple of str
        The possible answers, for a choice.
    """

    points: int
    answer: float | int | str
    digits: int = 3
    choices: tuple[str, ...] = ()

    hidden_test: ClassVar[str] = "marked"

    def __post_init__(self) -> None:
        """Refuse an answer that nobody could give."""
        if not self.choices and (isinstance(self.answer, bool) or not isinstance(self.answer, (int, float))):
            raise AuthorError(f"Question {self.name}: without choices the answer is a number, found {self.answer!r}.")
        if self.choices and self.answer not in self.choices:
            raise AuthorError(f"Question {self.name}: the answer {self.answer!r} is none of its choices.")

    @property
    def exact(self) -> bool:
        """Whether the answer is a count, all of whose digits are asked for."""
        return isinstance(self.answer, int) and self.digits >= len(str(abs(self.answer)))

    @property
    def _written(self) -> str:
        return canonical(self.answer, ALL_DIGITS if self.exact else self.digits)

    def key(self, seed: int, *, hidden: bool = False) -> QuestionKey | Self:  # noqa: ARG002 - nothing is drawn
        """Hide the answer in a salted hash; the salt follows from the name, so that builds repeat."""
        if hidden:
            return self
        salt = hashlib.sha256(f"{self.unit}/{self.name}".encode()).hexdigest()[:16]
        digest = "" if self.choices else digest_of(salt, self._written)
        return QuestionKey(
            self.name,
            self.unit,
            self.section,
            self.points,
            self.digits,
            self.choices,
            salt,
            digest,
            self.exact,
        )

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:  # noqa: ARG002 - the key judges visibly
        """Judge a value as the hidden test does, choices too."""
        problem = unfit(self.name, answer, self.choices)
        if problem:
            return told(self, finding=problem)
        if self.choices:
            right = folded(answer) == folded(self.answer)
        else:
            right = self._written in equals(answer, self.digits, exact=self.exact)
        return told(self, right="right.") if right else told(self, finding=wrong(answer))

    def handed_in(self, rng: Generator, *, right: bool) -> HandedIn:
        """Give the answer, another choice or another number."""
        if right:
            return HandedIn(points=self.points, answer=self.answer)
        others = [choice for choice in self.choices if choice != self.answer]
        other = others[rng.integers(len(others))] if others else 2.5 * float(self.answer) + 1.0
        return HandedIn(points=0, answer=other, mistake="wrong-answer")
