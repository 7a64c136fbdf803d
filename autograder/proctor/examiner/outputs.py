"""What goes into an autograded notebook of what a student's process put out.

What you can do with this file:

- keep what is well formed, harmless and of a decent size: `checked_outputs`;
- keep the outputs of a whole notebook to a decent size: `within`;
- tell whether a cell failed, and the value that it showed: `has_error`, `shown_value`.

Pure. The student's process is not trusted: it can send anything in the place of outputs. Scripts never get into a
notebook that a grader opens, so only text and pictures made of pixels are kept.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from proctor.inside.texts import encodable_all

__all__ = ["MOST_NOTEBOOK_CHARACTERS", "checked_outputs", "has_error", "shown_value", "within"]

MOST_OUTPUTS = 500
MOST_CHARACTERS = 200_000
MOST_PICTURE_CHARACTERS = 4 << 20
MOST_ALL_CHARACTERS = 16 << 20
MOST_NOTEBOOK_CHARACTERS = 24 << 20
CUT = "\n... Output truncated ...\n"
TEXTS = ("text/plain", "text/latex")
PICTURES = ("image/png", "image/jpeg")


def checked_outputs(found: Any, *, most_lines: int = 1000, most_traceback_lines: int = 100) -> list[dict[str, Any]]:
    """
    Check the outputs of one cell.

    Parameters
    ----------
    found : object
        What the student's process sent.
    most_lines, most_traceback_lines : int
        As nbgrader limits them; -1 for no limit.

    Returns
    -------
    list of dict
        Outputs as nbformat has them; whatever is malformed is left out.

    Examples
    --------
    >>> checked_outputs([{"output_type": "stream", "name": "stdout", "text": "hello"}, 3])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'hello'}]
    """
    kept: list[dict[str, Any]] = []
    characters = 0
    for entry in found[:MOST_OUTPUTS] if type(found) is list else []:
        output = encodable_all(_checked(entry, most_lines, most_traceback_lines)) if type(entry) is dict else None
        if output is not None:
            characters += sum(len(it) for it in _texts(output))
            if characters > MOST_ALL_CHARACTERS:
                return [*kept, {"output_type": "stream", "name": "stdout", "text": CUT}]
            kept.append(output)
    return kept


def within(outputs: list[dict[str, Any]], left: int) -> tuple[list[dict[str, Any]], int]:
    """
    Keep the outputs of a whole notebook to a decent size.

    Parameters
    ----------
    outputs : list of dict
        Of the next cell, checked.
    left : int
        How many characters the notebook may still have.

    Returns
    -------
    tuple of (list of dict, int)
        The outputs that there is room for, and what is left after them.

    Examples
    --------
    >>> within([{"output_type": "stream", "name": "stdout", "text": "hello"}], 3)
    ([{'output_type': 'stream', 'name': 'stdout', 'text': '\\n... Output truncated ...\\n'}], 3)
    """
    kept: list[dict[str, Any]] = []
    for output in outputs:
        size = sum(len(it) for it in _texts(output))
        if size > left:
            return [*kept, {"output_type": "stream", "name": "stdout", "text": CUT}], left
        kept.append(output)
        left -= size
    return kept, left


def has_error(outputs: list[dict[str, Any]]) -> bool:
    """Whether a cell failed, by its outputs."""
    return any(it["output_type"] == "error" for it in outputs)


def shown_value(outputs: list[dict[str, Any]]) -> str | None:
    """The value of a cell's last expression, as the cell showed it."""
    return next((it["data"].get("text/plain") for it in outputs if it["output_type"] == "execute_result"), None)


def _checked(entry: dict[Any, Any], most_lines: int, most_traceback_lines: int) -> dict[str, Any] | None:
    kind = entry.get("output_type")
    if kind == "stream" and entry.get("name") in ("stdout", "stderr") and type(entry.get("text")) is str:
        return {"output_type": kind, "name": entry["name"], "text": _cut(entry["text"], most_lines)}
    if kind in ("display_data", "execute_result") and type(entry.get("data")) is dict:
        texts = {mime: _as_text(mime, it) for mime, it in entry["data"].items()}
        data = {mime: text for mime, text in texts.items() if _is_harmless(mime, text)}
        if data:
            return {"output_type": kind, "data": data, "metadata": {}}
    if kind == "error" and type(entry.get("traceback")) is list:
        lines = [line[:4000] for line in entry["traceback"] if type(line) is str]
        if 0 <= most_traceback_lines < len(lines):
            start = most_traceback_lines // 2
            end = most_traceback_lines - start - 1
            lines = [*lines[:start], "... Traceback truncated ...", *lines[len(lines) - end :]]
        words = [entry.get(it) for it in ("ename", "evalue")]
        name, value = (it[:4000] if type(it) is str else "" for it in words)
        return {"output_type": kind, "ename": name, "evalue": value, "traceback": lines}
    return None


def _as_text(mime: Any, found: Any) -> Any:
    """A picture's bytes as Jupyter sends them."""
    if type(found) is bytes and mime in PICTURES and len(found) <= MOST_PICTURE_CHARACTERS:
        return base64.b64encode(found).decode("ascii")
    return found


def _is_harmless(mime: Any, text: Any) -> bool:
    if type(text) is not str:
        return False
    if mime in TEXTS:
        return len(text) <= MOST_CHARACTERS
    if mime not in PICTURES or len(text) > MOST_PICTURE_CHARACTERS:
        return False
    try:
        base64.b64decode(text.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _cut(text: str, most_lines: int) -> str:
    lines = text.split("\n")
    if 0 <= most_lines < len(lines):
        text = "\n".join([*lines[: most_lines - 1], "... Output truncated ..."])
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + CUT


def _texts(output: dict[str, Any]) -> list[str]:
    return [output.get("text", ""), *output.get("data", {}).values(), *output.get("traceback", [])]
