"""The capstone itself: where its data comes from, and which scores earn points.

What you can do with this file:

- take the declaration: `CAPSTONE`.
"""

from __future__ import annotations

from chainrule.checking.declaring.artifact import Artifact, Level
from chainrule.exercises.u07_capstone.examples import EXAMPLES
from chainrule.exercises.u07_capstone.variations import trials

__all__ = ["CAPSTONE"]

LEVELS = (Level(0.0, 4), Level(0.80, 6), Level(0.88, 5), Level(0.93, 5))

CAPSTONE = Artifact(
    name="capstone",
    unit="07_capstone",
    number="7.7",
    title="Hand in your network",
    file="capstone.npz",
    cell='capstone = hand_in("capstone.npz")',
    reader="chainrule.capstone.read_capstone",
    levels=LEVELS,
    trials=trials,
    examples=EXAMPLES,
)
