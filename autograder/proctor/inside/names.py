"""What the names of a notebook stand for, and whether that has changed.

What you can do with this file:

- take a digest of every name: `digests`.

Used on the instructor's solved notebook alone, once for an assignment: comparing the digests before and after
each cell tells which cell binds or changes which name.
"""

from __future__ import annotations

import hashlib
from typing import Any

from .objects import kind_of
from .pack import encode
from .tables import is_table
from .wire import Handle, Message, WireError

__all__ = ["digests"]

LEFT_OUT = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})


def digests(names: dict[str, Any], own: frozenset[str]) -> dict[str, list[str]]:
    """
    Take a digest of every name.

    Parameters
    ----------
    names : dict
        A notebook's namespace.
    own : frozenset of str
        Names that the notebook had before its first cell.

    Returns
    -------
    dict of str to list of str
        The kind, and a digest that changes when another object is bound or the data of the object change; for
        a module its full name.
    """
    return {
        name: [kind_of(value), _digest(value)]
        for name, value in list(names.items())
        if not name.startswith("_") and name not in LEFT_OUT and name not in own
    }


def _digest(value: Any) -> str:
    kind = kind_of(value)
    if kind == "module":
        return str(value.__name__)
    if kind in ("class", "exception", "function"):
        return str(id(value))
    state = [value, None if is_table(type(value)) else getattr(value, "__dict__", None)]
    try:
        return _hashed(encode(state, handle_for=lambda it: Handle(id(it))))
    except (WireError, TypeError, ValueError):
        return str(id(value))


def _hashed(message: Message) -> str:
    found = hashlib.blake2b(message.body, digest_size=16)
    for buffer in message.buffers:
        found.update(buffer)
    return found.hexdigest()
