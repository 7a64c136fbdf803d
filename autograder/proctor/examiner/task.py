"""What travels between a worker and the examiner of one submission, as plain data.

What you can do with this file:

- pack and unpack what is to be done: `Task`; pack and unpack what a step did: `result_facts`, `result_from`;
- pack and unpack what a survey saw: `survey_facts`, `survey_from`.

Pure.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from proctor.course.limits import Limits
from proctor.examiner.step import SentStep, StepResult
from proctor.examiner.survey import Survey
from proctor.inside.texts import encodable_all
from proctor.plan.notebook import Role
from proctor.plan.ownership import Ownership

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Task", "result_facts", "result_from", "survey_facts", "survey_from"]


@dataclass(frozen=True)
class Task:
    """
    What an examiner is to do.

    `survey` asks to run the notebook as notebooks are run. `stopped` names steps by their number that brought an
    examiner down before; they are not run again. `left_seconds` is what is left of the notebook's time, all of it when
    left out.
    """

    steps: tuple[SentStep, ...]
    ownership: Ownership
    limits: Limits
    seed: str
    skip_tags: frozenset[str] = frozenset()
    in_kernel: frozenset[str] | None = None
    survey: bool = False
    stopped: Mapping[int, str] | None = None
    left_seconds: float | None = None

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
            "left_seconds": self.left_seconds,
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
            left_seconds=facts["left_seconds"],
        )


def result_facts(result: StepResult) -> dict[str, Any]:
    """What a step did, as plain data that can be sent and written down whatever its texts are made of."""
    return {it.name: encodable_all(getattr(result, it.name)) for it in fields(StepResult)}


def result_from(facts: Mapping[str, Any]) -> StepResult:
    """What a step did, again."""
    return StepResult(**facts)


def survey_facts(survey: Survey) -> dict[str, Any]:
    """What a survey saw, as plain data."""
    tests = {name: result_facts(it) for name, it in survey.tests.items()}
    return {"before": encodable_all(survey.before), "after": encodable_all(survey.after), "tests": tests}


def survey_from(facts: Mapping[str, Any]) -> Survey:
    """What a survey saw, again."""
    tests = {name: result_from(it) for name, it in facts["tests"].items()}
    return Survey(facts["before"], facts["after"], tests)
