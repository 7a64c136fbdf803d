"""Exercise 1.3: two layers become one.

What you can do with this file:

- draw a number, and the weights and biases of a layer, that do not hide a mistake: `number`, `layer`;
- write a layer and its activation as one matrix: `augmented`.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import collapse as library

__all__ = ["COLLAPSE_TWO"]

two_section = partial(Exercise, unit="01_linear_collapse", number="1.3", title="Two layers become one")


def number(rng, low=0.6, high=1.6):
    """A number of either sign that is neither 0 nor 1."""
    size = float(rng.uniform(low, high))
    size += 0.15 * (abs(size - 1) < 0.1)
    return size * float(rng.choice([-1.0, 1.0]))


def layer(rng, d, m):
    """Weights of either sign, none of them tiny: else the collapsed W would be small beside the collapsed b."""
    return rng.uniform(0.5, 1.5, (d, m)) * rng.choice([-1.0, 1.0], (d, m)), rng.uniform(0.3, 1.2, m) * rng.choice(
        [-1.0, 1.0], m
    )


def two_inputs(rng, d, m, c):
    return (*layer(rng, d, m), *layer(rng, m, c), number(rng), number(rng), number(rng), number(rng))


def two_probes(rng):
    d, m, c, side = (int(it) for it in 2 + rng.permutation(6)[:4])
    make = partial(two_inputs, rng)
    ordinary = make(d, m, c)
    single = make(d, m, c)
    whole = (np.array([[1, -2, 0], [3, 1, 2]]), np.array([1, -1, 2]), np.array([[2], [0], [-1]]), np.array([3]))
    return (
        Probe(f"widths {d}-{m}-{c}", ordinary),
        Probe(f"widths {c}-{d}-{m}", make(c, d, m)),
        Probe(f"all widths equal to {side}", make(side, side, side)),
        Probe(f"as many outputs as inputs, widths {d}-{m}-{d}", make(d, m, d)),
        Probe("one unit in every layer", make(1, 1, 1)),
        Probe("no activation at the end: r = 1, s = 0", (*make(d, m, c)[:6], 1.0, 0.0)),
        Probe("float32 arrays", (*[arg.astype(np.float32) for arg in single[:4]], *single[4:])),
        Probe("integers", (*whole, 2, -3, -2, 5)),
        Probe("arrays that are not contiguous in memory", (*map(Strided, ordinary[:4]), *ordinary[4:])),
    )


def two_by_trying(W1, b1, W2, b2, p, q, r, s):
    """Send zero and the unit vectors through both layers."""

    def run(x):
        return r * ((p * (x @ W1 + b1) + q) @ W2 + b2) + s

    zero = run(np.zeros(len(W1)))
    return run(np.eye(len(W1))) - zero, zero


def augmented(W, b, slope, offset):
    """A layer and its activation as one matrix, for inputs with a 1 behind them."""
    d, m = W.shape
    matrix = np.zeros((d + 1, m + 1))
    matrix[:d, :m], matrix[d, :m], matrix[d, m] = slope * W, slope * b + offset, 1.0
    return matrix


def two_by_augmented(W1, b1, W2, b2, p, q, r, s):
    both = augmented(W1, b1, p, q) @ augmented(W2, b2, r, s)
    return both[:-1, :-1], both[-1, :-1]


def two_term_by_term(W1, b1, W2, b2, p, q, r, s):
    return p * r * np.einsum("dm,mc->dc", W1, W2), p * r * (b1 @ W2) + q * r * W2.sum(axis=0) + r * b2 + s


def with_bias(bias):
    """The right weights with another bias."""
    return lambda W1, b1, W2, b2, p, q, r, s: (r * p * W1 @ W2, bias(W1, b1, W2, b2, p, q, r, s))


def right_bias(W1, b1, W2, b2, p, q, r, s):
    return r * ((p * b1 + q) @ W2 + b2) + s


COLLAPSE_TWO = two_section(
    name="collapse_two",
    points=2,
    reference=library.collapse_two,
    hints=(
        (
            "Multiply out the first equation: which matrix stands before x then, and which vector is added? "
            "Put this into the second equation and multiply out again. "
            "For each of W1, b1, q, W2, b2 and s: which factors and matrices does it meet on its way to the end?"
        ),
        (
            "W collects all that x is multiplied by: both matrices in their order, and both slopes. "
            "For b, send x = 0 through the stack: what comes out then is b. "
            "On the way, the first bias is multiplied by p and gets q added, for each hidden unit. "
            "Then it goes through the second layer, is multiplied by r, and gets s added."
        ),
        (
            "One input, two hidden units, one output; p = 2, q = 1, r = -1, s = 10. "
            "W1 is the row (1, 2), b1 is (0, 1), W2 is the column (3, -1), and b2 is 4. "
            "The product of the matrices is 3 - 2 = 1, and times both slopes W is -2. "
            "For x = 0 the hidden units are (1, 3), then 3 - 3 + 4 = 4, then -4 + 10 = 6, so b is 6. "
            "Test with x = 1: the stack gives 4, and -2 + 6 is 4."
        ),
    ),
    alternatives={
        "by trying zero and the unit vectors": two_by_trying,
        "with the bias inside the matrix": two_by_augmented,
        "term by term": two_term_by_term,
    },
    probes=two_probes,
    sample=lambda rng: two_inputs(rng, *(int(it) for it in 2 + rng.permutation(5)[:3])),
    tolerance=1000.0,
    mistakes={
        "first_bias_not_sent_through_the_second_layer": (
            with_bias(lambda W1, b1, W2, b2, p, q, r, s: r * (p * b1 + q + b2) + s),
            "b1 is added to b2 directly; like everything that leaves layer 1 it first goes through W2.",
        ),
        "activation_before_the_first_layer": (
            with_bias(
                lambda W1, b1, W2, b2, p, q, r, s: r * (q * W1.sum(axis=0) @ W2 + b1 @ W2 + b2) + s,
            ),
            (
                "p z + q is applied to x, before W1; it is applied to x W1 + b1, so p multiplies b1 and q "
                "does not go through W1."
            ),
        ),
        "slope_not_on_the_first_bias": (
            with_bias(lambda W1, b1, W2, b2, p, q, r, s: r * ((b1 + q) @ W2 + b2) + s),
            "The slope p multiplies all of x W1 + b1, and so b1 too.",
        ),
        "offset_not_sent_through_the_second_layer": (
            with_bias(lambda W1, b1, W2, b2, p, q, r, s: r * (p * b1 @ W2 + q + b2) + s),
            "q is added at the end; it is added to every hidden unit and reaches the output through W2.",
        ),
        "offset_forgotten": (
            with_bias(lambda W1, b1, W2, b2, p, q, r, s: r * (p * b1 @ W2 + b2) + s),
            "The offset q of the first activation is missing.",
        ),
        "second_activation_forgotten": (
            lambda W1, b1, W2, b2, p, q, r, s: (p * W1 @ W2, (p * b1 + q) @ W2 + b2),
            "The activation after layer 2 is missing: multiply by r and add s at the end.",
        ),
        "second_slope_not_on_the_second_bias": (
            with_bias(lambda W1, b1, W2, b2, p, q, r, s: r * ((p * b1 + q) @ W2) + b2 + s),
            "The slope r multiplies all that comes out of layer 2, and so b2 too.",
        ),
        "second_offset_multiplied": (
            with_bias(lambda W1, b1, W2, b2, p, q, r, s: r * ((p * b1 + q) @ W2 + b2 + s)),
            "s is multiplied by r; it is added last, after the slope.",
        ),
        "slopes_forgotten_in_the_weights": (
            lambda W1, b1, W2, b2, p, q, r, s: (W1 @ W2, right_bias(W1, b1, W2, b2, p, q, r, s)),
            "W lacks the slopes: the input is multiplied by p and by r on its way.",
        ),
        "matrices_in_the_other_order": (
            lambda W1, b1, W2, b2, p, q, r, s: (r * p * W2 @ W1, right_bias(W1, b1, W2, b2, p, q, r, s)),
            "W2 W1 is the order for column vectors; with examples as rows, x meets W1 first: W1 @ W2.",
        ),
    },
    traps=(
        Trap(
            "first_bias_not_sent_through_the_second_layer",
            breaks="Multiply out, and $x$ is only multiplied by one matrix, and one vector is added",
        ),
    ),
)
