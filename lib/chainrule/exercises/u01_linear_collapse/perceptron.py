"""Exercise 1.7: one step of the perceptron."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.nn import perceptron

__all__ = ["PERCEPTRON_STEP"]

learning_section = partial(Exercise, unit="01_linear_collapse", number="1.7", title="The perceptron learns")

# Whether a perceptron fires is decided at 0, so all numbers are eighths: sums and products of them are exact, in
# float32 and in any order, and no right answer can differ by rounding. The first probe alone is unrounded, so that
# hidden inputs share no numbers with visible ones; its sums keep away from 0.
RATES = (0.25, 0.5, 2.0)


def eighths(rng, shape):
    values = rng.integers(1, 17, shape) / 8.0
    return values * rng.choice([-1.0, 1.0], shape)


def unrounded(rng, shape):
    return rng.uniform(0.1, 2.0, shape) * rng.choice([-1.0, 1.0], shape)


def one_example(rng, d, *, fires, label, draw=eighths):
    """Weights, bias and an example with a sum on the wanted side of 0."""
    w, x = draw(rng, d), draw(rng, d)
    while (w @ x) * (-1 if fires else 1) <= 0:  # without the bias it would answer the other way
        w, x = draw(rng, d), draw(rng, d)
    b = float(-(w @ x) + (1 if fires else -1) * rng.integers(2, 9) / 8.0)
    return w, b, x, label, float(rng.choice(RATES))


def step_probes(rng):
    d = int(rng.integers(3, 7))
    make = partial(one_example, rng)
    single = make(d, fires=False, label=1)
    wrong = make(d, fires=True, label=0)
    w, x = eighths(rng, d), eighths(rng, d)
    return (
        Probe(f"{d} inputs, silent though the label is 1", make(d, fires=False, label=1, draw=unrounded)),
        Probe(f"{d} inputs, fires though the label is 0", wrong),
        Probe("right, it fires and the label is 1", make(d + 1, fires=True, label=1)),
        Probe("right, it is silent and the label is 0", make(d + 2, fires=False, label=0)),
        Probe("a sum of exactly 0, label 1", (w, float(-(w @ x)), x, 1, 0.5)),
        Probe("a sum of exactly 0, label 0", (w, float(-(w @ x)), x, 0, 0.5)),
        Probe("one input", make(1, fires=True, label=0)),
        Probe("float32 numbers", (single[0].astype(np.float32), single[1], single[2].astype(np.float32), 1, 0.5)),
        Probe("integers", (np.array([1, -2]), -1, np.array([1, 3]), 1, 0.5)),
        Probe("not contiguous in memory", (Strided(wrong[0]), wrong[1], Strided(wrong[2]), *wrong[3:])),
    )


def step_by_cases(w, b, x, y, lr):
    fired = np.dot(w, x) + b > 0
    if fired and y == 0:
        return w - lr * x, b - lr
    if not fired and y == 1:
        return w + lr * x, b + lr
    return w * 1.0, b


def step_by_loop(w, b, x, y, lr):
    total = b
    for j in range(len(w)):
        total += w[j] * x[j]
    change = lr * (y - (1 if total > 0 else 0))
    return np.array([w[j] + change * x[j] for j in range(len(w))]), b + change


def step_by_sign(w, b, x, y, lr):
    """Only when wrong, and then toward the label."""
    wrong = (x @ w + b > 0) != (y == 1)
    return w + wrong * lr * (2 * y - 1) * x, b + wrong * lr * (2 * y - 1)


def stepping(error):
    """A step with another error, made from the sum and the label."""

    def answer(w, b, x, y, lr):
        change = lr * error(x @ w + b, y)
        return w + change * x, b + change

    return answer


def in_place(w, b, x, y, lr):
    change = lr * (y - (x @ w + b > 0))
    w += change * x
    return w, b + change


def right_error(w, b, x, y):
    return y - (1.0 if x @ w + b > 0 else 0.0)


PERCEPTRON_STEP = learning_section(
    name="perceptron_step",
    points=2,
    reference=perceptron.perceptron_step,
    hints=(
        (
            "What does the perceptron answer for this x, before it learns anything? "
            "Which number is label minus answer then: 0, 1 or -1? "
            "Which of the two updates contains x, and which does not?"
        ),
        (
            "Three steps. "
            "The sum is the product of w and x, plus b; the answer is 1 if the sum is above 0, else 0. "
            "The error is the label minus this answer. "
            "The new w is the old one plus lr times the error times x, and the new b the same without x. "
            "Make both as new values, since the caller still needs the old ones."
        ),
        (
            "w is (1, -1), b is 0.5, x is (2, 1), the label is 0, and lr is 0.1. "
            "The sum is 2 - 1 + 0.5 = 1.5, so the answer is 1, and the error is -1. "
            "w loses 0.1 times x and becomes (0.8, -1.1); b becomes 0.4. "
            "With the label 1 nothing would have changed."
        ),
    ),
    alternatives={
        "case by case": step_by_cases,
        "input by input": step_by_loop,
        "only when it is wrong": step_by_sign,
    },
    probes=step_probes,
    sample=lambda rng: one_example(
        rng, int(rng.integers(2, 6)), fires=bool(rng.integers(2)), label=int(rng.integers(2))
    ),
    mistakes={
        "corrects_with_the_label": (
            stepping(lambda z, y: y),
            (
                "The step is lr y x whatever the perceptron said; with labels 0 and 1 an example with "
                "label 0 then never corrects anything. Use y minus the answer."
            ),
        ),
        "error_of_the_sum": (
            stepping(lambda z, y: y - z),
            (
                "The error is y minus the sum z (that is another rule, ADALINE); here it is y minus the "
                "answer, which is 0 or 1."
            ),
        ),
        "sign_of_the_error": (
            stepping(lambda z, y: (z > 0) - float(y)),
            "The error has the wrong sign: when the perceptron is silent and should fire, w must move toward x.",
        ),
        "always_toward_the_example": (
            stepping(lambda z, y: abs(y - float(z > 0))),
            "Every error moves w toward x; one that fires and should not has the error -1, and moves w away from x.",
        ),
        "fires_at_zero": (
            stepping(lambda z, y: y - float(z >= 0)),
            sentences.FIRES_AT_ZERO,
        ),
        "steps_though_it_is_right": (
            stepping(lambda z, y: 2 * y - 1),
            "The weights move though the answer is right; a perceptron learns from its errors only.",
        ),
        "rate_ignored": (
            lambda w, b, x, y, lr: (w + right_error(w, b, x, y) * x, b + right_error(w, b, x, y)),
            "The learning rate lr is missing.",
        ),
        "bias_left_alone": (
            lambda w, b, x, y, lr: (w + lr * right_error(w, b, x, y) * x, b),
            "The bias is not corrected; it learns like a weight whose input is always 1.",
        ),
        "bias_ignored_in_the_answer": (
            lambda w, b, x, y, lr: (
                w + lr * right_error(w, 0.0, x, y) * x,
                b + lr * right_error(w, 0.0, x, y),
            ),
            "The answer is decided by x w alone; the bias belongs to the sum.",
        ),
        "input_forgotten": (
            lambda w, b, x, y, lr: (w + lr * right_error(w, b, x, y), b + lr * right_error(w, b, x, y)),
            "All weights move by the same amount; each moves by lr times the error times its own input.",
        ),
        "weights_changed_in_place": (
            in_place,
            "w += ... changes the caller's array; w = w + ... makes a new one.",
        ),
        "rate_missing_for_the_bias": (
            lambda w, b, x, y, lr: (perceptron.perceptron_step(w, b, x, y, lr)[0], b + (y - float(x @ w + b > 0))),
            "The bias moves without the learning rate; it moves by lr times the error, as the weights do.",
        ),
    },
    traps=(
        Trap("fires_at_zero", breaks="It fires, with the answer 1, when its sum is above 0; else the answer is 0."),
        Trap("weights_changed_in_place", breaks="do not change the old `w`"),
    ),
)
