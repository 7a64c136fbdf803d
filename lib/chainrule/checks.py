"""What a notebook calls: the instant check and the hidden test.

What you can do with this file:

- check an answer on the visible inputs: `check`;
- grade it on hidden ones: `grade`.

Where a person works, a failing check shows its message and the notebook goes on. Where nbgrader or a
grader executes the notebook (NBGRADER_EXECUTION is set), it raises `CheckFailed`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from typing import Any

from chainrule.checking.display import show
from chainrule.checking.errors import CheckFailed, GraderError
from chainrule.checking.judge import judge
from chainrule.checking.key import AnswerKey, compile_key
from chainrule.checking.verdict import Finding, Verdict

__all__ = ["check", "grade"]

VISIBLE_SEED = 20_260_401
DEFAULT_SECRET = "chainrule"  # stock nbgrader passes no seed; proctor derives one for each student
_LOOK_IT_UP = object()


def check(name: str, answer: Any = _LOOK_IT_UP) -> None:
    """
    Check an answer on the visible inputs and show what was found.

    Parameters
    ----------
    name : str
        The exercise, such as "relu".
    answer : object, optional
        The student's function. When left out, the name is looked up in the notebook.

    Raises
    ------
    UnknownExercise
        No exercise has this name.
    CheckFailed
        The answer is not right yet, and the notebook is being executed by a grader.

    Examples
    --------
    >>> import numpy as np
    >>> check("relu", lambda z: np.maximum(z, 0))
    relu: right on all 9 visible inputs. Hidden tests on other inputs remain (1 point).
    """
    key = _visible_key(name)
    if answer is _LOOK_IT_UP:
        names = _notebook_names()
        verdict = judge(key, names[name]) if name in names else _undefined(key)
    else:
        verdict = judge(key, answer)
    if not verdict.passed and os.environ.get("NBGRADER_EXECUTION"):
        raise CheckFailed(verdict)
    show(verdict)


def grade(name: str, answer: Any) -> None:
    """
    Grade an answer on hidden inputs; silence means right.

    Parameters
    ----------
    name : str
        The exercise, such as "relu".
    answer : object
        The student's function.

    Raises
    ------
    CheckFailed
        The answer is not right; the exception carries the verdict and a `proctor_note`.
    GraderError
        The declarations of the exercises are missing: this is the student edition.

    Examples
    --------
    >>> import numpy as np
    >>> grade("relu", lambda z: np.maximum(z, 0))
    """
    verdict = judge(_hidden_key(name), answer, hidden=True)
    if not verdict.passed:
        raise CheckFailed(verdict)


def _visible_key(name: str) -> AnswerKey:
    from chainrule.exercises import find

    return compile_key(find(name), VISIBLE_SEED)


def _hidden_key(name: str) -> AnswerKey:
    try:
        from chainrule.exercises import find
    except ModuleNotFoundError as error:
        raise GraderError(
            f"Grading {name} needs the full chainrule package, but only the student edition is installed "
            "here. Install the package with its instructor extra where submissions are graded."
        ) from error
    return compile_key(find(name), _hidden_seed(name))


def _hidden_seed(name: str) -> int:
    """A seed for this exercise from the grader's secret, so that no two exercises share their inputs."""
    secret = os.environ.get("PROCTOR_SEED", DEFAULT_SECRET)
    return int.from_bytes(hashlib.sha256(f"{secret}/{name}".encode()).digest()[:8], "big")


def _notebook_names() -> dict[str, Any]:
    """What the notebook, or else the main script, has defined."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    return dict(shell.user_ns) if shell else vars(sys.modules["__main__"])


def _undefined(key: AnswerKey) -> Verdict:
    sentence = f"There is no {key.name} yet. Run the cell that defines it, then check again."
    finding = Finding("not-defined", "it is not defined", (sentence,))
    return Verdict(key.name, key.section, key.points, len(key.cases), hidden=False, finding=finding)
