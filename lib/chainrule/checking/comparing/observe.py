"""Running an answer once and writing down what happened.

What you can do with this file:

- call an answer on a probe: `observe`, which returns an `Outcome`;
- say in one sentence why an answer cannot be called at all: `refusal`;
- read the numbers that an exception names, such as shapes: `numbers_told`;
- read the names of its parameters: `parameter_names`.

An outcome is plain data: the result as a snapshot or the exception, which arguments changed, whether a
formula overflowed. The outcomes of the mistakes are made the same way, so that both can be compared.
"""

from __future__ import annotations

import inspect
import re
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe, materialize, read_result, run_probe
from chainrule.checking.comparing.quiet import Quiet
from chainrule.checking.values import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Failure", "Outcome", "numbers_told", "observe", "parameter_names", "refusal"]

NUMBER = re.compile(r"\d+")
ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")  # says nothing to a student, and differs from run to run


@dataclass(frozen=True)
class Failure:
    """An exception that an answer raised: its type, its message and the student's line."""

    type_name: str
    message: str
    line: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one call of an answer did."""

    value: Any = None
    failure: Failure | None = None
    changed: tuple[int, ...] = ()
    overflowed: bool = False
    characters: int = 0


def observe(answer: Callable[..., Any], probe: Probe) -> Outcome:
    """
    Call an answer on fresh arguments and record the outcome.

    Parameters
    ----------
    answer : callable
        A student's function or class, a reference or a mistake.
    probe : Probe
        The input.

    Returns
    -------
    Outcome
        Exceptions are recorded, not raised; KeyboardInterrupt passes.

    Examples
    --------
    >>> observe(lambda x: 2 * x, Probe("a number", (3.0,))).value
    array(6.)
    """
    made: dict[Named, tuple[Any, ...]] = {}  # one for all arguments: members of a group share their state
    args = tuple(materialize(arg, made) for arg in probe.args)
    pristine = [_state(arg) for arg in args]
    quiet = Quiet()
    value, failure = None, None
    with quiet:
        try:
            value = read_result(probe.reading, snapshot(run_probe(answer, probe, args)))
        # Not KeyboardInterrupt: with it the watchdog stops an answer that never ends.
        except (Exception, SystemExit, GeneratorExit) as error:  # noqa: BLE001 - any student error is a finding
            failure = Failure(type(error).__name__, _first_line(error), _students_line(error, answer))
    changed = tuple(i for i, (arg, state) in enumerate(zip(args, pristine, strict=True)) if _differs(arg, state))
    overflowed = any(issubclass(it.category, RuntimeWarning) and "overflow" in str(it.message) for it in quiet.warned)
    return Outcome(value, failure, changed, overflowed, quiet.characters)


def refusal(answer: Any, name: str, parameters: tuple[str, ...]) -> tuple[str, str] | None:
    """
    Say why an answer cannot be called with the exercise's arguments.

    Parameters
    ----------
    answer : object
        What the student passed to the check.
    name : str
        The exercise.
    parameters : tuple of str
        The parameters that the answer should take.

    Returns
    -------
    tuple of (slug, sentence) or None
        None when it can be called, as far as its signature tells.

    Examples
    --------
    >>> refusal(3, "relu", ("z",))[0]
    'not-callable'
    >>> refusal(lambda z: z, "relu", ("z",)) is None
    True
    """
    if not callable(answer):
        what = "None" if answer is None else f"a value of type {type(answer).__name__}"
        kind = "class" if name[:1].isupper() else "function"
        return "not-callable", f"Expected a {kind} {name}({', '.join(parameters)}), found {what}."
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some built-in functions do not tell their signature
        return None
    try:
        signature.bind(*parameters)
    except TypeError:
        found = signature.replace(return_annotation=inspect.Signature.empty)
        count = f"{len(parameters)} argument{'s' * (len(parameters) != 1)}"
        wanted = f"Expected {name}({', '.join(parameters)}), found {name}{found}"
        return "wrong-parameters", f"{wanted}: it is called with {count} in this order."
    return None


def numbers_told(message: str) -> str:
    """
    Read the numbers of an exception's message: two errors of one type with other shapes are two errors.

    Parameters
    ----------
    message : str
        Its words may differ between versions of a library; the shapes in it do not.

    Returns
    -------
    str
        The numbers in their order.

    Examples
    --------
    >>> numbers_told("operands could not be broadcast together with shapes (6,5) (6,)")
    '6 5 6'
    """
    return " ".join(NUMBER.findall(message))


def parameter_names(answer: Callable[..., Any]) -> tuple[str, ...]:
    """
    Read the names of an answer's parameters.

    Parameters
    ----------
    answer : callable
        A function or class.

    Returns
    -------
    tuple of str
        Empty where the signature cannot be told.

    Examples
    --------
    >>> parameter_names(lambda upstream, a: upstream * a)
    ('upstream', 'a')
    """
    try:
        return tuple(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return ()


def _state(arg: Any) -> Any:
    """What an argument looks like before the call."""
    return snapshot(arg) if isinstance(arg, (np.ndarray, list, dict, tuple)) else None


def _differs(arg: Any, before: Any) -> bool:
    if isinstance(arg, np.ndarray):
        same_form = arg.shape == before.shape and arg.dtype == before.dtype
        # A nan that stays nan is no change.
        return not (same_form and np.array_equal(arg, before, equal_nan=arg.dtype.kind == "f"))
    if isinstance(arg, (list, tuple)):
        return len(arg) != len(before) or any(_differs(a, b) for a, b in zip(arg, before, strict=True))
    return before is not None and snapshot(arg) != before


def _first_line(error: BaseException) -> str:
    text = ADDRESS.sub("", str(error)).strip()
    return text.splitlines()[0][:300] if text else ""


def _code_of(answer: Any) -> Any:
    """The code of a function, or of a method of a class: both tell the file or cell that it was written in."""
    methods = vars(answer).values() if isinstance(answer, type) else ()
    codes = (getattr(it, "__code__", None) for it in (inspect.unwrap(answer), *methods))
    return next((code for code in codes if code), None)


def _students_line(error: BaseException, answer: Any) -> str:
    """The innermost line of the file or cell that the answer was written in."""
    code = _code_of(answer)
    filename = code.co_filename if code else None
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename]
    if not frames:
        return ""
    frame = frames[-1]
    return f"line {frame.lineno}: {frame.line}" if frame.line else f"line {frame.lineno}"
