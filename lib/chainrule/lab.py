"""JupyterLab as a student sees it: no news, and nothing that is for instructors.

What you can do with this file:

- start JupyterLab on the folder you are in: `python -m chainrule.lab`, which calls `open_lab`;
- write the settings: `write_settings`;
- start JupyterLab yourself: `lab_command` returns the command and its environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["FOR_INSTRUCTORS", "lab_command", "open_lab", "write_settings"]

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

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_settings(Path(folder))
    ...     sorted(path.name for path in Path(folder, "labconfig").iterdir())
    ['default_setting_overrides.json', 'page_config.json']
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
        The command and its environment, in which this Python's programs come first.

    Examples
    --------
    >>> lab_command(Path("here"), Path("there"), "--no-browser")[0][1:]
    ['-m', 'jupyterlab', '--ServerApp.root_dir=here', '--no-browser']
    """
    settings_path = os.pathsep.join(filter(None, [str(settings), os.environ.get("JUPYTER_CONFIG_PATH")]))
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = {**os.environ, "PATH": programs, "JUPYTER_CONFIG_PATH": settings_path}
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *options], env


def open_lab(folder: Path, *options: str) -> int:
    """
    Open JupyterLab on a folder until somebody ends it.

    Parameters
    ----------
    folder : pathlib.Path
        What the student sees.
    *options : str
        Further options of `jupyter lab`.

    Returns
    -------
    int
        The exit status of JupyterLab.

    Examples
    --------
    >>> open_lab(Path(), "--version") == 0  # doctest: +SKIP
    True
    """
    with tempfile.TemporaryDirectory(prefix="chainrule-lab-") as settings:
        write_settings(Path(settings))
        command, env = lab_command(folder, Path(settings), *options)
        return subprocess.run(command, env=env, check=False).returncode  # noqa: S603 - our own command


if __name__ == "__main__":
    sys.exit(open_lab(Path.cwd(), *sys.argv[1:]))
