"""Proctor grades nbgrader courses: student code inside a sandbox, judgment outside it."""

from proctor.errors import AuthorError, GraderError, ProctorError, SubmissionError

__all__ = ["AuthorError", "GraderError", "ProctorError", "SubmissionError"]
