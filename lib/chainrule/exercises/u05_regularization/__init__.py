"""Unit 05: regularization and augmentation."""

from chainrule.exercises.u05_regularization import (
    content,
    dropout,
    ensembles,
    normalization,
    paths,
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
    *paths.CONNECT,
    *normalization.EXERCISES,
    *paths.DEPTH,
    *pooling.EXERCISES,
    *placement.EXERCISES,
    *rotation.EXERCISES,
    *content.EXERCISES,
)
