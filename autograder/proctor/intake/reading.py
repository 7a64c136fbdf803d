"""A notebook that was handed in, read once for all who ask.

What you can do with this file:

- read it and put it in order: `steps_of`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proctor.intake.repair import align
from proctor.intake.take_in import take_in

if TYPE_CHECKING:
    from proctor.intake.repair import Steps
    from proctor.intake.snapshot import Snapshot
    from proctor.model import Submission
    from proctor.plan.notebook import Plan

__all__ = ["steps_of"]


def steps_of(plan: Plan, taken: Snapshot, others: frozenset[str]) -> tuple[Submission, Steps]:
    """
    Read a student's notebook and put it in order.

    Parameters
    ----------
    plan : Plan
        The notebook as its author made it.
    taken : Snapshot
        What was handed in; it keeps what is read.
    others : frozenset of str
        The assignment's other notebooks, which are never taken for this one.

    Returns
    -------
    tuple of (Submission, Steps)
        Its cells as they were handed in, and in order.

    Raises
    ------
    SubmissionError
        As `take_in` raises it.
    """
    if plan.name not in taken.read:
        kernel = str(plan.kernelspec.get("name", ""))
        submission = take_in(taken.folder, plan.name, others=others, listing=taken.listing, kernel=kernel)
        taken.read[plan.name] = submission, align(plan, submission)
    return taken.read[plan.name]
