"""What a check found, in words and as data.

What you can do with this file:

- hold one finding about a wrong answer: `Finding`;
- hold the outcome of a check: `Verdict`, with `text()` for a terminal and `note()` for a grader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chainrule.checking.telling.picture import picture_svg

__all__ = ["Finding", "Verdict"]


@dataclass(frozen=True)
class Finding:
    """
    Why an answer is not right yet.

    `slug` is the kind of finding and an anchor in the documentation; `title` a few words; `lines` the
    whole story, one sentence each. `mistake` names the declared mistake that the results agree with, and `cause`
    is the regularity that wrong numbers share where no mistake explains them.
    `yours` and `expected` are arrays of one shape where a picture helps, and `table` is lined-up text.
    """

    slug: str
    title: str
    lines: tuple[str, ...]
    mistake: str = ""
    yours: Any = None
    expected: Any = None
    table: str = ""
    cause: str = ""


@dataclass(frozen=True)
class Verdict:
    """
    The outcome of one check: `right` tells what passed, `finding` what did not; one of them is empty.

    `fingerprint` is the same for all wrong answers that do the same, and empty where a mistake is named.
    `judged` is False where an answer was only recorded: it may be right or wrong. `earned` is for partial credit: the
    points of an answer that passed; None for all of them.
    """

    exercise: str
    section: str
    points: int
    right: str = ""
    finding: Finding | None = None
    notes: tuple[str, ...] = ()
    wall_seconds: float = 0.0
    judged: bool = True
    earned: int | None = None
    fingerprint: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing wrong was found."""
        return self.finding is None

    @property
    def headline(self) -> str:
        """The first line: right, or what is wrong in a few words."""
        told = self.right if self.finding is None else f"not right yet - {self.finding.title}"
        return f"{self.exercise}: {told}"

    @property
    def lines(self) -> tuple[str, ...]:
        """What follows the headline."""
        if self.finding is None:
            return self.notes
        return (
            *self.finding.lines,
            *self.finding.table.splitlines(),
            *self.notes,
            f"Reread: {self.section}{'' if self.section.endswith('?') else '.'}",
        )

    @property
    def picture(self) -> str:
        """The answer's array beside its difference from the right one, as SVG, or an empty text."""
        if self.finding is None or self.finding.yours is None:
            return ""
        return picture_svg(self.finding.yours, self.finding.expected)

    def text(self) -> str:
        """The whole message for a terminal; plain words that any encoding can print."""
        return "\n".join([self.headline, *(f"  {line}" for line in self.lines)])

    def note(self) -> dict[str, Any]:
        """The finding as plain data for a grader: slug, title, message, section, picture, fingerprint."""
        if self.finding is None:
            raise ValueError(f"{self.exercise} passed: there is no finding to note.")
        return {
            "slug": self.finding.mistake or self.finding.slug,
            "title": self.finding.title,
            "message": "\n".join(self.lines),
            "section": self.section,
            "picture": self.picture,
            "fingerprint": self.fingerprint,
        }
