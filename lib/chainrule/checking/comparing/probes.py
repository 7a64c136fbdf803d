"""Probes: the inputs that an answer is tried on, as data.

What you can do with this file:

- describe one input: `Probe`, and for a class or a function as a result the further calls: `Call`;
- describe arguments that are no plain data: `Strided`, `Seeded`, `Large`, `Named`;
- pass several functions that share a state, each as an argument: `Member`;
- judge a random result by a number and its range: `Statistic`;
- turn a description into fresh arguments: `materialize`;
- run an answer through a probe: `run_probe`, a class by a script of calls;
- look at a result from the side that is unique: `apply_view`;
- take what a result does in place of what it is: `read_result`.

A probe holds no code, so that it can travel in an answer key. Functions are named from a fixed family.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.catalog.entries import FUNCTIONS, GROUPS, READINGS, SCRIPTS, VIEWS
from chainrule.checking.values import Unreadable, brief

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Call",
    "Large",
    "Member",
    "Named",
    "Probe",
    "Seeded",
    "Statistic",
    "Strided",
    "apply_view",
    "materialize",
    "read_result",
    "run_probe",
]


@dataclass(frozen=True, eq=False)
class Strided:
    """An array whose rows and columns do not lie beside each other in memory."""

    values: np.ndarray


@dataclass(frozen=True)
class Seeded:
    """A fresh NumPy generator with this seed, made anew for every call."""

    seed: int


@dataclass(frozen=True)
class Large:
    """Standard normal numbers, times `scale`, too many to store."""

    shape: tuple[int, ...]
    seed: int
    scale: float = 1.0


@dataclass(frozen=True)
class Named:
    """A function from the family in `FUNCTIONS`, or a reading from `READINGS`, with its parameters."""

    name: str
    parameters: tuple[float, ...] = ()


@dataclass(frozen=True)
class Member:
    """One function of a group in `GROUPS`; the members of equal groups in one probe share their state."""

    group: Named
    index: int


@dataclass(frozen=True)
class Call:
    """One more call on what the answer made: a method by name, or the object itself."""

    method: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Statistic:
    """
    A number of a random result, and where it lies if the result is right.

    `of` is a name in `STATISTICS`, `part` counts the results from 0 and `label` names that part to the
    student. `noise` is the standard deviation of the number over draws; 0 where chance plays no part.
    """

    of: str
    label: str
    low: float
    high: float
    noise: float = 0.0
    part: int = 0


@dataclass(frozen=True)
class Probe:
    """
    One input of an exercise.

    `label` tells the student what kind of input this is. `then` lists further calls where the answer
    is a class or returns a function; their results are compared in place of the object. `script` names a
    script in `SCRIPTS` that does more than such a list can: it gets the answer and `args`.
    `view` names a function in `VIEWS` where the result itself is not unique; `statistics` lists what a
    random result is judged by, in place of its numbers. `reading` goes further: what
    a family in `READINGS` reads off the result takes its place, so that its form is free too and an answer
    key holds no result that could be copied.
    `kink` says that some entry sits where the function has a corner, so that the bounds count.
    """

    label: str
    args: tuple[Any, ...]
    then: tuple[Call, ...] = ()
    view: str = ""
    kink: bool = False
    reading: Named | None = None
    statistics: tuple[Statistic, ...] = ()
    script: str = ""


def materialize(arg: Any, made: dict[Named, tuple[Any, ...]] | None = None) -> Any:
    """
    Make a fresh argument from its description; arrays are copied, so an answer may do what it likes.

    Parameters
    ----------
    arg : array, scalar, str, None, list, tuple, Strided, Seeded, Large, Named or Member
        An entry of `Probe.args`.
    made : dict, optional
        The groups of functions that were made for this call; one dictionary for all arguments of a probe.

    Returns
    -------
    object
        What is passed to the answer.

    Examples
    --------
    >>> import numpy as np
    >>> materialize(Strided(np.eye(2))).flags["C_CONTIGUOUS"]
    False
    """
    if isinstance(arg, np.ndarray):
        return arg.copy()
    if isinstance(arg, Strided):
        spread = np.zeros([2 * size for size in arg.values.shape], dtype=arg.values.dtype)
        view = spread[tuple(slice(None, None, 2) for _ in arg.values.shape)]
        view[...] = arg.values
        return view
    if isinstance(arg, Seeded):
        return np.random.default_rng(arg.seed)
    if isinstance(arg, Large):
        return arg.scale * np.random.default_rng(arg.seed).standard_normal(arg.shape)
    if isinstance(arg, Named):
        return FUNCTIONS[arg.name](*arg.parameters)
    if isinstance(arg, Member):
        made = {} if made is None else made
        if arg.group not in made:
            made[arg.group] = GROUPS[arg.group.name](*arg.group.parameters)
        return made[arg.group][arg.index]
    if isinstance(arg, (list, tuple)):
        return type(arg)(materialize(entry, made) for entry in arg)
    return arg


def run_probe(answer: Callable[..., Any], probe: Probe, args: tuple[Any, ...]) -> Any:
    """
    Call an answer with materialized arguments and follow the further calls of the probe.

    Parameters
    ----------
    answer : callable
        A function or a class.
    probe : Probe
        The calls to make.
    args : tuple
        `probe.args`, materialized.

    Returns
    -------
    object
        The result, the results of the further calls with a name for each, or what the script gives.

    Examples
    --------
    >>> run_probe(lambda x: lambda y: x + y, Probe("adder", (2,), then=(Call("__call__", (3,)),)), (2,))
    {'the result of call 1, with 3,': 5}
    """
    if probe.script:
        return SCRIPTS[probe.script](answer, *args)
    made = answer(*args)
    if not probe.then:
        return made
    results = {}
    for number, call in enumerate(probe.then, start=1):
        target = made if call.method == "__call__" else getattr(made, call.method)
        results[_named_call(number, call)] = target(*[materialize(arg) for arg in call.args])
    return results


def _named_call(number: int, call: Call) -> str:
    """Which call this is, in words that fit into a sentence."""
    method = "" if call.method == "__call__" else f" of {call.method}"
    given = ", ".join("..." if isinstance(arg, np.ndarray) and arg.size > 1 else brief(arg) for arg in call.args)
    return f"the result of call {number}{method}{f', with {given},' if given else ''}"


def apply_view(view: str, result: Any) -> Any:
    """
    Look at a result through a named view; the empty name leaves it as it is.

    Parameters
    ----------
    view : str
        A name in `VIEWS`, or "".
    result : object
        A result whose shape has been checked.

    Returns
    -------
    object
        What is compared.

    Examples
    --------
    >>> apply_view("", 3)
    3
    """
    return VIEWS[view](result) if view else result


def read_result(reading: Named | None, result: Any) -> Any:
    """
    Read off a result what is compared; without a reading that is the result itself.

    Parameters
    ----------
    reading : Named or None
        A family in `READINGS` with its parameters.
    result : object
        A snapshot of a result.

    Returns
    -------
    object
        Plain data, or `Unreadable` where the result has not the form that the reading needs.

    Examples
    --------
    >>> import numpy as np
    >>> read_result(Named("network on bits", (1, 0)), np.eye(2)).sentence
    'Expected two results, a list of weights and a list of biases, found an array of shape (2, 2).'
    """
    if reading is None or result is None:
        return result
    try:
        return READINGS[reading.name](*reading.parameters)(result)
    except ValueError as error:
        return Unreadable(str(error))
