"""Unit 05: regularization and augmentation."""

from chainrule.exercises.u05_regularization import (
    connect,
    content,
    depth,
    dropout,
    ensembles,
    normalization,
    penalties,
    placement,
    pooling,
    rotation,
    shrinking,
    stopping,
)
from chainrule.exercises.u05_regularization.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    *penalties.EXERCISES,
    *shrinking.EXERCISES,
    *stopping.EXERCISES,
    *ensembles.EXERCISES,
    *dropout.EXERCISES,
    *connect.EXERCISES,
    *normalization.EXERCISES,
    *depth.EXERCISES,
    *pooling.EXERCISES,
    *placement.EXERCISES,
    *rotation.EXERCISES,
    *content.EXERCISES,
)
