"""Python and the packages that the notebooks need.

What you can do with this file:

- examine Python: `python`;
- examine a package: `package`; name all of them: `NEEDED`.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys

from chainrule.doctor.condition import Condition, fine, missing, note

__all__ = ["NEEDED", "package", "python"]

# What the notebooks need, and from which version on it was tried; pyproject.toml says the same.
NEEDED = {
    "numpy": "2.4.6",
    "matplotlib": "3.11.2",
    "ipywidgets": "8.1.9",
    "scikit-learn": "1.9.1",
    "tqdm": "4.70.1",
    "jupyterlab": "4.6.6",
    "nbgrader": "0.9.6",
}


def python() -> Condition:
    """
    Examine the version of Python.

    Returns
    -------
    Condition
        Missing where it is not one that was tried.

    Examples
    --------
    >>> python().part
    'Python'
    """
    found = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return fine("Python", f"Python {found}.")
    return missing("Python", f"Expected Python 3.11 to 3.13, found {found}; install one of these.")


def package(name: str, lowest: str) -> Condition:
    """
    Examine a package.

    Parameters
    ----------
    name : str
        As the package index calls it.
    lowest : str
        The oldest version that was tried.

    Returns
    -------
    Condition
        A note where the version is older.

    Examples
    --------
    >>> package("numpy", "1.0").state
    'ok'
    """
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return missing(name, f"{name} is not installed; try: pip install '{name}>={lowest}'.")
    if _numbers(found) < _numbers(lowest):
        return note(name, f"{name} {found} is older than {lowest}, the oldest tried; try: pip install -U {name}.")
    return fine(name, f"{name} {found}.")


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version; enough to tell older from newer."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found.group().split(".")) if found else ()
