"""The exercise on packing a network."""

from __future__ import annotations

import itertools

import numpy as np

from chainrule.capstone import packing
from chainrule.checking import Named, Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.u07_capstone.common import exercise

__all__ = ["PACK"]


def by_update(sizes, activations, weights, biases):
    packed = {f"W{i + 1}": W.copy() for i, W in enumerate(weights)}
    packed.update({f"b{i + 1}": b.copy() for i, b in enumerate(biases)})
    packed.update(sizes=np.array(sizes), activations=np.array(activations, dtype=str))
    return packed


def sizes_from_shapes(sizes, activations, weights, biases):
    arrays = {}
    i = 0
    while i < len(weights):
        arrays["W" + str(i + 1)], arrays["b" + str(i + 1)] = np.asarray(weights[i]), np.asarray(biases[i])
        i = i + 1
    return {"sizes": [weights[0].shape[0]] + [len(b) for b in biases], "activations": tuple(activations), **arrays}


def packed_with(names, arrays):
    """A way to pack: names of the arrays from the number of a layer, and the arrays from W and b."""

    def pack(sizes, activations, weights, biases):
        packed = {"sizes": list(sizes), "activations": list(activations)}
        for number, (W, b) in enumerate(zip(weights, biases, strict=True)):
            packed.update(zip(names(number), arrays(W, b), strict=True))
        return packed

    return pack


def from_one(number):
    return f"W{number + 1}", f"b{number + 1}"


def from_zero(number):
    return f"W{number}", f"b{number}"


def names_swapped(number):
    return f"b{number + 1}", f"W{number + 1}"


def lists_of_arrays(sizes, activations, weights, biases):
    return {"sizes": list(sizes), "activations": list(activations), "weights": list(weights), "biases": list(biases)}


def output_activation(sizes, activations, weights, biases):
    return packing.pack_capstone(sizes, [*activations, "softmax"], weights, biases)


def hidden_sizes_only(sizes, activations, weights, biases):
    return packing.pack_capstone(sizes[1:-1], activations, weights, biases)


def last_layer_lost(sizes, activations, weights, biases):
    return packing.pack_capstone(sizes, activations, weights[:-1], biases[:-1])


def pack_sample(rng):
    sizes = [int(it) for it in rng.permutation(6)[:4] + 2]
    weights = [rng.standard_normal(shape) for shape in itertools.pairwise(sizes)]
    return sizes, ["relu", "tanh"], weights, [rng.standard_normal(M) for M in sizes[1:]]


def pack_probes(rng):
    def probe(label, sizes, activations, dtype=float):
        weights = [rng.standard_normal(shape).astype(dtype) for shape in itertools.pairwise(sizes)]
        biases = [rng.standard_normal(M).astype(dtype) for M in sizes[1:]]
        return Probe(
            label, (sizes, activations, weights, biases), reading=Named("layers by name", (float(len(weights)),))
        )

    several = [int(it) for it in rng.permutation(6)[:4] + 2]
    side = int(rng.integers(3, 6))
    return (
        probe("two hidden layers", several, ["relu", "tanh"]),
        probe("one hidden layer", several[:3], ["elu"]),
        probe("no hidden layer", several[:2], []),
        probe("all layers of one size", [side] * 4, ["relu", "relu"]),
        probe("float32 arrays", several, ["selu", "relu"], np.float32),
    )


PACK = exercise("7.6", "A network as plain arrays")(
    name="pack_capstone",
    points=3,
    reference=packing.pack_capstone,
    hints=(
        (
            "A network has two hidden layers: how many arrays W has it, and how many names of activations? "
            "How do you make a text such as W2 from the number 2? Which number does the first layer have here?"
        ),
        (
            "Begin a dictionary with the two lists, as they are. "
            "Walk through weights and biases together, and count the layers as the table does. "
            "Make the two names from the letter and the number; an f-string does that. "
            "Fetch each array with `chainrule.to_host`, and put it under its name."
        ),
        (
            "Sizes 5, 4, 4, 3 and the activations `relu`, `tanh`. "
            "There are three layers, so six arrays and two lists: eight entries. "
            "`W2` has the shape (4, 4), `b2` has (4,), `W3` has (4, 3), and `b3` has (3,)."
        ),
    ),
    alternatives={"arrays of sizes and names": by_update, "sizes from the shapes": sizes_from_shapes},
    probes=pack_probes,
    sample=pack_sample,
    tolerance=10.0,
    mistakes={
        "counts_from_zero": (
            packed_with(from_zero, lambda W, b: (W, b)),
            "Layers are counted from 1: the first arrays are W1 and b1; enumerate(..., start=1) does it.",
        ),
        "weights_transposed": (
            packed_with(from_one, lambda W, b: (W.T.copy(), b)),
            "The weights are transposed: W has shape (D, M), a column for each unit.",
        ),
        "weights_and_biases_swapped": (
            packed_with(names_swapped, lambda W, b: (W, b)),
            "W1 must hold the weights of the first layer and b1 its biases.",
        ),
        "biases_as_rows": (
            packed_with(from_one, lambda W, b: (W, b[None, :])),
            "Biases have shape (M,), not (1, M).",
        ),
        "lists_of_arrays": (
            lists_of_arrays,
            (
                "A list of arrays of different shapes is no plain array: NumPy would have to pickle it. "
                "Give each array a name of its own."
            ),
        ),
        "activation_of_the_output": (
            output_activation,
            "There is one activation for each hidden layer; the output layer has none.",
        ),
        "hidden_sizes_only": (
            hidden_sizes_only,
            "The sizes begin with the inputs and end with the outputs.",
        ),
        "last_layer_lost": (
            last_layer_lost,
            "The output layer is missing: there is one more affine layer than hidden layers.",
        ),
    },
    traps=(
        Trap("counts_from_zero", breaks="layers counted from 1"),
        Trap("activation_of_the_output", breaks="a list of names, one for each hidden layer"),
        Trap("hidden_sizes_only", breaks="a list: inputs, units of each hidden layer, classes"),
        Trap("weights_transposed", breaks="weights `(D, M)` and biases `(M,)`"),
    ),
)
