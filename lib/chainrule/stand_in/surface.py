"""The names and keywords that CuPy has, as they were recorded.

What you can do with this file:

- ask for the names of a module of CuPy: `names_of`;
- ask for the keywords of a function or of a method: `keywords_of`, `method_keywords`;
- ask for the names of an array or of a generator: `ARRAY_NAMES`, `GENERATOR_NAMES`;
- tell the versions that were recorded: `VERSIONS`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

__all__ = ["ARRAY_NAMES", "GENERATOR_NAMES", "VERSIONS", "keywords_of", "method_keywords", "names_of"]

_RECORD = json.loads(Path(__file__).with_name("surface.json").read_text(encoding="utf-8"))
VERSIONS = {name: _RECORD[name] for name in ("cupy", "numpy")}
ARRAY_NAMES = frozenset(_RECORD["array"])
GENERATOR_NAMES = frozenset(_RECORD["generator"])
OF_UFUNCS = ("out", "dtype", "casting")
# Methods are compiled and tell no signature; where a function has the same name, it has the same keywords.
# These have none, or others.
OF_METHODS = {
    "astype": ("dtype", "order", "casting", "subok", "copy"),
    "clip": ("min", "max", "out"),
    "copy": ("order",),
    "dot": ("b", "out"),
    "fill": ("value",),
    "flatten": ("order",),
    "item": (),
    "nonzero": (),
    "ravel": ("order",),
    "reshape": ("order",),
    "sort": ("axis", "kind"),
    "tolist": (),
    "transpose": (),
}


def names_of(module: str) -> frozenset[str]:
    """
    Give the public names of a module of CuPy.

    Parameters
    ----------
    module : str
        "" for cupy itself, "linalg", "random" or "fft".

    Returns
    -------
    frozenset of str
        As recorded.

    Examples
    --------
    >>> "insert" in names_of(""), "exp" in names_of("")
    (False, True)
    """
    return frozenset(_RECORD["modules"][module])


@cache
def keywords_of(module: str, name: str) -> frozenset[str] | None:
    """
    Give the keywords of a function of CuPy.

    Parameters
    ----------
    module : str
        "" for cupy itself, "linalg", "random" or "fft".
    name : str
        One of its names.

    Returns
    -------
    frozenset of str or None
        None where they are not known.

    Examples
    --------
    >>> "where" in keywords_of("", "sum")
    False
    """
    if not module and name in _RECORD["ufuncs"]:
        return frozenset(OF_UFUNCS)
    known = _RECORD["modules"][module][name]
    return None if known is None else frozenset(known)


@cache
def method_keywords(name: str) -> frozenset[str] | None:
    """
    Give the keywords of a method of CuPy's arrays.

    Parameters
    ----------
    name : str
        A method.

    Returns
    -------
    frozenset of str or None
        None where they are not known.

    Examples
    --------
    >>> sorted(method_keywords("max"))
    ['axis', 'keepdims', 'out']
    """
    if name in OF_METHODS:
        return frozenset(OF_METHODS[name])
    known = _RECORD["modules"][""].get(name) or _RECORD["modules"][""].get(f"a{name}")
    return None if known is None else frozenset(known[1:])
