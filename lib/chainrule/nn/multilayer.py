"""Perceptrons with any number of layers.

What you can do with this file:

- make a network of affine layers with an activation between them: `multilayer_perceptron`.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal

from chainrule.backend import get_array_module, to_device
from chainrule.nn import layers
from chainrule.nn.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.random import Generator

    from chainrule.backend import Array
    from chainrule.nn.network import Layer, Loss

__all__ = ["multilayer_perceptron"]

# The layer, and the gain that keeps the size of the pre-activations from layer to layer (He et al., 2015). For PReLU it
# is that of the slope at the start; the larger of two independent normal numbers has the mean square of one of them.
SLOPE = 0.25
PIECES = 2
ACTIVATIONS: dict[str, tuple[Callable[..., Layer], float]] = {
    "relu": (layers.ReLU, 2**0.5),
    "leaky_relu": (layers.LeakyReLU, 2**0.5),
    "elu": (layers.ELU, 2**0.5),
    "selu": (layers.SELU, 1.0),
    "sigmoid": (layers.Sigmoid, 1.0),
    "tanh": (layers.Tanh, 1.0),
    "prelu": (layers.PReLU, (2 / (1 + SLOPE**2)) ** 0.5),
    "maxout": (layers.Maxout, 1.0),
}
LOSSES: dict[str, Callable[[], Loss]] = {
    "softmax": layers.SoftmaxCrossEntropy,
    "hinge": layers.Hinge,
    "squared": layers.SquaredError,
}


def multilayer_perceptron(
    sizes: Sequence[int],
    rng: Generator,
    *,
    activation: str = "relu",
    loss: Literal["softmax", "hinge", "squared"] = "softmax",
    gain: float | None = None,
    dtype: Any = "float32",
    xp: Any = None,
) -> Network:
    """
    Make a network of affine layers with an activation between them, and random weights.

    W ~ N(0, gain^2 / D),  b = 0

    Parameters
    ----------
    sizes : sequence of int
        Features, units of each hidden layer, outputs; at least two, all above 0.
    rng : numpy.random.Generator
        Draws the weights.
    activation : {"relu", "leaky_relu", "elu", "selu", "sigmoid", "tanh", "prelu", "maxout"}
        After every layer but the last. PReLU learns a slope for each unit, from 0.25 on; maxout takes the larger of
        two affine pieces.
    loss : {"softmax", "hinge", "squared"}
        On top of the last layer.
    gain : float, optional
        Factor of the standard deviation 1/sqrt(D); what suits the activation when left out.
    dtype : dtype
        float32 for training, float64 to check gradients.
    xp : module, optional
        Where the arrays live; NumPy when left out.

    Returns
    -------
    Network
        To be trained by `chainrule.nn.training.fit`.

    References
    ----------
    He, Zhang, Ren, Sun, Delving deep into rectifiers, ICCV (2015).

    Examples
    --------
    >>> import numpy as np
    >>> network = multilayer_perceptron([3072, 100, 10], np.random.default_rng(0))
    >>> network.parameters.shape, len(network.layers)
    ((308310,), 3)
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"Expected sizes of the input, hidden layers and the output, found {list(sizes)}.")
    for name, table in ((activation, ACTIVATIONS), (loss, LOSSES)):
        if name not in table:
            raise ValueError(f"Expected one of {', '.join(table)}, found {name!r}.")
    xp = xp or get_array_module()
    make_activation, usual = ACTIVATIONS[activation]
    gain = usual if gain is None else gain

    def affine(*shape: int) -> tuple[Array, Array]:
        """Random weights and biases of 0, for one layer or for several pieces of it."""
        W = (gain / shape[-2] ** 0.5 * rng.standard_normal(shape)).astype(dtype)
        return to_device(W, xp), xp.zeros((*shape[:-2], shape[-1]), dtype=dtype)

    stack: list[Layer] = []
    for fan_in, units in itertools.pairwise(sizes[:-1]):
        if activation == "maxout":
            stack.append(layers.Maxout(*affine(PIECES, fan_in, units)))
            continue
        W, b = affine(fan_in, units)
        # b holds a 0 for each unit, in the right type and place: b + SLOPE are the first slopes of PReLU.
        stack += [layers.Affine(W, b), make_activation(b + SLOPE) if activation == "prelu" else make_activation()]
    stack.append(layers.Affine(*affine(*sizes[-2:])))
    return Network(stack, LOSSES[loss](), dtype=dtype)
