"""The examination of one notebook: its steps in order, answers inside, tests here.

What you can do with this file:

- examine a submission: `examine`, which returns what each step did as `StepResult`s.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from proctor.examiner.cells import Ran, run_cell
from proctor.examiner.failures import Lost, StudentError, Uncrossable
from proctor.examiner.modules import student_modules
from proctor.examiner.namespace import Namespace, main_module
from proctor.examiner.outputs import MOST_NOTEBOOK_CHARACTERS, checked_outputs, has_error, shown_value, within
from proctor.examiner.standins import read_sources
from proctor.examiner.step import LATE, StepResult, too_late
from proctor.inside import ambient
from proctor.plan.analysis import names_of
from proctor.plan.notebook import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from proctor.course.limits import Limits
    from proctor.examiner.step import SentStep
    from proctor.examiner.student import StudentProcess
    from proctor.plan.ownership import Ownership

__all__ = ["examine"]


NOT_RUN = StepResult(ran=False)
AGAIN_SECONDS = 0.2


class _Examination:
    """One submission: the process inside and the namespace here, step by step."""

    def __init__(
        self,
        process: StudentProcess,
        ownership: Ownership,
        limits: Limits,
        skip_tags: frozenset[str],
        in_kernel: frozenset[str],
    ) -> None:
        self._process, self._ownership, self._limits, self._skip_tags = process, ownership, limits, skip_tags
        self._in_kernel = in_kernel
        self.names = Namespace(process, ownership.defined, ownership.moving, ownership.mirrored)
        process.author_class = self.names.author_class
        self._left = MOST_NOTEBOOK_CHARACTERS
        main_module(self.names)
        read_sources()
        student_modules(ownership.modules, process, self.names)

    def step(self, step: SentStep) -> StepResult:
        """Run one step."""
        if not step.runs or self._skip_tags & set(step.tags):
            return NOT_RUN
        bounds = self._process.bounds
        if bounds.left_seconds <= 0:
            return too_late(self._limits)
        in_kernel = step.role is not Role.TEST or step.grade_id in self._in_kernel
        result = self._inside(step) if in_kernel else self._test(step)
        if bounds.left_seconds <= 0 and result.trouble_slug in (LATE, "timed-out", "test-time"):
            late = too_late(self._limits, ran=True)
            result = replace(result, trouble=late.trouble, trouble_slug=late.trouble_slug)
        outputs, self._left = within(result.outputs, self._left)  # judged already: what is cut costs no points
        return replace(result, outputs=outputs)

    def _inside(self, step: SentStep) -> StepResult:
        """A cell that runs in the student's process."""
        place = step.place
        self._process.bounds.may = frozenset()
        self._process.bounds.heard.clear()
        state = ambient.random_state()
        raw: list[Any] = []
        lost: Lost | None = None
        try:
            raw = self._process.run(step.source)
        except Lost as error:  # what the tests of other questions need from this cell, they get all the same
            lost = self._process.autopsy(error)
        self.names.forget_fetched()
        outputs = checked_outputs(
            raw, most_lines=self._limits.most_lines, most_traceback_lines=self._limits.most_traceback_lines
        )
        if step.role is Role.AUTHOR and place in self._ownership.needed:
            # The student's process has run it too. Here it begins in the same random state, and so draws the same.
            moved = ambient.random_state()
            ambient.set_random_state(state)
            self._judge(place)
            if self._here(step.source, f"<cell {place}>").error is not None:
                ambient.set_random_state(moved)  # it broke off somewhere; over there it may have gone to its end
            self._process.connection.keep_functions()
        elif place in self._ownership.imports:
            self._import(self._ownership.imports[place])
        self.names.hand_over(self._ownership.handed.get(place, frozenset()) | self._ownership.moving)
        if lost is None and self._process.interrupted:
            words = f"The cell took longer than {self._limits.cell_seconds:g} seconds and was interrupted."
            lost = Lost(words, slug="timed-out")
        return StepResult(
            outputs,
            failed=lost is not None or has_error(outputs),
            shown=shown_value(outputs),
            trouble=str(lost) if lost is not None else "",
            trouble_slug=lost.slug if lost is not None else "",
            verified=step.role is not Role.TEST,
            operated=tuple(sorted(self._process.bounds.heard)),
        )

    def _judge(self, place: int) -> None:
        """Objects of the student's have a say only where, and as far as, they have one in the solved notebook."""
        bounds, operating = self._process.bounds, self._ownership.operating
        bounds.may = None if operating is None else operating.get(place, frozenset())
        bounds.heard.clear()

    def _here(self, source: str, name: str, *, wants_value: bool = False) -> Ran:
        """A cell that runs in this process, under an alarm."""
        self._process.bounds.call_seconds = self._limits.call_seconds
        self._process.bounds.deadline = time.monotonic() + self._limits.cell_seconds
        seconds = min(self._limits.cell_seconds, max(self._process.bounds.left_seconds, 0.0))
        ran = Ran()
        try:
            with _alarm(seconds + 1.0):
                ran = run_cell(source, name, self.names, wants_value=wants_value)
        except Lost as late:  # it rang while the cell's outputs were put together
            ran = Ran(error=late)
        self._process.bounds.deadline = float("inf")
        return ran

    def _import(self, statements: str) -> None:
        """The author's solution imports these: the tests get the real ones, if the student's cell has the names."""
        for line in statements.splitlines():
            with contextlib.suppress(Exception):
                names = names_of(line)
                if names.star or any(self._process.connection.ask("kind", name) != "absent" for name in names.binds):
                    self._here(line, "<imports>")

    def _test(self, step: SentStep) -> StepResult:
        """A test cell."""
        if self._process.connection.lost is not None:
            self.names.forget_fetched()  # they stand for objects of the process that has ended
            with contextlib.suppress(Lost):
                self._process.revive()
        self.names.in_test = True
        self._judge(step.place)
        ran = self._here(step.source, f"<{step.grade_id}>", wants_value=True)
        self.names.in_test = False
        self._process.connection.forget_functions()
        self._send_names(step)
        self._process.connection.settle()
        lost = self._process.connection.lost
        error = ran.error if isinstance(ran.error, Lost) else lost
        if lost is not None and error is not None:
            error = self._process.autopsy(error)
        return StepResult(
            ran.outputs,
            failed=ran.error is not None,
            shown=ran.shown,
            note=ran.note,
            trouble=str(error) if error is not None else "",
            trouble_slug=error.slug if error is not None else "",
            uncrossable=str(ran.error) if ran.uncrossable else "",
            by_student=isinstance(ran.error, StudentError),
            operated=tuple(sorted(self._process.bounds.heard)),
        )

    def _send_names(self, step: SentStep) -> None:
        """What the visible part of the test bound is there for later cells of the student."""
        place = step.place
        with contextlib.suppress(Lost, StudentError, Uncrossable):
            if place in self._ownership.code:
                self._process.run(self._ownership.code[place])
        for name in sorted(self._ownership.sent.get(place, ())):
            with contextlib.suppress(Lost, StudentError, Uncrossable):
                if dict.__contains__(self.names, name):
                    self._process.set(name, dict.__getitem__(self.names, name))


def examine(
    steps: Sequence[SentStep],
    process: StudentProcess,
    ownership: Ownership,
    limits: Limits,
    *,
    seed: str,
    skip_tags: frozenset[str] = frozenset(),
    in_kernel: frozenset[str] | None = None,
    stopped: Mapping[int, str] | None = None,
    before_step: Callable[[int], None] = lambda _: None,
    after_step: Callable[[int, StepResult], None] = lambda *_: None,
) -> list[StepResult]:
    """
    Run all steps of one notebook.

    Parameters
    ----------
    steps : sequence of SentStep
        In the order in which they run.
    process : StudentProcess
        A fresh one; its bounds say how much of the notebook's time is left.
    ownership : Ownership
        Whose the names are.
    limits : Limits
        Of time and output.
    seed : str
        What test code finds in PROCTOR_SEED.
    skip_tags : frozenset of str
        Cells with one of these tags do not run.
    in_kernel : frozenset of str, optional
        Tests that run in the student's process; those that `ownership` tells when left out.
    stopped : mapping of int to str, optional
        Steps by number that do not run, since they stopped an examiner before, and why.
    before_step : callable, optional
        Told the number of each step before it runs.
    after_step : callable, optional
        Told its number and what it did.

    Returns
    -------
    list of StepResult
        One for each step. Whatever the student's code does is in there; nothing of it raises.
    """
    os.environ["PROCTOR_SEED"], os.environ["NBGRADER_EXECUTION"] = seed, "autograde"
    chosen = ownership.unverified if in_kernel is None else in_kernel
    examination = _Examination(process, ownership, limits, skip_tags, chosen)
    results = []
    for number, step in enumerate(steps):
        before_step(number)
        if stopped and number in stopped:
            result = StepResult(failed=True, trouble=stopped[number], trouble_slug="test-time", ran=False)
        else:
            result = examination.step(step)
        after_step(number, result)
        results.append(result)
    return results


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """
    Stop a test that does not end; what the student returned may keep it busy for ever.

    It rings again and again, since a bare `except` in a loop of the test takes the first one.
    """

    def ring(*_: object) -> None:
        raise Lost(f"The test took longer than {seconds - 1.0:g} seconds and was stopped.", slug="test-time")

    if seconds == float("inf"):
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
