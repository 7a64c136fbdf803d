"""Pointing at one wrong number. Pure.

What you can do with this file:

- say at which input an entry is wrong, what it is and what it should be: `locate`;
- add what to try to an exception's own words: `hints`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.probes import materialize
from chainrule.checking.values import ENTRIES_SHOWN, brief, count_numbers

if TYPE_CHECKING:
    from chainrule.checking.compare import Mismatch
    from chainrule.checking.key import AnswerKey, Case

__all__ = ["hints", "locate"]

# From words in an exception's message to what usually lies behind them.
HINTS = {
    "truth value of an array": "if, max() and `and` need one number; z is an array: use xp.where or xp.maximum.",
    "only 0-dimensional arrays": "Functions of math take one number; those of xp take every entry of an array.",
    "only length-1 arrays": "Functions of math take one number; those of xp take every entry of an array.",
    "bitwise_xor": "^ is no power in Python: write a**2.",
    "matmul: Input operand": "@ is the matrix product; entry by entry it is *.",
    "assignment destination is read-only": "The array must not be changed: work on a copy.",
}


def locate(key: AnswerKey, case: Case, mismatch: Mismatch) -> list[str]:
    """
    Write the counter-example of a wrong number.

    Parameters
    ----------
    key : AnswerKey
        Names the parameters.
    case : Case
        The failing case.
    mismatch : Mismatch
        Of kind "value" or "nan".

    Returns
    -------
    list of str
        "At z = 2 your result is -2, expected 0.104994." or the inputs and the entry in two lines.
    """
    found, right = _entry(mismatch.found, mismatch.index), _expected(case, mismatch)
    if found == right:  # they differ behind the digits that are shown
        found, right = (repr(_at(it, mismatch.index)) for it in (mismatch.found, mismatch.expected))
    args = {} if case.probe.script else _named_args(key, case)
    here = _inputs_here(args, mismatch) if args else {}
    if here:
        return [f"At {_listed(here)} {mismatch.where or 'your result'} is {found}, expected {right}."]
    subject = mismatch.where or "your result"
    if mismatch.index:
        subject = f"entry {list(mismatch.index)} of {subject}"
    told = f"{subject[0].upper()}{subject[1:]} is {found}, expected {right}."
    shown = all(count_numbers(arg) <= ENTRIES_SHOWN and not _holds_function(arg) for arg in args.values())
    return [f"Called with {_listed(args)}.", told] if args and shown else [told]


def hints(message: str) -> list[str]:
    """
    Add what to try to an exception's own words.

    Parameters
    ----------
    message : str
        The first line of the exception's message.

    Returns
    -------
    list of str
        One sentence, or nothing where the message speaks for itself.

    Examples
    --------
    >>> hints("ufunc 'bitwise_xor' not supported for the input types")
    ['^ is no power in Python: write a**2.']
    """
    return [hint for words, hint in HINTS.items() if words in message][:1]


def _named_args(key: AnswerKey, case: Case) -> dict[str, Any]:
    return dict(zip(key.parameters, [materialize(arg) for arg in case.probe.args], strict=False))


def _expected(case: Case, mismatch: Mismatch) -> str:
    expected = case.expected
    if expected.is_interval and isinstance(expected.low, np.ndarray):
        low, high = _entry(expected.low, mismatch.index), _entry(expected.high, mismatch.index)
        if low != high:
            return f"a value from {low} to {high}"
    return _entry(mismatch.expected, mismatch.index)


def _entry(value: Any, index: tuple[int, ...]) -> str:
    return brief(_at(value, index))


def _at(value: Any, index: tuple[int, ...]) -> Any:
    return value[index].item() if isinstance(value, np.ndarray) else value


def _inputs_here(args: dict[str, Any], mismatch: Mismatch) -> dict[str, Any]:
    """The inputs that belong to the wrong entry, where every array argument has one there; else nothing."""
    shape = mismatch.expected.shape if isinstance(mismatch.expected, np.ndarray) else ()
    arrays = [arg for arg in args.values() if isinstance(arg, np.ndarray)]
    same_shape = [arg.shape == shape for arg in arrays]
    fitting = shape and any(same_shape) and all(arg.shape in (shape, shape[-1:]) for arg in arrays)
    if not fitting or any(callable(arg) for arg in args.values()):
        return {}
    return {
        name: arg[mismatch.index[-arg.ndim :]] if isinstance(arg, np.ndarray) else arg for name, arg in args.items()
    }


def _holds_function(arg: Any) -> bool:
    """Whether an argument is a function, or a list with one: these cannot be shown."""
    return callable(arg) or (isinstance(arg, (list, tuple)) and any(_holds_function(entry) for entry in arg))


def _listed(args: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {brief(value)}" for name, value in args.items())
