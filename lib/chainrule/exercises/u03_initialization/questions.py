"""Questions and measurements of unit 03.

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
    return partial(kind, unit="03_initialization", number=number, title=title, points=1)


COST = "3.2", "What unequal features cost"
COMPONENTS = "3.3", "Principal components"
WHITENING = "3.4", "Whitening"
IMAGES = "3.5", "Images are only centered"
EQUAL = "3.6", "All weights equal"
SMALL = "3.7", "Small random weights"
XAVIER = "3.8", "Xavier keeps the variance"
KAIMING = "3.9", "Kaiming repairs what ReLU takes"
DEEP = "3.10", "Does it train?"

RANKS = ("0", "1", "32")
FROM_SVD = "Take rank(W1) of the first weights after training, trained(init).network.weights[0], with the named start."

QUESTIONS = (
    declare(Question, *COST)(name="predicted_steps", answer=1381.55, digits=2),
    declare(Measurement, *COST)(
        name="measured_over_predicted",
        low=0.85,
        high=1.02,
        value=0.97546,
        advice="Divide steps_taken(houses) by your prediction for the same array and a share of 1e-6.",
    ),
    declare(Measurement, *COST)(
        name="speedup",
        low=18.0,
        high=75.0,
        value=33.5294,
        within=0.03,
        advice="Divide the steps for the raw houses by the steps for the standardized houses.",
    ),
    declare(Measurement, *COMPONENTS)(
        name="lost_over_dropped",
        low=0.999999,
        high=1.000001,
        advice="Sum the squared differences over the pixels, take the mean over the images, and divide by the sum of "
        "the variances of directions 16 to 63.",
    ),
    declare(Measurement, *WHITENING)(
        name="whitened_condition",
        low=1.0,
        high=1.001,
        many_digits=True,
        advice="Take the condition number of whiten(houses, 1e-8).",
    ),
    declare(Prediction, *IMAGES)(name="expected_largest", choices=("about 1", "about 3", "above 10")),
    declare(Measurement, *IMAGES)(
        name="largest_pixel",
        low=10.0,
        high=38.0,
        value=37.9078,
        within=0.002,
        advice="Take the largest number of the standardized training images.",
    ),
    declare(Prediction, *EQUAL)(name="rank_of_zeros", choices=RANKS),
    declare(Prediction, *EQUAL)(name="rank_of_constants", choices=RANKS),
    declare(Prediction, *EQUAL)(name="rank_of_random", choices=RANKS),
    declare(Measurement, *EQUAL)(name="rank_from_zeros", low=0, high=0, whole=True, advice=FROM_SVD),
    declare(Measurement, *EQUAL)(name="rank_from_constants", low=1, high=1, whole=True, advice=FROM_SVD),
    declare(Measurement, *EQUAL)(name="rank_from_random", low=32, high=32, whole=True, advice=FROM_SVD),
    declare(Measurement, *EQUAL)(
        name="moved_numbers",
        low=8,
        high=10,
        whole=True,
        advice="Count the entries that are not 0 in both weight matrices and both bias vectors, after training from 0.",
    ),
    declare(Question, *SMALL)(name="predicted_fade", answer=3.125e-7, digits=2),
    declare(Measurement, *SMALL)(
        name="faded_std",
        low=2.4e-7,
        high=3.8e-7,
        advice="Take the standard deviation of tanh(z) for the last z, with weights of standard deviation 0.01.",
    ),
    declare(Measurement, *SMALL)(
        name="mean_slope",
        low=0.99,
        high=1.0,
        many_digits=True,
        advice="Take the mean of tanh_grad(z) over the last z, with weights of standard deviation 0.01.",
    ),
    declare(Measurement, *SMALL)(
        name="saturated_share",
        low=0.9,
        high=0.95,
        advice="With weights of standard deviation 1, count where |tanh(z)| is above 0.97 in the last layer.",
    ),
    declare(Question, *XAVIER)(name="ratio_with_relu", answer=0.5, digits=2),
    declare(Measurement, *XAVIER)(
        name="xavier_ratio",
        low=0.43,
        high=0.57,
        many_digits=True,
        advice="Divide the variance of the last z by that of the first, and take the ninth root.",
    ),
    declare(Measurement, *KAIMING)(
        name="kaiming_ratio",
        low=0.87,
        high=1.13,
        many_digits=True,
        advice="Divide the variance of the last z by that of the first, and take the ninth root.",
    ),
    declare(Measurement, *DEEP)(
        name="deep_advantage",
        low=0.7,
        high=0.97,
        advice="Subtract the accuracy from small weights (std 0.01) from the accuracy with Kaiming's weights.",
    ),
)
