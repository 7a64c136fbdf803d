"""Answers that are made, not written: a trained network, handed in as data.

What you can do with this file:

- declare one, with the scores that earn points: `Artifact`, `Level`, `Example`;
- turn it into what a student edition may hold: `artifact_key`, which gives an `ArtifactKey`;
- judge data by the key: `judge_artifact`.

An artifact is a classifier. The function that `reader` names makes it of data: an object with `sizes`, `parameters`
and `predict(x)`, or ValueError with a sentence. It is tried on labelled inputs: on public ones by the visible check,
on ones that nobody has seen by the hidden test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.errors import AuthorError
from chainrule.checking.values import snapshot
from chainrule.checking.verdict import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.random import Generator

__all__ = ["Artifact", "ArtifactKey", "Example", "Level", "artifact_key", "judge_artifact"]

BRIGHTEST = 255.0  # images travel as bytes


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


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """
    A trained classifier.

    Attributes
    ----------
    name, unit, number, title
        As in `Exercise`; the student assigns the data to a variable of this name.
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

    name: str
    unit: str
    number: str
    title: str
    file: str
    cell: str
    reader: str
    levels: tuple[Level, ...]
    trials: Callable[[Generator, bool], Mapping[str, tuple[np.ndarray, np.ndarray]]]
    examples: tuple[Example, ...]

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

    @property
    def section(self) -> str:
        """The heading to reread, as it stands in the notebook."""
        return f"Exercise {self.number} - {self.title}"


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


def artifact_key(artifact: Artifact, seed: int, *, hidden: bool = False) -> ArtifactKey:
    """
    Draw the inputs that an artifact is tried on.

    Parameters
    ----------
    artifact : Artifact
        A declaration.
    seed : int
        Chooses the random inputs.
    hidden : bool
        Whether the inputs of the hidden test are meant.

    Returns
    -------
    ArtifactKey
        Data only.
    """
    trials = artifact.trials(np.random.default_rng(seed), hidden)
    return ArtifactKey(
        artifact.name,
        artifact.unit,
        artifact.section,
        artifact.points,
        artifact.reader,
        artifact.levels,
        dict(trials),
    )


def judge_artifact(
    key: ArtifactKey, value: Any, read: Callable[[Any], Any], *, hidden: bool = False
) -> tuple[Verdict, int]:
    """
    Judge data that should make a classifier.

    Parameters
    ----------
    key : ArtifactKey
        Inputs and levels.
    value : object
        What the student assigned; anything may come.
    read : callable
        The function that `key.reader` names.
    hidden : bool
        Whether the inputs are those of the hidden test, for the wording.

    Returns
    -------
    tuple of (Verdict, int)
        The verdict and the points that were earned; it has passed where these are above 0.
    """
    if value is None or value is Ellipsis:
        told = f"{key.name} is still None. Put the line there that reads your file."
        return _failed(key, Finding("not-written", "it is not handed in yet", (told,)))
    try:
        model = read(snapshot(value))
    except ValueError as error:
        return _failed(key, Finding("unusable", "it cannot be used", (str(error),)))
    x, y = key.trials[str(model.sizes[0])]
    accuracy = float(np.mean(model.predict(x / BRIGHTEST if x.dtype == np.uint8 else x) == y))
    earned = sum(level.points for level in key.levels if accuracy >= level.accuracy)
    return Verdict(key.name, key.section, key.points, right=_told(key, model, accuracy, earned, hidden=hidden)), earned


def _told(key: ArtifactKey, model: Any, accuracy: float, earned: int, *, hidden: bool) -> str:
    count = len(key.trials[str(model.sizes[0])][1])
    kind = "hidden" if hidden else "public"
    words = [f"{model.parameters:,} parameters, {accuracy:.1%} right on {count:,} {kind} images."]
    worth = f"{earned} of {key.points} points"
    words.append(f"That is {worth}." if hidden else f"This would be {worth}; the hidden images decide.")
    missed = [level for level in key.levels if accuracy < level.accuracy]
    if missed:
        words.append(f"{missed[0].points} more from {missed[0].accuracy:.0%} on.")
    return " ".join(words)


def _failed(key: ArtifactKey, finding: Finding) -> tuple[Verdict, int]:
    return Verdict(key.name, key.section, key.points, finding=finding), 0
