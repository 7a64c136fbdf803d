"""Feedback for students: one page of HTML a notebook."""

from proctor.pages.feedback.write import Written, graded_students, write_feedback

__all__ = ["Written", "graded_students", "write_feedback"]
