"""What notebooks need around them: a kernel, nbgrader's buttons, the chainrule of their unit.

What you can do with this file:

- examine the kernel: `kernel`;
- examine nbgrader's parts of JupyterLab: `buttons`, and for a student `instructor_parts`;
- examine which chainrule this is: `edition`; ask whether it is a student's: `is_student_edition`.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

from chainrule.desk.keyring import listed
from chainrule.doctor.condition import Condition, fine, missing, note
from chainrule.lab import FOR_INSTRUCTORS

__all__ = ["buttons", "edition", "instructor_parts", "is_student_edition", "kernel"]

VALIDATE = "nbgrader.server_extensions.validate_assignment"
NO_JUPYTER = "Not examined: JupyterLab is not installed."


def kernel() -> Condition:
    """
    Examine the kernel that the notebooks ask for, and whether it starts this Python.

    Returns
    -------
    Condition
        Missing where there is none.

    Examples
    --------
    >>> kernel().part
    'kernel'
    """
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return note("kernel", NO_JUPYTER)
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        install = f"{sys.executable} -m pip install ipykernel"
        return missing("kernel", f"The notebooks ask for the kernel python3, and there is none; try: {install}")
    if os.path.isabs(program) and not _is_this_python(program):  # noqa: PTH117 - a name without folder is fine too
        words = f"The kernel python3 starts another Python, {program}, with other packages"
        return note("kernel", f"{words}; try: {sys.executable} -m ipykernel install --sys-prefix")
    return fine("kernel", "The kernel python3 starts this Python.")


def buttons() -> Condition:
    """
    Examine nbgrader's parts of JupyterLab: the Validate button and what answers it.

    Returns
    -------
    Condition
        Missing where the button cannot appear.

    Examples
    --------
    >>> buttons().part
    'nbgrader in JupyterLab'
    """
    part = "nbgrader in JupyterLab"
    try:
        from jupyter_core.paths import jupyter_config_path, jupyter_path
    except ImportError:
        return note(part, NO_JUPYTER)
    again = "try: pip install --force-reinstall --no-deps nbgrader"
    if not any(Path(it, "@jupyter", "nbgrader", "package.json").is_file() for it in jupyter_path("labextensions")):
        return missing(part, f"JupyterLab does not find nbgrader's extension, so there is no Validate button; {again}")
    if "@jupyter/nbgrader" in _disabled():
        words = "nbgrader's extension is switched off; try: jupyter labextension enable @jupyter/nbgrader"
        return missing(part, words)
    states: dict[str, bool] = {}
    for folder in reversed(jupyter_config_path()):  # the user's own folder has the last word
        files = [
            *sorted(Path(folder, "jupyter_server_config.d").glob("*.json")),
            Path(folder, "jupyter_server_config.json"),
        ]
        for file in files:
            states |= _read(file).get("ServerApp", {}).get("jpserver_extensions", {})
    if not states.get(VALIDATE):
        words = f"Nothing answers the Validate button; try: jupyter server extension enable {VALIDATE}"
        return missing(part, words)
    return fine(part, "The Validate button is there, and something answers it.")


def instructor_parts() -> Condition:
    """
    Examine whether a student's JupyterLab shows what is for instructors.

    Returns
    -------
    Condition
        A note where it does.

    Examples
    --------
    >>> instructor_parts().part
    'instructor parts'
    """
    try:
        shown = [it for it in FOR_INSTRUCTORS if it not in _disabled()]
    except ImportError:
        return note("instructor parts", NO_JUPYTER)
    if not shown:
        return fine("instructor parts", "What nbgrader has for instructors is switched off.")
    names = ", ".join(it.partition(":")[2] for it in shown)
    words = f"JupyterLab shows what nbgrader has for instructors ({names}); start it with: python -m chainrule.lab"
    return note("instructor parts", words)


def edition(folder: Path) -> Condition:
    """
    Examine which chainrule this is, and whether it belongs to the notebook beside it.

    Parameters
    ----------
    folder : pathlib.Path
        Where the notebook lies.

    Returns
    -------
    Condition
        Missing where a student edition is of another unit or lacks its key.

    Examples
    --------
    >>> edition(Path("nowhere")).part
    'chainrule'
    """
    home = Path(__file__).parents[1]
    if not is_student_edition():
        return fine("chainrule", f"The full package, with the answers, at {home}; students never get it.")
    try:
        units = {it.unit for it in listed()}
    except (OSError, ValueError) as error:
        again = "take the whole folder chainrule from the release again."
        return missing("chainrule", f"The student edition lacks its answer key ({type(error).__name__}); {again}")
    unit = next(iter(units), "")
    others = sorted(it.stem for it in folder.glob("[0-9][0-9]_*.ipynb") if it.stem not in units)
    if others:
        words = f"The chainrule on the path is the student edition of {unit}, but the notebook is of {others[0]}"
        return missing("chainrule", f"{words}; take the folder chainrule from the release of {others[0]}.")
    if _is_installed():
        words = "the full package is installed as well, with the answers; try: pip uninstall chainrule-course"
        return note("chainrule", f"The student edition of {unit}; {words}")
    return fine("chainrule", f"The student edition of {unit}.")


def is_student_edition() -> bool:
    """
    Tell whether the declarations of the exercises are left out of this chainrule.

    Returns
    -------
    bool
        False in the full package.

    Examples
    --------
    >>> is_student_edition()
    False
    """
    return importlib.util.find_spec("chainrule.exercises") is None


def _is_installed() -> bool:
    try:
        return bool(importlib.metadata.version("chainrule-course"))
    except importlib.metadata.PackageNotFoundError:
        return False


def _is_this_python(program: str) -> bool:
    """Whether a program is in the folder of this Python; python, python3 and python3.12 there are the same."""
    return Path(program).parent == Path(sys.executable).parent


def _disabled() -> set[str]:
    """JupyterLab's extensions that its pages leave out, by any folder of settings."""
    from jupyter_core.paths import jupyter_config_path

    found: dict[str, bool] = {}
    for folder in reversed(jupyter_config_path()):
        listed_here = _read(Path(folder, "labconfig", "page_config.json")).get("disabledExtensions", {})
        found |= dict.fromkeys(listed_here, True) if isinstance(listed_here, list) else listed_here
    return {name for name, off in found.items() if off}


def _read(file: Path) -> dict[str, Any]:
    """A file of settings; an unreadable one says nothing, as for Jupyter."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
