"""Comparing a result with what is expected, within a declared tolerance. Pure.

What you can do with this file:

- find the first difference: `compare`, which returns a `Mismatch` or None;
- measure a difference in units of rounding: `disagreement`;
- know the rounding of a result: `working_eps`.

|a - b| <= k eps max|ref|, with eps of the coarser of the result's and the inputs' dtypes and max|ref|
taken over the array. What a dtype coarser than float64 adds ends at a thousandth. At a kink the expectation is an
interval and max|ref| that of its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from chainrule.checking.values import Opaque, Unreadable, describe, unpacked

__all__ = ["FLOAT64_EPS", "Expected", "Mismatch", "compare", "disagreement", "working_eps"]

Kind = Literal["none", "type", "length", "shape", "dtype", "nan", "statistic", "value"]
FLOAT64_EPS = float(np.finfo(np.float64).eps)
CEILING = 1e-3  # a coarser dtype excuses no more than this: a tolerance that is there for a step h counts in float64


@dataclass(frozen=True)
class Expected:
    """A right result, and where it is not a single one the lowest and the highest."""

    value: Any
    low: Any = None
    high: Any = None

    @property
    def is_interval(self) -> bool:
        """Whether more than one result is right."""
        return self.low is not None

    @property
    def ends(self) -> tuple[Any, Any]:
        """The lowest and the highest right result, the same where one alone is right."""
        return (self.low, self.high) if self.is_interval else (self.value, self.value)


@dataclass(frozen=True)
class _Allowance:
    """How many units of rounding two numbers may differ by."""

    tolerance: float
    eps: float


@dataclass(frozen=True)
class Mismatch:
    """
    The first difference between an expectation and a result.

    `where` names the part of a compound result, `index` the worst entry of an array, and `size` the
    difference there in units of what is allowed.
    """

    kind: Kind
    expected: Any
    found: Any
    where: str = ""
    index: tuple[int, ...] = ()
    size: float = float("inf")

    @property
    def sentence(self) -> str:
        """What was expected and what was found, for mismatches of form."""
        if isinstance(self.found, Unreadable):
            return self.found.sentence
        result = self.where or "the result"
        if self.kind == "dtype":
            return f"Expected float64 or float32 numbers in {result}, found dtype {self.found.dtype}."
        if self.kind == "statistic":
            low, high = (f"{end:.4g}" for end in self.expected)
            wanted = low if low == high else f"{low} to {high}"
            told = f"The {result} is {self.found:.4g}, expected {wanted}."
            middle = sum(self.expected) / 2
            ratio = self.expected[0] > 0 and not result.startswith(("smallest", "largest", "number of"))
            return f"{told} That is {self.found / middle:.3g} times the right one." if ratio else told
        if isinstance(self.expected, dict) and isinstance(self.found, dict):
            return _other_entries(self.expected, self.found, result)
        if isinstance(self.expected, tuple):
            return f"Expected {describe(self.expected)}, found {describe(self.found)}."
        advice = " xp.asarray(...) makes an array." if isinstance(self.found, list) else ""
        return f"Expected {result} to be {describe(self.expected)}, found {describe(self.found)}.{advice}"


def working_eps(*arrays: Any) -> float:
    """
    Give the rounding unit of the coarsest floating dtype among the arrays.

    Parameters
    ----------
    *arrays : object
        Arguments or results; what is no floating array counts as float64.

    Returns
    -------
    float
        2.2e-16 for float64, 1.2e-7 when a float32 is among them.

    Examples
    --------
    >>> working_eps(np.zeros(2), np.zeros(2, dtype=np.float32)) > 1e-8
    True
    """
    dtypes = [array.dtype for array in arrays if isinstance(array, (np.ndarray, np.generic))]
    return max((float(np.finfo(dtype).eps) for dtype in dtypes if dtype.kind == "f"), default=FLOAT64_EPS)


def compare(expected: Expected, found: Any, *, tolerance: float, eps: float = FLOAT64_EPS) -> Mismatch | None:
    """
    Compare a snapshot with an expectation.

    Parameters
    ----------
    expected : Expected
        Snapshots of the right result or of its bounds.
    found : object
        Snapshot of the answer's result.
    tolerance : float
        Allowed difference in units of eps * max|ref|.
    eps : float
        Rounding unit of the inputs; the result's own counts where it is coarser.

    Returns
    -------
    Mismatch or None
        None means equal within the tolerance. Form comes before value.

    Examples
    --------
    >>> compare(Expected(np.ones(2)), np.ones(2), tolerance=50) is None
    True
    >>> compare(Expected(np.ones(2)), np.ones(3), tolerance=50).kind
    'shape'
    """
    found = unpacked(expected.value, found)
    form = _form_mismatch(expected.value, found, "")
    return form or _value_mismatch(expected, found, _Allowance(tolerance, eps), "")


def disagreement(reference: Any, other: Any, *, eps: float = FLOAT64_EPS) -> float:
    """
    Measure the largest difference of two snapshots in units of eps * max|ref|.

    Parameters
    ----------
    reference, other : object
        Snapshots of the same form.
    eps : float
        Rounding unit of the inputs.

    Returns
    -------
    float
        0 for equal results, infinity for results of another form.

    Examples
    --------
    >>> disagreement(np.ones(1), np.ones(1) + 2.0**-52)
    1.0
    """
    other = unpacked(reference, other)
    mismatch = compare(Expected(reference), other, tolerance=0.0, eps=eps)
    if mismatch is None:
        return 0.0
    if mismatch.kind != "value":
        return float("inf")
    return max(_sizes(reference, other, eps))


def _sizes(reference: Any, other: Any, eps: float) -> list[float]:
    if isinstance(reference, np.ndarray):
        unit = _unit(reference, reference, other, eps)
        return [float(np.max(np.abs(_wide(other) - _wide(reference)), initial=0.0) / unit)]
    if isinstance(reference, (tuple, list)):
        return [size for a, b in zip(reference, other, strict=True) for size in _sizes(a, b, eps)]
    if isinstance(reference, dict):
        return [size for name in reference for size in _sizes(reference[name], other[name], eps)]
    return [0.0]


def _form_mismatch(expected: Any, found: Any, where: str) -> Mismatch | None:
    """Whether both have the same structure and shapes, whatever the numbers."""
    if found is None and expected is not None:
        return Mismatch("none", expected, found, where)
    if isinstance(expected, np.ndarray):
        if not isinstance(found, np.ndarray):
            return Mismatch("type", expected, found, where)
        if expected.shape != found.shape:
            return Mismatch("shape", expected, found, where)
        too_coarse = found.dtype.kind == "c" or found.dtype == np.float16
        return Mismatch("dtype", expected, found, where) if too_coarse else None
    if type(expected) is not type(found) or isinstance(found, Opaque):
        return Mismatch("type", expected, found, where)
    if isinstance(expected, (tuple, list)) and len(expected) != len(found):
        return Mismatch("length", expected, found, where)
    if isinstance(expected, dict) and set(expected) != set(found):
        return Mismatch("type" if len(expected) == len(found) else "length", expected, found, where)
    for name, part, got in _parts(expected, found):
        mismatch = _form_mismatch(part, got, _inside(name, where))
        if mismatch:
            return mismatch
    return None


def _other_entries(expected: dict[str, Any], found: dict[str, Any], result: str) -> str:
    """Name the first entry that a dictionary lacks, or else the first that it should not have."""
    missing, further = (
        [name for name in one if name not in two] for one, two in ((expected, found), (found, expected))
    )
    if missing:
        return f"Expected {missing[0]!r} in {result}, found no entry of this name."
    return f"Expected {len(expected)} entries in {result}, found {len(found)}: {further[0]!r} is too many."


def _value_mismatch(expected: Expected, found: Any, allowance: _Allowance, where: str) -> Mismatch | None:
    """The worst entry of the first part whose numbers differ."""
    if isinstance(expected.value, np.ndarray):
        return _array_mismatch(expected, found, allowance, where)
    if not isinstance(expected.value, (tuple, list, dict)):
        return None if expected.value == found else Mismatch("value", expected.value, found, where)
    parts = _parts(expected.value, found)
    for (name, value, got), (_, low, high) in zip(parts, _parts(*expected.ends), strict=True):
        mismatch = _value_mismatch(Expected(value, low, high), got, allowance, _inside(name, where))
        if mismatch:
            return mismatch
    return None


def _array_mismatch(expected: Expected, found: np.ndarray, allowance: _Allowance, where: str) -> Mismatch | None:
    numbers, right = _wide(found), _wide(expected.value)
    low, high = (_wide(end) for end in expected.ends)
    unknown = np.isnan(numbers) & ~np.isnan(right)  # before all else: no comparison below is true of nan
    if unknown.any():
        return Mismatch("nan", expected.value, found, where, _first(unknown))
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf where both are the same infinity
        excess = np.maximum(low - numbers, numbers - high)  # |a - b| where both ends are the same
    agrees = (numbers == low) | (numbers == high) | (np.isnan(numbers) & np.isnan(right))
    # What is nan still: a number where nan is expected.
    excess = np.where(agrees, 0.0, np.where(np.isnan(excess), np.inf, excess))
    allowed = min(
        allowance.tolerance * _unit(low, high, found, allowance.eps),
        max(allowance.tolerance * FLOAT64_EPS, CEILING) * _unit(low, high, np.zeros(0), 1.0),
    )
    if not (excess > allowed).any():
        return None
    worst = np.unravel_index(int(np.argmax(excess)), excess.shape)
    with np.errstate(over="ignore"):
        size = float(excess[worst] / allowed) if allowed else float("inf")
    return Mismatch("value", expected.value, found, where, tuple(int(i) for i in worst), size)


def _unit(low: np.ndarray, high: np.ndarray, found: np.ndarray, eps: float) -> float:
    """One rounding unit at the scale max|ref| of an array."""
    ends = np.abs(np.concatenate([_wide(low).ravel(), _wide(high).ravel()]))
    finite = ends[np.isfinite(ends)]  # at the scale of infinity every difference would be allowed
    scale = float(finite.max(initial=0.0)) or 1.0  # zeros have no scale of their own
    return scale * max(eps, working_eps(found))


def _parts(first: Any, second: Any) -> list[tuple[str, Any, Any]]:
    """Pairs of the parts of two containers of the same form, with a name for each."""
    if isinstance(first, dict):
        # A reading names its parts in words that fit into a sentence, a student's dictionary by single names.
        return [(name if " " in name else f"entry {name!r}", first[name], second[name]) for name in first]
    count = len(first) if isinstance(first, (tuple, list)) else 0
    pairs = zip(first, second, strict=True) if count else ()
    return [(f"result {i} of {count}" if count > 1 else "", a, b) for i, (a, b) in enumerate(pairs, start=1)]


def _inside(name: str, where: str) -> str:
    """The name of a part of a part; the only part of something goes by the name of the whole."""
    return f"{name} of {where}" if name and where else name or where


def _first(mask: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(mask)), mask.shape))


def _wide(array: np.ndarray) -> np.ndarray:
    return np.asarray(array, dtype=np.float64)
