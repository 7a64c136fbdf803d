"""Exercises 5.2 and 5.4: the L2 penalty, and weights that decay beside the gradient."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u05_regularization.common import (
    charged_by,
    declare,
    entry_by_entry,
    layer_probes,
    numbers,
    one_layer,
)
from chainrule.nn import regularization

__all__ = ["DECAY_STEP", "L2_PENALTY"]

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
