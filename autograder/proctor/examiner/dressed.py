"""Plain data in a class of the student's own.

What you can do with this file:

- dress plain data as an object of a subclass of it: `dressed`, a `Dressed`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proctor.examiner.standins import NEVER_ASKED, StandIn

__all__ = ["Dressed", "dressed"]


class Dressed:
    """
    Plain data whose own class, in the student's process, is a subclass: a namedtuple, a `class Table(dict)`.

    Comparing, counting and computing use the data that came over; whatever the data do not have is asked for.
    """

    _proctor_of: StandIn

    def __getattr__(self, name: str) -> Any:
        if name in NEVER_ASKED or name.startswith("_proctor"):
            raise AttributeError(name)
        return getattr(self._proctor_of, name)

    def __repr__(self) -> str:
        """What the object shows; what was made of its data, such as a part of an array, shows itself."""
        return repr(self._proctor_of) if "_proctor_of" in self.__dict__ else super().__repr__()

    def __str__(self) -> str:
        return str(self._proctor_of) if "_proctor_of" in self.__dict__ else super().__str__()


class _DressedMapping(Dressed):
    def __missing__(self, key: Any) -> Any:
        return self._proctor_of[key]


CLASSES: dict[tuple[type, str], type] = {}


def dressed(stand: Any, plain: Any) -> Any:
    """
    Dress plain data as an object of a subclass.

    Parameters
    ----------
    stand : object
        The stand-in for the object.
    plain : object
        Its data.

    Returns
    -------
    object
        Equal to the data and of their type; for types that cannot have subclasses the data themselves.
    """
    base = type(plain)
    if not isinstance(stand, StandIn) or base in (bool, type(None)):
        return plain
    key = base, stand._proctor_handle().name  # noqa: SLF001 - the same mechanism
    if key not in CLASSES:
        mixin = _DressedMapping if issubclass(base, dict) else Dressed
        own: dict[str, Any] = {"__module__": "student"}
        if base.__hash__ is None:  # the student's class may have one, and then its objects may lie in a set
            own["__hash__"] = object.__hash__
        CLASSES[key] = type(key[1] if key[1].isidentifier() else base.__name__, (mixin, base), own)
    made = plain.view(CLASSES[key]) if isinstance(plain, np.ndarray) else CLASSES[key](plain)
    made.__dict__["_proctor_of"] = stand
    return made
