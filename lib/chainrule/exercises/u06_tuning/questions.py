"""Questions and measurements of unit 06."""

from __future__ import annotations

__all__ = ["QUESTIONS"]

QUESTIONS = ()
