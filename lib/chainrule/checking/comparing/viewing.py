"""Comparing results that are not unique as they stand. Pure.

What you can do with this file:

- compare two results through a probe's view: `compare_viewed`.

The form is compared first, on the results themselves: a view may lose shapes on the way. Views named in
`catalog.FREE_FORMS` forgive other forms.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.checking.catalog.entries import FREE_FORMS
from chainrule.checking.comparing.compare import Expected, Mismatch, compare, working_eps
from chainrule.checking.comparing.probes import apply_view
from chainrule.checking.values import snapshot, unpacked

__all__ = ["compare_viewed"]


def compare_viewed(view: str, expected: Expected, found: Any, *, tolerance: float, eps: float) -> Mismatch | None:
    """
    Compare a snapshot with an expectation, through a view where one is named.

    Parameters
    ----------
    view : str
        A name in `VIEWS` of the catalog, or "".
    expected : Expected
        With a view, a single right result.
    found : object
        Snapshot of a result.
    tolerance, eps : float
        As for `compare`.

    Returns
    -------
    Mismatch or None
        The first difference: of the results where their forms differ, else of what the view shows.

    Examples
    --------
    >>> import numpy as np
    >>> pieces = [np.array([[[1.0]], [[0.2]]]), np.zeros((2, 1))]
    >>> turned = Expected((pieces[0][::-1], pieces[1]))
    >>> compare_viewed("sorted pieces", turned, pieces, tolerance=50.0, eps=2.0**-52) is None
    True
    """
    found = unpacked(expected.value, found)
    raw = compare(expected, found, tolerance=tolerance, eps=eps)
    if raw is None or not view or (raw.kind != "value" and view not in FREE_FORMS):
        return raw
    try:
        with np.errstate(all="ignore"):  # a mistake's numbers may be of any size
            right, other = (snapshot(apply_view(view, value)) for value in (expected.value, found))
    except (TypeError, ValueError, AttributeError, IndexError):  # a mistake's result may have a form of its own
        return raw
    coarser = max(eps, working_eps(*(found if isinstance(found, (tuple, list)) else (found,))))
    return compare(Expected(right), other, tolerance=tolerance, eps=coarser)
