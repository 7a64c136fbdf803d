"""Unit 04: backpropagation."""

from chainrule.exercises.u04_backpropagation import (
    affine,
    chains,
    entrywise,
    gates,
    jacobians,
    multilayer,
    nodes,
    objective,
    order,
    portions,
    slopes,
    updates,
)
from chainrule.exercises.u04_backpropagation.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    *gates.EXERCISES,
    *chains.EXERCISES,
    *order.EXERCISES,
    *nodes.EXERCISES,
    *jacobians.EXERCISES,
    *affine.EXERCISES,
    *entrywise.EXERCISES,
    *objective.EXERCISES,
    *multilayer.EXERCISES,
    *slopes.EXERCISES,
    *updates.EXERCISES,
    *portions.EXERCISES,
)
