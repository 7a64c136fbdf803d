"""Sentences to students that several mistakes share, each under the name of a mistake; the names are not told.

What you can do with this file:

- explain a mistake in the words that others use: `sentences.IGNORES_UPSTREAM`.
"""

from __future__ import annotations

__all__ = [
    "ADDS_UPSTREAM",
    "ALPHA_FORGOTTEN",
    "BEST_STARTS_AT_ZERO",
    "BIASES_PENALIZED",
    "DIVIDED_BY_ALL_ENTRIES",
    "DIVIDED_BY_H",
    "DIVIDED_BY_N_MINUS_ONE",
    "DIVIDED_BY_THE_VARIANCE",
    "EPS_AFTER_THE_ROOT",
    "EPS_OUTSIDE_THE_ROOT",
    "FIRES_AT_ZERO",
    "FIRST_NAN_STAYS",
    "IGNORES_UPSTREAM",
    "INTEGERS_CUT_OFF",
    "LOGARITHM_OF_BASE_10",
    "LOWEST_SCORE",
    "MARGIN_OF_ONE",
    "MASK_UPSIDE_DOWN",
    "MOVES_THE_INPUT",
    "NAN_WINS",
    "NOT_DIVIDED_BY_THE_EXAMPLES",
    "OVERFLOWS",
    "OVERWRITES_UPSTREAM",
    "OWN_STEP",
    "RULE_OF_TANH",
    "RULE_OF_THE_SIGMOID",
    "SCALE_AND_SHIFT_MISSING",
    "SCALE_MISSING",
    "SLOPE_OF_TANH",
    "SLOPE_OF_THE_SIGMOID",
    "SQUARE_MISSING",
    "UNITS_FOR_INPUTS",
    "VARIANCE_FOR_ITS_ROOT",
    "WEIGHTS_TRANSPOSED",
]

ADDS_UPSTREAM = "Along a path slopes are multiplied; here the upstream gradient is added to the local slope."
ALPHA_FORGOTTEN = "The slope left of 0 is exp(z); it should be alpha times exp(z)."
BEST_STARTS_AT_ZERO = "The best score starts at 0, so scores below 0 never win; start with -math.inf."
BIASES_PENALIZED = "The biases are charged too; they cost nothing here, so db is 0."
DIVIDED_BY_ALL_ENTRIES = "The gradient is divided by N times C; the loss is a mean over N examples."
DIVIDED_BY_H = "Between x - h and x + h lie 2 h, but the difference is divided by h."
DIVIDED_BY_N_MINUS_ONE = "The covariance is divided by N - 1, as np.cov does without bias=True; here it is N."
DIVIDED_BY_THE_VARIANCE = "Every direction is divided by its variance; divide by the root of it."
VARIANCE_FOR_ITS_ROOT = "It divides by the variance: take the square root."
EPS_OUTSIDE_THE_ROOT = "eps is added to the root; it belongs under it: sqrt(variance + eps)."
EPS_AFTER_THE_ROOT = "eps is added after the root; it belongs under it."
FIRES_AT_ZERO = "A sum of exactly 0 fires here; it must be above 0."
FIRST_NAN_STAYS = "When the first score is nan, no later score is larger than it: nan stays the best. Test for nan."
IGNORES_UPSTREAM = "This is only the local slope: the chain rule multiplies it by the upstream gradient."
INTEGERS_CUT_OFF = "In an integer array x + h is cut off to a whole number: make it floating first."
LOGARITHM_OF_BASE_10 = "This is the logarithm of base 10; np.log is the natural one."
LOWEST_SCORE = "This is the lowest score; the objective is an accuracy, so the highest is best."
MARGIN_OF_ONE = "The margin is always 1 here; use delta."
MASK_UPSIDE_DOWN = "The kept entries are dropped and the others kept: True means keep."
MOVES_THE_INPUT = "The array that was passed in is moved and left so; move a copy."
NAN_WINS = "argmax returns the place of nan: a run that diverged wins. Leave such runs out."
NOT_DIVIDED_BY_THE_EXAMPLES = "The loss is a mean over N examples, so its gradient carries 1/N."
OVERFLOWS = "exp(1000) is too large for any float: subtract the largest score of each row first."
OVERWRITES_UPSTREAM = "upstream *= ... changes the array that was passed in; write upstream * ... instead."
OWN_STEP = "The h that was passed in is ignored."
RULE_OF_TANH = "1 - a^2 is the rule for tanh; for the sigmoid it is a (1 - a)."
SLOPE_OF_TANH = "1 - a^2 is the slope of tanh; the sigmoid's is a (1 - a)."
RULE_OF_THE_SIGMOID = "a (1 - a) is the rule for the sigmoid; for tanh it is 1 - a^2."
SLOPE_OF_THE_SIGMOID = "a (1 - a) is the slope of the sigmoid; that of tanh is 1 - a^2."
SCALE_AND_SHIFT_MISSING = "gamma and beta are missing: out = gamma * normalized + beta."
SCALE_MISSING = "The scale 1.0507 is missing: it multiplies the slope on both sides."
SQUARE_MISSING = "1 - a lacks the square: the slope of tanh is 1 - a^2."
UNITS_FOR_INPUTS = "This divides by sqrt(M), the number of units; each unit adds up D inputs, so D counts."
WEIGHTS_TRANSPOSED = "W has shape (M, D); a row of W belongs to an input and a column to a unit: (D, M)."
