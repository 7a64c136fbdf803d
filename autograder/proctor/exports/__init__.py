"""Scores for learning management systems: one file for each, with the columns that its import expects."""

from proctor.exports.formats import FORMATS, Choice, Exported, exported
from proctor.exports.notes import WITHDRAWN, notes_of

__all__ = ["FORMATS", "WITHDRAWN", "Choice", "Exported", "exported", "notes_of"]
