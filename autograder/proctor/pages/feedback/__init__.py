"""Feedback for students: one page of HTML a notebook."""

from proctor.pages.feedback.write import graded_students, write_feedback

__all__ = ["graded_students", "write_feedback"]
