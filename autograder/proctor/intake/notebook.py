"""Reading the bytes of a notebook that anybody may have made. Pure.

What you can do with this file:

- turn them into checked cells: `parse_notebook`;
- hold a cell of text with the pictures that were pasted into it: `Illustrated`; get these: `pictures_of`.

Encoding, JSON and every cell are checked; what can be put right is put right and reported, what cannot is one
`SubmissionError` with one clear sentence. Outputs, which may be forged or huge, are dropped. nbformat is not used:
importing it costs two seconds, and its validation refuses notebooks that can be graded.
"""

from __future__ import annotations

import base64
import contextlib
import json
import resource
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proctor.errors import SubmissionError
from proctor.model import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Illustrated", "parse_notebook", "pictures_of"]

MOST_MEMORY_BYTES = 2 << 30
MOST_CHARACTERS = 16 << 20
MOST_CELLS = 10_000
MOST_PICTURE_CHARACTERS = 32 << 20  # of all pictures of a notebook together, as base64
MOST_PICTURES = 1000
MOST_NAME = 200
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")  # pixels alone: SVG may hold scripts
KINDS = ("code", "markdown", "raw")
SCHEMA_VERSION = 3
Pictures = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Illustrated(Cell):
    """A cell of text with pictures in it: by the name that the text calls them, by type, as base64."""

    attachments: Pictures = field(default_factory=dict, repr=False)


def pictures_of(cell: Cell) -> Pictures:
    """The pictures of a cell; most have none."""
    return cell.attachments if isinstance(cell, Illustrated) else {}


@dataclass
class _Album:
    """The pictures of one notebook as they are read: what was left out, and what there is room for."""

    repairs: list[str]
    left: int = field(default_factory=lambda: MOST_PICTURE_CHARACTERS)
    count: int = 0

    def taken(self, entry: dict[str, Any], number: int) -> Pictures:
        """The pictures of a cell, checked; those that are left out are told."""
        found = entry.get("attachments")
        kept: Pictures = {}
        for name, bundle in found.items() if isinstance(found, dict) else ():
            pictures = self._checked(bundle) if len(name) <= MOST_NAME and self.count < MOST_PICTURES else {}
            if pictures:
                kept[_whole(name)] = pictures
                self.count += 1
            else:
                words = "is no picture that can be shown here, or too large; it was left out."
                self.repairs.append(f"In cell {number}, {_whole(name)[:40]!r} {words}")
        return kept

    def _checked(self, bundle: Any) -> dict[str, str]:
        kept = {}
        for kind in PICTURES:
            text = _text(bundle.get(kind)) if isinstance(bundle, dict) else None
            # What the file says of its length is not believed, and nothing of it is decoded when it is too long.
            if text and len(text) <= self.left and _is_base64(plain := "".join(text.split())):
                kept[kind] = plain
                self.left -= len(text)
        return kept


def parse_notebook(
    data: bytes, name: str = "the notebook", *, kernel: str = ""
) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """
    Read the bytes of a notebook, of format 3 or 4.

    Parameters
    ----------
    data : bytes
        A file.
    name : str
        What to call it in messages.
    kernel : str
        The name of the kernel that it should ask for; any if empty.

    Returns
    -------
    tuple of (tuple of Cell, tuple of str)
        The cells, and one sentence for each thing that was put right.

    Raises
    ------
    SubmissionError
        The bytes are no notebook.

    Examples
    --------
    >>> parse_notebook(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "1 + 1"}]}')[0]
    (Cell(kind='code', source='1 + 1', grade_id='', tags=()),)
    """
    content = _json(data, name)
    if not isinstance(content, dict):
        raise SubmissionError(f"Expected {name} to be a notebook, found other JSON.", slug="not-a-notebook")
    repairs: list[str] = []
    raw = content.get("cells")
    if not isinstance(raw, list) and isinstance(content.get("worksheets"), list):
        sheets = [sheet for sheet in content["worksheets"] if isinstance(sheet, dict)]
        raw = [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
        repairs.append("The notebook has the old format 3; it was converted.")
    if not isinstance(raw, list):
        raise SubmissionError(f"Expected {name} to be a notebook with cells, found none.", slug="not-a-notebook")
    if len(raw) > MOST_CELLS:
        raise SubmissionError(f"Expected at most {MOST_CELLS} cells in {name}, found {len(raw)}.", slug="too-large")
    found = _kernel(content)
    if kernel and found and found != kernel:
        repairs.append(f"The notebook asks for the kernel {found[:40]!r}; it ran with {kernel!r}.")
    cells = []
    versions = {_version(entry) for entry in raw} - {None, SCHEMA_VERSION}
    if versions:
        written = ", ".join(sorted(str(it)[:20] for it in versions))
        repairs.append(f"Cells have metadata of version {written}; they were read as version {SCHEMA_VERSION}.")
    album = _Album(repairs)
    for number, entry in enumerate(raw, start=1):
        cell = _cell(entry, number, repairs, album)
        if cell is not None:
            cells.append(cell)
    characters = sum(len(cell.source) for cell in cells)
    if characters > MOST_CHARACTERS:
        message = f"Expected at most {MOST_CHARACTERS} characters in the cells of {name}, found {characters}."
        raise SubmissionError(message, slug="too-large")
    return tuple(cells), tuple(repairs)


def _json(data: bytes, name: str) -> Any:
    if not data.strip():
        raise SubmissionError(f"Expected {name} to be a notebook, found an empty file.", slug="not-json")
    try:
        with _little_memory():
            return json.loads(data.decode(json.detect_encoding(data)).removeprefix("\ufeff"))
    except MemoryError as error:
        message = f"Expected {name} to be a notebook, found JSON that takes {MOST_MEMORY_BYTES} bytes to read."
        raise SubmissionError(message, slug="too-large") from error
    except UnicodeDecodeError as error:
        message = f"Expected {name} to be text, found a byte that is none at position {error.start}."
        raise SubmissionError(message, slug="not-json") from error
    except json.JSONDecodeError as error:
        merged = all(data.startswith(it) or b"\n" + it in data for it in (b"<<<<<<< ", b">>>>>>> "))
        why = "git left both sides of a conflict in it" if merged else "the file may be cut"
        message = f"Expected {name} to be JSON, found it broken at line {error.lineno}: {why}."
        raise SubmissionError(message, slug="not-json") from error
    except (RecursionError, ValueError) as error:  # nested without end, or a number of thousands of digits
        raise SubmissionError(
            f"Expected {name} to be a notebook, found JSON out of bounds.", slug="not-json"
        ) from error


@contextlib.contextmanager
def _little_memory() -> Iterator[None]:
    """Let this process take little more memory: three bytes such as `[],` become seventy."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # not Linux, where the limit would have no effect
        yield
        return
    most = pages * resource.getpagesize() + MOST_MEMORY_BYTES
    if before[0] != resource.RLIM_INFINITY:
        most = min(most, before[0])
    resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _cell(entry: Any, number: int, repairs: list[str], album: _Album) -> Cell | None:
    """A checked cell, or None where there is nothing to keep."""
    if not isinstance(entry, dict):
        repairs.append(f"Cell {number} is no cell; it was left out.")
        return None
    kind = entry.get("cell_type")
    source = _text(entry.get("source", entry.get("input", "")))
    if kind == "heading":  # format 3
        level = entry.get("level")
        signs = "#" * level if isinstance(level, int) and 1 <= level <= 6 else "#"
        kind, source = "markdown", f"{signs} {source}"
    if kind not in KINDS or source is None:
        repairs.append(f"Cell {number} has no known type or no text; it was left out.")
        return None
    whole = _whole(source)
    if whole != source:
        repairs.append(f"Cell {number} held halves of characters; they were replaced.")
    pictures = album.taken(entry, number) if kind == "markdown" else {}
    if pictures:
        return Illustrated(kind, whole, _grade_id(entry), _tags(entry), pictures)
    return Cell(kind, whole, _grade_id(entry), _tags(entry))


def _whole(text: str) -> str:
    """Halves of characters, which JSON can spell and UTF-8 cannot, replaced."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:  # binascii's own is one
        return False


def _text(value: Any) -> str | None:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else None


def _metadata(entry: dict[str, Any]) -> dict[str, Any]:
    metadata = entry.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _kernel(content: dict[str, Any]) -> str:
    metadata = content.get("metadata")
    spec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    name = spec.get("name") if isinstance(spec, dict) else None
    return name if isinstance(name, str) else ""


def _version(entry: Any) -> Any:
    """The version of a cell's nbgrader metadata, or None where it has none."""
    nbgrader = _metadata(entry).get("nbgrader") if isinstance(entry, dict) else None
    if not isinstance(nbgrader, dict) or "grade_id" not in nbgrader:
        return None
    version = nbgrader.get("schema_version", 0)
    return version if isinstance(version, int) else _whole(str(version))


def _grade_id(entry: dict[str, Any]) -> str:
    """Only a claim: what a cell is worth, and whether it is a test, the gradebook says."""
    nbgrader = _metadata(entry).get("nbgrader")
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return _whole(name) if isinstance(name, str) else ""


def _tags(entry: dict[str, Any]) -> tuple[str, ...]:
    tags = _metadata(entry).get("tags")
    return tuple(_whole(tag) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
