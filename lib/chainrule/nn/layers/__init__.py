"""Layers: each knows its own forward rule and its own derivative, and nothing of the others.

- `affine`: `Affine`, weights and biases to learn;
- `entrywise`: `ReLU`, `LeakyReLU`, `ELU`, `SELU`, `Sigmoid`, `Tanh`, which have nothing to learn;
- `learned`: `PReLU`, `Maxout`, activations that learn;
- `objectives`: `SoftmaxCrossEntropy`, `Hinge`, `SquaredError`, the losses on top.

What a layer must offer is written in `chainrule.nn.network`; a class of your own that offers it trains like these.
"""

from chainrule.nn.layers.affine import Affine
from chainrule.nn.layers.entrywise import ELU, SELU, LeakyReLU, ReLU, Sigmoid, Tanh
from chainrule.nn.layers.learned import Maxout, PReLU
from chainrule.nn.layers.objectives import Hinge, SoftmaxCrossEntropy, SquaredError

__all__ = [
    "ELU",
    "SELU",
    "Affine",
    "Hinge",
    "LeakyReLU",
    "Maxout",
    "PReLU",
    "ReLU",
    "Sigmoid",
    "SoftmaxCrossEntropy",
    "SquaredError",
    "Tanh",
]
