"""nbgrader's gradebook: what it knows of an assignment, and what a submission earned."""

from proctor.gradebook.book import Gradebook

__all__ = ["Gradebook"]
