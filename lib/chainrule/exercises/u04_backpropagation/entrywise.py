"""Exercise 4.8: activations as layers."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u04_backpropagation.common import activation_layer, drawn, layer_probes
from chainrule.nn import activations, layers

__all__ = ["RELU", "SIGMOID", "TANH"]

EXTREMES = (-1000.0, -30.0, -1.0, 1.0, 30.0, 1000.0)
declared = partial(
    Exercise, unit="04_backpropagation", number="4.8", title="Activations as layers", points=1, tolerance=20_000.0
)


def nothing(rng, d, m):
    return ()


def sample(rng):
    shape = sizes(rng, 2)
    return (), drawn(rng, shape), rng.standard_normal(shape)


probes = partial(layer_probes, parameters=nothing, extremes=EXTREMES)


def overwriting(forward, slope):
    """A layer whose backward writes into the gradient that it was given."""

    class Overwriting:
        def forward(self, x):
            self.x = x
            return forward(x)

        def backward(self, upstream):
            upstream *= slope(self.x)
            return upstream

    return Overwriting


def forgetful(forward, slope):
    """A layer that keeps what its first forward saw."""

    class Forgetful:
        def __init__(self):
            self.batches = []

        def forward(self, x):
            self.batches.append(x)
            return forward(x)

        def backward(self, upstream):
            return upstream * slope(np.resize(self.batches[0], upstream.shape))

    return Forgetful


def usual_mistakes(forward, slope):
    """What goes wrong in every layer that keeps something."""
    return {
        "ignores_upstream": (
            activation_layer(forward, lambda up, x: slope(x) + 0 * up),
            "backward gives the local slope alone; the chain rule multiplies it by upstream.",
        ),
        "overwrites_upstream": (
            overwriting(forward, slope),
            sentences.OVERWRITES_UPSTREAM,
        ),
        "keeps_the_first_batch": (
            forgetful(forward, slope),
            "backward uses what the first forward saw; keep what the last one saw.",
        ),
    }


def slope_missing(forward):
    """The mistake of a layer whose slope is no mask."""
    wrong = activation_layer(forward, lambda up, x: 1.0 * up)
    return {"slope_missing": (wrong, "backward passes upstream on unchanged; multiply it by the slope.")}


# --- ReLU --------------------------------------------------------------------------------------------


def positive_part(x):
    return np.maximum(x, 0)


def step(x):
    return 1.0 * (x > 0)


class ReLUByMask:
    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0)

    def backward(self, upstream):
        return np.where(self.mask, upstream, 0.0)


class OverwritesItsInput:
    def forward(self, x):
        self.mask = x > 0
        x[x < 0] = 0
        return x

    def backward(self, upstream):
        return upstream * self.mask


RELU = declared(
    name="ReLU",
    reference=layers.ReLU,
    hints=(
        (
            "backward is given upstream alone, but it must know where x was positive. "
            "Which array of forward tells you that? Look at what ReLU gives for -2, for 0 and for 3."
        ),
        (
            "Keep the output in forward. "
            "In backward, ask entry by entry whether the kept number is above 0: that is an array of True and "
            "False. Multiplied by upstream, True lets a number pass, and False makes it 0. "
            "A product is a new array, so nobody else's array is changed."
        ),
        (
            "x = (4, -1, 0.5), upstream = (-3, 8, 2). "
            "The output is (4, 0, 0.5), so the first and the last place are open. "
            "The gradient is (-3, 0, 2): a negative upstream passes as well."
        ),
    ),
    alternatives={
        "with a mask": ReLUByMask,
        "from the input": activation_layer(lambda x: x * (x > 0), lambda up, x: up * (x > 0)),
    },
    probes=probes,
    sample=sample,
    mistakes={
        **usual_mistakes(positive_part, step),
        "multiplies_by_the_input": (
            activation_layer(positive_part, lambda up, x: up * x * (x > 0)),
            "backward multiplies by x where x is positive; the slope there is 1.",
        ),
        "sign_of_upstream_decides": (
            activation_layer(positive_part, lambda up, x: up * (up > 0)),
            "The sign of upstream decides what passes; it is the sign of the layer's input that does.",
        ),
        "mask_of_the_output_with_ties": (
            activation_layer(positive_part, lambda up, x: up * (positive_part(x) >= 0)),
            "The output of ReLU is never below 0, so output >= 0 lets everything pass: use > 0.",
        ),
        "overwrites_its_input": (
            OverwritesItsInput,
            "x[x < 0] = 0 changes the array that was passed in: the layer below still needs it.",
        ),
    },
    traps=(
        Trap("overwrites_its_input", breaks="never write into `x` or `upstream`"),
        Trap("overwrites_upstream", breaks="never write into `x` or `upstream`"),
    ),
)
# --- sigmoid -----------------------------------------------------------------------------------------

squash = activations.sigmoid


def squash_slope(x):
    return activations.sigmoid_grad(x)


class SigmoidByTanh:
    def forward(self, x):
        self.half = np.tanh(0.5 * x)
        return 0.5 * (1 + self.half)

    def backward(self, upstream):
        return 0.25 * upstream * (1 - self.half**2)


SIGMOID = declared(
    name="Sigmoid",
    reference=layers.Sigmoid,
    hints=(
        (
            "The slope needs one array for every batch. Is it x, or what forward returns? "
            "How can backward get at it without computing a sigmoid again?"
        ),
        (
            "In forward, put the result into self before you return it. "
            "In backward, three arrays are multiplied entry by entry. "
            "They are upstream, the kept result, and 1 minus the kept result. "
            "Make a new array of it, and leave upstream as it is."
        ),
        (
            "x = 2: the output is 0.8808, and the slope is 0.8808 times 0.1192, which is 0.1050. "
            "upstream 20 gives the gradient 2.0999. "
            "x = 3: the output is 0.9526, the slope is 0.0452, and upstream 20 gives 0.9035."
        ),
    ),
    alternatives={
        "through tanh": SigmoidByTanh,
        "from the input": activation_layer(squash, lambda up, x: up * activations.sigmoid_grad(x)),
    },
    probes=probes,
    sample=sample,
    mistakes={
        **usual_mistakes(squash, squash_slope),
        **slope_missing(squash),
        "pre_activation_in_place_of_output": (
            activation_layer(squash, lambda up, x: up * x * (1 - x)),
            "x (1 - x) uses the input that was kept; a (1 - a) needs the output a.",
        ),
        "sigmoid_twice": (
            activation_layer(squash, lambda up, x: up * activations.sigmoid_grad(squash(x))),
            "The sigmoid is applied to the kept output a second time; use a (1 - a) as it is.",
        ),
        "rule_of_tanh": (
            activation_layer(squash, lambda up, x: up * (1 - squash(x) ** 2)),
            sentences.SLOPE_OF_TANH,
        ),
    },
    traps=(Trap("overwrites_upstream", breaks="never write into `x` or `upstream`"),),
)

# --- tanh --------------------------------------------------------------------------------------------


class TanhBySigmoid:
    def forward(self, x):
        self.share = squash(2 * x)
        return 2 * self.share - 1

    def backward(self, upstream):
        return upstream * 4 * self.share * (1 - self.share)


TANH = declared(
    name="Tanh",
    reference=layers.Tanh,
    hints=(
        (
            "At which x is tanh steepest, and what is its output there? "
            "Look at the table: which single array gives the slope for every x, and who has computed it already?"
        ),
        (
            "Keep the output in forward. "
            "In backward, square what you kept, subtract it from 1, and multiply by upstream, entry by entry. "
            "The result is a new array of the same shape."
        ),
        (
            "x = 0: the output is 0, the slope is 1, and upstream 5 gives 5. "
            "x = 0.5: the output is 0.4621, its square is 0.2136, the slope is 0.7864. Upstream 10 gives 7.8645."
        ),
    ),
    alternatives={
        "through the sigmoid": TanhBySigmoid,
        "as a product": activation_layer(np.tanh, lambda up, x: up * (1 - np.tanh(x)) * (1 + np.tanh(x))),
    },
    probes=probes,
    sample=sample,
    mistakes={
        **usual_mistakes(np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        **slope_missing(np.tanh),
        "square_forgotten": (
            activation_layer(np.tanh, lambda up, x: up * (1 - np.tanh(x))),
            "1 - a is not the slope of tanh: it is 1 - a^2.",
        ),
        "pre_activation_in_place_of_output": (
            activation_layer(np.tanh, lambda up, x: up * (1 - 1.0 * x * x)),
            "1 - x^2 uses the input that was kept; 1 - a^2 needs the output a.",
        ),
        "tanh_twice": (
            activation_layer(np.tanh, lambda up, x: up * (1 - np.tanh(np.tanh(x)) ** 2)),
            "tanh is applied to the kept output a second time; use 1 - a^2 as it is.",
        ),
        "rule_of_the_sigmoid": (
            activation_layer(np.tanh, lambda up, x: up * np.tanh(x) * (1 - np.tanh(x))),
            sentences.SLOPE_OF_THE_SIGMOID,
        ),
    },
    traps=(Trap("overwrites_upstream", breaks="never write into `x` or `upstream`"),),
)
