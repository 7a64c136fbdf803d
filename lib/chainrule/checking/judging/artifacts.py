"""Judging answers that are made, not written.

What you can do with this file:

- judge data by the key of an artifact: `judge_artifact`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.telling.verdict import Finding, Verdict
from chainrule.checking.values import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from chainrule.checking.keys.artifact_key import ArtifactKey

__all__ = ["judge_artifact"]

BRIGHTEST = 255.0  # images travel as bytes


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
