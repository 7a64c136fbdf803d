"""Exercise 2.9: maxout."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.nn import activations

__all__ = ["MAXOUT", "MAXOUT_BACKWARD", "MAXOUT_PIECES"]

maxout_section = partial(Exercise, unit="02_activations", number="2.9", title="Maxout: the largest of several lines")


def unit_inputs(rng, n, d, m, *, pieces, upstream):
    x, W = rng.standard_normal((n, d)), rng.standard_normal((pieces, d, m))
    args = x, W, rng.standard_normal((pieces, m))
    return (rng.standard_normal((n, m)), *args) if upstream else args


def probes(rng, *, upstream):
    n, d, m, side = sizes(rng, 4)
    make = partial(unit_inputs, rng, upstream=upstream)
    found = [
        Probe(f"{n} examples, {d} features, {m} units, 3 pieces", make(n, d, m, pieces=3)),
        Probe(f"{m} examples, {n} features, {d} units, 2 pieces", make(m, n, d, pieces=2)),
        Probe(f"all sizes equal to {side}", make(side, side, side, pieces=side)),
        Probe("one example alone", make(1, d, m, pieces=2)),
        Probe("one feature, one unit, 2 pieces", make(2, 1, 1, pieces=2)),
        Probe("float32 numbers", tuple(arg.astype(np.float32) for arg in make(n, d, m, pieces=3))),
        Probe("arrays that are not contiguous in memory", tuple(map(Strided, make(n, d, m, pieces=2)))),
    ]
    if upstream:
        gradient, x, W, b = make(n, d, m, pieces=2)
        W[1], b[1] = W[0], b[0]
        found.append(Probe("two equal pieces, a tie everywhere", (gradient, x, W, b), view="total over pieces"))
    return tuple(found)


def affine_pieces(x, W, b):
    return np.stack([x @ W[k] + b[k] for k in range(len(W))])


def maxout_by_loop(x, W, b):
    best = x @ W[0] + b[0]
    for k in range(1, len(W)):
        best = np.maximum(best, x @ W[k] + b[k])
    return best


MAXOUT = maxout_section(
    name="maxout",
    points=2,
    reference=activations.maxout,
    hints=(
        (
            "For one example and one unit there are K numbers: from what is each of them computed? "
            "What happens to these K numbers? "
            "The pieces of all have the shape (K, N, M): which of the three axes must disappear?"
        ),
        (
            "Compute all pieces at once: the product of x with the stack of weights has the shape (K, N, M). "
            "The biases get an axis of length 1 in the middle, where the examples are, and are added. "
            "Then take the largest along the axis that counts the pieces, the first one."
        ),
        (
            "One input and one unit with three pieces: 2x - 1, -x, and the constant 4, which has the weight 0. "
            "For x = 1 they are 1, -1 and 4, so the output is 4. "
            "For x = 5 they are 9, -5 and 4, so it is 9. "
            "For x = -6 they are -13, 6 and 4, so it is 6."
        ),
    ),
    alternatives={
        "piece by piece": maxout_by_loop,
        "by einsum": lambda x, W, b: (np.einsum("nd,kdm->nkm", x, W) + b).max(axis=1),
        "by np.stack": lambda x, W, b: affine_pieces(x, W, b).max(axis=0),
    },
    probes=partial(probes, upstream=False),
    sample=lambda rng: unit_inputs(rng, *sizes(rng, 3), pieces=int(rng.integers(2, 5)), upstream=False),
    tolerance=200.0,
    properties=("row_by_row",),
    mistakes={
        "biases_forgotten": (
            lambda x, W, b: (x @ W).max(axis=0),
            "The biases b are missing: each piece is x W[k] + b[k].",
        ),
        "bias_after_the_maximum": (
            lambda x, W, b: (x @ W).max(axis=0) + b.max(axis=0),
            "The bias is added after the maximum; each piece has its own and adds it before.",
        ),
        "smallest_piece": (
            lambda x, W, b: affine_pieces(x, W, b).min(axis=0),
            "The smallest piece is taken; maxout takes the largest.",
        ),
        "sum_of_the_pieces": (
            lambda x, W, b: affine_pieces(x, W, b).sum(axis=0),
            "The pieces are added, which gives one affine function again; take their maximum.",
        ),
        "maximum_over_the_units": (
            lambda x, W, b: affine_pieces(x, W, b).max(axis=2),
            "The maximum runs over the units; it runs over the pieces, the first axis of W.",
        ),
        "largest_magnitude": (
            lambda x, W, b: np.abs(affine_pieces(x, W, b)).max(axis=0),
            "Absolute values are compared; the largest piece may well be negative.",
        ),
        "relu_on_top": (
            lambda x, W, b: np.maximum(affine_pieces(x, W, b).max(axis=0), 0.0),
            "Negative results are cut to 0; maxout has no such floor, its pieces are all there is.",
        ),
    },
    traps=(
        Trap("smallest_piece", breaks="each unit has $K$ **pieces** and gives the largest"),
        Trap("biases_forgotten", breaks="weights times input, plus a bias"),
    ),
)

# --- which functions maxout can be ---------------------------------------------------------------------


def two_pieces(slopes):
    return np.array(slopes, dtype=float).reshape(2, 1, 1), np.zeros((2, 1))


def maxout_pieces(alpha):
    """Weights and biases of a maxout unit with one input that equals leaky ReLU with this slope."""
    return two_pieces([1.0, alpha])


MAXOUT_PIECES = maxout_section(
    name="maxout_pieces",
    points=1,
    reference=maxout_pieces,
    hints=(
        (
            "A leaky ReLU is made of two straight lines: which one do you see right of 0, and which one left of it? "
            "What are the slope of each and its value at 0? "
            "If alpha is below 1, which line is higher on each side?"
        ),
        (
            "Each line is one piece: its slope is the weight, and its value at 0 is the bias. "
            "Both lines go through the origin. "
            "There are 2 pieces, 1 input and 1 unit, and the shapes count them in this order. "
            "The biases have no axis for the inputs."
        ),
        (
            "Take alpha = -0.5. "
            "At x = 4 the two lines give 4 and -2, and the larger one is 4. "
            "At x = -4 they give -4 and 2, and the larger one is 2, which is alpha times x. "
            "So W holds the numbers 1 and -0.5, and b holds two zeros."
        ),
    ),
    alternatives={
        "the flat piece first": lambda alpha: two_pieces([alpha, 1.0]),
        "filled in by hand": lambda alpha: (np.array([[[1.0]], [[alpha]]]), np.array([[0.0], [0.0]])),
    },
    probes=lambda rng: (
        Probe("alpha = 0.2, a leaky ReLU", (0.2,), view="sorted pieces"),
        Probe("alpha = 0, which is ReLU", (0.0,), view="sorted pieces"),
        Probe("alpha = -1, which is |x|", (-1.0,), view="sorted pieces"),
        Probe("another alpha below 1", (float(rng.uniform(-0.9, 0.9)),), view="sorted pieces"),
    ),
    sample=lambda rng: (float(rng.uniform(-1.0, 0.95)),),
    mistakes={
        "slope_of_the_negative_side_flipped": (
            lambda alpha: two_pieces([1.0, -alpha]),
            "The second slope has the wrong sign: for x < 0 the piece must be alpha x.",
        ),
        "slope_in_the_bias": (
            lambda alpha: (two_pieces([1.0, 0.0])[0], np.array([[0.0], [alpha]])),
            "alpha stands in the biases; it is the slope of the second piece, and both biases are 0.",
        ),
        "one_and_zero": (
            lambda alpha: two_pieces([1.0, 0.0]),
            "The pieces x and 0 make plain ReLU for every alpha; the second piece is alpha x.",
        ),
        "pieces_side_by_side": (
            lambda alpha: (np.array([[[1.0, alpha]]]), np.zeros((1, 2))),
            "The slopes stand along the units; W has shape (2, 1, 1), the pieces come first.",
        ),
    },
    traps=(
        Trap("slope_of_the_negative_side_flipped", breaks="$\\alpha = 0$ is then ReLU, and $\\alpha = -1$ is $|x|$."),
    ),
)

# --- backward ------------------------------------------------------------------------------------------


def backward_by_loop(upstream, x, W, b):
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    pieces = affine_pieces(x, W, b)
    for n, m in np.ndindex(*upstream.shape):
        k = int(np.argmax(pieces[:, n, m]))
        dx[n] += upstream[n, m] * W[k, :, m]
        dW[k, :, m] += upstream[n, m] * x[n]
        db[k, m] += upstream[n, m]
    return dx, dW, db


def routed_backward(routed, x, W):
    """Gradients of affine pieces from the gradient that each piece gets."""
    return np.einsum("knm,kdm->nd", routed, W), np.einsum("nd,knm->kdm", x, routed), routed.sum(axis=1)


def winners(x, W, b):
    pieces = affine_pieces(x, W, b)
    return (np.arange(len(W))[:, None, None] == pieces.argmax(axis=0)).astype(float)


def last_winners(x, W, b):
    """The last of tied pieces wins: as right as the first."""
    return winners(x, W[::-1], b[::-1])[::-1]


def backward_with(route):
    return lambda upstream, x, W, b: routed_backward(route(upstream, x, W, b), x, W)


def ties_to_both(upstream, x, W, b):
    pieces = affine_pieces(x, W, b)
    return upstream * (pieces == pieces.max(axis=0))


def without_sum_over_pieces(upstream, x, W, b):
    _, dW, db = activations.maxout_backward(upstream, x, W, b)
    return upstream @ W[0].T, dW, db


MAXOUT_BACKWARD = maxout_section(
    name="maxout_backward",
    points=2,
    reference=activations.maxout_backward,
    hints=(
        (
            "For one example and one unit: which piece has made the output? "
            "What would happen to the output if another piece moved a little? "
            "So how is the upstream number shared out among the K pieces? "
            "Once each piece has its gradient, which known layer does it belong to?"
        ),
        (
            "Compute the pieces again, and for each example and unit the number of the winner, shape (N, M). "
            "Compare the numbers 0 to K - 1, as an array of shape (K, 1, 1), with the winners: True marks the winner. "
            "Times upstream this is routed, shape (K, N, M). "
            "For dx, each piece needs its weights with D and M exchanged, and the K results are added. "
            "dW and db keep their K."
        ),
        (
            "Two pieces, 2x and x + 3, for the examples 1 and 5; upstream is 10 and -1. "
            "For 1 they give 2 and 4, so piece 1 wins; for 5 they give 10 and 8, so piece 0 wins. "
            "routed is (0, -1) for piece 0, and (10, 0) for piece 1. "
            "dx is 10 times 1 and -1 times 2, so (10, -2). "
            "dW is 5 times -1 and 1 times 10, so (-5, 10), and db is (-1, 10)."
        ),
    ),
    alternatives={
        "entry by entry": backward_by_loop,
        "by einsum": backward_with(lambda upstream, *rest: upstream * winners(*rest)),
        "the last of tied pieces": backward_with(lambda upstream, *rest: upstream * last_winners(*rest)),
    },
    probes=partial(probes, upstream=True),
    sample=lambda rng: unit_inputs(rng, *sizes(rng, 3), pieces=int(rng.integers(2, 5)), upstream=True),
    tolerance=200.0,
    gradient=Gradient(of=activations.maxout, wrt=("x", "W", "b")),
    properties=("scales_with_upstream",),
    mistakes={
        "gradient_to_every_piece": (
            backward_with(lambda upstream, x, W, b: np.stack([upstream] * len(W))),
            "Every piece gets the gradient; only the piece that won has moved the output.",
        ),
        "gradient_shared_equally": (
            backward_with(lambda upstream, x, W, b: np.stack([upstream / len(W)] * len(W))),
            "The gradient is split equally among the pieces; the winner gets all of it.",
        ),
        "ties_counted_twice": (
            backward_with(ties_to_both),
            (
                "On a tie both pieces get the whole gradient: comparing with the maximum marks two "
                "winners, np.argmax marks one."
            ),
        ),
        "first_piece_only": (
            backward_with(lambda upstream, x, W, b: np.stack([upstream] + [np.zeros_like(upstream)] * (len(W) - 1))),
            "All of the gradient goes to piece 0, whichever won.",
        ),
        "upstream_ignored": (
            backward_with(lambda upstream, x, W, b: winners(x, W, b)),
            "The winners get 1 instead of the upstream gradient.",
        ),
        "mean_over_the_batch": (
            lambda upstream, x, W, b: (
                activations.maxout_backward(upstream, x, W, b)[0],
                *(part / len(x) for part in activations.maxout_backward(upstream, x, W, b)[1:]),
            ),
            (
                "dW and db are divided by N; the chain rule adds over the examples, and a mean in the "
                "loss has put 1/N into upstream already."
            ),
        ),
        "dx_through_the_first_piece": (
            without_sum_over_pieces,
            "dx goes through the weights of piece 0; it goes back through the piece that won.",
        ),
        "winner_without_biases": (
            backward_with(lambda upstream, x, W, b: upstream * winners(x, W, np.zeros_like(b))),
            "The winner is chosen from x W without the biases; each piece competes with its bias.",
        ),
        "loser_takes_all": (
            backward_with(lambda upstream, x, W, b: upstream * winners(x, -W, -b)),
            "The gradient goes to the smallest piece; the largest one made the output.",
        ),
    },
    traps=(
        Trap("ties_counted_twice", breaks="On a tie one winner gets everything"),
        Trap("gradient_to_every_piece", breaks="So it gets the whole upstream gradient, and the others get 0."),
    ),
)
