"""What CuPy refuses, in words that say what to write instead.

What you can do with this file:

- raise it: `DeviceError`;
- refuse host arrays, lists and unknown keywords: `no_host_arrays`, `no_lists`, `known_keywords`;
- refuse functions of NumPy where code promises to call the array's own module: `no_numpy_function`, `STRICT`.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import numpy as np

__all__ = ["STRICT", "DeviceError", "known_keywords", "no_host_arrays", "no_lists", "no_numpy_function"]

STRICT = ContextVar("STRICT", default=False)
"""Whether functions of NumPy are refused that CuPy would take over."""


class DeviceError(TypeError):
    """A GPU would not do this, or would do something else than NumPy does."""


def no_host_arrays(called: str, values: Any) -> None:
    """
    Refuse arrays that lie on the host.

    Parameters
    ----------
    called : str
        What was called, for the message.
    values : iterable
        Arguments; a NumPy scalar is a number and passes.

    Raises
    ------
    DeviceError
        One of them is a NumPy array.

    Examples
    --------
    >>> no_host_arrays("xp.exp", [np.float64(1.0), 2])
    >>> no_host_arrays("xp.exp", [np.ones(2)])
    Traceback (most recent call last):
        ...
    chainrule.stand_in.refusals.DeviceError: xp.exp got a NumPy array of shape (2,) beside arrays of the GPU. ...
    """
    for value in values:
        if isinstance(value, np.ndarray):
            raise DeviceError(
                f"{called} got a NumPy array of shape {value.shape} beside arrays of the GPU. "
                "Make it with xp, not with np, or move it with chainrule.to_device."
            )


def no_lists(called: str, values: Any) -> None:
    """
    Refuse lists and tuples where NumPy would make an array of them.

    Parameters
    ----------
    called : str
        What was called, for the message.
    values : iterable
        Arguments.

    Raises
    ------
    DeviceError
        One of them is a list or a tuple.

    Examples
    --------
    >>> no_lists("xp.sum", [2.0])
    """
    for value in values:
        if isinstance(value, (list, tuple)):
            kind = type(value).__name__
            raise DeviceError(f"{called} got a {kind}; on a GPU it takes arrays. Write xp.asarray(...) around it.")


def known_keywords(called: str, given: Any, allowed: frozenset[str] | None) -> None:
    """
    Refuse keywords that CuPy's function does not have.

    Parameters
    ----------
    called : str
        What was called, for the message.
    given : iterable of str
        Names of keywords.
    allowed : frozenset of str or None
        What the function has; None where nothing is known.

    Raises
    ------
    DeviceError
        One of them is not allowed.

    Examples
    --------
    >>> known_keywords("xp.sum", ["axis"], frozenset(["axis", "dtype"]))
    """
    unknown = sorted(set(given) - allowed) if allowed is not None else []
    if unknown:
        raise DeviceError(f"{called} has no argument {unknown[0]} in CuPy; write it without.")


def no_numpy_function(name: str) -> None:
    """
    Refuse a function of NumPy that was called with an array of the device.

    CuPy takes most of them over, so what a student writes with np runs there. Code of the library promises to
    call the array's own module, since those that CuPy does not take over fail only on a GPU.

    Parameters
    ----------
    name : str
        The function's name.

    Raises
    ------
    DeviceError
        The stand-in is strict.

    Examples
    --------
    >>> no_numpy_function("exp")
    """
    if STRICT.get():
        raise DeviceError(f"np.{name} got an array of the GPU. Take xp.{name} of get_array_module.")
