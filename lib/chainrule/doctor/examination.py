"""All parts of a set-up, in the order in which to mend them.

What you can do with this file:

- examine this machine: `examine`, which returns `Finding`s.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chainrule.doctor import grading, machine, notebooks, packages

if TYPE_CHECKING:
    from chainrule.doctor.finding import Finding

__all__ = ["examine"]


def examine(folder: Path | None = None) -> list[Finding]:
    """
    Examine Python, packages, Jupyter, the machine, and in a course what grading needs.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where somebody works; the current folder when left out.

    Returns
    -------
    list of Finding
        A student's set-up is not asked for what only grading needs. A GPU that cannot be used is a note.

    Examples
    --------
    >>> [finding.part for finding in examine()][:2]
    ['Python', 'numpy']
    """
    here = folder or Path.cwd()
    found = [packages.python(), *(packages.package(name, lowest) for name, lowest in packages.NEEDED.items())]
    found += [notebooks.edition(here), notebooks.kernel(), notebooks.buttons()]
    found += [notebooks.instructor_parts()] if notebooks.is_student_edition() else [machine.bubblewrap()]
    found += [machine.gpu(), machine.threads(), machine.texts(), machine.space(here)]
    root = grading.course_root(here)
    return found + ([grading.writing(root), grading.gradebook(root)] if root else [])
