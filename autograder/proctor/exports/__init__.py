"""Scores for learning management systems: one file for each, with the columns that its import expects."""

from proctor.exports.formats import FORMATS, Choice, Exported, exported

__all__ = ["FORMATS", "Choice", "Exported", "exported"]
