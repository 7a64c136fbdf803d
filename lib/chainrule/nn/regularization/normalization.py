"""Batch normalization: mean 0 and variance 1 for every unit, over the batch.

What you can do with this file:

- normalize a batch in training: `batchnorm_forward`, and backward: `batchnorm_backward`;
- normalize at test time, with statistics that are given: `batchnorm_infer`.

`gamma` and `beta` are the learned scale and shift of every unit, and `eps` keeps the division finite. The source is
named at `batchnorm_forward`.
"""

from __future__ import annotations

from chainrule.backend import Array, as_floating

__all__ = ["batchnorm_backward", "batchnorm_forward", "batchnorm_infer"]


def batchnorm_forward(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Array, Array]:
    """
    Normalize every column over the batch, then scale and shift it.

    out = gamma (x - mean) / sqrt(var + eps) + beta

    Parameters
    ----------
    x : array of shape (N, D)
        A batch.
    gamma, beta : arrays of shape (D,)
        Scale and shift.
    eps : float
        Added to the variance.

    Returns
    -------
    tuple of arrays of shapes (N, D), (D,) and (D,)
        The output, and the mean and variance of the batch for the running averages.

    Notes
    -----
    The variance divides by N. A batch of one example has variance 0, and its output is beta.

    References
    ----------
    Ioffe, Szegedy, Batch normalization: accelerating deep network training, ICML (2015).

    Examples
    --------
    >>> import numpy as np
    >>> out, mean, var = batchnorm_forward(np.array([[1.0], [5.0]]), np.array([3.0]), np.array([10.0]), 0.0)
    >>> out.tolist(), mean.tolist(), var.tolist()
    ([[7.0], [13.0]], [3.0], [4.0])
    """
    x = as_floating(x)
    mean, var = x.mean(axis=0), x.var(axis=0)
    return batchnorm_infer(x, gamma, beta, mean, var, eps), mean, var


def batchnorm_infer(  # noqa: PLR0917 - the batch, what is learned, and the statistics
    x: Array,
    gamma: Array,
    beta: Array,
    mean: Array,
    var: Array,
    eps: float = 1e-5,
) -> Array:
    """
    Normalize with statistics that are given, so that an example does not depend on its batch.

    out = gamma (x - mean) / sqrt(var + eps) + beta

    Parameters
    ----------
    x : array of shape (N, D)
        Examples.
    gamma, beta : arrays of shape (D,)
        As in training.
    mean, var : arrays of shape (D,)
        Running averages from training.
    eps : float
        As in training.

    Returns
    -------
    array of shape (N, D)
        The output.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones(1)
    >>> batchnorm_infer(np.array([[7.0]]), 3 * one, one, 5 * one, 4 * one, 0.0).tolist()
    [[4.0]]
    """
    x, gamma, beta, mean, var = (as_floating(array) for array in (x, gamma, beta, mean, var))
    if x.ndim != 2 or any(array.shape != x.shape[1:] for array in (gamma, beta, mean, var)):
        shapes = ", ".join(str(array.shape) for array in (x, gamma, beta, mean, var))
        raise ValueError(f"Expected x of shape (N, D) and gamma, beta, mean, var of shape (D,), found {shapes}.")
    return gamma * ((x - mean) / (var + eps) ** 0.5) + beta


def batchnorm_backward(upstream: Array, x: Array, gamma: Array, eps: float = 1e-5) -> tuple[Array, Array, Array]:
    """
    Send a gradient backward through `batchnorm_forward`.

    With xhat = (x - mean) / sqrt(var + eps) and g = gamma upstream:
    dx = (g - mean of g - xhat mean of (g xhat)) / sqrt(var + eps)

    Parameters
    ----------
    upstream : array of shape (N, D)
        dL/d(output).
    x : array of shape (N, D)
        The batch of the forward pass.
    gamma : array of shape (D,)
        Scale.
    eps : float
        As in the forward pass.

    Returns
    -------
    tuple of arrays of shapes (N, D), (D,) and (D,)
        dL/dx, dL/dgamma and dL/dbeta.

    Notes
    -----
    Mean and variance depend on x too: a column of dx sums to 0, since a shift of the column changes nothing.

    Examples
    --------
    >>> import numpy as np
    >>> upstream, x = np.array([[1.0], [0.0], [0.0]]), np.array([[0.0], [1.0], [5.0]])
    >>> dx, dgamma, dbeta = batchnorm_backward(upstream, x, np.array([2.0]), 0.0)
    >>> abs(float(dx.sum())) < 1e-12, dbeta.tolist()
    (True, [1.0])
    """
    upstream, x, gamma = as_floating(upstream), as_floating(x), as_floating(gamma)
    if x.ndim != 2 or upstream.shape != x.shape or gamma.shape != x.shape[1:]:
        raise ValueError(
            f"Expected upstream and x of shape (N, D) and gamma of shape (D,), "
            f"found {upstream.shape}, {x.shape} and {gamma.shape}."
        )
    spread = (x.var(axis=0) + eps) ** 0.5
    normal = (x - x.mean(axis=0)) / spread
    dgamma, dbeta = (upstream * normal).sum(axis=0), upstream.sum(axis=0)
    # dbeta / N and dgamma / N are the two means of the formula, before the factor gamma.
    dx = gamma / spread * (upstream - dbeta / len(x) - normal * (dgamma / len(x)))
    return dx, dgamma, dbeta
