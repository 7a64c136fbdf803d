"""Answer keys as one file: numbers in one packed array per dtype, everything else as JSON.

What you can do with this file:

- write keys: `pack`;
- read them back: `unpack`;
- let files hold the key of a further kind: `packed`.

The file is an .npz archive that is read without pickle, so it can hold data and nothing else. One array
per dtype instead of one per value keeps it small: in a trial most of 46 KB were headers.
"""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from chainrule.checking.comparing.compare import Expected
from chainrule.checking.comparing.measuring import Measured
from chainrule.checking.comparing.observe import Failure, Outcome
from chainrule.checking.comparing.probes import Call, Large, Member, Named, Probe, Seeded, Statistic, Strided
from chainrule.checking.keys.answer_key import Case, KnownMistake
from chainrule.checking.values import Opaque, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["pack", "packed", "unpack"]

# The classes that a file may name, and those that `packed` adds. Nothing else is ever built from it.
CLASSES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Case,
        KnownMistake,
        Call,
        Expected,
        Failure,
        Large,
        Measured,
        Member,
        Named,
        Opaque,
        Outcome,
        Probe,
        Seeded,
        Statistic,
        Strided,
        Unreadable,
    )
}
STRUCTURE = "structure"

Kind = TypeVar("Kind")


def packed(kind: type[Kind]) -> type[Kind]:
    """
    Let key files hold instances of a dataclass; used as a decorator above `@dataclass`.

    Parameters
    ----------
    kind : type
        A dataclass whose fields are plain data; its name is unique among them.

    Returns
    -------
    type
        The same class.

    Raises
    ------
    TypeError
        Another class has this name, or this is no dataclass.
    """
    if not dataclasses.is_dataclass(kind) or CLASSES.setdefault(kind.__name__, kind) is not kind:
        raise TypeError(f"Expected a dataclass with a name that no other key has, found {kind.__qualname__}.")
    return kind


def pack(keys: Iterable[Any]) -> bytes:
    """
    Write keys into the bytes of a file; equal keys give equal bytes.

    Parameters
    ----------
    keys : iterable of Key
        In the order of the unit.

    Returns
    -------
    bytes
        An .npz archive.

    Raises
    ------
    TypeError
        A key holds something that is no data.
    """
    writer = _Writer()
    structure = json.dumps([writer.encode(key) for key in keys], separators=(",", ":"), sort_keys=True)
    arrays = {name: np.concatenate(parts) for name, parts in sorted(writer.parts.items())}
    arrays[STRUCTURE] = np.frombuffer(structure.encode(), dtype=np.uint8)
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]  # the stub takes every name for a flag
    return stream.getvalue()


def unpack(data: bytes) -> dict[str, Any]:
    """
    Read keys back.

    Parameters
    ----------
    data : bytes
        What `pack` wrote.

    Returns
    -------
    dict of str to Key
        By the name of the exercise.

    Raises
    ------
    ValueError
        The bytes are no key file.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        structure = json.loads(arrays.pop(STRUCTURE).tobytes())
        found = [_decode(entry, arrays) for entry in structure]
    except (OSError, KeyError, ValueError, TypeError, IndexError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"Expected an answer key, found something else ({type(error).__name__}).") from error
    return {key.name: key for key in found}


class _Writer:
    """Turns values into JSON and collects their numbers by dtype."""

    def __init__(self) -> None:
        self.parts: dict[str, list[np.ndarray]] = {}
        self._used: dict[str, int] = {}

    def encode(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, (tuple, list)):
            return {type(value).__name__: [self.encode(entry) for entry in value]}
        if isinstance(value, dict):
            return {"dict": [[name, self.encode(entry)] for name, entry in value.items()]}  # in its own order
        if type(value).__name__ in CLASSES and dataclasses.is_dataclass(value):
            fields = {it.name: self.encode(getattr(value, it.name)) for it in dataclasses.fields(value)}
            return {"class": type(value).__name__, "fields": fields}
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        raise TypeError(f"An answer key holds plain data; found a value of type {type(value).__name__}.")

    def _array(self, value: np.ndarray) -> dict[str, Any]:
        name = value.dtype.str.lstrip("<|=")
        start = self._used.get(name, 0)
        self.parts.setdefault(name, []).append(np.ascontiguousarray(value).ravel())
        self._used[name] = start + value.size
        return {"array": [name, start, list(value.shape)]}


def _decode(value: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    if not isinstance(value, dict):
        return value
    if "array" in value:
        name, start, shape = value["array"]
        size = int(np.prod(shape, dtype=int))
        return arrays[name][start : start + size].reshape(shape).copy()
    if "class" in value:
        fields = {name: _decode(entry, arrays) for name, entry in value["fields"].items()}
        return CLASSES[value["class"]](**fields)
    if "dict" in value:
        return {name: _decode(entry, arrays) for name, entry in value["dict"]}
    ((kind, entries),) = value.items()
    return {"tuple": tuple, "list": list}[kind](_decode(entry, arrays) for entry in entries)
