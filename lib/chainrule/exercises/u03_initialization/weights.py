"""Exercises 3.6 and 3.7: weights of zero, and small random weights.

What you can do with this file:

- build the probes of an exercise that draws weights: `drawn_probes`;
- draw as right answers and mistakes do: `normal`, `uniform`;
- list what goes wrong whatever the right scale is: `wrong_draws`.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Seeded
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u03_initialization.common import random_weights
from chainrule.nn import initializers

__all__ = ["INIT_SMALL", "INIT_ZEROS"]

HONEST = ("same_seed_same_result", "advances_generator", "leaves_global_generator")


def both_zero(D, M):
    return np.zeros((D, M)), np.zeros(M)


def zeros_probes(rng):
    d, m, side = sizes(rng, 3)
    return (
        Probe(f"{d} inputs, {m} units", ((d, m),)),
        Probe(f"{m} inputs, {d} units", ((m, d),)),
        Probe(f"{side} inputs, {side} units", ((side, side),)),
        Probe("one unit", ((d, 1),)),
        Probe("one input", ((1, m),)),
    )


INIT_ZEROS = Exercise(
    name="init_zeros",
    unit="03_initialization",
    number="3.6",
    title="All weights equal",
    points=1,
    reference=initializers.init_zeros,
    hints=(
        (
            "Which of the two numbers in shape counts the units? "
            "Does a layer have one bias for each input, or one for each unit? "
            "Has an array of M biases one axis or two?"
        ),
        (
            "Make two arrays of zeros. "
            "The weights have the shape that you are given, and the biases have its second number as their only axis. "
            "Return the weights first and the biases second."
        ),
        (
            "For the shape (5, 2) the weights are five rows of two zeros, ten numbers in all. "
            "The biases are two zeros, in an array of shape (2,). "
            "The number of inputs, 5, does not matter for the biases."
        ),
    ),
    alternatives={
        "by np.full": lambda shape: (np.full(shape, 0.0), np.full(shape[1], 0.0)),
        "by a product": lambda shape: (0.0 * np.ones(shape), 0.0 * np.ones(shape[-1])),
        "by lists": lambda shape: (
            np.array([[0.0] * shape[1] for _ in range(shape[0])]),
            np.array([0.0] * shape[1]),
        ),
    },
    probes=zeros_probes,
    sample=lambda rng: (sizes(rng, 2),),
    mistakes={
        "weights_transposed": (
            lambda shape: both_zero(shape[1], shape[0])[:1] + both_zero(*shape)[1:],
            sentences.WEIGHTS_TRANSPOSED,
        ),
        "a_bias_for_every_input": (
            lambda shape: (np.zeros(shape), np.zeros(shape[0])),
            "There are D biases; every unit has one bias, so there are M.",
        ),
        "biases_as_a_row": (
            lambda shape: (np.zeros(shape), np.zeros((1, shape[1]))),
            "b has shape (1, M); in this course biases have shape (M,).",
        ),
        "biases_of_one": (
            lambda shape: (np.zeros(shape), np.ones(shape[1])),
            "The biases are 1; they start at 0.",
        ),
        "weights_of_one": (
            lambda shape: (np.ones(shape), np.zeros(shape[1])),
            "The weights are 1; here they should be 0.",
        ),
        "biases_missing": (
            lambda shape: np.zeros(shape),
            "Only W is returned; return W and b, in this order.",
        ),
    },
    traps=(Trap("a_bias_for_every_input", breaks="Return `W` of shape `(D, M)` and `b` of shape `(M,)`."),),
)

# --- random weights ------------------------------------------------------------------------------------------


def drawn_probes(rng, draw_option, std_of):
    """Shapes far from square both ways and a square one; the option, if there is one, is drawn for each."""
    big, small, side = (int(rng.integers(low, low + 60)) for low in (340, 90, 180))
    probes: list[Probe] = []
    for label, shape in (
        (f"{big} inputs, {small} units", (big, small)),
        (f"{small} inputs, {big} units", (small, big)),
        (f"{side} inputs, {side} units", (side, side)),
    ):
        option = draw_option(rng, len(probes))
        args = (shape, Seeded(int(rng.integers(2**32))), *option)
        probes.append(Probe(label, args, statistics=random_weights(shape, std_of(shape, *option))))
    return tuple(probes)


def normal(shape, rng, std):
    """Normal weights and biases of 0."""
    return std * rng.standard_normal(shape), np.zeros(shape[1])


def wrong_draws(std_of):
    """What goes wrong whatever the right standard deviation is; `std_of` gives that from the arguments."""

    def with_random_biases(shape, rng, *option):
        W, _ = normal(shape, rng, std_of(shape, *option))
        return W, std_of(shape, *option) * rng.standard_normal(shape[1])

    def transposed(shape, rng, *option):
        W, b = normal(shape, rng, std_of(shape, *option))
        return W.T, b

    def same_for_every_unit(shape, rng, *option):
        column = std_of(shape, *option) * rng.standard_normal((shape[0], 1))
        return column * np.ones(shape), np.zeros(shape[1])

    def same_for_every_input(shape, rng, *option):
        return np.ones(shape) * (std_of(shape, *option) * rng.standard_normal(shape[1])), np.zeros(shape[1])

    return {
        "all_weights_positive": (
            lambda shape, rng, *option: (std_of(shape, *option) * rng.random(shape), np.zeros(shape[1])),
            "All weights are positive: rng.random draws from 0 to 1, rng.standard_normal draws around 0.",
        ),
        "biases_not_zero": (
            with_random_biases,
            "The biases are not 0. They start at 0: random weights alone make the units different.",
        ),
        "weights_transposed": (
            transposed,
            sentences.WEIGHTS_TRANSPOSED,
        ),
        "the_same_for_every_unit": (
            same_for_every_unit,
            "All columns of W are equal: every unit starts with the same weights, and they stay equal.",
        ),
        "the_same_for_every_input": (
            same_for_every_input,
            "All rows of W are equal: a unit gives every input the same weight, so it sees only their sum.",
        ),
    }


def small_std(shape, std):
    return std


def row_by_row(shape, rng, std):
    W = np.zeros(shape)
    for row in range(shape[0]):
        W[row] = rng.normal(0.0, std, shape[1])
    return W, np.zeros(shape[1])


def uniform(shape, rng, bound):
    return rng.uniform(-bound, bound, shape), np.zeros(shape[1])


def given_std(rng, number):
    return ((0.01, 0.3, 2.0)[number] * float(rng.uniform(0.8, 1.2)),)


def without_its_last_column(shape, rng, std):
    W, b = normal(shape, rng, std)
    W[:, -1] = 0.0
    return W, b


INIT_SMALL = Exercise(
    name="init_small",
    unit="03_initialization",
    number="3.7",
    title="Small random weights",
    points=2,
    reference=initializers.init_small,
    hints=(
        (
            "The generator draws numbers with the standard deviation 1. "
            "If you multiply all of them by 3, what is their standard deviation then? And if you add 3 to all of them? "
            "Which of the two results of this function is random at all?"
        ),
        (
            "Draw once, with the whole shape, so that every weight has a number of its own. "
            "Multiply the draw by std, which scales it without moving the mean away from 0. "
            "The biases are zeros, one for each unit. "
            "All chance comes from the given rng, so the same seed gives the same weights."
        ),
        (
            "Suppose that the draw is (0.5, -1.2, 2) for a shape (1, 3), and std is 0.1. "
            "Then the weights are (0.05, -0.12, 0.2), and the biases are three zeros. "
            "With std = 0.2 the same draw gives (0.1, -0.24, 0.4)."
        ),
    ),
    alternatives={
        "row by row": row_by_row,
        "by rng.normal": lambda shape, rng, std: (rng.normal(scale=std, size=shape), np.zeros(shape[1])),
        "uniform with the same spread": lambda shape, rng, std: uniform(shape, rng, 3**0.5 * std),
    },
    probes=partial(drawn_probes, draw_option=given_std, std_of=small_std),
    sample=lambda rng: ((120, 80), Seeded(int(rng.integers(2**32))), float(rng.uniform(0.02, 0.5))),
    properties=HONEST,
    mistakes={
        **wrong_draws(small_std),
        "std_ignored": (
            lambda shape, rng, std: normal(shape, rng, 1.0),
            "The weights have standard deviation 1: multiply the draw by std.",
        ),
        "always_a_hundredth": (
            lambda shape, rng, std: normal(shape, rng, 0.01),
            "The standard deviation is 0.01 whatever is asked for; use the argument std.",
        ),
        "std_used_as_variance": (
            lambda shape, rng, std: normal(shape, rng, std**0.5),
            "The standard deviation is the root of std: std is no variance, so take no root.",
        ),
        "std_squared": (
            lambda shape, rng, std: normal(shape, rng, std**2),
            "The standard deviation is std squared; multiply by std once.",
        ),
        "std_used_as_bound": (
            lambda shape, rng, std: uniform(shape, rng, std),
            "Uniform numbers from -std to std have the standard deviation std/sqrt(3), which is too small.",
        ),
        "std_used_as_mean": (
            lambda shape, rng, std: (std + rng.standard_normal(shape), np.zeros(shape[1])),
            "std is added, which shifts the mean; multiply by it.",
        ),
        "divided_by_the_root_of_the_inputs": (
            lambda shape, rng, std: normal(shape, rng, std / shape[0] ** 0.5),
            "The weights are also divided by sqrt(D): that comes in the next exercise, here std is all.",
        ),
    },
    traps=(
        Trap(
            lambda shape, rng, std: (std * np.random.default_rng(1).standard_normal(shape), np.zeros(shape[1])),
            breaks="Draw from `rng` and nothing else",
        ),
        Trap(
            lambda shape, rng, std: (std * np.random.default_rng().standard_normal(shape), np.zeros(shape[1])),
            breaks="The same seed must give the same weights.",
        ),
        Trap(without_its_last_column, breaks="So the weights are random, with mean 0."),
    ),
)
