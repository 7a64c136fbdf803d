"""First weights and biases of a layer.

- `equal`: zeros and constants, from which nothing can learn;
- `drawn`: random weights: small ones, Xavier's and Kaiming's;
- `variance`: the gain of a rectifier, and what one layer does to the variance.

Every initializer takes the shape (D, M) of the weights, two whole numbers above 0, and returns the weights with M
biases of 0. `dtype` is the name of a floating type, and `xp` the array module; NumPy when left out. Random numbers are
drawn on the host from `rng`, then moved to `xp`.
"""

from chainrule.nn.initializers.drawn import init_kaiming, init_small, init_xavier
from chainrule.nn.initializers.equal import init_constant, init_zeros
from chainrule.nn.initializers.variance import rectifier_gain, variance_ratio

__all__ = [
    "init_constant",
    "init_kaiming",
    "init_small",
    "init_xavier",
    "init_zeros",
    "rectifier_gain",
    "variance_ratio",
]
