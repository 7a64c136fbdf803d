"""Exercise 4.13: steps down."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.nn import steps

__all__ = ["MOMENTUM", "SGD"]

updates = partial(Exercise, unit="04_backpropagation", number="4.13", title="Steps down")


def pairs(rng, widths, dtype=float):
    return [
        (rng.standard_normal((d, m)).astype(dtype), rng.standard_normal(m).astype(dtype))
        for d, m in itertools.pairwise(widths)
    ]


def settings(rng):
    d, m, c = sizes(rng, 3)
    lr = float(np.round(rng.uniform(0.05, 0.4), 3))
    return (
        (f"two layers of the sizes {d}, {m}, {c}", (d, m, c), float, lr),
        ("one layer with one weight and one bias", (1, 1), float, 0.1),
        (f"four layers of {m} units", (m,) * 5, float, 2.5),
        ("float32 numbers", (d, m, c), np.float32, lr),
    )


# --- plain -------------------------------------------------------------------------------------------


def sgd_probes(rng):
    return tuple(
        Probe(f"{label}, lr = {lr}", (pairs(rng, widths, dtype), pairs(rng, widths, dtype), lr), view="parameters")
        for label, widths, dtype, lr in settings(rng)
    )


def sgd_sample(rng):
    widths = sizes(rng, 3)
    return pairs(rng, widths), pairs(rng, widths), 0.3


def sgd_by_index(params, grads, lr):
    return [tuple(params[i][j] - lr * grads[i][j] for j in range(2)) for i in range(len(params))]


def sgd_on_copies(params, grads, lr):
    new = [[array.copy() for array in pair] for pair in params]
    for pair, gradients in zip(new, grads, strict=True):
        for array, gradient in zip(pair, gradients, strict=True):
            np.subtract(array, lr * gradient, out=array)
    return new


def sgd_with(rule):
    def step(params, grads, lr):
        return [
            tuple(rule(w, g, lr) for w, g in zip(pair, gradients, strict=True))
            for pair, gradients in zip(params, grads, strict=True)
        ]

    return step


def in_place(params, grads, lr):
    for pair, gradients in zip(params, grads, strict=True):
        for w, g in zip(pair, gradients, strict=True):
            np.subtract(w, lr * g, out=w)
    return params


SGD = updates(
    name="sgd_step",
    points=1,
    reference=steps.sgd_step,
    hints=(
        (
            "params and grads are two lists in the same order. How can one loop walk through both of them at once? "
            "And which list holds the new arrays at the end?"
        ),
        (
            "Walk through both lists together; from each you get a pair. "
            "Take the gradient times lr away from each array, W and b alike. "
            "The subtraction makes a new array, and the old one stays. "
            "Put the new pair into a new list, and return that."
        ),
        (
            "One layer: W = (3, -1), b = 2, dW = (10, -5), db = 4, lr = 0.2. "
            "The new W is (1, 0), and the new b is 1.2. The old W is still (3, -1)."
        ),
    ),
    alternatives={
        "by index": sgd_by_index,
        "in place, on copies": sgd_on_copies,
        "as a sum": sgd_with(lambda w, g, lr: np.add(w, -lr * g)),
    },
    probes=sgd_probes,
    sample=sgd_sample,
    mistakes={
        "uphill": (
            sgd_with(lambda w, g, lr: w + lr * g),
            "The step goes uphill: the gradient points to where the loss rises, so subtract it.",
        ),
        "parameters_unchanged": (
            sgd_with(lambda w, g, lr: w + 0.0),
            (
                "The parameters come back as they were: W = W - lr * dW binds a local name, put the new "
                "arrays into the list that you return."
            ),
        ),
        "in_place": (
            in_place,
            (
                "W -= ... changes the arrays that were passed in, so that nobody can go back to the old "
                "parameters: write W - lr * dW."
            ),
        ),
        "rate_forgotten": (
            sgd_with(lambda w, g, lr: w - g),
            "The learning rate is missing.",
        ),
        "divided_by_the_rate": (
            sgd_with(lambda w, g, lr: w - g / lr),
            "The gradient is divided by the learning rate; multiply it.",
        ),
        "biases_left_out": (
            lambda params, grads, lr: [(W - lr * dW, b + 0.0) for (W, b), (dW, _) in zip(params, grads, strict=True)],
            "The biases stay as they were; they learn like the weights.",
        ),
        "steps_only": (
            sgd_with(lambda w, g, lr: -lr * g),
            "These are the steps -lr g alone; add them to the parameters.",
        ),
    },
    traps=(
        Trap("parameters_unchanged", breaks="it is lost unless you put it into the list that you return"),
        Trap("in_place", breaks="`W -= lr * dW` changes the old array, which the caller may still need."),
    ),
)

# --- momentum ----------------------------------------------------------------------------------------


def momentum_probes(rng):
    def probe(label, widths, dtype, lr, *momentum):
        three = tuple(pairs(rng, widths, dtype) for _ in range(3))
        said = f", momentum = {momentum[0]}" if momentum else ", momentum left out"
        return Probe(f"{label}, lr = {lr}{said}", (*three, lr, *momentum), view="parameters and velocity")

    cases = zip(settings(rng), ((0.8,), (0.5,), (), (0.7,)), strict=True)
    return tuple(probe(*setting, *momentum) for setting, momentum in cases)


def momentum_sample(rng):
    widths = sizes(rng, 3)
    return pairs(rng, widths), pairs(rng, widths), pairs(rng, widths), 0.3, 0.6


def momentum_by_index(params, grads, velocity, lr, momentum=0.9):
    new_params, new_velocity = [], []
    for i in range(len(params)):
        fast = [momentum * velocity[i][j] - lr * grads[i][j] for j in range(2)]
        new_velocity.append(fast)
        new_params.append([params[i][j] + fast[j] for j in range(2)])
    return new_params, new_velocity


def momentum_on_copies(params, grads, velocity, lr, momentum=0.9):
    new, fast = ([[array.copy() for array in pair] for pair in them] for them in (params, velocity))
    for w, v, g in zip(new, fast, grads, strict=True):
        for j in range(2):
            v[j] *= momentum
            v[j] -= lr * g[j]
            w[j] += v[j]
    return new, fast


def momentum_with(speed, move=lambda w, v, new, g, lr, m: w + new):
    """A step made of two rules: the new velocity, and the new parameter."""

    def step(params, grads, velocity, lr, momentum=0.9):
        three = list(zip(params, grads, velocity, strict=True))
        fast = [
            tuple(speed(v, g, lr, momentum) for g, v in zip(gradients, speeds, strict=True))
            for _, gradients, speeds in three
        ]
        moved = [
            tuple(move(w, v, new, g, lr, momentum) for w, g, v, new in zip(pair, gradients, speeds, news, strict=True))
            for (pair, gradients, speeds), news in zip(three, fast, strict=True)
        ]
        return moved, fast

    return step


def right_speed(v, g, lr, m):
    return m * v - lr * g


def momentum_in_place(params, grads, velocity, lr, momentum=0.9):
    for three in zip(params, grads, velocity, strict=True):
        for w, g, v in zip(*three, strict=True):
            np.subtract(momentum * v, lr * g, out=v)
            np.add(w, v, out=w)
    return params, velocity


MOMENTUM = updates(
    name="momentum_step",
    points=2,
    reference=steps.momentum_step,
    hints=(
        (
            "Two things change in a step, the velocity and the parameters. Which of them must be known first? "
            "How many lists do you walk through together, and how many do you return?"
        ),
        (
            "First make the whole list of new velocities, from the old velocities and the gradients. "
            "Then make the list of new parameters, from the old parameters and the new velocities. "
            "W and b are treated alike. Return both lists: parameters first, then velocities."
        ),
        (
            "Two steps with lr = 0.5 and momentum 0.5; the gradient is 2 both times, and w and v begin at 0. "
            "First step: v = 0 - 1 = -1, and w = -1. Second step: v = -0.5 - 1 = -1.5, and w = -2.5. "
            "The second step is longer than the first, although the gradient is the same."
        ),
    ),
    alternatives={
        "by index": momentum_by_index,
        "in place, on copies": momentum_on_copies,
        "of rules": momentum_with(right_speed),
    },
    probes=momentum_probes,
    sample=momentum_sample,
    mistakes={
        "uphill": (
            momentum_with(lambda v, g, lr, m: m * v + lr * g),
            "The gradient pushes uphill: subtract lr g from the velocity.",
        ),
        "old_velocity": (
            momentum_with(right_speed, lambda w, v, new, g, lr, m: w + v),
            "The parameters move with the old velocity; compute the new one first.",
        ),
        "velocity_subtracted": (
            momentum_with(right_speed, lambda w, v, new, g, lr, m: w - new),
            "The velocity is subtracted; it points downhill already, so add it.",
        ),
        "velocity_forgotten": (
            momentum_with(lambda v, g, lr, m: -lr * g),
            "The old velocity plays no part: this is a plain step.",
        ),
        "not_slowed_down": (
            momentum_with(lambda v, g, lr, m: v - lr * g),
            "The old velocity is not multiplied by momentum, so it never slows down.",
        ),
        "gradient_weighed_too": (
            momentum_with(lambda v, g, lr, m: m * v - (1 - m) * lr * g),
            "The gradient is multiplied by 1 - momentum; that makes a mean, here it is added in full.",
        ),
        "one_step_further": (
            momentum_with(right_speed, lambda w, v, new, g, lr, m: w + m * new - lr * g),
            "This is Nesterov's variant, which looks one step ahead; plain momentum adds the velocity.",
        ),
        "velocity_not_returned": (
            lambda params, grads, velocity, lr, momentum=0.9: (
                momentum_with(right_speed)(params, grads, velocity, lr, momentum)[0],
                [tuple(v + 0.0 for v in pair) for pair in velocity],
            ),
            "The old velocity comes back, so that the next step starts from it: return the new one.",
        ),
        "in_place": (
            momentum_in_place,
            "The arrays that were passed in are changed; make new ones.",
        ),
        "momentum_of_09": (
            lambda params, grads, velocity, lr, momentum=0.9: steps.momentum_step(params, grads, velocity, lr, 0.9),
            "The momentum is 0.9 whatever is passed; use the argument.",
        ),
    },
    traps=(Trap("velocity_not_returned", breaks="Return the new parameters and the new velocity."),),
)
