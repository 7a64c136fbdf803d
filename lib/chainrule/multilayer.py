"""Perceptrons with any number of layers.

What you can do with this file:

- make a network of affine layers with an activation between them: `multilayer_perceptron`.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal

from chainrule import layers
from chainrule.backend import get_array_module, to_device
from chainrule.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.random import Generator

    from chainrule.network import Layer, Loss

__all__ = ["multilayer_perceptron"]

# The layer, and the gain that keeps the variance of the pre-activations from layer to layer (He et al., 2015).
ACTIVATIONS: dict[str, tuple[Callable[[], Layer], float]] = {
    "relu": (layers.ReLU, 2**0.5),
    "leaky_relu": (layers.LeakyReLU, 2**0.5),
    "elu": (layers.ELU, 2**0.5),
    "selu": (layers.SELU, 1.0),
    "sigmoid": (layers.Sigmoid, 1.0),
    "tanh": (layers.Tanh, 1.0),
}
LOSSES: dict[str, Callable[[], Loss]] = {
    "softmax": layers.SoftmaxCrossEntropy,
    "hinge": layers.Hinge,
    "squared": layers.SquaredError,
}


def multilayer_perceptron(
    sizes: Sequence[int],
    rng: Generator,
    /,
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
        Features, units of each hidden layer, outputs.
    rng : numpy.random.Generator
        Draws the weights, on the host.
    activation : {"relu", "leaky_relu", "elu", "selu", "sigmoid", "tanh"}
        After every layer but the last.
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
        To be trained by `chainrule.training.fit`.

    Raises
    ------
    ValueError
        There are less than two sizes, one of them is not positive, or a name is unknown.

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
    stack: list[Layer] = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        W = (gain / fan_in**0.5 * rng.standard_normal((fan_in, fan_out))).astype(dtype)
        stack += [layers.Affine(to_device(W, xp), xp.zeros(fan_out, dtype=dtype)), make_activation()]
    return Network(stack[:-1], LOSSES[loss](), dtype=dtype)
