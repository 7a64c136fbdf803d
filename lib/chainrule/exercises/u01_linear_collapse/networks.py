"""Exercises 1.9 and 1.10: networks with weights chosen by hand.

Many different networks are right, so a reading runs them: what counts is the output, and how many hidden units.
"""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import perceptron

__all__ = ["PARITY_NETWORK", "XOR_NETWORK"]


def on_bits(n, budget):
    return Named("network on bits", (n, budget))


def network(*layers):
    """Pairs of weights and biases as the two lists that an answer returns."""
    weights, biases = zip(*layers, strict=True)
    return [np.array(W, dtype=float) for W in weights], [np.array(b, dtype=float) for b in biases]


def xor_by_differences():
    return network(([[1, -1], [-1, 1]], [0, 0]), ([[1], [1]], [0]))


def xor_from_above():
    """1 less what is missing on both sides of the sum 1."""
    return network(([[1, -1], [1, -1]], [-1, 1]), ([[-1], [-1]], [1]))


def xor_step_by_step():
    """Either, but not both."""
    either_and_both = [[1, 2], [1, 2]], [0, -2]
    return network(either_and_both, ([[1], [-1]], [0]))


def xor_with_three():
    """Right, but with a hidden unit for each input and one for both."""
    return network(([[1, 0, 1], [0, 1, 1]], [0, 0, -1]), ([[1], [1], [-2]], [0]))


XOR_NETWORK = Exercise(
    name="xor_network",
    unit="01_linear_collapse",
    number="1.9",
    title="XOR with two hidden units",
    points=2,
    reference=perceptron.xor_network,
    hints=(
        (
            "Let the first hidden unit hold s, and pass it on as it is. "
            "For which of s = 0, 1, 2 is that right already? "
            "By how much is it wrong for the remaining one? "
            "How large is the second unit there, and how much of it takes the error away?"
        ),
        (
            "Both hidden units read both inputs with the weight 1, so both see s. "
            "The bias says where a unit wakes up: one at s = 0, the other at s = 1. "
            "The output adds the two units, each with its own weight, and these two weights are yours to choose. "
            "In the first array of weights each hidden unit is a column; in the second one each is a row."
        ),
        (
            "Another example: the outputs for s = 0, 1, 2 shall be 0, 3, 2. "
            "The first unit gives 0, 1, 2, and the second one gives 0, 0, 1. "
            "3 times the first gives 0, 3, 6: right for s = 0 and s = 1, and 4 too much for s = 2. "
            "So the second unit gets the weight -4, and the outputs are 0, 3, 2."
        ),
    ),
    alternatives={
        "by differences": xor_by_differences,
        "from above": xor_from_above,
        "either, but not both": xor_step_by_step,
    },
    probes=lambda rng: (Probe("(0, 0), (0, 1), (1, 0), (1, 1)", (), reading=on_bits(2, 2)),),
    sample=lambda rng: (),
    mistakes={
        "or_instead_of_xor": (
            lambda: network(([[1, 1], [1, 1]], [0, -1]), ([[1], [-1]], [0])),
            "This is OR: both inputs on must give 0, so the second hidden unit has to take away 2.",
        ),
        "and_instead_of_xor": (
            lambda: network(([[1, 1], [1, 1]], [0, -1]), ([[0], [1]], [0])),
            "This is AND: it fires only where both inputs are on.",
        ),
        "threshold_forgotten": (
            lambda: network(([[1, 1], [1, 1]], [0, 0]), ([[1], [-2]], [0])),
            (
                "Both hidden units are the same; the second one needs a bias of -1, so that it wakes up "
                "only where both inputs are on."
            ),
        ),
        "upside_down": (
            lambda: network(([[1, 1], [1, 1]], [0, -1]), ([[-1], [2]], [1])),
            "The output is upside down: equal inputs must give 0, different ones 1.",
        ),
        "no_hidden_layer": (
            lambda: network(([[1], [1]], [0])),
            "There is no hidden layer: this is the sum of the inputs, which is 2 for (1, 1).",
        ),
        "one_unit_too_many": (
            xor_with_three,
            "It computes XOR, but with three hidden units; two are enough, since both can read x1 + x2.",
        ),
        "output_weights_in_a_row": (
            lambda: network(([[1, 1], [1, 1]], [0, -1]), ([[1, -2]], [0])),
            "The last weights have shape (1, 2); two hidden units and one output make (2, 1).",
        ),
        "threshold_with_the_wrong_sign": (
            lambda: network(([[1, 1], [1, 1]], [0, 1]), ([[1], [-2]], [0])),
            "The bias of the second hidden unit is +1; it has to lower the sum, -1.",
        ),
    },
    traps=(
        Trap("one_unit_too_many", breaks="Two hidden units with"),
        Trap("or_instead_of_xor", breaks="XOR must give 1 for $s = 1$, and 0 for $s = 0$ and $s = 2$."),
    ),
)

# --- parity --------------------------------------------------------------------------------------------


def folds(n, places, output=1.0, start=0.0):
    """Folds of the sum of n bits at the given places, and an output that scales and shifts."""
    reads, layers = np.ones((n, 1)), []
    for place in places:
        layers.append((np.hstack([reads, reads]), [0.0, -place]))
        reads = np.array([[1.0], [-2.0]])
    return network(*layers, (output * reads, [start]))


def places(n):
    return [2**k for k in range(n)[::-1] if 2**k < n]


def by_hinges(n):
    """One hidden layer that turns at every whole number: right, and shallow."""
    turns = [1.0] + [2.0 * (-1) ** k for k in range(1, n)]
    return network((np.ones((n, n)), -np.arange(n)), (np.array(turns)[:, None], [0]))


def by_distance(n):
    """Fold around an even number, |s - c| as two halves, and at 1 in the end."""
    layers, reads, top = [], np.ones((n, 1)), n
    for _ in range(n):
        if top <= 2:
            break
        center = 2 * ((top + 2) // 4)
        layers.append((np.hstack([reads, -reads]), [-center, center]))
        reads, top = np.ones((2, 1)), max(center, top - center)
    layers.append((np.hstack([reads, reads]), [0.0, -1.0]))
    return network(*layers, ([[1.0], [-2.0]], [0.0]))


def one_bit_at_a_time(n):
    """What is known so far plus the sum (so that it is never negative), one more turn, the sum: all of the budget."""
    layers = [(np.ones((n, 1)) * [2.0, 1.0, 1.0], [0.0, -1.0, 0.0])]
    for k in range(2, n):
        turn = -2.0 if k % 2 == 0 else 2.0
        layers.append((np.array([[1, 0, 0], [turn, 0, 0], [0, 1, 1]]), [0.0, -k, 0.0]))
    return network(*layers, ([[1.0], [2.0 if n % 2 else -2.0], [-1.0]], [0.0]))


def one_unit_for_each_pattern(n):
    rows = np.array([row for row in np.ndindex(*(2,) * n) if sum(row) % 2])
    return network(((2 * rows - 1).T, 1 - rows.sum(axis=1)), (np.ones((len(rows), 1)), [0]))


def first_two_bits(n):
    W = np.zeros((n, 2))
    W[:2] = 1.0
    return network((W, [0, -1]), ([[1], [-2]], [0]))


def parity_probes(rng):
    more = int(rng.choice([6, 7, 9]))
    return tuple(Probe(f"{n} bits", (n,), reading=on_bits(n, 3 * (n - 1))) for n in (3, 2, 4, 5, more, 8))


PARITY_NETWORK = Exercise(
    name="parity_network",
    unit="01_linear_collapse",
    number="1.10",
    title="Parity: fold the sum",
    points=3,
    reference=perceptron.parity_network,
    hints=(
        (
            "Do it on paper for 5 bits: s is 0, 1, 2, 3, 4 or 5. "
            "Which powers of 2 lie below 5? "
            "What becomes of the six numbers after each fold, if you begin with the largest power? "
            "Which two hidden units does one fold need?"
        ),
        (
            "One hidden layer for each fold, in a loop. "
            "Its two units read the same sum, one with the bias 0 and one with the bias minus h. "
            "Only the reading differs: the first layer adds n bits, and a later one combines the two units before it. "
            "So keep the reading as one column of weights. "
            "A hidden layer has this column twice, side by side, and the output has it once, after the last fold."
        ),
        (
            "n is 5, so the folds are at 4, 2 and 1. "
            "The sums 0, 1, 2, 3, 4, 5 become 0, 1, 2, 3, 4, 3, then 0, 1, 2, 1, 0, 1, then 0, 1, 0, 1, 0, 1. "
            "The weights have the shapes (5, 2), (2, 2), (2, 2) and (2, 1). "
            "That makes 6 hidden units, and the budget allows 12."
        ),
    ),
    alternatives={
        "fold with a list of places": lambda n: folds(n, places(n)),
        "a turn at every whole number": by_hinges,
        "fold around an even number": by_distance,
        "one bit at a time": one_bit_at_a_time,
    },
    probes=parity_probes,
    sample=lambda rng: (3,),  # the first probe reads three bits; the probes try all other sizes
    mistakes={
        "one_unit_for_each_pattern": (
            one_unit_for_each_pattern,
            "It is right, but has one hidden unit for each odd row of bits, 2^(n-1) of them; fold the sum instead.",
        ),
        "one_fold_too_few": (
            lambda n: folds(n, places(n)[:-1]),
            "The last fold, at 1, is missing: the result still runs from 0 to 2.",
        ),
        "folded_at_half_of_n": (
            lambda n: folds(n, [n / 2.0**k for k in range(1, len(places(n)) + 1)]),
            (
                "The folds lie at n/2, n/4, ...; a fold at h maps s to 2h - s, which keeps odd numbers odd "
                "only for whole h. Take powers of 2."
            ),
        ),
        "smallest_fold_first": (
            lambda n: folds(n, places(n)[::-1]),
            "The smallest fold comes first; then larger sums become negative. Start with the largest fold.",
        ),
        "even_instead_of_odd": (
            lambda n: folds(n, places(n), output=-1.0, start=1.0),
            "The output is 1 for an even number of ones; it should be 1 for an odd number.",
        ),
        "only_two_bits": (
            first_two_bits,
            "Only the first two bits are read; all n of them count.",
        ),
        "sum_instead_of_parity": (
            lambda n: network((np.ones((n, 1)), [0])),
            "The output is the number of ones; fold it until 0 or 1 is left.",
        ),
        "cut_instead_of_fold": (
            lambda n: network((np.ones((n, 2)), [0, -1]), ([[1], [-1]], [0])),
            "The sum is cut off at 1, which is OR; a fold takes away 2 max(s - h, 0).",
        ),
        "folded_once": (
            lambda n: folds(n, [1.0]),
            "There is only one fold, at 1: it is right for two bits, and for more bits the result goes below 0.",
        ),
    },
    traps=(
        Trap("one_unit_for_each_pattern", breaks="At most $3(n - 1)$ hidden units in all layers together"),
        Trap("smallest_fold_first", breaks="the powers of 2 below $n$, the largest first"),
        Trap("only_two_bits", breaks="**Parity** is XOR for many bits: 1 if the number of ones is odd."),
    ),
)
