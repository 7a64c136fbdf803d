"""Checking an answer and naming the mistake in it."""

from chainrule.checking.comparing.probes import Call, Large, Member, Named, Probe, Seeded, Statistic, Strided
from chainrule.checking.declaring.exercise import Exercise, Gradient, Mistake
from chainrule.checking.errors import AuthorError, ChainRuleError, CheckFailed, GraderError, UnknownExercise
from chainrule.checking.judging.judge import judge
from chainrule.checking.keys.answer_key import AnswerKey
from chainrule.checking.telling.verdict import Finding, Verdict

__all__ = [
    "AnswerKey",
    "AuthorError",
    "Call",
    "ChainRuleError",
    "CheckFailed",
    "Exercise",
    "Finding",
    "GraderError",
    "Gradient",
    "Large",
    "Member",
    "Mistake",
    "Named",
    "Probe",
    "Seeded",
    "Statistic",
    "Strided",
    "UnknownExercise",
    "Verdict",
    "judge",
]
