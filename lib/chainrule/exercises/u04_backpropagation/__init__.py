"""Unit 04: backpropagation."""

from chainrule.exercises.u04_backpropagation import (
    affine,
    entrywise,
    gates,
    graph,
    jacobians,
    multilayer,
    objective,
    slopes,
    updates,
)
from chainrule.exercises.u04_backpropagation.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    *gates.EXERCISES,
    *graph.EXERCISES,
    *jacobians.EXERCISES,
    *affine.EXERCISES,
    *entrywise.EXERCISES,
    *objective.EXERCISES,
    *multilayer.EXERCISES,
    *slopes.EXERCISES,
    *updates.EXERCISES,
)
