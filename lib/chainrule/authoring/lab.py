"""JupyterLab as a student sees it: no news, and nothing that is for instructors.

What you can do with this file:

- write the settings: `write_settings`;
- start JupyterLab on a folder: `lab_command`, which returns the command and its environment.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from chainrule.authoring.programs import environment

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["lab_command", "write_settings"]

# The news pop-up asks every new user a question; updates are the instructor's matter.
OVERRIDES = {"@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"}}
FOR_INSTRUCTORS = (
    "@jupyter/nbgrader:course-list",
    "@jupyter/nbgrader:create-assignment",
    "@jupyter/nbgrader:formgrader",
)


def write_settings(folder: Path) -> None:
    """
    Write JupyterLab's settings for students.

    Parameters
    ----------
    folder : pathlib.Path
        To be named in JUPYTER_CONFIG_PATH.
    """
    pages = folder / "labconfig"
    pages.mkdir(parents=True, exist_ok=True)
    disabled = {"disabledExtensions": dict.fromkeys(FOR_INSTRUCTORS, True)}
    (pages / "default_setting_overrides.json").write_text(json.dumps(OVERRIDES, indent=1), encoding="utf-8")
    (pages / "page_config.json").write_text(json.dumps(disabled, indent=1), encoding="utf-8")


def lab_command(folder: Path, settings: Path, *options: str) -> tuple[list[str], dict[str, str]]:
    """
    Give the command that starts JupyterLab on a folder.

    Parameters
    ----------
    folder : pathlib.Path
        What the student sees.
    settings : pathlib.Path
        What `write_settings` wrote.
    *options : str
        Further options of `jupyter lab`.

    Returns
    -------
    tuple of (list of str, dict)
        The command and its environment.
    """
    paths = os.pathsep.join(filter(None, [str(settings), os.environ.get("JUPYTER_CONFIG_PATH")]))
    env = environment(JUPYTER_CONFIG_PATH=paths)
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *options], env
