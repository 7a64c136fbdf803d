"""What a check needs of an artifact, as data.

What you can do with this file:

- turn a declaration into what a student edition may hold: `artifact_key`, which gives an `ArtifactKey`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainrule.checking.declaring.artifact import Artifact, Level

__all__ = ["ArtifactKey", "artifact_key"]


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
