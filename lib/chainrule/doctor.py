"""What a set-up offers and what it lacks, in sentences.

What you can do with this file:

- examine this machine: `examine`, which returns `Finding`s.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from dataclasses import dataclass
from typing import Literal

from chainrule.backend import gpu_state

__all__ = ["Finding", "examine"]

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


@dataclass(frozen=True)
class Finding:
    """One part of the set-up: fine, to be known about, or missing."""

    part: str
    state: Literal["ok", "note", "missing"]
    sentence: str


def examine() -> list[Finding]:
    """
    Examine Python, the packages and the GPU.

    Returns
    -------
    list of Finding
        A GPU that cannot be used is a note: everything runs without one.

    Examples
    --------
    >>> [finding.part for finding in examine()][:2]
    ['Python', 'numpy']
    """
    return [_python(), *(_package(name, lowest) for name, lowest in NEEDED.items()), _gpu()]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "ok", f"Python {found}.")
    return Finding("Python", "missing", f"Expected Python 3.11 to 3.13, found {found}; install one of these.")


def _package(name: str, lowest: str) -> Finding:
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "missing", f"{name} is not installed; try: pip install '{name}>={lowest}'.")
    if _numbers(found) < _numbers(lowest):
        return Finding(name, "note", f"{name} {found} is older than {lowest}, the oldest tried; pip install -U {name}.")
    return Finding(name, "ok", f"{name} {found}.")


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version; enough to tell older from newer."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def _gpu() -> Finding:
    state = gpu_state()
    return Finding("GPU", "ok" if state.usable else "note", state.sentence)
