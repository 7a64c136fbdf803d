"""Exercises 1.1 and 1.2: a neuron, and counting the parameters of layers."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import numpy as np

from chainrule.checking.declaring.exercise import Exercise, Mistake
from chainrule.checking.declaring.probes import Probe, Strided
from chainrule.exercises.sampling import sizes
from chainrule.nn import dense

__all__ = ["COUNTING", "EXERCISES"]

neuron_section = partial(Exercise, unit="01_linear_collapse", number="1.1", title="A neuron")
layer_section = partial(Exercise, unit="01_linear_collapse", number="1.2", title="Layers of neurons")


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
    alternatives={
        "input by input": rate_by_loop,
        "by the hyperbolic tangent": rate_by_tanh,
        "exp(z) / (1 + exp(z))": rate_by_ratio,
    },
    probes=neuron_probes,
    sample=lambda rng: neuron_inputs(rng, *sizes(rng, 2)),
    tolerance=300.0,
    mistakes=(
        Mistake(
            name="bias_forgotten",
            wrong=with_rate(lambda x, w, b: x @ w),
            explanation="The bias b is missing in the weighted sum.",
        ),
        Mistake(
            name="bias_as_a_threshold",
            wrong=with_rate(lambda x, w, b: x @ w - b),
            explanation="The bias is subtracted, as if it were a threshold; here it is added.",
        ),
        Mistake(
            name="weights_ignored",
            wrong=with_rate(lambda x, w, b: x.sum(axis=1) + b),
            explanation="The inputs are added without their weights: multiply each input by its own weight first.",
        ),
        Mistake(
            name="one_sum_for_the_whole_batch",
            wrong=with_rate(lambda x, w, b: (x * w).sum() + b),
            explanation="Everything is added into one number; each example, a row of x, has a sum of its own.",
        ),
        Mistake(
            name="sign_of_the_exponent",
            wrong=lambda x, w, b: (x @ w + b, 1 / (1 + np.exp(x @ w + b))),
            explanation="The exponent lacks its minus: a large sum must give a rate near 1, not near 0.",
        ),
        Mistake(
            name="rate_of_the_sum_without_bias",
            wrong=lambda x, w, b: (x @ w + b, 1 / (1 + np.exp(-(x @ w)))),
            explanation="The rate is taken of x w alone; it belongs to the whole sum z = x w + b.",
        ),
        Mistake(
            name="all_or_nothing",
            wrong=lambda x, w, b: (x @ w + b, (x @ w + b > 0) * 1.0),
            explanation="The rate jumps from 0 to 1; a firing rate rises smoothly, 1 / (1 + exp(-z)).",
        ),
        Mistake(
            name="results_swapped",
            wrong=lambda x, w, b: dense.neuron(x, w, b)[::-1],
            explanation="The two results are in the wrong order: return the sums first, then the rates.",
        ),
        Mistake(
            name="rate_alone",
            wrong=lambda x, w, b: dense.neuron(x, w, b)[1],
            explanation="Only the rates come back; return both, z and the rate.",
        ),
    ),
)

# --- counting ------------------------------------------------------------------------------------------


def count_by_sums(sizes):
    sizes = np.asarray(sizes)
    return int((sizes[:-1] * sizes[1:]).sum() + sizes[1:].sum())


def count_by_arrays(sizes):
    """Sizes of the arrays themselves."""
    return sum(math.prod(shape) + shape[1] for shape in pairwise(sizes))


def count_by_loop(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += (sizes[i - 1] + 1) * sizes[i]
    return total


def weights_alone(sizes):
    return sum(sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1))


def some_sizes(rng):
    return [int(it) for it in rng.integers(2, 40, int(rng.integers(3, 6)))]


COUNT_PARAMETERS = layer_section(
    name="count_parameters",
    points=1,
    reference=dense.count_parameters,
    alternatives={
        "weights, then biases": count_by_sums,
        "from the shapes": count_by_arrays,
        "layer by layer": count_by_loop,
    },
    probes=lambda rng: (
        Probe("an image of 32 x 32 colors, 100 hidden units, 10 classes", ([3072, 100, 10],)),
        Probe("one layer", ([int(rng.integers(3, 30)), int(rng.integers(3, 30))],)),
        Probe("a random network", (some_sizes(rng),)),
        Probe("another random network", (some_sizes(rng),)),
        Probe("all sizes equal", ([7, 7, 7, 7],)),
        Probe("one unit in every layer", ([1, 1, 1],)),
    ),
    sample=lambda rng: (some_sizes(rng),),
    mistakes=(
        Mistake(
            name="biases_forgotten",
            wrong=weights_alone,
            explanation="Only the weights are counted; each unit has a bias as well.",
        ),
        Mistake(
            name="biases_for_the_inputs_too",
            wrong=lambda sizes: weights_alone(sizes) + sum(sizes),
            explanation="The inputs get biases too; only units that compute something have one.",
        ),
        Mistake(
            name="one_bias_a_layer",
            wrong=lambda sizes: weights_alone(sizes) + len(sizes) - 1,
            explanation="Each layer gets one bias; it has one for each of its units.",
        ),
        Mistake(
            name="no_biases_in_the_last_layer",
            wrong=lambda sizes: weights_alone(sizes) + sum(sizes[1:-1]),
            explanation="The biases of the last layer are missing: the outputs have biases too.",
        ),
        Mistake(
            name="bias_for_the_side_that_comes_in",
            wrong=lambda sizes: weights_alone(sizes) + sum(sizes[:-1]),
            explanation="Each layer gets a bias for each input; count one for each unit, what comes out of the layer.",
        ),
        Mistake(
            name="all_sizes_multiplied",
            wrong=lambda sizes: math.prod(sizes),
            explanation="All sizes are multiplied with each other; multiply neighbors, and add up the layers.",
        ),
        Mistake(
            name="units_instead_of_parameters",
            wrong=lambda sizes: sum(sizes[1:]),
            explanation="This counts the units; count the weights between neighboring layers, and the biases.",
        ),
    ),
)

EXERCISES = (NEURON,)
COUNTING = (COUNT_PARAMETERS,)
