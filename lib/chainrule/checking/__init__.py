"""Checking an answer and naming the mistake in it."""

from chainrule.checking.errors import AuthorError, ChainRuleError, CheckFailed, GraderError, UnknownExercise
from chainrule.checking.exercise import Exercise, Gradient, Mistake
from chainrule.checking.judge import judge
from chainrule.checking.key import AnswerKey, compile_key
from chainrule.checking.probes import Call, Large, Member, Named, Probe, Seeded, Strided
from chainrule.checking.statistics import Statistic
from chainrule.checking.verdict import Finding, Verdict

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
    "compile_key",
    "judge",
]
