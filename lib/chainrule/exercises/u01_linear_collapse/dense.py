"""Exercise 1.1: a neuron."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.nn import dense

__all__ = ["NEURON"]

neuron_section = partial(Exercise, unit="01_linear_collapse", number="1.1", title="A neuron")


def neuron_inputs(rng, n, d):
    """The first sum lies near 1: a batch of tiny rates would measure nothing but cancellation."""
    b = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 1.5))
    x, w = rng.standard_normal((n, d)), rng.uniform(0.5, 1.5, d) * rng.choice([-1.0, 1.0], d) / d**0.5
    x[0] += (float(rng.uniform(0.6, 1.4)) - x[0] @ w - b) * w / (w @ w)
    return x, w, b


def neuron_probes(rng):
    n, d, side = sizes(rng, 3)
    x, w, b = neuron_inputs(rng, n, d)
    single = neuron_inputs(rng, d, n)
    return (
        Probe(f"a batch of {n} examples with {d} inputs", (x, w, b)),
        Probe(f"another batch, {d} examples with {n} inputs", neuron_inputs(rng, d, n)),
        Probe(f"as many examples as inputs, {side} of each", neuron_inputs(rng, side, side)),
        Probe("sums far from 0", (np.array([[0.5], [-12.0], [14.0], [-9.0]]), np.array([2.0]), b / 2)),
        Probe("one example alone", neuron_inputs(rng, 1, d)),
        Probe("one input", neuron_inputs(rng, n, 1)),
        Probe("float32 numbers", (single[0].astype(np.float32), single[1].astype(np.float32), single[2])),
        Probe("integers", (np.array([[1, -2], [0, 3], [2, 2]]), np.array([2, -1]), -1)),
        Probe("arrays that are not contiguous in memory", (Strided(x), Strided(w), b)),
    )


def rate_by_loop(x, w, b):
    z = np.array([sum(x[i, j] * w[j] for j in range(len(w))) + b for i in range(len(x))])
    return z, np.array([1 / (1 + math.exp(-it)) for it in z])


def rate_by_tanh(x, w, b):
    z = (x * w).sum(axis=1) + b
    return z, 0.5 + 0.5 * np.tanh(z / 2)


def rate_by_ratio(x, w, b):
    z = np.dot(x, w) + b
    return z, np.exp(z) / (1 + np.exp(z))


def with_rate(weighted_sum):
    """A neuron with another weighted sum."""

    def answer(x, w, b):
        z = weighted_sum(x, w, b)
        return z, 1 / (1 + np.exp(-z))

    return answer


NEURON = neuron_section(
    name="neuron",
    points=1,
    reference=dense.neuron,
    hints=(
        (
            "x has N rows of D numbers, and w has D numbers. "
            "Which product turns these two shapes into N numbers, without a loop? "
            "Which of the two results does the fraction with e need: can you compute the rate before z?"
        ),
        (
            "First compute the sums of all examples: a matrix product of x and w, and the bias added to each. "
            "Then compute the rates from these sums, entry by entry. "
            "Both have the shape (N,); return the sums first and the rates second."
        ),
        (
            "Two examples (2, 0, 1) and (-1, 1, 0), w is (1, -2, -1), and b is -1. "
            "The first sum is 2 + 0 - 1 - 1 = 0, and the rate is 0.5. "
            "The second sum is -1 - 2 + 0 - 1 = -4, and the rate is 1 divided by 1 + 54.6, so 0.018. "
            "The result is (0, -4) and (0.5, 0.018)."
        ),
    ),
    alternatives={
        "input by input": rate_by_loop,
        "by the hyperbolic tangent": rate_by_tanh,
        "exp(z) / (1 + exp(z))": rate_by_ratio,
    },
    probes=neuron_probes,
    sample=lambda rng: neuron_inputs(rng, *sizes(rng, 2)),
    tolerance=300.0,
    mistakes={
        "bias_forgotten": (
            with_rate(lambda x, w, b: x @ w),
            "The bias b is missing in the weighted sum.",
        ),
        "bias_as_a_threshold": (
            with_rate(lambda x, w, b: x @ w - b),
            "The bias is subtracted, as if it were a threshold; here it is added.",
        ),
        "weights_ignored": (
            with_rate(lambda x, w, b: x.sum(axis=1) + b),
            "The inputs are added without their weights: multiply each input by its own weight first.",
        ),
        "one_sum_for_the_whole_batch": (
            with_rate(lambda x, w, b: (x * w).sum() + b),
            "Everything is added into one number; each example, a row of x, has a sum of its own.",
        ),
        "sign_of_the_exponent": (
            lambda x, w, b: (x @ w + b, 1 / (1 + np.exp(x @ w + b))),
            "The exponent lacks its minus: a large sum must give a rate near 1, not near 0.",
        ),
        "rate_of_the_sum_without_bias": (
            lambda x, w, b: (x @ w + b, 1 / (1 + np.exp(-(x @ w)))),
            "The rate is taken of x w alone; it belongs to the whole sum z = x w + b.",
        ),
        "all_or_nothing": (
            lambda x, w, b: (x @ w + b, (x @ w + b > 0) * 1.0),
            "The rate jumps from 0 to 1; a firing rate rises smoothly, 1 / (1 + exp(-z)).",
        ),
        "results_swapped": (
            lambda x, w, b: dense.neuron(x, w, b)[::-1],
            "The two results are in the wrong order: return the sums first, then the rates.",
        ),
        "rate_alone": (
            lambda x, w, b: dense.neuron(x, w, b)[1],
            "Only the rates come back; return both, z and the rate.",
        ),
        "tanh_for_the_rate": (
            lambda x, w, b: (x @ w + b, np.tanh(x @ w + b)),
            "tanh goes from -1 to 1; a firing rate goes from 0 to 1, by 1 / (1 + exp(-z)).",
        ),
        "bias_after_the_rate": (
            lambda x, w, b: (x @ w, 1 / (1 + np.exp(-(x @ w))) + b),
            "The bias is added to the rate; it belongs into the sum, before the exponential.",
        ),
    },
    traps=(
        Trap(
            lambda x, w, b: (x @ w + b, 1 / (1 + np.exp(-np.clip(x @ w + b, -10, 10)))),
            breaks="Then it says how active it is, as a number from 0 to 1: its **firing rate**.",
        ),
        Trap("rate_alone", breaks="Return both: `return z, rate`."),
    ),
)
