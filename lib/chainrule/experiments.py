"""One small trainer for the experiments, the same in every edition.

What you can do with this file:

- make a fully connected network: `make_network`;
- run it forward and keep what every layer saw: `forward`;
- train it: `train`, which returns a `Run`;
- see which label it gives: `classify`, and how often it is right: `accuracy_of`.

The activation and its derivative are arguments, so an experiment trains with the functions that the
student has written. The last layer is affine; softmax with cross-entropy follows it for labels, the
squared error for numbers. Units from 04 on use `chainrule.nn.training`, which the student helps to build.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from chainrule.backend import Array, as_floating, get_array_module, to_device

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.random import Generator

__all__ = ["Network", "Run", "Weights", "accuracy", "accuracy_of", "classify", "forward", "make_network", "train"]

Loss = Literal["softmax", "squared"]


@dataclass
class Weights:
    """Weights of shape (D_in, D_out) and biases of shape (D_out,), layer by layer."""

    weights: list[Array]
    biases: list[Array]


@dataclass
class Run:
    """A trained network and its loss before every step."""

    network: Weights
    losses: list[float] = field(default_factory=list)

    @property
    def diverged(self) -> bool:
        """Whether the run stopped because the loss was no number any more."""
        return bool(self.losses) and not _is_finite(self.losses[-1])


def make_network(
    sizes: Sequence[int], rng: Generator, *, gain: float = 1.0, bias: float = 0.0, xp: Any = None
) -> Weights:
    """
    Make a network with random weights.

    W ~ N(0, gain^2 / D_in), b = `bias`

    Parameters
    ----------
    sizes : sequence of int
        Features, units of each hidden layer, outputs.
    rng : numpy.random.Generator
        Draws the weights, on the host.
    gain : float
        Factor of the standard deviation 1/sqrt(D_in); sqrt(2) suits ReLU.
    bias : float
        Every bias.
    xp : module, optional
        Where the arrays live; NumPy when left out.

    Returns
    -------
    Weights
        float64 arrays.

    Examples
    --------
    >>> import numpy as np
    >>> network = make_network([4, 3, 2], np.random.default_rng(0))
    >>> [W.shape for W in network.weights]
    [(4, 3), (3, 2)]
    """
    xp = xp or get_array_module()
    weights, biases = [], []
    for fan_in, fan_out in itertools.pairwise(sizes):
        drawn = gain / fan_in**0.5 * rng.standard_normal((fan_in, fan_out))
        weights.append(to_device(drawn, xp))
        biases.append(xp.full((fan_out,), bias, dtype=xp.float64))
    return Weights(weights, biases)


def forward(network: Weights, x: Array, activation: Callable[[Array], Array]) -> tuple[list[Array], list[Array]]:
    """
    Run a network forward and keep every pre-activation and every activation.

    z_l = a_(l-1) W_l + b_l,  a_l = activation(z_l);  the last layer has no activation

    Parameters
    ----------
    network : Weights
        The layers.
    x : array of shape (N, D)
        Inputs.
    activation : callable
        Entrywise, from z to a.

    Returns
    -------
    tuple of (list of arrays, list of arrays)
        z of every layer, and the input of every layer with the network's output as the last entry.

    Examples
    --------
    >>> import numpy as np
    >>> z, a = forward(Weights([np.eye(2)], [np.ones(2)]), np.zeros((1, 2)), np.tanh)
    >>> a[-1].tolist()
    [[1.0, 1.0]]
    """
    pre_activations, activations = [], [as_floating(x)]
    last = len(network.weights) - 1
    for layer, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        z = activations[-1] @ W + b
        pre_activations.append(z)
        activations.append(z if layer == last else activation(z))
    return pre_activations, activations


def train(
    network: Weights,
    x: Array,
    y: Array,
    *,
    activation: Callable[[Array], Array],
    derivative: Callable[[Array], Array],
    lr: float,
    steps: int,
    batch_size: int | None = None,
    rng: Generator | None = None,
    loss: Loss = "softmax",
    on_step: Callable[[int, Weights], None] | None = None,
) -> Run:
    """
    Train a network by gradient descent, in place.

    Parameters
    ----------
    network : Weights
        Changed by the steps.
    x : array of shape (N, D)
        Inputs.
    y : array of shape (N,) or (N, D_out)
        Labels 0 to C-1 for the loss "softmax", numbers for "squared".
    activation, derivative : callable
        Entrywise functions of z: the activation and its derivative.
    lr : float
        Learning rate.
    steps : int
        Updates.
    batch_size : int, optional
        Examples a step, drawn with `rng`; all of them when left out.
    rng : numpy.random.Generator, optional
        Needed with `batch_size`.
    loss : {"softmax", "squared"}
        Cross-entropy of the softmax, or half the squared error; both are means over the examples.
    on_step : callable, optional
        Called before every update with the step's number and the network, to watch it.

    Returns
    -------
    Run
        Stops early when the loss is not finite.

    Raises
    ------
    ValueError
        `batch_size` is given without `rng`, `loss` is another word, or labels are no vector.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    >>> run = train(make_network([2, 8, 2], rng), x, y, activation=np.sin, derivative=np.cos, lr=0.5, steps=500)
    >>> accuracy_of(run.network, x, y, np.sin)
    1.0
    """
    if batch_size is not None and rng is None:
        raise ValueError("train expects rng when batch_size is given: the batches are drawn with it.")
    if loss not in _LOSSES:
        raise ValueError(f"train expects the loss to be one of {', '.join(_LOSSES)}, not {loss!r}.")
    if loss == "softmax" and y.ndim != 1:
        raise ValueError(f"train expects labels of shape (N,) for the softmax loss, found shape {y.shape}.")
    run = Run(network)
    for step in range(steps):
        if on_step is not None:
            on_step(step, network)
        xs, ys = (x, y) if batch_size is None or rng is None else _batch(x, y, batch_size, rng)
        pre_activations, activations = forward(network, xs, activation)
        value, upstream = _LOSSES[loss](activations[-1], ys)
        run.losses.append(value)
        if not _is_finite(value):
            break
        _update(network, pre_activations, activations, upstream, derivative=derivative, lr=lr)
    return run


def classify(network: Weights, x: Array, activation: Callable[[Array], Array]) -> Array:
    """
    Give the label with the largest output.

    Parameters
    ----------
    network, x, activation : Weights, array, callable
        As in `forward`.

    Returns
    -------
    array of shape (N,)
        Labels 0 to C-1.

    Examples
    --------
    >>> import numpy as np
    >>> classify(Weights([np.eye(2)], [np.zeros(2)]), np.array([[1.0, 3.0]]), np.tanh).tolist()
    [1]
    """
    return forward(network, x, activation)[1][-1].argmax(axis=1)


def accuracy_of(network: Weights, x: Array, y: Array, activation: Callable[[Array], Array]) -> float:
    """
    Give the share of examples that get their label.

    Parameters
    ----------
    network : Weights
        The layers.
    x : array of shape (N, D)
        Inputs.
    y : array of shape (N,)
        Labels 0 to C-1.
    activation : callable
        Entrywise, from z to a.

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> accuracy_of(Weights([np.eye(2)], [np.zeros(2)]), np.eye(2), np.array([0, 0]), np.tanh)
    0.5
    """
    return float((classify(network, x, activation) == y).mean())


def _update(
    network: Weights,
    pre_activations: list[Array],
    activations: list[Array],
    upstream: Array,
    *,
    derivative: Callable[[Array], Array],
    lr: float,
) -> None:
    """One step of gradient descent; each layer's gradient goes down before its weights change."""
    for layer in reversed(range(len(network.weights))):
        W, b = network.weights[layer], network.biases[layer]
        below = upstream @ W.T * derivative(pre_activations[layer - 1]) if layer else None
        network.weights[layer] = W - lr * (activations[layer].T @ upstream)
        network.biases[layer] = b - lr * upstream.sum(axis=0)
        upstream = below


def _softmax_loss(logits: Array, y: Array) -> tuple[float, Array]:
    """Mean cross-entropy and its gradient (p - one_hot(y)) / N."""
    xp = get_array_module(logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - xp.log(xp.exp(shifted).sum(axis=1, keepdims=True))
    target = (xp.arange(logits.shape[1]) == y[:, None]).astype(logits.dtype)
    count = logits.shape[0]
    return float(-(target * log_p).sum() / count), (xp.exp(log_p) - target) / count


def _squared_loss(output: Array, y: Array) -> tuple[float, Array]:
    """Half the mean squared error and its gradient."""
    count = output.shape[0]
    error = output - y.reshape(output.shape)
    return float((error * error).sum() / (2 * count)), error / count


_LOSSES: dict[Loss, Callable[[Array, Array], tuple[float, Array]]] = {
    "softmax": _softmax_loss,
    "squared": _squared_loss,
}


def _batch(x: Array, y: Array, size: int, rng: Generator) -> tuple[Array, Array]:
    rows = to_device(rng.integers(len(x), size=size), get_array_module(x))
    return x[rows], y[rows]


def _is_finite(number: float) -> bool:
    return number - number == 0.0  # of nan and of infinity the difference is nan


# The names of version 0, for notebooks and for cells that students added; `nn` has the one Network and accuracy.
Network = Weights
accuracy = accuracy_of
