"""Unit 02: activations and their derivatives."""

from chainrule.exercises.u02_activations import exponential, logistic, maxout, parametric, rectifiers

__all__ = ["EXERCISES"]

EXERCISES = (
    *logistic.EXERCISES,
    *rectifiers.EXERCISES,
    *parametric.EXERCISES,
    *exponential.EXERCISES,
    *maxout.EXERCISES,
)
