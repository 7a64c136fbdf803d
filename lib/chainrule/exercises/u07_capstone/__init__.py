"""Unit 07: a network of your own."""

from chainrule.exercises.u07_capstone import clocks, files, moving, sizes
from chainrule.exercises.u07_capstone.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (*sizes.EXERCISES, *moving.EXERCISES, *clocks.EXERCISES, *files.EXERCISES)
