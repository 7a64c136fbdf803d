"""Where two computations of the same thing part ways.

What you can do with this file:

- name all intermediate results of a network in the order of the computation: `named_intermediates` of the catalog;
- print the first one that is wrong: `first_difference`.

A wrong intermediate makes everything after it wrong, so only the first one is worth looking at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chainrule.backend import Array, get_array_module, to_host
from chainrule.checking.catalog.u04_backpropagation import named_intermediates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["first_difference", "named_intermediates"]


def first_difference(found: Mapping[str, Array], expected: Mapping[str, Array], /, *, tolerance: float = 1e-6) -> str:
    """
    Compare intermediate results in the order of the computation, and point at the first one that differs.

    Parameters
    ----------
    found : mapping from str to array
        Your results by name, as `named_intermediates` gives them.
    expected : mapping from str to array
        The right results, in the order of the computation.
    tolerance : float
        Differences up to this share of the largest expected entry count as rounding.

    Returns
    -------
    str
        A table to print: a line for each result up to the first that differs, and what is the matter with it.

    Examples
    --------
    >>> import numpy as np
    >>> right = {"z": np.array([1.0, 2.0]), "a": np.array([1.0, 2.0]), "loss": 3.0}
    >>> print(first_difference(right | {"a": np.array([1.0, 0.5]), "loss": 1.0}, right))
    result  shape  largest difference
    z       (2,)                    0
    a       (2,)                  1.5  <- first difference: expected 2 at [1], found 0.5
    1 result after it is not compared.
    """
    rows = []
    for name, wanted in expected.items():
        rows.append(_compare(name, found.get(name), wanted, tolerance))
        if rows[-1].fault:
            break
    lines = _lay_out(rows)
    left = len(expected) - len(rows)
    if not rows or not rows[-1].fault:
        lines.append("All results agree.")
    elif left:
        lines.append(f"{left} result{'s' * (left > 1)} after it {'are' if left > 1 else 'is'} not compared.")
    return "\n".join(lines)


@dataclass(frozen=True)
class _Row:
    name: str
    shape: str
    difference: str
    fault: str = ""


def _compare(name: str, found: Any, wanted: Any, tolerance: float) -> _Row:
    if found is None:
        return _Row(name, "", "", "missing")
    xp = get_array_module()
    found, wanted = xp.asarray(to_host(found)), xp.asarray(to_host(wanted))
    shape = str(found.shape)
    if found.shape != wanted.shape:
        turned = found.ndim == 2 and found.T.shape == wanted.shape
        return _Row(name, shape, "", f"expected shape {wanted.shape}{'; is it transposed?' if turned else ''}")
    if not found.size:
        return _Row(name, shape, "0")
    gap = abs(found.astype(float) - wanted)
    if bool((gap <= tolerance * float(abs(wanted).max())).all()):  # a NaN is not below anything
        return _Row(name, shape, f"{float(gap.max()):.2g}")
    worst = xp.unravel_index(int(gap.argmax()), gap.shape)  # NaN counts as largest
    place = ", ".join(str(int(i)) for i in worst)
    where = f" at [{place}]" if place else ""
    fault = f"expected {float(wanted[worst]):.6g}{where}, found {float(found[worst]):.6g}"
    return _Row(name, shape, f"{float(gap[worst]):.2g}", fault)


def _lay_out(rows: Sequence[_Row]) -> list[str]:
    head = _Row("result", "shape", "largest difference")
    wide, middle = (max(len(getattr(row, part)) for row in (head, *rows)) for part in ("name", "shape"))
    return [
        f"{row.name:<{wide}}  {row.shape:<{middle}}  {row.difference:>{len(head.difference)}}"
        + (f"  <- first difference: {row.fault}" if row.fault else "")
        for row in (head, *rows)
    ]
