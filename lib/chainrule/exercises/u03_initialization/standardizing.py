"""Exercise 3.1: standardize the features, of one set, and of two by the statistics of the first."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u03_initialization.centering import scaling_probes, scaling_section, statistics_of
from chainrule.exercises.u03_initialization.common import examples
from chainrule.nn import preprocessing

__all__ = ["STANDARDIZE", "STANDARDIZE_SPLIT"]


def constant_feature(rng):
    """Feature 1 was constant, with the value 2, over the training set; here it has another value once."""
    X, (mean, std) = examples(rng, 5, 3), statistics_of(rng, 3)
    X[:, 1], mean[1], std[1] = 2.0, 2.0, 0.0
    X[3, 1] = 2.5
    return X, mean, std


def standardize_probes(rng):
    return (*scaling_probes(rng, with_std=True), Probe("a feature with standard deviation 0", constant_feature(rng)))


def column_by_column(X, mean, std):
    result = np.zeros(X.shape)
    for j in range(X.shape[1]):
        result[:, j] = (X[:, j].astype(float) - float(mean[j])) / (float(std[j]) if std[j] > 0 else 1.0)
    return result


def divided(X, mean, divisor):
    """From floating examples; the divisors may be 0 where the student's would be."""
    with np.errstate(all="ignore"):
        return (X.astype(float) - mean) / divisor


def bare_formula(X, mean, std):
    with np.errstate(all="ignore"):
        return (X - mean) / std


STANDARDIZE = scaling_section(
    name="standardize",
    points=2,
    reference=preprocessing.standardize,
    hints=(
        (
            "In which columns would you divide by 0? "
            "Which number could stand in the place of this 0, so that the division changes nothing? "
            "How can you replace these entries of std, and leave the others just as they are?"
        ),
        (
            "Center first, with your function. "
            "Then make a second version of std: 1 where it is 0, and the same number elsewhere. "
            "xp.where chooses between the two, entry by entry. "
            "The division then runs column by column, since the D entries stand against the last axis."
        ),
        (
            "mean is (2, 4, 4), and std is (2, 0, 10). "
            "The row (6, 4, 9) is (4, 0, 5) after centering, and (2, 0, 0.5) after the division. "
            "The row (6, 7, 9) gives (2, 3, 0.5): the feature has changed here, and it is only centered."
        ),
    ),
    alternatives={
        "feature by feature": column_by_column,
        "by np.where": lambda X, mean, std: divided(X, mean, np.where(std > 0, std, 1)),
        "by a product": lambda X, mean, std: (X.astype(float) - mean) * (1.0 / np.where(std == 0, 1.0, std)),
    },
    probes=standardize_probes,
    sample=lambda rng: (examples(rng, *(shape := sizes(rng, 2))), *statistics_of(rng, shape[1])),
    properties=("row_by_row",),
    mistakes={
        "constant_feature_divided_by_zero": (
            lambda X, mean, std: divided(X, mean, std),
            "Where std is 0, 0/0 gives nan and 0.5/0 infinity; divide by 1 there.",
        ),
        "small_number_in_the_divisor": (
            lambda X, mean, std: divided(X, mean, std + 1e-8),
            (
                "std + 1e-8 avoids nan, but a feature that was constant in training is multiplied by 100 "
                "million when it changes; divide by 1 where std is 0."
            ),
        ),
        "divides_by_the_variance": (
            lambda X, mean, std: divided(X, mean, np.where(std > 0, np.square(std, dtype=float), 1.0)),
            "This divides by std squared, the variance; divide by std.",
        ),
        "not_centered": (
            lambda X, mean, std: X / np.where(std > 0, std, 1.0),
            "The mean is never subtracted.",
        ),
        "centered_after_scaling": (
            lambda X, mean, std: X / np.where(std > 0, std, 1.0) - mean,
            "X / std - mean subtracts the mean too late; the difference X - mean is what std divides.",
        ),
        "multiplies_by_the_spread": (
            lambda X, mean, std: (X.astype(float) - mean) * np.where(std > 0, std, 1.0),
            "std multiplies here; wide features become wider. Divide by it.",
        ),
        "statistics_of_this_set": (
            lambda X, mean, std: divided(X, X.mean(axis=0), np.where(X.std(axis=0) > 0, X.std(axis=0), 1.0)),
            (
                "Mean and standard deviation are computed from X itself; use the arguments, which come from "
                "the training set."
            ),
        ),
        "one_spread_for_all_features": (
            lambda X, mean, std: divided(X, mean, std.mean()),
            "All features are divided by one number; every feature has a standard deviation of its own.",
        ),
        "neither_trap_avoided": (
            bare_formula,
            (
                "The bare formula steps into two traps: bytes wrap around, so make X floating first; and where "
                "std is 0 it divides by 0, so divide by 1 there."
            ),
        ),
        "bytes_wrap_around": (
            lambda X, mean, std: (X - mean) / np.where(std > 0, std, 1),
            "Bytes have no negative numbers: 10 - 50 wraps around to 216. Make X floating first.",
        ),
    },
    traps=(
        Trap(
            "constant_feature_divided_by_zero", breaks="A feature that never changes has `std` 0, and $0/0$ is `nan`."
        ),
        Trap("small_number_in_the_divisor", breaks="Do not add a small number to `std` instead"),
        Trap(lambda X, mean, std: (X - mean) / np.where(std < 1e-3, 1.0, std), breaks="where std is 0, divide by 1"),
    ),
)

# --- two sets ----------------------------------------------------------------------------------------------


def split_args(rng, n, k, d):
    return examples(rng, n, d), examples(rng, k, d) + rng.uniform(-1, 1, d)


def split_with_constant(rng):
    train, test = split_args(rng, 6, 4, 3)
    train[:, 2], test[:, 2] = 2.0, [2.0, 2.5, 2.0, 1.0]
    return train, test


def split_probes(rng):
    n, k, d, side = sizes(rng, 4)
    n = n + 2  # a spread needs a few examples
    return (
        Probe(f"{n} training and {k} test examples with {d} features", split_args(rng, n, k, d)),
        Probe("3 training and 5 test examples", split_args(rng, 3, 5, d)),
        Probe(f"all sizes equal to {side}", split_args(rng, side, side, side)),
        Probe("one test example alone", split_args(rng, n, 1, d)),
        Probe("float32 numbers", tuple(it.astype(np.float32) for it in split_args(rng, n, k, d))),
        Probe("a feature that is constant in training", split_with_constant(rng)),
    )


def scaled(X, like):
    mean, std = like.mean(axis=0), like.std(axis=0)
    return (X - mean) / np.where(std > 0, std, 1.0)


def by_a_loop(X_train, X_test):
    results = []
    for X in (X_train, X_test):
        columns = []
        for j in range(X.shape[1]):
            mean = sum(X_train[:, j].astype(float)) / len(X_train)
            variance = sum((value - mean) ** 2 for value in X_train[:, j].astype(float)) / len(X_train)
            columns.append((X[:, j] - mean) / (variance**0.5 or 1.0))
        results.append(np.stack(columns, axis=1))
    return tuple(results)


def with_means_only(X_train, X_test):
    return X_train - X_train.mean(axis=0), X_test - X_train.mean(axis=0)


def with_sample_spread(X_train, X_test):
    std = X_train.std(axis=0, ddof=1)
    parts = (X - X_train.mean(axis=0) for X in (X_train, X_test))
    return tuple(part / np.where(std > 0, std, 1.0) for part in parts)


def of_all_numbers(X_train, X_test):
    mean, std = X_train.mean(), X_train.std()
    return (X_train - mean) / std, (X_test - mean) / std


def unguarded(X_train, X_test):
    with np.errstate(all="ignore"):
        return tuple((X - X_train.mean(axis=0)) / X_train.std(axis=0) for X in (X_train, X_test))


STANDARDIZE_SPLIT = scaling_section(
    name="standardize_split",
    points=2,
    reference=preprocessing.standardize_split,
    hints=(
        (
            "How many means does each feature have in this function: one, or one for each set? "
            "Along which axis are they taken, so that every feature has its own? "
            "If a test number changes, may any training number change?"
        ),
        (
            "Take the mean and the standard deviation of every column of the training set; each has the shape (D,). "
            "Then standardize both sets with these two, by your own function. "
            "Only its first argument differs between the two calls. "
            "Return the training set first."
        ),
        (
            "X_train is (10), (20), so the mean is 15 and the standard deviation 5; X_test is (15), (30). "
            "The training set becomes (-1), (1). "
            "The test set becomes (0), (3): its own mean is not 0 afterwards, and it need not be."
        ),
    ),
    alternatives={
        "number by number": by_a_loop,
        "one rule for both": lambda X_train, X_test: (scaled(X_train, X_train), scaled(X_test, X_train)),
        "joined, then cut": lambda X_train, X_test: tuple(
            np.split(scaled(np.concatenate([X_train, X_test]), X_train), [len(X_train)])
        ),
    },
    probes=split_probes,
    sample=lambda rng: split_args(rng, *sizes(rng, 3)),
    tolerance=200.0,
    mistakes={
        "statistics_of_all_data": (
            lambda X_train, X_test: tuple(scaled(X, np.concatenate([X_train, X_test])) for X in (X_train, X_test)),
            (
                "Mean and standard deviation run over both sets, so a test example changes the training "
                "set: a leak. Use X_train alone."
            ),
        ),
        "test_by_its_own_statistics": (
            lambda X_train, X_test: (scaled(X_train, X_train), scaled(X_test, X_test)),
            (
                "The test set is scaled by its own mean and standard deviation, so the same example means "
                "something else there; use those of X_train for both."
            ),
        ),
        "statistics_of_the_test_set": (
            lambda X_train, X_test: (scaled(X_train, X_test), scaled(X_test, X_test)),
            "Both sets are scaled by the statistics of X_test; use those of X_train.",
        ),
        "test_left_as_it_was": (
            lambda X_train, X_test: (scaled(X_train, X_train), X_test.copy()),
            "The test set comes back unchanged; the network would see other units than in training.",
        ),
        "only_centered": (
            with_means_only,
            "The sets are centered but not divided by the standard deviations.",
        ),
        "spread_over_n_minus_one": (
            with_sample_spread,
            "ddof=1 divides by N - 1; here std divides by N, as X.std(axis=0) does.",
        ),
        "one_mean_for_all_features": (
            of_all_numbers,
            "X_train.mean() is one number for all features; X_train.mean(axis=0) is one for each.",
        ),
        "constant_feature_divided_by_zero": (
            unguarded,
            (
                "A feature that is constant in training has std 0, and the division gives nan or infinity; "
                "your standardize takes care of that."
            ),
        ),
    },
    traps=(
        Trap("test_by_its_own_statistics", breaks="Always that of the training set, for the test set too."),
        Trap(
            "statistics_of_all_data",
            breaks="then test examples would change the training data: a **leak**",
        ),
    ),
)
