"""The sentences that say what is wrong in one case. Pure.

What you can do with this file:

- hold what is wrong in one case: `Symptom`;
- say what was expected and what was found, whatever is wrong: `evidence`;
- say at which input an entry is wrong, what it is and what it should be: `locate`;
- add what to try to an exception's own words: `hints`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.catalog.entries import WORDS, script_parameters
from chainrule.checking.comparing.probes import Named, materialize
from chainrule.checking.values import ENTRIES_SHOWN, brief, count_numbers

if TYPE_CHECKING:
    from chainrule.checking.comparing.compare import Mismatch
    from chainrule.checking.comparing.observe import Outcome
    from chainrule.checking.keys.answer_key import AnswerKey, Case

__all__ = ["Symptom", "evidence", "hints", "locate"]

IMAGES = 2  # in arrays with more axes, such as images, an entry depends on its neighbors
TRUTH = "if, max() and `and` need one number, and this is an array: use xp.where or xp.maximum."
ONE_NUMBER = "float() and the functions of math take one number; those of xp take every entry of an array."

# From a pattern in an exception's message to what usually lies behind it.
HINTS = {
    "truth value of an array": TRUTH,
    "only 0-dimensional arrays": ONE_NUMBER,
    "only length-1 arrays": ONE_NUMBER,
    "bitwise_xor": "^ is no power in Python: write a**2.",
    "matmul: Input operand": "A @ B needs as many columns in A as B has rows. (Entry by entry the product is *.)",
    "assignment destination is read-only": "The array must not be changed: work on a copy.",
    r"\w\.\w+\(\) takes \d+ positional arguments? but": "The first parameter of every method is self.",
}


# One number for each row, met by a table: the trap that keepdims avoids.
ROW_FOR_COLUMN = re.compile(r"shapes \((\d+), ?(\d+)\) \((\d+),\)")


@dataclass(frozen=True)
class Symptom:
    """What is wrong in one case."""

    case: int
    kind: str
    mismatch: Mismatch | None = None


def evidence(key: AnswerKey, case: Case, symptom: Symptom, outcome: Outcome) -> list[str]:
    """
    Say what was expected and what was found, in one or two sentences.

    Parameters
    ----------
    key : AnswerKey
        Names the exercise and its parameters.
    case : Case
        The failing case.
    symptom : Symptom
        What is wrong in it.
    outcome : Outcome
        What the answer did.

    Returns
    -------
    list of str
        Such as "Expected a result, found None. Is a return missing?".

    Raises
    ------
    ValueError
        The symptom is about a value and carries no mismatch.
    """
    if symptom.kind == "not-written" and outcome.failure:
        told = outcome.failure.message
        if told and not re.search(rf"\b{re.escape(key.name)}\b", told):
            return [f"It calls a function that is not written yet: {told}"]
        return [f"{key.name} still holds the line that stands for your answer. Write it, run its cell, check again."]
    if symptom.kind == "raises" and outcome.failure:
        failure = outcome.failure
        at = f" in {failure.line}" if failure.line else ""
        told = f": {failure.message.rstrip('.')}" if failure.message not in ("", "None") else ""
        end = "" if told.endswith(("?", "!")) else "."
        return [f"It raised {failure.type_name}{at}{told}{end}"]
    if symptom.kind == "none":
        where = symptom.mismatch.where if symptom.mismatch else ""
        why = "Was it stored under this name?" if "grads[" in where else "Is a return missing?"
        return [f"Expected {where or 'a result'}, found None. {why}"]
    if symptom.kind == "modified":
        parameters = script_parameters(case.probe.script) if case.probe.script else key.parameters
        names = " and ".join(parameters[i] for i in outcome.changed)
        were = "was" if len(outcome.changed) == 1 else "were"
        return [f"{names} {were} changed in place. Work on a copy: the caller still needs the old values."]
    if symptom.kind == "overflow":
        return ["The result is right, but a number on the way was too large for a float (RuntimeWarning: overflow)."]
    mismatch = symptom.mismatch
    if mismatch is None:
        raise ValueError(f"A symptom of kind {symptom.kind} must carry its mismatch.")
    if symptom.kind == "nan":
        return [
            *locate(key, case, mismatch),
            "nan comes from 0/0, inf/inf, inf - inf or inf * 0: which step can give that?",
        ]
    if symptom.kind == "value":
        return locate(key, case, mismatch)
    return [mismatch.sentence]


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
    here = _inputs_here(args, mismatch) if args and _entry_by_entry(key) else {}
    if here:
        return [f"At {_listed(here)} {mismatch.where or 'your result'} is {found}, expected {right}."]
    subject = mismatch.where or "your result"
    if mismatch.index:
        subject = f"entry {list(mismatch.index)} of {subject}"
    told = f"{subject[0].upper()}{subject[1:]} is {found}, expected {right}."
    written = {} if case.probe.script else _written_args(key, case)
    shown = all(count_numbers(arg) <= ENTRIES_SHOWN and not _holds_function(arg) for arg in written.values())
    return [f"Called with {_listed(written)}.", told] if written and shown else [told]


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
    >>> hints("operands could not be broadcast together with shapes (6,5) (6,)")[0].split(". ")[0]
    '(6,) is lined up with the columns, of which there are 5'
    """
    row = ROW_FOR_COLUMN.search(message)
    if row and row[1] == row[3] != row[2]:
        lined_up = f"({row[3]},) is lined up with the columns, of which there are {row[2]}."
        return [f"{lined_up} If it is one number for each row, keepdims=True or [:, None] makes it a column."]
    return [hint for pattern, hint in HINTS.items() if re.search(pattern, message)][:1]


def _named_args(key: AnswerKey, case: Case) -> dict[str, Any]:
    return dict(zip(key.parameters, [materialize(arg) for arg in case.probe.args], strict=False))


def _written_args(key: AnswerKey, case: Case) -> dict[str, Any]:
    """The arguments by name; a function that can be written in a line as that line."""
    written = [
        WORDS[arg.name](*arg.parameters) if isinstance(arg, Named) and arg.name in WORDS else materialize(arg)
        for arg in case.probe.args
    ]
    return dict(zip(key.parameters, written, strict=False))


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
    fitting = 0 < len(shape) <= IMAGES and any(same_shape) and all(arg.shape in (shape, shape[-1:]) for arg in arrays)
    if not fitting or any(callable(arg) or isinstance(arg, (list, tuple)) for arg in args.values()):
        return {}
    return {
        name: arg[mismatch.index[-arg.ndim :]] if isinstance(arg, np.ndarray) else arg for name, arg in args.items()
    }


def _entry_by_entry(key: AnswerKey) -> bool:
    """Whether the arrays of every case lie side by side: a square matrix in one case alone does so by chance."""
    for case in key.cases:
        shapes = [arg.shape for arg in _named_args(key, case).values() if isinstance(arg, np.ndarray)]
        largest = max(shapes, key=len, default=())
        if any(shape not in (largest, largest[-1:]) for shape in shapes):
            return False
    return True


def _holds_function(arg: Any) -> bool:
    """Whether an argument is a function, or a list with one: these cannot be shown."""
    return callable(arg) or (isinstance(arg, (list, tuple)) and any(_holds_function(entry) for entry in arg))


def _listed(args: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {brief(value)}" for name, value in args.items())
