"""Names of students, which are names of folders that anybody may have made.

What you can do with this file:

- tell which names can be used: `why_not`; what bytes are text: `is_text`;
- write one in a sentence: `shown`; so that a person can read what bytes were meant: `readable`;
- find names that may mean one person: `look_alikes`.
"""

from __future__ import annotations

import collections
import os
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_text", "look_alikes", "readable", "shown", "why_not"]

MOST_BYTES = 180  # the name stands in longer names of files, of at most 255 bytes


def why_not(name: str) -> str:
    """
    Say why a name cannot stand in a gradebook and in paths.

    Parameters
    ----------
    name : str
        As the file system gives it, with half characters for bytes that are no text.

    Returns
    -------
    str
        One sentence with what to do; empty where nothing is wrong.

    Examples
    --------
    >>> why_not("ada")
    ''
    """
    if not is_text(name):
        return "The name of this folder is no text in UTF-8: rename it as the roster writes the student."
    if not name.isprintable() or name != name.strip():
        return (
            "The name of this folder holds characters that cannot be seen: rename it as the roster writes the student."
        )
    if len(os.fsencode(name)) > MOST_BYTES:
        return f"The name of this folder has more than {MOST_BYTES} bytes: rename it as the roster writes the student."
    return ""


def readable(name: str) -> str:
    r"""
    Write a name so that a person can read it, on a terminal and in a file.

    Parameters
    ----------
    name : str
        Any.

    Returns
    -------
    str
        At most 80 characters. Bytes that are no text are read as Latin-1, where most of them come from.

    Examples
    --------
    >>> readable("m\udcfcller")
    'm\xfcller'
    """
    return shown(name if is_text(name) else os.fsencode(name).decode("latin-1"))


def is_text(name: str) -> bool:
    r"""
    Tell whether the bytes of a name are text in UTF-8.

    Parameters
    ----------
    name : str
        As the file system gives it.

    Returns
    -------
    bool
        False where a byte came as half a character.

    Examples
    --------
    >>> is_text("m\udcfcller")
    False
    """
    return not any("\udc80" <= letter <= "\udcff" for letter in name)


def shown(name: str) -> str:
    r"""
    Write a name in a sentence: short, and without characters that do something to a terminal.

    Parameters
    ----------
    name : str
        Any.

    Returns
    -------
    str
        At most 80 characters.

    Examples
    --------
    >>> shown("new\nline")
    'new\\nline'
    """
    plain = name if name.isprintable() else repr(name)[1:-1]
    return plain if len(plain) <= 80 else f"{plain[:77]}..."


def look_alikes(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """
    Find names that may mean one person.

    Parameters
    ----------
    names : iterable of str
        Of students.

    Returns
    -------
    dict of str to tuple of str
        For each of them the others: alike but for case, zeros in front, accents, blanks and signs.

    Examples
    --------
    >>> look_alikes(["7", "007", "ada"])
    {'007': ('7',), '7': ('007',)}
    """
    groups = collections.defaultdict(list)
    for name in sorted(names):
        groups[_core(name)].append(name)
    return {
        name: tuple(other for other in group if other != name)
        for group in groups.values()
        if len(group) > 1
        for name in group
    }


def _core(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum()).lstrip("0") or plain
