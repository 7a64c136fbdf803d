"""Exercise 1.2: fully connected layers, and networks of two and three of them."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import dense

__all__ = ["FULLY_CONNECTED", "THREE_LAYERS", "TWO_LAYERS"]

layer_section = partial(Exercise, unit="01_linear_collapse", number="1.2", title="Layers of neurons")


def layers_inputs(rng, n, widths):
    """Inputs, and weights and biases of as many layers as there are steps in `widths`."""
    args = [rng.standard_normal((n, widths[0]))]
    for d, m in pairwise(widths):
        bias = rng.uniform(0.3, 1.2, m) * rng.choice([-1.0, 1.0], m)
        args += [rng.standard_normal((d, m)), bias]
    return tuple(args)


def layers_probes(rng, *, layers):
    found = [int(it) for it in 2 + rng.permutation(7)[: layers + 3]]
    n, side, widths = found[0], found[1], found[2:]
    make = partial(layers_inputs, rng)
    ordinary = make(n, widths)
    whole = (np.array([[1, -2], [0, 3], [2, 2]]), *[np.array([[2, -1], [1, 1]]), np.array([-1, 2])] * layers)
    return (
        Probe(f"{n} examples, widths {'-'.join(map(str, widths))}", ordinary),
        Probe(f"other sizes, widths {'-'.join(map(str, widths[::-1]))}", make(n + 1, widths[::-1])),
        Probe(f"all sizes equal to {side}", make(side, [side] * (layers + 1))),
        Probe("one example alone", make(1, widths)),
        Probe("one unit in every layer", make(n, [1] * (layers + 1))),
        Probe("float32 numbers", tuple(arg.astype(np.float32) for arg in make(n, widths))),
        Probe("integers", whole),
        Probe("arrays that are not contiguous in memory", tuple(map(Strided, ordinary))),
    )


def layers_sample(rng, *, layers):
    found = 2 + rng.permutation(7)[: layers + 2]
    return layers_inputs(rng, int(found[0]), [int(it) for it in found[1:]])


def layer_by_loop(x, W, b):
    z = np.zeros((len(x), W.shape[1]))
    for n, m in np.ndindex(*z.shape):
        z[n, m] = sum(x[n, d] * W[d, m] for d in range(len(W))) + b[m]
    return z


def layer_with_ones(x, W, b):
    """The bias as one more row of weights, for an input that is always 1."""
    return np.hstack([x, np.ones((len(x), 1))]) @ np.vstack([W, b])


FULLY_CONNECTED = layer_section(
    name="fully_connected",
    points=1,
    reference=dense.fully_connected,
    hints=(
        (
            "Column m of W holds the weights of unit m. "
            "Which number does unit m have for one row of x? "
            "Which single product gives all of these, for N examples and M units? "
            "And must b be added to each row or to each column of it?"
        ),
        (
            "Count the shapes: (N, D) times (D, M) gives (N, M), since the D in the middle is summed away. "
            "Then b of shape (M,) stands against the last axis, so adding it adds one bias to each unit, in every row. "
            "No loop and no other shape is needed."
        ),
        (
            "One example (2, 1, 0), and two units with the biases 10 and 20. "
            "The columns of W are (1, 0, 5) and (-1, 4, 5). "
            "Unit 0: 2 + 0 + 0 + 10 = 12. "
            "Unit 1: -2 + 4 + 0 + 20 = 22. "
            "The result is one row (12, 22)."
        ),
    ),
    alternatives={
        "unit by unit": layer_by_loop,
        "a column of ones for the bias": layer_with_ones,
        "by einsum": lambda x, W, b: np.einsum("nd,dm->nm", x, W) + b,
    },
    probes=partial(layers_probes, layers=1),
    sample=partial(layers_sample, layers=1),
    tolerance=200.0,
    properties=("row_by_row",),
    mistakes={
        "bias_forgotten": (
            lambda x, W, b: x @ W,
            "The biases b are missing.",
        ),
        "weights_transposed": (
            lambda x, W, b: x @ W.T + b,
            "W is transposed. It has shape (D, M) here, so that x W fits as it stands.",
        ),
        "weights_on_the_left": (
            lambda x, W, b: W @ x + b,
            "W stands on the left, as in notes that write examples as columns; here rows are examples: x @ W.",
        ),
        "bias_before_the_product": (
            lambda x, W, b: (x + b) @ W,
            "The bias is added to the inputs; it is added to the sums, after the product.",
        ),
        "one_bias_for_each_example": (
            lambda x, W, b: x @ W + b[:, None],
            "The biases run down the examples; b[m] belongs to unit m, a column.",
        ),
        "entry_by_entry_product": (
            lambda x, W, b: x * W + b,
            "* multiplies entry by entry; a layer needs the matrix product, @.",
        ),
        "all_biases_in_every_unit": (
            lambda x, W, b: x @ W + b.sum(),
            "Each unit gets the sum of all biases; it has one of its own.",
        ),
    },
    traps=(
        Trap("weights_transposed", breaks="Their weights stand side by side as the columns of a matrix."),
        Trap("bias_forgotten", breaks="Give the sums of all units"),
    ),
)


def half(z):
    """max(z, 0) without maximum."""
    return z * (z > 0)


def two_by_loop(x, W1, b1, W2, b2):
    hidden = np.array([[max(0.0, float(row @ W1[:, m] + b1[m])) for m in range(len(b1))] for row in x])
    return hidden @ W2 + b2


def plain(x, W, b):
    return x @ W + b


TWO_LAYERS = layer_section(
    name="two_layers",
    points=1,
    reference=dense.two_layers,
    hints=(
        (
            "What does the second layer read: x, or what the first layer has made of it? "
            "Which numbers are cut to 0, and at which place of the formula? "
            "Which of your own functions can be called twice?"
        ),
        (
            "Three steps, from the inside of the formula to the outside. "
            "The sums of the hidden units: a layer with W1 and b1, shape (N, M). "
            "Then each sum below 0 becomes 0. "
            "Then a layer with W2 and b2 reads this, and nothing follows: the scores keep their signs."
        ),
        (
            "x is (1, 2), the rows of W1 are (1, 0, -1) and (1, -1, 1), and b1 is (0, 1, 0). "
            "The hidden sums are (3, -1, 1), and they become (3, 0, 1). "
            "W2 is the column (2, 5, -4), and b2 is -3. "
            "The score is 6 + 0 - 4 - 3 = -1, and it stays negative."
        ),
    ),
    alternatives={
        "unit by unit": two_by_loop,
        "by a mask": lambda x, W1, b1, W2, b2: half(x @ W1 + b1) @ W2 + b2,
        "with columns of ones": lambda x, W1, b1, W2, b2: layer_with_ones(
            np.clip(layer_with_ones(x, W1, b1), 0, None), W2, b2
        ),
    },
    probes=partial(layers_probes, layers=2),
    sample=partial(layers_sample, layers=2),
    tolerance=400.0,
    properties=("row_by_row",),
    mistakes={
        "no_activation": (
            lambda x, W1, b1, W2, b2: plain(plain(x, W1, b1), W2, b2),
            "max(z, 0) is missing between the layers: without it both are one linear layer.",
        ),
        "activation_on_the_output_too": (
            lambda x, W1, b1, W2, b2: np.maximum(plain(np.maximum(plain(x, W1, b1), 0), W2, b2), 0),
            "The scores are cut at 0 as well; the last layer has no activation.",
        ),
        "activation_on_the_output_alone": (
            lambda x, W1, b1, W2, b2: np.maximum(plain(plain(x, W1, b1), W2, b2), 0),
            "max(z, 0) stands after the last layer; it belongs between the layers.",
        ),
        "activation_on_the_inputs": (
            lambda x, W1, b1, W2, b2: plain(plain(np.maximum(x, 0), W1, b1), W2, b2),
            "The inputs are cut at 0; the activation comes after the first layer.",
        ),
        "bias_after_the_activation": (
            lambda x, W1, b1, W2, b2: plain(np.maximum(x @ W1, 0) + b1, W2, b2),
            "b1 is added after max; it is part of the sum that goes into max.",
        ),
        "first_bias_forgotten": (
            lambda x, W1, b1, W2, b2: plain(np.maximum(x @ W1, 0), W2, b2),
            "The biases b1 of the first layer are missing.",
        ),
        "last_bias_forgotten": (
            lambda x, W1, b1, W2, b2: np.maximum(plain(x, W1, b1), 0) @ W2,
            "The biases b2 of the last layer are missing.",
        ),
        "absolute_values": (
            lambda x, W1, b1, W2, b2: np.abs(x @ W1 + b1) @ W2 + b2,
            "Negative sums are turned positive here; max(z, 0) makes them 0.",
        ),
    },
    traps=(Trap("activation_on_the_output_too", breaks="The last layer has no activation: scores may be negative."),),
)


def hidden_two(x, W1, b1, W2, b2):
    return np.maximum(plain(np.maximum(plain(x, W1, b1), 0), W2, b2), 0)


def three_by_recursion(x, *layers):
    W, b, rest = layers[0], layers[1], layers[2:]
    return three_by_recursion(half(x @ W + b), *rest) if rest else x @ W + b


THREE_LAYERS = layer_section(
    name="three_layers",
    points=1,
    reference=dense.three_layers,
    hints=(
        (
            "You have a function for two layers. "
            "What has to happen to x before this function can do the rest? "
            "After which of the three layers are negative numbers cut, and after which are they not?"
        ),
        (
            "Run the first layer alone, and cut its negative sums to 0. "
            "What comes out is the input of the layers 2 and 3. "
            "Your function for two layers does these: give it the weights and the biases of these two layers. "
            "Count the cuts in the end: there must be two in all."
        ),
        (
            "All sizes are 1, and x is -1. "
            "Layer 1 has weight -3 and bias 1: 3 + 1 = 4 stays 4. "
            "Layer 2 has weight 2 and bias -10: 8 - 10 = -2 becomes 0. "
            "Layer 3 has weight 7 and bias -6: 0 - 6 = -6, and this is the score."
        ),
    ),
    alternatives={
        "layer after layer": lambda x, W1, b1, W2, b2, W3, b3: three_by_recursion(x, W1, b1, W2, b2, W3, b3),
        "by np.clip": lambda x, W1, b1, W2, b2, W3, b3: plain(
            np.clip(plain(np.clip(plain(x, W1, b1), 0, None), W2, b2), 0, None), W3, b3
        ),
        "with columns of ones": lambda x, W1, b1, W2, b2, W3, b3: layer_with_ones(
            half(layer_with_ones(half(layer_with_ones(x, W1, b1)), W2, b2)), W3, b3
        ),
    },
    probes=partial(layers_probes, layers=3),
    sample=partial(layers_sample, layers=3),
    tolerance=1000.0,
    properties=("row_by_row",),
    mistakes={
        "no_activations": (
            lambda x, W1, b1, W2, b2, W3, b3: plain(plain(plain(x, W1, b1), W2, b2), W3, b3),
            "max(z, 0) is missing: three layers without it are one.",
        ),
        "second_activation_missing": (
            lambda x, W1, b1, W2, b2, W3, b3: plain(plain(np.maximum(plain(x, W1, b1), 0), W2, b2), W3, b3),
            "max(z, 0) stands after the first layer alone; the second one needs it too.",
        ),
        "first_activation_missing": (
            lambda x, W1, b1, W2, b2, W3, b3: plain(np.maximum(plain(plain(x, W1, b1), W2, b2), 0), W3, b3),
            "max(z, 0) stands after the second layer alone; the first one needs it too.",
        ),
        "activation_on_the_scores": (
            lambda x, W1, b1, W2, b2, W3, b3: np.maximum(plain(hidden_two(x, W1, b1, W2, b2), W3, b3), 0),
            "The scores are cut at 0; the last layer has no activation.",
        ),
        "last_layer_missing": (
            lambda x, W1, b1, W2, b2, W3, b3: hidden_two(x, W1, b1, W2, b2),
            "The result is the second hidden layer; the third layer is still to come.",
        ),
        "biases_forgotten": (
            lambda x, W1, b1, W2, b2, W3, b3: np.maximum(np.maximum(x @ W1, 0) @ W2, 0) @ W3,
            "The biases are missing in all layers.",
        ),
        "last_bias_missing": (
            lambda x, W1, b1, W2, b2, W3, b3: hidden_two(x, W1, b1, W2, b2) @ W3,
            "The biases b3 of the last layer are missing.",
        ),
    },
    traps=(
        Trap("second_activation_missing", breaks=r"One more layer, and one more $\max(z, 0)$."),
        Trap("activation_on_the_scores", breaks="Run three layers with max(z, 0) after the first two"),
    ),
)
