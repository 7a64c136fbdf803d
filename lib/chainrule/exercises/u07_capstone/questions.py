"""Questions and measurements of unit 07.

The ranges are wider on both sides than what 100 shifted random streams gave.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from chainrule.checking.declaring.measurement import Measurement, Timing
from chainrule.checking.declaring.prediction import Prediction
from chainrule.checking.declaring.question import Question

__all__ = ["QUESTIONS"]


def declare(kind: Any, number: str, title: str) -> Any:
    """Every answer of this unit but the capstone is worth one point."""
    return partial(kind, unit="07_capstone", number=number, title=title, points=1)


SIZE = "7.1", "As wide as the budget allows"
SURE = "7.2", "How sure is an accuracy"
SHIFT = "7.3", "Moving a batch of images"
CLOCK = "7.5", "A clock that waits"
CHANGED = "7.4", "Digits that move"

QUESTIONS = (
    declare(Question, *SIZE)(name="look_up_cost", answer=1097 * 65, digits=3),
    declare(Question, *SURE)(name="images_needed", answer=900, digits=2),
    declare(Timing, *CLOCK)(name="work_ratio"),
    declare(Question, *CLOCK)(name="named_or_called", answer="GPU", choices=("GPU", "CPU", "an error")),
    declare(Prediction, *CHANGED)(
        name="moved_accuracy_predicted",
        choices=("above 90 %", "between 75 and 90 %", "between 40 and 75 %", "below 40 %"),
    ),
    declare(Measurement, *CHANGED)(
        name="moved_accuracy",
        low=0.35,
        high=0.75,
        value=0.53,
        within=0.05,
        advice="Train on x_train as it is, and measure on the varied validation images.",
    ),
    declare(Measurement, *CHANGED)(
        name="gain_by_variation",
        low=0.08,
        high=0.5,
        value=0.29,
        within=0.15,
        advice="Train as before, but on varied images; subtract moved_accuracy from the new accuracy.",
    ),
)
