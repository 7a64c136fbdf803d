"""Exercise 2.6: PReLU, whose slope is learned."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import away_from_zero, sizes
from chainrule.nn import activations

__all__ = ["PRELU", "PRELU_BACKWARD"]

prelu_section = partial(Exercise, unit="02_activations", number="2.6", title="PReLU learns its slope")


def slopes(rng, features):
    """Slopes below 1, and the first one above: max(z, alpha z) is right only below."""
    alpha = rng.uniform(0.05, 0.6, features)
    alpha[0] += 1.1
    return alpha


def batch(rng, n, d, *, upstream):
    z = away_from_zero()(rng, (n, d))
    return (rng.standard_normal((n, d)), z, slopes(rng, d)) if upstream else (z, slopes(rng, d))


def probes(rng, *, upstream):
    n, d, side = sizes(rng, 3)
    make = partial(batch, rng, upstream=upstream)
    strided = tuple(Strided(arg) if arg.ndim == 2 else arg for arg in make(n, d))
    found = [
        Probe(f"a batch of {n} examples with {d} features", make(n, d)),
        Probe(f"another batch, {d} examples with {n} features", make(d, n)),
        Probe(f"a square batch, {side} examples with {side} features", make(side, side)),
        Probe("one example alone", make(1, d)),
        Probe("one feature", make(n, 1)),
        Probe("float32 numbers", tuple(arg.astype(np.float32) for arg in make(n, d))),
        Probe("an array that is not contiguous in memory", strided),
    ]
    whole = np.array([[-3, 2], [1, -1], [-2, -4]])
    ends = (np.array([[0.5, -1.5], [2.0, 1.0], [-0.7, 0.3]]),) if upstream else ()
    found.append(Probe("integers", (*ends, whole, np.array([0.25, 0.5]))))
    zeros = np.array([[0.0, 1.5], [-2.0, 0.0], [3.0, -1.0]])
    found.append(Probe("exactly at the kink", (*ends, zeros, np.array([0.3, 0.6])), kink=upstream))
    return tuple(found)


def prelu_by_columns(z, alpha):
    columns = [np.where(z[:, j] > 0, z[:, j], alpha[j] * z[:, j]) for j in range(z.shape[1])]
    return np.stack(columns, axis=1)


def prelu_by_masks(z, alpha):
    a = np.array(z, dtype=float)
    rows, columns = np.nonzero(a < 0)
    a[rows, columns] *= alpha[columns]
    return a


PRELU = prelu_section(
    name="prelu",
    points=1,
    reference=activations.prelu,
    hints=(
        (
            "alpha has one entry for each column of z. "
            "If you multiply an array of shape (N, D) by one of shape (D,), which entries meet? "
            "What then is different from the leaky ReLU before?"
        ),
        (
            "NumPy lines shapes up from the right. "
            "So the D entries of alpha stand against the last axis of z, in every row. "
            "The product of both gives every column its own slope, and no loop is needed. "
            "The choice between z and this product goes by the sign of z, as before."
        ),
        (
            "alpha is (2, 0, -1), and z has the rows (-1, -1, -1) and (3, 3, -2). "
            "The first row becomes (-2, 0, 1). "
            "The second row becomes (3, 3, 2): its last entry is -2, and the slope of its column is -1."
        ),
    ),
    alternatives={
        "column by column": prelu_by_columns,
        "two rectified halves": lambda z, alpha: np.maximum(z, 0) + alpha * np.minimum(z, 0),
        "only where z is negative": prelu_by_masks,
    },
    probes=partial(probes, upstream=False),
    sample=lambda rng: batch(rng, *sizes(rng, 2), upstream=False),
    properties=("row_by_row",),
    mistakes={
        "one_slope_for_all": (
            lambda z, alpha: np.where(z > 0, z, alpha.mean() * z),
            "All features share one slope; alpha holds one slope for each feature, a column of z.",
        ),
        "first_slope_for_all": (
            lambda z, alpha: np.where(z > 0, z, alpha[0] * z),
            "alpha[0] is used for every feature; each column of z has its own slope.",
        ),
        "larger_of_the_two_lines": (
            lambda z, alpha: np.maximum(z, alpha * z),
            "max(z, alpha z) picks the wrong line where a slope is above 1: decide by the sign of z.",
        ),
        "slope_on_the_positive_side": (
            lambda z, alpha: np.where(z < 0, z, alpha * z),
            "The slope is applied to positive entries; it belongs to the negative ones.",
        ),
    },
    traps=(
        Trap("one_slope_for_all", breaks="`alpha` is `(D,)`: one slope for each column"),
        Trap(
            "larger_of_the_two_lines", breaks="PReLU does not guess: it learns one slope for each unit, like a weight."
        ),
    ),
)


def prelu_backward_by_loop(upstream, z, alpha):
    dz, dalpha = np.zeros(z.shape), np.zeros(alpha.shape)
    for i, j in np.ndindex(*z.shape):
        if z[i, j] > 0:
            dz[i, j] = upstream[i, j]
        else:
            dz[i, j] = alpha[j] * upstream[i, j]
            dalpha[j] += upstream[i, j] * z[i, j]
    return dz, dalpha


def prelu_backward_by_einsum(upstream, z, alpha):
    return upstream * np.where(z >= 0, 1.0, alpha), np.einsum("nd,nd->d", upstream, np.minimum(z, 0))


def prelu_bounds(upstream, z, alpha):
    ends = upstream * np.where(z > 0, 1.0, alpha), upstream * np.where(z >= 0, 1.0, alpha)
    dalpha = (upstream * np.minimum(z, 0.0)).sum(axis=0)
    return (np.minimum(*ends), dalpha), (np.maximum(*ends), dalpha)


def right_dz(upstream, z, alpha):
    return upstream * np.where(z > 0, 1.0, alpha)


PRELU_BACKWARD = prelu_section(
    name="prelu_backward",
    points=2,
    reference=activations.prelu_backward,
    hints=(
        (
            "Two things move the output: z and alpha. "
            "For one negative entry, what is the slope of alpha times z with respect to z, and with respect to alpha? "
            "And for a positive entry? "
            "How many entries of z share one alpha, and what follows for its gradient?"
        ),
        (
            "For dz: upstream times a slope, 1 or the column's alpha by the sign of z; the shape stays (N, D). "
            "For dalpha: upstream times z where z is negative, and 0 elsewhere; this is (N, D) at first. "
            "Each alpha has served all N examples, so add up each column, and (D,) is left."
        ),
        (
            "alpha is (0.2, 0.5), z has the rows (1, -2) and (-3, -4), and upstream has the rows (10, 10) and (1, -1). "
            "dz has the rows (10, 5) and (0.2, -0.5). "
            "Column 0 of dalpha: only -3 is negative, so 1 times -3 gives -3. "
            "Column 1: 10 times -2, plus -1 times -4, gives -16."
        ),
    ),
    alternatives={
        "entry by entry": prelu_backward_by_loop,
        "summed by einsum": prelu_backward_by_einsum,
        "summed by a product with ones": lambda upstream, z, alpha: (
            right_dz(upstream, z, alpha),
            np.ones(len(z)) @ (upstream * z * (z < 0)),
        ),
    },
    probes=partial(probes, upstream=True),
    sample=lambda rng: batch(rng, *sizes(rng, 2), upstream=True),
    bounds=prelu_bounds,
    tolerance=200.0,
    gradient=Gradient(of=activations.prelu, wrt=("z", "alpha")),
    properties=("scales_with_upstream",),
    mistakes={
        "slope_gradient_not_summed": (
            lambda upstream, z, alpha: (right_dz(upstream, z, alpha), upstream * np.minimum(z, 0.0)),
            "dalpha has one number an example; a slope serves the whole batch, so sum over axis 0.",
        ),
        "slope_gradient_without_upstream": (
            lambda upstream, z, alpha: (right_dz(upstream, z, alpha), np.minimum(z, 0.0).sum(axis=0)),
            "dalpha lacks the upstream gradient: sum upstream * min(z, 0), not min(z, 0) alone.",
        ),
        "slope_gradient_of_all_entries": (
            lambda upstream, z, alpha: (right_dz(upstream, z, alpha), (upstream * z).sum(axis=0)),
            "dalpha counts positive entries too; only where z < 0 does the output depend on alpha.",
        ),
        "slope_gradient_averaged": (
            lambda upstream, z, alpha: (
                right_dz(upstream, z, alpha),
                (upstream * np.minimum(z, 0.0)).mean(axis=0),
            ),
            "dalpha is averaged over the batch; the chain rule adds up all the paths, without dividing.",
        ),
        "slope_gradient_summed_over_features": (
            lambda upstream, z, alpha: (
                right_dz(upstream, z, alpha),
                (upstream * np.minimum(z, 0.0)).sum(axis=1),
            ),
            "dalpha is summed over axis 1, the features; each feature has its slope, so sum over axis 0.",
        ),
        "plain_relu_for_dz": (
            lambda upstream, z, alpha: (
                upstream * (z > 0),
                (upstream * np.minimum(z, 0.0)).sum(axis=0),
            ),
            "dz is 0 on the negative side; the slope there is alpha, so alpha times upstream passes.",
        ),
        "results_swapped": (
            lambda upstream, z, alpha: activations.prelu_backward(upstream, z, alpha)[::-1],
            "The two results are in the wrong order: return dz first, then dalpha.",
        ),
        "slope_gradient_times_slope": (
            lambda upstream, z, alpha: (
                right_dz(upstream, z, alpha),
                (upstream * alpha * np.minimum(z, 0.0)).sum(axis=0),
            ),
            "dalpha contains alpha: the derivative of alpha z with respect to alpha is z alone.",
        ),
        "slope_gradient_counts_entries": (
            lambda upstream, z, alpha: (right_dz(upstream, z, alpha), (upstream * (z < 0)).sum(axis=0)),
            "dalpha adds upstream where z < 0; each entry also carries the factor z.",
        ),
    },
    traps=(
        Trap(
            "slope_gradient_not_summed",
            breaks="Return dL/dz of shape (N, D) and dL/dalpha of shape (D,), in this order.",
        ),
        Trap(
            "slope_gradient_counts_entries",
            breaks=r"where $z < 0$, the output is $\alpha z$, so its slope with respect to $\alpha$ is $z$",
        ),
    ),
)
