"""Hints on demand: a question that leads, then the step, then a small case with other numbers.

What you can do with this file:

- show the next hint of an exercise: `hint`.

Hints cost nothing, and nobody counts them. Where a grader executes the notebook (NBGRADER_EXECUTION is set), none is
shown.
"""

from __future__ import annotations

import collections
import os
import textwrap

from chainrule.desk.keyring import visible_key

__all__ = ["hint"]

WIDTH = 88

_shown: collections.Counter[str] = collections.Counter()


def hint(name: str) -> None:
    """
    Show the next hint of an exercise; after the last one, the first again.

    Parameters
    ----------
    name : str
        The exercise, such as "relu".

    Raises
    ------
    UnknownExercise
        No exercise has this name; the message names the closest one.

    Examples
    --------
    >>> try:
    ...     hint("rleu")
    ... except Exception as error:
    ...     print(error)
    No exercise is named 'rleu'. Did you mean 'relu'?
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return
    key = visible_key(name)
    hints: tuple[str, ...] = getattr(key, "hints", ())
    if not hints:
        print(f"{name} has no hints. Reread: {key.section}.")  # noqa: T201 - the terminal's display
        return
    number = _shown[name] % len(hints)
    _shown[name] += 1
    left = len(hints) - number - 1
    more = f'chainrule.hint("{name}") shows the next one.' if left else "This is the last one."
    text = "\n".join(textwrap.fill(it, WIDTH) for it in hints[number].splitlines())
    print(f"Hint {number + 1} of {len(hints)} for {name}.\n{text}\n{more}")  # noqa: T201 - see above
