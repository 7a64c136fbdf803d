"""All that a key may name, collected from the files of the units.

What you can do with this file:

- find what a name stands for: `FUNCTIONS`, `GROUPS`, `WORDS`, `VIEWS`, `READINGS`, `SCRIPTS`;
- ask how a view compares: `FREE_FORMS`, `IN_ORDER`;
- name the arguments of a script for the student: `script_parameters`;
- bring a new file in: add it to `PARTS`; `collected` refuses a name that two files use.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from chainrule.checking.catalog import (
    shared,
    u00_warmup,
    u01_linear_collapse,
    u02_activations,
    u03_initialization,
    u04_backpropagation,
    u04_graphs,
    u05_regularization,
    u06_tuning,
    u07_capstone,
)
from chainrule.checking.errors import AuthorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

__all__ = [
    "FREE_FORMS",
    "FUNCTIONS",
    "GROUPS",
    "IN_ORDER",
    "PARTS",
    "READINGS",
    "SCRIPTS",
    "VIEWS",
    "WORDS",
    "collected",
    "script_parameters",
]

PARTS = (
    *(shared, u00_warmup, u01_linear_collapse, u02_activations, u03_initialization, u04_graphs, u04_backpropagation),
    *(u05_regularization, u06_tuning, u07_capstone),
)
"""In the order of the course."""


def collected(table: str, parts: Iterable[ModuleType] = PARTS) -> dict[str, Any]:
    """
    Collect the entries of one table from the files that have one.

    Parameters
    ----------
    table : str
        The table's name, such as "VIEWS".
    parts : iterable of module
        The files.

    Returns
    -------
    dict of str to object
        All entries by name.

    Raises
    ------
    AuthorError
        Two files use one name.
    """
    found: dict[str, Any] = {}
    for part in parts:
        entries = getattr(part, table, {})
        doubled = sorted(found.keys() & entries.keys())
        if doubled:
            raise AuthorError(f"{table}: {part.__name__} gives {doubled[0]!r} again; every name means one thing.")
        found |= entries
    return found


def _marked(table: str) -> frozenset[str]:
    """The names that some file puts into a set."""
    return frozenset().union(*(getattr(part, table, ()) for part in PARTS))


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = collected("FUNCTIONS")
"""Families of functions that a probe may pass in, from parameters to the function."""

GROUPS: dict[str, Callable[..., tuple[Callable[..., Any], ...]]] = collected("GROUPS")
"""Families of functions that share a state, from parameters to all of them."""

WORDS: dict[str, Callable[..., str]] = collected("WORDS")
"""Families that can be written in a line, so that a student can call the answer with the same function."""

VIEWS: dict[str, Callable[[Any], Any]] = collected("VIEWS")
"""Ways to look at a result that is not unique as it stands."""

READINGS: dict[str, Callable[..., Callable[[Any], Any]]] = collected("READINGS")
"""Families of readings, from parameters to a function of a result's snapshot."""

SCRIPTS: dict[str, Callable[..., Any]] = collected("SCRIPTS")
"""From a name to a script: of the answer and the probe's arguments, to plain data."""

FREE_FORMS = _marked("FREE_FORMS")
"""Views that make one form out of several, so that the forms of the results themselves are not compared."""

IN_ORDER = _marked("IN_ORDER")
"""Views that name their parts in the order of the computation, so that a table may end at the first wrong one."""


def script_parameters(name: str) -> tuple[str, ...]:
    """
    Name what a script gets besides the answer, as its own parameters are called.

    Parameters
    ----------
    name : str
        A name in `SCRIPTS`.

    Returns
    -------
    tuple of str
        In the order of a probe's arguments.

    Examples
    --------
    >>> script_parameters("layer")
    ('parameters', 'x', 'upstream')
    """
    return tuple(inspect.signature(SCRIPTS[name]).parameters)[1:]
