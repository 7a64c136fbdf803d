"""Exercises 5.2 and 5.3: penalties on the weights of a layer."""

from __future__ import annotations

import math

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u05_regularization.common import declare, numbers
from chainrule.nn import regularization

__all__ = ["ELASTIC_NET_PENALTY", "L1_PENALTY", "L2_PENALTY"]


def layer_probes(rng, *options):
    """Weights and biases of a layer, a strength that is not 1, and further drawn numbers."""
    d, m, side = sizes(rng, 3)

    def drawn():
        return (float(rng.uniform(0.05, 0.3)), *(float(option(rng)) for option in options))

    return (
        Probe(f"{d} inputs, {m} units", (numbers(rng, d, m), numbers(rng, m), *drawn())),
        Probe(f"{m} inputs, {d} units", (numbers(rng, m, d), numbers(rng, d), *drawn())),
        Probe(f"{side} inputs, {side} units", (numbers(rng, side, side), numbers(rng, side), *drawn())),
        Probe("one weight", (np.array([[-3.0]]), np.array([7.0]), *drawn())),
        Probe("a strength above 1", (numbers(rng, d, m), numbers(rng, m), 2.5, *drawn()[1:])),
        Probe(
            "float32 numbers",
            (numbers(rng, d, m).astype(np.float32), numbers(rng, m).astype(np.float32), *drawn()),
        ),
        Probe("not contiguous in memory", (Strided(numbers(rng, d, m)), numbers(rng, m), *drawn())),
        Probe("a weight of 0", (np.array([[0.0, -2.0]]), np.array([1.0, 2.0]), *drawn())),
    )


def one_layer(rng, *options):
    d, m = sizes(rng, 2)
    return (numbers(rng, d, m), numbers(rng, m), float(rng.uniform(0.05, 0.3)), *(float(it(rng)) for it in options))


def charged_by(penalty):
    """What the oracle by central differences needs: the penalty alone, and that its first result is no gradient."""
    return Gradient(of=lambda *args: penalty(*args)[0], wrt=("", "W", "b"))


def entry_by_entry(charge, slope):
    """A right answer by loop from the charge and the slope of one weight."""

    def by_loop(W, b, *options):
        total, dW = 0.0, np.zeros(W.shape)
        for index in np.ndindex(*W.shape):
            w = float(W[index])
            total += charge(w, *options)
            dW[index] = slope(w, *options)
        return total, dW, np.zeros(b.shape)

    return by_loop


# --- L2 ------------------------------------------------------------------------------------------------

in_squares = declare("5.2", "Small weights")


def l2_with(charge, slope, bias_charge=0.0, bias_slope=0.0):
    """An answer for L2 from its factors."""

    def penalty(W, b, strength):
        value = charge * strength * np.square(W).sum() + bias_charge * strength * np.square(b).sum()
        return value, slope * strength * W, bias_slope * strength * b

    return penalty


def l2_by_norm(W, b, strength):
    return strength * np.linalg.norm(W) ** 2 / 2, np.multiply(W, strength), np.zeros(len(b))


def l2_by_dot(W, b, strength):
    return strength * np.vdot(W, W) / 2, W * strength, b * 0


L2_PENALTY = in_squares(
    name="l2_penalty",
    points=1,
    reference=regularization.l2_penalty,
    hints=(
        (
            "What does a weight of -3 cost, and what does a weight of 3 cost? "
            "Which operation gives both the same price before all is added up? "
            "And which of the three results is a table, although the penalty is one number?"
        ),
        (
            "Square the weights entry by entry, add up all of them, and multiply by half the strength: that is P. "
            "For dW ask how P changes with a single weight: the chain rule brings a 2 down, and the half takes it "
            "away. "
            "P does not contain b, so a change of b changes nothing: its gradient is an array of zeros in the shape "
            "of b."
        ),
        (
            "W has the rows (2, -1) and (0, 3), b = (5, 7), strength 0.5. "
            "The squares add up to 14, so P = 0.25 times 14 = 3.5. "
            "dW has the rows (1, -0.5) and (0, 1.5), and db = (0, 0)."
        ),
    ),
    gradient=charged_by(regularization.l2_penalty),
    alternatives={
        "weight by weight": entry_by_entry(lambda w, s: 0.5 * s * w * w, lambda w, s: s * w),
        "by the norm": l2_by_norm,
        "by a dot product": l2_by_dot,
    },
    probes=layer_probes,
    sample=one_layer,
    tolerance=200.0,
    mistakes={
        "half_missing_in_the_penalty": (
            l2_with(1.0, 1.0),
            "The penalty lacks the factor 1/2, the gradient does not: they do not belong together.",
        ),
        "two_left_in_the_gradient": (
            l2_with(0.5, 2.0),
            "The gradient is twice too large: the 2 of the square cancels against the 1/2 in front.",
        ),
        "half_missing_in_both": (
            l2_with(1.0, 2.0),
            "This penalty is strength times the sum of squares; in this course it has a factor 1/2.",
        ),
        "half_kept_in_the_gradient": (
            l2_with(0.5, 0.5),
            "The gradient keeps the 1/2: the derivative of w^2 / 2 is w.",
        ),
        "biases_penalized": (
            l2_with(0.5, 1.0, 0.5, 1.0),
            sentences.BIASES_PENALIZED,
        ),
        "norm_without_the_square": (
            lambda W, b, s: (0.5 * s * np.linalg.norm(W), s * W / np.linalg.norm(W), np.zeros(len(b))),
            "This is the length of W; the penalty takes the sum of squares, without a root.",
        ),
        "mean_in_place_of_the_sum": (
            lambda W, b, s: (0.5 * s * np.square(W).mean(), s * W / W.size, np.zeros(len(b))),
            "The squares are averaged; the penalty adds them up.",
        ),
        "strength_missing_in_the_gradient": (
            lambda W, b, s: (0.5 * s * np.square(W).sum(), np.array(W), np.zeros(len(b))),
            "The strength is missing in the gradient: it is strength times W.",
        ),
        "square_of_the_sum": (
            lambda W, b, strength: (0.5 * strength * W.sum() ** 2, strength * W, np.zeros_like(b)),
            "This is (sum W)^2, where weights of both signs cancel: square each weight, then add.",
        ),
        "length_not_squared": (
            lambda W, b, strength: (0.5 * strength * (W**2).sum() ** 0.5, strength * W, np.zeros_like(b)),
            "np.linalg.norm is the root of the sum of squares; the penalty is the sum itself.",
        ),
        "gradient_left_out": (
            lambda W, b, strength: (0.5 * strength * (W**2).sum(), np.zeros_like(W), np.zeros_like(b)),
            "The penalty is in the loss but not in the gradient: dW is strength * W, or nothing will shrink.",
        ),
    },
    traps=(
        Trap("biases_penalized", breaks="Biases cost nothing"),
        Trap("two_left_in_the_gradient", breaks="The $\\frac12$ cancels the 2 of the derivative."),
    ),
)

# --- L1 ------------------------------------------------------------------------------------------------

in_sizes = declare("5.3", "Few weights")


def l1_by_sides(W, b, strength):
    return strength * (W[W > 0].sum() - W[W < 0].sum()), strength * (1.0 * (W > 0) - 1.0 * (W < 0)), np.zeros(len(b))


def l1_bounds(W, b, strength):
    """At a weight of 0 every number from -strength to strength is a slope."""
    value, dW, db = regularization.l1_penalty(W, b, strength)
    return (value, np.where(W == 0, -strength, dW), db), (value, np.where(W == 0, strength, dW), db)


def l1_probes(rng):
    probes = layer_probes(rng)
    corner = probes[-1]
    return (*probes[:-1], Probe(corner.label, corner.args, kink=True))


def l1_divided(W, b, strength):
    return strength * np.abs(W).sum(), strength * W / np.abs(W), np.zeros(len(b))


L1_PENALTY = in_sizes(
    name="l1_penalty",
    points=1,
    reference=regularization.l1_penalty,
    hints=(
        (
            "A weight goes from 2 to 2.01: by how much does the sum of the sizes rise? "
            "And when a weight goes from -2 to -1.99? Does it matter how large the weight is?"
        ),
        (
            "P is the strength times the sum of the sizes of all weights. "
            "Its slope at one weight knows only on which side of 0 the weight lies. "
            "One function of the page gives 1, -1 or 0 for each entry; multiply that by the strength. "
            "The biases are free, as they were with L2."
        ),
        (
            "W has the rows (2, -1) and (0, 3), strength 0.2. The sizes add up to 6, so P = 1.2. "
            "dW has the rows (0.2, -0.2) and (0, 0.2): the weight 3 is pushed no harder than the weight 2."
        ),
    ),
    gradient=charged_by(regularization.l1_penalty),
    alternatives={
        "weight by weight": entry_by_entry(
            lambda w, s: s * abs(w), lambda w, s: s * math.copysign(1.0, w) if w else 0.0
        ),
        "by the two sides": l1_by_sides,
        "slope 1 at 0": lambda W, b, s: (s * np.abs(W).sum(), np.where(W < 0, -s, s), 0.0 * b),
    },
    probes=l1_probes,
    bounds=l1_bounds,
    sample=one_layer,
    tolerance=200.0,
    mistakes={
        "divided_by_the_size": (
            l1_divided,
            "W / |W| is 0/0 at a weight of 0, which is nan: use xp.sign(W).",
        ),
        "gradient_of_l2": (
            lambda W, b, s: (s * np.abs(W).sum(), s * W, np.zeros(len(b))),
            "strength times W is the gradient of L2; that of |w| is the sign of w, however large w is.",
        ),
        "strength_missing_in_the_gradient": (
            lambda W, b, s: (s * np.abs(W).sum(), np.sign(W), np.zeros(len(b))),
            "The strength is missing in the gradient: it is strength times the sign.",
        ),
        "signs_not_removed": (
            lambda W, b, s: (s * W.sum(), s * np.sign(W), np.zeros(len(b))),
            "The weights are added with their signs and cancel; add their absolute values.",
        ),
        "biases_penalized": (
            lambda W, b, s: (s * (np.abs(W).sum() + np.abs(b).sum()), s * np.sign(W), s * np.sign(b)),
            sentences.BIASES_PENALIZED,
        ),
        "half_from_l2": (
            lambda W, b, s: (0.5 * s * np.abs(W).sum(), s * np.sign(W), np.zeros(len(b))),
            "The factor 1/2 belongs to the squares of L2; the sizes have none.",
        ),
        "gradient_left_out": (
            lambda W, b, strength: (strength * np.abs(W).sum(), np.zeros_like(W), np.zeros_like(b)),
            "The penalty is in the loss but not in the gradient: dW is strength * sign(W).",
        ),
    },
    traps=(
        Trap("divided_by_the_size", breaks="`W / xp.abs(W)` is nan there; `xp.sign` gives 0."),
        Trap("gradient_of_l2", breaks="its slope stays the same down to 0"),
    ),
)

# --- elastic net -----------------------------------------------------------------------------------------


def mixed(first, second, half=0.5):
    """An answer for the elastic net from the shares of its two parts, functions of the ratio."""

    def penalty(W, b, strength, ratio):
        l1, l2 = strength * first(ratio), strength * second(ratio)
        value = l1 * np.abs(W).sum() + half * l2 * np.square(W).sum()
        return value, l1 * np.sign(W) + l2 * W, np.zeros(len(b))

    return penalty


def from_the_two_penalties(W, b, strength, ratio):
    sizes_cost, squares_cost = (
        regularization.l1_penalty(W, b, strength * ratio),
        regularization.l2_penalty(W, b, strength * (1 - ratio)),
    )
    return tuple(one + other for one, other in zip(sizes_cost, squares_cost, strict=True))


def elastic_probes(rng):
    probes = layer_probes(rng, lambda rng: rng.choice([0.2, 0.3, 0.7]))[:-1]
    d, m = sizes(rng, 2)
    ends = [Probe(f"ratio {ratio:g}", (numbers(rng, d, m), numbers(rng, m), 0.4, ratio)) for ratio in (0.0, 1.0)]
    return (*probes, *ends)


def biases_in_the_mix(W, b, strength, ratio):
    value, dW, _ = regularization.elastic_net_penalty(W, b, strength, ratio)
    other, db, _ = regularization.elastic_net_penalty(b[None], np.zeros(1), strength, ratio)
    return value + other, dW, db[0]


ELASTIC_NET_PENALTY = in_sizes(
    name="elastic_net_penalty",
    points=1,
    reference=regularization.elastic_net_penalty,
    hints=(
        (
            "Look at the formula: which part of it is an L1 penalty, and which part is an L2 penalty? "
            "With which strength would you have to call each of your two functions, so that it gives just this "
            "part?"
        ),
        (
            "The slope of a sum is the sum of the slopes. "
            "So take P, dW and db of both penalties, each with its own strength, and add them one by one. "
            "The strength of L1 is a share of the whole, and L2 gets the rest of it. "
            "The half of L2 is in your function already."
        ),
        (
            "W has the rows (2, -1) and (0, 3), strength 2, ratio 0.75. "
            "L1 gets the strength 1.5, and L2 the strength 0.5. "
            "P = 1.5 times 6 plus 0.25 times 14 = 9 + 3.5 = 12.5. "
            "For the weight 2 the slope is 1.5 + 1 = 2.5; all of dW has the rows (2.5, -2) and (0, 3)."
        ),
    ),
    gradient=charged_by(regularization.elastic_net_penalty),
    alternatives={
        "from the two penalties": from_the_two_penalties,
        "weight by weight": entry_by_entry(
            lambda w, s, r: s * (r * abs(w) + (1 - r) * w**2 / 2), lambda w, s, r: s * (r * np.sign(w) + (1 - r) * w)
        ),
        "from its shares": mixed(lambda ratio: ratio, lambda ratio: 1 - ratio),
    },
    probes=elastic_probes,
    sample=lambda rng: one_layer(rng, lambda rng: rng.uniform(0.1, 0.9)),
    tolerance=200.0,
    mistakes={
        "ratio_swapped": (
            mixed(lambda ratio: 1 - ratio, lambda ratio: ratio),
            "The ratio is the share of L1: at ratio 1 the penalty is L1 alone.",
        ),
        "ratio_on_one_side_only": (
            mixed(lambda ratio: ratio, lambda ratio: 1.0),
            "L2 always counts in full; its share is 1 - ratio.",
        ),
        "half_missing_in_the_penalty": (
            mixed(lambda ratio: ratio, lambda ratio: 1 - ratio, half=1.0),
            "The part of L2 lacks its factor 1/2 in the penalty.",
        ),
        "ratio_ignored": (
            mixed(lambda ratio: 1.0, lambda ratio: 1.0),
            "Both penalties are added in full; the ratio shares them out.",
        ),
        "biases_penalized": (
            biases_in_the_mix,
            sentences.BIASES_PENALIZED,
        ),
        "l1_missing_in_the_gradient": (
            lambda W, b, strength, ratio: (
                strength * (ratio * np.abs(W).sum() + (1 - ratio) / 2 * (W**2).sum()),
                strength * (1 - ratio) * W,
                np.zeros_like(b),
            ),
            "The part of L1 is in the penalty but not in the gradient: add strength * ratio * sign(W).",
        ),
    },
    traps=(Trap("ratio_swapped", breaks="The ratio $r$ is the share of L1."),),
)
