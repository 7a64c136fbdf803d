"""Exercise 1.2: counting the parameters of layers."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import dense

__all__ = ["COUNT_PARAMETERS"]

layer_section = partial(Exercise, unit="01_linear_collapse", number="1.2", title="Layers of neurons")


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
    hints=(
        (
            "How many layers of weights has a network with the sizes 4-6-6-3? "
            "One of them leads from D inputs to M units: how many weights has it, and how many biases? "
            "Which two entries of the list belong to each layer?"
        ),
        (
            "Go through the neighbors in the list: first and second, second and third, and so on. "
            "Such a pair has as many weights as the product of both sizes, and as many biases as its second size. "
            "Add up over all pairs. "
            "The very first size brings no biases, since inputs have none."
        ),
        (
            "Sizes 4-6-6-3 have three layers. "
            "4 to 6: 24 weights and 6 biases, 30. "
            "6 to 6: 36 weights and 6 biases, 42. "
            "6 to 3: 18 weights and 3 biases, 21. "
            "Together 93."
        ),
    ),
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
    mistakes={
        "biases_forgotten": (
            weights_alone,
            "Only the weights are counted; each unit has a bias as well.",
        ),
        "biases_for_the_inputs_too": (
            lambda sizes: weights_alone(sizes) + sum(sizes),
            "The inputs get biases too; only units that compute something have one.",
        ),
        "one_bias_a_layer": (
            lambda sizes: weights_alone(sizes) + len(sizes) - 1,
            "Each layer gets one bias; it has one for each of its units.",
        ),
        "no_biases_in_the_last_layer": (
            lambda sizes: weights_alone(sizes) + sum(sizes[1:-1]),
            "The biases of the last layer are missing: the outputs have biases too.",
        ),
        "bias_for_the_side_that_comes_in": (
            lambda sizes: weights_alone(sizes) + sum(sizes[:-1]),
            "Each layer gets a bias for each input; count one for each unit, what comes out of the layer.",
        ),
        "all_sizes_multiplied": (
            lambda sizes: math.prod(sizes),
            "All sizes are multiplied with each other; multiply neighbors, and add up the layers.",
        ),
        "units_instead_of_parameters": (
            lambda sizes: sum(sizes[1:]),
            "This counts the units; count the weights between neighboring layers, and the biases.",
        ),
    },
    traps=(
        Trap("biases_forgotten", breaks=r"$2 \cdot 3$ weights and 3 biases, then $3 \cdot 1$ weights and 1 bias: 13."),
        Trap(
            lambda sizes: sizes[0] * sizes[1] + sizes[1] + sizes[-1] * sizes[-2] + sizes[-1],
            breaks="Now count all parameters, for any list of sizes.",
        ),
    ),
)
