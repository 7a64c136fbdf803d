"""Texts that can be written down wherever they go: lone surrogates shown, exact types.

What you can do with this file:

- make a text encodable: `encodable`; do so with all texts of plain data: `encodable_all`;
- leave of a cell's outputs what can be sent: `sendable_outputs`.

Pure. JSON can spell half of a character (`"\\ud800"`), Python holds it, and UTF-8 has no bytes for it: a page, a file
or a row that meets one could not be written at all. As data of a call it stays what it is; in all that people read it
becomes the six characters that spell it.
"""

from __future__ import annotations

from typing import Any

__all__ = ["encodable", "encodable_all", "sendable_outputs"]


def encodable(text: str) -> str:
    r"""
    Make a text encodable.

    Parameters
    ----------
    text : str
        Any, also of a subclass, none of whose methods is called.

    Returns
    -------
    str
        Of exactly this type; where it held halves of characters, they are spelled.

    Examples
    --------
    >>> encodable("a\ud800b") == "a\\ud800b"
    True
    """
    return str.encode(text, "utf-8", "backslashreplace").decode()


def encodable_all(value: Any) -> Any:
    """
    Make all texts of plain data encodable.

    Parameters
    ----------
    value : object
        Texts, numbers and None, in lists, tuples and dictionaries.

    Returns
    -------
    object
        The same with other texts; tuples are lists, as in JSON.

    Examples
    --------
    >>> encodable_all({"lines": ("a", 1, None)})
    {'lines': ['a', 1, None]}
    """
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable_all(name): encodable_all(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [encodable_all(entry) for entry in value]
    return value


def sendable_outputs(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Leave of a cell's outputs what can be sent whatever was displayed: texts, and the bytes of pictures.

    Parameters
    ----------
    entries : list of dict
        As the shell collects them. A bundle may hold any object, and numbers without end; none of these is kept in
        the notebook.

    Returns
    -------
    list of dict
        The same entries.
    """
    return [
        {name: _bundle(entry) if name == "data" else encodable_all(entry) for name, entry in output.items()}
        for output in ({name: it for name, it in output.items() if name != "metadata"} for output in entries)
    ]


def _bundle(data: Any) -> dict[str, Any]:
    texts = {encodable(kind): it for kind, it in dict(data).items() if isinstance(kind, str)}
    return {
        kind: bytes(it) if isinstance(it, (bytes, bytearray)) else encodable(it)
        for kind, it in texts.items()
        if isinstance(it, (str, bytes, bytearray))
    }
