"""The class report: one page for those who teach, and its numbers for machines."""

from proctor.pages.report.facts import ClassFacts
from proctor.pages.report.write import Report, class_facts, class_report, write_report

__all__ = ["ClassFacts", "Report", "class_facts", "class_report", "write_report"]
