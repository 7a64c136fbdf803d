"""Exercises 4.10 and 4.11: a whole network, forward and backward."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.nn import losses, mlp

__all__ = ["BACKWARD", "FORWARD"]

declared = partial(Exercise, unit="04_backpropagation", points=4, tolerance=2000.0)


def network(rng, widths, dtype=float):
    """Weights and biases that keep units alive."""
    return [
        ((1.5 / d**0.5 * rng.standard_normal((d, m))).astype(dtype), rng.uniform(0.1, 0.5, m).astype(dtype))
        for d, m in itertools.pairwise(widths)
    ]


def of_shapes(rng):
    """Labels, batch sizes, widths and dtypes of the probes."""
    n, d, m, c = sizes(rng, 4)
    c = c + 1
    return (
        (f"a network of the sizes {d}, {m}, {c}", n, (d, m, c), float),
        (f"one layer of the sizes {d}, {c}", n, (d, c), float),
        ("one example, in a network of the sizes 2, 3, 2", 1, (2, 3, 2), float),
        (f"three layers of {m + 1} units for {m + 1} examples", m + 1, (m + 1,) * 4, float),
        (
            f"five layers of the sizes {d}, {m}, {m + 2}, {m + 1}, {d + 1}, {c}",
            n,
            (d, m, m + 2, m + 1, d + 1, c),
            float,
        ),
        ("float32 numbers", n, (d, m, c), np.float32),
    )


def forward_probes(rng):
    probes = [
        Probe(
            label, (network(rng, widths, dtype), rng.standard_normal((n, widths[0])).astype(dtype)), view="forward pass"
        )
        for label, n, widths, dtype in of_shapes(rng)
    ]
    whole = np.array([[3, -1], [2, 0], [-2, 4]])
    return (*probes, Probe("integers", (network(rng, (2, 4, 3)), whole), view="forward pass"))


def forward_sample(rng):
    n, d, m, c = sizes(rng, 4)
    return network(rng, (d, m, c)), rng.standard_normal((n, d))


def by_index(params, x):
    a, caches = np.asarray(x), []
    last = len(params) - 1
    for number in range(len(params)):
        W, b = params[number]
        z = np.matmul(a, W) + b
        caches.append([a, W, z])
        if number < last:
            a = np.maximum(z, 0)
    return z, caches


def by_recursion(params, x):
    (W, b), *rest = params
    z = np.dot(x, W) + b
    if not rest:
        return z, [(x, W, z)]
    logits, caches = by_recursion(rest, np.where(z > 0, z, 0))
    return logits, [(x, W, z), *caches]


def forward_with(step, keep=lambda a, W, z, out: (a, W, z), last=lambda z: z, bend=lambda z: np.maximum(z, 0)):
    """A forward pass made of rules: what a layer computes, keeps, and how it bends."""

    def forward(params, x):
        a, caches = x, []
        for number, (W, b) in enumerate(params):
            z = step(a, W, b)
            out = last(z) if number == len(params) - 1 else bend(z)
            caches.append(keep(a, W, z, out))
            a = out
        return a, caches

    return forward


def affine(a, W, b):
    return a @ W + b


FORWARD = declared(
    name="mlp_forward",
    number="4.10",
    title="A whole network, forward",
    reference=mlp.mlp_forward,
    hints=(
        (
            "What one layer gives is what the next one takes. "
            "Which one variable can carry it from layer to layer, and what is in it before the first layer? "
            "At which moment of a layer are all three things for the cache in your hands?"
        ),
        (
            "Go through the pairs of params with a loop. "
            "Compute z, and append the tuple of the layer's input, its weights and z. "
            "Only then make the next input: ReLU of z, as a new array, so that the kept z stays as it is. "
            "How do you know that a layer is the last one? Count the layers, and compare with the length of params."
        ),
        (
            "x = (1, 2). The first layer has W with the rows (2, -3) and (0, 1), and b = (-1, 0). "
            "Its z is (1, -1), so the next input is (1, 0). "
            "The second layer has W with the rows (4) and (5), and b = -6: its z is 4 - 6 = -2. "
            "The logit is -2, and it stays negative. The second tuple of caches holds (1, 0), this W and -2."
        ),
    ),
    alternatives={"by index": by_index, "layer by layer, by recursion": by_recursion, "of rules": forward_with(affine)},
    probes=forward_probes,
    sample=forward_sample,
    mistakes={
        "relu_on_the_logits": (
            forward_with(affine, last=lambda z: np.maximum(z, 0)),
            "ReLU is applied after the last layer too; logits may be negative.",
        ),
        "relu_missing": (
            forward_with(affine, bend=lambda z: z),
            "There is no ReLU between the layers, so the network is one affine layer in disguise.",
        ),
        "bias_forgotten": (
            forward_with(lambda a, W, b: a @ W),
            "The biases are not added: z = a @ W + b.",
        ),
        "keeps_the_activation": (
            forward_with(affine, keep=lambda a, W, z, out: (a, W, out)),
            (
                "The cache holds the activation in place of the pre-activation z = a @ W + b. Perhaps z was "
                "kept and then changed in place, as z[z < 0] = 0 does."
            ),
        ),
        "keeps_the_output_as_input": (
            forward_with(affine, keep=lambda a, W, z, out: (out, W, z)),
            "The cache of a layer holds its output; backward needs its input.",
        ),
        "every_layer_gets_x": (
            lambda params, x: (
                forward_with(affine)(params, x)[0],
                [(x, W, z) for _, W, z in forward_with(affine)(params, x)[1]],
            ),
            "The cache of every layer holds x; from the second layer on the input is the activation below.",
        ),
        "caches_from_the_last_layer_on": (
            lambda params, x: (
                forward_with(affine)(params, x)[0],
                forward_with(affine)(params, x)[1][::-1],
            ),
            "The caches come in the wrong order: the first layer's comes first.",
        ),
    },
    traps=(
        Trap("relu_on_the_logits", breaks="The last layer has no ReLU: its $z$ are the logits."),
        Trap("keeps_the_output_as_input", breaks="the layer's **input**, its weights, and its pre-activations"),
    ),
)

# --- backward ----------------------------------------------------------------------------------------


def backward_probes(rng):
    def probe(label, n, widths, dtype):
        x = rng.standard_normal((n, widths[0])).astype(dtype)
        logits, caches = mlp.mlp_forward(network(rng, widths, dtype), x)
        return Probe(label, (logits, rng.integers(0, widths[-1], n), caches), view="backward pass")

    return tuple(probe(*shape) for shape in of_shapes(rng))


def backward_sample(rng):
    n, d, m, c = sizes(rng, 4)
    logits, caches = mlp.mlp_forward(network(rng, (d, m, c + 1)), rng.standard_normal((n, d)))
    return logits, rng.integers(0, c + 1, n), caches


def probabilities(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def start(logits, y):
    return (probabilities(logits) - np.eye(logits.shape[1])[y]) / len(y)


def down_by_index(logits, y, caches):
    dz = da = start(logits, y)
    grads: list = [None] * len(caches)
    for number in range(len(caches) - 1, -1, -1):
        a, W, z = caches[number]
        if number < len(caches) - 1:
            dz = np.where(z > 0, da, 0)
        grads[number] = (np.dot(a.T, dz), np.sum(dz, axis=0))
        da = np.dot(dz, W.T)
    return grads


def down_by_recursion(logits, y, caches):
    """Uses that a positive activation tells as much as a positive pre-activation."""

    def down(dz, left):
        *below, (a, W, _) = left
        pair = [np.einsum("nd,nm->dm", a, dz), np.einsum("nm->m", dz)]
        return [*down(dz @ W.T * (a > 0), below), pair] if below else [pair]

    return down(start(logits, y), list(caches))


def weight_gradient(a, dz):
    return a.T @ dz


def bias_gradient(a, dz):
    return dz.sum(axis=0)


def through(dz, W, z):
    return dz @ W.T * (z > 0)


def backward_with(first=start, dW=weight_gradient, db=bias_gradient, down=through):
    """A backward pass made of rules: how it starts, the gradients of a layer, and the step to the layer below."""

    def backward(logits, y, caches):
        dz, grads = first(logits, y), list[Any]()
        for number in reversed(range(len(caches))):
            a, W, _ = caches[number]
            grads.insert(0, (dW(a, dz), db(a, dz)))
            if number:
                dz = down(dz, W, caches[number - 1][2])
        return grads

    return backward


BACKWARD = declared(
    name="mlp_backward",
    number="4.11",
    title="A whole network, backward",
    reference=mlp.mlp_backward,
    hints=(
        (
            "dz of a layer has the shape of its z, so (N, M). "
            "Which two entries of the layer's tuple do you need for dW, and for the way down? "
            "The layer below bends at its own z: in which tuple does that stand?"
        ),
        (
            "Start with dz of the logits, and go through caches from its end. "
            "In each layer first get dW and db from its input and dz, by the rules of Exercise 4.7. "
            "Then, if there is a layer below, send dz back through the transposed weights. "
            "Set it to 0 where the z of the layer below is not positive. "
            "Your pairs are in the order of the way back: turn the list round at the end."
        ),
        (
            "One example. Its first input is 2, and z of the first layer is (2, -2), so the second input is (2, 0). "
            "Let the second W have the rows (3, 1) and (4, 2), and let dz on top be (0.5, -0.5). "
            "There dW has the rows (1, -1) and (0, 0), and db is (0.5, -0.5). "
            "Back through W: (1, 1). The second unit had z = -2, so dz of the first layer is (1, 0). "
            "Its dW is (2, 0), and its db is (1, 0)."
        ),
    ),
    alternatives={"by index": down_by_index, "by recursion": down_by_recursion, "of rules": backward_with()},
    probes=backward_probes,
    sample=backward_sample,
    mistakes={
        "not_divided_by_N": (
            backward_with(lambda z, y: len(y) * start(z, y)),
            "All gradients are N times too large: the loss is a mean over the examples.",
        ),
        "divided_by_N_twice": (
            backward_with(lambda z, y: start(z, y) / len(y)),
            "All gradients are N times too small: 1/N belongs to the loss, and stands there once.",
        ),
        "relu_mask_missing": (
            backward_with(down=lambda dz, W, z: dz @ W.T),
            (
                "The mask of ReLU is missing: where z was negative, no gradient passes. These are the "
                "gradients of a network without ReLU."
            ),
        ),
        "multiplied_by_z": (
            backward_with(down=lambda dz, W, z: dz @ W.T * np.maximum(z, 0)),
            "The gradient is multiplied by relu(z); the slope of ReLU is 1 or 0.",
        ),
        "mask_before_the_weights": (
            backward_with(down=lambda dz, W, z: (dz * (dz > 0)) @ W.T),
            "ReLU's mask is taken from dz; it is z of the layer below that decides.",
        ),
        "label_not_subtracted": (
            backward_with(lambda z, y: probabilities(z) / len(y)),
            "The way back starts with p / N; it must be (p - one_hot(y)) / N.",
        ),
        "dW_transposed": (
            backward_with(dW=lambda a, dz: dz.T @ a),
            "dW is transposed: dz.T @ a has the shape (M, D), W has (D, M).",
        ),
        "bias_gradient_over_everything": (
            backward_with(db=lambda a, dz: np.full_like(dz[0], dz.sum())),
            "db is summed over everything, so all biases of a layer move together: sum over the examples.",
        ),
        "from_the_last_layer_on": (
            lambda logits, y, caches: backward_with()(logits, y, caches)[::-1],
            (
                "The gradients come in the order of the computation; return them from the first layer to the "
                "last, as the parameters stand."
            ),
        ),
        "softmax_forgotten": (
            backward_with(lambda z, y: (z - np.eye(z.shape[1])[y]) / len(y)),
            "The way back starts with the logits; they must go through softmax first.",
        ),
        "softmax_twice": (
            backward_with(lambda z, y: losses.cross_entropy_grad(probabilities(z), y)),
            "softmax is applied twice on the way back.",
        ),
    },
    traps=(
        Trap("divided_by_N_twice", breaks="The 1/N of the loss stands in $dz_L$ already."),
        Trap("from_the_last_layer_on", breaks="from the **first** layer to the last"),
    ),
)
