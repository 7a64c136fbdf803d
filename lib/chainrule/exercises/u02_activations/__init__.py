"""Unit 02: activations and their derivatives."""

from chainrule.exercises.u02_activations import exponential, logistic, maxout, parametric, rectifiers
from chainrule.exercises.u02_activations.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    *logistic.EXERCISES,
    *rectifiers.EXERCISES,
    *parametric.EXERCISES,
    *exponential.EXERCISES,
    *maxout.EXERCISES,
)
