"""Building a unit: text, instructor's notebook, release, student edition.

What you can do with this file:

- build one unit: `build_unit`.

nbgrader makes the release and the gradebook; this file only hands it the notebook and adds the edition.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from chainrule.authoring.building.notebook import notebook_text, source_notebook
from chainrule.authoring.building.student_edition import NEVER_INSIDE, write_edition
from chainrule.authoring.building.unit_text import read_unit
from chainrule.authoring.programs import environment
from chainrule.checking.errors import AuthorError

if TYPE_CHECKING:
    from pathlib import Path

    from chainrule.authoring.course import Course

__all__ = ["build_unit"]


def build_unit(course: Course, unit: str, *, lang: str = "en") -> None:
    """
    Build source, release and student edition of a unit.

    Parameters
    ----------
    course : Course
        Where everything lies.
    unit : str
        The unit's full name.
    lang : str
        The language of the prose.

    Raises
    ------
    AuthorError
        The text breaks a rule or is not written in `lang`, or nbgrader refuses the notebook.
    """
    assessed = course.assessed_from(unit)
    cells = read_unit(course.text(unit), unit, missing=(*NEVER_INSIDE, *assessed))
    languages = sorted({cell.lang for cell in cells if cell.kind == "prose"})
    if lang not in languages:
        raise AuthorError(f"Expected a language among {', '.join(languages)}, the ones of {unit}; found {lang!r}.")
    _write(course.source(unit), notebook_text(source_notebook(cells, lang=lang)))
    _generate(course, unit)
    write_edition(unit, course.release(unit), assessed=assessed)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)


def _generate(course: Course, unit: str) -> None:
    """Let nbgrader make the release and enter the assignment into the gradebook."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    config = _settings(course)
    config.CourseDirectory.assignment_id = unit
    messages = _Log()
    log = logging.getLogger("chainrule.build")
    log.handlers[:], log.propagate = [messages], False
    log.setLevel(logging.INFO)
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config, force=True, log=log)
    os.environ["PATH"] = environment()["PATH"]
    try:
        converter.start()
    except (NbGraderException, SystemExit) as error:
        told = "\n".join(messages.lines)
        raise AuthorError(f"nbgrader could not make the release of {unit}:\n{told}") from error


class _Log(logging.Handler):
    """Keeps nbgrader's messages for the case that it fails."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _settings(course: Course) -> Any:
    """nbgrader's settings: the course's own file, with our stubs in place of nbgrader's."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import ClearSolutions
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    from chainrule.authoring.building.stubs import NamedStubs

    config = Config(PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config())
    usual = GenerateAssignment.preprocessors.default_args[0]
    config.GenerateAssignment.preprocessors = [NamedStubs if it is ClearSolutions else it for it in usual]
    return config
