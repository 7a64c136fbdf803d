"""What a probe calls by name, since it holds no code: functions to pass in, and ways to look at a result.

What you can do with this file:

- pass a function to an answer: add its family to `FUNCTIONS` and name it with `Named`;
- pass functions that share a state: add their family to `GROUPS` and name each with `Member`;
- write it out in messages: add its family to `WORDS`;
- compare results that are not unique as they stand: add a view to `VIEWS` and name it in the probe;
- forgive the form of a result too, a list where the right one is an array: name the view in `FREE_FORMS`;
- show a table of results up to the first wrong one: name the view in `IN_ORDER`.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - the annotation of a module constant is evaluated
from typing import Any

import numpy as np

from chainrule.checking.runs import RUNS
from chainrule.intermediates import named_intermediates

__all__ = ["FREE_FORMS", "FUNCTIONS", "GROUPS", "IN_ORDER", "VIEWS", "WORDS"]


def _quadratic(*curvatures: float) -> Callable[[Any], Any]:
    return lambda x: 0.5 * sum(c * x[..., i] ** 2 for i, c in enumerate(curvatures))


def _cubic(factor: float) -> Callable[[Any], Any]:
    return lambda x: factor * (x**3).sum()


def _sine(frequency: float) -> Callable[[Any], Any]:
    return lambda x: np.sin(frequency * x).sum()


def _polynomial(*coefficients: float) -> Callable[[Any], Any]:
    return lambda x: sum(c * x**power for power, c in enumerate(coefficients))


def _wave(height: float, frequency: float, phase: float = np.pi / 2) -> Callable[[Any], Any]:
    return lambda x: height * np.sin(frequency * x + phase)


def _affine(slope: float, offset: float) -> Callable[[Any], Any]:
    return lambda x: slope * x + offset


def _coupled(factor: float) -> Callable[[Any], Any]:
    """Neighbours multiply each other, so that no entry can be moved for another one's slope."""
    return lambda x: factor * (x.ravel()[1:] * x.ravel()[:-1]).sum() + (x**3).sum()


def _valley_slope(*curvatures: float) -> Callable[[Any], Any]:
    return lambda w: np.asarray(curvatures, dtype=np.result_type(w, np.float32)) * w


def _classifier(classes: float, *weights: float) -> Callable[[Any], Any]:
    """A model whose probabilities follow the squares of linear scores."""
    W = np.reshape(weights, (-1, int(classes)))

    def probabilities(x: Any) -> Any:
        scores = 0.1 + (x @ W) ** 2
        return (scores.T / scores.sum(axis=1)).T

    return probabilities


def _minus(statistic: Callable[[Any, Any], Any]) -> Callable[[], Callable[[Any, Any], Any]]:
    """A preparation of training rows, given the test rows: subtract a statistic of both."""
    return lambda: lambda train, test: train - statistic(train, test)


def _mean_of_one_feature(train: Any, test: Any) -> Any:
    """A leak in the first feature alone."""
    return np.vstack([train, test]).mean(axis=0) * (np.arange(train.shape[1]) == 0)


def _waves(outputs: float) -> Callable[[Any], Any]:
    """Several sums of sines: every output depends on every input in its own way."""
    numbers = np.arange(1, int(outputs) + 1)[:, None]
    return lambda x: np.sin(numbers * x + np.arange(len(x))).sum(axis=1)


def _sine_slope(frequency: float, factor: float = 1.0, offset: float = 0.0) -> Callable[[Any], Any]:
    """What may be the gradient of the family "sine"."""
    return lambda x: factor * frequency * np.cos(frequency * x) + offset


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = {
    **RUNS,
    "affine": _affine,
    "classifier": _classifier,
    "coupled": _coupled,
    "cubic": _cubic,
    "one feature minus mean of all": _minus(_mean_of_one_feature),
    "minus last test row": _minus(lambda _train, test: test[-1]),
    "minus largest of all": _minus(lambda train, test: np.vstack([train, test]).max(axis=0)),
    "minus mean of all": _minus(lambda train, test: np.vstack([train, test]).mean(axis=0)),
    "minus mean of training": _minus(lambda train, _test: train.mean(axis=0)),
    "minus smallest of all": _minus(lambda train, test: np.vstack([train, test]).min(axis=0)),
    "polynomial": _polynomial,
    "quadratic": _quadratic,
    "sine": _sine,
    "sine slope": _sine_slope,
    "squares": lambda: lambda x: x**2,
    "sums of squares": lambda: lambda x: np.cumsum(x**2),
    "unchanged": _minus(lambda _train, _test: 0.0),
    "valley slope": _valley_slope,
    "wave": _wave,
    "waves": _waves,
}
"""Families of functions that a probe may pass in, from parameters to the function."""

WORDS: dict[str, Callable[..., str]] = {
    "affine": lambda slope, offset: f"lambda x: {slope:g} * x + {offset:g}",
    "cubic": lambda factor: f"lambda x: {factor:g} * (x**3).sum()",
    "sine": lambda frequency: f"lambda x: xp.sin({frequency:g} * x).sum()",
    "wave": lambda height, frequency, phase=np.pi / 2: (
        f"lambda x: {height:.6g} * xp.sin({frequency:.6g} * x + {phase:.6g})"
    ),
    "valley slope": lambda *curvatures: f"lambda w: xp.asarray({[round(it, 6) for it in curvatures]}) * w",
}
"""Families that can be written in a line, so that a student can call the answer with the same function."""


def _fake_device(launch: float, first: float, *work: float) -> tuple[Callable[..., Any], ...]:
    """A device that works while the program runs ahead, on a clock that only they move: call, synchronize, clock."""
    now, idle_at, calls = 0.0, first, 0  # it is busy with earlier work

    def call() -> None:
        nonlocal now, idle_at, calls
        now += launch
        idle_at = max(now, idle_at) + (work[(calls - 1) % len(work)] if calls else first)
        calls += 1

    def synchronize() -> None:
        nonlocal now
        now = max(now, idle_at)

    return call, synchronize, lambda: now


GROUPS: dict[str, Callable[..., tuple[Callable[..., Any], ...]]] = {"fake device": _fake_device}
"""Families of functions that share a state, from parameters to all of them."""


def _total_over_pieces(result: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
    """Sum the gradients of tied pieces: their split is free, their sum is not."""
    dx, dW, db = result
    return dx, dW.sum(axis=0), db.sum(axis=0)


def _sorted_pieces(result: tuple[Any, Any]) -> Any:
    """Order the pieces of a one-unit maxout by slope, then offset: their order is free."""
    W, b = result
    return np.array(sorted(zip(W.ravel().tolist(), b.ravel().tolist(), strict=True)))


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


def _product(result: tuple[Any, Any]) -> Any:
    """Multiply two factors: how a product is split into them is free."""
    first, second = result
    return first @ second


def _point_and_score(result: tuple[Any, Any]) -> dict[str, Any]:
    """The best point of a search, as a tuple, list or array, and its score."""
    point, score = result
    return {"the best point": np.ravel(np.asarray(point, dtype=float)), "its score": np.asarray(score, dtype=float)}


def _forward_pass(result: tuple[Any, Any]) -> dict[str, Any]:
    """Inputs, weights and pre-activations of all layers by name, in the order of the computation."""
    logits, caches = result
    _refuse_other_lengths([(cache, 3) for cache in caches])
    return {**named_intermediates(None, caches), "the logits": logits}


def _backward_pass(grads: Any) -> dict[str, Any]:
    """Gradients by name, from the last layer to the first."""
    _refuse_other_lengths([(pair, 2) for pair in grads])
    return named_intermediates(grads=grads)


def _parameters(params: Any) -> dict[str, Any]:
    """Weights and biases by name."""
    _refuse_other_lengths([(pair, 2) for pair in params])
    return {f"layer {i}: {name}": it for i, pair in enumerate(params, 1) for name, it in zip("Wb", pair, strict=True)}


def _parameters_and_velocity(result: tuple[Any, Any]) -> dict[str, Any]:
    """The new velocity comes first, since the parameters follow from it."""
    params, velocity = result
    return {
        **{f"{name} of the velocity": it for name, it in _parameters(velocity).items()},
        **{f"{name} of the parameters": it for name, it in _parameters(params).items()},
    }


def _refuse_other_lengths(parts: list[tuple[Any, int]]) -> None:
    if not all(isinstance(it, (tuple, list)) and len(it) == length for it, length in parts):
        raise ValueError("Expected a tuple of another length for some layer.")


VIEWS: dict[str, Callable[[Any], Any]] = {
    "backward pass": _backward_pass,
    "product": _product,
    "directions": _directions,
    "forward pass": _forward_pass,
    "parameters": _parameters,
    "parameters and velocity": _parameters_and_velocity,
    "parts with sizes": _parts_with_sizes,
    "point and score": _point_and_score,
    "rows of parts": _rows_of_parts,
    "small enough": lambda error: {"the answer to 'is the error below 1e-6?'": np.asarray(error < 1e-6)},
    "sorted pieces": _sorted_pieces,
    "stacked path": _stacked_path,
    "total over pieces": _total_over_pieces,
    "white": _white,
}
"""Ways to look at a result that is not unique as it stands."""

FREE_FORMS = frozenset(
    {
        *("backward pass", "forward pass", "parameters", "parameters and velocity"),
        *("parts with sizes", "point and score", "rows of parts", "stacked path"),
    }
)
"""Views that make one form out of several, so that the forms of the results themselves are not compared."""

IN_ORDER = frozenset({"backward pass", "forward pass"})
"""Views that name their parts in the order of the computation, so that a table may end at the first wrong one."""
