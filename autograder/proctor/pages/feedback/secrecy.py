"""What of a graded notebook its student may read: nothing that a hidden test has told the student's code.

What you can do with this file:

- take out what could carry it: `without_secrets`;
- read what was handed in: `handed_in`.

Student code that a hidden test has called knows its inputs, and may put them into the message or the name of an
exception, or keep them and print them later. So from the first hidden test on a page says of a failed test what kind of
error it was, the author's own note, or a text that stands in the visible part of the test; and a cell's outputs are
those that were handed in, which come from a process that never met a hidden test.
"""

from __future__ import annotations

import builtins
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from proctor.intake.submitted import opened
from proctor.pages.feedback.blocks import NOTE
from proctor.pages.feedback.shapes import MOST_NOTEBOOK_BYTES, mapping, sequence, text
from proctor.plan.notebook import without_hidden

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from proctor.pages.feedback.blocks import Block

__all__ = ["handed_in", "without_secrets"]

NO_KIND = "An exception"


def without_secrets(
    cells: Sequence[Mapping[str, Any]], blocks: Sequence[Block], handed: Sequence[Mapping[str, Any]]
) -> list[Block]:
    """
    Take out of the blocks what hidden tests may have told.

    Parameters
    ----------
    cells : sequence of mapping
        The graded notebook's, hidden tests included.
    blocks : sequence of Block
        What a page would show of each.
    handed : sequence of mapping
        The cells of the notebook that was handed in.

    Returns
    -------
    list of Block
        As many.
    """
    waiting = [it for it in handed if it.get("cell_type") == "code"]
    found, met = [], False
    for cell, block in zip(cells, blocks, strict=True):
        source = text(cell.get("source"))
        met = met or (block.kind == "test" and without_hidden(source) != "\n".join(source.splitlines()))
        if not met:
            found.append(block)
        elif block.kind == "test":
            found.append(_told(block, cell))
        else:
            outputs = _outputs(waiting, source) if block.kind == "code" else ()
            found.append(replace(block, outputs=outputs, as_handed_in=bool(outputs)))
    return found


def _told(block: Block, cell: Mapping[str, Any]) -> Block:
    """A test's finding, where it is the author's; else the kind of its error."""
    outputs = [it for it in sequence(cell.get("outputs")) if isinstance(it, dict)]
    noted = any(isinstance(mapping(it.get("data")).get(NOTE), dict) for it in outputs)
    if block.finding is None or noted:
        return block
    visible = without_hidden(text(cell.get("source")))
    title, message = block.finding.title, block.finding.message
    known = isinstance(getattr(builtins, title, None), type) or (title.isidentifier() and title in visible)
    kept = message if message.strip() and message in visible else ""
    return replace(block, finding=replace(block.finding, title=title if known else NO_KIND, message=kept))


def _outputs(waiting: list[Mapping[str, Any]], source: str) -> tuple[Mapping[str, Any], ...]:
    """Those of the next cell with this text, as it was handed in."""
    for number, cell in enumerate(waiting):
        if text(cell.get("source")).strip() == source.strip():
            del waiting[: number + 1]
            return tuple(it for it in sequence(cell.get("outputs")) if isinstance(it, dict))
    return ()


def handed_in(folder: Path | None, notebook: str) -> list[Mapping[str, Any]]:
    """
    Read the cells of the notebook that was handed in.

    Parameters
    ----------
    folder : pathlib.Path or None
        The submission.
    notebook : str
        The notebook's file in it.

    Returns
    -------
    list of mapping
        None where there is no such notebook; whatever is no cell is left out.
    """
    if folder is None:
        return []
    try:
        root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with opened(root, notebook) as descriptor:
                size = os.fstat(descriptor).st_size
                with os.fdopen(os.dup(descriptor), "rb") as file:
                    content = json.loads(file.read(size).decode("utf-8-sig", errors="replace")) if _fits(size) else {}
        finally:
            os.close(root)
        content = json.loads(json.dumps(content, ensure_ascii=False).encode(errors="replace"))
    except (OSError, ValueError, RecursionError):
        return []
    return [it for it in sequence(mapping(content).get("cells")) if isinstance(it, dict)]


def _fits(size: int) -> bool:
    return size <= MOST_NOTEBOOK_BYTES
