"""Exercises 5.3 and 5.4: weights that shrink, by a threshold and by decay."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import entrywise_probes, sizes
from chainrule.exercises.u05_regularization.common import declare, numbers
from chainrule.nn import regularization

__all__ = ["DECAY_STEP", "SOFT_THRESHOLD"]

# --- soft threshold --------------------------------------------------------------------------------------


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


SOFT_THRESHOLD = declare("5.3", "Few weights")(
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

# --- decay -----------------------------------------------------------------------------------------------


def decay_probes(rng):
    d, m, side = sizes(rng, 3)

    def probe(label, *shape, dtype=float, momentum=None):
        arrays = [numbers(rng, *shape).astype(dtype) for _ in range(3)]
        kept = float(rng.uniform(0.5, 0.95)) if momentum is None else momentum
        return Probe(label, (*arrays, float(rng.uniform(0.05, 0.4)), kept, float(rng.uniform(0.1, 0.6))))

    return (
        probe(f"weights of shape ({d}, {m})", d, m),
        probe(f"weights of shape ({side}, {side})", side, side),
        probe("one weight", 1),
        probe("no momentum", m, momentum=0.0),
        probe("float32 numbers", m, d, dtype=np.float32),
    )


def decay_by_steps(w, velocity, grad, lr, momentum, strength):
    moved = velocity * momentum
    moved = moved - grad * lr
    return w + moved - w * lr * strength, moved


def decay_by_loop(w, velocity, grad, lr, momentum, strength):
    new, speed = np.zeros(w.shape), np.zeros(w.shape)
    for index in np.ndindex(*w.shape):
        speed[index] = momentum * velocity[index] - lr * grad[index]
        new[index] = w[index] * (1 - lr * strength) + speed[index]
    return new, speed


def step_with(shrunk, push):
    """A step from what becomes of w and what pushes the velocity, each with the penalty or without."""

    def step(w, velocity, grad, lr, momentum, strength):
        v = momentum * velocity - lr * push(w, grad, strength)
        return shrunk(w, lr, strength) + v, v

    return step


def right_shrink(w, lr, strength):
    return (1 - lr * strength) * w


DECAY_STEP = declare("5.4", "Decay beside the gradient")(
    name="decay_step",
    points=1,
    reference=regularization.decay_step,
    hints=(
        (
            "There are two formulas, and the second one needs a result of the first. Which? "
            "In which of the two does the strength appear? "
            "Which of your two results will the next step need as its input?"
        ),
        (
            "First compute the new velocity: the old one slowed down, less the push of the gradient. "
            "Then shrink the old w by its factor, and add the new velocity. "
            "The factor touches w only, so the velocity knows nothing of the decay. "
            "Return w first, then the velocity."
        ),
        (
            "w = 10, v = -2, gradient 4, lr 0.5, momentum 0.25, strength 0.2. The new v is -0.5 - 2 = -2.5. "
            "The factor is 0.9, so the new w is 9 - 2.5 = 6.5."
        ),
    ),
    alternatives={
        "decay as a subtraction": decay_by_steps,
        "weight by weight": decay_by_loop,
        "from its parts": step_with(right_shrink, lambda w, grad, strength: grad),
    },
    probes=decay_probes,
    sample=lambda rng: (*(numbers(rng, 4, 3) for _ in range(3)), 0.1, float(rng.uniform(0.5, 0.9)), 0.3),
    tolerance=200.0,
    mistakes={
        "penalty_in_the_velocity": (
            step_with(lambda w, lr, strength: w, lambda w, grad, strength: grad + strength * w),
            (
                "strength times w is in the velocity, as with a penalty in the loss; "
                "decay goes beside the gradient and never through the velocity."
            ),
        ),
        "decay_in_both_places": (
            step_with(right_shrink, lambda w, grad, strength: grad + strength * w),
            "The weights decay twice, in the velocity and beside it.",
        ),
        "rate_missing_in_the_decay": (
            step_with(lambda w, lr, strength: (1 - strength) * w, lambda w, grad, strength: grad),
            "The weights shrink by 1 - strength; the factor is 1 - lr * strength.",
        ),
        "weights_grow": (
            step_with(lambda w, lr, strength: (1 + lr * strength) * w, lambda w, grad, strength: grad),
            "The weights grow: the factor is 1 minus lr * strength.",
        ),
        "no_decay": (
            step_with(lambda w, lr, strength: w, lambda w, grad, strength: grad),
            "The weights do not decay at all; this is a plain step with momentum.",
        ),
        "the_new_weights_decay": (
            lambda w, v, g, lr, m, s: ((1 - lr * s) * (w + m * v - lr * g), m * v - lr * g),
            "The velocity shrinks too: the factor belongs to the old w alone, then v is added.",
        ),
    },
    traps=(
        Trap("penalty_in_the_velocity", breaks="A penalty goes through the velocity $v$; decay goes beside it"),
        Trap("decay_in_both_places", breaks="A penalty goes through the velocity $v$; decay goes beside it"),
    ),
)
