"""Unit 01: linear collapse, and why depth needs nonlinearity."""

from chainrule.exercises.u01_linear_collapse import (
    approximation,
    collapse,
    dense,
    layers,
    lines,
    networks,
    perceptron,
    rank,
    training,
)
from chainrule.exercises.u01_linear_collapse.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    *dense.EXERCISES,
    *layers.EXERCISES,
    *dense.COUNTING,
    *collapse.EXERCISES,
    *rank.EXERCISES,
    *perceptron.EXERCISES,
    *training.EXERCISES,
    *lines.EXERCISES,
    *networks.EXERCISES,
    *approximation.EXERCISES,
)
