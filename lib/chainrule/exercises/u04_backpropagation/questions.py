"""Questions and measurements of unit 04.

Where a result is random or a time, its range is much wider than what 100 seeds and a busy machine gave.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from chainrule.checking.declaring.measurement import Measurement, Timing
from chainrule.checking.declaring.prediction import Prediction
from chainrule.checking.declaring.question import Question

__all__ = ["QUESTIONS"]


def declare(kind: Any, number: str, title: str) -> Any:
    """Every answer of this unit is worth one point."""
    return partial(kind, unit="04_backpropagation", number=number, title=title, points=1)


CHAIN = "4.2", "Gates in a chain"
ORDER = "4.3", "In which order?"
NODES = "4.4", "Nodes that remember"
TABLES = "4.5", "Jacobians, and how to avoid them"
OBJECTIVE = "4.9", "The loss on top"
CHECK = "4.12", "Is it right?"
STEPS = "4.13", "Steps down"
BATCHES = "4.14", "Small batches"
CACHE = "4.15", "What the cache buys"
XOR = "4.16", "XOR, learned"
TRAINER = "4.17", "Your layers in the library's trainer"
DEPTH = "4.18", "Shallow or deep?"
UNITS = "4.19", "What a unit responds to"

QUESTIONS = (
    declare(Question, *CHAIN)(name="neuron_dw1", answer=-0.39322, digits=2),
    declare(Measurement, *CHAIN)(
        name="one_gate_difference",
        low=0.0,
        high=1e-12,
        advice="Send the same x and the same upstream through both ways, and take the largest absolute difference.",
    ),
    declare(Question, *ORDER)(name="paths", answer=2**20, digits=3),
    declare(Measurement, *NODES)(
        name="bottom_gradient",
        low=2**20,
        high=2**20,
        whole=True,
        advice="Every level adds the node to itself, so it doubles the gradient: 20 levels in all.",
    ),
    declare(Question, *TABLES)(name="jacobian_gigabytes", answer=8.192, digits=1),
    declare(Question, *OBJECTIVE)(name="first_loss", answer=2.302585, digits=3),
    declare(Measurement, *CHECK)(
        name="own_gradient_error",
        low=0.0,
        high=1e-6,
        many_digits=True,
        advice="Compare the gradients of all weights and biases, in float64, and take the largest error.",
    ),
    declare(Question, *STEPS)(name="terminal_factor", answer=5.0, digits=2),
    declare(Measurement, *BATCHES)(
        name="own_accuracy",
        low=0.88,
        high=0.995,
        advice="Go through all batches in each of 10 epochs, and keep the parameters that each step gives back.",
    ),
    declare(Prediction, *CACHE)(name="recompute_guess", choices=("1.1 times", "1.5 times", "3 times")),
    declare(Timing, *CACHE)(name="recompute_ratio"),
    declare(Prediction, *XOR)(name="xor_guess", choices=("none", "about half", "all")),
    declare(Measurement, *XOR)(
        name="xor_two",
        low=1,
        high=19,
        whole=True,
        value=11,
        within=0.05,
        advice="Count over the seeds 0 to 19 how many networks with two hidden units get all four rows right.",
    ),
    declare(Measurement, *XOR)(
        name="xor_four",
        low=16,
        high=20,
        whole=True,
        advice="Count over the seeds 0 to 19 how many networks with four hidden units get all four rows right.",
    ),
    declare(Measurement, *TRAINER)(
        name="digits_accuracy",
        low=0.92,
        high=1.0,
        value=0.961,
        advice="Use the accuracy on the validation images after the last epoch, a share from 0 to 1.",
    ),
    declare(Prediction, *DEPTH)(name="depth_guess", choices=("0", "1 to 4", "10")),
    declare(Measurement, *DEPTH)(
        name="chosen_depth",
        low=1,
        high=4,
        whole=True,
        value=4,
        within=0.0,
        advice="Choose the number of hidden layers with the smallest loss on the validation images.",
    ),
    declare(Measurement, *DEPTH)(
        name="accuracy_on_test",
        low=0.87,
        high=1.0,
        value=0.94167,
        within=0.03,
        advice="Take the network of the chosen depth, and the share of test images that it gets right.",
    ),
    declare(Measurement, *UNITS)(
        name="purity_gain",
        low=0.05,
        high=0.6,
        value=0.18269,
        within=0.3,
        advice="Subtract the purity of the first hidden layer from that of the logits.",
    ),
)
