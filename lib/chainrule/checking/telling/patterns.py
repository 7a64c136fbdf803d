"""What a wrong array has in common with the right one, when no declared mistake explains it. Pure.

What you can do with this file:

- put a regularity of the error into a sentence: `describe_pattern`.

Tried in this order: right to a few digits, an argument unchanged, all zeros, transposed, a constant multiple
(named: the batch size, 2, ln 10, an argument), off by a multiple of an argument, wrong only where an
argument has one sign.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["WrongArray", "describe_pattern"]

CLOSE = 1e-6
ROUNDED = 2e-3


@dataclass(frozen=True)
class WrongArray:
    """A wrong result with the right one and the arguments, by name, that led to it."""

    found: np.ndarray
    right: np.ndarray
    args: Mapping[str, Any]


def describe_pattern(wrong: Sequence[WrongArray]) -> str:
    """
    Find one regularity that all the wrong results share.

    Parameters
    ----------
    wrong : sequence of WrongArray
        The failing cases of one part of the result; both arrays have one shape and finite numbers.

    Returns
    -------
    str
        A sentence, or "" where no regularity was found.

    Examples
    --------
    >>> right = np.array([1.0, 2.0, 3.0])
    >>> describe_pattern([WrongArray(-right, right, {})])
    'Every entry has the opposite sign of the right one.'
    """
    if not wrong:
        return ""
    near = _rounded(wrong)
    wrong = [it for it in wrong if not _same(it.found, it.right)]
    if near or not wrong:
        return near
    wrong = _with_shared_arguments(wrong)
    for pattern in (_unchanged, _zeros, _transposed, _ratio, _residual, _region):
        sentence = pattern(wrong)
        if sentence:
            return sentence
    return ""


def _with_shared_arguments(wrong: Sequence[WrongArray]) -> list[WrongArray]:
    """Without the arguments that some case leaves to their default."""
    shared = [name for name in wrong[0].args if all(name in it.args for it in wrong)]
    return [dataclasses.replace(it, args={name: it.args[name] for name in shared}) for it in wrong]


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    scale = float(np.max(np.abs(b), initial=0.0)) or 1.0
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= CLOSE * scale))


def _unchanged(wrong: Sequence[WrongArray]) -> str:
    for name in wrong[0].args:
        if all(isinstance(it.args[name], np.ndarray) and _same(it.found, it.args[name]) for it in wrong):
            return f"Your result is {name} itself, unchanged."
    return ""


def _zeros(wrong: Sequence[WrongArray]) -> str:
    return "" if any(it.found.any() for it in wrong) else "Your result is 0 everywhere."


def _transposed(wrong: Sequence[WrongArray]) -> str:
    if all(it.found.ndim == 2 and _same(it.found.T, it.right) for it in wrong):
        return "Your result is the transpose of the right one."
    return ""


def _rounded(wrong: Sequence[WrongArray]) -> str:
    """Right to a few digits everywhere: a rounded constant or result, a difference quotient."""
    if not any(it.right.any() for it in wrong):  # where all is 0, no digit can be right
        return ""
    errors = [np.abs(it.found - it.right) / (np.max(np.abs(it.right), initial=0.0) or 1.0) for it in wrong]
    worst = max(float(error.max()) for error in errors)
    if not 0.0 < worst < ROUNDED:
        return ""
    digits = math.floor(-math.log10(worst))
    return f"Your numbers are right to about {digits} digits: is a constant or the result rounded?"


def _ratio(wrong: Sequence[WrongArray]) -> str:
    ratios = [_constant(it.found, it.right) for it in wrong]
    if None in ratios or sum(it.right.size for it in wrong) < 3:  # of one or two numbers, some factor fits by chance
        return ""
    if all(_close(ratio, -1.0) for ratio in ratios):
        return "Every entry has the opposite sign of the right one."
    for words, value in _RATIOS.items():
        if all(_close(ratio, value(it)) for ratio, it in zip(ratios, wrong, strict=True)):
            return f"Every entry is {words} times the right one."
    for name in _scalars(wrong):
        for words, power in ((name, 1), (f"1/{name}", -1)):
            values = [float(it.args[name]) for it in wrong]
            if all(v and _close(ratio, v**power) for ratio, v in zip(ratios, values, strict=True)):
                return f"Every entry is {words} times the right one."
    if all(_close(ratio, ratios[0]) for ratio in ratios):
        return f"Every entry is {ratios[0]:.4g} times the right one."
    return ""


def _batch(wrong: WrongArray) -> float:
    return float(next((len(arg) for arg in wrong.args.values() if isinstance(arg, np.ndarray) and arg.ndim == 2), 1))


_RATIOS: dict[str, Callable[[WrongArray], float]] = {
    "2": lambda _: 2.0,
    "1/2": lambda _: 0.5,
    "N (the number of examples)": _batch,
    "1/N (N is the number of examples)": lambda it: 1.0 / _batch(it),
    "ln 10": lambda _: math.log(10.0),
    "1/ln 10": lambda _: 1.0 / math.log(10.0),
    "1/ln 2": lambda _: 1.0 / math.log(2.0),
}


def _residual(wrong: Sequence[WrongArray]) -> str:
    for name in wrong[0].args:
        args = [it.args[name] for it in wrong]
        if not _shaped_like_results(args, wrong):
            continue
        factors = [_constant(it.found - it.right, a) for a, it in zip(args, wrong, strict=True)]
        if None in factors or sum(a.size for a in args) < 3:
            continue
        for scalar in _scalars(wrong):
            if all(_close(f, float(it.args[scalar])) for f, it in zip(factors, wrong, strict=True)):
                return f"Your result minus the right one is exactly {scalar} times {name}."
        if all(_close(factor, factors[0]) for factor in factors):
            return f"Your result minus the right one is exactly {factors[0]:.4g} times {name}."
    return ""


def _region(wrong: Sequence[WrongArray]) -> str:
    for name in wrong[0].args:
        args = [it.args[name] for it in wrong]
        if not _shaped_like_results(args, wrong):
            continue
        argument = np.concatenate([a.ravel() for a in args])
        scales = [float(np.max(np.abs(it.right), initial=0.0)) or 1.0 for it in wrong]
        bad = np.concatenate(
            [(np.abs(it.found - it.right) > CLOSE * s).ravel() for it, s in zip(wrong, scales, strict=True)]
        )
        for words, region in (
            ("negative", argument < 0),
            ("positive", argument > 0),
            ("0", argument == 0),
            ("0 or negative", argument <= 0),
            ("0 or positive", argument >= 0),
        ):
            if bad.any() and not bad.all() and np.array_equal(bad, region):
                return f"Your result is wrong exactly where {name} is {words}, and right elsewhere."
    return ""


def _shaped_like_results(args: Sequence[Any], wrong: Sequence[WrongArray]) -> bool:
    pairs = zip(args, wrong, strict=True)
    return all(isinstance(arg, np.ndarray) and arg.shape == it.right.shape for arg, it in pairs)


def _close(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and math.isclose(a, b, rel_tol=CLOSE)


def _constant(a: np.ndarray, b: np.ndarray) -> float | None:
    """The factor f of a = f b, or None where there is none or b is 0."""
    norm = float(np.sum(b * b))
    if norm == 0.0:
        return None
    factor = float(np.sum(a * b)) / norm
    if factor == 0.0 or not math.isfinite(factor) or not _same(a, factor * b):
        return None
    return factor


def _scalars(wrong: Sequence[WrongArray]) -> list[str]:
    """Names of the arguments that are single numbers in every case."""
    return [name for name in wrong[0].args if all(isinstance(it.args[name], (int, float)) for it in wrong)]
