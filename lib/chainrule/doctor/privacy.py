"""Whether other accounts of this machine can read the answers: what the course's grader says of that.

What you can do with this file:

- say it in the place of what is fine about the course's folder: `unless_open`.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

from chainrule.doctor.condition import Condition

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["unless_open"]


def unless_open(root: Path, found: Condition) -> Condition:
    """
    Say that other accounts can read the answers, where they can and nothing worse was found.

    Parameters
    ----------
    root : pathlib.Path
        The course.
    found : Condition
        What was found about its folder.

    Returns
    -------
    Condition
        Missing where there is an exchange too, since building and grading then stop.

    Examples
    --------
    >>> from pathlib import Path
    >>> unless_open(Path("nowhere"), Condition("course/var", "missing", "It cannot be written.")).sentence
    'It cannot be written.'
    """
    told = _told(root.resolve()) if found.state == "ok" else None
    return Condition(found.part, told.state, told.sentence) if told else found


@cache
def _told(root: Path) -> Condition | None:
    """What proctor, which knows the course's settings, says of it; None where all is well, or there is no proctor."""
    command = [sys.executable, "-m", "proctor", "doctor", "--json"]
    with contextlib.suppress(OSError, ValueError):
        run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
        for it in json.loads(run.stdout).get("findings", ()):
            if it["part"] == "privacy" and it["state"] != "ok":
                return Condition(**it)
    return None
