"""Questions and measurements of unit 00."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from chainrule.checking.declaring.measurement import Measurement, Timing
from chainrule.checking.declaring.prediction import Prediction
from chainrule.checking.declaring.question import Question
from chainrule.checking.declaring.series import Series

__all__ = ["QUESTIONS"]


def declare(kind: Any, number: str, title: str) -> Any:
    """Every answer of this unit is worth one point."""
    return partial(kind, unit="00_warmup", number=number, title=title, points=1)


LIKELIHOOD = "0.1", "The likelihood of a thumbtack"
ASCENT = "0.3", "Climbing to the best guess"
DESCENT = "0.4", "Going down, and when it fails"
NUMERIC = "0.5", "Slopes without calculus"
LINES = "0.6", "Lines by least squares"
SOFTMAX = "0.8", "From scores to probabilities"
ENTROPY = "0.9", "The cross-entropy"
HINGE = "0.10", "A loss with a margin"
DIGITS = "0.12", "A classifier for digits"

QUESTIONS = (
    declare(Question, *LIKELIHOOD)(name="vanishing_throws", answer=1075, digits=4),
    declare(Measurement, *ASCENT)(
        name="ascent_error",
        low=0.0,
        high=1e-6,
        advice="Start at 0.5, take 100 steps with lr = 4e-5, and compare the end with heads / flips.",
    ),
    declare(Question, *ASCENT)(name="leaving_rate", answer=0.5 / 24, digits=2),
    declare(Question, *DESCENT)(name="predicted_threshold", answer=1 / 3, digits=3),
    declare(Measurement, *DESCENT)(
        name="measured_threshold",
        low=0.99 / 3,
        high=1.01 / 3,
        value=0.333,
        within=0.003,
        advice="Take the largest rate at which the end lies closer to 0 than the start; the gradient is A @ w.",
    ),
    declare(Question, *NUMERIC)(name="calls_needed", answer=2 * 7850, digits=5),
    declare(Timing, *NUMERIC)(name="slowdown"),
    declare(Prediction, *LINES)(
        name="agreeing_case", choices=("only tall with ones", "both with ones", "both tall", "all four", "none")
    ),
    declare(Series, *LINES)(
        name="gaps",
        length=4,
        values={0: 0.0, 1: 1.312075, 2: 0.535647, 3: 0.598663},
        within=0.001,
        advice="Call gap(*case) for each case, in the order of the cell above.",
    ),
    declare(Measurement, *SOFTMAX)(
        name="changed_labels",
        low=0,
        high=0,
        whole=True,
        advice="Compare predict(table) with predict(softmax(table)), and count the rows that differ.",
    ),
    declare(Question, *ENTROPY)(name="guessing_loss", answer=math.log(10), digits=3),
    declare(Question, *HINGE)(name="zero_weights_loss", answer=13.5, digits=3),
    declare(Series, *DIGITS)(
        name="costs",
        points=2,
        length=200,
        values={0: 2.302585, 199: 0.19},
        within=0.1,
        falls=True,
        advice="Append the cost of each epoch before its step; with lr = 1 and all rows it falls each time.",
    ),
    declare(Measurement, *DIGITS)(
        name="test_accuracy",
        low=0.88,
        high=0.999,
        advice="Take the share of test rows whose predicted label is right, after 200 epochs with lr = 1.",
    ),
)
