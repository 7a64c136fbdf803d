"""Exercise 5.3: the L1 penalty, the elastic net and the soft threshold, which leave few weights."""

from __future__ import annotations

import math

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import entrywise_probes, sizes
from chainrule.exercises.u05_regularization.common import (
    charged_by,
    declare,
    entry_by_entry,
    layer_probes,
    numbers,
    one_layer,
)
from chainrule.nn import regularization

__all__ = ["ELASTIC_NET_PENALTY", "L1_PENALTY", "SOFT_THRESHOLD"]

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


def threshold_probes(rng):
    """Entries below the threshold, above it and on it."""

    def values(rng, shape):
        return numbers(rng, *shape)

    def drawn(rng, shape):
        return rng.uniform(0.4, 1.5)

    usual = entrywise_probes(rng, values, scalar=drawn, integers=(-3, -1, 0, 2), ordinary=(2.0, 3.0))
    exact = Probe("entries at 0 and on the threshold", (np.array([[0.0, 1.25, -1.25, 4.0]]), 1.25))
    return (*usual, exact, Probe("a threshold of 0", (numbers(rng, 3, 2), 0.0)))


def soft_by_sign(w, threshold):
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0.0)


def soft_by_loop(w, threshold):
    result = np.zeros(w.shape)
    for index in np.ndindex(*w.shape):
        if w[index] > threshold:
            result[index] = w[index] - threshold
        elif w[index] < -threshold:
            result[index] = w[index] + threshold
    return result


SOFT_THRESHOLD = in_sizes(
    name="soft_threshold",
    points=1,
    reference=regularization.soft_threshold,
    hints=(
        (
            "Forget the sign for a moment: what should become of the sizes 5, 2 and 1.5, if the threshold is 2? "
            "Which two steps do this for all entries at once? How does the sign come back?"
        ),
        (
            "Three steps, entry by entry. Take the size of each entry, and subtract the threshold. "
            "Where this is negative, put 0. "
            "At last give every entry the sign that it had: multiply by an array of 1, -1 and 0."
        ),
        (
            "Threshold 2 and w = (5, -4, 1.5, -2, 0). "
            "Sizes less the threshold: (3, 2, -0.5, 0, -2). With 0 for the negative ones: (3, 2, 0, 0, 0). "
            "With the old signs: (3, -2, 0, 0, 0)."
        ),
    ),
    alternatives={
        "by the sign": soft_by_sign,
        "entry by entry": soft_by_loop,
        "from both sides": lambda w, t: np.maximum(w - t, 0.0) + np.minimum(w + t, 0.0),
    },
    probes=threshold_probes,
    sample=lambda rng: (numbers(rng, *sizes(rng, 2)), float(rng.uniform(0.3, 1.5))),
    mistakes={
        "hard_threshold": (
            lambda w, t: w * (np.abs(w) > t),
            "Small entries become 0, but the large ones stay; they too come closer by the threshold.",
        ),
        "crosses_zero": (
            lambda w, t: w - t * np.sign(w),
            "Small entries pass through 0 and change their sign; they must stop at 0.",
        ),
        "sign_lost": (
            lambda w, t: np.maximum(np.abs(w) - t, 0.0),
            "The negative entries come out positive: multiply by the sign of w.",
        ),
        "only_from_above": (
            lambda w, t: np.maximum(w - t, 0.0),
            "Negative entries all become 0; they move up by the threshold and stop at 0.",
        ),
        "clipped_in_place_of_shrunk": (
            lambda w, t: np.clip(w, -t, t),
            "Large entries are cut at the threshold and small ones stay; it is the other way round.",
        ),
        "moves_away_from_zero": (
            lambda w, t: np.sign(w) * (np.abs(w) + t),
            "The entries move away from 0; subtract the threshold from the size.",
        ),
    },
    traps=(
        Trap("crosses_zero", breaks="it moves every weight towards 0 by $t$, and stops at 0"),
        Trap("hard_threshold", breaks="it moves every weight towards 0 by $t$, and stops at 0"),
    ),
)
