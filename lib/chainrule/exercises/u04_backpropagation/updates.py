"""Exercises 4.13 and 4.14: batches, and steps down."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np

from chainrule import batches, steps
from chainrule.checking.exercise import Exercise, Mistake
from chainrule.checking.probes import Probe
from chainrule.exercises.sampling import sizes

__all__ = ["EXERCISES"]

declared = partial(Exercise, unit="04_backpropagation")
updates = partial(declared, number="4.13", title="Steps down")


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
    alternatives={
        "by index": sgd_by_index,
        "in place, on copies": sgd_on_copies,
        "as a sum": sgd_with(lambda w, g, lr: np.add(w, -lr * g)),
    },
    probes=sgd_probes,
    sample=sgd_sample,
    mistakes=(
        Mistake(
            name="uphill",
            wrong=sgd_with(lambda w, g, lr: w + lr * g),
            explanation="The step goes uphill: the gradient points to where the loss rises, so subtract it.",
        ),
        Mistake(
            name="parameters_unchanged",
            wrong=sgd_with(lambda w, g, lr: w + 0.0),
            explanation="The parameters come back as they were: W = W - lr * dW binds a local name, put the new "
            "arrays into the list that you return.",
        ),
        Mistake(
            name="in_place",
            wrong=in_place,
            explanation="W -= ... changes the arrays that were passed in, so that nobody can go back to the old "
            "parameters: write W - lr * dW.",
        ),
        Mistake(
            name="rate_forgotten",
            wrong=sgd_with(lambda w, g, lr: w - g),
            explanation="The learning rate is missing.",
        ),
        Mistake(
            name="divided_by_the_rate",
            wrong=sgd_with(lambda w, g, lr: w - g / lr),
            explanation="The gradient is divided by the learning rate; multiply it.",
        ),
        Mistake(
            name="biases_left_out",
            wrong=lambda params, grads, lr: [
                (W - lr * dW, b + 0.0) for (W, b), (dW, _) in zip(params, grads, strict=True)
            ],
            explanation="The biases stay as they were; they learn like the weights.",
        ),
        Mistake(
            name="steps_only",
            wrong=sgd_with(lambda w, g, lr: -lr * g),
            explanation="These are the steps -lr g alone; add them to the parameters.",
        ),
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
    alternatives={
        "by index": momentum_by_index,
        "in place, on copies": momentum_on_copies,
        "of rules": momentum_with(right_speed),
    },
    probes=momentum_probes,
    sample=momentum_sample,
    mistakes=(
        Mistake(
            name="uphill",
            wrong=momentum_with(lambda v, g, lr, m: m * v + lr * g),
            explanation="The gradient pushes uphill: subtract lr g from the velocity.",
        ),
        Mistake(
            name="old_velocity",
            wrong=momentum_with(right_speed, lambda w, v, new, g, lr, m: w + v),
            explanation="The parameters move with the old velocity; compute the new one first.",
        ),
        Mistake(
            name="velocity_subtracted",
            wrong=momentum_with(right_speed, lambda w, v, new, g, lr, m: w - new),
            explanation="The velocity is subtracted; it points downhill already, so add it.",
        ),
        Mistake(
            name="velocity_forgotten",
            wrong=momentum_with(lambda v, g, lr, m: -lr * g),
            explanation="The old velocity plays no part: this is a plain step.",
        ),
        Mistake(
            name="not_slowed_down",
            wrong=momentum_with(lambda v, g, lr, m: v - lr * g),
            explanation="The old velocity is not multiplied by momentum, so it never slows down.",
        ),
        Mistake(
            name="gradient_weighed_too",
            wrong=momentum_with(lambda v, g, lr, m: m * v - (1 - m) * lr * g),
            explanation="The gradient is multiplied by 1 - momentum; that makes a mean, here it is added in full.",
        ),
        Mistake(
            name="one_step_further",
            wrong=momentum_with(right_speed, lambda w, v, new, g, lr, m: w + m * new - lr * g),
            explanation="This is Nesterov's variant, which looks one step ahead; plain momentum adds the velocity.",
        ),
        Mistake(
            name="velocity_not_returned",
            wrong=lambda params, grads, velocity, lr, momentum=0.9: (
                momentum_with(right_speed)(params, grads, velocity, lr, momentum)[0],
                [tuple(v + 0.0 for v in pair) for pair in velocity],
            ),
            explanation="The old velocity comes back, so that the next step starts from it: return the new one.",
        ),
        Mistake(
            name="in_place",
            wrong=momentum_in_place,
            explanation="The arrays that were passed in are changed; make new ones.",
        ),
    ),
)

# --- batches -----------------------------------------------------------------------------------------


def batch_probes(rng):
    def probe(n, d, size, dtype=float):
        X = np.column_stack([np.arange(n), rng.standard_normal((n, d - 1))]).astype(dtype)
        kind = "" if dtype is float else ", float32"
        label = f"{n} examples with {d} features, size = {size}{kind}"
        return Probe(label, (X, 100 + np.arange(n), size, int(rng.integers(1000))), script="batches")

    d = int(rng.integers(3, 6))
    return (
        probe(23, d, 5),
        probe(24, d, 6),
        probe(31, d, 31),
        probe(26, d, 40),
        probe(21, d, 1),
        probe(25, d, 4, np.float32),
    )


def batch_sample(rng):
    n = int(rng.integers(20, 40))
    X = np.column_stack([np.arange(n), rng.standard_normal((n, 2))])
    return X, 100 + np.arange(n), int(rng.integers(2, 9)), int(rng.integers(1000))


def in_order(X, y, size, order):
    return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(order), size)]


def yielding(X, y, size, rng):
    order = np.argsort(rng.random(len(X)))
    while len(order):
        rows, order = order[:size], order[size:]
        yield X[rows], y[rows]


def by_cutting(X, y, size, rng):
    order = rng.choice(len(X), size=len(X), replace=False)
    cuts = list(range(size, len(X), size))
    return list(zip(np.split(X[order], cuts), np.split(y[order], cuts), strict=True))


def by_shuffling(X, y, size, rng):
    order = np.arange(len(y))
    rng.shuffle(order)
    return [(X.take(rows, axis=0), y.take(rows)) for rows in np.split(order, range(size, len(order), size))]


def shuffled_apart(X, y, size, rng):
    first, second = rng.permutation(len(X)), rng.permutation(len(y))
    return [(X[first[i : i + size]], y[second[i : i + size]]) for i in range(0, len(X), size)]


def only_whole_batches(X, y, size, rng):
    whole = max(len(X) // size, 1) * size
    return in_order(X, y, size, rng.permutation(len(X))[:whole])


def shuffles_the_data(X, y, size, rng):
    order = rng.permutation(len(X))
    X[...], y[...] = X[order], y[order]
    return in_order(X, y, size, np.arange(len(X)))


def whole_batches_shuffled(X, y, size, rng):
    found = in_order(X, y, size, np.arange(len(X)))
    return [found[i] for i in rng.permutation(len(found))]


MINIBATCHES = declared(
    name="minibatches",
    number="4.14",
    title="Small batches",
    points=2,
    reference=batches.minibatches,
    alternatives={"with yield": yielding, "cut into pieces": by_cutting, "shuffled numbers": by_shuffling},
    probes=batch_probes,
    sample=batch_sample,
    properties=("leaves_global_generator",),
    mistakes=(
        Mistake(
            name="shuffled_apart",
            wrong=shuffled_apart,
            explanation="X and y are shuffled separately, so the labels belong to other rows: use one order for both.",
        ),
        Mistake(
            name="last_batch_dropped",
            wrong=only_whole_batches,
            explanation="The last, smaller batch is missing: range(0, N, size) reaches it.",
        ),
        Mistake(
            name="drawn_with_replacement",
            wrong=lambda X, y, size, rng: in_order(X, y, size, rng.integers(0, len(X), len(X))),
            explanation="Rows are drawn with replacement: some come twice and others never; use a permutation.",
        ),
        Mistake(
            name="not_shuffled",
            wrong=lambda X, y, size, rng: in_order(X, y, size, np.arange(len(X))),
            explanation="The rows come in the order of the data: shuffle them with rng.",
        ),
        Mistake(
            name="own_seed",
            wrong=lambda X, y, size, rng: in_order(X, y, size, np.random.default_rng(0).permutation(len(X))),
            explanation="A second pass has the same order, since the generator is made anew: draw from the rng that "
            "is passed in.",
        ),
        Mistake(
            name="another_generator",
            wrong=lambda X, y, size, rng: in_order(X, y, size, np.random.default_rng().permutation(len(X))),
            explanation="The rng that is passed in is not used, so no run can be repeated.",
        ),
        Mistake(
            name="whole_batches_shuffled",
            wrong=whole_batches_shuffled,
            explanation="The batches come in a new order, but each holds neighbors of the data: shuffle the rows.",
        ),
        Mistake(
            name="first_batch_only",
            wrong=lambda X, y, size, rng: in_order(X, y, size, rng.permutation(len(X)))[:1],
            explanation="Only one batch comes back; go on until every example was there.",
        ),
        Mistake(
            name="shuffles_the_data",
            wrong=shuffles_the_data,
            explanation="The data themselves are shuffled in place: pick rows by number instead, X[rows].",
        ),
    ),
)

EXERCISES = (SGD, MOMENTUM, MINIBATCHES)
