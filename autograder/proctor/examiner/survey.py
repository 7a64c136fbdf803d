"""The survey of the instructor's solved notebook: what each name stood for before and after each cell.

What you can do with this file:

- run the notebook as notebooks are run and look at its names: `survey`, which returns a `Survey`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proctor.examiner.outputs import checked_outputs, has_error, shown_value
from proctor.examiner.step import StepResult
from proctor.plan.notebook import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proctor.examiner.step import SentStep
    from proctor.examiner.student import StudentProcess
    from proctor.plan.ownership import Digests

__all__ = ["Survey", "survey"]


@dataclass(frozen=True)
class Survey:
    """By place: what the names stood for before and after each cell; and by grade id what each test did."""

    before: dict[int, Digests] = field(default_factory=dict)
    after: dict[int, Digests] = field(default_factory=dict)
    tests: dict[str, StepResult] = field(default_factory=dict)


def survey(
    steps: Sequence[SentStep], process: StudentProcess, *, before_step: Callable[[int], None] = lambda _: None
) -> Survey:
    """
    Run the solved notebook as a notebook is run, and look at the names between its cells.

    Parameters
    ----------
    steps : sequence of SentStep
        The instructor's notebook, aligned.
    process : StudentProcess
        A fresh one.

    Returns
    -------
    Survey
        What was seen.
    """
    found = Survey()
    latest: Digests = {}
    for number, step in enumerate(steps):
        before_step(number)
        if not step.runs:
            continue
        outputs = checked_outputs(process.run(step.source))
        names = process.connection.ask("names", seconds=process.cell_seconds)
        if step.place >= 0:
            found.before[step.place], found.after[step.place] = latest, names
        latest = names
        if step.role is Role.TEST:
            found.tests[step.grade_id] = StepResult(outputs, failed=has_error(outputs), shown=shown_value(outputs))
    return found
