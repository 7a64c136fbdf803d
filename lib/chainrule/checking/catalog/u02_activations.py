"""What the keys of unit 02 name: maxout, whose pieces come in any order.

What you can do with this file:

- look at a result from the side that is unique: `VIEWS`.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

__all__ = ["VIEWS"]


def _total_over_pieces(result: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    """Sum the gradients of tied pieces: their split is free, their sum is not."""
    dx, dW, db = result
    return dx, dW.sum(axis=0), db.sum(axis=0)


def _sorted_pieces(result: tuple[Any, Any]) -> Any:
    """Order the pieces of a one-unit maxout by slope, then offset: their order is free."""
    W, b = result
    return np.array(sorted(zip(W.ravel().tolist(), b.ravel().tolist(), strict=True)))


VIEWS: dict[str, Callable[[Any], Any]] = {
    "sorted pieces": _sorted_pieces,
    "total over pieces": _total_over_pieces,
}
