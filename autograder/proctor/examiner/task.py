"""What travels between a worker and the examiner of one submission, as plain data.

What you can do with this file:

- pack and unpack what is to be done: `Task`; pack and unpack what was found: `result_facts`, `results_from`;
- pack and unpack what a survey saw: `survey_facts`, `survey_from`.

Pure.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from proctor.course.limits import Limits
from proctor.examiner.step import SentStep, StepResult
from proctor.examiner.survey import Survey
from proctor.plan.notebook import Role
from proctor.plan.ownership import Ownership

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Task", "result_facts", "results_from", "survey_facts", "survey_from"]


@dataclass(frozen=True)
class Task:
    """
    What an examiner is to do.

    `survey` asks to run the notebook as notebooks are run. `stopped` names steps by their number that brought an
    examiner down before; they are not run again.
    """

    steps: tuple[SentStep, ...]
    ownership: Ownership
    limits: Limits
    seed: str
    skip_tags: frozenset[str] = frozenset()
    in_kernel: frozenset[str] | None = None
    survey: bool = False
    stopped: Mapping[int, str] | None = None

    def facts(self) -> dict[str, Any]:
        """Plain data that the wire carries."""
        return {
            "steps": [[str(it.role), it.source, it.grade_id, it.place, it.tags, it.runs] for it in self.steps],
            "ownership": self.ownership.facts(),
            "limits": asdict(self.limits),
            "seed": self.seed,
            "skip_tags": sorted(self.skip_tags),
            "in_kernel": None if self.in_kernel is None else sorted(self.in_kernel),
            "survey": self.survey,
            "stopped": dict(self.stopped or {}),
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """The task again."""
        return cls(
            steps=tuple(SentStep(Role(role), *rest) for role, *rest in facts["steps"]),
            ownership=Ownership.from_facts(facts["ownership"]),
            limits=Limits(**facts["limits"]),
            seed=facts["seed"],
            skip_tags=frozenset(facts["skip_tags"]),
            in_kernel=None if facts["in_kernel"] is None else frozenset(facts["in_kernel"]),
            survey=facts["survey"],
            stopped=facts["stopped"],
        )


def result_facts(results: Sequence[StepResult]) -> list[dict[str, Any]]:
    """What steps did, as plain data."""
    return [{it.name: getattr(result, it.name) for it in fields(StepResult)} for result in results]


def results_from(facts: Sequence[Mapping[str, Any]]) -> list[StepResult]:
    """What steps did, again."""
    return [StepResult(**it) for it in facts]


def survey_facts(survey: Survey) -> dict[str, Any]:
    """What a survey saw, as plain data."""
    tests = dict(zip(survey.tests, result_facts(list(survey.tests.values())), strict=True))
    return {"before": survey.before, "after": survey.after, "tests": tests}


def survey_from(facts: Mapping[str, Any]) -> Survey:
    """What a survey saw, again."""
    tests = {name: StepResult(**it) for name, it in facts["tests"].items()}
    return Survey(facts["before"], facts["after"], tests)
