"""Linear layers that collapse into one, and what is left of them: the rank.

What you can do with this file:

- write two layers with affine activations as one: `collapse_two`, and any number of them: `collapse`;
- count the directions that a matrix lets through: `numeric_rank`;
- put a narrow linear layer in the place of a wide one: `compress`, and count what that saves: `saved_parameters`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.backend import Array, as_floating, get_array_module

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["collapse", "collapse_two", "compress", "numeric_rank", "saved_parameters"]


def collapse_two(  # noqa: PLR0917 - two layers and two activations, in their order
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    p: float,
    q: float,
    r: float = 1.0,
    s: float = 0.0,
) -> tuple[Array, Array]:
    """
    Write two layers with the activations p z + q and r z + s as one layer.

    r ((p (x W1 + b1) + q) W2 + b2) + s = x W + b  with  W = r p W1 W2,  b = r ((p b1 + q) W2 + b2) + s

    Parameters
    ----------
    W1, b1 : arrays of shapes (D, M), (M,)
        The first layer.
    W2, b2 : arrays of shapes (M, C), (C,)
        The second layer.
    p, q : float
        Slope and offset of the activation after the first layer.
    r, s : float
        Slope and offset of the activation after the second layer; 1 and 0 leave its output as it is.

    Returns
    -------
    tuple of arrays of shapes (D, C), (C,)
        W and b of the one layer.

    Notes
    -----
    For column vectors the first two steps read p W2 W1 x + p W2 b1 + q W2 1 + b2: the offset q is added to each
    hidden unit, after W1, and reaches the output through W2.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep Learning, section 6.1, MIT Press (2016).

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones((1, 1)), np.ones(1)
    >>> W, b = collapse_two(*one, *one, 2.0, 3.0, 5.0, 7.0)
    >>> W.tolist(), b.tolist()  # 5 (2 (x + 1) + 3 + 1) + 7
    ([[10.0]], [37.0])
    """
    W1, b1 = _layer(W1, b1)
    W2, b2 = _layer(W2, b2)
    if W1.shape[1] != W2.shape[0]:
        raise ValueError(f"Expected W2 with {W1.shape[1]} rows, the units of the first layer; found {W2.shape}.")
    return r * p * (W1 @ W2), r * ((p * b1 + q) @ W2 + b2) + s


def collapse(
    weights: Sequence[Array],
    biases: Sequence[Array],
    slope: float = 1.0,
    offset: float = 0.0,
) -> tuple[Array, Array]:
    """
    Write any number of layers, each followed by the activation slope z + offset, as one layer.

    W <- slope W W_l,  b <- slope (b W_l + b_l) + offset,  layer by layer from the input on

    Parameters
    ----------
    weights : sequence of arrays of shapes (D, M1), (M1, M2) and so on
        Weights of the layers, at least one.
    biases : sequence of arrays of shapes (M1,), (M2,) and so on
        As many biases.
    slope, offset : float
        The activation after every layer, the last one too.

    Returns
    -------
    tuple of arrays
        W, from the first layer's inputs to the last one's units, and b.

    Notes
    -----
    The scalar case: three layers with the activation c z make c c c x = c^3 x.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep Learning, section 6.1, MIT Press (2016).

    Examples
    --------
    >>> import numpy as np
    >>> W, b = collapse([np.eye(1)] * 3, [np.zeros(1)] * 3, 0.5, 0.0)
    >>> W.tolist(), b.tolist()
    ([[0.125]], [0.0])
    """
    if not weights or len(weights) != len(biases):
        found = f"{len(weights)} weights and {len(biases)} biases"
        raise ValueError(f"Expected one array of weights and one of biases for each layer, found {found}.")
    W, b = _layer(weights[0], biases[0])
    W, b = slope * W, slope * b + offset
    for next_weights, next_biases in zip(weights[1:], biases[1:], strict=True):
        W, b = collapse_two(W, b, next_weights, next_biases, 1.0, 0.0, slope, offset)
    return W, b


def numeric_rank(W: Array, *, tolerance: float = 1e-6) -> int:
    """
    Count the directions that a matrix does not squash to nothing.

    The number of singular values above tolerance times the largest one.

    Parameters
    ----------
    W : array of shape (D, M)
        A matrix.
    tolerance : float
        What counts as rounding, relative to the largest singular value; large matrices in float32 need 1e-5.

    Returns
    -------
    int
        0 for a matrix of zeros, at most min(D, M).

    References
    ----------
    Golub, Van Loan, Matrix Computations, 4th edition, section 2.4 (2013).

    Examples
    --------
    >>> import numpy as np
    >>> numeric_rank(np.ones((4, 3)))
    1
    """
    W = as_floating(W)
    if W.ndim != 2:
        raise ValueError(f"Expected a matrix of shape (D, M), found shape {W.shape}.")
    singular_values = get_array_module(W).linalg.svd(W, compute_uv=False)
    # Rounding turns a singular value of 0 into about 1e-16 times the largest: comparing with 0 would count too many.
    return int((singular_values > tolerance * singular_values[0]).sum())


def compress(W: Array, k: int) -> tuple[Array, Array]:
    """
    Find the two narrow layers whose product comes closest to a matrix.

    A = U_k diag(s_k),  B = V_k^T  from the singular value decomposition W = U diag(s) V^T

    Parameters
    ----------
    W : array of shape (D, M)
        Weights of one layer.
    k : int
        Width of the bottleneck, from 1 to min(D, M).

    Returns
    -------
    tuple of arrays of shapes (D, k), (k, M)
        A and B, to be used as x A B. Their product has rank k; the way it is split is free.

    Notes
    -----
    No other matrix of rank k is closer in the sum of squares: what is lost is the sum of the squared singular
    values that were dropped.

    References
    ----------
    Eckart, Young, The approximation of one matrix by another of lower rank, Psychometrika 1 (1936).

    Examples
    --------
    >>> import numpy as np
    >>> A, B = compress(np.diag([3.0, 2.0]), 1)
    >>> (A @ B + 0.0).tolist()
    [[3.0, 0.0], [0.0, 0.0]]
    """
    W = as_floating(W)
    if W.ndim != 2 or not 1 <= k <= min(W.shape):
        raise ValueError(f"Expected a matrix of shape (D, M) and k from 1 to min(D, M), found {W.shape} and {k}.")
    U, singular_values, V_transposed = get_array_module(W).linalg.svd(W, full_matrices=False)
    return U[:, :k] * singular_values[:k], V_transposed[:k]


def saved_parameters(D: int, M: int, k: int) -> int:
    """
    Count the weights that a bottleneck of width k saves in a layer.

    D M - k (D + M)

    Parameters
    ----------
    D, M : int
        Inputs and units of the layer.
    k : int
        Width of the bottleneck, at least 1.

    Returns
    -------
    int
        Negative where two narrow layers are larger than the wide one.

    References
    ----------
    Denil, Shakibi, Dinh, Ranzato, de Freitas, Predicting parameters in deep learning, NeurIPS (2013).

    Examples
    --------
    >>> saved_parameters(1000, 500, 20)
    470000
    """
    if min(D, M, k) < 1:
        raise ValueError(f"Expected sizes of 1 or more, found {D}, {M} and {k}.")
    return D * M - k * (D + M)


def _layer(W: Array, b: Array) -> tuple[Array, Array]:
    W, b = as_floating(W), as_floating(b)
    if W.ndim != 2 or b.shape != W.shape[1:]:
        raise ValueError(f"Expected W of shape (D, M) and b of shape (M,), found {W.shape} and {b.shape}.")
    return W, b
