"""What single verbs of the protocol in `serve` do.

What you can do with this file:

- compute with operators by their names: `OPERATORS`;
- take one step of an iterator: `next_of`; wait for a coroutine: `awaited`;
- read a signature as plain data: `signature_of`; read an object as text: `text_of`;
- tell whether a mutable value has changed: `contents_key`; list all that have: `changed`;
- make the exception that a function of the test raised: `builtin_exception`;
- write a file of the submission: `put_file`.
"""

from __future__ import annotations

import asyncio
import builtins
import inspect
import operator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import aliases
from .others import plain_state
from .tables import is_table, key_of
from .wire import Unsendable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "OPERATORS",
    "awaited",
    "builtin_exception",
    "changed",
    "contents_key",
    "next_of",
    "put_file",
    "signature_of",
    "text_of",
]

FORM = 2  # shape and dtype come first in the key of an array
OPERATORS: dict[str, Callable[..., Any]] = {
    name: getattr(operator, name)
    for name in (
        *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift"),
        *("neg", "pos", "invert", "index", "eq", "ne", "lt", "le", "gt", "ge", "truth"),
    )
}
OPERATORS |= {
    "abs": abs,
    "divmod": divmod,
    "round": round,
    "int": int,
    "float": float,
    "complex": complex,
    "hash": hash,
}


def contents_key(value: Any) -> Any:
    """What tells whether a mutable value has changed, without walking into what it holds."""
    kind = type(value)
    if kind is np.ndarray:
        return (value.shape, value.dtype.str, value.tobytes())
    if kind in aliases.SEQUENCES:  # with their types, since 1 equals True
        return [(type(it), it if type(it) in aliases.ATOMS else id(it)) for it in value]
    if kind in aliases.MAPPINGS:
        return [(name, type(it), it if type(it) in aliases.ATOMS else id(it)) for name, it in value.items()]
    if kind is np.random.Generator:
        return plain_state(value.bit_generator.state)
    if kind is np.random.RandomState:
        _, key, *rest = value.get_state()
        return (key.tobytes(), rest)
    return key_of(value) if is_table(kind) else kind(value)


def changed(given: list[Any], before: list[Any]) -> list[list[Any]]:
    """Pairs of the number and the new contents of every value that is not what it was."""
    numbers = {id(it): number for number, it in enumerate(given)}
    found = []
    for number, value in enumerate(given):
        key = contents_key(value)
        if key == before[number]:
            continue
        if key is None:
            raise Unsendable(f"An argument was made a {type(value).__name__} in place that cannot be sent.")
        recast = type(value) is np.ndarray and key[:FORM] != before[number][:FORM]
        found.append([number, aliases.recast(value) if recast else aliases.referring(aliases.contents(value), numbers)])
    return found


def next_of(iterator: Any) -> list[Any]:
    """Take one step: a list of the value, or an empty one at the end."""
    try:
        return [next(iterator)]
    except StopIteration:
        return []


def awaited(coroutine: Any) -> Any:
    """Wait for a coroutine."""

    async def wait() -> Any:
        return await coroutine

    return asyncio.run(wait())


def signature_of(function: Any) -> list[list[Any]]:
    """Read the parameters: name, kind, whether there is a default, the default or its text."""
    found = []
    for parameter in inspect.signature(function).parameters.values():
        has_default = parameter.default is not parameter.empty
        default = parameter.default if has_default else None
        plain = type(default) in aliases.ATOMS
        found.append([parameter.name, int(parameter.kind), has_default, default if plain else repr(default)[:200]])
    return found


def text_of(value: Any, how: str) -> str:
    """The text of an object: what `repr`, `str`, or `inspect.getsource` gives."""
    if how == "source":
        return inspect.getsource(value)
    return repr(value) if how == "repr" else str(value)


def builtin_exception(name: str, message: str) -> Exception:
    """What a function of the test raised, for the student's code to see."""
    found = getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, Exception):
        try:
            return found(message)
        except TypeError:
            pass
    return RuntimeError(f"{name}: {message}")


def put_file(name: str, data: bytes, more: bool) -> None:
    """Write a file below the folder where the notebook runs, or with `more` add to it."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"Expected a relative file name, found {name!r}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab" if more else "wb") as file:
        file.write(data)
