"""What the keys of unit 00 name: functions to walk on, preparations of data, splits and paths.

What you can do with this file:

- pass a function to an answer: its family is in `FUNCTIONS`, and in `WORDS` where it can be written in a line;
- look at a result from the side that is unique: `VIEWS`, which all forgive its form (`FREE_FORMS`).
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

__all__ = ["FREE_FORMS", "FUNCTIONS", "VIEWS", "WORDS"]


def _quadratic(*curvatures: float) -> Callable[[Any], Any]:
    return lambda x: 0.5 * sum(c * x[..., i] ** 2 for i, c in enumerate(curvatures))


def _cubic(factor: float) -> Callable[[Any], Any]:
    return lambda x: factor * (x**3).sum()


def _coupled(factor: float) -> Callable[[Any], Any]:
    """Neighbors multiply each other, so that no entry can be moved for another one's slope."""
    return lambda x: factor * (x.ravel()[1:] * x.ravel()[:-1]).sum() + (x**3).sum()


def _valley_slope(*curvatures: float) -> Callable[[Any], Any]:
    return lambda w: np.asarray(curvatures, dtype=np.result_type(w, np.float32)) * w


def _coupled_slope(factor: float) -> Callable[[Any], Any]:
    """The slope of a bowl that lies askew: every entry depends on all others, so none can be updated alone."""
    return lambda w: factor * (1.5 * w + 0.7 * w.sum())


def _minus(statistic: Callable[[Any, Any], Any]) -> Callable[[], Callable[[Any, Any], Any]]:
    """A preparation of training rows, given the test rows: subtract a statistic of both."""
    return lambda: lambda x_train, x_test: x_train - statistic(x_train, x_test)  # the names of the page


def _mean_of_one_feature(train: Any, test: Any) -> Any:
    """A leak in the first feature alone."""
    return np.vstack([train, test]).mean(axis=0) * (np.arange(train.shape[1]) == 0)


def _two_rows_apart(train: Any, test: Any) -> Any:
    """A leak that no sum and no mean shows: what one row gains, another one loses, in whole numbers."""
    opposite = np.zeros((len(train), 1))
    opposite[:2, 0] = (1.0, -1.0)
    return np.floor(test.max()) * opposite


def _stacked_path(result: tuple[Any, Any]) -> tuple[Any, Any]:
    """The end of a walk and its positions, which may come as a list or as an array."""
    end, positions = result
    return np.asarray(end), np.stack([np.asarray(position) for position in positions])


def _rows_of_parts(result: tuple[Any, Any, Any]) -> dict[str, Any]:
    """What every random split of rows into three parts has in common, however it was drawn."""
    parts = [np.asarray(part, dtype=float) for part in result]
    rows = np.concatenate(parts)
    count = len(rows)
    spreads = [((count + 1) * (count - len(part)) / (12 * max(len(part), 1))) ** 0.5 for part in parts]
    middles = [part.mean() if len(part) else (count - 1) / 2 for part in parts]
    near = [abs(middle - (count - 1) / 2) <= 5 * it for middle, it in zip(middles, spreads, strict=True)]
    return {
        "the number of rows": np.asarray(count),
        "the answer to 'are all rows from 0 to n - 1?'": np.asarray(bool(np.all((rows >= 0) & (rows < count)))),
        "the answer to 'is every row there once?'": np.asarray(np.array_equal(np.sort(rows), np.arange(count))),
        "the answer to 'does each part have rows from everywhere?'": np.asarray(all(near)),
    }


def _parts_with_sizes(result: tuple[Any, Any, Any]) -> dict[str, Any]:
    """The same with the sizes, for shares that need no rounding."""
    return {"the sizes of the parts": np.asarray([len(part) for part in result]), **_rows_of_parts(result)}


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = {
    "coupled": _coupled,
    "coupled slope": _coupled_slope,
    "cubic": _cubic,
    "minus last test row": _minus(lambda _train, test: test[-1]),
    "minus largest of all": _minus(lambda train, test: np.vstack([train, test]).max(axis=0)),
    "minus mean of all": _minus(lambda train, test: np.vstack([train, test]).mean(axis=0)),
    "minus mean of training": _minus(lambda train, _test: train.mean(axis=0)),
    "minus smallest of all": _minus(lambda train, test: np.vstack([train, test]).min(axis=0)),
    "one feature minus mean of all": _minus(_mean_of_one_feature),
    "quadratic": _quadratic,
    "two rows moved apart": _minus(_two_rows_apart),
    "unchanged": _minus(lambda _train, _test: 0.0),
    "valley slope": _valley_slope,
}
WORDS: dict[str, Callable[..., str]] = {
    "coupled slope": lambda factor: f"lambda w: {factor:g} * (1.5 * w + 0.7 * w.sum())",
    "cubic": lambda factor: f"lambda x: {factor:g} * (x**3).sum()",
    "valley slope": lambda *curvatures: f"lambda w: xp.asarray({[round(it, 6) for it in curvatures]}) * w",
}
VIEWS: dict[str, Callable[[Any], Any]] = {
    "parts with sizes": _parts_with_sizes,
    "rows of parts": _rows_of_parts,
    "stacked path": _stacked_path,
}
FREE_FORMS = frozenset({"parts with sizes", "rows of parts", "stacked path"})
