"""Unit 00: likelihood, lines and slopes."""

from chainrule.exercises.u00_warmup import entropy, hinge, labels, lines, numeric, parts, thumbtack, walks
from chainrule.exercises.u00_warmup.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    *thumbtack.EXERCISES,
    *walks.EXERCISES,
    *numeric.EXERCISES,
    *lines.EXERCISES,
    *labels.EXERCISES,
    *entropy.EXERCISES,
    *hinge.EXERCISES,
    *parts.EXERCISES,
)
