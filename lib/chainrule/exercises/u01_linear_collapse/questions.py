"""Questions and measurements of unit 01.

Where a result is random, its range is at least three standard deviations wider on both sides than what
100 seeds gave on average.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from chainrule.checking.declaring.measurement import Measurement
from chainrule.checking.declaring.prediction import Prediction
from chainrule.checking.declaring.question import Question

__all__ = ["QUESTIONS"]


def declare(kind: Any, number: str, title: str) -> Any:
    """Every answer of this unit is worth one point."""
    return partial(kind, unit="01_linear_collapse", number=number, title=title, points=1)


LAYERS = "1.2", "Layers of neurons"
TWO = "1.3", "Two layers become one"
MANY = "1.4", "Any number of layers become one"
RANK = "1.5", "The rank of a bottleneck"
LINEAR = "1.6", "When a linear layer is right"
LEARNS = "1.7", "The perceptron learns"
LINES = "1.8", "What one line cannot do"
PARITY = "1.10", "Parity: fold the sum"
CURVE = "1.11", "A curve from straight pieces"
BUDGET = "1.12", "One budget, several depths"

QUESTIONS = (
    declare(Question, *LAYERS)(name="bias_count", answer=110, digits=3),
    declare(Question, *TWO)(name="scalar_case", answer=-0.512, digits=3),
    declare(Measurement, *MANY)(
        name="collapse_gap",
        low=0.0,
        high=1e-10,
        many_digits=True,
        advice="Compare the outputs of all 20 layers with x @ W + b of the collapsed layer, on the same images.",
    ),
    declare(Prediction, *RANK)(name="rank_expected", choices=("3", "10", "32", "64")),
    declare(Measurement, *RANK)(
        name="measured_rank",
        low=3,
        high=3,
        whole=True,
        advice="Collapse the four layers with slope 0.5 and offset 0.1, then take the rank of W.",
    ),
    declare(Question, *LINEAR)(name="saved_weights", answer=2_868_400, digits=7),
    declare(Measurement, *LINEAR)(
        name="smallest_width",
        low=5,
        high=14,
        whole=True,
        value=7,
        within=0.3,
        advice="Go up from width 1 and stop at the first one that is at most 0.02 below the accuracy of the whole "
        "layer.",
    ),
    declare(Question, *LINEAR)(
        name="output_for_temperatures",
        answer="none",
        choices=("max(z, 0)", "tanh", "none"),
    ),
    declare(Measurement, *LEARNS)(
        name="and_passes",
        low=5,
        high=5,
        whole=True,
        advice="Use lr = 1 and count passes from 1; a pass has four rows of the path, and its last row counts.",
    ),
    declare(Prediction, *LINES)(name="xor_ceiling", choices=("50 %", "75 %", "100 %")),
    declare(Measurement, *LINES)(
        name="best_line",
        low=0.75,
        high=0.75,
        advice="Take the largest accuracy over all columns of lines_w, on the XOR corners.",
    ),
    declare(Measurement, *LINES)(
        name="cycle_length",
        low=4,
        high=4,
        whole=True,
        advice="Count rows of the path back from the last one until the same weights and bias stand there again.",
    ),
    declare(Question, *PARITY)(name="pattern_units", answer=512, digits=3),
    declare(Measurement, *PARITY)(
        name="units_for_64",
        low=12,
        high=189,
        whole=True,
        advice="Add up the units of all layers but the last one, in parity_network(64).",
    ),
    declare(Question, *CURVE)(name="most_pieces", answer="8", choices=("7", "8", "14", "128")),
    declare(Prediction, *CURVE)(name="doubling_units", choices=("2", "4", "8")),
    declare(Measurement, *CURVE)(
        name="error_power",
        low=-2.15,
        high=-1.85,
        value=-1.97393,
        within=0.005,
        many_digits=True,
        advice="Fit a straight line to log(error) over log(hidden): np.polyfit gives its slope first.",
    ),
    declare(Measurement, *CURVE)(
        name="outside_ratio",
        low=20.0,
        high=1000.0,
        value=137.98,
        within=0.01,
        advice="Divide the largest error on [1, 2] by the largest error on [-1, 1], both with 16 hidden units.",
    ),
    declare(Prediction, *BUDGET)(
        name="winning_depth", choices=("one hidden layer", "three hidden layers", "five hidden layers")
    ),
    declare(Measurement, *BUDGET)(
        name="shallow_error",
        low=0.6,
        high=0.9,
        value=0.74442,
        within=0.01,
        advice="Use relative_error on built_network(0): no fold, and all of the budget in one hidden layer.",
    ),
    declare(Measurement, *BUDGET)(
        name="deep_error",
        low=0.0,
        high=1e-9,
        many_digits=True,
        advice="Use relative_error on built_network(4), four folds with two more units behind them.",
    ),
    declare(Measurement, *BUDGET)(
        name="tuning_effect",
        low=0.6,
        high=1.0,
        value=0.86215,
        within=0.05,
        many_digits=True,
        advice="Subtract the mean error with its own settings from the mean error with the common ones, both with "
        "one hidden layer.",
    ),
)
