"""What a capstone is: a few plain arrays that make a network, within a budget.

What you can do with this file:

- turn plain data into a network, or learn in one sentence why it is none: `read_capstone`, `CapstoneError`;
- count its parameters and let it predict: `Capstone`;
- look up what is allowed: `BUDGETS`, `ACTIVATIONS`; and how the grader changes images: `VARIATIONS`.

Whoever grades calls `read_capstone` on data that somebody else sent: nothing in it is believed, and the parameters
are counted in the arrays themselves.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.backend import Array, get_array_module
from chainrule.nn import activations

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ACTIVATIONS", "BUDGETS", "VARIATIONS", "Capstone", "CapstoneError", "read_capstone"]

BUDGETS = {64: 5_000, 784: 40_000}
"""From the pixels of an image, 8 x 8 or 28 x 28, to the most parameters."""

VARIATIONS = {64: (15.0, 1.0, 0.1), 784: (15.0, 2.5, 0.15)}
"""From the pixels of an image to the largest turn in degrees, the farthest move in pixels, and the noise (std)."""

ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "elu": activations.elu,
    "leaky_relu": lambda z: activations.leaky_relu(z, 0.01),
    "relu": activations.relu,
    "selu": activations.selu,
    "sigmoid": activations.sigmoid,
    "tanh": activations.tanh,
}
CLASSES = 10
MOST_LAYERS = 8


class CapstoneError(ValueError):
    """Why a file or its data is no capstone, in one sentence."""


@dataclass(frozen=True)
class Capstone:
    """A network as it is handed in; `activations` has one name for each hidden layer."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]

    @property
    def parameters(self) -> int:
        """How many numbers were learned, weights and biases together."""
        return sum(array.size for array in (*self.weights, *self.biases))

    def logits(self, x: Array) -> Array:
        """Give the outputs of shape (N, 10) for images of shape (N, 64) or (N, 784)."""
        with np.errstate(over="ignore", invalid="ignore"):  # wild weights give wrong labels, no page of warnings
            a = x
            for W, b, name in zip(self.weights, self.biases, (*self.activations, ""), strict=True):
                z = a @ W + b
                a = ACTIVATIONS[name](z) if name else z
        return a

    def predict(self, x: Array) -> Array:
        """Give the label with the largest output for each image, an array of shape (N,)."""
        logits = self.logits(x)
        xp = get_array_module(logits)
        return xp.where(logits == logits, logits, -xp.inf).argmax(axis=1)  # noqa: PLR0124 - nan is never the largest


def read_capstone(data: Any) -> Capstone:
    """
    Turn plain data into a network, looking at all of it.

    Parameters
    ----------
    data : dict
        What `pack_capstone` of Unit 07 returns and `load_capstone` reads: "sizes", "activations", and for each
        affine layer "W1", "b1", "W2", ...

    Returns
    -------
    Capstone
        With float arrays that fit together.

    Raises
    ------
    CapstoneError
        Something is missing, does not fit, is not finite, or costs more than the budget.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition (1998).

    Examples
    --------
    >>> data = {"sizes": [64, 10], "activations": [], "W1": np.zeros((64, 10)), "b1": np.ones(10)}
    >>> read_capstone(data).parameters
    650
    """
    if not isinstance(data, dict):
        found = getattr(data, "type_name", type(data).__name__)  # a snapshot keeps the name of an unknown type
        raise CapstoneError(f"Expected a dictionary, as hand_in gives it, found a value of type {found}.")
    if "problem" in data:
        raise CapstoneError(str(data["problem"])[:300])
    sizes = _sizes(_entry(data, "sizes"))
    names = _activations(_entry(data, "activations"), len(sizes) - 2)
    weights, biases = [], []
    for number, (rows, columns) in enumerate(itertools.pairwise(sizes), start=1):
        weights.append(_numbers(data, f"W{number}", (rows, columns)))
        biases.append(_numbers(data, f"b{number}", (columns,)))
    found = Capstone(sizes, names, tuple(weights), tuple(biases))
    if found.parameters > BUDGETS[sizes[0]]:
        raise CapstoneError(
            f"Expected at most {BUDGETS[sizes[0]]:,} parameters for images of {sizes[0]} pixels, "
            f"found {found.parameters:,}."
        )
    return found


def _entry(data: dict[str, Any], name: str) -> Any:
    if name not in data:
        held = ", ".join(sorted(str(it)[:20] for it in list(data)[:12])) or "nothing"
        raise CapstoneError(f"Expected an entry {name!r}, found {held}.")
    return data[name]


def _sizes(entry: Any) -> tuple[int, ...]:
    found = _listed(entry, "sizes")
    numbers = [np.asarray(it) for it in found[: MOST_LAYERS + 2]]
    if not all(it.shape == () and it.dtype.kind in "iu" for it in numbers):
        raise CapstoneError("Expected whole numbers in 'sizes', such as [64, 32, 10].")
    sizes = tuple(int(it) for it in numbers)
    if not 2 <= len(sizes) <= MOST_LAYERS + 1 or min(sizes) < 1:
        raise CapstoneError(f"Expected from 2 to {MOST_LAYERS + 1} positive 'sizes', found {list(sizes)}.")
    if sizes[0] not in BUDGETS or sizes[-1] != CLASSES:
        told = " or ".join(str(it) for it in BUDGETS)
        raise CapstoneError(f"Expected sizes that begin with {told} and end with {CLASSES}, found {list(sizes)}.")
    return sizes


def _activations(entry: Any, count: int) -> tuple[str, ...]:
    names = _listed(entry, "activations")
    if len(names) != count:
        raise CapstoneError(f"Expected {count} activations, one for each hidden layer, found {len(names)}.")
    for name in names:
        if not isinstance(name, str) or name not in ACTIVATIONS:
            raise CapstoneError(f"Expected activations among {', '.join(ACTIVATIONS)}, found {str(name)[:30]!r}.")
    return tuple(names)


def _listed(entry: Any, name: str) -> list[Any]:
    if isinstance(entry, np.ndarray) and entry.ndim == 1:
        return list(entry)
    if isinstance(entry, (list, tuple)):
        return list(entry)
    raise CapstoneError(f"Expected a list in {name!r}, found {type(entry).__name__}.")


def _numbers(data: dict[str, Any], name: str, shape: tuple[int, ...]) -> np.ndarray:
    array = _entry(data, name)
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        found = f"dtype {array.dtype}" if isinstance(array, np.ndarray) else type(array).__name__
        raise CapstoneError(f"Expected an array of floats in {name!r}, found {found}.")
    if array.shape != shape:
        raise CapstoneError(f"Expected shape {shape} for {name!r}, as the sizes say, found {array.shape}.")
    with np.errstate(over="ignore"):  # a longer float may be out of reach; it becomes inf, which is refused
        numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise CapstoneError(f"Expected finite numbers in {name!r}, found nan or inf; the training has diverged.")
    return numbers
