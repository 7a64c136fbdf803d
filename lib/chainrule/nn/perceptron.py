"""The perceptron, what it cannot do, and networks that can.

What you can do with this file:

- take one step of its learning rule: `perceptron_step`, and go through a data set: `train_perceptron`;
- see how good many straight lines are at once: `accuracy_of_lines`;
- get networks with weights chosen by hand: `xor_network`, `parity_network`.

A network is two lists, the weights (D, M) and the biases (M,) of its layers. max(z, 0) follows every layer but the
last; `chainrule.nn.approximation.relu_network` runs it. Labels are 0 and 1.
"""

from __future__ import annotations

from typing import Any

from chainrule.backend import Array, as_floating, get_array_module

__all__ = ["accuracy_of_lines", "parity_network", "perceptron_step", "train_perceptron", "xor_network"]


def perceptron_step(w: Array, b: Array | float, x: Array, y: float, lr: float = 1.0) -> tuple[Array, Array]:
    """
    Show a perceptron one example and correct it if it is wrong.

    fired = 1 where x w + b > 0, else 0;  w <- w + lr (y - fired) x,  b <- b + lr (y - fired)

    Parameters
    ----------
    w : array of shape (D,)
        Weights.
    b : float
        Bias.
    x : array of shape (D,)
        One example.
    y : 0 or 1
        Its label.
    lr : float
        Learning rate.

    Returns
    -------
    tuple of (array of shape (D,), number)
        The new weights and the new bias. A right answer changes nothing.

    References
    ----------
    Rosenblatt, The perceptron, Psychological Review 65 (1958).

    Examples
    --------
    >>> import numpy as np
    >>> w, b = perceptron_step(np.zeros(2), 0.0, np.array([1.0, 2.0]), 1, 0.5)
    >>> w.tolist(), b
    ([0.5, 1.0], 0.5)
    """
    w, x = as_floating(w), as_floating(x)
    if w.ndim != 1 or w.shape != x.shape:
        raise ValueError(f"Expected w and x of one shape (D,), found {w.shape} and {x.shape}.")
    error = float(y) - float(x @ w + b > 0)
    return w + lr * error * x, b + lr * error


def train_perceptron(X: Array, y: Array, lr: float = 1.0, epochs: int = 10) -> tuple[Array, Array, Array]:
    """
    Train a perceptron from zero weights, one example after the other, in the order of the rows.

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.
    y : array of shape (N,)
        Their labels.
    lr : float
        Learning rate.
    epochs : int
        Passes over all examples, at least 1.

    Returns
    -------
    tuple of (array of shape (D,), number, array of shape (epochs N, D + 1))
        The weights, the bias, and the path: after each example the weights with the bias behind them.

    Notes
    -----
    Where a line separates the classes, the steps end after finitely many corrections; where none does, they never
    end. Once a pass is too seldom to see that: weights in a circle may stand at one place after every pass.

    References
    ----------
    Novikoff, On convergence proofs for perceptrons, Symposium on the Mathematical Theory of Automata 12 (1962).

    Examples
    --------
    >>> import numpy as np
    >>> corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> w, b, path = train_perceptron(corners, np.array([0, 1, 1, 1]), 1.0, 5)
    >>> w.tolist(), float(b), path.shape
    ([1.0, 1.0], 0.0, (20, 3))
    """
    X = as_floating(X)
    if X.ndim != 2 or y.shape != X.shape[:1] or epochs < 1:
        found = f"{X.shape}, {y.shape} and {epochs}"
        raise ValueError(f"Expected X of shape (N, D), y of shape (N,) and 1 pass or more, found {found}.")
    xp = get_array_module(X)
    w, b = xp.zeros(X.shape[1], dtype=X.dtype), xp.zeros((), dtype=X.dtype)
    path = []
    for _ in range(epochs):
        for row, label in zip(X, y.tolist(), strict=True):
            w, b = perceptron_step(w, b, row, label, lr)
            path.append(xp.concatenate([w, b.reshape(1)]))
    return w, b, xp.stack(path)


def accuracy_of_lines(X: Array, y: Array, W: Array, b: Array) -> Array:
    """
    Give the accuracy of many perceptrons at once, each a straight line through the data.

    accuracy[m] = share of the examples n for which (X W + b)[n, m] > 0 just where y[n] = 1

    Parameters
    ----------
    X : array of shape (N, D)
        Examples.
    y : array of shape (N,)
        Labels.
    W : array of shape (D, M)
        A perceptron in each column: M of them are one fully connected layer of M units.
    b : array of shape (M,)
        Their biases.

    Returns
    -------
    array of shape (M,)
        Shares from 0 to 1, float64.

    References
    ----------
    Minsky, Papert, Perceptrons, MIT Press (1969).

    Examples
    --------
    >>> import numpy as np
    >>> corners, xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    >>> accuracy_of_lines(corners, xor, np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([-0.5, 1.0])).tolist()
    [0.75, 0.5]
    """
    X, W, b = as_floating(X), as_floating(W), as_floating(b)
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[0] or b.shape != W.shape[1:] or y.shape != X.shape[:1]:
        raise ValueError(
            "Expected X of shape (N, D), y of shape (N,), W of shape (D, M) and b of shape (M,), "
            f"found {X.shape}, {y.shape}, {W.shape} and {b.shape}."
        )
    fired = (X @ W + b) > 0
    return (fired == (y == 1)[:, None]).mean(axis=0)


def xor_network(*, xp: Any = None) -> tuple[list[Array], list[Array]]:
    """
    Give a network with two hidden units that computes exclusive or.

    y = max(s, 0) - 2 max(s - 1, 0)  with  s = x1 + x2

    Parameters
    ----------
    xp : module, optional
        Where the arrays live; NumPy when left out.

    Returns
    -------
    tuple of (list of arrays, list of arrays)
        Weights of shapes (2, 2), (2, 1), and biases of shapes (2,), (1,).

    References
    ----------
    Goodfellow, Bengio, Courville, Deep Learning, section 6.1, MIT Press (2016).

    Examples
    --------
    >>> weights, biases = xor_network()
    >>> [W.tolist() for W in weights], [b.tolist() for b in biases]
    ([[[1.0, 1.0], [1.0, 1.0]], [[1.0], [-2.0]]], [[0.0, -1.0], [0.0]])
    """
    return parity_network(2, xp=xp)


def parity_network(n: int, *, xp: Any = None) -> tuple[list[Array], list[Array]]:
    """
    Give a deep network that tells whether the number of ones among n bits is odd.

    Each hidden layer folds the sum s of the bits in the middle: s <- max(s, 0) - 2 max(s - h, 0), for h = ..., 4, 2, 1

    Parameters
    ----------
    n : int
        How many bits go in, at least 1.
    xp : module, optional
        Where the arrays live; NumPy when left out.

    Returns
    -------
    tuple of (list of arrays, list of arrays)
        Weights and biases of the layers; the output is 0 or 1.

    Notes
    -----
    Two units a fold, and as many folds as it takes to bring n down to 1: 2 ceil(log2 n) hidden units. A fold at h
    maps s > h to 2 h - s, which is odd just where s is. One exclusive or after the other takes about 3 (n - 1).

    References
    ----------
    Telgarsky, Benefits of depth in neural networks, COLT (2016).

    Examples
    --------
    >>> weights, biases = parity_network(8)
    >>> [W.shape for W in weights]
    [(8, 2), (2, 2), (2, 2), (2, 1)]
    """
    if n < 1:
        raise ValueError(f"Expected 1 bit or more, found {n}.")
    xp = xp or get_array_module()
    weights, biases = [], []
    reads = xp.ones((n, 1))  # how a unit of the next layer gets the sum that is folded so far
    for fold in reversed(range((n - 1).bit_length())):
        weights.append(xp.concatenate([reads, reads], axis=1))
        biases.append(xp.asarray([0.0, -(2.0**fold)]))
        reads = xp.asarray([[1.0], [-2.0]])
    return [*weights, reads], [*biases, xp.zeros(1)]
