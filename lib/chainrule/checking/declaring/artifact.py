"""Answers that are made, not written: a trained network, handed in as data.

What you can do with this file:

- declare one, with the scores that earn points: `Artifact`, `Level`, `Example`;
- draw the inputs that it is tried on: its `key`, an `ArtifactKey`.

An artifact is a classifier. The function that `reader` names makes it of data: an object with `sizes`, `parameters`
and `predict(x)`, or ValueError with a sentence. It is tried on labeled inputs: on public ones by the visible check,
on ones that nobody has seen by the hidden test.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from chainrule.checking.declaring.protocol import HandedIn, Headed
from chainrule.checking.errors import AuthorError
from chainrule.checking.keys.keyfile import packed
from chainrule.checking.telling.verdict import Finding, Verdict
from chainrule.checking.values import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.random import Generator

__all__ = ["Artifact", "ArtifactKey", "Example", "Level"]

BRIGHTEST = 255.0  # images travel as bytes


@packed
@dataclass(frozen=True)
class Level:
    """A share of right labels, and the points that reaching it adds; the first share is 0."""

    accuracy: float
    points: int


@dataclass(frozen=True, kw_only=True)
class Example:
    """What a simulated student hands in: a file beside the notebook, or none, and what it deserves."""

    name: str
    make: Callable[[], bytes | None]
    points: int


@packed
@dataclass(frozen=True)
class ArtifactKey:
    """What a check needs of an artifact. No code; `trials` maps the width of an input to inputs and labels."""

    name: str
    unit: str
    section: str
    points: int
    reader: str
    levels: tuple[Level, ...]
    trials: Mapping[str, tuple[np.ndarray, np.ndarray]]

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:
        """Judge data that should make a classifier; the verdict has the points that it earned."""
        if answer is None or answer is Ellipsis:
            told = f"{self.name} is still None. Put the line there that reads your file."
            return self._failed(Finding("not-written", "it is not handed in yet", (told,)))
        try:
            model = self._read(snapshot(answer))
        except ValueError as error:
            return self._failed(Finding("unusable", "it cannot be used", (str(error),)))
        x, y = self.trials[str(model.sizes[0])]
        accuracy = float(np.mean(model.predict(x / BRIGHTEST if x.dtype == np.uint8 else x) == y))
        earned = sum(level.points for level in self.levels if accuracy >= level.accuracy)
        right = self._told(model, accuracy, earned, hidden=hidden)
        return Verdict(self.name, self.section, self.points, right=right, earned=earned)

    def _read(self, data: Any) -> Any:
        """Make a classifier; the module of the reader is imported by the units that need it alone."""
        module, _, function = self.reader.rpartition(".")
        return getattr(importlib.import_module(module), function)(data)

    def _told(self, model: Any, accuracy: float, earned: int, *, hidden: bool) -> str:
        count = len(self.trials[str(model.sizes[0])][1])
        kind = "hidden" if hidden else "public"
        words = [f"{model.parameters:,} parameters, {accuracy:.1%} right on {count:,} {kind} images."]
        worth = f"{earned} of {self.points} points"
        words.append(f"That is {worth}." if hidden else f"This would be {worth}; the hidden images decide.")
        missed = [level for level in self.levels if accuracy < level.accuracy]
        if missed:
            words.append(f"{missed[0].points} more from {missed[0].accuracy:.0%} on.")
        return " ".join(words)

    def _failed(self, finding: Finding) -> Verdict:
        return Verdict(self.name, self.section, self.points, finding=finding)


@dataclass(frozen=True, kw_only=True)
class Artifact(Headed):
    """
    A trained classifier.

    Attributes
    ----------
    file : str
        The file beside the notebook that the data comes from.
    cell : str
        The line of code that assigns it.
    reader : str
        The function that makes a classifier of the data, such as "chainrule.capstone.read_capstone".
    levels : tuple of Level
        The lowest first; the accuracy 0 stands for data that makes a classifier at all.
    trials : callable
        From a generator, and whether the hidden inputs are meant, to inputs and labels by the width of an input.
    examples : tuple of Example
        What simulated students hand in, the first of them worth all points.
    """

    file: str
    cell: str
    reader: str
    levels: tuple[Level, ...]
    trials: Callable[[Generator, bool], Mapping[str, tuple[np.ndarray, np.ndarray]]]
    examples: tuple[Example, ...]

    hidden_test: ClassVar[str] = "scored on images that nobody has seen"

    def __post_init__(self) -> None:
        """Refuse levels in disorder, and examples that could earn no or other points."""
        shares = [level.accuracy for level in self.levels]
        if shares[:1] != [0.0] or shares != sorted(set(shares)) or min(level.points for level in self.levels) < 1:
            raise AuthorError(f"Artifact {self.name}: levels must rise from 0, each with points; found {self.levels}.")
        if not self.examples or self.examples[0].points != self.points:
            raise AuthorError(f"Artifact {self.name}: the first example must be worth all {self.points} points.")

    @property
    def points(self) -> int:
        """What the highest level is worth, with all below it."""
        return sum(level.points for level in self.levels)

    def key(self, seed: int, *, hidden: bool = False) -> ArtifactKey:
        """Draw the inputs that it is tried on; the hidden ones are others."""
        trials = dict(self.trials(np.random.default_rng(seed), hidden))
        return ArtifactKey(self.name, self.unit, self.section, self.points, self.reader, self.levels, trials)

    def handed_in(self, rng: Generator, *, right: bool) -> HandedIn:
        """Give the line that reads the file of an example, the first for a right one; an example may have no file."""
        example = self.examples[0 if right else rng.integers(1, len(self.examples))]
        content = example.make()
        files = {} if content is None else {self.file: content}
        mistake = "" if right else example.name
        return HandedIn(points=example.points, cell=self.cell, files=files, mistake=mistake)
