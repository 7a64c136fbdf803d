"""Exercise 2.4: ReLU."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import away_from_zero
from chainrule.exercises.u02_activations.common import (
    backward_pair,
    of_every_entry,
    on_z,
    wrong_backward,
    z_batch,
)
from chainrule.nn import activations

__all__ = ["RELU", "RELU_BACKWARD", "RELU_GRAD"]

relu_section = partial(Exercise, unit="02_activations", number="2.4", title="ReLU and its gradient")


def relu_in_place(z):
    z[z < 0] = 0
    return z


def relu_by_masked_copy(z):
    a = z.copy()
    a[a < 0] = 0
    return a


RELU = relu_section(
    name="relu",
    points=1,
    reference=activations.relu,
    hints=(
        (
            "Compare one number with 0: which of the two is larger for z = 4, and which for z = -4? "
            "Which function of NumPy does this comparison for a whole array, and gives the larger one at each place?"
        ),
        (
            "The result holds, entry by entry, the larger one of z and 0. "
            "There is a function that compares an array and a number in this way, and makes a new array. "
            "Writing zeros into z itself would destroy what the backward pass needs."
        ),
        (
            "z is (-0.5, 4, -3, 0.1). The first and the third entry are below 0 and become 0. "
            "The result is (0, 4, 0, 0.1), and z itself is still (-0.5, 4, -3, 0.1)."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(lambda z: max(z, 0.0)),
        "times the mask": lambda z: z * (z > 0),
        "by a masked copy": relu_by_masked_copy,
        "half of z + |z|": lambda z: (z + np.abs(z)) / 2,
    },
    probes=on_z,
    sample=z_batch,
    properties=("row_by_row",),
    mistakes={
        "overwrites_its_input": (
            relu_in_place,
            "Writing into z (z[z < 0] = 0, out=z, z *= ...) changes the array that was passed in: make a new one.",
        ),
        "identity": (
            lambda z: np.array(z),
            "Negative entries come through unchanged; ReLU replaces them by 0.",
        ),
        "keeps_the_negative_side": (
            lambda z: np.minimum(z, 0),
            "The smaller of z and 0 keeps the negative side; ReLU keeps the positive one.",
        ),
        "mask_only": (
            lambda z: (z > 0).astype(float),
            "The comparison z > 0 gives 1 where ReLU passes z on: multiply it by z.",
        ),
        "absolute_value": (
            np.abs,
            "|z| turns negative entries positive; ReLU replaces them by 0.",
        ),
        "maximum_of_the_whole_array": (
            lambda z: max(z.max(), 0) * np.ones(z.shape),
            "max over the whole array gives one number; np.maximum(z, 0) compares entry by entry.",
        ),
        "largest_of_each_column": (
            lambda z: np.max(z, 0),
            "np.max(z, 0) takes the largest entry of each column; np.maximum(z, 0) compares every entry with 0.",
        ),
        "cut_off_above": (
            lambda z: np.clip(z, 0.0, 6.0),
            "Large numbers are cut off; ReLU changes negative ones only.",
        ),
    },
    traps=(Trap("overwrites_its_input", breaks="Do not change `z` itself: the backward pass needs it."),),
)


def relu_slopes(z):
    return (z > 0) * 1.0, (z >= 0) * 1.0


RELU_GRAD = relu_section(
    name="relu_grad",
    points=1,
    reference=activations.relu_grad,
    hints=(
        (
            "The graph of ReLU has two straight halves. How steep is each of them? "
            "Which comparison tells on which half an entry of z lies, and does the size of z matter within one half?"
        ),
        (
            "Compare z with 0: this gives truth values. They must become numbers, 1 for True and 0 for False. "
            "Multiplying by a floating number does that, and so does choosing between two numbers."
        ),
        (
            "z is (-0.5, 4, -3, 0.1). The comparison with 0 gives False, True, False, True. "
            "The slopes are (0, 1, 0, 1): the entry 0.1 has the same slope as the entry 4."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(lambda z: 1.0 if z > 0 else 0.0),
        "a half at 0, by np.heaviside": lambda z: np.heaviside(z, 0.5),
        "one at 0, by np.where": lambda z: np.where(z >= 0, 1.0, 0.0),
        "from the sign": lambda z: (np.sign(z) + 1.0) / 2.0,
    },
    probes=partial(on_z, zero=False, kinks=(-1.5, 0.0, 2.5)),
    sample=z_batch,
    bounds=relu_slopes,
    gradient=Gradient(of=activations.relu, wrt=("z",)),
    properties=("row_by_row",),
    mistakes={
        "mask_from_the_output": (
            lambda z: (np.maximum(z, 0) >= 0) * 1.0,
            "Your slope is 1 for negative z too. (A comparison of the output with >= 0 does that.) Compare z > 0.",
        ),
        "relu_itself": (
            lambda z: np.maximum(z, 0.0),
            "This is ReLU, not its slope: on the positive side the slope is 1, whatever z is.",
        ),
        "slope_of_the_negative_side": (
            lambda z: (z < 0) * 1.0,
            "The mask is upside down: the slope is 1 where z > 0 and 0 where z < 0.",
        ),
        "sign": (
            lambda z: np.sign(z) * 1.0,
            "np.sign gives -1 for negative z; that is the slope of |z|, ReLU is flat there.",
        ),
        "overwrites_its_input": (
            lambda z: _overwrite_with_slopes(z),
            "z[z > 0] = 1 changes the array that was passed in: build a new one, as z > 0 does.",
        ),
    },
    traps=(
        Trap("overwrites_its_input", breaks="Do not change `z` itself: the backward pass needs it."),
        Trap("slope_of_the_negative_side", breaks="**The slope** is 1 for $z > 0$ and 0 for $z < 0$."),
    ),
)


def _overwrite_with_slopes(z):
    z[z > 0] = 1
    z[z < 0] = 0
    return z


def relu_bounds(upstream, z):
    ends = upstream * (z > 0), upstream * (z >= 0)
    return np.minimum(*ends), np.maximum(*ends)


RELU_BACKWARD = relu_section(
    name="relu_backward",
    points=1,
    reference=activations.relu_backward,
    hints=(
        (
            "Take a negative z and move it a little: how far does the output move, and what does the loss feel of it? "
            "Take a positive z: how far does the output move? Which of the two arrays decides this, upstream or z?"
        ),
        (
            "The chain rule multiplies upstream by the slope of ReLU, entry by entry, and you have that slope already. "
            "A slope of 1 lets an entry of upstream pass as it is, with its sign. A slope of 0 stops it."
        ),
        (
            "upstream is (-3, 2, 8), and z is (1, 0.5, -6). The slopes are (1, 1, 0). "
            "So the result is (-3, 2, 0): the negative gradient passes, since its z is positive."
        ),
    ),
    alternatives={
        "entry by entry": of_every_entry(lambda upstream, z: upstream if z > 0 else 0.0),
        "by np.where": lambda upstream, z: np.where(z > 0, upstream, 0.0),
        "all of the gradient at 0": lambda upstream, z: upstream * (z >= 0),
    },
    probes=partial(on_z, zero=False, upstream=True, kinks=(-1.5, 0.0, 2.5)),
    sample=backward_pair(away_from_zero()),
    bounds=relu_bounds,
    gradient=Gradient(of=activations.relu, wrt=("z",)),
    properties=("scales_with_upstream", "row_by_row"),
    mistakes={
        **wrong_backward(activations.relu_grad, activations.relu, "ReLU"),
        "mask_from_the_upstream": (
            lambda upstream, z: upstream * (upstream > 0),
            "The mask is taken from the upstream gradient; it belongs to z, the input of ReLU.",
        ),
        "mask_omitted": (
            lambda upstream, z: np.array(upstream),
            "The upstream gradient passes everywhere; where z < 0 ReLU is flat and nothing may pass.",
        ),
        "relu_of_the_upstream": (
            lambda upstream, z: np.maximum(upstream, 0) * (z > 0),
            "Negative upstream gradients are cut off too: only the sign of z decides what passes.",
        ),
        "passes_on_the_negative_side": (
            lambda upstream, z: upstream * (z < 0),
            "The mask is upside down: the gradient passes where z > 0.",
        ),
        "relu_of_the_product": (
            lambda upstream, z: np.maximum(upstream * z, 0),
            "This is ReLU of upstream times z; only the sign of z decides, and upstream passes as it is.",
        ),
    },
    traps=(
        Trap(
            "mask_from_the_upstream", breaks="The sign of `z` decides what passes; the sign of the gradient does not."
        ),
    ),
)
