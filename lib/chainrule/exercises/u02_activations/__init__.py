"""Unit 02: activations and their derivatives."""

from chainrule.exercises.u02_activations import exponential, maxout, parametric, rectifiers, sigmoid, tanh
from chainrule.exercises.u02_activations.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    *sigmoid.EXERCISES,
    *tanh.EXERCISES,
    *sigmoid.BOUND,
    *rectifiers.EXERCISES,
    *parametric.EXERCISES,
    *exponential.EXERCISES,
    *maxout.EXERCISES,
)
