"""Exercises 0.1 and 0.2: how likely throws of a thumbtack are, and which guess explains them better."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import sizes
from chainrule.nn import likelihood

__all__ = ["BERNOULLI_SCORE", "LOG_LIKELIHOOD"]

likelihood_section = partial(Exercise, unit="00_warmup", number="0.1", title="The likelihood of a thumbtack")
score_section = partial(Exercise, unit="00_warmup", number="0.2", title="The slope of the likelihood")


def throws(rng, low=8, high=40):
    """Some throws; heads and tails differ in number, and both occur."""
    flips = int(rng.integers(low, high))
    heads = int(rng.integers(1, (flips + 1) // 2))
    return (heads, flips) if rng.random() < 0.5 else (flips - heads, flips)


def guesses(rng, *shape):
    """Guesses away from the ends; the first one is far from where the slope is 0."""
    theta = rng.uniform(0.08, 0.92, shape)
    theta.flat[0] = 0.03
    return theta


def probes(rng):
    n, d = sizes(rng, 2)
    return (
        Probe(f"{n} guesses at once", (guesses(rng, n), *throws(rng))),
        Probe("a single guess, a plain number", (0.3, 7, 10)),
        Probe("two guesses and two throws", (np.array([0.1, 0.8]), 1, 2)),
        Probe("heads only", (guesses(rng, d), 6, 6)),
        Probe("no heads", (guesses(rng, d), 0, 5)),
        Probe("a table of guesses", (guesses(rng, n, d), *throws(rng))),
        Probe("5000 throws", (guesses(rng, d), 3100 + int(rng.integers(20)), 5000)),
        Probe("guesses close to 0 and 1", (np.array([0.002, 0.5, 0.998]), *throws(rng))),
        Probe("float32 numbers", (guesses(rng, n).astype(np.float32), *throws(rng))),
        Probe("an array that is not contiguous in memory", (Strided(guesses(rng, n, d)), *throws(rng))),
    )


def sample(rng):
    return (rng.uniform(0.2, 0.3, sizes(rng, 1)), *throws(rng))


def sum_over_throws(theta, heads, flips):
    total = np.zeros(np.shape(theta))
    for throw in range(flips):
        total = total + np.log(theta if throw < heads else 1.0 - np.asarray(theta, dtype=float))
    return total


def of_a_number(theta, heads, flips):
    result = np.empty(np.shape(theta))
    for index in np.ndindex(*result.shape):
        guess = float(np.asarray(theta)[index])
        result[index] = heads * math.log(guess) + (flips - heads) * math.log1p(-guess)
    return result


def orders(heads, flips):
    """Logarithm of the number of orders in which the heads can come."""
    return math.lgamma(flips + 1) - math.lgamma(heads + 1) - math.lgamma(flips - heads + 1)


LOG_LIKELIHOOD = likelihood_section(
    name="bernoulli_log_likelihood",
    points=2,
    reference=likelihood.bernoulli_log_likelihood,
    hints=(
        (
            "Take three throws and write down the probability of each: one factor for a head, another one for a side. "
            "What does the logarithm make of a product of such factors? "
            "How many times does each of the two logarithms appear?"
        ),
        (
            "Two terms are added, and each is a count times a logarithm. "
            "The heads go with the logarithm of the guess. "
            "The other throws go with the logarithm of what the guess leaves to 1; how many other throws are there? "
            "The natural logarithm of xp works entry by entry, so an array of guesses needs no loop."
        ),
        (
            "1 head in 4 throws, and the guess 0.2. "
            "The head gives ln 0.2 = -1.6094. "
            "Each of the 3 other throws gives ln 0.8 = -0.2231, together -0.6694. "
            "The sum is -2.2789. "
            "Without logarithms the likelihood is 0.2 times 0.8 three times, 0.1024, and its logarithm is the same."
        ),
    ),
    alternatives={
        "throw by throw": sum_over_throws,
        "guess by guess": of_a_number,
        "by log-odds": lambda theta, heads, flips: (
            flips * np.log(1 - np.asarray(theta)) + heads * np.log(theta / (1 - np.asarray(theta)))
        ),
        "as a product of two pairs": lambda theta, heads, flips: (
            np.stack([np.log(theta), np.log1p(-np.asarray(theta))], axis=-1) @ np.array([heads, flips - heads])
        ),
    },
    probes=probes,
    sample=sample,
    tolerance=1e4,  # sums of 5000 logarithms
    mistakes={
        "logarithm_of_the_product": (
            lambda theta, heads, flips: np.log(theta**heads * (1 - np.asarray(theta)) ** (flips - heads)),
            "The product is formed first, and for 5000 throws it is 0: take the logarithm of each factor, and add.",
        ),
        "likelihood_itself": (
            lambda theta, heads, flips: theta**heads * (1 - np.asarray(theta)) ** (flips - heads),
            "This is the likelihood, a product; asked for is its logarithm, a sum.",
        ),
        "tails_not_counted": (
            lambda theta, heads, flips: heads * np.log(theta) + flips * np.log(1 - np.asarray(theta)),
            "log(1 - theta) is counted for every throw; it belongs to the flips - heads other ones.",
        ),
        "heads_alone": (
            lambda theta, heads, flips: heads * np.log(theta),
            "Only the heads are counted; the other throws have the probability 1 - theta each.",
        ),
        "sides_swapped": (
            lambda theta, heads, flips: (flips - heads) * np.log(theta) + heads * np.log(1 - np.asarray(theta)),
            "theta is the probability of a head: heads belong to log(theta), the others to log(1 - theta).",
        ),
        "sign_flipped": (
            lambda theta, heads, flips: -of_a_number(theta, heads, flips),
            "The sign is flipped: the logarithm of a probability is never positive.",
        ),
        "logarithm_of_base_10": (
            lambda theta, heads, flips: of_a_number(theta, heads, flips) / math.log(10),
            sentences.LOGARITHM_OF_BASE_10,
        ),
        "mean_over_the_throws": (
            lambda theta, heads, flips: of_a_number(theta, heads, flips) / flips,
            "The sum is divided by the number of throws; the likelihood of all throws is not a mean.",
        ),
        "orders_counted": (
            lambda theta, heads, flips: of_a_number(theta, heads, flips) + orders(heads, flips),
            "The number of orders is counted in (a binomial coefficient); the throws came in one order.",
        ),
        "tails_subtracted": (
            lambda theta, heads, flips: heads * np.log(theta) - (flips - heads) * np.log(1 - theta),
            "The throws on the side are subtracted; their logarithm is negative already, so both parts are added.",
        ),
    },
    traps=(
        Trap(
            "logarithm_of_the_product",
            breaks="For 5000 throws this product is smaller than any float, so the computer says 0.",
        ),
        Trap(
            lambda theta, heads, flips: np.full(
                np.shape(theta), np.mean(likelihood.bernoulli_log_likelihood(theta, heads, flips))
            ),
            breaks="`theta` is a number or an array of guesses, and the result has the same shape.",
        ),
    ),
)

# --- the score -----------------------------------------------------------------------------------------


def score_by_loop(theta, heads, flips):
    result = np.empty(np.shape(theta))
    for index in np.ndindex(*result.shape):
        guess = float(np.asarray(theta)[index])
        result[index] = sum(1 / guess if throw < heads else -1 / (1 - guess) for throw in range(flips))
    return result


BERNOULLI_SCORE = score_section(
    name="bernoulli_score",
    points=2,
    reference=likelihood.bernoulli_score,
    hints=(
        (
            "The log-likelihood is a sum of two terms: what is the slope of each by itself? "
            "The second logarithm holds 1 - theta: by what does the chain rule multiply, for this inner function? "
            "If you have seen heads only, should the slope be positive or negative?"
        ),
        (
            "Each term is a count divided by a probability. "
            "The heads are divided by the guess, and the other throws by what is left to 1. "
            "The second quotient is subtracted from the first. "
            "Division works entry by entry too, so an array of guesses needs no loop. "
            "A test for the guess 0.3: take your log-likelihood at 0.30001 minus that at 0.29999, divided by 0.00002."
        ),
        (
            "1 head in 4 throws. "
            "At the guess 0.2 the two quotients are 5 and 3.75, so the score is 1.25: go up. "
            "At 0.25 they are 4 and 4, so the score is 0: the top, one head in four. "
            "At 0.5 they are 2 and 6, so the score is -4: go down."
        ),
    ),
    alternatives={
        "throw by throw": score_by_loop,
        "over a common denominator": lambda theta, heads, flips: (
            (heads - flips * np.asarray(theta)) / (theta * (1 - np.asarray(theta)))
        ),
        "by powers": lambda theta, heads, flips: (
            heads * np.power(theta, -1.0) - (flips - heads) * np.power(1 - np.asarray(theta), -1.0)
        ),
    },
    probes=probes,
    sample=sample,
    tolerance=3000.0,
    gradient=Gradient(of=likelihood.bernoulli_log_likelihood, wrt=("theta",)),
    mistakes={
        "sign_of_the_inner_derivative": (
            lambda theta, heads, flips: heads / theta + (flips - heads) / (1 - np.asarray(theta)),
            "The second term has the wrong sign: the derivative of log(1 - theta) is -1 / (1 - theta).",
        ),
        "sign_flipped": (
            lambda theta, heads, flips: -score_by_loop(theta, heads, flips),
            "The sign is flipped: below heads / flips the likelihood rises, so its slope is positive.",
        ),
        "log_likelihood_itself": (
            of_a_number,
            "This is the log-likelihood, not its slope: the derivative of log(theta) is 1 / theta.",
        ),
        "heads_alone": (
            lambda theta, heads, flips: heads / np.asarray(theta),
            "Only the heads pull at theta here; the other throws pull it down with 1 / (1 - theta) each.",
        ),
        "tails_not_counted": (
            lambda theta, heads, flips: heads / theta - flips / (1 - np.asarray(theta)),
            "All throws are counted as tails; these are only flips - heads.",
        ),
        "mean_over_the_throws": (
            lambda theta, heads, flips: score_by_loop(theta, heads, flips) / flips,
            "The slope is divided by the number of throws; the log-likelihood is a sum, and so is its slope.",
        ),
        "without_the_denominator": (
            lambda theta, heads, flips: heads - flips * np.asarray(theta),
            "heads - flips * theta has the right sign, but the slope divides it by theta (1 - theta).",
        ),
        "distance_to_the_best_guess": (
            lambda theta, heads, flips: heads / flips - np.asarray(theta),
            "This is the way to go, not the slope there: differentiate the log-likelihood.",
        ),
    },
    traps=(Trap("sign_of_the_inner_derivative", breaks="mind the minus of the inner function"),),
)
