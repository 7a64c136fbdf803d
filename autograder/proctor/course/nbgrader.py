"""A course as nbgrader sees it: its folders, its students and the settings that grading needs.

What you can do with this file:

- find the course of a folder: `find_course`, which returns a `Course`;
- name its folders: `Course.folder`; list who handed in: `Course.students`;
- ask what a late student loses: `Course.late_penalty`;
- read any other setting of its configuration: `Course.setting`.

The defaults are nbgrader's; a test compares them with nbgrader's own classes.
"""

from __future__ import annotations

import glob
import importlib
import math
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor.course.faults import one_by_one
from proctor.course.names import why_not
from proctor.course.settings import NAME, modules_beside, read_settings
from proctor.errors import AuthorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proctor.course.settings import Settings

__all__ = ["STEPS", "Course", "find_course"]

STEPS = ("source", "release", "submitted", "autograded")
IGNORE = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
STRUCTURE = "{nbgrader_step}/{student_id}/{assignment_id}"
STOCK_PLUGIN = "nbgrader.plugins.latesubmission.LateSubmissionPlugin"
SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Course:
    """
    A course folder and its settings.

    `permissions` is the mode of files that grading writes, `skip_tags` names the tags of cells that are not run,
    `cell_seconds` limits a cell and may be infinite, `most_lines` and `most_traceback_lines` cut a cell's output,
    where -1 means no limit.
    """

    root: Path
    course_id: str
    db_url: str
    ignore: tuple[str, ...]
    permissions: int
    groupshared: bool
    exclude_overwriting: Mapping[str, list[str]]
    skip_tags: frozenset[str]
    cell_seconds: float
    most_lines: int
    most_traceback_lines: int
    create_student: bool
    settings: Settings = field(repr=False, compare=False)

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """
        Name a folder of the course.

        Parameters
        ----------
        step : str
            One of `STEPS`.
        student : str
            Of no matter for "source" and "release", which belong to no student.
        assignment : str
            Its name.

        Returns
        -------
        pathlib.Path
            Whether it exists or not.

        Raises
        ------
        AuthorError
            A name leads out of the course's folders.
        """
        student = "." if step in ("source", "release") else student
        for name in (student, assignment):
            if "/" in name or os.sep in name or name in ("", ".."):
                message = f"Expected the name of a student or an assignment, found {name!r}."
                raise AuthorError(message, slug="name")
        directory = self.settings.get("CourseDirectory", f"{step}_directory", step, kinds=(str,))
        structure: str = self.settings.get("CourseDirectory", "directory_structure", STRUCTURE, kinds=(str,))
        return self.root / structure.format(nbgrader_step=directory, student_id=student, assignment_id=assignment)

    def students(self, assignment: str) -> tuple[str, ...]:
        """
        List who has a folder of submissions for an assignment.

        Parameters
        ----------
        assignment : str
            Its name.

        Returns
        -------
        tuple of str
            Sorted, less those whom the configuration excludes, and folders whose names cannot be used.
        """
        return tuple(folder for folder, wrong in self._names(assignment).items() if not wrong)

    def misnamed(self, assignment: str) -> dict[str, str]:
        """
        List folders of submissions whose names cannot be used.

        Parameters
        ----------
        assignment : str
            Its name.

        Returns
        -------
        dict of str to str
            Sorted, as the file system gives them, with one sentence each.
        """
        return {folder: wrong for folder, wrong in self._names(assignment).items() if wrong}

    def _names(self, assignment: str) -> dict[str, str]:
        """All folders of submissions, with what is wrong with their names; what else is wrong is found later."""
        found, failed = one_by_one(self._folders(assignment), why_not)
        return dict(sorted((found | dict.fromkeys(failed, "")).items()))

    def _folders(self, assignment: str) -> tuple[str, ...]:
        wanted = self.settings.get("CourseDirectory", "student_id", "*", kinds=(str,)).strip()
        excluded = self.settings.get("CourseDirectory", "student_id_exclude", "", kinds=(str,)).split(",")
        parts = str(self.folder("submitted", "\0", assignment)).split("\0")  # a character that no path holds
        first, *rest = (re.escape(part) for part in parts)
        pattern = re.compile(f"{first}([^/]+)" + r"\1".join(rest), re.DOTALL)  # a structure may name the student twice
        paths = glob.glob(wanted.join(glob.escape(part) for part in parts))  # noqa: PTH207 - the pattern is absolute
        found = (pattern.fullmatch(path) for path in paths if Path(path).is_dir())
        return tuple(sorted({it[1] for it in found if it} - set(excluded)))

    def late_penalty(self, student: str, score: float, seconds_late: float) -> float | None:
        """
        Ask the course's plugin what a late notebook loses.

        Parameters
        ----------
        student : str
            Who handed in.
        score : float
            What the notebook earned.
        seconds_late : float
            By how much the deadline was missed.

        Returns
        -------
        float or None
            Between 0 and the score; None where nothing is taken.

        Raises
        ------
        AuthorError
            The plugin cannot be imported, fails, or returns no number.
        """
        if seconds_late <= 0:
            return None
        plugin = self.setting("AssignLatePenalties", "plugin_class", STOCK_PLUGIN)
        if plugin in (STOCK_PLUGIN, "nbgrader.plugins.LateSubmissionPlugin"):
            # nbgrader's own plugin, without the 1.6 seconds of importing it
            penalty = score if self.setting("LateSubmissionPlugin", "penalty_method", "none") == "zero" else None
        else:
            penalty = self._ask(plugin, student, score, seconds_late)
        if penalty is None:
            return None
        return 0.0 if penalty < 0 else float(min(penalty, score))

    def setting(self, section: str, name: str, default: Any) -> Any:
        """
        Read a setting as it stands in the configuration.

        Parameters
        ----------
        section, name : str
            What the file calls `c.section.name`.
        default : object
            Its value where no file sets it.

        Returns
        -------
        object
            The value.
        """
        return self.settings.get(section, name, default)

    def _ask(self, plugin: Any, student: str, score: float, seconds_late: float) -> float | None:
        """What a plugin of the course itself says."""
        try:
            with modules_beside(self.root):
                if isinstance(plugin, str):
                    module, _, name = plugin.rpartition(".")
                    plugin = getattr(importlib.import_module(module), name)
                penalty = plugin(config=self.settings.config).late_submission_penalty(student, score, seconds_late)
                penalty = None if penalty is None else float(penalty)
        except Exception as error:  # whatever the author's code raises
            what = f"{type(error).__name__}: {error}"
            message = f"Expected the late penalty plugin {plugin!r} to return a number or None, found {what}."
            # Where there is no plugin, nobody's penalty can be found; anything else may be about this student alone.
            slug = "late-plugin" if isinstance(error, (ImportError, AttributeError)) else "late-penalty"
            raise AuthorError(message, slug=slug) from error
        if penalty is not None and not math.isfinite(penalty):
            message = f"Expected the late penalty plugin {plugin!r} to return a finite number, found {penalty}."
            raise AuthorError(message, slug="late-penalty")
        return penalty


def find_course(folder: Path | None = None) -> Course:
    """
    Find the course of a folder.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where `nbgrader` would be started; the working directory if not given.

    Returns
    -------
    Course
        Its configuration, or nbgrader's defaults where there is none.

    Raises
    ------
    AuthorError
        There is no such folder, it is no course, or its configuration is broken.
    GraderError
        The configuration of this machine is broken.
    """
    start = (folder or Path.cwd()).absolute()
    if not start.is_dir():
        raise AuthorError(f"Expected a course folder, found nothing at {start}.", slug="no-course")
    settings = read_settings(start)
    get = settings.get
    root = Path(os.path.normpath(start / get("CourseDirectory", "root", "", kinds=(str,))))
    shared = get("CourseDirectory", "groupshared", False, kinds=(bool,))
    mode = get("Autograde", "permissions", 664 if shared else 444, kinds=(int,))
    seconds = get("Execute", "timeout", 30, kinds=(int, float, type(None)))
    tag = get("Execute", "skip_cells_with_tag", "skip-execution", kinds=(str,))
    course = Course(
        root=root,
        course_id=get("CourseDirectory", "course_id", "", kinds=(str,)).strip(),
        db_url=_database(get("CourseDirectory", "db_url", "", kinds=(str,)), root),
        ignore=tuple(get("CourseDirectory", "ignore", list(IGNORE), kinds=(list,))),
        permissions=_mode(mode),
        groupshared=shared,
        exclude_overwriting=get("Autograde", "exclude_overwriting", {}, kinds=(dict,)),
        skip_tags=frozenset({tag} - {""}),
        cell_seconds=math.inf if not seconds or seconds < 0 else float(seconds),
        most_lines=get("LimitOutput", "max_lines", 1000, kinds=(int,)),
        most_traceback_lines=get("LimitOutput", "max_traceback", 100, kinds=(int,)),
        create_student=get("Autograde", "create_student", True, kinds=(bool,)),
        settings=settings,
    )
    _refuse_what_is_no_course(course, start)
    return course


def _database(url: str, root: Path) -> str:
    """The address of the gradebook, whatever the working directory is when it is opened."""
    url = url or f"{SQLITE}{root / 'gradebook.db'}"
    name = url.removeprefix(SQLITE)
    relative = name not in (url, "", ":memory:") and not name.startswith(("/", "file:", "?"))
    return f"{SQLITE}{root / name}" if relative else url


def _mode(permissions: int) -> int:
    """What 444 means to chmod."""
    try:
        return int(str(permissions), 8)
    except ValueError as error:
        message = f"Expected c.Autograde.permissions to be like 444 or 664, found {permissions}."
        raise AuthorError(message, slug="config") from error


def _refuse_what_is_no_course(course: Course, start: Path) -> None:
    """A typing error in a setting or a path is found here, not as an empty class later."""
    method = course.setting("LateSubmissionPlugin", "penalty_method", "none")
    if method not in ("none", "zero"):
        message = f"Expected c.LateSubmissionPlugin.penalty_method to be 'none' or 'zero', found {method!r}."
        raise AuthorError(message, slug="config")
    try:
        places = [str(course.folder(step, "\1", "\2")) for step in STEPS]
    except (KeyError, IndexError, ValueError) as error:
        message = f"Expected c.CourseDirectory.directory_structure to be like {STRUCTURE}, found {error} in it."
        raise AuthorError(message, slug="config") from error
    if len(set(places)) < len(places) or not all("\1" in it and "\2" in it for it in places[2:]):
        message = f"Expected c.CourseDirectory.directory_structure to be like {STRUCTURE}, found a part missing."
        raise AuthorError(message, slug="config")
    if any(it.parent in (start, course.root) for it in course.settings.files):
        return
    source = course.folder("source", ".", ".")
    database = Path(course.db_url.removeprefix(SQLITE).partition("?")[0])
    if not source.is_dir() and not database.exists():
        expected = f"{NAME}.py, {source.name}/ or {database.name}"
        message = f"Expected a course with {expected}, found none of them in {course.root}; is it another folder?"
        raise AuthorError(message, slug="no-course")
