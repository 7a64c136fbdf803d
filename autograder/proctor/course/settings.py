"""The settings of an nbgrader course, read as nbgrader reads them.

What you can do with this file:

- read every configuration file that counts for a folder: `read_settings`, which returns `Settings`;
- look one setting up, with its inheritance, type and default: `Settings.get`;
- import modules that lie beside the configuration, as nbgrader can: `modules_beside`.

Files count in nbgrader's order: jupyter_config and nbgrader_config on Jupyter's path, nbgrader_config in the
folder, and nbgrader_config in the course's root where that is another folder. A configuration file is a program
of the author and runs here, in the folder. nbgrader itself is not imported: that takes 1.6 seconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import traceback
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor.errors import AuthorError, GraderError, ProctorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec

    from traitlets.config import Config

__all__ = ["Settings", "modules_beside", "read_settings"]

READING = threading.Lock()  # two threads would take each other's working directory for their own
NAME = "nbgrader_config"
LOGGING = ("Configurable", "LoggingConfigurable")
CONVERT = ("NbConvertBase", "Preprocessor")
LINEAGE = {
    "CourseDirectory": LOGGING,
    "Autograde": (*LOGGING, "BaseConverter"),
    "Execute": (*LOGGING, "NotebookClient", *CONVERT, "ExecutePreprocessor", "NbGraderPreprocessor"),
    "LimitOutput": (*LOGGING, *CONVERT, "NbGraderPreprocessor"),
    "AssignLatePenalties": (*LOGGING, *CONVERT, "NbGraderPreprocessor"),
    "LateSubmissionPlugin": (*LOGGING, "BasePlugin"),
}
"""For each class the sections that it inherits, the strongest last: `c.BaseConverter.force` is Autograde's too."""
OUTDATED = {
    "NbGraderConfig": "NbGrader",
    "BasicConfig": "NbGrader",
    "BaseNbGraderApp": "NbGrader",
    "BaseApp": "NbGrader",
    "BaseNbConvertApp": "BaseConverter",
    "AutogradeApp": "Autograde",
}
MOVED = {
    **{f"{step}_directory": f"{step}_directory" for step in ("source", "release", "submitted", "autograded")},
    **{name: name for name in ("course_id", "student_id", "directory_structure", "db_url", "ignore")},
    "course_directory": "root",
}
"""Old names in `c.NbGrader` and their names in `c.CourseDirectory`, which nbgrader still accepts."""


@dataclass(frozen=True)
class Settings:
    """All settings of a course, and the files that they come from."""

    config: Config
    files: tuple[Path, ...]

    def get(self, section: str, name: str, default: Any, *, kinds: tuple[type, ...] = ()) -> Any:
        """
        Look one setting up.

        Parameters
        ----------
        section, name : str
            What the configuration file calls `c.section.name`; inherited sections count too.
        default : object
            Its value where no file sets it.
        kinds : tuple of type, optional
            The types that it may have; none means any.

        Returns
        -------
        object
            The value; a list or dictionary that a file only extends starts from the default.

        Raises
        ------
        AuthorError
            It is set to something of another type.
        """
        from traitlets.config.loader import LazyConfigValue

        value = default
        for place in (*LINEAGE.get(section, LOGGING), section):
            if place in self.config and name in self.config[place]:
                found = self.config[place][name]
                value = found.get_value(value) if isinstance(found, LazyConfigValue) else found
        if kinds and not isinstance(value, kinds):
            words = " or ".join("None" if it is type(None) else it.__name__ for it in kinds)
            files = ", ".join(str(file) for file in self.files)
            raise AuthorError(f"Expected c.{section}.{name} to be {words}, found {value!r} in {files}.", slug="config")
        return value


def read_settings(folder: Path) -> Settings:
    """
    Read the configuration files of a course.

    Parameters
    ----------
    folder : pathlib.Path
        Where `nbgrader` would be started. It is the working directory of the whole process while the files run.

    Returns
    -------
    Settings
        Empty ones where there is no file.

    Raises
    ------
    AuthorError
        A file of the course is broken.
    GraderError
        A file of this machine or user is broken.
    """
    from jupyter_core.paths import jupyter_config_dir, jupyter_config_path
    from traitlets.config import Config

    path = [Path(it) for it in jupyter_config_path()]
    path = path if Path(jupyter_config_dir()) in path else [Path(jupyter_config_dir()), *path]
    settings = Settings(Config(), ())
    with READING, contextlib.chdir(folder), modules_beside(folder):
        for name in ("jupyter_config", NAME):
            for place in reversed(path):  # the first of the path is the strongest
                settings = _merged(settings, place, name, GraderError)
        settings = _merged(settings, folder, NAME, AuthorError)
        root = Path(os.path.normpath(folder.absolute() / settings.get("CourseDirectory", "root", "", kinds=(str,))))
        if root != folder.absolute():
            settings = _merged(settings, root, NAME, AuthorError)
    return settings


@contextlib.contextmanager
def modules_beside(folder: Path) -> Iterator[None]:
    """
    Let imports find the modules of a folder first, as nbgrader does with the folder where it is started.

    Parameters
    ----------
    folder : pathlib.Path
        Where a configuration file or a plugin looks for its helpers.

    Yields
    ------
    None
        While it holds.
    """
    finder = _Beside(folder)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@dataclass(frozen=True, eq=False)
class _Beside:
    folder: Path

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        if path is not None:  # part of a package, which finds its parts itself
            return None
        spec = PathFinder.find_spec(name, [str(self.folder)])
        # A mere folder, such as source/, never hides an installed module.
        return None if spec is not None and spec.loader is None and PathFinder.find_spec(name) is not None else spec


def _merged(settings: Settings, place: Path, name: str, fault: type[ProctorError]) -> Settings:
    """The settings with those of a folder's .py and .json files over them."""
    from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

    files = settings.files
    for loader in (PyFileConfigLoader(f"{name}.py", str(place)), JSONFileConfigLoader(f"{name}.json", str(place))):
        file = place / loader.filename
        try:
            new = loader.load_config()
        except ConfigFileNotFound:
            continue
        except (Exception, SystemExit) as error:  # a configuration file can do anything
            raise fault(_sentence(file, error), slug="config") from error
        settings.config.merge(_modern(new))
        files = (*files, file)
    return Settings(settings.config, files)


def _modern(config: Config) -> Config:
    """The settings under today's names."""
    for old, new in OUTDATED.items():
        if old in config:
            config[new].merge(config.pop(old))
    for old, new in MOVED.items():
        if "NbGrader" in config and old in config.NbGrader:
            config.CourseDirectory[new] = config.NbGrader.pop(old)
    if "Exchange" in config and "course_id" in config.Exchange:
        config.CourseDirectory["course_id"] = config.Exchange.pop("course_id")
    return config


def _sentence(file: Path, error: BaseException) -> str:
    """What is wrong with a configuration file, and in which line."""
    line = error.lineno if isinstance(error, SyntaxError | json.JSONDecodeError) else None
    if line is None:
        frames = [it for it in traceback.extract_tb(error.__traceback__) if it.filename == str(file)]
        line = frames[-1].lineno if frames else None
    where = f" at line {line}" if line else ""
    what = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"Expected {file} to be a configuration file, found it broken{where}: {type(error).__name__}: {what}."
