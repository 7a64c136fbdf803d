"""The exercises of the course, one module or package a unit.

No student edition holds this package: references, alternatives and mistakes are the answers.
"""

from chainrule.exercises.registry import UNITS, find, of_unit, questions_of

__all__ = ["UNITS", "find", "of_unit", "questions_of"]
