"""Questions and measurements of unit 06."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from chainrule.checking.declaring.measurement import Measurement
from chainrule.checking.declaring.question import Question

__all__ = ["QUESTIONS"]


def declare(kind: Any, number: str, title: str) -> Any:
    """Every answer of this unit is worth one point."""
    return partial(kind, unit="06_tuning", number=number, title=title, points=1)


FIRST = "6.1", "The first loss"
HANDFUL = "6.2", "Overfit a handful"
RATE = "6.3", "Find a learning rate"
REFINE = "6.5", "Refine"
CURVES = "6.6", "Read the curves"
CLINIC = "6.7", "The broken run clinic"
LOGARITHMIC = "6.8", "Rates on a logarithmic scale"
RANDOM = "6.10", "Random search"
BUDGET = "6.11", "Tuning under a budget"
KNOBS = "6.12", "What each setting moves"

FAULTS = (
    *("initialization", "rate too high", "rate too low", "decay on at step 1"),
    *("overfit", "underfit", "stopped too early"),
)
STEPS = ("step 1", "step 2", "step 3", "step 6")
FILES = {
    "a": ("overfit", "step 6"),
    "b": ("initialization", "step 1"),
    "c": ("rate too high", "step 3"),
    "d": ("decay on at step 1", "step 1"),
    "e": ("underfit", "step 6"),
    "f": ("stopped too early", "step 6"),
    "g": ("rate too low", "step 3"),
}
CLINIC_QUESTIONS = tuple(
    declare(Question, *CLINIC)(name=f"run_{letter}_{what}", answer=answer, choices=choices)
    for letter, answers in FILES.items()
    for what, answer, choices in zip(("fault", "step"), answers, (FAULTS, STEPS), strict=True)
)

QUESTIONS = (
    declare(Question, *FIRST)(name="first_loss_of_letters", answer=math.log(26), digits=3),
    declare(Measurement, *FIRST)(
        name="small_last_layer_gap",
        low=-0.05,
        high=0.05,
        value=-0.000243155,
        within=0.05,
        many_digits=True,
        advice="Take the second result of initial_loss_check for the function first_loss_small and 10 classes.",
    ),
    declare(Measurement, *HANDFUL)(
        name="handful_epochs",
        low=2,
        high=25,
        whole=True,
        value=9,
        within=0,
        advice="Call overfit_small_sample with handful(np.random.default_rng(62)) and a limit of 100.",
    ),
    declare(Question, *RATE)(name="predicted_rate_factor", answer=256, digits=3),
    declare(Measurement, *RATE)(
        name="rate_factor",
        low=100.0,
        high=600.0,
        value=256,
        within=0.01,
        advice="Divide the largest safe rate for scale=1 by the largest safe rate for scale=16.",
    ),
    declare(Measurement, *REFINE)(
        name="refined_accuracy",
        low=0.82,
        high=0.96,
        value=0.91365,
        advice="Take the third result of refine with the three best pairs and 15 epochs.",
    ),
    declare(Question, *CURVES)(
        name="small_gap_verdict", answer="underfit", choices=("good", "overfit", "underfit", "stopped early")
    ),
    *CLINIC_QUESTIONS,
    declare(Question, *LOGARITHMIC)(name="uniform_share", answer=0.9, digits=2),
    declare(Measurement, *LOGARITHMIC)(
        name="log_share",
        low=0.225,
        high=0.275,
        advice="Draw 10,000 rates from 1e-4 to 1 with sample_log_uniform and take the share above 0.1.",
    ),
    declare(Measurement, *RANDOM)(
        name="more_rates_tried",
        low=6,
        high=6,
        whole=True,
        advice="Subtract the first count of the grid from the first count of the random points.",
    ),
    declare(Measurement, *RANDOM)(
        name="regret_ratio",
        low=1.7,
        high=4.3,
        advice="Divide the mean regret of the grid by the mean regret of random search, over the 200 trials.",
    ),
    declare(Measurement, *BUDGET)(
        name="best_of_fifty",
        low=0.58,
        high=0.64,
        advice="Average over the 20 repeats the best of the 50 accuracies that the sealed test showed.",
    ),
    declare(Measurement, *BUDGET)(
        name="sealed_accuracy",
        low=0.8,
        high=0.98,
        advice="Train with the best settings for 20 epochs and open the seal once: the first result of look(...).",
    ),
    declare(Measurement, *KNOBS)(
        name="sgd_shift",
        low=90.0,
        high=40000.0,
        value=1000,
        within=0.1,
        advice="Divide the best rate of SGD for pixels from 0 to 1 by its best rate for pixels from 0 to 255.",
    ),
    declare(Measurement, *KNOBS)(
        name="adam_shift",
        low=0.2,
        high=40.0,
        value=10,
        within=0.1,
        advice="Divide the best rate of Adam for pixels from 0 to 1 by its best rate for pixels from 0 to 255.",
    ),
)
