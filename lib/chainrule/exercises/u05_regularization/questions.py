"""Questions and measurements of unit 05.

Where a result is random, its range is about three standard deviations wider on both sides than what
100 seeds gave on average, and 100 of 100 seeds lie inside. Above 0.88 lies a network that was not averaged.
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
    return partial(kind, unit="05_regularization", number=number, title=title, points=1)


GAP = "5.1", "The gap"
SMALL = "5.2", "Small weights"
FEW = "5.3", "Few weights"
DECAY = "5.4", "Decay beside the gradient"
STOP = "5.5", "Early stopping"
MANY = "5.6", "Many models, one answer"
DROPOUT = "5.7", "Dropout"
CONNECT = "5.8", "DropConnect"
NORM = "5.9", "Batch normalization"
DEPTH = "5.10", "Stochastic depth"
POOL = "5.11", "Fractional max pooling"
TURN = "5.13", "Shifts and turns"
HOLES = "5.14", "Colors, holes and mixtures"
TABLE = "5.15", "Which method helps"

QUESTIONS = (
    declare(Measurement, *GAP)(
        name="overfit_gap",
        low=0.12,
        high=0.5,
        value=0.20778,
        within=0.15,
        advice="Subtract the test accuracy from the training accuracy, after 60 epochs.",
    ),
    declare(Prediction, *GAP)(name="gap_closer", choices=("more images", "more inputs", "more units")),
    declare(Measurement, *GAP)(
        name="gap_shrinks",
        low=0.05,
        high=0.6,
        value=0.30033,
        within=0.15,
        advice="Take the gap with 80 images minus the gap with 640 images.",
    ),
    declare(Measurement, *SMALL)(
        name="l2_gain",
        low=0.05,
        high=0.3,
        value=0.13512,
        within=0.2,
        advice="Test accuracy (the second number) with strength 0.02 minus that with strength 0, mean of three seeds.",
    ),
    declare(Prediction, *FEW)(name="zeros_by_gradient", choices=("none", "about 25", "45")),
    declare(Measurement, *FEW)(
        name="recovered_zeros",
        low=45,
        high=45,
        whole=True,
        advice="A step on the loss alone, then soft_threshold with lr * 0.2; count the entries that equal 0.",
    ),
    declare(Prediction, *DECAY)(name="first_to_differ", choices=("the first", "the second", "never")),
    declare(Measurement, *DECAY)(
        name="decay_difference",
        low=2,
        high=2,
        whole=True,
        advice="Both walks start at 3 with velocity 0; count steps from 1 and compare the weights after each.",
    ),
    declare(Measurement, *STOP)(
        name="stopped_accuracy",
        low=0.65,
        high=0.95,
        value=0.7784,
        within=0.05,
        advice="Put stopper.best() back into network.parameters before you measure on the test set.",
    ),
    declare(Measurement, *MANY)(
        name="averaged_accuracy",
        low=0.1,
        high=0.88,
        value=0.67149,
        within=0.1,
        advice="Write the mean of both sets of parameters into the network: W1, b1 and W2.",
    ),
    declare(Measurement, *DROPOUT)(
        name="dropout_mean",
        low=0.98,
        high=1.02,
        many_digits=True,
        advice="Average the outputs of dropout_forward over 4000 masks, and divide by x entry by entry.",
    ),
    declare(Measurement, *CONNECT)(
        name="dropconnect_error",
        low=0.0,
        high=0.06,
        many_digits=True,
        advice="Average over 4000 masks on the weights, then compare with x @ W + b.",
    ),
    declare(Question, *NORM)(name="expected_ratio", answer=0.875, digits=3),
    declare(Measurement, *NORM)(
        name="batch_variance_ratio",
        low=0.86,
        high=0.89,
        advice="Average the third result of batchnorm_forward over batches of 8 rows.",
    ),
    declare(Measurement, *DEPTH)(
        name="depth_mean",
        low=2.77,
        high=2.83,
        advice="x counts in full and the branch for four out of five examples.",
    ),
    declare(Measurement, *POOL)(
        name="mean_area",
        low=1.777,
        high=1.778,
        advice="64 pixels are shared out among 36 regions.",
    ),
    declare(Prediction, *TURN)(
        name="breaking_change", choices=("flip left to right", "turn by 180 degrees", "shift by a pixel")
    ),
    declare(Measurement, *TURN)(
        name="six_as_nine",
        low=0.3,
        high=1.0,
        value=0.93976,
        within=0.06,
        advice="Turn the images with label 6 by 180 degrees, flatten them, and count predictions of 9.",
    ),
    declare(Question, *HOLES)(name="expected_area", answer=12.25, digits=4),
    declare(Measurement, *HOLES)(
        name="removed_area",
        low=12.1,
        high=12.4,
        advice="Count the zeros of all images and divide by 20,000; near the border fewer pixels go.",
    ),
    declare(Measurement, *TABLE)(
        name="dropout_gain",
        low=0.04,
        high=0.2,
        advice="The mean of gain_of_dropout over five seeds.",
    ),
    declare(Measurement, *TABLE)(
        name="dropout_gain_error",
        low=0.0005,
        high=0.04,
        advice="Standard deviation of the five gains (ddof=1) divided by the root of 5.",
    ),
)
