"""Questions and measurements of unit 02.

Where a result is random, its range is at least three standard deviations wider on both sides than what
100 seeds gave on average.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from chainrule.checking.declaring.measurement import Measurement
from chainrule.checking.declaring.prediction import Prediction
from chainrule.checking.declaring.question import Question
from chainrule.checking.declaring.series import Series

__all__ = ["QUESTIONS"]


def declare(kind: Any, number: str, title: str) -> Any:
    """Every answer of this unit is worth one point."""
    return partial(kind, unit="02_activations", number=number, title=title, points=1)


SIGMOID = "2.1", "The sigmoid and its gradient"
DEPTH = "2.3", "How small the gradient gets"
RELU = "2.4", "ReLU and its gradient"
PRELU = "2.6", "PReLU learns its slope"
ELU = "2.7", "ELU bends instead of breaking"
SELU = "2.8", "SELU keeps mean and variance"
MAXOUT = "2.9", "Maxout: the largest of several lines"
DEAD = "2.10", "Dead units"
SIGNS = "2.11", "Inputs of one sign"
SPEED = "2.12", "Arithmetic or convergence"

QUESTIONS = (
    declare(Question, *SIGMOID)(name="saturation_point", answer=4.585, digits=2),
    declare(Question, *DEPTH)(name="predicted_factor", answer=0.25**10, digits=2),
    declare(Measurement, *DEPTH)(
        name="largest_factor",
        low=6e-7,
        high=0.25**10,
        value=8.06246e-07,
        within=0.01,
        advice="Multiply ten slopes along each path, then take the largest of the products.",
    ),
    declare(Question, *DEPTH)(name="output_gradient", answer=-0.95257, digits=2),
    declare(Prediction, *RELU)(name="zeros_expected", choices=("none", "a few percent", "half")),
    declare(Measurement, *RELU)(
        name="exact_zeros",
        low=0,
        high=3,
        whole=True,
        value=0,
        within=0,
        advice="Count where z == 0, the input of ReLU; its output is 0 on about half of the entries.",
    ),
    declare(Series, *RELU)(
        name="accuracies",
        length=3,
        values={0: 0.938719, 1: 0.938719, 2: 0.938719},
        within=0.02,
        advice="Use the same seed for all three runs: only the slope at 0 may differ.",
    ),
    declare(Measurement, *RELU)(
        name="zero_start_gain",
        low=0.6,
        high=1.0,
        value=0.85237,
        within=0.05,
        advice="Subtract the accuracy with slope 0 from the accuracy with slope 1, both started from zero weights.",
    ),
    declare(Measurement, *PRELU)(
        name="slope_error",
        low=1e-6,
        high=0.02,
        value=0.00373194,
        many_digits=True,
        advice="Take 100 steps with lr = 1, and send (a - target) / N backward through your prelu_backward.",
    ),
    declare(Question, *ELU)(name="slope_jump", answer=0.63, digits=2),
    declare(Measurement, *SELU)(
        name="selu_mean",
        low=-0.06,
        high=0.06,
        value=-0.002680076,
        within=0.2,
        many_digits=True,
        advice="Take the mean over all entries of the last layer's output, and check both constants of SELU.",
    ),
    declare(Measurement, *SELU)(
        name="selu_variance",
        low=0.85,
        high=1.15,
        value=1.00996,
        many_digits=True,
        advice="Take the variance over all entries of the last layer's output, and check both constants of SELU.",
    ),
    declare(Question, *MAXOUT)(name="maxout_parameters", answer=4160, digits=4),
    declare(Measurement, *DEAD)(
        name="dead_fraction",
        low=0.7,
        high=1.0,
        value=0.92,
        within=0.07,
        advice="Use the outputs of the hidden layer for the whole training set, after training with lr = 2.",
    ),
    declare(Prediction, *DEAD)(name="reviving_repair", choices=("lower rate", "bias at the start", "leaky slope")),
    declare(Measurement, *DEAD)(
        name="revived_share",
        low=0.2,
        high=0.95,
        value=0.54348,
        within=0.06,
        advice="Count the units that were dead and are not dead any more, and divide by those that were dead.",
    ),
    declare(Prediction, *SIGNS)(name="one_example_signs", choices=("all equal", "half and half", "any mix")),
    declare(Measurement, *SIGNS)(
        name="centered_agreement",
        low=0.6,
        high=0.68,
        value=0.63786,
        within=0.01,
        advice="Subtract the mean of every pixel over the training set, a mean along axis 0.",
    ),
    declare(Question, *SPEED)(
        name="six_times",
        answer="convergence",
        choices=("arithmetic", "convergence", "accuracy"),
    ),
    declare(Measurement, *SPEED)(
        name="steps_ratio",
        low=1.0,
        high=2.4,
        value=1.47312,
        within=0.1,
        advice="Divide the steps of tanh by the steps of ReLU, both with lr = 0.05 and the same seed.",
    ),
)
