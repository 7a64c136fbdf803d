"""Unit 03: initialization and preprocessing."""

from chainrule.exercises.u03_initialization import conditioning, directions, scaling, variance, weights, whitening
from chainrule.exercises.u03_initialization.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    *scaling.EXERCISES,
    *conditioning.EXERCISES,
    *directions.EXERCISES,
    *whitening.EXERCISES,
    *weights.EXERCISES,
    *variance.EXERCISES,
)
