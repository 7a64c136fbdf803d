"""Exercise 5.9: batch normalization, in training, at test time and backward."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.u05_regularization.common import batch, batch_probes, declare, numbers
from chainrule.nn import regularization

__all__ = ["BATCHNORM_BACKWARD", "BATCHNORM_FORWARD", "BATCHNORM_INFER"]

normalizing = declare("5.9", "Batch normalization")

# --- forward -------------------------------------------------------------------------------------------------


def forward_with(scale, shown=None):
    """An answer from the divisor, a function of the batch and eps; `shown` is the variance that is returned."""

    def forward(x, gamma, beta, eps):
        mean = x.mean(axis=0)
        return gamma * (x - mean) / scale(x, eps) + beta, mean, (shown or np.var)(x, axis=0)

    return forward


def forward_by_columns(x, gamma, beta, eps):
    out, means, variances = np.zeros(x.shape), [], []
    for d in range(x.shape[1]):
        column = x[:, d]
        mean = sum(column) / len(column)
        variance = sum((entry - mean) ** 2 for entry in column) / len(column)
        out[:, d] = gamma[d] * (column - mean) / np.sqrt(variance + eps) + beta[d]
        means.append(mean)
        variances.append(variance)
    return out, np.array(means), np.array(variances)


def forward_as_a_line(x, gamma, beta, eps):
    """One product and one sum an entry, as at test time."""
    mean = np.mean(x, axis=0)
    var = np.mean((x - mean) ** 2, axis=0)
    slope = gamma / np.sqrt(var + eps)
    return slope * x + (beta - slope * mean), mean, var


def right_scale(x, eps):
    return np.sqrt(x.var(axis=0) + eps)


def unbiased(x, axis):
    return ((x - x.mean(axis=axis)) ** 2).sum(axis=axis) / max(len(x) - 1, 1)


def normalized_by_rows(x, gamma, beta, eps):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, x.mean(axis=0), x.var(axis=0)


def normalized_as_a_whole(x, gamma, beta, eps):
    return gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta, x.mean(axis=0), x.var(axis=0)


def without_shift(x, gamma, beta, eps):
    mean, var = x.mean(axis=0), x.var(axis=0)
    return (x - mean) / np.sqrt(var + eps), mean, var


def spread_returned(x, gamma, beta, eps):
    out, mean, var = forward_as_a_line(x, gamma, beta, eps)
    return out, mean, np.sqrt(var + eps)


BATCHNORM_FORWARD = normalizing(
    name="batchnorm_forward",
    points=1,
    reference=regularization.batchnorm_forward,
    hints=(
        (
            "x has N rows, one for each example, and D columns, one for each unit. "
            "How many means are there, and over which axis are they taken? "
            "What is the mean of the column once its mean is taken away?"
        ),
        (
            "Take mean and variance over the examples, so that D numbers are left of each. "
            "Subtract the means from every row, and divide by the root of the variance plus eps. "
            "Only then multiply by gamma and add beta. Return the output, the means, and the variances without eps."
        ),
        (
            "The column (1, 3, 5, 7), gamma = 2, beta = 10, eps = 4. The mean is 4, and the variance is 20 / 4 = 5. "
            "The root of 5 + 4 is 3, so the normalized column is (-1, -0.3333, 0.3333, 1). "
            "The output is (8, 9.3333, 10.6667, 12)."
        ),
    ),
    alternatives={"column by column": forward_by_columns, "as a line": forward_as_a_line},
    probes=batch_probes,
    sample=lambda rng: (*batch(rng, 6, 4), float(rng.uniform(0.05, 0.5))),
    tolerance=5000.0,
    mistakes={
        "over_the_features": (
            normalized_by_rows,
            "Every example is normalized over its features (layer normalization); go along axis 0.",
        ),
        "one_mean_for_all": (
            normalized_as_a_whole,
            "One mean and variance serve the whole array; every column has its own, along axis 0.",
        ),
        "divided_by_the_variance": (
            forward_with(lambda x, eps: x.var(axis=0) + eps),
            sentences.VARIANCE_FOR_ITS_ROOT,
        ),
        "eps_outside_the_root": (
            forward_with(lambda x, eps: x.std(axis=0) + eps),
            sentences.EPS_AFTER_THE_ROOT,
        ),
        "variance_over_n_minus_1": (
            forward_with(lambda x, eps: np.sqrt(unbiased(x, 0) + eps), unbiased),
            "The variance divides by N - 1; batch normalization divides by N.",
        ),
        "scale_and_shift_missing": (
            without_shift,
            sentences.SCALE_AND_SHIFT_MISSING,
        ),
        "spread_in_place_of_the_variance": (
            spread_returned,
            "The third result is the standard deviation with eps; return the variance itself.",
        ),
        "standard_deviations_returned": (
            forward_with(right_scale, np.std),
            "The third result is the standard deviation; the running average needs the variance.",
        ),
        "gamma_and_beta_swapped": (
            lambda x, gamma, beta, eps: forward_with(right_scale)(x, beta, gamma, eps),
            "gamma multiplies and beta is added; here it is the other way round.",
        ),
    },
    traps=(
        Trap("variance_over_n_minus_1", breaks="the variance divides by $N$"),
        Trap("over_the_features", breaks="$\\mu$ and $\\sigma^2$ are mean and variance of each column"),
    ),
)

# --- test time -----------------------------------------------------------------------------------------------


def infer_probes(rng):
    found = []
    for probe in batch_probes(rng):
        x, gamma, beta, eps = probe.args
        dtype = x.values.dtype if isinstance(x, Strided) else x.dtype
        mean, var = rng.standard_normal(len(gamma)).astype(dtype), rng.uniform(0.3, 3.0, len(gamma)).astype(dtype)
        label = probe.label.replace(", whose variance is 0", "")
        found.append(Probe(label, (x, gamma, beta, mean, var, eps)))
    return tuple(found)


def infer_by_loop(x, gamma, beta, mean, var, eps):
    out = np.zeros(x.shape)
    for n, d in np.ndindex(*x.shape):
        out[n, d] = gamma[d] * (x[n, d] - mean[d]) / np.sqrt(var[d] + eps) + beta[d]
    return out


def infer_as_a_line(x, gamma, beta, mean, var, eps):
    slope = gamma * (var + eps) ** -0.5
    return x * slope + (beta - mean * slope)


def infer_sample(rng):
    return (*batch(rng, 5, 3), rng.standard_normal(3), rng.uniform(0.3, 3.0, 3), float(rng.uniform(0.05, 0.5)))


BATCHNORM_INFER = normalizing(
    name="batchnorm_infer",
    points=1,
    reference=regularization.batchnorm_infer,
    hints=(
        (
            "Suppose that x holds one example only. "
            "What would its own mean be, and what would be left of it after subtracting that? "
            "Where do mean and variance come from here instead?"
        ),
        (
            "The formula is that of the forward pass, with the mean and the variance that are passed in. "
            "Each is (D,), so it works on every row of x at once."
        ),
        (
            "x holds 8 and 2 in one column; gamma = 4, beta = 1, mean 6, variance 12, eps = 4. "
            "The root of 12 + 4 is 4. The outputs are 4 times 2 / 4 plus 1 = 3, and 4 times -4 / 4 plus 1 = -3."
        ),
    ),
    alternatives={"entry by entry": infer_by_loop, "as a line": infer_as_a_line},
    probes=infer_probes,
    sample=infer_sample,
    tolerance=5000.0,
    properties=("row_by_row",),
    mistakes={
        "statistics_of_the_batch": (
            lambda x, gamma, beta, mean, var, eps: forward_as_a_line(x, gamma, beta, eps)[0],
            "The batch's own mean and variance are used; at test time use those that are passed in.",
        ),
        "mean_of_the_batch": (
            lambda x, gamma, beta, mean, var, eps: gamma * (x - x.mean(axis=0)) / np.sqrt(var + eps) + beta,
            "The batch's own mean is subtracted; use the mean that is passed in.",
        ),
        "divided_by_the_variance": (
            lambda x, gamma, beta, mean, var, eps: gamma * (x - mean) / (var + eps) + beta,
            sentences.VARIANCE_FOR_ITS_ROOT,
        ),
        "eps_outside_the_root": (
            lambda x, gamma, beta, mean, var, eps: gamma * (x - mean) / (np.sqrt(var) + eps) + beta,
            sentences.EPS_AFTER_THE_ROOT,
        ),
        "scale_and_shift_missing": (
            lambda x, gamma, beta, mean, var, eps: (x - mean) / np.sqrt(var + eps),
            sentences.SCALE_AND_SHIFT_MISSING,
        ),
        "eps_left_out": (
            lambda x, gamma, beta, mean, var, eps: gamma * (x - mean) / np.sqrt(var) + beta,
            "eps is missing: a unit that never changes has variance 0, and the root of var + eps is not 0.",
        ),
    },
    traps=(
        Trap("statistics_of_the_batch", breaks="an example may come alone, and its answer must not depend on others"),
    ),
)

# --- backward ------------------------------------------------------------------------------------------------


def backward_parts(upstream, x, gamma, eps):
    spread = right_scale(x, eps)
    normal = (x - x.mean(axis=0)) / spread
    return spread, normal, gamma * upstream


def backward_in_steps(upstream, x, gamma, eps):
    """Back through the graph, node by node, as in unit 04."""
    n = len(x)
    centered = x - x.mean(axis=0)
    var = (centered**2).sum(axis=0) / n
    inverse = (var + eps) ** -0.5
    dnormal = upstream * gamma
    dvar = (dnormal * centered).sum(axis=0) * (-0.5) * inverse**3
    dcentered = dnormal * inverse + dvar * 2.0 * centered / n
    dx = dcentered - dcentered.sum(axis=0) / n
    return dx, (upstream * centered * inverse).sum(axis=0), upstream.sum(axis=0)


def backward_by_jacobian(upstream, x, gamma, eps):
    n = len(x)
    dx = np.zeros(x.shape)
    spread, normal, _ = backward_parts(upstream, x, gamma, eps)
    for d in range(x.shape[1]):
        jacobian = (np.eye(n) - 1.0 / n - np.outer(normal[:, d], normal[:, d]) / n) * gamma[d] / spread[d]
        dx[:, d] = jacobian @ upstream[:, d]
    return dx, np.einsum("nd,nd->d", upstream, normal), np.einsum("nd->d", upstream)


def backward_with(input_gradient, over_batch=1.0):
    def backward(upstream, x, gamma, eps):
        spread, normal, g = backward_parts(upstream, x, gamma, eps)
        share = len(x) ** (over_batch - 1.0)
        dx = input_gradient(g, normal, spread)
        return dx, (upstream * normal).sum(axis=0) * share, upstream.sum(axis=0) * share

    return backward


def right_dx(g, normal, spread):
    return (g - g.mean(axis=0) - normal * (g * normal).mean(axis=0)) / spread


def gamma_left_out(upstream, x, gamma, eps):
    dx, dgamma, dbeta = regularization.batchnorm_backward(upstream, x, gamma, eps)
    return dx / gamma, dgamma, dbeta


def normalized_output(x, gamma, eps):
    """The forward function of the exercise's arguments; beta only shifts it."""
    return gamma * (x - x.mean(axis=0)) / right_scale(x, eps)


BATCHNORM_BACKWARD = normalizing(
    name="batchnorm_backward",
    points=2,
    reference=regularization.batchnorm_backward,
    hints=(
        (
            "Which arrays does the formula use more than once? What is the shape of each, (N, D) or (D,)? "
            "Over which axis do the bars and the sums run?"
        ),
        (
            "First compute the root of variance plus eps, shape (D,), and the normalized x, shape (N, D). "
            "Then g, which is upstream times gamma, and two means over the batch: that of g, and that of g times "
            "normalized x. At last dx as the formula says; dgamma and dbeta use upstream itself, not g."
        ),
        (
            "The column x = (-3, -1, 1, 3) with eps = 4: the variance is 5, the root is 3. "
            "Normalized, it is (-1, -0.3333, 0.3333, 1). "
            "gamma = 3 and upstream = (1, 0, 0, 3) give g = (3, 0, 0, 9); its mean is 3, and that of g times the "
            "column is 1.5. dx = (1.5, -2.5, -3.5, 4.5) / 3 = (0.5, -0.8333, -1.1667, 1.5), dgamma = 2, dbeta = 4. "
            "dx adds up to 0: the same shift of all examples changes nothing."
        ),
    ),
    alternatives={"node by node": backward_in_steps, "by Jacobians": backward_by_jacobian},
    probes=lambda rng: batch_probes(rng, upstream=True),
    sample=lambda rng: (numbers(rng, 6, 4), *batch(rng, 6, 4)[:2], float(rng.uniform(0.05, 0.5))),
    tolerance=5000.0,
    properties=("scales_with_upstream",),
    gradient=Gradient(of=normalized_output, wrt=("x", "gamma", "")),
    mistakes={
        "statistics_held_fixed": (
            backward_with(lambda g, normal, spread: g / spread),
            "Mean and variance are treated as constants; they depend on x, so two more terms belong in dx.",
        ),
        "mean_held_fixed": (
            backward_with(lambda g, normal, spread: (g - normal * (g * normal).mean(axis=0)) / spread),
            "The path through the mean is missing: subtract the mean of g over the batch.",
        ),
        "variance_held_fixed": (
            backward_with(lambda g, normal, spread: (g - g.mean(axis=0)) / spread),
            "The path through the variance is missing: subtract xhat times the mean of g xhat.",
        ),
        "sums_in_place_of_means": (
            backward_with(lambda g, normal, spread: (g - g.sum(axis=0) - normal * (g * normal).sum(axis=0)) / spread),
            "The two terms in dx hold sums over the batch; they are means.",
        ),
        "gamma_missing_in_dx": (
            gamma_left_out,
            "dx lacks the factor gamma: g is gamma times upstream.",
        ),
        "parameters_averaged": (
            backward_with(right_dx, over_batch=0.0),
            "dgamma and dbeta are means over the batch; they are sums.",
        ),
        "not_divided_by_the_spread": (
            backward_with(lambda g, normal, spread: right_dx(g, normal, 1.0)),
            "dx is not divided by sqrt(var + eps).",
        ),
    },
    traps=(
        Trap("variance_held_fixed", breaks="$x$ reaches the output on three paths"),
        Trap("mean_held_fixed", breaks="$x$ reaches the output on three paths"),
        Trap("sums_in_place_of_means", breaks="The bar is the mean over the batch."),
    ),
)
