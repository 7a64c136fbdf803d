"""All parts of a set-up, in the order in which to mend them.

What you can do with this file:

- examine this machine: `examine`, which returns `Condition`s.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chainrule.doctor.grading import course_root, gradebook, writing
from chainrule.doctor.machine import bubblewrap, gpu, space, texts, threads
from chainrule.doctor.notebooks import buttons, edition, instructor_parts, is_student_edition, kernel
from chainrule.doctor.packages import NEEDED, package, python
from chainrule.doctor.privacy import unless_open

if TYPE_CHECKING:
    from chainrule.doctor.condition import Condition

__all__ = ["examine"]


def examine(folder: Path | None = None) -> list[Condition]:
    """
    Examine Python, packages, Jupyter, the machine, and in a course what grading needs.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where somebody works; the current folder when left out.

    Returns
    -------
    list of Condition
        A student's set-up is not asked for what only grading needs. A GPU that cannot be used is a note.

    Examples
    --------
    >>> [finding.part for finding in examine()][:2]
    ['Python', 'numpy']
    """
    here = folder or Path.cwd()
    found = [python(), *(package(name, lowest) for name, lowest in NEEDED.items())]
    found += [edition(here), kernel(), buttons()]
    found += [instructor_parts()] if is_student_edition() else [bubblewrap()]
    found += [gpu(), threads(), texts(), space(here)]
    root = course_root(here)
    return found + ([unless_open(root, writing(root)), gradebook(root)] if root else [])
