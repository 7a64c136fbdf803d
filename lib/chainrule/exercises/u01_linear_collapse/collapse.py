"""Exercise 1.4: any number of layers become one."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.u01_linear_collapse.collapse_two import augmented, layer, number
from chainrule.nn import collapse as library

__all__ = ["COLLAPSE"]

many_section = partial(Exercise, unit="01_linear_collapse", number="1.4", title="Any number of layers become one")


def stack(rng, widths):
    layers = [layer(rng, d, m) for d, m in pairwise(widths)]
    weights = [W / len(W) ** 0.5 for W, _ in layers]
    return weights, [b for _, b in layers]


def many_inputs(rng, widths):
    return (*stack(rng, widths), number(rng), number(rng))


def many_probes(rng):
    sizes = [int(it) for it in 2 + rng.permutation(6)]
    make = partial(many_inputs, rng)
    weights, biases, slope, offset = make(sizes[:4])
    return (
        Probe("three layers, widths " + "-".join(map(str, sizes[:4])), (weights, biases, slope, offset)),
        Probe("five layers, widths " + "-".join(map(str, sizes)), make(sizes)),
        Probe(f"four layers, all widths equal to {sizes[0]}", make([sizes[0]] * 5)),
        Probe("two layers", make(sizes[1:4])),
        Probe("one layer", make(sizes[2:4])),
        Probe("one unit in every layer", make([1, 1, 1, 1])),
        Probe("no activation: slope 1, offset 0", (*stack(rng, sizes[:4]), 1.0, 0.0)),
        Probe(
            "float32 arrays",
            ([W.astype(np.float32) for W in weights], [b.astype(np.float32) for b in biases], slope, offset),
        ),
        Probe("integers", ([np.array([[1, -2], [0, 3]])] * 2, [np.array([1, -1]), np.array([2, 0])], 2, -1)),
        Probe("strided arrays", ([Strided(W) for W in weights], [Strided(b) for b in biases], slope, offset)),
    )


def many_by_trying(weights, biases, slope, offset):
    def run(x):
        for W, b in zip(weights, biases, strict=True):
            x = slope * (x @ W + b) + offset
        return x

    zero = run(np.zeros(len(weights[0])))
    return run(np.eye(len(weights[0]))) - zero, zero


def many_by_augmented(weights, biases, slope, offset):
    matrices = [augmented(W, b, slope, offset) for W, b in zip(weights, biases, strict=True)]
    product = matrices[0]
    for matrix in matrices[1:]:
        product = product @ matrix
    return product[:-1, :-1], product[-1, :-1]


def many_from_the_end(weights, biases, slope, offset):
    """From the last layer down to the first."""
    W, b = slope * weights[-1], slope * biases[-1] + offset
    for previous, bias in zip(weights[-2::-1], biases[-2::-1], strict=True):
        b = (slope * bias + offset) @ W + b
        W = slope * previous @ W
    return W, b


def folded(step, weights, biases, slope, offset):
    """Layer by layer; `step` makes the bias from the bias so far."""
    W, b = np.eye(len(weights[0])), np.zeros(len(weights[0]))
    for next_weights, next_bias in zip(weights, biases, strict=True):
        b = step(b, next_weights, next_bias, slope, offset)
        W = slope * W @ next_weights
    return W, b


def folding(step):
    return lambda weights, biases, slope, offset: folded(step, weights, biases, slope, offset)


def before_the_last(weights, biases, slope, offset):
    if len(weights) == 1:
        return weights[0] * 1.0, biases[0] * 1.0
    W, b = library.collapse(weights[:-1], biases[:-1], slope, offset)
    return W @ weights[-1], b @ weights[-1] + biases[-1]


def without_slopes(weights, biases, slope, offset):
    return library.collapse(weights, biases, 1.0, offset)


def slope_once(weights, biases, slope, offset):
    W, b = library.collapse(weights, biases, 1.0, 0.0)
    return slope * W, slope * b + offset


def pair_by_pair(weights, biases, slope, offset):
    """As if `collapse_two` could go on with what holds its activation already."""
    W, b = weights[0] * 1.0, biases[0] * 1.0
    for next_weights, next_bias in zip(weights[1:], biases[1:], strict=True):
        W, b = library.collapse_two(W, b, next_weights, next_bias, slope, offset, slope, offset)
    return W, b


def reversed_order(weights, biases, slope, offset):
    return library.collapse(weights[::-1], biases[::-1], slope, offset)


COLLAPSE = many_section(
    name="collapse",
    points=2,
    reference=library.collapse,
    hints=(
        (
            "Suppose that the first three layers are one already, with its activation counted in. "
            "What do the fourth layer and its activation make of W, and what of b? "
            "Is it the same step for every further layer? "
            "With what do you begin, if there is one layer only?"
        ),
        (
            "Begin with the first layer: the slope multiplies its weights and its bias, and the offset joins the bias. "
            "Then take the other layers in their order. "
            "Each multiplies W by its own matrix from the right, and then by the slope. "
            "The bias goes through the same matrix, and the layer's bias is added. "
            "Then it is multiplied by the slope, and the offset is added."
        ),
        (
            "Two layers of size 1 with the weights 2 and 3 and the biases 1 and -1; the slope is 0.5, the offset is 1. "
            "After the first: W is 1, and b is 0.5 + 1 = 1.5. "
            "After the second: W is 0.5 times 3, so 1.5; b is 0.5 times (4.5 - 1), plus 1, so 2.75. "
            "Test with x = 2: the layers give 3.5, then 5.75, and 1.5 times 2 plus 2.75 is 5.75."
        ),
    ),
    alternatives={
        "by trying zero and the unit vectors": many_by_trying,
        "with the biases inside the matrices": many_by_augmented,
        "from the last layer down": many_from_the_end,
    },
    probes=many_probes,
    sample=lambda rng: many_inputs(rng, [int(it) for it in 2 + rng.permutation(5)[: int(rng.integers(2, 5))]]),
    tolerance=2000.0,
    mistakes={
        "biases_not_sent_on": (
            folding(lambda b, W, bias, slope, offset: slope * bias + offset),
            "Only the last layer's bias counts; the biases before it go through the layers above.",
        ),
        "last_activation_missing": (
            before_the_last,
            "The last layer has its activation too: in this exercise every layer is followed by it.",
        ),
        "activation_applied_twice": (
            pair_by_pair,
            (
                "From the third layer on the activation is applied a second time, and with one layer it is missing: "
                "what is joined so far holds its activation already, so go on with slope 1 and "
                "offset 0 for it."
            ),
        ),
        "activation_only_at_the_end": (
            slope_once,
            "The activation is applied once, at the end; it follows every layer.",
        ),
        "slope_forgotten": (
            without_slopes,
            "The slope is missing: every layer multiplies by it.",
        ),
        "offset_forgotten": (
            folding(lambda b, W, bias, slope, offset: slope * (b @ W + bias)),
            "The offset is missing: every layer adds it, and the layers above pass it on.",
        ),
        "slope_not_on_the_biases": (
            folding(lambda b, W, bias, slope, offset: slope * (b @ W) + bias + offset),
            "The slope multiplies all of b W + bias; a new bias is multiplied as well.",
        ),
        "activation_before_each_layer": (
            folding(lambda b, W, bias, slope, offset: (slope * b + offset) @ W + bias),
            "The activation comes before each layer; it is applied to what the layer gives.",
        ),
        "layers_in_the_other_order": (
            reversed_order,
            "The last layer comes first: x meets weights[0] first, so W is weights[0] @ weights[1] @ ...",
        ),
        "weights_without_slope": (
            lambda weights, biases, slope, offset: (
                library.collapse(weights, biases, 1.0, 0.0)[0],
                library.collapse(weights, biases, slope, offset)[1],
            ),
            "W lacks the slopes: after L layers it holds slope to the power L.",
        ),
    },
    traps=(
        Trap("last_activation_missing", breaks="Here **every** layer, the last one too, is followed by the activation"),
        Trap(
            lambda weights, biases, slope, offset: (
                (weights[0], biases[0]) if len(weights) == 1 else library.collapse(weights, biases, slope, offset)
            ),
            breaks="There may be one layer, or ten.",
        ),
        Trap(
            lambda weights, biases, slope, offset: library.collapse(weights[:3], biases[:3], slope, offset),
            breaks="There may be one layer, or ten.",
        ),
    ),
)
