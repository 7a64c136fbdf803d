"""The class report: one page for those who teach, and its numbers for machines."""

from proctor.pages.report.facts import ClassFacts
from proctor.pages.report.write import class_facts, write_report

__all__ = ["ClassFacts", "class_facts", "write_report"]
