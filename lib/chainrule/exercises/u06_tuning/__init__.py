"""Unit 06: tuning, the seven steps."""

from chainrule.exercises.u06_tuning import accounts, checks, curves, draws, grids, rates, search
from chainrule.exercises.u06_tuning.questions import QUESTIONS

__all__ = ["EXERCISES", "QUESTIONS"]

EXERCISES = (
    *checks.EXERCISES,
    *rates.EXERCISES,
    *grids.EXERCISES,
    *curves.EXERCISES,
    *search.EXERCISES,
    *draws.EXERCISES,
    *accounts.EXERCISES,
)
