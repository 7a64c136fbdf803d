"""Building a unit: text, instructor's notebook, release, student edition.

What you can do with this file:

- build one unit: `build_unit`.

nbgrader makes the release and the gradebook; this file only hands it the notebook and adds the edition.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from chainrule.authoring.building.notebook import source_notebook, write_notebook
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
        The text breaks a rule or is not written in `lang`, nbgrader refuses the notebook, or students of this machine
        could read it.
    """
    _refuse_an_open_clone(course.root.resolve())
    assessed = course.assessed_from(unit)
    cells = read_unit(course.text(unit), unit, missing=(*NEVER_INSIDE, *assessed))
    languages = sorted({cell.lang for cell in cells if cell.kind == "prose"})
    if lang not in languages:
        raise AuthorError(f"Expected a language among {', '.join(languages)}, the ones of {unit}; found {lang!r}.")
    write_notebook(course.source(unit), source_notebook(cells, lang=lang))
    _generate(course, unit)
    write_edition(unit, course.release(unit), assessed=assessed)


@cache
def _refuse_an_open_clone(root: Path) -> None:
    """Tell what proctor says of other accounts that can read the answers; stop where that stops it too."""
    command = [sys.executable, "-m", "proctor", "doctor", "--json"]
    run = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603
    with contextlib.suppress(ValueError):  # without proctor nobody says anything
        for it in json.loads(run.stdout).get("findings", ()):
            if it["part"] == "privacy" and it["state"] == "missing":
                raise AuthorError(it["sentence"])
            if it["part"] == "privacy" and it["state"] == "note":
                sys.stderr.write(f"{it['sentence']}\n")


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
