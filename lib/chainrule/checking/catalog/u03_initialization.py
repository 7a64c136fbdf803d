"""What the keys of unit 03 name: directions without their signs, white data without its rotation.

What you can do with this file:

- look at a result from the side that is unique: `VIEWS`.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

__all__ = ["VIEWS"]


def _directions(result: tuple[Any, Any, Any]) -> dict[str, Any]:
    """Principal components without their signs: outer products of the columns of V with themselves."""
    mean, V, variances = result
    products = V.T[:, :, None] * V.T[:, None, :]
    return {"the mean": mean, "V.T @ V": V.T @ V, "the variances": variances, "v v.T of each direction": products}


def _white(result: Any) -> dict[str, Any]:
    """White data without its rotation: inner products of the examples, and what a look at the covariance shows."""
    mean = result.mean(axis=0)
    covariance = (result - mean).T @ (result - mean) / len(result)
    return {
        "the two sums, of the squared means and of the variances,": np.array([(mean**2).sum(), np.trace(covariance)]),
        "eigenvalues of the covariance": np.linalg.eigvalsh(covariance),
        "inner products of the examples": result @ result.T,
    }


VIEWS: dict[str, Callable[[Any], Any]] = {
    "directions": _directions,
    "white": _white,
}
