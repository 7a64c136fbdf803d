"""Proving that what a page says is checked.

What you can do with this file:

- read a page as its students do: `page_text`;
- find the sentences of an exercise that no longer stand there: `unsaid`;
- find the mutants that break one and pass all the same: `unrefused`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from chainrule.checking.judging.judge import judge

if TYPE_CHECKING:
    from pathlib import Path

    from chainrule.checking.declaring.exercise import Exercise
    from chainrule.checking.declaring.trap import Trap
    from chainrule.checking.keys.answer_key import AnswerKey

__all__ = ["page_text", "unrefused", "unsaid"]

SOLUTION = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)


def page_text(path: Path) -> str:
    """
    Read what stands on a unit's page: prose and code in all languages, without the answers.

    Parameters
    ----------
    path : pathlib.Path
        The unit's percent text.

    Returns
    -------
    str
        One line, with single blanks.
    """
    text = SOLUTION.sub("", path.read_text(encoding="utf-8"))
    return _plain(re.sub(r"^# ?", "", text, flags=re.MULTILINE))


def unsaid(exercise: Exercise, page: str) -> list[str]:
    """
    Find the declared sentences that do not stand on the page.

    Parameters
    ----------
    exercise : Exercise
        A declaration.
    page : str
        As `page_text` gives it.

    Returns
    -------
    list of str
        One sentence to the author for each.
    """
    return [
        f"{exercise.name}: {trap.breaks!r} does not stand on the page of {exercise.unit}; copy a sentence from there."
        for trap in exercise.traps
        if _plain(trap.breaks) not in page
    ]


def unrefused(exercise: Exercise, key: AnswerKey, seed: int) -> list[str]:
    """
    Find the mutants that the exercise's own check lets pass.

    Parameters
    ----------
    exercise : Exercise
        A declaration.
    key : AnswerKey
        Its key for one seed.
    seed : int
        That seed, for the sentence.

    Returns
    -------
    list of str
        One sentence to the author for each.
    """
    return [
        f"{exercise.name}: a mutant that breaks {trap.breaks!r} passes (seed {seed}); add a probe that shows it."
        for trap in exercise.traps
        if judge(key, _answer(exercise, trap)).passed
    ]


def _answer(exercise: Exercise, trap: Trap) -> Any:
    return exercise.mistakes[trap.mutant][0] if isinstance(trap.mutant, str) else trap.mutant


def _plain(text: str) -> str:
    return " ".join(text.split())
