"""The groups of the slow suite: which tests belong to one, what it took, and what it may take.

What you can do with this file:

- leave out what was not asked for: `select`;
- let reports carry the groups: `name_groups`; add up what each took, and print that beside its budget: `Times`.
"""

from __future__ import annotations

import collections
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
BUDGET_MINUTES: dict[str, float] = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["chainrule"][
    "slow-minutes"
]
WORDS = {
    "full": "long proofs, run by `make test-full`",
    "slow": "many processes or real services, run by `make test-slow`",
}


def group_of(item):
    """The group of a slow test, or nothing."""
    marker = item.get_closest_marker("slow")
    return marker.kwargs["group"] if marker else ""


def select(items, expression):
    """Split tests into those to run and, by the marker that leaves them out, the others."""
    left_out = collections.defaultdict(list)
    kept = []
    for item in items:
        # A long proof is slow as well; each is run by the word that asks for it.
        word = "full" if item.get_closest_marker("full") else "slow" if group_of(item) else ""
        if word and word not in expression:
            left_out[word].append(item)
        else:
            kept.append(item)
    return kept, left_out


def name_groups(items):
    """Let every report of a slow test carry its group, so that the main process can add up what workers did."""
    found = {item: group for item in items if (group := group_of(item))}
    unknown = set(found.values()) - BUDGET_MINUTES.keys()
    if unknown:
        raise ValueError(f"No budget in pyproject.toml for the groups {', '.join(sorted(unknown))}.")
    for item, group in found.items():
        item.user_properties.append(("slow group", group))


class Times:
    """What each group took, added up over all tests and their fixtures."""

    def __init__(self):
        self._seconds, self._tests = collections.Counter(), collections.Counter()

    def add(self, report):
        """Add one report: set-up, call or end of a test."""
        for group in (value for name, value in report.user_properties if name == "slow group"):
            self._seconds[group] += report.duration
            self._tests[group] += report.when == "call"

    def lines(self, workers):
        """One line a group; the workers share its tests, so its time is its part of the wall clock."""
        for group, budget in BUDGET_MINUTES.items():
            if self._tests[group]:
                minutes = self._seconds[group] / 60 / max(workers, 1)
                over = "" if minutes <= budget else "  OVER ITS BUDGET"
                yield f"{group:10} {self._tests[group]:5} tests  {minutes:5.1f} of {budget:g} minutes{over}"
