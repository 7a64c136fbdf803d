"""Exercise 4.9: the loss on top."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.nn import layers, losses

__all__ = ["SOFTMAX_CROSS_ENTROPY"]


def batch(rng, n, c, dtype=float):
    return (2.0 * rng.standard_normal((n, c))).astype(dtype), rng.integers(0, c, n)


def probes(rng):
    n, c, side = sizes(rng, 3)
    n, c = n + 1, c + 1  # at least three classes
    small = np.array([[1.0, -0.5, 0.2]])
    peaked = 1000.0 * np.eye(4)[[1, 3]] + np.array([[0.0, 1.0, 2.0, 0.5]])
    wrong = np.array([[20.0, 0.0, -3.0], [0.0, 0.0, 0.0]])
    return (
        Probe(f"{n} examples of {c} classes", batch(rng, n, c), script="loss layer"),
        Probe("logits = [[1, -0.5, 0.2]], y = [2]", (small, np.array([2])), script="loss layer"),
        Probe(f"{side} examples of {side} classes", batch(rng, side, side), script="loss layer"),
        Probe("float32 numbers", batch(rng, n, c, np.float32), script="loss layer"),
        Probe("a score of about 1000 for the right class", (peaked, np.array([1, 3])), script="loss layer"),
        Probe("a confident mistake", (wrong, np.array([2, 0])), script="loss layer"),
        Probe("integers", (np.array([[3, -1, 0], [2, 2, -4]]), np.array([0, 2])), script="loss layer"),
        Probe(
            "a loss that is used a second time, and whose backward is called twice",
            (*batch(rng, c, n), *batch(rng, n, c)),
            script="loss layer again",
        ),
    )


def sample(rng):
    n, c = sizes(rng, 2)
    return batch(rng, n, c + 1)


def right_loss(logits, y):
    return losses.cross_entropy(logits, y)


def right_grad(logits, y):
    return losses.cross_entropy_grad(logits, y)


def loss_class(forward=right_loss, backward=right_grad):
    """A loss made of two functions of the logits and the labels."""

    class MadeLoss:
        def forward(self, logits, y):
            self.logits, self.y = logits, y
            return forward(logits, y)

        def backward(self):
            return backward(self.logits, self.y)

    return MadeLoss


class ByExample:
    """One example after the other."""

    def forward(self, logits, y):
        self.p, self.y, total = [], y, 0.0
        for row, label in zip(np.asarray(logits, dtype=float), y, strict=True):
            shifted = row - max(row)
            grown = np.exp(shifted)
            self.p.append(grown / sum(grown))
            total += np.log(sum(grown)) - shifted[label]
        return total / len(y)

    def backward(self):
        rows = []
        for p, label in zip(self.p, self.y, strict=True):
            row = p.copy()
            row[label] = row[label] - 1
            rows.append(row / len(self.y))
        return np.array(rows)


class ByOneHot:
    """With one-hot labels and the logarithm of p."""

    def forward(self, logits, y):
        e = np.exp(logits - np.max(logits, axis=1)[:, None])
        self.p = e / np.sum(e, axis=1)[:, None]
        self.t = np.eye(logits.shape[1])[y]
        return -np.mean(np.log(np.sum(self.p * self.t, axis=1)))

    def backward(self):
        return (self.p - self.t) / self.p.shape[0]


def probabilities(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def columns(logits):
    e = np.exp(logits - logits.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def hot(logits, y):
    return np.eye(logits.shape[1])[y]


def mean_log(p, y):
    with np.errstate(divide="ignore"):
        return -np.log(p[np.arange(len(y)), y]).mean()


class EditsItsProbabilities:
    def forward(self, logits, y):
        self.p, self.y = probabilities(logits), y
        return mean_log(self.p, y)

    def backward(self):
        self.p[np.arange(len(self.y)), self.y] -= 1
        return self.p / len(self.y)


def diagonal_only(logits, y):
    p, t = probabilities(logits), hot(logits, y)
    return -t * (1 - p) / len(y)


SOFTMAX_CROSS_ENTROPY = Exercise(
    name="SoftmaxCrossEntropy",
    unit="04_backpropagation",
    number="4.9",
    title="The loss on top",
    points=3,
    reference=layers.SoftmaxCrossEntropy,
    hints=(
        (
            "The loss is one number, and the gradient a table of N rows and C columns. "
            "Which two arrays must forward keep, so that backward can make the table? "
            "In each row of p, which single entry does the formula of the gradient change?"
        ),
        (
            "forward: subtract from each row its largest score, apply exp, and divide each row by its sum. "
            "That is p; keep it together with y. "
            "To pick one entry in each row, index with two arrays: the numbers 0 to N-1, and the labels. "
            "ln p of the label is its shifted score minus the ln of its row's sum: so you never take the ln of a 0. "
            "backward: copy p, subtract 1 from the picked entries, and divide the whole table by N."
        ),
        (
            "One example with the logits (1.0986, 0) and the label 1. "
            "exp of the shifted scores is (1, 0.3333), so p = (0.75, 0.25). "
            "The loss is -ln 0.25 = 1.3863, and the gradient is (0.75, -0.75). "
            "With two such examples the loss is the same, and each row of the gradient is (0.375, -0.375). "
            "Each row of a gradient adds up to 0: a quick test of yours."
        ),
    ),
    alternatives={"example by example": ByExample, "with one-hot labels": ByOneHot, "of two functions": loss_class()},
    probes=probes,
    sample=sample,
    tolerance=2000.0,
    mistakes={
        "gradient_not_divided_by_N": (
            loss_class(backward=lambda z, y: len(y) * right_grad(z, y)),
            "The gradient is N times too large: the loss is a mean over the examples, so divide by N.",
        ),
        "divided_by_N_twice": (
            loss_class(backward=lambda z, y: right_grad(z, y) / len(y)),
            "The gradient is divided by N twice.",
        ),
        "sum_in_place_of_mean": (
            loss_class(lambda z, y: len(y) * right_loss(z, y), lambda z, y: len(y) * right_grad(z, y)),
            "This is the sum of the losses of the examples; the loss is their mean.",
        ),
        "label_not_subtracted": (
            loss_class(backward=lambda z, y: probabilities(z) / len(y)),
            "backward gives p / N: subtract 1 at the right label first.",
        ),
        "sign_flipped": (
            loss_class(backward=lambda z, y: -right_grad(z, y)),
            "The gradient has the wrong sign: it is p - one_hot(y), not one_hot(y) - p.",
        ),
        "right_class_only": (
            loss_class(backward=diagonal_only),
            "Only the entry of the right class has a gradient; through the sum in softmax every score has.",
        ),
        "edits_its_probabilities": (
            EditsItsProbabilities,
            "backward subtracts 1 from the kept p itself, so a second backward gives another result: work on a copy.",
        ),
        "softmax_over_the_examples": (
            loss_class(
                lambda z, y: mean_log(columns(1.0 * z), y), lambda z, y: (columns(1.0 * z) - hot(z, y)) / len(y)
            ),
            "softmax runs over the examples (axis 0); a row is an example, so it runs over axis 1.",
        ),
        "softmax_twice": (
            loss_class(lambda z, y: right_loss(probabilities(z), y), lambda z, y: right_grad(probabilities(z), y)),
            "softmax is applied twice: a perfect answer would still cost more than 0.",
        ),
        "without_shift": (
            loss_class(
                lambda z, y: mean_log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), y),
                lambda z, y: (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - hot(z, y)) / len(y),
            ),
            "exp(1000) is too large for a float: subtract the largest score of each row first.",
        ),
        "small_number_in_the_logarithm": (
            loss_class(lambda z, y: mean_log(probabilities(z) + 1e-8, y)),
            (
                "log(p + 1e-8) is below log p for no p, and far off where p is tiny: take the logarithm of "
                "the sum instead."
            ),
        ),
        "decimal_logarithm": (
            loss_class(lambda z, y: right_loss(z, y) / np.log(10)),
            "The loss is 0.434 of the right one: log10 was taken in place of log.",
        ),
    },
    traps=(
        Trap("without_shift", breaks="Subtract the largest score of each row before `exp`; it cancels."),
        Trap("edits_its_probabilities", breaks="`backward` must leave the kept $p$ as it is: work on a copy."),
    ),
)
