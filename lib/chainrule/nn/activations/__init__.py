"""Activation functions with their derivatives, one family a file.

- `logistic`: sigmoid and tanh, which saturate on both sides;
- `rectifiers`: ReLU and leaky ReLU, straight on both sides of zero;
- `parametric`: PReLU, a leaky ReLU that learns its slope;
- `exponential`: ELU and SELU, straight on the right and bent on the left;
- `piecewise`: maxout, the largest of several affine pieces.

Each function `f` has up to three companions: `f_grad(z)`, the derivative from the pre-activation;
`f_grad_from_output(a)`, the same from the output where that determines it; and `f_backward`, which
multiplies by an upstream gradient. All take NumPy or CuPy arrays, keep float32, promote integers to
float64, and leave their arguments as they were.
"""

from chainrule.nn.activations.exponential import (
    elu,
    elu_backward,
    elu_grad,
    elu_grad_from_output,
    selu,
    selu_backward,
    selu_grad,
    selu_grad_from_output,
)
from chainrule.nn.activations.logistic import (
    sigmoid,
    sigmoid_backward,
    sigmoid_grad,
    sigmoid_grad_from_output,
    tanh,
    tanh_backward,
    tanh_grad,
    tanh_grad_from_output,
)
from chainrule.nn.activations.parametric import prelu, prelu_backward, prelu_grad
from chainrule.nn.activations.piecewise import maxout, maxout_backward, maxout_grad
from chainrule.nn.activations.rectifiers import (
    leaky_relu,
    leaky_relu_backward,
    leaky_relu_grad,
    leaky_relu_grad_from_output,
    relu,
    relu_backward,
    relu_grad,
    relu_grad_from_output,
)

__all__ = [
    "elu",
    "elu_backward",
    "elu_grad",
    "elu_grad_from_output",
    "leaky_relu",
    "leaky_relu_backward",
    "leaky_relu_grad",
    "leaky_relu_grad_from_output",
    "maxout",
    "maxout_backward",
    "maxout_grad",
    "prelu",
    "prelu_backward",
    "prelu_grad",
    "relu",
    "relu_backward",
    "relu_grad",
    "relu_grad_from_output",
    "selu",
    "selu_backward",
    "selu_grad",
    "selu_grad_from_output",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_grad",
    "sigmoid_grad_from_output",
    "tanh",
    "tanh_backward",
    "tanh_grad",
    "tanh_grad_from_output",
]
