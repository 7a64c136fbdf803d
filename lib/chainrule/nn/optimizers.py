"""Optimizers: how a gradient becomes an update.

What you can do with this file:

- go straight down: `SGD`;
- keep some speed: `Momentum`, plain or after Nesterov;
- scale every entry by its own history: `Adam`;
- name what they share: `Optimizer`.

`update(parameters, gradients)` changes `parameters` in place, and leaves `gradients` as they are. Both are one
long array, such as those of a `Network`, so an update is a few operations however many layers there are. Memory
for intermediate results is taken once and used again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from chainrule.backend import Array, get_array_module

__all__ = ["SGD", "Adam", "Momentum", "Optimizer"]


class Optimizer(Protocol):
    """What `chainrule.nn.training` asks of an optimizer; a class of your own will do."""

    lr: float

    def update(self, parameters: Array, gradients: Array) -> None:
        """Change `parameters` in place."""


@dataclass
class SGD:
    """
    Gradient descent: w <- w - lr g.

    Parameters
    ----------
    lr : float
        Learning rate.

    References
    ----------
    Robbins, Monro, A stochastic approximation method, Annals of Mathematical Statistics 22 (1951).

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 2.0])
    >>> SGD(lr=0.5).update(w, np.array([2.0, -2.0]))
    >>> w.tolist()
    [0.0, 3.0]
    """

    lr: float
    _scratch: Array = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a learning rate that cannot work."""
        _positive("lr", self.lr)

    def update(self, parameters: Array, gradients: Array) -> None:
        """Change `parameters` in place."""
        self._scratch = _like(self._scratch, parameters)
        get_array_module(parameters).multiply(gradients, self.lr, out=self._scratch)
        parameters -= self._scratch


@dataclass
class Momentum:
    """
    Gradient descent with speed: v <- m v - lr g,  w <- w + v.

    Parameters
    ----------
    lr : float
        Learning rate.
    momentum : float
        The share m of the speed that is kept, from 0 to below 1.
    nesterov : bool
        Use the speed of the next step already: w <- w + m v - lr g with the new v.

    References
    ----------
    Polyak, Some methods of speeding up the convergence of iteration methods, USSR CMMP 4 (1964).
    Sutskever, Martens, Dahl, Hinton, On the importance of initialization and momentum, ICML (2013).

    Examples
    --------
    >>> import numpy as np
    >>> w, g = np.array([1.0]), np.array([1.0])
    >>> optimizer = Momentum(lr=0.5, momentum=0.5)
    >>> optimizer.update(w, g)
    >>> optimizer.update(w, g)
    >>> w.tolist()  # 1 - 0.5 - 0.75
    [-0.25]
    """

    lr: float
    momentum: float = 0.9
    nesterov: bool = False
    _velocity: Array = field(default=None, init=False, repr=False)
    _scratch: Array = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse settings that cannot work."""
        _positive("lr", self.lr)
        _share("momentum", self.momentum)

    def update(self, parameters: Array, gradients: Array) -> None:
        """Change `parameters` in place."""
        xp = get_array_module(parameters)
        self._velocity, self._scratch = _like(self._velocity, parameters), _like(self._scratch, parameters)
        step, v = xp.multiply(gradients, self.lr, out=self._scratch), self._velocity
        v *= self.momentum
        v -= step
        if self.nesterov:  # step holds lr g, then m v: the memory serves twice
            parameters -= step
            xp.multiply(v, self.momentum, out=step)
            parameters += step
        else:
            parameters += v


@dataclass
class Adam:
    """
    Divide a running mean of the gradient by the root of a running mean of its square.

    m <- beta1 m + (1 - beta1) g,  s <- beta2 s + (1 - beta2) g^2,
    w <- w - lr m' / (sqrt(s') + eps),  m' = m / (1 - beta1^t),  s' = s / (1 - beta2^t)

    Parameters
    ----------
    lr : float
        Learning rate; about how far an entry moves in a step.
    beta1, beta2 : float
        Shares of the running means that are kept, from 0 to below 1.
    eps : float
        Keeps the quotient finite.

    References
    ----------
    Kingma, Ba, Adam: a method for stochastic optimization, ICLR (2015).

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, 1.0])
    >>> Adam(lr=0.1).update(w, np.array([100.0, -0.001]))
    >>> w.round(4).tolist()
    [0.9, 1.1]
    """

    lr: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    _steps: int = field(default=0, init=False, repr=False)
    _mean: Array = field(default=None, init=False, repr=False)
    _square: Array = field(default=None, init=False, repr=False)
    _scratch: Array = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse settings that cannot work."""
        _positive("lr", self.lr)
        _share("beta1", self.beta1)
        _share("beta2", self.beta2)

    def update(self, parameters: Array, gradients: Array) -> None:
        """Change `parameters` in place."""
        xp = get_array_module(parameters)
        self._mean, self._square = _like(self._mean, parameters), _like(self._square, parameters)
        self._scratch = step = _like(self._scratch, parameters)
        self._steps += 1
        xp.multiply(gradients, 1.0 - self.beta1, out=step)
        self._mean *= self.beta1
        self._mean += step
        xp.multiply(gradients, gradients, out=step)
        step *= 1.0 - self.beta2
        self._square *= self.beta2
        self._square += step
        xp.sqrt(self._square, out=step)
        # sqrt(s') = sqrt(s) / sqrt(1 - beta2^t), and m' enters through lr: no array is needed for either of them.
        step /= (1.0 - self.beta2**self._steps) ** 0.5
        step += self.eps
        xp.divide(self._mean, step, out=step)
        step *= self.lr / (1.0 - self.beta1**self._steps)
        parameters -= step


def _like(kept: Array, parameters: Array) -> Array:
    """Memory like the parameters, zero at first; taken once for each network."""
    if kept is None:
        return get_array_module(parameters).zeros_like(parameters)
    if kept.shape != parameters.shape:
        raise ValueError(
            f"Expected the {kept.size} parameters of the steps before, found {parameters.size}; "
            "try a new optimizer for each network."
        )
    return kept


def _positive(name: str, value: float) -> None:
    if not value > 0:
        raise ValueError(f"Expected a positive {name}, found {value}.")


def _share(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ValueError(f"Expected {name} from 0 to below 1, found {value}; try 0.9.")
