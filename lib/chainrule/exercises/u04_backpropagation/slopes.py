"""Exercise 4.12: is a gradient right?"""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.nn import numeric

__all__ = ["GRADIENT_CHECK"]


def point(rng, *shape):
    return rng.uniform(0.3, 1.2, shape) * np.where(rng.uniform(size=shape) < 0.5, -1, 1)


def probes(rng):
    n, d, side = sizes(rng, 3)
    f, wrong, right = Named("sine", (2.0,)), Named("sine slope", (2.0, 1.3, 0.4)), Named("sine slope", (2.0,))
    return (
        Probe(f"a wrong gradient of {d} numbers", (f, wrong, point(rng, d), 1e-3)),
        Probe("a wrong gradient of one number", (f, wrong, np.array([0.7]), 1e-3)),
        Probe("a right gradient, with h left out", (f, right, point(rng, d)), view="small enough"),
        Probe("a gradient of the wrong sign", (f, Named("sine slope", (2.0, -0.5)), point(rng, d), 1e-3)),
        Probe("a gradient of zeros", (f, Named("sine slope", (2.0, 0.0)), point(rng, d), 1e-3)),
        Probe("a right gradient, and a large h", (f, right, point(rng, d), 0.3)),
        Probe(f"a table of {n} x {d} numbers", (f, wrong, point(rng, n, d), 1e-2)),
        Probe(f"a square table of {side} x {side} numbers", (f, wrong, point(rng, side, side), 1e-2)),
        Probe("both gradients are 0", (Named("sine", (0.0,)), Named("sine slope", (0.0,)), point(rng, d), 1e-3)),
        Probe("integers", (f, wrong, np.array([2, -1, 1]), 1e-2)),
        Probe("an array that is not contiguous in memory", (f, wrong, Strided(point(rng, n, d)), 1e-2)),
    )


def sample(rng):
    return Named("sine", (2.0,)), Named("sine slope", (2.0, 1.2, 0.1)), point(rng, *sizes(rng, 2)), 1e-2


def slopes_of(f, x, h, ahead=1, behind=-1):
    x = np.asarray(x, dtype=float)
    units = np.eye(x.size).reshape(-1, *x.shape)
    return np.array(
        [(f(x + ahead * h * it) - f(x + behind * h * it)) / ((ahead - behind) * h) for it in units]
    ).reshape(x.shape)


def with_norms(f, grad, x, h=1e-5):
    a, n = np.asarray(grad(x)), slopes_of(f, x, h)
    size = np.linalg.norm(a) + np.linalg.norm(n)
    return np.linalg.norm(a - n) / size if size > 0 else 0.0


def with_loops(f, grad, x, h=1e-5):
    x = np.array(x, dtype=float)
    analytic = grad(x)
    apart, first, second = 0.0, 0.0, 0.0
    for index in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        slope = (f(up) - f(down)) / (2 * h)
        apart += (float(analytic[index]) - slope) ** 2
        first += float(analytic[index]) ** 2
        second += slope**2
    return (apart**0.5) / (first**0.5 + second**0.5) if apart > 0 else 0.0


def error_with(rule, ahead=1, behind=-1):
    def error(f, grad, x, h=1e-5):
        with np.errstate(invalid="ignore", divide="ignore"):
            return rule(np.asarray(grad(x)), slopes_of(f, x, h, ahead, behind))

    return error


def norm(array):
    return np.sqrt((array * array).sum())


def share(a, n):
    return norm(a - n) / (norm(a) + norm(n)) if norm(a - n) > 0 else 0.0


GRADIENT_CHECK = Exercise(
    name="gradient_check",
    unit="04_backpropagation",
    number="4.12",
    title="Is it right?",
    points=2,
    reference=numeric.gradient_check,
    hints=(
        (
            "How many lengths does the formula hold? Each is the root of a sum of squares: of which array? "
            "Does it matter for a length whether the numbers stand in a row or in a table?"
        ),
        (
            "Get g by calling grad at x, and n from `numeric_gradient` with the h that was passed in. "
            "Compute three lengths: that of the difference, that of g, and that of n. Add the last two. "
            "If this is 0, both gradients are 0, and there is nothing to divide by: return 0 then. "
            "Otherwise divide."
        ),
        (
            "g = (6, 8) and n = (6, 0). The difference is (0, 8), with the length 8. "
            "The lengths of g and n are 10 and 6, so the error is 8 / 16 = 0.5. "
            "For g = n it is 0, and for n = -g it is 1, the largest that it can be."
        ),
    ),
    alternatives={"with norms": with_norms, "with loops": with_loops, "of rules": error_with(share)},
    probes=probes,
    sample=sample,
    tolerance=2e5,  # the numeric slopes lose some digits
    mistakes={
        "not_relative": (
            error_with(lambda a, n: norm(a - n)),
            (
                "This is the distance itself; divide it by the sum of the two norms, so that it means the "
                "same for large and small gradients."
            ),
        ),
        "nan_for_zeros": (
            error_with(lambda a, n: norm(a - n) / (norm(a) + norm(n))),
            "Where both gradients are 0 this is 0/0: return 0 there.",
        ),
        "larger_norm_below": (
            error_with(lambda a, n: norm(a - n) / max(norm(a), norm(n)) if norm(a - n) > 0 else 0.0),
            "The distance is divided by the larger norm; here it is the sum of both.",
        ),
        "squares_without_roots": (
            error_with(lambda a, n: norm(a - n) ** 2 / (norm(a) ** 2 + norm(n) ** 2) if norm(a - n) > 0 else 0.0),
            "A norm is the root of the sum of squares; the roots are missing.",
        ),
        "sums_hide_errors": (
            error_with(lambda a, n: abs((a - n).sum()) / (norm(a) + norm(n)) if abs((a - n).sum()) > 1e-12 else 0.0),
            "The differences are summed with their signs, so that errors cancel: square them first.",
        ),
        "one_sided": (
            error_with(share, 1, 0),
            "The numeric slopes look ahead only; f(x + h) - f(x - h) is far more accurate.",
        ),
        "norm_of_the_sum_below": (
            error_with(lambda a, n: norm(a - n) / norm(a + n) if norm(a - n) > 0 else 0.0),
            "The distance is divided by the norm of the sum; take the sum of the norms.",
        ),
        "own_step": (
            lambda f, grad, x, h=1e-5: with_norms(f, grad, x),
            sentences.OWN_STEP,
        ),
    },
    traps=(
        Trap("nan_for_zeros", breaks="Where both gradients are 0, the formula is 0/0. Return 0 there."),
        Trap("not_relative", breaks="Dividing makes the error **relative**"),
    ),
)
