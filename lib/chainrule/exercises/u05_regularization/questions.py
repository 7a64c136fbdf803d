"""Questions and measurements of unit 05."""

from __future__ import annotations

__all__ = ["QUESTIONS"]

QUESTIONS = ()
